"""Lines and quotes: an amount that can say why.

A `Line` is one explained amount, still exact; a `Quote` is a sum of them. Rounding happens when a quote is settled,
once per line on an invoice.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Self

import attrs

from renewkit.values.currency import currency
from renewkit.values.money import ExactMoney, Rounding, exact, from_minor, same_currency, settle, to_minor
from renewkit.values.number import Number, count, fraction
from renewkit.values.period import Period

if TYPE_CHECKING:
    from moneyed import Currency, Money

__all__ = ["Line", "Quote", "TierTotal"]


@attrs.frozen
class Line:
    """One explained amount.

    `kind` is a stable word for machines (`tier`, `flat`, `discount`, `credit`, `minimum`, ...), `why` a sentence for
    people. `quantity` and `unit` (exact price of one) are there where the amount is their product; tiers count from 1.

    >>> Line("tier", ExactMoney("50", "USD"), why="10 at 5.00", quantity=10, unit=ExactMoney("5", "USD")).amount
    ExactMoney(amount=Fraction(50, 1), currency=USD)
    """

    kind: str
    amount: ExactMoney
    why: str = attrs.field(default="", kw_only=True)
    quantity: Fraction | None = attrs.field(default=None, kw_only=True, converter=attrs.converters.optional(fraction))
    unit: ExactMoney | None = attrs.field(default=None, kw_only=True)
    period: Period | None = attrs.field(default=None, kw_only=True)
    item: str | None = attrs.field(default=None, kw_only=True)
    tier: int | None = attrs.field(default=None, kw_only=True)


@attrs.frozen
class TierTotal:
    """What one tier of a price came to: the units or blocks that it counted, and their amount with the tier's flat."""

    tier: int
    quantity: Fraction
    amount: ExactMoney = attrs.field(kw_only=True)


def _lines(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(lines)


@attrs.frozen
class Quote:
    """What something costs, exactly, and why: the lines sum to `exact`.

    >>> line = Line("flat", ExactMoney("3.5035", "USD"))
    >>> Quote(line.amount, (line,)).settle()
    Money('3.50', 'USD')
    """

    exact: ExactMoney
    lines: tuple[Line, ...] = attrs.field(converter=_lines)

    @classmethod
    def of(cls, lines: Iterable[Line], code: str | Currency) -> Self:
        """Return the quote that these lines sum to; without a line it is nothing, in the given currency.

        >>> Quote.of([Line("flat", ExactMoney(2, "USD")), Line("tax", ExactMoney(1, "USD"))], "USD").settle()
        Money('3.00', 'USD')
        """
        kept, unit = tuple(lines), currency(code)
        for line in kept:
            same_currency(unit, line.amount.currency)
        if len(kept) == 1:
            return cls(kept[0].amount, kept)
        return cls(ExactMoney(sum((line.amount.amount for line in kept), Fraction()), unit), kept)

    def __add__(self, other: Self) -> Self:
        """Return both quotes as one, the lines of the first before those of the second."""
        return type(self)(self.exact + other.exact, self.lines + other.lines)

    def settle(self, *, rounding: Rounding = Rounding.HALF_UP, step: Number | None = None) -> Money:
        """Return the whole as a chargeable amount, rounded once."""
        return settle(self.exact, rounding=rounding, step=step)

    def settle_lines(self, *, rounding: Rounding = Rounding.HALF_UP) -> Money:
        """Return the whole as an invoice adds it up: each line rounded, then summed.

        >>> half = Line("tier", ExactMoney("0.005", "USD"))
        >>> quote = Quote.of([half, half], "USD")
        >>> quote.settle(), quote.settle_lines()
        (Money('0.01', 'USD'), Money('0.02', 'USD'))
        """
        minor = sum(to_minor(settle(line.amount, rounding=rounding)) for line in self.lines)
        return from_minor(minor, self.exact.currency)

    def less(self, billed: Money | ExactMoney, *, rounding: Rounding = Rounding.HALF_UP) -> Money:
        """Return what is left to bill after `billed`: the whole is rounded first, then the difference is taken.

        In the other order 3.685 less the 3.69 that was billed for it would leave a phantom line of -0.005. What was
        billed in excess is no charge but a credit, and is not given back here: the result is never below zero.

        >>> Quote.of([Line("tier", ExactMoney("3.685", "USD"))], "USD").less(ExactMoney("3.69", "USD"))
        Money('0.00', 'USD')
        """
        left = exact(self.settle(rounding=rounding)) - exact(billed)
        return settle(max(left, left * 0, key=lambda value: value.amount), rounding=rounding)

    def average(self, quantity: Number) -> ExactMoney:
        """Return the effective price of one unit: the whole by the quantity, and nothing for a quantity of 0.

        >>> Quote.of([Line("tier", ExactMoney(57, "USD"))], "USD").average(12)
        ExactMoney(amount=Fraction(19, 4), currency=USD)
        """
        units = count(quantity)
        return self.exact * (1 / units if units else Fraction())

    def by_tier(self) -> tuple[TierTotal, ...]:
        """Return what each touched tier came to, in order, the tier's flat included.

        >>> Quote.of([Line("tier", ExactMoney(5, "USD"), quantity=1, tier=1)], "USD").by_tier()[0].quantity
        Fraction(1, 1)
        """
        found: dict[int, TierTotal] = {}
        for line in self.lines:
            if line.tier is not None:
                seen = found.get(line.tier, TierTotal(line.tier, Fraction(), amount=self.exact * 0))
                units = line.quantity if line.kind == "tier" and line.quantity is not None else Fraction()
                found[line.tier] = TierTotal(line.tier, seen.quantity + units, amount=seen.amount + line.amount)
        return tuple(found[tier] for tier in sorted(found))
