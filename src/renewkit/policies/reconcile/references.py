"""Find references in what banks and people made of them.

Separators come and go, prefixes and leading zeros are lost, an O stands for a zero and an I for a one. The index
learns from the expected side what references look like; it knows no format of its own.
"""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from renewkit.policies.reconcile.neighbours import Neighbours, series
from renewkit.policies.reconcile.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["Naming", "ReferenceIndex", "fold", "number_runs", "numbers_in", "numbers_of", "slips", "telling_digits"]

_DIGITS: Final = re.compile(r"[0-9]+")
_SIGNS: Final = re.compile(r"[^\W_]+")
_LOOKALIKE: Final = re.compile(r"(?<=[0-9])[OIL]+|[OIL]+(?=[0-9])")
_ALIKE: Final = re.compile(r"[0-9][OIL]|[OIL][0-9]")
_NOT_TELLING: Final = bytes(set(range(256)) - {*b"123456789\n"})
_AS_DIGIT: Final = str.maketrans("OIL", "011")
_MOST_RUNS = 64
_WIDEST = 4
# A form that is printed in groups tears one number into so many runs.
_TORN = 8
_SHORTEST = 4
_TELLING = 5
_CROWD = 200
_UNMISTAKABLE = 6


class Naming(IntEnum):
    """How surely a line names an entry; the order is that of strength."""

    OTHER = -1
    """The line names another entry, letter for letter."""
    NONE = 0
    HINT = 1
    """A short number that is a part of the reference, or one slip away from it."""
    PART = 2
    """The last number of the reference, or the reference with one slip, where that is long enough to be no accident."""
    NORMALISED = 3
    """The whole reference in another spelling."""
    EXACT = 4
    """Letter for letter."""


_HINT, _PART, _NORMALISED = int(Naming.HINT), int(Naming.PART), int(Naming.NORMALISED)


def fold(text: str) -> str:
    """Return letters and digits only, in upper case, with O as 0 and I and L as 1.

    >>> fold("inv-2024/oo12")
    '1NV20240012'
    """
    return "".join(_SIGNS.findall(_narrow(text).upper())).translate(_AS_DIGIT)


def number_runs(text: str) -> list[str]:
    """Return the runs of digits in a text, where O, I and L beside a digit count as digits.

    >>> number_runs("Rg. 2024-OO12")
    ['2024', '0012']
    """
    text = _narrow(text).upper()
    if _ALIKE.search(text):
        text = _LOOKALIKE.sub(lambda found: found[0].translate(_AS_DIGIT), text)
    return _DIGITS.findall(text)


def numbers_of(reference: str) -> tuple[str, str]:
    """Return all digits of a reference, and its numbers without leading zeros.

    >>> numbers_of("INV-2024-0012")
    ('20240012', '2024.12')
    """
    runs = _DIGITS.findall(_narrow(reference))
    return "".join(runs), _dotted(runs)


def telling_digits(references: Sequence[str | None]) -> list[str]:
    """Return the digits but zeros of each reference: no spelling of one changes them, and a column takes a few calls.

    >>> telling_digits(["INV-2024-0012", "2024.12", None])
    ['22412', '22412', '']
    """
    column = "\n".join([reference or "" for reference in references])
    found = column.encode(errors="replace").translate(None, _NOT_TELLING).decode().split("\n")
    if len(found) == len(references):
        return found
    return telling_digits([(reference or "").replace("\n", " ") for reference in references])


def numbers_in(text: str) -> set[str]:
    """Return the numbers in a text that are long enough to be a reference, alone or with their neighbours.

    >>> sorted(numbers_in("Rg. 2024 0012"))
    ['2024.12', '20240012']
    """
    windows = [window for runs in _readings(_narrow(text)) for window in _windows(runs)]
    found = {"".join(window) for window in windows} | {_dotted(window) for window in windows if len(window) > 1}
    return {number for number in found if len(number) >= _UNMISTAKABLE}


def slips(number: str, *, longer: bool = True, same: bool = True, shorter: bool = True) -> set[str]:
    """Return each number that a lost, wrong or added digit, or two swapped neighbours, may have turned into this.

    `longer`, `same` and `shorter` say of which lengths, compared with this one.

    >>> sorted(slips("12"))[:4]
    ['012', '02', '1', '10']
    """
    size = len(number)
    wanted = (size + 1, longer), (size, same), (size - 1, shorter)
    found = {
        f"{slip:0{width}}"
        for width, asked in wanted
        if asked and width
        for low, step in series(number, width)
        for slip in (range(low, low + 10 * step, step) if step else (low,))
    }
    return found - {number}


class ReferenceIndex:
    """Where the references of some rows may be found, in any spelling.

    A reference with a number is known by its digits, whatever stands around them; one of letters, or of letters and
    digits in turn, by all its signs.
    """

    __slots__ = (
        "_by_width",
        "_folded",
        "_least",
        "_lengths",
        "_longest",
        "_near",
        "_numbers",
        "_parts",
        "_references",
        "_widest",
    )

    def __init__(self, rows: Iterable[int], references: Sequence[str | None], *, parts: bool = True) -> None:
        """Index rows by their references, and by the last number alone unless told not to; a row may have none."""
        self._folded, self._numbers, self._parts = _Rows(), _Rows(), _Rows()
        self._references = references
        self._by_width: dict[int, Neighbours] = {}
        lengths: set[int] = set()
        widths: set[int] = set()
        widest = 0
        add_number, add_part = self._numbers.add, self._parts.add
        for row in rows:
            reference = references[row]
            if not reference:
                continue
            runs = _DIGITS.findall(_narrow(reference))
            joined = runs[0] if len(runs) == 1 else "".join(runs)
            if len(joined) < _SHORTEST or len(runs) > _WIDEST:
                folded = fold(reference)
                self._folded.add(folded, row)
                lengths.add(len(folded))
            else:
                add_number(joined, row)
                widths.add(len(joined))
                last = runs[-1].lstrip("0")
                if len(runs) > 1:
                    add_number(f"{_dotted(runs[:-1])}.{last}", row)
                    widest = max(widest, len(runs))
                elif joined[0] == "0":
                    add_number(last, row)
                if parts:
                    add_part(last, row)
        self._lengths = sorted(lengths - {0, 1, 2}, reverse=True)
        # How many digits a reference has at most, and of how many numbers it is made.
        self._longest, self._widest = max(widths, default=0), widest
        self._near = _by_size(widths)
        self._least = min(self._near, default=0)

    def find(self, text: str) -> dict[int, int]:
        """Return the rows that a text names, with how surely it does."""
        found: dict[int, int] = {}
        text = _narrow(text)
        for runs in _readings(text):
            self._find_runs(runs, text, found)
        if self._lengths:
            for row in self._in_folded(text):
                found[row] = _NORMALISED
        return found

    def slipped(self, text: str) -> set[int]:
        """Return the rows whose number differs by one slip from a number in a text."""
        found: set[int] = set()
        near, get = self._near, self._numbers.get
        runs = number_runs(text)[:_MOST_RUNS] if near else []
        if sum(map(len, runs)) < self._least:
            return found
        for window in _windows(runs):
            joined = "".join(window)
            for width in near.get(len(joined), ()):
                for number in self._of_width(width).of(joined):
                    found.update(get(f"{number:0{width}}"))
        return found

    def _of_width(self, width: int) -> Neighbours:
        # As ints, which are quicker to alter than texts; made when they are first asked for.
        known = self._by_width.get(width)
        if known is None:
            numbers = [int(number) for number in self._numbers.one if len(number) == width and "." not in number]
            known = self._by_width[width] = Neighbours(numbers, width)
        return known

    def _find_runs(self, runs: list[str], text: str, found: dict[int, int]) -> None:
        # Most numbers are in no index, so they are looked up in the plain dicts first.
        known, tails = self._numbers.one, self._parts.one
        bare = [run.lstrip("0") for run in runs]
        for run, last in zip(runs, bare, strict=True):
            if last in tails and len(last) > 1:
                how = _PART if len(last) >= _TELLING else _HINT
                for row in self._parts.get(last):
                    found[row] = max(found.get(row, 0), how)
            if run in known:
                self._note(run, run, text, found)
            if run[0] == "0" and last in known:
                self._note(last, run, text, found)
        if len(runs) > 1:
            self._find_joined(runs, bare, text, found)

    def _find_joined(self, runs: list[str], bare: list[str], text: str, found: dict[int, int]) -> None:
        # Numbers that neighbours make together, with and without their leading zeros.
        known, tails = self._numbers.one, self._parts.one
        longest, widest = self._longest, self._widest
        for start in range(len(runs) - 1):
            joined = runs[start]
            for end in range(start + 1, min(start + _TORN, len(runs))):
                joined += runs[end]
                if len(joined) <= longest:
                    if joined in known:
                        self._note(joined, joined, text, found)
                elif end - start >= widest:  # longer than any reference
                    break
                # What ends in no reference's last number is not worth the writing.
                if (
                    end - start < widest
                    and (bare[end] in tails or not tails)
                    and (dotted := ".".join(bare[start : end + 1])) in known
                ):
                    self._note(dotted, joined, text, found)

    def _note(self, number: str, joined: str, text: str, found: dict[int, int]) -> None:
        for row in self._numbers.get(number):
            # A short number alone is no reference, unless the signs around it are there too.
            sure = len(joined) >= _UNMISTAKABLE or fold(self._references[row] or "") in fold(text)
            if sure:
                found[row] = _NORMALISED
            else:
                found[row] = max(found.get(row, 0), _HINT)

    def _in_folded(self, text: str) -> Iterator[int]:
        # Longest first, and what was read once is not read again: INV1 does not stand in INV12.
        signs = [sign.translate(_AS_DIGIT) for sign in _SIGNS.findall(text.upper())]
        folded = "".join(signs)
        edges, at = {0}, 0
        for sign in signs:
            at += len(sign)
            edges.add(at)
        get, end, read = self._folded.get, len(folded), bytearray(len(folded))
        for length in self._lengths:
            for start in range(end - length + 1):
                stop = start + length
                rows = get(folded[start:stop])
                if rows and not any(read[start:stop]) and _is_whole(folded, start, stop, edges):
                    read[start:stop] = b"\x01" * length
                    yield from rows


class _Rows(Rows[str]):
    """Rows by sign; what a crowd shares tells none of them apart."""

    __slots__ = ()

    def get(self, key: str) -> Sequence[int]:
        more = self._more.get(key)
        if more is None:
            row = self.one.get(key)
            return () if row is None else (row,)
        return more if len(more) <= _CROWD else ()


def _narrow(text: str) -> str:
    # Signs of East Asian width, as banks there print them, are the plain ones.
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _by_size(widths: Iterable[int]) -> dict[int, list[int]]:
    # For each size of a number in a text, the widths of the references from which one slip leads to it.
    near: dict[int, list[int]] = {}
    for width in widths:
        for size in range(max(width - 1, _SHORTEST), width + 2):
            near.setdefault(size, []).append(width)
    return near


def _is_whole(folded: str, start: int, stop: int, edges: set[int]) -> bool:
    # A short reference must be words of its own; within a longer text a digit must not be torn from its number.
    if stop - start < _UNMISTAKABLE:
        return start in edges and stop in edges
    torn_left = start not in edges and folded[start].isdigit() and folded[start - 1].isdigit()
    torn_right = stop not in edges and folded[stop - 1].isdigit() and folded[stop].isdigit()
    return not torn_left and not torn_right


def _readings(text: str) -> list[list[str]]:
    # With O, I and L read as digits, and, where that differs, without.
    plain = _DIGITS.findall(text)[:_MOST_RUNS]
    if not plain or not _ALIKE.search(text.upper()):
        return [plain]
    alike = number_runs(text)[:_MOST_RUNS]
    return [alike] if plain == alike else [alike, plain]


def _windows(runs: list[str]) -> Iterator[list[str]]:
    for start in range(len(runs)):
        for end in range(start + 1, min(start + _WIDEST, len(runs)) + 1):
            yield runs[start:end]


def _dotted(runs: list[str]) -> str:
    if len(runs) == 2:
        return f"{runs[0].lstrip('0')}.{runs[1].lstrip('0')}"
    return ".".join([run.lstrip("0") for run in runs])
