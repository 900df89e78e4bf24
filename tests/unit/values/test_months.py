import copy
import pickle
from datetime import date, datetime

import pendulum
import pytest

from renewkit.errors import DateExpectedError, ExactNumberError, RangeError
from renewkit.values.months import (
    DateTable,
    add_months,
    clamped,
    dates_by_month,
    dates_by_ordinal,
    month_index,
    month_length,
)


def test_months_are_one_row_of_integers() -> None:
    """December and the January after it are neighbours."""
    assert 1 == month_index(date(2025, 1, 1)) - month_index(date(2024, 12, 31))


@pytest.mark.parametrize(("year", "days"), [(2023, 28), (2024, 29), (1900, 28), (2000, 29), (2100, 28)])
def test_february_follows_the_gregorian_rule(year: int, days: int) -> None:
    """A leap year is one in four, less the centuries, but for every fourth of those."""
    assert days == month_length(month_index(date(year, 2, 1)))


def test_every_length_agrees_with_the_calendar_module() -> None:
    """The lengths are those of the standard library, for four centuries."""
    import calendar

    lengths = [calendar.monthrange(year, month)[1] for year in range(1900, 2300) for month in range(1, 13)]
    assert lengths == [month_length(index) for index in range(1900 * 12, 2300 * 12)]


@pytest.mark.parametrize(("day", "clamp"), [(28, 28), (29, 28), (30, 28), (31, 28), (1, 1)])
def test_a_nominal_day_is_clamped_to_the_month(day: int, clamp: int) -> None:
    """In February of a common year the 29th to the 31st are the 28th."""
    assert pendulum.Date(2023, 2, clamp) == clamped(month_index(date(2023, 2, 1)), day)


def test_dates_are_pendulum_dates() -> None:
    """What comes out is a pendulum date, not the standard library's."""
    assert pendulum.Date is type(clamped(month_index(date(2024, 1, 1)), 31))


def test_months_are_added_from_the_day_itself() -> None:
    """A month after 31 January is the end of February, and back it is the 28th."""
    assert (date(2023, 2, 28), date(2023, 1, 28)) == (
        add_months(date(2023, 1, 31), 1),
        add_months(date(2023, 2, 28), -1),
    )


def test_a_nominal_day_survives_a_short_month() -> None:
    """With the agreed day, a clamped date finds its way back to the 31st."""
    assert date(2023, 3, 31) == add_months(date(2023, 2, 28), 1, nominal=31)


@pytest.mark.parametrize("day", [0, 32, -1])
def test_days_that_no_month_has_are_refused(day: int) -> None:
    """A nominal day is 1 to 31."""
    with pytest.raises(RangeError, match="day of month from 1 to 31"):
        clamped(24_000, day)


@pytest.mark.parametrize("index", [11, -1, 9999 * 12 + 12])
def test_months_outside_the_calendar_are_refused(index: int) -> None:
    """The years 1 to 9999 have months, others have not."""
    with pytest.raises(RangeError, match="years 1 to 9999"):
        clamped(index, 1)


@pytest.mark.parametrize("number", [0, -5, 4_000_000])
def test_days_outside_the_calendar_are_refused(number: int) -> None:
    """The ordinals of the years 1 to 9999 are days, others are not."""
    with pytest.raises(RangeError, match="years 1 to 9999"):
        dates_by_ordinal()[number]


def test_half_a_month_is_refused() -> None:
    """A fraction is no month."""
    with pytest.raises(ExactNumberError, match="month"):
        clamped(24_000.5, 1)  # type: ignore[arg-type]  # a caller's mistake


def test_a_datetime_is_refused() -> None:
    """A datetime has no civil date before its zone is known."""
    with pytest.raises(DateExpectedError):
        add_months(datetime(2024, 1, 31, 12), 1)


def test_common_years_are_kept_and_others_are_not() -> None:
    """A date between 1970 and 2300 is made once; one outside is made anew, so that tables stay bounded."""
    table = dates_by_month(17)
    assert table[24_000] is table[24_000]
    assert table[500] is not table[500]
    assert 500 not in table


def test_tables_by_ordinal_and_by_month_agree() -> None:
    """Both tables name the same day by an equal date."""
    assert date(2024, 2, 29) == dates_by_ordinal()[date(2024, 2, 29).toordinal()] == dates_by_month(30)[24_289]


@pytest.mark.parametrize("table", [dates_by_month(31), dates_by_ordinal()], ids=["by month", "by ordinal"])
def test_a_table_travels_as_its_day_alone(table: dict[int, pendulum.Date]) -> None:
    """Copies and pickles are the shared table, not its dates."""
    assert pickle.loads(pickle.dumps(table)) is table  # noqa: S301  our own bytes
    assert copy.deepcopy(table) is table


def test_the_calendar_begins_and_ends_with_its_first_and_last_day() -> None:
    """Every day of the years 1 to 9999 can be had, by month and by ordinal, and none beyond."""
    first, last = date(1, 1, 1), date(9999, 12, 31)
    assert [first, last] == [clamped(month_index(day), day.day) for day in (first, last)]
    assert [first, last] == [dates_by_ordinal()[day.toordinal()] for day in (first, last)]
    for beyond in (month_index(first) - 1, month_index(last) + 1):
        with pytest.raises(RangeError):
            clamped(beyond, 1)
    for beyond in (0, last.toordinal() + 1):
        with pytest.raises(RangeError):
            dates_by_ordinal()[beyond]


@pytest.mark.parametrize("table", [DateTable(31), DateTable(0)])
def test_only_common_years_are_kept(table: DateTable) -> None:
    """A table remembers the dates of 1970 to 2299; any other day is made anew each time it is asked for."""
    days = [
        date(1969, 12, 31),
        date(1970, 1, 31 if table.nominal else 1),
        date(2299, 12, 31),
        date(2300, 1, 31 if table.nominal else 1),
    ]
    numbers = [month_index(day) if table.nominal else day.toordinal() for day in days]
    assert days == [table[number] for number in numbers]
    assert [False, True, True, False] == [number in table for number in numbers]
