"""Time us beside our peers and print one table: `python benchmarks/run.py [--json OUT] [--only WORD]`.

Every `bench_*.py` beside this file exposes `WORKS`, and `notes()` where there is more to say than a ratio. Both sides
of a work run interleaved in this process; only their ratio means something on another machine. Timings are shown,
never asserted.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib.util
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

from work import Timing, Work, timed  # noqa: E402  the folder is on the path only from here on

__all__ = ["main", "works"]

_HEAD = ("work", "ours", "peer", "peer takes", "ratio", "goal")


def works() -> Iterator[Work]:
    """Yield the works of every bench file, in the order of the file names."""
    for module in _modules():
        yield from getattr(module, "WORKS", ())


def _modules() -> list[ModuleType]:
    return [_module(path) for path in sorted(HERE.glob("bench_*.py"))]


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(path.stem, module)
    spec.loader.exec_module(module)
    return module


def main(arguments: list[str] | None = None) -> int:
    """Time all works, or those whose name holds a word."""
    parser = argparse.ArgumentParser(description="Time renewkit beside idiomatic code with well-known libraries.")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the rows there as JSON")
    parser.add_argument("--only", default="", metavar="WORD", help="only works whose name holds this word")
    parser.add_argument(
        "--rounds", type=int, default=9, metavar="N", help="interleaved rounds, of which the median counts"
    )
    options = parser.parse_args(arguments)
    rows: list[Timing] = []
    notes: list[str] = []
    for module in _modules():
        chosen = [work for work in getattr(module, "WORKS", ()) if options.only in work.name]
        for work in chosen:
            rows.append(timed(work, rounds=options.rounds))
            print(f"\r{len(rows)} timed", end="", file=sys.stderr, flush=True)
        notes += module.notes() if chosen and hasattr(module, "notes") else ()
    print(file=sys.stderr)
    print("\n".join([_table(rows), *notes]))
    if options.json:
        options.json.write_text(json.dumps([dataclasses.asdict(row) for row in rows], indent=1), encoding="utf-8")
    return 0


def _table(rows: list[Timing]) -> str:
    cells = [_HEAD, *(_cells(row) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(_HEAD))]
    lines = [
        "  ".join(
            cell.ljust(width) if column in {0, 2} else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in cells
    ]
    return "\n".join((lines[0], "-" * len(lines[0]), *lines[1:]))


def _cells(row: Timing) -> tuple[str, ...]:
    goal = "" if row.goal is None else f">= {row.goal:g}" + ("" if row.ratio >= row.goal else "  missed")
    return (row.work, _lasting(row.ours_ns), row.peer, _lasting(row.peer_ns), f"{row.ratio:.1f}", goal)


def _lasting(nanoseconds: float) -> str:
    for unit, size in (("s", 1e9), ("ms", 1e6), ("us", 1e3)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:.2f} {unit}"
    return f"{nanoseconds:.0f} ns"


if __name__ == "__main__":
    raise SystemExit(main())
