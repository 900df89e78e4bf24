"""Contestants and the game: what a policy makes of a failed charge, and what an independent auditor says about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import attrs

from renewkit.policies.network import NetworkRules
from renewkit.policies.retry import PEERS, STANDARD_RETRIES, RetryAt, RetryPolicy
from renewkit.testing.recovery.constants import Constants
from renewkit.testing.recovery.world import Failure
from renewkit.values.decline import Attempt, Instrument, RetryAdvice
from renewkit.values.elapsed import moment, utc

__all__ = ["BOUND", "CONTESTANTS", "DEFAULT", "PLAIN", "RIVAL", "Contestant", "Game", "Tally", "forbidden", "play"]


@attrs.frozen
class Contestant:
    """A way to retry: a policy that reads declines and is guarded, or plain `waits` that follow whatever was declined.

    With `is_oracle` it knows when a retry will succeed and makes that one alone: a bound, not a policy.
    """

    name: str
    policy: RetryPolicy | None = None
    waits: tuple[timedelta, ...] = attrs.field(default=(), kw_only=True)
    is_oracle: bool = attrs.field(default=False, kw_only=True)


def _days(*numbers: int) -> tuple[timedelta, ...]:
    return tuple(timedelta(days=number) for number in numbers)


DEFAULT: Final = "default"
PLAIN: Final = "default without pay days"
RIVAL: Final = "8 tries in 14 days"
BOUND: Final = "oracle (bound)"

CONTESTANTS: Final = (
    Contestant("no retry"),
    Contestant("T+1, 2, 3", waits=PEERS["razorpay"]),
    Contestant("+3, +8", waits=PEERS["paypal"]),
    Contestant("1/3/5/7", waits=_days(1, 3, 5, 7)),
    Contestant("3/7/14/21", waits=_days(3, 7, 14, 21)),
    Contestant("daily for 14 days", waits=_days(*range(1, 15))),
    Contestant(RIVAL, waits=PEERS["stripe-8-in-14"]),
    Contestant("every 6 hours, 40 times", waits=tuple(timedelta(hours=6 * k) for k in range(1, 41))),
    Contestant(PLAIN, attrs.evolve(STANDARD_RETRIES, paydays=None)),
    Contestant(DEFAULT, STANDARD_RETRIES),
    Contestant(BOUND, is_oracle=True),
)
"""The policies that are compared."""


@attrs.frozen(kw_only=True)
class Game:
    """How one failed charge went: retries made, whether and by whom it was paid, and which retries were forbidden."""

    retries: int
    is_paid: bool
    by_retry: bool
    paid_at: datetime | None
    never: int
    excess: int


@attrs.define
class Tally:
    """Sums over many games; money in cents."""

    games: int = 0
    asked: int = 0
    recovered: int = 0
    by_retry: int = 0
    retries: int = 0
    hits: int = 0
    never: int = 0
    excess: int = 0
    waited: float = 0.0
    paid: int = 0

    def add(self, failure: Failure, game: Game) -> None:
        """Count one game."""
        self.games += 1
        self.asked += failure.cents
        self.retries += game.retries
        self.never += game.never
        self.excess += game.excess
        if game.is_paid and game.paid_at is not None:
            self.paid += 1
            self.recovered += failure.cents
            self.waited += (game.paid_at - failure.at) / timedelta(days=1)
        if game.by_retry:
            self.hits += 1
            self.by_retry += failure.cents

    def net(self, constants: Constants) -> float:
        """Return what is left of the recovered money per game after the costs of trying, in USD."""
        costs = (
            self.retries * constants.attempt_cost
            + self.never * constants.never_fee
            + self.excess * constants.excess_fee
        )
        return (self.recovered / 100 - costs) / self.games


def play(contestant: Contestant, failure: Failure, *, fatigue: float, rules: NetworkRules) -> Game:
    """Let a contestant try to recover a failed charge.

    The payer who pays by himself does so at the same moment whatever the contestant does, unless a retry came first.
    """
    made = [failure.at]
    for when in _tries(contestant, failure, rules):
        if when > failure.ends or (failure.pays_at is not None and when >= failure.pays_at):
            break
        made.append(when)
        if contestant.is_oracle or failure.clears(when, attempt=len(made) - 1, fatigue=fatigue):
            return _game(failure, made, paid_at=when, by_retry=True)
    return _game(failure, made, paid_at=failure.pays_at, by_retry=False)


def forbidden(failure: Failure, made: list[datetime]) -> tuple[int, int]:
    """Return how many retries were forbidden: after a decline that allows none, and beyond the network's caps.

    This is the auditor: it counts by itself, from the printed limits, and shares no code with the guard.
    """
    if failure.decline.retry is RetryAdvice.NEVER:
        return len(made) - 1, 0
    month, most = timedelta(days=30), 35 if failure.network == "mastercard" else 20
    excess = 0
    for place, when in enumerate(made[1:], 1):
        before = made[:place] if failure.network == "mastercard" else made[1:place]
        day = sum(when - earlier <= timedelta(days=1) for earlier in made[:place])
        excess += sum(when - earlier <= month for earlier in before) >= most or (
            failure.network == "mastercard" and day >= 10
        )
    return 0, excess


def _game(failure: Failure, made: list[datetime], *, paid_at: datetime | None, by_retry: bool) -> Game:
    never, excess = forbidden(failure, made)
    return Game(
        retries=len(made) - 1,
        is_paid=paid_at is not None,
        by_retry=by_retry,
        paid_at=paid_at,
        never=never,
        excess=excess,
    )


def _tries(contestant: Contestant, failure: Failure, rules: NetworkRules) -> Iterator[datetime]:
    if contestant.is_oracle:
        yield from sorted(start for start, _ in failure.opens)[:1]
    elif contestant.policy is None:
        yield from (failure.at + wait for wait in contestant.waits)
    else:
        yield from _decided(contestant.policy, failure, rules)


def _decided(policy: RetryPolicy, failure: Failure, rules: NetworkRules) -> Iterator[datetime]:
    """Yield the retries that a policy decides on under the guard; a renewed card is a changed method."""
    card = Instrument(failure.id, failure.network, region="US")
    attempts = [Attempt(moment(failure.at), failure.decline, card)]
    changed = None
    while True:
        now = attempts[-1].at if changed is None else max(attempts[-1].at, moment(changed))
        decision = policy.decide(attempts, key=failure.id, now=now, until=failure.ends, method_changed_at=changed)
        decision = rules.guard(decision, on_instrument=attempts, instrument=card, now=now)
        when = utc(decision.when) if isinstance(decision, RetryAt) else None
        if changed is None and failure.renewed_at is not None and (when is None or failure.renewed_at < when):
            changed = failure.renewed_at
            continue
        if when is None:
            return
        yield when
        attempts.append(Attempt(moment(when), failure.decline, card))
