"""Requirements ST-12 to ST-20: a commit is written whole, once, and only by who saw the latest state."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from renewkit.effects.commit import Commit, Conflict, Receipt
from renewkit.errors import ConfigurationError, NotFoundError
from renewkit.ports.storage import InvoicesOf, SnapshotOf, SubscriptionsOf
from renewkit.testing.storage.base import StorageKit, facts_of, refused, snapshot, written
from renewkit.testing.storage.samples import (
    BOOK,
    chain,
    charge,
    contract,
    customer,
    first,
    invoice,
    next_commit,
    notify,
    paid,
)

__all__ = ["CommittingTests"]


class CommittingTests(StorageKit):
    """A commit is written whole, once, and only by who saw the latest state."""

    def test_st_12_version(self) -> None:
        """ST-12 Each commit raises its customer's version by one, and the receipt names it."""
        with self.opened() as storage:
            assert Receipt("c1", 1) == written(storage, first(customer()))
            assert Receipt("c1", 2) == written(storage, next_commit(snapshot(storage)))
            assert snapshot(storage).version == 2

    def test_st_13_stale(self) -> None:
        """ST-13 A commit on another version than the present one is a `Conflict` that names both."""
        with self.opened(first(customer())) as storage:
            seen = snapshot(storage)
            written(storage, next_commit(seen))
            assert Conflict("c1", "version", "1", "2") == refused(storage, next_commit(seen))
            assert Conflict("c1", "version", "9", "2") == refused(
                storage, Commit(book=BOOK, customer_id="c1", version=9)
            )
            assert Conflict("c1", "version", "0", "2") == refused(storage, first(customer()))
            assert Conflict("c9", "version", "1", "0") == refused(
                storage, Commit(book=BOOK, customer_id="c9", version=1)
            )

    def test_st_14_no_trace(self) -> None:
        """ST-14 A refused commit leaves no trace: no row, no effect, no fact, no number, no inbox id."""
        sold, other = contract(), contract("s2")
        bill = invoice(other)
        whole: dict[str, Any] = {
            "customer": customer(name="Another"),
            "subscriptions": (attrs.evolve(sold, trade="x"), other),
            "invoices": (bill,),
            "effects": (charge(bill), notify(other)),
            "facts": chain("s2", 2),
            "inbox": ("late", "seen"),
        }
        with self.opened(first(customer(), subscriptions=(sold,), inbox=("seen",))) as storage:
            before = snapshot(storage)
            assert refused(storage, next_commit(before, due=None, **whole)).what == "inbox"
            assert (before, ()) == (snapshot(storage), facts_of(storage))
            assert storage.load(InvoicesOf(BOOK)) == ()
            receipt = written(storage, next_commit(before, **{**whole, "inbox": ("late",)}))
            assert ((bill.id, "default-2024-000001"),) == receipt.numbers

    def test_st_15_neighbours(self) -> None:
        """ST-15 A refused commit does not undo its neighbours; answers come in the order of the commits."""
        with self.opened(first(customer("c2"))) as storage:
            answers = storage.commit((first(customer("c1")), first(customer("c2"), due=None), first(customer("c3"))))
            assert [Receipt, Conflict, Receipt] == [type(answer) for answer in answers]
            assert [answer.customer_id for answer in answers] == ["c1", "c2", "c3"]
            assert [snapshot(storage, key).version for key in ("c1", "c2", "c3")] == [1, 1, 1]

    def test_st_16_in_turn(self) -> None:
        """ST-16 Commits of one call follow one another: a later one sees what an earlier one wrote."""
        bill = invoice(contract())
        start = first(customer(), subscriptions=(contract(),), invoices=(bill,), facts=chain("s1", 1))
        head = start.facts[-1].head
        then = Commit(book=BOOK, customer_id="c1", version=1, invoices=(paid(bill),), facts=chain("s1", 1, head=head))
        again = Commit(book=BOOK, customer_id="c1", version=1)
        with self.opened() as storage:
            one, two, three = storage.commit((start, then, again))
            assert (Receipt("c1", 1, ((bill.id, "default-2024-000001"),)), 2) == (one, getattr(two, "version", two))
            assert Conflict("c1", "version", "1", "2") == three
            assert (snapshot(storage).version, snapshot(storage).invoices) == (2, ())

    def test_st_17_billed_once(self) -> None:
        """ST-17 An item is billed by one invoice only: another invoice with it is a `Conflict` over `item`."""
        bill = invoice(contract())
        twice = attrs.evolve(bill, id="inv_other", lines=bill.lines[1:])
        with self.opened(first(customer(), subscriptions=(contract(),), invoices=(bill,))) as storage:
            assert refused(storage, next_commit(snapshot(storage), invoices=(twice,))).what == "item"
            fresh = invoice(contract(), 1)
            clone = attrs.evolve(fresh, id="inv_clone")
            assert refused(storage, next_commit(snapshot(storage), invoices=(fresh, clone))).what == "item"
            assert len(storage.load(InvoicesOf(BOOK))) == 1

    def test_st_18_one_owner(self) -> None:
        """ST-18 A subscription or invoice of one customer is not taken over by another: a `Conflict` over `item`."""
        bill = invoice(contract())
        start = first(customer(), subscriptions=(contract(),), invoices=(bill,))
        with self.opened(start, first(customer("c2"))) as storage:
            seen = snapshot(storage, "c2")
            assert refused(storage, next_commit(seen, subscriptions=(contract("s1", "c2"),))).what == "item"
            strange = attrs.evolve(bill, customer_id="c2")
            assert refused(storage, next_commit(seen, invoices=(strange,))).what == "item"
            assert tuple(kept.customer_id for kept in storage.load(SubscriptionsOf(BOOK))) == ("c1",)

    def test_st_19_inbox(self) -> None:
        """ST-19 News whose id is known makes a commit a `Conflict` over `inbox`, whoever brings it."""
        with self.opened(first(customer(), inbox=("pay_1",)), first(customer("c2"))) as storage:
            for key in ("c1", "c2"):
                assert refused(storage, next_commit(snapshot(storage, key), inbox=("pay_2", "pay_1"))).what == "inbox"
            written(storage, next_commit(snapshot(storage, "c2"), inbox=("pay_2",)))

    @pytest.mark.parametrize("place", [0, 1])
    def test_st_20_bugs(self, place: int) -> None:
        """ST-20 An unsaved customer raises `NotFoundError`, one with another's things `ConfigurationError`.

        Both are a caller's bug: nothing of the whole call is written.
        """
        bugs = (
            (NotFoundError, Commit(book=BOOK, customer_id="nobody", version=0)),
            (ConfigurationError, first(customer("c3"), subscriptions=(contract("s1", "c1"),))),
        )
        with self.opened() as storage:
            for error, bug in bugs:
                call = (bug, first(customer())) if place == 0 else (first(customer()), bug)
                with pytest.raises(error):
                    storage.commit(call)
                assert None is storage.load(SnapshotOf(BOOK, "c1"))
