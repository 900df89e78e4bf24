"""Renewals: which period of a contract comes next, when it is invoiced and due, what it costs and why.

The preview of a renewal, the forecast and the invoice all come from here, so they cannot differ.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import attrs
import pendulum
from moneyed import Money

from renewkit.books.invoice import InvoiceLine, item_id
from renewkit.books.subscription import Timing
from renewkit.values.moments import resolve
from renewkit.values.money import settle, total
from renewkit.values.number import plain
from renewkit.values.period import Period, ServicePeriod

if TYPE_CHECKING:
    from collections.abc import Iterator

    from renewkit.books.subscription import Item, Subscription

__all__ = ["Renewal", "due_on", "item_ids", "opens_at", "price_lines", "renewal_of", "renewals", "strikes"]


@attrs.frozen(kw_only=True)
class Renewal:
    """A coming invoice: when it will be issued and due, for which period, how much and why."""

    subscription_id: str
    period: Period
    issued_on: pendulum.Date
    due_on: pendulum.Date
    total: Money
    lines: tuple[InvoiceLine, ...]


def renewals(book: str, subscription: Subscription) -> Iterator[Renewal]:
    """Yield the coming renewals of a contract as far as it goes; endless for an evergreen one.

    Nothing here depends on the present: the dates are those of an engine that runs on time.
    """
    day = subscription.billed_until
    while (service := subscription.service_from(day)) is not None:
        yield renewal_of(book, subscription, service)
        day = service.period.end


def renewal_of(book: str, subscription: Subscription, service: ServicePeriod) -> Renewal:
    """Return the invoice that a service period will have: when, how much and why."""
    lines = price_lines(book, subscription, service)
    issued_on = subscription.cycle.day_of(opens_at(subscription, service))
    return Renewal(
        subscription_id=subscription.id,
        period=service.period,
        issued_on=issued_on,
        due_on=max(issued_on, due_on(subscription, service)),
        total=total([line.amount for line in lines], subscription.currency),
        lines=lines,
    )


def opens_at(subscription: Subscription, service: ServicePeriod) -> pendulum.DateTime:
    """Return the instant at which a service period is invoiced: its start (its end, in arrears) less the lead time."""
    return strikes(subscription, _billing_day(subscription, service) - timedelta(days=subscription.terms.lead_days))


def due_on(subscription: Subscription, service: ServicePeriod) -> pendulum.Date:
    """Return the civil day on which the invoice of a service period is due."""
    return _billing_day(subscription, service) + timedelta(days=subscription.terms.due_days)


def price_lines(book: str, subscription: Subscription, service: ServicePeriod) -> tuple[InvoiceLine, ...]:
    """Return what a service period costs: one settled line per item, with the reason of its amount."""
    keys = item_ids(book, subscription, service)
    return tuple(
        _price_line(key, subscription, service, item) for key, item in zip(keys, subscription.items, strict=True)
    )


def item_ids(book: str, subscription: Subscription, service: ServicePeriod) -> tuple[str, ...]:
    """Return the keys of the items that a service period will bill; the same in a preview and on the invoice."""
    start, revision = service.period.start, subscription.standing.revision
    return tuple(
        item_id(book, subscription.id, revision=revision, start=start, item=item.id) for item in subscription.items
    )


def strikes(subscription: Subscription, day: date) -> pendulum.DateTime:
    """Return the instant at which a civil day begins for a subscription, at its cycle's time of day and zone."""
    return resolve(datetime.combine(day, subscription.cycle.at), subscription.cycle.zone)


def _price_line(key: str, subscription: Subscription, service: ServicePeriod, item: Item) -> InvoiceLine:
    position = subscription.position(service.period.start)
    price = item.price_of(service.period.start, position=position, renewal=subscription.renewal(position))
    quote = price.quote(item.quantity)
    exact, why = quote.exact, tuple(line.why for line in quote.lines)
    if service.is_stub:
        share = _stub_share(subscription, service)
        exact, why = exact * share, (*why, _stub_words(service, share))
    return InvoiceLine(
        key,
        subscription.id,
        item=item.id,
        why=why,
        period=service.period,
        quantity=str(item.quantity),
        exact=exact,
        amount=settle(exact, rounding=subscription.terms.rounding),
        rounding=subscription.terms.rounding,
    )


def _stub_share(subscription: Subscription, service: ServicePeriod) -> Fraction:
    # What `service_amount` multiplies by, and also right where a stub is measured by another whole than its cycle.
    start, end = service.period.start, service.period.end
    return subscription.cycle.measure(start, end, policy=subscription.terms.proration)


def _stub_words(service: ServicePeriod, share: Fraction) -> str:
    days, cycle = service.period.days, service.reference.days
    words = f"{days} of the {cycle} days of {service.reference}"
    return words if share == Fraction(days, cycle) else f"{words}, billed as {plain(share)} of a cycle"


def _billing_day(subscription: Subscription, service: ServicePeriod) -> pendulum.Date:
    is_advance = subscription.terms.timing is Timing.ADVANCE
    return service.period.start if is_advance else service.period.end
