"""Second payments: a line that pays what another line, or an earlier run, has paid already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from renewkit.policies.reconcile.board import Rule, State
from renewkit.policies.reconcile.names import Likeness, likeness, words

if TYPE_CHECKING:
    from renewkit.policies.reconcile.board import Board

__all__ = ["find_repeats", "settle_claims"]


def settle_claims(board: Board) -> None:
    """Let the earliest of several lines that name an entry with its whole amount pay it; the others pay it again."""
    for i, lines in _claims(board, sure=True).items():
        if not board.e_state[i] and len(lines) > 1:
            board.pair(i, lines[0], Rule.REFERENCE)
            for j in lines[1:]:
                board.repeat(j, i)


def find_repeats(board: Board) -> None:
    """Mark lines that name a settled entry with its whole amount."""
    for i, lines in _claims(board, sure=False).items():
        if board.e_state[i] in {State.MATCHED, State.SETTLED}:
            for j in lines:
                board.repeat(j, i)


def _claims(board: Board, *, sure: bool) -> dict[int, list[int]]:
    claims: dict[int, list[int]] = {}
    for j in board.open_received():
        i = board.named[j]
        if i >= 0 and _pays(board, i, j, sure=sure):
            claims.setdefault(i, []).append(j)
    r = board.r
    return {i: sorted(lines, key=lambda j: (r.days[j], r.ids[j])) for i, lines in claims.items()}


def _pays(board: Board, i: int, j: int, *, sure: bool) -> bool:
    e, r, rules = board.e, board.r, board.rules
    if e.minor[i] != r.minor[j] or e.currencies[i] != r.currencies[j] or (i, j) in board.rejected:
        return False
    days = r.days[j] - e.days[i]
    if abs(days) > rules.reference_days:
        return False
    alike = likeness(words(e.parties[i]), words(r.parties[j]))
    if sure and alike is Likeness.UNKNOWN:
        return -rules.early <= days <= rules.late
    return alike is not Likeness.CONFLICT
