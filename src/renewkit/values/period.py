"""Half-open ranges: `Period` of civil dates, `Span` of instants, `ServicePeriod` with the cycle that it is a part of.

The start belongs to the range and the end does not, so neighbours tile: the end of one is the start of the next, no
day is billed twice and none is missed.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import attrs
import pendulum

from renewkit.errors import DateExpectedError, EmptyPeriodError, InstantExpectedError, RangeError, ReversedPeriodError
from renewkit.values.moments import civil_date, instant

if TYPE_CHECKING:
    from datetime import date, datetime

__all__ = ["Period", "ServicePeriod", "Span"]


@attrs.frozen
class Period:
    """The civil days from `start` up to but without `end`.

    Raises `EmptyPeriodError` and `ReversedPeriodError`, and `DateExpectedError` for datetimes.

    >>> period = Period(pendulum.Date(2024, 1, 31), pendulum.Date(2024, 2, 29))
    >>> str(period), period.days, pendulum.Date(2024, 2, 29) in period
    ('[2024-01-31, 2024-02-29)', 29, False)
    """

    start: pendulum.Date = attrs.field(converter=civil_date)
    end: pendulum.Date = attrs.field(converter=civil_date)

    def __attrs_post_init__(self) -> None:
        """Refuse a period without days."""
        if self.end <= self.start:
            raise _disorder(str(self), "a period of at least one day", is_empty=self.end == self.start)

    @property
    def days(self) -> int:
        """How many days the period has."""
        return self.end.toordinal() - self.start.toordinal()

    def __contains__(self, day: date) -> bool:
        """Whether a civil day belongs to the period."""
        return self.start <= civil_date(day) < self.end

    def cut(self, *days: date) -> tuple[Period, ...]:
        """Return the period cut at these days, in order; a day at an edge cuts nothing.

        Raises `RangeError` for a day outside.

        >>> january = Period(pendulum.Date(2024, 1, 1), pendulum.Date(2024, 2, 1))
        >>> [str(part) for part in january.cut(pendulum.Date(2024, 1, 11))]
        ['[2024-01-01, 2024-01-11)', '[2024-01-11, 2024-02-01)']
        """
        cuts = sorted({civil_date(day) for day in days})
        if cuts and not self.start <= cuts[0] <= cuts[-1] <= self.end:
            raise RangeError(f"days within {self}", [str(day) for day in cuts], "cut inside the period")
        edges = sorted({self.start, *cuts, self.end})
        return tuple(Period(a, b) for a, b in pairwise(edges))

    def overlap(self, other: Period) -> Period | None:
        """Return the days that belong to both, or None.

        >>> march = Period(pendulum.Date(2024, 3, 1), pendulum.Date(2024, 4, 1))
        >>> str(march.overlap(Period(pendulum.Date(2024, 3, 20), pendulum.Date(2024, 5, 1))))
        '[2024-03-20, 2024-04-01)'
        """
        if not isinstance(other, Period):
            raise DateExpectedError("a Period", other, "compare days with days, and spans with spans")
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start < end else None

    def __str__(self) -> str:
        """Return `[start, end)`."""
        return f"[{self.start.isoformat()}, {self.end.isoformat()})"


@attrs.frozen
class Span:
    """The time from one instant up to another, for proration by the second only.

    Raises `EmptyPeriodError` and `ReversedPeriodError`, and `InstantExpectedError` for naive datetimes.

    >>> noon = pendulum.datetime(2024, 3, 10, 12)
    >>> Span(noon, noon.add(minutes=1)).seconds
    60
    """

    start: pendulum.DateTime = attrs.field(converter=instant)
    end: pendulum.DateTime = attrs.field(converter=instant)

    def __attrs_post_init__(self) -> None:
        """Refuse a span without time."""
        if self.end <= self.start:
            raise _disorder(str(self), "a span of some time", is_empty=self.end == self.start)

    @property
    def seconds(self) -> int:
        """How many whole seconds the span has."""
        return int((self.end - self.start).total_seconds())

    def __contains__(self, moment: datetime) -> bool:
        """Whether an instant belongs to the span."""
        return self.start <= instant(moment) < self.end

    def cut(self, *moments: datetime) -> tuple[Span, ...]:
        """Return the span cut at these instants, in order of time; `RangeError` for one outside the span.

        >>> noon = pendulum.datetime(2024, 3, 10, 12)
        >>> [part.seconds for part in Span(noon, noon.add(minutes=1)).cut(noon.add(seconds=15))]
        [15, 45]
        """
        cuts = sorted({instant(moment) for moment in moments})
        if cuts and not self.start <= cuts[0] <= cuts[-1] <= self.end:
            raise RangeError(f"instants within {self}", [cut.isoformat() for cut in cuts], "cut inside the span")
        edges = sorted({self.start, *cuts, self.end})
        return tuple(Span(a, b) for a, b in pairwise(edges))

    def overlap(self, other: Span) -> Span | None:
        """Return the time that belongs to both, or None.

        >>> noon = pendulum.datetime(2024, 3, 10, 12)
        >>> Span(noon, noon.add(minutes=2)).overlap(Span(noon.add(minutes=1), noon.add(minutes=3))).seconds
        60
        """
        if not isinstance(other, Span):
            raise InstantExpectedError("a Span", other, "compare spans with spans, and days with days")
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Span(start, end) if start < end else None

    def __str__(self) -> str:
        """Return `[start, end)`."""
        return f"[{self.start.isoformat()}, {self.end.isoformat()})"


@attrs.frozen
class ServicePeriod:
    """Days of service together with the whole cycle that they are a part of.

    `reference` is the cycle's period: what a full price pays for. `is_stub` says that the service covers only a part.
    """

    period: Period
    reference: Period

    @property
    def is_stub(self) -> bool:
        """Whether the service does not fill its cycle."""
        return self.period != self.reference


def _disorder(got: str, expected: str, *, is_empty: bool) -> EmptyPeriodError | ReversedPeriodError:
    kind = EmptyPeriodError if is_empty else ReversedPeriodError
    return kind(expected, got, "the end is exclusive and lies after the start")
