"""Laws of proration; each takes the `prorate` or `change` that it judges, ours or a host's own.

>>> from datetime import date
>>> from renewkit import usd
>>> from renewkit.policies.proration import prorate
>>> march = Period(date(2024, 3, 1), date(2024, 4, 1))
>>> parts_sum_to_the_whole(prorate, usd("29.99"), march, [date(2024, 3, 10)], ProrationPolicy())
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Protocol

from moneyed import Money

from renewkit.policies.proration import Change
from renewkit.values.daycount import ProrationPolicy, RoundingScope
from renewkit.values.money import Rounding, to_minor
from renewkit.values.period import Period

__all__ = [
    "Changing",
    "Prorate",
    "change_is_within_its_prices",
    "credit_stays_within_what_was_paid",
    "cuts_are_additive",
    "parts_err_less_than_a_minor_unit",
    "parts_sum_to_the_whole",
    "there_and_back_is_nothing",
]


class Prorate(Protocol):
    """From an amount, a period and cuts to the parts."""

    def __call__(
        self, amount: Money, *, over: Period, at: Sequence[date], policy: ProrationPolicy
    ) -> tuple[Money, ...]:
        """Return one part more than there are cuts."""
        ...


class Changing(Protocol):
    """From two prices, a period and a day to the change."""

    def __call__(
        self,
        *,
        old: Money,
        new: Money,
        over: Period,
        at: date,
        policy: ProrationPolicy,
        paid: Money | None = None,
        credited: Money | None = None,
    ) -> Change[Money]:
        """Return credit and charge."""
        ...


def parts_sum_to_the_whole(
    prorate: Prorate, amount: Money, over: Period, cuts: Sequence[date], policy: ProrationPolicy
) -> None:
    """There is one part more than there are cuts, and rounded cumulatively they sum to the amount."""
    assert policy.rounding_scope is RoundingScope.CUMULATIVE, "parts that are rounded alone may miss the whole"
    parts = prorate(amount, over=over, at=cuts, policy=policy)
    assert len(parts) == len(cuts) + 1, f"{len(cuts)} cuts gave {len(parts)} parts"
    whole, summed = to_minor(amount), sum(map(to_minor, parts))
    assert whole == summed, f"the parts of {amount.amount} sum to {summed} minor units, not {whole}"


def parts_err_less_than_a_minor_unit(
    prorate: Prorate, amount: Money, over: Period, cuts: Sequence[date], policy: ProrationPolicy
) -> None:
    """Each part errs by less than one minor unit; between two ties under HALF_EVEN by one at most."""
    edges = sorted(cuts)
    marks = [Fraction(0), *(policy.elapsed(cut, of=over) for cut in edges), Fraction(1)]
    parts = prorate(amount, over=over, at=cuts, policy=policy)
    for part, (begun, done) in zip(parts, pairwise(marks), strict=True):
        error = abs(to_minor(part) - to_minor(amount) * (done - begun))
        limit_holds = error < 1 or (error == 1 and policy.rounding is Rounding.HALF_EVEN)
        assert limit_holds, f"a part of {amount.amount} errs by {error} minor units"


def cuts_are_additive(
    prorate: Prorate, amount: Money, over: Period, cuts: Sequence[date], policy: ProrationPolicy
) -> None:
    """A further cut divides one part and leaves the others as they were."""
    edges = sorted(cuts)
    fine = prorate(amount, over=over, at=edges, policy=policy)
    for dropped in range(len(edges)):
        coarse = prorate(amount, over=over, at=edges[:dropped] + edges[dropped + 1 :], policy=policy)
        joined = [to_minor(part) for part in fine]
        joined[dropped : dropped + 2] = [joined[dropped] + joined[dropped + 1]]
        found = [to_minor(part) for part in coarse]
        assert joined == found, f"without the cut at {edges[dropped]} the parts are {found}, not {joined}"


def there_and_back_is_nothing(
    change: Changing, old: Money, new: Money, *, over: Period, at: date, policy: ProrationPolicy
) -> None:
    """Changing the price and changing it back on the same day nets to nothing, when unused parts come back whole."""
    there = change(old=old, new=new, over=over, at=at, policy=policy)
    back = change(old=new, new=old, over=over, at=at, policy=policy)
    net = to_minor(there.net) + to_minor(back.net)
    assert net == 0, f"there and back on {at} costs {net} minor units"


def change_is_within_its_prices(
    change: Changing, old: Money, new: Money, *, over: Period, at: date, policy: ProrationPolicy
) -> None:
    """The credit is between nothing and the old price, the charge between nothing and the new one, and lines say so."""
    found = change(old=old, new=new, over=over, at=at, policy=policy)
    credit, charge = to_minor(found.credit), to_minor(found.charge)
    assert 0 <= credit <= to_minor(old), f"a credit of {credit} for {old.amount}"
    assert 0 <= charge <= to_minor(new), f"a charge of {charge} for {new.amount}"
    assert to_minor(found.net) == charge - credit, f"{charge} less {credit} is not {found.net.amount}"
    explained = sum(line.amount.amount for line in found.lines)
    assert explained == Fraction(found.net.amount), f"the lines sum to {explained}, the net is {found.net.amount}"


def credit_stays_within_what_was_paid(
    change: Changing,
    old: Money,
    *,
    over: Period,
    at: date,
    policy: ProrationPolicy,
    paid: Money,
    credited: Money,
) -> None:
    """A credit is never more than what was paid less what came back before, and never below nothing."""
    nothing = old - old
    found = change(old=old, new=nothing, over=over, at=at, policy=policy, paid=paid, credited=credited)
    limit = max(0, to_minor(paid) - to_minor(credited))
    assert 0 <= to_minor(found.credit) <= limit, f"a credit of {found.credit.amount}, where {limit} are left"
