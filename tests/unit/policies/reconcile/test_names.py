"""What the words of a name are, alone and a column at a time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewkit.policies.reconcile.names import all_words, words

NAMES = (
    None,
    "",
    "Ada Byron",
    "BYRON,ADA",
    "A. Byron",
    "A.Byron",
    "Byron & Co. KG",
    "Muster S.p.A.",
    "S.A. Muster",
    "J. R. Byron",
    "snake_case  42",
    "tab\tand\x1fsign",
    "two\nlines",
    "S.\nA. lines",
    "Müller-Lüdenscheidt, J.",
    "Ærø",
    "½ Straße",
    "山田 太郎",
    "no\u00a0break",
    "half \ud800 sign",
    ".",
    "...",
)


def test_a_column_has_the_words_of_each_name() -> None:
    """A column of names takes a few calls, and each has the words that it has alone."""
    assert [words(name) for name in NAMES] == all_words(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_column_of_one_name_has_its_words(name: str | None) -> None:
    """What stands beside a name makes no difference."""
    assert [words(name)] == all_words([name])


def test_a_long_column_keeps_its_order() -> None:
    """A column is read in blocks, and the words stand in the order of the names."""
    column = [f"Ada {number}" for number in range(2_500)]
    assert [("ADA", str(number)) for number in range(2_500)] == all_words(column)


@given(st.lists(st.none() | st.text("aB7 .,_-\n\x1cÄß")))
def test_any_column_has_the_words_of_each_name(names: list[str | None]) -> None:
    """Whatever signs names are made of, a column has the words of each."""
    assert [words(name) for name in names] == all_words(names)
