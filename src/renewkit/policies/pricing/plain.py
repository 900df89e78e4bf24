"""Prices without tiers: one flat amount, so much a unit, so much a package."""

from __future__ import annotations

from enum import Enum
from fractions import Fraction
from typing import ClassVar

import attrs
from moneyed import Currency, Money

from renewkit.errors import ConfigurationError, RangeError
from renewkit.policies.pricing.curve import Curve, Piece, Straight, slim
from renewkit.policies.pricing.tiers import window
from renewkit.values.currency import minor_digits
from renewkit.values.line import Line, Quote
from renewkit.values.money import ExactMoney, Rounding, exact, exact_amount, from_minor, round_ratio, settle
from renewkit.values.number import Number, count, plain

__all__ = ["Flat", "Package", "Partial", "PerUnit"]


class Partial(Enum):
    """What a started package costs."""

    UP = "up"
    """As much as a whole one. The default."""
    DOWN = "down"
    """Nothing until it is full."""


def _partial(value: Partial) -> Partial:
    if not isinstance(value, Partial):
        raise ConfigurationError("a member of Partial", value, "choose Partial.UP or Partial.DOWN")
    return value


@attrs.frozen
class Flat:
    """The same amount for any quantity.

    >>> Flat(Money("29.99", "USD")).charge()
    Money('29.99', 'USD')
    """

    kind: ClassVar[str] = "flat"

    amount: ExactMoney = attrs.field(converter=exact_amount)

    @property
    def currency(self) -> Currency:
        """The currency that it is in."""
        return self.amount.currency

    def quote(self, quantity: Number = 1, *, since: Number = 0) -> Quote:
        """Return the amount and why; nothing where some of the quantity has been billed, because the amount was too."""
        if window(quantity, since)[1]:
            return Quote.of((), self.currency)
        return Quote(self.amount, (Line("flat", self.amount, why=f"flat {self.amount}"),))

    def charge(self, quantity: Number = 1, *, rounding: Rounding = Rounding.HALF_UP) -> Money:
        """Return the amount, rounded once."""
        count(quantity)
        return settle(self.amount, rounding=rounding)

    def scaled(self, factor: Number) -> Flat:
        """Return the price multiplied exactly."""
        return Flat(self.amount * factor)


@attrs.frozen
class PerUnit(Straight):
    """So much for each unit, the first `free` ones excepted.

    >>> PerUnit(Money("0.0035", "USD")).charge(1_001)
    Money('3.50', 'USD')
    """

    kind: ClassVar[str] = "per_unit"

    unit: ExactMoney = attrs.field(converter=exact)
    free: Fraction = attrs.field(default=Fraction(), kw_only=True, converter=count)
    _curve: Curve | None = attrs.field(default=None, init=False, eq=False, repr=False)

    @property
    def currency(self) -> Currency:
        """The currency that it is in."""
        return self.unit.currency

    def quote(self, quantity: Number, *, since: Number = 0) -> Quote:
        """Return the exact price of the units beyond `since`, and why."""
        reached, billed = window(quantity, since, self.free)
        units = reached - billed
        why = f"{plain(units)} at {self.unit}"
        if self.free:
            why += f", after {plain(self.free)} free"
        line = Line("unit", self.unit * units, why=why, quantity=units, unit=self.unit)
        return Quote(line.amount, (line,))

    def scaled(self, factor: Number) -> PerUnit:
        """Return the price multiplied exactly."""
        return PerUnit(self.unit * factor, free=self.free)

    def _pieces(self) -> list[Piece]:
        slope = self.unit.amount
        paid = (None, -slope * self.free, slope)
        return [(self.free, Fraction(), Fraction()), paid] if self.free else [paid]


@attrs.frozen
class Package:
    """So much for each package of `size` units, the first `free` units excepted.

    >>> Package(size=100, each=Money("9.00", "USD")).charge(101)
    Money('18.00', 'USD')
    """

    kind: ClassVar[str] = "package"

    size: Fraction = attrs.field(converter=count)
    each: ExactMoney = attrs.field(converter=exact)
    partial: Partial = attrs.field(default=Partial.UP, kw_only=True, converter=_partial)
    free: Fraction = attrs.field(default=Fraction(), kw_only=True, converter=count)
    _ints: tuple[int | Fraction, int | Fraction, int] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Refuse a package of nothing."""
        if not self.size:
            raise RangeError("a package of more than 0 units", "0", "say how many units a package holds")
        object.__setattr__(self, "_ints", (slim(self.free), slim(self.size), 10 ** minor_digits(self.currency)))

    @property
    def currency(self) -> Currency:
        """The currency that it is in."""
        return self.each.currency

    def paid(self, quantity: Number) -> Fraction:
        """Return how many units are paid for: those beyond the free ones."""
        return max(count(quantity) - self.free, Fraction())

    def packages(self, quantity: Number) -> int:
        """Return how many packages are paid for.

        >>> Package(100, Money("9.00", "USD")).packages(101)
        2
        """
        if type(quantity) is int and quantity >= 0:
            free, size, _ = self._ints
            units: int | Fraction = quantity - free if quantity > free else 0
        else:
            units, size = self.paid(quantity), self.size
        return -(-units // size) if self.partial is Partial.UP else units // size

    def quote(self, quantity: Number, *, since: Number = 0) -> Quote:
        """Return the exact price of the packages beyond those of `since`, and why."""
        reached, billed = window(quantity, since)
        packages = self.packages(reached) - self.packages(billed)
        why = f"{packages} packages of {plain(self.size)} at {self.each}"
        if self.free:
            why += f", after {plain(self.free)} free units"
        line = Line("package", self.each * packages, why=why, quantity=Fraction(packages), unit=self.each)
        return Quote(line.amount, (line,))

    def charge(self, quantity: Number, *, rounding: Rounding = Rounding.HALF_UP) -> Money:
        """Return the price of so many units, rounded once."""
        each, scale = self.each.amount, self._ints[2]
        minor = round_ratio(each.numerator * self.packages(quantity) * scale, each.denominator, rounding)
        return from_minor(minor, self.currency)

    def scaled(self, factor: Number) -> Package:
        """Return the price multiplied exactly; the size stays."""
        return Package(self.size, self.each * factor, partial=self.partial, free=self.free)
