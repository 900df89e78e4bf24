"""Requirements ST-21 to ST-24: an effect is stored once under its key, and pending until its outcome is recorded."""

from __future__ import annotations

import attrs
import pytest
from moneyed import Money

from renewkit.effects.commit import Recorded
from renewkit.effects.outcome import Paid, PaymentReceipt, Sent
from renewkit.errors import IdempotencyMismatchError, NotFoundError
from renewkit.testing.storage.base import StorageKit, snapshot, written
from renewkit.testing.storage.samples import NOON, charge, contract, customer, first, invoice, next_commit, notify

__all__ = ["OutboxTests"]


class OutboxTests(StorageKit):
    """An effect is stored once under its key and stays pending until its outcome is recorded."""

    def test_st_21_pending(self) -> None:
        """ST-21 Effects are pending in the order they were stored, unchanged, until their outcome is recorded."""
        sold = contract()
        bill = invoice(sold)
        effects = (notify(sold, "z"), charge(bill), notify(sold, "a", invoice_id=bill.id, note="重要"))
        with self.opened(first(customer(), subscriptions=(sold,), invoices=(bill,), effects=effects)) as storage:
            written(storage, next_commit(snapshot(storage), effects=(notify(sold, "m"),)))
            assert (*effects, notify(sold, "m")) == snapshot(storage).pending
            receipt = Paid(PaymentReceipt("pay_1", bill.total, at=NOON))
            done = (Recorded(effects[1].key, receipt), Recorded(effects[0].key, Sent("m1")))
            written(storage, next_commit(snapshot(storage), recorded=done))
            assert (effects[2], notify(sold, "m")) == snapshot(storage).pending

    def test_st_22_same_key(self) -> None:
        """ST-22 The same effect again is accepted and stored once; after its outcome it does not come back."""
        effect = notify(contract())
        with self.opened(first(customer(), subscriptions=(contract(),), effects=(effect, effect))) as storage:
            written(storage, next_commit(snapshot(storage), effects=(effect,)))
            assert (effect,) == snapshot(storage).pending
            done = (Recorded(effect.key, Sent("m1")),)
            written(storage, next_commit(snapshot(storage), effects=(effect,), recorded=done))
            written(storage, next_commit(snapshot(storage), effects=(effect,), recorded=done))
            assert snapshot(storage).pending == ()

    def test_st_23_other_content(self) -> None:
        """ST-23 A known key with other content raises `IdempotencyMismatchError`; nothing of the call is written."""
        bill = invoice(contract())
        effect = charge(bill)
        dearer = attrs.evolve(effect, amount=bill.open + Money("0.01", "USD"))
        start = first(customer(), subscriptions=(contract(),), invoices=(bill,), effects=(effect,))
        with self.opened(start, first(customer("c2"))) as storage:
            before = (snapshot(storage), snapshot(storage, "c2"))
            with pytest.raises(IdempotencyMismatchError):
                storage.commit((next_commit(before[1]), next_commit(before[0], effects=(dearer,))))
            assert before == (snapshot(storage), snapshot(storage, "c2"))

    def test_st_24_unknown_key(self) -> None:
        """ST-24 The outcome of an effect never stored raises `NotFoundError`; nothing of the call is written."""
        with self.opened(first(customer())) as storage:
            before = snapshot(storage)
            with pytest.raises(NotFoundError):
                storage.commit((next_commit(before, due=None, recorded=(Recorded("msg_never", Sent("m1")),)),))
            assert before == snapshot(storage)
