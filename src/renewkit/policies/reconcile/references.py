"""Find references in what banks and people made of them.

Separators come and go, prefixes and leading zeros are lost, an O stands for a zero and an I for a one. The index
learns from the expected side what references look like; it knows no format of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from enum import IntEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Naming", "ReferenceIndex", "Shape", "fold", "number_runs", "slips"]

_DIGITS: Final = re.compile(r"[0-9]+")
_SIGNS: Final = re.compile(r"[^\W_]+")
_LOOKALIKE: Final = re.compile(r"(?<=[0-9])[OIL]+|[OIL]+(?=[0-9])")
_AS_DIGIT: Final = str.maketrans("OIL", "011")
_SHAPED: Final = str.maketrans("123456789", "000000000")
_ZEROS: Final = re.compile("0+")
_MOST_RUNS = 64
_WIDEST = 4
_SHORTEST = 4


class Naming(IntEnum):
    """How surely a line names an entry; the order is that of strength."""

    OTHER = -1
    """The line names another entry, letter for letter."""
    NONE = 0
    PART = 1
    """Only the last number of the reference, or the reference with one slip."""
    NORMALISED = 2
    """The whole reference in another spelling."""
    EXACT = 3
    """Letter for letter."""


def fold(text: str) -> str:
    """Return letters and digits only, in upper case, with O as 0 and I and L as 1.

    >>> fold("inv-2024/oo12")
    '1NV20240012'
    """
    return "".join(_SIGNS.findall(text.upper())).translate(_AS_DIGIT)


def number_runs(text: str) -> list[str]:
    """Return the runs of digits in a text, where O, I and L beside a digit count as digits.

    >>> number_runs("Rg. 2024-OO12")
    ['2024', '0012']
    """
    return _DIGITS.findall(_LOOKALIKE.sub(lambda found: found[0].translate(_AS_DIGIT), text.upper()))


def slips(number: str) -> Iterator[str]:
    """Yield each number that a wrong, lost or added digit, or two swapped neighbours, may have turned into this.

    >>> sorted(set(slips("12")))[:4]
    ['012', '02', '1', '10']
    """
    for at, digit in enumerate(number):
        head, tail = number[:at], number[at + 1 :]
        yield head + tail
        for other in "0123456789":
            if other != digit:
                yield head + other + tail
            yield head + other + digit + tail
        if tail and tail[0] != digit:
            yield head + tail[0] + digit + tail[1:]
    for other in "0123456789":
        yield number + other


class Shape:
    """What the references of one series look like: fixed signs and runs of digits of a fixed width."""

    __slots__ = ("fixed", "runs", "width")

    def __init__(self, pattern: str) -> None:
        """Read a reference in which every digit was replaced by 0."""
        self.fixed = _ZEROS.split(pattern)
        self.runs = [len(run) for run in _ZEROS.findall(pattern)]
        self.width = sum(self.runs)

    def spell(self, runs: list[str]) -> str | None:
        """Return the reference of this shape with these numbers, or None where they do not fit."""
        if len(runs) == 1 and len(self.runs) > 1:
            if len(runs[0]) != self.width:
                return None
            runs = self._cut(runs[0])
        if len(runs) != len(self.runs):
            return None
        filled = [run.lstrip("0").rjust(width, "0") for run, width in zip(runs, self.runs, strict=True)]
        if any(len(run) != width for run, width in zip(filled, self.runs, strict=True)):
            return None
        return self.fixed[0] + "".join(run + sign for run, sign in zip(filled, self.fixed[1:], strict=True))

    def _cut(self, number: str) -> list[str]:
        parts, at = [], 0
        for width in self.runs:
            parts.append(number[at : at + width])
            at += width
        return parts


class ReferenceIndex:
    """Where the references of some rows may be found, in any spelling."""

    __slots__ = ("_folded", "_lengths", "_numbers", "_parts", "shapes")

    def __init__(self, references: Iterable[tuple[int, str]], *, parts: bool = True) -> None:
        """Index rows by their references, and by the last number alone unless told not to."""
        self._folded = _Rows()
        self._numbers = _Rows()
        self._parts = _Rows()
        shapes: Counter[str] = Counter()
        lengths: Counter[int] = Counter()
        for row, reference in references:
            folded = fold(reference)
            if len(folded) >= _SHORTEST:
                self._folded.add(folded, row)
                lengths[len(folded)] += 1
            runs = _DIGITS.findall(reference)
            if runs:
                shapes[reference.translate(_SHAPED)] += 1
                self._add_numbers(runs, row, parts=parts)
        self._lengths = sorted(lengths, reverse=True)
        common = sorted(shapes, key=lambda shape: (-shapes[shape], shape))
        self.shapes = [Shape(pattern) for pattern in common[:8]]

    def _add_numbers(self, runs: list[str], row: int, *, parts: bool) -> None:
        joined = "".join(runs)
        if len(joined) >= _SHORTEST:
            self._numbers.add(joined, row)
            if len(runs) > 1 or joined[0] == "0":
                self._numbers.add(_dotted(runs), row)
        last = runs[-1].lstrip("0")
        if parts and len(last) >= 2:
            self._parts.add(last, row)

    def find(self, text: str) -> dict[int, Naming]:
        """Return the rows that a text names, with how surely it does."""
        found: dict[int, Naming] = {}
        runs = number_runs(text)[:_MOST_RUNS]
        for window in _windows(runs):
            for row in self._parts.get(window[-1].lstrip("0")) if len(window) == 1 else ():
                found.setdefault(row, Naming.PART)
            for key in {"".join(window), _dotted(window)}:
                for row in self._numbers.get(key):
                    found[row] = Naming.NORMALISED
        for row in self._in_folded(text):
            found[row] = Naming.NORMALISED
        return found

    def slipped(self, text: str) -> set[int]:
        """Return the rows whose number differs by one slip from a number in a text."""
        return {
            row
            for window in _windows(number_runs(text)[:_MOST_RUNS])
            if len(joined := "".join(window)) >= _SHORTEST
            for near in slips(joined)
            for row in self._numbers.get(near)
        }

    def _in_folded(self, text: str) -> Iterator[int]:
        # Longest first, and what was read once is not read again: INV1 does not stand in INV12.
        signs = [sign.translate(_AS_DIGIT) for sign in _SIGNS.findall(text.upper())]
        folded = "".join(signs)
        edges, at = {0}, 0
        for sign in signs:
            at += len(sign)
            edges.add(at)
        get, end, free = self._folded.get, len(folded), bytearray(len(folded))
        for length in self._lengths:
            for start in range(end - length + 1):
                stop = start + length
                rows = get(folded[start:stop])
                if rows and not any(free[start:stop]) and _is_whole(folded, start, stop, edges):
                    free[start:stop] = b"\x01" * length
                    yield from rows


class _Rows:
    """Rows by key; a key with one row, as most have, costs no list."""

    __slots__ = ("_more", "_one")

    def __init__(self) -> None:
        self._one: dict[str, int] = {}
        self._more: dict[str, list[int]] = {}

    def add(self, key: str, row: int) -> None:
        first = self._one.setdefault(key, row)
        if first != row:
            self._more.setdefault(key, [first]).append(row)

    def get(self, key: str) -> tuple[int, ...] | list[int]:
        row = self._one.get(key)
        if row is None:
            return ()
        return self._more.get(key) or (row,)


def _is_whole(folded: str, start: int, stop: int, edges: set[int]) -> bool:
    # Within a word, a digit must not be torn from its number.
    torn_left = start not in edges and folded[start].isdigit() and folded[start - 1].isdigit()
    torn_right = stop not in edges and folded[stop - 1].isdigit() and folded[stop].isdigit()
    return not torn_left and not torn_right


def _windows(runs: list[str]) -> Iterator[list[str]]:
    for start in range(len(runs)):
        for end in range(start + 1, min(start + _WIDEST, len(runs)) + 1):
            yield runs[start:end]


def _dotted(runs: list[str]) -> str:
    return ".".join(run.lstrip("0") for run in runs)
