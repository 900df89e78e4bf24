"""Reconciliation of 20,000 invoices beside an exact-key join, which finds a part of the pairs and judges none.

The goal is the least ratio that we allow ourselves: a match with everything that is mangled, split, doubled or missing
may take sixteen times as long as polars' join of what is exact. `reconcile_quality.py` shows what that time buys.
"""

from __future__ import annotations

import sys
from pathlib import Path

if str(Path(__file__).parent) not in sys.path:
    sys.path.insert(0, str(Path(__file__).parent))

from payments import make_world
from peers.reconcile import Side, dict_join, polars_join
from renewkit.policies.reconcile import reconcile
from renewkit.values.entry import Entries
from work import Work

__all__ = ["CLEAN", "SIZE", "WORKS", "side"]

SIZE = 20_000


def side(entries: Entries) -> Side:
    """Return the columns that a join looks at."""
    return entries.ids, entries.references, entries.minor


_world = make_world(SIZE, 1)
_expected, _received = side(_world.expected), side(_world.received)
_days = [738_900 + row % 300 for row in range(SIZE)]
_references = [f"INV-2024-{row:06}" for row in range(SIZE)]
CLEAN = tuple(
    Entries.from_columns(
        ids=[f"{letter}{row}" for row in range(SIZE)],
        minor=[1_000 + row % 20 * 100 for row in range(SIZE)],
        currency="EUR",
        days=_days,
        references=_references,
    )
    for letter in "er"
)
_clean = tuple(map(side, CLEAN))


def hard() -> object:
    return list(reconcile(_world.expected, _world.received, settlements=_world.settlements).pairs())


def clean() -> object:
    return list(reconcile(*CLEAN).pairs())


# Polars joins in several threads, so what counts here is the clock on the wall.
WORKS = (
    Work(
        "reconcile, hard mix",
        hard,
        "polars join",
        lambda: polars_join(_expected, _received),
        goal=1 / 16,
        size=SIZE,
        waits=True,
    ),
    Work(
        "reconcile, hard mix, beside a dict",
        hard,
        "dict join",
        lambda: dict_join(_expected, _received),
        size=SIZE,
    ),
    Work(
        "reconcile, all exact",
        clean,
        "polars join",
        lambda: polars_join(*_clean),
        goal=1 / 16,
        size=SIZE,
        waits=True,
    ),
)
