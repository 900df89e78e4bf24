from datetime import UTC, datetime, timedelta

import pendulum
import pytest

from renewkit.adapters.clock import SystemClock, VirtualClock
from renewkit.errors import InstantExpectedError, RangeError

START = pendulum.datetime(2024, 1, 31, 9)


def test_the_system_clock_tells_the_time_of_the_machine() -> None:
    """Two readings stand in order around the machine's own time, in UTC."""
    before, now, after = SystemClock().now(), datetime.now(UTC), SystemClock().now()
    assert before <= now <= after
    assert "UTC" == before.timezone_name


def test_a_virtual_clock_stands_still() -> None:
    """Nobody but its owner moves it."""
    clock = VirtualClock(START)
    assert START == clock.now() == clock.now()


def test_it_advances_by_elapsed_time() -> None:
    """A day is 24 hours, whatever the clocks on the wall do that night."""
    clock = VirtualClock(pendulum.datetime(2024, 3, 9, 12, tz="America/New_York"))
    assert pendulum.datetime(2024, 3, 10, 17) == clock.advance(timedelta(days=1))


def test_it_moves_to_an_instant() -> None:
    """It can be set to any later instant, and to the one where it stands."""
    clock = VirtualClock(START)
    later = datetime(2024, 2, 1, tzinfo=UTC)
    assert later == clock.move_to(later) == clock.now() == clock.move_to(later)


def test_it_never_goes_back() -> None:
    """A step back is refused, and the clock stays where it was."""
    clock = VirtualClock(START)
    with pytest.raises(RangeError):
        clock.advance(timedelta(seconds=-1))
    assert START == clock.now()


def test_it_starts_at_an_instant() -> None:
    """A naive datetime names no instant."""
    with pytest.raises(InstantExpectedError):
        VirtualClock(datetime(2024, 1, 31))
