"""Whole columns in a few calls."""

from __future__ import annotations

import pytest

from renewkit.policies.reconcile.columns import capitals, repeated


@pytest.mark.parametrize("text", ["Ada Byron", "", "groß", "ﬁt", "ada\nbyron", "\n", "a\r\nb", "ŉ ΐ"])
def test_a_column_in_capitals_is_each_text_in_capitals(text: str) -> None:
    """Whatever signs a text has, breaks of lines too, its capitals stand in its own row."""
    assert ["ONE", text.upper(), "TWO"] == capitals(["one", text, "two"])


def test_a_missing_text_is_empty_in_capitals() -> None:
    """A row without a text keeps its place."""
    assert ["", "ADA", ""] == capitals([None, "ada", None])


def test_an_empty_column_has_no_capitals() -> None:
    """A column without rows stays one."""
    assert [] == capitals([])


def test_rows_that_come_more_than_once_are_repeated() -> None:
    """How often a row comes beyond the second time makes no difference."""
    assert {1, 3} == repeated([3, 1, 3, 2, 1, 3], size=4)


def test_rows_that_come_once_are_not_repeated() -> None:
    """Where each row comes once there is nothing to tell."""
    assert set() == repeated(range(4), size=4)
