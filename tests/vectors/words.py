"""Words of vendors' pages for days, rhythms and numbers: `Oct 1`, `10-01`, `every two weeks`, `half-yearly`, `1/2`.

Dates without a year are read in `YEAR`, a common year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from renewkit.policies.cycle import Every

__all__ = [
    "MONTHS",
    "WEEKDAYS",
    "YEAR",
    "as_written",
    "cadence",
    "days_in",
    "number",
    "one_of",
    "read_day",
    "weekday_in",
]

YEAR = 2023
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = tuple(date(YEAR, month, 1).strftime("%B").lower() for month in range(1, 13))
NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
UNITS = {"day": ("days", 1), "week": ("weeks", 1), "fortnight": ("weeks", 2), "month": ("months", 1)} | {
    "quarter": ("months", 3),
    "year": ("years", 1),
}
RHYTHMS = {
    "daily": "1 day",
    "biweekly": "2 weeks",
    "fortnightly": "2 weeks",
    "bimonthly": "2 months",
    "semiannual": "6 months",
    "semiannually": "6 months",
    "halfyear": "6 months",
    "halfyearly": "6 months",
    "annual": "1 year",
    "annually": "1 year",
    "biennial": "2 years",
    "biennially": "2 years",
}

_NAME = r"(?P<{0}>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_FORMS = (
    r"(?:(?P<y1>\d{4})-)?\b(?P<m1>\d{2})-(?P<d1>\d{2})(?!\d)",
    _NAME.format("m2") + r"\s+(?P<d2>\d{1,2})(?:st|nd|rd|th)?\b(?:,?\s+(?P<y2>\d{4}))?",
    r"\b(?P<d3>\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?" + _NAME.format("m3") + r"(?:,?\s+(?P<y3>\d{4}))?",
)
_DATE = re.compile("|".join(_FORMS), re.IGNORECASE)
_FILLER = re.compile(
    r"[\s,.()]|\b(?:" + "|".join((*WEEKDAYS, "or", "on", "the", "and", "every")) + r")\b", re.IGNORECASE
)


def days_in(text: str) -> Iterator[tuple[int | None, int, int]]:
    """Yield the dates of a text as (year or None, month, day)."""
    for found in _DATE.finditer(text):
        parts = {key[0]: value for key, value in found.groupdict().items() if value}
        month = parts["m"].lower()
        names = [name[:3] for name in MONTHS]
        year = int(parts["y"]) if "y" in parts else None
        yield year, int(month) if month.isdigit() else names.index(month) + 1, int(parts["d"])


def weekday_in(text: str) -> str | None:
    """Return the weekday that a text names."""
    return next((name for name in WEEKDAYS if name in text.lower()), None)


def read_day(text: str, weekday: str | None = None) -> date:
    """Read the first date of a text; without a year, in a common year in which it falls on its weekday."""
    found = next(days_in(text), None)
    assert found, f"no date in {text!r}"
    year, month, day = found
    if year:
        return date(year, month, day)
    if (month, day) == (2, 29):
        return date(2024, month, day)
    wanted = weekday or weekday_in(text)
    days = [date(each, month, day) for each in (YEAR, 2022, 2021, 2019, 2018, 2017, 2015, 2014)]
    return next((each for each in days if each.strftime("%A").lower() == wanted), days[0])


def as_written(day: date, like: object) -> str:
    """Write a date as a case does where it names this day (with or without its year, or a choice of days)."""
    text = day.isoformat()
    if not isinstance(like, str):
        return text
    named = list(days_in(like))
    ours = {(day.year, day.month, day.day), (None, day.month, day.day)}
    is_alone = (len(named) == 1 or " or " in like) and not _FILLER.sub("", _DATE.sub("", like))
    return like if ours & set(named) and is_alone else text


def number(text: object) -> int:
    """Read a whole number in digits or as a word."""
    word = str(text).lower()
    return NUMBERS.index(word) if word in NUMBERS else int(word)


def cadence(text: str, count: int = 1) -> Every:
    """Read a rhythm: `monthly`, `month`, `3 months`, `every two weeks`, `half-yearly`, `quarterly plan`."""
    word = text.lower().replace("every other ", "2 ").removeprefix("every ").removesuffix(" plan").strip()
    word = RHYTHMS.get(re.sub(r"[ _-]", "", word), word)
    found = re.fullmatch(r"(?:(\w+)[ _-])?(day|week|fortnight|month|quarter|year)(?:s|ly)?", word)
    assert found, f"no rhythm in {text!r}"
    unit, size = UNITS[found[2]]
    return Every(**{unit: size * count * (number(found[1]) if found[1] else 1)})


def one_of(given: Mapping[str, Any], *names: str) -> Any:  # noqa: ANN401  JSON
    """Return the first field that a case has of several that mean the same, None where it has none."""
    return next((given[name] for name in names if given.get(name) is not None), None)
