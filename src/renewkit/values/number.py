"""The one door through which numbers enter: exact ones only.

A float has lost the number that its author meant before we see it, so it is refused rather than repaired. Decimals have
at most 60 digits before and 60 after the point: more is a mistake or an attack, and would cost memory instead of money.
"""

from __future__ import annotations

from decimal import Context, Decimal, InvalidOperation
from fractions import Fraction
from typing import Final

from renewkit.errors import ExactNumberError, NonFiniteError, RangeError

__all__ = ["Number", "count", "fraction", "plain", "whole"]

_KINDS = "an int, a Decimal, a Fraction or a decimal string"
_DIGITS: Final = 60
# Only its trap matters, as the constructor of Decimal never rounds; private, so that nobody's context changes a result.
_STRICT: Final = Context(traps=[InvalidOperation])

Number = int | str | Decimal | Fraction
"""What an exact number may be given as: `3`, `"0.029"`, `Decimal("0.029")`, `Fraction(1, 3)`."""


def fraction(value: Number) -> Fraction:
    """Return the number exactly.

    Raises `ExactNumberError` for floats, bools and text that is no number, `NonFiniteError` for NaN and infinity,
    `RangeError` for a decimal with more than 60 digits before or after the point.

    >>> fraction("0.029")
    Fraction(29, 1000)
    """
    if type(value) is Fraction:
        return value
    if type(value) is int or isinstance(value, Fraction):
        return Fraction(value)
    if isinstance(value, str):
        value = _decimal(value)
    if not isinstance(value, Decimal):
        remedy = 'write the number as a decimal string, such as "0.1"; a float has already lost it'
        raise ExactNumberError(_KINDS, value, remedy)
    if not value.is_finite():
        raise NonFiniteError("a finite number", str(value), "leave the value out where there is none")
    exponent = value.as_tuple().exponent
    if value.adjusted() >= _DIGITS or int(exponent) < -_DIGITS:
        raise RangeError(f"at most {_DIGITS} digits before and after the point", str(value), "check its source")
    return Fraction(value)


def count(value: Number) -> Fraction:
    """Return a quantity: an exact number that is not negative.

    >>> count("2.5")
    Fraction(5, 2)
    """
    number = fraction(value)
    if number.numerator < 0:
        raise RangeError("a quantity of 0 or more", str(value), "bill a return as a credit, not as a negative quantity")
    return number


def whole(value: int, *, least: int, most: int | None = None, name: str) -> int:
    """Return an int within `[least, most]`.

    >>> whole(31, least=1, most=31, name="day of month")
    31
    """
    bounds = f"{name} of {least} or more" if most is None else f"{name} from {least} to {most}"
    if type(value) is not int:
        raise ExactNumberError(f"a whole number as {bounds}", value, "pass an int")
    if value < least or (most is not None and value > most):
        raise RangeError(bounds, value, "choose a number inside the range")
    return value


def plain(value: int | Fraction, *, places: int = 0) -> str:
    """Return the number as people write it: every decimal that it has, and at least `places` of them.

    A number whose decimals never end is written as a fraction.

    >>> plain(Fraction(7, 2000)), plain(Fraction(5), places=2), plain(Fraction(-1, 3))
    ('0.0035', '5.00', '-1/3')
    """
    numerator, denominator, digits = value.numerator, value.denominator, places
    if 10**places % denominator:
        twos, rest = _power(denominator, 2)
        fives, rest = _power(rest, 5)
        if rest != 1:
            return str(value)
        digits = max(twos, fives)
    text = str(abs(numerator) * 10**digits // denominator).zfill(digits + 1)
    sign = "-" if numerator < 0 else ""
    return f"{sign}{text[:-digits]}.{text[-digits:]}" if digits else sign + text


def _decimal(text: str) -> Decimal:
    try:
        if "_" not in text and text == text.strip():
            return Decimal(text, _STRICT)
    except InvalidOperation:
        pass
    raise ExactNumberError(_KINDS, text, "write digits with a point, without separators")


def _power(number: int, prime: int) -> tuple[int, int]:
    power = 0
    while number % prime == 0:
        number //= prime
        power += 1
    return power, number
