"""Billing: activate a contract, invoice every period that has opened, end it on its final day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from renewkit.books.invoice import Invoice, InvoiceState, invoice_id
from renewkit.books.lifecycle import Status, Trigger
from renewkit.books.renewal import due_on, opens_at, price_lines, strikes
from renewkit.books.subscription import Collection, Timing

if TYPE_CHECKING:
    import pendulum

    from renewkit.books.subscription import Subscription
    from renewkit.engine.desk import Desk
    from renewkit.values.period import ServicePeriod

__all__ = ["bill", "finish"]

_BILLED = (Status.ACTIVE, Status.PAST_DUE)


def bill(desk: Desk) -> pendulum.DateTime | None:
    """Activate the contract in its time, invoice every period that has opened, and return when the next opens."""
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
    desk.tell("ended", occasion=final.isoformat(), note=reason)
    return None


def _activate(desk: Desk) -> None:
    subscription = desk.subscription
    if subscription.standing.status is Status.DRAFT and subscription.trial_from is not None:
        if strikes(subscription, subscription.trial_from) > desk.now:
            return
        desk.move(Trigger.START_TRIAL, on=subscription.trial_from.isoformat())
    is_waiting = desk.subscription.standing.status in (Status.DRAFT, Status.TRIALING)
    if is_waiting and _first_opening(subscription) <= desk.now:
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
        due_on=max(desk.today, due_on(subscription, service)),
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
    if subscription.terms.collection is Collection.INVOICE:
        # Who is charged hears of it by the receipt, or that the charge failed; who must pay has to be told to.
        desk.tell("invoice", invoice=invoice, occasion="issued")
