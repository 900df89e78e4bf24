"""Payouts without a report: the payments that a processor collected in a day, less fees, found by counting."""

from __future__ import annotations

from math import comb
from typing import Final

from renewkit.policies.reconcile.board import Board, Group, Rule, by_id
from renewkit.policies.reconcile.names import words
from renewkit.policies.reconcile.sums import count_sums
from renewkit.policies.reconcile.ways import list_sums

__all__ = ["match_payouts"]

_MOST_LATE: Final = 4
# So much rarer than one in as many must it be that payments sum to a payout by accident.
_CHANCE: Final = 100


def match_payouts(board: Board) -> list[Group]:
    """Match each payout with the one day whose payments, less a few late ones, give its amount; return the unclear."""
    rules = board.rules
    signs = {word for text in rules.payout_words for word in words(text)}
    if not signs:
        return []
    buckets: dict[tuple[str, int], list[int]] = {}
    for i in by_id(board.e, board.open_expected()):
        buckets.setdefault((board.e.currencies[i], board.e.days[i]), []).append(i)
    sure: list[Group] = []
    unclear: list[Group] = []
    for j in by_id(board.r, board.open_received()):
        said = {*words(board.r.texts[j]), *words(board.r.parties[j])}
        if not signs.isdisjoint(said):
            day, currency = board.r.days[j], board.r.currencies[j]
            days = [buckets.get((currency, day - back), []) for back in range(rules.payout_days + 1)]
            found, is_sure = _explain(board, [rows for rows in days if rows], j)
            (sure if is_sure else unclear).extend(found)
    return [*unclear, *_take(board, sure, unclear)]


def _explain(board: Board, days: list[list[int]], j: int) -> tuple[list[Group], bool]:
    # The whole day, or the day but as few payments as possible that came too late, as long as that is no accident.
    tried = 0
    for late in range(_MOST_LATE + 1):
        tried += sum(comb(len(rows), late) for rows in days)
        if found := [group for rows in days if (group := _without(board, rows, j, late))]:
            span = max(sum(board.e.minor[i] for i in rows) for rows in days)
            return found, len(found) == found[0].solutions == 1 and tried * _CHANCE <= abs(span)
    return [], False


def _without(board: Board, rows: list[int], j: int, late: int) -> Group | None:
    # The late payments are the smaller sum, so they are counted; which of several equal ones matters to their payers.
    minor, fee = board.e.minor, board.rules.fee
    fees = {i: fee.of(minor[i]) if fee else 0 for i in rows}
    rest = sum(minor[i] - fees[i] for i in rows) - board.r.minor[j]
    if (rest > 0) != (late > 0) or rest < 0 or len(rows) == late:
        return None
    items = [(minor[i] - fees[i], i) for i in rows]
    solutions = count_sums(items, rest, least=late, most=late).solutions if late else 1
    if not solutions:
        return None
    ways = list_sums(items, rest, least=late, most=late) if late else ((),)
    kept = [tuple(i for at, i in enumerate(rows) if at not in way) for way in ways]
    among = kept[0] if solutions == 1 else tuple(rows)
    options = tuple((some, (j,)) for some in kept)
    return Group(among, (j,), Rule.PAYOUT, fee=sum(map(fees.__getitem__, among)), solutions=solutions, options=options)


def _take(board: Board, sure: list[Group], unclear: list[Group]) -> list[Group]:
    claims: dict[int, int] = {}
    for group in (*sure, *unclear):
        for row in (*group.expected, ~group.received[0]):
            claims[row] = claims.get(row, 0) + 1
    contested = [group for group in sure if any(claims[row] > 1 for row in (*group.expected, ~group.received[0]))]
    for group in sure:
        if group not in contested:
            board.join(group)
    return contested
