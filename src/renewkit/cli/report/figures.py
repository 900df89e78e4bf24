"""The figures of a report, read from a book on a day."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import attrs
import pendulum

from renewkit.books.invoice import InvoiceState, PaymentUse
from renewkit.insights.forecast import ForecastMonth, forecast
from renewkit.insights.metrics import (
    Ageing,
    FailureReason,
    Recovery,
    RenewalMonth,
    ageing,
    failure_reasons,
    recovery,
    renewal_months,
)
from renewkit.ports.storage import InvoicesOf, SubscriptionsOf
from renewkit.values.moments import civil_date

if TYPE_CHECKING:
    from datetime import date

    from renewkit.ports.storage import Storage

__all__ = ["Figures", "read_figures"]


@attrs.frozen(kw_only=True)
class Figures:
    """Everything that a report shows.

    `statuses` counts contracts per (trade, status); `excess` are payments that came on top of what was open, as
    (invoice number, payment id, amount as text).
    """

    book: str
    on: pendulum.Date
    invoices: int
    paid: int
    statuses: tuple[tuple[str, str, int], ...]
    months: tuple[RenewalMonth, ...]
    recovery: tuple[Recovery, ...]
    reasons: tuple[FailureReason, ...]
    ageing: tuple[Ageing, ...]
    forecast: tuple[ForecastMonth, ...]
    excess: tuple[tuple[str, str, str], ...]


def read_figures(storage: Storage, book: str, *, on: date) -> Figures:
    """Return the figures of a book on a day."""
    day = civil_date(on)
    contracts = storage.load(SubscriptionsOf(book))
    invoices = [bill for bill in storage.load(InvoicesOf(book)) if bill.state is InvoiceState.FINALISED]
    statuses = Counter((sub.trade or "other", sub.standing.status.value) for sub in contracts)
    return Figures(
        book=book,
        on=day,
        invoices=len(invoices),
        paid=sum(bill.is_paid for bill in invoices),
        statuses=tuple((trade, status, n) for (trade, status), n in sorted(statuses.items())),
        months=renewal_months(contracts, invoices),
        recovery=recovery(contracts, invoices),
        reasons=failure_reasons(invoices),
        ageing=ageing(invoices, on=day),
        forecast=forecast(book, contracts, invoices, after=day),
        excess=tuple(
            (bill.number or bill.id, payment.id, f"{payment.amount.currency.code} {payment.amount.amount}")
            for bill in invoices
            for payment in bill.payments
            if payment.use is PaymentUse.EXCESS
        ),
    )
