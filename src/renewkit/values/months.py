"""Month arithmetic: months counted as one row of integers, days of month clamped from the nominal day.

A month has the index `year * 12 + month - 1`, so that n months later is `+ n`. The clamp of the 31st to a shorter
month is always made from the nominal day, never from a day that was clamped before: nothing drifts. Dates between
1970 and 2300 are kept once they were asked for (a date is immutable), which makes the second look-up a single
dictionary access.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Final

import pendulum

from renewkit.values.moments import civil_date
from renewkit.values.number import whole

__all__ = ["DateTable", "add_months", "clamped", "dates_by_month", "dates_by_ordinal", "month_index", "month_length"]

_LENGTHS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FIRST_INDEX: Final = 12
_LAST_INDEX: Final = 9999 * 12 + 11
_LAST_ORDINAL: Final = date.max.toordinal()
_KEPT_YEARS: Final = (1970, 2300)


class DateTable(dict[int, pendulum.Date]):
    """Dates by a whole number, made when first asked for; `nominal` is the day of month, or 0 for a table by ordinal.

    It pickles as its nominal day alone, so that a value that holds a table stays small.
    """

    __slots__ = ("_high", "_low", "nominal")

    def __init__(self, nominal: int) -> None:
        """Start empty; only the dates of common years are kept."""
        super().__init__()
        first, last = _KEPT_YEARS
        self.nominal = nominal
        self._low = first * 12 if nominal else date(first, 1, 1).toordinal()
        self._high = last * 12 if nominal else date(last, 1, 1).toordinal()

    def __missing__(self, number: int) -> pendulum.Date:
        """Make the date, and keep it if it lies in a common year."""
        day = _clamp(number, self.nominal) if self.nominal else _from_ordinal(number)
        if self._low <= number < self._high:
            self[number] = day
        return day

    def __reduce__(self) -> tuple[object, tuple[int]]:
        """Pickle and copy as the shared table."""
        return _table, (self.nominal,)


def month_index(day: date) -> int:
    """Return the month of a day as one number, `year * 12 + month - 1`.

    >>> month_index(date(2024, 1, 31))
    24288
    """
    return day.year * 12 + day.month - 1


def month_length(index: int) -> int:
    """Return how many days a month has.

    >>> month_length(month_index(date(2024, 2, 1)))
    29
    """
    year, month = divmod(index, 12)
    if month == 1 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0):
        return 29
    return _LENGTHS[month]


def clamped(index: int, day: int) -> pendulum.Date:
    """Return the nominal day of a month, or the month's last day where it is shorter.

    Raises `RangeError` for a day outside 1 to 31 and a month outside the years 1 to 9999.

    >>> clamped(month_index(date(2023, 2, 1)), 31)
    Date(2023, 2, 28)
    """
    return dates_by_month(day)[index]


def add_months(day: date, n: int, *, nominal: int | None = None) -> pendulum.Date:
    """Return the day n months on (or back), clamped to the month's end; `nominal` is the day of month that was agreed.

    Without `nominal` the day's own number counts, so that a clamped day stays clamped: 31 January, 28 February, 28
    March.

    >>> add_months(date(2023, 2, 28), 1), add_months(date(2023, 2, 28), 1, nominal=31)
    (Date(2023, 3, 28), Date(2023, 3, 31))
    """
    start = civil_date(day)
    return clamped(month_index(start) + n, start.day if nominal is None else nominal)


def dates_by_month(day: int) -> DateTable:
    """Return the shared table from month index to the nominal day, clamped to the month's end.

    >>> dates_by_month(30)[month_index(date(2024, 2, 1))]
    Date(2024, 2, 29)
    """
    return _table(whole(day, least=1, most=31, name="day of month"))


def dates_by_ordinal() -> DateTable:
    """Return the shared table from proleptic ordinal (1 is 1 January of year 1) to date.

    >>> dates_by_ordinal()[date(2024, 2, 29).toordinal()]
    Date(2024, 2, 29)
    """
    return _table(0)


@cache
def _table(nominal: int) -> DateTable:
    return DateTable(nominal)


def _clamp(index: int, day: int) -> pendulum.Date:
    whole(index, least=_FIRST_INDEX, most=_LAST_INDEX, name="month of the years 1 to 9999, as year * 12 + month - 1")
    year, month = divmod(index, 12)
    return pendulum.Date(year, month + 1, min(day, month_length(index)))


def _from_ordinal(number: int) -> pendulum.Date:
    whole(number, least=1, most=_LAST_ORDINAL, name="day of the years 1 to 9999, as an ordinal")
    return pendulum.Date.fromordinal(number)
