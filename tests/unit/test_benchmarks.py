"""Benchmarks: peers give our results, so that both sides of a timing do the same work."""

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from moneyed import Money

from shared import ROOT

BENCHMARKS = ROOT / "benchmarks"


@pytest.fixture(name="bench")
def _bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Give the runner, with its folder on the path as when it is run."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    before = set(sys.modules)
    yield importlib.import_module("run")
    for name in set(sys.modules) - before:
        if str(BENCHMARKS) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def module(name: str) -> ModuleType:
    """Import a module of the benchmarks."""
    return importlib.import_module(name)


def test_money_loops_price_like_us(bench: ModuleType) -> None:
    """Every pricing and money work and its peer give the same Money for the same input."""
    for name in ("bench_pricing", "bench_money"):
        for work in module(name).WORKS:
            assert [list(part) if isinstance(part, tuple) else part for part in work.ours()] == work.peer(), work.name


@pytest.mark.parametrize("quantity", [0, 1, 10, 11, 100, 101, 1_000, 10_000, 10_001, 123_456])
def test_peers_agree_on_edges(bench: ModuleType, quantity: int) -> None:
    """The graduated peers agree with us on every edge of a tier, not only on what is timed."""
    timed, peers = module("bench_pricing"), module("peers.pricing")
    expected = timed._GRADUATED.charge(quantity)
    assert expected == peers.money_graduated(quantity, timed._MONEYS)
    assert expected == peers.decimal_graduated(quantity, timed._DECIMALS)
    assert timed._VOLUME.charge(quantity) == peers.money_volume(quantity, timed._MONEYS)


def test_a_peer_refuses_what_it_cannot_price(bench: ModuleType) -> None:
    """A quantity above the last tier is an error there too."""
    with pytest.raises(ValueError, match="11"):
        module("peers.pricing").money_volume(11, [(10, Money(1, "USD"))])


def test_the_runner_times_both_sides(bench: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One table is printed, and the rows are written as JSON."""
    out = tmp_path / "rows.json"
    assert 0 == bench.main(["--only", "package price", "--rounds", "1", "--json", str(out)])
    (row,) = json.loads(out.read_text("utf-8"))
    assert {"work", "ours_ns", "peer", "peer_ns", "ratio", "goal"} == set(row)
    assert row["ratio"] == pytest.approx(row["peer_ns"] / row["ours_ns"])
    assert "package price" in capsys.readouterr().out


def test_a_missed_goal_is_said(bench: ModuleType) -> None:
    """The table marks a ratio below its goal, and writes every length of time in its unit."""
    timing = module("work").Timing
    table = bench._table([timing("slow", 2e9, "peer", 3e6, 0.0, 2), timing("quick", 5.0, "peer", 5e3, 1000.0, None)])
    assert ">= 2  missed" in table
    assert all(length in table for length in ("2.00 s", "3.00 ms", "5 ns", "5.00 us"))


def test_every_bench_exposes_works(bench: ModuleType) -> None:
    """What the runner finds is a work with a name of its own."""
    names = [work.name for work in bench.works()]
    assert len(names) == len(set(names)) > 0
