"""Clocks: the machine's own for a running host, and one that a test or a simulation moves by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pendulum

from renewkit.errors import RangeError
from renewkit.values.moments import instant

if TYPE_CHECKING:
    from datetime import datetime, timedelta

__all__ = ["SystemClock", "VirtualClock"]


class SystemClock:
    """The machine's clock, in UTC.

    >>> SystemClock().now().timezone_name
    'UTC'
    """

    def now(self) -> pendulum.DateTime:
        """Return the present instant."""
        return pendulum.now("UTC")


class VirtualClock:
    """A clock that stands still until it is moved, and never goes back.

    >>> clock = VirtualClock(pendulum.datetime(2024, 1, 31))
    >>> clock.advance(pendulum.duration(days=1)).to_date_string()
    '2024-02-01'
    """

    def __init__(self, start: datetime) -> None:
        """Start at an aware instant; `InstantExpectedError` for anything else."""
        self._now = instant(start)

    def now(self) -> pendulum.DateTime:
        """Return the instant at which the clock stands."""
        return self._now

    def advance(self, by: timedelta) -> pendulum.DateTime:
        """Move forward by so much elapsed time, and return the new instant; `RangeError` for a step back."""
        return self.move_to(instant(self._now + by))

    def move_to(self, moment: datetime) -> pendulum.DateTime:
        """Move forward to an instant, and return it; `RangeError` for one that has passed."""
        later = instant(moment)
        if later < self._now:
            raise RangeError(f"an instant at or after {self._now.isoformat()}", later.isoformat(), "make a new clock")
        self._now = later
        return later
