"""Draw contracts: on any cycle, over prices that stay or change, taken over or new, open or with an end."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from renewkit.books.subscription import Item, Subscription, Terms
from renewkit.policies.cycle import BillingCycle, Cycle, FixedDates, Timing
from renewkit.policies.pricing import Flat, PerUnit, Phase, Price, PriceChange, PriceHistory, PriceSchedule
from renewkit.testing.strategies.cycle import any_cycles, fixed_dates
from renewkit.testing.strategies.dates import civil_dates
from renewkit.testing.strategies.money import roundings
from renewkit.values.daycount import DayCount, ProrationPolicy, StubCharge, StubReference
from renewkit.values.money import ExactMoney
from renewkit.values.months import dates_by_ordinal

__all__ = ["contracts", "items", "terms"]


def _prices() -> st.SearchStrategy[Price]:
    amounts = st.fractions(0, 1_000, max_denominator=1_000).map(lambda amount: ExactMoney(amount, "USD"))
    return st.builds(Flat, amounts) | st.builds(PerUnit, amounts)


def items(name: str) -> st.SearchStrategy[Item]:
    """Draw an item over a plain price, phases or a history of changes."""
    phases = st.builds(
        lambda intro, later, count, uplift: PriceSchedule((Phase(intro, count), Phase(later)), uplift=uplift),
        _prices(),
        _prices(),
        st.integers(1, 3),
        st.sampled_from(["0", "0.03"]),
    )
    changes = st.lists(st.builds(PriceChange, civil_dates(date(1990, 1, 1), date(2090, 1, 1)), _prices()), max_size=3)
    history = st.builds(PriceHistory, _prices(), changes)
    quantity = st.sampled_from([0, 1, "2.5", 1_000])
    return st.builds(Item, st.just(name), _prices() | phases | history, quantity=quantity)


@st.composite
def terms(draw: st.DrawFn, cycle: Cycle) -> Terms:
    """Draw terms that a contract on this cycle may have."""
    references = st.sampled_from(StubReference) if isinstance(cycle, BillingCycle) else st.just(StubReference.CYCLE)
    policies = st.builds(
        ProrationPolicy,
        st.sampled_from([DayCount.ACTUAL, DayCount.FIXED_30, DayCount.THIRTY_360_BOND, DayCount.ACT_365F]),
        stub_reference=references,
        leading_stub=st.sampled_from(StubCharge),
        trailing_stub=st.sampled_from(StubCharge),
    )
    term = draw(st.none() | st.integers(1, 4))
    return Terms(
        timing=draw(st.sampled_from([Timing.ADVANCE, Timing.ARREARS])),
        lead_days=draw(st.integers(0, 40)),
        due_days=draw(st.integers(0, 40)),
        term=term,
        renews=None if term is None else draw(st.none() | st.integers(0, 2)),
        rounding=draw(roundings()),
        proration=draw(policies),
    )


@st.composite
def contracts(draw: st.DrawFn) -> Subscription:
    """Draw contracts over one or two items, new or taken over, open or with an end."""
    cycle: Cycle = draw(any_cycles() | fixed_dates())
    dates = dates_by_ordinal()
    first = cycle.anchor
    span = cycle.dates[-1].toordinal() - first.toordinal() - 1 if isinstance(cycle, FixedDates) else 400
    start = dates[first.toordinal() + draw(st.integers(0, max(span, 0)))]
    parts: dict[str, Any] = {"starts_on": start}
    if draw(st.booleans()):
        parts["ends_on"] = dates[start.toordinal() + draw(st.integers(1, 500))]
    sold = [draw(items(name)) for name in ("seats", "calls")[: draw(st.integers(1, 2))]]
    return Subscription("s1", "c1", items=sold, cycle=cycle, terms=draw(terms(cycle)), **parts)
