"""Second payments: a line that pays what another line, or an earlier run, has paid already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from renewkit.policies.reconcile.board import State
from renewkit.policies.reconcile.names import Likeness, likeness, words

if TYPE_CHECKING:
    from renewkit.policies.reconcile.board import Board

__all__ = ["find_repeats", "resolve_claims"]


def resolve_claims(board: Board) -> dict[int, list[int]]:
    """Return the open lines that name an entry and bring its whole amount, earliest first, by entry."""
    claims: dict[int, list[int]] = {}
    for j, i in enumerate(board.named):
        if i >= 0 and not board.r_state[j] and _pays(board, i, j):
            claims.setdefault(i, []).append(j)
    r = board.r
    return {i: sorted(lines, key=lambda j: (r.days[j], r.ids[j])) for i, lines in claims.items()}


def find_repeats(board: Board) -> None:
    """Mark lines that name a settled entry with its whole amount."""
    for i, lines in resolve_claims(board).items():
        if board.e_state[i] in {State.MATCHED, State.SETTLED}:
            for j in lines:
                board.repeat(j, i)


def _pays(board: Board, i: int, j: int) -> bool:
    e, r = board.e, board.r
    if e.minor[i] != r.minor[j] or e.currencies[i] != r.currencies[j] or (i, j) in board.rejected:
        return False
    if abs(r.days[j] - e.days[i]) > board.rules.reference_days:
        return False
    return likeness(words(e.parties[i]), words(r.parties[j])) is not Likeness.CONFLICT
