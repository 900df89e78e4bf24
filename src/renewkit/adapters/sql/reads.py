"""Reading: claims, snapshots and lists, each with one statement per table however many customers it covers."""

from __future__ import annotations

from collections import defaultdict
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import bindparam, or_, select, update

from renewkit.adapters.sql import schema
from renewkit.adapters.sql.documents import fact_of, instant_of, instant_text
from renewkit.adapters.sql.questions import Question
from renewkit.books.customer import Customer
from renewkit.books.invoice import Invoice
from renewkit.books.subscription import Subscription
from renewkit.effects.effect import Effect
from renewkit.effects.snapshot import Snapshot
from renewkit.ports.storage import By, InvoicesOf, OpenInvoices

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pendulum
    from sqlalchemy import Connection, Row, Select

    from renewkit.adapters.sql.documents import Documents
    from renewkit.ports.storage import Lease, StoredFact

__all__ = ["claim", "customers", "facts", "invoices", "snapshots", "subscriptions"]

_T = TypeVar("_T")


def claim(
    conn: Connection, documents: Documents, now: pendulum.DateTime, limit: int, lease: Lease
) -> tuple[Snapshot, ...]:
    """Lease due customers and return their snapshots, in order of due time and id."""
    agenda, moment = schema.agenda.c, instant_text(now)
    free = [agenda.lease_until.is_(None), agenda.lease_until <= moment]
    if lease.takeover:
        free.append(agenda.holder == lease.holder)
    due = (
        select(schema.agenda)
        .where(agenda.book == lease.book, agenda.due <= moment, or_(*free))
        .order_by(agenda.due, agenda.customer_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = conn.execute(due).all()
    if not rows:
        return ()
    mine = update(schema.agenda).values(
        fence=agenda.fence + 1, holder=lease.holder, lease_until=instant_text(lease.until)
    )
    conn.execute(
        mine.where(agenda.book == lease.book, agenda.customer_id == bindparam("mine")),
        [{"mine": row.customer_id} for row in rows],
    )
    return _snapshots(conn, documents, lease.book, rows, claimed=1)


def snapshots(conn: Connection, documents: Documents, book: str, keys: Iterable[str], by: By) -> tuple[Snapshot, ...]:
    """Return the snapshots of customers, by their own ids, those of subscriptions or those of invoices."""
    also: dict[str, list[Invoice]] = {}
    if by is By.CUSTOMER:
        also = {key: [] for key in keys}
    elif by is By.SUBSCRIPTION:
        also = {row.customer_id: [] for row in _OWNERS.ask(conn, book, keys)}
    else:
        for row in _BILLS.ask(conn, book, keys):
            also.setdefault(row.customer_id, []).append(documents.read(row.doc, Invoice))
    return _snapshots(conn, documents, book, _AGENDA.ask(conn, book, also), also=also)


def invoices(conn: Connection, documents: Documents, query: OpenInvoices | InvoicesOf) -> tuple[Invoice, ...]:
    """Return open invoices in order of due date, or all invoices in order of issue date."""
    bills = schema.invoices.c
    asked = select(bills.doc).where(bills.book == query.book)
    match query:
        case OpenInvoices():
            asked = asked.where(bills.is_open).order_by(bills.due_on, bills.id)
        case InvoicesOf(_, subscription_id, since):
            asked = asked.order_by(bills.issued_on, bills.id)
            if since is not None:
                asked = asked.where(bills.issued_on >= since.isoformat())
            if subscription_id is not None:
                asked = asked.where(bills.subscription_id == subscription_id)
    return _documents(conn, documents, asked, Invoice)


def subscriptions(conn: Connection, documents: Documents, book: str) -> tuple[Subscription, ...]:
    """Return all subscriptions of a book in order of id."""
    contracts = schema.subscriptions.c
    asked = select(contracts.doc, contracts.standing).where(contracts.book == book).order_by(contracts.id)
    return tuple(documents.read_subscription(row.doc, row.standing) for row in conn.execute(asked))


def customers(conn: Connection, documents: Documents, book: str) -> tuple[Customer, ...]:
    """Return all customers of a book in order of id."""
    people = schema.customers.c
    return _documents(conn, documents, select(people.doc).where(people.book == book).order_by(people.id), Customer)


def facts(conn: Connection, book: str, after: int, limit: int) -> tuple[StoredFact, ...]:
    """Return facts in order of position."""
    rows = schema.facts
    asked = select(rows).where(rows.c.book == book, rows.c.position > after).order_by(rows.c.position).limit(limit)
    return tuple(fact_of(row) for row in conn.execute(asked))


def _documents(
    conn: Connection, documents: Documents, asked: Select[*tuple[Any, ...]], kind: type[_T]
) -> tuple[_T, ...]:
    return tuple(documents.read(text, kind) for text in conn.execute(asked).scalars())


def _snapshots(
    conn: Connection,
    documents: Documents,
    book: str,
    rows: Sequence[Row[*tuple[Any, ...]]],
    *,
    claimed: int = 0,
    also: Mapping[str, list[Invoice]] = MappingProxyType({}),
) -> tuple[Snapshot, ...]:
    ids = [row.customer_id for row in rows]
    people: dict[str, Customer] = {row.id: documents.read(row.doc, Customer) for row in _PEOPLE.ask(conn, book, ids)}
    held: dict[str, list[Subscription]] = defaultdict(list)
    for row in _CONTRACTS.ask(conn, book, ids):
        held[row.customer_id].append(documents.read_subscription(row.doc, row.standing))
    live: dict[str, list[Invoice]] = defaultdict(list)
    for row in _LIVE.ask(conn, book, ids):
        live[row.customer_id].append(documents.read(row.doc, Invoice))
    pending: dict[str, list[Effect]] = defaultdict(list)
    for row in _UNFINISHED.ask(conn, book, ids):
        pending[row.customer_id].append(documents.read(row.doc, Effect))
    named = {effect.invoice_id for effects in pending.values() for effect in effects if effect.invoice_id}
    for row in _BILLS.ask(conn, book, named - {bill.id for found in live.values() for bill in found}):
        live[row.customer_id].append(documents.read(row.doc, Invoice))
    return tuple(
        Snapshot(
            book=book,
            customer=people[row.customer_id],
            version=row.version,
            fence=row.fence + claimed,
            due=None if row.due is None else instant_of(row.due),
            subscriptions=tuple(sorted(held[row.customer_id], key=attrgetter("id"))),
            invoices=_by_due((*live[row.customer_id], *also.get(row.customer_id, ()))),
            pending=tuple(pending[row.customer_id]),
        )
        for row in rows
    )


_AGENDA: Final = Question(
    tuple(schema.agenda.columns), schema.agenda.c.customer_id, order=(schema.agenda.c.customer_id,)
)
_OWNERS: Final = Question((schema.subscriptions.c.customer_id,), schema.subscriptions.c.id)
_PEOPLE: Final = Question((schema.customers.c.id, schema.customers.c.doc), schema.customers.c.id)
_CONTRACTS: Final = Question(
    (schema.subscriptions.c.customer_id, schema.subscriptions.c.doc, schema.subscriptions.c.standing),
    schema.subscriptions.c.customer_id,
)
_BILLS: Final = Question((schema.invoices.c.customer_id, schema.invoices.c.doc), schema.invoices.c.id)
_LIVE: Final = Question(
    (schema.invoices.c.customer_id, schema.invoices.c.doc), schema.invoices.c.customer_id, only="is_live"
)
_UNFINISHED: Final = Question(
    (schema.outbox.c.customer_id, schema.outbox.c.doc),
    schema.outbox.c.customer_id,
    only="status = 'pending'",
    order=(schema.outbox.c.seq,),
)


def _by_due(bills: Iterable[Invoice]) -> tuple[Invoice, ...]:
    known = {bill.id: bill for bill in bills}
    return tuple(sorted(known.values(), key=lambda bill: (bill.due_on, bill.id)))
