"""Run test vectors: `python tests/vectors/run.py FILE.json [--json OUT]`.

Each `map_*.py` beside this file exposes `KINDS`, from the kind of a case to a check: it returns None when the
public API gives the published numbers, raises AssertionError when they differ and Declined when we do not offer the
behaviour. Prints one line per kind; the exit code is 1 if anything failed, 2 if a file holds no cases.
"""

from __future__ import annotations

import argparse
import functools
import importlib.util
import json
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs

HERE = Path(__file__).parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

from outcome import Declined  # noqa: E402  the folder is on the path only from here on

Case = Mapping[str, Any]
Check = Callable[[dict[str, Any]], None]

__all__ = ["Tally", "judge", "kind_of", "load_cases", "main", "run"]


@attrs.define
class Tally:
    """How the cases of one kind came out; `failed` holds (id, message), `declined` (id, reason)."""

    cases: int = 0
    passed: int = 0
    declined: list[tuple[str, str]] = attrs.Factory(list)
    failed: list[tuple[str, str]] = attrs.Factory(list)

    def add(self, case: Case, outcome: str, message: str) -> None:
        """Count one outcome: passed, declined or failed."""
        self.cases += 1
        if outcome == "passed":
            self.passed += 1
        else:
            getattr(self, outcome).append((str(case.get("id", "without an id")), message))


def load_cases(path: Path) -> list[dict[str, Any]]:
    """Return the cases of a vector file; what is no object there becomes a case without a kind, which fails."""
    document = json.loads(path.read_text(encoding="utf-8"))
    cases = document.get("cases") if isinstance(document, dict) else None
    if not isinstance(cases, list):
        message = 'expected {"cases": [...]}, got another document: a vector file is an object with a list of cases'
        raise TypeError(message)
    return [case if isinstance(case, dict) else {"id": f"number {k}"} for k, case in enumerate(cases, start=1)]


def kind_of(case: Case) -> str:
    """Return the kind of a case: its `kind`, else its `method`, else its `area`."""
    return str(case.get("kind") or case.get("method") or case.get("area") or "without a kind")


def run(cases: Iterable[dict[str, Any]]) -> dict[str, Tally]:
    """Judge every case and return a tally per kind."""
    tallies: dict[str, Tally] = {}
    for case in cases:
        tallies.setdefault(kind_of(case), Tally()).add(case, *judge(case))
    return tallies


def judge(case: dict[str, Any]) -> tuple[str, str]:
    """Return how one case came out, and why: ("passed", ""), ("declined", reason) or ("failed", message)."""
    kind = kind_of(case)
    reasons = _reasons()
    if kind in reasons["kind"]:
        return "declined", reasons["kind"][kind]
    try:
        kinds, broken = _mappers()
        if kind not in kinds:
            return "failed", "; ".join((f"unknown kind {kind!r}: no map_*.py names it", *broken))
        kinds[kind](case)
    except Declined as refusal:
        reason = reasons["rule"].get(refusal.rule)
        return (
            ("declined", reason)
            if reason
            else ("failed", f"declined as {refusal.rule!r} without a reason in declined.toml")
        )
    except Exception as error:  # noqa: BLE001  any exception of a mapper is that case's failure, never the run's
        return "failed", f"{type(error).__name__}: {error}"
    return "passed", ""


@functools.cache
def _reasons() -> dict[str, dict[str, str]]:
    table = tomllib.loads((HERE / "declined.toml").read_text(encoding="utf-8"))
    return {
        group: {
            name: entry["reason"] for name, entry in table.get(group, {}).items() if entry.get("reason", "").strip()
        }
        for group in ("rule", "kind")
    }


@functools.cache
def _mappers() -> tuple[dict[str, Check], tuple[str, ...]]:
    """Return every kind's check, and which mappers could not be imported, such as for want of an extra."""
    kinds: dict[str, Check] = {}
    broken: list[str] = []
    for path in sorted(HERE.glob("map_*.py")):
        try:
            found = _module(path).KINDS
        except ImportError as error:
            broken.append(f"{path.name} cannot be imported ({error})")
            continue
        twice = sorted(kinds.keys() & found.keys())
        assert not twice, f"{path.name} maps again what another file maps: {', '.join(twice)}"
        kinds |= found
    return kinds, tuple(broken)


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(path.stem, module)
    spec.loader.exec_module(module)
    return module


def main(arguments: list[str] | None = None) -> int:
    """Run the files named on the command line."""
    parser = argparse.ArgumentParser(description="Run published test vectors through the public API.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.json")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the tallies there as JSON")
    parser.add_argument("--why", action="store_true", help="print why each case failed or was declined")
    options = parser.parse_args(arguments)
    try:
        cases = [case for path in options.files for case in load_cases(path)]
    except (OSError, ValueError, TypeError) as error:
        parser.exit(2, f"{error}\n")
    tallies = run(cases)
    for kind in sorted(tallies):
        _show(kind, tallies[kind], why=options.why)
    if options.json:
        options.json.write_text(
            json.dumps({"kinds": {kind: _plain(tally) for kind, tally in tallies.items()}}, indent=1), encoding="utf-8"
        )
    return 1 if any(tally.failed for tally in tallies.values()) else 0


def _show(kind: str, tally: Tally, *, why: bool) -> None:
    counts = f"{tally.cases} cases, {tally.passed} passed, {len(tally.declined)} declined, {len(tally.failed)} failed"
    lines = [
        f"{kind}: {counts}",
        *(f"  failed: {case}" + (f": {message}" if why else "") for case, message in tally.failed),
        *(f"  declined: {case}: {reason}" for case, reason in tally.declined if why),
    ]
    sys.stdout.write("\n".join(lines) + "\n")


def _plain(tally: Tally) -> dict[str, object]:
    return {
        "cases": tally.cases,
        "passed": tally.passed,
        "declined": len(tally.declined),
        "failed": [case for case, _ in tally.failed],
    }


if __name__ == "__main__":
    raise SystemExit(main())
