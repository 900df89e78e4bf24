"""Laws of every price: ours, and a host's own with the same methods.

>>> from moneyed import Money
>>> from renewkit.policies.pricing import Graduated, Tier
>>> price = Graduated((Tier(10, Money("5.00", "USD")), Tier(None, Money("3.50", "USD"))))
>>> quote_equals_charge(price, 12, Rounding.HALF_UP)
>>> slices_sum_to_the_whole(price, 12, 7)
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Protocol

from moneyed import Money

from renewkit.policies.pricing import Cliff, Graduated
from renewkit.values.line import Quote
from renewkit.values.money import Rounding
from renewkit.values.number import Number, fraction

__all__ = [
    "Priced",
    "Tiered",
    "cliffs_are_real",
    "each_unit_costs_its_tier",
    "lines_sum_to_the_quote",
    "more_never_costs_less",
    "quote_equals_charge",
    "scaling_scales",
    "slices_sum_to_the_whole",
]


class Priced(Protocol):
    """What a price must answer to be judged by these laws."""

    def quote(self, quantity: Number, *, since: Number = 0) -> Quote:
        """Return the exact price of the quantity beyond `since`, and why."""
        ...

    def charge(self, quantity: Number, *, rounding: Rounding) -> Money:
        """Return the price of a quantity, rounded once."""
        ...


class Tiered(Priced, Protocol):
    """A price that knows where more costs less."""

    def cliffs(self) -> Iterable[Cliff]:
        """Return the quantities that cost more than a larger one."""
        ...


def quote_equals_charge(price: Priced, quantity: Number, rounding: Rounding) -> None:
    """The fast path charges what the settled quote explains."""
    explained, charged = price.quote(quantity).settle(rounding=rounding), price.charge(quantity, rounding=rounding)
    assert explained == charged, f"{quantity} units are explained as {explained!r} and charged as {charged!r}"


def lines_sum_to_the_quote(price: Priced, quantity: Number) -> None:
    """The lines of a quote sum to it, and a line's amount is its quantity times its unit price."""
    quote = price.quote(quantity)
    assert quote.exact.amount == sum(line.amount.amount for line in quote.lines), quote
    for line in quote.lines:
        if line.quantity is not None and line.unit is not None:
            assert line.amount == line.unit * line.quantity, line


def more_never_costs_less(price: Priced, one: Number, other: Number) -> None:
    """A larger quantity never costs less: true of graduated prices, and not of volume prices, which have cliffs."""
    less, more = sorted((fraction(one), fraction(other)))
    low, high = price.quote(less).exact, price.quote(more).exact
    assert low.amount <= high.amount, f"{less} units cost {low}, {more} units {high}"


def slices_sum_to_the_whole(price: Priced, quantity: Number, since: Number) -> None:
    """What was billed for a part of the quantity, and what is quoted since, are together the quote of all of it.

    A part of 0 stands for nothing billed at all, not for a bill of 0 units, which may hold flats.
    """
    whole, rest = price.quote(quantity).exact, price.quote(quantity, since=since).exact
    first = price.quote(since).exact if fraction(since) else whole * 0
    assert whole == first + rest, f"{first} and {rest} are not {whole}"


def scaling_scales(price: Priced, scaled: Priced, factor: Number, quantity: Number) -> None:
    """A price multiplied by a factor quotes exactly so many times as much."""
    expected, actual = price.quote(quantity).exact * factor, scaled.quote(quantity).exact
    assert expected == actual, f"{quantity} units cost {actual} instead of {expected}"


def each_unit_costs_its_tier(price: Graduated, number: int) -> None:
    """The n-th unit costs the unit price of the tier that it falls into, and the flats of the tiers that it enters."""
    step = price.quote(number).exact - price.quote(number - 1).exact
    cost, low = Fraction(), Fraction()
    for index, tier in enumerate(price.tiers):
        high = Fraction(number) if tier.up_to is None else min(tier.up_to, Fraction(number))
        inside = max(high - max(low, Fraction(number - 1)), Fraction())
        cost += tier.unit.amount * inside
        if tier.flat is not None and index and inside and low >= number - 1:
            cost += tier.flat.amount
        low = high
    assert cost == step.amount, f"unit {number} cost {step} instead of {cost}"


def cliffs_are_real(price: Tiered) -> None:
    """Every quantity of a cliff costs more than the larger one that it names, and the one before costs no more."""
    for cliff in price.cliffs():
        better = price.quote(cliff.better).exact.amount
        for quantity in (cliff.first, cliff.last):
            assert price.quote(quantity).exact.amount > better, f"{quantity} is no dearer than {cliff.better}"
        assert price.quote(cliff.last).exact.amount - better == cliff.saves.amount, cliff
