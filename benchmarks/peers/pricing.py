"""Tiered prices as applications write them with py-moneyed and with decimal."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from moneyed import Money

__all__ = ["decimal_graduated", "money_graduated", "money_package", "money_per_unit", "money_volume"]

_CENT = Decimal("0.01")


def money_graduated(quantity: int, tiers: Sequence[tuple[int | None, Money]]) -> Money:
    """Walk the tiers and add Money to Money, then round to cents."""
    total = Money(0, "USD")
    low = 0
    for up_to, unit in tiers:
        high = quantity if up_to is None else min(quantity, up_to)
        if high > low:
            total += unit * (high - low)
            low = high
        if up_to is None or quantity <= up_to:
            break
    return Money(total.amount.quantize(_CENT, rounding=ROUND_HALF_UP), total.currency)


def decimal_graduated(quantity: int, tiers: Sequence[tuple[int | None, Decimal]]) -> Money:
    """Walk the tiers in Decimal and make one Money at the end."""
    total = Decimal(0)
    low = 0
    for up_to, unit in tiers:
        high = quantity if up_to is None else min(quantity, up_to)
        if high > low:
            total += unit * (high - low)
            low = high
        if up_to is None or quantity <= up_to:
            break
    return Money(total.quantize(_CENT, rounding=ROUND_HALF_UP), "USD")


def money_volume(quantity: int, tiers: Sequence[tuple[int | None, Money]]) -> Money:
    """Find the tier that the quantity reaches and multiply."""
    for up_to, unit in tiers:
        if up_to is None or quantity <= up_to:
            total = unit * quantity
            return Money(total.amount.quantize(_CENT, rounding=ROUND_HALF_UP), total.currency)
    raise ValueError(quantity)


def money_per_unit(quantity: int, unit: Money) -> Money:
    """Multiply and round to cents."""
    total = unit * quantity
    return Money(total.amount.quantize(_CENT, rounding=ROUND_HALF_UP), total.currency)


def money_package(quantity: int, size: int, each: Money) -> Money:
    """Count started packages and multiply."""
    total = each * -(-quantity // size)
    return Money(total.amount.quantize(_CENT, rounding=ROUND_HALF_UP), total.currency)
