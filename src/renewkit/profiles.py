"""Profiles: the proration of the systems that people move from, by name, so that the first invoice looks like the last.

Each is a plain `ProrationPolicy`; `attrs.evolve(profiles.LAGO, rounding=...)` makes a variant. The reference page says
which published numbers prove each of them, and what the system does that a policy cannot say.

>>> from datetime import date
>>> from renewkit import Period, profiles, usd
>>> from renewkit.policies.proration import portion
>>> june = Period(date(2016, 6, 1), date(2016, 6, 15)), Period(date(2016, 5, 15), date(2016, 6, 15))
>>> portion(usd("249.95"), june[0], of=june[1], policy=profiles.KILL_BILL)
Money('112.88', 'USD')
"""

from typing import Final

from renewkit.values.daycount import (
    ChangeDay,
    ChargeMode,
    CreditMode,
    DayCount,
    EarlierCredits,
    ProrationPolicy,
    RoundingScope,
    StubCharge,
    StubReference,
)
from renewkit.values.money import Rounding

__all__ = [
    "CHARGEBEE",
    "CHARGEBEE_CALENDAR",
    "CHARGEBEE_MILLISECONDS",
    "FLEXPRICE",
    "FLEXPRICE_SECONDS",
    "FULL_DIFFERENCE",
    "KILL_BILL",
    "KILL_BILL_FIXED_28",
    "KILL_BILL_FIXED_30",
    "LAGO",
    "LAGO_TERMINATION",
    "METEROID",
    "NONE",
    "RECURLY",
    "SALESFORCE_CALENDAR_MONTHLY_DAILY",
    "SALESFORCE_DAY",
    "SALESFORCE_GRANT",
    "SALESFORCE_MONTH",
    "SALESFORCE_MONTHLY_DAILY",
    "SAMSUNG",
    "SILVER",
    "STRIPE",
    "STRIPE_DAYS",
    "ZUORA_ACTUAL",
    "ZUORA_ACTUAL_360",
    "ZUORA_BY_DAY",
    "ZUORA_MONTHS_THEN_30",
    "ZUORA_NO_PARTIAL_MONTH",
    "ZUORA_NO_PARTIAL_PERIOD",
    "ZUORA_STRICT_30_360",
]

_ALONE: Final = RoundingScope.PER_LINE

NONE: Final = ProrationPolicy(
    leading_stub=StubCharge.FULL, trailing_stub=StubCharge.FULL, credit=CreditMode.NONE, charge=ChargeMode.NONE
)
"""No proration: stubs cost a whole cycle, a change costs and gives back nothing before the next renewal."""

FULL_DIFFERENCE: Final = ProrationPolicy(credit=CreditMode.FULL, charge=ChargeMode.FULL)
"""A change costs the whole new price less the whole old one, whatever the day."""

STRIPE: Final = ProrationPolicy(DayCount.SECONDS, rounding_scope=_ALONE)
"""Stripe: by the second, each line rounded half up. Over `Span`s."""

STRIPE_DAYS: Final = ProrationPolicy(rounding_scope=_ALONE, stub_reference=StubReference.FROM_START)
"""Stripe in whole days, where all instants strike at one time of day; a backdated start is part of its own month."""

CHARGEBEE: Final = ProrationPolicy(rounding_scope=_ALONE)
"""Chargebee, billing by the day."""

CHARGEBEE_CALENDAR: Final = ProrationPolicy(DayCount.FIXED_30, rounding_scope=_ALONE)
"""Chargebee, calendar billing as its documentation counts it: 30 days a month."""

CHARGEBEE_MILLISECONDS: Final = ProrationPolicy(DayCount.SECONDS, rounding_scope=_ALONE)
"""Chargebee, billing by the millisecond. Over `Span`s."""

RECURLY: Final = ProrationPolicy(DayCount.SECONDS, rounding_scope=_ALONE)
"""Recurly: by the time that is left. Over `Span`s; full and no proration are `FULL_DIFFERENCE` and `NONE`."""

ZUORA_ACTUAL: Final = ProrationPolicy(DayCount.MONTHS_THEN_DAYS, rounding_scope=_ALONE)
"""Zuora: by month first, actual days of the month."""

ZUORA_ACTUAL_360: Final = ProrationPolicy(DayCount.ACT_360, rounding_scope=_ALONE)
"""Zuora: assume 30 days, actual/360; longer periods by day count 90, 180 and 360 days."""

ZUORA_MONTHS_THEN_30: Final = ProrationPolicy(DayCount.MONTHS_THEN_30, rounding_scope=_ALONE)
"""Zuora: longer periods by month first, other days by 30 a month."""

ZUORA_STRICT_30_360: Final = ProrationPolicy(DayCount.THIRTY_360_BOND, rounding_scope=_ALONE)
"""Zuora: assume 30 days, strict 30/360. The end is the day after the last one, so a whole February has 30 days."""

ZUORA_BY_DAY: Final = ProrationPolicy(rounding_scope=_ALONE)
"""Zuora: periods longer than a month by day, actual days of the period."""

ZUORA_NO_PARTIAL_MONTH: Final = ProrationPolicy(DayCount.WHOLE_MONTHS_UP, leading_stub=StubCharge.FREE)
"""Zuora without partial months: a first stub is free, a started month costs a whole one, unused whole ones return."""

ZUORA_NO_PARTIAL_PERIOD: Final = ProrationPolicy(
    rounding_scope=_ALONE,
    leading_stub=StubCharge.FREE,
    trailing_stub=StubCharge.FULL,
    credit=CreditMode.NONE,
)
"""Zuora without partial months and periods: a first stub is free, a last one costs a whole period, no credit."""

SALESFORCE_DAY: Final = ProrationPolicy(DayCount.ACT_365F, rounding_scope=_ALONE, fraction_places=4)
"""Salesforce CPQ, precision Day: days by 365 a year, a multiplier of four decimals."""

SALESFORCE_MONTH: Final = ProrationPolicy(DayCount.WHOLE_MONTHS_UP, rounding_scope=_ALONE, fraction_places=4)
"""Salesforce CPQ, precision Month: a started month counts whole."""

SALESFORCE_MONTHLY_DAILY: Final = ProrationPolicy(DayCount.MONTHS_THEN_365, rounding_scope=_ALONE, fraction_places=4)
"""Salesforce CPQ, precision Monthly + Daily: whole months from the start, other days by 365/12."""

SALESFORCE_CALENDAR_MONTHLY_DAILY: Final = ProrationPolicy(
    DayCount.MONTHS_THEN_DAYS, rounding_scope=_ALONE, fraction_places=4
)
"""Salesforce CPQ, precision Calendar Monthly + Daily: whole months, other days by the length of their month."""

SALESFORCE_GRANT: Final = ProrationPolicy(rounding=Rounding.DOWN)
"""Salesforce Revenue Cloud: consumption grants by the day, cut to whole units."""

KILL_BILL: Final = ProrationPolicy(rounding_scope=_ALONE, stub_reference=StubReference.EDGE, fraction_places=9)
"""Kill Bill: actual days, fractions of nine decimals, stubs against a plain period from the cycle day."""

KILL_BILL_FIXED_30: Final = ProrationPolicy(
    DayCount.FIRST_MONTH_30, rounding_scope=_ALONE, stub_reference=StubReference.EDGE, fraction_places=9
)
"""Kill Bill with fixed months of 30 days."""

KILL_BILL_FIXED_28: Final = ProrationPolicy(
    DayCount.FIRST_MONTH_28, rounding_scope=_ALONE, stub_reference=StubReference.EDGE, fraction_places=9
)
"""Kill Bill with fixed months of 28 days."""

LAGO: Final = ProrationPolicy(rounding_scope=_ALONE, earlier_credits=EarlierCredits.DEDUCT)
"""Lago: starts and upgrades; the day of an upgrade belongs to the new plan."""

LAGO_TERMINATION: Final = ProrationPolicy(
    rounding_scope=_ALONE, change_day=ChangeDay.OLD, earlier_credits=EarlierCredits.DEDUCT
)
"""Lago: terminations; the day of a termination counts as used."""

FLEXPRICE: Final = ProrationPolicy(rounding_scope=_ALONE)
"""Flexprice, day-based. Its period ends name the last day: add one to make them exclusive."""

FLEXPRICE_SECONDS: Final = ProrationPolicy(DayCount.SECONDS, rounding_scope=_ALONE)
"""Flexprice, second-based credit grants. Over `Span`s."""

METEROID: Final = ProrationPolicy(rounding_scope=_ALONE)
"""Meteroid: actual days, each line rounded half up; add-ons of another rhythm by `add_on_amount`."""

SILVER: Final = ProrationPolicy(DayCount.MONTHS_THEN_DAYS, rounding_scope=_ALONE)
"""Silver: months of the plan's own grid, then days of the month."""

SAMSUNG: Final = ProrationPolicy(rounding_scope=_ALONE, change_day=ChangeDay.OLD)
"""Samsung in-app purchases: the day of a change counts as used."""
