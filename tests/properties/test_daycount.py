"""The laws of day counts, and broken twins that must break them."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from renewkit.errors import ConfigurationError
from renewkit.testing.laws import daycount as laws
from renewkit.testing.strategies.proration import CIVIL_COUNTS, months, parts_of, policies, references
from renewkit.values.daycount import DayCount, ProrationPolicy, fraction
from renewkit.values.period import Period

share = ProrationPolicy.share
counts = st.sampled_from(CIVIL_COUNTS)
additive = st.sampled_from(sorted(laws.ADDITIVE, key=lambda by: by.name))
MARCH = Period(date(2024, 3, 1), date(2024, 4, 1))


def is_measurable(over: Period, by: DayCount) -> bool:
    """Whether a convention can measure so short a reference at all."""
    try:
        return fraction(over, of=over, by=by) >= 0
    except ConfigurationError:
        return False


@given(over=references(), cuts=st.lists(st.integers(0, 800), max_size=5).map(tuple), by=additive)
def test_additive_counts_add_up(over: Period, cuts: tuple[int, ...], by: DayCount) -> None:
    """Cutting a period changes nothing in sum."""
    laws.additive_counts_add_up(fraction, over, cuts, by)


@given(over=months(most=3), by=counts)
def test_share_grows_with_the_part(over: Period, by: DayCount) -> None:
    """A longer part is never a smaller fraction."""
    laws.share_grows_with_the_part(fraction, over, by)


@given(data=st.data(), over=references(), policy=policies())
def test_share_stays_within_the_whole(data: st.DataObject, over: Period, policy: ProrationPolicy) -> None:
    """A part inside its reference never costs more than the whole."""
    assume(is_measurable(over, policy.by))
    laws.share_stays_within_the_whole(share, policy, data.draw(parts_of(over)), over)


@given(over=references(), policy=policies())
def test_whole_period_is_one(over: Period, policy: ProrationPolicy) -> None:
    """A whole reference period is 1 under every policy."""
    laws.whole_period_is_one(share, policy, over)


def inclusive(part: Period, *, of: Period, by: DayCount) -> Fraction:
    """Count both ends of a part, as people do who think in last days."""
    return Fraction(part.days + 1, of.days)


def backwards(part: Period, *, of: Period, by: DayCount) -> Fraction:
    """Measure what is left instead of what is there."""
    return Fraction(of.days - part.days, of.days)


def raw(policy: ProrationPolicy, part: Period, *, of: Period) -> Fraction:
    """Bill the raw convention, which may exceed the whole."""
    return fraction(part, of=of, by=policy.by)


def test_counting_both_ends_does_not_add_up() -> None:
    """An inclusive count bills the days of every cut twice, and the law sees it."""
    with pytest.raises(AssertionError, match="sum to"):
        laws.additive_counts_add_up(inclusive, MARCH, (10,), DayCount.ACTUAL)


def test_the_law_of_sums_refuses_counts_that_do_not_claim_it() -> None:
    """Conventions that are not additive by design are not judged by it."""
    with pytest.raises(AssertionError, match="does not claim"):
        laws.additive_counts_add_up(fraction, MARCH, (10,), DayCount.THIRTY_E_360)


def test_a_shrinking_measure_is_seen() -> None:
    """A measure that falls as the part grows breaks the law of growth."""
    with pytest.raises(AssertionError, match="falls by ACTUAL"):
        laws.share_grows_with_the_part(backwards, MARCH, DayCount.ACTUAL)


def test_a_negative_measure_is_seen() -> None:
    """So does one that starts below nothing, such as Kill Bill's months of 28 days on the 31st."""
    with pytest.raises(AssertionError, match="first day"):
        laws.share_grows_with_the_part(fraction, Period(date(2024, 1, 31), date(2024, 2, 29)), DayCount.FIRST_MONTH_28)


def test_a_raw_share_exceeds_the_whole() -> None:
    """Billing the raw convention charges 30.5 days of a month of 30, and both laws see it."""
    policy = ProrationPolicy(DayCount.FIXED_30)
    year = Period(date(2024, 1, 1), date(2025, 1, 1))
    with pytest.raises(AssertionError, match="is billed as"):
        laws.share_stays_within_the_whole(raw, policy, Period(date(2024, 1, 1), date(2024, 12, 31)), year)
    with pytest.raises(AssertionError, match="is billed as 31/30"):
        laws.whole_period_is_one(raw, policy, MARCH)
