"""Match what is best for both sides by a margin, round after round; every tie is left alone.

A round looks at all open candidates at once and then matches, so the order of the input plays no part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from renewkit.policies.reconcile.board import Rule
from renewkit.policies.reconcile.evidence import ENOUGH, MARGIN
from renewkit.policies.reconcile.references import Naming

if TYPE_CHECKING:
    from renewkit.policies.reconcile.board import Board
    from renewkit.policies.reconcile.candidates import Candidates, Edge

__all__ = ["assign"]


def assign(board: Board, candidates: Candidates) -> None:
    """Match open rows of equal amount with one another as far as the evidence decides."""
    while matched := _round(board, candidates):
        for i, j, naming in matched:
            board.pair(i, j, _rule(naming))


def _round(board: Board, candidates: Candidates) -> list[tuple[int, int, Naming]]:
    claims: dict[int, list[tuple[int, int]]] = {}
    firsts: dict[int, list[Edge]] = {}
    for j, edges in candidates.edges.items():
        if board.r_state[j]:
            continue
        still = [edge for edge in edges if not board.e_state[edge[1]]]
        firsts[j] = still
        for weight, i, _ in still:
            claims.setdefault(i, []).append((weight, j))
    matched = []
    for j, edges in firsts.items():
        if edges and _is_clear([edge[0] for edge in edges]):
            i = edges[0][1]
            rivals = sorted((weight for weight, other in claims[i] if other != j), reverse=True)
            same_amount = board.e.minor[i] == board.r.minor[j]
            if same_amount and _is_clear([edges[0][0], *rivals]):
                matched.append((i, j, Naming(edges[0][2])))
    return matched


def _is_clear(weights: list[int]) -> bool:
    return weights[0] >= ENOUGH and (len(weights) == 1 or weights[0] - weights[1] >= MARGIN)


def _rule(naming: Naming) -> Rule:
    if naming is Naming.EXACT:
        return Rule.REFERENCE
    return Rule.NORMALISED if naming > Naming.NONE else Rule.PARTY
