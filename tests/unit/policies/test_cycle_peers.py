"""The works that are timed beside one another do the same: their results are identical."""

import sys
from itertools import islice

import pytest

from shared import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))

bench = pytest.importorskip("bench_cycle", reason="the peers are not installed")
peers = pytest.importorskip("peers.cycle", reason="the peers are not installed")

SAMPLE = 1_000


def test_boundaries_are_those_of_both_peers() -> None:
    """Boundary k is the anchor plus k months, as pendulum and dateutil have it."""
    for cycle, k in islice(zip(bench._cycles, bench.NUMBERS, strict=True), SAMPLE):
        assert peers.pendulum_boundary(cycle.anchor, k) == cycle.boundary(k)
        assert peers.relativedelta_boundary(cycle.anchor, k) == cycle.boundary(k)


def test_periods_are_the_peers() -> None:
    """The period that contains a day starts and ends where pendulum finds it."""
    for cycle, day in islice(zip(bench._cycles, bench.DAYS, strict=True), SAMPLE):
        period = cycle.period_at(day)
        assert peers.pendulum_period_at(cycle.anchor, day) == (period.start, period.end)


def test_instants_are_the_peers() -> None:
    """A boundary strikes at the midnight that pendulum builds."""
    for cycle, k in islice(zip(bench._cycles, bench.NUMBERS, strict=True), SAMPLE):
        assert peers.pendulum_instant(cycle.anchor, k, cycle.zone) == cycle.instant(k)
