"""Laws of money: each takes the function that it judges, ours or a host's own.

>>> from renewkit.values.money import settle, split, usd
>>> settle_errs_less_than_a_step(settle, ExactMoney("3.5035", "USD"), Rounding.HALF_UP, None)
>>> split_sums_to_the_whole(split, usd("1.00"), [1, 1, 1])
"""

from __future__ import annotations

import decimal
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Protocol

from moneyed import Money

from renewkit.values.currency import minor_digits
from renewkit.values.money import ExactMoney, Rounding, exact, to_minor

__all__ = [
    "Settle",
    "Split",
    "ignores_the_ambient_context",
    "minor_units_come_back",
    "settle_errs_less_than_a_step",
    "settle_keeps_order",
    "split_parts_are_fair",
    "split_sums_to_the_whole",
]

_HALVES = (Rounding.HALF_UP, Rounding.HALF_EVEN, Rounding.HALF_DOWN)

Split = Callable[[Money, Sequence[int]], Sequence[Money]]
"""From an amount and weights to the parts."""


class Settle(Protocol):
    """From an exact amount to a chargeable one."""

    def __call__(self, value: ExactMoney, *, rounding: Rounding, step: Fraction | None) -> Money:
        """Return the amount rounded to whole steps."""
        ...


def settle_errs_less_than_a_step(settle: Settle, value: ExactMoney, rounding: Rounding, step: Fraction | None) -> None:
    """Rounding errs by half a step at the most, by less than a step in the directed modes, and lands on a step."""
    settled = exact(settle(value, rounding=rounding, step=step))
    size = step or Fraction(1, 10 ** minor_digits(value.currency))
    error = settled.amount - value.amount
    assert (settled.amount / size).denominator == 1, f"{settled} is no multiple of {size}"
    if rounding in _HALVES:
        assert abs(error) * 2 <= size, f"{value} became {settled}, more than half of {size} away"
    else:
        assert abs(error) < size, f"{value} became {settled}, {size} or more away"
        assert _leans(error, value.amount, rounding), f"{value} became {settled} with {rounding}"


def settle_keeps_order(settle: Settle, one: ExactMoney, other: ExactMoney, rounding: Rounding) -> None:
    """A larger amount is never settled below a smaller one."""
    less, more = sorted((one, other), key=lambda value: value.amount)
    low, high = (settle(value, rounding=rounding, step=None) for value in (less, more))
    assert low <= high, f"{less} became {low}, and the larger {more} became {high}"


def split_sums_to_the_whole(split: Split, amount: Money, weights: Sequence[int]) -> None:
    """The parts of an amount sum to it, whatever its currency and sign, and there is one for each weight."""
    parts = split(amount, weights)
    assert len(weights) == len(parts), f"{len(weights)} weights gave {len(parts)} parts"
    assert to_minor(amount) == sum(map(to_minor, parts)), f"{amount!r} became {parts}"
    assert all(part.currency == amount.currency for part in parts), f"{amount!r} became {parts}"


def split_parts_are_fair(split: Split, amount: Money, weights: Sequence[int]) -> None:
    """Each part is less than one minor unit from its exact share, and a weight of 0 gets nothing."""
    whole, minor = sum(weights), to_minor(amount)
    for part, weight in zip(split(amount, weights), weights, strict=True):
        error = to_minor(part) - Fraction(minor * weight, whole)
        assert abs(error) < 1, f"{part!r} of {amount!r} for {weight} in {whole}"


def minor_units_come_back(from_minor: Callable[[int, str], Money], minor: int, code: str) -> None:
    """An int of minor units becomes Money and the same int again."""
    amount = from_minor(minor, code)
    assert minor == to_minor(amount), f"{minor} minor units became {amount!r}"


def ignores_the_ambient_context(compute: Callable[[], object]) -> None:
    """The same result comes from every decimal context of the caller: few digits, another rounding, traps or none."""
    expected = compute()
    for settings in (
        decimal.Context(prec=2, rounding=decimal.ROUND_UP, traps=[]),
        decimal.Context(prec=3, rounding=decimal.ROUND_FLOOR, traps=[decimal.Inexact, decimal.Rounded]),
        decimal.Context(prec=1, Emax=1, Emin=-1, traps=[]),
    ):
        with decimal.localcontext(settings):  # noqa: TID251  the law is about this very context
            actual = compute()
        assert expected == actual, f"{expected!r} became {actual!r} under {settings}"


def _leans(error: Fraction, amount: Fraction, rounding: Rounding) -> bool:
    """Whether an error points where a directed mode sends it."""
    upwards = rounding is Rounding.CEILING or rounding is (Rounding.UP if amount > 0 else Rounding.DOWN)
    return error >= 0 if upwards else error <= 0
