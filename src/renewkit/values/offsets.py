"""Lead offsets: how long before or after a date something is said or done, and the dates that they count from.

Days, business days and months count civil days; only hours count elapsed time. Thirty days are not a month: a rule that
says months is written with months. See also: lead time, notice period, 提前天數.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import Enum
from typing import Final

import attrs
import pendulum

from renewkit.errors import ConfigurationError
from renewkit.values.calendar import WEEKENDS, BusinessCalendar
from renewkit.values.moments import civil_date, instant
from renewkit.values.months import add_months, dates_by_ordinal
from renewkit.values.number import whole

__all__ = [
    "Anchor",
    "Offset",
    "OffsetUnit",
    "Window",
    "business_days_after",
    "business_days_before",
    "days_after",
    "days_before",
    "hours_after",
    "hours_before",
    "months_after",
    "months_before",
    "on_the_day",
]

_FARTHEST: Final = 36_525
"""A hundred years of days: more is a mistake."""


class Anchor(Enum):
    """The date that an offset counts from; most wrong schedulers count everything from the renewal."""

    RENEWAL = "renewal"
    """The first day of the new term."""
    CHARGE = "charge"
    """When money is pulled: the debit or collection, for a retry the retry."""
    CANCELLATION = "cancellation"
    """The last day on which the customer can still refuse the renewal."""
    TRIAL_END = "trial_end"
    """The first day that is no longer free or promotional."""
    DUE = "due"
    """The day by which an invoice is to be paid."""
    CARD_EXPIRY = "card_expiry"
    """The last day on which the card on file works."""
    PRICE_CHANGE = "price_change"
    """The first day at the new price."""


class OffsetUnit(Enum):
    """What an offset counts; the value is its letter in ids."""

    DAYS = "d"
    BUSINESS_DAYS = "b"
    MONTHS = "m"
    HOURS = "h"


@attrs.frozen(cache_hash=True)
class Offset:
    """A number of days, business days, months or hours; negative is before, 0 is the day itself.

    Raises `RangeError` beyond 36,525 either way.

    >>> str(Offset(-30)), Offset(3, OffsetUnit.BUSINESS_DAYS).tag
    ('30 days before', '+3b')
    """

    count: int
    unit: OffsetUnit = OffsetUnit.DAYS

    def __attrs_post_init__(self) -> None:
        """Refuse what no reminder means."""
        whole(self.count, least=-_FARTHEST, most=_FARTHEST, name="offset")

    @property
    def is_elapsed(self) -> bool:
        """Whether the offset counts hours of elapsed time instead of civil days."""
        return self.unit is OffsetUnit.HOURS

    @property
    def tag(self) -> str:
        """The offset as a short word for ids and keys: `-30d`, `+3b`, `0d`."""
        return f"{self.count:+d}{self.unit.value}" if self.count else f"0{self.unit.value}"

    def day_from(self, day: date, calendar: BusinessCalendar = WEEKENDS) -> pendulum.Date:
        """Return the civil day that lies this far from a day.

        Business days are counted in `calendar`; the day counted from may be any day. Raises `ConfigurationError` for
        hours, which have no day.

        >>> str(months_before(1).day_from(date(2026, 3, 31)))
        '2026-02-28'
        """
        start = civil_date(day)
        if self.unit is OffsetUnit.DAYS:
            return dates_by_ordinal()[start.toordinal() + self.count]
        if self.unit is OffsetUnit.BUSINESS_DAYS:
            return calendar.add(start, self.count)
        if self.unit is OffsetUnit.MONTHS:
            return add_months(start, self.count)
        raise ConfigurationError("an offset in days or months", str(self), "use moment_from for elapsed hours")

    def moment_from(self, moment: datetime) -> pendulum.DateTime:
        """Return the instant that lies this many hours of elapsed time from an instant, in UTC.

        Clocks that are put forward or back change nothing. Raises `ConfigurationError` for days, which have no hour.

        >>> hours_before(24).moment_from(pendulum.datetime(2026, 5, 15, 9)).isoformat()
        '2026-05-14T09:00:00+00:00'
        """
        if not self.is_elapsed:
            raise ConfigurationError("an offset in hours", str(self), "use day_from for days, business days and months")
        return instant(instant(moment).astimezone(pendulum.UTC) + timedelta(hours=self.count))

    def __str__(self) -> str:
        """Return the offset in words."""
        if not self.count:
            return "on the day" if not self.is_elapsed else "at the time"
        many = abs(self.count)
        noun = self.unit.name.lower().replace("_", " ")
        return f"{many} {noun if many > 1 else noun[:-1]} {'before' if self.count < 0 else 'after'}"


@attrs.frozen(cache_hash=True)
class Window:
    """The time in which something has to be said: not before `earliest`, not after `latest`, both days included.

    None is no bound. Raises `ConfigurationError` for an empty window, as far as two bounds in one unit can tell.

    >>> str(Window(days_before(45), days_before(15)))
    'from 45 days before to 15 days before'
    """

    earliest: Offset | None
    latest: Offset | None

    def __attrs_post_init__(self) -> None:
        """Refuse a window that ends before it starts."""
        first, last = self.earliest, self.latest
        if first is not None and last is not None and first.unit is last.unit and first.count > last.count:
            raise ConfigurationError("a window that is not empty", str(self), "put the earliest moment first")

    def days(
        self, day: date, calendar: BusinessCalendar = WEEKENDS
    ) -> tuple[pendulum.Date | None, pendulum.Date | None]:
        """Return the first and the last civil day of the window around a day; None where it has no bound.

        >>> first, last = Window(days_before(45), days_before(15)).days(date(2027, 3, 1))
        >>> str(first), str(last)
        ('2027-01-15', '2027-02-14')
        """
        return (
            None if self.earliest is None else self.earliest.day_from(day, calendar),
            None if self.latest is None else self.latest.day_from(day, calendar),
        )

    def __str__(self) -> str:
        """Return the window in words."""
        if self.earliest is None:
            return "at any time" if self.latest is None else f"at the latest {self.latest}"
        return f"from {self.earliest} " + ("on" if self.latest is None else f"to {self.latest}")


def days_before(count: int) -> Offset:
    """Return so many calendar days before.

    >>> str(days_before(30))
    '30 days before'
    """
    return Offset(-_forward(count))


def days_after(count: int) -> Offset:
    """Return so many calendar days after.

    >>> str(days_after(1))
    '1 day after'
    """
    return Offset(_forward(count))


def on_the_day() -> Offset:
    """Return the day itself.

    >>> str(on_the_day())
    'on the day'
    """
    return Offset(0)


def business_days_before(count: int) -> Offset:
    """Return so many business days before.

    >>> str(business_days_before(5))
    '5 business days before'
    """
    return Offset(-_forward(count), OffsetUnit.BUSINESS_DAYS)


def business_days_after(count: int) -> Offset:
    """Return so many business days after.

    >>> str(business_days_after(3))
    '3 business days after'
    """
    return Offset(_forward(count), OffsetUnit.BUSINESS_DAYS)


def months_before(count: int) -> Offset:
    """Return so many months before, clamped to the end of a shorter month.

    >>> str(months_before(3))
    '3 months before'
    """
    return Offset(-_forward(count), OffsetUnit.MONTHS)


def months_after(count: int) -> Offset:
    """Return so many months after, clamped to the end of a shorter month.

    >>> str(months_after(1))
    '1 month after'
    """
    return Offset(_forward(count), OffsetUnit.MONTHS)


def hours_before(count: int) -> Offset:
    """Return so many hours of elapsed time before.

    >>> str(hours_before(24))
    '24 hours before'
    """
    return Offset(-_forward(count), OffsetUnit.HOURS)


def hours_after(count: int) -> Offset:
    """Return so many hours of elapsed time after.

    >>> str(hours_after(1))
    '1 hour after'
    """
    return Offset(_forward(count), OffsetUnit.HOURS)


def _forward(count: int) -> int:
    return whole(count, least=0, most=_FARTHEST, name="offset")
