"""Billing: which period opens, what it costs and why, and the invoice that says so.

The preview of a renewal and its invoice come from the same function, so they cannot differ.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import attrs
import pendulum
from moneyed import Money

from renewkit.books.invoice import Invoice, InvoiceLine, InvoiceState, invoice_id, item_id
from renewkit.books.lifecycle import Status, Trigger
from renewkit.books.subscription import Subscription, Timing
from renewkit.effects.effect import Notify, message_key
from renewkit.engine.desk import Desk, strikes
from renewkit.policies.pricing import PriceSchedule
from renewkit.policies.proration import portion
from renewkit.values.money import settle, total
from renewkit.values.period import Period, ServicePeriod

if TYPE_CHECKING:
    from collections.abc import Iterator

    from renewkit.books.subscription import Item

__all__ = ["Renewal", "bill", "finish", "opens_at", "price_lines", "renewals"]

_BILLED = (Status.ACTIVE, Status.PAST_DUE)


@attrs.frozen(kw_only=True)
class Renewal:
    """A coming invoice: when it will be issued and due, for which period, how much and why."""

    subscription_id: str
    period: Period
    issued_on: pendulum.Date
    due_on: pendulum.Date
    total: Money
    lines: tuple[InvoiceLine, ...]


def bill(desk: Desk) -> pendulum.DateTime | None:
    """Activate the contract when its time has come, invoice every period that has opened, and return when the next opens."""
    _activate(desk)
    status = desk.subscription.standing.status
    if status in (Status.DRAFT, Status.TRIALING):
        return _starts_at(desk.subscription)
    if status not in _BILLED:
        return None
    while (service := desk.subscription.service_from(desk.subscription.billed_until)) is not None:
        opening = opens_at(desk.subscription, service)
        if opening > desk.now:
            return opening
        _issue(desk, service)
    return None


def finish(desk: Desk) -> pendulum.DateTime | None:
    """End the contract on its final day, and return when that will be."""
    subscription, final = desk.subscription, desk.subscription.final_day
    if final is None or subscription.standing.status is Status.ENDED:
        return None
    if (moment := strikes(subscription, final)) > desk.now:
        return moment
    reason = "cancelled" if final == subscription.standing.cancel_on else "end of term"
    desk.stand(ended_on=final, reason=reason)
    desk.move(Trigger.FINISH, on=final.isoformat(), reason=reason)
    key = message_key("ended", subscription.id, final.isoformat())
    desk.want(
        Notify(key, "ended", customer_id=desk.customer.id, subscription_id=subscription.id, note=reason, at=desk.now)
    )
    return None


def renewals(book: str, subscription: Subscription) -> Iterator[Renewal]:
    """Yield the coming renewals of a contract as far as it goes; endless for an evergreen one.

    Nothing here depends on the present: the dates are those of an engine that runs on time.
    """
    day = subscription.billed_until
    while (service := subscription.service_from(day)) is not None:
        lines = price_lines(book, subscription, service)
        issued_on = subscription.cycle.day_of(opens_at(subscription, service))
        yield Renewal(
            subscription_id=subscription.id,
            period=service.period,
            issued_on=issued_on,
            due_on=max(issued_on, _due_on(subscription, service)),
            total=total([line.amount for line in lines], subscription.currency),
            lines=lines,
        )
        day = service.period.end


def opens_at(subscription: Subscription, service: ServicePeriod) -> pendulum.DateTime:
    """Return the instant at which a service period is invoiced: its start (end, in arrears) less the lead time."""
    return strikes(subscription, _billing_day(subscription, service) - timedelta(days=subscription.terms.lead_days))


def price_lines(book: str, subscription: Subscription, service: ServicePeriod) -> tuple[InvoiceLine, ...]:
    """Return what a service period costs: one settled line per item, with the reason of its amount."""
    return tuple(_price_line(book, subscription, service, item) for item in subscription.items)


def _price_line(book: str, subscription: Subscription, service: ServicePeriod, item: Item) -> InvoiceLine:
    position = subscription.position(service.period.start)
    price = item.price
    if isinstance(price, PriceSchedule):
        price = price.price_at(position, renewal=subscription.renewal(position))
    quote = price.quote(item.quantity)
    exact, why = quote.exact, tuple(line.why for line in quote.lines)
    if service.is_stub:
        exact = portion(exact, service.period, of=service.reference)
        why = (*why, f"{service.period.days} of the {service.reference.days} days of {service.reference}")
    start, revision = service.period.start, subscription.standing.revision
    return InvoiceLine(
        item_id(book, subscription.id, revision=revision, start=start, item=item.id),
        subscription.id,
        item=item.id,
        why=why,
        period=service.period,
        quantity=str(item.quantity),
        exact=exact,
        amount=settle(exact, rounding=subscription.terms.rounding),
        rounding=subscription.terms.rounding,
    )


def _activate(desk: Desk) -> None:
    subscription = desk.subscription
    if subscription.standing.status is Status.DRAFT and subscription.trial_from is not None:
        if strikes(subscription, subscription.trial_from) > desk.now:
            return
        desk.move(Trigger.START_TRIAL, on=subscription.trial_from.isoformat())
    if desk.subscription.standing.status in (Status.DRAFT, Status.TRIALING) and _first_opening(subscription) <= desk.now:
        desk.move(Trigger.ACTIVATE, on=subscription.starts_on.isoformat())


def _starts_at(subscription: Subscription) -> pendulum.DateTime:
    if subscription.standing.status is Status.DRAFT and subscription.trial_from is not None:
        return strikes(subscription, subscription.trial_from)
    return _first_opening(subscription)


def _first_opening(subscription: Subscription) -> pendulum.DateTime:
    lead = subscription.terms.lead_days if subscription.terms.timing is Timing.ADVANCE else 0
    return strikes(subscription, subscription.starts_on - timedelta(days=lead))


def _issue(desk: Desk, service: ServicePeriod) -> None:
    subscription = desk.subscription
    lines = price_lines(desk.book, subscription, service)
    invoice = Invoice(
        invoice_id(tuple(line.id for line in lines)),
        desk.customer.id,
        currency=subscription.currency,
        lines=lines,
        issued_on=desk.today,
        due_on=max(desk.today, _due_on(subscription, service)),
        state=InvoiceState.FINALISED,
    )
    desk.put(invoice)
    desk.stand(billed_until=service.period.end)
    desk.note(
        "invoice.issued",
        invoice=invoice.id,
        period=str(service.period),
        total=f"{invoice.currency.code} {invoice.total.amount}",
        due=invoice.due_on.isoformat(),
    )
    desk.want(
        Notify(
            message_key("invoice", invoice.id, "issued"),
            "invoice",
            customer_id=desk.customer.id,
            subscription_id=subscription.id,
            invoice_id=invoice.id,
            at=desk.now,
        )
    )


def _billing_day(subscription: Subscription, service: ServicePeriod) -> pendulum.Date:
    is_advance = subscription.terms.timing is Timing.ADVANCE
    return service.period.start if is_advance else service.period.end


def _due_on(subscription: Subscription, service: ServicePeriod) -> pendulum.Date:
    return _billing_day(subscription, service) + timedelta(days=subscription.terms.due_days)
