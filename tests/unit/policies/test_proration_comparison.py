"""Policies side by side."""

from datetime import date
from fractions import Fraction

import pytest

from renewkit import profiles
from renewkit.errors import ConfigurationError, GranularityError
from renewkit.policies.proration import compare
from renewkit.values.money import ExactMoney, usd
from renewkit.values.period import Period

FEBRUARY = Period(date(2021, 2, 1), date(2021, 3, 1))
LAST_TWO = Period(date(2021, 2, 27), date(2021, 3, 1))
ZUORA = {"actual": profiles.ZUORA_ACTUAL, "strict": profiles.ZUORA_STRICT_30_360, "by day": profiles.ZUORA_BY_DAY}


def test_each_policy_bills_in_its_own_way() -> None:
    """The amounts stand in the order given, each with its difference from the first."""
    rows = compare(usd("28"), LAST_TWO, of=FEBRUARY, under=ZUORA)
    assert ["actual", "strict", "by day"] == [row.name for row in rows]
    assert [usd("2.00"), usd("3.73"), usd("2.00")] == [row.amount for row in rows]
    assert [usd("0.00"), usd("1.73"), usd("0.00")] == [row.difference for row in rows]


def test_exact_prices_are_compared_exactly() -> None:
    """ExactMoney shows differences below a cent."""
    rows = compare(ExactMoney(1, "USD"), LAST_TWO, of=FEBRUARY, under=ZUORA)
    assert Fraction(4, 30) - Fraction(2, 28) == rows[1].difference.amount


def test_there_must_be_something_to_compare_with() -> None:
    """No policy is no comparison."""
    with pytest.raises(ConfigurationError, match="at least one policy"):
        compare(usd("28"), LAST_TWO, of=FEBRUARY, under={})


def test_days_are_not_compared_with_seconds() -> None:
    """A policy by time cannot measure a part in days."""
    with pytest.raises(GranularityError):
        compare(usd("28"), LAST_TWO, of=FEBRUARY, under={"Stripe": profiles.STRIPE})
