"""Who may belong to whom: for each line that is still open, the few entries for which anything speaks."""

from __future__ import annotations

from collections import defaultdict
from itertools import repeat
from typing import TYPE_CHECKING, Final

from renewkit.policies.reconcile.crowds import Crowds
from renewkit.policies.reconcile.evidence import AMOUNT, FAR, MARGIN, NAMING, PARTY, SAME_DAY
from renewkit.policies.reconcile.names import likeness, mention, words
from renewkit.policies.reconcile.payers import PayerIndex
from renewkit.policies.reconcile.references import Naming, ReferenceIndex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from renewkit.policies.reconcile.board import Board
    from renewkit.values.entry import Entries

__all__ = ["Candidates", "Edge"]

Edge = tuple[int, int, int]
"""Strength, expected row, naming."""

_Money = tuple[str, int]
_Words = tuple[str, ...]

_FLOOR: Final = 30
_SURE: Final = 80
# No payer with an equal amount can come close to this, so nobody needs to be asked.
_BEYOND_PARTY: Final = 84
_MOST: Final = 8
# What comes so near to the last of the few best may still decide, or make a tie.
_NEAR: Final = MARGIN + SAME_DAY
# Members of an IntEnum are slow to reach; a million lines are weighed in plain ints.
_OTHER, _NONE, _, _PART, _NORMALISED, _EXACT = (int(naming) for naming in Naming)
_SAYS: Final = {int(naming): weight for naming, weight in NAMING.items()}
_PAYER: Final = {int(likeness): weight for likeness, weight in PARTY.items()}


class Candidates:
    """The candidates of every open line, best first."""

    __slots__ = ("_e", "_open", "_r", "board", "crowds", "edges", "references")

    def __init__(self, board: Board) -> None:
        """Index what is open and look every open line up, the lines of one amount together."""
        self.board = board
        self.crowds = Crowds()
        e, r = board.e, board.r
        self._e = (e.minor, e.days, e.currencies)
        self._r = (r.minor, r.days, r.currencies, r.texts, r.references)
        rows = board.open_expected()
        references = e.references
        self.references = ReferenceIndex((row, reference) for row in rows if (reference := references[row]))
        self.edges: dict[int, tuple[Edge, ...]] = {}
        if any(map(references.__getitem__, rows)) or any(map(e.parties.__getitem__, rows)):
            owed: defaultdict[_Money, list[int]] = defaultdict(list)
            for i, money in _with_money(e, rows):
                owed[money].append(i)
            alone: list[int] = []
            paid: dict[_Money, list[int]] = {money: [] for money in owed}
            for j, money in _with_money(r, board.open_received()):
                paid.get(money, alone).append(j)
            for money, lines in paid.items():
                self._look_up(lines, owed.pop(money))
            self._look_up(alone, [])
        # The edges live as long as the result; what they were found with does not.
        del self.references
        self._open = self.edges

    def still_open(self) -> dict[int, tuple[Edge, ...]]:
        """Return the candidates that are open, of the lines that are; what is matched is never opened again."""
        paid, taken = self.board.r_state, self.board.e_state
        found: dict[int, tuple[Edge, ...]] = {}
        for j, edges in self._open.items():
            if not paid[j]:
                if len(edges) == 1:
                    if not taken[edges[0][1]]:
                        found[j] = edges
                elif still := tuple([edge for edge in edges if not taken[edge[1]]]):
                    found[j] = still
        self._open = found
        return found

    def _look_up(self, lines: list[int], rows: list[int]) -> None:
        # Lines and entries of one amount: what the amount does not decide, payers and references may.
        parties, edges = self.board.r.parties, self.edges
        names = [words(parties[j]) for j in lines]
        alone = {name[0] for name in names if len(name) == 1}
        payers = PayerIndex(self.board.e, rows, alone)
        for j, name in zip(lines, names, strict=True):
            if found := self._of(j, name, payers):
                edges[j] = found

    def _of(self, j: int, name: _Words, payers: PayerIndex) -> tuple[Edge, ...]:
        _, days, _, texts, references = self._r
        text, reference = texts[j], references[j]
        said = words(text) if text and not name else ()
        naming = self._named(j, reference, text)
        edges: list[Edge] = []
        best = 0
        for i, how in naming.items():
            weight = self._weigh(i, j, how, name, said)
            if weight >= _FLOOR:
                edges.append((weight, i, how))
                best = max(best, weight)
        if best < _BEYOND_PARTY and payers.names and (name or said):
            rules, day, names = self.board.rules, days[j], payers.names
            for i in payers.find(name or said, (day - rules.late, day + rules.early)):
                if i not in naming and (weight := self._weigh(i, j, _NONE, name, said, names[i])) >= _FLOOR:
                    edges.append((weight, i, _NONE))
                    best = max(best, weight)
            if payers.refused:
                self.crowds.meet(payers, j)
        if best < _SURE and (reference or text) and not (best >= _FLOOR and len(naming) > 1):
            slipped = self._slipped(j, naming, name, said)
            known = {edge[1] for edge in slipped}
            edges = [*slipped, *(edge for edge in edges if edge[1] not in known)] if known else edges
        return self._ranked(edges) if len(edges) > 1 else tuple(edges)

    def _ranked(self, edges: list[Edge]) -> tuple[Edge, ...]:
        ids = self.board.e.ids
        edges.sort(key=lambda edge: (-edge[0], ids[edge[1]]))
        if len(edges) <= _MOST:
            return tuple(edges)
        least = edges[_MOST - 1][0] - _NEAR
        return tuple([edge for edge in edges if edge[0] >= least or edge[2] >= _NORMALISED])

    def _named(self, j: int, reference: str | None, text: str | None) -> dict[int, int]:
        board = self.board
        exact = board.named[j]
        found: dict[int, int] = {}
        if text or exact < 0:
            spelled = f"{reference} {text}" if text and reference else text or reference
            if spelled:
                found = self.references.find(spelled)
        if exact >= 0 and not board.e_state[exact]:
            found[exact] = _EXACT
        return found

    def _slipped(self, j: int, naming: dict[int, int], name: _Words, said: _Words) -> list[Edge]:
        text = f"{self._r[4][j] or ''} {self._r[3][j] or ''}"
        if text.isspace():
            return []
        due, paid = self._e[0], self._r[0][j]
        # A line that names another entry of its amount, letter for letter, means that one; a slip is a rival, no more.
        other = self.board.named[j]
        how = _OTHER if other >= 0 and due[other] == paid else _PART
        edges = []
        for i in self.references.slipped(text):
            # A slip and another amount are too much, unless the payer speaks for it and nothing else is named.
            if due[i] == paid or (name and not naming):
                weight = self._weigh(i, j, _PART, name, said) if i not in naming else 0
                if weight >= _FLOOR:
                    edges.append((weight, i, how))
        return edges

    def _weigh(  # noqa: PLR0917  in the innermost loop a name costs time
        self, i: int, j: int, naming: int, name: _Words, said: _Words, payer: _Words | None = None
    ) -> int:
        # The date only breaks ties, and later: see `assign`.
        e_minor, e_days, e_currencies = self._e
        r_minor, r_days, r_currencies, *_ = self._r
        due, paid, days = e_minor[i], r_minor[j], r_days[j] - e_days[i]
        board = self.board
        rules = board.rules
        if (due > 0) != (paid > 0) or abs(days) > rules.reference_days:
            return 0
        if not board.one_money and e_currencies[i] != r_currencies[j]:
            return 0
        if board.rejected and (i, j) in board.rejected:
            return 0
        if naming == _NONE and 0 <= board.named[j] != i:
            naming = _OTHER
        payer = words(board.e.parties[i]) if payer is None else payer
        weight = _SAYS[naming] + _PAYER[likeness(payer, name) if name else mention(payer, said)]
        if due == paid:
            weight += AMOUNT
        return weight if -rules.early <= days <= rules.late else weight + FAR


def _with_money(side: Entries, rows: list[int]) -> Iterator[tuple[int, _Money]]:
    code = side.one_currency
    codes = repeat(code, len(rows)) if code else map(side.currencies.__getitem__, rows)
    return zip(rows, zip(codes, map(side.minor.__getitem__, rows), strict=True), strict=True)
