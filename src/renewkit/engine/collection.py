"""Collection: whether to charge now, later or never again. See also: dunning, payment retry, 催繳."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import attrs

from renewkit.books.lifecycle import Status
from renewkit.books.subscription import Collection
from renewkit.effects.effect import Charge, charge_key
from renewkit.engine.overdue import is_lapsed
from renewkit.policies.retry import AskCustomer, GiveUp, RetryAt

if TYPE_CHECKING:
    import pendulum

    from renewkit.books.invoice import Invoice
    from renewkit.engine.desk import Desk

__all__ = ["collect"]


def collect(desk: Desk) -> pendulum.DateTime | None:
    """Charge every invoice whose attempt is due, and return when the next attempt will be."""
    if desk.subscription.terms.collection is not Collection.CHARGE or desk.subscription.standing.status is Status.DRAFT:
        return None
    if is_lapsed(desk):
        return None
    return min((when for bill in desk.open_invoices() if (when := _collect_one(desk, bill))), default=None)


def _collect_one(desk: Desk, invoice: Invoice) -> pendulum.DateTime | None:
    if invoice.charging or invoice.given_up:
        return None
    if invoice.attempts and invoice.retry_at is None:
        invoice = _decide(desk, invoice)
    if invoice.given_up or (invoice.retry_at and invoice.retry_at > desk.now):
        return invoice.retry_at
    last = _last_moment(desk, invoice)
    if invoice.attempts and last is not None and last < desk.now:
        _give_up(desk, invoice, "too late for the retry")
    elif desk.customer.instrument is None:
        _give_up(desk, invoice, "no instrument to charge")
        # An occasion of its own: the decline before may have been told under the number of its attempt.
        occasion = f"{len(invoice.attempts)} without an instrument"
        desk.tell("payment_failed", invoice=invoice, occasion=occasion, note="update_payment_method")
    else:
        _charge(desk, invoice)
    return None


def _decide(desk: Desk, invoice: Invoice) -> Invoice:
    subscription = desk.subscription
    latest = invoice.attempts[-1]
    # A gateway stamps its answers after the run has read the clock.
    now = max(desk.now, latest.at)
    decision = subscription.terms.retry.decide(
        invoice.attempts, key=invoice.id, now=now, until=_last_moment(desk, invoice), zone=desk.customer.zone
    )
    decline = latest.decline
    asked = decline.action.value if decline is not None else ""
    match decision:
        case RetryAt(when, number):
            invoice = attrs.evolve(invoice, retry_at=when)
            desk.note("retry.scheduled", invoice=invoice.id, attempt=str(number), at=when.isoformat(), why=decision.why)
        case AskCustomer(action):
            invoice = attrs.evolve(invoice, given_up=f"waiting for the customer: {action.value}")
            desk.note("retry.waiting", invoice=invoice.id, action=action.value)
        case GiveUp(reason):
            invoice = attrs.evolve(invoice, given_up=str(reason))
            desk.note("retry.given_up", invoice=invoice.id, reason=str(reason))
        case _:
            assert_never(decision)
    desk.put(invoice)
    desk.tell("payment_failed", invoice=invoice, occasion=str(len(invoice.attempts)), note=asked)
    return invoice


def _charge(desk: Desk, invoice: Invoice) -> None:
    instrument = desk.customer.instrument
    assert instrument is not None
    number = len(invoice.attempts) + 1
    key = charge_key(invoice.id, number)
    desk.put(attrs.evolve(invoice, charging=key, retry_at=None))
    amount = invoice.open
    desk.note(
        "charge.asked",
        invoice=invoice.id,
        attempt=str(number),
        amount=f"{amount.currency.code} {amount.amount}",
        key=key,
    )
    desk.want(
        Charge(
            key,
            invoice.id,
            customer_id=desk.customer.id,
            amount=amount,
            instrument=instrument,
            number=number,
            at=desk.now,
        )
    )


def _give_up(desk: Desk, invoice: Invoice, reason: str) -> None:
    desk.put(attrs.evolve(invoice, given_up=reason))
    desk.note("retry.given_up", invoice=invoice.id, reason=reason)


def _last_moment(desk: Desk, invoice: Invoice) -> pendulum.DateTime | None:
    lapse = desk.subscription.terms.ends_days
    return None if lapse is None else desk.strikes(invoice.due_on.add(days=lapse))
