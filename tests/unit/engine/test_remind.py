from datetime import date, time, timedelta

import pendulum
import pytest

from renewkit.books.customer import Contact
from renewkit.books.subscription import Reminded
from renewkit.policies.cycle import ANNUAL, BillingCycle
from renewkit.policies.reminders import Duty, Reminder, ReminderPlan
from renewkit.policies.reminders.presets import SOFTWARE
from renewkit.values.offsets import Anchor, Window, days_after, days_before, hours_after
from renewkit.values.recipient import Audience, Channel
from scenarios.world import World, contract, transfer


def test_the_cursor_moves_only_past_what_fell_due() -> None:
    """A quiet contract is not written again by every tick."""
    world = World().sold(contract())
    world.live(2)
    before = world.subscription().standing.reminded
    world.live(5)
    assert before == world.subscription().standing.reminded


def test_the_next_reminder_is_a_moment_of_the_customer() -> None:
    """So that it is claimed in time."""
    world = World().sold(contract())
    world.tick()
    assert date(2024, 2, 26) == world.due().date()


def test_a_trial_announces_its_end() -> None:
    """Under the contract's own key."""
    world = World().sold(
        contract(cycle=BillingCycle(date(2024, 2, 10), ANNUAL), trial_from=date(2024, 1, 27), reminders=SOFTWARE)
    )
    world.live(8)
    assert ["trial_ending"] == world.topics()


def test_what_would_ring_at_night_waits_for_the_morning() -> None:
    """It is kept on the books, sent at the decent hour, and once."""
    plan = ReminderPlan((Reminder("overdue", hours_after(26), channels=(Channel.SMS,)),))
    contacts = (Contact("sms", "+886900000000"),)
    world = World().sold(transfer(due_days=0, reminders=plan), zone="America/New_York", contacts=contacts)
    world.live(4, every=timedelta(hours=1))
    (message,) = [sent for sent in world.messenger.sent if sent.topic == "overdue"]
    assert time(7) <= message.at.in_timezone("America/New_York").time() <= time(21)
    assert Reminded(world.invoice().reminded.until, ()) == world.invoice().reminded


def test_an_agent_is_only_told_where_there_is_one() -> None:
    """A task for nobody is not made."""
    plan = ReminderPlan((Reminder("call", days_after(1), audience=Audience.AGENT, channels=(Channel.AGENT,)),))
    agent = Contact("email", "agent@example.com")
    lonely = World().sold(transfer(due_days=0, reminders=plan))
    served = World().sold(transfer(due_days=0, reminders=plan), agent=agent)
    for world in (lonely, served):
        world.live(3)
    assert (["invoice"], ["invoice", "call"]) == (lonely.topics(), served.topics())
    assert (agent,) == served.messenger.sent[-1].to


def test_what_was_said_before_the_invoice_is_not_said_again() -> None:
    """A renewal is announced under the key that its invoice will have."""
    plan = ReminderPlan((Reminder("upcoming", days_before(10)), Reminder("upcoming", days_before(3))))
    world = World().sold(transfer(due_days=0, lead_days=5, reminders=plan))
    world.live(60, every=timedelta(hours=7))
    second = [sent for sent in world.settled().messenger.sent if sent.topic == "upcoming"]
    assert len({(sent.topic, sent.at.date()) for sent in second}) == len(second)


@pytest.mark.parametrize("anchor", [Anchor.RENEWAL, Anchor.CHARGE])
def test_renewal_and_charge_are_anchors(anchor: Anchor) -> None:
    """Each counts from its own day: the charge comes with the lead time, the renewal when it has been billed."""
    plan = ReminderPlan((Reminder("upcoming", days_before(2), anchor=anchor),))
    world = World().sold(transfer(lead_days=5, reminders=plan))
    world.live(40)
    message = next(sent for sent in world.messenger.sent if sent.topic == "upcoming")
    due = {Anchor.RENEWAL: pendulum.date(2024, 2, 27), Anchor.CHARGE: pendulum.date(2024, 2, 22)}[anchor]
    assert due == message.at.date()


def test_a_paid_invoice_is_not_reminded_of() -> None:
    """What waits for it is dropped."""
    world = World().sold(transfer())
    world.live(12)
    world.renewals.record_payment(world.invoice().id, world.invoice().open, key="line-1")
    world.live(12)
    assert {"invoice", "upcoming", "receipt"} == set(world.topics())


def test_a_duty_that_is_late_is_sent_and_named() -> None:
    """A legal step that nobody could send in its time goes out at the first chance, and a problem says so."""
    duty = Duty("test.rule", Window(days_before(10), days_before(5)), anchor=Anchor.RENEWAL)
    plan = ReminderPlan((Reminder("upcoming", days_before(8), anchor=Anchor.RENEWAL, duties=(duty,)),))
    world = World().sold(contract(reminders=plan))
    world.tick()
    report = world.sleep(days=26).tick()
    assert ["reminder.late"] == [problem.code for problem in report.problems]
    assert 1 == world.topics().count("upcoming")
