"""Find rows by payer: who shares a word and an initial with a name is worth a closer look."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from renewkit.policies.reconcile.names import words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from renewkit.values.entry import Entries

__all__ = ["PayerIndex"]

_MOST_WORDS = 6
# Where so many look alike nothing can be decided, and looking at each with each would take forever.
_CROWD = 200


class PayerIndex:
    """Open rows by currency, payer and, if asked, amount; each list in order of days.

    A name of several words is found by any word together with the initial of another, so that a cut, initialled or
    mistyped word does no harm; a name of one word by that word alone.
    """

    __slots__ = ("_days", "_rows", "names")

    def __init__(self, side: Entries, rows: Iterable[int], *, by_amount: bool, alone: set[str]) -> None:
        """Index the rows; `alone` are the one-word names that will be looked up."""
        days, parties = side.days, side.parties
        minor, currencies = side.minor, side.currencies
        self._days = days
        self.names: dict[int, list[str]] = {}
        self._rows: dict[tuple[str, int], dict[str, list[int]]] = {}
        for row in sorted(rows, key=days.__getitem__):
            name = words(parties[row])
            if name:
                self.names[row] = name
                block = self._rows.setdefault((currencies[row], minor[row] if by_amount else 0), {})
                for key in _keys(name):
                    block.setdefault(key, []).append(row)
                if len(name) > 1 and alone:
                    for word in alone.intersection(name):
                        block.setdefault(word, []).append(row)

    def find(self, currency: str, minor: int, name: list[str], window: tuple[int, int]) -> set[int]:
        """Return rows of this currency, amount (0 where that is not indexed) and payer, within a window of days."""
        block = self._rows.get((currency, minor))
        found: set[int] = set()
        if not block or not name:
            return found
        first, last = window
        days = self._days
        for key in _keys(name) if len(name) == 1 else (*_keys(name), *name):
            rows = block.get(key)
            if rows is None:
                continue
            if len(rows) > 4:
                day = days.__getitem__
                start, stop = bisect_left(rows, first, key=day), bisect_right(rows, last, key=day)
                if stop - start > _CROWD:
                    continue
                rows = rows[start:stop]
            for row in rows:
                if first <= days[row] <= last:
                    found.add(row)
        return found


def _keys(name: list[str]) -> Collection[str]:
    if len(name) == 2 and name[0] != name[1]:
        one, other = name
        return one + " " + other[0], other + " " + one[0]
    if len(name) == 1:
        return (name[0],)
    some = name[:_MOST_WORDS]
    return {f"{word} {other[0]}" for word in some if len(word) > 1 for other in some if other is not word}
