"""A run that is killed again and again ends like one that was left alone.

The story: a book of twelve contracts is imported and run for ten weeks of virtual time, with two bank statements in
between. Whatever is killed is started again with the same command, as an operator would. Compared are the database, the
gateway's own book and the mails, byte for byte. Two twins, one without an outbox and one without keys, show that the
comparison can fail.
"""

import json
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

import attrs
import pytest

STAGE = Path(__file__).with_name("kill_stage.py")
KILLED = -signal.SIGKILL
KILLS = 20
LANES = 2
SEED = 20240131
PATIENCE = 120
ANNOUNCED = "import renewkit.cli.app; print('ready', flush=True); from renewkit.cli import main; main()"

CONTRACTS = Path(__file__).with_name("kill_contracts.csv")
FEBRUARY = """\
date,amount,currency,party,text
2024-02-20,512.25,GBP,ALAN TURING,premium
2024-02-22,950.00,GBP,MORRIS & SONS,rent
"""
MARCH = """\
date,amount,currency,party,text
2024-02-27,512.25,GBP,ALAN TURING,premium
2024-03-01,689.00,GBP,EDITH CLARKE,transfer
"""
FILES = {"contracts.csv": CONTRACTS.read_text("utf-8"), "february.csv": FEBRUARY, "march.csv": MARCH}
COMMANDS = (
    ("import", "contracts", "contracts.csv", "--db", "sqlite:///book.db"),
    ("run", "--db", "sqlite:///book.db", "--from", "2024-01-23", "--until", "2024-02-24"),
    ("statement", "import", "february.csv", "--db", "sqlite:///book.db"),
    ("run", "--db", "sqlite:///book.db", "--until", "2024-03-02"),
    ("statement", "import", "march.csv", "--db", "sqlite:///book.db"),
    ("run", "--db", "sqlite:///book.db", "--until", "2024-03-31"),
)
# What a kill may change is how often a customer was claimed and written, and in which order the facts of one moment
# were learned.
TABLES = {
    "agenda": "book, customer_id, due",
    "customers": "*",
    "subscriptions": "book, id, customer_id, doc, json_remove(standing, '$.value.head')",
    "invoices": "*",
    "items": "*",
    "payments": "*",
    "outbox": "book, key, customer_id, kind, status, doc, outcome",
    "facts": "DISTINCT book, stream, at, zone, kind, who, detail",
    "numbers": "*",
}


@attrs.frozen
class World:
    """Everything that a run leaves behind, and what it comes to where keys differ."""

    tables: dict[str, list[tuple]]
    charges: list[tuple]
    mails: dict[str, bytes]

    def essence(self) -> tuple[list[tuple], list[tuple], list[str]]:
        """Return the invoices, the charges and the mails without any key."""
        bills = [(row[1], row[6], row[12], row[13]) for row in self.tables["invoices"]]
        charges = sorted((row[1], row[3], row[4], row[6] or "") for row in self.charges)
        return bills, charges, sorted(name.rpartition("-")[0] for name in self.mails)


def world(folder: Path) -> World:
    """Read what a run left in its folder."""
    with closing(sqlite3.connect(folder / "book.db")) as book:
        tables = {
            name: sorted(book.execute(f"SELECT {columns} FROM renewkit_{name}"), key=repr)  # noqa: S608  our own names
            for name, columns in TABLES.items()
        }
    with closing(sqlite3.connect(folder / "book.gateway.db")) as book:
        asked = "SELECT key, invoice, customer, minor, currency, receipt, code, at FROM charge ORDER BY key"
        charges = book.execute(asked).fetchall()
    return World(tables, charges, {file.name: file.read_bytes() for file in (folder / "book.mails").iterdir()})


@attrs.frozen
class Stage:
    """Runs commands in processes that are forked when they are needed."""

    orders: IO[str]
    answers: IO[str]

    def run(self, folder: Path, command: tuple[str, ...], *, twin: str = "", kill: tuple | None = None) -> int:
        """Run a command in a folder, and return how its process ended."""
        placed = [str(folder / part) if part.endswith(".csv") else part for part in command]
        placed = [part.replace("book.db", str(folder / "book.db")) for part in placed]
        order = {"command": placed, "twin": twin, "kill": kill, "log": str(folder / "log")}
        self.orders.write(json.dumps(order) + "\n")
        self.orders.flush()
        return int(self.answers.readline())

    def play(self, folder: Path, *, twin: str = "", kills: tuple[tuple, ...] = (), acts: int = len(COMMANDS)) -> int:
        """Play the story, dying at each of the kill points in turn; return how many of them were reached."""
        waiting = list(kills)
        for command in COMMANDS[:acts]:
            while (code := self.run(folder, command, twin=twin, kill=waiting[0] if waiting else None)) == KILLED:
                waiting.pop(0)
            assert code == 0, (folder / "log").read_text("utf-8")
        return len(kills) - len(waiting)


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """Give a stage on which commands run."""
    command = [sys.executable, str(STAGE)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Stage(process.stdin, process.stdout)
        process.stdin.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with the files that the story imports."""
    return furnished(tmp_path)


def furnished(folder: Path) -> Path:
    """Write the files that the story imports into a folder, and return it."""
    folder.mkdir(exist_ok=True)
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def alone(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> tuple[World, float]:
    """Give what is left when nobody interferes, and how many seconds it took."""
    folder = furnished(tmp_path_factory.mktemp("alone"))
    started = time.monotonic()
    assert stage.play(folder) == 0
    return world(folder), time.monotonic() - started


@pytest.fixture
def undisturbed(alone: tuple[World, float]) -> World:
    """Give what is left when nobody interferes."""
    return alone[0]


@pytest.fixture
def pace(alone: tuple[World, float]) -> float:
    """Give the seconds within which a kill falls: short enough to meet most commands at work."""
    return min(alone[1] / len(COMMANDS), 1.0)


POINTS = {
    "claiming": (("claim", "before", 2), ("claim", "after", 3), ("claim", "after", 9)),
    "committing": (("commit", "before", 4), ("commit", "after", 4), ("write", "before", 10), ("write", "after", 17)),
    "charging": tuple((name, when, 2) for name in ("charge", "book") for when in ("before", "after")),
    "before every record": (("charge", "after", 1),) * 30,  # each kill lets one charge through, so all of them are met
    "looking up": (("lookup", "before", 1), ("lookup", "after", 1)),
    "sending": tuple(
        (name, when, number) for name in ("send", "place") for when in ("before", "after") for number in (1, 2)
    ),
    "finishing a day": (("finish", "before", 3), ("finish", "after", 6)),
}


def test_the_story_is_worth_telling(undisturbed: World) -> None:
    """The story holds what a kill could spoil: declines, lost answers, an outage, transfers, and one paid twice."""
    kinds = {row[4] for row in undisturbed.tables["facts"]}
    wanted = {"charge.declined", "charge.unknown", "payment.received", "payment.excess", "subscription.lapse"}
    assert set() == wanted - kinds


@pytest.mark.slow
@pytest.mark.parametrize("doing", POINTS)
def test_killed_at_certain_calls_a_run_ends_the_same(
    stage: Stage, folder: Path, undisturbed: World, doing: str
) -> None:
    """Killed again and again around one kind of call, between sending and recording too, it ends as if undisturbed."""
    assert len(POINTS[doing]) == stage.play(folder, kills=POINTS[doing])
    assert undisturbed == world(folder)


@pytest.mark.slow
@pytest.mark.parametrize("lane", range(LANES))
def test_killed_at_random_moments_a_run_ends_the_same(folder: Path, undisturbed: World, pace: float, lane: int) -> None:
    """Processes started as an operator starts them and killed from outside at seeded moments end as if undisturbed."""
    moments = random.Random(SEED + lane)
    left = KILLS // LANES
    while left:
        shutil.rmtree(folder)
        left -= play_dangerously(furnished(folder), moments, pace, left)
        assert undisturbed == world(folder)


def play_dangerously(folder: Path, moments: random.Random, pace: float, most: int) -> int:
    """Play the story in processes of their own, killing them at random moments; return how often that was done."""
    kills = 0
    for command in COMMANDS:
        while True:
            delay = moments.uniform(0, pace) if kills < most else None
            code, complaint = start_and_kill(folder, command, delay)
            if code == 0:
                break
            assert code == KILLED, complaint
            kills += 1
    return kills


def start_and_kill(folder: Path, command: tuple[str, ...], delay: float | None) -> tuple[int, str]:
    """Start a command, kill it so many seconds after its imports unless it has ended, and return how it ended."""
    with subprocess.Popen(
        [sys.executable, "-c", ANNOUNCED, *command],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        if delay is not None:
            time.sleep(delay)
            process.kill()
        _, complaint = process.communicate(timeout=PATIENCE)
    return process.returncode, complaint


@pytest.mark.slow
@pytest.mark.parametrize("twin", ["without outbox", "without keys"])
def test_a_twin_that_is_killed_ends_differently(stage: Stage, tmp_path: Path, twin: str) -> None:
    """Without an outbox, or without keys, the same kills change what customers are charged and told."""
    calm, killed = furnished(tmp_path / "calm"), furnished(tmp_path / "killed")
    points = POINTS["charging"] + POINTS["sending"]
    assert stage.play(calm, twin=twin, acts=2) == 0
    assert len(points) == stage.play(killed, twin=twin, kills=points, acts=2)
    assert world(calm) != world(killed)
    (_, charges, mails), (_, killed_charges, killed_mails) = world(calm).essence(), world(killed).essence()
    assert charges != killed_charges
    assert mails != killed_mails
