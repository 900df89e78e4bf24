"""Boundaries, periods and instants of 10,000 mixed contracts.

Run as a script it prints what the first, cold pass costs and how much memory the tables hold afterwards.
"""

from __future__ import annotations

import random
import sys
import time
import tracemalloc
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pendulum

if str(Path(__file__).parent) not in sys.path:
    sys.path.insert(0, str(Path(__file__).parent))

from peers.cycle import pendulum_boundary, pendulum_instant, pendulum_period_at, relativedelta_boundary
from renewkit.policies.cycle import MONTHLY, BillingCycle
from renewkit.policies.cycle.boundaries import instants
from work import Work

__all__ = ["ANCHORS", "DAYS", "NUMBERS", "WORKS", "ZONES"]

SIZE = 10_000
_random = random.Random(20240131)
_zones = ("UTC", "Asia/Taipei", "Europe/Berlin", "America/New_York")

ANCHORS = tuple(date(2015, 1, 1) + timedelta(days=_random.randrange(5_000)) for _ in range(SIZE))
NUMBERS = tuple(_random.randrange(60) for _ in range(SIZE))
DAYS = tuple(pendulum.Date.fromordinal(anchor.toordinal() + _random.randrange(1_800)) for anchor in ANCHORS)
ZONES = tuple(_random.choice(_zones) for _ in range(SIZE))

_cycles = tuple(BillingCycle(anchor, MONTHLY, zone=zone) for anchor, zone in zip(ANCHORS, ZONES, strict=True))
_anchors = tuple(cycle.anchor for cycle in _cycles)


def boundaries() -> object:
    return [cycle.boundary(k) for cycle, k in zip(_cycles, NUMBERS, strict=True)]


def periods() -> object:
    return [cycle.period_at(day) for cycle, day in zip(_cycles, DAYS, strict=True)]


def strikes() -> object:
    return [cycle.instant(k) for cycle, k in zip(_cycles, NUMBERS, strict=True)]


WORKS = (
    Work(
        "boundary k",
        boundaries,
        "pendulum.Date.add",
        lambda: [pendulum_boundary(anchor, k) for anchor, k in zip(_anchors, NUMBERS, strict=True)],
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
        lambda: [pendulum_period_at(anchor, day) for anchor, day in zip(_anchors, DAYS, strict=True)],
        goal=10,
        size=SIZE,
    ),
    Work(
        "boundary as an instant",
        strikes,
        "pendulum",
        lambda: [pendulum_instant(anchor, k, zone) for anchor, k, zone in zip(_anchors, NUMBERS, ZONES, strict=True)],
        goal=10,
        size=SIZE,
    ),
)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Print the cold pass of each work beside its peer, and the memory that the tables keep."""
    for work in (WORKS[0], WORKS[2], WORKS[3]):
        cold = _seconds(work.ours)
        ratio = _seconds(work.peer) / cold
        print(f"{work.name}: cold {cold / SIZE * 1e9:,.0f} ns each, {ratio:.1f} times as fast as {work.peer_name}")
    _forget()
    tracemalloc.start()
    for work in (boundaries, periods, strikes):
        work()
    kept, _ = tracemalloc.get_traced_memory()
    print(f"tables after {SIZE:,} contracts of {len(set(ANCHORS)):,} anchors: {kept / 2**20:.1f} MiB")


def _forget() -> None:
    for cycle in _cycles:
        cycle._dates.clear()
        cycle._periods.clear()
        instants(cycle.zone, cycle.at).clear()


if __name__ == "__main__":
    main()
