"""Subscription renewals that are exact, explainable and safe to run again.

The everyday names stand here and are loaded when they are first used, so that `import renewkit` costs next to nothing.
Adapters are imported from their own modules (`from renewkit.adapters.sql import SqlStorage`).

A new name is written in three places: the imports for type checkers, `__all__`, and the table of homes.

>>> from renewkit import usd
>>> print(usd("5.00").amount)
5.00
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from renewkit.books.customer import Contact, Customer
    from renewkit.books.invoice import Invoice
    from renewkit.books.subscription import Collection, Item, Subscription, Terms, Timing
    from renewkit.codec import from_json, to_json
    from renewkit.errors import RenewkitError
    from renewkit.policies.cycle import ANNUAL, DAILY, MONTHLY, QUARTERLY, SEMIANNUAL, WEEKLY, BillingCycle, Every
    from renewkit.policies.discount import AmountOff, FreePeriods, PercentOff
    from renewkit.policies.pricing import (
        Flat,
        Graduated,
        Package,
        Percentage,
        PerUnit,
        Phase,
        PriceList,
        PriceSchedule,
        Stairstep,
        Tier,
        Volume,
    )
    from renewkit.policies.proration import change, portion, prorate
    from renewkit.policies.reconcile import MatchRules, reconcile
    from renewkit.policies.reminders import Reminder, ReminderPlan, catch_up
    from renewkit.policies.retry import AskCustomer, GiveUp, RetryAt, RetryPolicy
    from renewkit.renewals import Renewals
    from renewkit.values.daycount import DayCount, ProrationPolicy
    from renewkit.values.decline import Attempt, Decline, Instrument, classify
    from renewkit.values.entry import Entry
    from renewkit.values.line import Line, Quote
    from renewkit.values.moments import resolve
    from renewkit.values.money import ExactMoney, Rounding, settle, split, usd
    from renewkit.values.offsets import Anchor, days_after, days_before, on_the_day
    from renewkit.values.period import Period, ServicePeriod, Span
    from renewkit.values.problem import Problem
    from renewkit.values.recipient import Recipient

__all__ = [
    "ANNUAL",
    "DAILY",
    "MONTHLY",
    "QUARTERLY",
    "SEMIANNUAL",
    "WEEKLY",
    "AmountOff",
    "Anchor",
    "AskCustomer",
    "Attempt",
    "BillingCycle",
    "Collection",
    "Contact",
    "Customer",
    "DayCount",
    "Decline",
    "Entry",
    "Every",
    "ExactMoney",
    "Flat",
    "FreePeriods",
    "GiveUp",
    "Graduated",
    "Instrument",
    "Invoice",
    "Item",
    "Line",
    "MatchRules",
    "Package",
    "PerUnit",
    "PercentOff",
    "Percentage",
    "Period",
    "Phase",
    "PriceList",
    "PriceSchedule",
    "Problem",
    "ProrationPolicy",
    "Quote",
    "Recipient",
    "Reminder",
    "ReminderPlan",
    "Renewals",
    "RenewkitError",
    "RetryAt",
    "RetryPolicy",
    "Rounding",
    "ServicePeriod",
    "Span",
    "Stairstep",
    "Subscription",
    "Terms",
    "Tier",
    "Timing",
    "Volume",
    "catch_up",
    "change",
    "classify",
    "days_after",
    "days_before",
    "from_json",
    "on_the_day",
    "portion",
    "prorate",
    "reconcile",
    "resolve",
    "settle",
    "split",
    "to_json",
    "usd",
]

_HOMES = {
    "ANNUAL": "renewkit.policies.cycle",
    "DAILY": "renewkit.policies.cycle",
    "MONTHLY": "renewkit.policies.cycle",
    "QUARTERLY": "renewkit.policies.cycle",
    "SEMIANNUAL": "renewkit.policies.cycle",
    "WEEKLY": "renewkit.policies.cycle",
    "AmountOff": "renewkit.policies.discount",
    "Anchor": "renewkit.values.offsets",
    "AskCustomer": "renewkit.policies.retry",
    "Attempt": "renewkit.values.decline",
    "BillingCycle": "renewkit.policies.cycle",
    "Collection": "renewkit.books.subscription",
    "Contact": "renewkit.books.customer",
    "Customer": "renewkit.books.customer",
    "DayCount": "renewkit.values.daycount",
    "Decline": "renewkit.values.decline",
    "Entry": "renewkit.values.entry",
    "Every": "renewkit.policies.cycle",
    "ExactMoney": "renewkit.values.money",
    "Flat": "renewkit.policies.pricing",
    "FreePeriods": "renewkit.policies.discount",
    "GiveUp": "renewkit.policies.retry",
    "Graduated": "renewkit.policies.pricing",
    "Instrument": "renewkit.values.decline",
    "Invoice": "renewkit.books.invoice",
    "Item": "renewkit.books.subscription",
    "Line": "renewkit.values.line",
    "MatchRules": "renewkit.policies.reconcile",
    "Package": "renewkit.policies.pricing",
    "PerUnit": "renewkit.policies.pricing",
    "PercentOff": "renewkit.policies.discount",
    "Percentage": "renewkit.policies.pricing",
    "Period": "renewkit.values.period",
    "Phase": "renewkit.policies.pricing",
    "PriceList": "renewkit.policies.pricing",
    "PriceSchedule": "renewkit.policies.pricing",
    "Problem": "renewkit.values.problem",
    "ProrationPolicy": "renewkit.values.daycount",
    "Quote": "renewkit.values.line",
    "Recipient": "renewkit.values.recipient",
    "Reminder": "renewkit.policies.reminders",
    "ReminderPlan": "renewkit.policies.reminders",
    "Renewals": "renewkit.renewals",
    "RenewkitError": "renewkit.errors",
    "RetryAt": "renewkit.policies.retry",
    "RetryPolicy": "renewkit.policies.retry",
    "Rounding": "renewkit.values.money",
    "ServicePeriod": "renewkit.values.period",
    "Span": "renewkit.values.period",
    "Stairstep": "renewkit.policies.pricing",
    "Subscription": "renewkit.books.subscription",
    "Terms": "renewkit.books.subscription",
    "Tier": "renewkit.policies.pricing",
    "Timing": "renewkit.books.subscription",
    "Volume": "renewkit.policies.pricing",
    "catch_up": "renewkit.policies.reminders",
    "change": "renewkit.policies.proration",
    "classify": "renewkit.values.decline",
    "days_after": "renewkit.values.offsets",
    "days_before": "renewkit.values.offsets",
    "from_json": "renewkit.codec",
    "on_the_day": "renewkit.values.offsets",
    "portion": "renewkit.policies.proration",
    "prorate": "renewkit.policies.proration",
    "reconcile": "renewkit.policies.reconcile",
    "resolve": "renewkit.values.moments",
    "settle": "renewkit.values.money",
    "split": "renewkit.values.money",
    "to_json": "renewkit.codec",
    "usd": "renewkit.values.money",
}


def __dir__() -> list[str]:
    """List the everyday names, loaded or not."""
    return list(__all__)


if not TYPE_CHECKING:  # to a type checker a name that is not imported above does not exist

    def __getattr__(name: str) -> object:
        """Load an everyday name from its home, once."""
        if name not in _HOMES:
            message = f"module 'renewkit' has no attribute {name!r}"
            raise AttributeError(message)
        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value
