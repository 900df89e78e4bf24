"""Boundaries, periods and instants of 10,000 mixed contracts, once warm and from empty tables."""

from __future__ import annotations

import random
import sys
import tracemalloc
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pendulum

if str(Path(__file__).parent) not in sys.path:
    sys.path.insert(0, str(Path(__file__).parent))

from peers.cycle import pendulum_boundary, pendulum_instant, pendulum_period_at, relativedelta_boundary
from renewkit.policies.cycle import MONTHLY, BillingCycle
from renewkit.policies.cycle.boundaries import instants
from work import Work

__all__ = ["ANCHORS", "DAYS", "NUMBERS", "WORKS", "ZONES", "notes"]

SIZE = 10_000
_random = random.Random(20240131)
_zones = ("UTC", "Asia/Taipei", "Europe/Berlin", "America/New_York")

ANCHORS = tuple(date(2015, 1, 1) + timedelta(days=_random.randrange(5_000)) for _ in range(SIZE))
NUMBERS = tuple(_random.randrange(60) for _ in range(SIZE))
DAYS = tuple(pendulum.Date.fromordinal(anchor.toordinal() + _random.randrange(1_800)) for anchor in ANCHORS)
ZONES = tuple(_random.choice(_zones) for _ in range(SIZE))

_cycles = tuple(BillingCycle(anchor, MONTHLY, zone=zone) for anchor, zone in zip(ANCHORS, ZONES, strict=True))
_anchors = tuple(cycle.anchor for cycle in _cycles)


_tables: list[dict[Any, Any]] = list(
    {
        id(table): table
        for cycle in _cycles
        for table in (cycle._dates, cycle._periods, instants(cycle.zone, cycle.at))
    }.values()
)


def boundaries() -> object:
    return [cycle.boundary(k) for cycle, k in zip(_cycles, NUMBERS, strict=True)]


def periods() -> object:
    return [cycle.period_at(day) for cycle, day in zip(_cycles, DAYS, strict=True)]


def strikes() -> object:
    return [cycle.instant(k) for cycle, k in zip(_cycles, NUMBERS, strict=True)]


def add_months() -> object:
    return [pendulum_boundary(anchor, k) for anchor, k in zip(_anchors, NUMBERS, strict=True)]


def find_periods() -> object:
    return [pendulum_period_at(anchor, day) for anchor, day in zip(_anchors, DAYS, strict=True)]


def find_instants() -> object:
    return [pendulum_instant(anchor, k, zone) for anchor, k, zone in zip(_anchors, NUMBERS, ZONES, strict=True)]


def _cold(work: Callable[[], object]) -> Callable[[], object]:
    def cold() -> object:
        _forget()
        return work()

    return cold


def _forget() -> None:
    for table in _tables:
        table.clear()


WORKS = (
    Work(
        "boundary k",
        boundaries,
        "pendulum.Date.add",
        add_months,
        goal=20,
        size=SIZE,
    ),
    Work(
        "boundary k, beside dateutil",
        boundaries,
        "relativedelta",
        lambda: [relativedelta_boundary(anchor, k) for anchor, k in zip(ANCHORS, NUMBERS, strict=True)],
        size=SIZE,
    ),
    Work(
        "period containing a day",
        periods,
        "pendulum",
        find_periods,
        goal=10,
        size=SIZE,
    ),
    Work(
        "boundary as an instant",
        strikes,
        "pendulum",
        find_instants,
        goal=10,
        size=SIZE,
    ),
    *(
        Work(f"{name}, cold", _cold(ours), peer_name, peer, size=SIZE)
        for name, ours, peer_name, peer in (
            ("boundary k", boundaries, "pendulum.Date.add", add_months),
            ("period containing a day", periods, "pendulum", find_periods),
            ("boundary as an instant", strikes, "pendulum", find_instants),
        )
    ),
)


def notes() -> list[str]:
    """Say how much memory the tables hold once everything was asked, from nothing."""
    _forget()
    tracemalloc.start()
    for work in (boundaries, periods, strikes):
        work()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return [f"cycle tables after {SIZE:,} contracts with {len(set(ANCHORS)):,} anchors: {kept / 2**20:.1f} MiB"]
