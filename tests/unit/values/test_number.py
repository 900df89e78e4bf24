"""The door for numbers."""

import decimal
from decimal import Decimal
from fractions import Fraction

import pytest

from renewkit.errors import ExactNumberError, NonFiniteError, RangeError
from renewkit.values.number import Number, count, fraction, plain, whole


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, Fraction(3)),
        ("0.029", Fraction(29, 1000)),
        ("-1e2", Fraction(-100)),
        (Decimal("1.50"), Fraction(3, 2)),
        (Fraction(1, 3), Fraction(1, 3)),
    ],
)
def test_exact_numbers_enter_exactly(value: Number, expected: Fraction) -> None:
    """Ints, decimals, fractions and decimal strings keep their exact value."""
    assert expected == fraction(value)


@pytest.mark.parametrize("value", [0.1, float("nan"), True, None, b"1", [1]])
def test_inexact_numbers_are_refused(value: object) -> None:
    """Floats, bools and what is no number are refused."""
    with pytest.raises(ExactNumberError):
        fraction(value)  # type: ignore[arg-type]  # on purpose


@pytest.mark.parametrize("text", ["", "abc", "1,5", "1_000", " 1", "0x10"])
def test_text_that_is_no_number_is_refused(text: str) -> None:
    """A decimal string has digits and a point, no separators and no blanks."""
    with pytest.raises(ExactNumberError, match="without separators"):
        fraction(text)


def test_text_is_refused_under_any_decimal_context() -> None:
    """A caller's context without traps does not turn bad text into NaN."""
    with decimal.localcontext(decimal.Context(traps=[])), pytest.raises(ExactNumberError):
        fraction("abc")


@pytest.mark.parametrize("value", ["NaN", "Infinity", Decimal("-Infinity"), Decimal("sNaN")])
def test_non_finite_numbers_are_refused(value: str | Decimal) -> None:
    """NaN and infinity are no numbers to bill with."""
    with pytest.raises(NonFiniteError):
        fraction(value)


@pytest.mark.parametrize("value", ["1e60", "1e999999999", "1e-61", Decimal("1e-999999")])
def test_endless_numbers_are_refused(value: str | Decimal) -> None:
    """More than 60 digits on a side of the point would cost memory instead of money."""
    with pytest.raises(RangeError, match="60 digits"):
        fraction(value)


def test_a_subclass_of_fraction_becomes_plain() -> None:
    """What comes out is a plain Fraction."""

    class Half(Fraction):
        pass

    assert Fraction is type(fraction(Half(1, 2)))


def test_negative_quantities_are_refused() -> None:
    """A quantity counts things; a return is a credit."""
    with pytest.raises(RangeError, match="got -1: bill a return as a credit"):
        count("-1")


@pytest.mark.parametrize("value", [0, "2.5"])
def test_quantities_may_be_fractions(value: Number) -> None:
    """Zero and parts of a unit are quantities."""
    assert Fraction(value) == count(value)


def test_whole_takes_ints_only() -> None:
    """A float or a bool that happens to be whole is refused."""
    for value in (1.0, True):
        with pytest.raises(ExactNumberError, match="day of month from 1 to 31"):
            whole(value, least=1, most=31, name="day of month")  # type: ignore[arg-type]  # on purpose


@pytest.mark.parametrize(("value", "most"), [(0, 31), (32, 31), (0, None)])
def test_whole_keeps_bounds(value: int, most: int | None) -> None:
    """A number outside its bounds is refused, with both in the message."""
    with pytest.raises(RangeError, match="day"):
        whole(value, least=1, most=most, name="day")


def test_whole_returns_the_number() -> None:
    """Bounds are inclusive."""
    assert [1, 31] == [whole(value, least=1, most=31, name="day") for value in (1, 31)]


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        (Fraction(0), 0, "0"),
        (Fraction(0), 2, "0.00"),
        (Fraction(-1, 8), 2, "-0.125"),
        (Fraction(5), 3, "5.000"),
        (Fraction(1, 4), 3, "0.250"),
        (Fraction(1, 3), 2, "1/3"),
        (Fraction(1, 11), 2, "1/11"),
        (Fraction(10**30), 0, "1" + "0" * 30),
    ],
)
def test_plain_writes_every_decimal(value: Fraction, places: int, expected: str) -> None:
    """Numbers are written in full, or as a fraction where their decimals never end."""
    assert expected == plain(value, places=places)


def test_plain_asks_for_no_decimals_by_itself() -> None:
    """Without places a number has the decimals that it needs."""
    assert ["5", "0.5"] == [plain(5), plain(Fraction(1, 2))]
