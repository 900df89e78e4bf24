"""Laws of late fees: they never shrink with time, never pass their caps, and are never counted on one another.

>>> from renewkit.policies.fees import DailyInterest, LateFees
>>> from renewkit.values.money import usd
>>> capped = LateFees((DailyInterest("0.10"),), cap=usd("5"))
>>> fees_respect_their_cap(capped, usd("1000"), due=date(2026, 1, 1), on=date(2027, 1, 1))
"""

from __future__ import annotations

from datetime import date
from typing import Protocol

from moneyed import Money

from renewkit.values.line import Quote

__all__ = [
    "FeeSchedule",
    "charging_in_parts_is_charging_once",
    "fees_never_shrink",
    "fees_respect_their_cap",
    "grace_is_free",
]


class FeeSchedule(Protocol):
    """What a schedule of late fees must answer to be judged by these laws."""

    @property
    def grace_days(self) -> int:
        """Days in which nothing is charged."""
        ...

    @property
    def cap(self) -> Money | None:
        """The most that one invoice's fees may come to."""
        ...

    def quote(self, principal: Money, *, due: date, on: date) -> Quote:
        """Return the exact fees."""
        ...

    def fee(self, principal: Money, *, due: date, on: date, charged: Money | None = None) -> Money:
        """Return what is still to be charged."""
        ...


def fees_never_shrink(fees: FeeSchedule, principal: Money, *, due: date, first: date, later: date) -> None:
    """A later day never costs less."""
    early, late = (fees.quote(principal, due=due, on=on).exact.amount for on in sorted((first, later)))
    assert early <= late, f"{early} became {late}"


def fees_respect_their_cap(fees: FeeSchedule, principal: Money, *, due: date, on: date) -> None:
    """No day costs more than the cap, and the lines sum to the whole."""
    quote = fees.quote(principal, due=due, on=on)
    assert fees.cap is None or fees.fee(principal, due=due, on=on) <= fees.cap, f"{quote.exact} is above {fees.cap}"
    assert quote.exact.amount == sum(line.amount.amount for line in quote.lines), "the lines do not sum to the whole"


def grace_is_free(fees: FeeSchedule, principal: Money, *, due: date) -> None:
    """On no day up to the end of grace is anything charged."""
    for days in range(fees.grace_days + 1):
        on = date.fromordinal(due.toordinal() + days)
        assert fees.quote(principal, due=due, on=on).exact.is_zero, f"a fee on {on}, {days} days after {due}"


def charging_in_parts_is_charging_once(
    fees: FeeSchedule, principal: Money, *, due: date, first: date, later: date
) -> None:
    """What is charged on a first day, and the rest on a later one, is what the later day alone would charge."""
    early, late = sorted((first, later))
    part = fees.fee(principal, due=due, on=early)
    rest = fees.fee(principal, due=due, on=late, charged=part)
    assert fees.fee(principal, due=due, on=late) == part + rest, f"{part} and {rest} in parts"
