"""Named profiles: each is a policy, and those that differ differ on purpose."""

from datetime import date
from fractions import Fraction

import attrs
import pytest

from renewkit import profiles
from renewkit.codec import from_json, to_json
from renewkit.policies.proration import change, portion
from renewkit.values.daycount import DayCount, ProrationPolicy
from renewkit.values.money import usd
from renewkit.values.period import Period

NAMES = profiles.__all__
FEBRUARY = Period(date(2021, 2, 1), date(2021, 3, 1))
LAST_TWO = Period(date(2021, 2, 27), date(2021, 3, 1))


@pytest.mark.parametrize("name", NAMES)
def test_each_profile_is_a_policy_that_reads_back(name: str) -> None:
    """A profile can stand in a contract and come back from JSON."""
    profile = getattr(profiles, name)
    assert isinstance(profile, ProrationPolicy)
    assert profile == from_json(to_json(profile), ProrationPolicy)


@pytest.mark.parametrize("name", [name for name in NAMES if getattr(profiles, name).by is not DayCount.SECONDS])
def test_each_profile_bills_a_whole_month_as_one(name: str) -> None:
    """However a system counts, a whole month is a whole price."""
    assert Fraction(1) == getattr(profiles, name).share(FEBRUARY, of=FEBRUARY)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ZUORA_ACTUAL", "2.00"),
        ("ZUORA_ACTUAL_360", "1.87"),
        ("ZUORA_STRICT_30_360", "3.73"),
        ("ZUORA_NO_PARTIAL_MONTH", "28.00"),
        ("SALESFORCE_MONTH", "28.00"),
        ("KILL_BILL", "2.00"),
        ("LAGO", "2.00"),
    ],
)
def test_the_last_two_days_of_february_cost_what_the_system_says(name: str, expected: str) -> None:
    """Two days of a price of 28.00 are 2/28, 2/30, 4/30, or a started month."""
    assert usd(expected) == portion(usd("28.00"), LAST_TWO, of=FEBRUARY, policy=getattr(profiles, name))


def test_no_proration_costs_nothing_before_the_renewal() -> None:
    """NONE gives nothing back and charges nothing; FULL_DIFFERENCE charges the difference of the prices."""
    terms = {"old": usd("10"), "new": usd("25"), "over": FEBRUARY, "at": date(2021, 2, 27)}
    nets = [change(**terms, policy=policy).net for policy in (profiles.NONE, profiles.FULL_DIFFERENCE)]
    assert [usd("0"), usd("15")] == nets


def test_a_profile_makes_variants() -> None:
    """A variant is the profile with an option changed."""
    variant = attrs.evolve(profiles.LAGO, fraction_places=2)
    assert (profiles.LAGO.by, 2) == (variant.by, variant.fraction_places)
