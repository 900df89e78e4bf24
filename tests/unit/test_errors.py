"""The error tree."""

import pickle

import pytest

from renewkit import errors
from renewkit.errors import RenewkitError, StorageError

LEAVES = sorted(set(errors.__all__) - {"RenewkitError"})


@pytest.mark.parametrize("name", LEAVES)
def test_every_error_has_three_parts(name: str) -> None:
    """Each error says what was expected, what came and what to do, in one line without a full stop."""
    error = getattr(errors, name)("a date", "a datetime", "name its day")
    assert "expected a date, got a datetime: name its day" == str(error)
    assert ("a date", "a datetime", "name its day") == (error.expected, error.got, error.remedy)


@pytest.mark.parametrize("name", LEAVES)
def test_every_error_pickles(name: str) -> None:
    """An error crosses a process boundary with its parts."""
    error = getattr(errors, name)("a date", 5, "name its day")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  our own bytes
    assert (str(error), error.got, type(error)) == (str(again), again.got, type(again))


@pytest.mark.parametrize("name", sorted(set(LEAVES) - {"InputError"}))
def test_every_leaf_is_a_natural_builtin(name: str) -> None:
    """A caller who knows only Python catches TypeError, ValueError, LookupError, RuntimeError or OSError."""
    kinds = (TypeError, ValueError, LookupError, RuntimeError, OSError)
    assert issubclass(getattr(errors, name), kinds)
    assert issubclass(getattr(errors, name), RenewkitError)


@pytest.mark.parametrize("name", LEAVES)
def test_the_tree_is_drawn(name: str) -> None:
    """The docstring of the module names every error."""
    assert name in (errors.__doc__ or "")


def test_what_is_no_text_is_shown_as_written() -> None:
    """A value that came is shown by its repr."""
    assert "expected a date, got None: name its day" == str(RenewkitError("a date", None, "name its day"))


def test_a_storage_error_is_no_errno() -> None:
    """OSError would print its parts as errno and file name; ours stays one line."""
    assert str(StorageError("a writable file", "a read-only one", "change its mode")).startswith("expected a writable")
