"""Every unit of money in exactly one place, on both sides and in every currency."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import attrs

from renewkit.policies.reconcile.board import Rule, State
from renewkit.values.money import to_minor

if TYPE_CHECKING:
    from renewkit.policies.reconcile.ambiguity import Tie
    from renewkit.policies.reconcile.board import Board
    from renewkit.policies.reconcile.certificate import Match

__all__ = ["Balance", "balances"]

_Places = Counter[tuple[str, str, str]]


@attrs.frozen
class Balance:
    """Where the money of one side in one currency went, in minor units.

    `matched` counts what earlier runs settled too; `exception` is what is ambiguous.

    >>> Balance("expected", "USD", total=100, matched=97, fee=3).residual
    0
    """

    side: str
    currency: str
    total: int = attrs.field(default=0, kw_only=True)
    matched: int = attrs.field(default=0, kw_only=True)
    fee: int = attrs.field(default=0, kw_only=True)
    fx: int = attrs.field(default=0, kw_only=True)
    write_off: int = attrs.field(default=0, kw_only=True)
    duplicate: int = attrs.field(default=0, kw_only=True)
    open: int = attrs.field(default=0, kw_only=True)
    exception: int = attrs.field(default=0, kw_only=True)

    @property
    def residual(self) -> int:
        """What is in no place, or in two: zero, always."""
        placed = self.matched + self.fee + self.fx + self.write_off + self.duplicate + self.open + self.exception
        return self.total - placed


def balances(board: Board, ties: tuple[Tie, ...], fresh: tuple[Match, ...]) -> tuple[Balance, ...]:
    """Return the balance of each side in each currency; `fresh` are the matches of this run."""
    places: _Places = Counter()
    for match in fresh:
        _place_match(places, match)
    _place_expected(places, board, {i for tie in ties for i in tie.expected})
    _place_received(places, board, {j for tie in ties for j in tie.received})
    found = sorted({(side, code) for side, code, _ in places})
    names = [field.name for field in attrs.fields(Balance)][2:]
    return tuple(Balance(side, code, **{name: places[side, code, name] for name in names}) for side, code in found)


def _place_match(places: _Places, match: Match) -> None:
    proof = match.certificate
    for entry in proof.received:
        places["received", entry.amount.currency.code, "matched"] += to_minor(entry.amount)
    due = sum(to_minor(entry.amount) for entry in proof.expected)
    code = proof.expected[0].amount.currency.code
    if match.rule is Rule.FX:
        places["expected", code, "matched"] += due
        return
    places["expected", code, "fee"] += proof.fee
    places["expected", code, "write_off"] += proof.write_off
    places["expected", code, "open"] += proof.open
    places["expected", code, "matched"] += due - proof.fee - proof.write_off - proof.open


def _place_expected(places: _Places, board: Board, tied: set[int]) -> None:
    e = board.e
    for i, state in enumerate(board.e_state):
        if state == State.DROPPED:
            continue
        minor, code, earlier = e.minor[i], e.currencies[i], board.part_paid.get(i, 0)
        places["expected", code, "total"] += minor + earlier
        places["expected", code, "matched"] += earlier
        if state == State.OPEN:
            places["expected", code, "exception" if i in tied else "open"] += minor
        elif state == State.SETTLED:
            places["expected", code, "open" if i in board.part_paid else "matched"] += minor
        elif state == State.WRITTEN_OFF:
            places["expected", code, "write_off"] += minor


def _place_received(places: _Places, board: Board, tied: set[int]) -> None:
    r = board.r
    where = {State.SETTLED: "matched", State.DUPLICATE: "duplicate"}
    for j, state in enumerate(board.r_state):
        if state == State.DROPPED:
            continue
        minor, code = r.minor[j], r.currencies[j]
        places["received", code, "total"] += minor
        if state == State.OPEN:
            places["received", code, "exception" if j in tied else "open"] += minor
        elif state in where:
            places["received", code, where[State(state)]] += minor
