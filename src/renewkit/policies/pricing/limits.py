"""Least and greatest amounts around a price, and the union of all prices."""

from __future__ import annotations

from typing import ClassVar

import attrs
from moneyed import Currency, Money

from renewkit.policies.pricing.graduated import Graduated
from renewkit.policies.pricing.percentage import GraduatedPercentage, Percentage
from renewkit.policies.pricing.plain import Flat, Package, PerUnit
from renewkit.policies.pricing.volume import Stairstep, Volume
from renewkit.values.line import Line, Quote
from renewkit.values.money import ExactMoney, Rounding, exact, exact_amount, same_currency
from renewkit.values.number import Number, count

__all__ = ["AtLeast", "AtMost", "Price"]


@attrs.frozen
class AtLeast:
    """A price that comes to `minimum` at the least.

    >>> AtLeast(PerUnit(Money("0.10", "USD")), Money("50", "USD")).charge(12)
    Money('50.00', 'USD')
    """

    kind: ClassVar[str] = "at_least"

    price: Price
    minimum: ExactMoney = attrs.field(converter=exact_amount)

    def __attrs_post_init__(self) -> None:
        """Refuse a minimum in another currency."""
        same_currency(self.price.currency or self.minimum.currency, self.minimum.currency)

    @property
    def currency(self) -> Currency:
        """The currency that it is in."""
        return self.minimum.currency

    def quote(self, quantity: Number, *, since: Number = 0) -> Quote:
        """Return the exact price and why, with a line for what is missing to the minimum."""
        quote = self.price.quote(quantity, since=since)
        missing = self._added(quantity)
        if since:
            missing -= self._added(since)
        return quote + _adjustment("minimum", missing, f"at least {self.minimum}")

    def charge(self, quantity: Number, *, rounding: Rounding = Rounding.HALF_UP) -> Money:
        """Return the price of so many units, rounded once."""
        return self.quote(quantity).settle(rounding=rounding)

    def true_up(self, used: Money | ExactMoney, *, share: Number = 1) -> ExactMoney:
        """Return what is missing to the minimum, or to a `share` of it for part of a period; never below zero.

        >>> price = AtLeast(PerUnit(Money("1", "USD")), Money("10", "USD"))
        >>> price.true_up(Money("2", "USD"), share="0.5")
        ExactMoney(amount=Fraction(3, 1), currency=USD)
        """
        missing = self.minimum * count(share) - exact(used)
        return missing if missing.amount > 0 else missing * 0

    def scaled(self, factor: Number) -> AtLeast:
        """Return the price and its minimum multiplied exactly."""
        return AtLeast(self.price.scaled(factor), self.minimum * factor)

    def _added(self, quantity: Number) -> ExactMoney:
        return self.true_up(self.price.quote(quantity).exact)


@attrs.frozen
class AtMost:
    """A price that comes to `maximum` at the most.

    >>> AtMost(PerUnit(Money("0.10", "USD")), Money("50", "USD")).charge(1_000)
    Money('50.00', 'USD')
    """

    kind: ClassVar[str] = "at_most"

    price: Price
    maximum: ExactMoney = attrs.field(converter=exact_amount)

    def __attrs_post_init__(self) -> None:
        """Refuse a maximum in another currency."""
        same_currency(self.price.currency or self.maximum.currency, self.maximum.currency)

    @property
    def currency(self) -> Currency:
        """The currency that it is in."""
        return self.maximum.currency

    def quote(self, quantity: Number, *, since: Number = 0) -> Quote:
        """Return the exact price and why, with a line that takes off what exceeds the maximum."""
        quote = self.price.quote(quantity, since=since)
        excess = self._excess(quantity)
        if since:
            excess -= self._excess(since)
        return quote + _adjustment("maximum", -excess, f"at most {self.maximum}")

    def charge(self, quantity: Number, *, rounding: Rounding = Rounding.HALF_UP) -> Money:
        """Return the price of so many units, rounded once."""
        return self.quote(quantity).settle(rounding=rounding)

    def scaled(self, factor: Number) -> AtMost:
        """Return the price and its maximum multiplied exactly."""
        return AtMost(self.price.scaled(factor), self.maximum * factor)

    def _excess(self, quantity: Number) -> ExactMoney:
        excess = self.price.quote(quantity).exact - self.maximum
        return excess if excess.amount > 0 else excess * 0


Price = Flat | PerUnit | Graduated | Volume | Stairstep | Package | Percentage | GraduatedPercentage | AtLeast | AtMost
"""Any price: `kind`, `currency`, `quote(quantity, *, since)`, `charge(quantity, *, rounding)` and `scaled(factor)`.

The union is closed for readers of documents; a host adds a class of its own with `codec.register`.
"""


def _adjustment(kind: str, amount: ExactMoney, why: str) -> Quote:
    return Quote.of(() if amount.is_zero else (Line(kind, amount, why=why),), amount.currency)
