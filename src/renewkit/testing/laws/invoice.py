"""Laws of invoices: money that comes in is neither lost nor made, and no payment counts twice.

>>> from renewkit.books.invoice import Invoice, Payment
>>> from renewkit.testing.storage.samples import NOON, contract, invoice
>>> bill = invoice(contract())
>>> payments = [Payment("p1", bill.total, at=NOON, method="card"), Payment("p2", bill.total, at=NOON, method="card")]
>>> money_is_conserved(Invoice.receive, bill, payments)
>>> a_payment_counts_once(Invoice.receive, bill, payments)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from renewkit.books.invoice import Invoice, Payment, PaymentUse
from renewkit.values.money import to_minor

__all__ = ["Receive", "a_payment_counts_once", "money_is_conserved"]

Receive = Callable[[Invoice, Payment], Invoice]
"""An invoice and a payment to the invoice with the payment booked."""


def money_is_conserved(receive: Receive, invoice: Invoice, payments: Sequence[Payment]) -> None:
    """Applied and excess sum to what came in, paid and open to the total, and nothing is applied beyond the total."""
    came = 0
    for payment in {one.id: one for one in payments}.values():
        invoice, came = receive(invoice, payment), came + to_minor(payment.amount)
    applied, excess = (
        sum(to_minor(share.amount) for share in invoice.payments if share.use is use)
        for use in (PaymentUse.APPLIED, PaymentUse.EXCESS)
    )
    owed = max(to_minor(invoice.total), 0)
    assert came == applied + excess, f"{came} came in, {applied} applied and {excess} in excess"
    assert applied == min(came, owed), f"{applied} applied of {came} to an invoice of {owed}"
    assert owed == applied + to_minor(invoice.open), f"{applied} paid and {invoice.open} open of {owed}"


def a_payment_counts_once(receive: Receive, invoice: Invoice, payments: Sequence[Payment]) -> None:
    """Payments that come a second time, in any order, change nothing."""
    for payment in payments:
        invoice = receive(invoice, payment)
    for payment in reversed(payments):
        again = receive(invoice, payment)
        assert invoice == again, f"payment {payment.id} counts twice"
