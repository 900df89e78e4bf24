"""Edit distances between short strings, in whole steps."""

from __future__ import annotations

__all__ = ["distance", "is_near"]


def distance(one: str, other: str) -> int:
    """Return the fewest insertions, deletions, substitutions and swaps of neighbours that turn one into the other.

    This is the restricted Damerau-Levenshtein distance (optimal string alignment).

    >>> distance("1234", "1243"), distance("kitten", "sitting")
    (1, 3)
    """
    if one == other:
        return 0
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            best = before[j - 1] if a == b else 1 + min(before[j - 1], before[j], row[j - 1])
            if i > 1 and j > 1 and a == other[j - 2] and b == one[i - 2]:
                best = min(best, last[j - 2] + 1)
            row.append(best)
    return row[-1]


def is_near(one: str, other: str) -> bool:
    """Return whether at most one step lies between two strings; the same as `distance(one, other) <= 1`, and quicker.

    >>> is_near("1234", "1243"), is_near("1234", "124"), is_near("1234", "4321")
    (True, True, False)
    """
    if one == other:
        return True
    if len(one) > len(other):
        one, other = other, one
    size, longer = len(one), len(other)
    if longer - size > 1:
        return False
    at = 0
    while at < size and one[at] == other[at]:
        at += 1
    if longer > size:
        return one[at:] == other[at + 1 :]
    return one[at + 1 :] == other[at + 1 :] or (
        one[at + 2 :] == other[at + 2 :] and one[at : at + 2] == other[at + 1 : at + 2] + other[at : at + 1]
    )
