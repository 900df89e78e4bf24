"""The demo, as a stranger starts it: two runs make the same book, the same mails and the same figures."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

START = "from renewkit.cli import main; main()"


def run_demo(folder: Path) -> dict[str, object]:
    """Run the demo in a process of its own, and return what it says to machines."""
    done = subprocess.run(
        [sys.executable, "-c", START, "demo", "--out", str(folder), "--json"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert (done.returncode, done.stderr) == (0, "")
    figures: dict[str, object] = json.loads(done.stdout)
    return figures


def bytes_of(folder: Path) -> dict[str, str]:
    """Return a digest of every file below a folder, by name."""
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, dict[str, object]]]:
    """Two runs of the demo into two empty folders."""
    folders = [tmp_path_factory.mktemp(name) / "out" for name in ("first", "second")]
    return [(folder, run_demo(folder)) for folder in folders]


def test_two_runs_say_the_same(runs: list[tuple[Path, dict[str, object]]]) -> None:
    """The figures of two runs are identical."""
    (_, first), (_, second) = runs
    assert first == second


def test_two_runs_write_the_same_mails(runs: list[tuple[Path, dict[str, object]]]) -> None:
    """The mails of two runs have the same names and the same bytes."""
    (first, _), (second, _) = runs
    assert bytes_of(first / "renewkit.mails") == bytes_of(second / "renewkit.mails")


def test_two_runs_write_the_same_pages(runs: list[tuple[Path, dict[str, object]]]) -> None:
    """The reports, contracts and statements of two runs are identical."""
    (first, _), (second, _) = runs
    mine, other = bytes_of(first), bytes_of(second)
    pages = [name for name in mine if name.endswith((".html", ".csv"))]
    assert len(pages) > 30
    assert {name: mine[name] for name in pages} == {name: other[name] for name in pages}


def test_the_demo_shows_what_it_is_about(runs: list[tuple[Path, dict[str, object]]]) -> None:
    """Three trades, declines and retries, a payment made twice, and no broken chain."""
    _, figures = runs[0]
    events = figures["events"]
    assert isinstance(events, dict)
    for kind in ("invoice.issued", "charge.declined", "retry.scheduled", "message.sent", "subscription.lapse"):
        assert events[kind] > 0, kind
    assert events["network.delayed"] == figures["delayed"] > 0
    assert figures["forbidden"] == 0
    assert {"us-ca-annual", "us-il-acra", "us-ny-527a"} == {rule for rule, _ in figures["notices"]}
    assert {"called", "warned", "lapsed", "suspended", "ended"} == {state for state, _ in figures["states"]}
    assert ["EUR"] == [row[0] for row in figures["late_fees"]]
    statuses = figures["statuses"]
    assert isinstance(statuses, list)
    assert {trade for trade, _, _ in statuses} == {"insurance", "software", "streaming"}
    assert sum(count for _, _, count in statuses) == 300
    assert len(figures["paid_twice"]) == 1  # type: ignore[arg-type]  # JSON
    assert figures["broken"] == 0


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    """Nothing is overwritten."""
    (tmp_path / "mine.txt").write_text("mine")
    done = subprocess.run(
        [sys.executable, "-c", START, "demo", "--out", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert "expected an empty folder" in done.stderr
    assert "Traceback" not in done.stderr
