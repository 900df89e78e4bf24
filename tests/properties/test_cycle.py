"""The laws of cycles, and broken twins that must break them."""

import copy
import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise

import pendulum
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from renewkit.codec import from_json, to_json
from renewkit.policies.cycle import DAILY, MONTHLY, BillingCycle, Every, FixedDates, Timing
from renewkit.testing.laws import cycle as laws
from renewkit.testing.strategies.cycle import any_cycles, fixed_dates, monthly_cycles
from renewkit.testing.strategies.dates import civil_dates, zone_names
from renewkit.values.months import add_months
from renewkit.values.period import Period, ServicePeriod

numbers = st.integers(-20, 20)
JANUARY_31 = BillingCycle(date(2024, 1, 31), MONTHLY)


@given(cycle=any_cycles(), k=numbers)
@example(cycle=JANUARY_31, k=0)
def test_periods_tile(cycle: laws.Cycle, k: int) -> None:
    """The end of a period is the start of the next."""
    laws.periods_tile(cycle, k)


@given(cycle=any_cycles(), k=numbers)
@example(cycle=BillingCycle(date(2024, 2, 29), MONTHLY, day=31), k=-1)
def test_period_at_inverts_period(cycle: laws.Cycle, k: int) -> None:
    """A day of period k is looked up in period k."""
    laws.period_at_inverts_period(cycle, k)


@given(cycle=any_cycles(), k=numbers)
def test_indexed_equals_looked_up(cycle: laws.Cycle, k: int) -> None:
    """Numbers and look-ups name the same boundaries, forwards and backwards."""
    laws.indexed_equals_looked_up(cycle, k)


@given(cycle=monthly_cycles(), k=numbers)
def test_boundaries_keep_their_day(cycle: BillingCycle, k: int) -> None:
    """The 29th, 30th and 31st come back after every short month."""
    laws.boundaries_keep_their_day(cycle, cycle.day or cycle.anchor.day, k)


@given(cycle=any_cycles(), k=numbers)
@example(cycle=BillingCycle(date(2011, 12, 29), DAILY, zone="Pacific/Apia"), k=1)
def test_instants_never_decrease(cycle: laws.Cycle, k: int) -> None:
    """Boundaries strike in their order."""
    laws.instants_never_decrease(cycle, k)


@given(cycle=any_cycles(), k=numbers)
@example(cycle=BillingCycle(date(2011, 12, 29), DAILY, zone="Pacific/Apia"), k=1)
@example(cycle=BillingCycle(date(2024, 1, 1), DAILY, at=time(23, 59)), k=0)
def test_instants_find_their_period(cycle: laws.Cycle, k: int) -> None:
    """An instant is looked up in the period that has begun."""
    laws.instants_find_their_period(cycle, k)


@given(cycle=any_cycles(), start=civil_dates(), days=st.integers(0, 800))
def test_schedule_covers_service(cycle: laws.Cycle, start: date, days: int) -> None:
    """Service periods tile the service."""
    laws.schedule_covers_service(cycle, start, start + timedelta(days=days))


@given(cycle=any_cycles(), start=civil_dates(), parts=st.tuples(st.integers(0, 400), st.integers(0, 400)))
def test_measure_is_additive(cycle: laws.Cycle, start: date, parts: tuple[int, int]) -> None:
    """A contract is as many cycles however it is cut."""
    middle = start + timedelta(days=parts[0])
    laws.measure_is_additive(cycle, (start, middle, middle + timedelta(days=parts[1])))


@given(dates=fixed_dates(), data=st.data())
def test_listed_dates_obey_the_same_laws(dates: FixedDates, data: st.DataObject) -> None:
    """Inside its list a cycle of fixed dates tiles, inverts and strikes in order like any other."""
    k = data.draw(st.integers(0, len(dates.dates) - 2))
    laws.period_at_inverts_period(dates, k)
    laws.instants_never_decrease(dates, k)
    assert dates.period(k).end == dates.boundary(k + 1)


@given(cycle=any_cycles())
def test_cycles_round_trip_as_json(cycle: laws.Cycle) -> None:
    """A cycle reads back from JSON equal, with equal boundaries."""
    again = from_json(to_json(cycle), type(cycle))
    assert (cycle, cycle.boundary(3), hash(cycle)) == (again, again.boundary(3), hash(again))


@given(start=civil_dates(), day=st.integers(1, 31))
def test_aligned_starts_on_the_first_nominal_day(start: date, day: int) -> None:
    """Boundary 0 of an aligned cycle is on or after the start, and the one before is not."""
    cycle = BillingCycle.aligned(start, MONTHLY, day=day)
    assert cycle.boundary(-1) < start <= cycle.boundary(0)


@given(
    start=civil_dates(date(1990, 1, 1), date(2090, 1, 1)),
    months=st.sampled_from([1, 2, 3, 4, 6, 12, 18, 24, 36]),
    day=st.integers(1, 31),
    days=st.none() | st.integers(1, 1_000),
    ahead=st.integers(0, 1_000),
    timing=st.sampled_from(Timing),
)
@example(start=date(2026, 9, 2), months=1, day=28, days=12, ahead=18, timing=Timing.ARREARS)
@example(start=date(2016, 11, 30), months=3, day=31, days=None, ahead=652, timing=Timing.ARREARS)
@example(start=date(2010, 6, 16), months=1, day=16, days=1, ahead=0, timing=Timing.ARREARS_STARTED)
@example(start=date(2012, 1, 31), months=12, day=30, days=None, ahead=0, timing=Timing.ADVANCE)
def test_due_is_what_a_calendar_shows(
    *, start: date, months: int, day: int, days: int | None, ahead: int, timing: Timing
) -> None:
    """What is due by a day is what somebody finds who turns the leaves of a calendar one by one."""
    end, on = None if days is None else start + timedelta(days=days), start + timedelta(days=ahead)
    cycle = BillingCycle(start, Every(months=months), day=day)
    leaves = [start + timedelta(days=k) for k in range(1, ahead + 31 * months + 32)]
    cuts = [start, *(leaf for leaf in leaves if is_marked(leaf, start, months, day) and (end is None or leaf < end))]
    served = list(pairwise(cuts if end is None else [*cuts, end]))
    shown = {
        Timing.ADVANCE: [part for part in served if part[0] <= on],
        Timing.ARREARS: [part for part in served if part[1] <= on],
        Timing.ARREARS_STARTED: [part for part in served if part[0] < on],
    }[timing]
    assert shown == [(part.period.start, part.period.end) for part in cycle.due(start, end, on=on, timing=timing)]


def is_marked(leaf: date, start: date, months: int, day: int) -> bool:
    """Whether a leaf is a nominal day, or the last of its month where that is shorter, so many months apart."""
    is_last = (leaf + timedelta(days=1)).month != leaf.month
    apart = 12 * (leaf.year - start.year) + leaf.month - start.month
    return apart % months == 0 and (leaf.day == day or (is_last and leaf.day < day))


@pytest.mark.parametrize("zone", zone_names()[::40])
def test_instants_never_decrease_in_a_sample_of_zones(zone: str) -> None:
    """Daily boundaries of 2011 and 2024 strike in order in every fortieth zone."""
    for year in (2011, 2024):
        cycle = BillingCycle(date(year, 1, 1), DAILY, zone=zone)
        for k in range(366):
            laws.instants_never_decrease(cycle, k)


@pytest.mark.sweep
@pytest.mark.parametrize("zone", zone_names())
@pytest.mark.parametrize("at", [time(0), time(2, 30)], ids=str)
def test_instants_never_decrease_in_any_zone(zone: str, at: time) -> None:
    """Daily boundaries of 1970 to 2050 strike in order in every IANA zone."""
    cycle = BillingCycle(date(1970, 1, 1), DAILY, zone=zone, at=at)
    for k in range(80 * 366):
        laws.instants_never_decrease(cycle, k)


class Stepping:
    """The classic mistake: each boundary from the one before, so that a clamped day stays clamped."""

    anchor = date(2024, 1, 31)

    def boundary(self, k: int) -> pendulum.Date:
        day = add_months(self.anchor, 0)
        for _ in range(abs(k)):
            day = add_months(day, 1 if k > 0 else -1)
        return day

    def period(self, k: int) -> Period:
        return Period(self.boundary(k), JANUARY_31.boundary(k + 1))

    def index_at(self, day: date) -> int:
        return JANUARY_31.index_at(day + timedelta(days=1))

    def period_at(self, day: date) -> Period:
        return self.period(self.index_at(day))

    def next_boundary(self, *, after: date) -> pendulum.Date:
        return add_months(after, 1)

    def previous_boundary(self, *, before: date) -> pendulum.Date:
        return add_months(before, -1)

    def instant(self, k: int) -> pendulum.DateTime:
        return pendulum.datetime(2024, 1, 31).subtract(days=k)

    def index_at_instant(self, moment: datetime) -> int:
        return 10**6 - 2 * int(moment.timestamp() % 10) if moment.microsecond else -(10**6)

    def schedule(self, start: date, end: date | None = None) -> tuple[ServicePeriod, ...]:
        return JANUARY_31.schedule(start, end)[:-1]

    def measure(self, start: date, end: date) -> Fraction:
        return Fraction((end - start).days ** 2, 31)


@pytest.mark.parametrize(
    "law",
    [
        lambda twin: laws.periods_tile(twin, 2),
        lambda twin: laws.period_at_inverts_period(twin, 0),
        lambda twin: laws.indexed_equals_looked_up(twin, 1),
        lambda twin: laws.boundaries_keep_their_day(twin, 31, 2),
        lambda twin: laws.instants_never_decrease(twin, 0),
        lambda twin: laws.instants_find_their_period(twin, 0),
        lambda twin: laws.schedule_covers_service(twin, date(2024, 1, 1), date(2024, 6, 1)),
        lambda twin: laws.measure_is_additive(twin, (date(2024, 1, 1), date(2024, 1, 9), date(2024, 2, 1))),
    ],
)
def test_a_broken_cycle_fails_every_law(law: Callable[[laws.Cycle], None]) -> None:
    """Each law fails on a cycle that steps, overlaps, runs backwards, leaves out and miscounts."""
    with pytest.raises(AssertionError):
        law(Stepping())


def test_tables_do_not_travel_with_a_cycle() -> None:
    """A pickled or copied cycle is equal, small, and shares the tables of dates."""
    JANUARY_31.period(500)
    packed = pickle.dumps(JANUARY_31)
    again = pickle.loads(packed)  # noqa: S301  our own bytes
    assert (JANUARY_31, JANUARY_31.period(5)) == (again, again.period(5))
    assert copy.deepcopy(JANUARY_31)._dates is again._dates is JANUARY_31._dates
    assert len(packed) < 700


def test_instants_are_shared_by_zone() -> None:
    """Two cycles of one zone and time share their instants."""
    first, second = (BillingCycle(date(2024, 1, day), DAILY, zone="Asia/Taipei") for day in (1, 2))
    assert first.instant(1) is second.instant(0)
    assert datetime(2024, 1, 1, 16, tzinfo=UTC) == second.instant(0)
