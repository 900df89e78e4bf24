"""Storage in memory: the reference model that every other storage must agree with, and a quick one for tests.

It keeps everything in dictionaries and nothing on disk. Each rule of the storage reference stands here once, in the
plainest form that is still quick enough for simulations with thousands of customers.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import MutableMapping
from heapq import nsmallest
from threading import RLock
from typing import TYPE_CHECKING, Final, overload

import attrs
import pendulum

from renewkit.books.audit import GENESIS, Head
from renewkit.books.customer import Customer
from renewkit.books.invoice import Invoice, InvoiceState, legal_number
from renewkit.books.subscription import Subscription
from renewkit.effects.commit import Commit, Conflict, Receipt
from renewkit.effects.effect import Effect
from renewkit.effects.outcome import Outcome
from renewkit.effects.snapshot import Snapshot
from renewkit.errors import ConfigurationError, IdempotencyMismatchError, NotFoundError
from renewkit.ports.storage import (
    By,
    CustomersOf,
    InvoicesOf,
    OpenInvoices,
    SnapshotOf,
    SnapshotsOf,
    StorageCapabilities,
    StoredFact,
    SubscriptionsOf,
)
from renewkit.values.moments import instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from renewkit.ports.storage import Lease

__all__ = ["MemoryStorage"]

_CAPABILITIES: Final = StorageCapabilities(name="memory", durable=False, concurrent_writers=False)


@attrs.frozen(kw_only=True)
class _Row:
    """One customer as a snapshot would show it, with its lease."""

    customer: Customer
    version: int = 0
    fence: int = 0
    due: pendulum.DateTime | None = None
    holder: str | None = None
    until: pendulum.DateTime | None = None
    subscriptions: tuple[str, ...] = ()
    live: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()


@attrs.define
class _Book:
    """One book: rows by customer id, and everything else by its own id."""

    rows: MutableMapping[str, _Row] = attrs.Factory(dict)
    subscriptions: MutableMapping[str, Subscription] = attrs.Factory(dict)
    invoices: MutableMapping[str, Invoice] = attrs.Factory(dict)
    items: MutableMapping[str, str] = attrs.Factory(dict)
    effects: MutableMapping[str, tuple[str, Effect]] = attrs.Factory(dict)
    outcomes: MutableMapping[str, Outcome] = attrs.Factory(dict)
    inbox: MutableMapping[str, bool] = attrs.Factory(dict)
    heads: MutableMapping[str, Head] = attrs.Factory(dict)
    numbers: MutableMapping[int, int] = attrs.Factory(dict)
    facts: list[StoredFact] = attrs.Factory(list)

    def staged(self) -> _Book:
        """Return a book that reads through to this one and keeps what is written to itself."""
        names = [field.name for field in attrs.fields(_Book) if field.name != "facts"]
        staged = _Book()
        for name in names:
            setattr(staged, name, ChainMap({}, getattr(self, name)))
        return staged

    def absorb(self, staged: _Book) -> None:
        """Take over what a staged book kept to itself."""
        for field in attrs.fields(_Book):
            if field.name == "facts":
                shift = len(self.facts)
                self.facts.extend(attrs.evolve(row, position=row.position + shift) for row in staged.facts)
            else:
                getattr(self, field.name).update(getattr(staged, field.name).maps[0])


class MemoryStorage:
    """Keeps books in memory, as long as the object lives; safe to share between threads.

    >>> MemoryStorage().load(SnapshotOf("default", "c1")) is None
    True
    """

    def __init__(self) -> None:
        """Start without any book."""
        self._books: dict[str, _Book] = {}
        self._lock = RLock()

    @property
    def capabilities(self) -> StorageCapabilities:
        """Nothing is durable, and one lock serves all writers."""
        return _CAPABILITIES

    def claim(self, now: pendulum.DateTime, limit: int, lease: Lease) -> tuple[Snapshot, ...]:
        """Lease up to `limit` customers whose work is due at or before `now`, ordered by due time and id."""
        with self._lock:
            book = self._book(lease.book)
            free = (
                (row.due, key)
                for key, row in book.rows.items()
                if row.due and row.due <= now and _is_free(row, lease, now)
            )
            taken = [key for _, key in nsmallest(limit, free)]
            for key in taken:
                row = book.rows[key]
                book.rows[key] = attrs.evolve(row, fence=row.fence + 1, holder=lease.holder, until=lease.until)
            return tuple(_snapshot(lease.book, book, book.rows[key]) for key in taken)

    def commit(self, commits: tuple[Commit, ...]) -> tuple[Receipt | Conflict, ...]:
        """Write each commit all or nothing, in order; a refused one does not undo its neighbours."""
        with self._lock:
            staged = {name: self._book(name).staged() for name in {commit.book for commit in commits}}
            answers = []
            for commit in commits:
                book = staged[commit.book]
                _check(book, commit)
                answers.append(_refusal(book, commit) or _write(book, commit))
            for name, book in staged.items():
                self._book(name).absorb(book)
            return tuple(answers)

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
        with self._lock:
            book = self._book(query.book)
            match query:
                case SnapshotOf(_, key, by):
                    return next(iter(_find(query.book, book, (key,), by)), None)
                case SnapshotsOf(_, keys, by):
                    return _find(query.book, book, keys, by)
                case OpenInvoices():
                    return _by_due(bill for bill in book.invoices.values() if bill.is_open)
                case InvoicesOf(_, wanted, since):
                    bills = (bill for bill in book.invoices.values() if wanted in {None, bill.subscription_id})
                    bills = (bill for bill in bills if since is None or bill.issued_on >= since)
                    return tuple(sorted(bills, key=lambda bill: (bill.issued_on, bill.id)))
                case SubscriptionsOf():
                    return tuple(contract for _, contract in sorted(book.subscriptions.items()))
                case CustomersOf():
                    return tuple(row.customer for _, row in sorted(book.rows.items()))

    def facts(self, book: str, after: int, limit: int) -> tuple[StoredFact, ...]:
        """Return up to `limit` facts whose position lies after `after`, in order."""
        with self._lock:
            start = max(after, 0)
            return tuple(self._book(book).facts[start : start + limit])

    def close(self) -> None:
        """Do nothing: memory is given back with the object."""

    def _book(self, name: str) -> _Book:
        return self._books.setdefault(name, _Book())


def _is_free(row: _Row, lease: Lease, now: pendulum.DateTime) -> bool:
    return row.until is None or row.until <= now or (lease.takeover and row.holder == lease.holder)


def _by_due(bills: Iterable[Invoice]) -> tuple[Invoice, ...]:
    return tuple(sorted(bills, key=lambda bill: (bill.due_on, bill.id)))


def _snapshot(name: str, book: _Book, row: _Row, also: Iterable[Invoice] = ()) -> Snapshot:
    pending = tuple(book.effects[key][1] for key in row.pending)
    named = (key for effect in pending if (key := effect.invoice_id) and key in book.invoices)
    bills = {key: book.invoices[key] for key in (*row.live, *named)} | {bill.id: bill for bill in also}
    return Snapshot(
        book=name,
        customer=row.customer,
        version=row.version,
        fence=row.fence,
        due=row.due,
        subscriptions=tuple(book.subscriptions[key] for key in sorted(row.subscriptions)),
        invoices=_by_due(bills.values()),
        pending=pending,
    )


def _find(name: str, book: _Book, keys: Iterable[str], by: By) -> tuple[Snapshot, ...]:
    also: dict[str, list[Invoice]] = {}
    for key in keys:
        if by is By.INVOICE and (bill := book.invoices.get(key)):
            also.setdefault(bill.customer_id, []).append(bill)
        elif by is By.SUBSCRIPTION and (contract := book.subscriptions.get(key)):
            also.setdefault(contract.customer_id, [])
        elif by is By.CUSTOMER and key in book.rows:
            also.setdefault(key, [])
    return tuple(_snapshot(name, book, book.rows[key], bills) for key, bills in sorted(also.items()))


def _check(book: _Book, commit: Commit) -> None:
    """Refuse what only a bug can ask for: things of two customers in one commit."""
    if not commit.customer_id:
        raise ConfigurationError("a commit for a customer", "no id", "name the customer")
    named = [part.customer_id for part in (*commit.subscriptions, *commit.invoices, *commit.effects)]
    if commit.customer is not None:
        named.append(commit.customer.id)
    strange = sorted(set(named) - {commit.customer_id})
    if strange:
        remedy = "make one commit per customer"
        raise ConfigurationError(f"only things of customer {commit.customer_id} in its commit", strange, remedy)
    if commit.customer is None and commit.version == 0 and commit.customer_id not in book.rows:
        raise NotFoundError("a customer that is saved", commit.customer_id, "save the customer first")


def _refusal(book: _Book, commit: Commit) -> Conflict | None:
    def refuse(what: str, expected: object, actual: object) -> Conflict:
        return Conflict(commit.customer_id, what, str(expected), str(actual))

    row = book.rows.get(commit.customer_id)
    if commit.version != (row.version if row else 0):
        return refuse("version", commit.version, row.version if row else 0)
    if commit.fence is not None and commit.fence != (row.fence if row else 0):
        return refuse("fence", commit.fence, row.fence if row else 0)
    for known, wanted in _overlaps(book, commit):
        return refuse("item", wanted, known)
    for news in commit.inbox:
        if news in book.inbox:
            return refuse("inbox", f"{news} unseen", "seen before")
    return _broken_chain(book, commit)


def _overlaps(book: _Book, commit: Commit) -> Iterable[tuple[str, str]]:
    """Yield what is recorded elsewhere already, and what the commit wanted of it."""
    billed: dict[str, str] = {}
    for invoice in commit.invoices:
        for line in invoice.lines:
            known = book.items.get(line.id) or billed.setdefault(line.id, invoice.id)
            if known != invoice.id:
                yield f"already in {known}", f"{line.id} in {invoice.id}"
    for part in _recorded_before(book, commit):
        if part.customer_id != commit.customer_id:
            yield f"of {part.customer_id}", f"{part.id} of {commit.customer_id}"


def _recorded_before(book: _Book, commit: Commit) -> Iterable[Subscription | Invoice]:
    contracts = (book.subscriptions.get(contract.id) for contract in commit.subscriptions)
    bills = (book.invoices.get(invoice.id) for invoice in commit.invoices)
    return (part for part in (*contracts, *bills) if part is not None)


def _broken_chain(book: _Book, commit: Commit) -> Conflict | None:
    heads: dict[str, Head] = {}
    for fact in commit.facts:
        head = heads.get(fact.stream) or book.heads.get(fact.stream, GENESIS)
        if (fact.seq, fact.previous) != (head.seq + 1, head.hash):
            expected = f"fact {fact.seq} of {fact.stream} after {fact.previous[:12]}"
            return Conflict(commit.customer_id, "audit", expected, f"head {head.seq} {head.hash[:12]}")
        heads[fact.stream] = fact.head
    return None


def _write(book: _Book, commit: Commit) -> Receipt:
    _keep_effects(book, commit)
    numbers = _keep_invoices(book, commit)
    for contract in commit.subscriptions:
        book.subscriptions[contract.id] = contract
    book.inbox.update(dict.fromkeys(commit.inbox, True))
    for fact in commit.facts:
        book.heads[fact.stream] = fact.head
        book.facts.append(StoredFact(len(book.facts) + 1, fact))
    _keep_row(book, commit)
    return Receipt(commit.customer_id, commit.version + 1, numbers)


def _keep_effects(book: _Book, commit: Commit) -> None:
    for effect in commit.effects:
        known = book.effects.setdefault(effect.key, (commit.customer_id, effect))
        if known != (commit.customer_id, effect):
            remedy = "give an effect with other content a key of its own"
            raise IdempotencyMismatchError(f"the content that key {effect.key} was stored with", effect, remedy)
    for record in commit.recorded:
        if record.key not in book.effects:
            raise NotFoundError("the key of a stored effect", record.key, "commit the effect before its outcome")
        book.outcomes[record.key] = record.outcome


def _keep_invoices(book: _Book, commit: Commit) -> tuple[tuple[str, str], ...]:
    numbers = {}
    for given in commit.invoices:
        invoice = given
        if invoice.state is InvoiceState.FINALISED and invoice.number is None:
            known = book.invoices.get(invoice.id)
            invoice = attrs.evolve(invoice, number=(known and known.number) or _next_number(book, commit.book, invoice))
            numbers[invoice.id] = str(invoice.number)
        book.invoices[invoice.id] = invoice
        for line in invoice.lines:
            book.items[line.id] = invoice.id
    return tuple(numbers.items())


def _next_number(book: _Book, seller: str, invoice: Invoice) -> str:
    year = invoice.issued_on.year
    book.numbers[year] = book.numbers.get(year, 0) + 1
    return legal_number(seller, year, book.numbers[year])


def _keep_row(book: _Book, commit: Commit) -> None:
    row = book.rows.get(commit.customer_id)
    if row is None:
        assert commit.customer is not None  # _check has refused anything else
        row = _Row(customer=commit.customer)
    contracts, bills = dict.fromkeys(row.subscriptions), dict.fromkeys(row.live)
    contracts.update(dict.fromkeys(contract.id for contract in commit.subscriptions))
    bills.update(dict.fromkeys(invoice.id for invoice in commit.invoices))
    effects = dict.fromkeys((*row.pending, *(effect.key for effect in commit.effects)))
    book.rows[commit.customer_id] = _Row(
        customer=commit.customer or row.customer,
        version=row.version + 1,
        fence=row.fence,
        due=None if commit.due is None else instant(commit.due),
        holder=None if commit.release else row.holder,
        until=None if commit.release else row.until,
        subscriptions=tuple(contracts),
        live=tuple(key for key in bills if book.invoices[key].is_live),
        pending=tuple(key for key in effects if key not in book.outcomes),
    )
