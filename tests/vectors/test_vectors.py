"""Every case file in `cases/` runs through the public API; a case passes, or is declined for a written reason."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from vector_run import HERE, judge, kind_of, load_cases, main, run

CASES = [
    pytest.param(path.stem, case, id=f"{path.stem}-{case['id']}")
    for path in sorted((HERE / "cases").glob("*.json"))
    for case in load_cases(path)
]


@pytest.mark.parametrize(("family", "case"), CASES)
def test_published_numbers(family: str, case: dict[str, Any], record_property: Callable[[str, object], None]) -> None:
    """The public API gives the published numbers, or declines the case for a reason that is written down."""
    outcome, message = judge(case)
    record_property("family", family)
    record_property("outcome", outcome)
    assert outcome != "failed", message


def test_another_figure_would_not_pass() -> None:
    """A case that passes does not pass with another first figure: no check agrees with whatever is printed."""
    passing = [case for _, case in (each.values for each in CASES) if judge(case)[0] == "passed"]
    others = [{**case, "expected": _changed(case["expected"])} for case in passing if "input" in case]
    blind = {case["id"] for case in others if judge(case)[0] == "passed"}
    # A lead in days is what a plan is made from; `round-13` prints what another rule gives before what ours does.
    assert {"stripe-remind-01", "hubspot-remind-01", "round-13"} == blind, f"{len(others)} cases"


def _changed(expected: Any) -> Any:  # noqa: ANN401  JSON
    """Change the first figure, day or answer of what a case expects."""
    if isinstance(expected, dict | list) and expected:
        key = next(iter(expected)) if isinstance(expected, dict) else 0
        copied = expected.copy()
        copied[key] = _changed(expected[key])
        return copied
    if isinstance(expected, bool):
        return not expected
    if isinstance(expected, str) and (day := re.search(r"\d\d-\d\d", expected)):
        return expected.replace(day[0], "03-17" if day[0] != "03-17" else "03-18")
    if isinstance(expected, int | float):
        return expected + 1
    figure = re.fullmatch(r"-?\d+(\.\d+)?", str(expected))
    return str(Decimal(expected) + 1) if figure else ["another"]


def test_every_reason_is_written() -> None:
    """Every rule and kind of declined.toml says why, in a sentence."""
    table = tomllib.loads((HERE / "declined.toml").read_text("utf-8"))
    bare = [name for group in table.values() for name, entry in group.items() if len(entry.get("reason", "")) < 20]
    assert [] == bare


def test_reasons_and_refusals_agree() -> None:
    """Every rule that a mapper declines by has its reason, and every reason belongs to a rule that a mapper names."""
    table = tomllib.loads((HERE / "declined.toml").read_text("utf-8"))
    sources = "".join(path.read_text("utf-8") for path in HERE.glob("*.py") if not path.name.startswith("test_"))
    assert set() == set(re.findall(r'Declined\("([^"]+)"\)', sources)) - set(table["rule"])
    assert [] == [name for name in table["rule"] if f'"{name}"' not in sources]


def test_every_case_names_itself_once() -> None:
    """Ids are unique within a file, so that a failure names one case."""
    for path in (HERE / "cases").glob("*.json"):
        ids = [case["id"] for case in load_cases(path)]
        assert sorted(set(ids)) == sorted(ids), path.name


def test_an_unknown_kind_fails() -> None:
    """A case of a kind that no mapper knows is a failure with a clear message, not a silent omission."""
    (tally,) = run([{"id": "x-1", "kind": "no-such-kind", "input": {}, "expected": {}}]).values()
    ((case, message),) = tally.failed
    assert ("x-1", True) == (case, "unknown kind 'no-such-kind'" in message)


def test_a_malformed_case_fails_alone() -> None:
    """A case without fields fails with the reason, and the others of its kind are judged all the same."""
    good = next(case for case in load_cases(HERE / "cases" / "killbill_cycle.json") if kind_of(case) == "whole_periods")
    (tally,) = run([{"id": "bad", "kind": "whole_periods"}, good, {**good, "id": "odd", "input": None}]).values()
    assert (3, 1, ["bad", "odd"]) == (tally.cases, tally.passed, [case for case, _ in tally.failed])


@pytest.mark.parametrize(("fields", "kind"), [({"kind": "a", "method": "b"}, "a"), ({"method": "b", "area": "c"}, "b")])
def test_the_kind_of_a_case(fields: dict[str, str], kind: str) -> None:
    """A case is of its kind, else of its method, else of its area."""
    assert [kind, "c", "without a kind"] == [kind_of(fields), kind_of({"area": "c"}), kind_of({"kind": None})]


def test_what_is_no_case_fails(tmp_path: Path) -> None:
    """An entry that is no object is a failed case without a kind, named by its place in the file."""
    path = tmp_path / "odd.json"
    path.write_text('{"cases": [{"id": "d", "kind": "dispute"}, null, "text"]}', "utf-8")
    tallies = run(load_cases(path))
    failed = [case for case, _ in tallies["without a kind"].failed]
    assert (["number 2", "number 3"], 1) == (failed, len(tallies["dispute"].declined))


@pytest.mark.parametrize("text", ["[]", '{"x": 1}', '{"cases": {}}', '{"cases":'])
def test_what_is_no_file_of_cases_is_refused(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that holds no list of cases ends the run with code 2 and a message, not a traceback."""
    path = tmp_path / "none.json"
    path.write_text(text, "utf-8")
    with pytest.raises(SystemExit) as ended:
        main([str(path)])
    assert (2, True) == (ended.value.code, bool(capsys.readouterr().err.strip()))


def test_runs_from_anywhere(tmp_path: Path) -> None:
    """The runner is a script for any directory; its exit code is 0 where nothing failed, declined or not."""
    (tmp_path / "mine.json").write_text('{"cases": [{"id": "a", "area": "dispute"}]}', "utf-8")
    script = [sys.executable, str(HERE / "run.py"), "mine.json", "--json", "out.json"]
    done = subprocess.run(script, cwd=tmp_path, capture_output=True, text=True, check=False)
    tally = {"cases": 1, "passed": 0, "declined": 1, "failed": []}
    written = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert (0, "", {"kinds": {"dispute": tally}}) == (done.returncode, done.stderr, written)


def test_wrong_numbers_fail() -> None:
    """A case with other numbers than ours fails: the runner can tell."""
    case = next(case for case in load_cases(HERE / "cases" / "killbill_cycle.json") if kind_of(case) == "whole_periods")
    wrong = {**case, "expected": {"whole_periods": 99}}
    assert ("passed", "failed") == (judge(case)[0], judge(wrong)[0])


def test_a_file_from_elsewhere_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The runner takes any file of that shape, prints a line per kind and writes the tallies as JSON."""
    path, out = tmp_path / "mine.json", tmp_path / "out.json"
    case = {"id": "a", "kind": "whole_periods"}
    given = {"start": "2024-01-31", "end": "2024-02-29", "period": "MONTHLY"}
    good = {**case, "input": given, "expected": {"whole_periods": 1}}
    path.write_text(json.dumps({"cases": [good, {**good, "id": "b", "expected": {"whole_periods": 2}}]}), "utf-8")
    code = main([str(path), "--json", str(out)])
    tally = {"cases": 2, "passed": 1, "declined": 0, "failed": ["b"]}
    assert (1, {"kinds": {"whole_periods": tally}}) == (code, json.loads(out.read_text("utf-8")))
    assert "whole_periods: 2 cases, 1 passed, 0 declined, 1 failed\n  failed: b\n" == capsys.readouterr().out
