"""The peers that reconciliation is timed against find the same pairs where every line is exact."""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from renewkit.policies.reconcile import reconcile
from renewkit.values.entry import Entries

BENCHMARKS = Path(__file__).resolve().parents[4] / "benchmarks"


@pytest.fixture(scope="module")
def peers() -> ModuleType:
    """Load the peers from beside the benchmarks."""
    pytest.importorskip("polars")
    spec = importlib.util.spec_from_file_location("peers_reconcile", BENCHMARKS / "peers" / "reconcile.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["dict_join", "polars_join"])
def test_a_join_finds_what_is_exact(peers: ModuleType, name: str) -> None:
    """On clean sides all three give the same pairs."""
    sides = [
        Entries.from_columns(
            ids=[f"{letter}{row}" for row in range(200)],
            minor=[1_000 + row % 20 for row in range(200)],
            currency="EUR",
            days=[738_900] * 200,
            references=[f"INV-2024-{row:06}" for row in range(200)],
        )
        for letter in "er"
    ]
    join: Callable[..., list[tuple[str, str]]] = getattr(peers, name)
    assert sorted(reconcile(*sides).pairs()) == sorted(join(*((s.ids, s.references, s.minor) for s in sides)))
