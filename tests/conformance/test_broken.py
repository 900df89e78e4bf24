"""The kit can fail: storages that are broken on purpose fail it, each on the requirement that it breaks."""

import re
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from conformance.broken import claims, commits, values
from renewkit.adapters.memory import MemoryStorage
from renewkit.testing.storage import StorageConformance, machine_of
from shared import ROOT

BROKEN = [
    kind
    for module in (values, commits, claims)
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, MemoryStorage) and "breaks" in vars(kind)
]


def kit_of(kind: type[MemoryStorage]) -> StorageConformance:
    """Make the kit for a storage, outside of pytest's own collection."""

    class Kit(StorageConformance):
        def make_storage(self) -> MemoryStorage:
            return kind()

        def test_st_44_model(self) -> None:
            """ST-44 As in the kit, but a counter-example is enough: nobody reads the smallest one."""
            found = settings(deadline=None, derandomize=True, max_examples=400, phases=[Phase.generate])
            run_state_machine_as_test(machine_of(kind), settings=found)

    return Kit()


def runs(kit: StorageConformance, requirement: str) -> Iterator[Callable[[], None]]:
    """Find the tests of a requirement, each with its parameters."""
    for name in dir(kit):
        test: Any = getattr(kit, name)
        if callable(test) and (test.__doc__ or "").startswith(f"{requirement} "):
            marks = [mark for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
            for chosen in product(*(mark.args[1] for mark in marks)):
                yield lambda test=test, chosen=chosen: test(*chosen)


def fails(run: Callable[[], None]) -> bool:
    """Say whether a test fails."""
    try:
        run()
    except (Exception, pytest.fail.Exception):  # noqa: BLE001  a test may fail in any way
        return True
    return False


def _name(part: object) -> str:
    return part.__name__ if isinstance(part, type) else str(part)


@pytest.mark.parametrize(
    ("kind", "requirement"), [(kind, number) for kind in BROKEN for number in kind.breaks], ids=_name
)
def test_a_broken_storage_fails(kind: type[MemoryStorage], requirement: str) -> None:
    """A storage that breaks a requirement fails a test of it."""
    assert any(fails(run) for run in runs(kit_of(kind), requirement))


def test_every_requirement_can_fail() -> None:
    """Each requirement of the kit is broken by some storage here: one that cannot fail proves nothing."""
    told = (getattr(StorageConformance, name).__doc__ for name in dir(StorageConformance) if name.startswith("test_"))
    numbers = {match[0] for text in told if (match := re.match(r"ST-\d\d", text or ""))}
    assert numbers == {number for kind in BROKEN for number in kind.breaks}
    assert [f"ST-{place:02}" for place in range(1, len(numbers) + 1)] == sorted(numbers)


def test_the_reference_lists_each_requirement() -> None:
    """The page of the port lists every requirement in the words of its test."""
    page = (ROOT / "docs/reference/ports/storage.md").read_text("utf-8")
    told = (getattr(StorageConformance, name).__doc__ for name in dir(StorageConformance) if name.startswith("test_st"))
    rows = {"| {} | {} |".format(*" ".join((text or "").split()).split(" ", 1)) for text in told}
    assert set() == {row for row in rows if row not in page}
    assert len(rows) == len(re.findall(r"^\| ST-\d\d ", page, re.MULTILINE))
