"""Find rows by payer: who shares a word and an initial with a name is worth a closer look."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from renewkit.policies.reconcile.crowds import CROWD
from renewkit.policies.reconcile.names import all_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from renewkit.values.entry import Entries

__all__ = ["PayerIndex", "keys_of", "signs_of"]

_MOST_WORDS = 6


class PayerIndex:
    """Rows by payer, in order of days.

    A name of several words is found by any word together with the initial of another, so that a cut, initialled or
    mistyped word does no harm; a name of one word by that word alone.
    """

    __slots__ = ("_days", "_first", "_places", "_several", "_spans", "_words", "names", "refused", "rows")

    def __init__(self, side: Entries, rows: Iterable[int], alone: set[str], asked: set[str]) -> None:
        """Index the rows that names with the `asked` signs may find; `alone` are the names of one word among these."""
        self.names: dict[int, tuple[str, ...]] = {}
        self._first: dict[str, int] = {}
        self._words = bool(alone)
        more: list[tuple[str, int]] = []
        parties, days = side.parties, side.days
        rows = sorted(filter(parties.__getitem__, rows), key=days.__getitem__)
        for row, name in zip(rows, all_words([*map(parties.__getitem__, rows)]), strict=True):
            keys = keys_of(name)
            if alone and len(name) > 1 and not alone.isdisjoint(name):
                keys = {*keys, *alone.intersection(name)}
            if not asked.isdisjoint(keys):
                self._add(len(self.names), asked.intersection(keys), more)
                self._words = self._words or len(name) == 1
                self.names[row] = name
        self.rows = [*self.names]
        self._days = [days[row] for row in self.rows]
        self._spans: dict[tuple[int, int], tuple[int, int]] = {}
        # The keys under which the last search met a crowd and looked at none of it.
        self.refused: list[str] = []
        self._join(more)

    def find(self, name: tuple[str, ...], window: tuple[int, int]) -> set[int]:
        """Return rows of this payer within a window of days."""
        found: set[int] = set()
        if self.refused:
            self.refused = []
        start, stop = self._spans.get(window) or self._span(window)
        one, several, places = self._first, self._several, self._places
        for key in (*keys_of(name), *name) if self._words and len(name) > 1 else keys_of(name):
            span = several.get(key)
            if span:
                first = bisect_left(places, start, *span)
                last = bisect_left(places, stop, first, span[1])
                if last > first + CROWD:
                    self.refused.append(key)
                elif first < last:
                    found.update(places[first:last])
            elif start <= (place := one.get(key, -1)) < stop:
                found.add(place)
        return set(map(self.rows.__getitem__, found))

    def rows_of(self, key: str) -> list[int]:
        """Return all rows under a key that has been refused, in order of days."""
        return [self.rows[place] for place in self._places[slice(*self._several[key])]]

    def name_of(self, row: int) -> tuple[str, ...]:
        """Return the words of a row's payer."""
        return self.names[row]

    def _add(self, place: int, keys: Collection[str], more: list[tuple[str, int]]) -> None:
        one = self._first
        more += [(key, place) for key in keys if one.setdefault(key, place) != place]

    def _join(self, more: list[tuple[str, int]]) -> None:
        # Places in the order of days, so that a window of days is a span of places. Those of all keys that have several
        # stand in one array: an array for each would be a burden to the garbage collector.
        self._places = array("i")
        self._several: dict[str, tuple[int, int]] = {}
        more.sort(key=itemgetter(0))
        for key, found in groupby(more, itemgetter(0)):
            start = len(self._places)
            self._places.append(self._first[key])
            self._places.extend([place for _, place in found])
            self._several[key] = start, len(self._places)

    def _span(self, window: tuple[int, int]) -> tuple[int, int]:
        first, last = window
        span = self._spans[window] = bisect_left(self._days, first), bisect_right(self._days, last)
        return span


def signs_of(name: tuple[str, ...]) -> Iterable[str]:
    """Return all signs under which a name is looked for."""
    return (*keys_of(name), *name) if len(name) > 1 else name


def keys_of(name: tuple[str, ...]) -> Collection[str]:
    """Return the signs that a name bears: those under which it is found."""
    if len(name) == 2 and name[0] != name[1]:
        one, other = name
        return one + " " + other[0], other + " " + one[0]
    if len(name) == 1:
        return (name[0],)
    some = name[:_MOST_WORDS]
    return {f"{word} {other[0]}" for word in some if len(word) > 1 for other in some if other is not word}
