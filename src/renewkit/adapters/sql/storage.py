"""The storage port on a SQL database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, overload

from sqlalchemy import Engine, delete, select

from renewkit.adapters.sql import reads, schema
from renewkit.adapters.sql.batch import write
from renewkit.adapters.sql.documents import Documents
from renewkit.adapters.sql.drafts import draft
from renewkit.adapters.sql.medium import Medium
from renewkit.adapters.sql.questions import Question
from renewkit.adapters.sql.statements import Mode, Statements
from renewkit.ports.storage import (
    CustomersOf,
    InvoicesOf,
    OpenInvoices,
    SnapshotOf,
    SnapshotsOf,
    StorageCapabilities,
    StoredFact,
    SubscriptionsOf,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pendulum

    from renewkit.books.customer import Customer
    from renewkit.books.invoice import Invoice
    from renewkit.books.subscription import Subscription
    from renewkit.effects.commit import Commit, Conflict, Receipt
    from renewkit.effects.snapshot import Snapshot
    from renewkit.ports.storage import Lease

__all__ = ["SqlStorage"]

_PAID: Final = Question((schema.payments.c.id,), schema.payments.c.id)


class SqlStorage:
    """Keeps books in SQLite or PostgreSQL; safe to share between threads and between processes.

    Takes a URL, or the host's own SQLAlchemy engine, whose settings it leaves alone and which it never closes. The
    tables are created where they are missing. Raises `StorageError` for a database that cannot serve or whose tables
    are of a later version, and `ConfigurationError` for another dialect.

    >>> storage = SqlStorage("sqlite://")
    >>> storage.capabilities.name, storage.load(SnapshotOf("default", "c1"))
    ('sqlite', None)
    >>> storage.close()
    """

    def __init__(self, engine_or_url: Engine | str) -> None:
        """Open the database and create what is missing."""
        self._medium = Medium(engine_or_url)
        self._statements = Statements(self._medium.engine.dialect)
        self._documents = Documents()
        if not self._medium.read(schema.is_current):
            self._medium.write(schema.create)

    @property
    def capabilities(self) -> StorageCapabilities:
        """PostgreSQL locks rows, SQLite lets one process write at a time."""
        name = self._medium.name
        is_durable = not self._medium.is_in_memory
        return StorageCapabilities(name=name, durable=is_durable, concurrent_writers=name == "postgresql")

    def claim(self, now: pendulum.DateTime, limit: int, lease: Lease) -> tuple[Snapshot, ...]:
        """Lease up to `limit` customers whose work is due at or before `now`, ordered by due time and id."""
        return self._medium.write(lambda conn: reads.claim(conn, self._documents, now, limit, lease))

    def commit(self, commits: tuple[Commit, ...]) -> tuple[Receipt | Conflict, ...]:
        """Write each commit all or nothing, in order; a refused one does not undo its neighbours.

        Raises `IdempotencyMismatchError` for an effect key that is known with other content, `NotFoundError` for a
        customer that was never saved or the outcome of an effect that was never stored, and `ConfigurationError` for
        a commit that mixes customers. Nothing of the call is written then.
        """
        drafts = tuple(draft(commit, self._documents) for commit in commits)
        return self._medium.write(lambda conn: write(conn, self._statements, self._documents, drafts)) if drafts else ()

    @overload
    def load(self, query: SnapshotOf) -> Snapshot | None: ...
    @overload
    def load(self, query: SnapshotsOf) -> tuple[Snapshot, ...]: ...
    @overload
    def load(self, query: OpenInvoices | InvoicesOf) -> tuple[Invoice, ...]: ...
    @overload
    def load(self, query: SubscriptionsOf) -> tuple[Subscription, ...]: ...
    @overload
    def load(self, query: CustomersOf) -> tuple[Customer, ...]: ...

    def load(
        self, query: SnapshotOf | SnapshotsOf | OpenInvoices | InvoicesOf | SubscriptionsOf | CustomersOf
    ) -> Snapshot | tuple[Snapshot, ...] | tuple[Invoice, ...] | tuple[Subscription, ...] | tuple[Customer, ...] | None:
        """Return what a query asks for; None for a snapshot of nobody."""
        match query:
            case SnapshotOf(book, key, by):
                found = self._medium.read(lambda conn: reads.snapshots(conn, self._documents, book, (key,), by))
                return next(iter(found), None)
            case SnapshotsOf(book, keys, by):
                return self._medium.read(lambda conn: reads.snapshots(conn, self._documents, book, keys, by))
            case OpenInvoices() | InvoicesOf():
                return self._medium.read(lambda conn: reads.invoices(conn, self._documents, query))
            case SubscriptionsOf(book):
                return self._medium.read(lambda conn: reads.subscriptions(conn, self._documents, book))
            case CustomersOf(book):
                return self._medium.read(lambda conn: reads.customers(conn, self._documents, book))

    def facts(self, book: str, after: int, limit: int) -> tuple[StoredFact, ...]:
        """Return up to `limit` facts whose position lies after `after`, in order."""
        return self._medium.read(lambda conn: reads.facts(conn, book, after, limit))

    def note(self, key: str, value: str | None) -> None:
        """Keep a word about the database itself (a sandbox, its clock); None takes it away. Not part of the port."""
        table, name = schema.meta, f"note.{key}"
        if value is None:
            self._medium.write(lambda conn: conn.execute(delete(table).where(table.c.key == name)))
        else:
            row = {"key": name, "value": value}
            self._medium.write(lambda conn: self._statements.insert(conn, table, [row], Mode.REPLACE))

    def noted(self, key: str) -> str | None:
        """Return what was kept under a key, None where nothing was. Not part of the port."""
        asked = select(schema.meta.c.value).where(schema.meta.c.key == f"note.{key}")
        return self._medium.read(lambda conn: conn.execute(asked).scalar_one_or_none())

    def paid(self, book: str, ids: Iterable[str]) -> frozenset[str]:
        """Return those of the payment ids that are booked, on whatever invoice. Not part of the port."""
        return self._medium.read(lambda conn: frozenset(row.id for row in _PAID.ask(conn, book, ids)))

    def close(self) -> None:
        """Close an engine that was made here; the host's own stays open. Closing twice is harmless."""
        self._medium.close()
