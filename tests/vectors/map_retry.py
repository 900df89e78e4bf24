"""Retry limits, waits and ladders, late fees and grace, as networks, processors and laws print them.

An undated case is judged by the rules in force on `NOW`. What a case leaves open (the merchant, the card) is
filled in alike for all of them; histories are built from the counts that a case states, the oldest attempt
outside of every window.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import attrs
from fields import reading_all
from moneyed import Money
from outcome import Declined
from words import one_of

from renewkit.policies.fees import GRACES, DailyInterest, Grace, LateFees, statutory_fees
from renewkit.policies.network import NetworkAct, NetworkRules, packaged_rules
from renewkit.policies.retry import PEERS, RetryAt, RetryPolicy, evenly
from renewkit.values.decline import Attempt, Instrument, RetryAdvice, classify
from renewkit.values.money import money

__all__ = ["KINDS"]

Input = dict[str, Any]
Answer = dict[str, object]

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RAILS = {
    "alipay": "alipay_cycle",
    "sepa": "sepa_sdd",
    "pix": "pix_automatico",
    "india": "in_emandate",
    "upi": "upi_autopay",
}
RAIL_CODES = {"ach": "R01", "sepa_sdd": "AM04", "bacs": "ARUDD-0"}
COUNTED = (
    "reattempts_last_30d",
    "declines_last_24h",
    "declines_last_30d",
    "declines_last_30d_same_amount",
    "prior_reattempts",
    "representments",
)
TITLED_GRACES = {"china life": "cn_life", "us life": "us_life"}
LADDERS = {"yuno": "yuno", "razorpay": "razorpay", "paypal": "paypal", "gocardless": "gocardless"}


def check(answer: Callable[[Input, Input], Answer]) -> Callable[[Input], None]:
    """Compare every field that a case asserts with what the public API answers."""

    def compare(case: Input) -> None:
        actual = answer(case["input"], case)
        expected = case["expected"]
        found = {field: actual.get(field, "no answer") for field in expected}
        differing = {field: value for field, value in found.items() if not same(expected[field], value)}
        assert not differing, f"expected {expected}, got {differing}"

    return compare


def same(expected: object, actual: object) -> bool:
    """Whether a printed value is ours; instants are compared as instants, amounts as numbers."""
    if isinstance(actual, datetime):
        return isinstance(expected, str) and datetime.fromisoformat(expected) == actual
    if isinstance(actual, Decimal):
        return isinstance(expected, str) and Decimal(expected) == actual
    if isinstance(actual, date):
        return expected == actual.isoformat()
    return expected == actual


def retry(given: Input, case: Input) -> Answer:
    """Answer a case about retries: the shape of its input says what it asks."""
    if "failure_threshold" in given:
        raise Declined("unpaid-amount-rides-on-the-next-charge")
    if "psp" in given and "code" in given:
        return by_processor(given)
    if "psp" in given:
        return peer_ladder(given["psp"].lower())
    if "proposed" in given:
        return proposals(given)
    if "notice_sent" in given:
        return after_notice(given)
    if "mac" in given and "declined_at" in given:
        return advised(given)
    if "original_settlement" in given and "at" not in given:
        return window(given)
    if "network" in given or "rail" in given:
        return judged(given)
    return documented(given, case)


def judged(given: Input) -> Answer:
    """Ask the guard about a retry after the counts or codes that a case states."""
    network = rail_of(given)
    now = moment(given.get("at") or given.get("on")) or NOW
    rules = NetworkRules()
    if network not in {rule.network for rule in packaged_rules()}:
        raise Declined("network-without-rules")
    if "limit" in given:
        own = attrs.evolve(rules.rule("visa-reattempts"), limit=given["limit"])
        rules = NetworkRules((own,))
    attempts = history(given, network, now)
    decision = RetryAt(now, given.get("representments", 0) + 2, first=moment(given.get("original_settlement")))
    card = Instrument("card", network, region=given.get("region"))
    amount = money("10", "USD")
    verdict = rules.check(decision, on_instrument=attempts, instrument=card, now=now, amount=amount)
    fee = None if verdict.fee is None else verdict.fee.amount
    return {
        "allowed": verdict.is_allowed,
        "reason": verdict.reason,
        "not_before": verdict.not_before,
        "fee_usd_if_sent": fee,
    }


def rail_of(given: Input) -> str:
    """Name the network or rail of a case as the rules do."""
    name = str(given.get("network") or given["rail"]).lower()
    return RAILS.get(name, name)


def code_of(given: Input, rail: str) -> str:
    """Return a return code as its list spells it: Bacs prints `0`, `ARUDD 0` and `ARUDD-0` for one."""
    code = str(given.get("code", RAIL_CODES[rail])).upper().replace(" ", "-")
    return f"ARUDD-{code}" if rail == "bacs" and len(code) == 1 else code


def history(given: Input, network: str, now: datetime) -> list[Attempt]:
    """Build declined attempts: the first one long ago where more are counted, those at intervals before now."""
    if network in RAIL_CODES:
        decline = classify(network, code_of(given, network))
    elif "category" in given:
        decline = classify("stripe", "generic_decline", advice=str(given["category"]))
    else:
        decline = classify("iso8583", given.get("code") or given.get("response") or "05", advice=given.get("mac"))
    counted = next((given[field] for field in COUNTED if field in given), 0)
    first = moment(given.get("original_settlement")) or now - timedelta(days=60 if counted else 0, minutes=1)
    apart = timedelta(minutes=1) if "declines_last_24h" in given else timedelta(hours=19)
    times = [first, *(now - apart * (counted - k) for k in range(counted))]
    return [Attempt(at, decline, "card", amount=money("10", "USD")) for at in times]


def moment(text: str | None) -> datetime | None:
    """Read an instant, or a day as its noon in UTC."""
    if text is None:
        return None
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else datetime.combine(read.date(), time(12), UTC)


def advised(given: Input) -> Answer:
    """Ask from when a retry is allowed after timed advice."""
    at = datetime.fromisoformat(given["declined_at"])
    code = given.get("response", "51")
    declined = Attempt(at, classify("iso8583", code, network=code, advice=given["mac"]), "card")
    card = Instrument("card", rail_of(given))
    verdict = NetworkRules().check(RetryAt(at, 2), on_instrument=[declined], instrument=card, now=at)
    return {"allowed": verdict.is_allowed, "reason": verdict.reason, "not_before": verdict.not_before}


def window(given: Input) -> Answer:
    """Find the last day on which a re-presentment is allowed, by asking for each day."""
    first = datetime.combine(date.fromisoformat(given["original_settlement"]), time(12), UTC)
    rail = rail_of(given)
    declined = Attempt(first, classify(rail, code_of(given, rail)), "card")
    decision = RetryAt(first, given.get("representments", 0) + 2, first=first)
    card, rules = Instrument("card", rail), NetworkRules()
    days = [first + timedelta(days=k) for k in range(1, 400)]
    allowed = [
        day
        for day in days
        if rules.check(
            attrs.evolve(decision, when=day), on_instrument=[declined], instrument=card, now=first
        ).is_allowed
    ]
    return {"last_day": allowed[-1].date(), "first_refused": next(day.date() for day in days if day not in allowed)}


def after_notice(given: Input) -> Answer:
    """Ask from when a debit is allowed whose notice goes out now."""
    sent = datetime.fromisoformat(given["notice_sent"])
    mandate = Instrument("mandate", rail_of(given))
    decline = Attempt(sent, classify("stripe", "insufficient_funds"), "mandate")
    verdict = NetworkRules().check(RetryAt(sent, 2), on_instrument=[decline], instrument=mandate, now=sent)
    return {"allowed": verdict.is_allowed, "not_before": verdict.not_before}


def proposals(given: Input) -> Answer:
    """Ask for each proposed day in turn; an accepted one is tried and fails."""
    due = date.fromisoformat(given["due"])
    first = moment(min([given["due"], *given["proposed"]]))
    assert first is not None
    decline, attempts, accepted = classify("stripe", "insufficient_funds"), list[Attempt](), list[str]()
    if first.date() == due and given["due"] not in given["proposed"]:
        attempts.append(Attempt(first, decline, "wallet"))
    for text in given["proposed"]:
        at = moment(text)
        assert at is not None
        decision = RetryAt(at, len(attempts) + 1, first=attempts[0].at if attempts else at)
        wallet = Instrument("wallet", rail_of(given))
        if NetworkRules().check(decision, on_instrument=attempts, instrument=wallet, now=at, due=due).is_allowed:
            accepted.append(text)
            attempts.append(Attempt(at, decline, "wallet"))
    return {"accepted": accepted, "rejected": [text for text in given["proposed"] if text not in accepted]}


def by_processor(given: Input) -> Answer:
    """Ask a policy whether a charge that a processor declined with a code is tried again."""
    declined = Attempt(NOW, classify(given["psp"].lower(), given["code"]))
    decision = RetryPolicy((timedelta(days=1),)).decide([declined], key="k", now=NOW)
    return {"allowed": isinstance(decision, RetryAt), "retry": isinstance(decision, RetryAt)}


def peer_ladder(name: str) -> Answer:
    """Answer from the published ladders."""
    waits = next((PEERS[ladder] for known, ladder in LADDERS.items() if known in name), None)
    if waits is None:
        raise Declined("ladder-without-printed-times")
    seconds = [int(wait.total_seconds()) for wait in waits]
    days = [wait.days for wait in waits]
    return {"offsets_after_first_try_seconds": seconds, "offsets_after_first_try_days": days, "offsets_days": days}


def documented(given: Input, case: Input) -> Answer:
    """Answer a page of a vendor's documentation."""
    if "category" in given:
        return quoted_cap(given)
    if "window_calendar_days" in given:
        whole = timedelta(days=given["window_calendar_days"])
        waits = RetryPolicy(evenly(given["retries"], within=whole)).waits
        return {
            "windows_days": [(late - early).days for early, late in zip((timedelta(0), *waits), waits, strict=False)]
        }
    if "unavailable" in given.get("class", ""):
        first, second = PEERS["recurly-unavailable"][:2]
        return {"every_days": (second - first).days}
    if case.get("system", "").lower() == "yuno":
        return {
            "deadlines_after_first": [printed(wait) for wait in PEERS["yuno"]],
            "tries_total": len(PEERS["yuno"]) + 1,
        }
    assert given.keys() <= SETTINGS, f"no reader for retries given by {', '.join(sorted(given))}"
    raise Declined("ladder-without-printed-times")


# What names a setting of another product without saying its times.
SETTINGS = {"policy", "version", "setting", "class", "plan", "mode"}
CAPPED_CATEGORIES = (2, 3, 4)


def quoted_cap(given: Input) -> Answer:
    """Look a quoted figure up among the rules of all times: the page does not say when it was true."""
    assert given["category"] in CAPPED_CATEGORIES
    caps = [rule for rule in packaged_rules() if rule.network == "visa" and rule.act is NetworkAct.CAP_REATTEMPTS]
    oldest = caps[0]
    assert oldest.window is not None
    never = classify("iso8583", "14", advice="1").retry is RetryAdvice.NEVER
    told = "never reattempt same account number" if never else "may be tried again"
    return {"max_reattempts": oldest.limit, "window_days": oldest.window.days, "response_14": told}


def printed(wait: timedelta) -> str:
    """Write a wait as Yuno's page does."""
    minutes = int(wait.total_seconds()) // 60
    return f"{minutes} min" if minutes <= 60 else f"{minutes // 60} h"


def fee(given: Input, _: Input) -> Answer:
    """Answer a case about late fees: the fixed sum for a debt, or interest for days."""
    debt = next((field for field in given if field.startswith("debt_")), None)
    if debt is not None:
        return {"fixed_sum": fixed_sum(money(given[debt], debt.removeprefix("debt_").upper()))}
    principal = money(given["principal"], given.get("currency", "GBP"))
    rate = Decimal(given["rate"].removesuffix("%")) / 100
    due = date(2026, 1, 1)
    exact, daily = (
        LateFees((DailyInterest(rate, is_daily=is_daily),)).fee(
            principal, due=due, on=due + timedelta(days=given["days"])
        )
        for is_daily in (False, True)
    )
    return {
        "exact_then_round": exact.amount,
        "interest": exact.amount,
        "round_daily_then_multiply": daily.amount,
        "fixed_sum": fixed_sum(principal),
    }


def fixed_sum(principal: Money) -> Decimal:
    """Return the fixed sum that the law of a currency's country adds to a late debt."""
    place = {"GBP": "GB", "EUR": "EU"}[principal.currency.code]
    quote = statutory_fees(place, reference_rate=0).fees.quote(principal, due=date(2026, 1, 1), on=date(2026, 1, 2))
    return Decimal(int(next(line.amount.amount for line in quote.lines if line.kind == "late_fee")))


def grace(given: Input, case: Input) -> Answer:
    """Answer a case about grace: the title names whose, or how many days."""
    title = case.get("title", "").lower()
    known = next((name for words, name in TITLED_GRACES.items() if title.startswith(words)), None)
    numbers = [word for word in title.replace("-", " ").split() if word.isdigit()]
    if known is None and not numbers and "grace_days" not in given:
        raise Declined("grace-without-days")
    days = given.get("grace_days", int(numbers[0]) if numbers else None)
    granted = GRACES[known] if known is not None else Grace(0)
    if days is not None and days != granted.days:
        granted = Grace(days)
    due = date.fromisoformat(one_of(given, "due", "demand_delivered", "due_date"))
    return {
        "grace_last_day": granted.last_day(due),
        "suspended_from": granted.ends(due),
        "lapsed_from": granted.ends(due),
        "insurer_may_rescind_from": granted.reinstatement_ends(due),
    }


NOTES = frozenset({"policy"})
KINDS: dict[str, Callable[[Input], None]] = {
    "retry": reading_all(check(retry), notes=NOTES),
    "fee": reading_all(check(fee)),
    "grace": reading_all(check(grace)),
}
