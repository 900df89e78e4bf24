"""Business days: which days banks and offices work, and how a due date rolls to one of them.

Rolling moves a due date, never a boundary of a cycle. A calendar is a plain value that the host may write down,
store and compare; `renewkit.adapters.holidays` builds one from published holiday data.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import Final

import attrs
import pendulum

from renewkit.errors import ConfigurationError
from renewkit.values.moments import civil_date
from renewkit.values.months import dates_by_ordinal
from renewkit.values.number import whole

__all__ = ["TARGET2", "WEEKENDS", "BusinessCalendar", "Roll", "easter", "roll"]

_MOST_YEARLY: Final = 100


class Roll(Enum):
    """What happens to a date on which nobody works (ISDA 2006 definitions, section 4.12)."""

    FOLLOWING = "following"
    """The next business day."""
    MODIFIED_FOLLOWING = "modified_following"
    """The next business day, unless that lies in the next month: then the one before."""
    PRECEDING = "preceding"
    """The business day before."""
    MODIFIED_PRECEDING = "modified_preceding"
    """The business day before, unless that lies in the month before: then the next one."""
    NONE = "none"
    """The date stays."""


def _dates(days: Iterable[date]) -> tuple[pendulum.Date, ...]:
    return tuple(sorted({civil_date(day) for day in days}))


def _weekdays(days: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted({whole(int(day), least=0, most=6, name="weekday") for day in days}))


@attrs.frozen
class BusinessCalendar:
    """Which days are worked: not on the `weekend` (0 is Monday), not on holidays, but on `working_days` in any case.

    `holidays` are single dates; `yearly` holds (month, day) pairs that return every year, `easter` offsets in days
    from Easter Sunday. Working days are the make-up days that some countries work on a weekend. `known_until` is
    the last day for which the holidays are known: later days are judged by what returns every year, and `knows`
    says so.

    >>> calendar = BusinessCalendar(holidays=(date(2024, 5, 1),), working_days=(date(2024, 4, 28),))
    >>> calendar.is_business_day(date(2024, 5, 1)), calendar.is_business_day(date(2024, 4, 28))
    (False, True)
    """

    weekend: tuple[int, ...] = attrs.field(default=(5, 6), converter=_weekdays)
    holidays: tuple[pendulum.Date, ...] = attrs.field(
        default=(), converter=_dates, repr=lambda days: f"<{len(days)} days>"
    )
    working_days: tuple[pendulum.Date, ...] = attrs.field(default=(), converter=_dates, kw_only=True)
    yearly: tuple[tuple[int, int], ...] = attrs.field(default=(), kw_only=True)
    easter: tuple[int, ...] = attrs.field(default=(), kw_only=True)
    known_until: pendulum.Date | None = attrs.field(
        default=None, converter=attrs.converters.optional(civil_date), kw_only=True
    )
    _off: frozenset[date] = attrs.field(init=False, eq=False, repr=False)
    _on: frozenset[date] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Refuse a week without work, and dates that are both."""
        if len(self.weekend) == 7:
            raise ConfigurationError(
                "a day of the week that is worked", "a weekend of seven days", "leave out a weekday"
            )
        if len(self.yearly) > _MOST_YEARLY:
            got = f"{len(self.yearly)} of them"
            raise ConfigurationError(f"at most {_MOST_YEARLY} yearly holidays", got, "leave days to work on")
        for month, day in self.yearly:
            whole(month, least=1, most=12, name="month")
            whole(day, least=1, most=31, name="day of month")
        object.__setattr__(self, "_off", frozenset(self.holidays))
        object.__setattr__(self, "_on", frozenset(self.working_days))
        both = self._off & self._on
        if both:
            got = ", ".join(sorted(str(day) for day in both))
            raise ConfigurationError("days that are either holidays or working days", got, "decide which they are")

    def knows(self, day: date) -> bool:
        """Whether the holidays of that time are known.

        >>> BusinessCalendar(known_until=date(2026, 12, 31)).knows(date(2027, 1, 1))
        False
        """
        return self.known_until is None or civil_date(day) <= self.known_until

    def is_business_day(self, day: date) -> bool:
        """Whether a day is worked.

        >>> TARGET2.is_business_day(date(2024, 3, 29))  # Good Friday
        False
        """
        civil = civil_date(day)
        if civil in self._on:
            return True
        if civil.weekday() in self.weekend or civil in self._off or (civil.month, civil.day) in self.yearly:
            return False
        return not self.easter or (civil - easter(civil.year)).days not in self.easter

    def following(self, day: date) -> pendulum.Date:
        """Return the first business day on or after a day.

        >>> str(WEEKENDS.following(date(2024, 6, 1)))
        '2024-06-03'
        """
        return self._seek(civil_date(day), 1)

    def preceding(self, day: date) -> pendulum.Date:
        """Return the last business day on or before a day.

        >>> str(WEEKENDS.preceding(date(2024, 6, 1)))
        '2024-05-31'
        """
        return self._seek(civil_date(day), -1)

    def add(self, day: date, n: int) -> pendulum.Date:
        """Return the n-th business day after a day, or before it for a negative n; 0 leaves the day as it is.

        >>> str(WEEKENDS.add(date(2024, 5, 31), 1)), str(WEEKENDS.add(date(2024, 6, 3), -2))
        ('2024-06-03', '2024-05-30')
        """
        civil, step = civil_date(day), 1 if n > 0 else -1
        for _ in range(abs(n)):
            civil = self._seek(dates_by_ordinal()[civil.toordinal() + step], step)
        return civil

    def count(self, start: date, end: date) -> int:
        """Return how many business days lie in `[start, end)`; negative where the end comes first.

        >>> WEEKENDS.count(date(2024, 5, 31), date(2024, 6, 4))
        2
        """
        first, last = civil_date(start).toordinal(), civil_date(end).toordinal()
        if last < first:
            return -self.count(end, start)
        return sum(self.is_business_day(dates_by_ordinal()[number]) for number in range(first, last))

    def _seek(self, day: pendulum.Date, step: int) -> pendulum.Date:
        while not self.is_business_day(day):
            day = dates_by_ordinal()[day.toordinal() + step]
        return day


def roll(day: date, how: Roll, calendar: BusinessCalendar) -> pendulum.Date:
    """Return the business day that stands in for a due date.

    Raises `ConfigurationError` for what is no `Roll`.

    >>> str(roll(date(2024, 6, 29), Roll.MODIFIED_FOLLOWING, WEEKENDS))  # a Saturday; Monday would be July
    '2024-06-28'
    """
    civil = civil_date(day)
    if not isinstance(how, Roll):
        raise ConfigurationError("a Roll", how, "choose a member such as Roll.FOLLOWING")
    if how is Roll.NONE:
        return civil
    forward, back = calendar.following(civil), calendar.preceding(civil)
    first, other = (forward, back) if how in _FORWARD else (back, forward)
    return other if how in _MODIFIED and first.month != civil.month else first


@lru_cache(maxsize=512)
def easter(year: int) -> pendulum.Date:
    """Return Easter Sunday of the Gregorian calendar (the algorithm of Meeus, Jones and Butcher).

    >>> easter(2024)
    Date(2024, 3, 31)
    """
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return pendulum.Date(year, month, day + 1)


_FORWARD: Final = (Roll.FOLLOWING, Roll.MODIFIED_FOLLOWING)
_MODIFIED: Final = (Roll.MODIFIED_FOLLOWING, Roll.MODIFIED_PRECEDING)

WEEKENDS: Final = BusinessCalendar()
"""Saturdays and Sundays alone."""

TARGET2: Final = BusinessCalendar(yearly=((1, 1), (5, 1), (12, 25), (12, 26)), easter=(-2, 1))
"""The euro payment system: weekends, 1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December (ECB, since
2002)."""
