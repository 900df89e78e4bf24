"""The doors to civil dates and zoned time; nothing else may build a zoned datetime.

Billing happens in civil dates. Instants appear where the world is touched, and `resolve` is the one way from a
wall-clock time to an instant: in a gap the first valid instant after it, in an overlap the earlier of the two.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfoNotFoundError

import pendulum
from pendulum import FixedTimezone, Timezone

from renewkit.errors import DateExpectedError, InstantExpectedError, UnknownZoneError

if TYPE_CHECKING:
    from typing import Final

__all__ = ["TimeZone", "civil_date", "day_of", "instant", "resolve", "zone_name", "zone_of"]

TimeZone = Timezone | FixedTimezone
_ZONES: Final = frozenset((Timezone, FixedTimezone))

_OFFSET: Final = re.compile(r"(?:UTC)?([+-])(\d\d):?(\d\d)")
_WIDEST = timedelta(hours=24)


def civil_date(value: date) -> pendulum.Date:
    """Return a calendar date as `pendulum.Date`.

    Raises `DateExpectedError` for a datetime, because it names a moment and its day depends on the zone.

    >>> civil_date(date(2024, 1, 31))
    Date(2024, 1, 31)
    """
    kind = type(value)
    if kind is pendulum.Date:
        return value  # type: ignore[return-value]  # the exact type was tested one line above
    if isinstance(value, datetime) or not isinstance(value, date):
        remedy = "name its day in the billing zone with day_of(instant, zone)"
        raise DateExpectedError("a civil date", value, remedy)
    return pendulum.Date(value.year, value.month, value.day)


def instant(value: datetime) -> pendulum.DateTime:
    """Return an aware datetime as `pendulum.DateTime`, in its own zone.

    Raises `InstantExpectedError` for a naive datetime or a date.

    >>> instant(datetime(2024, 1, 31, 12, tzinfo=UTC)).isoformat()
    '2024-01-31T12:00:00+00:00'
    """
    if type(value) is pendulum.DateTime and type(value.tzinfo) in _ZONES:
        return value  # the common case: pendulum's own zones always know their offset
    if not isinstance(value, datetime) or value.tzinfo is None or value.utcoffset() is None:
        remedy = "give it a zone with resolve(local, zone)"
        raise InstantExpectedError("an aware datetime", value, remedy)
    return value if type(value) is pendulum.DateTime else pendulum.instance(value)


def resolve(local: datetime, zone: str) -> pendulum.DateTime:
    """Return the instant at which a wall clock in the zone shows this time.

    `local` is naive: it is what the clock on the wall shows. In a gap (clocks put forward) the answer is the first
    valid instant after it, in an overlap (clocks put back) the earlier one. Raises `InstantExpectedError` for an
    aware datetime and `UnknownZoneError`.

    >>> resolve(datetime(2024, 3, 10, 2, 30), "America/New_York").isoformat()
    '2024-03-10T03:00:00-04:00'
    >>> resolve(datetime(2024, 11, 3, 1, 30), "America/New_York").isoformat()
    '2024-11-03T01:30:00-04:00'
    """
    if not isinstance(local, datetime) or local.tzinfo is not None:
        raise InstantExpectedError("a naive wall-clock datetime", local, "drop the zone; name it as second argument")
    zoned = zone_of(zone)
    parts = (local.year, local.month, local.day, local.hour, local.minute, local.second, local.microsecond)
    wall = datetime(*parts)  # noqa: DTZ001  a wall clock shows no zone
    before, after = zoned.utcoffset(wall), zoned.utcoffset(wall.replace(fold=1))
    assert before is not None
    assert after is not None
    if after > before:  # only in a gap is the offset of fold 1 the larger one
        return _first_after_gap(wall, zoned, before=before, after=after)
    return pendulum.DateTime(*parts, tzinfo=zoned)


def day_of(moment: datetime, zone: str) -> pendulum.Date:
    """Return the civil day of an instant in a zone.

    >>> str(day_of(datetime(2024, 1, 31, 18, tzinfo=UTC), "Asia/Taipei"))
    '2024-02-01'
    """
    local = instant(moment).astimezone(zone_of(zone))
    return pendulum.Date(local.year, local.month, local.day)


@lru_cache(maxsize=1024)
def zone_of(name: str) -> TimeZone:
    """Return the zone with an IANA name or a fixed offset such as `+08:00`.

    Raises `UnknownZoneError` for anything else, the machine's own zone included.

    >>> zone_of("+08:00").utcoffset(None) == timedelta(hours=8)
    True
    """
    match = _OFFSET.fullmatch(name) if isinstance(name, str) else None
    if match:
        sign, hours, minutes = match[1], int(match[2]), int(match[3])
        offset = timedelta(hours=hours, minutes=minutes)
        if minutes < 60 and offset < _WIDEST:
            seconds = int(offset.total_seconds())
            return FixedTimezone(-seconds if sign == "-" else seconds, name=f"{sign}{match[2]}:{match[3]}")
    try:
        return Timezone(name)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        remedy = "use a name such as Europe/Berlin, or an offset such as +08:00"
        raise UnknownZoneError("an IANA zone name or a fixed offset", name, remedy) from None


def zone_name(name: str) -> str:
    """Return the name of a zone that exists; the converter of every `zone` field.

    >>> zone_name("Asia/Taipei")
    'Asia/Taipei'
    """
    zone_of(name)
    return name


def _first_after_gap(wall: datetime, zone: TimeZone, *, before: timedelta, after: timedelta) -> pendulum.DateTime:
    # The transition lies between the two readings of the impossible time; search it among whole seconds, as all are.
    second = wall.replace(microsecond=0)
    low, high = second - after, second - before
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if _offset_at(middle, zone) == before:
            low = middle
        else:
            high = middle
    return _zoned(high, zone)


def _offset_at(utc: datetime, zone: tzinfo) -> timedelta:
    offset = utc.replace(tzinfo=UTC).astimezone(zone).utcoffset()
    assert offset is not None
    return offset


def _zoned(utc: datetime, zone: TimeZone) -> pendulum.DateTime:
    local = utc.replace(tzinfo=UTC).astimezone(zone)
    parts = (local.year, local.month, local.day, local.hour, local.minute, local.second, local.microsecond)
    return pendulum.DateTime(*parts, tzinfo=zone, fold=local.fold)
