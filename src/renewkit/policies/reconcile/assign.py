"""Match what is best for both sides by a margin, round after round; every tie is left alone.

A round looks at all open candidates at once and then matches, so the order of the input plays no part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from renewkit.policies.reconcile.board import Rule
from renewkit.policies.reconcile.evidence import AMOUNT, ENOUGH, MARGIN, closeness
from renewkit.policies.reconcile.references import Naming

if TYPE_CHECKING:
    from collections.abc import Iterable

    from renewkit.policies.reconcile.board import Board
    from renewkit.policies.reconcile.candidates import Candidates, Edge

__all__ = ["assign"]

# Members of an enum are slow to reach, and what holds one is walked by the garbage collector.
_OTHER, _NONE, _EXACT = int(Naming.OTHER), int(Naming.NONE), int(Naming.EXACT)


def assign(board: Board, candidates: Candidates, *, by_date: bool = False) -> None:
    """Match open rows of equal amount with one another as far as the evidence decides; last, let near dates decide."""
    edges = candidates.still_open()
    if by_date:
        # A near date breaks a tie, but never makes weak evidence strong.
        sure = {j: tuple([edge for edge in given if edge[0] >= ENOUGH]) for j, given in edges.items()}
        edges = {j: _dated(board, j, given) for j, given in sure.items() if given}
    claims = _claims(edges)
    todo: Iterable[int] = edges
    while matched := [found for j in todo if (found := _best(board, j, edges[j], claims))]:
        for i, j, naming, rivals in matched:
            board.pair(i, j, _rule(naming))
            if rivals:
                board.rivals[j] = rivals
        # Only lines that wanted what is now taken, or whose rival is now served, can have become clear.
        touched = {i for _, j, _, _ in matched for _, i, _ in edges[j]}
        todo = {other for i in touched for _, other in claims.get(i, ()) if not board.r_state[other]}


def _claims(edges: dict[int, tuple[Edge, ...]]) -> dict[int, list[tuple[int, int]]]:
    # Who wants what several lines want; most entries are wanted by one line alone.
    one: dict[int, int] = {}
    wanted = {i for j, given in edges.items() for _, i, _ in given if one.setdefault(i, j) != j}
    claims: dict[int, list[tuple[int, int]]] = {i: [] for i in wanted}
    for j, given in edges.items():
        for weight, i, _ in given:
            if i in wanted:
                claims[i].append((weight, j))
    return claims


def _best(
    board: Board, j: int, edges: tuple[Edge, ...], claims: dict[int, list[tuple[int, int]]]
) -> tuple[int, int, int, tuple[int, tuple[int, ...]] | None] | None:
    if len(edges) > 1:
        taken = board.e_state
        edges = tuple([edge for edge in edges if not taken[edge[1]]])
    elif edges and board.e_state[edges[0][1]]:
        return None
    if not edges or not _is_clear(edges):
        return None
    weight, i, naming = edges[0]
    if board.e.minor[i] != board.r.minor[j]:
        return None
    least, served = weight - MARGIN, board.r_state
    for rival, other in claims.get(i, ()):
        if rival > least and other != j and not served[other]:
            return None
    rivals = (weight - edges[1][0], tuple(edge[1] for edge in edges[1:])) if len(edges) > 1 else None
    return i, j, naming, rivals


def _is_clear(edges: tuple[Edge, ...]) -> bool:
    weight, _, naming = edges[0]
    # Against a reference that names another entry it takes a payer as well.
    enough = ENOUGH + AMOUNT if naming == _OTHER else ENOUGH
    return weight >= enough and (len(edges) == 1 or weight - edges[1][0] >= MARGIN)


def _dated(board: Board, j: int, edges: tuple[Edge, ...]) -> tuple[Edge, ...]:
    day, days, ids = board.r.days[j], board.e.days, board.e.ids
    dated = [(weight + closeness(day - days[i]), i, naming) for weight, i, naming in edges]
    return tuple(sorted(dated, key=lambda edge: (-edge[0], ids[edge[1]])) if len(dated) > 1 else dated)


def _rule(naming: int) -> Rule:
    if naming == _EXACT:
        return Rule.REFERENCE
    return Rule.NORMALISED if naming > _NONE else Rule.PARTY
