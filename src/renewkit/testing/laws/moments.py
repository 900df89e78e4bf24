"""Laws of the door to zoned time; each takes the `resolve` that it judges.

>>> from renewkit.values.moments import resolve
>>> resolve_gives_the_first_instant(resolve, datetime(2024, 3, 10, 2, 30), "America/New_York")
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from renewkit.values.moments import zone_of

__all__ = ["Resolve", "resolve_gives_the_first_instant", "resolve_keeps_order", "resolve_shows_the_wall_clock"]

Resolve = Callable[[datetime, str], datetime]
"""From a naive wall-clock time and a zone to an aware instant."""


def resolve_gives_the_first_instant(resolve: Resolve, local: datetime, zone: str) -> None:
    """No instant before this one shows the wall-clock time or a later one.

    One microsecond before, the clock has not got there yet, and no earlier reading of the same time exists: this covers
    gaps (the first valid instant) and overlaps (the earlier of two) alike.
    """
    moment = resolve(local, zone)
    assert _wall(moment, zone) >= local, f"{moment} shows less than {local} in {zone}"
    just_before = moment.astimezone(UTC) - timedelta(microseconds=1)
    assert _wall(just_before, zone) < local, f"an earlier instant than {moment} already shows {local} in {zone}"
    early = local.replace(tzinfo=zone_of(zone), fold=0).astimezone(UTC)
    assert moment <= early or _wall(early, zone) < local, f"{early} shows {local} in {zone} before {moment}"


def resolve_shows_the_wall_clock(resolve: Resolve, local: datetime, zone: str) -> None:
    """Where the time exists in the zone, the clock shows exactly that time."""
    moment = resolve(local, zone)
    exists = any(
        _wall(local.replace(tzinfo=zone_of(zone), fold=fold).astimezone(UTC), zone) == local.replace(fold=0)
        for fold in (0, 1)
    )
    assert not exists or _wall(moment, zone) == local.replace(fold=0), f"{moment} does not show {local} in {zone}"


def resolve_keeps_order(resolve: Resolve, earlier: datetime, later: datetime, zone: str) -> None:
    """A later wall-clock time never resolves to an earlier instant."""
    first, second = sorted((earlier, later))
    assert resolve(first, zone) <= resolve(second, zone), f"{first} resolves later than {second} in {zone}"


def _wall(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(UTC).astimezone(zone_of(zone)).replace(tzinfo=None, fold=0)
