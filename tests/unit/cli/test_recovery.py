"""`renewkit simulate retries`: tables, a document, a drawing, and files of constants that are wrong."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from renewkit.cli.app import app
from renewkit.testing.recovery import CONTESTANTS, SCENARIOS

SMALL = ("--seeds", "2", "--charges", "10")


def cli(*options: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(app, ("simulate", "retries", *options), prog_name="renewkit")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty folder to work in, and a terminal of a fixed width."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")
    return tmp_path


def test_every_policy_and_every_world_is_shown(folder: Path) -> None:
    """The worlds that belie the assumptions stand beside the policies, and so does how the waits were chosen."""
    shown = " ".join(cli(*SMALL).stdout.split())
    assert all(contestant.name in shown for contestant in CONTESTANTS)
    assert all(name in shown for name in SCENARIOS)
    assert "comparing ladders in this same simulator, on other seeds" in shown
    assert "26 of 31 constants are assumed" in shown


def test_what_is_lost_is_marked(folder: Path) -> None:
    """Where our policy is worse it says so, as often as the document has it."""
    result = cli(*SMALL, "--json", "found.json")
    found = json.loads((folder / "found.json").read_text("utf-8"))
    lost = sum(scenario["against_rival"]["net"] < 0 for scenario in found["scenarios"])
    assert lost == result.stdout.count("LOSES")


def test_the_document_and_the_drawing_are_written(folder: Path) -> None:
    """Both stand where they were asked for, and the command names them."""
    result = cli(*SMALL, "--json", "found.json", "--svg", "frontier.svg")
    assert "written: frontier.svg\nwritten: found.json\n" in result.stdout
    assert (folder / "frontier.svg").read_text("utf-8").startswith("<svg ")
    assert (2, 10) == tuple(json.loads((folder / "found.json").read_text("utf-8"))[key] for key in ("seeds", "games"))


def test_a_machine_gets_one_object(folder: Path) -> None:
    """With - for a file there is the object on standard output and nothing else, and the same one each time."""
    first, second = (cli(*SMALL, "--json", "-") for _ in range(2))
    assert 1 == first.stdout.count("\n")
    assert 11 == len(json.loads(first.stdout)["rows"])
    assert first.stdout == second.stdout


def test_other_constants_make_another_world(folder: Path) -> None:
    """A file of constants changes what it names, and the document tells."""
    (folder / "world.json").write_text('{"hazard": 0, "never_funded": 1}', "utf-8")
    found = json.loads(cli(*SMALL, "--constants", "world.json", "--json", "-").stdout)
    assert (0, 1) == (found["constants"]["hazard"], found["constants"]["never_funded"])
    assert 0 == found["rows"][0]["recovered"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"half_live": 2}', "constants of the simulator in world.json, got half_live: write half_life"),
        ('{"half_life": "2"}', "a number for half_life in world.json, got 2: write a JSON number"),
        ('{"half_life": -1}', "a share from 0 to 1, or a positive amount or time in world.json, got half_life=-1.0"),
        ("half_life = 2", "a JSON object of constants in world.json"),
    ],
)
def test_constants_that_do_not_read_are_an_input_error(folder: Path, text: str, message: str) -> None:
    """One line names the file, what was expected, what came and what to do, before anything is played."""
    (folder / "world.json").write_text(text, "utf-8")
    result = cli(*SMALL, "--constants", "world.json", "--svg", "f.svg")
    assert (2, 1) == (result.exit_code, result.stderr.count("\n"))
    assert f"renewkit: expected {message}" in result.stderr
    assert not (folder / "f.svg").exists()


@pytest.mark.parametrize("options", [("--seeds", "1"), ("--charges", "0"), ("--constants", "absent.json")])
def test_a_run_that_cannot_be_is_a_usage_error(folder: Path, options: tuple[str, ...]) -> None:
    """A spread needs two seeds, a seed a charge, and a file has to be there."""
    assert 2 == cli(*options).exit_code


def test_a_place_that_is_not_there_is_told_before_the_work(folder: Path) -> None:
    """Nobody waits half a minute to hear that a folder is missing."""
    result = cli(*SMALL, "--svg", "absent/f.svg")
    assert (2, "") == (result.exit_code, result.stdout)
