"""Statements as CSV: `date`, `amount` and `currency` are required; `id`, `reference`, `party` and `text` may be there.

A line without an id is known by its content and by how many equal ones came before it in the file, so that reading the
same file again gives the same ids.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Final, TypeVar

import attrs

from renewkit.errors import AmountPrecisionError, ExactNumberError, RenewkitError
from renewkit.values.entry import Entry
from renewkit.values.ids import content_key
from renewkit.values.money import money
from renewkit.values.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["COLUMNS", "REQUIRED", "Flaw", "Numbering", "civil_day", "for_operators", "read_csv"]

_T = TypeVar("_T")

REQUIRED: Final[tuple[str, ...]] = ("date", "amount", "currency")
COLUMNS: Final[tuple[str, ...]] = (*REQUIRED, "id", "reference", "party", "text")
_FOR_OPERATORS: Final[dict[type[RenewkitError], tuple[str, str]]] = {
    AmountPrecisionError: ("", "write the amount as it can be paid"),
    ExactNumberError: ("a number", "write digits with a point, without separators"),
}
"""What is expected and what to do, where an error speaks to programmers."""


@attrs.frozen(kw_only=True)
class Flaw:
    """What is wrong with one cell of a line."""

    field: str
    value: str
    expected: str
    remedy: str

    def problem(self, line: int) -> Problem:
        """Return the flaw as the problem of a line of a file."""
        message = f"expected {self.expected}, got {self.value!r}"
        where = f"line {line}"
        return Problem(f"statement.{self.field}", where, message=message, remedy=self.remedy, source=where)


@attrs.define
class Numbering:
    """Makes entries of rows, and tells equal rows of one file apart: two equal lines are two payments.

    >>> rows = Numbering()
    >>> cells = {"date": "2024-03-01", "amount": "29.99", "currency": "USD"}
    >>> rows.entry(cells).id == rows.entry(cells).id, Numbering().entry(cells).id == Numbering().entry(cells).id
    (False, True)
    """

    _seen: Counter[tuple[str, ...]] = attrs.field(factory=Counter, init=False)

    def entry(self, cells: Mapping[str, str]) -> Entry | Flaw:
        """Return what a row says, or what is wrong with it."""
        row: dict[str, str] = {name: cells.get(name, "") for name in COLUMNS}
        content = tuple(row.values())
        self._seen[content] += 1
        for name in REQUIRED:
            if not row[name]:
                return Flaw(field=name, value="", expected="a value", remedy="fill the cell")
        amount = _read(row, "amount", lambda text: money(text, row["currency"]))
        day = _read(row, "date", civil_day)
        if isinstance(amount, Flaw):
            return amount
        if isinstance(day, Flaw):
            return day
        if amount.amount <= 0:
            remedy = "leave payments that went out out of the file"
            return Flaw(field="amount", value=row["amount"], expected="money that came in", remedy=remedy)
        reference, party = row["reference"] or None, row["party"] or None
        key = row["id"] or content_key("line", self._seen[content], *content)
        return _read(row, "id", lambda _: Entry(key, amount, day, reference=reference, party=party, text=row["text"]))


def read_csv(data: bytes) -> Iterator[Entry | Problem]:
    r"""Yield an entry for each line of a CSV file in UTF-8 with a header, or the problem that it has.

    A file without the required columns is one problem; a broken quote ends the file with one.

    >>> lines = b"date,amount,currency,reference\n2024-03-01,29.99,USD,INV-1\n2024-02-30,5,USD,INV-2\n"
    >>> good, bad = read_csv(lines)
    >>> good.reference, bad.code, bad.about
    ('INV-1', 'statement.date', 'line 3')
    """
    rows = csv.reader(io.StringIO(data.decode("utf-8-sig", "surrogateescape"), newline=""))
    try:
        header = [name.strip().lower() for name in next(rows, [])]
        missing = [name for name in REQUIRED if name not in header]
        if missing or len({*header}) < len(header):
            got = f"{', '.join(header) or 'nothing'}"
            expected = f"each of the columns {', '.join(COLUMNS)} once, the first three at least"
            yield Flaw(field="header", value=got, expected=expected, remedy="correct the header line").problem(1)
            return
        yield from _lines(rows, header)
    except csv.Error as error:
        flaw = Flaw(field="file", value=str(error), expected="a CSV file", remedy="correct the quotes there")
        yield flaw.problem(rows.line_num)


def _lines(rows: Iterator[list[str]], header: list[str]) -> Iterator[Entry | Problem]:
    numbering = Numbering()
    seen: set[str] = set()
    at = 1
    for cells in rows:
        start, at = at + 1, rows.line_num  # type: ignore[attr-defined]  # csv's own iterator
        if not any(cell.strip() for cell in cells):
            continue
        found = _flaw(cells, header) or numbering.entry(dict(zip(header, map(str.strip, cells), strict=False)))
        if isinstance(found, Entry) and found.id in seen:
            found = Flaw(field="id", value=found.id, expected="an id of its own", remedy="delete the repeated line")
        if isinstance(found, Flaw):
            yield found.problem(start)
        else:
            seen.add(found.id)
            yield found


def _flaw(cells: list[str], header: list[str]) -> Flaw | None:
    if len(cells) != len(header):
        expected = f"{len(header)} cells, as the header has"
        return Flaw(field="row", value=f"{len(cells)}", expected=expected, remedy="quote cells that hold commas")
    for name, cell in zip(header, cells, strict=True):
        if any("\udc80" <= sign <= "\udcff" for sign in cell):
            shown = cell.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            return Flaw(field=name, value=shown, expected="text in UTF-8", remedy="save the file as UTF-8")
    return None


def for_operators(error: RenewkitError) -> tuple[str, str]:
    """Return what was expected and what to do, in words for somebody who keeps a table."""
    expected, remedy = _FOR_OPERATORS.get(type(error), ("", ""))
    return expected or error.expected, remedy or error.remedy


def _read(row: Mapping[str, str], field: str, reader: Callable[[str], _T]) -> _T | Flaw:
    try:
        return reader(row[field])
    except RenewkitError as error:
        blamed = "currency" if type(error).__name__ == "UnknownCurrencyError" else field
        expected, remedy = for_operators(error)
        return Flaw(field=blamed, value=row[blamed], expected=expected, remedy=remedy)
    except ValueError as error:
        return Flaw(field=field, value=row[field], expected=str(error), remedy="correct the value")


def civil_day(text: str) -> date:
    """Return the day that a cell names; `ValueError` says what was expected.

    >>> civil_day("2024-02-29").isoformat()
    '2024-02-29'
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("a calendar day such as 2024-01-31") from None
