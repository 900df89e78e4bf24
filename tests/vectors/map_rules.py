"""Notice duties, quiet hours and how amounts read: the published rules as calls of the public API.

A case is read by the fields of its input; dates are named by what happens on them, rules by the ids of the research.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from fields import reading_all
from outcome import Declined
from words import cadence, one_of

from renewkit.adapters.holidays import country_calendar, financial_calendar
from renewkit.adapters.mail.speech import speech
from renewkit.errors import AmountPrecisionError
from renewkit.policies.network import NetworkRules, packaged_rules
from renewkit.policies.reminders import NoticeRule, NoticeRules, Reminder, ReminderPlan, quiet_hours_in
from renewkit.values.calendar import TARGET2, WEEKENDS, BusinessCalendar
from renewkit.values.decision import RetryAt
from renewkit.values.decline import Instrument
from renewkit.values.facts import ContractFacts
from renewkit.values.moments import resolve
from renewkit.values.money import money
from renewkit.values.offsets import Anchor, days_before
from renewkit.values.recipient import QuietHours, Recipient

__all__ = ["KINDS"]

Case = dict[str, Any]
Answer = dict[str, Any]

DATES = {
    "renewal": (Anchor.RENEWAL,),
    "renewal_payment": (Anchor.CHARGE,),
    "cancellation_deadline": (Anchor.CANCELLATION,),
    "notice_deadline": (Anchor.CANCELLATION,),
    "customer_notice_deadline": (Anchor.CANCELLATION,),
    "end_of_rejection_period": (Anchor.CANCELLATION,),
    "charge": (Anchor.CHARGE,),
    "debit": (Anchor.CHARGE,),
    "collection": (Anchor.CHARGE,),
    "due": (Anchor.DUE, Anchor.CHARGE),
    "trial_end": (Anchor.TRIAL_END,),
    "effective": (Anchor.PRICE_CHANGE,),
    "term_end": (Anchor.RENEWAL,),
}
LENGTHS = {
    "trial_days": "trial_days",
    "trial_or_promo_days": "trial_days",
    "term_months": "term_months",
    "initial_term_months": "term_months",
    "renews_for_months": "renewal_months",
    "renewal_months": "renewal_months",
    "billing_interval_days": "interval_days",
}
DUE = date(2026, 6, 30)


def compare(reader: Callable[[Answer], Answer]) -> Callable[[Case], None]:
    """Return a check that compares every expected field with what the reader answers."""

    def check(case: Case) -> None:
        answer = reader(case["input"])
        found = {field: answer.get(field, "no answer") for field in case["expected"]}
        assert case["expected"] == found, f"expected {case['expected']}, got {found}"

    return check


def remind(given: Answer) -> Answer:
    """Answer about windows of duties, quiet hours and moments, whichever the fields ask for."""
    if "rule" in given or "rules" in given:
        return window(given)
    if "notified" in given:
        after = NoticeRules().rule("bacs-advance").renotify_after
        assert after is not None
        return {"last_collection_without_new_notice": str(after.day_from(day(given["notified"]), calendar(given)))}
    if "amounts" in given:
        return {"afa_required": [must_authenticate(*each) for each in given["amounts"]]}
    if "timedelta_days" in given:
        raise Declined("wording-of-durations")
    if "utc" in given:
        moment = datetime.fromisoformat(given["utc"])
        return {"allowed": [Recipient(zone, quiet=hours(given)).is_decent(moment) for zone in given["zones"]]}
    return send(given)


def must_authenticate(trade: str, amount: int) -> bool:
    """Whether a debit of so many rupees needs the payer, for a trade such as `insurance` or `mutual fund`."""
    words = trade.lower().replace(" ", "_").removesuffix("s")
    classes = {known for rule in packaged_rules() for known in rule.merchants}
    seller = next((known for known in classes if known.removesuffix("s") == words), None)
    now = resolve(datetime.combine(DUE, time(12)), "Asia/Kolkata")
    verdict = NetworkRules(merchant_class=seller).check(
        RetryAt(now, 1),
        on_instrument=(),
        instrument=Instrument("card", "visa", region="IN"),
        now=now,
        amount=money(amount, "INR"),
        is_noticed=True,
    )
    return verdict.reason == "authentication"


def send(given: Answer) -> Answer:
    """Answer when a message planned for a wall-clock time goes out."""
    zone, local = given.get("zone", "UTC"), datetime.fromisoformat(given["local"])
    planned = resolve(local, zone)
    if "window" not in given and "state" not in given and "country" not in given:
        if planned.naive() != local:
            raise Declined("gap-shifts-wall-clock")
        return {"resolve": minutes(planned)}
    recipient = Recipient(zone, quiet=hours(given))
    sent = recipient.decent_from(planned).naive()
    return {"allowed": recipient.is_decent(planned), "send_local": sent.isoformat(timespec="minutes")}


def window(given: Answer) -> Answer:
    """Answer whether a rule applies, and the first and last moment of its window, or of those that rules share."""
    rules = [rule_of(given, name) for name in given.get("rules") or [given["rule"]]]
    lengths = {fact: given[field] for field, fact in LENGTHS.items() if field in given}
    bounds = [edges(rule, given) for rule in rules if dates(given)]
    starts = [start for start, _ in bounds if start is not None]
    ends = [end for _, end in bounds if end is not None]
    shared = (max(starts, default=None), min(ends, default=None))
    is_empty = None not in shared and shared[0] > shared[1]
    each = {rule.id: list(bound) for rule, bound in zip(rules, bounds, strict=False)}
    return each | {
        "applies": all(is_law(rule, given) and applies(rule, lengths) for rule in rules),
        "earliest": None if is_empty else shared[0],
        "latest": None if is_empty else shared[1],
        "intersection": None if is_empty else list(shared),
        "at_enrolment": any(lengths.get("trial_days", 99) < (rule.at_enrolment_under or 0) for rule in rules),
    }


def rule_of(given: Answer, name: str) -> NoticeRule:
    """Return a rule, with the lead that was agreed."""
    rules = NoticeRules()
    return (rules.agreeing(name, days_before(given["agreed_days"])) if "agreed_days" in given else rules).rule(name)


def is_law(rule: NoticeRule, given: Answer) -> bool:
    """Whether a rule says when, and is in force on the day that a case gives for it."""
    when = dates(given).get(rule.anchor, DUE)
    return rule.window is not None and rule.in_force(when.date() if isinstance(when, datetime) else when)


def applies(rule: NoticeRule, lengths: dict[str, int]) -> bool:
    """Whether a rule holds for somebody whom it may concern, with these terms."""
    asks = rule.conditions
    facts = ContractFacts(
        "case",
        Recipient("UTC"),
        places=() if asks.place is None else (asks.place,),
        rails=asks.rails,
        sector=next(iter(asks.sectors), ""),
        is_app=asks.app,
        amount_changes=asks.amount_changes,
        date_changes=asks.date_changes,
        is_first_debit=asks.first_or_changed,
        **lengths,  # type: ignore[arg-type]  # lengths are whole numbers, as their fields are
    )
    return asks.hold(facts) or bool(asks.open_questions(facts))


def edges(rule: NoticeRule, given: Answer) -> tuple[str | None, str | None]:
    """Return the first and the last day of a rule's window, or its last moment where it counts hours."""
    when = dates(given).get(rule.anchor)
    if when is None or rule.window is None:
        return None, None
    duty = rule.duty.window
    if isinstance(when, datetime):
        assert duty.latest is not None
        return None, minutes(duty.latest.moment_from(when).astimezone(when.tzinfo))
    first, last = duty.days(when, calendar(given))
    return first and str(first), last and str(last)


def dates(given: Answer) -> dict[Anchor, date]:
    """Return the dates of a case by anchor."""
    named = {name.removesuffix("_date").removesuffix("_time"): name for name in given}
    return {anchor: day(given[named[name]]) for name, anchors in DATES.items() if name in named for anchor in anchors}


def day(text: str) -> date:
    """Read a date, or an instant with its offset."""
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def minutes(moment: datetime) -> str:
    """Write an instant without seconds."""
    return moment.isoformat(timespec="minutes")


def hours(given: Answer) -> QuietHours | None:
    """Return the quiet hours of a case: outside its window, or those of its state or country."""
    if "window" in given:
        opens, closes = map(time.fromisoformat, given["window"])
        return QuietHours.outside(opens, closes)
    return quiet_hours_in(f"US-{given['state']}" if "state" in given else given["country"])


def calendar(given: Answer) -> BusinessCalendar:
    """Return the calendar that a case names; collections by Bacs keep those of England."""
    name = given.get("calendar", "GB-ENG" if "notified" in given else None)
    if name is None or name.startswith("TARGET"):
        return WEEKENDS if name is None else TARGET2
    years = {int(year) + more for year in re.findall(r"\b(\d{4})-\d\d", str(given)) for more in (-1, 0, 1)}
    if name.startswith("X") or "FED" in name:
        return financial_calendar("XFED" if "FED" in name else name, years=years)
    country, _, subdivision = name.partition("-")
    return country_calendar(country, years=years, subdivision=subdivision or None)


def reading(given: Answer) -> Answer:
    """Answer how an amount reads in a language."""
    if "date" in given:
        raise Declined("medium-dates")
    try:
        amount = money(given["amount"], given["currency"])
    except AmountPrecisionError:
        raise Declined("amount-finer-than-its-currency") from None
    return {"text": speech(given["locale"], given["locale"]).money(amount)}


def documented(case: Case) -> None:
    """Compare a vendor's or law's lead with the plan or the rule that gives it."""
    given, expected = case["input"], case["expected"]
    if "days_before" in expected and "term" not in given:
        leads = expected["days_before"] if isinstance(expected["days_before"], list) else [expected["days_before"]]
        plan = ReminderPlan(tuple(Reminder("x", days_before(lead)) for lead in leads))
        assert leads == [(DUE - at).days for at in sent_on(plan)], f"expected {leads}, got {sent_on(plan)}"
        return
    rules = [each for each in NoticeRules().rules if applies(each, {"term_months": months_of(given["term"])})]
    leads = [(each.window.latest, each.window.earliest) for each in rules if each.window is not None]
    least, most = (one_of(expected, name, "days_before") for name in ("days_before_min", "days_before_max"))
    wanted = (days_before(least), days_before(most))
    assert wanted in leads, f"{wanted} is not among {leads}"


def months_of(term: str) -> int:
    """Return how many months a term has."""
    every = cadence(term)
    assert every.in_months, f"no months in {term!r}"
    return every.in_months


def sent_on(plan: ReminderPlan) -> list[date]:
    """Return the days on which the steps of a plan around DUE go out."""
    return [due.at.date() for due in plan.timetable(anchors={Anchor.DUE: DUE}, recipient=Recipient("UTC"))]


KINDS: dict[str, Callable[[Case], None]] = {
    "remind": reading_all(compare(remind)),
    "format": reading_all(compare(reading)),
    "reminder": reading_all(documented, notes=frozenset({"type"})),
}
