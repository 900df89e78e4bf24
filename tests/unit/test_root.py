"""The root package: the everyday names, each in its place and loaded late."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

import renewkit

MOST_NAMES = 70
SOURCE = Path(renewkit.__file__)
HOMES: dict[str, str] = renewkit._HOMES


def imported_for_type_checkers() -> dict[str, str]:
    """Read which names the TYPE_CHECKING block imports, and from where."""
    blocks = [node for node in ast.parse(SOURCE.read_text("utf-8")).body if isinstance(node, ast.If)]
    [block] = [node for node in blocks if "TYPE_CHECKING" == ast.unparse(node.test)]
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    return {alias.asname or alias.name: str(node.module) for node in imports for alias in node.names}


def test_there_are_at_most_seventy_everyday_names() -> None:
    """The root exports at most 70 names: more of them would not be everyday names."""
    assert len(renewkit.__all__) <= MOST_NAMES


def test_type_checkers_see_the_same_names_in_the_same_homes() -> None:
    """The TYPE_CHECKING block and the table of homes agree on every name."""
    assert imported_for_type_checkers() == HOMES


def test_all_lists_what_the_table_holds() -> None:
    """`__all__` and the table of homes hold the same names, each once."""
    assert sorted(renewkit.__all__) == sorted(HOMES)


def test_the_table_is_sorted_as_all_is() -> None:
    """The table of homes stands in the order of `__all__`, so that a name is found at once."""
    assert list(renewkit.__all__) == list(HOMES)


@pytest.mark.parametrize("name", renewkit.__all__)
def test_each_name_is_the_object_that_its_home_defines(name: str) -> None:
    """An everyday name is the very object of its home module, not a copy."""
    assert getattr(import_module(HOMES[name]), name) is getattr(renewkit, name)


@pytest.mark.parametrize("name", renewkit.__all__)
def test_each_name_is_public_where_it_lives(name: str) -> None:
    """What the root exports is public in its home, too."""
    assert name in import_module(HOMES[name]).__all__


def test_no_name_hides_a_module() -> None:
    """No everyday name is also the name of a module of the root, which an import would put in its place."""
    modules = {path.stem if path.suffix == ".py" else path.name for path in SOURCE.parent.iterdir()}
    assert set() == modules & set(renewkit.__all__)


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    """An unknown name fails as on any module, and says which."""
    with pytest.raises(AttributeError, match="module 'renewkit' has no attribute 'usdollar'"):
        _ = renewkit.usdollar  # type: ignore[attr-defined]  # the claim is that it does not exist


def test_dir_lists_the_names_before_they_are_loaded() -> None:
    """`dir(renewkit)` shows every everyday name, loaded or not."""
    assert sorted(renewkit.__all__) == dir(renewkit)
