"""The laws of `resolve`, and broken twins that must break them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given

from renewkit.testing.laws import moments as laws
from renewkit.testing.strategies.dates import EVENTFUL, instants, wall_clocks, zone_names, zones
from renewkit.values.moments import civil_date, day_of, resolve, zone_of

eventful = [pytest.param(local, zone, id=f"{zone}-{local:%Y}") for local, zone in EVENTFUL]


@given(local=wall_clocks(), zone=zones())
def test_resolve_gives_the_first_instant(local: datetime, zone: str) -> None:
    """No instant before the answer shows the asked time or a later one."""
    laws.resolve_gives_the_first_instant(resolve, local, zone)


@given(local=wall_clocks(), zone=zones())
def test_resolve_shows_the_wall_clock(local: datetime, zone: str) -> None:
    """A time that exists is shown exactly."""
    laws.resolve_shows_the_wall_clock(resolve, local, zone)


@given(earlier=wall_clocks(), later=wall_clocks(), zone=zones())
@example(earlier=datetime(2024, 3, 10, 2, 30), later=datetime(2024, 3, 10, 3, 0), zone="America/New_York")
def test_resolve_keeps_order(earlier: datetime, later: datetime, zone: str) -> None:
    """Order on the wall is order in time."""
    laws.resolve_keeps_order(resolve, earlier, later, zone)


@pytest.mark.parametrize(("local", "zone"), eventful)
def test_resolve_laws_where_clocks_changed(local: datetime, zone: str) -> None:
    """The laws hold on the days that zones skipped, halved or repeated."""
    for minutes in range(-180, 1_620, 15):
        wall = local + timedelta(minutes=minutes)
        laws.resolve_gives_the_first_instant(resolve, wall, zone)
        laws.resolve_shows_the_wall_clock(resolve, wall, zone)
        laws.resolve_keeps_order(resolve, wall, wall + timedelta(minutes=15), zone)


@given(moment=instants(), zone=zones())
def test_the_day_of_an_instant_is_a_civil_date(moment: datetime, zone: str) -> None:
    """The day of an instant is the day that the wall clock's calendar shows."""
    assert civil_date(moment.astimezone(zone_of(zone)).date()) == day_of(moment, zone)


@pytest.mark.sweep
@pytest.mark.parametrize("zone", zone_names())
def test_resolve_laws_around_every_transition(zone: str) -> None:
    """The laws hold in every zone at every midnight of 80 years, and around every change of its clocks."""
    start = datetime(1970, 1, 1)
    previous = resolve(start, zone)
    for number in range(1, 80 * 366):
        wall = start + timedelta(days=number)
        moment = resolve(wall, zone)
        assert previous <= moment, f"{wall} in {zone}"
        if moment - previous != timedelta(days=1):
            for half_hours in range(-48, 1):
                at = wall + timedelta(minutes=30 * half_hours)
                laws.resolve_gives_the_first_instant(resolve, at, zone)
                laws.resolve_shows_the_wall_clock(resolve, at, zone)
        previous = moment


def later_reading(local: datetime, zone: str) -> datetime:
    """Take the later instant of an overlap."""
    return local.replace(tzinfo=zone_of(zone), fold=1).astimezone(UTC)


def before_the_gap(local: datetime, zone: str) -> datetime:
    """Read an impossible time with the offset after the gap, and so land before it."""
    return local.replace(tzinfo=zone_of(zone), fold=1).astimezone(UTC)


def hour_off(local: datetime, zone: str) -> datetime:
    """Ignore the zone's rules: a frozen offset."""
    return local.replace(tzinfo=UTC) - timedelta(
        hours=zone_of(zone).utcoffset(datetime(2024, 1, 1)) / timedelta(hours=1)
    )


def backwards(local: datetime, zone: str) -> datetime:
    """Run time backwards."""
    return datetime(2200, 1, 1, tzinfo=UTC) - (local - datetime(1970, 1, 1))


@pytest.mark.parametrize(
    ("law", "twin", "local"),
    [
        (laws.resolve_gives_the_first_instant, later_reading, datetime(2024, 11, 3, 1, 30)),
        (laws.resolve_gives_the_first_instant, before_the_gap, datetime(2024, 3, 10, 2, 30)),
        (laws.resolve_shows_the_wall_clock, hour_off, datetime(2024, 7, 1)),
    ],
)
def test_a_broken_resolve_fails(law: Callable[..., None], twin: laws.Resolve, local: datetime) -> None:
    """A law that cannot fail proves nothing."""
    with pytest.raises(AssertionError):
        law(twin, local, "America/New_York")


def test_a_resolve_that_runs_backwards_fails() -> None:
    """The law of order fails on a twin that reverses it."""
    with pytest.raises(AssertionError, match="resolves later"):
        laws.resolve_keeps_order(backwards, datetime(2024, 1, 1), datetime(2024, 1, 2), "UTC")
