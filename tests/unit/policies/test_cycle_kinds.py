from collections.abc import Callable
from datetime import date, time

import pytest

from renewkit.codec import from_json, to_json
from renewkit.errors import ConfigurationError, DateExpectedError, OutOfScheduleError, RangeError, RenewkitError
from renewkit.policies.cycle import MONTHLY, BillingCycle, Cycle, FixedDates, LastBusinessDay, SemiMonthly
from renewkit.values.calendar import TARGET2, WEEKENDS
from renewkit.values.daycount import ProrationPolicy, StubReference

TERMS = FixedDates((date(2024, 9, 2), date(2025, 1, 6), date(2025, 4, 22)), zone="Europe/Berlin", at=time(8))
SEMI = SemiMonthly(1, 15, anchor=date(2024, 2, 20))
LAST = LastBusinessDay(WEEKENDS, anchor=date(2024, 5, 1))


def test_listed_dates_are_the_boundaries() -> None:
    """Boundary k is date k of the list."""
    assert ["2024-09-02", "2025-01-06", "2025-04-22"] == [str(TERMS.boundary(k)) for k in range(3)]


def test_the_first_listed_date_is_the_anchor() -> None:
    """Like every cycle a list of dates has an anchor."""
    assert date(2024, 9, 2) == TERMS.anchor == TERMS.boundary(0)


@pytest.mark.parametrize("cycle", [TERMS, SEMI, LAST, BillingCycle(date(2024, 1, 31), MONTHLY)])
def test_any_cycle_reads_back_as_what_it_was(cycle: Cycle) -> None:
    """Where any cycle may stand, JSON says which kind it is."""
    again: Cycle = from_json(to_json(cycle), Cycle)
    assert (cycle, type(cycle)) == (again, type(again))


def test_a_day_is_found_between_listed_dates() -> None:
    """A listed date opens its period; the last one closes the last period."""
    assert [0, 0, 1, 1] == [
        TERMS.index_at(day) for day in (date(2024, 9, 2), date(2025, 1, 5), date(2025, 1, 6), date(2025, 4, 21))
    ]


def test_service_within_listed_dates() -> None:
    """A schedule inside the list has stubs like any other, up to the last date."""
    found = [str(part.period) for part in TERMS.schedule(date(2024, 10, 1), date(2025, 4, 22))]
    assert ["[2024-10-01, 2025-01-06)", "[2025-01-06, 2025-04-22)"] == found


def test_listed_dates_strike_in_their_zone() -> None:
    """A listed date strikes at its time of day."""
    assert "2024-09-02T08:00:00+02:00" == TERMS.instant(0).isoformat()


def test_neighbours_of_days_outside_the_list() -> None:
    """From before the list the next date is the first, from after it the previous one is the last."""
    found = TERMS.next_boundary(after=date(2020, 1, 1)), TERMS.previous_boundary(before=date(2030, 1, 1))
    assert ("2024-09-02", "2025-04-22") == tuple(map(str, found))
    assert date(2025, 1, 6) == TERMS.boundary_from(date(2025, 1, 6)) == TERMS.previous_boundary(before=date(2025, 2, 1))


@pytest.mark.parametrize(
    "ask",
    [
        lambda: TERMS.boundary(3),
        lambda: TERMS.boundary(-1),
        lambda: TERMS.period(2),
        lambda: TERMS.index_at(date(2025, 4, 22)),
        lambda: TERMS.index_at(date(2024, 9, 1)),
        lambda: TERMS.next_boundary(after=date(2025, 4, 22)),
        lambda: TERMS.previous_boundary(before=date(2024, 9, 2)),
        lambda: TERMS.schedule(date(2025, 1, 1), date(2025, 5, 1)),
    ],
)
def test_outside_the_list_is_an_error(ask: Callable[[], object]) -> None:
    """A cycle of listed dates never guesses a date; the error names the list and the way out."""
    with pytest.raises(OutOfScheduleError, match="3 dates from 2024-09-02 to 2025-04-22"):
        ask()


def test_stubs_of_listed_dates_are_measured_by_their_own_cycle() -> None:
    """Where periods are uneven a stub has no other length to be measured by."""
    with pytest.raises(ConfigurationError, match=r"StubReference\.CYCLE"):
        TERMS.measure(
            date(2024, 10, 1), date(2025, 1, 6), policy=ProrationPolicy(stub_reference=StubReference.FROM_START)
        )


def test_whole_listed_periods_need_no_measure() -> None:
    """Without a stub there is nothing to measure, whatever stubs are measured by."""
    policy = ProrationPolicy(stub_reference=StubReference.EDGE)
    assert 2 == TERMS.measure(date(2024, 9, 2), date(2025, 4, 22), policy=policy)


def test_two_boundaries_a_month() -> None:
    """Boundary 0 is the last on or before the anchor; the numbers go on over the months."""
    assert ["2024-02-01", "2024-02-15", "2024-03-01", "2024-03-15"] == [str(SEMI.boundary(k)) for k in range(-1, 3)]


@pytest.mark.parametrize(
    ("day", "index"), [("2024-02-15", 0), ("2024-02-29", 0), ("2024-03-01", 1), ("2024-02-14", -1)]
)
def test_a_day_is_found_in_its_half(day: str, index: int) -> None:
    """A half lasts from its day up to the other."""
    assert index == SEMI.index_at(date.fromisoformat(day))


def test_a_second_day_is_clamped() -> None:
    """The 15th and the last: in February the second boundary is the 28th or 29th."""
    cycle = SemiMonthly(15, 31, anchor=date(2024, 2, 15))
    assert ["[2024-02-15, 2024-02-29)", "[2024-02-29, 2024-03-15)"] == [str(cycle.period(k)) for k in range(2)]


def test_a_day_before_both_belongs_to_the_month_before() -> None:
    """Before the first day of a month the second half of the month before still runs."""
    assert "[2024-01-20, 2024-02-05)" == str(SemiMonthly(5, 20).period_at(date(2024, 2, 4)))


def test_without_an_anchor_the_numbers_start_in_1970() -> None:
    """Boundary 0 is the first of January 1970, and by itself the other boundary of a month is its 15th."""
    assert [date(1970, 1, 1), date(1970, 1, 15)] == [SemiMonthly().boundary(k) for k in range(2)]
    assert date(1970, 1, 1) == SemiMonthly().anchor == LastBusinessDay().anchor


def test_the_last_business_day() -> None:
    """Where the last day is a weekend the boundary is the Friday before."""
    assert ["2024-05-31", "2024-06-28", "2024-07-31", "2024-08-30"] == [str(LAST.boundary(k)) for k in range(4)]


@pytest.mark.parametrize(
    ("day", "index"), [("2024-06-27", 0), ("2024-06-28", 1), ("2024-06-30", 1), ("2024-05-30", -1)]
)
def test_a_day_is_found_between_last_business_days(day: str, index: int) -> None:
    """The days after the last business day belong to the next period already."""
    assert index == LAST.index_at(date.fromisoformat(day))


def test_every_third_last_business_day_of_a_calendar() -> None:
    """Quarters on TARGET2: Good Friday moves the end of March 2024."""
    cycle = LastBusinessDay(TARGET2, 3, anchor=date(2024, 3, 1))
    assert ["2024-03-28", "2024-06-28"] == [str(cycle.boundary(k)) for k in range(2)]


def test_last_business_days_are_a_century_apart_at_most() -> None:
    """The longest step is 1,200 months."""
    cycle = LastBusinessDay(WEEKENDS, 1_200, anchor=date(2024, 5, 1))
    assert date(2124, 5, 31) == cycle.boundary(1)


def test_the_last_day_of_the_month_is_day_31() -> None:
    """The last day, worked or not, needs no cycle of its own."""
    cycle = BillingCycle(date(2024, 2, 10), MONTHLY, day=31)
    assert ["2024-02-29", "2024-03-31", "2024-04-30"] == [str(cycle.boundary(k)) for k in range(3)]


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: FixedDates(()), ConfigurationError, "got none"),
        (lambda: FixedDates((date(2024, 1, 1),)), ConfigurationError, "two or more"),
        (lambda: FixedDates((date(2024, 2, 1), date(2024, 1, 1))), ConfigurationError, "2024-02-01, 2024-01-01"),
        (lambda: FixedDates((date(2024, 1, 1), date(2024, 1, 1))), ConfigurationError, "repeats"),
        (lambda: FixedDates(("2024-01-01", "2024-02-01")), DateExpectedError, "civil date"),
        (lambda: SemiMonthly(0, 15), RangeError, "1 to 27"),
        (lambda: SemiMonthly(1, 32), RangeError, "2 to 31"),
        (lambda: SemiMonthly(15, 15), ConfigurationError, "second day after the first"),
        (lambda: LastBusinessDay(WEEKENDS, 0), RangeError, "months"),
        (lambda: LastBusinessDay(WEEKENDS, 1_201), RangeError, "months"),
    ],
)
def test_bad_input_is_refused(make: Callable[[], object], error: type[RenewkitError], message: str) -> None:
    """Each mistake has its own error, which names the value and the way out."""
    with pytest.raises(error, match=message):
        make()
