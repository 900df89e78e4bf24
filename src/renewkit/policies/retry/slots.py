"""Slots: the days and hours at which a try is worth more or is decent, pay days and hours of business."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import attrs

from renewkit.errors import ConfigurationError
from renewkit.values.elapsed import utc
from renewkit.values.moments import resolve, zone_of
from renewkit.values.months import clamped, month_index
from renewkit.values.number import whole

if TYPE_CHECKING:
    import pendulum

    from renewkit.values.calendar import BusinessCalendar

__all__ = ["BusinessHours", "PayDays"]


def _sorted(days: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(days)))


@attrs.frozen
class PayDays:
    """Days of the month on which people are paid; 31 is the last day of any month.

    A try goes out at the wall-clock time `at` in the payer's zone.
    Where a calendar is given, a pay day on which banks do not work moves to the business day before. Which days these
    are is an assumption about the payers; the recovery simulator shows what it costs to be wrong.

    >>> PayDays((1, 15)).days
    (1, 15)
    """

    days: tuple[int, ...] = attrs.field(default=(1, 15, 31), converter=_sorted)
    at: time = time(9)

    def __attrs_post_init__(self) -> None:
        """Refuse days that no month has."""
        if not self.days:
            raise ConfigurationError("a pay day", "none", "leave the pay days out of the policy instead")
        for day in self.days:
            whole(day, least=1, most=31, name="day of month")
        _naive(self.at)

    def first_between(
        self, start: datetime, end: datetime, *, zone: str, calendar: BusinessCalendar | None = None
    ) -> datetime | None:
        """Return the first pay-day instant in `[start, end]` as plain UTC, or None.

        >>> from datetime import UTC
        >>> window = datetime(2024, 2, 10, tzinfo=UTC), datetime(2024, 2, 20, tzinfo=UTC)
        >>> PayDays().first_between(*window, zone="UTC").day
        15
        """
        months = range(month_index(start) - 1, month_index(end) + 2)
        moments = (
            _pay_instant(index, day, at=self.at, zone=zone, calendar=calendar) for index in months for day in self.days
        )
        return min((moment for moment in moments if start <= moment <= end), default=None)


@attrs.frozen
class BusinessHours:
    """The hours of the day in which the payer may be charged, `[opens, closes)` in the payer's zone.

    >>> BusinessHours(time(8), time(20)).opens.hour
    8
    """

    opens: time = time(8)
    closes: time = time(20)

    def __attrs_post_init__(self) -> None:
        """Refuse hours that leave no hour."""
        _naive(self.opens)
        _naive(self.closes)
        if self.opens >= self.closes:
            got = f"{self.opens} to {self.closes}"
            raise ConfigurationError("hours that open before they close", got, "name a stretch inside one day")

    def admit(self, moment: datetime, *, zone: str, calendar: BusinessCalendar | None, spread: timedelta) -> datetime:
        """Return the moment itself, or the next opening plus `spread` (cut to the hours), on a business day.

        >>> from datetime import UTC
        >>> night = datetime(2024, 2, 1, 23, tzinfo=UTC)
        >>> BusinessHours().admit(night, zone="UTC", calendar=None, spread=timedelta(0)).day
        2
        """
        local = moment.astimezone(zone_of(zone))
        day, clock = local.date(), local.time()
        if self.opens <= clock < self.closes and (calendar is None or calendar.is_business_day(day)):
            return moment
        if clock >= self.closes:
            day += timedelta(days=1)
        if calendar is not None:
            day = calendar.following(day)
        opening = utc(resolve(datetime.combine(day, self.opens), zone))
        room = max(utc(resolve(datetime.combine(day, self.closes), zone)) - opening, timedelta(seconds=1))
        return max(moment, opening + spread % room)


@lru_cache(maxsize=4096)
def _pay_instant(index: int, day: int, *, at: time, zone: str, calendar: BusinessCalendar | None) -> datetime:
    on: pendulum.Date = clamped(index, day)
    if calendar is not None:
        on = calendar.preceding(on)
    return utc(resolve(datetime.combine(on, at), zone))


def _naive(at: time) -> None:
    if not isinstance(at, time) or at.tzinfo is not None:
        raise ConfigurationError(
            "a wall-clock time without a zone", repr(at), "the zone is the payer's and comes with each call"
        )
