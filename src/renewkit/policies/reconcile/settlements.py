"""Join payouts with the processor's own report: the surest evidence that there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from renewkit.policies.reconcile.board import UNNAMED, Board, Group, Rule, State
from renewkit.policies.reconcile.references import ReferenceIndex
from renewkit.values.problem import Problem

if TYPE_CHECKING:
    from renewkit.values.entry import Settlement

__all__ = ["join_settlements"]

_Indexes = tuple[dict[str, int], dict[str, list[int]]]
"""The row of each reference that one row has, and the rows of each that several have."""


def join_settlements(
    board: Board, settlements: tuple[Settlement, ...], index: dict[str, int], shared: dict[str, list[int]]
) -> None:
    """Match each payout line with the payments that its report names.

    A reference that several entries share, such as a customer's number, names the one of the item's amount, or of
    these the one within the days of the payout.

    A report without its line, with an unknown or settled payment, or whose sum is not the line's amount becomes a
    `Problem`; its entries stay open for other evidence.
    """
    lines = _lines(board, {settlement.reference for settlement in settlements}, index)
    for settlement in sorted(settlements, key=lambda settlement: (settlement.reference, settlement.items)):
        line = lines.get(settlement.reference, ())
        if not line:
            _report(board, settlement, "a line that carries the payout's reference", "wait for the bank's statement")
            continue
        _join(board, settlement, min(line, key=lambda j: (board.r.days[j], board.r.ids[j])), (index, shared))


def _lines(board: Board, wanted: set[str], index: dict[str, int]) -> dict[str, list[int]]:
    # What a line carries is known to be an entry's reference or none, and few are both an entry's and a payout's.
    column, both = board.r.references, {UNNAMED, *(index[reference] for reference in wanted if reference in index)}
    found: dict[str, list[int]] = {}
    for j in [j for j, i in enumerate(board.named) if i in both]:
        if (reference := column[j]) in wanted and not board.r_state[j]:
            found.setdefault(reference, []).append(j)
    missing = sorted(wanted - found.keys())
    if missing:
        known = ReferenceIndex(range(len(missing)), missing, parts=False)
        for j in board.open_received():
            text = board.r.texts[j]
            spelled = f"{board.r.references[j] or ''} {text}" if text else board.r.references[j]
            for row in known.find(spelled) if spelled else ():
                found.setdefault(missing[row], []).append(j)
    return found


def _join(board: Board, settlement: Settlement, j: int, indexes: _Indexes) -> None:
    net, paid = settlement.net, board.r.minor[j]
    if net != paid:
        remedy = "ask the processor for the complete report"
        _report(board, settlement, f"payments that sum to the {paid} of {board.r.ids[j]}, got {net}", remedy)
        return
    rows = [_row_of(board, reference, gross, j, indexes) for reference, gross, _ in settlement.items]
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


def _row_of(board: Board, reference: str, gross: int, j: int, indexes: _Indexes) -> int:
    (index, shared), days = indexes, board.e.days
    fitting = [i for i in shared.get(reference, ()) if not board.e_state[i] and board.e.minor[i] == gross]
    if len(fitting) > 1:
        # Of several alike, the one that was collected for this payout.
        fitting = [i for i in fitting if 0 <= board.r.days[j] - days[i] <= board.rules.payout_days]
    return fitting[0] if len(fitting) == 1 else index.get(reference, -1)


def _report(board: Board, settlement: Settlement, expected: str, remedy: str) -> None:
    problem = Problem("settlement", settlement.reference, message=f"expected {expected}", remedy=remedy)
    board.problems.append(problem)
