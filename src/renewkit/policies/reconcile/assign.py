"""Match what is best for both sides by a margin, round after round; every tie is left alone.

A round looks at all open candidates at once and then matches, so the order of the input plays no part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from renewkit.policies.reconcile.board import Rule
from renewkit.policies.reconcile.columns import repeated
from renewkit.policies.reconcile.edges import ROW, ROWS, WEIGHT, edge_of, naming_of, row_of, weight_of
from renewkit.policies.reconcile.evidence import AMOUNT, ENOUGH, MARGIN, closeness
from renewkit.policies.reconcile.references import Naming
from renewkit.policies.reconcile.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from renewkit.policies.reconcile.board import Board
    from renewkit.policies.reconcile.candidates import Candidates
    from renewkit.policies.reconcile.edges import Edge

__all__ = ["assign", "shared_rows"]

# Members of an enum are slow to reach, and what holds one is walked by the garbage collector.
_OTHER, _NONE, _EXACT = int(Naming.OTHER), int(Naming.NONE), int(Naming.EXACT)


def assign(board: Board, candidates: Candidates, *, by_date: bool = False) -> None:
    """Match open rows of equal amount with one another as far as the evidence decides; last, let near dates decide."""
    edges = candidates.still_open()
    if by_date:
        # A near date breaks a tie, but never makes weak evidence strong.
        sure = {j: tuple([edge for edge in given if weight_of(edge) >= ENOUGH]) for j, given in edges.items()}
        edges = {j: _dated(board, j, given) for j, given in sure.items() if given}
    claims = _claims(edges, len(board.e))
    todo: Iterable[int] = edges
    while matched := {j: clear for j in todo if (clear := _clear(board, j, edges[j], claims))}:
        for j, clear in matched.items():
            board.pair(row_of(clear[0]), j, _rule(naming_of(clear[0])))
            if len(clear) > 1:
                board.rivals[j] = clear
        # Only lines that wanted what is now taken, or whose rival is now served, can have become clear.
        touched = {i for j in matched for edge in edges[j] if (i := edge >> ROW & ROWS) in claims.one}
        todo = {other for i in touched for other in map(row_of, claims.get(i)) if not board.r_state[other]}


def shared_rows(edges: Iterable[tuple[Edge, ...]], size: int) -> set[int]:
    """Return the expected rows, of so many, to which several lines have an edge."""
    return repeated([edge >> ROW & ROWS for given in edges for edge in given], size)


def _claims(edges: dict[int, tuple[Edge, ...]], size: int) -> Rows[int]:
    # Who wants what several lines want, as edges that hold the line; most entries are wanted by one line alone.
    wanted = shared_rows(edges.values(), size)
    claims: Rows[int] = Rows()
    for j, given in edges.items():
        for edge in given:
            if (i := edge >> ROW & ROWS) in wanted:
                claims.add(i, edge_of(edge >> WEIGHT, j, 0))
    return claims


def _clear(board: Board, j: int, edges: tuple[Edge, ...], claims: Rows[int]) -> tuple[Edge, ...]:
    # The open edges of a line, if the first of them is clearly the best for both sides.
    taken = board.e_state
    if len(edges) > 1:
        edges = tuple([edge for edge in edges if not taken[edge >> ROW & ROWS]])
    if not edges:
        return ()
    best = edges[0]
    weight, i = best >> WEIGHT, best >> ROW & ROWS
    if taken[i] or not _is_clear(edges) or board.e.minor[i] != board.r.minor[j]:
        return ()
    if i in claims.one:
        least, served = weight - MARGIN, board.r_state
        for rival in claims.get(i):
            if weight_of(rival) > least and (other := row_of(rival)) != j and not served[other]:
                return ()
    return edges


def _is_clear(edges: tuple[Edge, ...]) -> bool:
    weight = weight_of(edges[0])
    # Against a reference that names another entry it takes a payer as well.
    enough = ENOUGH + AMOUNT if naming_of(edges[0]) == _OTHER else ENOUGH
    return weight >= enough and (len(edges) == 1 or weight - weight_of(edges[1]) >= MARGIN)


def _dated(board: Board, j: int, edges: tuple[Edge, ...]) -> tuple[Edge, ...]:
    day, days, ids = board.r.days[j], board.e.days, board.e.ids
    dated = [edge + (closeness(day - days[row_of(edge)]) << WEIGHT) for edge in edges]
    return tuple(sorted(dated, key=lambda edge: (-weight_of(edge), ids[row_of(edge)])) if len(dated) > 1 else dated)


def _rule(naming: int) -> Rule:
    if naming == _EXACT:
        return Rule.REFERENCE
    return Rule.NORMALISED if naming > _NONE else Rule.PARTY
