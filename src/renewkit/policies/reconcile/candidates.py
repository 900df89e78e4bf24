"""Who may belong to whom: for each line that is still open, the few entries for which anything speaks."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from renewkit.policies.reconcile.crowds import Crowds
from renewkit.policies.reconcile.edges import ROW, ROWS, WEIGHT, Edge, edge_of, naming_of, row_of, weight_of
from renewkit.policies.reconcile.evidence import MARGIN, SAME_DAY
from renewkit.policies.reconcile.names import all_words, words
from renewkit.policies.reconcile.payers import PayerIndex, signs_of
from renewkit.policies.reconcile.references import Naming, ReferenceIndex
from renewkit.policies.reconcile.weigh import weigher

if TYPE_CHECKING:
    from collections.abc import Iterable

    from renewkit.policies.reconcile.board import Board
    from renewkit.values.entry import Entries

__all__ = ["Candidates"]

_Money = int | tuple[str, int]
_Words = tuple[str, ...]
_Line = tuple[int, _Words, _Words]
"""A received row, the words of its payer, and those of its text if it has no payer."""

_FLOOR: Final = 30
# Above a reference, letter for letter, of an entry of this payer and amount that is due months away.
_SURE: Final = 91
# No payer with an equal amount can come close to this, so nobody needs to be asked.
_BEYOND_PARTY: Final = 84
_MOST: Final = 8
# What comes so near to the last of the few best may still decide, or make a tie.
_NEAR: Final = MARGIN + SAME_DAY
# Members of an IntEnum are slow to reach; a million lines are weighed in plain ints.
_OTHER, _NONE, _, _PART, _NORMALISED, _EXACT = (int(naming) for naming in Naming)


class Candidates:
    """The candidates of every open line, best first."""

    __slots__ = ("_open", "_r", "_weigh", "board", "crowds", "edges", "references")

    def __init__(self, board: Board) -> None:
        """Index what is open and look every open line up, the lines of one amount together."""
        self.board = board
        self.crowds = Crowds()
        e, r = board.e, board.r
        self._r = (r.texts, r.references)
        self._weigh = weigher(board)
        rows = board.open_expected()
        references = e.references
        self.references = ReferenceIndex(rows, references)
        self.edges: dict[int, tuple[Edge, ...]] = {}
        if any(map(references.__getitem__, rows)) or any(map(e.parties.__getitem__, rows)):
            owed: defaultdict[_Money, list[int]] = defaultdict(list)
            for i, money in zip(rows, _moneys(board, e, rows), strict=True):
                owed[money].append(i)
            alone: list[int] = []
            paid: dict[_Money, list[int]] = {money: [] for money in owed}
            lines = board.open_received()
            for j, money in zip(lines, _moneys(board, r, lines), strict=True):
                paid.get(money, alone).append(j)
            for money, lines in paid.items():
                self._look_up(lines, owed.pop(money))
            self._look_up(alone, [])
        # The edges live as long as the result; what they were found with does not.
        del self.references, self._weigh
        self._open = self.edges

    def still_open(self) -> dict[int, tuple[Edge, ...]]:
        """Return the candidates that are open, of the lines that are; what is matched is never opened again."""
        paid, taken = self.board.r_state, self.board.e_state
        found: dict[int, tuple[Edge, ...]] = {}
        for j, edges in self._open.items():
            if not paid[j]:
                if len(edges) == 1:
                    if not taken[edges[0] >> ROW & ROWS]:
                        found[j] = edges
                elif still := tuple([edge for edge in edges if not taken[edge >> ROW & ROWS]]):
                    found[j] = still
        self._open = found
        return found

    def _look_up(self, lines: list[int], rows: list[int]) -> None:
        # Lines and entries of one amount. Payers are looked for where references do not decide, so what no such line
        # asks for is not indexed.
        board, texts, edges = self.board, self.board.r.texts, self.edges
        names = all_words([*map(board.r.parties.__getitem__, lines)])
        asking: dict[int, dict[int, int]] = {}
        asked: set[str] = set()
        for j, name in zip(lines, names, strict=True):
            said = words(texts[j]) if not name else ()
            naming = self._named(j)
            found = self._weighed(j, naming, name, said) if naming else []
            best = max(found) >> WEIGHT if found else 0
            if rows and best < _BEYOND_PARTY and (name or said):
                asking[j] = naming
                asked.update(signs_of(name or said))
                edges[j] = tuple(found)
            elif best >= _SURE and len(found) == 1:
                edges[j] = (found[0],)
            else:
                self._close(found, naming, (j, name, said), equal=bool(rows))
        if asking:
            payers = PayerIndex(board.e, rows, {name[0] for name in names if len(name) == 1}, asked)
            for j, name in zip(lines, names, strict=True):
                if j in asking:
                    said = words(texts[j]) if not name else ()
                    found = [*edges[j], *self._of_payers(asking[j], payers, (j, name, said))]
                    self._close(found, asking[j], (j, name, said), equal=True)

    def _weighed(self, j: int, naming: dict[int, int], name: _Words, said: _Words) -> list[Edge]:
        weigh = self._weigh
        return [
            edge_of(weight, i, how) for i, how in naming.items() if (weight := weigh(i, j, how, name, said)) >= _FLOOR
        ]

    def _of_payers(self, naming: dict[int, int], payers: PayerIndex, line: _Line) -> list[Edge]:
        j, name, said = line
        weigh, names = self._weigh, payers.names
        return [
            edge_of(weight, i, _NONE)
            for i in self._payers_of(j, name or said, payers)
            if i not in naming and (weight := weigh(i, j, _NONE, name, said, names[i])) >= _FLOOR
        ]

    def _close(self, edges: list[Edge], naming: dict[int, int], line: _Line, *, equal: bool) -> None:
        # `equal` is whether any entry has the amount of the line.
        j, name, said = line
        texts, references = self._r
        best = max(edges) >> WEIGHT if edges else 0
        # A slip and another amount are too much, unless the payer speaks for it and nothing else is named.
        alone = bool(name) and not naming
        spelled = references[j] or texts[j]
        if best < _SURE and (equal or alone) and spelled and not (best >= _FLOOR and len(naming) > 1):
            slipped = self._slipped(j, naming, name, said, any_amount=alone)
            known = set(map(row_of, slipped))
            edges = [*slipped, *(edge for edge in edges if row_of(edge) not in known)] if known else edges
        if edges:
            self.edges[j] = self._ranked(edges) if len(edges) > 1 else tuple(edges)
        else:
            self.edges.pop(j, None)

    def _payers_of(self, j: int, name: _Words, payers: PayerIndex) -> set[int]:
        rules, day = self.board.rules, self.board.r.days[j]
        found = payers.find(name, (day - rules.late, day + rules.early))
        if payers.refused:
            self.crowds.meet(payers, j)
        return found

    def _ranked(self, edges: list[Edge]) -> tuple[Edge, ...]:
        ids = self.board.e.ids
        edges.sort(key=lambda edge: (-weight_of(edge), ids[row_of(edge)]))
        if len(edges) <= _MOST:
            return tuple(edges)
        least = weight_of(edges[_MOST - 1]) - _NEAR
        return tuple([edge for edge in edges if weight_of(edge) >= least or naming_of(edge) >= _NORMALISED])

    def _named(self, j: int) -> dict[int, int]:
        texts, references = self._r
        text, reference, exact = texts[j], references[j], self.board.named[j]
        if exact >= 0 and not text:
            return {} if self.board.e_state[exact] else {exact: _EXACT}
        spelled = f"{reference} {text}" if text and reference else text or reference
        found = self.references.find(spelled) if spelled else {}
        if exact >= 0 and not self.board.e_state[exact]:
            found[exact] = _EXACT
        return found

    def _slipped(self, j: int, naming: dict[int, int], name: _Words, said: _Words, *, any_amount: bool) -> list[Edge]:
        texts, references = self._r
        text = f"{references[j] or ''} {texts[j] or ''}"
        board, weigh = self.board, self._weigh
        due, paid = board.e.minor, board.r.minor[j]
        # A line that names another entry of its amount, letter for letter, means that one; a slip is a rival, no more.
        other = board.named[j]
        how = _OTHER if other >= 0 and due[other] == paid else _PART
        edges = []
        for i in self.references.slipped(text):
            if (any_amount or due[i] == paid) and i not in naming:
                weight = weigh(i, j, _PART, name, said)
                if weight >= _FLOOR:
                    edges.append(edge_of(weight, i, how))
        return edges


def _moneys(board: Board, side: Entries, rows: list[int]) -> Iterable[_Money]:
    minor = map(side.minor.__getitem__, rows)
    return minor if board.one_money else zip(map(side.currencies.__getitem__, rows), minor, strict=True)
