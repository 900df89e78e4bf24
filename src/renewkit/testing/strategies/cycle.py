"""Cycles of every kind."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from renewkit.policies.cycle import BillingCycle, Every, FixedDates, LastBusinessDay, SemiMonthly
from renewkit.testing.strategies.dates import civil_dates, times_of_day, zones
from renewkit.values.calendar import TARGET2, WEEKENDS

__all__ = ["any_cycles", "billing_cycles", "cadences", "fixed_dates", "monthly_cycles"]


def cadences() -> st.SearchStrategy[Every]:
    """Draw cadences of days, weeks, months and years."""
    return st.one_of(
        st.builds(Every, months=st.sampled_from([1, 2, 3, 6, 12, 18])),
        st.builds(Every, years=st.integers(1, 3)),
        st.builds(Every, weeks=st.integers(1, 4)),
        st.builds(Every, days=st.sampled_from([1, 10, 30, 90, 365])),
    )


@st.composite
def billing_cycles(draw: st.DrawFn, every: st.SearchStrategy[Every] | None = None) -> BillingCycle:
    """Draw billing cycles, with or without a nominal day, in any zone at any time of day."""
    cadence = draw(cadences() if every is None else every)
    day = draw(st.none() | st.integers(1, 31)) if cadence.in_months else None
    anchor = draw(civil_dates(date(1990, 1, 1), date(2090, 1, 1)))
    return BillingCycle(anchor, cadence, day=day, zone=draw(zones()), at=draw(times_of_day()))


def monthly_cycles() -> st.SearchStrategy[BillingCycle]:
    """Draw billing cycles on a cadence of months or years."""
    return billing_cycles(st.builds(Every, months=st.sampled_from([1, 2, 3, 6, 12])))


def any_cycles() -> st.SearchStrategy[BillingCycle | SemiMonthly | LastBusinessDay]:
    """Draw unending cycles of every kind."""
    anchors = civil_dates(date(1990, 1, 1), date(2090, 1, 1))
    semi = st.builds(SemiMonthly, st.integers(1, 14), st.integers(15, 31), anchor=anchors, zone=zones())
    last = st.builds(
        LastBusinessDay, st.sampled_from([WEEKENDS, TARGET2]), st.sampled_from([1, 3]), anchor=anchors, zone=zones()
    )
    return st.one_of(billing_cycles(), semi, last)


def fixed_dates() -> st.SearchStrategy[FixedDates]:
    """Draw lists of two to ten dates."""
    days = st.sets(civil_dates(date(1990, 1, 1), date(2090, 1, 1)), min_size=2, max_size=10)
    return days.map(lambda chosen: FixedDates(tuple(sorted(chosen))))
