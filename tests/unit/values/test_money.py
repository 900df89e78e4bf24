"""Exact and chargeable money."""

import decimal
from decimal import Decimal
from fractions import Fraction

import pytest
from moneyed import Money

from renewkit.errors import (
    AmountPrecisionError,
    ConfigurationError,
    CurrencyMismatchError,
    ExactNumberError,
    MoneyExpectedError,
    NonFiniteError,
    RangeError,
    UnknownCurrencyError,
    WeightsError,
)
from renewkit.values.currency import currency
from renewkit.values.money import (
    ExactMoney,
    Remainder,
    Rounding,
    exact,
    exact_amount,
    from_minor,
    money,
    money_in,
    round_ratio,
    same_currency,
    settle,
    split,
    split_minor,
    to_minor,
    total,
    usd,
)

# value in halves -> the int that each mode gives, as decimal's modes of the same name do
ROUNDED = {
    Rounding.HALF_UP: {-5: -3, -3: -2, -1: -1, 1: 1, 3: 2, 5: 3},
    Rounding.HALF_EVEN: {-5: -2, -3: -2, -1: 0, 1: 0, 3: 2, 5: 2},
    Rounding.HALF_DOWN: {-5: -2, -3: -1, -1: 0, 1: 0, 3: 1, 5: 2},
    Rounding.UP: {-5: -3, -1: -1, 1: 1, 5: 3},
    Rounding.DOWN: {-5: -2, -1: 0, 1: 0, 5: 2},
    Rounding.CEILING: {-5: -2, -1: 0, 1: 1, 5: 3},
    Rounding.FLOOR: {-5: -3, -1: -1, 1: 0, 5: 2},
}


@pytest.mark.parametrize("mode", Rounding)
def test_ties_go_where_the_mode_says(mode: Rounding) -> None:
    """Every mode rounds halves of both signs as decimal does."""
    assert ROUNDED[mode] == {halves: round_ratio(halves, 2, mode) for halves in ROUNDED[mode]}
    by_decimal = {
        halves: int((Decimal(halves) / 2).quantize(Decimal(1), rounding=f"ROUND_{mode.name}"))
        for halves in ROUNDED[mode]
    }
    assert by_decimal == ROUNDED[mode]


@pytest.mark.parametrize("mode", [Rounding.HALF_UP, Rounding.HALF_EVEN, Rounding.HALF_DOWN])
def test_halves_modes_take_the_nearest(mode: Rounding) -> None:
    """What is no tie goes to the nearest."""
    assert [0, 1, 0, -1] == [round_ratio(number, 100, mode) for number in (49, 51, -49, -51)]


def test_whole_amounts_are_not_rounded() -> None:
    """A whole quotient stays in every mode."""
    assert {4} == {round_ratio(8, 2, mode) for mode in Rounding}


def test_cash_rounds_to_its_step() -> None:
    """Swiss cash is paid in steps of five centimes, Taiwan dollars in whole ones."""
    assert [Money("7.50", "CHF"), Money("7.55", "CHF")] == [
        settle(ExactMoney(amount, "CHF"), step="0.05") for amount in ("7.524", "7.525")
    ]
    assert money("321", "TWD") == settle(ExactMoney("320.5", "TWD"), step=1)


@pytest.mark.parametrize("step", [0, "-0.05", "0.005"])
def test_a_step_is_whole_minor_units(step: str | int) -> None:
    """A step that nobody can pay is refused."""
    with pytest.raises(RangeError, match="step"):
        settle(ExactMoney(1, "USD"), step=step)


def test_currencies_settle_at_their_own_digits() -> None:
    """Yen have no decimals, dinars three."""
    assert [Money("3", "JPY"), Money("3.142", "BHD")] == [
        settle(ExactMoney("3.14159", code)) for code in ("JPY", "BHD")
    ]


def test_exact_money_calculates() -> None:
    """Sums, differences, products and opposites are exact."""
    third, one = ExactMoney(Fraction(1, 3), "USD"), ExactMoney(1, "USD")
    assert (one, one, True) == (third + third + third, third * 3, (one - one).is_zero)
    assert ExactMoney(-1, "USD") == -one


def test_exact_money_is_read_by_people() -> None:
    """It is written with its decimals, at least those of its currency."""
    assert ["5.00 USD", "0.0035 USD", "1/3 USD", "5 JPY"] == [
        str(value)
        for value in (
            ExactMoney(5, "USD"),
            ExactMoney("0.0035", "USD"),
            ExactMoney(Fraction(1, 3), "USD"),
            ExactMoney(5, "JPY"),
        )
    ]


@pytest.mark.parametrize("verb", ["__add__", "__sub__"])
def test_currencies_never_mix(verb: str) -> None:
    """Two currencies in one sum are refused by name."""
    with pytest.raises(CurrencyMismatchError, match="expected an amount in USD, got EUR"):
        getattr(ExactMoney(1, "USD"), verb)(ExactMoney(1, "EUR"))


def test_money_is_whole_minor_units() -> None:
    """A finer amount is refused, with the amount and the digits."""
    with pytest.raises(AmountPrecisionError, match=r"at most 2 decimals, got USD 1.005: settle it first"):
        money("1.005", "USD")
    with pytest.raises(AmountPrecisionError, match="JPY 1/3"):
        money(Fraction(1, 3), "JPY")


def test_messages_ignore_the_ambient_context() -> None:
    """A caller's decimal context neither breaks nor changes a message."""
    with (
        decimal.localcontext(decimal.Context(prec=1, traps=[decimal.Inexact])),
        pytest.raises(AmountPrecisionError, match=r"1234\.567"),
    ):
        money("1234.567", "USD")


def test_examples_may_hold_unit_prices() -> None:
    """usd() takes what Money takes: cents, and unit prices of up to 12 decimals."""
    assert [Money("5.00", "USD"), Money("0.0035", "USD")] == [usd(5), usd("0.0035")]
    assert "5.00" == str(usd(5).amount)
    with pytest.raises(AmountPrecisionError, match="12 decimals"):
        usd("0.0000000000001")


@pytest.mark.parametrize("value", ["5.00", 5, Decimal(5), ExactMoney(5, "USD"), None])
def test_only_money_is_money(value: object) -> None:
    """Numbers without a currency are refused at the door."""
    with pytest.raises(MoneyExpectedError):
        to_minor(value)  # type: ignore[arg-type]  # on purpose


def test_money_comes_in_as_a_copy() -> None:
    """The owner of a Money may change it later without changing ours."""
    owned = Money("2.5", "USD")
    assert owned == money_in(owned)
    assert owned is not money_in(owned)


@pytest.mark.parametrize(
    ("amount", "error"),
    [
        ("NaN", NonFiniteError),
        ("sNaN", NonFiniteError),
        ("Infinity", NonFiniteError),
        ("1.005", AmountPrecisionError),
        ("0." + "1" * 59 + "5", AmountPrecisionError),
        ("1" * 61, RangeError),
        ("1e999999", RangeError),
    ],
)
def test_bad_amounts_are_refused(amount: str, error: type[Exception]) -> None:
    """Non-finite, fine and endless amounts have no minor units."""
    with pytest.raises(error):
        to_minor(Money(Decimal(amount), "USD"))


def test_amounts_of_many_digits_are_exact() -> None:
    """Up to 60 digits nothing is rounded; past them nothing is made."""
    digits = int("7" * 60)
    assert digits == to_minor(from_minor(digits, "USD"))
    for minor in (int("7" * 61), int("-" + "7" * 61), 7 * 10**4000 + 7):
        with pytest.raises(RangeError, match="60 digits"):
            from_minor(minor, "USD")


def test_long_decimals_that_end_in_zeros_are_read() -> None:
    """An amount written with more zeros than the context holds is still its minor units."""
    assert 100 == to_minor(Money(Decimal("1." + "0" * 58), "USD"))
    assert 10 == to_minor(Money(Decimal("0.1" + "0" * 59), "USD"))


def test_unknown_currencies_have_no_minor_units() -> None:
    """A currency that the table does not hold is refused everywhere."""
    with pytest.raises(UnknownCurrencyError):
        from_minor(1, "XAU")
    with pytest.raises(UnknownCurrencyError):
        to_minor(Money(1, "XAU"))


def test_exact_takes_both_kinds_of_money() -> None:
    """Money and ExactMoney become ExactMoney; unit prices may be finer than their currency."""
    value = ExactMoney("0.0035", "USD")
    assert value is exact(value)
    assert value == exact(Money("0.0035", "USD"))
    with pytest.raises(MoneyExpectedError):
        exact("0.0035")  # type: ignore[arg-type]  # on purpose
    with pytest.raises(AmountPrecisionError, match="12 decimals"):
        exact(Money("0.0000000000001", "USD"))
    with pytest.raises(NonFiniteError):
        exact(Money(Decimal("NaN"), "USD"))


def test_split_gives_the_largest_remainders_first() -> None:
    """Left-over cents go to the largest remainders, ties to the earlier part."""
    assert [0, 2, 1] == [to_minor(part) for part in split(usd("0.03"), [1, 4, 2])]
    assert [34, 33, 33] == [to_minor(part) for part in split(usd("1.00"), [1, 1, 1])]
    assert [17, 17, 17, 17, 16, 16] == split_minor(100, [1] * 6)


def test_split_may_leave_the_rest_to_the_last() -> None:
    """With Remainder.LAST the last part that has a weight takes what is left."""
    assert [33, 33, 34, 0] == split_minor(100, [1, 1, 1, 0], remainder=Remainder.LAST)
    assert [50, 50] == split_minor(100, [1, 1], remainder=Remainder.LAST)


def test_split_takes_exact_weights_of_any_kind() -> None:
    """Fractions, decimals and strings are weights too, and one part takes all."""
    parts = split(usd("1.00"), [Fraction(1, 3), "0.5", Decimal("0.25")])
    assert [31, 46, 23] == [to_minor(part) for part in parts]
    assert (usd("1.00"),) == split(usd("1.00"), ["0.1"])


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [3, -1]])
def test_weights_must_share(weights: list[int]) -> None:
    """No weight, only zeros and negative ones cannot share an amount."""
    with pytest.raises(WeightsError):
        split(usd("1.00"), weights)


@pytest.mark.parametrize("weight", [0.5, True])
def test_weights_are_exact(weight: object) -> None:
    """Floats and bools are no weights."""
    with pytest.raises(ExactNumberError):
        split(usd("1.00"), [1, weight])  # type: ignore[list-item]  # on purpose


def test_total_sums_one_currency() -> None:
    """Nothing sums to zero; a second currency is refused."""
    assert [money(0, "JPY"), usd("3.30")] == [total([], "JPY"), total([usd("1.10"), usd("2.20")], "USD")]
    with pytest.raises(CurrencyMismatchError):
        total([usd(1), money(1, "EUR")], "USD")


def test_same_currency_compares_codes() -> None:
    """Equal codes pass."""
    same_currency(currency("USD"), usd(1).currency)


def test_a_word_is_no_rounding() -> None:
    """A mode that is no member of its enumeration is refused where it would decide something."""
    with pytest.raises(ConfigurationError, match="a member of Rounding"):
        settle(ExactMoney("1.005", "USD"), rounding="up")  # type: ignore[arg-type]  # the claim is that it is refused
    with pytest.raises(ConfigurationError, match="a member of Remainder"):
        split(usd("1.00"), [1, 1, 1], remainder="last")  # type: ignore[arg-type]  # as above


def test_whole_dollars_are_dollars() -> None:
    """An int is an amount of dollars, as a decimal string is, and what can be charged has its two decimals."""
    assert usd("5.00") == usd(5)
    assert ["5.00", "0.50", "0.005"] == [str(usd(amount).amount) for amount in (5, "0.5", "0.005")]


def test_a_tie_is_one_in_any_terms() -> None:
    """15 tenths lie half-way between 1 and 2, as 3 halves do."""
    modes = (Rounding.HALF_UP, Rounding.HALF_EVEN, Rounding.HALF_DOWN)
    assert [2, 2, 1] == [round_ratio(15, 10, mode) for mode in modes]
    assert [3, 2, 2] == [round_ratio(25, 10, mode) for mode in modes]
    assert [-2, -2, -1] == [round_ratio(-15, 10, mode) for mode in modes]


def test_an_amount_on_a_bill_has_whole_minor_units() -> None:
    """Money that can be charged passes, and so does an exact amount, however fine."""
    fine = ExactMoney(Fraction(1, 3), "USD")
    assert (ExactMoney("29.99", "USD"), fine) == (exact_amount(usd("29.99")), exact_amount(fine))


def test_a_unit_price_has_twelve_decimals_at_most() -> None:
    """A millionth of a millionth of a dollar is a unit price, a tenth of that is not, and neither is an amount due."""
    assert Fraction(1, 10**12) == exact(Money("0.000000000001", "USD")).amount
    with pytest.raises(AmountPrecisionError):
        exact(Money("0.0000000000001", "USD"))
    with pytest.raises(AmountPrecisionError):
        exact_amount(Money("0.001", "USD"))
