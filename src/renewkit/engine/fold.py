"""Folding: what became known changes the books; nothing is decided here.

News about another subscription changes nothing, and neither does news that is known already, so that it may come in
any order and any number of times.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, assert_never

import attrs

from renewkit.books.audit import GENESIS
from renewkit.books.invoice import Payment, PaymentUse
from renewkit.books.lifecycle import Status
from renewkit.books.subscription import Collection
from renewkit.effects.effect import Charge, Effect, Notify
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
from renewkit.engine.news import (
    Awaited,
    Came,
    Cancelled,
    InstrumentSet,
    News,
    PaymentReceived,
    Released,
    Subscribed,
    Unresolved,
)
from renewkit.errors import StateError
from renewkit.values.decline import Attempt
from renewkit.values.problem import Problem, Severity

if TYPE_CHECKING:
    import pendulum

    from renewkit.books.invoice import Invoice
    from renewkit.engine.desk import Desk
    from renewkit.values.decline import Decline, Instrument

__all__ = ["fold_news", "is_decisive", "tell_payments"]

_AWAITED: Final = "waiting for the money to arrive"
_TICK: Final = timedelta(microseconds=1)


def fold_news(desk: Desk, piece: News) -> None:
    """Book a piece of news, as far as it concerns the subscription on the desk.

    Raises `StateError` for a request that the contract's present state does not allow.
    """
    match piece:
        case Came(effect, outcome):
            _fold_outcome(desk, effect, outcome)
        case Awaited() | Unresolved():
            _fold_silence(desk, piece)
        case PaymentReceived(invoice_id, payment):
            if invoice_id in desk.invoices:
                _fold_payment(desk, desk.invoices[invoice_id], payment)
        case Subscribed() | Cancelled() | Released():
            _fold_request(desk, piece)
        case InstrumentSet(instrument):
            _fold_instrument(desk, instrument)
        case _:
            assert_never(piece)


def is_decisive(effect: Effect, outcome: Outcome) -> bool:
    """Whether an outcome ends its effect; anything else leaves it in the outbox, to be looked up or tried again.

    A capture of another amount than was asked for decides nothing: a person must say what really happened.
    """
    match effect, outcome:
        case Charge(), Paid(receipt):
            return receipt.amount == effect.amount
        case (Charge(), Declined() | RequiresAction()) | (Notify(), Sent()):
            return True
        case Notify(), Undelivered(_, is_permanent):
            return is_permanent
        case _:
            return False


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


def _fold_outcome(desk: Desk, effect: Effect, outcome: Outcome) -> None:
    if isinstance(effect, Notify):
        if effect.subscription_id == desk.subscription.id:
            _fold_message(desk, effect, outcome)
    elif effect.invoice_id in desk.invoices:
        _fold_charge(desk, effect, outcome)


def _fold_silence(desk: Desk, piece: Awaited | Unresolved) -> None:
    if piece.charge.invoice_id not in desk.invoices:
        return
    if isinstance(piece, Awaited):
        _fold_awaited(desk, piece.charge, piece.outcome)
    else:
        _fold_unresolved(desk, piece.charge)


def _fold_request(desk: Desk, piece: Subscribed | Cancelled | Released) -> None:
    match piece:
        case Subscribed(subscription):
            if subscription.id == desk.subscription.id and desk.subscription.standing.head == GENESIS:
                desk.note("subscription.made", items=", ".join(item.id for item in subscription.items))
        case Cancelled(named, on):
            if named == desk.subscription.id:
                if desk.subscription.standing.status is Status.ENDED:
                    raise StateError("a contract that has not ended", named, "nothing is left to cancel")
                desk.stand(cancel_on=on)
                desk.note("subscription.cancelled", on=on.isoformat())
        case Released(named):
            if named == desk.subscription.id:
                desk.stand(parked=None)
                desk.note("subscription.released")
        case _:
            assert_never(piece)


def _fold_charge(desk: Desk, charge: Charge, outcome: Outcome) -> None:
    invoice = desk.invoices[charge.invoice_id]
    match outcome:
        case Paid(receipt):
            _fold_capture(desk, invoice, charge, receipt)
        case Declined(decline, at):
            if invoice.charging != charge.key:
                return
            _book_attempt(desk, invoice, charge, decline, at)
            code = f"{decline.rail}:{decline.code}"
            desk.note("charge.declined", invoice=invoice.id, key=charge.key, code=code, category=decline.category.value)
        case Pending(until):
            desk.note("charge.pending", invoice=invoice.id, key=charge.key, until=until.isoformat() if until else "")
        case RequiresAction(action, url):
            _fold_action(desk, invoice, charge, RequiresAction(action, url))
        case Unknown(key):
            desk.note("charge.unknown", invoice=invoice.id, key=key)
        case Sent() | Undelivered():
            _misplaced(desk, charge.key, outcome)
        case _:
            assert_never(outcome)


def _fold_action(desk: Desk, invoice: Invoice, charge: Charge, asked: RequiresAction) -> None:
    if invoice.charging != charge.key:
        return
    _end_charge(desk, charge, None)
    desk.put(attrs.evolve(invoice, given_up=f"waiting for the customer: {asked.action}", charging=None))
    desk.note("charge.requires_action", invoice=invoice.id, key=charge.key, action=asked.action, url=asked.url)
    note = f"{asked.action} {asked.url}".strip()
    desk.tell("payment_failed", invoice=invoice, occasion=str(charge.number), note=note)


def _fold_awaited(desk: Desk, charge: Charge, pending: Pending) -> None:
    invoice = desk.invoices[charge.invoice_id]
    if invoice.charging != charge.key:
        return
    until = pending.until.isoformat() if pending.until else ""
    _end_charge(desk, charge, None)
    desk.put(attrs.evolve(invoice, given_up=_AWAITED, charging=None))
    desk.note("charge.pending", invoice=invoice.id, key=charge.key, until=until)


def _fold_message(desk: Desk, notify: Notify, outcome: Outcome) -> None:
    match outcome:
        case Sent() as sent:
            desk.note("message.sent", topic=notify.topic, key=notify.key, **notify.duties, **sent.proof)
        case Undelivered(reason, is_permanent):
            desk.note("message.undelivered", topic=notify.topic, key=notify.key, reason=reason)
            if is_permanent:
                desk.problems.append(_unheard(desk, notify, reason))
        case Unknown(key):
            desk.note("message.unknown", topic=notify.topic, key=key)
        case _:
            _misplaced(desk, notify.key, outcome)


def _fold_payment(desk: Desk, invoice: Invoice, payment: Payment) -> None:
    """Book money that came in; what is more than the invoice asks for is kept as excess, never lost."""
    after = invoice.receive(payment)
    if after is invoice:
        return
    desk.put(after)
    for booked in after.payments[len(invoice.payments) :]:
        kind = "payment.received" if booked.use is PaymentUse.APPLIED else "payment.excess"
        amount = f"{booked.amount.currency.code} {booked.amount.amount}"
        desk.note(kind, invoice=invoice.id, payment=booked.id, amount=amount, method=booked.method)


def _fold_unresolved(desk: Desk, charge: Charge) -> None:
    """Stop at a charge of which nobody can tell whether it was made: charging again might charge twice."""
    desk.park(
        Problem(
            "charge.unresolved",
            desk.subscription.id,
            message=f"expected to learn what became of {charge.key} for {charge.invoice_id}, got no answer in time",
            remedy="find it in the gateway's own records, then say what happened with review()",
        )
    )


def _fold_capture(desk: Desk, invoice: Invoice, charge: Charge, receipt: PaymentReceipt) -> None:
    if receipt.amount != charge.amount:
        got, asked = str(receipt.amount), str(charge.amount)
        problem = Problem(
            "charge.amount",
            desk.subscription.id,
            message=f"expected a capture of {asked} for {invoice.id}, got {got} as {receipt.id}",
            remedy="ask the gateway, correct the payment there, then say what happened with review()",
        )
        desk.note("charge.mismatch", invoice=invoice.id, key=charge.key, asked=asked, got=got, receipt=receipt.id)
        desk.park(problem)
        return
    if invoice.charging == charge.key:
        invoice = _book_attempt(desk, invoice, charge, None, receipt.at)
    _fold_payment(desk, invoice, Payment(receipt.id, receipt.amount, at=receipt.at, method="card"))


def _book_attempt(
    desk: Desk, invoice: Invoice, charge: Charge, decline: Decline | None, at: pendulum.DateTime
) -> Invoice:
    if invoice.attempts:
        # Clocks are coarse, and no two attempts on one invoice are made at one instant.
        at = max(at, invoice.attempts[-1].at + _TICK)
    attempt = Attempt(at, decline, charge.instrument, amount=charge.amount)
    _end_charge(desk, charge, attempt)
    invoice = attrs.evolve(invoice, attempts=(*invoice.attempts, attempt), charging=None)
    desk.put(invoice)
    return invoice


def _end_charge(desk: Desk, charge: Charge, attempt: Attempt | None) -> None:
    log = desk.subscription.standing.attempts
    after = desk.tries.record(log, charge, attempt)
    if after is not log:
        desk.stand(attempts=after)


def _fold_instrument(desk: Desk, instrument: Instrument | None) -> None:
    """Arm again what the old payment method stopped: the next run tries it once with the new one."""
    if desk.subscription.terms.collection is not Collection.CHARGE:
        return
    waiting = [bill for bill in desk.open_invoices() if not bill.charging and bill.given_up != _AWAITED]
    if desk.subscription.standing.status is Status.ENDED and not waiting:
        return
    tried = [attempt.at + _TICK for bill in waiting for attempt in bill.attempts[-1:]]
    desk.stand(instrument_set=max([desk.now, *tried]))
    if instrument is None:
        desk.note("instrument.removed")
        return
    desk.note("instrument.set", network=instrument.network or "", region=instrument.region or "")
    for bill in waiting:
        if bill.given_up or bill.retry_at:
            desk.put(attrs.evolve(bill, given_up=None, retry_at=None))
            desk.note("retry.rearmed", invoice=bill.id, stopped=bill.given_up or "")


def _unheard(desk: Desk, notify: Notify, reason: str) -> Problem:
    return Problem(
        "message.undelivered",
        desk.subscription.id,
        message=f"expected the customer to hear about {notify.topic}, got {reason}",
        remedy="correct the address or the messenger, and tell the customer by another way",
        severity=Severity.WARNING,
    )


def _misplaced(desk: Desk, key: str, outcome: object) -> None:
    problem = Problem(
        "adapter.outcome",
        desk.subscription.id,
        message=f"expected an outcome of the effect's own kind for {key}, got {type(outcome).__name__}",
        remedy="mend the adapter, then release the subscription",
    )
    desk.park(problem)
