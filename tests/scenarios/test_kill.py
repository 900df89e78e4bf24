"""A run that is killed again and again ends like one that was left alone.

The story: a book of twelve contracts is imported and run for ten weeks of virtual time, with two bank statements in
between. Whatever is killed is started again with the same command, as an operator would. Compared are the database, the
gateway's own book and the mails, byte for byte. Two twins, one without an outbox and one without keys, show that the
comparison can fail.
"""

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenarios.staging import COMMANDS, KILLED, Stage, World, furnished, staged, world

KILLS = 20
LANES = 2
SEED = 20240131
PATIENCE = 120
ANNOUNCED = "import renewkit.cli.app; print('ready', flush=True); from renewkit.cli import main; main()"


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """Give a stage on which commands run."""
    with staged() as ready:
        yield ready


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with the files that the story imports."""
    return furnished(tmp_path)


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
