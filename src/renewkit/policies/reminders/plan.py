"""The reminder plan: which steps fall due in a stretch of time, and when the next one does."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from datetime import date, datetime

import attrs
import pendulum

from renewkit.errors import ConfigurationError
from renewkit.policies.reminders.reminder import Due, Reminder, reminder_key
from renewkit.policies.reminders.timing import Step, in_utc, timetable
from renewkit.values.offsets import Anchor
from renewkit.values.problem import Problem, Severity
from renewkit.values.recipient import Recipient

__all__ = ["ReminderPlan", "late"]


def _steps(reminders: Iterable[Reminder]) -> tuple[Reminder, ...]:
    return tuple(reminders)


@attrs.frozen(cache_hash=True)
class ReminderPlan:
    """Reminders, duty notices and demands around the dates of a contract or an invoice (dunning letters, 催繳通知).

    Raises `ConfigurationError` for two steps with one id around one anchor, as they would share a key.

    >>> from renewkit.values.offsets import days_after, days_before
    >>> plan = ReminderPlan((Reminder("upcoming", days_before(7)), Reminder("overdue", days_after(3))))
    >>> anchors, ada = {Anchor.DUE: date(2026, 3, 8)}, Recipient("Europe/Berlin")
    >>> [str(due.at) for due in plan.due(
    ...     about="inv_1", anchors=anchors, recipient=ada, after=None, until=pendulum.datetime(2026, 3, 10)
    ... )]
    ['2026-03-01 09:00:00+01:00']
    >>> plan.next_at(anchors=anchors, recipient=ada, after=pendulum.datetime(2026, 3, 10)).isoformat()
    '2026-03-11T09:00:00+01:00'
    """

    reminders: tuple[Reminder, ...] = attrs.field(default=(), converter=_steps)

    def __attrs_post_init__(self) -> None:
        """Refuse two steps that would share a key."""
        seen: set[tuple[Anchor, str]] = set()
        for reminder in self.reminders:
            place = (reminder.anchor, reminder.id)
            if place in seen:
                got = f"{reminder.id!r} twice around {reminder.anchor.value}"
                raise ConfigurationError("steps with ids of their own", got, "give one of them another id")
            seen.add(place)

    def due(
        self,
        *,
        about: str,
        anchors: Mapping[Anchor, date],
        recipient: Recipient,
        after: datetime | None,
        until: datetime,
        stopped_at: datetime | None = None,
    ) -> tuple[Due, ...]:
        """Return the steps whose nominal time lies in `(after, until]`, in order; `after=None` is since ever.

        `about` is the id of what the reminder is about. `anchors` are civil dates, or instants where the hour matters;
        a step whose anchor is absent has nothing to announce. From `stopped_at` on (paid, paused, cancelled) nothing
        falls due. Windows that adjoin give every step once, at any rhythm. An agent's or payer's step is timed for
        `recipient` and sent on its own channels, unless the recipient stands for that audience.
        """
        table = timetable(self.reminders, tuple(anchors.items()), recipient)
        first, end = table.first_after(after), table.first_after(until)
        if stopped_at is not None:
            end = min(end, bisect_left(table.nominals, in_utc(stopped_at)))
        return tuple(_due(step, about, recipient) for step in table.steps[first:end])

    def next_at(
        self,
        *,
        anchors: Mapping[Anchor, date],
        recipient: Recipient,
        after: datetime | None,
        about: str = "",  # noqa: ARG002  the arguments of `due` serve here too
    ) -> pendulum.DateTime | None:
        """Return the nominal time of the first step after an instant, None after the last one.

        It is the least `until` with which `due` returns anything; `about` changes nothing.
        """
        table = timetable(self.reminders, tuple(anchors.items()), recipient)
        first = table.first_after(after)
        return table.steps[first].nominal if first < len(table.steps) else None

    def timetable(self, *, anchors: Mapping[Anchor, date], recipient: Recipient) -> tuple[Step, ...]:
        """Return every step with its times, in the order in which they fall due."""
        return timetable(self.reminders, tuple(anchors.items()), recipient).steps

    def duties_only(self) -> ReminderPlan:
        """Return the plan without the steps that no rule requires: for those who want no marketing."""
        return ReminderPlan(reminder for reminder in self.reminders if reminder.duties)


def late(due: Due, at: datetime) -> Problem:
    """Return the problem of a duty that is sent after the time that its rule allows."""
    return Problem(
        "reminder.late",
        due.about,
        message=f"expected {due.reminder} by {due.latest} for {', '.join(due.duties)}, got {at} as the first chance",
        remedy="check whether the renewal or charge may still go ahead",
        severity=Severity.WARNING,
        source=", ".join(due.duties),
    )


def _due(step: Step, about: str, recipient: Recipient) -> Due:
    reminder = step.reminder
    due = Due(
        reminder_key(about, reminder.anchor, step.anchored_on, reminder.id),
        reminder.kind,
        step.at,
        _channels(reminder, recipient),
        reminder.audience,
        nominal=step.nominal,
        about=about,
        anchor=reminder.anchor,
        anchored_on=step.anchored_on,
        reminder=reminder.id,
        duties=tuple(duty.rule for duty in reminder.duties),
        latest=step.latest,
    )
    return attrs.evolve(due, problem=late(due, step.at)) if step.is_late else due


def _channels(reminder: Reminder, recipient: Recipient) -> tuple[str, ...]:
    if reminder.audience == recipient.audience:
        return recipient.reached_by(reminder.channels)
    return reminder.channels or (reminder.audience,)
