"""What an operator meets on a bad day: bad files, a database that cannot be used, a full disk, Ctrl-C, two at once.

Whatever happens, the command says in one line what to do, exits with a code that is not 0, and leaves nothing
half-written.
"""

import csv
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from renewkit.adapters.sql import SqlStorage
from renewkit.cli.app import app
from renewkit.cli.lock import held
from scenarios.staging import COMMANDS, Stage, World, furnished, staged, world

IMPORT, RUN = COMMANDS[:2]
FAILED, INPUT, PARTLY, STOPPED = 1, 2, 3, 130
HEADER = "contract,customer,name,currency,price,every,anchor,instrument\n"
GOOD = "good-1,c-1,Ada,USD,10.00,month,2024-01-31,sbx_ok:1\n"
ALSO_GOOD = "good-2,c-2,王小明,TWD,330,month,2024-01-30,sbx_ok:2\n"
BAD = {
    "unknown currency": ("x-1,c-3,Max,XXY,10,month,2024-01-31,\n", "currency", "XXY"),
    "impossible date": ("x-1,c-3,Max,USD,10,month,2024-02-30,\n", "anchor", "2024-02-30"),
    "too many decimals": ("x-1,c-3,Max,JPY,10.5,month,2024-01-31,\n", "price", "10.5"),
    "negative price": ("x-1,c-3,Max,USD,-10,month,2024-01-31,\n", "price", "-10"),
    "no number": ("x-1,c-3,Max,USD,ten,month,2024-01-31,\n", "price", "ten"),
    "duplicate id": ("good-1,c-3,Max,USD,10,month,2024-01-31,\n", "contract", "good-1"),
    "another customer": ("x-1,c-1,Max,USD,10,month,2024-01-31,\n", "customer", "c-1"),
    "unknown cadence": ("x-1,c-3,Max,USD,10,fortnight,2024-01-31,\n", "every", "fortnight"),
    "a real card": ("x-1,c-3,Max,USD,10,month,2024-01-31,pm_123\n", "instrument", "pm_123"),
    "empty cell": ("x-1,c-3,,USD,10,month,2024-01-31,\n", "name", ""),
    "missing cells": ("x-1,c-3\n", "(row)", ""),
    "wrong encoding": (b"x-1,c-3,M\xfcller,USD,10,month,2024-01-31,\n", "name", "M\ufffdller"),
}


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """Give a stage on which commands run."""
    with staged() as ready:
        yield ready


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder to work in, with the files of the story."""
    monkeypatch.chdir(tmp_path)
    return furnished(tmp_path)


@pytest.fixture
def sandbox(stage: Stage, folder: Path) -> Path:
    """Give a folder with a sandbox that has never run."""
    assert stage.run(folder, IMPORT) == 0
    return folder


def cli(*command: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, command)


def write(folder: Path, *rows: str | bytes) -> Path:
    """Write a contracts file."""
    file = folder / "some.csv"
    file.write_bytes(HEADER.encode() + b"".join(row if isinstance(row, bytes) else row.encode() for row in rows))
    return file


def said(folder: Path) -> str:
    """Return what the command on the stage said."""
    return (folder / "log").read_text("utf-8")


def content(folder: Path) -> list[str]:
    """Return the whole content of the database."""
    with closing(sqlite3.connect(folder / "book.db")) as book:
        return list(book.iterdump())


# --------------------------------------------------------------------------------------------------------------- files


@pytest.mark.parametrize("flaw", BAD)
def test_a_bad_row_is_named_with_line_field_value_and_remedy(folder: Path, flaw: str) -> None:
    """The bad row between two good ones is named and collected; the good ones are loaded; the code says partly."""
    row, field, value = BAD[flaw]
    result = cli("import", "contracts", str(write(folder, GOOD, row, ALSO_GOOD)), "--db", "sqlite:///book.db", "--json")
    report = json.loads(result.stdout)
    (rejected,) = report["rejected"]
    assert result.exit_code == PARTLY
    assert (2, 3, field, value) == (report["loaded"], rejected["line"], rejected["field"], rejected["value"])
    assert rejected["expected"]
    assert rejected["remedy"]
    with (folder / "some.csv.rejected.csv").open(encoding="utf-8", errors="replace", newline="") as collected:
        (kept,) = csv.DictReader(collected)
    assert ("3", field, value) == (kept["line"], kept["field"], kept["value"])


def test_rejected_rows_can_be_mended_and_imported(folder: Path) -> None:
    """The file of rejected rows is itself a contracts file: mended, it is imported, and what it reports is ignored."""
    file = write(folder, GOOD, BAD["negative price"][0])
    assert cli("import", "contracts", str(file), "--db", "sqlite:///book.db").exit_code == PARTLY
    rejected = folder / "some.csv.rejected.csv"
    rejected.write_text(rejected.read_text("utf-8").replace(",-10,", ",10,", 1), "utf-8")
    assert cli("import", "contracts", str(rejected), "--db", "sqlite:///book.db").exit_code == 0


def test_importing_the_same_file_again_changes_nothing(folder: Path) -> None:
    """A second import of a file with good and bad rows leaves the database as it is, to the last cell."""
    file = write(folder, GOOD, *(row for row, _, _ in BAD.values()), ALSO_GOOD)
    first = cli("import", "contracts", str(file), "--db", "sqlite:///book.db")
    before = content(folder)
    second = cli("import", "contracts", str(file), "--db", "sqlite:///book.db", "--json")
    assert (PARTLY, PARTLY) == (first.exit_code, second.exit_code)
    assert (0, 2) == (json.loads(second.stdout)["loaded"], json.loads(second.stdout)["unchanged"])
    assert before == content(folder)


def test_a_mended_file_takes_its_rejections_away(folder: Path) -> None:
    """Once nothing is rejected any more, no file of rejected rows is left behind."""
    assert cli("import", "contracts", str(write(folder, BAD["no number"][0])), "--db", "sqlite:///b.db").exit_code == 3
    assert cli("import", "contracts", str(write(folder, GOOD)), "--db", "sqlite:///b.db").exit_code == 0
    assert not (folder / "some.csv.rejected.csv").exists()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (HEADER.replace("price,", "").encode(), "without price"),
        (HEADER.replace("price", "name").encode(), "without price"),
        (HEADER.replace("instrument", "name").encode(), "two of name"),
        ((HEADER + GOOD).encode("utf-16"), "save the file as UTF-8"),
        (b"", "without contract"),
        ((HEADER + "x" * 200_000).encode(), "field larger than field limit"),
    ],
)
def test_a_file_that_is_no_contracts_file_is_refused_whole(folder: Path, text: bytes, complaint: str) -> None:
    """A missing or repeated column, another encoding or broken CSV is an input error in one line."""
    (folder / "some.csv").write_bytes(text)
    result = cli("import", "contracts", "some.csv", "--db", "sqlite:///book.db")
    assert result.exit_code == INPUT
    assert complaint in result.stderr
    assert result.stderr.count("\n") == 1


def test_an_id_that_stands_for_another_contract_is_rejected(folder: Path) -> None:
    """A contract that changed in the file is not taken over silently, and its customer stays as it was."""
    assert cli("import", "contracts", str(write(folder, GOOD)), "--db", "sqlite:///book.db").exit_code == 0
    before = content(folder)
    changed = GOOD.replace("10.00", "12.00").replace("Ada", "Ida")
    result = cli("import", "contracts", str(write(folder, changed)), "--db", "sqlite:///book.db", "--json")
    (rejected,) = json.loads(result.stdout)["rejected"]
    assert (PARTLY, "contract") == (result.exit_code, rejected["field"])
    assert before == content(folder)


# ------------------------------------------------------------------------------------------------------------ databases


@pytest.mark.parametrize("command", [RUN, COMMANDS[2], ("report", "--db", "sqlite:///book.db", "--html", "r.html")])
def test_a_database_that_is_not_there_is_named(folder: Path, command: tuple[str, ...]) -> None:
    """What works on a sandbox does not make one by accident."""
    result = cli(*command)
    assert result.exit_code == INPUT
    assert "import contracts into it first" in result.stderr
    assert not (folder / "book.db").exists()


@pytest.mark.parametrize("command", [RUN, IMPORT, COMMANDS[2], ("report", "--db", "sqlite:///book.db", "--html", "r")])
@pytest.mark.parametrize("maker", ["an application", "a host"])
def test_a_database_that_is_no_sandbox_is_refused_untouched(folder: Path, command: tuple[str, ...], maker: str) -> None:
    """Neither another program's database nor a host's own book is run, imported into, or written to."""
    if maker == "a host":
        hosts_own(folder)
        expected = RUN if command is IMPORT else command  # a host's book without customers may become a sandbox
    else:
        with closing(sqlite3.connect(folder / "book.db")) as book:
            book.execute("CREATE TABLE theirs (id INTEGER)")
        expected = command
    before = (folder / "book.db").read_bytes()
    result = cli(*expected)
    assert result.exit_code == INPUT
    assert "marked as a sandbox" in result.stderr
    assert before == (folder / "book.db").read_bytes()


def hosts_own(folder: Path) -> None:
    """Make a database as a host does."""
    SqlStorage(f"sqlite:///{folder / 'book.db'}").close()


@pytest.mark.parametrize("url", ["sqlite://", "no url", "sqlite:///:memory:"])
def test_a_url_that_names_no_database_file_is_refused(folder: Path, url: str) -> None:
    """A sandbox must outlive the command."""
    result = cli("run", "--db", url, "--until", "2024-02-01")
    assert (INPUT, 1) == (result.exit_code, result.stderr.count("\n"))


def test_a_file_that_is_no_database_is_named(folder: Path) -> None:
    """A text file is not taken for a database."""
    (folder / "book.db").write_text("no database, but long enough to be read as the header of one\n" * 20, "utf-8")
    result = cli(*RUN)
    assert result.exit_code == FAILED
    assert "intact SQLite database" in result.stderr


@pytest.mark.slow
def test_a_locked_database_is_waited_for_and_then_named(stage: Stage, sandbox: Path) -> None:
    """While another program holds the write lock the command gives up with a remedy; afterwards it does its work."""
    with closing(sqlite3.connect(sandbox / "book.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        code = stage.run(sandbox, RUN)
        complaint = said(sandbox).splitlines()[-1]
        other.execute("ROLLBACK")
    assert (FAILED, True) == (code, "database is locked" in complaint)
    assert "Traceback" not in said(sandbox)
    assert stage.run(sandbox, RUN) == 0


def test_a_locked_database_is_not_taken_for_a_bad_row(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the database fails during an import the import fails: no row is blamed."""
    monkeypatch.setattr("renewkit.adapters.sql.medium._PRAGMAS", ("busy_timeout = 1",))
    new = write(sandbox, GOOD)
    with closing(sqlite3.connect(sandbox / "book.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        result = cli("import", "contracts", str(new), "--db", "sqlite:///book.db")
    assert result.exit_code == FAILED
    assert "database is locked" in result.stderr
    assert not (sandbox / "some.csv.rejected.csv").exists()


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_read_only_database_is_named(stage: Stage, what: str) -> None:
    """A file or folder without the right to write ends the command in one line, and the next run goes on."""
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to others
        folder = furnished(Path(name))
        assert stage.run(folder, IMPORT) == 0
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o777)
        closed = [folder] if what == "folder" else [path for path in folder.iterdir() if ".db" in path.name]
        for path in closed:
            path.chmod(0o555)
        code = stage.run(folder, RUN, as_nobody=True)
        complaint = said(folder).splitlines()[1:]
        for path in closed:
            path.chmod(0o777)
        assert (FAILED, 1) == (code, len(complaint)), said(folder)
        assert complaint[0].startswith("renewkit: expected ")
        assert stage.run(folder, RUN) == 0


@pytest.mark.slow
@pytest.mark.parametrize("room", [70_000, 200_000, 330_000])
def test_a_full_disk_stops_the_run_and_the_next_one_goes_on(
    stage: Stage, sandbox: Path, undisturbed: World, room: int
) -> None:
    """Where a file cannot grow any more the run ends in one line; with room again, the next run ends as it should."""
    code = stage.run(sandbox, RUN, room=room)
    assert code == FAILED, said(sandbox)
    assert "Traceback" not in said(sandbox)
    assert said(sandbox).splitlines()[-1].startswith("renewkit: expected ")
    assert stage.run(sandbox, RUN) == 0
    assert [("ok",)] == integrity(sandbox)
    assert undisturbed == world(sandbox)


def integrity(folder: Path) -> list[tuple[str]]:
    """Ask the database whether it is sound."""
    with closing(sqlite3.connect(folder / "book.db")) as book:
        return book.execute("PRAGMA integrity_check").fetchall()


# ----------------------------------------------------------------------------------------------------- stopped, doubled


@pytest.fixture(scope="module")
def undisturbed(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Give what the first two commands of the story leave when nobody interferes."""
    folder = furnished(tmp_path_factory.mktemp("undisturbed"))
    assert stage.play(folder, acts=2) == 0
    return world(folder)


@pytest.mark.slow
@pytest.mark.parametrize("point", [("commit", "after", 9), ("charge", "after", 3), ("place", "before", 2)])
def test_ctrl_c_stops_a_command_cleanly(
    stage: Stage, folder: Path, undisturbed: World, point: tuple[str, str, int]
) -> None:
    """Interrupted in the middle, a command says so and leaves; the same command then ends as if never interrupted."""
    codes = []
    for command in (IMPORT, RUN):
        codes.append(stage.run(folder, command, kill=point, signal=signal.SIGINT))
        if codes[-1]:
            assert said(folder).splitlines()[-1].startswith("renewkit: stopped; what was committed stays")
            assert stage.run(folder, command) == 0
    assert STOPPED in codes
    assert "Traceback" not in said(folder)
    assert undisturbed == world(folder)


def test_a_second_command_that_writes_is_refused(sandbox: Path) -> None:
    """While one command is at work another one says so instead of getting in its way; reading is allowed."""
    with held(sandbox / ".book.lock"):
        refused = [cli(*command) for command in (RUN, IMPORT, COMMANDS[2])]
        reading = cli("report", "--db", "sqlite:///book.db", "--html", "report.html")
    assert [FAILED] * 3 == [result.exit_code for result in refused]
    assert all("no other command at work" in result.stderr for result in refused)
    assert reading.exit_code == 0
    assert cli(*RUN).exit_code == 0


@pytest.mark.slow
def test_two_runs_at_once_end_like_one(sandbox: Path, undisturbed: World) -> None:
    """Of two runs started together one may be refused, and what they leave is what one would have left."""
    command = [sys.executable, "-c", "from renewkit.cli import main; main()", *RUN]
    both = [subprocess.Popen(command, cwd=sandbox, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in "12"]
    complaints = [process.communicate(timeout=120)[1] for process in both]
    codes = sorted(process.returncode for process in both)
    assert codes in ([0, 0], [0, FAILED]), complaints
    assert undisturbed == world(sandbox)


def test_a_lock_needs_a_folder_that_can_be_written(tmp_path: Path) -> None:
    """A folder that is not there is named."""
    with pytest.raises(OSError, match="lock file"), held(tmp_path / "absent" / "lock"):
        raise AssertionError


# ----------------------------------------------------------------------------------------------------------- statements


def test_a_statement_that_is_imported_twice_changes_nothing(stage: Stage, sandbox: Path) -> None:
    """The second import books nothing, says how many lines were booked before, and leaves the database as it is."""
    assert stage.run(sandbox, RUN) == 0
    first = cli(*COMMANDS[2], "--json")
    before = content(sandbox)
    second = cli(*COMMANDS[2], "--json")
    assert (1, 0) == (json.loads(first.stdout)["matched"], json.loads(second.stdout)["matched"])
    assert (0, 1) == (json.loads(first.stdout)["booked_before"], json.loads(second.stdout)["booked_before"])
    assert before == content(sandbox)


def test_two_equal_lines_are_two_payments(stage: Stage, sandbox: Path) -> None:
    """A statement may hold the same line twice: the second one pays a second time, and is kept as excess."""
    assert stage.run(sandbox, RUN) == 0
    with closing(sqlite3.connect(sandbox / "book.db")) as book:
        reference = book.execute("SELECT reference FROM renewkit_invoices WHERE subscription_id = 'wire-1'").fetchone()
    line = f"2024-02-20,512.25,GBP,{reference[0]},ALAN TURING\n"
    (sandbox / "twice.csv").write_text(f"date,amount,currency,reference,party\n{line * 2}", "utf-8")
    result = json.loads(cli("statement", "import", "twice.csv", "--db", "sqlite:///book.db", "--json").stdout)
    assert (2, 1, 1) == (result["lines"], result["matched"], result["duplicates"])
    assert 2 == len(world(sandbox).tables["payments"]) - paid_by_card(sandbox)


def paid_by_card(folder: Path) -> int:
    """Count the payments that the gateway took."""
    with closing(sqlite3.connect(folder / "book.db")) as book:
        return int(book.execute("SELECT count(*) FROM renewkit_payments WHERE method = 'card'").fetchone()[0])


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("2024-02-30,10,GBP,a", "date"),
        ("2024-02-20,10.001,GBP,a", "amount"),
        ("2024-02-20,-10,GBP,a", "amount"),
        ("2024-02-20,10,GBX,a", "currency"),
        ("2024-02-20,,GBP,a", "amount"),
        ("2024-02-21,11,GBP,known", "id"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_used(sandbox: Path, row: str, field: str) -> None:
    """A line that does not read is collected like a bad contract, and the others are matched."""
    (sandbox / "s.csv").write_text(f"date,amount,currency,id\n2024-02-20,10,GBP,known\n{row}\n", "utf-8")
    result = cli("statement", "import", "s.csv", "--db", "sqlite:///book.db", "--json")
    report = json.loads(result.stdout)
    assert (PARTLY, 1, [field]) == (result.exit_code, report["lines"], [row["field"] for row in report["rejected"]])
    assert (sandbox / "s.csv.rejected.csv").exists()


# --------------------------------------------------------------------------------------------------------------- others


def test_a_run_that_is_told_two_starts_is_refused(sandbox: Path) -> None:
    """A start may be given again, as the same command may; another one that has passed is an input error."""
    assert cli(*RUN).exit_code == 0
    again = cli(*RUN)
    other = cli("run", "--db", "sqlite:///book.db", "--from", "2024-01-25", "--until", "2024-03-01")
    assert (0, INPUT) == (again.exit_code, other.exit_code)
    assert "leave --from out" in other.stderr


def test_a_report_that_cannot_be_written_is_named(sandbox: Path) -> None:
    """A page in a folder that is not there ends in one line that names it."""
    result = cli("report", "--db", "sqlite:///book.db", "--html", str(Path("absent", "r.html")))
    assert (FAILED, 1) == (result.exit_code, result.stderr.count("\n"))
    assert "absent" in result.stderr


def test_a_killed_creation_can_be_repeated(folder: Path) -> None:
    """A database whose tables were made but that was not marked yet becomes a sandbox with the next import."""
    hosts_own(folder)
    assert cli(*IMPORT).exit_code == 0
    shutil.rmtree(folder / "book.mails")
    assert cli(*RUN).exit_code == 0
