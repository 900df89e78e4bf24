"""Graduated prices: each unit at the price of the tier that it falls into."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import ClassVar

import attrs
from moneyed import Currency

from renewkit.errors import RangeError
from renewkit.policies.pricing.curve import Curve, Piece, Straight, closing, slim
from renewkit.policies.pricing.tiers import Beyond, Tier, checked_tiers, known_beyond, out_of_range, window
from renewkit.values.line import Line, Quote
from renewkit.values.number import Number, count, fraction, plain

__all__ = ["Graduated"]


def _tiers(tiers: Iterable[Tier]) -> tuple[Tier, ...]:
    return tuple(tiers)


@attrs.frozen
class Graduated(Straight):
    """Each unit at the price of its own tier; a tier's flat once, when the tier is entered.

    The first tier is entered from the start, so that its flat is due at a quantity of 0 too. `free` units are not
    counted and shift the walk. Raises `TiersError` for tiers that do not follow one another.

    >>> from moneyed import Money
    >>> usd = lambda amount: Money(amount, "USD")
    >>> price = Graduated((Tier(10, usd("5.00")), Tier(None, usd("3.50"))))
    >>> price.charge(12)
    Money('57.00', 'USD')
    >>> [line.why for line in price.quote(12).lines]
    ['10 in tier 1 at 5.00 USD', '2 in tier 2 at 3.50 USD']
    """

    kind: ClassVar[str] = "graduated"

    tiers: tuple[Tier, ...] = attrs.field(converter=_tiers)
    beyond: Beyond = attrs.field(default=Beyond.OUT_OF_RANGE, kw_only=True, converter=known_beyond)
    free: Fraction = attrs.field(default=Fraction(), kw_only=True, converter=count)
    _curve: Curve | None = attrs.field(default=None, init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Refuse tiers that do not follow one another."""
        checked_tiers([tier.up_to for tier in self.tiers], (tier.currency for tier in self.tiers))

    @property
    def currency(self) -> Currency:
        """The currency that it is in."""
        return self.tiers[0].currency

    def quote(self, quantity: Number, *, since: Number = 0, opened: bool = False) -> Quote:
        """Return the exact price of the units beyond `since`, with a line for each tier and flat.

        `opened` says that the first tier has been entered although nothing was used: its flat stands on an earlier
        bill. Raises `QuantityOutOfRangeError` above a bounded last tier.
        """
        units, billed = window(quantity, since, self.free)
        opened = opened or count(since) > 0
        return Quote.of(self._lines(units, billed, opened=opened), self.currency)

    def quote_rest(self, quantity: Number, *, billed: Iterable[Number]) -> Quote:
        """Return what is left to bill when so many units (or blocks) of each tier, from the first, have been billed.

        Nothing is given back: a tier that was billed in excess adds nothing.

        >>> from moneyed import Money
        >>> price = Graduated((Tier(10, Money(1, "USD")), Tier(None, Money(10, "USD"))))
        >>> price.quote_rest(15, billed=[10, 2]).settle()
        Money('30.00', 'USD')
        """
        known: dict[int | None, Fraction] = dict(enumerate(map(count, billed), start=1))
        opened = any(known.values())
        units, _ = window(quantity, 0, self.free)
        lines: list[Line] = []
        for line in self._lines(units, Fraction(), opened=opened):
            before = known.get(line.tier, Fraction())
            if line.kind == "flat" and not before:
                lines.append(line)
            elif line.quantity is not None and line.unit is not None:
                paid = max(line.quantity - before, Fraction())
                if paid or line.tier == 1:
                    why = f"{plain(paid)} in tier {line.tier} at {line.unit}, after {plain(before)} billed"
                    lines.append(attrs.evolve(line, amount=line.unit * paid, quantity=paid, why=why))
        return Quote.of(lines, self.currency)

    def quote_weighted(self, changes: Iterable[tuple[Number, Number]]) -> Quote:
        """Return the price of units that come and go within a period: `(units, weighted units)` per change, in order.

        Three seats added for a third of the period are `(3, 1)`, two taken away for the last half `(-2, -1)`. The whole
        units decide which tiers are filled or emptied, the weighted ones what is paid there. A tier's flat is due
        once it was ever entered. Raises `RangeError` where more is taken away than there is, or both have different
        signs.

        >>> from moneyed import Money
        >>> price = Graduated((Tier(5, Money(10, "USD")), Tier(None, Money(5, "USD"))))
        >>> price.quote_weighted([(6, 3), (-1, "-0.5")]).settle()
        Money('25.00', 'USD')
        """
        lines: list[Line] = []
        level = Fraction()
        entered = {1: self.tiers[0]}
        for given, weighted in changes:
            units, weight = fraction(given), fraction(weighted)
            if level + units < 0 or units * weight < 0 or bool(weight) > bool(units):
                got = f"{plain(units)} weighted {plain(weight)} after {plain(level)}"
                raise RangeError(
                    "changes of one sign that never take away more than there is", got, "order them by time"
                )
            if not units:
                continue
            low, high = sorted((level, level + units))
            for number, tier, used, _ in self._walk(high, low):
                entered[number] = tier
                share = used * weight / abs(units)
                why = f"{plain(used)} in tier {number} at {tier.unit}, weighted {plain(weight)} of {plain(units)}"
                lines.append(Line("tier", tier.unit * share, why=why, quantity=share, unit=tier.unit, tier=number))
            level += units
        flats = (_flat_line(number, entered[number]) for number in sorted(entered))
        return Quote.of((*lines, *(line for line in flats if line is not None)), self.currency)

    def scaled(self, factor: Number) -> Graduated:
        """Return the price multiplied exactly; bounds, blocks and free units stay."""
        return Graduated(tuple(tier.scaled(factor) for tier in self.tiers), beyond=self.beyond, free=self.free)

    def _lines(self, units: Fraction, billed: Fraction, *, opened: bool) -> Iterator[Line]:
        for number, tier, used, before in self._walk(units, billed):
            size = slim(tier.block)
            paid = used if size == 1 else tier.blocks(Fraction(before + used)) - tier.blocks(Fraction(before))
            what = plain(paid) if size == 1 else f"{plain(paid)} blocks of {plain(size)}"
            why = f"{what} in tier {number} at {tier.unit}"
            if self.free and number == 1:
                why += f", after {plain(self.free)} free"
            yield Line("tier", tier.unit * paid, why=why, quantity=Fraction(paid), unit=tier.unit, tier=number)
            flat = _flat_line(number, tier)
            if flat is not None and not before and (number > 1 or not opened):
                yield flat

    def _walk(self, to: Fraction, since: Fraction) -> Iterator[tuple[int, Tier, int | Fraction, int | Fraction]]:
        """Yield (number, tier, units used in it, units billed in it before) for each tier touched between the two."""
        units, billed = slim(to), slim(since)
        low: int | Fraction = 0
        last = len(self.tiers)
        for number, tier in enumerate(self.tiers, start=1):
            end = closing(tier.up_to, self.beyond) if number == last else tier.up_to
            up_to = None if end is None else slim(end)
            high = units if up_to is None else min(units, up_to)
            start = max(low, billed)
            if high > start or units == 0:
                yield number, tier, high - start, start - low
            if up_to is None or units <= up_to:
                return
            low = up_to
        if self.beyond is Beyond.OUT_OF_RANGE:
            raise out_of_range(self.tiers[-1].up_to, units)

    def _pieces(self) -> Iterator[Piece]:
        if any(tier.block != 1 for tier in self.tiers):
            return
        paid, low = Fraction(), Fraction()
        last = len(self.tiers)
        for number, tier in enumerate(self.tiers, start=1):
            paid += tier.flat.amount if tier.flat else Fraction()
            if number == 1 and self.free:
                yield self.free, paid, Fraction()
            slope = tier.unit.amount
            up_to = closing(tier.up_to, self.beyond) if number == last else tier.up_to
            yield None if up_to is None else up_to + self.free, paid - slope * (low + self.free), slope
            if up_to is not None:
                paid += slope * (up_to - low)
                low = up_to
        if self.beyond is Beyond.FREE and self.tiers[-1].up_to is not None:
            yield None, paid, Fraction()


def _flat_line(number: int, tier: Tier) -> Line | None:
    if tier.flat is None:
        return None
    return Line("flat", tier.flat, why=f"flat {tier.flat} of tier {number}", tier=number)
