"""Requirements ST-40 to ST-44: racing callers, closing, and agreement with the reference model."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, TypeVar

import pytest
from hypothesis.stateful import run_state_machine_as_test

from renewkit.effects.commit import Conflict, Receipt
from renewkit.ports.storage import Lease, SnapshotOf
from renewkit.testing.storage.base import StorageKit, facts_of, snapshot
from renewkit.testing.storage.machine import machine_of
from renewkit.testing.storage.samples import BOOK, NOON, chain, contract, customer, first, invoice, next_commit

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["RacingTests"]

_T = TypeVar("_T")

_RACERS = 4


class RacingTests(StorageKit):
    """Racing callers, closing, and agreement with the reference model."""

    def test_st_40_one_wins(self) -> None:
        """ST-40 Of writers that race with one version one wins, the others get a `Conflict`; no number is lost."""
        sold = contract()
        with self.opened(first(customer(), subscriptions=(sold,))) as storage:
            seen = snapshot(storage)
            commits = [next_commit(seen, invoices=(invoice(sold, month),)) for month in range(_RACERS)]
            answers = _race(lambda place: storage.commit((commits[place],))[0])
            assert Counter({Receipt: 1, Conflict: _RACERS - 1}) == Counter(type(answer) for answer in answers)
            (winner,) = (answer for answer in answers if isinstance(answer, Receipt))
            assert [number for _, number in winner.numbers] == ["default-2024-000001"]
            assert (snapshot(storage).version, len(snapshot(storage).invoices)) == (2, 1)

    def test_st_41_one_claims(self) -> None:
        """ST-41 Workers that claim at the same time never get the same customer, and together get all."""
        keys = [f"c{place:02}" for place in range(20)]
        with self.opened(*(first(customer(key)) for key in keys)) as storage:

            def work(place: int) -> list[str]:
                lease = Lease(BOOK, f"worker {place}", until=NOON.add(hours=1))
                mine: list[str] = []
                while claimed := storage.claim(NOON, 3, lease):
                    mine += [seen.customer.id for seen in claimed]
                return mine

            assert keys == sorted(key for mine in _race(work) for key in mine)

    def test_st_42_one_news(self) -> None:
        """ST-42 News and new customers that several callers bring at once are written by one of them."""
        with self.opened(*(first(customer(f"c{place}")) for place in range(_RACERS))) as storage:
            seen = [snapshot(storage, f"c{place}") for place in range(_RACERS)]
            news = _race(lambda place: storage.commit((next_commit(seen[place], inbox=("pay_1",)),))[0])
            fresh = _race(
                lambda place: storage.commit((first(customer("new", name=str(place)), facts=chain("new", 1)),))[0]
            )
            for answers in (news, fresh):
                assert Counter({Receipt: 1, Conflict: _RACERS - 1}) == Counter(type(answer) for answer in answers)
            assert chain("new", 1) == facts_of(storage)

    def test_st_43_close(self) -> None:
        """ST-43 Closing twice is harmless; a durable storage that is opened again has everything that was written."""
        storage = self.make_storage()
        is_durable = storage.capabilities.durable
        storage.commit((first(customer(), subscriptions=(contract(),), facts=chain("s1", 2)),))
        before = snapshot(storage)
        storage.close()
        storage.close()
        again = self.reopen(storage)
        if again is None:
            if is_durable:
                pytest.fail("a durable storage must be opened again: implement reopen")
            return
        assert (before, chain("s1", 2)) == (again.load(SnapshotOf(BOOK, "c1")), facts_of(again))
        again.close()

    def test_st_44_model(self) -> None:
        """ST-44 Over any sequence of calls the storage answers as the reference model in memory does."""
        run_state_machine_as_test(machine_of(self.make_storage, self.reopen))


def _race(run: Callable[[int], _T]) -> list[_T]:
    start = Barrier(_RACERS)

    def racer(place: int) -> _T:
        start.wait()
        return run(place)

    with ThreadPoolExecutor(_RACERS) as pool:
        return list(pool.map(racer, range(_RACERS)))
