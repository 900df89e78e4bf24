"""Billing cycles: civil dates of the standard library go in, pendulum's come out."""

from collections.abc import Iterator
from datetime import date, datetime, time
from fractions import Fraction
from typing import assert_type

import pendulum

from renewkit import MONTHLY, BillingCycle, Every, Period, ProrationPolicy, ServicePeriod, Span, resolve
from renewkit.policies.cycle import Cycle, FixedDates, LastBusinessDay, SemiMonthly
from renewkit.values.calendar import TARGET2, WEEKENDS, BusinessCalendar, Roll, roll

__all__ = ["any_cycle", "calendars", "kinds", "periods", "questions", "refused", "services", "spans", "values", "zoned"]


def values() -> None:
    """What a cycle is made of."""
    cycle = BillingCycle(date(2024, 1, 31), MONTHLY, day=31, zone="Europe/Berlin", at=time(9))
    assert_type(cycle, BillingCycle)
    assert_type(cycle.anchor, pendulum.Date)
    assert_type(cycle.every, Every)
    assert_type(cycle.day, int | None)
    assert_type(cycle.zone, str)
    assert_type(cycle.at, time)
    assert_type(BillingCycle.aligned(date(2024, 1, 31), MONTHLY, day=15), BillingCycle)
    assert_type(BillingCycle.calendar(date(2024, 1, 31), MONTHLY), BillingCycle)


def questions(cycle: BillingCycle, day: date, moment: datetime) -> None:
    """Every verb says what it gives."""
    assert_type(cycle.boundary(-1), pendulum.Date)
    assert_type(cycle.period(0), Period)
    assert_type(cycle.period_at(day), Period)
    assert_type(cycle.index_at(day), int)
    assert_type(cycle.next_boundary(after=day), pendulum.Date)
    assert_type(cycle.previous_boundary(before=day), pendulum.Date)
    assert_type(cycle.boundary_from(day), pendulum.Date)
    assert_type(cycle.periods(start=day, until=day), Iterator[Period])
    assert_type(cycle.day_of(moment), pendulum.Date)
    assert_type(cycle.instant(1), pendulum.DateTime)
    assert_type(cycle.measure(day, day, policy=ProrationPolicy()), Fraction)


def services(cycle: BillingCycle, day: date) -> None:
    """A schedule is a tuple of service periods, each with its reference."""
    schedule = cycle.schedule(day, day, until=day)
    assert_type(schedule, tuple[ServicePeriod, ...])
    assert_type(schedule[0].period, Period)
    assert_type(schedule[0].reference, Period)
    assert_type(schedule[0].is_stub, bool)


def kinds(day: date) -> None:
    """The other cycles answer alike."""
    assert_type(FixedDates((day, day)).period_at(day), Period)
    assert_type(SemiMonthly(1, 15, anchor=day).boundary(3), pendulum.Date)
    assert_type(LastBusinessDay(WEEKENDS, anchor=day).schedule(day, until=day), tuple[ServicePeriod, ...])


def any_cycle(cycle: Cycle, day: date) -> None:
    """Where any cycle may stand, the common verbs need no look at its kind."""
    assert_type(cycle.period_at(day), Period)
    assert_type(cycle.measure(day, day), Fraction)
    assert_type(cycle.instant(0), pendulum.DateTime)


def periods(period: Period, day: date) -> None:
    """Days: containment, number, cuts, overlap."""
    assert_type(Period(day, day), Period)
    assert_type(period.start, pendulum.Date)
    assert_type(period.end, pendulum.Date)
    assert_type(day in period, bool)
    assert_type(period.days, int)
    assert_type(period.cut(day, day), tuple[Period, ...])
    assert_type(period.overlap(period), Period | None)
    assert_type(str(period), str)


def spans(span: Span, moment: datetime) -> None:
    """The same for instants."""
    assert_type(Span(moment, moment), Span)
    assert_type(span.start, pendulum.DateTime)
    assert_type(span.seconds, int)
    assert_type(span.cut(moment), tuple[Span, ...])
    assert_type(span.overlap(span), Span | None)


def zoned(local: datetime) -> None:
    """The one door to zoned time."""
    assert_type(resolve(local, "Asia/Taipei"), pendulum.DateTime)


def calendars(day: date) -> None:
    """Calendars are values, and rolling gives a date."""
    assert_type(WEEKENDS, BusinessCalendar)
    assert_type(TARGET2.is_business_day(day), bool)
    assert_type(TARGET2.known_until, pendulum.Date | None)
    assert_type(roll(day, Roll.MODIFIED_FOLLOWING, TARGET2), pendulum.Date)


def refused(cycle: BillingCycle, period: Period, span: Span) -> None:
    """What is wrong at run time is wrong to a type checker."""
    cycle.boundary("1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    cycle.periods(date(2024, 1, 1), date(2024, 2, 1))  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    period.overlap(span)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    BillingCycle(date(2024, 1, 31), "monthly")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    BillingCycle(date(2024, 1, 31), MONTHLY, 31)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    cycle.anchor = pendulum.Date(2024, 1, 1)  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
