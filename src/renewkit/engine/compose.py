"""Composing: what a message says, taken from the books at the moment it is sent.

The outbox holds no personal data; names, addresses and amounts come from the snapshot, so a corrected address is used
at once.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from renewkit.books.invoice import PaymentUse
from renewkit.books.renewal import renewal_of, renewals
from renewkit.effects.message import Message
from renewkit.values.moments import civil_date

if TYPE_CHECKING:
    import pendulum
    from moneyed import Money

    from renewkit.books.customer import Contact, Customer
    from renewkit.books.invoice import Invoice
    from renewkit.books.renewal import Renewal
    from renewkit.books.subscription import Subscription
    from renewkit.effects.effect import Notify
    from renewkit.effects.snapshot import Snapshot

__all__ = ["compose"]

_OF_DEBITS: Final = ("amount_change", "date_change", "debit_notice")
"""The notices that are about the day on which money moves."""


def compose(snapshot: Snapshot, notify: Notify) -> Message:
    """Return the message that a notification asks for, with everything its text may need."""
    subscription = snapshot.subscription(notify.subscription_id)
    invoice = next((bill for bill in snapshot.invoices if bill.id == notify.invoice_id), None)
    amount, on = _amount(snapshot.book, subscription, invoice, notify)
    coming = _announced(snapshot.book, subscription, notify) if notify.rules else None
    if coming is not None:
        amount, on = coming.total, coming.issued_on if notify.topic in _OF_DEBITS else coming.period.start
    return Message(
        key=notify.key,
        topic=notify.topic,
        to=_addresses(snapshot.customer, notify),
        customer=snapshot.customer,
        subscription=subscription,
        invoice=invoice,
        amount=amount,
        on=on,
        note="" if notify.rules else notify.note,
        period=None if coming is None else coming.period,
        refuse_by=None if coming is None else _refuse_by(subscription, coming),
        at=notify.at,
    )


def _announced(book: str, subscription: Subscription, notify: Notify) -> Renewal | None:
    """Return the renewal that a notice of duty is about: its note says when the period begins."""
    start = civil_date(date.fromisoformat(notify.note))
    service = subscription.service_from(start)
    return None if service is None else renewal_of(book, subscription, service)


def _refuse_by(subscription: Subscription, coming: Renewal) -> pendulum.Date | None:
    law = subscription.terms.jurisdiction
    return None if law is None else law.refuse_by.day_from(coming.period.start)


def _addresses(customer: Customer, notify: Notify) -> tuple[Contact, ...]:
    if notify.audience == "agent" and customer.agent is not None:
        return (customer.agent,)
    return tuple(contact for channel in notify.channels if (contact := customer.reached_by(channel)))


def _amount(
    book: str, subscription: Subscription, invoice: Invoice | None, notify: Notify
) -> tuple[Money | None, pendulum.Date | None]:
    if invoice is None:
        coming = next(renewals(book, subscription), None) if notify.topic == "upcoming" else None
        ended = subscription.standing.ended_on
        return (coming.total, coming.period.start) if coming else (None, ended)
    use = PaymentUse.EXCESS if notify.topic == "duplicate_payment" else PaymentUse.APPLIED
    payment = next((made for made in invoice.payments if made.id == notify.note and made.use is use), None)
    if payment is not None:
        return payment.amount, subscription.cycle.day_of(payment.at)
    return invoice.open, invoice.due_on
