"""Payouts without a report: the payments that a processor collected in a day, less fees, found by counting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from renewkit.policies.reconcile.board import Board, Group, Rule, by_id
from renewkit.policies.reconcile.names import words
from renewkit.policies.reconcile.sums import MOST_SOLUTIONS, count_sums

if TYPE_CHECKING:
    from renewkit.policies.reconcile.rules import FeeFormula

__all__ = ["match_payouts"]

_MOST_LATE = 4


def match_payouts(board: Board) -> list[Group]:
    """Match each payout with the one day whose payments, less a few late ones, give its amount; return the unclear."""
    rules = board.rules
    signs = {word for text in rules.payout_words for word in words(text)}
    if not signs:
        return []
    fee = rules.fee
    buckets: dict[tuple[str, int], list[int]] = {}
    for i in by_id(board.e, board.open_expected()):
        buckets.setdefault((board.e.currencies[i], board.e.days[i]), []).append(i)
    found: list[Group] = []
    for j in by_id(board.r, board.open_received()):
        said = {*words(board.r.texts[j]), *words(board.r.parties[j])}
        if not signs.isdisjoint(said):
            day, currency = board.r.days[j], board.r.currencies[j]
            days = [buckets.get((currency, day - back), []) for back in range(rules.payout_days + 1)]
            found += [group for rows in days if rows and (group := _explain(board, rows, j, fee))]
    return _take(board, found)


def _explain(board: Board, rows: list[int], j: int, fee: FeeFormula | None) -> Group | None:
    # The whole day, or the day but a few payments that came too late; the few are the smaller sum, so they are counted.
    minor = board.e.minor
    fees = {i: fee.of(minor[i]) if fee else 0 for i in rows}
    late = sum(minor[i] - fees[i] for i in rows) - board.r.minor[j]
    if late < 0:
        return None
    out: tuple[int, ...] = ()
    solutions = 1
    if late:
        # Which of several equal payments came late makes a difference to their payers, so each is a class of its own.
        sums = count_sums([(minor[i] - fees[i], i) for i in rows], late, most=_MOST_LATE)
        out, solutions = sums.items, sums.solutions
        if not solutions or (solutions < MOST_SOLUTIONS and len(out) == len(rows)):
            return None
    left = {rows[at] for at in out}
    kept = tuple(i for i in rows if i not in left)
    return Group(kept, (j,), Rule.PAYOUT, fee=sum(fees[i] for i in kept), solutions=solutions)


def _take(board: Board, found: list[Group]) -> list[Group]:
    claims: dict[int, int] = {}
    for group in found:
        for row in (*group.expected, ~group.received[0]):
            claims[row] = claims.get(row, 0) + 1
    unclear = []
    for group in found:
        if group.solutions == 1 and all(claims[row] == 1 for row in (*group.expected, ~group.received[0])):
            board.join(group)
        else:
            unclear.append(group)
    return unclear
