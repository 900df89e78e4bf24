"""Usage: what was consumed on which day, summed for each period of a schedule."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise

import attrs
import pendulum

from renewkit.errors import ConfigurationError
from renewkit.values.moments import civil_date
from renewkit.values.number import count
from renewkit.values.period import Period

__all__ = ["PeriodUsage", "Reading", "rolled_up"]


@attrs.frozen
class Reading:
    """So much of a unit, consumed on a civil day of the billing zone.

    >>> from datetime import date
    >>> Reading("calls", 12, on=date(2024, 3, 15)).quantity
    Fraction(12, 1)
    """

    unit: str
    quantity: Fraction = attrs.field(converter=count)
    on: pendulum.Date = attrs.field(kw_only=True, converter=civil_date)


@attrs.frozen
class PeriodUsage:
    """What was consumed in one period, for each unit by name; a unit without a reading there stands with 0."""

    period: Period
    quantities: tuple[tuple[str, Fraction], ...]

    def of(self, unit: str) -> Fraction:
        """Return the quantity of a unit; nothing was consumed of a unit that is not named."""
        return dict(self.quantities).get(unit, Fraction())


def rolled_up(readings: Iterable[Reading], periods: Iterable[Period]) -> tuple[PeriodUsage, ...]:
    """Return the sums for each period and unit; readings outside every period are left out.

    A period is half-open, so that a reading on its last boundary belongs to the next. Raises `ConfigurationError` for
    periods that overlap, because a reading would count twice.

    >>> from datetime import date
    >>> march = Period(date(2024, 3, 1), date(2024, 4, 1))
    >>> readings = [Reading("calls", 12, on=date(2024, 3, 15)), Reading("calls", 5, on=date(2024, 4, 1))]
    >>> rolled_up(readings, [march])[0].of("calls")
    Fraction(12, 1)
    """
    kept, spans = tuple(readings), tuple(periods)
    for one, other in pairwise(spans):
        if other.start < one.end:
            raise ConfigurationError(
                "periods in order, without overlap", f"{one} and {other}", "cut them at boundaries"
            )
    units = sorted({reading.unit for reading in kept})
    return tuple(PeriodUsage(span, tuple((unit, _sum(kept, span, unit)) for unit in units)) for span in spans)


def _sum(readings: Iterable[Reading], period: Period, unit: str) -> Fraction:
    return sum((reading.quantity for reading in readings if reading.unit == unit and reading.on in period), Fraction())
