"""Folding: what became known changes the books; nothing is decided here."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import attrs

from renewkit.books.invoice import Payment, PaymentUse
from renewkit.effects.effect import Charge, Notify
from renewkit.effects.outcome import (
    Declined,
    Outcome,
    Paid,
    PaymentReceipt,
    Pending,
    RequiresAction,
    Sent,
    Undelivered,
    Unknown,
)
from renewkit.values.decline import Attempt
from renewkit.values.problem import Problem

if TYPE_CHECKING:
    from renewkit.books.invoice import Invoice
    from renewkit.engine.desk import Desk

__all__ = ["fold_charge", "fold_message", "fold_payment", "fold_unresolved", "tell_payments"]


def fold_charge(desk: Desk, charge: Charge, outcome: Outcome) -> None:
    """Book what a gateway answered to a charge."""
    invoice = desk.invoices[charge.invoice_id]
    match outcome:
        case Paid(receipt):
            _fold_capture(desk, invoice, charge, receipt)
        case Declined(decline, at):
            attempt = Attempt(at, decline, charge.instrument)
            desk.put(attrs.evolve(invoice, attempts=(*invoice.attempts, attempt), charging=None))
            code = f"{decline.rail}:{decline.code}"
            desk.note("charge.declined", invoice=invoice.id, key=charge.key, code=code, category=decline.category.value)
        case Pending(until):
            desk.note("charge.pending", invoice=invoice.id, key=charge.key, until=until.isoformat() if until else "")
        case RequiresAction(action, url):
            desk.put(attrs.evolve(invoice, given_up=f"waiting for the customer: {action}", charging=None))
            desk.note("charge.requires_action", invoice=invoice.id, key=charge.key, action=action, url=url)
        case Unknown(key):
            desk.note("charge.unknown", invoice=invoice.id, key=key)
        case Sent() | Undelivered():
            _misplaced(desk, charge.key, outcome)
        case _:
            assert_never(outcome)


def fold_message(desk: Desk, notify: Notify, outcome: Outcome) -> None:
    """Book what a messenger answered."""
    match outcome:
        case Sent(proof):
            desk.note("message.sent", topic=notify.topic, key=notify.key, proof=proof)
        case Undelivered(reason):
            desk.note("message.undelivered", topic=notify.topic, key=notify.key, reason=reason)
        case Unknown(key):
            desk.note("message.unknown", topic=notify.topic, key=key)
        case _:
            _misplaced(desk, notify.key, outcome)


def fold_payment(desk: Desk, invoice: Invoice, payment: Payment) -> None:
    """Book money that came in; what is more than the invoice asks for is kept as excess, never lost."""
    after = invoice.receive(payment)
    if after is invoice:
        return
    desk.put(after)
    for booked in after.payments[len(invoice.payments) :]:
        kind = "payment.received" if booked.use is PaymentUse.APPLIED else "payment.excess"
        amount = f"{booked.amount.currency.code} {booked.amount.amount}"
        desk.note(kind, invoice=invoice.id, payment=booked.id, amount=amount, method=booked.method)


def fold_unresolved(desk: Desk, charge: Charge) -> None:
    """Stop at a charge of which nobody can tell whether it was made: charging again might charge twice."""
    desk.park(
        Problem(
            "charge.unresolved",
            desk.subscription.id,
            message=f"expected to learn what became of charge {charge.key} for {charge.invoice_id}, got no answer",
            remedy="find it in the gateway's own records, then say what happened with review()",
        )
    )


def tell_payments(desk: Desk) -> None:
    """Ask for the receipts of payments that the customer has not been told about."""
    for invoice in tuple(desk.invoices.values()):
        untold = invoice.payments[invoice.told :]
        if not untold:
            continue
        desk.put(attrs.evolve(invoice, told=len(invoice.payments)))
        for payment in untold:
            topic = "receipt" if payment.use is PaymentUse.APPLIED else "duplicate_payment"
            desk.tell(topic, invoice=invoice, occasion=payment.id, note=payment.id)


def _fold_capture(desk: Desk, invoice: Invoice, charge: Charge, receipt: PaymentReceipt) -> None:
    if receipt.amount != charge.amount:
        got, asked = str(receipt.amount), str(charge.amount)
        problem = Problem(
            "charge.amount",
            desk.subscription.id,
            message=f"expected a capture of {asked} for {invoice.id}, got {got} as {receipt.id}",
            remedy="ask the gateway, correct the payment there, then release the subscription",
        )
        desk.note("charge.mismatch", invoice=invoice.id, key=charge.key, asked=asked, got=got, receipt=receipt.id)
        desk.park(problem)
        return
    attempt = Attempt(receipt.at, None, charge.instrument)
    invoice = attrs.evolve(invoice, attempts=(*invoice.attempts, attempt), charging=None)
    desk.put(invoice)
    fold_payment(desk, invoice, Payment(receipt.id, receipt.amount, at=receipt.at, method="card"))


def _misplaced(desk: Desk, key: str, outcome: object) -> None:
    problem = Problem(
        "adapter.outcome",
        desk.subscription.id,
        message=f"expected an outcome of the effect's own kind for {key}, got {type(outcome).__name__}",
        remedy="mend the adapter, then release the subscription",
    )
    desk.park(problem)
