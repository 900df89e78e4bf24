"""Who may belong to whom: for each line that is still open, the few entries for which anything speaks."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from renewkit.policies.reconcile.evidence import strength
from renewkit.policies.reconcile.names import likeness, mention, words
from renewkit.policies.reconcile.references import Naming, ReferenceIndex

if TYPE_CHECKING:
    from renewkit.policies.reconcile.board import Board
    from renewkit.values.entry import Entries

__all__ = ["Candidates", "Edge", "PartyIndex"]

Edge = tuple[int, int, int]
"""Strength, expected row, naming."""

_FLOOR = 30
_SURE = 80
_MOST = 8


class PartyIndex:
    """Open expected rows by amount and word of the payer's name, each list in order of days."""

    __slots__ = ("_days", "_rows", "words")

    def __init__(self, side: Entries, rows: list[int]) -> None:
        """Index the rows."""
        days, minor, parties, money, texts = side.days, side.minor, side.parties, side.currencies, side.texts
        self._days = days
        self.words: dict[int, list[str]] = {}
        self._rows: dict[tuple[str, int], dict[str, list[int]]] = {}
        for row in sorted(rows, key=lambda row: (days[row], side.ids[row])):
            name = self.words[row] = words(parties[row]) or words(texts[row])
            by_word = self._rows.setdefault((money[row], minor[row]), {})
            for word in set(name):
                by_word.setdefault(word, []).append(row)

    def find(self, currency: str, minor: int, name: list[str], window: tuple[int, int]) -> set[int]:
        """Return rows of this amount whose payer shares a word with the name, due within a window of days."""
        by_word = self._rows.get((currency, minor))
        if not by_word:
            return set()
        found: set[int] = set()
        day = self._days.__getitem__
        for word in name:
            rows = by_word.get(word)
            if rows:
                found.update(rows[bisect_left(rows, window[0], key=day) : bisect_right(rows, window[1], key=day)])
        return found


class Candidates:
    """The candidates of every open line, best first."""

    __slots__ = ("board", "edges", "parties", "references")

    def __init__(self, board: Board) -> None:
        """Index what is open and look every open line up."""
        self.board = board
        rows = board.open_expected()
        references = board.e.references
        self.references = ReferenceIndex((row, reference) for row in rows if (reference := references[row]))
        self.parties = PartyIndex(board.e, rows)
        self.edges: dict[int, list[Edge]] = {}
        for j in board.open_received():
            edges = self._of(j)
            if edges:
                self.edges[j] = edges

    def _of(self, j: int) -> list[Edge]:
        board, r = self.board, self.board.r
        naming = self._named(j)
        name, said = words(r.parties[j]), words(r.texts[j])
        day, rules = r.days[j], board.rules
        window = (day - rules.late, day + rules.early)
        rows = naming.keys() | self.parties.find(r.currencies[j], r.minor[j], name or said, window)
        edges = [edge for i in rows if (edge := self._weigh(i, j, naming.get(i, Naming.NONE), name, said))]
        if not edges or max(edges)[0] < _SURE:
            edges += self._slipped(j, naming, name, said)
        ids = board.e.ids
        edges.sort(key=lambda edge: (-edge[0], ids[edge[1]]))
        return edges if len(edges) <= _MOST else [edge for n, edge in enumerate(edges) if n < _MOST or edge[2] >= 2]

    def _named(self, j: int) -> dict[int, Naming]:
        board, r = self.board, self.board.r
        exact = board.named[j]
        reference, text = r.references[j] or "", r.texts[j] or ""
        found: dict[int, Naming] = {}
        if text or exact < 0:
            found = self.references.find(f"{reference} {text}" if text and reference else text or reference)
        if exact >= 0:
            found[exact] = Naming.EXACT
        return {i: how for i, how in found.items() if not board.e_state[i]}

    def _slipped(self, j: int, naming: dict[int, Naming], name: list[str], said: list[str]) -> list[Edge]:
        board, r = self.board, self.board.r
        text = f"{r.references[j] or ''} {r.texts[j] or ''}"
        rows = (i for i in self.references.slipped(text) if i not in naming and not board.e_state[i])
        return [edge for i in rows if (edge := self._weigh(i, j, Naming.PART, name, said))]

    def _weigh(self, i: int, j: int, naming: Naming, name: list[str], said: list[str]) -> Edge | None:
        board = self.board
        e, r, rules = board.e, board.r, board.rules
        if (i, j) in board.rejected or e.currencies[i] != r.currencies[j] or (e.minor[i] > 0) != (r.minor[j] > 0):
            return None
        days = r.days[j] - e.days[i]
        if abs(days) > rules.reference_days:
            return None
        if naming is Naming.NONE and 0 <= board.named[j] != i:
            naming = Naming.OTHER
        payer = self.parties.words[i]
        alike = likeness(payer, name) if name else mention(payer, said)
        usual = -rules.early <= days <= rules.late
        weight = strength(naming, alike, amount=e.minor[i] == r.minor[j], days=days, usual=usual)
        return (weight, i, naming) if weight >= _FLOOR else None
