"""What a batch of commits must be judged against, loaded at once, and moved on as each commit is accepted.

One statement per table and book, not per commit. The rows of the agenda are locked where the database locks rows, in
order of customer, so that two batches never wait for one another in a circle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs
from sqlalchemy import select, tuple_

from renewkit.adapters.sql import schema
from renewkit.books.audit import GENESIS, Head

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Column, Connection, Row, Select

    from renewkit.adapters.sql.drafts import Draft
    from renewkit.books.audit import Fact

__all__ = ["Place", "Sent", "View", "among", "chunks", "look"]

T = TypeVar("T")

_CHUNK: Final = 1000
"""How many ids one statement asks for; drivers bound the number of parameters."""


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
    agenda, items, bills, inbox, outbox = schema.agenda, schema.items, schema.invoices, schema.inbox, schema.outbox
    locked = select(agenda).order_by(agenda.c.customer_id).with_for_update()
    for row in among(conn, locked, book, agenda.c.customer_id, {commit.customer_id for commit in commits}):
        view.places[row.customer_id] = Place(
            version=row.version, fence=row.fence, due=row.due, holder=row.holder, lease_until=row.lease_until
        )
    for row in among(conn, select(items), book, items.c.id, {key for draft in drafts for key in draft.item_ids}):
        view.items[row.id] = row.invoice_id
    contracts = schema.subscriptions
    owners = select(contracts.c.id, contracts.c.customer_id)
    for row in among(
        conn, owners, book, contracts.c.id, {part.id for commit in commits for part in commit.subscriptions}
    ):
        view.subscriptions[row.id] = row.customer_id
    known = select(bills.c.id, bills.c.customer_id, bills.c.number)
    for row in among(conn, known, book, bills.c.id, {bill.id for commit in commits for bill in commit.invoices}):
        view.invoices[row.id] = row.customer_id
        view.stored_invoices.add(row.id)
        if row.number is not None:
            view.numbers[row.id] = row.number
    for row in among(conn, select(inbox.c.id), book, inbox.c.id, {key for commit in commits for key in commit.inbox}):
        view.inbox.add(row.id)
    sent = select(outbox.c.key, outbox.c.customer_id, outbox.c.doc)
    keys = {part.key for commit in commits for part in (*commit.effects, *commit.recorded)}
    for row in among(conn, sent, book, outbox.c.key, keys):
        view.effects[row.key] = Sent(row.customer_id, row.doc)
    _look_at_chains(conn, view, drafts)
    return view


def among(
    conn: Connection, statement: Select[*tuple[Any, ...]], book: str, column: Column[str], keys: Iterable[str]
) -> Iterator[Row[*tuple[Any, ...]]]:
    """Yield the rows of one book whose column is one of the keys, some keys at a time, in order of the keys."""
    table = column.table
    for some in chunks(sorted(keys)):
        yield from conn.execute(statement.where(table.c.book == book, column.in_(some)))


def chunks(keys: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut a list of ids into pieces that fit one statement."""
    return (keys[start : start + _CHUNK] for start in range(0, len(keys), _CHUNK))


def _look_at_chains(conn: Connection, view: View, drafts: Sequence[Draft]) -> None:
    """Find the heads near the places where the facts of the batch claim to continue; the highest found is the head."""
    facts = schema.facts
    starts = {(fact.stream, fact.seq) for draft in drafts for fact in _first_facts(draft)}
    near = sorted(starts | {(stream, seq - 1) for stream, seq in starts if seq > 1})
    heads = select(facts.c.stream, facts.c.seq, facts.c.hash)
    for some in chunks(near):
        place = tuple_(facts.c.stream, facts.c.seq).in_(some)
        for row in conn.execute(heads.where(facts.c.book == view.book, place)):
            if row.seq > view.head(row.stream).seq:
                view.heads[row.stream] = Head(row.seq, row.hash)


def _first_facts(draft: Draft) -> Iterable[Fact]:
    first: dict[str, Fact] = {}
    for fact in draft.commit.facts:
        first.setdefault(fact.stream, fact)
    return first.values()
