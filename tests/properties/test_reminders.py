"""What always holds of reminders, and that each law can tell."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import attrs
import pendulum
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from renewkit.policies.reminders import INSURANCE, Due, Duty, Reminder, ReminderPlan, Step, catch_up
from renewkit.testing.laws.reminders import (
    Anchors,
    CatchUp,
    Plan,
    announcements_come_before_their_event,
    catching_up_keeps_the_latest_and_every_duty,
    decent_hours_are_found_next,
    due_partitions,
    next_at_agrees_with_due,
    nothing_falls_into_quiet_hours,
)
from renewkit.testing.strategies.dates import EVENTFUL, instants, zone_names
from renewkit.testing.strategies.reminders import anchors, polls, recipients, reminder_plans
from renewkit.values.offsets import Anchor, Offset, OffsetUnit, Window, days_after, days_before, hours_before
from renewkit.values.recipient import DECENT, QuietDay, QuietHours, Recipient

MARCH = {Anchor.DUE: date(2026, 3, 8)}
NEW_YORK = Recipient("America/New_York")
AROUND = ReminderPlan(
    [Reminder("day", Offset(count)) for count in (-1, 0, 1)]
    + [Reminder("hour", Offset(count, OffsetUnit.HOURS), anchor=Anchor.CHARGE) for count in (-9, -2, 0, 5)]
)
EDGES = [datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 3, 15, 13, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC)]


@given(st.data(), reminder_plans(), anchors(), recipients())
def test_any_rhythm_gives_the_same_steps(
    data: st.DataObject, plan: ReminderPlan, dates: dict[Anchor, date], recipient: Recipient
) -> None:
    """Polling partitions, also where a look falls on the very instant of a step."""
    exact = [step.nominal for step in plan.timetable(anchors=dates, recipient=recipient)]
    looks = data.draw(polls(dates)) + data.draw(st.lists(st.sampled_from(exact), max_size=4) if exact else st.just([]))
    due_partitions(plan, dates, recipient, looks)


@given(reminder_plans(), anchors(), recipients(), instants())
def test_the_next_step_is_the_next_one_due(
    plan: ReminderPlan, dates: dict[Anchor, date], recipient: Recipient, after: datetime
) -> None:
    """`next_at` is the least `until` with which `due` returns anything."""
    next_at_agrees_with_due(plan, dates, recipient, after)


@given(reminder_plans(), anchors(), recipients())
@example(ReminderPlan((Reminder("x", hours_before(3)),)), {Anchor.DUE: datetime(2026, 3, 8, 7, tzinfo=UTC)}, NEW_YORK)
def test_no_reminder_falls_into_quiet_hours(
    plan: ReminderPlan, dates: dict[Anchor, date], recipient: Recipient
) -> None:
    """Whatever the zone, the plan and the hours, no step is sent in quiet hours."""
    nothing_falls_into_quiet_hours(plan, dates, recipient)


@given(reminder_plans(), anchors(), recipients())
def test_announcements_come_first(plan: ReminderPlan, dates: dict[Anchor, date], recipient: Recipient) -> None:
    """What announces an event is sent before it."""
    announcements_come_before_their_event(plan, dates, recipient)


@given(recipients(), instants())
@example(Recipient("Pacific/Apia"), datetime(2011, 12, 30, 6, tzinfo=UTC))
@example(
    Recipient("America/New_York", quiet=QuietHours(time(0, 30), time(1, 45))), datetime(2026, 11, 1, 6, tzinfo=UTC)
)
@example(
    Recipient("America/New_York", quiet=QuietHours(time(0, 30), time(1, 45))), datetime(2026, 11, 1, 6, 40, tzinfo=UTC)
)
@example(Recipient("America/Sao_Paulo"), datetime(2018, 2, 18, 2, 30, tzinfo=UTC))
def test_decent_hours_are_the_nearest(recipient: Recipient, moment: datetime) -> None:
    """Looking for a decent hour finds the first one after and the last one before."""
    decent_hours_are_found_next(recipient, moment)


@given(reminder_plans(), anchors(), recipients(), instants())
def test_catching_up_keeps_what_matters(
    plan: ReminderPlan, dates: dict[Anchor, date], recipient: Recipient, now: datetime
) -> None:
    """After any downtime the latest step and every duty remain."""
    duty = Duty("rule", Window(None, days_before(3)), anchor=next(iter(dates)))
    marked = [attrs.evolve(each, duties=(duty,)) if each.offset.count < -1 else each for each in plan.reminders]
    dues = ReminderPlan(marked).due(about="inv", anchors=dates, recipient=recipient, after=None, until=now)
    catching_up_keeps_the_latest_and_every_duty(catch_up, dues, now)


@given(reminder_plans(), anchors(), recipients(), instants())
def test_what_is_caught_up_is_sent_at_a_decent_hour(
    plan: ReminderPlan, dates: dict[Anchor, date], recipient: Recipient, now: datetime
) -> None:
    """With the recipient known, nothing that was missed is sent in quiet hours or in the past."""
    dues = plan.due(about="inv", anchors=dates, recipient=recipient, after=None, until=now)
    late = catch_up(dues, now=now, recipient=recipient)
    assert all(recipient.is_decent(due.at) and (due.at >= now or due in dues) for due in late)


@pytest.mark.sweep
@pytest.mark.parametrize(
    "hours", [DECENT, QuietHours(time(0), time(2, 30)), QuietHours(time(12), time(14), days=(QuietDay(6),))]
)
def test_no_zone_is_disturbed_when_its_clocks_change(hours: QuietHours) -> None:
    """In every IANA zone, at every change of its clocks from 2010 to 2030, decent hours are found."""
    for zone in zone_names():
        recipient = Recipient(zone, quiet=hours)
        for change in changes(zone):
            dates = {Anchor.DUE: change.date(), Anchor.CHARGE: change}
            nothing_falls_into_quiet_hours(AROUND, dates, recipient)
            announcements_come_before_their_event(AROUND, dates, recipient)
            for step in range(-30, 31, 10):
                decent_hours_are_found_next(recipient, change + timedelta(hours=step, minutes=step))


def changes(zone: str) -> list[datetime]:
    """List the days on which a zone's offset changes."""
    known, start = ZoneInfo(zone), datetime(2010, 1, 1, tzinfo=UTC)
    days = [start + timedelta(days=day) for day in range(21 * 365)]
    offsets = [day.astimezone(known).utcoffset() for day in days]
    return [day for day, before, after in zip(days, offsets, offsets[1:], strict=False) if before != after]


@pytest.mark.parametrize("zone", sorted({zone for _, zone in EVENTFUL}))
def test_eventful_zones_are_not_disturbed(zone: str) -> None:
    """A few zones with strange changes are walked every day, the others in the sweep."""
    for change in changes(zone)[:20]:
        decent_hours_are_found_next(Recipient(zone), change)


# Broken twins: each law fails on the mistake that it is there to find.


@attrs.frozen
class Twin:
    """A plan that answers as ours does, but for what a subclass breaks."""

    plan: ReminderPlan = INSURANCE

    def due(
        self, *, about: str, anchors: Anchors, recipient: Recipient, after: datetime | None, until: datetime
    ) -> tuple[Due, ...]:
        return self.plan.due(about=about, anchors=anchors, recipient=recipient, after=after, until=until)

    def next_at(self, *, anchors: Anchors, recipient: Recipient, after: datetime | None) -> pendulum.DateTime | None:
        return self.plan.next_at(anchors=anchors, recipient=recipient, after=after)

    def timetable(self, *, anchors: Anchors, recipient: Recipient) -> tuple[Step, ...]:
        return self.plan.timetable(anchors=anchors, recipient=recipient)


class BySendTime(Twin):
    """Cuts windows by the shifted time, closed at both ends."""

    def due(
        self, *, about: str, anchors: Anchors, recipient: Recipient, after: datetime | None, until: datetime
    ) -> tuple[Due, ...]:
        all_ = self.plan.due(about=about, anchors=anchors, recipient=recipient, after=None, until=until)
        return tuple(due for due in all_ if due.nominal >= after)


class KeyedByWindow(Twin):
    """Forgets the step in the key."""

    def due(
        self, *, about: str, anchors: Anchors, recipient: Recipient, after: datetime | None, until: datetime
    ) -> tuple[Due, ...]:
        dues = self.plan.due(about=about, anchors=anchors, recipient=recipient, after=after, until=until)
        return tuple(attrs.evolve(due, key=f"{due.about}:{due.anchored_on}") for due in dues)


class OneStepAhead(Twin):
    """Names the step after the next."""

    def next_at(self, *, anchors: Anchors, recipient: Recipient, after: datetime | None) -> pendulum.DateTime | None:
        first = self.plan.next_at(anchors=anchors, recipient=recipient, after=after)
        return None if first is None else self.plan.next_at(anchors=anchors, recipient=recipient, after=first)


class AnHourEarly(Twin):
    """Wakes the host before anything is due."""

    def next_at(self, *, anchors: Anchors, recipient: Recipient, after: datetime | None) -> pendulum.DateTime | None:
        first = self.plan.next_at(anchors=anchors, recipient=recipient, after=after)
        return first and first.subtract(hours=1)


class InUtc(Twin):
    """Takes the quiet hours for those of UTC."""

    def timetable(self, *, anchors: Anchors, recipient: Recipient) -> tuple[Step, ...]:
        steps = self.plan.timetable(anchors=anchors, recipient=Recipient("UTC"))
        return tuple(attrs.evolve(step, at=step.at.add(hours=12), nominal=step.at) for step in steps)


class Hasty(Twin):
    """Sends before the step falls due."""

    def timetable(self, *, anchors: Anchors, recipient: Recipient) -> tuple[Step, ...]:
        return tuple(
            attrs.evolve(step, at=step.at.subtract(minutes=5))
            for step in self.plan.timetable(anchors=anchors, recipient=recipient)
        )


class Tardy(Twin):
    """Always shifts to a later hour."""

    def timetable(self, *, anchors: Anchors, recipient: Recipient) -> tuple[Step, ...]:
        return tuple(
            attrs.evolve(step, at=step.at.add(days=40))
            for step in self.plan.timetable(anchors=anchors, recipient=recipient)
        )


@pytest.mark.parametrize("twin", [BySendTime(), KeyedByWindow()])
def test_the_law_of_polling_can_tell(twin: Plan) -> None:
    """A step on the edge of two windows, or one key for two steps, is found."""
    with pytest.raises(AssertionError):
        due_partitions(
            twin, MARCH, NEW_YORK, [*EDGES, INSURANCE.timetable(anchors=MARCH, recipient=NEW_YORK)[0].nominal]
        )


@pytest.mark.parametrize("twin", [OneStepAhead(), AnHourEarly()])
def test_the_law_of_the_next_step_can_tell(twin: Plan) -> None:
    """A wake-up that is too late or too early is found."""
    with pytest.raises(AssertionError):
        next_at_agrees_with_due(twin, MARCH, NEW_YORK, EDGES[0])


def test_the_law_of_the_last_step_can_tell() -> None:
    """A plan that claims to be over while a step is left is found."""
    last = INSURANCE.timetable(anchors=MARCH, recipient=NEW_YORK)[-1].nominal
    with pytest.raises(AssertionError, match="although next_at is None"):
        next_at_agrees_with_due(OneStepAhead(), MARCH, NEW_YORK, last.subtract(seconds=1))


@pytest.mark.parametrize("twin", [InUtc(), Hasty()])
def test_the_law_of_quiet_hours_can_tell(twin: Plan) -> None:
    """Hours of another zone, and a message before its time, are found."""
    with pytest.raises(AssertionError):
        nothing_falls_into_quiet_hours(twin, MARCH, Recipient("Asia/Taipei"))


def test_the_law_of_announcements_can_tell() -> None:
    """An announcement after its event is found."""
    with pytest.raises(AssertionError, match="not before"):
        announcements_come_before_their_event(Tardy(), MARCH, NEW_YORK)


@attrs.frozen
class Sleepless:
    """A recipient of whom somebody thinks that any hour will do, or only the far ones."""

    real: Recipient
    days: int

    def __getattr__(self, name: str) -> object:
        return getattr(self.real, name)

    def decent_from(self, moment: datetime) -> pendulum.DateTime:
        return self.real.decent_from(moment).add(days=self.days) if self.days else pendulum.instance(moment)

    def decent_until(self, moment: datetime) -> pendulum.DateTime:
        return self.real.decent_until(moment)


@pytest.mark.parametrize("days", [0, 1, -2])
def test_the_law_of_decent_hours_can_tell(days: int) -> None:
    """An hour at night, a decent one too late and one in the past are found."""
    with pytest.raises(AssertionError):
        decent_hours_are_found_next(Sleepless(Recipient("Asia/Taipei"), days), datetime(2026, 5, 15, 16, tzinfo=UTC))


DUTY = Duty("rule", Window(None, days_before(10)), anchor=Anchor.DUE)
MISSED = ReminderPlan(
    (
        Reminder("notice", days_before(12), duties=(DUTY,)),
        Reminder("due", days_after(0)),
        Reminder("late", days_after(3)),
    )
).due(about="inv", anchors=MARCH, recipient=NEW_YORK, after=None, until=EDGES[-1])


@pytest.mark.parametrize(
    "broken",
    [
        lambda dues, now: dues,
        lambda dues, now: dues[-1:],
        lambda dues, now: dues[:1],
        lambda dues, now: (dues[0], dues[-1]),
    ],
)
def test_the_law_of_catching_up_can_tell(broken: CatchUp) -> None:
    """Sending all, dropping the duty, dropping the latest and keeping silent about a late duty are found."""
    with pytest.raises(AssertionError):
        catching_up_keeps_the_latest_and_every_duty(broken, MISSED, EDGES[-1])
