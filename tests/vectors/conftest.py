"""The road to `run` and the mappers, and a line per family at the end of a test run."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from run import Tally

_TALLIES: pytest.StashKey[dict[str, Tally]] = pytest.StashKey()


def pytest_configure(config: pytest.Config) -> None:
    """Start with nothing counted."""
    config.stash[_TALLIES] = {}


@pytest.fixture(scope="session")
def tallies(pytestconfig: pytest.Config) -> dict[str, Tally]:
    """Give the tallies of this run, by family."""
    return pytestconfig.stash[_TALLIES]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print how many cases of each family agreed."""
    tallies = config.stash.get(_TALLIES, {})
    if tallies:
        terminalreporter.section("published vectors")
    for family, tally in sorted(tallies.items()):
        counts = f"{tally.passed} passed, {len(tally.declined)} declined, {len(tally.failed)} failed"
        terminalreporter.write_line(f"{family}: {tally.cases} cases, {counts}")
