"""A price compiled to straight pieces: one bisect, one multiply-add, one rounding.

What `quote` explains line by line, `charge` reads from a compiled price: for each tier a constant and a slope, as ints
over one common denominator of the minor unit, so that nothing is rounded before the end.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Iterable
from decimal import Decimal, Inexact
from fractions import Fraction
from math import lcm
from typing import Final

from moneyed import Currency, Money

from renewkit.policies.pricing.tiers import Beyond, out_of_range
from renewkit.values.currency import MINOR_UNITS
from renewkit.values.line import Quote
from renewkit.values.money import Rounding, from_minor, round_ratio, scaled
from renewkit.values.number import Number, count

__all__ = ["Curve", "Piece", "Straight", "charged", "closing", "compiled", "slim"]

Piece = tuple[Fraction | None, Fraction, Fraction]
"""Up to here (inclusive; None is open) a price is this constant plus this slope times the quantity, in major units."""

_HALF_UP: Final = Rounding.HALF_UP


Curve = tuple[tuple[int | Fraction, ...], list[tuple[int, int]], list[tuple[int, int]], int, int, Decimal, Currency]
"""The bounds of a price; for each piece a constant and a slope as ints, then both doubled with the half that rounds
up added; the denominator of the first and of the second; and the way to Money. A bare tuple, as it unpacks fastest.
"""


def compiled(pieces: Iterable[Piece], unit: Currency) -> Curve:
    """Return the curve of these pieces.

    >>> from renewkit.values.currency import currency
    >>> pieces = [(Fraction(10), Fraction(0), Fraction(5)), (None, Fraction(15), Fraction(7, 2))]
    >>> charged(compiled(pieces, currency("USD")), 12, Rounding.HALF_UP)
    Money('57.00', 'USD')
    """
    kept = list(pieces)
    digits = MINOR_UNITS[unit.code]
    scale = Fraction(10**digits)
    numbers = [number * scale for _, constant, slope in kept for number in (constant, slope)]
    denominator = lcm(*(number.denominator for number in numbers))
    ints = [number.numerator * (denominator // number.denominator) for number in numbers]
    lines = list(zip(ints[::2], ints[1::2], strict=True))
    bounds = tuple(slim(up_to) for up_to, _, _ in kept if up_to is not None)
    halves = [(2 * constant + denominator, 2 * slope) for constant, slope in lines]
    return bounds, lines, halves, denominator, 2 * denominator, Decimal(-digits), unit


class Straight(ABC):
    """A price that is straight between its bounds, compiled when it first charges.

    A subclass has a field `_curve` and gives `_pieces`, which are none where blocks make steps of the price.
    """

    # A field rather than a cached property, which would slow down every attribute of a class with slots.
    __slots__ = ()

    _curve: Curve | None

    @property
    @abstractmethod
    def currency(self) -> Currency:
        """The currency that it is in."""

    @abstractmethod
    def quote(self, quantity: Number, *, since: Number = 0) -> Quote:
        """Return the exact price of the quantity beyond `since`, and why."""

    def charge(self, quantity: Number, *, rounding: Rounding = Rounding.HALF_UP) -> Money:
        """Return the price of so many units, rounded once; `QuantityOutOfRangeError` above a bounded last tier."""
        curve = self._curve
        if curve is not None and type(quantity) is int and rounding is _HALF_UP and quantity >= 0:
            bounds, _, halves, denominator, double, exponent, unit = curve
            index = bisect_left(bounds, quantity)
            if index < len(halves):
                # Half up is a floor division of doubled numbers, floor((2n + d) / 2d), while nothing is negative.
                constant, slope = halves[index]
                doubled = constant + slope * quantity
                if doubled >= denominator:
                    try:
                        return Money(scaled(doubled // double, exponent), unit)
                    except Inexact:
                        pass
        return self._charge(quantity, rounding)

    def _charge(self, quantity: Number, rounding: Rounding) -> Money:
        curve = self._curve
        if curve is None:
            pieces = tuple(self._pieces())
            if not pieces:
                return self.quote(quantity).settle(rounding=rounding)
            curve = compiled(pieces, self.currency)
            object.__setattr__(self, "_curve", curve)
            return self.charge(quantity, rounding=rounding)
        return charged(curve, quantity, rounding)

    @abstractmethod
    def _pieces(self) -> Iterable[Piece]:
        """Return the pieces, or none."""


def charged(curve: Curve, quantity: Number, rounding: Rounding) -> Money:
    """Return the price of so many units on a curve, rounded once; `QuantityOutOfRangeError` above its last piece.

    >>> from renewkit.values.currency import currency
    >>> charged(compiled([(None, Fraction(0), Fraction("0.0035"))], currency("USD")), 1_001, Rounding.HALF_UP)
    Money('3.50', 'USD')
    """
    bounds, pieces, _, denominator, _, _, unit = curve
    units = slim(count(quantity))
    index = bisect_left(bounds, units)
    if index == len(pieces):
        raise out_of_range(Fraction(bounds[-1]), units)
    constant, slope = pieces[index]
    value = Fraction(constant + slope * units)
    return from_minor(round_ratio(value.numerator, value.denominator * denominator, rounding), unit)


def closing(up_to: Fraction | None, beyond: Beyond) -> Fraction | None:
    """Return where the last piece of a price ends: nowhere if its last tier goes on.

    >>> closing(Fraction(10), Beyond.LAST) is None
    True
    """
    return None if beyond is Beyond.LAST else up_to


def slim(number: Fraction) -> int | Fraction:
    """Return a whole number as an int, which is quicker to count with.

    >>> slim(Fraction(10)), slim(Fraction(1, 2))
    (10, Fraction(1, 2))
    """
    return number.numerator if number.denominator == 1 else number
