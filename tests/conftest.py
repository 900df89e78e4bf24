"""What all tests share: the Hypothesis profiles, the way to the reference data, and a loud word when it is absent."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from shared import ABSENT, SHARED

IN_CI = bool(os.environ.get("CI"))

# How long an example takes says how busy the machine is; speed is measured beside a peer, by `make bench`.
UNTIMED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}

settings.register_profile("dev", max_examples=25, **UNTIMED)
settings.register_profile("ci", max_examples=200, derandomize=True, database=None, print_blob=True, **UNTIMED)
settings.register_profile("deep", max_examples=5_000, print_blob=True, **UNTIMED)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if IN_CI else "dev"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the folder of the reference data, or skip with the reason where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(ABSENT)
    return SHARED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests could not run because the reference data is absent."""
    skipped = terminalreporter.stats.get("skipped", [])
    absent = sum(ABSENT in str(report.longrepr) for report in skipped)
    if absent:
        terminalreporter.write_line(f"{absent} tests did NOT run: {ABSENT}", yellow=True, bold=True)
