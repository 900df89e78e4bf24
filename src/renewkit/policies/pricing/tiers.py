"""Tiers: where one price ends and the next begins.

`up_to` is cumulative and inclusive: with tiers up to 10 and above, the tenth unit belongs to the first tier and the
eleventh to the second; a quantity of 10.5 reaches half a unit into the second. Only the last tier may be open. Price
lists that are written in other ways have a door each: `tiers_from_ranges` for "0 to 10, 11 to 20",
`tiers_from_blocks` for so many blocks of so many units.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from fractions import Fraction
from typing import Final

import attrs
from moneyed import Currency, Money

from renewkit.errors import ConfigurationError, QuantityOutOfRangeError, RangeError, TiersError
from renewkit.values.money import ExactMoney, exact, exact_amount, same_currency
from renewkit.values.number import Number, count, fraction, plain, whole

__all__ = [
    "Beyond",
    "Tier",
    "checked_tiers",
    "known_beyond",
    "out_of_range",
    "reached",
    "tiers_from_blocks",
    "tiers_from_ranges",
    "window",
]


_NONE: Final = Fraction()


class Beyond(Enum):
    """What lies above a last tier that is bounded."""

    OUT_OF_RANGE = "out_of_range"
    """Nothing may: `QuantityOutOfRangeError`. The default."""
    FREE = "free"
    """Units that cost nothing."""
    LAST = "last"
    """The last tier goes on."""


def known_beyond(value: Beyond) -> Beyond:
    """Return what lies above a last tier; the converter of every `beyond` field, as a word would be ignored there.

    >>> known_beyond(Beyond.LAST)
    <Beyond.LAST: 'last'>
    """
    if not isinstance(value, Beyond):
        raise ConfigurationError("a member of Beyond", value, "choose Beyond.OUT_OF_RANGE, FREE or LAST")
    return value


@attrs.frozen
class Tier:
    """The units up to and including `up_to` (None is open) at the exact price `unit`.

    `flat` is charged once when the tier is entered. With a `block` above 1, `unit` is the price of a started block of
    so many units, counted in each tier on its own. Unit prices may have up to 12 decimals as Money, any as
    `ExactMoney`.

    >>> Tier(10, Money("5.00", "USD"), flat=Money("2.00", "USD")).up_to
    Fraction(10, 1)
    """

    up_to: Fraction | None = attrs.field(converter=attrs.converters.optional(fraction))
    unit: ExactMoney = attrs.field(converter=exact)
    flat: ExactMoney | None = attrs.field(default=None, kw_only=True, converter=attrs.converters.optional(exact_amount))
    block: Fraction = attrs.field(default=Fraction(1), kw_only=True, converter=count)

    def __attrs_post_init__(self) -> None:
        """Refuse a block of nothing and a flat in another currency."""
        if not self.block:
            raise RangeError("a block of more than 0 units", "0", "leave it out for a price per unit")
        if self.flat is not None:
            same_currency(self.unit.currency, self.flat.currency)

    @property
    def currency(self) -> Currency:
        """The currency of its prices."""
        return self.unit.currency

    def scaled(self, factor: Number) -> Tier:
        """Return the tier with its prices multiplied exactly."""
        flat = None if self.flat is None else self.flat * factor
        return Tier(self.up_to, self.unit * factor, flat=flat, block=self.block)

    def blocks(self, units: Fraction) -> Fraction:
        """Return how many units, or started blocks, are paid for so many units of this tier."""
        return units if self.block == 1 else Fraction(-(-units // self.block))


def checked_tiers(bounds: Sequence[Fraction | None], currencies: Iterable[Currency]) -> None:
    """Raise unless there are tiers, sorted, without overlap, open (None) only at the end, and in one currency.

    >>> checked_tiers((Fraction(10), None), [])
    """
    if not bounds:
        raise TiersError("one tier or more", "none", "list the tiers from the lowest to the highest")
    before = Fraction()
    for number, up_to in enumerate(bounds, start=1):
        if up_to is None:
            if number < len(bounds):
                raise TiersError("an open tier only as the last", f"tier {number} of {len(bounds)}", "give it an up_to")
        elif up_to <= before:
            got = f"{plain(up_to)} after {plain(before)} in tier {number}"
            raise TiersError("an up_to above that of the tier before", got, "sort the tiers by their cumulative up_to")
        else:
            before = up_to
    units = list(currencies)
    for unit in units:
        same_currency(units[0], unit)


def reached(bounds: Sequence[Fraction | None], units: Fraction, beyond: Beyond) -> int:
    """Return the index of the tier that holds so many units; above a bounded last tier it is the last.

    >>> reached((Fraction(10), None), Fraction(10), Beyond.LAST)
    0
    """
    for index, up_to in enumerate(bounds):
        if up_to is None or units <= up_to:
            return index
    if beyond is Beyond.OUT_OF_RANGE:
        raise out_of_range(bounds[-1], units)
    return len(bounds) - 1


def window(quantity: Number, since: Number, free: Fraction = Fraction()) -> tuple[Fraction, Fraction]:
    """Return the quantity and what of it has been billed, both without the free units.

    Raises `RangeError` where more has been billed than there is.

    >>> window(12, "2.5")
    (Fraction(12, 1), Fraction(5, 2))
    """
    units = count(quantity)
    if type(since) is int and since == 0 and not free:
        return units, _NONE
    billed = count(since)
    if billed > units:
        raise RangeError(
            f"since at most the quantity, {plain(units)}", plain(billed), "credit what was billed in excess"
        )
    return max(units - free, _NONE), max(billed - free, _NONE)


def out_of_range(up_to: Fraction | None, units: Fraction | int) -> QuantityOutOfRangeError:
    """Return the error for a quantity above a bounded last tier."""
    remedy = "add a tier, or say beyond=FREE or LAST"
    return QuantityOutOfRangeError(f"a quantity up to {plain(up_to or _NONE)}", plain(Fraction(units)), remedy)


def tiers_from_ranges(
    ranges: Iterable[tuple[Number, Number | None, Money | ExactMoney, Money | ExactMoney | None]],
    *,
    touching: bool | None = None,
) -> tuple[Tier, ...]:
    """Return tiers from ranges that name both ends: `(first, last, unit price, flat or None)`.

    A range may start where the one before ends (`0-0.5, 0.5-2`) or with the next whole unit (`0-10, 11-20`); either
    way the tiers meet. Units below the first range are a free tier. `touching` says how a lone range that does not
    start at 0 is meant: True if it starts above its first number, False if with it. Raises `TiersError` for gaps and
    overlaps.

    >>> tiers = tiers_from_ranges([(0, 10, Money(5, "USD"), None), (11, None, Money(3, "USD"), None)])
    >>> [tier.up_to for tier in tiers]
    [Fraction(10, 1), None]
    """
    tiers: list[Tier] = []
    for first, last, unit, flat in ranges:
        start = count(first)
        if not tiers and start > (0 if touching else 1):
            tiers.append(Tier(start if touching else start - 1, exact(unit) * 0))
        end = tiers[-1].up_to if tiers else Fraction()
        if end is None or start not in {end, end + 1}:
            got = f"a range from {plain(start)} after {'an open one' if end is None else plain(end)}"
            raise TiersError("ranges that follow one another without gap or overlap", got, "correct the bounds")
        tiers.append(Tier(last, unit, flat=flat))
    return tuple(tiers)


def tiers_from_blocks(blocks: Iterable[tuple[Number, int | None, Money | ExactMoney]]) -> tuple[Tier, ...]:
    """Return tiers from `(units in a block, blocks in this tier or None, price of a block)`.

    >>> tiers = tiers_from_blocks([(100, 10, Money(1, "USD")), (1000, None, Money(1, "USD"))])
    >>> [(tier.up_to, tier.block) for tier in tiers]
    [(Fraction(1000, 1), Fraction(100, 1)), (None, Fraction(1000, 1))]
    """
    tiers: list[Tier] = []
    up_to = Fraction()
    for size, most, price in blocks:
        if most is not None:
            up_to += count(size) * whole(most, least=1, name="blocks in a tier")
        tiers.append(Tier(None if most is None else up_to, price, block=size))
    return tuple(tiers)
