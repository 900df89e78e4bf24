"""Shares of an amount as applications write them with py-moneyed: a naive loop and a careful one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from moneyed import Money

__all__ = ["careful_split", "cent_split", "money_settle", "naive_split"]

_CENT = Decimal("0.01")


def naive_split(amount: Money, weights: Sequence[int]) -> list[Money]:
    """Cut each share down to cents, then hand the lost cents out one by one, the largest lost fraction first."""
    whole = sum(weights)
    exact = [amount * weight / whole for weight in weights]
    parts = [share.round(2) if share.amount == share.round(2).amount else _down(share) for share in exact]
    cent = Money(_CENT, amount.currency)
    lost = [share - part for share, part in zip(exact, parts, strict=True)]
    left = amount - sum(parts, Money(0, amount.currency))
    for index in sorted(range(len(parts)), key=lambda i: -lost[i].amount):
        if left < cent:
            break
        parts[index] += cent
        left -= cent
    return parts


def careful_split(amount: Money, weights: Sequence[int]) -> list[Money]:
    """Cut down by quantize, keep exact remainders instead of quotients that lose ties, and stay in Money."""
    whole = sum(weights)
    parts = [
        Money((amount.amount * weight / whole).quantize(_CENT, rounding=ROUND_DOWN), amount.currency)
        for weight in weights
    ]
    rests = [amount.amount * weight % (whole * _CENT) for weight in weights]
    left = int((amount - sum(parts, Money(0, amount.currency))).amount / _CENT)
    for index in sorted(range(len(parts)), key=lambda i: -rests[i])[:left]:
        parts[index] += Money(_CENT, amount.currency)
    return parts


def cent_split(amount: Money, weights: Sequence[int]) -> list[Money]:
    """Do the same on ints of cents, for dollars only and without a check, and make Money at the end."""
    cents = int(amount.amount.scaleb(2))
    whole = sum(weights)
    shares = [divmod(cents * weight, whole) for weight in weights]
    parts = [quotient for quotient, _ in shares]
    left = cents - sum(parts)
    for index in sorted(range(len(parts)), key=lambda i: -shares[i][1])[:left]:
        parts[index] += 1
    return [Money(Decimal(part).scaleb(-2), amount.currency) for part in parts]


def money_settle(amount: Decimal) -> Money:
    """Round to cents and make Money of it."""
    return Money(amount.quantize(_CENT, rounding=ROUND_HALF_UP), "USD")


def _down(share: Money) -> Money:
    return Money(share.amount.quantize(_CENT, rounding=ROUND_DOWN), share.currency)
