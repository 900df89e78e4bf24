"""Cycles whose dates are written down: school terms, seasons, irregular contracts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, time
from itertools import pairwise

import attrs
import pendulum

from renewkit.errors import ConfigurationError, OutOfScheduleError
from renewkit.policies.cycle.billing_cycle import MIDNIGHT, clock_time
from renewkit.policies.cycle.boundaries import Boundaries
from renewkit.values.moments import civil_date, zone_name

__all__ = ["FixedDates"]


def _civil_dates(days: Iterable[date]) -> tuple[pendulum.Date, ...]:
    return tuple(civil_date(day) for day in days)


@attrs.frozen
class FixedDates(Boundaries):
    """Boundaries at these dates and nowhere else; boundary 0 is the first of them.

    n dates enclose n - 1 periods. Raises `OutOfScheduleError` for a boundary or a day outside the list,
    `ConfigurationError` for dates that do not rise or for fewer than two.

    >>> terms = FixedDates((date(2024, 9, 2), date(2025, 1, 6), date(2025, 4, 22)))
    >>> str(terms.period_at(date(2025, 2, 1)))
    '[2025-01-06, 2025-04-22)'
    """

    dates: tuple[pendulum.Date, ...] = attrs.field(converter=_civil_dates)
    zone: str = attrs.field(default="UTC", kw_only=True, converter=zone_name)
    at: time = attrs.field(default=MIDNIGHT, kw_only=True, converter=clock_time)

    def __attrs_post_init__(self) -> None:
        """Refuse dates that enclose no period."""
        rising = all(a < b for a, b in pairwise(self.dates))
        if len(self.dates) < 2 or not rising:
            got = ", ".join(str(day) for day in self.dates) or "none"
            raise ConfigurationError("two or more dates, each after the one before", got, "sort them and drop repeats")

    @property
    def anchor(self) -> pendulum.Date:
        """The first date, which has the number 0."""
        return self.dates[0]

    def boundary(self, k: int) -> pendulum.Date:
        """Return date k of the list."""
        if not 0 <= k < len(self.dates):
            raise self._outside(f"boundary {k}")
        return self.dates[k]

    def index_at(self, day: date) -> int:
        """Return the number of the period that contains a day; the last date closes the last period."""
        civil = civil_date(day)
        if not self.dates[0] <= civil < self.dates[-1]:
            raise self._outside(str(civil))
        return bisect_right(self.dates, civil) - 1

    def next_boundary(self, *, after: date) -> pendulum.Date:
        """Return the first date strictly after a day; the day may lie before the list."""
        civil = civil_date(after)
        k = bisect_right(self.dates, civil)
        if k == len(self.dates):
            raise self._outside(f"a boundary after {civil}")
        return self.dates[k]

    def previous_boundary(self, *, before: date) -> pendulum.Date:
        """Return the last date strictly before a day; the day may lie after the list."""
        civil = civil_date(before)
        k = sum(day < civil for day in self.dates)
        if k == 0:
            raise self._outside(f"a boundary before {civil}")
        return self.dates[k - 1]

    def _outside(self, got: str) -> OutOfScheduleError:
        expected = f"a place among {len(self.dates)} dates from {self.dates[0]} to {self.dates[-1]}"
        return OutOfScheduleError(expected, got, "add the dates that are missing")
