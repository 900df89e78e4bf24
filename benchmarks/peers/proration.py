"""Proration as it is written today with py-moneyed, and with Decimal by people who care about speed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from moneyed import Money

__all__ = ["careful_parts", "decimal_parts", "money_change", "money_parts"]

CENT = Decimal("0.01")


def money_parts(amount: Money, start: date, end: date, cuts: Sequence[date]) -> list[Money]:
    """Prorate with Money arithmetic: rounded running totals, the last part takes the rest."""
    days = (end - start).days
    parts, before = [], Money(0, amount.currency)
    for cut in cuts:
        mark = (amount * (cut - start).days / days).round(2)
        parts.append(mark - before)
        before = mark
    parts.append(amount - before)
    return parts


def careful_parts(amount: Money, start: date, end: date, cuts: Sequence[date]) -> list[Money]:
    """Prorate with Decimal inside and Money outside, ties rounded up as customers expect."""
    marks = decimal_parts(amount.amount, start, end, cuts)
    return [Money(mark, amount.currency) for mark in marks]


def decimal_parts(amount: Decimal, start: date, end: date, cuts: Sequence[date]) -> list[Decimal]:
    """Prorate with plain Decimals in the same way."""
    days = (end - start).days
    parts, before = [], Decimal(0)
    for cut in cuts:
        mark = (amount * (cut - start).days / days).quantize(CENT, rounding=ROUND_HALF_UP)
        parts.append(mark - before)
        before = mark
    parts.append(amount - before)
    return parts


def money_change(old: Money, new: Money, start: date, end: date, at: date) -> tuple[Money, Money, Money, str, str]:
    """Change the price in mid-period with Money arithmetic, and say why."""
    left = (end - at).days
    credit = money_parts(old, start, end, [at])[1]
    charge = money_parts(new, start, end, [at])[1]
    days = (end - start).days
    return credit, charge, charge - credit, f"unused {left}/{days} of {old!r}", f"remaining {left}/{days} of {new!r}"
