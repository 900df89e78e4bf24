"""The proration of Lago, Meteroid, Flexprice and silver as calls of the public API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from moneyed import Money
from outcome import Declined
from words import one_of

from renewkit import profiles
from renewkit.errors import EmptyPeriodError, UnknownCurrencyError
from renewkit.policies.cycle import MONTHLY
from renewkit.policies.pricing import Percentage, PerUnit
from renewkit.policies.proration import add_on_amount, change, grant, limit_credit, prorate
from renewkit.values.currency import minor_digits
from renewkit.values.daycount import ChangeDay, DayCount, fraction
from renewkit.values.moments import day_of
from renewkit.values.money import ExactMoney, from_minor, money, settle, to_minor, usd
from renewkit.values.period import Period, Span

__all__ = ["KINDS"]

Given = dict[str, Any]

ONE_DAY = timedelta(days=1)
CURRENCY = "EUR"
NOTHING = from_minor(0, CURRENCY)
# The nominal days of Meteroid's billing periods.
LENGTHS = {"monthly": 30, "quarterly": 91, "semiannual": 182, "half_yearly": 182, "annual": 365, "yearly": 365}


# ----------------------------------------------------------------------------------------------------------------- Lago


def lago_day_proration(case: Given) -> None:
    """The days of a window by the days of the whole period; a trial makes the window's first days free."""
    given, expected = case["input"], case["expected"]
    over, amount = period(given), from_minor(given["amount_minor"], CURRENCY)
    start, end = paid_window(given)
    billed = prorate(amount, over=over, at=[start, end], policy=profiles.LAGO)[1]
    exact_cents = prorate(ExactMoney(given["amount_minor"], CURRENCY), over=over, at=[start, end])[1].amount
    found = {
        "days_billed": days(start, end),
        "days_in_period": over.days,
        "amount_minor": to_minor(billed),
    }
    assert {name: expected[name] for name in found if name in expected} == {
        name: value for name, value in found.items() if name in expected
    }
    if "precise_minor" in expected:
        assert abs(Fraction(expected["precise_minor"]) - exact_cents) <= Fraction(1, 10**8), exact_cents


def lago_day_coefficient(case: Given) -> None:
    """The days of a window by the days of its period."""
    given = case["input"]
    start, end = paid_window(given)
    share = prorate(ExactMoney(1, CURRENCY), over=period(given), at=[start, end])[1].amount
    assert float(case["expected"]["coefficient"]) == float(share)


def lago_termination_credit(case: Given) -> None:
    """The unused days after a termination, at most what was billed, less what was credited; tax on the exact credit."""
    given, expected = case["input"], case["expected"]
    over, last = period(given), day_of(instant(given["terminated_at"]), given.get("timezone") or "UTC")
    policy = profiles.LAGO if given.get("is_upgrade") else profiles.LAGO_TERMINATION
    trial_end = optional_day(given.get("trial_end"))
    if trial_end is not None and trial_end > last:
        last, policy = min(trial_end, over.end), profiles.LAGO  # from the first paid day on
    terms = {
        "old": exact_minor(given["plan_amount_minor"]),
        "paid": exact_minor(given["billed_fee_minor"]),
        "credited": exact_minor(given.get("already_credited_minor") or 0),
    }
    credit = change(**terms, new=exact_minor(0), over=over, at=last, policy=policy).credit
    if expected is None or all(value is None for value in expected.values()):
        assert credit.is_zero
        return
    tax = Percentage(rate=Decimal(str(given["tax_percent"])).scaleb(-2)).quote(credit).exact
    used = last + ONE_DAY if policy.change_day is ChangeDay.OLD else last
    found = {
        "unused_days": days(used, over.end),
        "days_in_period": over.days,
        "credit_before_tax_minor": to_minor(settle(credit)),
        "tax_minor": to_minor(settle(tax)),
        "total_minor": to_minor(settle(credit)) + to_minor(settle(tax)),
    }
    assert expected == {name: found[name] for name in expected}


# ------------------------------------------------------------------------------------------------------------- Meteroid


def meteroid_plan_change(case: Given) -> None:
    """Pairs of credit and charge, then removed credits, then added charges; lines of nothing are left out."""
    given, expected = case["input"], case["expected"]
    lines = [to_minor(line) for line in meteroid_lines(given)]
    found = {"lines_minor": [line for line in lines if line], "net_minor": sum(lines)}
    assert expected == {name: found[name] for name in expected}


def meteroid_lines(given: Given) -> Iterator[Money]:
    """Yield the amounts of a plan change in Meteroid's order."""
    for old, new in zip(given["replaced_old"], given["replaced_new"], strict=True):
        yield -component(given, old, once=NOTHING)
        yield component(given, new, once=NOTHING)
    yield from (-component(given, removed, once=NOTHING) for removed in given["removed"])
    for added in given["added"]:
        yield component(given, added, once=from_minor(added["full_minor"], CURRENCY))


def component(given: Given, part: Given, *, once: Money) -> Money:
    """Price one component for the rest of the period; what is billed once is never prorated, nor given back."""
    if part["period"] == "one_time":
        return once
    amount = from_minor(part["full_minor"], CURRENCY)
    at, length = day(given["change_date"]), LENGTHS[part["period"]]
    return add_on_amount(amount, to=period(given), at=at, length=length, policy=profiles.METEROID)


def meteroid_factor(case: Given) -> None:
    """A window as a part of its period; nothing to say about a window that covers the period, or an empty period."""
    given, expected = case["input"], case["expected"]["factor"]
    try:
        over = period(given)
    except EmptyPeriodError:
        assert expected is None
        return
    start, end = (min(max(edge, over.start), over.end) for edge in paid_window(given))
    share = prorate(ExactMoney(1, CURRENCY), over=over, at=[start, end], policy=profiles.METEROID)[1].amount
    assert (None if expected is None else Fraction(expected)) == (None if share == 1 else share)


# ------------------------------------------------------------------------------------------------------------ Flexprice


def flexprice_plan_change(case: Given) -> None:
    """A change of plan or quantity; the period's end names its last day."""
    given, expected = case["input"], case["expected"]
    over = Period(day(given["period_start"]), day(given["period_end"]) + ONE_DAY)
    at, unit = day(given["change_date"]), given["currency"]
    old, new = (price(given, side, unit) for side in ("old", "new"))
    caps = given["amount_paid"] is not None and given["action"] != "quantity_change"
    paid = ExactMoney(given["amount_paid"], unit) if caps else None
    found = change(old=old, new=new, over=over, at=at, paid=paid, policy=profiles.FLEXPRICE)
    credit, charge = settle(found.credit), settle(found.charge)
    actual = {
        "days_remaining": days(at, over.end),
        "days_in_period": over.days,
        "credit": None if given["old_unit"] is None else shown(-credit),
        "charge": None if given["new_unit"] is None else shown(charge),
        "net": shown(charge - credit),
    }
    for name, value in expected.items():
        wanted = value if value is None or name.startswith("days") else shown(money(value, unit))
        assert wanted == actual[name], f"{name}: expected {wanted}, got {actual[name]}"


def price(given: Given, side: str, unit: str) -> ExactMoney:
    """Price one side of a change: nothing where it is absent."""
    if given[f"{side}_unit"] is None:
        return ExactMoney(0, unit)
    return PerUnit(ExactMoney(given[f"{side}_unit"], unit)).quote(given[f"{side}_quantity"]).exact


def flexprice_calendar_days(case: Given) -> None:
    """The calendar days between two wall times, whatever their time of day."""
    given = case["input"]
    start, end = (datetime.fromisoformat(given[name]).date() for name in ("start_wall", "end_wall"))
    found = days(start, end) if start <= end else -days(end, start)
    assert case["expected"]["days"] == found, f"expected {case['expected']}, got {found}"


def flexprice_cap_credit(case: Given) -> None:
    """A credit is at most what was paid less what was credited before."""
    given = case["input"]
    potential, paid, credited = (usd(given[name]) for name in ("potential", "originally_paid", "previously_credited"))
    assert usd(case["expected"]["credit"]) == limit_credit(potential, paid=paid, credited=credited)


def flexprice_credit_grant(case: Given) -> None:
    """What a grant in mid-period is worth: by the second, or by the day."""
    given = case["input"]
    start, end, at = (instant(given[name]) for name in ("period_start", "period_end", "at"))
    if given["strategy"] == "seconds":
        found = grant(given["credits"], over=Span(start, end), at=at, policy=profiles.FLEXPRICE_SECONDS, places=8)
    else:
        over = Period(start.date(), end.date() + ONE_DAY)
        found = grant(given["credits"], over=over, at=at.date(), policy=profiles.FLEXPRICE, places=8)
    assert Decimal(case["expected"]["credits"]) == found


def flexprice_round_currency(case: Given) -> None:
    """An amount rounded to the decimals of its currency."""
    given, expected = case["input"], case["expected"]
    unit = given["currency"].upper()
    wanted = next(iter(expected.values())) if isinstance(expected, dict) else expected
    try:
        minor_digits(unit)
    except UnknownCurrencyError:
        raise Declined("only-iso-4217-money") from None
    assert money(wanted, unit) == settle(ExactMoney(str(one_of(given, "amount", "value")), unit))


# --------------------------------------------------------------------------------------------------------------- silver


def silver_month_fraction(case: Given) -> None:
    """Months from the start, then days as a part of their month."""
    given = case["input"]
    start, end = sorted((day(given["start"]), day(given["end"])))
    month = Period(start, MONTHLY.shift(start))
    found = fraction(Period(start, end), of=month, by=DayCount.MONTHS_THEN_DAYS) if end != start else Fraction(0)
    assert Fraction(case["expected"]["months"]) == (found if start == day(given["start"]) else -found)


# ----------------------------------------------------------------------------------------------------------- shared


def period(given: Given) -> Period:
    """Read the period of a case."""
    return Period(day(given["period_start"]), day(given["period_end"]))


def paid_window(given: Given) -> tuple[date, date]:
    """Read the window of a case, which a trial opens later."""
    start, end = day(given["window_start"]), day(given["window_end"])
    trial_end = optional_day(given.get("trial_end"))
    return (start if trial_end is None else min(max(start, trial_end), end)), end


def days(start: date, end: date) -> int:
    """Count the days of a window, which may be empty."""
    return Period(start, end).days if start != end else 0


def exact_minor(minor: int) -> ExactMoney:
    """Read minor units as an exact amount."""
    amount = from_minor(minor, CURRENCY)
    return ExactMoney(amount.amount, CURRENCY)


def shown(amount: Money) -> str:
    """Write an amount as the case files do."""
    return format(amount.amount, "f")


def day(text: str) -> date:
    """Read a date, or the day of a stamp at midnight."""
    return date.fromisoformat(text[:10])


def optional_day(text: str | None) -> date | None:
    """Read a date that may be absent."""
    return None if text is None else day(text)


def instant(text: str) -> datetime:
    """Read a stamp in UTC."""
    return datetime.fromisoformat(text)


KINDS = {
    "lago.day_proration": lago_day_proration,
    "lago.day_coefficient": lago_day_coefficient,
    "lago.termination_credit": lago_termination_credit,
    "meteroid.plan_change": meteroid_plan_change,
    "meteroid.factor": meteroid_factor,
    "flexprice.plan_change": flexprice_plan_change,
    "flexprice.calendar_days": flexprice_calendar_days,
    "flexprice.cap_credit": flexprice_cap_credit,
    "flexprice.credit_grant": flexprice_credit_grant,
    "flexprice.round_currency": flexprice_round_currency,
    "silver.month_fraction": silver_month_fraction,
}
