"""The mutator changes what it should and nothing else, and the list of survivors does not rot."""

from functools import cache

import pytest

from mutants.mutate import mutants, sample
from mutants.run import ROOT, _reasons, files_of, judges_of, nouns


def keys(source: str) -> set[str]:
    """Name the mutants of a source, without the place."""
    return {mutant.key.partition(": ")[2] for mutant in mutants(source)}


@cache
def all_of(path: str) -> set[str]:
    """Name every mutant of a file of the library."""
    return {mutant.key for mutant in mutants((ROOT / "src/renewkit" / path).read_text("utf-8"))}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = a < b", {"a < b -> a <= b"}),
        ("x = a is None", {"a is None -> a is not None"}),
        ("x = a + b", {"a + b -> a - b"}),
        ("x = a and b", {"a and b -> a or b"}),
        ("x = not a", {"not a -> a"}),
        ("x = True", {"True -> False"}),
        ("x = f(7)", {"f(7) -> f(8)", "f(7) -> f(6)"}),
        ("def f(): return a", {"a -> None"}),
        ("if a: pass", {"a -> not a"}),
    ],
)
def test_each_kind_of_slip(source: str, expected: set[str]) -> None:
    """Comparison, identity, arithmetic, connective, negation, truth, boundary, result, condition."""
    assert expected == keys(source)


@pytest.mark.parametrize(
    "source",
    [
        "'''1 < 2'''",
        "assert a < b",
        "raise E(1)",
        "x: Literal[1]",
        "@cache(1)\ndef f(): ...",
        "if TYPE_CHECKING: x = 1",
    ],
)
def test_what_is_no_behaviour_stays(source: str) -> None:
    """Text, assertions, messages, annotations and decorators are left alone."""
    assert set() == keys(source)


def test_a_mutant_is_a_module_with_one_change() -> None:
    """The source around the change stays as it is, whatever characters stand before it."""
    (mutant,) = mutants("name = 'ß'; x = a < b  # why\n")
    assert "name = 'ß'; x = (a <= b)  # why\n" == mutant.source


def test_a_smaller_sample_begins_the_larger_one() -> None:
    """The same seed gives the same order."""
    found = mutants("x = [1, 2, 3, 4, 5]")
    assert sample(found, 8, "seed")[:3] == sample(found, 3, "seed")


def test_every_noun_has_files_and_tests() -> None:
    """There is something to change and something that may notice."""
    assert [] == [noun for noun in nouns() if not files_of(noun) or not judges_of(noun)]


def test_every_survivor_still_exists() -> None:
    """A reason is for a change that can still be made."""
    known: dict[str, set[str]] = {}
    for entry in _reasons():
        path, _, key = entry.partition(": ")
        known.setdefault(path, set()).add(key)
    gone = {path: names - all_of(path) for path, names in known.items() if names - all_of(path)}
    assert {} == gone
