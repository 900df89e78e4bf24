"""Draw currencies, amounts, weights and roundings, biased towards ties, zeros and currencies without two decimals."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from hypothesis import strategies as st
from moneyed import Money

from renewkit.values.currency import ACTIVE, minor_digits
from renewkit.values.money import ExactMoney, Rounding, from_minor

__all__ = ["currency_codes", "exact_amounts", "moneys", "roundings", "steps", "weights"]


def currency_codes() -> st.SearchStrategy[str]:
    """Draw an active currency, often one without two decimals."""
    return st.one_of(st.sampled_from(("USD", "JPY", "BHD", "CLF", "TWD")), st.sampled_from(sorted(ACTIVE)))


@st.composite
def moneys(draw: st.DrawFn, code: str | None = None) -> Money:
    """Draw an amount of whole minor units of either sign."""
    unit = code or draw(currency_codes())
    return from_minor(draw(st.integers(-(10**12), 10**12)), unit)


@st.composite
def exact_amounts(draw: st.DrawFn, code: str | None = None) -> ExactMoney:
    """Draw an exact amount, often a tie between two minor units."""
    unit = code or draw(currency_codes())
    half = st.integers(-(10**6), 10**6).map(lambda number: Fraction(number, 2 * 10 ** minor_digits(unit)))
    return ExactMoney(draw(half | st.fractions(-(10**6), 10**6, max_denominator=10**6)), unit)


def steps(code: str) -> st.SearchStrategy[Fraction | None]:
    """Draw no step, or a whole number of minor units."""
    scale = 10 ** minor_digits(code)
    return st.none() | st.sampled_from((1, 5, 10, 25, 100, 7)).map(lambda number: Fraction(number, scale))


def weights() -> st.SearchStrategy[Sequence[int]]:
    """Draw weights with a positive sum, often equal ones and zeros."""
    some = st.lists(st.sampled_from((0, 1, 1, 2, 3)) | st.integers(0, 10**6), min_size=1, max_size=12)
    return some.filter(any)


def roundings() -> st.SearchStrategy[Rounding]:
    """Draw a rounding mode."""
    return st.sampled_from(Rounding)
