"""What every cycle can do once it knows its boundaries and which of them a day follows.

A cycle is a row of boundaries, numbered by whole numbers. Two neighbours enclose a period, so periods tile the
calendar: no day lies in two and none in between.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import date, datetime, time
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from typing import ClassVar, Final

import pendulum

from renewkit.errors import ConfigurationError, ReversedPeriodError
from renewkit.policies.cycle.every import Every
from renewkit.policies.cycle.measure import measured
from renewkit.values.calendar import BusinessCalendar
from renewkit.values.daycount import ProrationPolicy
from renewkit.values.moments import civil_date, day_of, instant, resolve
from renewkit.values.months import dates_by_ordinal
from renewkit.values.number import whole
from renewkit.values.period import Period, ServicePeriod, Span

__all__ = ["Boundaries", "InstantTable", "Timing", "instants"]

_PLAIN: Final = ProrationPolicy()


class Timing(Enum):
    """When a service period is billed, for `due`."""

    ADVANCE = "advance"
    """On the day it begins."""
    ARREARS = "arrears"
    """Once it is over: on the day after its last."""
    ARREARS_STARTED = "arrears_started"
    """As soon as a day of it is over, and then to its end: a run in arrears that closes the running period."""


class InstantTable(dict[pendulum.Date, pendulum.DateTime]):
    """When a wall clock in a zone strikes a time of day, by civil day.

    Made when first asked for, and limited in number.
    """

    __slots__ = ("at", "zone")
    limit: ClassVar[int] = 16_384

    def __init__(self, zone: str, at: time) -> None:
        """Start empty."""
        super().__init__()
        self.zone = zone
        self.at = at

    def __missing__(self, day: pendulum.Date) -> pendulum.DateTime:
        """Resolve the day's wall clock and keep the instant."""
        at = self.at
        wall = datetime(day.year, day.month, day.day, at.hour, at.minute, at.second, at.microsecond)  # noqa: DTZ001  a wall clock shows no zone
        if len(self) >= self.limit:
            self.clear()
        moment = self[day] = resolve(wall, self.zone)
        return moment


class Boundaries(ABC):
    """The verbs that all cycles share; a cycle gives `boundary`, `index_at`, `zone` and `at`."""

    __slots__ = ()

    zone: str
    at: time

    @abstractmethod
    def boundary(self, k: int) -> pendulum.Date:
        """Return the first day of period k."""

    @abstractmethod
    def index_at(self, day: date) -> int:
        """Return the number of the period that contains a day."""

    def period(self, k: int) -> Period:
        """Return the days from boundary k up to the next."""
        return Period(self.boundary(k), self.boundary(k + 1))

    def period_at(self, day: date) -> Period:
        """Return the period that contains a day."""
        return self.period(self.index_at(day))

    def next_boundary(self, *, after: date) -> pendulum.Date:
        """Return the first boundary strictly after a day."""
        return self.boundary(self.index_at(after) + 1)

    def previous_boundary(self, *, before: date) -> pendulum.Date:
        """Return the last boundary strictly before a day."""
        return self.boundary(self.index_at(_day_before(before)))

    def boundary_from(self, day: date) -> pendulum.Date:
        """Return the first boundary on or after a day."""
        return self.next_boundary(after=_day_before(day))

    def periods(self, *, start: date, until: date) -> Iterator[Period]:
        """Yield the whole periods that overlap `[start, until)`."""
        first, limit = civil_date(start), civil_date(until)
        if first >= limit:
            return
        k = self.index_at(first)
        period = self.period(k)
        yield period
        while period.end < limit:
            k += 1
            period = self.period(k)
            yield period

    def schedule(self, start: date, end: date | None = None, *, until: date | None = None) -> tuple[ServicePeriod, ...]:
        """Return the service periods of service in `[start, end)`: leading stub, whole cycles, trailing stub.

        `end` cuts. `until` never cuts: it lists the periods that begin before it. One of the two is required.
        Service that ends on the day it starts has no periods. Raises `ConfigurationError` without both,
        `ReversedPeriodError`.
        """
        first = civil_date(start)
        if end is None and until is None:
            raise ConfigurationError("an end or an until", "neither", "say where the service, or the list, stops")
        cut = None if end is None else civil_date(end)
        if cut is not None and cut < first:
            raise ReversedPeriodError("an end on or after the start", f"{first} to {cut}", "swap the two")
        limits = [limit for limit in (cut, None if until is None else civil_date(until)) if limit is not None]
        return tuple(_service(cycle, first, cut) for cycle in self.periods(start=first, until=min(limits)))

    def due(
        self, start: date, end: date | None = None, *, on: date, timing: Timing = Timing.ADVANCE
    ) -> tuple[ServicePeriod, ...]:
        """Return the service periods that are to be billed by a day, that day included.

        In advance these are the periods that begin by then, in arrears those that are over by then.
        """
        if not isinstance(timing, Timing):
            raise ConfigurationError("a Timing", timing, "choose Timing.ADVANCE, ARREARS or ARREARS_STARTED")
        today = civil_date(on)
        until = _day_after(today) if timing is Timing.ADVANCE else today
        due = self.schedule(start, end, until=until)
        return tuple(part for part in due if part.period.end <= today) if timing is Timing.ARREARS else due

    def measure(self, start: date, end: date, *, policy: ProrationPolicy = _PLAIN) -> Fraction:
        """Return how many cycles service in `[start, end)` is, exactly: 1 for each whole cycle, stubs by the policy."""
        cadence = self._cadence()
        return sum((measured(part, policy, cadence) for part in self.schedule(start, end)), start=Fraction(0))

    def collect_from(self, k: int, *, lead: int, calendar: BusinessCalendar | None = None) -> pendulum.Date:
        """Return the day from which period k may be collected: `lead` days before its boundary.

        With a calendar the lead counts business days. Raises `RangeError` for a negative lead.
        """
        whole(lead, least=0, name="days of lead")
        boundary = self.boundary(k)
        if calendar is not None:
            return calendar.add(boundary, -lead)
        return dates_by_ordinal()[boundary.toordinal() - lead]

    def day_of(self, moment: datetime) -> pendulum.Date:
        """Return the civil day of an instant in the cycle's zone."""
        return day_of(moment, self.zone)

    def instant(self, k: int) -> pendulum.DateTime:
        """Return when boundary k strikes, in the cycle's zone at its time of day."""
        return instants(self.zone, self.at)[self.boundary(k)]

    def index_at_instant(self, moment: datetime) -> int:
        """Return k such that `instant(k) <= moment < instant(k + 1)`."""
        now = instant(moment)
        k = self.index_at(self.day_of(now)) + 1
        while self.instant(k) > now:
            k -= 1
        return k

    def span(self, k: int) -> Span:
        """Return the time from boundary k to the next, for proration by the second.

        Raises `EmptyPeriodError` for a period that never was (a day that the zone skipped).
        """
        return Span(self.instant(k), self.instant(k + 1))

    def _cadence(self) -> Every | None:
        """Return the regular length of a period; a cycle of uneven dates has none."""
        return None


@lru_cache(maxsize=128)
def instants(zone: str, at: time) -> InstantTable:
    """Return the shared table of a zone and time of day."""
    return InstantTable(zone, at)


def _service(cycle: Period, first: pendulum.Date, cut: pendulum.Date | None) -> ServicePeriod:
    start = max(cycle.start, first)
    end = cycle.end if cut is None else min(cycle.end, cut)
    whole_cycle = start == cycle.start and end == cycle.end
    return ServicePeriod(cycle if whole_cycle else Period(start, end), cycle)


def _day_before(day: date) -> pendulum.Date:
    return dates_by_ordinal()[civil_date(day).toordinal() - 1]


def _day_after(day: date) -> pendulum.Date:
    return dates_by_ordinal()[civil_date(day).toordinal() + 1]
