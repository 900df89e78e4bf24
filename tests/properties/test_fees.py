"""What always holds of late fees, and that each law can tell."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moneyed import Money

from renewkit.codec import from_json, to_json
from renewkit.policies.fees import DailyFee, DailyInterest, FlatFee, LateFees, PercentFee, SteppedFee
from renewkit.testing.laws.fees import (
    charging_in_parts_is_charging_once,
    fees_never_shrink,
    fees_respect_their_cap,
    grace_is_free,
)
from renewkit.values.line import Line, Quote
from renewkit.values.money import ExactMoney, usd

DUE = date(2026, 1, 1)
DAYS = st.dates(date(2025, 12, 1), date(2028, 1, 1))
AMOUNTS = st.integers(0, 10_000_000).map(lambda cents: usd(f"{cents // 100}.{cents % 100:02}"))
RATES = st.sampled_from(["0", "0.01", "0.1225", "0.5"])
PARTS = st.one_of(
    st.builds(FlatFee, AMOUNTS),
    st.builds(PercentFee, RATES),
    st.builds(DailyFee, AMOUNTS),
    st.builds(DailyInterest, RATES, st.sampled_from([360, 365]), is_daily=st.booleans()),
    st.just(SteppedFee(((usd(1000), usd(40)), (usd(10000), usd(70)), (None, usd(100))))),
)
FEES = st.builds(
    LateFees,
    st.lists(PARTS, min_size=1, max_size=3),
    st.integers(0, 10),
    is_grace_free=st.booleans(),
    cap=st.none() | AMOUNTS,
    cap_rate=st.none() | RATES,
    yearly_cap=st.none() | RATES,
)


@given(FEES, AMOUNTS, DAYS, DAYS)
def test_fees_grow(fees: LateFees, principal: Money, first: date, later: date) -> None:
    """A later day never costs less."""
    fees_never_shrink(fees, principal, due=DUE, first=first, later=later)


@given(FEES, AMOUNTS, DAYS)
def test_the_cap_holds(fees: LateFees, principal: Money, on: date) -> None:
    """No day costs more than the cap, and the lines explain the whole."""
    fees_respect_their_cap(fees, principal, due=DUE, on=on)


@given(FEES, AMOUNTS)
def test_grace_costs_nothing(fees: LateFees, principal: Money) -> None:
    """Within the grace nothing is charged."""
    grace_is_free(fees, principal, due=DUE)


@given(FEES, AMOUNTS, DAYS, DAYS)
def test_parts_sum_to_the_whole(fees: LateFees, principal: Money, first: date, later: date) -> None:
    """Charging week by week charges what one late bill would: no fee on a fee, no lost cent."""
    charging_in_parts_is_charging_once(fees, principal, due=DUE, first=first, later=later)


@given(FEES)
def test_a_schedule_reads_back(fees: LateFees) -> None:
    """A schedule of fees survives its JSON."""
    assert fees == from_json(to_json(fees), LateFees)


class Broken:
    """A schedule that charges by the day of the month, without grace or cap, and forgets what was charged."""

    grace_days = 3
    cap: Money | None = usd("5")

    def quote(self, principal: Money, *, due: date, on: date) -> Quote:
        return Quote.of([Line("late_fee", ExactMoney(on.day, "USD"))], "USD")

    def fee(self, principal: Money, *, due: date, on: date, charged: Money | None = None) -> Money:
        return self.quote(principal, due=due, on=on).settle()


class Unexplained(Broken):
    """A schedule whose lines do not sum to what it charges."""

    def quote(self, principal: Money, *, due: date, on: date) -> Quote:
        return Quote(ExactMoney(1, "USD"), ())


def test_a_shrinking_fee_is_found() -> None:
    """The law fails where a later day costs less."""
    with pytest.raises(AssertionError, match="became"):
        fees_never_shrink(Broken(), usd(1), due=DUE, first=date(2026, 1, 31), later=date(2026, 2, 1))


@pytest.mark.parametrize("fees", [Broken(), Unexplained()])
def test_a_fee_beyond_its_cap_or_lines_is_found(fees: Broken) -> None:
    """The law fails on a fee above the cap, and on one that its lines do not explain."""
    with pytest.raises(AssertionError):
        fees_respect_their_cap(fees, usd(1), due=DUE, on=date(2026, 1, 31))


def test_a_fee_within_grace_is_found() -> None:
    """The law fails where the first days cost something."""
    with pytest.raises(AssertionError, match="a fee on"):
        grace_is_free(Broken(), usd(1), due=DUE)


def test_a_fee_charged_twice_is_found() -> None:
    """The law fails where what was charged before is charged again."""
    with pytest.raises(AssertionError, match="in parts"):
        charging_in_parts_is_charging_once(Broken(), usd(1), due=DUE, first=date(2026, 1, 5), later=date(2026, 1, 9))
