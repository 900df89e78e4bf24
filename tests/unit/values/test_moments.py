from datetime import UTC, date, datetime, timedelta, timezone

import pendulum
import pytest

from renewkit.errors import DateExpectedError, InstantExpectedError, UnknownZoneError
from renewkit.values.moments import civil_date, day_of, instant, resolve, zone_name, zone_of


def test_a_date_comes_out_as_pendulums() -> None:
    """A standard date is copied, pendulum's is passed through."""
    own = pendulum.Date(2024, 1, 31)
    assert pendulum.Date is type(civil_date(date(2024, 1, 31)))
    assert own is civil_date(own)


@pytest.mark.parametrize("value", [datetime(2024, 1, 1), pendulum.datetime(2024, 1, 1), "2024-01-01", None, 1])
def test_what_is_no_date_is_refused(value: object) -> None:
    """A datetime is refused although it is a subclass of date."""
    with pytest.raises(DateExpectedError, match=r"day_of\(instant, zone\)"):
        civil_date(value)


def test_an_aware_datetime_keeps_its_zone() -> None:
    """An instant is the same moment, in the zone that it came in."""
    moment = instant(datetime(2024, 1, 31, 12, tzinfo=timezone(timedelta(hours=8))))
    assert (pendulum.DateTime, "2024-01-31T12:00:00+08:00") == (type(moment), moment.isoformat())


def test_a_pendulum_instant_passes_through() -> None:
    """What is right already is not copied."""
    moment = pendulum.datetime(2024, 1, 31)
    assert moment is instant(moment)


@pytest.mark.parametrize("value", [datetime(2024, 1, 1), pendulum.naive(2024, 1, 1), date(2024, 1, 1), "now", None])
def test_what_is_no_instant_is_refused(value: object) -> None:
    """A naive datetime names no moment."""
    with pytest.raises(InstantExpectedError, match=r"resolve\(local, zone\)"):
        instant(value)


@pytest.mark.parametrize(
    ("local", "zone", "resolved"),
    [
        ("2024-06-01T09:00", "Asia/Taipei", "2024-06-01T09:00:00+08:00"),
        ("2024-03-10T02:30", "America/New_York", "2024-03-10T03:00:00-04:00"),
        ("2024-11-03T01:30", "America/New_York", "2024-11-03T01:30:00-04:00"),
        ("2018-11-04T00:00", "America/Sao_Paulo", "2018-11-04T01:00:00-02:00"),
        ("2011-12-30T00:00", "Pacific/Apia", "2011-12-31T00:00:00+14:00"),
        ("2011-12-30T23:59", "Pacific/Apia", "2011-12-31T00:00:00+14:00"),
        ("2024-10-06T02:15", "Australia/Lord_Howe", "2024-10-06T02:30:00+11:00"),
        ("2024-04-07T01:45", "Australia/Lord_Howe", "2024-04-07T01:45:00+11:00"),
        ("2024-06-01T09:00", "+05:45", "2024-06-01T09:00:00+05:45"),
    ],
)
def test_resolve(local: str, zone: str, resolved: str) -> None:
    """Ordinary times, gaps of an hour, half an hour and a day, overlaps, and fixed offsets."""
    assert resolved == resolve(datetime.fromisoformat(local), zone).isoformat()


def test_a_gap_is_found_to_the_second_of_its_transition() -> None:
    """The first valid instant is the transition itself, whatever the second within the gap."""
    assert "03:00:00" == resolve(datetime(2024, 3, 10, 2, 0, 1, 7), "America/New_York").isoformat()[11:19]


def test_resolve_keeps_microseconds() -> None:
    """A time that exists is kept to the microsecond."""
    assert 7 == resolve(datetime(2024, 3, 10, 1, 0, 0, 7), "America/New_York").microsecond


@pytest.mark.parametrize("value", [datetime(2024, 1, 1, tzinfo=UTC), date(2024, 1, 1), "2024-01-01"])
def test_resolve_wants_a_wall_clock(value: object) -> None:
    """An aware datetime has its instant already, and a date shows no time."""
    with pytest.raises(InstantExpectedError, match="wall-clock"):
        resolve(value, "UTC")


def test_the_day_depends_on_the_zone() -> None:
    """One instant lies on two civil days."""
    moment = datetime(2024, 1, 31, 18, tzinfo=UTC)
    assert ("2024-01-31", "2024-02-01") == (str(day_of(moment, "UTC")), str(day_of(moment, "Asia/Taipei")))


@pytest.mark.parametrize(
    ("name", "hours"),
    [("+08:00", 8), ("-0330", -3.5), ("UTC+01:00", 1), ("+00:00", 0), ("+23:30", 23.5), ("-11:59", -11 - 59 / 60)],
)
def test_fixed_offsets(name: str, hours: float) -> None:
    """An offset may be written with or without colon and UTC."""
    assert timedelta(hours=hours) == zone_of(name).utcoffset(datetime(2024, 1, 1))


@pytest.mark.parametrize(
    "name", ["Mars/Olympus", "", "+24:00", "-25:00", "+08:60", "local", "../etc", None, 8, "UTC+8"]
)
def test_unknown_zones_are_refused(name: object) -> None:
    """What is neither an IANA name nor an offset is named in the error."""
    with pytest.raises(UnknownZoneError, match="Europe/Berlin"):
        zone_of(name)


def test_a_zone_field_keeps_the_name() -> None:
    """The converter of zone fields gives the name back."""
    assert "Asia/Taipei" == zone_name("Asia/Taipei")


@pytest.mark.parametrize("seconds", range(0, 3600, 97))
def test_every_time_in_a_gap_is_its_end(seconds: int) -> None:
    """Whatever time the clocks skip, it is the first moment after them, to the microsecond."""
    wall = datetime(2024, 3, 10, 2, 0, 0, 123_456) + timedelta(seconds=seconds)
    assert pendulum.datetime(2024, 3, 10, 7) == resolve(wall, "America/New_York")
