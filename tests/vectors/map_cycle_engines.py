"""The cycles of Lago, Flexprice, Meteroid and OpenMeter as calls of the public API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from outcome import Declined
from words import one_of

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
)
from renewkit.values.moments import day_of, resolve, zone_of

Input = dict[str, Any]

INTERVALS = {
    "daily": DAILY,
    "weekly": WEEKLY,
    "monthly": MONTHLY,
    "quarterly": QUARTERLY,
    "semiannual": SEMIANNUAL,
    "half_yearly": SEMIANNUAL,
    "yearly": ANNUAL,
    "annual": ANNUAL,
}


def same(answer: Callable[[Input], object]) -> Callable[[Input], None]:
    """Compare what a case expects with what the public API answers, field by field where it is an object."""

    def compare(case: Input) -> None:
        expected, actual = case["expected"], answer(case["input"])
        if isinstance(expected, dict) and isinstance(actual, dict):
            actual = {field: plain(actual.get(field, "no answer")) for field in expected}
        elif isinstance(expected, dict) and len(expected) == 1:
            (expected,) = expected.values()
        assert expected == plain(actual), f"expected {expected}, got {plain(actual)}"

    return compare


def plain(value: object) -> object:
    """Write dates and instants as the case files do."""
    if isinstance(value, datetime):
        return value.astimezone(zone_of("UTC")).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if isinstance(value, date) else value


def at(text: str | None) -> datetime | None:
    """Read an instant that may be absent."""
    return None if text is None else datetime.fromisoformat(text)


def must(text: str) -> datetime:
    """Read an instant."""
    return datetime.fromisoformat(text)


# Lago: starts are local midnights, ends the last second before the next start.


def lago_cycle(given: Input, *, monthly: bool = False) -> BillingCycle:
    """Return the grid of a subscription, or the monthly grid of its usage."""
    zone = given.get("timezone") or "UTC"
    every = MONTHLY if monthly else INTERVALS[given["interval"]]
    anchor = day_of(must(given["subscription_at"]), zone)
    if given["billing_time"] == "calendar":
        return BillingCycle.calendar(anchor, every, zone=zone)
    return BillingCycle(anchor, every, zone=zone)


def usage_cycle(given: Input) -> BillingCycle:
    """Return the grid of the usage, monthly where a long period is billed so."""
    return lago_cycle(given, monthly=bool(given.get("bill_charges_monthly")) and is_long(given))


def is_long(given: Input) -> bool:
    """Whether the plan's interval is one whose usage may be billed monthly."""
    return INTERVALS[given["interval"]] in {ANNUAL, SEMIANNUAL}


def has_ended(given: Input) -> bool:
    """Whether the subscription is over at the time of billing."""
    ended = at(given.get("terminated_at"))
    return ended is not None and ended <= must(given["billing_at"])


def base_day(given: Input, cycle: BillingCycle) -> date:
    """Return the day one interval before today; today itself for current usage."""
    today = cycle.day_of(must(given["billing_at"]))
    return today if given.get("current_usage") else cycle.shift(today, -1)


def fee_index(given: Input, cycle: BillingCycle) -> int:
    """Return which period the subscription fee is for."""
    if given.get("pay_in_advance") or has_ended(given):
        return cycle.index_at(cycle.day_of(must(given["billing_at"])))
    return cycle.index_at(base_day(given, cycle))


def usage_index(given: Input, cycle: BillingCycle) -> int:
    """Return which period the usage is for: always in arrears."""
    if has_ended(given):
        return cycle.index_at(cycle.day_of(must(given["billing_at"])))
    return cycle.index_at(base_day(given, cycle))


def last_second(cycle: BillingCycle, k: int) -> datetime:
    """Return the inclusive end of a period."""
    return cycle.instant(k + 1) - timedelta(seconds=1)


def lago_from(given: Input) -> datetime | None:
    """Answer the kind lago.from_datetime."""
    started = at(given.get("started_at"))
    if started is None:
        return None
    cycle = lago_cycle(given)
    opening = cycle.instant(fee_index(given, cycle))
    return opening if opening >= started else resolve(datetime.combine(cycle.day_of(started), time(0)), cycle.zone)


def lago_to(given: Input) -> datetime | None:
    """Answer the kind lago.to_datetime."""
    started, ended = at(given.get("started_at")), at(given.get("terminated_at"))
    if started is None:
        return None
    cycle = lago_cycle(given)
    closing = last_second(cycle, fee_index(given, cycle))
    if ended is not None and has_ended(given):
        closing = min(closing, ended)
    return max(closing, started)


def usage_is_hidden(given: Input) -> bool:
    """Whether no bill shows usage: it is billed with a long period's first month, though looked at on any day."""
    if at(given.get("started_at")) is None:
        return True
    if given.get("current_usage") or not given.get("bill_fixed_charges_monthly") or given.get("bill_charges_monthly"):
        return False
    if not is_long(given):
        return False
    cycle, monthly = lago_cycle(given), lago_cycle(given, monthly=True)
    today = cycle.day_of(must(given["billing_at"]))
    return monthly.period_at(today).start > cycle.period_at(today).start


def usage_from(given: Input) -> datetime | None:
    """Answer the kind lago.charges_from_datetime."""
    if usage_is_hidden(given):
        return None
    cycle = usage_cycle(given)
    return max(cycle.instant(usage_index(given, cycle)), must(given["started_at"]))


def usage_to(given: Input) -> datetime | None:
    """Answer the kind lago.charges_to_datetime."""
    if usage_is_hidden(given):
        return None
    cycle, ended = usage_cycle(given), at(given.get("terminated_at"))
    closing = last_second(cycle, usage_index(given, cycle))
    return closing if ended is None else min(closing, ended)


def next_end(given: Input) -> datetime:
    """Answer the kind lago.next_end_of_period."""
    cycle = lago_cycle(given)
    return last_second(cycle, cycle.index_at(cycle.day_of(must(given["billing_at"]))))


def previous_beginning(given: Input) -> datetime:
    """Answer the kind lago.previous_beginning_of_period."""
    cycle = lago_cycle(given)
    today = cycle.day_of(must(given["billing_at"]))
    return cycle.instant(cycle.index_at(today if given.get("current_period") else base_day(given, cycle)))


def period_days(given: Input) -> int:
    """Answer the kind lago.period_duration_days."""
    cycle = lago_cycle(given)
    return cycle.period(fee_index(given, cycle)).days


def usage_days(given: Input) -> int:
    """Answer the kind lago.charges_duration_in_days."""
    cycle = usage_cycle(given)
    return cycle.period(usage_index(given, cycle)).days


def is_billing_day(given: Input) -> bool:
    """Answer the kind lago.is_billing_day."""
    cycle = lago_cycle(given, monthly=bool(given.get("components_billed_monthly")) and is_long(given))
    today = cycle.day_of(must(given["at"]))
    return cycle.period_at(today).start == today


# Flexprice: each period is computed from the start of the one before, on the day and at the time of the anchor.


def flexprice_next(given: Input, start: datetime) -> datetime:
    """Return where the period that starts here ends."""
    zone, unit = given.get("timezone") or "UTC", given.get("unit", 1)
    anchor = must(given["anchor"]).astimezone(zone_of(zone))
    cycle, k = _flexprice_cycle(given["period"], unit, start, anchor, zone)
    closing = cycle.instant(k)
    end = at(given.get("subscription_end"))
    return closing if end is None else min(closing, end)


def _flexprice_cycle(period: str, unit: int, start: datetime, anchor: datetime, zone: str) -> tuple[BillingCycle, int]:
    today, fixed, clock = day_of(start, zone), day_of(anchor, zone), anchor.time()
    if period == "daily":
        return BillingCycle(today, Every(days=unit), zone=zone, at=clock), 1
    if period == "weekly":
        last = BillingCycle(fixed, WEEKLY).period_at(today).start
        return BillingCycle(last, Every(weeks=unit), zone=zone, at=clock), 1
    if period == "annual":
        last = BillingCycle(fixed, ANNUAL).period_at(today).start
        if last.year < today.year:
            raise Declined("first-period-beyond-one-cycle")
        return BillingCycle(last, Every(years=unit), day=fixed.day, zone=zone, at=clock), 1
    months = INTERVALS[period].in_months * unit
    if period != "monthly" and start < anchor:
        cycle = BillingCycle(fixed, Every(months=months), zone=zone, at=clock)
        if cycle.next_boundary(after=today) != fixed:
            raise Declined("first-period-beyond-one-cycle")
        return cycle, 0
    cycle = BillingCycle(today, Every(months=months), day=fixed.day, zone=zone, at=clock)
    return cycle, 0 if period == "monthly" and cycle.boundary(0) > today else 1


def next_billing_date(given: Input) -> datetime:
    """Answer the kind flexprice.next_billing_date."""
    return flexprice_next(given, must(given["current_period_start"]))


def calendar_anchor(given: Input) -> datetime:
    """Answer the kind flexprice.calendar_anchor."""
    zone = given.get("timezone") or "UTC"
    start = day_of(must(_first(given, "start", "start_at", "start_date", "current_period_start")), zone)
    cycle = BillingCycle.calendar(start, INTERVALS[given["period"]], zone=zone)
    return cycle.instant(cycle.index_at(start) + 1)


def billing_periods(given: Input) -> dict[str, object]:
    """Answer the kind flexprice.billing_periods."""
    ends, final = [must(given["current_period_start"])], must(given["subscription_end"])
    while ends[-1] < final:
        ends.append(flexprice_next(given, ends[-1]))
    named = dict(zip(("first_end", "second_end"), ends[1:], strict=False))
    return {"count": len(ends) - 1, "first_end": None, "second_end": None, **named}


def period_containing(given: Input) -> dict[str, object] | None:
    """Answer the kind flexprice.period_containing."""
    start = must(_first(given, "current_period_start", "period_start", "start", "anchor"))
    target = must(_first(given, "target", "target_at", "at", "event_time"))
    known = at(one_of(given, "current_period_end", "period_end", "end"))
    end = known or flexprice_next(given, start)
    while start < end <= target:
        start, end = end, flexprice_next(given, end)
    found = {"start": start, "end": end, "period_start": start, "period_end": end}
    return found if start <= target < end else None


def _first(given: Input, *names: str) -> str:
    found = one_of(given, *names)
    assert found is not None, f"none of {', '.join(names)} in {sorted(given)}"
    return str(found)


# Meteroid: civil dates, a billing day, periods chained from the start of billing.


def meteroid_cycle(given: Input, start: str) -> BillingCycle:
    """Return the grid on the billing day, counted from a start."""
    return BillingCycle(date.fromisoformat(start), INTERVALS[given["period"]], day=given["billing_day"])


def advance_period(given: Input) -> dict[str, object]:
    """Answer the kind meteroid.advance_period."""
    cycle = meteroid_cycle(given, given["invoice_date"])
    start = date.fromisoformat(given["invoice_date"])
    if given.get("first_period"):
        refuse_empty_first(cycle, start, given["billing_day"])
    end = cycle.next_boundary(after=start) if given.get("first_period") else cycle.boundary(1)
    return {"start": start, "end": end}


def refuse_empty_first(cycle: BillingCycle, start: date, billing_day: int) -> None:
    """Decline a first period that ends where it starts, as the billing day is clamped to the start."""
    if start.day < billing_day and cycle.boundary(0) == start:
        raise Declined("period-without-days")


def period_containing_day(given: Input) -> dict[str, object]:
    """Answer the kind meteroid.period_containing_day."""
    start, target = date.fromisoformat(given["billing_start"]), date.fromisoformat(given["target"])
    cycle = meteroid_cycle(given, given["billing_start"])
    period = cycle.due(start, on=max(start, target))[-1].period
    return {"start": period.start, "end": period.end}


def elapsed_cycles(given: Input) -> int:
    """Answer the kind meteroid.elapsed_cycles."""
    cycle = meteroid_cycle(given, given["billing_start"])
    start, target = date.fromisoformat(given["billing_start"]), date.fromisoformat(given["target"])
    refuse_empty_first(cycle, start, given["billing_day"])
    return len(cycle.due(start, on=target, timing=Timing.ARREARS))


def arrear_period(given: Input) -> dict[str, object]:
    """Answer the kind meteroid.arrear_period."""
    cycle = meteroid_cycle(given, given["billing_start"])
    start, end = date.fromisoformat(given["billing_start"]), date.fromisoformat(given["invoice_date"])
    period = cycle.schedule(start, end)[-1].period
    return {"start": period.start, "end": period.end}


# OpenMeter: occurrences at instants, k intervals from the anchor.


def openmeter_cycle(given: Input) -> BillingCycle:
    """Return the occurrences at the anchor's time of day in UTC."""
    anchor = must(given["anchor"]).astimezone(zone_of("UTC"))
    return BillingCycle(day_of(anchor, "UTC"), INTERVALS[given["period"]], at=anchor.time())


def period_at(given: Input) -> dict[str, object]:
    """Answer the kind openmeter.period_at."""
    cycle = openmeter_cycle(given)
    k = cycle.index_at_instant(must(given["target"]))
    return {"start": cycle.instant(k), "end": cycle.instant(k + 1)}


def prev_before(given: Input) -> datetime:
    """Answer the kind openmeter.prev_before."""
    cycle, target = openmeter_cycle(given), must(given["target"])
    k = cycle.index_at_instant(target)
    return cycle.instant(k - 1 if cycle.instant(k) == target and not given.get("inclusive") else k)


KINDS: dict[str, Callable[[Input], None]] = {
    "lago.from_datetime": same(lago_from),
    "lago.to_datetime": same(lago_to),
    "lago.charges_from_datetime": same(usage_from),
    "lago.charges_to_datetime": same(usage_to),
    "lago.next_end_of_period": same(next_end),
    "lago.previous_beginning_of_period": same(previous_beginning),
    "lago.period_duration_days": same(period_days),
    "lago.charges_duration_in_days": same(usage_days),
    "lago.is_billing_day": same(is_billing_day),
    "flexprice.next_billing_date": same(next_billing_date),
    "flexprice.calendar_anchor": same(calendar_anchor),
    "flexprice.billing_periods": same(billing_periods),
    "flexprice.period_containing": same(period_containing),
    "meteroid.advance_period": same(advance_period),
    "meteroid.period_containing_day": same(period_containing_day),
    "meteroid.elapsed_cycles": same(elapsed_cycles),
    "meteroid.arrear_period": same(arrear_period),
    "openmeter.period_at": same(period_at),
    "openmeter.prev_before": same(prev_before),
}
