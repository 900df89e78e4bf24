"""Requirements ST-01 to ST-11: what is read is what was written."""

from __future__ import annotations

from typing import Any

import attrs
import pendulum
import pytest

from renewkit.books.invoice import Invoice, InvoiceState
from renewkit.books.subscription import Reminded, Standing
from renewkit.policies.reminders import Due
from renewkit.ports.storage import By, CustomersOf, InvoicesOf, OpenInvoices, SnapshotOf, SnapshotsOf, SubscriptionsOf
from renewkit.testing.storage.base import StorageKit, snapshot, written
from renewkit.testing.storage.samples import (
    BOOK,
    NOON,
    attempted,
    charge,
    contract,
    customer,
    first,
    ids,
    invoice,
    next_commit,
    paid,
)
from renewkit.values.offsets import Anchor

__all__ = ["ReadingTests"]


class ReadingTests(StorageKit):
    """What is read is what was written."""

    def test_st_01_unknown(self) -> None:
        """ST-01 A query for what is not there gives None or an empty tuple."""
        with self.opened() as storage:
            assert [storage.load(SnapshotOf(BOOK, "c1", by)) for by in By] == [None] * 3
            for query in (OpenInvoices(BOOK), InvoicesOf(BOOK), SubscriptionsOf(BOOK), CustomersOf(BOOK)):
                assert storage.load(query) == ()
            assert storage.facts(BOOK, 0, 10) == ()

    def test_st_02_equality(self) -> None:
        """ST-02 Customers, subscriptions and invoices read back equal, the order of tuples included."""
        sold = contract(standing=_standing())
        bill = attempted(invoice(sold))
        with self.opened(first(customer(), subscriptions=(sold,), invoices=(bill,))) as storage:
            found = snapshot(storage)
            assert (customer(), (sold,)) == (found.customer, found.subscriptions)
            assert (bill,) == tuple(attrs.evolve(kept, number=None) for kept in found.invoices)

    @pytest.mark.parametrize("currency", ["JPY", "USD", "KWD"])
    def test_st_03_money(self, currency: str) -> None:
        """ST-03 Money of no, two and three decimals, and fractions of it, read back exactly."""
        sold = contract(currency=currency)
        bill = paid(invoice(sold))
        with self.opened(first(customer(), subscriptions=(sold,), invoices=(bill,))) as storage:
            found = snapshot(storage, bill.id, By.INVOICE)
            assert (bill.total, bill.paid, bill.currency) == _sums(found.invoices[0])
            assert [line.exact for line in bill.lines] == [line.exact for line in found.invoices[0].lines]
            assert [item.price for item in sold.items] == [item.price for item in found.subscriptions[0].items]

    def test_st_04_zones(self) -> None:
        """ST-04 Instants read back to the microsecond and in the zone they were written in."""
        bill = attempted(invoice(contract()))
        with self.opened(first(customer(), subscriptions=(contract(),), invoices=(bill,))) as storage:
            kept = snapshot(storage).invoices[0]
            assert _clock(bill.retry_at) == _clock(kept.retry_at)
            assert _clock(bill.attempts[0].at) == _clock(kept.attempts[0].at)

    def test_st_05_due(self) -> None:
        """ST-05 When a customer is due reads back to the microsecond, None where it never is."""
        due = NOON.in_timezone("Asia/Taipei").add(microseconds=1)
        with self.opened(first(customer("c1"), due=due), first(customer("c2"), due=None)) as storage:
            assert (due, None) == (snapshot(storage, "c1").due, snapshot(storage, "c2").due)

    def test_st_06_by(self) -> None:
        """ST-06 A customer is found by its own id, by a subscription's and by an invoice's, with the same snapshot.

        Of several asked for at once each is found once, in order of id; ids that name nobody are passed over.
        """
        bill = invoice(contract())
        with self.opened(first(customer(), subscriptions=(contract(),), invoices=(bill,))) as storage:
            wanted = snapshot(storage)
            assert wanted == snapshot(storage, "s1", By.SUBSCRIPTION)
            assert wanted == snapshot(storage, bill.id, By.INVOICE)
            written(storage, first(customer("B"), subscriptions=(contract("s0", "B"), contract("s2", "B"))))
            both = (snapshot(storage, "B"), wanted)
            assert both == storage.load(SnapshotsOf(BOOK, ("c1", "nobody", "B", "c1")))
            assert both == storage.load(SnapshotsOf(BOOK, ("s2", "s1", "s0"), By.SUBSCRIPTION))
            assert (wanted,) == storage.load(SnapshotsOf(BOOK, (bill.id, "none"), By.INVOICE))
            assert storage.load(SnapshotsOf(BOOK, ())) == ()

    def test_st_07_live_invoices(self) -> None:
        """ST-07 A snapshot holds the invoices that are live or named by a pending effect, by due date and id.

        Found by an invoice that is neither, it holds that one too.
        """
        sold = contract()
        bills = [invoice(sold, month, issued_on=pendulum.Date(2024, 6 - month, 1)) for month in range(5)]
        untold, named, closed = attrs.evolve(paid(bills[2]), told=0), paid(bills[3]), paid(bills[4])
        effects = (charge(bills[3]),)
        start = first(customer(), subscriptions=(sold,), invoices=(*bills[:2], untold, named, closed), effects=effects)
        with self.opened(start) as storage:
            wanted = ids((named, untold, bills[1], bills[0]))
            assert wanted == ids(snapshot(storage).invoices)
            assert [closed.id, *wanted] == ids(snapshot(storage, closed.id, By.INVOICE).invoices)

    def test_st_08_open_invoices(self) -> None:
        """ST-08 Open invoices are those finalised, unpaid and not written off, in order of due date and id."""
        sold, other = contract(), contract("s2", "c2")
        early = invoice(other, issued_on=pendulum.Date(2023, 12, 1))
        late = [invoice(sold, month) for month in range(2)]
        shut = (
            invoice(sold, 2, state=InvoiceState.DRAFT),
            invoice(sold, 3, state=InvoiceState.VOID),
            paid(invoice(sold, 4)),
            invoice(sold, 5, written_off="gone"),
        )
        start = first(customer(), subscriptions=(sold,), invoices=(*late, *shut))
        with self.opened(start, first(customer("c2"), subscriptions=(other,), invoices=(early,))) as storage:
            assert [early.id, *sorted(ids(late))] == ids(storage.load(OpenInvoices(BOOK)))

    def test_st_09_invoices(self) -> None:
        """ST-09 Invoices of a subscription or of the book, open or not, come by issue date and id, `since` included."""
        sold, other = contract(), contract("s2")
        own = [invoice(sold, 0), invoice(sold, 1), paid(invoice(sold, 2, issued_on=pendulum.Date(2023, 1, 1)))]
        strange = invoice(other, 0, issued_on=pendulum.Date(2025, 1, 1))
        with self.opened(first(customer(), subscriptions=(sold, other), invoices=(strange, *own))) as storage:
            wanted = [own[2].id, *sorted(ids(own[:2]))]
            assert wanted == ids(storage.load(InvoicesOf(BOOK, "s1")))
            assert [*wanted, strange.id] == ids(storage.load(InvoicesOf(BOOK)))
            assert [strange.id] == ids(storage.load(InvoicesOf(BOOK, None, strange.issued_on)))
            assert wanted[1:] == ids(storage.load(InvoicesOf(BOOK, "s1", own[0].issued_on)))

    def test_st_10_subscriptions(self) -> None:
        """ST-10 Subscriptions and customers are listed in order of id, by code point."""
        keys = ("b", "a-1", "B", "é", "a1", "Z", "10", "9", "_", "王")
        sold = tuple(contract(key) for key in keys)
        with self.opened(first(customer(), subscriptions=sold)) as storage:
            assert sorted(keys) == ids(storage.load(SubscriptionsOf(BOOK)))
            assert sorted(keys) == ids(snapshot(storage).subscriptions)
        with self.opened(*(first(customer(key)) for key in keys)) as storage:
            assert sorted(keys) == ids(storage.load(CustomersOf(BOOK)))

    def test_st_11_books(self) -> None:
        """ST-11 Books do not see one another, though all ids be the same."""
        bill = invoice(contract())
        parts: dict[str, Any] = {"subscriptions": (contract(),), "invoices": (bill,), "inbox": ("news",)}
        with self.opened(first(customer(), **parts), first(customer(), book="other", **parts)) as storage:
            written(storage, next_commit(snapshot(storage), invoices=(paid(bill),)))
            assert tuple(len(storage.load(OpenInvoices(book))) for book in (BOOK, "other")) == (0, 1)
            assert None is storage.load(SnapshotOf("third", "c1"))


def _standing() -> Standing:
    paris = NOON.in_timezone("Europe/Paris")
    waiting = Due(
        "key",
        "upcoming",
        paris,
        ("sms", "email"),
        "customer",
        nominal=paris,
        about="s1",
        anchor=Anchor.DUE,
        anchored_on=pendulum.Date(2024, 2, 29),
        reminder="due-3d",
    )
    return Standing(billed_until=pendulum.Date(2024, 2, 29), reminded=Reminded(NOON, (waiting,)), revision=2)


def _sums(bill: Invoice) -> tuple[object, object, object]:
    return (bill.total, bill.paid, bill.currency)


def _clock(moment: pendulum.DateTime | None) -> tuple[object, ...]:
    assert moment is not None
    return (moment.isoformat(), moment.timezone_name)
