"""One mutant, one process: load the changed module in place of the real one, run the tests, and say whether one failed.

A process is a fork of a warm parent that has loaded pytest and the libraries, never renewkit; so a trial costs what the
tests themselves cost. A trial that uses several times the processor time of the unchanged tests counts as killed; the
time on the wall has hardly a say, so that a busy machine kills nothing.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType

import pytest
from hypothesis import Phase, settings

__all__ = ["Fate", "Trial", "trials"]

_ROOT = Path(__file__).resolve().parent.parent.parent
_LEAST_SECONDS = 2
_LARGEST = 4 * 2**30
_PATIENCE = 10
_QUIET = ("-x", "-q", "-p", "no:cacheprovider", "-p", "no:faulthandler", "-m", "not sweep and not bench and not slow")


@dataclass(frozen=True)
class Trial:
    """A changed source that stands in for a file."""

    key: str
    path: Path
    source: str


class Fate(Enum):
    """What became of a trial."""

    SURVIVED = "survived"
    FAILED = "failed"
    """A test noticed."""
    LATE = "late"
    """It ran out of time, which a test would never end to notice."""


def trials(queue: Iterable[Trial], tests: list[str], *, jobs: int, timeout: float) -> Iterator[tuple[Trial, Fate]]:
    """Run each trial in a process of its own, some at once, and yield what became of it.

    Raises `RuntimeError` where the unchanged library does not pass, before or after: then nothing could be told.
    """
    limit = int(_seconds_unchanged(tests) * timeout) + _LEAST_SECONDS
    running: dict[int, Trial] = {}
    for trial in queue:
        running[_started(trial, tests, limit=limit)] = trial
        if len(running) >= jobs:
            yield _next(running)
    while running:
        yield _next(running)
    _seconds_unchanged(tests)  # a file that was being edited meanwhile would have failed every trial


def _next(running: dict[int, Trial]) -> tuple[Trial, Fate]:
    process, status = os.wait()
    fate = Fate.LATE if os.WIFSIGNALED(status) else Fate.FAILED if status else Fate.SURVIVED
    return running.pop(process), fate


def _seconds_unchanged(tests: list[str]) -> float:
    _, status, usage = os.wait4(_started(None, tests, limit=600), 0)
    if status:
        message = f"expected the unchanged library to pass, got status {status}: run {' '.join(tests)}"
        raise RuntimeError(message)
    return usage.ru_utime + usage.ru_stime


def _started(trial: Trial | None, tests: list[str], *, limit: int) -> int:
    """Fork; the child never returns."""
    sys.stdout.flush()
    sys.stderr.flush()
    process = os.fork()
    if process:
        return process
    try:
        status = _tested(trial, tests, limit)
    except BaseException:  # noqa: BLE001  whatever a changed module throws at us, it was noticed
        status = 1
    os._exit(status)


def _tested(trial: Trial | None, tests: list[str], limit: int) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
    resource.setrlimit(resource.RLIMIT_AS, (_LARGEST, _LARGEST))
    signal.alarm(limit * _PATIENCE)  # for one that waits rather than works; its default is to end the process
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.environ.update(HYPOTHESIS_PROFILE="mutants", PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    settings.register_profile(  # the same examples for every mutant; a failing one need not be made smaller
        "mutants",
        max_examples=25,
        derandomize=True,
        deadline=None,
        database=None,
        phases=(Phase.explicit, Phase.generate),
    )
    os.chdir(_ROOT)
    if trial is not None:
        _stand_in(trial)
    return int(pytest.main([*_QUIET, *tests]))


def _stand_in(trial: Trial) -> None:
    real = SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, fullname: str) -> CodeType | None:
        if Path(self.path) == trial.path:
            return compile(trial.source, self.path, "exec")
        return real(self, fullname)

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign]  # in this process alone, which ends with the trial
