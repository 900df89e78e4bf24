"""The laws of money, and broken twins that must break them."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from moneyed import Money

from renewkit.testing.laws import money as laws
from renewkit.testing.strategies.money import currency_codes, exact_amounts, moneys, roundings, steps, weights
from renewkit.values.money import ExactMoney, Rounding, from_minor, money, round_ratio, settle, split, to_minor, usd


@given(data=st.data(), rounding=roundings())
def test_settle_errs_less_than_a_step(data: st.DataObject, rounding: Rounding) -> None:
    """Rounding errs by half a step at the most, in directed modes by less than one."""
    value = data.draw(exact_amounts())
    step = data.draw(steps(value.currency.code))
    laws.settle_errs_less_than_a_step(settle, value, rounding, step)


@given(one=exact_amounts("USD"), other=exact_amounts("USD"), rounding=roundings())
def test_settle_keeps_order(one: ExactMoney, other: ExactMoney, rounding: Rounding) -> None:
    """A larger amount is never settled below a smaller one."""
    laws.settle_keeps_order(settle, one, other, rounding)


@given(amount=moneys(), parts=weights())
@example(amount=usd("1.00"), parts=[1, 1, 1])
@example(amount=usd("-0.01"), parts=[0, 1, 1])
def test_split_sums_to_the_whole(amount: Money, parts: Sequence[int]) -> None:
    """The parts sum to the whole for every currency and sign."""
    laws.split_sums_to_the_whole(split, amount, parts)


@given(amount=moneys(), parts=weights())
def test_split_parts_are_fair(amount: Money, parts: Sequence[int]) -> None:
    """Each part is less than one minor unit from its exact share."""
    laws.split_parts_are_fair(split, amount, parts)


@given(minor=st.integers(-(10**30), 10**30), code=currency_codes())
def test_minor_units_come_back(minor: int, code: str) -> None:
    """An int of minor units becomes Money and the same int again."""
    laws.minor_units_come_back(from_minor, minor, code)


@given(amount=moneys(), parts=weights(), value=exact_amounts("USD"), rounding=roundings())
def test_results_ignore_the_ambient_context(
    amount: Money, parts: Sequence[int], value: ExactMoney, rounding: Rounding
) -> None:
    """No decimal context of a caller changes a result."""
    laws.ignores_the_ambient_context(
        lambda: (
            [str(part) for part in map(to_minor, split(amount, parts))],
            to_minor(settle(value, rounding=rounding)),
            to_minor(money("12345.67", "USD")),
            str(value),
        )
    )


@given(numerator=st.integers(-(10**9), 10**9), denominator=st.integers(1, 10**6), rounding=roundings())
def test_rounding_is_that_of_decimal(numerator: int, denominator: int, rounding: Rounding) -> None:
    """On a quotient that decimal holds exactly, each mode is decimal's mode of the same name."""
    scaled = Fraction(numerator, 2 * denominator)
    exact = Decimal(numerator * 5) / 10 if denominator == 1 else None
    if exact is not None:
        expected = int(exact.quantize(Decimal(1), rounding=f"ROUND_{rounding.name}"))
        assert expected == round_ratio(scaled.numerator, scaled.denominator, rounding)
    assert numerator == round_ratio(numerator * denominator, denominator, rounding)


def truncate(value: ExactMoney, *, rounding: Rounding, step: Fraction | None) -> Money:
    """Round every mode towards minus infinity."""
    return settle(value, rounding=Rounding.FLOOR, step=step)


def float_settle(value: ExactMoney, *, rounding: Rounding, step: Fraction | None) -> Money:
    """Round in floats to half the decimals that the currency has."""
    return settle(ExactMoney(int(value.amount), value.currency), rounding=rounding, step=step)


@pytest.mark.parametrize(
    ("broken", "value", "rounding"),
    [
        (truncate, "0.009", Rounding.HALF_UP),
        (truncate, "0.001", Rounding.UP),
        (truncate, "-0.001", Rounding.DOWN),
        (truncate, "0.001", Rounding.CEILING),
        (float_settle, "0.99", Rounding.FLOOR),
    ],
)
def test_a_careless_settle_breaks_the_law(broken: laws.Settle, value: str, rounding: Rounding) -> None:
    """A rounding that errs by more, or in the wrong direction, is found."""
    with pytest.raises(AssertionError):
        laws.settle_errs_less_than_a_step(broken, ExactMoney(value, "USD"), rounding, None)


def test_a_settle_off_its_step_breaks_the_law() -> None:
    """A rounding that forgets the step is found."""

    def stepless(value: ExactMoney, *, rounding: Rounding, step: Fraction | None) -> Money:
        return settle(value, rounding=rounding)

    with pytest.raises(AssertionError):
        laws.settle_errs_less_than_a_step(stepless, ExactMoney("7.52", "CHF"), Rounding.HALF_UP, Fraction(1, 20))


def test_a_settle_out_of_order_breaks_the_law() -> None:
    """A rounding that swaps two amounts is found."""

    def mirrored(value: ExactMoney, *, rounding: Rounding, step: Fraction | None) -> Money:
        return settle(-value, rounding=rounding)

    with pytest.raises(AssertionError):
        laws.settle_keeps_order(mirrored, ExactMoney(1, "USD"), ExactMoney(2, "USD"), Rounding.HALF_UP)


def lossy(amount: Money, parts: Sequence[int]) -> list[Money]:
    """Drop the cents that are left over."""
    return [from_minor(to_minor(amount) * part // sum(parts), "USD") for part in parts]


def short(amount: Money, parts: Sequence[int]) -> list[Money]:
    """Give everything to one part."""
    return [amount]


def greedy(amount: Money, parts: Sequence[int]) -> list[Money]:
    """Give everything to the first part."""
    return [amount, *(from_minor(0, "USD") for _ in parts[1:])]


def foreign(amount: Money, parts: Sequence[int]) -> list[Money]:
    """Change the currency on the way."""
    return [from_minor(part, "JPY") for part in map(to_minor, split(amount, parts))]


@pytest.mark.parametrize("broken", [lossy, short, foreign])
def test_a_split_that_loses_breaks_the_law(broken: laws.Split) -> None:
    """Lost cents, lost parts and changed currencies are found."""
    with pytest.raises(AssertionError):
        laws.split_sums_to_the_whole(broken, usd("1.00"), [1, 1, 1])


def test_an_unfair_split_breaks_the_law() -> None:
    """A part that is far from its share is found."""
    with pytest.raises(AssertionError):
        laws.split_parts_are_fair(greedy, usd("1.00"), [1, 1, 1])


def test_lost_minor_units_break_the_law() -> None:
    """Money that is not worth its minor units is found."""
    with pytest.raises(AssertionError):
        laws.minor_units_come_back(lambda minor, code: from_minor(minor // 2, code), 5, "USD")


def careless(amount: Decimal) -> Callable[[], Decimal]:
    """Divide in the context of the caller."""
    return lambda: amount / 3


def test_ambient_decimals_break_the_law() -> None:
    """A division under the caller's context is found."""
    with pytest.raises((AssertionError, ArithmeticError)):
        laws.ignores_the_ambient_context(careless(Decimal("29.99")))
