"""Commits on paper: everything rendered as rows before the transaction opens, so that locks are held briefly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from renewkit.adapters.sql.documents import fact_row, instant_text
from renewkit.books.invoice import Invoice, InvoiceState
from renewkit.codec import kind_of, to_json
from renewkit.effects.commit import Commit
from renewkit.effects.effect import Effect
from renewkit.errors import ConfigurationError
from renewkit.values.money import to_minor

if TYPE_CHECKING:
    from collections.abc import Iterable

    from renewkit.adapters.sql.documents import Documents
    from renewkit.books.subscription import Subscription

__all__ = ["Draft", "draft", "invoice_row", "payment_rows", "waits_for_number"]

_Row = dict[str, Any]


@attrs.frozen(kw_only=True)
class Draft:
    """A commit with its rows. Invoices that wait for their number are rendered when it is known."""

    commit: Commit
    customer: _Row | None
    subscriptions: tuple[_Row, ...]
    invoices: tuple[_Row | None, ...]
    effects: tuple[_Row, ...]
    outcomes: tuple[tuple[str, str], ...]
    facts: tuple[_Row, ...]

    @property
    def item_ids(self) -> tuple[str, ...]:
        """The ids of all lines that the commit bills."""
        return tuple(line.id for invoice in self.commit.invoices for line in invoice.lines)


def draft(commit: Commit, documents: Documents) -> Draft:
    """Return the commit rendered; `ConfigurationError` where it mixes customers, which only a bug can do."""
    _check(commit)
    book, owner = commit.book, commit.customer_id
    own = {"book": book, "customer_id": owner}
    write = documents.write
    return Draft(
        commit=commit,
        customer={"book": book, "id": owner, "doc": write(commit.customer)} if commit.customer else None,
        subscriptions=tuple(_subscription_row(own, contract, documents) for contract in commit.subscriptions),
        invoices=tuple(
            None if waits_for_number(bill) else invoice_row(book, bill, documents) for bill in commit.invoices
        ),
        effects=tuple(
            {
                **own,
                "key": effect.key,
                "kind": kind_of(type(effect)),
                "status": "pending",
                "doc": write(effect, Effect),
                "outcome": None,
            }
            for effect in commit.effects
        ),
        outcomes=tuple((record.key, to_json(record.outcome)) for record in commit.recorded),
        facts=tuple(fact_row(book, fact) for fact in commit.facts),
    )


def waits_for_number(invoice: Invoice) -> bool:
    """Whether an invoice must get its legal number in this commit."""
    return invoice.state is InvoiceState.FINALISED and invoice.number is None


def invoice_row(book: str, invoice: Invoice, documents: Documents) -> _Row:
    """Return an invoice as its document and the columns that queries and reports need."""
    return {
        "book": book,
        "id": invoice.id,
        "customer_id": invoice.customer_id,
        "subscription_id": invoice.subscription_id,
        "number": invoice.number,
        "reference": invoice.reference,
        "state": invoice.state.value,
        "is_open": invoice.is_open,
        "is_live": invoice.is_live,
        "issued_on": invoice.issued_on.isoformat(),
        "due_on": invoice.due_on.isoformat(),
        "currency": invoice.currency.code,
        "total_minor": to_minor(invoice.total),
        "paid_minor": to_minor(invoice.paid),
        "doc": documents.write(invoice),
    }


def payment_rows(book: str, invoice: Invoice) -> Iterable[_Row]:
    """Return the payments of an invoice as rows for reports."""
    return (
        {
            "book": book,
            "invoice_id": invoice.id,
            "id": payment.id,
            "use": payment.use.value,
            "currency": payment.amount.currency.code,
            "minor": to_minor(payment.amount),
            "at": instant_text(payment.at),
            "method": payment.method,
        }
        for payment in invoice.payments
    )


def _subscription_row(own: _Row, subscription: Subscription, documents: Documents) -> _Row:
    contract, standing = documents.write_subscription(subscription)
    return {**own, "id": subscription.id, "doc": contract, "standing": standing}


def _check(commit: Commit) -> None:
    if not commit.customer_id:
        raise ConfigurationError("a commit for a customer", "no id", "name the customer")
    named = {part.customer_id for part in (*commit.subscriptions, *commit.invoices, *commit.effects)}
    if commit.customer is not None:
        named.add(commit.customer.id)
    strange = sorted(named - {commit.customer_id})
    if strange:
        remedy = "make one commit per customer"
        raise ConfigurationError(f"only things of customer {commit.customer_id} in its commit", strange, remedy)
