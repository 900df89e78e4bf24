"""Composing: what a message says, taken from the books at the moment it is sent.

The outbox holds no personal data; names, addresses and amounts come from the snapshot, so a corrected address is used
at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from renewkit.books.invoice import PaymentUse
from renewkit.books.renewal import renewals
from renewkit.effects.message import Message

if TYPE_CHECKING:
    import pendulum
    from moneyed import Money

    from renewkit.books.customer import Contact, Customer
    from renewkit.books.invoice import Invoice
    from renewkit.books.subscription import Subscription
    from renewkit.effects.effect import Notify
    from renewkit.effects.snapshot import Snapshot

__all__ = ["compose"]


def compose(snapshot: Snapshot, notify: Notify) -> Message:
    """Return the message that a notification asks for, with everything its text may need."""
    subscription = snapshot.subscription(notify.subscription_id)
    invoice = next((bill for bill in snapshot.invoices if bill.id == notify.invoice_id), None)
    amount, on = _amount(snapshot.book, subscription, invoice, notify)
    return Message(
        key=notify.key,
        topic=notify.topic,
        to=_addresses(snapshot.customer, notify),
        customer=snapshot.customer,
        subscription=subscription,
        invoice=invoice,
        amount=amount,
        on=on,
        note=notify.note,
        at=notify.at,
    )


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
