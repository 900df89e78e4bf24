"""Laws of retry policies: ours, and a host's own with the same method.

>>> from renewkit.policies.retry import RetryPolicy
>>> from renewkit.values.decline import classify
>>> import pendulum
>>> first = Attempt(pendulum.datetime(2026, 3, 1), classify("stripe", "insufficient_funds"))
>>> a_decision_is_repeatable(RetryPolicy(), [first], key="inv_1", now=first.at)
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from renewkit.values.decision import RetryAt, RetryDecision
from renewkit.values.decline import Attempt, RetryAdvice

__all__ = [
    "Policy",
    "a_changed_method_is_tried_at_once",
    "a_decision_is_repeatable",
    "a_hopeless_decline_is_not_retried",
    "a_policy_ends",
    "a_retry_lies_ahead_and_before_the_end",
    "an_action_is_asked_for_once",
]


class Policy(Protocol):
    """What a policy must answer to be judged by these laws."""

    def decide(
        self,
        attempts: Sequence[Attempt],
        *,
        key: str,
        now: datetime,
        until: datetime | None = None,
        zone: str = "UTC",
        method_changed_at: datetime | None = None,
    ) -> RetryDecision:
        """Return what comes after the last attempt."""
        ...


def a_decision_is_repeatable(policy: Policy, attempts: Sequence[Attempt], *, key: str, now: datetime) -> None:
    """The same attempts, key and time give the same decision."""
    first = policy.decide(attempts, key=key, now=now)
    again = policy.decide(tuple(attempts), key=key, now=now)
    assert first == again, f"two answers to one question: {first} and {again}"


def a_retry_lies_ahead_and_before_the_end(
    policy: Policy, attempts: Sequence[Attempt], *, now: datetime, until: datetime, zone: str = "UTC"
) -> None:
    """A retry is never in the past nor after the end, and is numbered after the attempts."""
    decision = policy.decide(attempts, key="k", now=now, until=until, zone=zone)
    if isinstance(decision, RetryAt):
        assert now <= decision.when <= until, f"{decision.when} lies outside [{now}, {until}]"
        assert len(attempts) + 1 == decision.number, f"attempt {decision.number} after {len(attempts)}"


def a_hopeless_decline_is_not_retried(policy: Policy, attempts: Sequence[Attempt], *, now: datetime) -> None:
    """A decline that allows no retry, or none before something is fixed, gets none."""
    last = attempts[-1].decline
    decision = policy.decide(attempts, key="k", now=now)
    if last is not None and last.retry in (RetryAdvice.NEVER, RetryAdvice.AFTER_FIX):
        assert not isinstance(decision, RetryAt), f"{last.code} ({last.retry.value}) is retried"


def a_changed_method_is_tried_at_once(policy: Policy, attempts: Sequence[Attempt], *, now: datetime) -> None:
    """A payment method that was changed after the last attempt is tried now, and once."""
    decision = policy.decide(attempts, key="k", now=now, method_changed_at=now)
    assert isinstance(decision, RetryAt), f"a new method is not tried: {decision}"
    assert now == decision.when, f"a new method is tried on {decision.when} instead of {now}"
    tried = [*attempts, Attempt(now, attempts[-1].decline)]
    after = policy.decide(tried, key="k", now=now, method_changed_at=now)
    assert not isinstance(after, RetryAt) or after.when > now, "a new method is tried at once for ever"


def an_action_is_asked_for_once(policy: Policy, attempts: Sequence[Attempt], *, now: datetime) -> None:
    """A retry asks for the decline's action together with the first such decline, and not again."""
    decision, last = policy.decide(attempts, key="k", now=now), attempts[-1].decline
    asked = {attempt.decline.action for attempt in attempts[:-1] if attempt.decline is not None}
    if isinstance(decision, RetryAt) and decision.ask is not None:
        assert last is not None, "nobody knows why, and yet something is asked"
        assert decision.ask is last.action, f"{decision.ask} is asked where the decline says {last.action}"
        assert decision.ask not in asked, f"{decision.ask.value} is asked twice"


def a_policy_ends(policy: Policy, first: Attempt, *, most: int) -> None:
    """However often a charge is declined alike, the policy stops in time, each try later than the one before."""
    made = [first]
    while True:
        decision = policy.decide(made, key="k", now=made[-1].at)
        if not isinstance(decision, RetryAt):
            return
        assert decision.when > made[-1].at, f"{decision.when} is not after {made[-1].at}"
        made.append(Attempt(decision.when, first.decline))
        assert len(made) <= most, f"more than {most} attempts"
