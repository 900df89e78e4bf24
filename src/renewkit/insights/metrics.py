"""Metrics: how many renewals came in, what was recovered and lost, why payments failed, how old the open invoices are.

Amounts stand per currency; nothing is converted. Rates are exact fractions of counted invoices. See also: retention,
churn, days sales outstanding, 續約率.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import attrs
from moneyed import Money

from renewkit.books.invoice import InvoiceState
from renewkit.books.subscription import Collection
from renewkit.values.decline import Decline
from renewkit.values.money import from_minor, to_minor

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from renewkit.books.invoice import Invoice
    from renewkit.books.subscription import Subscription

__all__ = [
    "AGE_LIMITS",
    "Ageing",
    "FailureReason",
    "Recovery",
    "RenewalMonth",
    "ageing",
    "failure_reasons",
    "recovery",
    "renewal_months",
]

AGE_LIMITS: Final = (0, 30, 60, 90)
"""Upper ends of the age groups in days after the due date; the last group is open."""


@attrs.frozen(kw_only=True)
class RenewalMonth:
    """The renewals whose invoices fell due in a month (`2024-03`): paid, lost, and still open."""

    month: str
    paid: int
    lost: int
    open: int

    @property
    def rate(self) -> Fraction | None:
        """Paid as a share of what is decided; None while nothing is."""
        decided = self.paid + self.lost
        return Fraction(self.paid, decided) if decided else None


@attrs.frozen(kw_only=True)
class Recovery:
    """Money in one currency: paid at once, recovered after a failure or after its due date, lost, and still open."""

    currency: str
    on_time: Money
    recovered: Money
    lost: Money
    open: Money


@attrs.frozen(kw_only=True)
class FailureReason:
    """A decline as the processor named it: how often, on how many invoices, and how many of those were paid."""

    rail: str
    code: str
    declines: int
    invoices: int
    paid_later: int


@attrs.frozen(kw_only=True)
class Ageing:
    """Open money in one currency by days after the due date; the groups are those of `AGE_LIMITS` and one beyond."""

    currency: str
    amounts: tuple[Money, ...]
    invoices: tuple[int, ...]


def renewal_months(subscriptions: Iterable[Subscription], invoices: Iterable[Invoice]) -> tuple[RenewalMonth, ...]:
    """Return the renewals by month; neither the first period of a contract nor a late fee is a renewal."""
    known = {subscription.id: subscription for subscription in subscriptions}
    months: dict[str, Counter[str]] = defaultdict(Counter)
    for invoice in _finalised(invoices):
        if invoice.fee_for is None and known[invoice.subscription_id].position(invoice.period.start) >= 1:
            months[invoice.due_on.strftime("%Y-%m")][_fate(invoice)] += 1
    return tuple(
        RenewalMonth(month=month, paid=fates["paid"], lost=fates["lost"], open=fates["open"])
        for month, fates in sorted(months.items())
    )


def recovery(subscriptions: Iterable[Subscription], invoices: Iterable[Invoice]) -> tuple[Recovery, ...]:
    """Return, per currency, what came in at once, what was recovered, what was lost and what is open."""
    known = {subscription.id: subscription for subscription in subscriptions}
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for invoice in _finalised(invoices):
        part = sums[invoice.currency.code]
        timely = _is_timely(known[invoice.subscription_id], invoice)
        part["on_time" if timely else "recovered"] += to_minor(invoice.paid)
        part["lost" if _fate(invoice) == "lost" else "open"] += to_minor(invoice.open)
    fields = ("on_time", "recovered", "lost", "open")
    return tuple(
        Recovery(currency=code, **{field: from_minor(part[field], code) for field in fields})
        for code, part in sorted(sums.items())
    )


def failure_reasons(invoices: Iterable[Invoice]) -> tuple[FailureReason, ...]:
    """Return the declines by code, the most frequent first."""
    declines: Counter[tuple[str, str]] = Counter()
    touched: dict[tuple[str, str], set[str]] = defaultdict(set)
    later: dict[tuple[str, str], set[str]] = defaultdict(set)
    for invoice in _finalised(invoices):
        for decline in _declines(invoice):
            reason = (decline.rail, decline.code)
            declines[reason] += 1
            touched[reason].add(invoice.id)
            if invoice.is_paid:
                later[reason].add(invoice.id)
    ranked = sorted(declines.items(), key=lambda row: (-row[1], row[0]))
    return tuple(
        FailureReason(
            rail=reason[0], code=reason[1], declines=n, invoices=len(touched[reason]), paid_later=len(later[reason])
        )
        for reason, n in ranked
    )


def ageing(invoices: Iterable[Invoice], *, on: date) -> tuple[Ageing, ...]:
    """Return what is open on a day, per currency and age group."""
    groups = len(AGE_LIMITS) + 1
    minors: dict[str, list[int]] = defaultdict(lambda: [0] * groups)
    counts: dict[str, list[int]] = defaultdict(lambda: [0] * groups)
    for invoice in invoices:
        if invoice.is_open:
            age = on.toordinal() - invoice.due_on.toordinal()
            group = sum(age > limit for limit in AGE_LIMITS)
            minors[invoice.currency.code][group] += to_minor(invoice.open)
            counts[invoice.currency.code][group] += 1
    return tuple(
        Ageing(currency=code, amounts=tuple(from_minor(minor, code) for minor in row), invoices=tuple(counts[code]))
        for code, row in sorted(minors.items())
    )


def _finalised(invoices: Iterable[Invoice]) -> Iterable[Invoice]:
    return (invoice for invoice in invoices if invoice.state is InvoiceState.FINALISED)


def _fate(invoice: Invoice) -> str:
    if invoice.is_paid:
        return "paid"
    return "lost" if invoice.written_off is not None else "open"


def _is_timely(subscription: Subscription, invoice: Invoice) -> bool:
    """A charge is timely when no attempt was declined, a transfer when it came by its due date."""
    if subscription.terms.collection is Collection.CHARGE:
        return not _declines(invoice)
    paid_at = invoice.paid_at
    return paid_at is None or subscription.cycle.day_of(paid_at) <= invoice.due_on


def _declines(invoice: Invoice) -> list[Decline]:
    return [attempt.decline for attempt in invoice.attempts if attempt.decline is not None]
