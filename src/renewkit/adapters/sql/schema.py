"""The tables: documents as text beside the narrow columns that queries and reports need.

Money is whole minor units beside a currency code, an instant is UTC text of fixed width that sorts as time does, ids
sort by code point in every database. `agenda` is the hot table: narrow, apart from the documents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    inspect,
    select,
    text,
)

from renewkit.errors import StorageError

if TYPE_CHECKING:
    from sqlalchemy import Connection

__all__ = [
    "METADATA",
    "SCHEMA_VERSION",
    "agenda",
    "create",
    "customers",
    "facts",
    "inbox",
    "invoices",
    "is_current",
    "items",
    "meta",
    "numbers",
    "outbox",
    "payments",
    "subscriptions",
]

SCHEMA_VERSION: Final = 1
"""The version of the tables; a storage of a later version is refused."""

METADATA: Final = MetaData()

_KEY: Final = Text().with_variant(Text(collation="C"), "postgresql")
_COUNTER: Final = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER counts by itself in SQLite
_LOCK: Final = 7_236_832_947  # any number that no other program uses for its advisory locks


def _key(name: str, *, primary: bool = False, optional: bool = False) -> Column[str]:
    return Column(name, _KEY, primary_key=primary, nullable=optional)


meta: Final = Table("renewkit_meta", METADATA, _key("key", primary=True), Column("value", Text, nullable=False))

customers: Final = Table(
    "renewkit_customers",
    METADATA,
    _key("book", primary=True),
    _key("id", primary=True),
    Column("doc", Text, nullable=False),
)

agenda: Final = Table(
    "renewkit_agenda",
    METADATA,
    _key("book", primary=True),
    _key("customer_id", primary=True),
    Column("version", BigInteger, nullable=False),
    Column("fence", BigInteger, nullable=False),
    _key("due", optional=True),
    _key("holder", optional=True),
    _key("lease_until", optional=True),
    sqlite_with_rowid=False,
)
Index("renewkit_agenda_due", agenda.c.book, agenda.c.due, agenda.c.customer_id)

subscriptions: Final = Table(
    "renewkit_subscriptions",
    METADATA,
    _key("book", primary=True),
    _key("id", primary=True),
    _key("customer_id"),
    Column("doc", Text, nullable=False),
    Column("standing", Text, nullable=False),
)
Index("renewkit_subscriptions_customer", subscriptions.c.book, subscriptions.c.customer_id)

invoices: Final = Table(
    "renewkit_invoices",
    METADATA,
    _key("book", primary=True),
    _key("id", primary=True),
    _key("customer_id"),
    _key("subscription_id"),
    _key("number", optional=True),
    _key("reference"),
    _key("state"),
    Column("is_open", Boolean, nullable=False),
    Column("is_live", Boolean, nullable=False),
    _key("issued_on"),
    _key("due_on"),
    _key("currency"),
    Column("total_minor", BigInteger, nullable=False),
    Column("paid_minor", BigInteger, nullable=False),
    Column("doc", Text, nullable=False),
)
Index("renewkit_invoices_subscription", invoices.c.book, invoices.c.subscription_id)
Index(
    "renewkit_invoices_live",
    invoices.c.book,
    invoices.c.customer_id,
    sqlite_where=invoices.c.is_live,
    postgresql_where=invoices.c.is_live,
)

items: Final = Table(
    "renewkit_items",
    METADATA,
    _key("book", primary=True),
    _key("id", primary=True),
    _key("invoice_id"),
    sqlite_with_rowid=False,
)

payments: Final = Table(
    "renewkit_payments",
    METADATA,
    _key("book", primary=True),
    _key("invoice_id", primary=True),
    _key("id", primary=True),
    _key("use", primary=True),
    _key("currency"),
    Column("minor", BigInteger, nullable=False),
    _key("at"),
    _key("method"),
)

outbox: Final = Table(
    "renewkit_outbox",
    METADATA,
    Column("seq", _COUNTER, Identity(), primary_key=True),
    _key("book"),
    _key("key"),
    _key("customer_id"),
    _key("kind"),
    _key("status"),
    Column("doc", Text, nullable=False),
    Column("outcome", Text),
    sqlite_autoincrement=True,
)
Index("renewkit_outbox_key", outbox.c.book, outbox.c.key, unique=True)
Index(
    "renewkit_outbox_pending",
    outbox.c.book,
    outbox.c.customer_id,
    outbox.c.seq,
    sqlite_where=outbox.c.status == "pending",
    postgresql_where=outbox.c.status == "pending",
)

facts: Final = Table(
    "renewkit_facts",
    METADATA,
    Column("position", _COUNTER, Identity(), primary_key=True),
    _key("book"),
    _key("stream"),
    Column("seq", BigInteger, nullable=False),
    _key("at"),
    _key("zone"),
    _key("kind"),
    _key("who"),
    Column("detail", Text, nullable=False),
    _key("previous"),
    _key("hash"),
    sqlite_autoincrement=True,
)
Index("renewkit_facts_stream", facts.c.book, facts.c.stream, facts.c.seq, unique=True)

inbox: Final = Table(
    "renewkit_inbox", METADATA, _key("book", primary=True), _key("id", primary=True), sqlite_with_rowid=False
)

numbers: Final = Table(
    "renewkit_numbers",
    METADATA,
    _key("book", primary=True),
    _key("seller", primary=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)


def is_current(conn: Connection) -> bool:
    """Whether the tables are there; `StorageError` where they are of a version that this renewkit does not know."""
    if not inspect(conn).has_table(meta.name):
        return False
    version = conn.execute(select(meta.c.value).where(meta.c.key == "schema")).scalar_one_or_none()
    if version is None:
        return False
    if version != str(SCHEMA_VERSION):
        remedy = "use the renewkit that wrote it, or a later one"
        raise StorageError(f"tables of schema version {SCHEMA_VERSION}", f"version {version}", remedy)
    return True


def create(conn: Connection) -> None:
    """Create what is missing, one process at a time, and note the version."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    if not is_current(conn):
        METADATA.create_all(conn)
        conn.execute(meta.insert().values(key="schema", value=str(SCHEMA_VERSION)))
