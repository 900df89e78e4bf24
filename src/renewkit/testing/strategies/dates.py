"""Civil dates, wall clocks, instants and zones, with a taste for month ends, leap days and changing clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import cache
from zoneinfo import available_timezones

from hypothesis import strategies as st

__all__ = ["EVENTFUL", "civil_dates", "instants", "times_of_day", "wall_clocks", "zone_names", "zones"]

EVENTFUL = tuple(
    (datetime.fromisoformat(local), zone)
    for local, zone in (
        ("2011-12-30T00:00", "Pacific/Apia"),
        ("1993-08-21T00:00", "Pacific/Kwajalein"),
        ("2024-03-10T02:30", "America/New_York"),
        ("2024-11-03T01:30", "America/New_York"),
        ("2024-04-07T01:45", "Australia/Lord_Howe"),
        ("2018-11-04T00:00", "America/Sao_Paulo"),
        ("2024-03-31T00:30", "Africa/Casablanca"),
        ("1981-03-29T00:00", "Europe/Dublin"),
    )
)
"""Wall-clock times that a zone skipped or showed twice."""

_EDGES = (
    *(date(2023, month, 28) for month in range(1, 13)),
    *(date(2024, month, 29) for month in range(1, 13)),
    *(date(2024, month, 31) for month in (1, 3, 5, 7, 8, 10, 12)),
    date(2000, 2, 29),
    date(2100, 2, 28),
    date(2011, 12, 30),
)
_ZONES = ("UTC", "Asia/Taipei", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "+05:45")


def civil_dates(low: date = date(1975, 1, 1), high: date = date(2199, 12, 31)) -> st.SearchStrategy[date]:
    """Draw days of common years, often month ends and leap days."""
    edges = [day for day in _EDGES if low <= day <= high]
    days = st.dates(low, high)
    return st.one_of(st.sampled_from(edges), days) if edges else days


def times_of_day() -> st.SearchStrategy[time]:
    """Draw times of day, often midnight and the small hours in which clocks change."""
    return st.one_of(st.sampled_from([time(0), time(1, 30), time(2, 30), time(9)]), st.times())


def wall_clocks() -> st.SearchStrategy[datetime]:
    """Draw naive wall-clock times."""
    return st.builds(datetime.combine, civil_dates(), times_of_day())


def instants() -> st.SearchStrategy[datetime]:
    """Draw aware datetimes in UTC."""
    return wall_clocks().map(lambda wall: wall.replace(tzinfo=UTC))


def zones() -> st.SearchStrategy[str]:
    """Draw zone names, often a few with a history, sometimes any of the IANA's."""
    return st.one_of(st.sampled_from(_ZONES), st.sampled_from(zone_names()))


@cache
def zone_names() -> tuple[str, ...]:
    """Return the names of all IANA zones of this installation, sorted; the machine's own zone is none."""
    return tuple(sorted(available_timezones() - {"localtime", "Factory"}))
