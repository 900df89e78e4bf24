"""The commands from an operator's and a machine's point of view: help, exit codes, tables, and one JSON object."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from renewkit.cli.app import app

ROWS = """\
contract,customer,name,email,currency,price,every,anchor,instrument
ok-1,c-1,Ada,ada@example.com,USD,10.00,month,2024-01-31,sbx_ok:1
ok-2,c-2,Ida,ida@example.com,TWD,330,month,2024-01-15,sbx_decline_insufficient_funds_x1:2
wire-1,c-3,Max,max@example.com,EUR,99.90,month,2024-02-01,
"""
DB = ("--db", "sqlite:///book.db")
COMMANDS = (
    ("run",),
    ("reconcile",),
    ("report",),
    ("schedule",),
    ("demo",),
    ("import", "contracts"),
    ("simulate", "retries"),
    ("statement", "import"),
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty folder to work in, and a terminal of a fixed width."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    (tmp_path / "some.csv").write_text(ROWS, "utf-8")
    return tmp_path


@pytest.fixture
def book(folder: Path) -> Path:
    """Give a folder with a sandbox that has run through February."""
    assert cli("import", "contracts", "some.csv", *DB).exit_code == 0
    assert cli("run", *DB, "--until", "2024-02-29").exit_code == 0
    return folder


def cli(*command: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, command, prog_name="renewkit")


def only_object(result: Result) -> dict:
    """Return the one JSON object that a command printed, and nothing else."""
    assert 1 == result.stdout.count("\n")
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(command: tuple[str, ...]) -> None:
    """`--help` says what a command does and what each option means."""
    result = cli(*command, "--help")
    assert result.exit_code == 0
    assert f"Usage: renewkit {' '.join(command)}" in result.stdout
    assert "--json" in result.stdout


@pytest.mark.parametrize("command", [(), ("import",), ("simulate",), ("statement",)])
def test_no_command_shows_the_help(command: tuple[str, ...]) -> None:
    """Who asks for nothing is told what there is."""
    assert "Commands:" in cli(*command).output


def test_the_help_names_the_exit_codes() -> None:
    """A script's author finds the codes where the commands are."""
    assert "3 done but for rejected rows" in " ".join(cli("--help").stdout.split())


def test_the_version_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """`--version` names the package and its version."""
    monkeypatch.setattr("renewkit.cli.app.version", lambda name: "1.2.3")
    result = cli("--version")
    assert (0, "renewkit 1.2.3\n") == (result.exit_code, result.stdout)


def test_the_sources_say_that_they_are_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run from sources there is no version to tell, and that is said."""
    from importlib.metadata import PackageNotFoundError

    def absent(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("renewkit.cli.app.version", absent)
    assert "run from its sources" in cli("--version").stdout


@pytest.mark.parametrize(
    "command",
    [
        ("run", *DB),
        ("run", *DB, "--until", "tomorrow"),
        ("schedule", "--anchor", "2024-02-30", "--every", "month"),
        ("schedule", "--anchor", "2024-01-31", "--every", "month", "--count", "0"),
        ("import", "contracts", "absent.csv", *DB),
        ("report", *DB, "--html", "r.html", "--locale", "xx"),
    ],
    ids=" ".join,
)
def test_a_request_that_makes_no_sense_is_a_usage_error(folder: Path, command: tuple[str, ...]) -> None:
    """A missing or impossible option ends with code 2 and the usage, before anything is done."""
    result = cli(*command)
    assert result.exit_code == 2
    assert "Usage: renewkit" in result.stderr
    assert ["some.csv"] == [path.name for path in folder.iterdir()]


def test_contracts_are_imported_for_people_and_for_machines(folder: Path) -> None:
    """An import says how many contracts were loaded, in words or as one object."""
    people, machines = (cli("import", "contracts", "some.csv", *DB, *extra) for extra in ((), ("--json",)))
    assert people.stdout == "3 contracts loaded, 0 unchanged, 0 rejected\n"
    assert {"loaded": 0, "unchanged": 3, "rejected": [], "rejected_file": None} == only_object(machines)


def test_a_run_tells_what_happened(folder: Path) -> None:
    """A run shows its days and the events by kind; the next one goes on after it, and a third has nothing to do."""
    cli("import", "contracts", "some.csv", *DB)
    people = cli("run", *DB, "--until", "2024-02-01")
    machines = only_object(cli("run", *DB, "--until", "2024-03-01", "--json"))
    nothing = cli("run", *DB, "--until", "2024-03-01")
    assert "18 days, 2024-01-15 to 2024-02-01" in people.stdout
    assert "invoice.issued" in people.stdout
    assert (29, "2024-02-02", "2024-03-01") == (machines["days"], machines["first"], machines["last"])
    assert machines["events"]["invoice.issued"] == 2
    assert nothing.stdout == "nothing is left to run\n"


def test_a_run_names_its_problems(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A contract that cannot be planned is parked, named in the table and in the object, and the run goes on."""
    cli("import", "contracts", "some.csv", *DB)

    def broken(*_: object) -> None:
        raise ArithmeticError("no such price")

    monkeypatch.setattr("renewkit.engine.billing.price_lines", broken)
    people = cli("run", *DB, "--until", "2024-01-20")
    machines = only_object(cli("run", *DB, "--until", "2024-02-05", "--json"))
    assert "no such price" in people.stdout
    assert ["no such price" in problem for problem in machines["problems"]] == [True, True]


def test_a_statement_is_matched_for_people_and_for_machines(book: Path) -> None:
    """An import of a statement counts what it booked and names what it did not."""
    (book / "bank.csv").write_text(
        "date,amount,currency,party,text\n2024-02-03,99.90,EUR,MAX,transfer\n2024-02-03,5.00,EUR,BANK,interest\n",
        "utf-8",
    )
    people, machines = (cli("statement", "import", "bank.csv", *DB, *extra) for extra in ((), ("--json",)))
    assert "Statement bank.csv" in people.stdout
    found = only_object(machines)
    assert (2, 0, 1, 1) == (found["lines"], found["matched"], found["booked_before"], len(found["unexpected"]))


def test_rejected_rows_are_shown_as_a_table(folder: Path) -> None:
    """People see each rejected row with line, field, value, expectation and remedy."""
    (folder / "some.csv").write_text(ROWS.replace("330", "330.005"), "utf-8")
    result = cli("import", "contracts", "some.csv", *DB)
    assert result.exit_code == 3
    assert "some.csv.rejected.csv" in "".join(result.stdout.split())
    assert all(word in result.stdout for word in ("line", "price", "330.005", "remedy"))


def test_a_report_is_written(book: Path) -> None:
    """The page stands where it was asked for, and the object names it."""
    found = only_object(cli("report", *DB, "--html", "r.html", "--locale", "zh-TW", "--json"))
    assert {"html": "r.html", "locale": "zh-TW", "on": "2024-02-29"} == found
    assert "<html" in (book / "r.html").read_text("utf-8")


def test_a_schedule_does_not_drift() -> None:
    """The periods of an anchor on the 31st come back to the 31st after a short month."""
    found = only_object(cli("schedule", "--anchor", "2024-01-31", "--every", "month", "--count", "3", "--json"))
    assert ["2024-01-31", "2024-02-29", "2024-03-31"] == [period["start"] for period in found["periods"]]
    assert [29, 31, 30] == [period["days"] for period in found["periods"]]


@pytest.mark.parametrize("every", ["fortnight", "0 months", "x months"])
def test_a_cadence_that_nobody_knows_is_an_input_error(every: str) -> None:
    """The message lists the cadences or the range, once and in one line."""
    result = cli("schedule", "--anchor", "2024-01-31", "--every", every)
    assert (2, 1, 1) == (result.exit_code, result.stderr.count("\n"), result.stderr.count("expected"))


def test_an_error_is_one_object_too(folder: Path) -> None:
    """A machine reads an error from the same place as a result; people read it on standard error."""
    result = cli("run", *DB, "--until", "2024-02-01", "--json")
    found = only_object(result)
    assert (2, 2) == (result.exit_code, found["exit_code"])
    assert f"renewkit: {found['error']}\n" == result.stderr


def test_a_demo_needs_an_empty_folder(folder: Path) -> None:
    """A folder with something in it is left alone."""
    result = cli("demo", "--out", ".")
    assert result.exit_code == 2
    assert "an empty folder" in result.stderr
