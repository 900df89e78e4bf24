"""Cycles that a single day of month cannot say: twice a month, and the last business day of a month."""

from __future__ import annotations

from datetime import date, time
from typing import Final

import attrs
import pendulum

from renewkit.errors import ConfigurationError
from renewkit.policies.cycle.billing_cycle import MIDNIGHT, clock_time
from renewkit.policies.cycle.boundaries import Boundaries
from renewkit.values.calendar import WEEKENDS, BusinessCalendar
from renewkit.values.moments import civil_date, zone_name
from renewkit.values.months import clamped, month_index
from renewkit.values.number import whole

__all__ = ["LastBusinessDay", "SemiMonthly"]

_EPOCH: Final = pendulum.Date(1970, 1, 1)


@attrs.frozen
class SemiMonthly(Boundaries):
    """Two boundaries a month, on the days `first` and `second`.

    A second day after the 28th is clamped to the month's end.
    Boundary 0 is the last one on or before the anchor. Raises `RangeError` for days outside 1 to 27 and 2 to 31,
    `ConfigurationError` where the second does not follow the first.

    >>> cycle = SemiMonthly(1, 15, anchor=date(2024, 2, 1))
    >>> [str(cycle.period(k)) for k in range(2)]
    ['[2024-02-01, 2024-02-15)', '[2024-02-15, 2024-03-01)']
    """

    first: int = 1
    second: int = 15
    anchor: pendulum.Date = attrs.field(default=_EPOCH, kw_only=True, converter=civil_date)
    zone: str = attrs.field(default="UTC", kw_only=True, converter=zone_name)
    at: time = attrs.field(default=MIDNIGHT, kw_only=True, converter=clock_time)

    def __attrs_post_init__(self) -> None:
        """Refuse days that do not make two periods in every month."""
        whole(self.first, least=1, most=27, name="first day of month")
        whole(self.second, least=2, most=31, name="second day of month")
        if self.second <= self.first:
            got = f"{self.first} and {self.second}"
            raise ConfigurationError("a second day after the first", got, "swap them")

    def boundary(self, k: int) -> pendulum.Date:
        """Return boundary k; k may be negative."""
        index, half = divmod(self._number_at(self.anchor) + k, 2)
        return clamped(index, self.second if half else self.first)

    def index_at(self, day: date) -> int:
        """Return the number of the period that contains a day."""
        return self._number_at(civil_date(day)) - self._number_at(self.anchor)

    def _number_at(self, day: pendulum.Date) -> int:
        index = month_index(day)
        if day < clamped(index, self.first):
            return index * 2 - 1
        return index * 2 + (day >= clamped(index, self.second))


@attrs.frozen
class LastBusinessDay(Boundaries):
    """Boundaries on the last business day of every month, or of every n-th; boundary 0 lies in the anchor's month.

    The last day of a month, worked or not, is `BillingCycle(anchor, MONTHLY, day=31)`.

    >>> cycle = LastBusinessDay(WEEKENDS, anchor=date(2024, 5, 1))
    >>> [str(cycle.boundary(k)) for k in range(3)]
    ['2024-05-31', '2024-06-28', '2024-07-31']
    """

    calendar: BusinessCalendar = WEEKENDS
    months: int = 1
    anchor: pendulum.Date = attrs.field(default=_EPOCH, kw_only=True, converter=civil_date)
    zone: str = attrs.field(default="UTC", kw_only=True, converter=zone_name)
    at: time = attrs.field(default=MIDNIGHT, kw_only=True, converter=clock_time)

    def __attrs_post_init__(self) -> None:
        """Refuse a step that is no number of months."""
        whole(self.months, least=1, most=1_200, name="months")

    def boundary(self, k: int) -> pendulum.Date:
        """Return boundary k; k may be negative."""
        return self.calendar.preceding(clamped(month_index(self.anchor) + k * self.months, 31))

    def index_at(self, day: date) -> int:
        """Return the number of the period that contains a day."""
        civil = civil_date(day)
        k = (month_index(civil) - month_index(self.anchor)) // self.months
        return k - 1 if self.boundary(k) > civil else k
