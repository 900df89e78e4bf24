"""The twin that planning is timed against issues the same invoice at the same moment."""

import importlib
from types import ModuleType

import pytest

from renewkit.engine.plan import plan
from shared import ROOT


@pytest.fixture(name="bench")
def _bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Give the benchmark, with its folder on the path as when it is run."""
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    return importlib.import_module("bench_plan")


def test_the_twin_bills_the_same(bench: ModuleType) -> None:
    """The same lines, total, period and next moment, one charge of the same amount, and as many facts."""
    ours, (work,) = plan(bench.SNAPSHOT, now=bench.NOW), bench.WORKS
    theirs = work.peer()
    assert ours == work.ours()
    (bill,) = ours.invoices
    assert [line.amount for line in bill.lines] == [line["amount"] for line in theirs["invoice"]["lines"]]
    assert bill.total == theirs["invoice"]["total"]
    assert (bill.period.start, bill.period.end) == theirs["invoice"]["lines"][0]["period"]
    assert [effect.amount for effect in ours.effects] == [effect["amount"] for effect in theirs["effects"]]
    assert len(ours.facts) == len(theirs["facts"])
