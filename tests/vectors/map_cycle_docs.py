"""Cycles that vendors' documentation and users' reports describe, as calls of the public API.

These cases explain themselves through their fields, so each reader here is found by the fields of the input that it
reads; a case with a field that its reader does not read is not passed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any

from fields import reading_all
from outcome import Declined
from words import MONTHS, WEEKDAYS, YEAR, as_written, cadence, days_in, number, one_of, read_day, weekday_in

from renewkit.errors import ConfigurationError
from renewkit.policies.cycle import (
    ANNUAL,
    DAILY,
    MONTHLY,
    WEEKLY,
    BillingCycle,
    Every,
    LastBusinessDay,
    trial_end,
)
from renewkit.values.calendar import WEEKENDS, Roll, roll
from renewkit.values.period import Period

Case = dict[str, Any]

NOTES = frozenset({"policy", "note"})


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


def closed(period: Period) -> str:
    """Write a period with its last day."""
    return f"{period.start}..{BillingCycle(period.end, DAILY).boundary(-1)}"


def next_dates(given: Case, expected: Case) -> Case:
    """Read an anchor, sign-up or start and an interval."""
    named = [str(value) for value in expected.values()]
    weekday = next((found for found in map(weekday_in, named) if found), None)
    start = read_day(str(one_of(given, *STARTS)), weekday)
    every = cadence(str(one_of(given, *RHYTHM_FIELDS)), number(one_of(given, *COUNTS) or 1))
    cycle = BillingCycle(start, every, day=one_of(given, "anchor_day", "billing_day", "day_of_month"))
    answers: Case = {field: _answer(cycle, field, value) for field, value in expected.items()}
    return {field: value for field, value in answers.items() if value} | {"bills_on_day": cycle.boundary(1).day}


def _answer(cycle: BillingCycle, field: str, like: object) -> object:
    if isinstance(like, list):
        first = 0 if as_written(cycle.boundary(0), like[0]) == like[0] else 1
        return [as_written(cycle.boundary(k), value) for k, value in enumerate(like, start=first)]
    if isinstance(like, str) and (weekday := weekday_in(like)) and not any(days_in(like)):
        return like if cycle.boundary(1).strftime("%A").lower() == weekday else cycle.boundary(1).strftime("%A")
    order = next((k for words, k in ORDERS for word in words if field.startswith(word)), None)
    return None if order is None else as_written(cycle.boundary(order), like)


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
    assert cadence(given["period"]) == WEEKLY
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
    assert given["contract_end"] == "D", "only a day that stands for any is read"
    cycle = BillingCycle(date(YEAR, 1, 1), ANNUAL)
    last, renewal = BillingCycle(cycle.period(0).end, DAILY).boundary(-1), cycle.period(1).start
    is_next = BillingCycle(last, DAILY).boundary(1) == renewal
    return {"renewal_quote_start": "D + 1 day" if is_next else "", "renewal_opportunity_close": "D"}


def alipay(given: Case, expected: Case) -> Case:
    """Read a debit that may be collected up to three days early; a failure leaves the schedule alone."""
    cycle = BillingCycle(read_day(given["execute_time"]), cadence(given["period_type"], given["period"]))
    due = cycle.boundary(0)
    return {
        "due": str(due),
        "executable_window": f"{cycle.collect_from(0, lead=3)}..{due}",
        "next_due": f"{due} (unchanged)" if given.get("result") == "failure" else str(cycle.boundary(1)),
        "next": str(cycle.boundary(1)),
    }


def gocardless_roll(given: Case, expected: Case) -> Case:
    """Read where a charge date goes on which nobody works: a Saturday at the end of a month, and one inside it."""
    assert "non-business" in given["charge_date"]
    if given["day_of_month"] == -1:
        boundary = LastBusinessDay(WEEKENDS, anchor=date(2024, 8, 1)).boundary(0)
        is_backward = boundary == roll(date(2024, 8, 31), Roll.PRECEDING, WEEKENDS)
        return {"roll": "backward to last working day of month" if is_backward else ""}
    is_forward = roll(date(2024, 6, 15), Roll.FOLLOWING, WEEKENDS) == date(2024, 6, 17)
    return {"roll": "forward to next business day" if is_forward else ""}


def gocardless_rule(given: Case, expected: Case) -> Case:
    """Read whether a combination of interval, month and day of month is a schedule."""
    every = cadence(given["interval_unit"], given["interval"])
    day, month = given.get("day_of_month"), given.get("month")
    if day is not None and day > LAST_DAY_EVERYWHERE:
        raise Declined("days-after-the-28th-refused")
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


LAST_DAY_EVERYWHERE = 28

STARTS = ("anchor", "billing_cycle_anchor", "signup", "subscribed", "created", "from", "start", "start_date")
RHYTHM_FIELDS = ("interval", "plan", "period", "frequency", "cadence", "billing_period", "every")
COUNTS = ("interval_count", "count")
ORDERS = ((("next", "renew", "bills_on"), 1), (("previous",), -1), (("then", "after", "second"), 2))

READERS: tuple[tuple[set[str], Callable[[Case, Case], Case]], ...] = (
    ({"period", "weekday", "start", "weeks", "bill_partial_week"}, partial_weeks),
    ({"next_bill", "on", "trial_end"}, moved_by_trial),
    ({"trial_days", "anchor_day", "subscribe_day"}, trial_then_anchor),
    ({"term_start", "initial_months", "renewal_months"}, terms),
    ({"contract_end"}, contract_end),
    ({"period_type", "period", "execute_time"}, alipay),
    ({"day_of_month", "charge_date"}, gocardless_roll),
    ({"interval_unit", "interval"}, gocardless_rule),
    *(({start, rhythm}, next_dates) for start in STARTS for rhythm in RHYTHM_FIELDS),
)

KINDS: dict[str, Callable[[Case], None]] = {"cycle": reading_all(documented, notes=NOTES)}
