"""Trades: terms to start from, one set per line of business; a host changes what its own contracts say otherwise.

Courtesy cadences and customary grace, not legal advice.
"""

from __future__ import annotations

from typing import Final

from renewkit.books.subscription import Collection, Terms
from renewkit.policies.overdue import OverdueAct, OverdueLadder, OverdueRule
from renewkit.policies.reminders import ReminderPlan
from renewkit.policies.reminders.presets import INSURANCE as INSURANCE_REMINDERS
from renewkit.policies.reminders.presets import MEDIA as MEDIA_REMINDERS
from renewkit.policies.reminders.presets import SOFTWARE as SOFTWARE_REMINDERS

__all__ = ["INSURANCE", "SOFTWARE", "STREAMING", "TRADES"]

_LADDER: Final = OverdueLadder(
    (
        OverdueRule("called", 30, act=OverdueAct.CALL),
        OverdueRule("warned", 46, act=OverdueAct.TERMINATION_NOTICE),
        OverdueRule("lapsed", 61, act=OverdueAct.TERMINATE, notice_days=14),
    )
)
_OF_LADDER: Final = ("call", "last_notice")

INSURANCE: Final = Terms(
    collection=Collection.INVOICE,
    lead_days=30,
    grace_days=60,
    lapse_days=60,
    overdue=_LADDER,
    term=1,
    reminders=ReminderPlan(each for each in INSURANCE_REMINDERS.reminders if each.kind not in _OF_LADDER),
)
"""An annual policy: billed 30 days ahead, paid by transfer or at a counter, 60 days of grace, then lapsed.

The agent is asked to call after 30 days; no policy lapses before its notice has stood for 14."""

SOFTWARE: Final = Terms(grace_days=14, lapse_days=45, reminders=SOFTWARE_REMINDERS)
"""Seats by the month: charged on the day, served for 14 days while payment is sought, ended after 45."""

STREAMING: Final = Terms(grace_days=7, lapse_days=30, reminders=MEDIA_REMINDERS)
"""Media by the month: charged on the day, served for 7 days while payment is sought, ended after 30."""

TRADES: Final[dict[str, Terms]] = {"insurance": INSURANCE, "software": SOFTWARE, "streaming": STREAMING}
"""The trades by name."""
