"""Prices without tiers: one flat amount, so much a unit, so much a package."""

from __future__ import annotations

from enum import Enum
from fractions import Fraction
from functools import cached_property
from typing import ClassVar

import attrs
from moneyed import Currency, Money

from renewkit.errors import RangeError
from renewkit.policies.pricing.curve import Curve
from renewkit.policies.pricing.tiers import window
from renewkit.values.line import Line, Quote
from renewkit.values.money import ExactMoney, Rounding, exact, settle
from renewkit.values.number import Number, count, plain

__all__ = ["Flat", "Package", "Partial", "PerUnit"]


class Partial(Enum):
    """What a started package costs."""

    UP = "up"
    """As much as a whole one. The default."""
    DOWN = "down"
    """Nothing until it is full."""


@attrs.frozen
class Flat:
    """The same amount for any quantity.

    >>> Flat(Money("29.99", "USD")).charge()
    Money('29.99', 'USD')
    """

    kind: ClassVar[str] = "flat"

    amount: ExactMoney = attrs.field(converter=exact)

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
class PerUnit:
    """So much for each unit, the first `free` ones excepted.

    >>> PerUnit(Money("0.0035", "USD")).charge(1_001)
    Money('3.50', 'USD')
    """

    kind: ClassVar[str] = "per_unit"

    unit: ExactMoney = attrs.field(converter=exact)
    free: Fraction = attrs.field(default=Fraction(), kw_only=True, converter=count)

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

    def charge(self, quantity: Number, *, rounding: Rounding = Rounding.HALF_UP) -> Money:
        """Return the price of so many units, rounded once."""
        return self._curve.charge(quantity, rounding)

    def scaled(self, factor: Number) -> PerUnit:
        """Return the price multiplied exactly."""
        return PerUnit(self.unit * factor, free=self.free)

    @cached_property
    def _curve(self) -> Curve:
        slope = self.unit.amount
        paid = (None, -slope * self.free, slope)
        return Curve([(self.free, Fraction(), Fraction()), paid] if self.free else [paid], self.currency)


@attrs.frozen
class Package:
    """So much for each package of `size` units, the first `free` units excepted.

    >>> Package(size=100, each=Money("9.00", "USD")).charge(101)
    Money('18.00', 'USD')
    """

    kind: ClassVar[str] = "package"

    size: Fraction = attrs.field(converter=count)
    each: ExactMoney = attrs.field(converter=exact)
    partial: Partial = attrs.field(default=Partial.UP, kw_only=True)
    free: Fraction = attrs.field(default=Fraction(), kw_only=True, converter=count)

    def __attrs_post_init__(self) -> None:
        """Refuse a package of nothing."""
        if not self.size:
            raise RangeError("a package of more than 0 units", "0", "say how many units a package holds")

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
        units = self.paid(quantity)
        return -(-units // self.size) if self.partial is Partial.UP else units // self.size

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
        return settle(self.each * self.packages(quantity), rounding=rounding)

    def scaled(self, factor: Number) -> Package:
        """Return the price multiplied exactly; the size stays."""
        return Package(self.size, self.each * factor, partial=self.partial, free=self.free)
