"""The everyday names keep their types although they are loaded late: none of them is `Any` to a type checker."""

from typing import assert_type

from moneyed import Money

from renewkit import (
    ANNUAL,
    DAILY,
    MONTHLY,
    QUARTERLY,
    SEMIANNUAL,
    WEEKLY,
    BillingCycle,
    DayCount,
    Every,
    Flat,
    Period,
    ProrationPolicy,
    Rounding,
    from_json,
    profiles,
    to_json,
    usd,
)
from renewkit import usdollar as missing  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]  # no name is made up

__all__ = ["constants", "documents", "kinds", "missing", "named_profiles"]


def constants() -> None:
    """The cadences are values of one class."""
    for every in (DAILY, WEEKLY, MONTHLY, QUARTERLY, SEMIANNUAL, ANNUAL):
        assert_type(every, Every)


def kinds() -> None:
    """Classes stay classes: constructors, class methods and enumerations."""
    assert_type(BillingCycle, type[BillingCycle])
    assert_type(Flat, type[Flat])
    assert_type(usd("5.00"), Money)
    assert_type(Every(months=1), Every)
    assert_type(Rounding("half_even"), Rounding)
    assert_type(DayCount("actual"), DayCount)


def documents(period: Period) -> None:
    """JSON goes out as text and comes in as the type that was asked for."""
    assert_type(to_json(period), str)
    assert_type(from_json("{}", Period), Period)
    assert_type(from_json("{}", BillingCycle), BillingCycle)


def named_profiles() -> None:
    """A profile is a policy for proration."""
    for profile in (profiles.STRIPE, profiles.CHARGEBEE, profiles.RECURLY, profiles.KILL_BILL, profiles.LAGO):
        assert_type(profile, ProrationPolicy)
    assert_type(profiles.ZUORA_STRICT_30_360, ProrationPolicy)
    assert_type(profiles.SALESFORCE_MONTH, ProrationPolicy)
