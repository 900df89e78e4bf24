"""Periods, cuts, amounts and policies of proration, with a taste for month ends and odd days."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st
from moneyed import Money

from renewkit.testing.strategies.dates import civil_dates
from renewkit.values.currency import ACTIVE
from renewkit.values.daycount import DayCount, ProrationPolicy, RoundingScope
from renewkit.values.money import Rounding, from_minor
from renewkit.values.months import add_months
from renewkit.values.period import Period

__all__ = ["CIVIL_COUNTS", "amounts", "cuts_of", "months", "parts_of", "policies", "prices", "references"]

CIVIL_COUNTS = tuple(by for by in DayCount if by not in {DayCount.SECONDS, DayCount.FIRST_MONTH_28})
"""The day counts of civil days by which a longer part is never less; months of 28 days are not among them."""

_BILLIONS = 10**12


def months(*, most: int = 12) -> st.SearchStrategy[Period]:
    """Draw periods of whole months, on any nominal day."""

    def build(start: date, count: int, nominal: int) -> Period:
        first = add_months(start, 0, nominal=nominal)
        return Period(first, add_months(first, count, nominal=nominal))

    starts = civil_dates(date(1990, 1, 1), date(2090, 1, 1))
    return st.builds(build, starts, st.integers(1, most), st.integers(1, 31))


def references() -> st.SearchStrategy[Period]:
    """Draw reference periods: whole months, weeks, and any number of days."""
    starts = civil_dates(date(1990, 1, 1), date(2090, 1, 1))
    lengths = st.sampled_from([7, 14, 28, 30, 31, 90, 365, 366]) | st.integers(2, 800)
    days = st.builds(lambda start, length: Period(start, start + timedelta(days=length)), starts, lengths)
    return months() | days


@st.composite
def parts_of(draw: st.DrawFn, over: Period) -> Period:
    """Draw a part of a period."""
    start = draw(st.integers(0, over.days - 1))
    end = draw(st.integers(start + 1, over.days))
    return Period(over.start + timedelta(days=start), over.start + timedelta(days=end))


def cuts_of(over: Period, *, most: int = 6) -> st.SearchStrategy[list[date]]:
    """Draw cuts of a period, in any order, edges and repetitions included."""
    days = st.integers(0, over.days).map(lambda number: over.start + timedelta(days=number))
    return st.lists(days, max_size=most)


def amounts(code: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[Money]:
    """Draw amounts in any active currency, negative ones included."""
    codes = st.sampled_from(sorted(ACTIVE)) if code is None else code
    minor = st.integers(-10_000, 10_000) | st.integers(-_BILLIONS, _BILLIONS)
    return st.builds(from_minor, minor, codes)


def prices(code: str = "USD") -> st.SearchStrategy[Money]:
    """Draw amounts of 0 or more in one currency."""
    return st.builds(from_minor, st.integers(0, 10_000) | st.integers(0, _BILLIONS), st.just(code))


def policies(
    *, counts: tuple[DayCount, ...] = CIVIL_COUNTS, scope: RoundingScope | None = RoundingScope.CUMULATIVE
) -> st.SearchStrategy[ProrationPolicy]:
    """Draw policies of civil days; `scope` None draws both."""
    scopes = st.sampled_from(RoundingScope) if scope is None else st.just(scope)
    return st.builds(
        ProrationPolicy,
        st.sampled_from(counts),
        st.sampled_from(Rounding),
        rounding_scope=scopes,
        fraction_places=st.none() | st.integers(0, 9),
    )
