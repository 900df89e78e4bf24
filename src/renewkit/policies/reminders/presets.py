"""Plans to start from, one per trade: a courtesy cadence, not a legal duty (`NoticeRules.complete` adds those)."""

from __future__ import annotations

from typing import Final

from renewkit.policies.reminders.plan import ReminderPlan
from renewkit.policies.reminders.reminder import Reminder
from renewkit.values.offsets import Anchor, days_after, days_before, on_the_day
from renewkit.values.recipient import Audience, Channel

__all__ = ["INSURANCE", "MEDIA", "NO_REMINDERS", "SOFTWARE"]

NO_REMINDERS: Final = ReminderPlan()
"""Nothing is sent."""

INSURANCE: Final = ReminderPlan(
    (
        Reminder("upcoming", days_before(30)),
        Reminder("upcoming", days_before(15)),
        Reminder("upcoming", days_before(7)),
        Reminder("due", on_the_day()),
        Reminder("overdue", days_after(7)),
        Reminder("overdue", days_after(15), channels=(Channel.SMS, Channel.EMAIL)),
        Reminder("overdue", days_after(30), channels=(Channel.SMS, Channel.EMAIL)),
        Reminder("call", days_after(30), audience=Audience.AGENT, channels=(Channel.AGENT, Channel.PHONE)),
        Reminder("last_notice", days_after(50), channels=(Channel.LETTER, Channel.SMS, Channel.EMAIL)),
        Reminder("call", days_after(50), audience=Audience.AGENT, channels=(Channel.AGENT, Channel.PHONE)),
    )
)
"""Annual policies: 30, 15 and 7 days before, on the day, steps within a grace of 60 days, and tasks for the agent."""

SOFTWARE: Final = ReminderPlan(
    (
        Reminder("upcoming", days_before(3)),
        Reminder("trial_ending", days_before(3), anchor=Anchor.TRIAL_END),
        Reminder("card_expiring", days_before(14), anchor=Anchor.CARD_EXPIRY, channels=(Channel.EMAIL, Channel.IN_APP)),
        Reminder("price_change", days_before(30), anchor=Anchor.PRICE_CHANGE),
        Reminder("overdue", days_after(1)),
        Reminder("overdue", days_after(3), channels=(Channel.EMAIL, Channel.IN_APP)),
        Reminder("overdue", days_after(7), channels=(Channel.EMAIL, Channel.IN_APP, Channel.PHONE)),
        Reminder("last_notice", days_after(13)),
    )
)
"""Monthly software: 3 days before, expiring cards and trials, and steps within a grace of 14 days."""

MEDIA: Final = ReminderPlan(
    (
        Reminder("upcoming", days_before(3), channels=(Channel.PUSH, Channel.EMAIL)),
        Reminder("trial_ending", days_before(3), anchor=Anchor.TRIAL_END, channels=(Channel.PUSH, Channel.EMAIL)),
        Reminder("price_change", days_before(30), anchor=Anchor.PRICE_CHANGE),
        Reminder("card_expiring", days_before(14), anchor=Anchor.CARD_EXPIRY, channels=(Channel.IN_APP, Channel.EMAIL)),
        Reminder("overdue", days_after(1), channels=(Channel.PUSH, Channel.EMAIL)),
        Reminder("last_notice", days_after(5), channels=(Channel.PUSH, Channel.EMAIL)),
    )
)
"""Monthly media and streaming: 3 days before, price changes 30 days before, and two steps when it is unpaid."""
