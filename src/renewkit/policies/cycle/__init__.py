"""When a contract renews: billing cycles as rows of civil dates, computed from an anchor.

A cycle names its boundaries by whole numbers, finds the period of a day, lists the service periods to bill, and
says when a boundary strikes in its zone. It may import `values` and `errors`; it must never read a clock, a zone of
the machine, or another policy. Also known as billing period, renewal period, subscription interval, bill cycle day
(BCD), 账单周期.

>>> from datetime import date
>>> cycle = BillingCycle(anchor=date(2024, 1, 31), every=MONTHLY)
>>> [str(cycle.period(k)) for k in range(3)]
['[2024-01-31, 2024-02-29)', '[2024-02-29, 2024-03-31)', '[2024-03-31, 2024-04-30)']
"""

from renewkit.policies.cycle.billing_cycle import BillingCycle
from renewkit.policies.cycle.boundaries import Timing
from renewkit.policies.cycle.changes import (
    EarlyRenewal,
    EarlyTerm,
    Resumption,
    Transition,
    change_day,
    coterm,
    rebase,
    renew_early,
    resume,
    trial_end,
)
from renewkit.policies.cycle.every import ANNUAL, DAILY, MONTHLY, QUARTERLY, SEMIANNUAL, WEEKLY, Every
from renewkit.policies.cycle.fixed_dates import FixedDates
from renewkit.policies.cycle.within_month import LastBusinessDay, SemiMonthly

Cycle = BillingCycle | FixedDates | SemiMonthly | LastBusinessDay
"""Any cycle: they answer to the same methods."""

__all__ = [
    "ANNUAL",
    "DAILY",
    "MONTHLY",
    "QUARTERLY",
    "SEMIANNUAL",
    "WEEKLY",
    "BillingCycle",
    "Cycle",
    "EarlyRenewal",
    "EarlyTerm",
    "Every",
    "FixedDates",
    "LastBusinessDay",
    "Resumption",
    "SemiMonthly",
    "Timing",
    "Transition",
    "change_day",
    "coterm",
    "rebase",
    "renew_early",
    "resume",
    "trial_end",
]
