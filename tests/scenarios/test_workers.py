"""Two workers on one book, in any interleaving of their steps: every customer is worked on once.

A worker is stopped between any two of its calls by stepping its run by hand, so each interleaving can be had again.
"""

from collections.abc import Iterator
from datetime import timedelta

import attrs
import pendulum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renewkit.adapters.memory import MemoryStorage
from renewkit.adapters.sql import SqlStorage
from renewkit.effects.effect import Charge
from renewkit.engine.execute import Claim, Lookup, Send, Store, TickReport, run
from renewkit.ports.storage import Lease
from renewkit.values.money import usd
from scenarios.world import NOON, PRICE, Acquirer, World, contract, declines_first

LEASE = timedelta(minutes=10)


@attrs.define
class Worker:
    """A worker that does one call at a time; `lag` is by how much its clock is ahead."""

    name: str
    world: World
    lag: timedelta = timedelta(0)
    batch: int = 2
    report: TickReport | None = None

    def steps(self) -> Iterator[str]:
        """Yield the name of each call once it has been answered."""
        now = self.world.clock.now() + self.lag
        lease = Lease("default", self.name, until=now + LEASE, takeover=True)
        running = run(now, lease, attrs.evolve(self.world.settings, batch=self.batch))
        answer = None
        while True:
            try:
                request = running.send(answer)
            except StopIteration as stop:
                self.report = stop.value
                return
            answer = self.answer(request, now)
            yield type(request).__name__

    def answer(self, request: object, now: pendulum.DateTime) -> object:
        world = self.world
        match request:
            case Claim(limit, lease):
                return world.storage.claim(now, limit, lease)
            case Store(commits):
                return world.storage.commit(commits)
            case Send(effects):
                return tuple(
                    world.gateway.charge(effect) if isinstance(effect, Charge) else world.messenger.send(effect)
                    for effect in effects
                )
            case Lookup(charges):
                return tuple(world.gateway.lookup(charge) for charge in charges)
        raise AssertionError(request)

    def work(self, *, until: str = "") -> Iterator[str]:
        """Step until a call of this name has been answered, or to the end; return the rest of the run."""
        steps = self.steps()
        for name in steps:
            if name == until:
                break
        return steps


def customers(count: int, storage: object) -> World:
    """Make a book of customers whose cards are declined once."""
    made = World(storage=storage, gateway=Acquirer(answer=declines_first(1)))
    return made.sold(*(contract(f"s{place}", f"c{place}") for place in range(count)))


def interleave(turns: list[bool], *runs: Iterator[str]) -> None:
    """Let two runs take turns, then finish both."""
    for turn in turns:
        next(runs[turn], None)
    for left in runs:
        for _ in left:
            pass


@given(st.lists(st.booleans(), max_size=25), st.integers(1, 3), st.sampled_from([0, 0, 11]))
def test_any_interleaving_bills_and_charges_once(turns: list[bool], batch: int, lag: int) -> None:
    """Whoever is when at which step, and also when one's lease has ended: one invoice, one charge, one message each."""
    _check(MemoryStorage(), turns, batch, timedelta(minutes=lag))


@given(st.lists(st.booleans(), max_size=25), st.integers(1, 3), st.sampled_from([0, 11]))
@settings(max_examples=8, deadline=None)  # each example makes a database
def test_any_interleaving_on_a_database(turns: list[bool], batch: int, lag: int) -> None:
    """The same on SQLite."""
    storage = SqlStorage("sqlite://")
    _check(storage, turns, batch, timedelta(minutes=lag))
    storage.close()


def _check(storage: object, turns: list[bool], batch: int, lag: timedelta) -> None:
    world = customers(4, storage)
    ada, bob = Worker("ada", world, batch=batch), Worker("bob", world, batch=batch, lag=lag)
    interleave(turns, ada.steps(), bob.steps())
    world.sleep(minutes=25).tick()
    world.settled()
    assert 4 == len(world.invoices())
    world.live(5)
    assert 4 == len(world.settled().gateway.receipts)


def test_two_workers_share_the_load() -> None:
    """What one has claimed the other does not get."""
    world = customers(4, MemoryStorage())
    ada, bob = Worker("ada", world), Worker("bob", world)
    interleave([False, True] * 30, ada.steps(), bob.steps())
    assert (2, 2) == (ada.report.customers, bob.report.customers)
    assert (0, 0) == (ada.report.conflicts, bob.report.conflicts)


@pytest.mark.parametrize("stopped", ["Claim", "Store", "Send"])
def test_a_worker_that_wakes_after_its_lease_is_refused(stopped: str) -> None:
    """Another has taken over meanwhile; the sleeper's commit names an old fence, and changes nothing."""
    world = customers(1, MemoryStorage())
    sleeper = Worker("sleeper", world)
    rest = sleeper.work(until=stopped)
    other = Worker("other", world, lag=LEASE + timedelta(seconds=1))
    assert [] == list(other.work())
    assert 1 == other.report.customers
    before = (world.invoices(), world.facts())
    for _ in rest:
        pass
    assert (world.invoices(), world.facts()) == before
    assert 1 == sleeper.report.conflicts
    assert 1 == len({charge.key for charge in world.audited().gateway.charges})


def test_a_dead_worker_is_replaced_when_its_lease_ends() -> None:
    """Its customers come back after the lease, not before; what it left in the outbox is finished."""
    world = customers(1, MemoryStorage())
    Worker("dead", world).work(until="Store")
    early = Worker("early", world, lag=timedelta(minutes=9))
    assert ["Claim"] == list(early.steps())
    assert () == world.gateway.receipts
    late = Worker("late", world, lag=LEASE)
    list(late.work())
    assert 1 == late.report.customers
    assert 1 == len(world.gateway.charges)


def test_a_worker_that_restarts_takes_its_claims_back_at_once() -> None:
    """A stable name means that nobody waits for the lease of a process that is gone."""
    world = customers(1, MemoryStorage())
    Worker("ada", world).work(until="Claim")
    again = Worker("ada", world)
    list(again.work())
    assert (1, 0) == (again.report.customers, again.report.conflicts)


def test_a_verb_between_two_steps_of_a_worker_wins() -> None:
    """A payment that is booked while a worker plans refuses the worker's commit; the next tick sees both."""
    world = customers(1, MemoryStorage())
    world.tick()
    world.sleep(days=3)
    worker = Worker("ada", world)
    rest = worker.work(until="Claim")
    world.renewals.record_payment(world.invoice("s0").id, PRICE, key="line-1")
    list(rest)
    assert 1 == worker.report.conflicts
    again = Worker("ada", world)
    list(again.work())
    assert world.settled().invoice("s0").is_paid
    assert usd("0") + PRICE == world.invoice("s0").paid
    assert 1 == len(world.gateway.charges)


def test_a_customer_in_conflict_does_not_stop_its_neighbours() -> None:
    """Of a batch of three, the two others are finished in the same run."""
    world = customers(3, MemoryStorage())
    worker = Worker("ada", world, batch=3)
    rest = worker.work(until="Claim")
    world.renewals.cancel("s1")
    list(rest)
    assert 1 == worker.report.conflicts
    assert {"s0", "s2"} == {bill.subscription_id for bill in world.invoices()}
    assert NOON == world.clock.now()
