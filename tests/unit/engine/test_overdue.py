import pendulum
import pytest

from renewkit.books.lifecycle import Service, Status
from renewkit.effects.snapshot import Snapshot
from renewkit.engine.plan import plan
from renewkit.policies.reminders.presets import NO_REMINDERS
from scenarios.world import NOON, World, contract, payer, transfer


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (0, Status.ACTIVE),
        (1, Status.PAST_DUE),
        (5, Status.PAST_DUE),
        (6, Status.SUSPENDED),
        (20, Status.SUSPENDED),
        (21, Status.ENDED),
    ],
)
def test_the_status_follows_from_the_day(day: int, status: Status) -> None:
    """Due on day 0, with 5 days of grace and a lapse after 20: the status is the day's, not the visit's."""
    start = Snapshot(
        book="default", customer=payer(), subscriptions=(transfer(due_days=0, grace_days=5, lapse_days=20),)
    )
    issued = plan(start, now=NOON).after
    assert status is plan(issued, now=NOON.add(days=day)).after.subscriptions[0].standing.status


def test_service_goes_on_in_grace_and_stops_after() -> None:
    """Past due is served, suspended is not."""
    assert (Service.SERVED, Service.STOPPED) == (Status.PAST_DUE.service, Status.SUSPENDED.service)


def test_the_next_state_is_the_next_moment() -> None:
    """The contract asks to be looked at when its grace begins."""
    world = World().sold(transfer(due_days=0, reminders=NO_REMINDERS))
    world.tick()
    assert pendulum.datetime(2024, 2, 1) == world.due()


def test_the_earliest_unpaid_day_counts() -> None:
    """Paying the newer of two invoices changes nothing about the older one."""
    world = World().sold(transfer(due_days=0, grace_days=60))
    world.live(30)
    older, newer = sorted(world.invoices(), key=lambda bill: bill.due_on)
    world.renewals.record_payment(newer.id, newer.open, key="line-1")
    world.tick()
    assert Status.PAST_DUE is world.subscription().standing.status
    world.renewals.record_payment(older.id, older.open, key="line-2")
    world.tick()
    assert Status.ACTIVE is world.subscription().standing.status


def test_a_contract_without_a_lapse_waits_for_ever() -> None:
    """Suspended, and no next moment of its own."""
    world = World().sold(transfer(due_days=0, grace_days=2, reminders=NO_REMINDERS))
    world.live(200)
    assert (Status.SUSPENDED, None) == (world.subscription().standing.status, world.due())


def test_an_ended_contract_does_not_age() -> None:
    """What was cancelled and is unpaid stays ended, and its invoice open."""
    world = World().sold(contract(lapse_days=20), instrument=None)
    world.renewals.cancel("s1", on=NOON.date().add(days=1))
    world.live(60)
    standing = world.subscription().standing
    assert (Status.ENDED, "cancelled", True) == (standing.status, standing.reason, world.invoice().is_open)


def test_days_without_service_that_were_billed_are_not_moved() -> None:
    """Suspended and paid within the billed period: the next period starts where it would have."""
    world = World().sold(transfer(due_days=0, grace_days=3))
    world.live(10)
    world.renewals.record_payment(world.invoice().id, world.invoice().open, key="line-1")
    world.tick()
    (fact,) = world.facts("subscription.settle")
    assert "none" == dict(fact.detail)["unserved"]
