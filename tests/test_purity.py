"""The core decides and never touches the world: no clock, entropy, file or network, and nothing loaded in vain."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import renewkit
from shared import ROOT

PACKAGE = ROOT / "src" / "renewkit"
CORE = ("errors", "values", "policies", "books", "insights", "effects", "codec", "engine/plan")
WORLD = {"asyncio", "logging", "os", "random", "secrets", "socket", "sqlite3", "threading", "time"} | {
    "http",
    "multiprocessing",
    "select",
    "shelve",
    "smtplib",
    "ssl",
    "subprocess",
    "tempfile",
    "urllib",
}
FOUNDATIONS = {"attr", "attrs", "babel", "cattrs", "moneyed", "pendulum"}
OUTSIDE = {"adapters", "cli"}
TEST_TOOLS = {"hypothesis", "pytest"}
HEAVY = ("holidays", "hypothesis", "psycopg", "pytest", "rich", "sqlalchemy", "typer")

# "path imports module" -> why this one door is allowed
DOORS: dict[str, str] = {}


def modules() -> list[Path]:
    """List the modules of the library."""
    return sorted(PACKAGE.rglob("*.py"))


def core() -> list[Path]:
    """List the modules of the core, whether a concept is a module or a package."""
    files = [file for file in (PACKAGE / f"{part}.py" for part in CORE) if file.is_file()]
    return sorted([*files, *(file for part in CORE for file in (PACKAGE / part).rglob("*.py"))])


def imports(source: str) -> Iterator[str]:
    """Name every module that a source imports, at any depth and under any condition."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def violations(paths: list[Path], banned: set[str]) -> list[str]:
    """List which of these modules import which banned packages, but for the doors that are allowed."""
    found = {
        f"{path.relative_to(PACKAGE).as_posix()} imports {name.partition('.')[0]}"
        for path in paths
        for name in imports(path.read_text("utf-8"))
        if name.partition(".")[0] in banned
    }
    return sorted(found - set(DOORS))


def fresh(program: str) -> object:
    """Run a program in a new interpreter and read the JSON that it prints."""
    answer = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


LOADED = """
import json, sys
before = set(sys.modules)
import renewkit
{then}
print(json.dumps(sorted({{name.partition(".")[0] for name in set(sys.modules) - before}})))
"""
TOUCH_ALL = "for name in renewkit.__all__: getattr(renewkit, name)"
LOCALES = f"""
import json
import renewkit
{TOUCH_ALL}
import babel.localedata
print(json.dumps(sorted(babel.localedata._cache)))
"""


def test_the_core_touches_no_world() -> None:
    """No module of the core imports a clock, entropy, the environment, threads, files or the network."""
    assert [] == violations(core(), WORLD)


def test_the_core_stands_on_five_libraries() -> None:
    """The core imports the standard library, attrs, cattrs, pendulum, babel and moneyed, and nothing else."""
    everything = {name.partition(".")[0] for path in core() for name in imports(path.read_text("utf-8"))}
    assert set() == everything - set(sys.stdlib_module_names) - FOUNDATIONS - {"renewkit"}


def test_an_sdk_is_imported_in_its_adapter_only() -> None:
    """Outside adapters, cli and testing, no module imports a library beyond the five."""
    inner = [path for path in modules() if path.relative_to(PACKAGE).parts[0] not in OUTSIDE]
    foreign = {
        f"{path.relative_to(PACKAGE).as_posix()} imports {name}"
        for path in inner
        for name in imports(path.read_text("utf-8"))
        if (top := name.partition(".")[0]) not in sys.stdlib_module_names and top not in FOUNDATIONS | {"renewkit"}
        if not (path.relative_to(PACKAGE).parts[0] == "testing" and top in TEST_TOOLS)
    }
    assert set() == foreign


def test_the_plan_does_not_know_the_ports() -> None:
    """`engine/plan` imports neither ports nor adapters: the plan is pure."""
    plan = [path for path in core() if path.relative_to(PACKAGE).as_posix().startswith("engine/plan")]
    known = {name for path in plan for name in imports(path.read_text("utf-8"))}
    assert set() == {name for name in known if name.startswith(("renewkit.ports", "renewkit.adapters"))}


def test_no_module_imports_the_root() -> None:
    """Modules import one another from where they live: the root is a door for users, and loads everything."""
    inside = [path for path in modules() if path.relative_to(PACKAGE).parts[0] != "cli"]
    assert [] == [path for path in inside if "renewkit" in imports(path.read_text("utf-8"))]


def test_importing_the_root_loads_the_standard_library_alone() -> None:
    """`import renewkit` loads nothing but itself: no attrs, no pendulum, no cattrs, no moneyed."""
    loaded = fresh(LOADED.format(then=""))
    assert isinstance(loaded, list)
    assert {"renewkit"} == {name for name in loaded if name not in sys.stdlib_module_names}


@pytest.mark.parametrize("library", HEAVY)
def test_every_everyday_name_loads_no_sdk(library: str) -> None:
    """Touching every everyday name loads no adapter's library."""
    loaded = fresh(LOADED.format(then=TOUCH_ALL))
    assert isinstance(loaded, list)
    assert library not in loaded


def test_every_everyday_name_loads_no_locale_data() -> None:
    """Touching every everyday name reads no locale data file."""
    assert [] == fresh(LOCALES)


def test_there_is_a_core_to_judge() -> None:
    """The paths of the core are right: the errors and the money are among its modules."""
    assert {PACKAGE / "errors.py", PACKAGE / "values" / "money.py"} <= set(core())


@pytest.mark.parametrize("line", ["import os.path", "from time import time", "def f():\n    import random"])
def test_a_banned_import_is_seen(line: str) -> None:
    """The guard sees an import of any form and at any depth."""
    assert WORLD & {name.partition(".")[0] for name in imports(line)}


def test_every_allowed_door_is_in_use() -> None:
    """A door that no module uses any more is taken off the list."""
    found = {
        f"{path.relative_to(PACKAGE).as_posix()} imports {name}"
        for path in core()
        for name in imports(path.read_text("utf-8"))
    }
    assert set() == set(DOORS) - found


def test_the_package_is_the_one_of_this_checkout() -> None:
    """What the tests import is what they read."""
    assert PACKAGE == Path(renewkit.__file__).parent
