"""Kill Bill's cycles as calls of the public API.

A bill cycle day without a month is `BillingCycle(start, every, day=bcd)`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any

from outcome import Declined

from renewkit.errors import EmptyPeriodError, ReversedPeriodError
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
    trial_end,
)
from renewkit.values.moments import day_of, resolve, zone_of
from renewkit.values.period import Period

Input = dict[str, Any]

PERIODS = {
    "DAILY": DAILY,
    "WEEKLY": WEEKLY,
    "BIWEEKLY": Every(weeks=2),
    "THIRTY_DAYS": Every(days=30),
    "THIRTY_ONE_DAYS": Every(days=31),
    "SIXTY_DAYS": Every(days=60),
    "NINETY_DAYS": Every(days=90),
    "MONTHLY": MONTHLY,
    "BIMESTRIAL": Every(months=2),
    "QUARTERLY": QUARTERLY,
    "TRIANNUAL": Every(months=4),
    "BIANNUAL": SEMIANNUAL,
    "ANNUAL": ANNUAL,
    "SESQUIENNIAL": Every(months=18),
    "BIENNIAL": Every(years=2),
    "TRIENNIAL": Every(years=3),
}


def check(answer: Callable[[Input], dict[str, object]]) -> Callable[[Input], None]:
    """Compare the fields that a case asserts with what the public API answers."""

    def compare(case: Input) -> None:
        actual = answer(case["input"])
        expected = {field: value for field, value in case["expected"].items() if value is not None or field in actual}
        found = {field: plain(actual.get(field, "no answer")) for field in expected}
        assert expected == found, f"expected {expected}, got {found}"

    return compare


def plain(value: object) -> object:
    """Write dates and instants as the case files do."""
    if isinstance(value, datetime):
        return stamp(value)
    return value.isoformat() if isinstance(value, date) else value


def stamp(moment: datetime) -> str:
    """Write an instant in UTC to the second."""
    return moment.astimezone(zone_of("UTC")).strftime("%Y-%m-%dT%H:%M:%SZ")


def on(text: str | None) -> date | None:
    """Read a date that may be absent."""
    return None if text is None else day(text)


def day(text: str) -> date:
    """Read a date."""
    return date.fromisoformat(text)


def at(text: str) -> datetime:
    """Read an instant."""
    return datetime.fromisoformat(text)


def cycle_of(given: Input, start: date) -> BillingCycle:
    """Return the cycle on a bill cycle day, which cadences of days and weeks ignore."""
    every = PERIODS[given["period"]]
    return BillingCycle(start, every, day=given.get("bcd") if every.in_months else None)


def timing_of(given: Input) -> Timing:
    """Name the mode of billing."""
    if given["mode"] == "IN_ADVANCE":
        return Timing.ADVANCE
    return Timing.ARREARS_STARTED if given.get("arrear_greedy") else Timing.ARREARS


def interval_detail(given: Input) -> dict[str, object]:
    """Answer the kind interval_detail."""
    start, end = day(given["start"]), on(given.get("end"))
    target = on(given.get("target")) or start
    cycle, timing = cycle_of(given, start), timing_of(given)
    first = cycle.boundary_from(start)
    effective = _effective_end(cycle, start, end, target, timing)
    last = None if effective is None or effective < first else cycle.period_at(effective).start
    return {
        "first_cycle_date": first,
        "effective_end": effective,
        "last_cycle_date": last,
        "next_cycle_date": first if last is None else cycle.next_boundary(after=last),
        "has_something_to_bill": effective is not None and (end is None or end > start),
        "whole_periods_first_to_last": None if last is None else cycle.index_at(last) - cycle.index_at(first),
    }


def _effective_end(cycle: BillingCycle, start: date, end: date | None, target: date, timing: Timing) -> date | None:
    first = cycle.boundary_from(start)
    if timing is Timing.ADVANCE:
        if target < first and (end is None or first < end):
            return first
        due = cycle.due(start, end, on=max(target, start))
        return due[-1].period.end if due else end
    refuse_late_stubs(cycle, start, end, target, timing)
    due = cycle.due(start, end, on=target, timing=timing)
    if due:
        return due[-1].period.end
    if end == start:
        is_reached = target >= (start if timing is Timing.ARREARS_STARTED else first)
        return end if is_reached or target == end else None
    return first if target >= first else None


def refuse_late_stubs(cycle: BillingCycle, start: date, end: date | None, target: date, timing: Timing) -> None:
    """Decline what in arrears waits for a cycle day although it is over, or is closed before it has run."""
    first = cycle.boundary_from(start)
    if timing is Timing.ARREARS and end is not None and start < end < target < first:
        raise Declined("ended-service-waits-for-cycle-day")
    ends = end is not None and target < end <= cycle.next_boundary(after=target)
    opens = start == target < first or (ends and first <= target == cycle.period_at(target).start)
    if timing is Timing.ARREARS_STARTED and opens:
        raise Declined("running-stub-closed-on-its-first-day")


def recurring_items(given: Input) -> dict[str, object]:
    """Answer the kind recurring_items."""
    start, end, target = day(given["start"]), on(given.get("end")), day(given["target"])
    cycle, timing = cycle_of(given, start), timing_of(given)
    refuse_late_stubs(cycle, start, end, target, timing)
    try:
        Period(start, target + timedelta(days=1))  # a bill run before the service starts is refused
        due = cycle.due(start, end, on=target, timing=timing)
    except (EmptyPeriodError, ReversedPeriodError):
        return {"error": "invalid_date_sequence"}
    return {"service_periods": [[str(part.period.start), str(part.period.end)] for part in due]}


def whole_periods(given: Input) -> dict[str, object]:
    """Answer the kind whole_periods."""
    cycle = BillingCycle(day(given["start"]), PERIODS[given["period"]])
    return {"whole_periods": cycle.index_at(day(given["end"]))}


def steps(direction: int) -> Callable[[Input], dict[str, object]]:
    """Add or subtract a period, one after another, without a cycle day."""

    def walk(given: Input) -> dict[str, object]:
        reached = day(given["date"])
        for _ in range(given["n"]):
            reached = PERIODS[given["period"]].shift(reached, direction)
        return {"date": reached}

    return walk


def align_in_month(given: Input) -> dict[str, object]:
    """Answer the kind align_in_month."""
    return {"date": cycle_of(given, day(given["date"])).boundary(0)}


def align_to_next(given: Input) -> dict[str, object]:
    """Answer the kind align_to_next."""
    every, wanted = PERIODS[given["period"]], day(given["date"])
    if every.in_months:
        return {"date": BillingCycle.aligned(wanted, every, day=given["bcd"]).boundary(0)}
    cycle = BillingCycle(day(given["previous"]), every)
    return {"date": max(cycle.boundary(1), cycle.boundary_from(wanted))}


def new_bcd_effective_date(given: Input) -> dict[str, object]:
    """Answer the kind new_bcd_effective_date."""
    today, effective = day(given["today"]), on(given.get("effective_from"))
    if effective is None and today.day == given["new_bcd"]:
        return {"date": "IMMEDIATE"}
    earliest = max(effective or today, day(given["subscription_start"]))
    return {"date": BillingCycle.aligned(earliest, MONTHLY, day=given["new_bcd"]).boundary(0)}


def civil_day(given: Input, moment: datetime) -> date:
    """Return the day of an instant in the account's zone, where a frozen offset would not name another."""
    today = day_of(moment, given["account_tz"])
    if frozen_day(given, moment) != today:
        raise Declined("frozen-zone-offset")
    return today


def frozen_day(given: Input, moment: datetime) -> date:
    """Return the day by the offset that the zone had at the reference instant."""
    reference = at(given["reference_instant_utc"]).astimezone(zone_of(given["account_tz"]))
    return moment.astimezone(timezone(_offset(reference))).date()


def _offset(moment: datetime) -> timedelta:
    offset = moment.utcoffset()
    assert offset is not None
    return offset


def bcd_from_instant(given: Input) -> dict[str, object]:
    """Answer the kind bcd_from_instant."""
    return {"bcd": civil_day(given, at(given["instant_utc"])).day}


def instant_to_local_date(given: Input) -> dict[str, object]:
    """Answer the kind instant_to_local_date."""
    return {"local_date": civil_day(given, at(given["instant_utc"]))}


def local_date_to_instant(given: Input) -> dict[str, object]:
    """Answer the kind local_date_to_instant."""
    zone = zone_of(given["account_tz"])
    reference = at(given["reference_instant_utc"]).astimezone(zone)
    moment = resolve(datetime.combine(day(given["local_date"]), reference.time()), given["account_tz"])
    if moment.utcoffset() != reference.utcoffset():
        raise Declined("frozen-zone-offset")
    return {"instant_utc": moment}


def trial_then_first_period(given: Input) -> dict[str, object]:
    """Answer the kind trial_then_first_period."""
    zone = given["account_tz"]
    signup = at(given["subscription_start_utc"])
    length, joined = timedelta(days=given["trial_days"]), day_of(signup, zone)
    first = trial_end(joined, Every(days=given["trial_days"])) if length else joined
    if frozen_day(given, signup + length) != first:
        raise Declined("frozen-zone-offset")
    cycle = BillingCycle(first, PERIODS[given["period"]], zone=zone)
    period = cycle.period(0)
    return {"bcd": first.day, "first_paid_period": [str(period.start), str(period.end)]}


def recurring_periods_tz(case: Input) -> None:
    """Answer the kind recurring_periods_tz: periods as pairs or as objects, or the days that part them."""
    given, expected = case["input"], case["expected"]
    text = given["first_paid_start"]
    first = day(text) if len(text) == len("2017-03-31") else civil_day(given, at(text))
    cycle = BillingCycle(first, PERIODS[given.get("period", "MONTHLY")], day=given.get("bcd"))
    starts, ends = ([str(cycle.boundary(k + later)) for k in range(given["count"])] for later in (0, 1))
    pairs = list(zip(starts, ends, strict=True))
    forms = {
        "pairs": [list(pair) for pair in pairs],
        "objects": [{"start": start, "end": end} for start, end in pairs],
        "starts": starts,
        "ends": ends,
        "boundaries": [*starts, ends[-1]],
    }
    (name, wanted), *others = expected.items() if isinstance(expected, dict) else [("pairs", expected)]
    assert not others, f"expected one list of periods, got {sorted(expected)}"
    bare = name not in {"starts", "ends"} and wanted in (forms["objects"], forms["boundaries"])
    assert bare or wanted == forms.get(name, forms["pairs"]), f"expected {wanted}, got {pairs}"


def usage_interval_boundaries(given: Input) -> dict[str, object]:
    """Answer the kind usage_interval_boundaries."""
    events, every = given["events"], PERIODS[given["period"]]
    last_event, target = day(events[-1]["date"]), day(given["target"])
    stop = min(last_event, target) if given["closed"] else target
    if given["closed"] and last_event == day(events[0]["date"]):
        raise Declined("usage-interval-without-days")
    sections = [event for k, event in enumerate(events) if k == 0 or event["bcd"] != events[k - 1]["bcd"]]
    sections = [event for event in sections if event is events[0] or day(event["date"]) <= stop]
    found = {stop} if given["closed"] and stop == last_event else set()
    for k, section in enumerate(sections):
        first = day(section["date"])
        last = day(sections[k + 1]["date"]) if k + 1 < len(sections) else stop
        cycle = BillingCycle(first, every, day=section["bcd"])
        found |= {first} | {part.period.end for part in cycle.due(first, on=last, timing=Timing.ARREARS)}
    return {"boundaries": [str(boundary) for boundary in sorted(found)]}


KINDS: dict[str, Callable[[Input], None]] = {
    "interval_detail": check(interval_detail),
    "recurring_items": check(recurring_items),
    "whole_periods": check(whole_periods),
    "advance_periods": check(steps(1)),
    "recede_periods": check(steps(-1)),
    "align_in_month": check(align_in_month),
    "align_to_next": check(align_to_next),
    "new_bcd_effective_date": check(new_bcd_effective_date),
    "bcd_from_instant": check(bcd_from_instant),
    "instant_to_local_date": check(instant_to_local_date),
    "local_date_to_instant": check(local_date_to_instant),
    "trial_then_first_period": check(trial_then_first_period),
    "recurring_periods_tz": recurring_periods_tz,
    "usage_interval_boundaries": check(usage_interval_boundaries),
}
