"""Forecast: what the contracts in the book will bring, month by month, from the function that will bill them.

`scheduled` is what will be invoiced if every contract goes on; `expected` weights it with the share of decided money
that the same trade has paid so far. See also: projected revenue, pipeline, 預估收入.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction
from itertools import takewhile
from typing import TYPE_CHECKING

import attrs
import pendulum
from moneyed import Money

from renewkit.books.invoice import Invoice, InvoiceState
from renewkit.books.renewal import Renewal, renewals
from renewkit.errors import RenewkitError
from renewkit.values.money import ExactMoney, from_minor, settle, to_minor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from renewkit.books.subscription import Subscription

__all__ = ["ForecastMonth", "collected_shares", "forecast"]


@attrs.frozen(kw_only=True)
class ForecastMonth:
    """What falls due in a month (`2025-04`) in one currency: as scheduled, and as experience lets expect."""

    month: str
    currency: str
    scheduled: Money
    expected: Money


def forecast(
    book: str,
    subscriptions: Iterable[Subscription],
    invoices: Iterable[Invoice],
    *,
    after: pendulum.Date,
    months: int = 12,
) -> tuple[ForecastMonth, ...]:
    """Return the income of the calendar months that follow `after`, per month and currency.

    A contract that cannot be priced any further (its last phase is over) brings nothing from then on; the tick that
    would bill it parks it with the reason.
    """
    contracts = tuple(subscriptions)
    shares = collected_shares(contracts, invoices)
    first = after.replace(day=1).add(months=1)
    end = first.add(months=months)
    scheduled: dict[tuple[str, str], int] = Counter()
    expected: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for contract in contracts:
        if not contract.standing.status.is_live or contract.standing.parked is not None:
            continue
        for renewal in _coming(book, contract, end):
            if renewal.due_on >= first:
                place = (renewal.due_on.strftime("%Y-%m"), contract.currency.code)
                scheduled[place] += to_minor(renewal.total)
                expected[place] += Fraction(renewal.total.amount) * shares.get(contract.trade, Fraction(1))
    return tuple(
        ForecastMonth(
            month=month,
            currency=code,
            scheduled=from_minor(scheduled[month, code], code),
            expected=settle(ExactMoney(expected[month, code], code)),
        )
        for month, code in sorted(scheduled)
    )


def collected_shares(subscriptions: Iterable[Subscription], invoices: Iterable[Invoice]) -> dict[str, Fraction]:
    """Return, per trade, the share of decided invoices that were paid; a trade without any has none."""
    trades = {subscription.id: subscription.trade for subscription in subscriptions}
    paid: Counter[str] = Counter()
    decided: Counter[str] = Counter()
    for invoice in invoices:
        if invoice.state is InvoiceState.FINALISED and not invoice.is_open:
            trade = trades[invoice.subscription_id]
            decided[trade] += 1
            paid[trade] += invoice.is_paid
    return {trade: Fraction(paid[trade], n) for trade, n in decided.items()}


def _coming(book: str, contract: Subscription, end: pendulum.Date) -> Iterator[Renewal]:
    try:
        yield from takewhile(lambda renewal: renewal.due_on < end, renewals(book, contract))
    except RenewkitError:
        return
