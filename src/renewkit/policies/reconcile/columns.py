"""Whole columns in a few calls: what a million rows need is not asked of each row by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["capitals", "repeated"]


def capitals(texts: Sequence[str | None]) -> list[str]:
    """Return each text in upper case; one that is missing is empty.

    >>> capitals(["Ada Byron", None, "groß"])
    ['ADA BYRON', '', 'GROSS']
    """
    if not texts:
        return []
    some = ["" if text is None else text for text in texts]
    found = "\n".join(some).upper().split("\n")
    return found if len(found) == len(some) else [text.upper() for text in some]


def repeated(rows: Iterable[int], size: int) -> set[int]:
    """Return the rows, of so many, that come more than once.

    >>> sorted(repeated([3, 1, 3, 2, 1, 3], size=4))
    [1, 3]
    """
    met = bytearray(size)
    twice: set[int] = set()
    for row in rows:
        if met[row]:
            twice.add(row)
        else:
            met[row] = 1
    return twice
