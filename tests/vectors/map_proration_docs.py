"""Worked examples of proration in vendors' documentation, as calls of the public API.

The examples have no common form, so each form is recognised by the fields that it gives; a case with a field that its
form does not read is not passed. Dates without a year are read in 2023, which is no leap year; spans such as
`2018-08..2018-10` name their first and last day or month.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from fields import Fields, as_printed, reading_all
from moneyed import Money
from outcome import Declined
from words import cadence, read_day

from renewkit import profiles
from renewkit.policies.cycle import MONTHLY, WEEKLY, BillingCycle
from renewkit.policies.pricing import PerUnit
from renewkit.policies.proration import change, grant, limit_credit, portion, prorate
from renewkit.values.daycount import DayCount, ProrationPolicy, RoundingScope, ShortRate, fraction
from renewkit.values.money import ExactMoney, Remainder, Rounding, money, settle, split, to_minor, total, usd
from renewkit.values.period import Period

__all__ = ["KINDS"]

Given = dict[str, Any]

ONE_DAY = timedelta(days=1)
YEAR = Period(date(2023, 1, 1), date(2024, 1, 1))
NOTHING = usd("0")
RATIOS = {"actual": DayCount.ACTUAL, "act_360": DayCount.ACT_360, "strict_30_360": DayCount.THIRTY_360_BOND}
PRICE = re.compile(r"(\d+(?:\.\d+)?)\s*/\s*mo")


def proration(case: Given) -> None:
    """Recognise the form of an example and check it."""
    for fields, check in FORMS:
        if fields <= case["input"].keys():
            expected = Fields(case["expected"])
            check(case["input"], expected)
            if any(expected.unread()):
                raise Declined("unknown-field")
            return
    message = f"no form of example has the fields {sorted(case['input'])}"
    raise AssertionError(message)


# --------------------------------------------------------------------------------------------------------------- Stripe


def stripe_events(given: Given, expected: Given) -> None:
    """A series of price changes; classic mode credits the current price, flexible mode the last billed one."""
    begun = day(given["events"][0][0])
    month = Period(begun, MONTHLY.shift(begun))
    named = given.get("period", f"{month.start} - {month.end}").split(" - ")
    assert [begun, month.end] == [read_day(text) for text in named]
    current = billed = NOTHING
    for on, what in given["events"][:-1]:
        assert day(on) in month
        current = usd(monthly_price(what))
        billed = billed if "none" in what else current
    on, what = given["events"][-1]
    old = current if given["billing_mode"] == "classic" else billed
    found = change(old=old, new=usd(monthly_price(what)), over=month, at=day(on), policy=profiles.STRIPE_DAYS)
    assert expected["lines_minor"] == [-to_minor(found.credit), to_minor(found.charge)]
    assert expected["total_minor"] == to_minor(found.net)


def stripe_coupon(given: Given, expected: Given) -> None:
    """A coupon shared out over the items; what is left over goes to the last."""
    items = [usd(item) for item in given["items"]]
    coupon = usd(given["amount_off_coupon"])
    shares = split(coupon, [to_minor(item) for item in items], remainder=Remainder.LAST)
    assert expected["discount_minor"] == [to_minor(share) for share in shares]
    whole = to_minor(total([*items, -coupon], "USD"))
    assert expected.get("total_minor", whole) == whole


def stripe_cancel(given: Given, expected: Given) -> None:
    """A cancelled item with a coupon, of which the classic mode takes all off it: what is left of that price."""
    assert given["billing_mode"] == "classic"
    old = usd(given["cancel_item"]) - usd(given["coupon_whole"])
    over, at = remaining_part(given["fraction_remaining"])
    found = change(old=old, new=NOTHING, over=over, at=at, policy=profiles.STRIPE_DAYS)
    assert expected["total_minor"] == to_minor(found.net)


def stripe_backdate(given: Given, expected: Given) -> None:
    """A backdated start: part of a month that begins there."""
    assert given["billing_mode"] in {"classic", "flexible"}  # a first stub is the same in both
    start, first = day(given["backdate_start"]), day(given["first_full_period"])
    cycle = BillingCycle.aligned(start, cadence(given["interval"]), day=given["anchor_day"])
    assert first == cycle.boundary(0)
    of = cycle.schedule(start, first)[0].reference
    assert expected.get("numerator_days", (first - start).days) == (first - start).days
    assert expected.get("denominator_days", of.days) == of.days
    share = cycle.measure(start, first, policy=profiles.STRIPE_DAYS)
    assert Fraction(expected["fraction"]) == share
    shown = expected.get("approx", f"{float(share):.3f}")
    assert shown == f"{float(share):.{len(shown.partition('.')[2])}f}"


# ---------------------------------------------------------------------------------------------------------------- Zuora


def zuora_months(given: Given, expected: Given) -> None:
    """So many months and a part of one, at a monthly price."""
    service = through(given["charged"]) if "charged" in given else None
    start = service.start if service else day(given["term_start"])
    end = service.end if service else day(given["target_date"]) + ONE_DAY
    cycle = BillingCycle.aligned(start, MONTHLY, day=given.get("bill_day", 1))
    months = cycle.measure(start, end, policy=zuora_basis(given["basis"]))
    price = PerUnit(usd(given["list_price_month"]) * int(given.get("unit", 1)))
    assert expected["total"] == shown(price.charge(months))


def zuora_weeks(given: Given, expected: Given) -> None:
    """So many weeks and a part of one, at a weekly price."""
    start, weekday = day(given["term_start"]), WEEKDAYS.index(given["billing_weekday"].lower())
    cycle = BillingCycle.aligned(start, WEEKLY, weekday=weekday)
    weeks = cycle.measure(start, cycle.boundary(given["full_weeks"]), policy=profiles.ZUORA_BY_DAY)
    assert expected["total"] == shown(PerUnit(usd(given["list_price_week"])).charge(weeks))


def zuora_annual(given: Given, expected: Given) -> None:
    """The rest of a term at its yearly price."""
    term = through(given["term"])
    rest = Period(day(given["charge_start"]), term.end)
    policy = zuora_basis(given["basis"])
    assert expected["total"] == shown(portion(usd(given["annual_price"]), rest, of=term, policy=policy))


def zuora_cancel(given: Given, expected: Given) -> None:
    """The credit for the rest of a term, by month first."""
    term, at = through(given["term"]), day(given["cancel"])
    policy = zuora_basis(given["basis"]) if "basis" in given else profiles.ZUORA_ACTUAL
    found = change(old=usd(given["annual"]), new=NOTHING, over=term, at=at, policy=policy)
    assert usd(expected["credit_memo"]) == found.credit
    assert through(expected["service"]) == found.lines[0].period


def zuora_period_days(given: Given, expected: Given) -> None:
    """How many days a period has by a basis: the reciprocal of one day's share."""
    by = zuora_basis(given["basis"]).by
    for name in list(expected):
        days = expected[name]
        of = Period(YEAR.start, cadence(name).shift(YEAR.start))
        assert Fraction(1, days) == fraction(Period(of.start, of.start + ONE_DAY), of=of, by=by), name


def zuora_ratio(given: Given, expected: Given) -> None:
    """The share of a month by each basis; the end names the last day."""
    part = Period(day(given["service_start"]), day(given["service_end_inclusive"]) + ONE_DAY)
    month = BillingCycle.calendar(part.start, MONTHLY).period_at(part.start)
    for name in list(expected):
        assert Fraction(expected[name]) == fraction(part, of=month, by=RATIOS[name]), name


def zuora_cover(given: Given, expected: Given) -> None:
    """Which periods are charged, and how much of each, by the settings for partial months and periods."""
    start, end = day(given["start"]), day(given["end"]) + ONE_DAY
    policy = zuora_partial(
        given.get("bill_partial_month", given.get("partial_month")), given.get("partial_period", True)
    )
    cycle = BillingCycle.aligned(start, cadence(given["period"]), day=given["bcd"])
    shares = [(service, policy.service_share(service)) for service in cycle.schedule(start, end)]
    charged = [(service, share) for service, share in shares if share]
    spans = [through(text.removesuffix(" partial")) for text in expected["charged"]]
    assert [span.start for span in spans] == [service.period.start for service, _ in charged]
    for span, (service, share) in zip(spans, charged, strict=True):
        assert fraction(span, of=service.reference, by=DayCount.MONTHS_THEN_DAYS) == share, f"{span}: got {share}"
    free = [through(text) for text in expected.get("not_charged", ())]
    assert free == [service.period for service, share in shares if not share and "not_charged" in expected]


def zuora_credit(given: Given, expected: Given) -> None:
    """Which part of a paid period is credited, by the settings for partial months and periods."""
    paid, at = through(given["paid"].partition(" ")[0]), day(given["cancel"])
    policy = zuora_partial(given["partial_month"], given["partial_period"])
    credit = change(old=ExactMoney(1, "USD"), new=ExactMoney(0, "USD"), over=paid, at=at, policy=policy).credit.amount
    span = expected["credit_span"]
    assert credit == (fraction(through(span), of=paid, by=DayCount.MONTHS_THEN_DAYS) if span else 0)


def zuora_discount(given: Given, expected: Given) -> None:
    """A year cut short: a discount is prorated with the price, or kept as far as it goes."""
    price, discount = usd(given["annual"]), usd(given["fixed_discount"])
    at = MONTHLY.shift(YEAR.start, given["shorten_to_months"])
    credit, less = (
        change(old=amount, new=NOTHING, over=YEAR, at=at, policy=profiles.ZUORA_ACTUAL).credit
        for amount in (price, discount)
    )
    if given["prorate_discount"]:
        refund = total([credit, -less], "USD")
    else:
        refund = limit_credit(credit, paid=total([price, -discount], "USD"), credited=NOTHING)
    assert usd(expected["regular_credit"]) == -credit
    assert usd(expected["refund_to_customer"]) == refund
    assert usd(expected["discount_credit"]) == total([credit, -refund], "USD")


def zuora_rounding(given: Given, expected: Given) -> None:
    """Used and unused parts, each rounded up to whole units: together they miss the price."""
    assert given["rounding"] == "up to whole unit"
    over, at = through(given["period"].partition(" ")[0]), day(given["cancel"])
    used, unused = prorate(ExactMoney(given["price"], "JPY"), over=over, at=at)
    assert abs(used.amount - Fraction(expected["used_exact"])) < Fraction(1, 10**12)
    assert abs(unused.amount - Fraction(expected["credit_exact"])) < Fraction(1, 10**12)
    price = money(given["price"], "JPY")
    up = ProrationPolicy(rounding=Rounding.UP, rounding_scope=RoundingScope.PER_LINE)
    charged, credit = prorate(price, over=over, at=at, policy=up)
    invoiced = total([price, -credit], "JPY")
    assert [expected["used_rounded"], expected["credit_rounded"]] == [shown(charged), shown(credit)]
    assert [expected["net_invoiced"], expected["variance"]] == [
        shown(invoiced),
        shown(total([charged, -invoiced], "JPY")),
    ]


def zuora_basis(text: str) -> ProrationPolicy:
    """Choose the Zuora profile that a basis describes."""
    by_day, thirty = "by day" in text, "30" in text.replace("365", "") and "(31)" not in text
    if "strict" in text:
        return profiles.ZUORA_STRICT_30_360
    if "360" in text or thirty:
        return profiles.ZUORA_MONTHS_THEN_30 if "month first" in text else profiles.ZUORA_ACTUAL_360
    return profiles.ZUORA_BY_DAY if by_day else profiles.ZUORA_ACTUAL


def zuora_partial(month: bool, period: bool) -> ProrationPolicy:
    """Choose the Zuora profile for the settings of partial months and periods."""
    if not period:
        return profiles.ZUORA_NO_PARTIAL_PERIOD
    return profiles.ZUORA_ACTUAL if month else profiles.ZUORA_NO_PARTIAL_MONTH


# ----------------------------------------------------------------------------------------------------------- Salesforce


def salesforce_precision(given: Given, expected: Given) -> None:
    """The multiplier of a term, or the months that are billed, by a precision."""
    policy = PRECISIONS[given["precision"]]
    start = day(given["start"]) if "start" in given else YEAR.start
    if "days" in given:
        end, default = start + given["days"] * ONE_DAY, start + given["default_term_days"] * ONE_DAY
    elif "months" in given:
        end, default = MONTHLY.shift(start, given["months"]), MONTHLY.shift(start, given["default_term"])
    else:
        end, default = day(given["end"]) + ONE_DAY, MONTHLY.shift(start, given.get("default_term", 1))
    share = policy.share(Period(start, end), of=Period(start, default))
    (wanted,) = (expected[name] for name in list(expected))
    assert Fraction(wanted) == share, f"expected {wanted}, got {share}"


def salesforce_grant(given: Given, expected: Given) -> None:
    """A grant for the rest of its period, in whole units."""
    over, at = through(given["period"]), day(given["amend"])
    assert expected["prorated_grant"] == grant(given["grant"], over=over, at=at, policy=profiles.SALESFORCE_GRANT)


# --------------------------------------------------------------------------------------------------------------- others


def chargebee_calendar(given: Given, expected: Given) -> None:
    """A sign-up before the common billing day."""
    assert given["alignment"] == "immediate"
    start = day(given["signup"])
    cycle = BillingCycle.aligned(start, MONTHLY, day=given["billing_day"])
    stub = Period(start, cycle.boundary(0))
    share = cycle.measure(start, stub.end, policy=profiles.CHARGEBEE_CALENDAR)
    first = PerUnit(usd(given["price_month"])).quote(share).exact
    low, high = expected["first_period"].split("..")
    assert [day(low), day(high), day(expected["next_renewal"])] == [stub.start, stub.end, stub.end]
    assert expected["prorated_days"] == stub.days
    assert usd(expected["first_invoice_approx"]) == settle(first, step=1)


def samsung(given: Given, expected: Given) -> None:
    """An upgrade that is charged at once, where the day of the change counts as used, or at the next charge."""
    if given["mode"] == "INSTANT_PRORATED_DATE":
        raise Declined("unused-value-moves-the-date")
    assert given["mode"] in {"INSTANT_PRORATED_CHARGE", "INSTANT_NO_PRORATION", "DEFERRED"}, given["mode"]
    cycle = BillingCycle(day(given["start"]), MONTHLY)
    at = day(given["change"])
    old, new = (usd(monthly_price(given[side])) for side in ("old", "new"))
    found = change(old=old, new=new, over=cycle.period_at(at), at=at, policy=profiles.SAMSUNG)
    charged = found.net if given["mode"] == "INSTANT_PRORATED_CHARGE" else NOTHING
    assert usd(expected.get("charge_now", "0")) == charged
    assert day(expected["next_charge"]) == cycle.next_boundary(after=at)


def fraction_left(given: Given, expected: Given) -> None:
    """A change when so much of the period is left."""
    over, at = remaining_part(given["fraction_remaining"])
    found = change(old=usd(given["old"]), new=usd(given["new"]), over=over, at=at)
    amounts = {"net": found.net, "credit": found.credit, "charge": found.charge}
    minor = {
        "lines_minor": [-to_minor(found.credit), to_minor(found.charge)],
        "total_minor": to_minor(found.net),
        "net_minor": to_minor(found.net),
    }
    for name in list(expected):
        value = expected[name]
        assert (value == minor[name]) if name in minor else (usd(value) == amounts[name]), name


def weeks_of_month(given: Given, expected: Given) -> None:
    """A change after so many of a month's weeks, settled with the next charge."""
    done, of = map(int, re.findall(r"\d+", given["change_after"]))
    over, at = remaining_part(f"{of - done}/{of}")
    old, new = (usd(monthly_price(given[side])) for side in ("old", "new"))
    found = change(old=old, new=new, over=over, at=at)
    next_charge = total([new, found.net], "USD")
    actual = {"credit": found.credit, "usage": found.charge, "next_charge": next_charge}
    assert {name: usd(expected[name]) for name in list(expected)} == {name: actual[name] for name in expected}


def short_rate(given: Given, expected: Given) -> None:
    """A cancelled insurance: the unused premium, and the same less a penalty."""
    over = Period(YEAR.start, YEAR.start + given["year"] * ONE_DAY)
    at = YEAR.start + given["days_in_force"] * ONE_DAY
    penalty = Decimal(given.get("penalty", "0").removesuffix("%")).scaleb(-2)
    for name, policy in (
        ("pro_rata_return", ProrationPolicy()),
        ("short_rate_return", ProrationPolicy(credit=ShortRate(penalty))),
    ):
        found = change(old=usd(given["annual_premium"]), new=NOTHING, over=over, at=at, policy=policy)
        assert usd(expected.get(name, found.credit.amount)) == found.credit, name


# ----------------------------------------------------------------------------------------------------------- shared


def monthly_price(text: str) -> str:
    """Read the amount of a monthly price such as `10/mo`."""
    match = PRICE.search(text)
    assert match, text
    return match[1]


def remaining_part(text: str) -> tuple[Period, date]:
    """Make a period and a day of it such that this share of the period is left."""
    share = Fraction(1, 2) if text == "half" else Fraction(text)
    left, whole = share.numerator, share.denominator
    return Period(YEAR.start, YEAR.start + whole * ONE_DAY), YEAR.start + (whole - left) * ONE_DAY


def day(text: str) -> date:
    """Read a date; without a year it lies in 2023."""
    return read_day(text)


def through(text: str) -> Period:
    """Read a span of days or months by its first and last one."""
    first, _, last = text.partition("..")
    return Period(opening(first), closing(last or first))


def opening(text: str) -> date:
    """Read the first day of a day or a month."""
    return date.fromisoformat(f"{text}-01") if re.fullmatch(r"\d{4}-\d\d", text) else day(text)


def closing(text: str) -> date:
    """Read the day after a day or a month."""
    first = opening(text)
    return MONTHLY.shift(first) if re.fullmatch(r"\d{4}-\d\d", text) else first + ONE_DAY


def shown(amount: Money) -> str:
    """Write an amount as the examples do."""
    return format(amount.amount, "f")


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PRECISIONS = {
    "Day": profiles.SALESFORCE_DAY,
    "Month": profiles.SALESFORCE_MONTH,
    "Monthly + Daily": profiles.SALESFORCE_MONTHLY_DAILY,
    "Calendar Monthly + Daily": profiles.SALESFORCE_CALENDAR_MONTHLY_DAILY,
}
FORMS: tuple[tuple[frozenset[str], Callable[[Given, Given], None]], ...] = tuple(
    (frozenset(fields.split()), check)
    for fields, check in (
        ("events billing_mode", stripe_events),
        ("items amount_off_coupon", stripe_coupon),
        ("cancel_item coupon_whole fraction_remaining", stripe_cancel),
        ("backdate_start first_full_period anchor_day", stripe_backdate),
        ("list_price_month basis", zuora_months),
        ("list_price_week billing_weekday full_weeks", zuora_weeks),
        ("annual_price term charge_start basis", zuora_annual),
        ("annual term cancel", zuora_cancel),
        ("annual fixed_discount shorten_to_months", zuora_discount),
        ("service_start service_end_inclusive", zuora_ratio),
        ("bcd period start end", zuora_cover),
        ("paid cancel partial_month partial_period", zuora_credit),
        ("price period cancel rounding", zuora_rounding),
        ("precision", salesforce_precision),
        ("grant period amend", salesforce_grant),
        ("billing_day signup price_month", chargebee_calendar),
        ("old new start change", samsung),
        ("old new fraction_remaining", fraction_left),
        ("old new change_after", weeks_of_month),
        ("annual_premium days_in_force", short_rate),
        ("basis", zuora_period_days),
    )
)

# What a case says beside its form: what other fields say too, in words or worked out.
NOTES = frozenset(
    {"billing_mode", "period", "billing_period", "full_period", "full_months", "prorated_days", "month_days"}
)

KINDS = {"proration": as_printed(reading_all(proration, notes=NOTES))}
