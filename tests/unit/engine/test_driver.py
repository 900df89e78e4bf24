from datetime import timedelta

import pytest

from renewkit.adapters.memory import MemoryStorage
from renewkit.engine.driver import drive
from renewkit.engine.execute import TickReport, run
from renewkit.errors import StorageError
from renewkit.ports.storage import Lease
from renewkit.testing.fakes import FunctionGateway, FunctionMessenger
from scenarios.world import CARD, NOON, World, contract, transfer

LEASE = Lease("default", "worker", until=NOON + timedelta(minutes=10))


def driven(world: World) -> TickReport:
    """Drive one run."""
    running = run(NOON, LEASE, world.settings)
    return drive(running, now=NOON, storage=world.storage, payments=world.gateway, messaging=world.messenger)


def boom(_: object) -> object:
    """Fail as an SDK does, with the token in its words."""
    raise RuntimeError("card " + CARD.id + " " + "x" * 1000)


def test_every_request_is_answered() -> None:
    """Claimed, stored, sent and recorded: the report counts what was done."""
    report = driven(World().sold(contract()))
    assert (1, 1, 1) == (report.customers, report.count("invoice.issued"), report.count("message.sent"))


def test_an_empty_book_is_no_work() -> None:
    """Nobody is due."""
    assert TickReport(at=NOON) == driven(World())


def test_what_a_gateway_raises_is_named_without_the_instrument() -> None:
    """Type and words, cut to a decent length."""
    problem = driven(World(gateway=FunctionGateway(boom)).sold(contract())).problems[0]
    assert "RuntimeError: card (instrument) xxx" in problem.message
    assert len(problem.message) < 500


def test_what_a_messenger_raises_is_named_without_the_instrument() -> None:
    """A messenger that quotes the customer's token does not get it into the report."""
    (problem,) = driven(World(messenger=FunctionMessenger(boom)).sold(transfer())).problems
    assert ("adapter.raised", "s1") == (problem.code, problem.about)
    assert CARD.id not in problem.message


def test_a_customer_without_an_instrument_has_no_secret() -> None:
    """The words are left as they are."""
    world = World(messenger=FunctionMessenger(boom)).sold(transfer(), instrument=None)
    assert CARD.id in driven(world).problems[0].message


def test_a_storage_that_fails_ends_the_run() -> None:
    """What the medium raises is for the scheduler to see."""

    class Gone(MemoryStorage):
        def commit(self, commits: object) -> object:
            if any(commit.fence is not None for commit in commits):
                raise StorageError("a disk", "none", "mount it")
            return super().commit(commits)

    with pytest.raises(StorageError):
        driven(World(storage=Gone()).sold(contract()))
