"""How cases are read: every field that says something, and dates, rhythms and numbers in whichever words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from fields import Fields, as_printed, reading_all
from outcome import Declined
from words import as_written, cadence, days_in, number, one_of, read_day

from renewkit.policies.cycle import Every


def _reads_a(case: dict[str, Any]) -> None:
    assert case["input"]["a"] == 1


def test_a_case_that_is_read_whole_passes() -> None:
    """A check that reads every field passes the case."""
    reading_all(_reads_a)({"input": {"a": 1}})


def test_a_field_that_nobody_read_is_declined() -> None:
    """A case whose number agrees although it says more is declined, by a rule with a reason of its own."""
    with pytest.raises(Declined, match="unknown-field"):
        reading_all(_reads_a)({"input": {"a": 1, "b": 2}})


def test_another_number_is_a_failure_whatever_else_is_said() -> None:
    """A number that differs fails, unread fields or not."""
    with pytest.raises(AssertionError):
        reading_all(_reads_a)({"input": {"a": 2, "b": 2}})


def test_notes_need_not_be_read() -> None:
    """A field that says again what another says is named as a note and need not be read."""
    reading_all(_reads_a, notes=frozenset({"b"}))({"input": {"a": 1, "b": 2}})


def test_fields_inside_lists_are_watched() -> None:
    """The fields of objects in lists and objects count as well."""
    given = Fields({"tiers": [{"up_to": 1, "unit": 2}], "range": {"x": 3}, "by": [4]})
    assert [1, None, [4]] == [given["tiers"][0]["up_to"], given["range"].get("y"), given["by"]]
    assert ["tiers.unit", "range.x"] == list(given.unread())


def test_a_misprint_is_declined_only_where_it_differs() -> None:
    """A figure that its page contradicts is declined; where ours is the printed one all the same, the case passes."""
    as_printed(_reads_a)({"input": {"a": 1}, "check": "printed-differs"})
    with pytest.raises(Declined, match="printed-figure"):
        as_printed(_reads_a)({"input": {"a": 2}, "check": "printed-differs"})
    with pytest.raises(AssertionError):
        as_printed(_reads_a)({"input": {"a": 2}, "check": "as-printed"})


@pytest.mark.parametrize(
    ("text", "every"),
    [
        ("month", Every(months=1)),
        ("Monthly", Every(months=1)),
        ("3 months", Every(months=3)),
        ("every two weeks", Every(weeks=2)),
        ("every other week", Every(weeks=2)),
        ("biweekly", Every(weeks=2)),
        ("half-yearly", Every(months=6)),
        ("semi_annual", Every(months=6)),
        ("quarterly plan", Every(months=3)),
        ("3-month", Every(months=3)),
        ("annual", Every(years=1)),
        ("MONTH", Every(months=1)),
        ("daily", Every(days=1)),
    ],
)
def test_rhythms(text: str, every: Every) -> None:
    """A rhythm is read as an adjective, a noun, a number of units, in words or digits."""
    assert every == cadence(text)


def test_a_count_stands_beside_a_rhythm() -> None:
    """A count beside the rhythm multiplies it."""
    assert Every(months=6) == cadence("month", 6)


def test_an_unknown_rhythm_is_refused() -> None:
    """A word that is no rhythm is not guessed at."""
    with pytest.raises(AssertionError, match="no rhythm"):
        cadence("seasonal")


@pytest.mark.parametrize(
    "text", ["2023-01-31", "01-31", "Jan 31", "January 31st, 2023", "31 January 2023", "31st of Jan"]
)
def test_dates(text: str) -> None:
    """A date is read with or without its year, in digits or words."""
    assert date(2023, 1, 31) == read_day(text)


def test_a_date_without_a_year_falls_on_its_weekday() -> None:
    """A weekday beside a date chooses a year in which they agree, and 29 February a leap year."""
    assert date(2022, 6, 3) == read_day("Friday, June 3")
    assert date(2024, 2, 29) == read_day("02-29")


def test_a_text_without_a_date_is_refused() -> None:
    """What is no date is not guessed at."""
    with pytest.raises(AssertionError, match="no date"):
        read_day("soon")


@pytest.mark.parametrize("like", ["2023-02-28", "02-28", "Feb 28", "02-28 or 02-29", "on Tuesday, Feb 28"])
def test_a_day_is_written_as_the_case_does(like: str) -> None:
    """A day that a text names is written as there."""
    assert like == as_written(date(2023, 2, 28), like)


@pytest.mark.parametrize("like", ["2024-02-28", "03-01", "02-28..03-31", "not 02-28", 28])
def test_another_day_is_written_plainly(like: object) -> None:
    """A day that a text does not name, or not alone, is written by itself, and so differs."""
    assert as_written(date(2023, 2, 28), like) == "2023-02-28"


def test_small_words() -> None:
    """Numbers may be words; of several names the first that is given counts."""
    assert (3, 12) == (number("three"), number(12))
    assert ("y", None) == (one_of({"a": None, "b": "y"}, "a", "b"), one_of({}, "a"))
    assert [(None, 1, 31), (2024, 2, 29)] == list(days_in("Jan 31 and 2024-02-29"))
