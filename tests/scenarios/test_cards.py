"""A card's life over several contracts and storages: shared, declined, replaced."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from renewkit.adapters.memory import MemoryStorage
from renewkit.adapters.sql import SqlStorage
from renewkit.effects.effect import Charge
from renewkit.effects.outcome import ChargeOutcome
from renewkit.policies.retry import RetryPolicy
from renewkit.ports.storage import Storage
from renewkit.testing.fakes import FunctionGateway
from renewkit.values.decline import Instrument
from scenarios.world import DAY, World, contract, declines, pays

HOURLY = RetryPolicy(waits=tuple(timedelta(hours=k) for k in range(1, 40)))
OLD, NEW = Instrument("pm_old", "mastercard", region="TW"), Instrument("pm_new", "visa", region="TW")


def empty_old(charge: Charge) -> ChargeOutcome:
    """Refuse the old card, take money from the new one."""
    return declines(charge) if charge.instrument == OLD else pays(charge)


@pytest.fixture(params=["memory", "sqlite"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    """An empty storage of each kind."""
    made = MemoryStorage() if request.param == "memory" else SqlStorage(f"sqlite:///{tmp_path / 'book.db'}")
    yield made
    made.close()


def test_three_contracts_share_the_cap_of_one_card_and_are_saved_by_another(storage: Storage) -> None:
    """Ten declines in any day, whoever asks; then one new card pays for all of them at once."""
    sold = [contract(key, retry=HOURLY, grace_days=60) for key in ("s1", "s2", "s3")]
    world = World(gateway=FunctionGateway(empty_old), storage=storage).sold(*sold, instrument=OLD)
    world.live(3, every=timedelta(hours=1))
    times = [charge.at for charge in world.gateway.charges]
    assert all(last - first > DAY for first, last in zip(times, times[10:], strict=False))
    assert 30 >= len(times) > 25
    world.renewals.set_instrument("c1", NEW)
    world.tick()
    assert [True] * 3 == [bill.is_paid for bill in world.invoices()]
    assert [NEW] * 3 == [charge.instrument for charge in world.gateway.charges[-3:]]
    world.settled()


def test_what_was_declined_is_remembered_after_the_invoice_is_closed(storage: Storage) -> None:
    """The next renewal starts with the declines of the last one."""
    world = World(gateway=FunctionGateway(declines), storage=storage)
    world.sold(contract(retry=HOURLY, grace_days=1, lapse_days=2), contract("s2", retry=HOURLY), instrument=OLD)
    world.live(4)
    kept = world.subscription("s1").standing.attempts
    assert world.invoices("s1")[0].written_off
    assert kept == world.invoices("s1")[0].attempts
    assert {OLD.id} == {attempt.instrument for attempt in kept}
