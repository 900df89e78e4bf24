"""Discounts (coupons, promotions, rebates): values that are applied to the lines of a bill in a stated order.

Each discount lowers the lines as the ones before it left them, in proportion to their amounts, and says so in each
line's `why`; lines keep their kind, period and item, because taxes and revenue follow them. No line falls below zero,
and credits are never discounted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import lcm
from typing import ClassVar

import attrs
from moneyed import Money

from renewkit.errors import RangeError
from renewkit.values.currency import MINOR_UNITS
from renewkit.values.line import Line
from renewkit.values.money import ExactMoney, exact_amount, same_currency, split_minor
from renewkit.values.number import Number, fraction, plain, whole

__all__ = ["AmountOff", "Discount", "FreePeriods", "PercentOff", "apply_discounts"]


def _share(value: Number) -> Fraction:
    rate = fraction(value)
    if not 0 <= rate <= 1:
        raise RangeError("a share from 0 to 1", plain(rate), 'write twenty percent as "0.20"')
    return rate


def _reduction(value: Money | ExactMoney) -> ExactMoney:
    amount = exact_amount(value)
    if amount.amount < 0:
        raise RangeError("an amount off of 0 or more", str(amount), "add a line for a surcharge")
    return amount


@attrs.frozen
class PercentOff:
    """A share of every line, for the first `periods` periods; None is for as long as the subscription lasts.

    >>> line = Line("flat", ExactMoney(30, "USD"), why="flat 30.00 USD")
    >>> PercentOff("0.20", periods=3).apply((line,), 0)[0].why
    'flat 30.00 USD, less 20 % (6.00 USD)'
    """

    kind: ClassVar[str] = "percent_off"

    rate: Fraction = attrs.field(converter=_share)
    periods: int | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse a discount for no period."""
        _checked(self.periods)

    def apply(self, lines: Iterable[Line], index: int) -> tuple[Line, ...]:
        """Return the lines of period `index`, counted from 0 where the discount starts, each lowered by the share."""
        kept = tuple(lines)
        if not _runs(self.periods, index):
            return kept
        cuts = [_charge(line) * self.rate for line in kept]
        return _lowered(kept, cuts, f"less {plain(self.rate * 100)} %")


@attrs.frozen
class AmountOff:
    """An amount in every period, shared out over the lines, for the first `periods` periods; None is for good.

    The shares are whole minor units where the amount is, and always sum to it; where the lines come to less, they
    become nothing and the rest lapses. Raises `CurrencyMismatchError` for a line in another currency.

    >>> lines = [Line("flat", ExactMoney(10, "USD")) for _ in range(3)]
    >>> [str(line.amount) for line in AmountOff(Money("5", "USD")).apply(lines, 0)]
    ['8.33 USD', '8.33 USD', '8.34 USD']
    """

    kind: ClassVar[str] = "amount_off"

    amount: ExactMoney = attrs.field(converter=_reduction)
    periods: int | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse a discount for no period."""
        _checked(self.periods)

    def apply(self, lines: Iterable[Line], index: int) -> tuple[Line, ...]:
        """Return the lines of period `index`, counted from 0 where the discount starts, lowered by the amount."""
        kept = tuple(lines)
        for line in kept:
            same_currency(self.amount.currency, line.amount.currency)
        if not _runs(self.periods, index):
            return kept
        cuts = _shared_out(self.amount, [_charge(line) for line in kept])
        return _lowered(kept, cuts, f"share of {self.amount} off")


@attrs.frozen
class FreePeriods:
    """The first `periods` periods for nothing.

    >>> FreePeriods(1).apply((Line("flat", ExactMoney(30, "USD")),), 0)[0].amount.is_zero
    True
    """

    kind: ClassVar[str] = "free_periods"

    periods: int

    def __attrs_post_init__(self) -> None:
        """Refuse a discount for no period."""
        _checked(self.periods)

    def apply(self, lines: Iterable[Line], index: int) -> tuple[Line, ...]:
        """Return the lines of period `index`, counted from 0 where the discount starts, at nothing while it runs."""
        kept = tuple(lines)
        if not _runs(self.periods, index):
            return kept
        return _lowered(kept, [_charge(line) for line in kept], f"free period {index + 1} of {self.periods}")


Discount = PercentOff | AmountOff | FreePeriods
"""Any discount: `kind`, `periods` and `apply(lines, index)`."""


def apply_discounts(discounts: Iterable[Discount], lines: Iterable[Line], index: int) -> tuple[Line, ...]:
    """Return the lines after every discount, in the order in which they are given.

    The order matters: 20 % off and then 5 off is more than 5 off and then 20 % off.

    >>> line = Line("flat", ExactMoney(100, "USD"))
    >>> five, fifth = AmountOff(Money("5", "USD")), PercentOff("0.20")
    >>> [str(apply_discounts(order, [line], 0)[0].amount) for order in ((fifth, five), (five, fifth))]
    ['75.00 USD', '76.00 USD']
    """
    lowered = tuple(lines)
    for discount in discounts:
        lowered = discount.apply(lowered, index)
    return lowered


def _checked(periods: int | None) -> None:
    if periods is not None:
        whole(periods, least=1, name="periods of a discount")


def _runs(periods: int | None, index: int) -> bool:
    number = whole(index, least=0, name="period index")
    return periods is None or number < periods


def _charge(line: Line) -> ExactMoney:
    """Return what of a line can be lowered: nothing of a credit."""
    return line.amount if line.amount.amount > 0 else line.amount * 0


def _lowered(lines: Sequence[Line], cuts: Iterable[ExactMoney], why: str) -> tuple[Line, ...]:
    return tuple(
        line if cut.is_zero else _lower(line, cut, f"{why} ({cut})") for line, cut in zip(lines, cuts, strict=True)
    )


def _lower(line: Line, cut: ExactMoney, why: str) -> Line:
    # Without its unit price, because the amount is no longer the product of the two.
    return attrs.evolve(line, amount=line.amount - cut, unit=None, why=f"{line.why}, {why}" if line.why else why)


def _shared_out(amount: ExactMoney, charges: Sequence[ExactMoney]) -> list[ExactMoney]:
    """Return what each line gives: in proportion, none above its charge, in sum the amount or all there is."""
    room = [charge.amount for charge in charges]
    whole_charge = sum(room, Fraction())
    if amount.amount >= whole_charge:
        return list(charges)
    scale = 10 ** MINOR_UNITS[amount.currency.code]
    minor = amount.amount * scale
    if minor.denominator == 1:
        common = lcm(*(part.denominator for part in room))
        weights = [part.numerator * (common // part.denominator) for part in room]
        parts = [Fraction(part, scale) for part in split_minor(minor.numerator, weights)]
    else:
        parts = [amount.amount * part / whole_charge for part in room]
    left = Fraction()
    for index, most in enumerate(room):
        left += max(parts[index] - most, Fraction())
        parts[index] = min(parts[index], most)
    for index, most in enumerate(room):
        taken = min(left, most - parts[index])
        parts[index] += taken
        left -= taken
    return [ExactMoney(part, amount.currency) for part in parts]
