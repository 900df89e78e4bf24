"""Amounts of one kind and currency as plain numbers, so that a decision is taken in integers and said in money."""

from __future__ import annotations

from fractions import Fraction
from typing import Generic, Self

import attrs
from moneyed import Currency, Money

from renewkit.errors import MoneyExpectedError, RangeError
from renewkit.policies.proration.parts import Amount
from renewkit.values.currency import minor_digits
from renewkit.values.daycount import ProrationPolicy, RoundingScope
from renewkit.values.money import ExactMoney, exact, from_minor, round_ratio, same_currency, to_minor

__all__ = ["Quantity", "Scale"]

Quantity = int | Fraction
"""Minor units of Money, or a fraction of a major unit of ExactMoney."""


@attrs.frozen
class Scale(Generic[Amount]):
    """What a number means: `minor` of it are one major unit of Money; None is ExactMoney, which is not rounded.

    >>> from renewkit import usd
    >>> scale = Scale.of(usd("10"))
    >>> scale.number(usd("2.50"), "price"), scale.amount(250), scale.shown(250)
    (250, Money('2.50', 'USD'), 'USD 2.50')
    """

    unit: Currency
    minor: int | None

    @classmethod
    def of(cls, amount: Amount) -> Self:
        """Return the scale of an amount; `MoneyExpectedError` for anything else."""
        if isinstance(amount, ExactMoney):
            return cls(amount.currency, None)
        if not isinstance(amount, Money):
            exact(amount)  # which says what is wrong
        return cls(amount.currency, 10 ** minor_digits(amount.currency))

    def number(self, amount: Amount, name: str) -> Quantity:
        """Return an amount as a number; `MoneyExpectedError` for another kind, `CurrencyMismatchError`."""
        kind = ExactMoney if self.minor is None else Money
        if not isinstance(amount, kind):
            raise MoneyExpectedError(f"{kind.__name__} as {name}", amount, "pass amounts of one kind")
        same_currency(self.unit, amount.currency)
        return amount.amount if isinstance(amount, ExactMoney) else to_minor(amount)

    def price(self, amount: Amount, name: str) -> Quantity:
        """Return an amount of 0 or more as a number; `RangeError` for a negative one."""
        number = self.number(amount, name)
        if number < 0:
            remedy = "prorate a negative line with prorate or portion"
            raise RangeError(f"{name} of 0 or more", self.shown(number), remedy)
        return number

    def part(self, number: Quantity, share: Fraction, policy: ProrationPolicy) -> Quantity:
        """Return a share of a number, rounded as the policy rounds a line."""
        if self.minor is None:
            return number * share
        return round_ratio(int(number) * share.numerator, share.denominator, policy.rounding)

    def rest(self, number: Quantity, share: Fraction, policy: ProrationPolicy) -> Quantity:
        """Return the last share of a number: alone, or as what the first one left."""
        if policy.rounding_scope is RoundingScope.CUMULATIVE:
            return number - self.part(number, 1 - share, policy)
        return self.part(number, share, policy)

    def amount(self, number: Quantity) -> Amount:
        """Return a number as the kind of amount that it came from."""
        # The kind was chosen by the amount that made the scale, which a type checker cannot see.
        kept = ExactMoney(number, self.unit) if self.minor is None else from_minor(int(number), self.unit)
        return kept  # type: ignore[return-value]  # noqa: RET504  see above

    def exact(self, number: Quantity) -> ExactMoney:
        """Return a number as an exact amount, for a line."""
        return ExactMoney(number if self.minor is None else Fraction(number, self.minor), self.unit)

    def shown(self, number: Quantity) -> str:
        """Return a number as text for an explanation."""
        text = str(number) if self.minor is None else format(from_minor(int(number), self.unit).amount, "f")
        return f"{self.unit.code} {text}"
