"""When the steps of a plan fall due and when they may be sent: pure, and remembered by day, not by subscription."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from operator import itemgetter
from typing import Final

import attrs
import pendulum

from renewkit.policies.reminders.reminder import Reminder
from renewkit.values.moments import civil_date, day_of, instant, resolve
from renewkit.values.offsets import Anchor, Offset, Window
from renewkit.values.recipient import Recipient

__all__ = ["Anchors", "Step", "Timetable", "anchor_day", "in_utc", "timetable", "window_around"]

Anchors = tuple[tuple[Anchor, date], ...]
"""Each anchor with its civil date, or with its instant where the hour matters."""

_NEXT_DAY: Final = Offset(1)
_MICROSECOND: Final = timedelta(microseconds=1)

_Planned = tuple[pendulum.DateTime, pendulum.DateTime, pendulum.DateTime, pendulum.DateTime]
"""When a step falls due and the first decent moment from then on; both in the recipient's zone, and both in UTC."""


@attrs.frozen
class Step:
    """A reminder with its times: due at `nominal`, to be sent at `at`, by its duties not after `latest`."""

    reminder: Reminder
    nominal: pendulum.DateTime
    at: pendulum.DateTime
    anchored_on: pendulum.Date
    latest: pendulum.DateTime | None

    @property
    def is_late(self) -> bool:
        """Whether the rules that require the step allow no decent moment."""
        return self.latest is not None and in_utc(self.at) > self.latest


@attrs.frozen
class Timetable:
    """The steps in the order in which they fall due, and their nominal times in UTC, where comparing is quick."""

    steps: tuple[Step, ...]
    nominals: tuple[pendulum.DateTime, ...]

    def first_after(self, moment: datetime | None) -> int:
        """Return how many steps fall due up to an instant, or 0 for None: the index of the first one after it."""
        return 0 if moment is None else bisect_right(self.nominals, in_utc(moment))


@lru_cache(maxsize=4_096)
def timetable(reminders: tuple[Reminder, ...], anchors: Anchors, recipient: Recipient) -> Timetable:
    """Return the steps whose anchor is known, ordered by nominal time and then as the plan names them.

    >>> from renewkit.values.offsets import days_before
    >>> plan, anchors = (Reminder("upcoming", days_before(7)),), ((Anchor.DUE, date(2026, 3, 8)),)
    >>> timetable(plan, anchors, Recipient("Europe/Berlin")).steps[0].at.isoformat()
    '2026-03-01T09:00:00+01:00'
    """
    known = dict(anchors)
    unordered = [_step(reminder, known, recipient) for reminder in reminders if reminder.anchor in known]
    ordered = sorted(unordered, key=itemgetter(0))
    return Timetable(tuple(step for _, step in ordered), tuple(nominal for nominal, _ in ordered))


def anchor_day(anchor: date, recipient: Recipient) -> pendulum.Date:
    """Return the civil day of an anchor, in the recipient's zone where it is an instant.

    >>> str(anchor_day(pendulum.datetime(2026, 3, 1, 20), Recipient("Asia/Taipei")))
    '2026-03-02'
    """
    return day_of(anchor, recipient.zone) if isinstance(anchor, datetime) else civil_date(anchor)


def window_around(
    window: Window, anchor: date, recipient: Recipient
) -> tuple[pendulum.DateTime | None, pendulum.DateTime | None]:
    """Return the first and the last instant of a window around an anchor; None where it has no bound.

    Days are the recipient's: from midnight of the first day to the last instant of the last one.

    >>> from renewkit.values.offsets import days_before
    >>> _, end = window_around(Window(None, days_before(5)), date(2026, 3, 3), Recipient("Asia/Shanghai"))
    >>> end.isoformat()
    '2026-02-26T15:59:59.999999+00:00'
    """
    return (
        None if window.earliest is None else _edge(anchor, window.earliest, recipient, is_end=False),
        None if window.latest is None else _edge(anchor, window.latest, recipient, is_end=True),
    )


def in_utc(moment: datetime) -> pendulum.DateTime:
    """Return the same instant in UTC, for comparing.

    Python compares two instants of one zone by their wall clocks, which is wrong in the hour that clocks show twice,
    and those of two zones seventy times slower.

    >>> in_utc(pendulum.datetime(2026, 3, 1, tz="Asia/Taipei")).isoformat()
    '2026-02-28T16:00:00+00:00'
    """
    own = instant(moment)
    return own if own.tzinfo is pendulum.UTC else instant(own.astimezone(pendulum.UTC))


def _step(reminder: Reminder, known: dict[Anchor, date], recipient: Recipient) -> tuple[pendulum.DateTime, Step]:
    """Return a step under its nominal time in UTC."""
    anchor = known[reminder.anchor]
    day = anchor_day(anchor, recipient)
    base, later, base_utc, later_utc = _planned(reminder, anchor, day, recipient)
    earliest, latest = _allowed(reminder, known, recipient) if reminder.duties else (None, None)
    limit = _limit(reminder, anchor, recipient, latest)
    if limit is None or later_utc <= limit:
        return base_utc, Step(reminder, base, later, day, latest)
    nominal, at = _within(base, later, recipient, earliest=earliest, limit=limit)
    return in_utc(nominal), Step(reminder, nominal, at, day, latest)


def _planned(reminder: Reminder, anchor: date, day: pendulum.Date, recipient: Recipient) -> _Planned:
    offset = reminder.offset
    if offset.is_elapsed:
        return _decent(recipient, offset.moment_from(_moment(anchor, recipient.zone)))
    return _usual(recipient, offset.day_from(day, recipient.calendar))


@lru_cache(maxsize=4_096)
def _usual(recipient: Recipient, day: pendulum.Date) -> _Planned:
    return _decent(recipient, recipient.usual_moment(day))


def _decent(recipient: Recipient, base: pendulum.DateTime) -> _Planned:
    later = recipient.decent_from(base)
    return base, later, in_utc(base), in_utc(later)


def _limit(
    reminder: Reminder, anchor: date, recipient: Recipient, latest: pendulum.DateTime | None
) -> pendulum.DateTime | None:
    # What announces an event must not come after it: a shift past the event goes to an earlier hour instead.
    if reminder.offset.count >= 0:
        return latest
    event = _last_before(anchor, recipient.zone)
    return event if latest is None else min(event, latest)


def _allowed(
    reminder: Reminder, known: dict[Anchor, date], recipient: Recipient
) -> tuple[pendulum.DateTime | None, pendulum.DateTime | None]:
    starts, ends = [], []
    for duty in reminder.duties:
        if duty.anchor not in known:
            continue
        start, end = window_around(duty.window, known[duty.anchor], recipient)
        starts.append(start)
        ends.append(end)
    return (
        max((start for start in starts if start is not None), default=None),
        min((end for end in ends if end is not None), default=None),
    )


def _within(
    base: pendulum.DateTime,
    later: pendulum.DateTime,
    recipient: Recipient,
    *,
    earliest: pendulum.DateTime | None,
    limit: pendulum.DateTime,
) -> tuple[pendulum.DateTime, pendulum.DateTime]:
    """Return nominal and send time where waiting breaks the limit: earlier, on a free day, or late in spite of it."""
    for any_day in (False, True):
        sooner = recipient.decent_from(base, any_day=any_day)
        if in_utc(sooner) <= limit:
            return base, sooner
        earlier = recipient.decent_until(min(in_utc(base), limit), any_day=any_day)
        if earliest is None or in_utc(earlier) >= earliest:
            return earlier, earlier
    return base, later


def _edge(anchor: date, offset: Offset, recipient: Recipient, *, is_end: bool) -> pendulum.DateTime:
    if offset.is_elapsed:
        return offset.moment_from(_moment(anchor, recipient.zone))
    day = offset.day_from(anchor_day(anchor, recipient), recipient.calendar)
    return _last_before(_NEXT_DAY.day_from(day), recipient.zone) if is_end else _moment(day, recipient.zone)


@lru_cache(maxsize=4_096)
def _moment(anchor: date, zone: str) -> pendulum.DateTime:
    if isinstance(anchor, datetime):
        return in_utc(anchor)
    return in_utc(resolve(datetime.combine(civil_date(anchor), time(0)), zone))


@lru_cache(maxsize=4_096)
def _last_before(anchor: date, zone: str) -> pendulum.DateTime:
    return _moment(anchor, zone) - _MICROSECOND
