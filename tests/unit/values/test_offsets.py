"""Lead offsets and windows."""

from datetime import UTC, date, datetime

import pytest

from renewkit.codec import from_json, to_json
from renewkit.errors import ConfigurationError, ExactNumberError, RangeError
from renewkit.values.calendar import TARGET2
from renewkit.values.offsets import (
    Offset,
    OffsetUnit,
    Window,
    business_days_after,
    business_days_before,
    days_after,
    days_before,
    hours_after,
    hours_before,
    months_after,
    months_before,
    on_the_day,
)


@pytest.mark.parametrize(
    ("offset", "day", "expected"),
    [
        (days_before(30), date(2026, 3, 31), date(2026, 3, 1)),
        (days_after(3), date(2026, 2, 27), date(2026, 3, 2)),
        (on_the_day(), date(2026, 3, 1), date(2026, 3, 1)),
        (business_days_before(5), date(2026, 3, 9), date(2026, 3, 2)),
        (business_days_after(1), date(2026, 3, 6), date(2026, 3, 9)),
        (business_days_before(1), date(2026, 3, 8), date(2026, 3, 6)),
        (months_before(1), date(2026, 3, 31), date(2026, 2, 28)),
        (months_after(12), date(2024, 2, 29), date(2025, 2, 28)),
    ],
)
def test_an_offset_names_a_day(offset: Offset, day: date, expected: date) -> None:
    """Days, business days and months are counted in civil days."""
    assert expected == offset.day_from(day)


def test_business_days_are_those_of_the_calendar() -> None:
    """Good Friday and Easter Monday are no business days of TARGET2."""
    assert date(2026, 4, 1) == business_days_before(2).day_from(date(2026, 4, 7), TARGET2)


def test_hours_are_elapsed_time() -> None:
    """Twenty-four hours before noon in New York on the day the clocks go forward is eleven the day before."""
    noon = datetime(2026, 3, 8, 16, tzinfo=UTC)
    assert datetime(2026, 3, 7, 16, tzinfo=UTC) == hours_before(24).moment_from(noon)


def test_hours_have_no_day() -> None:
    """A lead in hours cannot be asked for a day."""
    with pytest.raises(ConfigurationError, match="24 hours before"):
        hours_before(24).day_from(date(2026, 3, 8))


def test_days_have_no_hour() -> None:
    """A lead in days cannot be asked for an instant."""
    with pytest.raises(ConfigurationError, match="3 days after"):
        days_after(3).moment_from(datetime(2026, 3, 8, tzinfo=UTC))


@pytest.mark.parametrize(
    ("offset", "words", "tag"),
    [
        (days_before(1), "1 day before", "-1d"),
        (business_days_after(3), "3 business days after", "+3b"),
        (months_before(2), "2 months before", "-2m"),
        (hours_after(1), "1 hour after", "+1h"),
        (hours_before(0), "at the time", "0h"),
        (on_the_day(), "on the day", "0d"),
    ],
)
def test_an_offset_reads_well(offset: Offset, words: str, tag: str) -> None:
    """An offset has words for people and a tag for keys."""
    assert (words, tag) == (str(offset), offset.tag)


@pytest.mark.parametrize("count", [-1, 36_526])
def test_the_direction_is_in_the_name(count: int) -> None:
    """`days_before` takes neither a negative number nor more than a hundred years."""
    with pytest.raises(RangeError):
        days_before(count)


@pytest.mark.parametrize("count", [1.5, True, "3"])
def test_an_offset_counts_whole_units(count: int) -> None:
    """Half a day is no lead."""
    with pytest.raises(ExactNumberError):
        Offset(count)


def test_a_window_names_its_first_and_last_day() -> None:
    """California's window for a renewal on 1 March 2027."""
    window = Window(days_before(45), days_before(15))
    assert (date(2027, 1, 15), date(2027, 2, 14)) == window.days(date(2027, 3, 1))


def test_a_window_may_be_open() -> None:
    """No earliest day, or no latest one, is no bound."""
    assert (None, None) == Window(None, None).days(date(2027, 3, 1))


@pytest.mark.parametrize(
    ("window", "words"),
    [
        (Window(None, None), "at any time"),
        (Window(None, days_before(5)), "at the latest 5 days before"),
        (Window(days_before(30), None), "from 30 days before on"),
        (Window(months_before(3), months_before(1)), "from 3 months before to 1 month before"),
    ],
)
def test_a_window_reads_well(window: Window, words: str) -> None:
    """A window has words for people."""
    assert words == str(window)


def test_an_empty_window_is_refused() -> None:
    """A window that ends before it starts leaves no moment."""
    with pytest.raises(ConfigurationError, match="not empty"):
        Window(days_before(15), days_before(45))


def test_a_window_may_be_a_single_day() -> None:
    """Both days are included, so that one day is a window."""
    assert (date(2027, 2, 24), date(2027, 2, 24)) == Window(days_before(5), days_before(5)).days(date(2027, 3, 1))


def test_an_offset_reaches_a_hundred_years() -> None:
    """The farthest offset is allowed either way."""
    assert (-36_525, 36_525) == (days_before(36_525).count, days_after(36_525).count)


def test_bounds_of_two_units_are_judged_by_date() -> None:
    """Whether a month and twenty days leave a window depends on the month, so it is not refused."""
    assert (date(2026, 2, 28), date(2026, 3, 11)) == Window(months_before(1), days_before(20)).days(date(2026, 3, 31))


@pytest.mark.parametrize("value", [days_before(30), Window(None, hours_before(24)), Offset(3, OffsetUnit.MONTHS)])
def test_offsets_survive_json(value: object) -> None:
    """What is written reads back equal."""
    assert value == from_json(to_json(value), type(value))
