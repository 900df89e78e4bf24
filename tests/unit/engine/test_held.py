from datetime import timedelta

import pendulum

from renewkit.books.customer import Contact
from renewkit.policies.reminders import Reminder, ReminderPlan
from renewkit.values.offsets import days_after
from scenarios.world import DAY, World, transfer

PLAN = ReminderPlan((Reminder("overdue", days_after(1), channels=("sms",)),))
RINGING, SILENT = Contact("sms", "+886900000000"), Contact("email", "ada@example.com")


def nightly(*contacts: Contact, nights: int) -> World:
    """Return a world in Taipei that is only ever looked at at two in the morning there; due on 31 January."""
    world = World().sold(transfer(due_days=0, reminders=PLAN), zone="Asia/Taipei", contacts=contacts)
    world.tick()
    world.clock.advance(pendulum.datetime(2024, 1, 31, 18) - world.clock.now())
    world.live(nights)
    return world


def sent(world: World) -> list[tuple[str, pendulum.DateTime]]:
    """Return by which channel and when the reminder went out."""
    return [(told.to[0].channel, told.at) for told in world.messenger.sent if told.topic == "overdue"]


def test_the_first_night_it_waits() -> None:
    """Due at nine in the morning of the first: at two in the morning of the second nothing rings."""
    world = nightly(RINGING, SILENT, nights=1)
    assert [] == sent(world)
    assert pendulum.datetime(2024, 2, 1, 18).add(hours=5) <= world.due() <= pendulum.datetime(2024, 2, 2, 2)


def test_the_second_night_it_takes_a_channel_that_wakes_nobody() -> None:
    """A day in which nobody ran has passed: the mail goes out, once."""
    assert [("email", pendulum.datetime(2024, 2, 2, 18))] == sent(nightly(RINGING, SILENT, nights=5))


def test_whoever_has_nothing_but_a_telephone_waits_for_the_day() -> None:
    """Nothing rings at night however long it waited; each such night is reported, and in the day it goes out."""
    world = nightly(RINGING, nights=2)
    report = world.sleep(days=1).tick()
    assert ["reminder.waiting"] == [problem.code for problem in report.problems]
    assert () == world.tick().problems
    world.sleep(hours=8).tick()
    assert [("sms", pendulum.datetime(2024, 2, 4, 2))] == sent(world)


def test_whoever_is_looked_at_in_the_day_hears_the_wanted_channel() -> None:
    """Hourly runs send the text message in the morning."""
    world = World().sold(transfer(due_days=0, reminders=PLAN), zone="Asia/Taipei", contacts=(RINGING, SILENT))
    world.live(4, every=timedelta(hours=1))
    ((channel, at),) = sent(world)
    assert ("sms", 9) == (channel, at.in_timezone("Asia/Taipei").hour)
    assert at < world.clock.now() - DAY
