"""Laws of the guard: no policy, history or rhythm gets past a network's limits. They count by themselves.

>>> from renewkit.policies.network import NetworkRules
>>> from renewkit.values.decline import classify
>>> import pendulum
>>> now = pendulum.datetime(2026, 3, 1)
>>> card, stolen = Instrument("pm", "visa"), Attempt(now, classify("stripe", "stolen_card"), "pm")
>>> what_may_never_be_retried_is_not(NetworkRules(), [stolen], card, now=now)
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Protocol

from moneyed import Money

from renewkit.values.decision import RetryAt, RetryDecision
from renewkit.values.decline import Attempt, Decline, Instrument, RetryAdvice

__all__ = [
    "Guard",
    "guarding_never_hastens",
    "guarding_twice_changes_nothing",
    "no_rolling_cap_is_exceeded",
    "timed_advice_is_heeded",
    "what_may_never_be_retried_is_not",
]

_DAY, _MONTH = timedelta(hours=24), timedelta(days=30)


class Guard(Protocol):
    """What a guard must answer to be judged by these laws."""

    def guard(
        self,
        decision: RetryDecision,
        *,
        on_instrument: Sequence[Attempt],
        instrument: Instrument,
        now: datetime,
        amount: Money | None = None,
    ) -> RetryDecision:
        """Return the decision, delayed or refused."""
        ...


def no_rolling_cap_is_exceeded(
    guard: Guard,
    past: Sequence[Attempt],
    card: Instrument,
    decline: Decline,
    *,
    tries: int = 12,
    amount: Money | None = None,
) -> None:
    """However the past looks, tries that are made as soon as the guard allows never exceed a cap of Visa or Mastercard.

    The try that follows is asked for at once each time, which no policy does; each is declined and joins the history.
    """
    made = sorted(past, key=lambda attempt: attempt.at)
    number = 2
    for _ in range(tries):
        now = made[-1].at
        decision = guard.guard(RetryAt(now, number), on_instrument=made, instrument=card, now=now, amount=amount)
        if not isinstance(decision, RetryAt):
            return
        _count(made, decision.when, card.network, amount)
        made.append(Attempt(decision.when, decline, card.id, amount=amount))
        number += 1


def _count(made: Sequence[Attempt], when: datetime, network: str | None, amount: Money | None) -> None:
    declined = [attempt for attempt in made if attempt.decline is not None]
    month = [attempt for attempt in declined if when - attempt.at <= _MONTH]
    if network in (None, "mastercard"):
        day = [attempt for attempt in declined if when - attempt.at <= _DAY]
        assert len(day) < 10, f"a try on {when} after {len(day)} declines in 24 hours"
        alike = [attempt for attempt in month if amount is None or attempt.amount in (None, amount)]
        assert len(alike) < 35, f"a try on {when} after {len(alike)} declines of the amount in 30 days"
    if network in (None, "visa"):
        again = [late for early, late in pairwise(made) if early.decline is not None and when - late.at <= _MONTH]
        assert len(again) < 20, f"a try on {when} after {len(again)} reattempts in 30 days"


def what_may_never_be_retried_is_not(guard: Guard, past: Sequence[Attempt], card: Instrument, *, now: datetime) -> None:
    """After a latest decline that allows no retry the guard lets none through, whatever was decided."""
    last = max(past, key=lambda attempt: attempt.at).decline
    if last is not None and last.retry is RetryAdvice.NEVER:
        decision = guard.guard(RetryAt(now + _DAY, 2), on_instrument=past, instrument=card, now=now)
        assert not isinstance(decision, RetryAt), f"{last.rail} {last.code} is retried"


def timed_advice_is_heeded(guard: Guard, past: Sequence[Attempt], card: Instrument, *, now: datetime) -> None:
    """After a latest decline with timed advice no retry comes before the wait is over."""
    latest = max(past, key=lambda attempt: attempt.at)
    last = latest.decline
    decision = guard.guard(RetryAt(now, 2), on_instrument=past, instrument=card, now=now)
    if (
        last is not None
        and last.retry is RetryAdvice.ADVICE
        and last.wait is not None
        and isinstance(decision, RetryAt)
    ):
        waited = decision.when - latest.at
        assert waited >= last.wait, f"a retry after {waited} where {last.wait} were advised"


def guarding_never_hastens(
    guard: Guard, decision: RetryAt, past: Sequence[Attempt], card: Instrument, *, now: datetime
) -> None:
    """The guard delays or refuses; it never makes a retry earlier, and never past its end."""
    guarded = guard.guard(decision, on_instrument=past, instrument=card, now=now)
    if isinstance(guarded, RetryAt):
        assert guarded.when >= decision.when, f"{decision.when} became {guarded.when}"
        assert decision.until is None or guarded.when <= decision.until, f"{guarded.when} is after {decision.until}"


def guarding_twice_changes_nothing(
    guard: Guard, decision: RetryAt, past: Sequence[Attempt], card: Instrument, *, now: datetime
) -> None:
    """What the guard let through it lets through again."""
    once = guard.guard(decision, on_instrument=past, instrument=card, now=now)
    twice = guard.guard(once, on_instrument=past, instrument=card, now=now)
    assert once == twice, f"{once} became {twice}"
