"""The storage port: five methods that keep a book, and the frozen queries that read it.

Everything that must be true of an implementation is numbered in the storage reference and tested by
`renewkit.testing.storage.StorageConformance`.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import TYPE_CHECKING, Protocol, overload

import attrs
import pendulum

from renewkit.values.moments import civil_date, instant

if TYPE_CHECKING:
    from renewkit.books.audit import Fact
    from renewkit.books.customer import Customer
    from renewkit.books.invoice import Invoice
    from renewkit.books.subscription import Subscription
    from renewkit.effects.commit import Commit, Conflict, Receipt
    from renewkit.effects.snapshot import Snapshot

__all__ = [
    "By",
    "CustomersOf",
    "InvoicesOf",
    "Lease",
    "OpenInvoices",
    "SnapshotOf",
    "SnapshotsOf",
    "Storage",
    "StorageCapabilities",
    "StoredFact",
    "SubscriptionsOf",
]


@attrs.frozen(kw_only=True)
class StorageCapabilities:
    """What a storage can do: `concurrent_writers` says that processes write at once without waiting for one lock."""

    name: str
    durable: bool
    concurrent_writers: bool


@attrs.frozen
class Lease:
    """Under whose name, in which book and until when customers are claimed.

    `takeover` gives the holder its own unfinished claims back at once: a worker with a stable name that was killed and
    started again goes on where it was. Claims of others return only when their lease ends.
    """

    book: str
    holder: str
    until: pendulum.DateTime = attrs.field(kw_only=True, converter=instant)
    takeover: bool = attrs.field(default=False, kw_only=True)


class By(Enum):
    """What the id of a `SnapshotOf` names."""

    CUSTOMER = "customer"
    SUBSCRIPTION = "subscription"
    INVOICE = "invoice"


@attrs.frozen
class SnapshotOf:
    """The snapshot of one customer, by the id of the customer, of one of its subscriptions, or of one of its invoices.

    Found by invoice, the snapshot holds that invoice too, open or not.
    """

    book: str
    id: str
    by: By = By.CUSTOMER


def _ids(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(ids)


@attrs.frozen
class SnapshotsOf:
    """The snapshots of several customers at once, found like `SnapshotOf`; each customer once, in order of id.

    Ids that name nobody are passed over.
    """

    book: str
    ids: tuple[str, ...] = attrs.field(converter=_ids)
    by: By = By.CUSTOMER


@attrs.frozen
class OpenInvoices:
    """All open invoices, in order of due date and id."""

    book: str


@attrs.frozen
class InvoicesOf:
    """All invoices of a subscription, or of the whole book, in order of issue date and id.

    `since` leaves out those that were issued before a civil day.
    """

    book: str
    subscription_id: str | None = None
    since: pendulum.Date | None = attrs.field(default=None, converter=attrs.converters.optional(civil_date))


@attrs.frozen
class SubscriptionsOf:
    """All subscriptions of a book, in order of id."""

    book: str


@attrs.frozen
class CustomersOf:
    """All customers of a book, in order of id."""

    book: str


@attrs.frozen
class StoredFact:
    """A fact with its position in the book: positions grow, but not without gaps."""

    position: int
    fact: Fact


class Storage(Protocol):
    """Keeps books. Every method may raise `StorageError` when the medium fails; nothing is half-written then."""

    @property
    def capabilities(self) -> StorageCapabilities:
        """What this storage can do."""
        ...

    def claim(self, now: pendulum.DateTime, limit: int, lease: Lease) -> tuple[Snapshot, ...]:
        """Lease up to `limit` customers whose work is due at or before `now`, ordered by due time and id.

        A claimed customer is not claimed again before its lease ends; each claim raises its fence.
        """
        ...

    def commit(self, commits: tuple[Commit, ...]) -> tuple[Receipt | Conflict, ...]:
        """Write each commit all or nothing, in order; a refused one does not undo its neighbours."""
        ...

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

    def facts(self, book: str, after: int, limit: int) -> tuple[StoredFact, ...]:
        """Return up to `limit` facts whose position lies after `after`, in order."""
        ...

    def close(self) -> None:
        """Give the medium back; closing twice is harmless."""
        ...
