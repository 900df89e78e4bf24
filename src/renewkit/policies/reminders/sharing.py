"""Which duties one notice can fulfil, and the reminder that does: fewer messages, each in every rule's window."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs

from renewkit.policies.reminders.notice_rule import NoticeRule
from renewkit.policies.reminders.reminder import Reminder
from renewkit.values.offsets import Offset, OffsetUnit, Window, on_the_day

__all__ = ["NOTICE", "common_window", "shared_notices"]

NOTICE: Final = "notice:"
"""How the id of an added notice starts; the ids of its rules follow."""

_SLACK: Final = {OffsetUnit.DAYS: 2, OffsetUnit.BUSINESS_DAYS: 1, OffsetUnit.MONTHS: 1, OffsetUnit.HOURS: 2}
"""How much before the last permitted moment a notice is planned: room for a bounce or a quiet night."""


def shared_notices(rules: Iterable[NoticeRule]) -> tuple[Reminder, ...]:
    """Return reminders that fulfil the rules, one for all that share anchor, topic, a channel and some of their days.

    >>> from renewkit.policies.reminders.law import KNOWN_RULES
    >>> [str(reminder.offset) for reminder in shared_notices(KNOWN_RULES[:1])]
    ['17 days before']
    """
    return tuple(map(_reminder, _joined(rules)))


def common_window(one: Window, two: Window) -> Window | None:
    """Return the part that two windows around one anchor share, None where there is none or their units differ.

    >>> from renewkit.values.offsets import days_before
    >>> str(common_window(Window(days_before(45), days_before(15)), Window(days_before(60), days_before(30))))
    'from 45 days before to 30 days before'
    """
    bounds = [bound for window in (one, two) for bound in (window.earliest, window.latest) if bound is not None]
    if len({bound.unit for bound in bounds}) > 1:
        return None
    starts = [window.earliest.count for window in (one, two) if window.earliest is not None]
    ends = [window.latest.count for window in (one, two) if window.latest is not None]
    unit = bounds[0].unit if bounds else OffsetUnit.DAYS
    if starts and ends and max(starts) > min(ends):
        return None
    return Window(Offset(max(starts), unit) if starts else None, Offset(min(ends), unit) if ends else None)


@attrs.frozen
class _Notice:
    """Rules that one notice can fulfil, the window that they share and the channels that serve them all."""

    rules: tuple[NoticeRule, ...]
    window: Window
    channels: tuple[str, ...]

    def joined(self, other: _Notice) -> _Notice | None:
        """Return one notice for both, or None where they have no day or no channel in common."""
        ours, theirs = self.rules[0], other.rules[0]
        window = common_window(self.window, other.window)
        if (ours.anchor, ours.topic) != (theirs.anchor, theirs.topic) or window is None:
            return None
        both = tuple(each for each in self.channels if each in other.channels)
        if self.channels and other.channels and not both:
            return None
        return _Notice(self.rules + other.rules, window, both or self.channels or other.channels)


def _joined(rules: Iterable[NoticeRule]) -> tuple[_Notice, ...]:
    notices: list[_Notice] = []
    for rule in rules:
        alone = _Notice((rule,), rule.duty.window, rule.channels)
        for place, notice in enumerate(notices):
            joined = notice.joined(alone)
            if joined is not None:
                notices[place] = joined
                break
        else:
            notices.append(alone)
    return tuple(notices)


def _reminder(notice: _Notice) -> Reminder:
    rule, window = notice.rules[0], notice.window
    latest = window.latest or on_the_day()
    count = latest.count - _SLACK[latest.unit]
    if window.earliest is not None and window.earliest.unit is latest.unit:
        count = max(count, window.earliest.count)
    return Reminder(
        rule.topic.value,
        Offset(count, latest.unit),
        anchor=rule.anchor,
        channels=notice.channels,
        duties=tuple(each.duty for each in notice.rules),
        id=NOTICE + "+".join(each.id for each in notice.rules),
    )
