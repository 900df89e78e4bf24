"""Day counts: each convention at its known examples and at its edges; policies as values."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from renewkit.codec import from_json, to_json
from renewkit.errors import ConfigurationError, DateExpectedError, ExactNumberError, GranularityError, RangeError
from renewkit.values.daycount import (
    ChargeMode,
    CreditMode,
    DayCount,
    ProrationPolicy,
    RoundingScope,
    ShortRate,
    StubCharge,
    StubReference,
    check_granularity,
    counted_days,
    fraction,
    whole_months,
)
from renewkit.values.money import Rounding
from renewkit.values.period import Period, ServicePeriod, Span


def days(start: str, end: str) -> Period:
    """Make a period from two dates."""
    return Period(date.fromisoformat(start), date.fromisoformat(end))


def hours(start: int, end: int) -> Span:
    """Make a span of a day's hours."""
    return Span(datetime(2024, 3, 10, start, tzinfo=UTC), datetime(2024, 3, 10, end, tzinfo=UTC))


FEBRUARY = days("2024-02-01", "2024-03-01")
QUARTER = days("2024-01-01", "2024-04-01")
YEAR = days("2024-01-01", "2025-01-01")
WEEK = days("2024-02-05", "2024-02-12")


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (DayCount.ACTUAL, Fraction(14, 29)),
        (DayCount.FIXED_30, Fraction(14, 30)),
        (DayCount.FIRST_MONTH_30, Fraction(14, 30)),
        (DayCount.FIRST_MONTH_28, Fraction(14, 28)),
        (DayCount.THIRTY_360_BOND, Fraction(14, 30)),
        (DayCount.THIRTY_360_US, Fraction(14, 30)),
        (DayCount.THIRTY_E_360, Fraction(14, 30)),
        (DayCount.ACT_360, Fraction(14, 30)),
        (DayCount.ACT_365F, Fraction(14 * 12, 365)),
        (DayCount.ACT_ACT_ISDA, Fraction(14 * 12, 366)),
        (DayCount.MONTHS_THEN_DAYS, Fraction(14, 29)),
        (DayCount.MONTHS_THEN_30, Fraction(14, 30)),
        (DayCount.MONTHS_THEN_365, Fraction(14 * 12, 365)),
        (DayCount.WHOLE_MONTHS_UP, Fraction(1)),
        (DayCount.WHOLE_MONTHS_DOWN, Fraction(0)),
    ],
)
def test_the_first_half_of_february_is_what_the_convention_says(by: DayCount, expected: Fraction) -> None:
    """Fourteen days of February 2024 are another fraction by each convention."""
    assert expected == fraction(days("2024-02-01", "2024-02-15"), of=FEBRUARY, by=by)


@pytest.mark.parametrize(
    ("start", "end", "bond", "us", "euro"),
    [
        ("2024-01-31", "2024-02-29", 29, 29, 29),
        ("2024-02-29", "2024-03-31", 32, 30, 31),
        ("2023-02-28", "2023-03-30", 32, 30, 32),
        ("2024-02-29", "2025-02-28", 359, 360, 359),
        ("2024-01-30", "2024-03-31", 60, 60, 60),
        ("2024-01-31", "2024-03-31", 60, 60, 60),
        ("2024-01-15", "2024-03-31", 76, 76, 75),
        ("2023-11-01", "2024-05-01", 180, 180, 180),
    ],
)
def test_thirty_360_conventions_differ_at_month_ends(start: str, end: str, bond: int, us: int, euro: int) -> None:
    """The three 30/360 conventions treat the 31st and the end of February each in their own way."""
    by = (DayCount.THIRTY_360_BOND, DayCount.THIRTY_360_US, DayCount.THIRTY_E_360)
    assert [bond, us, euro] == [counted_days(days(start, end), by=count) for count in by]


def test_isda_splits_a_period_at_new_year() -> None:
    """ACT/ACT ISDA counts 31 December of a common year by 365 and 1 January of a leap year by 366."""
    two_days = days("2023-12-31", "2024-01-02")
    assert Fraction(1, 365) + Fraction(1, 366) == fraction(two_days, of=YEAR, by=DayCount.ACT_ACT_ISDA)


@pytest.mark.parametrize("by", [DayCount.FIXED_30, DayCount.ACT_360, DayCount.ACT_365F, DayCount.ACT_ACT_ISDA])
def test_a_reference_that_is_no_month_is_counted_by_the_same_convention(by: DayCount) -> None:
    """Three days of a week are 3/7 by every convention of actual days."""
    assert Fraction(3, 7) == fraction(days("2024-02-05", "2024-02-08"), of=WEEK, by=by)


def test_months_then_days_follows_the_grid_of_the_reference() -> None:
    """Half of February is half a month, wherever the part begins; the months of the reference weigh the same."""
    part = days("2024-02-16", "2024-04-01")
    assert (Fraction(14, 29) + 1) / 3 == fraction(part, of=QUARTER, by=DayCount.MONTHS_THEN_DAYS)


def test_months_then_days_keeps_a_clamped_grid() -> None:
    """A grid on the 31st opens on the last day of shorter months."""
    of = days("2024-01-31", "2024-03-31")
    assert Fraction(1, 2) == fraction(days("2024-02-29", "2024-03-31"), of=of, by=DayCount.MONTHS_THEN_DAYS)


def test_the_grid_of_a_reference_has_its_later_day() -> None:
    """A month from 29 February to 31 March is one of the 31st: half of March is 15 of its 31 days."""
    of = days("2024-02-29", "2024-03-31")
    assert Fraction(15, 31) == fraction(days("2024-02-29", "2024-03-15"), of=of, by=DayCount.MONTHS_THEN_DAYS)


def test_a_reference_of_no_whole_months_has_the_grid_of_its_start() -> None:
    """From 10 January to 20 February is a month of the 10th and ten of the next 28 days."""
    of = days("2023-01-10", "2023-02-20")
    assert Fraction(28, 38) == fraction(days("2023-01-10", "2023-02-10"), of=of, by=DayCount.MONTHS_THEN_DAYS)


def test_months_from_the_start_may_end_before_their_day() -> None:
    """From 7 December to 5 January there is no complete month."""
    part, month = days("2024-12-07", "2025-01-05"), days("2024-12-07", "2025-01-07")
    assert Fraction(29, 30) == fraction(part, of=month, by=DayCount.MONTHS_THEN_30)


@pytest.mark.parametrize(
    ("part", "up", "down"),
    [
        (("2024-01-16", "2024-04-01"), 3, 2),
        (("2024-02-29", "2024-03-31"), 1, 1),
        (("2024-01-10", "2024-02-10"), 1, 1),
    ],
)
def test_started_months_count_whole_or_not_at_all(part: tuple[str, str], up: int, down: int) -> None:
    """Months are counted from the part's own start; on a grid of month ends, from the nominal day."""
    of = days("2024-01-31", "2024-04-30") if part[0] == "2024-02-29" else QUARTER
    months = [fraction(days(*part), of=of, by=by) * 3 for by in (DayCount.WHOLE_MONTHS_UP, DayCount.WHOLE_MONTHS_DOWN)]
    assert [up, down] == months


def test_months_of_a_week_are_counted_up_by_themselves() -> None:
    """Where the reference is no month, it is counted as a started one."""
    assert Fraction(1) == fraction(days("2024-02-05", "2024-02-08"), of=WEEK, by=DayCount.WHOLE_MONTHS_UP)
    assert Fraction(3, 7) == fraction(days("2024-02-05", "2024-02-08"), of=WEEK, by=DayCount.MONTHS_THEN_30)


def test_seconds_are_exact_to_the_microsecond() -> None:
    """A span is measured in time, fractions of a second included."""
    start = datetime(2024, 3, 10, tzinfo=UTC)
    part, of = Span(start, start.replace(microsecond=1)), Span(start, start.replace(second=1))
    assert Fraction(1, 1_000_000) == fraction(part, of=of, by=DayCount.SECONDS)


@pytest.mark.parametrize(
    ("part", "of", "by"),
    [
        (FEBRUARY, FEBRUARY, DayCount.SECONDS),
        (hours(0, 6), hours(0, 12), DayCount.ACTUAL),
        (hours(0, 6), FEBRUARY, DayCount.ACTUAL),
        (FEBRUARY, hours(0, 6), DayCount.ACTUAL),
        (FEBRUARY, hours(0, 6), DayCount.SECONDS),
        (hours(0, 6), FEBRUARY, DayCount.SECONDS),
    ],
)
def test_days_and_instants_are_not_mixed(part: Period | Span, of: Period | Span, by: DayCount) -> None:
    """Civil days are not counted by the second, nor instants by the day."""
    with pytest.raises(GranularityError):
        fraction(part, of=of, by=by)


def test_a_grid_may_reach_back_before_its_reference() -> None:
    """A part that begins before the reference is measured on the same grid."""
    part = days("2023-12-16", "2024-02-01")
    assert (Fraction(16, 31) + 1) / 3 == fraction(part, of=QUARTER, by=DayCount.MONTHS_THEN_DAYS)


def test_a_day_before_the_nominal_one_lies_in_the_month_before() -> None:
    """On a grid from the 15th, the 10th lies in the month that began on the 15th before."""
    of, part = days("2024-01-15", "2024-03-15"), days("2024-01-15", "2024-02-10")
    assert Fraction(26, 31) / 2 == fraction(part, of=of, by=DayCount.MONTHS_THEN_DAYS)


def test_the_kind_of_a_period_is_checked_by_its_count() -> None:
    """Spans go with SECONDS and nothing else."""
    check_granularity(hours(0, 6), DayCount.SECONDS)
    with pytest.raises(TypeError, match="expected a Span of instants"):
        check_granularity(FEBRUARY, DayCount.SECONDS)


@pytest.mark.parametrize(
    ("of", "by"),
    [
        (WEEK, DayCount.WHOLE_MONTHS_DOWN),
        (days("2024-01-30", "2024-01-31"), DayCount.THIRTY_E_360),
    ],
)
def test_a_reference_that_counts_for_nothing_is_refused(of: Period, by: DayCount) -> None:
    """A convention that finds nothing in the reference cannot measure a part of it."""
    with pytest.raises(ConfigurationError, match="a reference that the convention can measure"):
        fraction(of, of=of, by=by)


@pytest.mark.parametrize(
    "by", [DayCount.SECONDS, DayCount.MONTHS_THEN_DAYS, DayCount.MONTHS_THEN_30, DayCount.WHOLE_MONTHS_UP]
)
def test_months_and_seconds_have_no_days(by: DayCount) -> None:
    """Only conventions that count days can say how many there are."""
    with pytest.raises(ConfigurationError, match="a convention that counts days"):
        counted_days(FEBRUARY, by=by)


def test_a_count_is_a_day_count() -> None:
    """A word for a convention is refused."""
    with pytest.raises(ConfigurationError, match="a DayCount"):
        fraction(FEBRUARY, of=FEBRUARY, by="actual")  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(ConfigurationError, match="a DayCount"):
        counted_days(FEBRUARY, by="actual")  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize(
    ("period", "months"),
    [
        (FEBRUARY, 1),
        (YEAR, 12),
        (days("2024-01-31", "2024-02-29"), 1),
        (days("2024-02-29", "2024-03-31"), 1),
        (days("2024-02-28", "2024-03-31"), 0),
        (WEEK, 0),
    ],
)
def test_whole_months_are_those_of_some_nominal_day(period: Period, months: int) -> None:
    """A period has whole months if one nominal day gives both of its ends."""
    assert months == whole_months(period)


# ----------------------------------------------------------------------------------------------------------- the policy


def test_a_policy_rounds_shares_half_up() -> None:
    """With nine places 14/31 is 0.451612903."""
    policy = ProrationPolicy(fraction_places=9)
    january = days("2024-01-01", "2024-02-01")
    assert Fraction("0.451612903") == policy.share(days("2024-01-01", "2024-01-15"), of=january)


def test_a_part_beyond_its_reference_is_measured_as_it_is() -> None:
    """A long stub may cost more than one whole price."""
    assert Fraction(60, 29) == ProrationPolicy().share(days("2024-02-01", "2024-04-01"), of=FEBRUARY)


def test_a_part_inside_is_never_billed_below_nothing() -> None:
    """Months of 28 days count 31 January as less than nothing, which is not billed."""
    of = days("2024-01-31", "2024-02-29")
    policy = ProrationPolicy(DayCount.FIRST_MONTH_28)
    assert Fraction(0) == policy.share(days("2024-01-31", "2024-02-01"), of=of)


def test_a_whole_of_the_wrong_kind_is_refused() -> None:
    """Even a whole period must be of the kind that the policy counts."""
    with pytest.raises(GranularityError):
        ProrationPolicy(DayCount.SECONDS).share(FEBRUARY, of=FEBRUARY)


def test_elapsed_runs_from_nothing_to_one() -> None:
    """At the start nothing has elapsed, at the end all of it."""
    ends = [ProrationPolicy().elapsed(day, of=FEBRUARY) for day in (FEBRUARY.start, FEBRUARY.end)]
    assert [Fraction(0), Fraction(1)] == ends


def test_elapsed_of_a_span_takes_instants() -> None:
    """Half of twelve hours is a half; a date is refused for a span, and an instant for a period."""
    by_time = ProrationPolicy(DayCount.SECONDS)
    assert Fraction(1, 2) == by_time.elapsed(datetime(2024, 3, 10, 6, tzinfo=UTC), of=hours(0, 12))
    with pytest.raises(DateExpectedError):
        ProrationPolicy().elapsed(datetime(2024, 2, 10, tzinfo=UTC), of=FEBRUARY)


LATE, EARLY = days("2024-02-10", "2024-03-01"), days("2024-02-01", "2024-02-10")
INNER = days("2024-02-10", "2024-02-20")


@pytest.mark.parametrize(
    ("period", "leading", "trailing", "expected"),
    [
        (FEBRUARY, StubCharge.FREE, StubCharge.FREE, Fraction(1)),
        (LATE, StubCharge.FREE, StubCharge.FULL, Fraction(0)),
        (LATE, StubCharge.FULL, StubCharge.FREE, Fraction(1)),
        (LATE, StubCharge.PRORATED, StubCharge.FREE, Fraction(20, 29)),
        (EARLY, StubCharge.FREE, StubCharge.FULL, Fraction(1)),
        (EARLY, StubCharge.FULL, StubCharge.FREE, Fraction(0)),
        (EARLY, StubCharge.FULL, StubCharge.PRORATED, Fraction(9, 29)),
        (INNER, StubCharge.FULL, StubCharge.FREE, Fraction(0)),
        (INNER, StubCharge.FULL, StubCharge.FULL, Fraction(1)),
        (INNER, StubCharge.FULL, StubCharge.PRORATED, Fraction(10, 29)),
    ],
)
def test_stubs_cost_what_their_side_says(
    period: Period, leading: StubCharge, trailing: StubCharge, expected: Fraction
) -> None:
    """A late start is a leading stub, an early end a trailing one, and a service may be both."""
    policy = ProrationPolicy(leading_stub=leading, trailing_stub=trailing)
    assert expected == policy.service_share(ServicePeriod(period, FEBRUARY))


@pytest.mark.parametrize(
    "options",
    [
        {"by": "actual"},
        {"rounding": "half_up"},
        {"rounding_scope": True},
        {"stub_reference": StubCharge.FREE},
        {"leading_stub": None},
        {"credit": ChargeMode.FULL},
        {"charge": CreditMode.FULL},
        {"change_day": 1},
        {"earlier_credits": "limit"},
    ],
)
def test_an_option_of_the_wrong_kind_is_refused(options: dict[str, object]) -> None:
    """Each option takes the members of its own enumeration."""
    with pytest.raises(ConfigurationError, match=f"as {next(iter(options))}"):
        ProrationPolicy(**options)  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize("places", [-1, 19])
def test_places_outside_0_to_18_are_refused(places: int) -> None:
    """A fraction has between no and 18 decimals."""
    with pytest.raises(RangeError, match="decimal places"):
        ProrationPolicy(fraction_places=places)


def test_places_are_whole_numbers() -> None:
    """A float of places is refused."""
    with pytest.raises(ExactNumberError):
        ProrationPolicy(fraction_places=2.0)  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize("penalty", ["-0.01", "1.01"])
def test_a_penalty_is_a_share(penalty: str) -> None:
    """A short-rate penalty lies between nothing and all."""
    with pytest.raises(RangeError, match="a penalty from 0 to 1"):
        ShortRate(penalty)


def test_a_penalty_is_exact() -> None:
    """A float of a penalty is refused; a Decimal is taken exactly."""
    with pytest.raises(ExactNumberError):
        ShortRate(0.1)  # type: ignore[arg-type]  # wrong on purpose
    assert Fraction(9, 10) == ShortRate(Decimal("0.1")).kept


def test_policies_are_values() -> None:
    """Two policies with the same options are the same policy, in sets as well."""
    one, other = (ProrationPolicy(DayCount.ACT_360, Rounding.UP, credit=ShortRate("0.1")) for _ in range(2))
    assert {one} == {other}


@pytest.mark.parametrize("credit", [CreditMode.NONE, ShortRate("0.1")])
def test_policies_read_back(credit: CreditMode | ShortRate) -> None:
    """A policy is the same after a round trip through JSON, whichever mode of credit it has."""
    policy = ProrationPolicy(
        DayCount.MONTHS_THEN_DAYS,
        Rounding.HALF_EVEN,
        rounding_scope=RoundingScope.PER_LINE,
        stub_reference=StubReference.EDGE,
        credit=credit,
        fraction_places=9,
    )
    assert policy == from_json(to_json(policy), ProrationPolicy)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (DayCount.MONTHS_THEN_DAYS, Fraction(53, 87)),  # (1 + 24 of 29 days) of 3 months
        (DayCount.MONTHS_THEN_30, Fraction(3, 5)),  # (1 + 24 of 30 days) of 3 months
        (DayCount.MONTHS_THEN_365, Fraction(653, 1095)),  # (1 + 24 of 365 / 12 days) of 3 months
    ],
)
def test_whole_months_are_counted_before_days(by: DayCount, expected: Fraction) -> None:
    """From 15 January to 10 March lie a whole month and 24 days, whose month has 29 days."""
    quarter = Period(date(2024, 1, 15), date(2024, 4, 15))
    assert expected == fraction(Period(date(2024, 1, 15), date(2024, 3, 10)), of=quarter, by=by)


def test_a_part_never_costs_more_than_the_whole() -> None:
    """61 days of 62 are more than two months of 30 days; inside its reference a part is 1 at most."""
    summer = Period(date(2024, 7, 1), date(2024, 9, 1))
    parts = (Period(date(2024, 7, 2), date(2024, 9, 1)), Period(date(2024, 7, 1), date(2024, 8, 31)))
    assert [1, 1] == [ProrationPolicy(DayCount.FIXED_30).share(part, of=summer) for part in parts]


@pytest.mark.parametrize("penalty", [0, 1])
def test_a_penalty_may_be_nothing_or_all(penalty: int) -> None:
    """The edges of a share are shares."""
    assert Fraction(1 - penalty) == ShortRate(penalty).kept


def test_the_most_places_of_a_fraction() -> None:
    """18 decimals are the most, 0 the least."""
    assert (18, 0) == (
        ProrationPolicy(fraction_places=18).fraction_places,
        ProrationPolicy(fraction_places=0).fraction_places,
    )
    with pytest.raises(RangeError, match="18"):
        ProrationPolicy(fraction_places=19)
