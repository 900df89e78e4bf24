"""A price compiled to straight pieces: one bisect, one multiply-add, one rounding.

What `quote` explains line by line, `charge` reads from a `Curve`: for each tier a constant and a slope, as ints over
one common denominator of the minor unit, so that nothing is rounded before the end.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from fractions import Fraction
from math import lcm

from moneyed import Currency, Money

from renewkit.policies.pricing.tiers import Beyond, out_of_range
from renewkit.values.currency import MINOR_UNITS
from renewkit.values.money import Rounding, from_minor, round_ratio
from renewkit.values.number import Number, count

__all__ = ["Curve", "Piece", "closing"]

Piece = tuple[Fraction | None, Fraction, Fraction]
"""Up to here (inclusive; None is open) a price is this constant plus this slope times the quantity, in major units."""


class Curve:
    """A piecewise straight price in one currency.

    >>> from renewkit.values.currency import currency
    >>> curve = Curve([(Fraction(10), Fraction(0), Fraction(5)), (None, Fraction(15), Fraction(7, 2))], currency("USD"))
    >>> curve.charge(12, Rounding.HALF_UP)
    Money('57.00', 'USD')
    """

    __slots__ = ("_bounds", "_constants", "_denominator", "_pieces", "_slopes", "_unit")

    def __init__(self, pieces: Iterable[Piece], unit: Currency) -> None:
        """Scale all constants and slopes to ints over one denominator."""
        kept = list(pieces)
        scale = Fraction(10 ** MINOR_UNITS[unit.code])
        numbers = [number * scale for _, constant, slope in kept for number in (constant, slope)]
        common = lcm(*(number.denominator for number in numbers))
        ints = [number.numerator * (common // number.denominator) for number in numbers]
        self._bounds = [_slim(up_to) for up_to, _, _ in kept if up_to is not None]
        self._constants, self._slopes = ints[::2], ints[1::2]
        self._denominator, self._unit, self._pieces = common, unit, len(kept)

    def charge(self, quantity: Number, rounding: Rounding) -> Money:
        """Return the price of so many units, rounded once; `QuantityOutOfRangeError` above the last piece."""
        units = quantity if type(quantity) is int and quantity >= 0 else _slim(count(quantity))
        index = bisect_left(self._bounds, units)
        if index == self._pieces:
            raise out_of_range(Fraction(self._bounds[-1]), units)
        value = self._constants[index] + self._slopes[index] * units
        if type(value) is int:
            return from_minor(round_ratio(value, self._denominator, rounding), self._unit)
        return from_minor(round_ratio(value.numerator, value.denominator * self._denominator, rounding), self._unit)


def closing(up_to: Fraction | None, beyond: Beyond) -> Fraction | None:
    """Return where the last piece of a price ends: nowhere if its last tier goes on."""
    return None if beyond is Beyond.LAST else up_to


def _slim(number: Fraction) -> int | Fraction:
    return number.numerator if number.denominator == 1 else number
