"""Prices of a quantity, each with Money as the result."""

from __future__ import annotations

from decimal import Decimal

from moneyed import Money

from peers.pricing import decimal_graduated, money_graduated, money_package, money_per_unit, money_volume
from renewkit.policies.pricing import Graduated, Package, PerUnit, Tier, Volume
from work import Work

__all__ = ["PACKAGE", "QUANTITIES", "SIZE", "TIERS", "UNIT", "WORKS"]

TIERS = ((10, "5.00"), (100, "4.25"), (1_000, "3.755"), (10_000, "2.9999"), (None, "1.005"))
QUANTITIES = (60, 555, 5_001, 12_345, 99_999)
UNIT = Money("0.0035", "USD")
SIZE, PACKAGE = 100, Money("9.00", "USD")

_GRADUATED = Graduated(Tier(up_to, Money(unit, "USD")) for up_to, unit in TIERS)
_VOLUME = Volume(_GRADUATED.tiers)
_PER_UNIT = PerUnit(UNIT)
_PACKAGE = Package(SIZE, PACKAGE)
_MONEYS = tuple((up_to, Money(unit, "USD")) for up_to, unit in TIERS)
_DECIMALS = tuple((up_to, Decimal(unit)) for up_to, unit in TIERS)
_N = len(QUANTITIES)

WORKS = (
    Work(
        "graduated price, 5 tiers",
        lambda: [_GRADUATED.charge(quantity) for quantity in QUANTITIES],
        "Money loop",
        lambda: [money_graduated(quantity, _MONEYS) for quantity in QUANTITIES],
        goal=10,
        size=_N,
    ),
    Work(
        "graduated price, 5 tiers, beside Decimal",
        lambda: [_GRADUATED.charge(quantity) for quantity in QUANTITIES],
        "Decimal loop",
        lambda: [decimal_graduated(quantity, _DECIMALS) for quantity in QUANTITIES],
        size=_N,
    ),
    Work(
        "volume price, 5 tiers",
        lambda: [_VOLUME.charge(quantity) for quantity in QUANTITIES],
        "Money",
        lambda: [money_volume(quantity, _MONEYS) for quantity in QUANTITIES],
        size=_N,
    ),
    Work(
        "price per unit",
        lambda: [_PER_UNIT.charge(quantity) for quantity in QUANTITIES],
        "Money",
        lambda: [money_per_unit(quantity, UNIT) for quantity in QUANTITIES],
        size=_N,
    ),
    Work(
        "package price",
        lambda: [_PACKAGE.charge(quantity) for quantity in QUANTITIES],
        "Money",
        lambda: [money_package(quantity, SIZE, PACKAGE) for quantity in QUANTITIES],
        size=_N,
    ),
)
