"""The house rules that a reader can count: size, names, completeness, and what must never be committed.

Where a longer piece really reads better it is listed below with its reason; the lists are meant to stay short.
"""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from shared import ROOT

LONGEST_FUNCTION = 50
LONGEST_MODULE = 400
LARGEST_FILE = 1024 * 1024
NAMELESS = {"util", "utils", "helper", "helpers", "common", "misc"}
FLOORS_OF_CONCEPTS = ("policies", "books")

# path::function -> why it reads better in one piece
LONG_FUNCTIONS: dict[str, str] = {}
# path -> why it reads better in one piece
LONG_MODULES: dict[str, str] = {}
# path -> what stands in for its test or its page, and why
CONCEPTS_SHOWN_ELSEWHERE: dict[str, str] = {}

MACHINE_PATH = re.compile(r"(?:^|[^A-Za-z0-9_.])/(?:(?:work|farm|root)/|tmp/[a-z])")
REGISTRY_HOST = re.compile(r"pypi[.]org|files[.]pythonhosted|deb[.]debian[.]org|registry[.]npmjs", re.IGNORECASE)

type_of_definition = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@cache
def tracked() -> tuple[Path, ...]:
    """List the files that git tracks, as paths from the root; outside a checkout there is nothing to judge."""
    answer = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if answer.returncode:
        pytest.skip("not a git checkout: what is committed cannot be told")
    paths = (Path(name) for name in answer.stdout.split("\0") if name)
    return tuple(path for path in paths if (ROOT / path).is_file())


def sources(*tops: str) -> Iterator[tuple[Path, ast.Module]]:
    """Parse the tracked Python files below the given folders."""
    for path in tracked():
        if path.suffix == ".py" and path.parts[0] in tops:
            yield path, ast.parse((ROOT / path).read_text("utf-8"))


def texts() -> Iterator[tuple[Path, str]]:
    """Read the tracked files that are text."""
    for path in tracked():
        content = (ROOT / path).read_bytes()
        if b"\0" not in content[:8192]:
            yield path, content.decode("utf-8", "replace")


def long_functions(path: Path, tree: ast.Module) -> Iterator[str]:
    """Name the functions of a module that are over the limit, decorators and docstring included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            if (node.end_lineno or first) - first + 1 > LONGEST_FUNCTION:
                yield f"{path.as_posix()}::{node.name}"


def assigned(node: ast.stmt) -> Iterator[str]:
    """Name what a statement at the top of a module defines."""
    if isinstance(node, type_of_definition):
        yield node.name
    elif isinstance(node, ast.Assign):
        yield from (target.id for target in node.targets if isinstance(target, ast.Name))
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id


def public_names(tree: ast.Module) -> set[str]:
    """Name what a module defines without a leading underscore."""
    return {name for node in tree.body for name in assigned(node) if not name.startswith("_")}


def exported(tree: ast.Module) -> list[str] | None:
    """Read `__all__`, or None where a module has none."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and "__all__" in assigned(node) and node.value:
            return list(ast.literal_eval(node.value))
    return None


def shelf(name: str) -> tuple[int, str]:
    """Sort as ruff's RUF022 does: constants, then classes, then the rest."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def concepts() -> Iterator[tuple[str, str]]:
    """List the floor and noun of every public module or package of policies and books."""
    for floor in FLOORS_OF_CONCEPTS:
        below = {path.parts[3] for path in tracked() if path.parts[:3] == ("src", "renewkit", floor)}
        yield from ((floor, Path(name).stem) for name in sorted(below) if not name.startswith("_"))


def test_no_function_is_over_fifty_lines() -> None:
    """A function is at most 50 lines long, or is listed here with its reason."""
    over = {
        name for path, tree in sources("src", "tests", "benchmarks", "examples") for name in long_functions(path, tree)
    }
    assert set(LONG_FUNCTIONS) == over


def test_no_module_is_over_four_hundred_lines() -> None:
    """A module of the library is at most 400 lines long, or is listed here with its reason."""
    files = [path for path, _ in sources("src")]
    over = {path.as_posix() for path in files if len((ROOT / path).read_text("utf-8").splitlines()) > LONGEST_MODULE}
    assert set(LONG_MODULES) == over


def test_every_public_name_stands_in_all() -> None:
    """Every public name of a module stands in its `__all__`."""
    gaps = {
        path.as_posix(): sorted(public_names(tree) - set(exported(tree) or ()))
        for path, tree in sources("src")
        if public_names(tree) - set(exported(tree) or ())
    }
    assert {} == gaps


def test_all_is_sorted_and_names_each_once() -> None:
    """`__all__` is sorted and holds no name twice."""
    lists = {path.as_posix(): exported(tree) or [] for path, tree in sources("src")}
    assert [] == [path for path, names in lists.items() if names != sorted(set(names), key=shelf)]


def test_every_concept_has_its_test() -> None:
    """What is `policies/retry.py` in the library is `tests/unit/policies/test_retry.py` (or a folder `retry`) here."""
    lost = [
        f"{floor}/{noun}"
        for floor, noun in concepts()
        if not (ROOT / f"tests/unit/{floor}/test_{noun}.py").is_file()
        and not (ROOT / f"tests/unit/{floor}/{noun}").is_dir()
        and f"{floor}/{noun}" not in CONCEPTS_SHOWN_ELSEWHERE
    ]
    assert [] == lost


def test_every_concept_has_its_reference_page() -> None:
    """What is `policies/retry.py` in the library is `docs/reference/retry.md` in the docs."""
    lost = [
        f"{floor}/{noun}"
        for floor, noun in concepts()
        if not (ROOT / f"docs/reference/{noun}.md").is_file() and f"{floor}/{noun}" not in CONCEPTS_SHOWN_ELSEWHERE
    ]
    assert [] == lost


def test_no_room_is_without_a_name() -> None:
    """No file or folder is called utils, helpers, common or misc: what lives there has a name of its own."""
    assert [] == [path for path in tracked() if NAMELESS & {part.partition(".")[0].strip("_") for part in path.parts}]


def test_nothing_is_left_for_later() -> None:
    """The library raises no NotImplementedError: a folder gets its first file when that file is whole."""
    stubs = [
        f"{path.as_posix()}:{node.lineno}"
        for path, tree in sources("src")
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id == "NotImplemented" + "Error"
    ]
    assert [] == stubs


@pytest.mark.parametrize(
    ("what", "pattern"), [("a path of one machine", MACHINE_PATH), ("the host of a registry", REGISTRY_HOST)]
)
def test_no_file_names(what: str, pattern: re.Pattern[str]) -> None:
    """What is committed names neither a path of one machine nor the host of a package registry."""
    hits = [
        f"{path.as_posix()}:{number}: {what}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]
    assert [] == hits


def test_no_file_is_over_a_mebibyte() -> None:
    """Large data does not belong in the history."""
    assert [] == [path for path in tracked() if (ROOT / path).stat().st_size > LARGEST_FILE]


def test_the_guards_see_what_they_guard_against() -> None:
    """Each guard by syntax tree fails on a module that breaks its rule: a guard that cannot fail guards nothing."""
    body = "\n".join(["    pass"] * LONGEST_FUNCTION)
    tree = ast.parse(f"__all__ = ['b', 'A']\nLIMIT = 1\ndef long():\n{body}\n")
    assert ["x.py::long"] == list(long_functions(Path("x.py"), tree))
    assert {"LIMIT", "long"} == public_names(tree) - set(exported(tree) or ())
    assert ["A", "b"] == sorted(exported(tree) or (), key=shelf)


@pytest.mark.parametrize("path", ["/" + "work/main", "see /" + "tmp/a", "'/" + "root/x'"])
def test_a_machine_path_is_recognised(path: str) -> None:
    """The pattern for machine paths finds them at the start, after a blank and in quotes."""
    assert MACHINE_PATH.search(path)


@pytest.mark.parametrize("text", ["src/workshop", "https://example.org/work/x", "a/tmp/b", "/" + "tmp", "docs/root/x"])
def test_an_ordinary_path_is_not_taken_for_one(text: str) -> None:
    """A folder of the project or a page of a site is no machine path."""
    assert not MACHINE_PATH.search(text)
