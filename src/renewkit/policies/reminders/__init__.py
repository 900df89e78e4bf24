"""When to remind whom of what: plans of steps around dates, the duty to give notice, and what to send after downtime.

May import `values` and `errors`. Decides from its arguments alone: it reads no clock and sends nothing.
"""

from renewkit.policies.reminders.catch_up import catch_up
from renewkit.policies.reminders.plan import ReminderPlan
from renewkit.policies.reminders.presets import INSURANCE, MEDIA, NO_REMINDERS, SOFTWARE
from renewkit.policies.reminders.reminder import Due, Duty, Reminder, reminder_key
from renewkit.policies.reminders.timing import Step

__all__ = [
    "INSURANCE",
    "MEDIA",
    "NO_REMINDERS",
    "SOFTWARE",
    "Due",
    "Duty",
    "Reminder",
    "ReminderPlan",
    "Step",
    "catch_up",
    "reminder_key",
]
