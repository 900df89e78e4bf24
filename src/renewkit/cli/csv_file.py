"""CSV files from the world: read row by row, with every flaw named and nothing lost.

A file is UTF-8 with a header. A row that cannot be used becomes a `Rejected` with its line number, the field, the
value and the remedy, and is written to `FILE.rejected.csv` as it came.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import attrs

from renewkit.adapters.statements.delimited import civil_day, for_operators
from renewkit.errors import InputError, RenewkitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

__all__ = ["BadField", "HeaderError", "Rejected", "Row", "civil_day", "read_rows", "whole_number", "write_rejected"]

_T = TypeVar("_T")


@attrs.frozen(kw_only=True)
class Rejected:
    """A row that was not used: its line, which field is wrong, what it holds, what was expected, what to do."""

    line: int
    field: str
    value: str
    expected: str
    remedy: str
    row: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        """Return one line for the operator."""
        return f"line {self.line}, {self.field}: expected {self.expected}, got {self.value!r}: {self.remedy}"


class BadField(Exception):  # noqa: N818  it never leaves the import; it is a row's way out
    """A field that does not read."""

    def __init__(self, rejected: Rejected) -> None:
        """Keep the rejection."""
        super().__init__(str(rejected))
        self.rejected = rejected


class HeaderError(InputError, ValueError):
    """A file whose header lacks a required column, or that has none."""


@attrs.frozen
class Row:
    """One row of a file, with the line it starts on."""

    line: int
    cells: Mapping[str, str]

    def text(self, field: str) -> str:
        """Return the cell of a column, empty where there is none."""
        return self.cells.get(field, "")

    def read(self, field: str, reader: Callable[[str], _T], *, fields: Mapping[str, str] | None = None) -> _T:
        """Return what a reader makes of a cell; what it raises becomes a `BadField`.

        `fields` names the field to blame by the class of the error, where it is another one.
        """
        try:
            return reader(self.text(field))
        except RenewkitError as error:
            blamed = (fields or {}).get(type(error).__name__, field)
            raise self.bad(blamed, *for_operators(error)) from None
        except ValueError as error:
            raise self.bad(field, str(error), "correct the value") from None

    def build(self, field: str, builder: Callable[[], _T]) -> _T:
        """Return what a builder makes of the whole row; what it raises is blamed on `field`."""
        try:
            return builder()
        except RenewkitError as error:
            raise self.bad(field, *for_operators(error)) from None

    def bad(self, field: str, expected: str, remedy: str) -> BadField:
        """Return the rejection of this row for a field, to be raised."""
        return BadField(self.reject(field, expected, remedy))

    def reject(self, field: str, expected: str, remedy: str) -> Rejected:
        """Return the rejection of this row for a field."""
        return Rejected(
            line=self.line,
            field=field,
            value=self.text(field).encode("utf-8", "surrogateescape").decode("utf-8", "replace"),
            expected=expected,
            remedy=remedy,
            row=tuple(self.cells.items()),
        )


def read_rows(
    path: Path, required: Sequence[str], optional: Sequence[str] = (), *, unique: str | None = None
) -> tuple[list[Row], list[Rejected]]:
    """Return the usable rows of a file and those that are rejected on sight.

    Rejected are rows with too many or too few cells, with bytes that are not UTF-8, with an empty required cell, and,
    for `unique`, those that repeat an id. Raises `HeaderError` for a file without the required columns.
    """
    text = path.read_bytes().decode("utf-8-sig", errors="surrogateescape")
    lines = csv.reader(io.StringIO(text, newline=""))
    try:
        header = _header(next(lines, []), path.name, required, optional)
        numbered = _numbered(lines.line_num + 1, ((cells, lines.line_num + 1) for cells in lines))
        return _sorted_out(numbered, header, required, unique)
    except csv.Error as error:
        got = f"{path.name} with {error} on line {lines.line_num}"
        raise HeaderError("a CSV file", got, "correct the quotes there; nothing was imported") from None


def _header(cells: list[str], file: str, required: Sequence[str], optional: Sequence[str]) -> list[str]:
    header = [name.strip().lower() for name in cells]
    if any(_is_foreign(name) or "\0" in name for name in header):
        raise HeaderError("a file in UTF-8", f"{file} in another encoding", "save the file as UTF-8")
    if missing := [name for name in required if name not in header]:
        columns = ", ".join((*required, *(f"[{name}]" for name in optional)))
        raise HeaderError(f"the columns {columns}", f"{file} without {', '.join(missing)}", "correct the header line")
    if repeated := sorted({name for name in header if name and header.count(name) > 1}):
        raise HeaderError(
            "each column once", f"{file} with two of {', '.join(repeated)}", "remove the one that is wrong"
        )
    return header


def _numbered(start: int, lines: Iterable[tuple[list[str], int]]) -> Iterator[tuple[int, list[str]]]:
    """Yield rows with the line on which each starts, from rows with the line on which the next one does."""
    for cells, following in lines:
        yield start, cells
        start = following


def _sorted_out(
    lines: Iterable[tuple[int, list[str]]], header: list[str], required: Sequence[str], unique: str | None
) -> tuple[list[Row], list[Rejected]]:
    rows: list[Row] = []
    rejected: list[Rejected] = []
    seen: dict[str, int] = {}
    for line, cells in lines:
        names = [*header, *(f"(cell {n})" for n in range(len(header) + 1, len(cells) + 1))]
        row = Row(line, dict(zip(names, map(str.strip, cells), strict=False)))
        if not any(row.cells.values()):
            continue
        flaw = _flaw(row, len(cells) - len(header), required) or _repeated(row, unique, seen)
        if flaw:
            rejected.append(flaw)
        else:
            rows.append(row)
            seen.setdefault(row.text(unique) if unique else "", row.line)
    return rows, rejected


def write_rejected(path: Path, rejected: Sequence[Rejected]) -> Path | None:
    """Write the rejected rows beside the file and return where; without any, remove an earlier import's."""
    target = path.with_name(f"{path.name}.rejected.csv")
    if not rejected:
        target.unlink(missing_ok=True)
        return None
    columns = list(dict.fromkeys(name for row in rejected for name, _ in row.row))
    draft = target.with_name(f".{target.name}.part")
    try:
        with draft.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*columns, "line", "field", "value", "expected", "remedy"])
            for row in rejected:
                cells = dict(row.row)
                values = (row.line, row.field, row.value, row.expected, row.remedy)
                writer.writerow([*(cells.get(name, "") for name in columns), *values])
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return target


def whole_number(text: str) -> int:
    """Return the number that a cell holds.

    >>> whole_number("12")
    12
    """
    if not (text.isascii() and text.isdigit()):
        raise ValueError("a whole number")
    return int(text)


def _flaw(row: Row, extra: int, required: Sequence[str]) -> Rejected | None:
    if extra:
        many = "more" if extra > 0 else "fewer"
        return row.reject(
            "(row)", f"as many cells as the header has, not {abs(extra)} {many}", "quote cells that hold commas"
        )
    for name, value in row.cells.items():
        if _is_foreign(value):
            return row.reject(name, "text in UTF-8", "save the file as UTF-8")
        if name in required and not value:
            return row.reject(name, "a value", "fill the cell")
    return None


def _is_foreign(text: str) -> bool:
    """Whether text holds bytes that are not UTF-8, which were kept as lone surrogates."""
    return not text.isascii() and any("\udc80" <= sign <= "\udcff" for sign in text)


def _repeated(row: Row, unique: str | None, seen: Mapping[str, int]) -> Rejected | None:
    if unique is None or row.text(unique) not in seen:
        return None
    first = seen[row.text(unique)]
    return row.reject(
        unique, f"an id that is not on line {first} already", "give the row an id of its own, or delete it"
    )
