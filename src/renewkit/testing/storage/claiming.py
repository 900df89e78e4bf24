"""Requirements ST-31 to ST-39: a claim is a lease, its fence the proof of being the latest holder."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import attrs

from renewkit.effects.commit import Conflict
from renewkit.ports.storage import Lease, Storage
from renewkit.testing.storage.base import StorageKit, refused, snapshot, written
from renewkit.testing.storage.samples import BOOK, NOON, contract, customer, first, invoice, next_commit, notify

if TYPE_CHECKING:
    import pendulum

    from renewkit.effects.snapshot import Snapshot

__all__ = ["ClaimingTests"]

_TICK = timedelta(microseconds=1)
_LATER = NOON + timedelta(minutes=5)


class ClaimingTests(StorageKit):
    """A claim is a lease, its fence the proof of being the latest holder."""

    def test_st_31_due(self) -> None:
        """ST-31 Customers due at or before `now` are claimed, later ones and those without a due time are not."""
        dues = {"c1": NOON - timedelta(days=400), "c2": NOON, "c3": NOON + _TICK, "c4": None}
        with self.opened(*(first(customer(key), due=due) for key, due in dues.items())) as storage:
            assert _claimed(storage) == ["c1", "c2"]
            assert _claimed(storage, NOON + _TICK) == ["c3"]

    def test_st_32_order(self) -> None:
        """ST-32 Claims come in order of due time and id, at most as many as asked for."""
        dues = {"b": NOON, "B": NOON, "a": NOON, "z": NOON - _TICK, "é": NOON}
        with self.opened(*(first(customer(key), due=due) for key, due in dues.items())) as storage:
            assert _claimed(storage, limit=2) == ["z", "B"]
            assert _claimed(storage) == ["a", "b", "é"]

    def test_st_33_lease(self) -> None:
        """ST-33 A claimed customer is not claimed again before its lease ends, and is at the instant it ends."""
        with self.opened(first(customer())) as storage:
            assert _claimed(storage) == ["c1"]
            assert _claimed(storage, _LATER - _TICK) == []
            assert _claimed(storage, _LATER, until=_LATER + _TICK) == ["c1"]

    def test_st_34_fence(self) -> None:
        """ST-34 Each claim raises the fence and leaves the version; the snapshot shows both and what is owed."""
        sold = contract()
        parts: dict[str, Any] = {"subscriptions": (sold,), "invoices": (invoice(sold),), "effects": (notify(sold),)}
        with self.opened(first(customer(), **parts)) as storage:
            before = snapshot(storage)
            (seen,) = _claim(storage)
            assert (before.fence + 1, before.version) == (seen.fence, seen.version)
            assert attrs.evolve(before, fence=seen.fence) == seen
            assert seen == snapshot(storage)

    def test_st_35_stale_fence(self) -> None:
        """ST-35 A worker that wakes after its lease is refused over `fence`, and changes nothing."""
        with self.opened(first(customer())) as storage:
            (late,) = _claim(storage)
            (now,) = _claim(storage, _LATER, until=_LATER + timedelta(minutes=5))
            conflict = refused(storage, next_commit(late, fence=late.fence, due=None, customer=customer(name="late")))
            assert Conflict("c1", "fence", str(late.fence), str(now.fence)) == conflict
            assert now == snapshot(storage)
            written(storage, next_commit(now, fence=now.fence))

    def test_st_36_takeover(self) -> None:
        """ST-36 With `takeover` a holder gets its own claims back at once, and nobody else's."""
        with self.opened(first(customer("c1")), first(customer("c2"))) as storage:
            assert _claimed(storage, limit=1, holder="one") == ["c1"]
            assert _claimed(storage, limit=1, holder="two") == ["c2"]
            assert _claimed(storage, holder="one") == []
            (again,) = _claim(storage, holder="one", takeover=True)
            assert (again.customer.id, again.fence) == ("c1", 2)

    def test_st_37_release(self) -> None:
        """ST-37 A commit that releases ends the lease at once; one that does not leaves it as it was."""
        with self.opened(first(customer())) as storage:
            (seen,) = _claim(storage)
            written(storage, next_commit(seen, fence=seen.fence, release=False))
            assert _claimed(storage) == []
            written(storage, next_commit(snapshot(storage), fence=seen.fence, release=True))
            assert _claimed(storage) == ["c1"]

    def test_st_38_host(self) -> None:
        """ST-38 A commit outside any claim makes the commit of a worker that holds the customer a `Conflict`."""
        with self.opened(first(customer())) as storage:
            (seen,) = _claim(storage)
            written(storage, next_commit(snapshot(storage), release=False))
            assert refused(storage, next_commit(seen, fence=seen.fence)).what == "version"

    def test_st_39_next_due(self) -> None:
        """ST-39 A claim leaves the due time; a commit sets the next one, and with None there is no next claim."""
        with self.opened(first(customer())) as storage:
            (seen,) = _claim(storage)
            assert seen.due == NOON
            written(storage, next_commit(seen, fence=seen.fence, due=_LATER))
            assert _claimed(storage) == []
            (seen,) = _claim(storage, _LATER, until=_LATER + timedelta(minutes=5))
            written(storage, next_commit(seen, fence=seen.fence, due=None))
            assert _claimed(storage, NOON + timedelta(days=4000)) == []


def _claim(
    storage: Storage,
    now: pendulum.DateTime = NOON,
    *,
    limit: int = 10,
    holder: str = "worker",
    until: pendulum.DateTime = _LATER,
    takeover: bool = False,
) -> tuple[Snapshot, ...]:
    return storage.claim(now, limit, Lease(BOOK, holder, until=until, takeover=takeover))


def _claimed(
    storage: Storage,
    now: pendulum.DateTime = NOON,
    *,
    limit: int = 10,
    holder: str = "worker",
    until: pendulum.DateTime = _LATER,
) -> list[str]:
    return [seen.customer.id for seen in _claim(storage, now, limit=limit, holder=holder, until=until)]
