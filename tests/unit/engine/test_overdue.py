from datetime import date, time

import pendulum
import pytest

from renewkit.books.customer import Contact
from renewkit.books.lifecycle import Service, Status
from renewkit.books.subscription import Rung
from renewkit.effects.snapshot import Snapshot
from renewkit.engine.plan import plan
from renewkit.policies.cycle import ANNUAL, MONTHLY, BillingCycle
from renewkit.policies.overdue import OverdueAct, OverdueLadder, OverdueRule
from renewkit.policies.reminders.presets import NO_REMINDERS
from renewkit.values.money import usd
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


# ------------------------------------------------------------------------------------------------- a ladder of its own

LADDER = OverdueLadder(
    (
        OverdueRule("reminded", 3, act=OverdueAct.REMIND),
        OverdueRule("called", 10, act=OverdueAct.CALL),
        OverdueRule("warned", 20, act=OverdueAct.SUSPENSION_NOTICE),
        OverdueRule("suspended", 30, act=OverdueAct.SUSPEND, notice_days=7),
        OverdueRule("last warned", 45, act=OverdueAct.TERMINATION_NOTICE),
        OverdueRule("terminated", 60, act=OverdueAct.TERMINATE, notice_days=14),
    )
)
PHONE = (Contact("email", "ada@example.com"), Contact("phone", "+1 555"))


def climbing(ladder: OverdueLadder = LADDER, **changes: object) -> World:
    """Return a world with one unpaid contract on a ladder; the invoice is due on 31 January."""
    sold = transfer(due_days=0, overdue=ladder, reminders=NO_REMINDERS, every=ANNUAL)
    world = World().sold(sold, **{"contacts": PHONE} | changes)
    world.tick()
    return world


def entered(world: World) -> list[tuple[str, str]]:
    """Return each state that was entered, with its own due day."""
    details = [dict(fact.detail) for fact in world.facts()]
    return [(detail["state"], detail["on"]) for detail in details if "state" in detail]


def test_a_ladder_is_climbed_state_by_state() -> None:
    """With a look every day, each state is entered on its own day, and tells whom it has to."""
    world = climbing()
    world.live(61)
    days = ["2024-02-03", "2024-02-10", "2024-02-20", "2024-03-01", "2024-03-16", "2024-03-31"]
    assert list(zip([rule.state for rule in LADDER.rules], days, strict=True)) == entered(world)
    assert ["invoice", "overdue", "call", "last_notice", "suspended", "last_notice", "ended"] == world.topics()
    standing = world.subscription().standing
    assert (Status.ENDED, "terminated") == (standing.status, standing.rung and standing.rung.state)


def test_a_late_run_waits_for_the_notice() -> None:
    """After fifty days of silence nobody is suspended on the day on which he is warned; that is said once."""
    world = climbing()
    report = world.sleep(days=50).tick()
    standing = world.subscription().standing
    assert (Status.PAST_DUE, "warned", "suspended") == (standing.status, standing.rung.state, standing.rung.held)
    assert ["overdue.held"] == [problem.code for problem in report.problems]
    assert () == world.sleep(days=1).tick().problems
    world.live(30)
    days = [fact.at.date() for fact in world.facts() if dict(fact.detail).get("state") in ("warned", "suspended")]
    assert [date(2024, 3, 21), date(2024, 3, 28)] == days


def test_the_end_of_a_notice_is_a_moment() -> None:
    """The contract asks to be looked at when the notice has stood long enough."""
    world = climbing()
    world.sleep(days=50).tick()
    assert pendulum.datetime(2024, 3, 28) == world.due()


def test_a_state_whose_own_conditions_fail_is_named() -> None:
    """A call that is only made for large debts is passed over with a word."""
    rules = (OverdueRule("big", 3, min_total=usd("1000")), OverdueRule("stopped", 5, act=OverdueAct.SUSPEND))
    world = climbing(OverdueLadder(rules))
    report = world.live(6)
    assert [("stopped", "2024-02-05")] == entered(world)
    assert ["overdue.passed"] == [problem.code for problem in report.problems]


def test_a_ladder_that_waits_before_its_first_state() -> None:
    """What is passed over needs no notice of its own: the days count from the earliest due day."""
    rules = (
        OverdueRule("big", 1, min_total=usd("1000")),
        OverdueRule("stopped", 1, act=OverdueAct.SUSPEND, notice_days=4),
    )
    world = climbing(OverdueLadder(rules))
    world.sleep(days=1).tick()
    assert Rung(None, date(2024, 2, 1), "stopped") == world.subscription().standing.rung
    world.live(6)
    assert Status.SUSPENDED is world.subscription().standing.status


def test_payment_restores_from_any_state() -> None:
    """The last state is named, and nothing of the ladder is left."""
    world = climbing()
    world.live(35)
    world.renewals.record_payment(world.invoice().id, world.invoice().open, key="line-1")
    world.tick()
    standing = world.subscription().standing
    assert (Status.ACTIVE, None) == (standing.status, standing.rung)
    assert "suspended" == dict(world.facts("subscription.settle")[0].detail)["left"]


def test_paying_the_oldest_invoice_climbs_down() -> None:
    """Two are overdue: without the older one the contract is served again, in the grace of the newer."""
    ladder = OverdueLadder(
        (OverdueRule("reminded", 1), OverdueRule("stopped", 32, act=OverdueAct.SUSPEND), OverdueRule("late", 300))
    )
    world = World().sold(transfer(due_days=0, overdue=ladder, reminders=NO_REMINDERS))
    world.live(33)
    older, _ = sorted(world.invoices(), key=lambda bill: bill.due_on)
    assert Status.SUSPENDED is world.subscription().standing.status
    world.renewals.record_payment(older.id, older.open, key="line-1")
    world.tick()
    standing = world.subscription().standing
    assert (Status.PAST_DUE, "reminded") == (standing.status, standing.rung.state)


def test_a_milder_state_is_left_with_a_word() -> None:
    """Still overdue, yet not so long any more: the state that no longer holds is named."""
    ladder = OverdueLadder((OverdueRule("reminded", 1), OverdueRule("called", 32, act=OverdueAct.CALL)))
    world = World().sold(transfer(due_days=0, overdue=ladder, reminders=NO_REMINDERS))
    world.live(33)
    older, _ = sorted(world.invoices(), key=lambda bill: bill.due_on)
    world.renewals.record_payment(older.id, older.open, key="line-1")
    world.tick()
    assert ["called"] == [dict(fact.detail)["states"] for fact in world.facts("overdue.left")]


def test_a_call_is_a_task_for_the_agent() -> None:
    """Where there is one; without agent and telephone nobody is asked."""
    agent = Contact("email", "agent@example.com")
    served, silent = climbing(agent=agent), climbing(contacts=(Contact("email", "ada@example.com"),))
    for world in (served, silent):
        world.live(12)
    assert ((agent,), ["invoice", "overdue"]) == (served.messenger.sent[-1].to, silent.topics())


def test_a_second_suspension_is_a_state_like_any_other() -> None:
    """A ladder that suspends twice records the second state and moves nothing."""
    twice = (OverdueRule("one", 1, act=OverdueAct.SUSPEND), OverdueRule("two", 2, act=OverdueAct.SUSPEND))
    world = climbing(OverdueLadder(twice))
    world.live(3)
    assert ([("one", "2024-02-01"), ("two", "2024-02-02")], Status.SUSPENDED) == (
        entered(world),
        world.subscription().standing.status,
    )


def test_an_invoice_that_is_not_due_yet_keeps_nobody_in_arrears() -> None:
    """The overdue one is paid, the next one is issued already: the contract is in order."""
    world = World().sold(transfer(due_days=20, lead_days=0, reminders=NO_REMINDERS))
    world.live(34)
    older, _ = sorted(world.invoices(), key=lambda bill: bill.due_on)
    world.renewals.record_payment(older.id, older.open, key="line-1")
    world.tick()
    assert Status.ACTIVE is world.subscription().standing.status


def test_before_the_day_has_struck_it_is_yesterday() -> None:
    """Boundaries strike at nine: at eight in the morning nothing new has begun."""
    cycle = BillingCycle(date(2024, 1, 31), MONTHLY, at=time(9))
    world = World().sold(transfer(cycle=cycle, due_days=0, overdue=LADDER, reminders=NO_REMINDERS))
    world.tick()
    world.clock.advance(pendulum.datetime(2024, 2, 3, 8) - world.clock.now())
    world.tick()
    assert [] == entered(world)
    assert pendulum.datetime(2024, 2, 3, 9) == world.due()
