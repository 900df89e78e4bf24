"""Conventions: how the part of a period is measured against the whole.

Sources: ISDA 2006 definitions 4.16 (30/360, 30E/360, ACT/360, ACT/365F, ACT/ACT); SIA for the end-of-February rule of
30/360 US.
"""

from __future__ import annotations

from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Final

import pendulum

from renewkit.errors import ConfigurationError, GranularityError
from renewkit.values.months import clamped, month_index, month_length
from renewkit.values.period import Period, Span

__all__ = ["DayCount", "check_granularity", "counted_days", "fraction", "whole_months"]


class DayCount(Enum):
    """How the part of a period is measured against the whole."""

    ACTUAL = "actual"
    """Days by days: 10 of 31. The default."""
    SECONDS = "seconds"
    """Time by time, of `Span`s only."""
    FIXED_30 = "fixed_30"
    """Actual days by 30 for each month of the reference."""
    FIRST_MONTH_30 = "first_month_30"
    """As FIXED_30, but the month in which the part starts counts as 30 days long if the part leaves it (Kill Bill)."""
    FIRST_MONTH_28 = "first_month_28"
    """As FIRST_MONTH_30 with months of 28 days."""
    THIRTY_360_BOND = "thirty_360_bond"
    """30/360 bond basis: a 31st counts as the 30th, at the end only if the start is one as well."""
    THIRTY_360_US = "thirty_360_us"
    """30/360 US (SIA): the bond basis with the last day of February as a 30th."""
    THIRTY_E_360 = "thirty_e_360"
    """30E/360 (Eurobond): every 31st counts as the 30th."""
    ACT_360 = "act_360"
    """Actual days by 360 a year."""
    ACT_365F = "act_365f"
    """Actual days by 365 a year, leap years included."""
    ACT_ACT_ISDA = "act_act_isda"
    """Actual days by the length of the calendar year that each lies in."""
    MONTHS_THEN_DAYS = "months_then_days"
    """Whole months of the reference's own grid, other days as a part of the month of the grid that they lie in."""
    MONTHS_THEN_30 = "months_then_30"
    """Whole months from the part's start, and the other days by 30 a month (Zuora by month first, 30 days)."""
    MONTHS_THEN_365 = "months_then_365"
    """Whole months from the part's start, and the other days by 365/12 a month (Salesforce CPQ)."""
    WHOLE_MONTHS_UP = "whole_months_up"
    """Months from the part's start; a started month counts whole."""
    WHOLE_MONTHS_DOWN = "whole_months_down"
    """Months from the part's start; only complete months count."""


def fraction(part: Period | Span, *, of: Period | Span, by: DayCount = DayCount.ACTUAL) -> Fraction:
    """Return what a part is of a reference by a day count, exact and raw: it may exceed 1.

    Conventions of a year or a month (all but ACTUAL and SECONDS) relate to the months of the reference: 14 days of a
    monthly reference are 14/30 by ACT_360, of a quarter 14/90, and of a year 14/360, which is the year fraction of
    finance. Where the reference is no number of whole months, it is counted by the same convention.

    Raises `GranularityError` when days and instants are mixed, `ConfigurationError` where the convention cannot measure
    the reference at all.

    >>> from datetime import date
    >>> february = Period(date(2024, 2, 1), date(2024, 3, 1))
    >>> week = Period(date(2024, 2, 1), date(2024, 2, 8))
    >>> fraction(week, of=february, by=DayCount.ACTUAL), fraction(week, of=february, by=DayCount.ACT_360)
    (Fraction(7, 29), Fraction(7, 30))
    """
    _check_count(by)
    if by is DayCount.SECONDS:
        return Fraction(_microseconds(part), _microseconds(of))
    part, of = _period(part), _period(of)
    if by is DayCount.ACTUAL:
        return Fraction(part.days, of.days)
    months = whole_months(of)
    if by is DayCount.MONTHS_THEN_DAYS:
        return _along_grid(part, of)
    if by in _REST:
        return _months_then_days(part, of, by) / (months or _months_then_days(of, of, by))
    if by in _STARTED:
        return _over(_months(part, of, by), months or _months(of, of, by), by)
    if by is DayCount.ACT_ACT_ISDA:
        return _years(part) / (Fraction(months, 12) if months else _years(of))
    days = counted_days(part, by=by)
    return days / (months * _MONTH[by]) if months else _over(days, counted_days(of, by=by), by)


def counted_days(part: Period, *, by: DayCount) -> int:
    """Return how many days a convention counts in a period.

    Raises `ConfigurationError` for a convention that counts months or seconds.

    >>> from datetime import date
    >>> february = Period(date(2024, 2, 29), date(2024, 3, 31))
    >>> [counted_days(february, by=by) for by in (DayCount.ACTUAL, DayCount.THIRTY_360_BOND, DayCount.THIRTY_E_360)]
    [31, 32, 31]
    """
    _check_count(by)
    start, end = _period(part).start, part.end
    if by in _THIRTY:
        first, last = _THIRTY[by](start, end)
        return 30 * (month_index(end) - month_index(start)) + last - first
    if by in _FIRST_MONTH and month_index(start) != month_index(end):
        return part.days - month_length(month_index(start)) + _FIRST_MONTH[by]
    if by in _STARTED or by in _REST or by in {DayCount.SECONDS, DayCount.MONTHS_THEN_DAYS}:
        raise ConfigurationError("a convention that counts days", by.name, "choose one such as DayCount.THIRTY_E_360")
    return part.days


def check_granularity(part: Period | Span, by: DayCount) -> None:
    """Raise `GranularityError` unless a convention can count this: instants by SECONDS, civil days by all others.

    >>> from datetime import date
    >>> check_granularity(Period(date(2024, 3, 1), date(2024, 4, 1)), DayCount.ACTUAL)
    """
    if by is DayCount.SECONDS:
        _span(part)
    else:
        _period(part)


def whole_months(period: Period) -> int:
    """Return how many months a period has if it has a whole number of them on some nominal day, else 0.

    >>> from datetime import date
    >>> whole_months(Period(date(2024, 1, 31), date(2024, 2, 29)))
    1
    >>> whole_months(Period(date(2024, 1, 1), date(2024, 1, 8)))
    0
    """
    first, last = month_index(period.start), month_index(period.end)
    day = max(period.start.day, period.end.day)
    on_grid = clamped(first, day) == period.start and clamped(last, day) == period.end
    return last - first if on_grid else 0


def _check_count(by: DayCount) -> None:
    if not isinstance(by, DayCount):
        raise ConfigurationError("a DayCount", by, "choose a member such as DayCount.ACTUAL")


def _over(part: int, reference: int, by: DayCount) -> Fraction:
    if not reference:
        remedy = "choose a convention that counts the days of so short a reference, such as DayCount.ACTUAL"
        raise ConfigurationError("a reference that the convention can measure", by.name, remedy)
    return Fraction(part, reference)


def _period(part: Period | Span) -> Period:
    if not isinstance(part, Period):
        raise GranularityError("a Period of civil days", part, "name its days with day_of, or use DayCount.SECONDS")
    return part


def _span(part: Period | Span) -> Span:
    if not isinstance(part, Span):
        raise GranularityError("a Span of instants", part, "count days, or resolve both ends to instants first")
    return part


def _microseconds(part: Period | Span) -> int:
    span = _span(part)
    return _clock(span.end) - _clock(span.start)


def _clock(moment: pendulum.DateTime) -> int:
    return moment.int_timestamp * 1_000_000 + moment.microsecond


def _nominal_day(of: Period) -> int:
    return max(of.start.day, of.end.day) if whole_months(of) else of.start.day


def _along_grid(part: Period, of: Period) -> Fraction:
    first, day = month_index(of.start), _nominal_day(of)

    def position(edge: date) -> Fraction:
        index = month_index(edge)
        if clamped(index, day) > edge:
            index -= 1
        here = clamped(index, day).toordinal()
        return index - first + Fraction(edge.toordinal() - here, clamped(index + 1, day).toordinal() - here)

    return (position(part.end) - position(part.start)) / position(of.end)


def _months_then_days(part: Period, of: Period, by: DayCount) -> Fraction:
    months = _months(part, of, DayCount.WHOLE_MONTHS_DOWN)
    there = clamped(month_index(part.start) + months, _day_from(part, of))
    return months + (part.end.toordinal() - there.toordinal()) / _REST[by]


def _day_from(part: Period, of: Period) -> int:
    day = _nominal_day(of)
    return day if clamped(month_index(part.start), day) == part.start else part.start.day


def _months(part: Period, of: Period, by: DayCount) -> int:
    index, day = month_index(part.start), _day_from(part, of)
    months = month_index(part.end) - index
    there = clamped(index + months, day)
    if by is DayCount.WHOLE_MONTHS_UP:
        return months + (there < part.end)
    return months - (there > part.end)


def _years(part: Period) -> Fraction:
    return _year_and_part(part.end) - _year_and_part(part.start)


def _year_and_part(edge: date) -> Fraction:
    new_year = clamped(edge.year * 12, 1)
    return edge.year + Fraction(edge.toordinal() - new_year.toordinal(), 337 + month_length(edge.year * 12 + 1))


def _bond(start: date, end: date) -> tuple[int, int]:
    first = min(start.day, 30)
    return first, 30 if end.day == 31 and first == 30 else end.day


def _us(start: date, end: date) -> tuple[int, int]:
    if not _ends_february(start):
        return _bond(start, end)
    return 30, 30 if _ends_february(end) or end.day == 31 else end.day


def _eurobond(start: date, end: date) -> tuple[int, int]:
    return min(start.day, 30), min(end.day, 30)


def _ends_february(day: date) -> bool:
    return day.month == 2 and day.day == month_length(month_index(day))


_THIRTY: Final = {DayCount.THIRTY_360_BOND: _bond, DayCount.THIRTY_360_US: _us, DayCount.THIRTY_E_360: _eurobond}
_FIRST_MONTH: Final = {DayCount.FIRST_MONTH_30: 30, DayCount.FIRST_MONTH_28: 28}
_STARTED: Final = frozenset({DayCount.WHOLE_MONTHS_UP, DayCount.WHOLE_MONTHS_DOWN})
_REST: Final = {DayCount.MONTHS_THEN_30: Fraction(30), DayCount.MONTHS_THEN_365: Fraction(365, 12)}
_MONTH: Final[dict[DayCount, Fraction]] = {
    **dict.fromkeys((*_THIRTY, DayCount.FIXED_30, DayCount.ACT_360), Fraction(30)),
    **{by: Fraction(days) for by, days in _FIRST_MONTH.items()},
    DayCount.ACT_365F: Fraction(365, 12),
}
