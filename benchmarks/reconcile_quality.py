"""How good the matches are: precision, recall, time and memory on worlds whose truth is known.

Prints, for each seed, automatic precision and recall, recall with suggestions, both by class, seconds, and how many
times as long that is as a polars join and a dict join of the exact keys in the same process. `--memory` adds the peak
above the input. `--linked DIRECTORY` matches the public linked-transactions set instead (`origin.parquet` and
`destination.parquet`): its ids and its truth are set apart before matching and each side is shuffled. `--abroad` makes
the worlds of `payments_abroad`, which were written apart from the first ones; `--known` matches them with the rules
that a user of such a world would give.

    python benchmarks/reconcile_quality.py [--size 100000] [--seeds 10] [--loyal] [--memory] [--linked DIRECTORY]
    python benchmarks/reconcile_quality.py [--size 20000] --abroad [--known]
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import random
import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable
from pathlib import Path

if str(Path(__file__).parent) not in sys.path:
    sys.path.insert(0, str(Path(__file__).parent))

from payments import World, make_world
from payments_abroad import KNOWN, make_world_abroad
from peers.reconcile import dict_join, polars_join
from renewkit.policies.reconcile import MatchRules, Reconciliation, reconcile
from renewkit.values.entry import Entries

MEMOS = MatchRules(early=0, late=22, tolerance="0.13")
"""What a user of the linked set knows: a delay of up to three weeks, and fees and rates of up to 13 %."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--loyal", action="store_true", help="customers with several invoices at one price")
    parser.add_argument("--abroad", action="store_true", help="worlds of another make")
    parser.add_argument("--known", action="store_true", help="with what a user would know of those worlds")
    parser.add_argument("--memory", action="store_true", help="measure memory in a second, slower run")
    parser.add_argument("--linked", type=Path, help="the folder of the linked-transactions set")
    options = parser.parse_args()
    for seed in range(options.first, options.first + options.seeds):
        rules = MatchRules()
        if options.linked:
            world, rules = linked_world(options.linked, seed), MEMOS
        elif options.abroad:
            world, rules = make_world_abroad(options.size, seed), KNOWN if options.known else rules
        else:
            world = make_world(options.size, seed, loyal=options.loyal)
        show(world, seed, rules, memory=options.memory)


def show(world: World, seed: int, rules: MatchRules, *, memory: bool) -> None:
    """Match a world and print how it went."""
    sides = [(side.ids, side.references, side.minor) for side in (world.expected, world.received)]
    polars = _seconds(lambda: polars_join(*sides))
    exact = _seconds(lambda: dict_join(*sides))
    found: list[Reconciliation] = []
    ours = _seconds(lambda: found.append(_match(world, rules)))
    print(f"seed {seed}: {judge(world, found[0])}")
    print(f"  {ours:.2f} s, {ours / polars:.1f} x polars join, {ours / exact:.1f} x dict join")
    print(f"  class: automatic / with suggestions: {by_class(world, found[0])}")
    if memory:
        found.clear()
        gc.collect()
        tracemalloc.start()
        found.append(_match(world, rules))
        print(f"  {tracemalloc.get_traced_memory()[1] / 1e6:.0f} MB above the input")
        tracemalloc.stop()


def judge(world: World, result: Reconciliation) -> str:
    """Return precision and recall of what is automatic, and of all that is proposed."""
    pairs, hints = set(result.pairs()), set(result.suggestions())
    right, helped = len(pairs & world.truth.keys()), len((pairs | hints) & world.truth.keys())
    size = len(world.truth)
    automatic = f"precision {right / max(1, len(pairs)):.5f}, recall {right / size:.4f}"
    both = f"precision {helped / max(1, len(pairs | hints)):.5f}, recall {helped / size:.4f}"
    return f"automatic {automatic}; with suggestions {both}"


def by_class(world: World, result: Reconciliation) -> str:
    """Return recall by class of pair."""
    pairs = set(result.pairs())
    hints = pairs | set(result.suggestions())
    kinds, hit, hinted = (
        Counter(kind for pair, kind in world.truth.items() if pair in part) for part in (world.truth, pairs, hints)
    )
    return ", ".join(
        f"{kind} {hit[kind] / total:.4f}/{hinted[kind] / total:.4f}" for kind, total in sorted(kinds.items())
    )


def linked_world(folder: Path, seed: int) -> World:
    """Return the public set as two sides of memos under ids that tell nothing, each shuffled by itself."""
    sides = [_linked_side(folder / f"{name}.parquet", f"{name} {seed}") for name in ("origin", "destination")]
    ours, theirs = (dict(zip(truth, side.ids, strict=True)) for side, truth in sides)
    return World(sides[0][0], sides[1][0], (), {(ours[key], theirs[key]): "memo" for key in ours})


def _linked_side(path: Path, key: str) -> tuple[Entries, list[int]]:
    import polars as pl

    frame = pl.read_parquet(path)
    rows = list(zip(*(frame[name] for name in ("ground_truth", "memo", "transaction_date", "amount")), strict=True))
    random.Random(key).shuffle(rows)
    truth, memos, days, amounts = (list(column) for column in zip(*rows, strict=True))
    names = [hashlib.blake2b(str(row).encode(), key=key.encode(), digest_size=10).hexdigest() for row in truth]
    side = Entries.from_columns(
        ids=names,
        minor=[round(amount * 100) for amount in amounts],
        currency="GBP",
        days=[day.toordinal() for day in days],
        texts=memos,
    )
    return side, truth


def _match(world: World, rules: MatchRules) -> Reconciliation:
    return reconcile(world.expected, world.received, rules=rules, settlements=world.settlements)


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
