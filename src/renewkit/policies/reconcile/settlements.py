"""Join payouts with the processor's own report: the surest evidence that there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from renewkit.policies.reconcile.board import Board, Group, Rule, State
from renewkit.policies.reconcile.references import ReferenceIndex
from renewkit.values.problem import Problem

if TYPE_CHECKING:
    from renewkit.values.entry import Settlement

__all__ = ["join_settlements"]


def join_settlements(board: Board, settlements: tuple[Settlement, ...], index: dict[str, int]) -> None:
    """Match each payout line with the payments that its report names.

    A report without its line, with an unknown or settled payment, or whose sum is not the line's amount becomes a
    `Problem`; its entries stay open for other evidence.
    """
    lines = _lines(board, [settlement.reference for settlement in settlements])
    for settlement in sorted(settlements, key=lambda settlement: (settlement.reference, settlement.items)):
        line = lines.get(settlement.reference, ())
        if not line:
            _report(board, settlement, "a line that carries the payout's reference", "wait for the bank's statement")
            continue
        _join(board, settlement, min(line, key=lambda j: (board.r.days[j], board.r.ids[j])), index)


def _lines(board: Board, references: list[str]) -> dict[str, list[int]]:
    wanted = set(references)
    found: dict[str, list[int]] = {}
    for j, reference in enumerate(board.r.references):
        if reference in wanted and not board.r_state[j]:
            found.setdefault(reference, []).append(j)
    missing = sorted(wanted - found.keys())
    if missing:
        known = ReferenceIndex(enumerate(missing), parts=False)
        for j in board.open_received():
            text = board.r.texts[j]
            spelled = f"{board.r.references[j] or ''} {text}" if text else board.r.references[j]
            for row in known.find(spelled) if spelled else ():
                found.setdefault(missing[row], []).append(j)
    return found


def _join(board: Board, settlement: Settlement, j: int, index: dict[str, int]) -> None:
    net, paid = settlement.net, board.r.minor[j]
    if net != paid:
        remedy = "ask the processor for the complete report"
        _report(board, settlement, f"payments that sum to the {paid} of {board.r.ids[j]}, got {net}", remedy)
        return
    rows = [index.get(reference, -1) for reference, _, _ in settlement.items]
    wrong = [
        reference
        for row, (reference, gross, _) in zip(rows, settlement.items, strict=True)
        if row < 0
        or board.e_state[row] != State.OPEN
        or board.e.minor[row] != gross
        or board.e.currencies[row] != board.r.currencies[j]
    ]
    if wrong or len(set(rows)) != len(rows):
        named = ", ".join(sorted(wrong)) or "one of them twice"
        _report(board, settlement, f"open entries of these amounts, got {named}", "correct or review these payments")
        return
    board.join(Group(tuple(rows), (j,), Rule.SETTLEMENT, fee=sum(fee for *_, fee in settlement.items)))


def _report(board: Board, settlement: Settlement, expected: str, remedy: str) -> None:
    problem = Problem("settlement", settlement.reference, message=f"expected {expected}", remedy=remedy)
    board.problems.append(problem)
