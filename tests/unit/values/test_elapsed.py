"""Elapsed time is added in UTC, whatever the clocks on the wall do."""

from datetime import UTC, datetime, timedelta

import pendulum
import pytest

from renewkit.errors import HistoryError, InstantExpectedError
from renewkit.values.elapsed import later, moment, not_before, utc

BEFORE = pendulum.datetime(2026, 3, 8, 1, 30, tz="America/New_York")


def test_24_hours_over_a_change_of_clocks() -> None:
    """24 hours after 01:30 on the day of the change is 02:30 on the wall."""
    assert "2026-03-09T02:30:00-04:00" == later(BEFORE, timedelta(hours=24)).in_timezone("America/New_York").isoformat()


@pytest.mark.parametrize(
    "value", [BEFORE, datetime(2026, 3, 8, 6, 30, tzinfo=UTC), pendulum.datetime(2026, 3, 8, 6, 30)]
)
def test_every_instant_has_one_plain_form(value: datetime) -> None:
    """Whatever the type and zone, an instant is one plain UTC datetime."""
    plain = utc(value)
    assert (datetime(2026, 3, 8, 6, 30, tzinfo=UTC), datetime) == (plain, type(plain))


def test_a_plain_instant_comes_back_as_pendulums() -> None:
    """What goes out is a `pendulum.DateTime`."""
    assert pendulum.DateTime is type(moment(utc(BEFORE)))


def test_a_clock_that_is_a_little_ahead_is_taken_as_now() -> None:
    """Seconds of difference between two clocks are no mistake of anybody."""
    now = utc(BEFORE)
    found = [not_before(now, now + wait) for wait in (timedelta(seconds=-9), timedelta(seconds=9))]
    assert [now, now + timedelta(seconds=9)] == found


def test_the_future_is_refused() -> None:
    """What lies further ahead cannot have happened."""
    with pytest.raises(HistoryError, match="in the past"):
        not_before(utc(BEFORE), utc(BEFORE) + timedelta(minutes=6))


def test_a_naive_time_is_refused() -> None:
    """A wall-clock time is no instant."""
    with pytest.raises(InstantExpectedError):
        utc(datetime(2026, 3, 8))


def test_five_minutes_ahead_is_the_most() -> None:
    """A report that is exactly five minutes ahead is taken, one that is a second further is not."""
    now = utc(BEFORE)
    assert now + timedelta(minutes=5) == not_before(now, now + timedelta(minutes=5))
    with pytest.raises(HistoryError):
        not_before(now, now + timedelta(minutes=5, seconds=1))
