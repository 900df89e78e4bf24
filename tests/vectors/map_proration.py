"""Kill Bill's proration, and the day counts and roundings of the rule book, as calls of the public API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from fields import reading_all
from map_cycle import refuse_late_stubs
from map_retry import KINDS as LATE
from moneyed import Money
from outcome import Declined

from renewkit import profiles
from renewkit.errors import RenewkitError
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
from renewkit.policies.pricing import Percentage
from renewkit.policies.proration import limit_credit, portion
from renewkit.values.currency import minor_digits
from renewkit.values.daycount import DayCount, ProrationPolicy, counted_days, fraction
from renewkit.values.money import ExactMoney, Remainder, Rounding, money, settle, split
from renewkit.values.period import Period

__all__ = ["KINDS"]

Given = dict[str, Any]

ONE_DAY = timedelta(days=1)
EVERY = {
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
BY_FIXED_DAYS = {
    28: profiles.KILL_BILL_FIXED_28,
    30: profiles.KILL_BILL_FIXED_30,
}
DAY_COUNTS = {
    "actual": DayCount.ACTUAL,
    "30/360 bond": DayCount.THIRTY_360_BOND,
    "30/360 US": DayCount.THIRTY_360_US,
    "30E/360": DayCount.THIRTY_E_360,
    "ACT/365F": DayCount.ACT_365F,
    "ACT/360": DayCount.ACT_360,
    "ACT/ACT ISDA": DayCount.ACT_ACT_ISDA,
}


# ------------------------------------------------------------------------------------------------------------ Kill Bill


def recurring_cycles(case: Given) -> None:
    """How many cycles are billed by a day: stubs against a plain period from the cycle day, nine decimals each."""
    given, expected = case["input"], case["expected"]
    if "error" in expected:
        assert expected["error"] == "invalid_date_sequence"
        refused(lambda: cycles(given))
        return
    assert Fraction(expected["cycles"]) == cycles(given)


def cycles(given: Given) -> Fraction:
    """Measure what is due by the target day."""
    start, end, target = day(given["start"]), optional_day(given.get("end")), day(given["target"])
    every = EVERY[given["period"]]
    policy = by_fixed_days(given.get("fixed_days"), start, start, of=Period(start, every.shift(start)))
    Period(start, target + ONE_DAY)  # a bill run before the service starts is refused
    nominal = given["bcd"] if every.in_months else None
    timing = Timing.ADVANCE if given["mode"] == "IN_ADVANCE" else Timing.ARREARS
    cycle = BillingCycle(start, every, day=nominal)
    refuse_late_stubs(cycle, start, end, target, timing)
    due = cycle.due(start, end, on=target, timing=timing)
    return cycle.measure(start, due[-1].period.end, policy=policy) if due else Fraction(0)


def fraction_before_first(case: Given) -> None:
    """A leading stub against one period up to the next cycle day."""
    given = case["input"]
    start, end = day(given["start"]), day(given["next_cycle_date"])
    share(case, start, end, of=Period(EVERY[given["period"]].shift(end, -1), end))


def fraction_after_last(case: Given) -> None:
    """A trailing stub against one period from the last cycle day; it may be longer than that."""
    given = case["input"]
    start, end = day(given["previous_cycle_date"]), day(given["end"])
    share(case, start, end, of=Period(start, EVERY[given["period"]].shift(start)))


def share(case: Given, start: date, end: date, *, of: Period) -> None:
    """Compare the share of a reference by the profile of the case; no days are no share."""
    policy = by_fixed_days(case["input"].get("fixed_days"), start, end, of=of)
    found = Fraction(0) if start == end else policy.share(Period(start, end), of=of)
    assert Fraction(case["expected"]["fraction"]) == found, f"expected {case['expected']}, got {found}"


def fixed_month_days(case: Given) -> None:
    """Days between two dates when months have a fixed length."""
    given = case["input"]
    start, end = day(given["start"]), day(given["end"])
    by = by_fixed_days(given["fixed_days"], start, end).by
    found = 0 if start == end else counted_days(Period(start, end), by=by)
    assert case["expected"]["days"] == found, f"expected {case['expected']}, got {found}"


def prorated_amount(case: Given) -> None:
    """A part of an amount: the fraction at nine decimals, then the amount."""
    given = case["input"]
    found = -prorated(given) if given.get("direction") == "credit" else prorated(given)
    assert money(case["expected"]["amount"], given["currency"]) == found, f"expected {case['expected']}, got {found}"


def capped_credit(case: Given) -> None:
    """A credit is at most what is left of the amount after earlier adjustments."""
    given = case["input"]
    full, adjusted = (money(given[name], given["currency"]) for name in ("full_amount", "already_adjusted"))
    assert money(case["expected"]["amount"], given["currency"]) == -limit_credit(
        prorated(given), paid=full, credited=adjusted
    )


def prorated(given: Given) -> Money:
    """Prorate the amount of a case over its basis; no days are no money."""
    start, end = day(given["start"]), day(given["end"])
    of = Period(day(given["basis_start"]), day(given["basis_end"]))
    amount = money(given["full_amount"], given["currency"])
    policy = by_fixed_days(given.get("fixed_days"), start, end, of=of)
    return amount * 0 if start == end else portion(amount, Period(start, end), of=of, policy=policy)


def by_fixed_days(days: int | None, start: date, end: date, *, of: Period | None = None) -> ProrationPolicy:
    """Choose the Kill Bill profile for a fixed month length; 0 means actual days."""
    if not days:
        return profiles.KILL_BILL
    if days not in BY_FIXED_DAYS:
        raise Declined("fixed-month-of-another-length")
    if start.month == end.month and start.year != end.year:
        raise Declined("months-compared-by-number")
    if of is not None and of.end != MONTHLY.shift(of.start) and of.start != MONTHLY.shift(of.end, -1):
        raise Declined("fixed-month-for-another-period")
    return BY_FIXED_DAYS[days]


# ------------------------------------------------------------------------------------------------------- the rule book


def daycount(case: Given) -> None:
    """Days and year fractions of a convention: the fraction of one year from the start."""
    part = Period(day(case["input"]["start"]), day(case["input"]["end"]))
    year = Period(part.start, ANNUAL.shift(part.start))
    for name, (days, years) in case["expected"].items():
        by = DAY_COUNTS[name]
        assert days == counted_days(part, by=by), name
        assert years == round(float(fraction(part, of=year, by=by)), 10), name


def rounding(case: Given) -> None:
    """Rounding, minor units, cash steps and shares that keep the sum, by what the case gives."""
    given, expected = case["input"], case["expected"]
    for key, check in ROUNDINGS.items():
        if key <= given.keys():
            check(given, expected)
            return
    raise Declined("another-librarys-call")


def round_modes(given: Given, expected: Given) -> None:
    """An amount rounded by each mode."""
    amount, step = ExactMoney(given["amount"], given["currency"]), given.get("step")
    assert any(mode.value in expected for mode in Rounding), f"no rounding among {sorted(expected)}"
    for mode in Rounding:
        if mode.value in expected:
            wanted = money(expected[mode.value], given["currency"])
            assert wanted == settle(amount, rounding=mode, step=step), mode.value


def minor_units(given: Given, expected: Given) -> None:
    """The decimals of a currency are those of ISO 4217, where cash may know fewer."""
    digits = [minor_digits(code) for code in given["codes"]]
    wanted = expected.get("iso", [expected.get("standard_digits")] * len(digits))
    assert wanted == digits
    if "cash_digits" in expected:
        step = Fraction(1, 10 ** expected["cash_digits"])
        for code in given["codes"]:
            assert money(3, code) == settle(ExactMoney("2.5", code), step=step), code


def cash_steps(given: Given, expected: Given) -> None:
    """Amounts rounded to a cash step."""
    unit = given.get("currency", "CHF")
    assert any(mode.value in expected for mode in Rounding), f"no rounding among {sorted(expected)}"
    for mode in Rounding:
        for amount, wanted in zip(given["amounts"], expected.get(mode.value, ()), strict=mode.value in expected):
            found = settle(ExactMoney(amount, unit), rounding=mode, step=given["step"])
            assert money(wanted, unit) == found, f"{amount}: expected {wanted}, got {found}"


def equal_parts(given: Given, expected: Given) -> None:
    """An amount in equal parts that sum to the whole, in cash steps if a step is given."""
    weights = [1] * given["parts"]
    if "step" in given:
        raise Declined("shares-in-cash-steps")
    wanted = expected.get("largest_remainder", expected.get("parts"))
    parts = split(money(given["amount"], given.get("currency", "USD")), weights)
    assert wanted == [format(part.amount, "f") for part in parts]


def ratios(given: Given, expected: Given) -> None:
    """An amount by ratios: what is left over goes to the largest remainder."""
    parts = split(money(given["amount"], given["currency"]), given["ratios"], remainder=Remainder.LARGEST)
    assert expected["floor_to_largest_remainder"] == [format(part.amount, "f") for part in parts]


def late_interest(given: Given, expected: Given) -> None:
    """Interest of a number of days: exact to the end, then rounded once, as a part of a year and as a late fee."""
    principal = money(given["principal"], given.get("currency", "GBP"))
    year = Percentage(rate=Decimal(given["rate"].removesuffix("%")).scaleb(-2)).quote(principal).exact
    start = date(2023, 1, 1)
    late = Period(start, start + given["days"] * ONE_DAY)
    interest = portion(year, late, of=Period(start, ANNUAL.shift(start)), policy=ProrationPolicy(DayCount.ACT_365F))
    assert expected["exact_then_round"] == format(settle(interest).amount, "f")
    LATE["fee"]({"input": given, "expected": expected})


ROUNDINGS: dict[frozenset[str], Callable[[Given, Given], None]] = {
    frozenset({"amounts", "step"}): cash_steps,
    frozenset({"codes"}): minor_units,
    frozenset({"amount", "parts"}): equal_parts,
    frozenset({"amount", "ratios"}): ratios,
    frozenset({"principal", "rate", "days"}): late_interest,
    frozenset({"amount", "currency"}): round_modes,
}


def refused(action: Callable[[], object]) -> None:
    """Claim that the library refuses with an error of its own."""
    try:
        found = action()
    except RenewkitError:
        return
    message = f"expected a refusal, got {found}"
    raise AssertionError(message)


def day(text: str) -> date:
    """Read a date."""
    return date.fromisoformat(text)


def optional_day(text: str | None) -> date | None:
    """Read a date that may be absent."""
    return None if text is None else day(text)


KINDS = {
    "recurring_cycles": recurring_cycles,
    "fraction_before_first": fraction_before_first,
    "fraction_after_last": fraction_after_last,
    "fixed_month_days": fixed_month_days,
    "prorated_amount": prorated_amount,
    "capped_credit": capped_credit,
    "daycount": reading_all(daycount),
    "round": reading_all(rounding),
}
