"""How often a boundary comes: a whole number of days, weeks, months or years."""

from __future__ import annotations

from datetime import date
from typing import Final

import attrs
import pendulum

from renewkit.errors import ConfigurationError
from renewkit.values.moments import civil_date
from renewkit.values.months import add_months, dates_by_ordinal
from renewkit.values.number import whole

__all__ = ["ANNUAL", "DAILY", "MONTHLY", "QUARTERLY", "SEMIANNUAL", "WEEKLY", "Every"]

_LIMITS: Final = {"days": 36_600, "weeks": 5_200, "months": 1_200, "years": 100}


@attrs.frozen(kw_only=True)
class Every:
    """A cadence: exactly one of `days`, `weeks`, `months`, `years`, at most a hundred years long.

    Months and years are civil: their days differ. Raises `ConfigurationError` for none or two units, `RangeError`
    for a count below 1.

    >>> str(Every(months=18)), str(Every(weeks=1))
    ('every 18 months', 'every week')
    """

    days: int | None = None
    weeks: int | None = None
    months: int | None = None
    years: int | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse a cadence of no unit or of several."""
        given = self._given()
        if len(given) != 1:
            raise ConfigurationError("exactly one of days, weeks, months, years", dict(given), "choose one unit")
        ((unit, count),) = given
        whole(count, least=1, most=_LIMITS[unit], name=unit)

    @property
    def in_days(self) -> int:
        """The length in days, or 0 for a cadence of months."""
        return self.days or (self.weeks or 0) * 7

    @property
    def in_months(self) -> int:
        """The length in months, or 0 for a cadence of days."""
        return self.months or (self.years or 0) * 12

    def shift(self, day: date, n: int = 1, *, nominal: int | None = None) -> pendulum.Date:
        """Return the day n cadences later (earlier for a negative n), clamped to the end of a shorter month.

        `nominal` is the day of month that was agreed, where `day` itself may be clamped; days and weeks ignore it.

        >>> ANNUAL.shift(date(2024, 2, 29)), MONTHLY.shift(date(2023, 2, 28), nominal=31)
        (Date(2025, 2, 28), Date(2023, 3, 31))
        """
        if self.in_months:
            return add_months(day, self.in_months * n, nominal=nominal)
        return dates_by_ordinal()[civil_date(day).toordinal() + self.in_days * n]

    def __str__(self) -> str:
        """Return `every month`, `every 14 days`."""
        ((unit, count),) = self._given()
        return f"every {unit[:-1]}" if count == 1 else f"every {count} {unit}"

    def _given(self) -> tuple[tuple[str, int], ...]:
        counts = (("days", self.days), ("weeks", self.weeks), ("months", self.months), ("years", self.years))
        return tuple((unit, count) for unit, count in counts if count is not None)


DAILY: Final = Every(days=1)
WEEKLY: Final = Every(weeks=1)
MONTHLY: Final = Every(months=1)
QUARTERLY: Final = Every(months=3)
SEMIANNUAL: Final = Every(months=6)
ANNUAL: Final = Every(years=1)
