"""Business days and rolls as calls of the public API; countries come from the `holidays` extra."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from fields import reading_all

from renewkit.adapters.holidays import country_calendar, financial_calendar
from renewkit.values.calendar import TARGET2, WEEKENDS, BusinessCalendar, Roll, roll

Case = dict[str, Any]

SATURDAY = 5
NAMED = {"TARGET": TARGET2, "TARGET2": TARGET2, "WEEKENDS": WEEKENDS, "weekends": WEEKENDS}


def calendar_of(name: str, day: date) -> BusinessCalendar:
    """Return a named calendar, a payment system's, a country's or a subdivision's (`GB-ENG`)."""
    if name in NAMED:
        return NAMED[name]
    years = (day.year - 1, day.year, day.year + 1)
    if name == "FED" or (len(name) > 3 and name.startswith("X")):
        return financial_calendar(f"X{name.removeprefix('X')}", years=years)
    country, _, subdivision = name.partition("-")
    return country_calendar(country, years=years, subdivision=subdivision or None)


def business_days(case: Case) -> None:
    """Compare rolls, counts and single days."""
    given, expected = case["input"], case["expected"]
    day = date.fromisoformat(given.get("date") or f"{given['year']}-01-01")
    calendar = calendar_of(given["calendar"], day)
    is_worked = calendar.is_business_day(day)
    year = [each for n in range(366) if (each := day.replace(month=1, day=1) + timedelta(days=n)).year == day.year]
    closed = [str(each) for each in year if each.weekday() < SATURDAY and not calendar.is_business_day(each)]
    opened = [str(each) for each in year if each.weekday() >= SATURDAY and calendar.is_business_day(each)]
    answers = {
        **dict.fromkeys(("holidays", "weekday_holidays", "closed"), closed),
        **dict.fromkeys(("make_up_days", "working_weekend_days"), opened),
        **{how.value: str(roll(day, how, calendar)) for how in Roll},
        "working_day": is_worked,
        "business_day": is_worked,
        "next": str(calendar.add(day, 1)),
        "date": str(calendar.add(day, given.get("add_working_days", 0))),
    }
    found = {field: answers.get(field, "no answer") for field in expected}
    assert expected == found, f"expected {expected}, got {found}"


KINDS: dict[str, Callable[[Case], None]] = {"cal": reading_all(business_days)}
