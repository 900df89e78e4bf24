"""Requirements ST-25 to ST-30: facts are appended and never changed, legal numbers have no gaps and never change."""

from __future__ import annotations

from datetime import timedelta, timezone, tzinfo

import attrs
import pendulum
import pytest

from renewkit.books.audit import Fact, Head, append, verify
from renewkit.books.invoice import InvoiceState
from renewkit.effects.commit import Receipt
from renewkit.ports.storage import By, StoredFact
from renewkit.testing.storage.base import StorageKit, facts_of, refused, snapshot, written
from renewkit.testing.storage.samples import BOOK, NOON, chain, contract, customer, first, invoice, next_commit, paid

__all__ = ["RecordTests"]


class RecordTests(StorageKit):
    """Facts are appended and never changed, legal numbers have no gaps and never change."""

    def test_st_25_facts(self) -> None:
        """ST-25 Facts read back equal and sealed, in the order they were written, each with a growing position."""
        one, two = chain("s1", 2), chain("王", 2)
        mixed = (one[0], two[0], two[1], one[1])
        with self.opened(first(customer(), facts=mixed)) as storage:
            more = chain("s1", 1, head=one[1].head)
            written(storage, next_commit(snapshot(storage), facts=more))
            rows = storage.facts(BOOK, 0, 10)
            assert (*mixed, *more) == tuple(row.fact for row in rows)
            assert verify(facts_of(storage)) == ()
            assert sorted({row.position for row in rows}) == [row.position for row in rows]
            assert storage.facts("other", 0, 10) == ()

    @pytest.mark.parametrize(
        "zone", [pendulum.timezone("Asia/Taipei"), pendulum.UTC, timezone(timedelta(hours=-5, minutes=-30))]
    )
    def test_st_26_seals(self, zone: tzinfo) -> None:
        """ST-26 A fact keeps the zone of its instant, because its seal covers the offset."""
        fact = append(Head(), "s1", "kit.fact", at=NOON.add(microseconds=5).astimezone(zone), who="kit", detail={})
        with self.opened(first(customer(), facts=(fact,))) as storage:
            (kept,) = facts_of(storage)
            assert (fact.at.isoformat(), ()) == (kept.at.isoformat(), verify((kept,)))

    def test_st_27_pages(self) -> None:
        """ST-27 Facts are read page by page: those after a position, at most as many as asked for."""
        with self.opened(first(customer(), facts=chain("s1", 5))) as storage:
            read: list[StoredFact] = []
            while page := storage.facts(BOOK, read[-1].position if read else 0, 2):
                assert len(page) <= 2
                read += page
            assert chain("s1", 5) == tuple(row.fact for row in read)

    def test_st_28_chain(self) -> None:
        """ST-28 Facts that do not continue their stream's chain are a `Conflict` over `audit`."""
        known = chain("s1", 3)
        forged = attrs.evolve(known[2], previous="0" * 64)
        with self.opened(first(customer(), facts=known[:2])) as storage:
            wrong: tuple[tuple[Fact, ...], ...] = (known[:1], known[1:], (forged,), chain("s2", 2)[1:], known[2:] * 2)
            for facts in wrong:
                assert refused(storage, next_commit(snapshot(storage), facts=facts)).what == "audit"
            written(storage, next_commit(snapshot(storage), facts=known[2:]))
            assert known == facts_of(storage)

    def test_st_29_numbers(self) -> None:
        """ST-29 Finalised invoices get gapless numbers per book and year, in the order of the commits."""
        sold = contract()
        older = invoice(sold, 3, issued_on=pendulum.Date(2023, 12, 31))
        with self.opened(first(customer(), subscriptions=(sold,))) as storage:
            seen = snapshot(storage)
            calls = (
                next_commit(seen, invoices=(invoice(sold, 0), older)),
                next_commit(seen, invoices=(invoice(sold, 1),)),
                attrs.evolve(next_commit(seen, invoices=(invoice(sold, 2),)), version=seen.version + 1),
            )
            one, _, three = storage.commit(calls)
            assert isinstance(one, Receipt)
            assert isinstance(three, Receipt)
            assert [(invoice(sold, 0).id, "default-2024-000001"), (older.id, "default-2023-000001")] == list(
                one.numbers
            )
            assert ((invoice(sold, 2).id, "default-2024-000002"),) == three.numbers
            other = written(storage, first(customer(), book="other", subscriptions=(sold,), invoices=(older,)))
            assert ((older.id, "other-2023-000001"),) == other.numbers
            kept = {bill.id: bill.number for bill in snapshot(storage).invoices}
            assert dict((*one.numbers, *three.numbers)) == kept

    def test_st_30_number_for_good(self) -> None:
        """ST-30 A draft has no number; one that was handed out stays, though the invoice comes again without it."""
        bill = invoice(contract())
        draft = attrs.evolve(bill, state=InvoiceState.DRAFT)
        with self.opened(first(customer(), subscriptions=(contract(),), invoices=(draft,))) as storage:
            assert None is snapshot(storage, bill.id, By.INVOICE).invoices[0].number
            for version in (bill, bill, paid(bill)):
                receipt = written(storage, next_commit(snapshot(storage), invoices=(version,)))
                assert ((bill.id, "default-2024-000001"),) == receipt.numbers
            kept = attrs.evolve(paid(bill), number="default-2024-000001")
            assert written(storage, next_commit(snapshot(storage), invoices=(kept,))).numbers == ()
            assert kept == snapshot(storage, bill.id, By.INVOICE).invoices[0]
