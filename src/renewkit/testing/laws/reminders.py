"""Laws of reminder plans and of catching up: ours, and a host's own with the same methods.

>>> from renewkit.policies.reminders import SOFTWARE
>>> anchors, ada = {Anchor.DUE: date(2026, 3, 8)}, Recipient("Europe/Berlin")
>>> nothing_falls_into_quiet_hours(SOFTWARE, anchors, ada)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Protocol

import pendulum

from renewkit.policies.reminders import Due, Step
from renewkit.values.moments import resolve, zone_of
from renewkit.values.offsets import Anchor
from renewkit.values.recipient import Recipient

__all__ = [
    "Anchors",
    "CatchUp",
    "Plan",
    "announcements_come_before_their_event",
    "catching_up_keeps_the_latest_and_every_duty",
    "decent_hours_are_found_next",
    "due_partitions",
    "next_at_agrees_with_due",
    "nothing_falls_into_quiet_hours",
]

Anchors = Mapping[Anchor, date]
"""Civil dates or instants by anchor."""

CatchUp = Callable[..., tuple[Due, ...]]
"""From dues and `now` to what is still worth sending."""


class Plan(Protocol):
    """What a plan must answer to be judged by these laws."""

    def due(
        self, *, about: str, anchors: Anchors, recipient: Recipient, after: datetime | None, until: datetime
    ) -> tuple[Due, ...]:
        """Return the steps whose nominal time lies in `(after, until]`."""
        ...

    def next_at(self, *, anchors: Anchors, recipient: Recipient, after: datetime | None) -> pendulum.DateTime | None:
        """Return the nominal time of the first step after an instant."""
        ...

    def timetable(self, *, anchors: Anchors, recipient: Recipient) -> tuple[Step, ...]:
        """Return every step with its times."""
        ...


def due_partitions(plan: Plan, anchors: Anchors, recipient: Recipient, polls: Sequence[datetime]) -> None:
    """Polling at any rhythm gives what one look at the whole stretch gives: no step twice, none missed."""
    edges = sorted(polls)

    def look(after: datetime, until: datetime) -> tuple[Due, ...]:
        return plan.due(about="inv", anchors=anchors, recipient=recipient, after=after, until=until)

    polled = [due for after, until in pairwise(edges) for due in look(after, until)]
    whole = list(look(edges[0], edges[-1]))
    assert polled == whole, f"polled {[due.reminder for due in polled]}, at once {[due.reminder for due in whole]}"
    keys = [due.key for due in whole]
    assert len(set(keys)) == len(keys), f"a key stands twice among {keys}"


def next_at_agrees_with_due(plan: Plan, anchors: Anchors, recipient: Recipient, after: datetime) -> None:
    """Nothing falls due before `next_at`, something does at it, and nothing ever does where it is None."""
    moment = plan.next_at(anchors=anchors, recipient=recipient, after=after)
    far = pendulum.datetime(9000, 1, 1)

    def look(until: datetime) -> tuple[Due, ...]:
        return plan.due(about="inv", anchors=anchors, recipient=recipient, after=after, until=until)

    if moment is None:
        assert look(far) == (), f"something falls due after {after} although next_at is None"
        return
    assert look(moment), f"nothing falls due at {moment}"
    early = look(moment - timedelta(microseconds=1))
    assert early == (), f"{[due.reminder for due in early]} fall due before {moment}"


def nothing_falls_into_quiet_hours(plan: Plan, anchors: Anchors, recipient: Recipient) -> None:
    """Every step is sent at a decent hour of the recipient's own clock, and never before it falls due."""
    for step in plan.timetable(anchors=anchors, recipient=recipient):
        wall = step.at.astimezone(zone_of(recipient.zone))
        quiet = recipient.quiet is not None and recipient.quiet.covers(wall.replace(tzinfo=None))
        assert not quiet, f"{step.reminder.id} goes out at {wall}, in the quiet hours of {recipient.zone}"
        assert step.at.timestamp() >= step.nominal.timestamp(), (
            f"{step.reminder.id} goes out at {step.at}, before it falls due"
        )


def announcements_come_before_their_event(plan: Plan, anchors: Anchors, recipient: Recipient) -> None:
    """What is planned before an event is sent before it, however the quiet hours lie."""
    for step in plan.timetable(anchors=anchors, recipient=recipient):
        if step.reminder.offset.count < 0:
            anchor = anchors[step.reminder.anchor]
            event = (
                anchor if isinstance(anchor, datetime) else resolve(datetime.combine(anchor, time(0)), recipient.zone)
            )
            assert step.at.timestamp() < event.timestamp(), (
                f"{step.reminder.id} goes out at {step.at}, not before {event}"
            )


def decent_hours_are_found_next(recipient: Recipient, moment: datetime) -> None:
    """The moments found after and before an instant are decent, and nothing decent lies before the later one."""
    later, earlier = recipient.decent_from(moment), recipient.decent_until(moment)
    assert earlier.timestamp() <= moment.timestamp() <= later.timestamp(), (
        f"{earlier}, {moment} and {later} are out of order"
    )
    for found in (earlier, later):
        assert _is_decent(recipient, found), f"{found} is a quiet hour"
    between = later.astimezone(pendulum.UTC) - timedelta(minutes=1)
    while between > moment.astimezone(pendulum.UTC):
        assert not _is_decent(recipient, between), f"{between} is decent, before {later}"
        between -= timedelta(minutes=17)


def catching_up_keeps_the_latest_and_every_duty(catch_up: CatchUp, dues: Sequence[Due], now: datetime) -> None:
    """Of each subject, anchor and audience the latest step remains, beside it only duties; late ones say so."""
    kept = {due.key: due for due in catch_up(dues, now=now)}
    groups: dict[tuple[str, Anchor, str], list[Due]] = {}
    for due in dues:
        groups.setdefault((due.about, due.anchor, due.audience), []).append(due)
    for group in groups.values():
        last = max(due.nominal for due in group)
        for due in group:
            wanted = due.nominal == last or bool(due.duties)
            assert (due.key in kept) == wanted, f"{due.reminder} is {'dropped' if wanted else 'kept'}"
    for due in kept.values():
        is_late = due.latest is not None and max(due.at, now) > due.latest
        assert not is_late or due.problem is not None, f"{due.reminder} is late for its rule and does not say so"


def _is_decent(recipient: Recipient, moment: datetime) -> bool:
    wall = moment.astimezone(zone_of(recipient.zone))
    if recipient.quiet is not None and recipient.quiet.covers(wall.replace(tzinfo=None)):
        return False
    return not recipient.business_days_only or recipient.calendar.is_business_day(wall.date())
