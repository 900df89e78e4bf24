"""Frozen quotes: a change that was shown to a customer is charged as shown, or refused with a reason.

A preview computed again at the moment of the charge differs by a few minutes' worth of cents. So the preview is kept,
and the charge honours it as long as nothing that it was made from has changed.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum

import attrs
import pendulum
from moneyed import Money

from renewkit.errors import RangeError
from renewkit.policies.proration.change import Change, change
from renewkit.policies.proration.parts import DEFAULT, minus
from renewkit.values.daycount import ProrationPolicy
from renewkit.values.line import Line
from renewkit.values.moments import instant
from renewkit.values.money import money_in
from renewkit.values.period import Period, Span

__all__ = ["FrozenQuote", "QuoteRefused", "Refusal", "freeze"]


class Refusal(Enum):
    """Why a frozen quote is not honoured."""

    EXPIRED = "expired"
    """It was valid until an earlier instant."""
    OLD_PRICE = "old_price"
    """The price that is left has changed."""
    NEW_PRICE = "new_price"
    """Another price is asked for."""
    PERIOD = "period"
    """The subscription is in another period, or its period has moved."""
    POLICY = "policy"
    """Changes are now counted differently."""
    PAYMENTS = "payments"
    """Something was paid or credited since."""


@attrs.frozen
class QuoteRefused:
    """A quote that is not honoured: make a new one and show it."""

    reason: Refusal
    why: str


@attrs.frozen
class FrozenQuote:
    """A change as it was shown, with all that it was made from; `freeze` makes one.

    Money only: a quote is something that can be charged. It round-trips through JSON, so it can wait in a database.
    """

    credit: Money
    charge: Money
    lines: tuple[Line, ...] = attrs.field(kw_only=True)
    old: Money = attrs.field(kw_only=True)
    new: Money = attrs.field(kw_only=True)
    over: Period | Span = attrs.field(kw_only=True)
    policy: ProrationPolicy = attrs.field(kw_only=True)
    paid: Money | None = attrs.field(default=None, kw_only=True)
    credited: Money | None = attrs.field(default=None, kw_only=True)
    valid_until: pendulum.DateTime = attrs.field(kw_only=True, converter=instant)

    @property
    def net(self) -> Money:
        """What was quoted: the charge less the credit."""
        return minus(self.charge, self.credit)

    def honour(
        self,
        *,
        now: datetime,
        old: Money,
        new: Money,
        over: Period | Span,
        policy: ProrationPolicy = DEFAULT,
        paid: Money | None = None,
        credited: Money | None = None,
    ) -> Change[Money] | QuoteRefused:
        """Return the change as quoted, or why it can no longer be had.

        Pass the facts as they are now. That time has passed since the quote is no reason to refuse before
        `valid_until`, that instant included.

        >>> from renewkit import usd
        >>> march, noon = Period(date(2024, 3, 1), date(2024, 4, 1)), pendulum.datetime(2024, 3, 10, 12)
        >>> terms = {"old": usd("10"), "new": usd("20"), "over": march}
        >>> quote = freeze(**terms, at=date(2024, 3, 10), valid_until=noon.add(hours=24))
        >>> quote.honour(**terms, now=noon.add(hours=13)).net == quote.net
        True
        >>> quote.honour(**terms, now=noon.add(hours=25)).reason
        <Refusal.EXPIRED: 'expired'>
        """
        if instant(now) > self.valid_until:
            why = f"quoted until {self.valid_until.isoformat()}, asked at {now.isoformat()}"
            return QuoteRefused(Refusal.EXPIRED, why)
        compared = (
            (Refusal.OLD_PRICE, self.old, old),
            (Refusal.NEW_PRICE, self.new, new),
            (Refusal.PERIOD, self.over, over),
            (Refusal.POLICY, self.policy, policy),
            (Refusal.PAYMENTS, (self.paid, self.credited), (paid, credited)),
        )
        for reason, quoted, present in compared:
            if quoted != present:
                return QuoteRefused(reason, f"quoted with {_shown(quoted)}, now {_shown(present)}")
        return Change(money_in(self.credit), money_in(self.charge), lines=self.lines)


def freeze(
    *,
    old: Money,
    new: Money,
    over: Period | Span,
    at: date,
    valid_until: datetime,
    policy: ProrationPolicy = DEFAULT,
    paid: Money | None = None,
    credited: Money | None = None,
) -> FrozenQuote:
    """Return a change as a quote that can be honoured until an instant.

    Raises as `change` does, and `RangeError` for a quote that outlives the period it prorates.

    >>> from renewkit import usd
    >>> march = Period(date(2024, 3, 1), date(2024, 4, 1))
    >>> until = pendulum.datetime(2024, 3, 11)
    >>> freeze(old=usd("10"), new=usd("20"), over=march, at=date(2024, 3, 10), valid_until=until).net
    Money('7.09', 'USD')
    """
    quoted = change(old=old, new=new, over=over, at=at, policy=policy, paid=paid, credited=credited)
    until = instant(valid_until)
    last = until if isinstance(over, Span) else until.date()
    if last > over.end:
        raise RangeError(f"a quote that ends with {over}", until.isoformat(), "prorated amounts end with their period")
    return FrozenQuote(
        quoted.credit,
        quoted.charge,
        lines=quoted.lines,
        old=money_in(old),
        new=money_in(new),
        over=over,
        policy=policy,
        paid=None if paid is None else money_in(paid),
        credited=None if credited is None else money_in(credited),
        valid_until=until,
    )


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return " and ".join(map(_shown, value))
    return f"{value.currency} {value.amount:f}" if isinstance(value, Money) else str(value)
