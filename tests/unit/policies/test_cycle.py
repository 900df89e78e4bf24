from collections.abc import Callable
from datetime import UTC, date, datetime, time
from fractions import Fraction

import pendulum
import pytest

from renewkit.errors import (
    ConfigurationError,
    DateExpectedError,
    EmptyPeriodError,
    ExactNumberError,
    InstantExpectedError,
    RangeError,
    RenewkitError,
    ReversedPeriodError,
    UnknownZoneError,
)
from renewkit.policies.cycle import (
    ANNUAL,
    DAILY,
    MONTHLY,
    QUARTERLY,
    SEMIANNUAL,
    WEEKLY,
    BillingCycle,
    Every,
    Timing,
)
from renewkit.policies.cycle.measure import reference_of
from renewkit.values.calendar import WEEKENDS
from renewkit.values.daycount import ProrationPolicy, StubCharge, StubReference

JANUARY_31 = BillingCycle(date(2024, 1, 31), MONTHLY)


def boundaries(cycle: BillingCycle, *numbers: int) -> list[str]:
    """Write some boundaries of a cycle."""
    return [str(cycle.boundary(k)) for k in numbers]


def test_month_ends_do_not_drift_forwards() -> None:
    """The 31st comes back after every short month."""
    assert ["2024-02-29", "2024-03-31", "2024-04-30", "2025-02-28", "2025-03-31"] == boundaries(
        JANUARY_31, 1, 2, 3, 13, 14
    )


def test_month_ends_do_not_drift_backwards() -> None:
    """Going back from February the 31st is found again."""
    assert ["2023-12-31", "2023-11-30", "2023-02-28", "2023-01-31"] == boundaries(JANUARY_31, -1, -2, -11, -12)


def test_a_leap_day_returns_in_leap_years() -> None:
    """A yearly contract of 29 February renews on the 28th in common years and on the 29th in leap years."""
    cycle = BillingCycle(date(2024, 2, 29), ANNUAL)
    assert ["2020-02-29", "2025-02-28", "2027-02-28", "2028-02-29"] == boundaries(cycle, -4, 1, 3, 4)


def test_a_nominal_day_that_the_anchor_does_not_show() -> None:
    """A contract signed on 28 February for the 31st renews on the 31st of March."""
    assert ["2023-02-28", "2023-03-31"] == boundaries(BillingCycle(date(2023, 2, 28), MONTHLY, day=31), 0, 1)


def test_boundary_0_may_lie_before_the_anchor() -> None:
    """A nominal day earlier in the month than the anchor gives a boundary 0 before it."""
    cycle = BillingCycle(date(2024, 5, 20), MONTHLY, day=15)
    assert (["2024-05-15"], 0) == (boundaries(cycle, 0), cycle.index_at(date(2024, 5, 20)))


@pytest.mark.parametrize(
    ("every", "following"),
    [
        (DAILY, "2024-02-01"),
        (WEEKLY, "2024-02-07"),
        (MONTHLY, "2024-02-29"),
        (QUARTERLY, "2024-04-30"),
        (SEMIANNUAL, "2024-07-31"),
        (ANNUAL, "2025-01-31"),
        (Every(days=90), "2024-04-30"),
        (Every(months=18), "2025-07-31"),
        (Every(years=2), "2026-01-31"),
    ],
)
def test_cadences(every: Every, following: str) -> None:
    """Any whole number of days, weeks, months or years is a cadence."""
    assert [following] == boundaries(BillingCycle(date(2024, 1, 31), every), 1)


@pytest.mark.parametrize(
    ("day", "index"),
    [
        ("2024-01-31", 0),
        ("2024-02-28", 0),
        ("2024-02-29", 1),
        ("2024-03-30", 1),
        ("2024-01-30", -1),
        ("2023-12-31", -1),
    ],
)
def test_a_day_is_found_in_its_period(day: str, index: int) -> None:
    """A boundary opens its period, clamped or not."""
    assert index == JANUARY_31.index_at(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("day", "index"), [("2024-01-31", 0), ("2024-02-06", 0), ("2024-02-07", 1), ("2024-01-30", -1)]
)
def test_a_day_is_found_in_its_week(day: str, index: int) -> None:
    """Weeks know no months."""
    assert index == BillingCycle(date(2024, 1, 31), WEEKLY).index_at(date.fromisoformat(day))


def test_neighbouring_boundaries_of_a_boundary() -> None:
    """Next is strictly after, previous strictly before, from is on or after."""
    day = date(2024, 2, 29)
    found = JANUARY_31.next_boundary(after=day), JANUARY_31.previous_boundary(before=day), JANUARY_31.boundary_from(day)
    assert ("2024-03-31", "2024-01-31", "2024-02-29") == tuple(map(str, found))


def test_neighbouring_boundaries_of_the_day_after() -> None:
    """On the day after a boundary that one is the previous, and the next one is a month away."""
    day = date(2024, 3, 1)
    assert date(2024, 2, 29) == JANUARY_31.previous_boundary(before=day)
    assert date(2024, 3, 31) == JANUARY_31.boundary_from(day)


def test_whole_periods_of_a_range() -> None:
    """Every period that overlaps the range is listed whole."""
    listed = [str(period.start) for period in JANUARY_31.periods(start=date(2024, 2, 10), until=date(2024, 3, 31))]
    assert ["2024-01-31", "2024-02-29"] == listed


def test_no_periods_of_an_empty_range() -> None:
    """A range without days overlaps nothing."""
    assert [] == list(JANUARY_31.periods(start=date(2024, 2, 10), until=date(2024, 2, 10)))


def parts(cycle: BillingCycle, start: str, end: str | None = None, until: str | None = None) -> list[tuple[str, bool]]:
    """Write the service periods of a schedule, and which are stubs."""
    found = cycle.schedule(
        date.fromisoformat(start),
        end and date.fromisoformat(end),  # type: ignore[arg-type]  # an absent end is None
        until=until and date.fromisoformat(until),  # type: ignore[arg-type]  # as above
    )
    return [(str(part.period), part.is_stub) for part in found]


def test_stubs_at_both_ends() -> None:
    """Service has a leading stub, whole cycles and a trailing stub."""
    cycle = BillingCycle(date(2024, 1, 1), MONTHLY)
    assert [
        ("[2024-01-10, 2024-02-01)", True),
        ("[2024-02-01, 2024-03-01)", False),
        ("[2024-03-01, 2024-03-05)", True),
    ] == parts(cycle, "2024-01-10", "2024-03-05")


def test_service_inside_one_cycle_is_one_stub() -> None:
    """Service that reaches no boundary is one part, and refers to its cycle."""
    (part,) = BillingCycle(date(2024, 1, 1), MONTHLY).schedule(date(2024, 1, 10), date(2024, 1, 20))
    assert ("[2024-01-10, 2024-01-20)", "[2024-01-01, 2024-02-01)") == (str(part.period), str(part.reference))


def test_until_lists_what_begins_before_it() -> None:
    """A list up to a day never cuts the period that has begun."""
    cycle = BillingCycle(date(2024, 1, 1), MONTHLY)
    assert ["[2024-01-01, 2024-02-01)", "[2024-02-01, 2024-03-01)"] == [
        period for period, _ in parts(cycle, "2024-01-01", until="2024-02-02")
    ]


def test_until_and_end_together() -> None:
    """The end cuts and the list stops at whichever comes first."""
    cycle = BillingCycle(date(2024, 1, 1), MONTHLY)
    assert [("[2024-01-01, 2024-01-20)", True)] == parts(cycle, "2024-01-01", "2024-01-20", "2024-03-01")
    assert [("[2024-01-01, 2024-02-01)", False)] == parts(cycle, "2024-01-01", "2024-03-20", "2024-02-01")


def test_backdated_service_lists_every_missed_period() -> None:
    """A contract that started a year ago lists all periods up to today, in order."""
    cycle = BillingCycle(date(2023, 5, 31), MONTHLY)
    missed = cycle.schedule(date(2023, 5, 31), until=date(2024, 6, 1))
    assert (13, "[2024-05-31, 2024-06-30)") == (len(missed), str(missed[-1].period))


def test_service_that_ends_on_its_first_day_has_no_periods() -> None:
    """No day served, nothing to bill."""
    assert () == JANUARY_31.schedule(date(2024, 2, 1), date(2024, 2, 1))


def test_a_schedule_needs_a_limit() -> None:
    """Without an end and an until the list would not stop."""
    with pytest.raises(ConfigurationError, match="an end or an until"):
        JANUARY_31.schedule(date(2024, 2, 1))


def test_service_that_ends_before_it_starts_is_refused() -> None:
    """Reversed dates are named."""
    with pytest.raises(ReversedPeriodError, match="2024-02-01 to 2024-01-01"):
        JANUARY_31.schedule(date(2024, 2, 1), date(2024, 1, 1))


@pytest.mark.parametrize(
    ("on", "timing", "count"),
    [
        ("2023-12-31", Timing.ADVANCE, 0),
        ("2024-01-01", Timing.ADVANCE, 1),
        ("2024-02-01", Timing.ADVANCE, 2),
        ("2024-01-31", Timing.ARREARS, 0),
        ("2024-02-01", Timing.ARREARS, 1),
        ("2024-01-01", Timing.ARREARS_STARTED, 0),
        ("2024-01-02", Timing.ARREARS_STARTED, 1),
        ("2024-02-01", Timing.ARREARS_STARTED, 1),
        ("2024-02-02", Timing.ARREARS_STARTED, 2),
    ],
)
def test_what_is_due(on: str, timing: Timing, count: int) -> None:
    """In advance a period is due on its first day, in arrears on the day after its last."""
    cycle = BillingCycle(date(2024, 1, 1), MONTHLY)
    assert count == len(cycle.due(date(2024, 1, 1), on=date.fromisoformat(on), timing=timing))


def test_in_arrears_an_ended_service_is_due_at_its_end() -> None:
    """A stub is over when the service is."""
    cycle = BillingCycle(date(2024, 1, 1), MONTHLY)
    due = cycle.due(date(2024, 1, 1), date(2024, 1, 20), on=date(2024, 1, 20), timing=Timing.ARREARS)
    assert ["[2024-01-01, 2024-01-20)"] == [str(part.period) for part in due]


@pytest.mark.parametrize(
    ("policy", "cycles"),
    [
        (ProrationPolicy(), Fraction(22, 31) + 1 + Fraction(4, 31)),
        (ProrationPolicy(leading_stub=StubCharge.FREE, trailing_stub=StubCharge.FULL), Fraction(2)),
        (ProrationPolicy(stub_reference=StubReference.FROM_START), Fraction(22, 31) + 1 + Fraction(4, 31)),
        (ProrationPolicy(stub_reference=StubReference.EDGE), Fraction(22, 31) + 1 + Fraction(4, 31)),
    ],
)
def test_measure(policy: ProrationPolicy, cycles: Fraction) -> None:
    """Service is as many cycles as its policy says of its stubs."""
    assert cycles == BillingCycle(date(2024, 1, 1), MONTHLY).measure(date(2024, 1, 10), date(2024, 3, 5), policy=policy)


@pytest.mark.parametrize(
    ("reference", "cycles"),
    [(StubReference.CYCLE, (20, 29)), (StubReference.FROM_START, (20, 29)), (StubReference.EDGE, (20, 31))],
)
def test_stub_references_differ(reference: StubReference, cycles: tuple[int, int]) -> None:
    """Before a clamped boundary the stub's cycle and a month from its start have 29 days, the month to its end 31."""
    policy = ProrationPolicy(stub_reference=reference)
    assert Fraction(*cycles) == JANUARY_31.measure(date(2024, 2, 9), date(2024, 2, 29), policy=policy)


@pytest.mark.parametrize("reference", list(StubReference))
def test_each_stub_costs_what_its_side_says(reference: StubReference) -> None:
    """A stub that ends early is no leading one, and one that starts late no trailing one, whatever the measure."""
    cycle = BillingCycle(date(2024, 1, 1), MONTHLY)
    leading = ProrationPolicy(leading_stub=StubCharge.FREE, stub_reference=reference)
    trailing = ProrationPolicy(trailing_stub=StubCharge.FREE, stub_reference=reference)
    early, late = (date(2024, 1, 1), date(2024, 1, 11)), (date(2024, 1, 11), date(2024, 2, 1))
    assert [Fraction(10, 31), 0] == [cycle.measure(*days, policy=leading) for days in (early, late)]
    assert [0, Fraction(21, 31)] == [cycle.measure(*days, policy=trailing) for days in (early, late)]


@pytest.mark.parametrize("reference", list(StubReference))
def test_the_reference_of_a_whole_cycle_is_itself(reference: StubReference) -> None:
    """Whatever stubs are measured by, a whole cycle is its own measure."""
    (service,) = BillingCycle(date(2024, 1, 1), MONTHLY).schedule(date(2024, 1, 1), date(2024, 2, 1))
    assert service.reference == reference_of(service, reference, MONTHLY)


def test_lead_time() -> None:
    """A period may be collected some days before its boundary, in civil or business days."""
    monday = BillingCycle(date(2024, 7, 1), MONTHLY)
    found = (
        monday.collect_from(0, lead=3),
        monday.collect_from(0, lead=3, calendar=WEEKENDS),
        monday.collect_from(1, lead=0),
    )
    assert ("2024-06-28", "2024-06-26", "2024-08-01") == tuple(map(str, found))


def test_a_lead_is_not_negative() -> None:
    """Collecting after the boundary is a due date, not a lead."""
    with pytest.raises(RangeError, match="days of lead"):
        JANUARY_31.collect_from(0, lead=-1)


@pytest.mark.parametrize(
    ("options", "first"),
    [
        ({"every": MONTHLY, "day": 15}, "2024-06-15"),
        ({"every": MONTHLY, "day": 20}, "2024-05-20"),
        ({"every": QUARTERLY, "day": 1}, "2024-06-01"),
        ({"every": ANNUAL, "day": 31}, "2024-05-31"),
        ({"every": ANNUAL, "month": 4, "day": 6}, "2025-04-06"),
        ({"every": ANNUAL, "month": 7, "day": 1}, "2024-07-01"),
        ({"every": Every(years=3), "month": 5, "day": 20}, "2024-05-20"),
        ({"every": WEEKLY, "weekday": 0}, "2024-05-20"),
        ({"every": Every(weeks=2), "weekday": 6}, "2024-05-26"),
    ],
)
def test_alignment(options: dict[str, object], first: str) -> None:
    """Boundary 0 is the first nominal day on or after the start of service."""
    cycle = BillingCycle.aligned(date(2024, 5, 20), **options)  # type: ignore[arg-type]  # the options of each case
    assert first == str(cycle.boundary(0))


def test_an_aligned_leap_day_stays_nominal() -> None:
    """A fiscal year that ends on the last of February is clamped and unclamped."""
    cycle = BillingCycle.aligned(date(2023, 1, 1), ANNUAL, month=2, day=29)
    assert ["2023-02-28", "2024-02-29"] == boundaries(cycle, 0, 1)


@pytest.mark.parametrize(
    ("every", "first"),
    [
        (DAILY, "2024-05-21"),
        (WEEKLY, "2024-05-27"),
        (MONTHLY, "2024-06-01"),
        (QUARTERLY, "2024-07-01"),
        (SEMIANNUAL, "2024-07-01"),
        (ANNUAL, "2025-01-01"),
        (Every(years=2), "2025-01-01"),
    ],
)
def test_calendar_alignment(every: Every, first: str) -> None:
    """Calendar cycles begin with the week, month, quarter, half-year or year."""
    cycle = BillingCycle.calendar(date(2024, 5, 21), every)
    assert (first, first) == (str(cycle.boundary(0)), str(cycle.anchor))


def test_a_start_on_a_calendar_boundary_is_one() -> None:
    """Service that starts on 1 July is aligned already."""
    assert date(2024, 7, 1) == BillingCycle.calendar(date(2024, 7, 1), QUARTERLY).boundary(0)


def test_fiscal_years_and_sunday_weeks() -> None:
    """The year may begin in April, and the week on Sunday."""
    fiscal = BillingCycle.calendar(date(2024, 5, 21), ANNUAL, first_month=4)
    december = BillingCycle.calendar(date(2024, 5, 21), ANNUAL, first_month=12)
    sunday = BillingCycle.calendar(date(2024, 5, 21), WEEKLY, weekday=6)
    found = [str(cycle.boundary(0)) for cycle in (fiscal, december, sunday)]
    assert ["2025-04-01", "2024-12-01", "2024-05-26"] == found


def test_the_same_day_of_another_cycle() -> None:
    """A clamped last day stands for the nominal day; any other day keeps its number."""
    shifted = [JANUARY_31.shift(date(2023, *day), 1) for day in ((2, 28), (2, 27), (4, 30), (3, 30))]
    assert ["2023-03-31", "2023-03-27", "2023-05-31", "2023-04-30"] == [str(day) for day in shifted]


def test_weeks_shift_by_days() -> None:
    """A week later is seven days later."""
    assert date(2023, 3, 7) == BillingCycle(date(2023, 1, 31), WEEKLY).shift(date(2023, 2, 28), 1)


def test_boundaries_strike_in_their_zone() -> None:
    """A boundary strikes at the cycle's time of day, whatever clocks did meanwhile."""
    cycle = BillingCycle(date(2024, 3, 9), DAILY, zone="America/New_York", at=time(2, 30))
    struck = [cycle.instant(k).isoformat() for k in range(3)]
    assert ["2024-03-09T02:30:00-05:00", "2024-03-10T03:00:00-04:00", "2024-03-11T02:30:00-04:00"] == struck


def test_over_the_day_that_never_was_two_boundaries_coincide() -> None:
    """Samoa skipped 30 December 2011: its boundary strikes with the next day's."""
    cycle = BillingCycle(date(2011, 12, 30), DAILY, zone="Pacific/Apia")
    assert cycle.instant(0) == cycle.instant(1) < cycle.instant(2)


def test_a_skipped_day_has_no_span() -> None:
    """A period without time cannot be prorated by the second."""
    with pytest.raises(EmptyPeriodError):
        BillingCycle(date(2011, 12, 30), DAILY, zone="Pacific/Apia").span(0)


def test_a_span_counts_the_hour_that_clocks_skip() -> None:
    """The day on which clocks go forward has 23 hours."""
    assert 23 * 3600 == BillingCycle(date(2024, 3, 10), DAILY, zone="America/New_York").span(0).seconds


@pytest.mark.parametrize(("moment", "index"), [((8, 59), -1), ((9, 0), 0), ((23, 59), 0)])
def test_an_instant_is_found_by_the_time_of_day(moment: tuple[int, int], index: int) -> None:
    """Before nine o'clock on the boundary's day the period has not begun."""
    cycle = BillingCycle(date(2024, 1, 31), MONTHLY, at=time(9))
    assert index == cycle.index_at_instant(datetime(2024, 1, 31, *moment, tzinfo=UTC))


def test_a_boundary_strikes_once_where_midnight_comes_twice() -> None:
    """Newfoundland's clocks once went from 00:01 back to 23:01: a day that has begun goes on in the evening before."""
    cycle = BillingCycle(date(2010, 11, 7), DAILY, zone="America/St_Johns")
    evening_again = datetime(2010, 11, 7, 3, tzinfo=UTC)
    assert (date(2010, 11, 6), 0) == (cycle.day_of(evening_again), cycle.index_at_instant(evening_again))


def test_the_day_of_an_instant_is_the_zones() -> None:
    """An evening in UTC is the next morning in Taipei."""
    cycle = BillingCycle(date(2024, 1, 31), MONTHLY, zone="Asia/Taipei")
    assert pendulum.Date(2024, 2, 1) == cycle.day_of(datetime(2024, 1, 31, 18, tzinfo=UTC))


def test_cycles_are_values() -> None:
    """Equal fields make equal cycles, shown in the repr without their tables."""
    again = BillingCycle(date(2024, 1, 31), MONTHLY)
    assert (again, hash(again)) == (JANUARY_31, hash(JANUARY_31))
    assert again != BillingCycle(date(2024, 1, 31), MONTHLY, zone="Asia/Taipei")
    assert " _" not in repr(again)


def test_many_periods_are_made_and_few_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables of periods and instants empty themselves at their limit and answer the same."""
    from renewkit.policies.cycle.billing_cycle import PeriodTable
    from renewkit.policies.cycle.boundaries import InstantTable, instants

    monkeypatch.setattr(PeriodTable, "limit", 3)
    monkeypatch.setattr(InstantTable, "limit", 3)
    cycle = BillingCycle(date(2024, 1, 1), Every(days=11), zone="Asia/Tokyo")
    ends = [(cycle.period(k).end, cycle.instant(k + 1)) for k in range(10)]
    assert ends == [(cycle.period(k).end, cycle.instant(k + 1)) for k in range(10)]
    assert len(cycle._periods) <= 3
    assert len(instants("Asia/Tokyo", cycle.at)) <= 3


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: BillingCycle(datetime(2024, 1, 31), MONTHLY), DateExpectedError, "civil date"),
        (lambda: BillingCycle("2024-01-31", MONTHLY), DateExpectedError, "civil date"),
        (lambda: BillingCycle(date(2024, 1, 31), "monthly"), ConfigurationError, "MONTHLY"),
        (lambda: BillingCycle(date(2024, 1, 31), MONTHLY, day=0), RangeError, "1 to 31"),
        (lambda: BillingCycle(date(2024, 1, 31), MONTHLY, day=32), RangeError, "1 to 31"),
        (lambda: BillingCycle(date(2024, 1, 31), MONTHLY, day="31"), ExactNumberError, "day of month"),
        (lambda: BillingCycle(date(2024, 1, 31), WEEKLY, day=5), ConfigurationError, "day 5 with every week"),
        (lambda: BillingCycle(date(2024, 1, 31), MONTHLY, zone="Mars"), UnknownZoneError, "Mars"),
        (lambda: BillingCycle(date(2024, 1, 31), MONTHLY, at="09:00"), InstantExpectedError, "time of day"),
        (lambda: BillingCycle(date(2024, 1, 31), MONTHLY, at=time(9, tzinfo=UTC)), InstantExpectedError, "zone"),
        (lambda: BillingCycle.aligned(date(2024, 1, 1), MONTHLY), ConfigurationError, "nothing"),
        (lambda: BillingCycle.aligned(date(2024, 1, 1), DAILY, day=1), ConfigurationError, "weekday with weeks"),
        (lambda: BillingCycle.aligned(date(2024, 1, 1), MONTHLY, weekday=1), ConfigurationError, "weekday"),
        (lambda: BillingCycle.aligned(date(2024, 1, 1), WEEKLY, weekday=1, day=1), ConfigurationError, "weekday"),
        (lambda: BillingCycle.aligned(date(2024, 1, 1), QUARTERLY, month=1, day=1), ConfigurationError, "whole years"),
        (lambda: BillingCycle.aligned(date(2024, 1, 1), ANNUAL, month=1), ConfigurationError, "month and day"),
        (lambda: BillingCycle.aligned(date(2024, 1, 1), ANNUAL, month=1, day=1, weekday=1), ConfigurationError, "week"),
        (lambda: BillingCycle.aligned(date(2024, 1, 1), WEEKLY, month=1, day=1), ConfigurationError, "weekday with"),
        (lambda: BillingCycle.aligned(date(2024, 1, 1), WEEKLY, weekday=7), RangeError, "weekday from 0 to 6"),
        (lambda: BillingCycle.aligned(date(2024, 1, 1), MONTHLY, day=True), ExactNumberError, "day of month"),
        (lambda: BillingCycle.aligned(date(2024, 1, 1), ANNUAL, month=13, day=1), RangeError, "month from 1 to 12"),
        (lambda: BillingCycle.calendar(date(2024, 1, 1), Every(months=5)), ConfigurationError, "divides the year"),
        (lambda: JANUARY_31.index_at(datetime(2024, 1, 31)), DateExpectedError, "civil date"),
        (lambda: JANUARY_31.day_of(datetime(2024, 1, 31)), InstantExpectedError, "aware"),
        (
            lambda: JANUARY_31.due(date(2024, 1, 31), on=date(2024, 2, 1), timing="arrears"),
            ConfigurationError,
            "Timing",
        ),
        (lambda: JANUARY_31.boundary(10**6), RangeError, "years 1 to 9999"),
        (lambda: BillingCycle(date(2024, 1, 31), DAILY).boundary(10**7), RangeError, "years 1 to 9999"),
        (lambda: JANUARY_31.boundary(0.5), ExactNumberError, "month"),
        (Every, ConfigurationError, "one unit"),
        (lambda: Every(days=1, months=1), ConfigurationError, "one unit"),
        (lambda: Every(months=0), RangeError, "months from 1"),
        (lambda: Every(weeks=1.5), ExactNumberError, "weeks"),
    ],
)
def test_bad_input_is_refused(make: Callable[[], object], error: type[RenewkitError], message: str) -> None:
    """Each mistake has its own error, which names the value and the way out."""
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize(
    ("every", "days", "months"), [(Every(days=10), 10, 0), (Every(weeks=2), 14, 0), (QUARTERLY, 0, 3), (ANNUAL, 0, 12)]
)
def test_a_cadence_has_days_or_months(every: Every, days: int, months: int) -> None:
    """A cadence of days has no months, and one of months no days."""
    assert (days, months) == (every.in_days, every.in_months)


@pytest.mark.parametrize(
    ("every", "n", "shifted"),
    [
        (WEEKLY, 2, "2024-02-14"),
        (WEEKLY, 0, "2024-01-31"),
        (MONTHLY, 2, "2024-03-31"),
        (QUARTERLY, -2, "2023-07-31"),
        (MONTHLY, 0, "2024-01-31"),
    ],
)
def test_cadences_shift_a_day(every: Every, n: int, shifted: str) -> None:
    """Several cadences on or back are counted from the day itself."""
    assert shifted == str(every.shift(date(2024, 1, 31), n))


@pytest.mark.parametrize(("every", "text"), [(MONTHLY, "every month"), (Every(days=14), "every 14 days")])
def test_a_cadence_says_itself(every: Every, text: str) -> None:
    """One of a unit is singular."""
    assert text == str(every)


@pytest.mark.parametrize(("unit", "most"), [("days", 36_600), ("weeks", 5_200), ("months", 1_200), ("years", 100)])
def test_a_cadence_lasts_a_century_at_most(unit: str, most: int) -> None:
    """The longest cadence of each unit is taken, one more is refused."""
    assert most == getattr(Every(**{unit: most}), unit)
    with pytest.raises(RangeError):
        Every(**{unit: most + 1})


def test_a_month_that_has_begun_waits_for_next_year() -> None:
    """After 6 April the next 6 April is a year away; on the day itself it is today."""
    starts = (date(2024, 4, 20), date(2024, 4, 6))
    found = [BillingCycle.aligned(start, ANNUAL, month=4, day=6).boundary(0) for start in starts]
    assert [date(2025, 4, 6), date(2024, 4, 6)] == found


@pytest.mark.parametrize("start", [date(2024, 5, 2), date(2024, 6, 1)])
def test_a_calendar_month_begins_on_its_first(start: date) -> None:
    """From the second of a month on, the next calendar month is the first whole one."""
    assert date(2024, 6, 1) == BillingCycle.calendar(start, MONTHLY).boundary(0)


@pytest.mark.parametrize("options", [{"month": 0, "day": 1}, {"month": 13, "day": 1}, {"day": 0}, {"day": 32}])
def test_an_alignment_is_a_day_of_the_calendar(options: dict[str, int]) -> None:
    """Months are counted from 1 to 12, days from 1 to 31."""
    with pytest.raises(RangeError):
        BillingCycle.aligned(date(2024, 1, 1), ANNUAL, **options)


@pytest.mark.parametrize("first_month", [0, 13])
def test_a_year_begins_in_a_month(first_month: int) -> None:
    """The first month of a year is one of twelve."""
    with pytest.raises(RangeError):
        BillingCycle.calendar(date(2024, 1, 1), ANNUAL, first_month=first_month)
