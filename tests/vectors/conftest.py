"""The road to the runner and the mappers, and a line per family at the end of a test run."""

from __future__ import annotations

import importlib.util
import sys
from collections import Counter
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

# Under a name of its own: benchmarks/ has a `run` as well, and either folder may be first on the path.
_spec = importlib.util.spec_from_file_location("vector_run", HERE / "run.py")
assert _spec is not None
assert _spec.loader is not None
_module = importlib.util.module_from_spec(_spec)
sys.modules["vector_run"] = _module
_spec.loader.exec_module(_module)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many cases of each family agreed; reports carry the outcomes, so workers' cases are counted too."""
    reports = [report for group in ("passed", "failed") for report in terminalreporter.stats.get(group, [])]
    outcomes = [dict(report.user_properties) for report in reports if hasattr(report, "user_properties")]
    counts = Counter((found["family"], found["outcome"]) for found in outcomes if "family" in found)
    if counts:
        terminalreporter.section("published vectors")
    for family in sorted({family for family, _ in counts}):
        passed, declined, failed = (counts[family, outcome] for outcome in ("passed", "declined", "failed"))
        total = passed + declined + failed
        terminalreporter.write_line(f"{family}: {total} cases, {passed} passed, {declined} declined, {failed} failed")
