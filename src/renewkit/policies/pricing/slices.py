"""Slices: one price billed in several parts of a period (progressive or threshold billing), each with its own invoice.

What several slices come to together is what one bill for the whole period would have come to, but for the rounding of
lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import attrs

from renewkit.policies.pricing.graduated import Graduated
from renewkit.policies.pricing.limits import AtLeast, AtMost, Price
from renewkit.policies.pricing.percentage import GraduatedPercentage, Percentage
from renewkit.policies.pricing.plain import Flat
from renewkit.policies.pricing.volume import Stairstep, Volume
from renewkit.values.line import Line, Quote
from renewkit.values.money import ExactMoney, Rounding, exact, settle
from renewkit.values.number import count

__all__ = ["Slice", "quote_slice"]


@attrs.frozen
class Slice:
    """A part of a period that is billed on its own: what was used in it, and what came before.

    `since` is the quantity of the earlier slices and `billed` what they came to; `opens` and `closes` say whether the
    period starts and ends with this slice. Without options it is the whole period.

    >>> Slice(3, since=7, closes=False).until
    Fraction(10, 1)
    """

    quantity: Fraction = attrs.field(converter=count)
    since: Fraction = attrs.field(default=Fraction(), kw_only=True, converter=count)
    billed: ExactMoney | None = attrs.field(default=None, kw_only=True, converter=attrs.converters.optional(exact))
    opens: bool = attrs.field(default=True, kw_only=True)
    closes: bool = attrs.field(default=True, kw_only=True)

    @property
    def until(self) -> Fraction:
        """The quantity at the end of the slice, counted from the start of the period."""
        return self.since + self.quantity


def quote_slice(price: Price, part: Slice, *, in_advance: bool = False, rounding: Rounding = Rounding.HALF_UP) -> Quote:
    """Return what one slice of a period costs, each line rounded as an invoice needs it.

    A flat price is due in the slice that closes the period, with `in_advance` in the one that opens it; so is the
    flat of a first tier. Volume prices and steps wait for the close, because only then the tier is known. Percentages
    round what has been used so far and take off what was billed for it in the same way. A maximum counts what the
    earlier slices came to; a minimum too, and waits for the close.

    >>> from moneyed import Money
    >>> from renewkit.policies.pricing import Package
    >>> quote_slice(Package(10, Money("15", "USD")), Slice(5, since=8, closes=False)).settle()
    Money('15.00', 'USD')
    """
    if isinstance(price, AtLeast):
        quote = quote_slice(price.price, part, in_advance=in_advance, rounding=rounding)
        missing = price.true_up(quote.exact + _billed(part, quote)) if part.closes else quote.exact * 0
        return quote + _adjusted("minimum", missing, f"at least {price.minimum} in the period", rounding)
    if isinstance(price, AtMost):
        quote = quote_slice(price.price, part, in_advance=in_advance, rounding=rounding)
        over = quote.exact + _billed(part, quote) - price.maximum
        taken = ExactMoney(-max(min(over.amount, quote.exact.amount), Fraction()), over.currency)
        return quote + _adjusted("maximum", taken, f"at most {price.maximum} in the period", rounding)
    quote = _of_period(price, part, in_advance, rounding)
    return Quote.of((_settled(line, rounding) for line in quote.lines), quote.exact.currency)


def _of_period(price: Price, part: Slice, in_advance: bool, rounding: Rounding) -> Quote:  # noqa: FBT001  passed on
    """Return the exact quote of a slice of a price without bounds."""
    if isinstance(price, Flat | Volume | Stairstep):
        due = part.opens if in_advance and isinstance(price, Flat) else part.closes
        quote = price.quote(part.until)
        return quote if due else Quote.of((), quote.exact.currency)
    if isinstance(price, Graduated):
        return price.quote(part.until, since=part.since, opened=not part.opens)
    if isinstance(price, Percentage | GraduatedPercentage):
        so_far = price.quote(part.until)
        if part.opens:
            return so_far
        before = settle(price.quote(part.since).exact, rounding=rounding)
        rest = exact(settle(so_far.exact, rounding=rounding)) - exact(before)
        why = f"{so_far.exact} so far, less the {exact(before)} billed before"
        return Quote.of((Line("rate", rest, why=why),), rest.currency)
    return price.quote(part.until, since=part.since)


def _billed(part: Slice, quote: Quote) -> ExactMoney:
    return part.billed if part.billed is not None else quote.exact * 0


def _settled(line: Line, rounding: Rounding) -> Line:
    return attrs.evolve(line, amount=exact(settle(line.amount, rounding=rounding)))


def _adjusted(kind: str, amount: ExactMoney, why: str, rounding: Rounding) -> Quote:
    def lines() -> Iterator[Line]:
        if not amount.is_zero:
            yield _settled(Line(kind, amount, why=why), rounding)

    return Quote.of(lines(), amount.currency)
