"""What a batch of commits must be judged against, loaded at once, and moved on as each commit is accepted.

One statement per table and book, not per commit. The rows of the agenda are locked where the database locks rows, in
order of customer, so that two batches never wait for one another in a circle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from renewkit.adapters.sql import schema
from renewkit.adapters.sql.questions import Question
from renewkit.books.audit import GENESIS, Head

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Column, Connection

    from renewkit.adapters.sql.drafts import Draft

__all__ = ["Place", "Sent", "View", "look"]


@attrs.frozen(kw_only=True)
class Place:
    """A customer's line in the agenda, as columns."""

    version: int = 0
    fence: int = 0
    due: str | None = None
    holder: str | None = None
    lease_until: str | None = None


@attrs.frozen
class Sent:
    """A stored effect: whose it is, and its document."""

    customer_id: str
    doc: str


@attrs.define
class View:
    """What is recorded in one book about everything that a batch of commits names."""

    book: str
    places: dict[str, Place] = attrs.Factory(dict)
    items: dict[str, str] = attrs.Factory(dict)
    subscriptions: dict[str, str] = attrs.Factory(dict)
    invoices: dict[str, str] = attrs.Factory(dict)
    stored_invoices: set[str] = attrs.Factory(set)
    numbers: dict[str, str] = attrs.Factory(dict)
    inbox: set[str] = attrs.Factory(set)
    effects: dict[str, Sent] = attrs.Factory(dict)
    heads: dict[str, Head] = attrs.Factory(dict)

    def place(self, customer_id: str) -> Place:
        """Return a customer's line; version 0 where there is none."""
        return self.places.get(customer_id, Place())

    def head(self, stream: str) -> Head:
        """Return the end of a chain."""
        return self.heads.get(stream, GENESIS)


def look(conn: Connection, book: str, drafts: Sequence[Draft]) -> View:
    """Return the view of a batch; the customers it names stay locked until the transaction ends."""
    view = View(book)
    commits = [draft.commit for draft in drafts]
    for row in _AGENDA.ask(conn, book, sorted({commit.customer_id for commit in commits})):
        view.places[row.customer_id] = Place(
            version=row.version, fence=row.fence, due=row.due, holder=row.holder, lease_until=row.lease_until
        )
    for row in _ITEMS.ask(conn, book, {key for draft in drafts for key in draft.item_ids}):
        view.items[row.id] = row.invoice_id
    for row in _OWNERS.ask(conn, book, {part.id for commit in commits for part in commit.subscriptions}):
        view.subscriptions[row.id] = row.customer_id
    for row in _BILLS.ask(conn, book, {bill.id for commit in commits for bill in commit.invoices}):
        view.invoices[row.id] = row.customer_id
        view.stored_invoices.add(row.id)
        if row.number is not None:
            view.numbers[row.id] = row.number
    for row in _INBOX.ask(conn, book, {key for commit in commits for key in commit.inbox}):
        view.inbox.add(row.id)
    keys = {part.key for commit in commits for part in (*commit.effects, *commit.recorded)}
    for row in _OUTBOX.ask(conn, book, keys):
        view.effects[row.key] = Sent(row.customer_id, row.doc)
    for row in _HEADS.ask(conn, book, {fact.stream for commit in commits for fact in commit.facts}):
        view.heads[row.stream] = Head(row.seq, row.hash)
    return view


def _question(by: Column[str], *columns: Column[Any], **options: Any) -> Question:  # noqa: ANN401  those of Question
    return Question(columns, by, **options)


_AGENDA: Final = Question(
    tuple(schema.agenda.columns), schema.agenda.c.customer_id, order=(schema.agenda.c.customer_id,), locks=True
)
_ITEMS: Final = _question(schema.items.c.id, schema.items.c.id, schema.items.c.invoice_id)
_OWNERS: Final = _question(schema.subscriptions.c.id, schema.subscriptions.c.id, schema.subscriptions.c.customer_id)
_BILLS: Final = _question(
    schema.invoices.c.id, schema.invoices.c.id, schema.invoices.c.customer_id, schema.invoices.c.number
)
_INBOX: Final = _question(schema.inbox.c.id, schema.inbox.c.id)
_OUTBOX: Final = _question(schema.outbox.c.key, schema.outbox.c.key, schema.outbox.c.customer_id, schema.outbox.c.doc)
_HEADS: Final = _question(
    schema.facts.c.stream,
    schema.facts.c.stream,
    schema.facts.c.seq,
    schema.facts.c.hash,
    only=(
        "seq = (SELECT max(f.seq) FROM renewkit_facts AS f"
        " WHERE f.book = renewkit_facts.book AND f.stream = renewkit_facts.stream)"
    ),
)
