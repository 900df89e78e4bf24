"""Cycles that vendors' documentation and users' reports describe, as calls of the public API.

These cases explain themselves through their fields, so each reader here is found by the fields of the input that it
reads. Dates without a year are read in a common year.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from typing import Any

from outcome import Declined

from renewkit.errors import ConfigurationError
from renewkit.policies.cycle import (
    ANNUAL,
    DAILY,
    MONTHLY,
    QUARTERLY,
    SEMIANNUAL,
    WEEKLY,
    BillingCycle,
    Every,
    LastBusinessDay,
    trial_end,
)
from renewkit.values.calendar import WEEKENDS, Roll, roll
from renewkit.values.period import Period

Case = dict[str, Any]

YEAR = 2023
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = tuple(date(YEAR, month, 1).strftime("%B").lower() for month in range(1, 13))
WORDS = {
    "day": DAILY,
    "daily": DAILY,
    "week": WEEKLY,
    "weekly": WEEKLY,
    "month": MONTHLY,
    "monthly": MONTHLY,
    "quarter": QUARTERLY,
    "half-yearly": SEMIANNUAL,
    "semiannual": SEMIANNUAL,
    "quarterly": QUARTERLY,
    "year": ANNUAL,
    "yearly": ANNUAL,
    "annual": ANNUAL,
}


def documented(case: Case) -> None:
    """Find the reader whose fields the case has and compare what it answers."""
    given, expected = case["input"], case["expected"]
    for fields, reader in READERS:
        if fields <= set(given):
            answer = reader(given, expected)
            found = {field: answer.get(field, "no answer") for field in expected if field != "buggy"}
            wanted = {field: value for field, value in expected.items() if field != "buggy"}
            assert wanted == found, f"expected {wanted}, got {found}"
            return
    message = f"no reader for a cycle given by {', '.join(sorted(given))}"
    raise AssertionError(message)


def read(text: str, weekday: str | None = None) -> date:
    """Read a date; without a year, in a common year in which it falls on its weekday."""
    match = re.search(r"(?:(\d{4})-)?(\d\d)-(\d\d)", text)
    assert match, f"no date in {text!r}"
    month, day = int(match[2]), int(match[3])
    if match[1]:
        return date(int(match[1]), month, day)
    wanted = weekday or next((name for name in WEEKDAYS if name in text.lower()), None)
    years = (YEAR, 2022, 2021, 2019, 2018, 2017, 2015, 2014)
    days = [date(year, month, day) for year in years]
    return next((found for found in days if found.strftime("%A").lower() == wanted), days[0])


def cadence(given: Case) -> Every:
    """Read `monthly`, `month`, or `3 months`; a count may stand beside it."""
    word = str(given.get("interval") or given.get("plan") or given.get("period")).lower()
    counted = re.search(r"(\d+)[ -](day|week|month|year)", word)
    count = int(counted[1]) if counted else int(given.get("interval_count", 1))
    if count == 1:
        return WORDS[word]
    unit = counted[2] if counted else word.removesuffix("ly").removesuffix("s")
    return Every(**{f"{unit}s": count})


def write(day: date, like: object) -> str:
    """Write a date as long as the case writes it."""
    text = day.isoformat()
    return text if not isinstance(like, str) or re.match(r"\d{4}-", like) else text[5:]


def closed(period: Period) -> str:
    """Write a period with its last day."""
    return f"{period.start}..{BillingCycle(period.end, DAILY).boundary(-1)}"


def next_dates(given: Case, expected: Case) -> Case:
    """Read an anchor, sign-up or start and an interval."""
    weekday = next((str(value).lower() for value in expected.values() if str(value).lower() in WEEKDAYS), None)
    start = read(str(given.get("anchor") or given.get("signup") or given.get("from") or given.get("start")), weekday)
    cycle = BillingCycle(start, cadence(given), day=given.get("anchor_day"))
    listed = {
        field: [write(cycle.boundary(k), value[0]) for k in range(1, len(value) + 1)]
        for field, value in expected.items()
        if isinstance(value, list)
    }
    return {
        "next": write(cycle.boundary(1), expected.get("next")),
        "previous": write(cycle.boundary(-1), expected.get("previous")),
        "then": write(cycle.boundary(2), expected.get("then")),
        "bills_on_day": cycle.boundary(1).day,
        **{field: cycle.boundary(1).strftime("%A") for field in _naming_weekdays(expected)},
        **listed,
    }


def _naming_weekdays(expected: Case) -> list[str]:
    return [field for field, value in expected.items() if str(value).lower() in WEEKDAYS]


def trial_then_anchor(given: Case, expected: Case) -> Case:
    """Read a trial in days, a subscription on a day of the month and a bill day: the stub runs from the trial's end."""
    signup = date(YEAR, 3, given["subscribe_day"])
    paid = trial_end(signup, Every(days=given["trial_days"]))
    cycle = BillingCycle.aligned(paid, MONTHLY, day=given["anchor_day"])
    stub, *_ = cycle.schedule(paid, until=cycle.boundary(1))
    crosses = BillingCycle.aligned(signup, MONTHLY, day=given["anchor_day"]).boundary(0) < paid
    following = BillingCycle.aligned(signup, MONTHLY, day=given["anchor_day"]).boundary(1)
    runs = "trial end..1st of following month, prorated" if stub.is_stub and stub.period.end == following else ""
    short = f"{_ordinal(stub.period.start.day)}..{_ordinal(stub.period.end.day)}"
    return {
        "prorated_invoice_on": stub.period.start.day,
        "stub": runs if crosses else short,
        "full_on": stub.period.end.day,
        "trial_crosses_anchor": crosses,
    }


def _ordinal(day: int) -> str:
    suffix = "th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{suffix}"


def moved_by_trial(given: Case, expected: Case) -> Case:
    """Read a trial that moves an anchor."""
    raise Declined("boundary-day-belongs-to-the-old-period")


def partial_weeks(given: Case, expected: Case) -> Case:
    """Read weeks that begin on a weekday, with stubs that are billed or not."""
    start, weeks = date.fromisoformat(given["start"]), Every(weeks=given["weeks"])
    cycle = BillingCycle.aligned(start, WEEKLY, weekday=WEEKDAYS.index(given["weekday"].lower()))
    schedule = cycle.schedule(start, weeks.shift(start))
    if given["bill_partial_week"]:
        invoiced, free = list(schedule), []
    else:
        invoiced = [part for part in schedule if not part.is_stub]
        free = [part for part in schedule if part.is_stub]
    return {
        "first_invoiced": closed(invoiced[0].period),
        "last_invoiced": closed(invoiced[-1].period),
        "not_charged": [closed(part.period) for part in free],
    }


def terms(given: Case, expected: Case) -> Case:
    """Read an initial term and a renewal term in months; a system's clock strikes at one in the morning."""
    start = date.fromisoformat(given["term_start"])
    first = BillingCycle(start, Every(months=given["initial_months"]), at=time(1))
    following = BillingCycle(first.boundary(1), Every(months=given["renewal_months"]), at=time(1)).period(0)
    is_closed = "expires" in expected
    return {
        "renews_at": f"{first.instant(1).strftime('%Y-%m-%dT%H:%M')} system time",
        "expires": str(BillingCycle(following.start, DAILY).boundary(-1)),
        "next_term": closed(following) if is_closed else f"{following.start}..{following.end}",
    }


def contract_end(given: Case, expected: Case) -> Case:
    """Read a contract's last day: the renewal starts on the day after it, which is the exclusive end."""
    cycle = BillingCycle(date(YEAR, 1, 1), ANNUAL)
    last, renewal = BillingCycle(cycle.period(0).end, DAILY).boundary(-1), cycle.period(1).start
    is_next = BillingCycle(last, DAILY).boundary(1) == renewal
    return {"renewal_quote_start": "D + 1 day" if is_next else "", "renewal_opportunity_close": "D"}


def alipay(given: Case, expected: Case) -> Case:
    """Read a debit that may be collected up to three days early; a failure leaves the schedule alone."""
    unit = {"DAY": "days", "MONTH": "months"}[given["period_type"]]
    cycle = BillingCycle(read(given["execute_time"]), Every(**{unit: given["period"]}))
    due = cycle.boundary(0)
    return {
        "due": str(due),
        "executable_window": f"{cycle.collect_from(0, lead=3)}..{due}",
        "next_due": f"{due} (unchanged)" if given.get("result") == "failure" else str(cycle.boundary(1)),
        "next": str(cycle.boundary(1)),
    }


def gocardless_roll(given: Case, expected: Case) -> Case:
    """Read where a charge date goes on which nobody works: a Saturday at the end of a month, and one inside it."""
    if given["day_of_month"] == -1:
        boundary = LastBusinessDay(WEEKENDS, anchor=date(2024, 8, 1)).boundary(0)
        is_backward = boundary == roll(date(2024, 8, 31), Roll.PRECEDING, WEEKENDS)
        return {"roll": "backward to last working day of month" if is_backward else ""}
    is_forward = roll(date(2024, 6, 15), Roll.FOLLOWING, WEEKENDS) == date(2024, 6, 17)
    return {"roll": "forward to next business day" if is_forward else ""}


def gocardless_rule(given: Case, expected: Case) -> Case:
    """Read whether a combination of interval, month and day of month is a schedule."""
    every = Every(**{_UNITS[given["interval_unit"]]: given["interval"]})
    day, month = given.get("day_of_month"), given.get("month")
    if every.years and month is None and day is not None:
        raise Declined("yearly-day-without-month")
    options: dict[str, int] = {}
    if day is not None:
        options["day"] = 31 if day == -1 else day
    if month is not None:
        options["month"] = MONTHS.index(month) + 1
    try:
        cycle = BillingCycle.aligned(date(YEAR, 5, 5), every, **options) if options else None
    except ConfigurationError:
        return {"valid": False}
    return {"valid": cycle is None or cycle.boundary(1) > cycle.boundary(0)}


_UNITS = {"daily": "days", "weekly": "weeks", "monthly": "months", "yearly": "years"}

READERS: tuple[tuple[set[str], Callable[[Case, Case], Case]], ...] = (
    ({"period", "weekday", "start", "weeks", "bill_partial_week"}, partial_weeks),
    ({"next_bill", "on", "trial_end"}, moved_by_trial),
    ({"trial_days", "anchor_day", "subscribe_day"}, trial_then_anchor),
    ({"term_start", "initial_months", "renewal_months"}, terms),
    ({"contract_end"}, contract_end),
    ({"period_type", "period", "execute_time"}, alipay),
    ({"day_of_month", "charge_date"}, gocardless_roll),
    ({"interval_unit", "interval"}, gocardless_rule),
    ({"anchor", "interval"}, next_dates),
    ({"signup", "plan"}, next_dates),
    ({"from", "interval"}, next_dates),
    ({"start", "period"}, next_dates),
)

KINDS: dict[str, Callable[[Case], None]] = {"cycle": documented}
