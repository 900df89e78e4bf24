"""Ladders: when to try again, as waits counted from the first decline; with the published ladders of other systems.

A wait that is counted from the first decline stays where it is when a run comes late, so the whole timetable can be
shown in advance. Waits that are given as gaps between tries (as in "every 8 days") become a ladder with `gaps`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from itertools import accumulate, pairwise
from typing import Final

import attrs

from renewkit.errors import ConfigurationError
from renewkit.values.decline import DeclineCause
from renewkit.values.number import whole

_TICK: Final = timedelta(microseconds=1)
_CLOSEST: Final = timedelta(days=1)

__all__ = ["PEERS", "STANDARD_WAITS", "Ladder", "evenly", "gaps", "rungs", "squeezed"]


def rungs(waits: Iterable[timedelta]) -> tuple[timedelta, ...]:
    """Return waits from the first decline if each is positive and later than the one before.

    Raises `ConfigurationError` otherwise.

    >>> len(rungs([timedelta(days=1), timedelta(days=3)]))
    2
    """
    steps = tuple(waits)
    if any(not isinstance(wait, timedelta) or wait <= timedelta(0) for wait in steps):
        got = ", ".join(map(str, steps))
        raise ConfigurationError("waits that are positive timedeltas", got, "count each from the first decline")
    if any(late <= early for early, late in pairwise(steps)):
        got = ", ".join(map(str, steps))
        remedy = "count each from the first decline, or turn gaps between tries into waits with gaps()"
        raise ConfigurationError("waits in ascending order", got, remedy)
    return steps


@attrs.frozen
class Ladder:
    """The waits for declines of one cause: `Ladder(DeclineCause.LIMIT, (timedelta(days=1), timedelta(days=31)))`.

    An empty ladder means that declines of this cause are not retried.
    """

    cause: DeclineCause
    waits: tuple[timedelta, ...] = attrs.field(converter=rungs)


def gaps(between: Iterable[timedelta]) -> tuple[timedelta, ...]:
    """Return the ladder whose tries lie so far apart: each gap is counted from the try before.

    >>> [wait.days for wait in gaps([timedelta(days=8)] * 3)]
    [8, 16, 24]
    """
    return rungs(accumulate(between))


def evenly(tries: int, *, within: timedelta) -> tuple[timedelta, ...]:
    """Return the ladder that shares a window into equal parts, with a try at the end of each.

    >>> [wait.days for wait in evenly(3, within=timedelta(days=21))]
    [7, 14, 21]
    """
    whole(tries, least=1, most=1000, name="tries")
    return rungs(within * k // tries for k in range(1, tries + 1))


def squeezed(waits: tuple[timedelta, ...], into: timedelta) -> tuple[timedelta, ...]:
    """Return a ladder shrunk in proportion until it fits, without rungs that would lie closer than a day.

    A ladder that fits already, and one that has no room at all, comes back as it is.

    >>> [wait.days for wait in squeezed(rungs(map(timedelta, (4, 8, 16))), timedelta(days=12))]
    [3, 6, 12]
    """
    for last in range(len(waits), 0, -1):
        kept = waits[:last]
        if kept[-1] > into:
            kept = tuple(
                timedelta(microseconds=wait // _TICK * (into // _TICK) // (kept[-1] // _TICK)) for wait in kept
            )
        if min(kept[0], *(late - early for early, late in pairwise(kept)), _CLOSEST) == _CLOSEST:
            return kept
    return waits


def _days(*numbers: int) -> tuple[timedelta, ...]:
    return tuple(timedelta(days=number) for number in numbers)


STANDARD_WAITS: Final = _days(3, 8, 15, 24)
"""Tries 3, 8, 15 and 24 days after the first decline; shown beside others in the recovery simulator."""

PEERS: Final[dict[str, tuple[timedelta, ...]]] = {
    "chargify": _days(*range(1, 15)),
    "gocardless": evenly(3, within=timedelta(days=21)),
    "paypal": gaps(_days(3, 5)),
    "razorpay": _days(1, 2, 3),
    "recurly-unavailable": gaps(_days(*[3] * 19)),
    "stripe-8-in-14": evenly(8, within=timedelta(days=14)),
    "yuno": (
        timedelta(minutes=5),
        timedelta(hours=1),
        timedelta(hours=5),
        timedelta(hours=24),
        timedelta(hours=48),
        timedelta(hours=96),
    ),
}
"""Ladders that other systems publish: help.chargify.com, support.gocardless.com, PayPal's classic schedule,
Razorpay's T+3, Recurly's every 3 days while a gateway is unavailable (20 tries), Stripe's default number and
window (its times are chosen by a model, here they are even), docs.y.uno."""
