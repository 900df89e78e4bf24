"""Capacity prices: one fixed amount by the lowest tier that holds every unit at once (seats and storage, say)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import ClassVar, cast

import attrs
from moneyed import Currency, Money

from renewkit.errors import ConfigurationError, TiersError
from renewkit.policies.pricing.tiers import out_of_range
from renewkit.values.line import Line, Quote
from renewkit.values.money import ExactMoney, Rounding, exact_amount, same_currency
from renewkit.values.number import Number, count, plain

__all__ = ["Capacity", "CapacityTier", "Limits"]

Limits = Mapping[str, Number | None] | Iterable[tuple[str, Number | None]]
"""The greatest quantity of each unit by name; None is no limit."""


def _limits(limits: Limits) -> tuple[tuple[str, Fraction | None], ...]:
    pairs = cast("Iterable[tuple[str, Number | None]]", limits.items() if isinstance(limits, Mapping) else limits)
    return tuple(
        sorted(((unit, None if most is None else count(most)) for unit, most in pairs), key=lambda pair: pair[0])
    )


@attrs.frozen
class CapacityTier:
    """The amount for quantities up to and including the limit of each unit; a limit of None is none.

    >>> CapacityTier(Money("10", "USD"), {"seats": 5, "gigabytes": None}).limit_of("seats")
    Fraction(5, 1)
    """

    amount: ExactMoney = attrs.field(converter=exact_amount)
    limits: tuple[tuple[str, Fraction | None], ...] = attrs.field(converter=_limits)

    def limit_of(self, unit: str) -> Fraction | None:
        """Return the limit of a unit; None is none.

        Raises `ConfigurationError` for a unit that the tier does not name.
        """
        for known, most in self.limits:
            if known == unit:
                return most
        names = ", ".join(known for known, _ in self.limits)
        raise ConfigurationError(f"one of the units {names}", unit, "give each tier a limit for it, None for no limit")

    def holds(self, unit: str, quantity: Fraction) -> bool:
        """Whether so much of a unit stays within its limit."""
        most = self.limit_of(unit)
        return most is None or quantity <= most


def _tiers(tiers: Iterable[CapacityTier]) -> tuple[CapacityTier, ...]:
    return tuple(tiers)


@attrs.frozen
class Capacity:
    """The amount of the lowest tier whose limits hold for every unit; what it is asked for is a mapping of units.

    Raises `TiersError` for tiers whose limits fall, `QuantityOutOfRangeError` for what no tier holds.

    >>> price = Capacity((
    ...     CapacityTier(Money("10", "USD"), {"seats": 5, "gigabytes": 100}),
    ...     CapacityTier(Money("20", "USD"), {"seats": 50, "gigabytes": None}),
    ... ))
    >>> price.charge({"seats": 3, "gigabytes": 101})
    Money('20.00', 'USD')
    """

    kind: ClassVar[str] = "capacity"

    tiers: tuple[CapacityTier, ...] = attrs.field(converter=_tiers)

    def __attrs_post_init__(self) -> None:
        """Refuse no tier, several currencies and limits that fall from one tier to the next."""
        if not self.tiers:
            raise TiersError("one tier or more", "none", "list the tiers from the lowest to the highest")
        for lower, higher in pairwise(self.tiers):
            same_currency(lower.amount.currency, higher.amount.currency)
            for unit, most in higher.limits:
                least = lower.limit_of(unit)
                if most is not None and (least is None or most < least):
                    got = f"{plain(most)} {unit} above {'no limit' if least is None else plain(least)}"
                    raise TiersError("limits that never fall from tier to tier", got, "sort the tiers by their limits")

    @property
    def currency(self) -> Currency:
        """The currency that it is in."""
        return self.tiers[0].amount.currency

    def tier_for(self, quantities: Mapping[str, Number]) -> int:
        """Return the number, from 1, of the lowest tier that holds every unit.

        Raises `QuantityOutOfRangeError` where none does.
        """
        wanted = {unit: count(quantity) for unit, quantity in quantities.items()}
        for number, tier in enumerate(self.tiers, start=1):
            if all(tier.holds(unit, quantity) for unit, quantity in wanted.items()):
                return number
        last = self.tiers[-1]
        unit = next(unit for unit, quantity in wanted.items() if not last.holds(unit, quantity))
        raise out_of_range(last.limit_of(unit), wanted[unit])

    def quote(self, quantities: Mapping[str, Number]) -> Quote:
        """Return the exact amount and why."""
        number = self.tier_for(quantities)
        amount = self.tiers[number - 1].amount
        asked = ", ".join(f"{quantity} {unit}" for unit, quantity in sorted(quantities.items()))
        return Quote(amount, (Line("tier", amount, why=f"tier {number} for {asked}", tier=number),))

    def charge(self, quantities: Mapping[str, Number], *, rounding: Rounding = Rounding.HALF_UP) -> Money:
        """Return the amount, rounded once."""
        return self.quote(quantities).settle(rounding=rounding)
