"""Percentages: a share of an amount, with fixed parts, bounds and allowances."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import ClassVar

import attrs
from moneyed import Currency, Money

from renewkit.errors import ConfigurationError, MoneyExpectedError
from renewkit.policies.pricing.curve import closing
from renewkit.policies.pricing.tiers import Beyond, checked_tiers, known_beyond, out_of_range
from renewkit.values.line import Line, Quote
from renewkit.values.money import ExactMoney, Rounding, exact, exact_amount, same_currency
from renewkit.values.number import Number, count, fraction, plain, whole

__all__ = ["Base", "GraduatedPercentage", "Percentage", "RateTier", "based", "percent"]

Base = Number | Money | ExactMoney
"""What a percentage is taken of: money, or a number of the price's own currency."""


def _rate(value: Number) -> Fraction:
    if isinstance(value, str) and value.endswith("%"):
        return count(value[:-1].rstrip()) / 100
    return count(value)


@attrs.frozen
class Percentage:
    """A rate of an amount (`"0.029"` or `"2.9 %"`) plus a fixed part.

    `at_least` and `at_most` bound what one event costs, its fixed part included. The allowances serve many events: the
    first `free_events` are free or, where a `free_amount` is given, all until they sum to it; the event that exceeds
    the free amount pays for the excess.

    >>> price = Percentage(rate="0.029", fixed=Money("0.30", "USD"))
    >>> price.charge(Money("100", "USD"))
    Money('3.20', 'USD')
    """

    kind: ClassVar[str] = "percentage"

    rate: Fraction = attrs.field(converter=_rate)
    fixed: ExactMoney | None = attrs.field(default=None, converter=attrs.converters.optional(exact))
    at_least: ExactMoney | None = attrs.field(default=None, kw_only=True, converter=attrs.converters.optional(exact))
    at_most: ExactMoney | None = attrs.field(default=None, kw_only=True, converter=attrs.converters.optional(exact))
    free_events: int = attrs.field(default=0, kw_only=True)
    free_amount: Fraction = attrs.field(default=Fraction(), kw_only=True, converter=count)

    def __attrs_post_init__(self) -> None:
        """Refuse bounds that contradict one another or stand in another currency."""
        whole(self.free_events, least=0, name="free events")
        bounds = [amount for amount in (self.fixed, self.at_least, self.at_most) if amount is not None]
        for amount in bounds:
            same_currency(bounds[0].currency, amount.currency)
        if self.at_least is not None and self.at_most is not None and self.at_least.amount > self.at_most.amount:
            raise ConfigurationError(f"at_least of at most {self.at_most}", str(self.at_least), "exchange the two")

    @property
    def currency(self) -> Currency | None:
        """The currency of its fixed parts; None where it has none and takes that of the amount."""
        return next(
            (amount.currency for amount in (self.fixed, self.at_least, self.at_most) if amount is not None), None
        )

    def quote(self, quantity: Base, *, since: Base = 0) -> Quote:
        """Return the exact price of one event of this amount, or of what of it lies beyond `since`, and why.

        Raises `MoneyExpectedError` for a bare number where the price itself has no currency.
        """
        amount = based(quantity, self.currency)
        billed = based(since, amount.currency)
        rest = ExactMoney(count((amount - billed).amount), amount.currency)
        fixed = self.fixed if billed.is_zero else None
        return Quote.of(self._event(rest, fixed), amount.currency)

    def charge(self, quantity: Base, *, rounding: Rounding = Rounding.HALF_UP) -> Money:
        """Return the price of one event of this amount, rounded once."""
        return self.quote(quantity).settle(rounding=rounding)

    def quote_events(self, amounts: Iterable[Base]) -> Quote:
        """Return the price of events in order, each on its own, after the allowances.

        >>> price = Percentage("0.01", Money(1, "USD"), free_events=1)
        >>> price.quote_events([Money(50, "USD"), Money(100, "USD")]).settle()
        Money('2.00', 'USD')
        """
        left_events, left = self.free_events, self.free_amount
        lines: list[Line] = []
        unit = self.currency
        for given in amounts:
            amount = based(given, unit)
            unit = amount.currency
            value = count(amount.amount)
            if left_events or left:
                left_events -= 1
                if not self.free_amount or left > value:
                    left = max(left - value, Fraction())
                    lines.append(Line("free", amount * 0, why=f"{amount} within the allowance"))
                    continue
                value, left = value - left, Fraction()
            lines.extend(self._event(ExactMoney(value, unit), self.fixed))
        return Quote.of(lines, _known(unit))

    def quote_running(self, quantity: Base, *, events: int, running: Sequence[Base]) -> Quote:
        """Return the price of a period of which only sums are known: the whole, its events, and running totals.

        `running` are the sums after each of the events that the allowances may cover. The rate is taken of the whole
        less the free part, the fixed part of each event that is not free; `at_least` and `at_most`, which bound
        single events, need `quote_events`.

        >>> price = Percentage("0.013", Money(2, "USD"), free_events=3, free_amount=250)
        >>> price.quote_running(800, events=4, running=[50, 150, 400]).settle()
        Money('11.15', 'USD')
        """
        if self.at_least is not None or self.at_most is not None:
            raise ConfigurationError("a price without at_least and at_most", "bounds per event", "use quote_events")
        amount = based(quantity, self.currency)
        totals = [count(based(total, amount.currency).amount) for total in running]
        free, free_events = self._allowance(totals)
        rest = max(count(amount.amount) - free, Fraction())
        paid = max(whole(events, least=0, name="events") - free_events, 0) if amount.amount else 0
        lines = [self._rate_line(ExactMoney(rest, amount.currency))]
        if self.fixed is not None and paid:
            why = f"{paid} events at {self.fixed}"
            lines.append(Line("fixed", self.fixed * paid, why=why, quantity=Fraction(paid), unit=self.fixed))
        return Quote.of(lines, amount.currency)

    def scaled(self, factor: Number) -> Percentage:
        """Return the price with its amounts multiplied exactly; a rate stays, because what it is taken of rises."""
        scaled = {
            name: None if amount is None else amount * factor
            for name, amount in (("fixed", self.fixed), ("at_least", self.at_least), ("at_most", self.at_most))
        }
        return Percentage(self.rate, free_events=self.free_events, free_amount=self.free_amount, **scaled)

    def _allowance(self, totals: Sequence[Fraction]) -> tuple[Fraction, int]:
        """Return the free part of the whole and the number of free events."""
        within = sum(total < self.free_amount for total in totals) if self.free_amount else 0
        events = min((number for number in (self.free_events, within) if number), default=0)
        if not totals or not (self.free_events or self.free_amount):
            return Fraction(), events
        if 0 < self.free_events < len(totals):
            return totals[self.free_events - 1], events
        return min(totals[-1], self.free_amount) if self.free_amount else totals[-1], events

    def _event(self, amount: ExactMoney, fixed: ExactMoney | None) -> Iterator[Line]:
        line = self._rate_line(amount)
        yield line
        cost = line.amount
        if fixed is not None:
            cost += fixed
            yield Line("fixed", fixed, why=f"fixed {fixed}")
        if self.at_least is not None and cost.amount < self.at_least.amount:
            yield Line("minimum", self.at_least - cost, why=f"at least {self.at_least}")
        if self.at_most is not None and cost.amount > self.at_most.amount:
            yield Line("maximum", self.at_most - cost, why=f"at most {self.at_most}")

    def _rate_line(self, amount: ExactMoney) -> Line:
        return Line("rate", amount * self.rate, why=f"{percent(self.rate)} of {amount}")


@attrs.frozen
class RateTier:
    """The part of an amount up to and including `up_to` (None is open) at this rate; `flat` once when it is entered."""

    up_to: Fraction | None = attrs.field(converter=attrs.converters.optional(fraction))
    rate: Fraction = attrs.field(converter=_rate)
    flat: ExactMoney | None = attrs.field(default=None, kw_only=True, converter=attrs.converters.optional(exact_amount))


def _rate_tiers(tiers: Iterable[RateTier]) -> tuple[RateTier, ...]:
    return tuple(tiers)


@attrs.frozen
class GraduatedPercentage:
    """Each part of an amount at the rate of its own tier; a first tier's flat is due at an amount of 0 too.

    >>> price = GraduatedPercentage((RateTier(1000, "0.03"), RateTier(None, "0.02")))
    >>> price.charge(Money(1500, "USD"))
    Money('40.00', 'USD')
    """

    kind: ClassVar[str] = "graduated_percentage"

    tiers: tuple[RateTier, ...] = attrs.field(converter=_rate_tiers)
    beyond: Beyond = attrs.field(default=Beyond.OUT_OF_RANGE, kw_only=True, converter=known_beyond)

    def __attrs_post_init__(self) -> None:
        """Refuse tiers that do not follow one another."""
        checked_tiers(
            [tier.up_to for tier in self.tiers], (tier.flat.currency for tier in self.tiers if tier.flat is not None)
        )

    @property
    def currency(self) -> Currency | None:
        """The currency of its flats; None where it has none and takes that of the amount."""
        return next((tier.flat.currency for tier in self.tiers if tier.flat is not None), None)

    def quote(self, quantity: Base, *, since: Base = 0) -> Quote:
        """Return the exact price of what lies beyond `since`, with a line for each tier and flat."""
        amount = based(quantity, self.currency)
        billed = based(since, amount.currency)
        whole_amount, start = count(amount.amount), count(billed.amount)
        count((amount - billed).amount)
        return Quote.of(self._lines(whole_amount, start, amount.currency), amount.currency)

    def charge(self, quantity: Base, *, rounding: Rounding = Rounding.HALF_UP) -> Money:
        """Return the price of an amount, rounded once."""
        return self.quote(quantity).settle(rounding=rounding)

    def scaled(self, factor: Number) -> GraduatedPercentage:
        """Return the price with its flats multiplied exactly; rates and bounds stay."""
        tiers = (attrs.evolve(tier, flat=tier.flat and tier.flat * factor) for tier in self.tiers)
        return GraduatedPercentage(tuple(tiers), beyond=self.beyond)

    def _lines(self, amount: Fraction, start: Fraction, unit: Currency) -> Iterator[Line]:
        low = Fraction()
        last = len(self.tiers)
        for number, tier in enumerate(self.tiers, start=1):
            up_to = closing(tier.up_to, self.beyond) if number == last else tier.up_to
            high = amount if up_to is None else min(amount, up_to)
            part = high - max(low, start)
            if part > 0 or amount == 0:
                cost, of = ExactMoney(part * tier.rate, unit), ExactMoney(part, unit)
                why = f"{percent(tier.rate)} of {of} in tier {number}"
                yield Line("tier", cost, why=why, quantity=part, unit=ExactMoney(tier.rate, unit), tier=number)
                if tier.flat is not None and start <= low:
                    yield Line("flat", tier.flat, why=f"flat {tier.flat} of tier {number}", tier=number)
            if up_to is None or amount <= up_to:
                return
            low = up_to
        if self.beyond is Beyond.OUT_OF_RANGE:
            raise out_of_range(self.tiers[-1].up_to, amount)


def based(value: Base, unit: Currency | None) -> ExactMoney:
    """Return what a percentage is taken of, in the price's currency.

    >>> from renewkit.values.currency import currency
    >>> based(100, currency("USD"))
    ExactMoney(amount=Fraction(100, 1), currency=USD)
    """
    if isinstance(value, Money | ExactMoney):
        amount = exact(value)
        same_currency(unit or amount.currency, amount.currency)
        return amount
    return ExactMoney(value, _known(unit))


def percent(rate: Fraction) -> str:
    """Return a rate as people write it.

    >>> percent(Fraction("0.029"))
    '2.9 %'
    """
    return f"{plain(rate * 100)} %"


def _known(unit: Currency | None) -> Currency:
    if unit is None:
        remedy = 'pass the amount as Money, such as Money("100", "USD"), or give the price a fixed part'
        raise MoneyExpectedError("an amount with its currency", "a bare number", remedy)
    return unit
