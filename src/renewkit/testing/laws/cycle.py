"""Laws of every cycle: ours, and one of a host's own with the same methods.

>>> from datetime import date
>>> from renewkit.policies.cycle import MONTHLY, BillingCycle
>>> periods_tile(BillingCycle(date(2024, 1, 31), MONTHLY), 0)
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Protocol

import pendulum

from renewkit.values.months import month_index, month_length
from renewkit.values.period import Period, ServicePeriod

__all__ = [
    "Cycle",
    "boundaries_keep_their_day",
    "indexed_equals_looked_up",
    "instants_find_their_period",
    "instants_never_decrease",
    "measure_is_additive",
    "period_at_inverts_period",
    "periods_tile",
    "schedule_covers_service",
]


class Cycle(Protocol):
    """What a cycle must answer to be judged by these laws."""

    def boundary(self, k: int) -> pendulum.Date:
        """Return the first day of period k."""
        ...

    def period(self, k: int) -> Period:
        """Return period k."""
        ...

    def index_at(self, day: date) -> int:
        """Return the number of the period that contains a day."""
        ...

    def period_at(self, day: date) -> Period:
        """Return the period that contains a day."""
        ...

    def next_boundary(self, *, after: date) -> pendulum.Date:
        """Return the first boundary after a day."""
        ...

    def previous_boundary(self, *, before: date) -> pendulum.Date:
        """Return the last boundary before a day."""
        ...

    def instant(self, k: int) -> pendulum.DateTime:
        """Return when boundary k strikes."""
        ...

    def index_at_instant(self, moment: pendulum.DateTime) -> int:
        """Return the number of the period that contains an instant."""
        ...

    def schedule(self, start: date, end: date | None = None) -> tuple[ServicePeriod, ...]:
        """Return the service periods of `[start, end)`."""
        ...

    def measure(self, start: date, end: date) -> Fraction:
        """Return how many cycles `[start, end)` is."""
        ...


def periods_tile(cycle: Cycle, k: int) -> None:
    """Period k runs from boundary k to boundary k + 1, where the next one starts: no day twice, none missed."""
    here, following = cycle.period(k), cycle.period(k + 1)
    assert here.start == cycle.boundary(k), f"period {k} does not start at its boundary: {here}"
    assert here.end == following.start == cycle.boundary(k + 1), f"{here} and {following} do not tile"


def period_at_inverts_period(cycle: Cycle, k: int) -> None:
    """The first, the last and the middle day of period k are found in period k."""
    period = cycle.period(k)
    for offset in (0, period.days // 2, period.days - 1):
        day = period.start + timedelta(days=offset)
        assert cycle.index_at(day) == k, f"{day} of period {k} is looked up as {cycle.index_at(day)}"
        assert cycle.period_at(day) == period, f"{day} of {period} is found in {cycle.period_at(day)}"


def indexed_equals_looked_up(cycle: Cycle, k: int, steps: int = 3) -> None:
    """Walking from boundary to boundary, forwards and backwards, meets the boundaries that the numbers name."""
    forward = backward = cycle.boundary(k)
    for step in range(1, steps + 1):
        forward, backward = cycle.next_boundary(after=forward), cycle.previous_boundary(before=backward)
        assert forward == cycle.boundary(k + step), f"{step} forwards is {forward}, not {cycle.boundary(k + step)}"
        assert backward == cycle.boundary(k - step), f"{step} backwards is {backward}, not {cycle.boundary(k - step)}"


def boundaries_keep_their_day(cycle: Cycle, nominal: int, k: int) -> None:
    """Boundary k of a cadence of months stands on the nominal day, or on the last day of a shorter month: no drift."""
    day = cycle.boundary(k)
    wanted = min(nominal, month_length(month_index(day)))
    assert day.day == wanted, f"boundary {k} is {day}, not on day {wanted}"


def instants_never_decrease(cycle: Cycle, k: int) -> None:
    """A later boundary never strikes at an earlier instant."""
    here, following = cycle.instant(k), cycle.instant(k + 1)
    assert here <= following, f"boundary {k} strikes at {here}, the next one at {following}"


def instants_find_their_period(cycle: Cycle, k: int) -> None:
    """At the instant of boundary k period k has begun; just before it, it has not."""
    moment = cycle.instant(k)
    found = cycle.index_at_instant(moment)
    assert found >= k, f"at {moment}, boundary {k}, the period is {found}"
    assert cycle.instant(found) == moment, f"period {found} does not begin at {moment}"
    assert cycle.index_at_instant(moment.subtract(microseconds=1)) < k, f"period {k} begins before {moment}"


def schedule_covers_service(cycle: Cycle, start: date, end: date) -> None:
    """The service periods of `[start, end)` tile it, and each lies in the whole cycle that it refers to."""
    parts = cycle.schedule(start, end)
    edges = [start, *(part.period.end for part in parts)]
    assert edges == [*(part.period.start for part in parts), end], f"{[str(part.period) for part in parts]} has gaps"
    for part in parts:
        assert part.period == part.reference.overlap(part.period), f"{part.period} is outside {part.reference}"
        assert part.reference == cycle.period_at(part.period.start), f"{part.reference} is no period of the cycle"


def measure_is_additive(cycle: Cycle, days: tuple[date, date, date]) -> None:
    """By actual days, service up to a day and from it on is as many cycles as the whole, and a cycle is 1."""
    start, middle, end = sorted(days)
    whole = cycle.measure(start, end)
    parts = cycle.measure(start, middle) + cycle.measure(middle, end)
    assert whole == parts, f"{whole} cycles in all, {parts} in two parts"
    period = cycle.period_at(start)
    assert cycle.measure(period.start, period.end) == 1, f"{period} is not one cycle"
