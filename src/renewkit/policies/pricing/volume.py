"""Volume prices: the whole quantity at the price of the tier that it reaches, or at that tier's fixed amount."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import ClassVar

import attrs
from moneyed import Currency, Money

from renewkit.policies.pricing.curve import Curve, Piece, Straight, closing
from renewkit.policies.pricing.tiers import Beyond, Tier, checked_tiers, known_beyond, reached, window
from renewkit.values.line import Line, Quote
from renewkit.values.money import ExactMoney, exact_amount
from renewkit.values.number import Number, count, fraction, plain

__all__ = ["Cliff", "Stairstep", "Step", "Volume"]


@attrs.frozen
class Cliff:
    """Whole quantities `first` to `last` that cost more than the larger quantity `better`, by at most `saves`."""

    first: int
    last: int
    better: int = attrs.field(kw_only=True)
    saves: ExactMoney = attrs.field(kw_only=True)


def _tiers(tiers: Iterable[Tier]) -> tuple[Tier, ...]:
    return tuple(tiers)


@attrs.frozen
class Volume(Straight):
    """The whole quantity at the unit price of the tier that it reaches, plus that tier's flat, at a quantity of 0 too.

    With a `block` above 1 the whole quantity is counted in started blocks of the tier that it reaches. `free` units
    are not counted. Raises `TiersError` for tiers that do not follow one another.

    >>> usd = lambda amount: Money(amount, "USD")
    >>> Volume((Tier(10, usd("5.00")), Tier(None, usd("3.50")))).charge(12)
    Money('42.00', 'USD')
    """

    kind: ClassVar[str] = "volume"

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

    def quote(self, quantity: Number, *, since: Number = 0, at: Number | None = None) -> Quote:
        """Return the exact price and why; with `since`, less what so much cost when it was billed.

        `at` is the quantity that decides the tier where it is not the one that is paid: 12 seats that count for half a
        period are `quote(6, at=12)`. With `since` the difference may be negative, because a higher tier makes earlier
        units cheaper. Raises `QuantityOutOfRangeError` above a bounded last tier.
        """
        units, billed = window(quantity, since, self.free)
        lines = list(self._lines(units, units if at is None else window(at, 0, self.free)[0]))
        if count(since):
            before = Quote.of(self._lines(billed, billed), self.currency).exact
            lines.append(Line("billed", -before, why=f"less {before} for the {plain(fraction(since))} billed before"))
        return Quote.of(lines, self.currency)

    def scaled(self, factor: Number) -> Volume:
        """Return the price multiplied exactly; bounds, blocks and free units stay."""
        return Volume(tuple(tier.scaled(factor) for tier in self.tiers), beyond=self.beyond, free=self.free)

    def cliffs(self) -> tuple[Cliff, ...]:
        """Return the whole quantities for which buying more costs less, in rising order.

        >>> usd = lambda amount: Money(amount, "USD")
        >>> cliff, = Volume((Tier(10, usd("5.00")), Tier(None, usd("3.50")))).cliffs()
        >>> cliff.first, cliff.last, cliff.better, str(cliff.saves)
        (8, 10, 11, '11.50 USD')
        """
        starts = [int((tier.up_to or Fraction()) + self.free) + 1 for tier in self.tiers[:-1]]
        found: list[Cliff] = []
        low = int(self.free)
        for index, last in enumerate(start - 1 for start in starts):
            better = min(starts[index:], key=lambda start: (self._price(start), start))
            first = self._first_above(self._price(better), low, last)
            if first <= last:
                saves = ExactMoney(self._price(last) - self._price(better), self.currency)
                found.append(Cliff(first, last, better=better, saves=saves))
            low = last
        return tuple(found)

    def _price(self, units: int) -> Fraction:
        return self.quote(units).exact.amount

    def _first_above(self, price: Fraction, low: int, last: int) -> int:
        """Return the first quantity in (low, last] that costs more; within a tier the price never falls."""
        high = last + 1
        while high - low > 1:
            middle = (low + high) // 2
            if self._price(middle) > price:
                high = middle
            else:
                low = middle
        return high

    def _lines(self, units: Fraction, at: Fraction) -> Iterator[Line]:
        index = reached([tier.up_to for tier in self.tiers], at, self.beyond)
        tier, number = self.tiers[index], index + 1
        most = tier.up_to if self.beyond is Beyond.FREE else None
        counted = units if most is None else min(units, most)
        paid = tier.blocks(counted)
        what = plain(paid) if tier.block == 1 else f"{plain(paid)} blocks of {plain(tier.block)}"
        why = f"{what} at {tier.unit}, the price of tier {number}"
        if self.free:
            why += f", after {plain(self.free)} free"
        yield Line("tier", tier.unit * paid, why=why, quantity=paid, unit=tier.unit, tier=number)
        if tier.flat is not None:
            yield Line("flat", tier.flat, why=f"flat {tier.flat} of tier {number}", tier=number)

    def _pieces(self) -> Iterator[Piece]:
        if any(tier.block != 1 for tier in self.tiers):
            return
        flat = Fraction()
        last = len(self.tiers)
        for number, tier in enumerate(self.tiers, start=1):
            flat = tier.flat.amount if tier.flat else Fraction()
            if number == 1 and self.free:
                yield self.free, flat, Fraction()
            slope = tier.unit.amount
            up_to = closing(tier.up_to, self.beyond) if number == last else tier.up_to
            yield None if up_to is None else up_to + self.free, flat - slope * self.free, slope
        end = self.tiers[-1]
        if self.beyond is Beyond.FREE and end.up_to is not None:
            yield None, flat + end.unit.amount * end.up_to, Fraction()


@attrs.frozen
class Step:
    """The fixed amount for any quantity up to and including `up_to` (None is open)."""

    up_to: Fraction | None = attrs.field(converter=attrs.converters.optional(fraction))
    amount: ExactMoney = attrs.field(converter=exact_amount)


def _steps(steps: Iterable[Step | tuple[Number | None, Money | ExactMoney]]) -> tuple[Step, ...]:
    return tuple(step if isinstance(step, Step) else Step(*step) for step in steps)


@attrs.frozen
class Stairstep(Straight):
    """One fixed amount for the whole quantity, by the step that it reaches; steps are `(up_to, amount)`.

    >>> usd = lambda amount: Money(amount, "USD")
    >>> Stairstep(((10, usd("20")), (None, usd("50")))).charge(11)
    Money('50.00', 'USD')
    """

    kind: ClassVar[str] = "stairstep"

    steps: tuple[Step, ...] = attrs.field(converter=_steps)
    beyond: Beyond = attrs.field(default=Beyond.OUT_OF_RANGE, kw_only=True, converter=known_beyond)
    _curve: Curve | None = attrs.field(default=None, init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Refuse steps that do not follow one another."""
        checked_tiers([step.up_to for step in self.steps], (step.amount.currency for step in self.steps))

    @property
    def currency(self) -> Currency:
        """The currency that it is in."""
        return self.steps[0].amount.currency

    def quote(self, quantity: Number, *, since: Number = 0) -> Quote:
        """Return the exact amount and why; with `since`, less the amount of the step that was billed.

        Raises `QuantityOutOfRangeError` above a bounded last step; `Beyond.FREE` and `LAST` both keep its amount.
        """
        units, billed = window(quantity, since)
        bounds = [step.up_to for step in self.steps]
        number = reached(bounds, units, self.beyond) + 1
        amount = self.steps[number - 1].amount
        lines = [Line("tier", amount, why=f"step {number} at {amount}", tier=number)]
        if billed:
            before = self.steps[reached(bounds, billed, self.beyond)].amount
            lines.append(Line("billed", -before, why=f"less {before} for the {plain(billed)} billed before"))
        return Quote.of(lines, self.currency)

    def scaled(self, factor: Number) -> Stairstep:
        """Return the price multiplied exactly; the bounds stay."""
        return Stairstep(tuple(Step(step.up_to, step.amount * factor) for step in self.steps), beyond=self.beyond)

    def _pieces(self) -> list[Piece]:
        pieces: list[Piece] = [(step.up_to, step.amount.amount, Fraction()) for step in self.steps]
        if self.beyond is not Beyond.OUT_OF_RANGE:
            pieces[-1] = (None, *pieces[-1][1:])
        return pieces
