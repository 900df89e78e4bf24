"""The one door through which numbers enter: exact ones only.

A float has lost the number that its author meant before we see it, so it is refused rather than repaired.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction

from renewkit.errors import ExactNumberError, NonFiniteError, RangeError

__all__ = ["Number", "count", "fraction", "whole"]

_KINDS = "an int, a Decimal, a Fraction or a decimal string"

Number = int | str | Decimal | Fraction
"""What an exact number may be given as: `3`, `"0.029"`, `Decimal("0.029")`, `Fraction(1, 3)`."""


def fraction(value: Number) -> Fraction:
    """Return the number exactly.

    Raises `ExactNumberError` for floats, bools and text that is no number, `NonFiniteError` for NaN and infinity.

    >>> fraction("0.029")
    Fraction(29, 1000)
    """
    if type(value) is int or isinstance(value, Fraction):
        return Fraction(value)
    if isinstance(value, str):
        value = _decimal(value)
    if not isinstance(value, Decimal):
        remedy = 'write the number as a decimal string, such as "0.1"; a float has already lost it'
        raise ExactNumberError(_KINDS, value, remedy)
    if not value.is_finite():
        raise NonFiniteError("a finite number", str(value), "leave the value out where there is none")
    return Fraction(value)


def count(value: Number) -> Fraction:
    """Return a quantity: an exact number that is not negative.

    >>> count("2.5")
    Fraction(5, 2)
    """
    number = fraction(value)
    if number < 0:
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


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ExactNumberError(_KINDS, text, "write digits with a point, without separators") from None
