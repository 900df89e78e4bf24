from datetime import date, datetime

import pytest

from renewkit.codec import from_json, to_json
from renewkit.errors import ConfigurationError, DateExpectedError, RangeError
from renewkit.values.calendar import TARGET2, WEEKENDS, BusinessCalendar, Roll, easter, roll

SATURDAY = date(2024, 6, 15)
MONTH_END_SATURDAY = date(2024, 8, 31)
FIRST_SUNDAY = date(2024, 9, 1)


def test_weekends_alone() -> None:
    """Without holidays Monday to Friday are worked."""
    worked = [WEEKENDS.is_business_day(date(2024, 6, day)) for day in range(10, 17)]
    assert [True] * 5 + [False] * 2 == worked


def test_a_working_day_beats_a_weekend() -> None:
    """A make-up Saturday is worked."""
    assert BusinessCalendar(working_days=(SATURDAY,)).is_business_day(SATURDAY)


def test_another_weekend() -> None:
    """A weekend of Friday and Saturday leaves Sunday worked."""
    calendar = BusinessCalendar((4, 5))
    assert (False, True) == (calendar.is_business_day(date(2024, 6, 14)), calendar.is_business_day(date(2024, 6, 16)))


def test_yearly_holidays_return() -> None:
    """A yearly holiday is one in any year."""
    calendar = BusinessCalendar((), yearly=((12, 25),))
    assert not any(calendar.is_business_day(date(year, 12, 25)) for year in (1999, 2024, 2199))


@pytest.mark.parametrize("day", ["2026-01-01", "2026-04-03", "2026-04-06", "2026-05-01", "2026-12-25", "2024-12-26"])
def test_target2_holidays(day: str) -> None:
    """The six rules of TARGET2 (26 December is a Saturday in 2026)."""
    assert not TARGET2.is_business_day(date.fromisoformat(day))


def test_target2_has_no_substitute_days() -> None:
    """Where 26 December is a Saturday, the Monday after it is worked."""
    assert TARGET2.is_business_day(date(2026, 12, 28))


@pytest.mark.parametrize(
    ("year", "day"),
    [
        (1818, "1818-03-22"),
        (1943, "1943-04-25"),
        (2000, "2000-04-23"),
        (2038, "2038-04-25"),
        (7515, "7515-04-25"),  # the first year in which the latest Easter is a near miss of the rule's last division
    ],
)
def test_easter(year: int, day: str) -> None:
    """The earliest and latest Easters fall where church tables have them."""
    assert day == str(easter(year))


def test_easter_agrees_with_dateutil() -> None:
    """Another implementation finds the same days for as long as it counts the Gregorian calendar."""
    other = pytest.importorskip("dateutil.easter", reason="the peer is not installed")
    years = range(1583, 4_100)
    assert [other.easter(year) for year in years] == [easter(year) for year in years]


@pytest.mark.parametrize(
    ("day", "how", "rolled"),
    [
        (SATURDAY, Roll.FOLLOWING, "2024-06-17"),
        (SATURDAY, Roll.PRECEDING, "2024-06-14"),
        (SATURDAY, Roll.MODIFIED_FOLLOWING, "2024-06-17"),
        (SATURDAY, Roll.MODIFIED_PRECEDING, "2024-06-14"),
        (SATURDAY, Roll.NONE, "2024-06-15"),
        (MONTH_END_SATURDAY, Roll.FOLLOWING, "2024-09-02"),
        (MONTH_END_SATURDAY, Roll.MODIFIED_FOLLOWING, "2024-08-30"),
        (FIRST_SUNDAY, Roll.PRECEDING, "2024-08-30"),
        (FIRST_SUNDAY, Roll.MODIFIED_PRECEDING, "2024-09-02"),
        (date(2024, 6, 12), Roll.PRECEDING, "2024-06-12"),
    ],
)
def test_rolls(day: date, how: Roll, rolled: str) -> None:
    """Each convention moves a Saturday, and stays in its month where it says so."""
    assert rolled == str(roll(day, how, WEEKENDS))


@pytest.mark.parametrize(
    ("day", "how", "rolled"),
    [
        ("2026-01-31", Roll.FOLLOWING, "2026-02-02"),
        ("2026-01-31", Roll.MODIFIED_FOLLOWING, "2026-01-30"),
        ("2026-04-03", Roll.FOLLOWING, "2026-04-07"),
        ("2026-05-31", Roll.MODIFIED_FOLLOWING, "2026-05-29"),
    ],
)
def test_rolls_in_target2(day: str, how: Roll, rolled: str) -> None:
    """The dates that QuantLib gives for the euro calendar."""
    assert rolled == str(roll(date.fromisoformat(day), how, TARGET2))


@pytest.mark.parametrize(("n", "day"), [(1, "2024-06-17"), (5, "2024-06-21"), (-1, "2024-06-14"), (0, "2024-06-15")])
def test_business_days_are_counted_from_a_day(n: int, day: str) -> None:
    """From a Saturday one business day on is Monday, and none leaves the day alone."""
    assert day == str(WEEKENDS.add(SATURDAY, n))


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [("2024-06-10", "2024-06-17", 5), ("2024-06-17", "2024-06-10", -5), ("2024-06-15", "2024-06-15", 0)],
)
def test_business_days_between(start: str, end: str, days: int) -> None:
    """A week has five, backwards they are negative, and an empty range has none."""
    assert days == WEEKENDS.count(date.fromisoformat(start), date.fromisoformat(end))


def test_what_is_known() -> None:
    """A calendar without a limit knows every day; one with a limit knows its last day and no later one."""
    calendar = BusinessCalendar(known_until=date(2026, 12, 31))
    answers = WEEKENDS.knows(SATURDAY), calendar.knows(date(2026, 12, 31)), calendar.knows(date(2027, 1, 1))
    assert (True, True, False) == answers


def test_order_and_repeats_do_not_matter() -> None:
    """Calendars with the same days are equal and have the same hash."""
    one = BusinessCalendar((6, 5, 6), (date(2024, 5, 1), date(2024, 1, 1)))
    two = BusinessCalendar((5, 6), (date(2024, 1, 1), date(2024, 5, 1), date(2024, 5, 1)))
    assert (one, hash(one)) == (two, hash(two))


def test_a_calendar_reads_back_from_json() -> None:
    """A calendar is plain data."""
    calendar = BusinessCalendar((5, 6), (date(2024, 5, 1),), working_days=(SATURDAY,), yearly=((1, 1),), easter=(-2,))
    assert calendar == from_json(to_json(calendar), BusinessCalendar)


def test_a_week_without_work_is_refused() -> None:
    """A weekend of seven days leaves nothing to roll to."""
    with pytest.raises(ConfigurationError, match="weekend of seven days"):
        BusinessCalendar(tuple(range(7)))


def test_a_year_without_work_is_refused() -> None:
    """A search for a business day ends: yearly holidays that leave less than a day are refused."""
    with pytest.raises(ConfigurationError, match="yearly"):
        BusinessCalendar(yearly=tuple((month, day) for month in range(1, 13) for day in range(1, 32)))


def test_a_hundred_yearly_holidays_are_the_most() -> None:
    """A hundred pairs are taken, one more is not."""
    days = [(month, day) for month in range(1, 13) for day in range(1, 29)]
    assert 100 == len(BusinessCalendar(yearly=tuple(days[:100])).yearly)
    with pytest.raises(ConfigurationError, match="101 of them"):
        BusinessCalendar(yearly=tuple(days[:101]))


def test_the_first_and_last_days_of_months_may_return() -> None:
    """Months are counted from 1 to 12 and days from 1 to 31."""
    assert ((1, 1), (12, 31)) == BusinessCalendar(yearly=((1, 1), (12, 31))).yearly


def test_what_is_rare_is_named() -> None:
    """Only weekend and holidays are given by position."""
    with pytest.raises(TypeError, match="positional"):
        BusinessCalendar((5, 6), (), ())  # type: ignore[misc]  # the claim is that it is refused


def test_a_day_that_is_both_is_refused() -> None:
    """A date cannot be a holiday and a working day."""
    with pytest.raises(ConfigurationError, match="2024-06-15"):
        BusinessCalendar(holidays=(SATURDAY,), working_days=(SATURDAY,))


@pytest.mark.parametrize(
    "options",
    [
        {"weekend": (7,)},
        {"weekend": (-1,)},
        {"yearly": ((13, 1),)},
        {"yearly": ((0, 1),)},
        {"yearly": ((1, 32),)},
        {"yearly": ((1, 0),)},
    ],
)
def test_days_that_do_not_exist_are_refused(options: dict[str, object]) -> None:
    """Weekdays are 0 to 6, months 1 to 12, days 1 to 31."""
    with pytest.raises(RangeError):
        BusinessCalendar(**options)  # type: ignore[arg-type]  # a caller's mistake


def test_a_word_is_no_convention() -> None:
    """A convention is a member of Roll, not its name."""
    with pytest.raises(ConfigurationError, match=r"Roll\.FOLLOWING"):
        roll(SATURDAY, "following", WEEKENDS)  # type: ignore[arg-type]  # a caller's mistake


def test_a_datetime_is_refused() -> None:
    """A moment is no civil day."""
    with pytest.raises(DateExpectedError):
        WEEKENDS.is_business_day(datetime(2024, 1, 1))


def test_the_holidays_do_not_flood_a_message() -> None:
    """The repr counts holidays rather than listing them."""
    shown = (
        "BusinessCalendar(weekend=(5, 6), holidays=<1 days>, working_days=(), yearly=(), easter=(), known_until=None)"
    )
    assert shown == repr(BusinessCalendar(holidays=(SATURDAY,)))
