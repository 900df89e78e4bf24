"""Trades: terms to start from, one set per line of business; a host changes what its own contracts say otherwise.

Courtesy cadences and customary grace, not legal advice.
"""

from __future__ import annotations

from typing import Final

from renewkit.books.subscription import Collection, Terms
from renewkit.policies.reminders.presets import INSURANCE as INSURANCE_REMINDERS
from renewkit.policies.reminders.presets import MEDIA as MEDIA_REMINDERS
from renewkit.policies.reminders.presets import SOFTWARE as SOFTWARE_REMINDERS

__all__ = ["INSURANCE", "SOFTWARE", "STREAMING", "TRADES"]

INSURANCE: Final = Terms(
    collection=Collection.INVOICE,
    lead_days=30,
    grace_days=60,
    lapse_days=60,
    term=1,
    reminders=INSURANCE_REMINDERS,
)
"""An annual policy: billed 30 days ahead, paid by transfer or at a counter, 60 days of grace, then lapsed."""

SOFTWARE: Final = Terms(grace_days=14, lapse_days=45, reminders=SOFTWARE_REMINDERS)
"""Seats by the month: charged on the day, served for 14 days while payment is sought, ended after 45."""

STREAMING: Final = Terms(grace_days=7, lapse_days=30, reminders=MEDIA_REMINDERS)
"""Media by the month: charged on the day, served for 7 days while payment is sought, ended after 30."""

TRADES: Final[dict[str, Terms]] = {"insurance": INSURANCE, "software": SOFTWARE, "streaming": STREAMING}
"""The trades by name."""
