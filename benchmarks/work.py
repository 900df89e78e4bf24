"""A piece of work that is timed twice: as we do it, and as idiomatic code with a well-known library does it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

__all__ = ["Clock", "Timing", "Work", "timed"]

Clock = Callable[[], int]

_SHORTEST = 5_000_000


@dataclass(frozen=True)
class Work:
    """The same amount of work twice; `goal` is how many times as long the peer should take, or None.

    `ours` and `peer` take nothing and do `size` pieces of work per call, so that a figure is for one piece. Time is the
    processor's, so that other programs of the machine do not count; `waits` asks for the clock on the wall instead,
    for a side that works in several threads or waits for a disk.
    """

    name: str
    ours: Callable[[], object]
    peer_name: str
    peer: Callable[[], object]
    goal: float | None = None
    size: int = 1
    waits: bool = False


@dataclass(frozen=True)
class Timing:
    """Medians in nanoseconds for one piece of the work, and their ratio."""

    work: str
    ours_ns: float
    peer: str
    peer_ns: float
    ratio: float
    goal: float | None


def timed(work: Work, *, rounds: int = 9) -> Timing:
    """Return the medians of interleaved rounds in this process, so that noise meets both sides alike."""
    clock = time.perf_counter_ns if work.waits else time.process_time_ns
    sides = (work.ours, work.peer)
    calls = [_calls(side, clock) for side in sides]
    rows = list(_rounds(sides, calls, rounds, clock))
    ours, peer = (statistics.median(row[side] for row in rows) / work.size for side in (0, 1))
    return Timing(work.name, ours, work.peer_name, peer, peer / ours, work.goal)


def _rounds(
    sides: tuple[Callable[[], object], ...], calls: list[int], rounds: int, clock: Clock
) -> Iterator[list[float]]:
    for _ in range(rounds):
        yield [_once(side, number, clock) / number for side, number in zip(sides, calls, strict=True)]


def _calls(side: Callable[[], object], clock: Clock) -> int:
    """Return how many calls last some milliseconds, so that the clock itself does not count; the first one warms up."""
    side()
    number = 1
    while _once(side, number, clock) < _SHORTEST and number < 1 << 20:
        number *= 2
    return number


def _once(side: Callable[[], object], number: int, clock: Clock) -> int:
    start = clock()
    for _ in range(number):
        side()
    return clock() - start
