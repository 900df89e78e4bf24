"""Match what is best for both sides by a margin, round after round; every tie is left alone.

A round looks at all open candidates at once and then matches, so the order of the input plays no part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from renewkit.policies.reconcile.board import Rule
from renewkit.policies.reconcile.evidence import AMOUNT, ENOUGH, MARGIN, closeness
from renewkit.policies.reconcile.references import Naming

if TYPE_CHECKING:
    from renewkit.policies.reconcile.board import Board
    from renewkit.policies.reconcile.candidates import Candidates, Edge

__all__ = ["assign"]


def assign(board: Board, candidates: Candidates, *, by_date: bool = False) -> None:
    """Match open rows of equal amount with one another as far as the evidence decides; last, let near dates decide."""
    while matched := _round(board, candidates, by_date=by_date):
        for i, j, naming in matched:
            board.pair(i, j, _rule(naming))


def _round(board: Board, candidates: Candidates, *, by_date: bool) -> list[tuple[int, int, Naming]]:
    claims: dict[int, list[tuple[int, int]]] = {}
    firsts: dict[int, list[Edge]] = {}
    for j, edges in candidates.edges.items():
        if board.r_state[j]:
            continue
        still = [edge for edge in edges if not board.e_state[edge[1]]]
        if by_date:
            # A near date breaks a tie, but never makes weak evidence strong.
            still = _dated(board, j, [edge for edge in still if edge[0] >= ENOUGH])
        if still:
            firsts[j] = still
            for weight, i, _ in still:
                claims.setdefault(i, []).append((weight, j))
    due, paid = board.e.minor, board.r.minor
    matched = []
    for j, edges in firsts.items():
        weight, i, naming = edges[0]
        if due[i] != paid[j] or not _is_clear(edges):
            continue
        least = weight - MARGIN
        if all(rival <= least for rival, other in claims[i] if other != j):
            matched.append((i, j, Naming(naming)))
            if len(edges) > 1:
                board.rivals[j] = (weight - edges[1][0], tuple(edge[1] for edge in edges[1:]))
    return matched


def _is_clear(edges: list[Edge]) -> bool:
    weight, _, naming = edges[0]
    # Against a reference that names another entry it takes a payer as well.
    enough = ENOUGH + AMOUNT if naming == Naming.OTHER else ENOUGH
    return weight >= enough and (len(edges) == 1 or weight - edges[1][0] >= MARGIN)


def _dated(board: Board, j: int, edges: list[Edge]) -> list[Edge]:
    day, days, ids = board.r.days[j], board.e.days, board.e.ids
    dated = [(weight + closeness(day - days[i]), i, naming) for weight, i, naming in edges]
    return sorted(dated, key=lambda edge: (-edge[0], ids[edge[1]]))


def _rule(naming: Naming) -> Rule:
    if naming is Naming.EXACT:
        return Rule.REFERENCE
    return Rule.NORMALISED if naming > Naming.NONE else Rule.PARTY
