"""The simulated world: failed charges with a hidden cause, and the stretches of time in which a retry would succeed.

A failure is the same for every policy that is tried on it: all chance is drawn from the seed and the number of
the failure, never while a policy acts. Attempts inside one stretch without money fail together, which is what
makes "try every hour" useless.
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Final

import attrs

from renewkit.testing.recovery.constants import Constants
from renewkit.values.decline import Decline, classify
from renewkit.values.months import clamped, month_index

__all__ = ["Draws", "Failure", "failures"]

_EPOCH: Final = datetime(2026, 1, 5, tzinfo=UTC)
_FRIDAY: Final = datetime(2026, 1, 2, 9, tzinfo=UTC)
_MASK: Final = (1 << 64) - 1


@attrs.frozen(kw_only=True)
class Failure:
    """A failed charge: what is seen (amount, decline, network), and what is not (when a retry would succeed).

    `opens` are the stretches `[start, end)` in which a retry succeeds; `pays_at` is when the payer pays by himself,
    `renewed_at` when the network's account updater renews the card, `ends` when nobody tries any more. `luck` decides
    against fatigue, one number per attempt.
    """

    id: str
    at: datetime
    ends: datetime
    cents: int
    network: str
    cause: str
    decline: Decline
    opens: tuple[tuple[datetime, datetime], ...]
    pays_at: datetime | None
    renewed_at: datetime | None
    luck: tuple[float, ...]

    def clears(self, when: datetime, *, attempt: int, fatigue: float) -> bool:
        """Whether the retry with this number (1 is the first) succeeds at a moment."""
        lucky = self.luck[attempt % len(self.luck)] < fatigue ** (attempt - 1)
        return lucky and any(start <= when < end for start, end in self.opens)


class Draws:
    """Numbers in [0, 1) that depend on a seed and a stream alone (SplitMix64), the same on every machine."""

    def __init__(self, seed: int, stream: int) -> None:
        """Begin a stream."""
        self._state = (seed * 0x9E3779B97F4A7C15 + stream * 0xD1B54A32D192ED03 + 0x8CB92BA72F3D8DD7) & _MASK

    def uniform(self) -> float:
        """Return the next number."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return ((mixed ^ (mixed >> 31)) >> 11) / (1 << 53)

    def exponential(self, mean: float) -> float:
        """Return a waiting time with this mean."""
        return -math.log(1 - self.uniform()) * mean

    def choice(self, shares: tuple[tuple[str, float], ...], otherwise: str) -> str:
        """Return a name by its share; what the shares leave over is `otherwise`."""
        left = self.uniform()
        for name, share in shares:
            if left < share:
                return name
            left -= share
        return otherwise


def failures(seed: int, count: int, constants: Constants) -> tuple[Failure, ...]:
    """Return so many failed charges.

    >>> first, again = failures(7, 1, Constants()), failures(7, 1, Constants())
    >>> first == again
    True
    """
    return tuple(_failure(seed, number, constants) for number in range(count))


def _failure(seed: int, number: int, world: Constants) -> Failure:
    draws = Draws(seed, number)
    at = _EPOCH + timedelta(minutes=int(draws.uniform() * 365 * 1440))
    cents = max(100, round(world.mean_amount * 100 * math.exp(0.6 * _normal(draws) - 0.18)))
    network = "mastercard" if draws.uniform() < world.mastercard else "visa"
    seen = draws.choice(
        (
            ("funds", world.share_funds),
            ("bank", world.share_bank),
            ("technical", world.share_technical),
            ("limit", world.share_limit),
            ("stale", world.share_stale),
            ("stolen", world.share_stolen),
        ),
        "authentication",
    )
    true = seen
    if seen == "bank":
        true = draws.choice((("funds", world.bank_hides_funds), ("risk", world.bank_hides_risk)), "hopeless")
    advised = network == "mastercard" and true == "hopeless" and draws.uniform() < world.says_never
    reacts = draws.exponential(1 / world.hazard) if world.hazard else math.inf
    pays = reacts if draws.uniform() < world.reachable and reacts < world.horizon else None
    renewed = (
        at + timedelta(days=1 + 4 * draws.uniform()) if true == "stale" and draws.uniform() < world.updated else None
    )
    return Failure(
        id=f"{seed}-{number}",
        at=at,
        ends=at + timedelta(days=world.horizon),
        cents=cents,
        network=network,
        cause=true,
        decline=_declined(seen, is_never=advised),
        opens=_opens(true, at, draws, world, renewed=renewed),
        pays_at=None if pays is None else at + timedelta(days=pays),
        renewed_at=renewed,
        luck=tuple(draws.uniform() for _ in range(64)),
    )


def _declined(seen: str, *, is_never: bool) -> Decline:
    code, issuer = _CODES[seen]
    return classify("stripe", code, network=issuer, advice="03" if is_never else None)


_CODES: Final = {
    "funds": ("insufficient_funds", "51"),
    "bank": ("do_not_honor", "05"),
    "technical": ("processing_error", "96"),
    "limit": ("card_velocity_exceeded", "65"),
    "stale": ("expired_card", "54"),
    "stolen": ("stolen_card", "43"),
    "authentication": ("authentication_required", "1A"),
}


def _opens(
    cause: str, at: datetime, draws: Draws, world: Constants, *, renewed: datetime | None
) -> tuple[tuple[datetime, datetime], ...]:
    # A day beyond the end, so that a try at the very end still meets an open stretch.
    end = at + timedelta(days=world.horizon + 1)
    if cause == "funds":
        return _funded(at, end, draws, world)
    if cause == "technical":
        return ((at + timedelta(hours=draws.exponential(world.technical_hours)), end),)
    if cause == "risk":
        return ((at + timedelta(hours=draws.exponential(world.risk_hours)), end),)
    if cause == "limit":
        midnight = datetime(at.year, at.month, at.day, tzinfo=UTC) + timedelta(days=1)
        first = clamped(month_index(at) + 1, 1)
        return ((midnight if draws.uniform() < world.limit_is_daily else datetime(*_ymd(first), tzinfo=UTC), end),)
    return () if renewed is None else ((renewed, end),)


def _funded(at: datetime, end: datetime, draws: Draws, world: Constants) -> tuple[tuple[datetime, datetime], ...]:
    pattern = draws.choice(
        (
            ("last", world.pays_last),
            ("first", world.pays_first),
            ("fifteenth", world.pays_fifteenth),
            ("twice", world.pays_twice),
            ("fortnightly", world.pays_fortnightly),
            ("tenth", world.pays_on_tenth),
        ),
        "irregular",
    )
    never = draws.uniform() < world.never_funded
    paydays = [day for day in _paydays(pattern, at, end, draws) if at < day < end]
    stretches = []
    for payday, following in pairwise([*paydays, end]):
        lasts = timedelta(days=draws.exponential(world.half_life / math.log(2)))
        stretches.append((payday, min(payday + lasts, following)))
    return () if never else tuple(stretches)


def _paydays(pattern: str, at: datetime, end: datetime, draws: Draws) -> list[datetime]:
    if pattern == "irregular":
        days, moment = [], at
        while moment < end:
            moment += timedelta(days=draws.exponential(14))
            days.append(moment)
        return days
    if pattern == "fortnightly":
        offset = timedelta(days=7) if draws.uniform() < 0.5 else timedelta(0)
        cycles = (at - _FRIDAY) // timedelta(days=14)
        return [_FRIDAY + offset + timedelta(days=14) * (cycles + k) for k in range(-1, 5)]
    days_of_month = {"last": (31,), "first": (1,), "fifteenth": (15,), "twice": (1, 15), "tenth": (10,)}[pattern]
    start = month_index(at)
    # Pay arrives in the small hours: a bank books it before business opens.
    return [
        datetime(*_ymd(clamped(index, day)), 4, tzinfo=UTC)
        for index in range(start, start + 3)
        for day in days_of_month
    ]


def _ymd(day: date) -> tuple[int, int, int]:
    return day.year, day.month, day.day


def _normal(draws: Draws) -> float:
    return math.sqrt(-2 * math.log(1 - draws.uniform())) * math.cos(2 * math.pi * draws.uniform())
