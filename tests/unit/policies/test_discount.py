"""Discounts on the lines of a bill."""

from fractions import Fraction

import pytest

from renewkit.errors import CurrencyMismatchError, ExactNumberError, MoneyExpectedError, RangeError
from renewkit.policies.discount import AmountOff, Discount, FreePeriods, PercentOff, apply_discounts
from renewkit.values.line import Line
from renewkit.values.money import ExactMoney, money, usd
from renewkit.values.number import Number


def bill(*amounts: Number) -> list[Line]:
    """Return lines of these amounts in dollars."""
    return [Line("flat", ExactMoney(amount, "USD"), why="a plan") for amount in amounts]


def amounts(discount: Discount, lines: list[Line], index: int = 0) -> list[Fraction]:
    """Return what is left of each line."""
    return [line.amount.amount for line in discount.apply(lines, index)]


def test_a_percentage_off_every_charge() -> None:
    """Charges are lowered by the exact share, credits stay."""
    assert [24, Fraction(8, 3), -5] == amounts(PercentOff("0.20"), bill(30, Fraction(10, 3), -5))


@pytest.mark.parametrize(("index", "left"), [(0, 24), (2, 24), (3, 30)])
def test_a_discount_runs_for_its_periods(index: int, left: int) -> None:
    """Periods are counted from 0 where the discount starts."""
    assert [left] == amounts(PercentOff("0.20", periods=3), bill(30), index)
    assert [left] == amounts(AmountOff(usd(6), periods=3), bill(30), index)


@pytest.mark.parametrize(("index", "left"), [(0, 0), (1, 30)])
def test_free_periods(index: int, left: int) -> None:
    """A free period charges nothing, and still gives credits."""
    assert [left, -5] == amounts(FreePeriods(1), bill(30, -5), index)


def test_an_amount_is_shared_out_in_whole_cents() -> None:
    """The shares are in proportion to the charges, and sum to the amount."""
    assert [Fraction("8.33"), Fraction("8.33"), Fraction("8.34")] == amounts(AmountOff(usd("5.00")), bill(10, 10, 10))
    assert [Fraction("16.67"), -5, Fraction("8.33")] == amounts(AmountOff(usd("5.00")), bill(20, -5, 10))


def test_lines_of_other_fractions_share_in_proportion() -> None:
    """A line of a dollar and a half gives half as much as one of three."""
    assert [Fraction(1, 2), 1] == amounts(AmountOff(usd(3)), bill("1.50", 3))


def test_an_amount_finer_than_a_cent_is_shared_out_exactly() -> None:
    """An exact amount is divided without rounding."""
    off = AmountOff(ExactMoney(Fraction(1, 3), "USD"))
    assert [Fraction(59, 6), Fraction(59, 6)] == amounts(off, bill(10, 10))


@pytest.mark.parametrize("off", [3, "3.50", 100])
def test_more_off_than_there_is_lapses(off: Number) -> None:
    """No line falls below zero; what is left of the amount is lost."""
    assert [0, 0, -5] == amounts(AmountOff(usd(off)), bill(1, 2, -5))


def test_a_share_above_its_line_goes_to_the_others() -> None:
    """A line of half a cent cannot give a whole one."""
    left = amounts(AmountOff(usd("0.02")), bill("0.005", "0.005", "0.015"))
    assert (Fraction("0.005"), True) == (sum(left), min(left) >= 0)


def test_nothing_to_lower() -> None:
    """No line, a line of nothing and an amount of nothing change nothing."""
    assert [] == amounts(AmountOff(usd(5)), [])
    assert [0] == amounts(AmountOff(usd(5)), bill(0))
    assert [3] == amounts(AmountOff(usd(0)), bill(3))


def test_lines_say_what_was_taken() -> None:
    """The reason grows, and the unit price goes, because it no longer multiplies to the amount."""
    unit = ExactMoney(5, "USD")
    line = Line("tier", ExactMoney(10, "USD"), why="2 at 5.00 USD", quantity=2, unit=unit, tier=1)
    (lowered,) = PercentOff("0.5").apply([line], 0)
    assert ("2 at 5.00 USD, less 50 % (5.00 USD)", None, 1) == (lowered.why, lowered.unit, lowered.tier)
    (bare,) = FreePeriods(2).apply([Line("flat", unit)], 1)
    assert "free period 2 of 2 (5.00 USD)" == bare.why
    assert "a plan, share of 1.00 USD off (1.00 USD)" == AmountOff(usd(1)).apply(bill(2), 0)[0].why


def test_the_order_is_stated() -> None:
    """20 % and then 5 is not 5 and then 20 %."""
    five, fifth = AmountOff(usd(5)), PercentOff("0.20")
    assert [75, 76] == [
        apply_discounts(order, bill(100), 0)[0].amount.amount for order in ((fifth, five), (five, fifth))
    ]
    assert tuple(bill(100)) == apply_discounts((), bill(100), 0)


@pytest.mark.parametrize("rate", ["-0.01", "1.01", 20])
def test_a_share_is_from_0_to_1(rate: Number) -> None:
    """Twenty percent is 0.20."""
    with pytest.raises(RangeError, match="a share from 0 to 1"):
        PercentOff(rate)


def test_what_is_no_discount_is_refused() -> None:
    """Floats, bare numbers, negative amounts, other currencies, no periods, and negative indexes."""
    with pytest.raises(ExactNumberError):
        PercentOff(0.2)  # type: ignore[arg-type]  # on purpose
    with pytest.raises(MoneyExpectedError):
        AmountOff(5)  # type: ignore[arg-type]  # on purpose
    with pytest.raises(RangeError, match="add a line for a surcharge"):
        AmountOff(usd(-5))
    with pytest.raises(CurrencyMismatchError):
        AmountOff(money(5, "EUR")).apply(bill(1), 0)
    for build in (lambda: PercentOff("0.2", 0), lambda: AmountOff(usd(5), 0), lambda: FreePeriods(0)):
        with pytest.raises(RangeError, match="periods of a discount"):
            build()
    with pytest.raises(RangeError, match="period index"):
        FreePeriods(1).apply(bill(1), -1)


def test_half_a_dollar_below_nothing_is_refused() -> None:
    """An amount off is never negative, by however little."""
    with pytest.raises(RangeError, match="surcharge"):
        AmountOff(usd("-0.50"))
