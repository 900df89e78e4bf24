"""Open rows by payer, in columns: signs that names share are numbered, and the rows of one stand side by side."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from itertools import accumulate, chain
from typing import TYPE_CHECKING

from renewkit.policies.reconcile.board import STRANGER
from renewkit.policies.reconcile.crowds import CROWD
from renewkit.policies.reconcile.names import all_words
from renewkit.policies.reconcile.payers import keys_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from renewkit.policies.reconcile.board import Board
    from renewkit.values.entry import Entries

__all__ = ["Payers", "open_payers"]

_Signs = tuple[int, ...]


class Payers:
    """The rows of one side that have a payer, column by column; a place counts in each column.

    `asks` are the signs under which a row's payer is looked for on the other side: those of a `PayerIndex`, numbered,
    and different in each currency.
    """

    __slots__ = ("_days", "_places", "_starts", "asks", "codes", "days", "minor", "names", "refused", "rows")

    def __init__(self, side: Entries, rows: list[int], *, one_money: bool) -> None:
        """Gather the columns; where all is one money, its code says nothing."""
        parties = side.parties
        self.rows = [row for row in rows if parties[row]]
        self.names = all_words([*map(parties.__getitem__, self.rows)])
        self.days = [*map(side.days.__getitem__, self.rows)]
        self.minor = [*map(side.minor.__getitem__, self.rows)]
        self.codes = [""] * len(self.rows) if one_money else [" " + side.currencies[row] for row in self.rows]
        self.asks: list[_Signs] = []
        # The signs under which the last search met a crowd and looked at none of it.
        self.refused: list[int] = []

    def number(self, numbers: dict[str, int]) -> None:
        """Give each sign a number, the one that it has or the next."""
        number = numbers.setdefault
        self.asks = [
            tuple([number(key + code, len(numbers)) for key in keys_of(name)])
            for name, code in zip(self.names, self.codes, strict=True)
        ]

    def sort(self, size: int) -> None:
        """Put the places of each of so many signs side by side, in order of days."""
        signs, sizes = self.asks, Counter(chain.from_iterable(self.asks))
        self._starts = array("i", accumulate([sizes.get(sign, 0) for sign in range(size)], initial=0))
        self._places = array("i", bytes(self._starts.itemsize * self._starts[-1]))
        free = self._starts[:]
        for place in sorted(range(len(self.rows)), key=self.days.__getitem__):
            for sign in signs[place]:
                spot = free[sign]
                self._places[spot] = place
                free[sign] = spot + 1
        self._days = array("i", map(self.days.__getitem__, self._places))

    def ask_for_words(self, numbers: dict[str, int]) -> None:
        """Ask for names of one word too, by any word of a longer name."""
        self.asks = [
            (*signs, *[numbers[word + code] for word in name if word + code in numbers]) if len(name) > 1 else signs
            for signs, name, code in zip(self.asks, self.names, self.codes, strict=True)
        ]

    def asking(self) -> Iterator[tuple[int, tuple[str, ...], _Signs, int, int]]:
        """Yield each row with its name, what it asks for, its day and its amount."""
        return zip(self.rows, self.names, self.asks, self.days, self.minor, strict=True)

    def find(self, signs: _Signs, first: int, last: int) -> set[int]:
        """Return the places of the rows that have one of the signs, from a day to another."""
        return {place for span in self._spans(signs, first, last) for place in self._places[span]}

    def find_smaller(self, signs: _Signs, first: int, last: int, limit: int) -> Collection[int]:
        """Return those of the limit's direction that are smaller."""
        low, high = (0, limit) if limit > 0 else (limit, 0)
        places, minor = self._places, self.minor
        found: Collection[int] = ()
        for span in self._spans(signs, first, last):
            here = [place for place in places[span] if low < minor[place] < high]
            found = {*found, *here} if found and here else found or here
        return found

    def rows_of(self, sign: int) -> list[int]:
        """Return all rows that have a sign, in order of days."""
        return [self.rows[place] for place in self._places[self._starts[sign] : self._starts[sign + 1]]]

    def name_of(self, row: int) -> tuple[str, ...]:
        """Return the words of a row's payer."""
        return self.names[bisect_left(self.rows, row)]

    def _spans(self, signs: _Signs, first: int, last: int) -> list[slice]:
        if self.refused:
            self.refused = []
        starts, days = self._starts, self._days
        spans = []
        for sign in signs:
            start, stop = starts[sign], starts[sign + 1]
            if start < stop:
                start = bisect_left(days, first, start, stop)
                stop = bisect_right(days, last, start, stop)
                if stop > start + CROWD:
                    self.refused.append(sign)
                elif start < stop:
                    spans.append(slice(start, stop))
        return spans


def open_payers(board: Board) -> tuple[Payers, Payers]:
    """Return the open rows of both sides that have a payer, ready to be asked for one another."""
    owed = Payers(board.e, board.open_expected(), one_money=board.one_money)
    # What names another entry of ours pays none of these.
    lines = [j for j in board.open_received() if board.named[j] != STRANGER]
    paid = Payers(board.r, lines, one_money=board.one_money)
    numbers: dict[str, int] = {}
    for payers in (owed, paid):
        payers.number(numbers)
    for payers in (owed, paid):
        payers.sort(len(numbers))
    short = [any(len(name) == 1 for name in payers.names) for payers in (paid, owed)]
    for payers, words in zip((owed, paid), short, strict=True):
        if words:
            payers.ask_for_words(numbers)
    return owed, paid
