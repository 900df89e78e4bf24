"""A piece of work that is timed twice: as we do it, and as idiomatic code with a well-known library does it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

__all__ = ["Timing", "Work", "timed"]

_SHORTEST = 2_000_000


@dataclass(frozen=True)
class Work:
    """The same amount of work twice; `goal` is how many times as long the peer should take, or None.

    `ours` and `peer` take nothing and do `size` pieces of work per call, so that a figure is for one piece.
    """

    name: str
    ours: Callable[[], object]
    peer_name: str
    peer: Callable[[], object]
    goal: float | None = None
    size: int = 1


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
    sides = (work.ours, work.peer)
    calls = [_calls(side) for side in sides]
    rows = list(_rounds(sides, calls, rounds))
    ours, peer = (statistics.median(row[side] for row in rows) / work.size for side in (0, 1))
    return Timing(work.name, ours, work.peer_name, peer, peer / ours, work.goal)


def _rounds(sides: tuple[Callable[[], object], ...], calls: list[int], rounds: int) -> Iterator[list[float]]:
    for _ in range(rounds):
        yield [_once(side, number) / number for side, number in zip(sides, calls, strict=True)]


def _calls(side: Callable[[], object]) -> int:
    """Return how many calls last two milliseconds, so that the clock itself does not count; the first one warms up."""
    side()
    number = 1
    while _once(side, number) < _SHORTEST and number < 1 << 20:
        number *= 2
    return number


def _once(side: Callable[[], object], number: int) -> int:
    start = time.perf_counter_ns()
    for _ in range(number):
        side()
    return time.perf_counter_ns() - start
