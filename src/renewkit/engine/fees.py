"""Late fees: what an invoice that is overdue costs more, billed on an invoice of its own, never twice.

What is due once (a flat sum, a share) is billed as of the first day after the grace of the fees; what grows by the day
is billed when the money came, as of the day on which it came. Both days are facts, so that the same fees are billed
at any rhythm of runs. A fee bears no fee, and an invoice that was written off bears none any more.
See also: late payment interest, 滯納金.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import attrs

from renewkit.books.invoice import (
    LATE_FEE,
    Invoice,
    InvoiceLine,
    InvoiceState,
    LateFee,
    PaymentUse,
    fee_item_id,
    invoice_id,
)
from renewkit.values.money import exact, from_minor, to_minor, total
from renewkit.values.period import Period
from renewkit.values.problem import Problem, Severity

if TYPE_CHECKING:
    import pendulum
    from moneyed import Money

    from renewkit.engine.desk import Desk
    from renewkit.policies.fees import LateFees

__all__ = ["charge_paid", "charge_unpaid", "next_fee_at"]

_DAY: Final = timedelta(days=1)


def charge_paid(desk: Desk) -> None:
    """Bill the fees of invoices whose payment came late, as of the day on which it came.

    To be called before the customer is told about the payments: that is how a payment is known to be new.
    """
    fees = desk.subscription.terms.late_fees
    if fees is None:
        return
    for invoice in tuple(desk.invoices.values()):
        if invoice.told < len(invoice.payments) and _bears_fees(invoice) and invoice.paid_at is not None:
            day = desk.subscription.cycle.day_of(invoice.paid_at)
            _charge(desk, fees, _charge_at_once(desk, fees, invoice, until=day), on=day)


def charge_unpaid(desk: Desk) -> None:
    """Bill what is due once on each invoice that is unpaid beyond the grace."""
    fees = desk.subscription.terms.late_fees
    if fees is None:
        return
    for invoice in desk.open_invoices():
        if _bears_fees(invoice) and desk.strikes(_first_day(fees, invoice)) <= desk.now:
            _charge_at_once(desk, fees, invoice, until=desk.today)


def next_fee_at(desk: Desk) -> pendulum.DateTime | None:
    """Return when the next fee becomes due, where nothing is paid until then."""
    fees = desk.subscription.terms.late_fees
    if fees is None or not fees.is_due_at_once:
        return None
    waiting = (bill for bill in desk.open_invoices() if _bears_fees(bill) and not bill.fees)
    moments = (desk.strikes(_first_day(fees, bill)) for bill in waiting)
    return min((moment for moment in moments if moment > desk.now), default=None)


def _bears_fees(invoice: Invoice) -> bool:
    return invoice.state is InvoiceState.FINALISED and invoice.fee_for is None and invoice.written_off is None


def _first_day(fees: LateFees, invoice: Invoice) -> pendulum.Date:
    return invoice.due_on + timedelta(days=fees.grace_days + 1)


def _charge_at_once(desk: Desk, fees: LateFees, invoice: Invoice, *, until: pendulum.Date) -> Invoice:
    first = _first_day(fees, invoice)
    if invoice.fees or first > until or not fees.is_due_at_once:
        return invoice
    return _charge(desk, fees, invoice, on=first)


def _charge(desk: Desk, fees: LateFees, invoice: Invoice, *, on: pendulum.Date) -> Invoice:
    """Bill what has not been billed of the fees as of a day, and return the invoice that bears them."""
    principal = _open_before(desk, invoice, on)
    charged = total((fee.amount for fee in invoice.fees), invoice.currency)
    rounding = desk.subscription.terms.rounding
    quote = fees.quote(principal, due=invoice.due_on, on=on)
    amount = quote.less(charged, rounding=rounding)
    if not to_minor(amount):
        _question(desk, invoice, charged, quote.settle(rounding=rounding), on)
        return invoice
    since = invoice.fees[-1].on if invoice.fees else invoice.due_on
    before = (f"less {charged.currency.code} {charged.amount} billed before",) if invoice.fees else ()
    line = InvoiceLine(
        fee_item_id(desk.book, invoice.id, len(invoice.fees)),
        desk.subscription.id,
        item=LATE_FEE,
        why=(*(line.why for line in quote.lines), *before),
        period=Period(since + _DAY, on + _DAY),
        quantity="1",
        exact=exact(amount) if invoice.fees else quote.exact,
        amount=amount,
        rounding=rounding,
    )
    after = attrs.evolve(invoice, fees=(*invoice.fees, LateFee(on, amount)))
    desk.put(after)
    _issue(desk, invoice, line, on)
    return after


def _issue(desk: Desk, late: Invoice, line: InvoiceLine, on: pendulum.Date) -> None:
    terms = desk.subscription.terms
    bill = Invoice(
        invoice_id((line.id,)),
        desk.customer.id,
        currency=late.currency,
        lines=(line,),
        issued_on=desk.today,
        # As much time to pay as any other invoice of the contract gives.
        due_on=desk.today + timedelta(days=terms.lead_days + terms.due_days),
        state=InvoiceState.FINALISED,
        fee_for=late.id,
    )
    desk.put(bill)
    amount = f"{bill.currency.code} {bill.total.amount}"
    desk.note("fee.charged", invoice=bill.id, late=late.id, on=on.isoformat(), amount=amount, why="; ".join(line.why))
    period, due = str(bill.period), bill.due_on.isoformat()
    desk.note("invoice.issued", invoice=bill.id, period=period, total=amount, due=due)
    desk.tell("invoice", invoice=bill, occasion="issued")


def _open_before(desk: Desk, invoice: Invoice, on: pendulum.Date) -> Money:
    """Return what was still to be paid when a day began."""
    day_of = desk.subscription.cycle.day_of
    paid = sum(
        to_minor(payment.amount)
        for payment in invoice.payments
        if payment.use is PaymentUse.APPLIED and day_of(payment.at) < on
    )
    return from_minor(max(to_minor(invoice.total) - paid, 0), invoice.currency)


def _question(desk: Desk, invoice: Invoice, charged: Money, owed: Money, on: pendulum.Date) -> None:
    """Ask a person where news that came late shows that less was owed than had been billed."""
    if to_minor(owed) >= to_minor(charged):
        return
    desk.warn(
        Problem(
            "fee.review",
            desk.subscription.id,
            message=f"expected late fees of {owed} on {invoice.id}, paid on {on}, got {charged} billed before",
            remedy="void or refund what was billed too much",
            severity=Severity.WARNING,
        )
    )
