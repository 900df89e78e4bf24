"""Elapsed time: waits that count hours as they pass, whatever the clocks on the wall do.

"Wait 24 hours" is not "the same time tomorrow": on the days on which clocks change the two differ by an hour.
Networks count elapsed time, so waits are added in UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import pendulum

from renewkit.errors import HistoryError
from renewkit.values.moments import instant

__all__ = ["SKEW", "later", "moment", "not_before", "utc"]

SKEW: Final = timedelta(minutes=5)
"""How far another system's clock may be ahead of ours before what it reports cannot have happened."""


def utc(value: datetime) -> datetime:
    """Return an instant as a plain `datetime` in UTC, on which adding a timedelta adds elapsed time.

    >>> utc(pendulum.datetime(2026, 3, 8, 1, tz="America/New_York")).isoformat()
    '2026-03-08T06:00:00+00:00'
    """
    if type(value) is datetime and value.tzinfo is UTC:
        return value
    there = instant(value)
    if there.tzinfo is not pendulum.UTC:
        there = there.astimezone(pendulum.UTC)
    return datetime(
        there.year, there.month, there.day, there.hour, there.minute, there.second, there.microsecond, tzinfo=UTC
    )


def moment(value: datetime) -> pendulum.DateTime:
    """Return a plain UTC datetime as an instant.

    >>> moment(datetime(2026, 3, 8, 6, tzinfo=UTC)).timezone_name
    'UTC'
    """
    return pendulum.DateTime(
        value.year,
        value.month,
        value.day,
        value.hour,
        value.minute,
        value.second,
        value.microsecond,
        tzinfo=pendulum.UTC,
    )


def later(value: datetime, wait: timedelta) -> pendulum.DateTime:
    """Return the instant that lies so much elapsed time after another.

    >>> later(pendulum.datetime(2026, 3, 8, 1, tz="America/New_York"), timedelta(hours=24)).isoformat()
    '2026-03-09T06:00:00+00:00'
    """
    return moment(utc(value) + wait)


def not_before(now: datetime, reported: datetime) -> datetime:
    """Return the later of two plain instants: a report of a clock that is a little ahead of ours is taken as now.

    Raises `HistoryError` for a report that lies more than `SKEW` in the future.

    >>> not_before(datetime(2026, 3, 8, 6, tzinfo=UTC), datetime(2026, 3, 8, 6, 0, 2, tzinfo=UTC)).second
    2
    """
    if reported - now > SKEW:
        remedy = "pass a `now` that is not before what happened"
        raise HistoryError("what happened to lie in the past", f"{reported} at {now}", remedy)
    return max(now, reported)
