"""Lines and quotes."""

from fractions import Fraction

import pytest

from renewkit.errors import CurrencyMismatchError, ExactNumberError, RangeError
from renewkit.values.line import Line, Quote, TierTotal
from renewkit.values.money import ExactMoney, Rounding, money, usd

HALF = Line("tier", ExactMoney("0.005", "USD"), quantity=1, unit=ExactMoney("0.005", "USD"), tier=1)
FLAT = Line("flat", ExactMoney(2, "USD"), tier=2)


def test_a_quote_sums_its_lines() -> None:
    """The whole is the exact sum, in the given currency where there is no line."""
    assert ExactMoney("2.005", "USD") == Quote.of([HALF, FLAT], "USD").exact
    assert ExactMoney(0, "JPY") == Quote.of([], "JPY").exact


def test_a_quote_has_one_currency() -> None:
    """A line in another currency is refused."""
    with pytest.raises(CurrencyMismatchError):
        Quote.of([HALF], "EUR")


def test_lines_become_a_tuple() -> None:
    """Any iterable of lines is kept as a tuple, so that the quote is hashable."""
    assert hash(Quote(FLAT.amount, [FLAT])) == hash(Quote(FLAT.amount, (FLAT,)))  # type: ignore[arg-type]  # on purpose


def test_quotes_add() -> None:
    """Two quotes are one, lines in order."""
    both = Quote.of([HALF], "USD") + Quote.of([FLAT], "USD")
    assert ((HALF, FLAT), ExactMoney("2.005", "USD")) == (both.lines, both.exact)


def test_settling_the_whole_or_the_lines() -> None:
    """An invoice rounds each line, a price the whole."""
    quote = Quote.of([HALF, HALF], "USD")
    assert (usd("0.01"), usd("0.02")) == (quote.settle(), quote.settle_lines())
    assert usd("0.00") == quote.settle_lines(rounding=Rounding.DOWN)
    assert money("0.00", "USD") == Quote.of([], "USD").settle_lines()


def test_settling_takes_a_step() -> None:
    """Cash rounding applies to the whole."""
    assert money("0.05", "CHF") == Quote.of([Line("flat", ExactMoney("0.03", "CHF"))], "CHF").settle(step="0.05")


@pytest.mark.parametrize(("billed", "left"), [("3.69", "0"), ("3.00", "0.69"), ("9.00", "0")])
def test_what_is_left_is_a_difference_of_rounded_amounts(billed: str, left: str) -> None:
    """The whole is rounded before what was billed is taken off, and nothing is given back."""
    assert usd(left) == Quote.of([Line("tier", ExactMoney("3.685", "USD"))], "USD").less(usd(billed))


def test_the_average_of_nothing_is_nothing() -> None:
    """The effective unit price of 0 units is 0."""
    quote = Quote.of([FLAT], "USD")
    assert [ExactMoney(0, "USD"), ExactMoney(Fraction(2, 3), "USD")] == [quote.average(0), quote.average(3)]
    with pytest.raises(RangeError):
        quote.average(-1)


def test_tiers_are_totalled() -> None:
    """Each tier has its counted units, and its amount with the flat."""
    expected = (
        TierTotal(1, Fraction(1), amount=ExactMoney("0.005", "USD")),
        TierTotal(2, Fraction(0), amount=ExactMoney(2, "USD")),
    )
    bare = Line("credit", ExactMoney(-1, "USD"))
    assert expected == Quote.of([FLAT, bare, HALF], "USD").by_tier()


def test_quantities_are_exact() -> None:
    """A float is no quantity of a line."""
    with pytest.raises(ExactNumberError):
        Line("tier", ExactMoney(1, "USD"), quantity=0.5)  # type: ignore[arg-type]  # on purpose


def test_only_tier_lines_count_units() -> None:
    """What stands beside a tier adds to its amount and never to its units, nor does a line without a number."""
    beside = Line("flat", ExactMoney(1, "USD"), quantity=7, tier=1)
    bare = Line("tier", ExactMoney(3, "USD"), tier=1)
    (total,) = Quote.of([HALF, beside, bare], "USD").by_tier()
    assert (Fraction(1), ExactMoney("4.005", "USD")) == (total.quantity, total.amount)
