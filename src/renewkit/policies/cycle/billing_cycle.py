"""The cycle of most contracts: a nominal day, repeated every so many days, weeks, months or years.

Also known as billing period, renewal period, subscription interval, anniversary billing, calendar billing.
"""

from __future__ import annotations

from datetime import date, time
from functools import lru_cache
from typing import ClassVar, Final

import attrs
import pendulum

from renewkit.errors import ConfigurationError, InstantExpectedError
from renewkit.policies.cycle.boundaries import Boundaries
from renewkit.policies.cycle.every import Every
from renewkit.values.moments import civil_date, zone_name
from renewkit.values.months import DateTable, dates_by_month, dates_by_ordinal, month_index, month_length
from renewkit.values.number import whole
from renewkit.values.period import Period

__all__ = ["MIDNIGHT", "BillingCycle", "PeriodTable", "clock_time"]

MIDNIGHT: Final = time(0)


class PeriodTable(dict[int, Period]):
    """Periods of one length by the number of their first month or day.

    Made when first asked for, and limited in number.
    """

    __slots__ = ("dates", "step")
    limit: ClassVar[int] = 2_048

    def __init__(self, dates: DateTable, step: int) -> None:
        """Start empty."""
        super().__init__()
        self.dates = dates
        self.step = step

    def __missing__(self, number: int) -> Period:
        """Make the period and keep it."""
        if len(self) >= self.limit:
            self.clear()
        period = self[number] = Period(self.dates[number], self.dates[number + self.step])
        return period

    def __reduce__(self) -> tuple[object, tuple[DateTable, int]]:
        """Pickle and copy as the shared table."""
        return _periods, (self.dates, self.step)


def clock_time(value: time) -> time:
    """Return a time of day that shows no zone; the converter of every `at` field.

    >>> clock_time(time(9, 30))
    datetime.time(9, 30)
    """
    if type(value) is not time or value.tzinfo is not None:
        raise InstantExpectedError(
            "a time of day without a zone", value, "pass time(9, 30) and name the zone beside it"
        )
    return value


@attrs.frozen
class BillingCycle(Boundaries):
    """Boundaries every so often, counted from an anchor.

    Boundary k is computed from the anchor, never from its neighbour.
    `day` (1 to 31) is the nominal day of month when it is not the anchor's own: boundary 0 is that day in the
    anchor's month, and may lie before the anchor. In a shorter month the boundary is the month's last day, without
    changing the next one. `zone` is an IANA name or a fixed offset, `at` the time of day at which a boundary
    strikes there. Raises `ConfigurationError` for a `day` on a cadence of days or weeks, which know no day of
    month.

    >>> from renewkit.policies.cycle import MONTHLY
    >>> cycle = BillingCycle(date(2024, 1, 31), MONTHLY)
    >>> [str(cycle.period(k)) for k in range(2)]
    ['[2024-01-31, 2024-02-29)', '[2024-02-29, 2024-03-31)']
    """

    anchor: pendulum.Date = attrs.field(converter=civil_date)
    every: Every
    day: int | None = attrs.field(default=None, kw_only=True)
    zone: str = attrs.field(default="UTC", kw_only=True, converter=zone_name)
    at: time = attrs.field(default=MIDNIGHT, kw_only=True, converter=clock_time)
    _first: int = attrs.field(init=False, eq=False, repr=False)
    _step: int = attrs.field(init=False, eq=False, repr=False)
    _dates: DateTable = attrs.field(init=False, eq=False, repr=False)
    _periods: PeriodTable = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Check the options against one another and find the tables."""
        if not isinstance(self.every, Every):
            raise ConfigurationError("a cadence", self.every, "pass MONTHLY, Every(days=10) or the like")
        months = self.every.in_months
        if self.day is not None and not months:
            got = f"day {self.day} with {self.every}"
            raise ConfigurationError("no day of month on a cadence of days or weeks", got, "move the anchor instead")
        dates = dates_by_month(self.anchor.day if self.day is None else self.day) if months else dates_by_ordinal()
        step = months or self.every.in_days
        keep = object.__setattr__
        keep(self, "_first", month_index(self.anchor) if months else self.anchor.toordinal())
        keep(self, "_step", step)
        keep(self, "_dates", dates)
        keep(self, "_periods", _periods(dates, step))

    @classmethod
    def aligned(
        cls,
        service_start: date,
        every: Every,
        *,
        day: int | None = None,
        weekday: int | None = None,
        month: int | None = None,
        zone: str = "UTC",
        at: time = MIDNIGHT,
    ) -> BillingCycle:
        """Return the cycle whose boundary 0 is the first nominal day on or after the start of service.

        `day` is a bill-cycle day (the first of its kind, found month by month), `weekday` 0 (Monday) to 6 (Sunday)
        goes with weeks, `month` with whole years and a `day`. Raises `ConfigurationError` for any other
        combination.

        >>> from renewkit.policies.cycle import ANNUAL, MONTHLY, WEEKLY
        >>> BillingCycle.aligned(date(2024, 5, 20), MONTHLY, day=15).boundary(0)
        Date(2024, 6, 15)
        >>> BillingCycle.aligned(date(2024, 5, 20), ANNUAL, month=4, day=6).boundary(0)
        Date(2025, 4, 6)
        >>> BillingCycle.aligned(date(2024, 5, 20), WEEKLY, weekday=2).boundary(0)
        Date(2024, 5, 22)
        """
        start = civil_date(service_start)
        _check_alignment(every, day=day, weekday=weekday, month=month)
        if weekday is not None:
            ahead = (whole(weekday, least=0, most=6, name="weekday") - start.weekday()) % 7
            return cls(dates_by_ordinal()[start.toordinal() + ahead], every, zone=zone, at=at)
        nominal = start.day if day is None else day
        first, among = month_index(start), 1 if month is None else 12
        if month is not None:
            first += (whole(month, least=1, most=12, name="month") - start.month) % 12
        if dates_by_month(nominal)[first] < start:
            first += among
        return cls(dates_by_month(nominal)[first], every, day=nominal, zone=zone, at=at)

    @classmethod
    def calendar(
        cls,
        service_start: date,
        every: Every,
        *,
        first_month: int = 1,
        weekday: int = 0,
        zone: str = "UTC",
        at: time = MIDNIGHT,
    ) -> BillingCycle:
        """Return the cycle of calendar weeks, months, quarters, half-years or years.

        Boundary 0 is the first on or after the start. `weekday` is the day on which weeks begin (0 is Monday),
        `first_month` the month in which the year begins. Raises `ConfigurationError` for a cadence that does not
        divide a year, or whole years.

        >>> from renewkit.policies.cycle import QUARTERLY
        >>> BillingCycle.calendar(date(2024, 2, 10), QUARTERLY).boundary(0)
        Date(2024, 4, 1)
        """
        start = civil_date(service_start)
        if every.days is not None:
            return cls(start, every, zone=zone, at=at)
        if every.weeks is not None:
            return cls.aligned(start, every, weekday=weekday, zone=zone, at=at)
        block = 12 if every.in_months % 12 == 0 else every.in_months
        if 12 % block:
            raise ConfigurationError("a cadence that divides the year", str(every), "use aligned, or an anchor")
        first = whole(first_month, least=1, most=12, name="first month of the year") - 1
        index = month_index(start)
        ahead = (first - index) % block
        if ahead == 0 and start.day > 1:
            ahead = block
        return cls(dates_by_month(1)[index + ahead], every, day=1, zone=zone, at=at)

    def boundary(self, k: int) -> pendulum.Date:
        """Return boundary k; k may be negative.

        >>> from renewkit.policies.cycle import MONTHLY
        >>> BillingCycle(date(2024, 1, 31), MONTHLY).boundary(-11)
        Date(2023, 2, 28)
        """
        return self._dates[self._first + k * self._step]

    def period(self, k: int) -> Period:
        """Return the days from boundary k up to the next."""
        return self._periods[self._first + k * self._step]

    def index_at(self, day: date) -> int:
        """Return the number of the period that contains a day.

        >>> from renewkit.policies.cycle import MONTHLY
        >>> BillingCycle(date(2024, 1, 31), MONTHLY).index_at(date(2024, 3, 10))
        1
        """
        return (self._number_at(day) - self._first) // self._step

    def period_at(self, day: date) -> Period:
        """Return the period that contains a day.

        >>> from renewkit.policies.cycle import MONTHLY
        >>> str(BillingCycle(date(2024, 1, 31), MONTHLY).period_at(date(2024, 3, 10)))
        '[2024-02-29, 2024-03-31)'
        """
        return self._periods[self._number_at(day)]

    def shift(self, day: date, n: int) -> pendulum.Date:
        """Return the same day of another cycle, n cycles on or back.

        The last day of a month that is too short for the nominal day stands for the nominal day.

        >>> from renewkit.policies.cycle import MONTHLY
        >>> cycle = BillingCycle(date(2024, 1, 31), MONTHLY)
        >>> cycle.shift(date(2024, 2, 29), 1), cycle.shift(date(2024, 2, 10), 1)
        (Date(2024, 3, 31), Date(2024, 3, 10))
        """
        civil, nominal = civil_date(day), self._dates.nominal
        is_clamped = nominal > civil.day == month_length(month_index(civil))
        return self.every.shift(civil, n, nominal=nominal if is_clamped else None)

    def _cadence(self) -> Every:
        return self.every

    def _number_at(self, day: date) -> int:
        civil = day if type(day) is pendulum.Date else civil_date(day)
        if not self._dates.nominal:
            today = civil.toordinal()
            return today - (today - self._first) % self._step
        month = civil.year * 12 + civil.month - 1
        number = month - (month - self._first) % self._step
        if number == month and self._dates[number] > civil:
            return number - self._step
        return number


@lru_cache(maxsize=256)
def _period_table(nominal: int, step: int) -> PeriodTable:
    return PeriodTable(dates_by_month(nominal) if nominal else dates_by_ordinal(), step)


def _periods(dates: DateTable, step: int) -> PeriodTable:
    return _period_table(dates.nominal, step)


def _check_alignment(every: Every, *, day: int | None, weekday: int | None, month: int | None) -> None:
    fits_week = every.weeks is not None and weekday is not None and day is None and month is None
    fits_day = every.in_months > 0 and day is not None and weekday is None
    if fits_week or (fits_day and (month is None or every.in_months % 12 == 0)):
        return
    given = {"day": day, "weekday": weekday, "month": month}
    got = f"{every} with {({name: value for name, value in given.items() if value is not None}) or 'nothing'}"
    expected = "weekday with weeks, day with months or years, or month and day with whole years"
    raise ConfigurationError(expected, got, "leave out what does not belong to the cadence")
