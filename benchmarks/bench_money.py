"""Rounding and sharing out money."""

from __future__ import annotations

from decimal import Decimal

from moneyed import Money

from peers.money import careful_split, cent_split, money_settle, naive_split
from renewkit.values.money import ExactMoney, settle, split
from work import Work

__all__ = ["AMOUNTS", "EXACT", "WEIGHTS", "WORKS"]

WEIGHTS = (31, 28, 31, 30, 7)
AMOUNTS = tuple(Money(amount, "USD") for amount in ("100.00", "29.99", "0.07", "1234567.89"))
EXACT = ("3.5035", "29.985", "0.0049", "1234567.891")

_EXACT = tuple(ExactMoney(amount, "USD") for amount in EXACT)
_DECIMALS = tuple(Decimal(amount) for amount in EXACT)

WORKS = (
    Work(
        "split into 5",
        lambda: [split(amount, WEIGHTS) for amount in AMOUNTS],
        "naive Money loop",
        lambda: [naive_split(amount, WEIGHTS) for amount in AMOUNTS],
        goal=6,
        size=len(AMOUNTS),
    ),
    Work(
        "split into 5, beside care",
        lambda: [split(amount, WEIGHTS) for amount in AMOUNTS],
        "careful Money loop",
        lambda: [careful_split(amount, WEIGHTS) for amount in AMOUNTS],
        goal=1.5,
        size=len(AMOUNTS),
    ),
    Work(
        "split into 5, beside bare cents",
        lambda: [split(amount, WEIGHTS) for amount in AMOUNTS],
        "int loop, unchecked",
        lambda: [cent_split(amount, WEIGHTS) for amount in AMOUNTS],
        size=len(AMOUNTS),
    ),
    Work(
        "settle one amount",
        lambda: [settle(amount) for amount in _EXACT],
        "Decimal.quantize",
        lambda: [money_settle(amount) for amount in _DECIMALS],
        size=len(AMOUNTS),
    ),
)
