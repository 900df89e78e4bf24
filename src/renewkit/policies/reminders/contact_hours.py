"""The hours in which the law of a place lets you call or text, as quiet hours. Not legal advice.

Written for marketing; treat a reminder that contains an offer as marketing. Sources: United States 47 CFR 64.1200(c)(1)
(high confidence); Florida, Texas (SB 140) and India (TRAI TCCCPR) from published tables (medium confidence).
"""

from __future__ import annotations

from datetime import time
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from renewkit.values.recipient import QuietHours

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CONTACT_HOURS", "quiet_hours_in"]

_SUNDAY: Final = 6

CONTACT_HOURS: Final[Mapping[str, QuietHours]] = MappingProxyType(
    {
        "US": QuietHours.outside(time(8), time(21)),
        "US-FL": QuietHours.outside(time(8), time(20)),
        "US-TX": QuietHours.outside(time(9), time(21), days=((_SUNDAY, time(12), time(21)),)),
        "IN": QuietHours.outside(time(9), time(21)),
    }
)
"""Quiet hours by ISO 3166 code of a country or a state."""


def quiet_hours_in(place: str) -> QuietHours | None:
    """Return the quiet hours of a state, else of its country; None where we know none.

    >>> quiet_hours_in("US-NY").start, quiet_hours_in("US-FL").start, quiet_hours_in("FR")
    (datetime.time(21, 0), datetime.time(20, 0), None)
    """
    return CONTACT_HOURS.get(place) or CONTACT_HOURS.get(place.partition("-")[0])
