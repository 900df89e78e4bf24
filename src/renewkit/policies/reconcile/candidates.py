"""Who may belong to whom: for each line that is still open, the few entries for which anything speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from renewkit.policies.reconcile.evidence import strength
from renewkit.policies.reconcile.names import likeness, mention, words
from renewkit.policies.reconcile.payers import PayerIndex
from renewkit.policies.reconcile.references import Naming, ReferenceIndex

if TYPE_CHECKING:
    from renewkit.policies.reconcile.board import Board

__all__ = ["Candidates", "Edge"]

Edge = tuple[int, int, int]
"""Strength, expected row, naming."""

_FLOOR = 30
_SURE = 80
_BEYOND_PARTY = 84
_MOST = 8


class Candidates:
    """The candidates of every open line, best first."""

    __slots__ = ("board", "edges", "payers", "references")

    def __init__(self, board: Board) -> None:
        """Index what is open and look every open line up."""
        self.board = board
        rows, lines = board.open_expected(), board.open_received()
        references, parties = board.e.references, board.r.parties
        self.references = ReferenceIndex((row, reference) for row in rows if (reference := references[row]))
        alone = {name[0] for j in lines if len(name := words(parties[j])) == 1}
        self.payers = PayerIndex(board.e, rows, by_amount=True, alone=alone)
        self.edges: dict[int, list[Edge]] = {j: edges for j in lines if (edges := self._of(j))}

    def _of(self, j: int) -> list[Edge]:
        board, r = self.board, self.board.r
        name = words(r.parties[j])
        said = words(r.texts[j]) if not name else []
        naming = self._named(j)
        edges = [edge for i, how in naming.items() if (edge := self._weigh(i, j, how, name, said))]
        best = max(edges)[0] if edges else 0
        if best < _BEYOND_PARTY:
            day, rules = r.days[j], board.rules
            window = (day - rules.late, day + rules.early)
            for i in self.payers.find(r.currencies[j], r.minor[j], name or said, window):
                if i not in naming and (edge := self._weigh(i, j, Naming.NONE, name, said)):
                    edges.append(edge)
                    best = max(best, edge[0])
        if best < _SURE:
            edges += self._slipped(j, naming, name, said)
        return self._ranked(edges) if len(edges) > 1 else edges

    def _ranked(self, edges: list[Edge]) -> list[Edge]:
        ids = self.board.e.ids
        edges.sort(key=lambda edge: (-edge[0], ids[edge[1]]))
        return [edge for at, edge in enumerate(edges) if at < _MOST or edge[2] >= Naming.NORMALISED]

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
        rows = (i for i in self.references.slipped(text) if naming.get(i, 0) <= Naming.PART and not board.e_state[i])
        return [edge for i in rows if i not in naming and (edge := self._weigh(i, j, Naming.PART, name, said))]

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
        payer = self.payers.names[i]
        alike = likeness(payer, name) if name else mention(payer, said)
        usual = -rules.early <= days <= rules.late
        weight = strength(naming, alike, amount=e.minor[i] == r.minor[j], days=days, usual=usual)
        return (weight, i, naming) if weight >= _FLOOR else None
