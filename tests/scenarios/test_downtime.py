"""Ninety days without a tick, and what the next one does: everything once, in order, and nothing too often."""

from datetime import date, timedelta

import pytest

from renewkit.adapters.memory import MemoryStorage
from renewkit.adapters.sql import SqlStorage
from renewkit.books.lifecycle import Status
from renewkit.policies.cycle import DAILY
from renewkit.policies.retry import RetryPolicy
from renewkit.testing.fakes import FunctionGateway
from scenarios.world import PRICE, Acquirer, World, contract, declines, transfer


@pytest.mark.parametrize("make", [MemoryStorage, lambda: SqlStorage("sqlite://")])
def test_every_missed_period_is_billed_in_order(make: object) -> None:
    """After 90 days one tick issues the three missed invoices, oldest first, and charges each."""
    world = World(storage=make()).sold(contract())
    world.tick()
    report = world.sleep(days=90).tick()
    assert (3, 3) == (report.count("invoice.issued"), report.count("payment.received"))
    bills = sorted(world.settled().invoices(), key=lambda bill: bill.period.start)
    assert [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 30)] == [
        bill.period.start for bill in bills
    ]
    assert [f"default-2024-{place:06}" for place in (1, 2, 3, 4)] == [bill.number for bill in bills]
    assert world.renewals.upcoming(1)[0].period.start == bills[-1].period.end


def test_nobody_is_due_the_moment_it_was_missed() -> None:
    """An invoice that comes late is due when it comes, not months before the customer has seen it."""
    world = World().sold(transfer(due_days=0, grace_days=200))
    world.tick()
    world.sleep(days=90).tick()
    assert {date(2024, 1, 31), date(2024, 4, 30)} == {bill.due_on for bill in world.invoices()}


def test_of_the_missed_reminders_the_latest_comes_once() -> None:
    """Four steps were missed for one invoice: the last of them goes out, once, and no other."""
    world = World().sold(transfer(grace_days=200))
    world.tick()
    before = len(world.topics())
    world.sleep(days=27).tick()
    world.tick()
    assert ["overdue"] == world.topics()[before:]
    (message,) = world.messenger.sent[before:]
    assert 27 == (message.at.date() - date(2024, 1, 31)).days


def test_a_retry_that_was_missed_is_made_once() -> None:
    """Two rungs were missed: one attempt is made now, the next one is counted from the rules, not made at once."""
    gateway = FunctionGateway(declines)
    policy = RetryPolicy(waits=(timedelta(days=1), timedelta(days=3), timedelta(days=5)))
    world = World(gateway=gateway).sold(contract(retry=policy, grace_days=30))
    world.tick()
    world.sleep(days=20).tick()
    assert 2 == len(gateway.charges)
    world.tick()
    assert 2 == len(gateway.charges)
    world.live(25)
    attempts = [charge.number for charge in gateway.charges if charge.invoice_id == world.invoices()[0].id]
    assert [1, 2, 3, 4] == attempts


def test_no_retry_is_made_after_the_time_for_them() -> None:
    """Where the contract has lapsed meanwhile nothing is charged any more."""
    gateway = FunctionGateway(declines)
    world = World(gateway=gateway).sold(contract(grace_days=5, lapse_days=20))
    world.tick()
    world.sleep(days=90).tick()
    assert (1, 1) == (len(gateway.charges), len(world.invoices()))


def test_every_overdue_state_is_passed_in_order() -> None:
    """Nothing is skipped silently: each state is a fact with the day on which it was due, not the day of the tick."""
    world = World(gateway=FunctionGateway(declines)).sold(contract(grace_days=5, lapse_days=20))
    world.tick()
    world.sleep(days=90).tick()
    moved = [
        (fact.kind, dict(fact.detail)["on"]) for fact in world.facts("subscription.") if fact.at == world.clock.now()
    ]
    assert [
        ("subscription.miss_payment", "2024-02-01"),
        ("subscription.exhaust_grace", "2024-02-06"),
        ("subscription.lapse", "2024-02-21"),
    ] == moved
    standing = world.subscription().standing
    assert (Status.ENDED, date(2024, 2, 21)) == (standing.status, standing.ended_on)


def test_a_lapsed_contract_is_not_billed_for_the_time_after() -> None:
    """Found late to have lapsed in February, it owes nothing for March."""
    world = World().sold(transfer(due_days=0, grace_days=5, lapse_days=20))
    world.tick()
    world.sleep(days=90).tick()
    (bill,) = world.settled().invoices()
    assert "contract lapsed unpaid" == bill.written_off


def test_a_charge_under_way_at_the_lapse_is_not_repeated() -> None:
    """The answer was open when the contract lapsed, and turns out to be a decline: written off, not tried again."""
    gateway = Acquirer(lambda *_: "answer", answer=declines)
    gateway.is_deaf = True
    world = World(gateway=gateway).sold(contract(grace_days=0, lapse_days=1))
    world.live(2, every=timedelta(hours=6))
    assert None is world.invoice().written_off
    gateway.is_deaf = False
    world.live(10)
    assert "contract lapsed unpaid" == world.settled().invoice().written_off
    assert (1, ()) == (len(gateway.charges), world.facts("retry."))


def test_a_retry_whose_time_is_over_by_hours_is_given_up() -> None:
    """The last moment for retries has passed, the lapse has not: nothing is charged, and the fact says why."""
    gateway = FunctionGateway(declines)
    world = World(gateway=gateway).sold(contract(grace_days=5, lapse_days=20))
    world.tick()
    world.sleep(days=20).tick()
    assert 1 == len(gateway.charges)
    (fact,) = world.facts("retry.given_up")
    assert "too late for the retry" == dict(fact.detail)["reason"]


def test_two_sleeps_end_like_one() -> None:
    """Whether the tick missed ninety days, or ninety and then a day, the same periods are billed."""
    one, two = World().sold(contract()), World().sold(contract())
    for world, naps in ((one, (91,)), (two, (90, 1))):
        world.tick()
        for days in naps:
            world.sleep(days=days).tick()
    assert [bill.id for bill in one.invoices()] == [bill.id for bill in two.invoices()]


def test_a_year_is_caught_up_in_one_tick() -> None:
    """Daily billing over a year of downtime: 366 invoices, each charged once."""
    world = World().sold(contract(every=DAILY))
    world.tick()
    report = world.sleep(days=365).tick()
    assert (365, 365) == (report.count("invoice.issued"), report.count("payment.received"))
    assert PRICE * 366 == sum((bill.paid for bill in world.settled().invoices()), PRICE * 0)
