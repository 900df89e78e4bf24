"""Day counts: what share of a whole a part of it is, and what is billed for it.

Every billing system counts days in its own way, and the differences are money: the first half of February is 14/28,
14/30 or 14/30.42 of a month. Each convention has a name here, is exact (a `Fraction`, never a float) and is chosen per
contract.

`fraction` is the raw convention and may exceed 1 (31 days of a 30-day month). `ProrationPolicy.share` is what is
billed: a whole reference period is always 1, and a part inside it never costs more than the whole. This package knows
periods and shares; what they do to money is `policies/proration`.
"""

from renewkit.values.daycount.convention import DayCount, check_granularity, counted_days, fraction, whole_months
from renewkit.values.daycount.policy import (
    ChangeDay,
    ChargeMode,
    CreditMode,
    EarlierCredits,
    ProrationPolicy,
    RoundingScope,
    ShortRate,
    StubCharge,
    StubReference,
)

__all__ = [
    "ChangeDay",
    "ChargeMode",
    "CreditMode",
    "DayCount",
    "EarlierCredits",
    "ProrationPolicy",
    "RoundingScope",
    "ShortRate",
    "StubCharge",
    "StubReference",
    "check_granularity",
    "counted_days",
    "fraction",
    "whole_months",
]
