"""When to remind whom of what: plans of steps around dates, the duty to give notice, and what to send after downtime.

May import `values` and `errors`. Decides from its arguments alone: it reads no clock and sends nothing. What it knows
of laws and scheme rules is research with sources, not legal advice.
"""

from renewkit.policies.reminders.catch_up import catch_up
from renewkit.policies.reminders.contact_hours import CONTACT_HOURS, quiet_hours_in
from renewkit.policies.reminders.law import KNOWN_RULES
from renewkit.policies.reminders.notice_rule import Conditions, Confidence, NoticeRule, Topic
from renewkit.policies.reminders.notices import NoticeRules
from renewkit.policies.reminders.plan import ReminderPlan
from renewkit.policies.reminders.presets import INSURANCE, MEDIA, NO_REMINDERS, SOFTWARE
from renewkit.policies.reminders.proof import Delivery, Proof, fingerprint, proof_of
from renewkit.policies.reminders.reminder import Due, Duty, Reminder, reminder_key
from renewkit.policies.reminders.timing import Step

__all__ = [
    "CONTACT_HOURS",
    "INSURANCE",
    "KNOWN_RULES",
    "MEDIA",
    "NO_REMINDERS",
    "SOFTWARE",
    "Conditions",
    "Confidence",
    "Delivery",
    "Due",
    "Duty",
    "NoticeRule",
    "NoticeRules",
    "Proof",
    "Reminder",
    "ReminderPlan",
    "Step",
    "Topic",
    "catch_up",
    "fingerprint",
    "proof_of",
    "quiet_hours_in",
    "reminder_key",
]
