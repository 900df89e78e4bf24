"""Kill Bill's retries and overdue states as calls of the public API; its day lists are gaps between tries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from outcome import Declined

from renewkit.policies.overdue import OverdueFacts, OverdueLadder, OverdueRule, Unpaid
from renewkit.policies.retry import Backoff, RetryAt, RetryPolicy, gaps
from renewkit.values.decline import Attempt, Decline, classify
from renewkit.values.moments import resolve
from renewkit.values.money import usd

__all__ = ["KINDS"]

Input = dict[str, Any]
Answer = dict[str, object]

START = datetime(2026, 1, 1, tzinfo=UTC)
SOFT = classify("stripe", "insufficient_funds")
HARD = classify("stripe", "expired_card")


def check(answer: Callable[[Input], Answer]) -> Callable[[Input], None]:
    """Compare every field that a case asserts with what the public API answers."""

    def compare(case: Input) -> None:
        actual, expected = answer(case["input"]), case["expected"]
        found = {field: actual.get(field, "no answer") for field in expected}
        differing = {field: value for field, value in found.items() if not same(expected[field], value)}
        assert not differing, f"expected {expected}, got {differing}"

    return compare


def same(expected: object, actual: object) -> bool:
    """Whether a printed value is ours; amounts are compared as numbers."""
    if isinstance(actual, Decimal):
        return isinstance(expected, str) and Decimal(expected) == actual
    return expected == actual


def policy(days: list[int]) -> RetryPolicy:
    """Make a policy whose tries lie so many days apart."""
    return RetryPolicy(gaps(timedelta(days=day) for day in days))


def retry_sequence(given: Input) -> Answer:
    """Try until an attempt succeeds or no retry is left."""
    if "PLUGIN_EXCEPTION" in given["outcomes"]:
        raise Declined("unknown-outcome-is-looked-up")
    ours, at, attempts, states = policy(given["retry_days"]), START, list[Attempt](), list[str]()
    for outcome in given["outcomes"]:
        if outcome == "SUCCESS":
            states.append("SUCCESS")
            break
        attempts.append(Attempt(at, SOFT))
        decision = ours.decide(attempts, key="k", now=at)
        states.append("RETRIED" if isinstance(decision, RetryAt) else "ABORTED")
        at = decision.when if isinstance(decision, RetryAt) else at
    return {"attempt_states": states, "attempts": len(states), "retries": len(states) - 1}


def unknown_recheck(given: Input) -> Answer:
    """Take the n-th wait of a ladder of gaps."""
    if given["status"] not in {"UNKNOWN", "PENDING"}:
        return {"scheduled": False}
    tries = RetryPolicy(gaps(timedelta(seconds=delay) for delay in given["delays_s"])).timetable(SOFT, at=START).retries
    times = [START, *(retry.when for retry in tries)]
    number = given["attempt"]
    if number >= len(times):
        return {"scheduled": False}
    delay = int((times[number] - times[number - 1]).total_seconds())
    return {"scheduled": True, "delay_s_from_config": delay, "delay_s_upper_bound_asserted": Below(delay)}


class Below(int):
    """A number that agrees with every bound above it."""

    def __eq__(self, other: object) -> bool:
        """Whether the other number is a bound above this one."""
        return isinstance(other, int) and int(self) < int(other)

    __hash__ = int.__hash__


def event_retry(given: Input) -> Answer:
    """Try on the waits from the original event until it succeeds or none is left."""
    ours = RetryPolicy([timedelta(seconds=wait) for wait in given["schedule_s"]])
    decline: Decline = SOFT if given["error"] == "retryable" else HARD
    attempts, offsets = [Attempt(START, decline)], list[int]()
    while True:
        if given["failures_before_success"] is not None and len(attempts) > given["failures_before_success"]:
            return {"retry_offsets_from_original_s": offsets, "handled": True}
        decision = ours.decide(attempts, key="k", now=attempts[-1].at)
        if not isinstance(decision, RetryAt):
            return {"retry_offsets_from_original_s": offsets, "handled": False}
        offsets.append(int((decision.when - START).total_seconds()))
        attempts.append(Attempt(decision.when, decline))


def retry_dates(given: Input) -> Answer:
    """Preview the timetable."""
    first = resolve(datetime.fromisoformat(given["first_failure"]), "UTC")
    table = policy(given["retry_days"]).timetable(SOFT, at=first)
    return {"retry_dates_observed": Prefix(retry.when.date().isoformat() for retry in table.retries)}


class Prefix(list[str]):
    """A list that agrees with each of its beginnings."""

    def __eq__(self, other: object) -> bool:
        """Whether the other list is how this one begins."""
        return isinstance(other, list) and list(self)[: len(other)] == list(other)

    __hash__ = None  # type: ignore[assignment]  # as lists


def dunning_condition(given: Input) -> Answer:
    """Ask one overdue rule about the facts of an account."""
    condition, state = given["condition"], given["state"]
    total = condition.get("min_unpaid_balance")
    rule = OverdueRule(
        "state",
        condition.get("min_days_since_earliest_unpaid"),
        min_count=condition.get("min_unpaid_invoices"),
        min_total=None if total is None else usd(total),
        codes=condition.get("last_failure_in") or (),
        tag=condition.get("tag_required"),
    )
    today, age = START.date(), state["earliest_unpaid_age_days"]
    due = today - timedelta(days=age or 0)
    amounts = [state["unpaid_balance"], *["0"] * (state["unpaid_invoices"] - 1)][: state["unpaid_invoices"]]
    last = state.get("last_failure")
    decline = None if last is None else classify("killbill", last)
    facts = OverdueFacts([Unpaid(due, usd(amount)) for amount in amounts], decline, tags=state["tags"])
    return {"matches": rule.matches(facts, on=today)}


def billing_state(given: Input) -> Answer:
    """Sum up what is unpaid."""
    base = START.date()
    unpaid = [
        Unpaid(base + timedelta(days=each["day_offset"]), usd(each["balance"])) for each in given["unpaid_invoices"]
    ]
    facts = OverdueFacts(unpaid)
    age = facts.days_overdue(base)
    offset = None if age is None else -age
    return {"count": facts.count, "total_balance": facts.total("USD").amount, "earliest_day_offset": offset}


def ladder(config: Input) -> OverdueLadder:
    """Make a ladder of Kill Bill's states; when it looks again is of no interest, as the date alone decides."""
    states = sorted(config["states"], key=lambda state: int(state["after_days"]))
    return OverdueLadder([OverdueRule(state["name"], state["after_days"]) for state in states])


def state_on(rules: OverdueLadder, due: date | None, on: str) -> str:
    """Return the state on a day, Kill Bill's word where there is none."""
    facts = OverdueFacts(() if due is None else [Unpaid(due, usd("10"))])
    return rules.state_on(facts, on=date.fromisoformat(on)) or "CLEAR"


class Timeline:
    """States that agree with every list of days and states that they give."""

    def __init__(self, rules: OverdueLadder, due: Callable[[str], date | None]) -> None:
        """Remember the ladder and from when it counts on a day."""
        self.rules, self.due = rules, due

    def __eq__(self, other: object) -> bool:
        """Whether each day of a list shows the state that it names."""
        return isinstance(other, list) and all(
            state_on(self.rules, self.due(each["on"]), each["on"]) == each["state"] for each in other
        )

    __hash__ = None  # type: ignore[assignment]  # as lists


def dunning_timeline(given: Input) -> Answer:
    """Ask for the state on each day."""
    due = date.fromisoformat(given["earliest_unpaid_invoice"])
    return {"states": Timeline(ladder(given["config"]), lambda _: due)}


def dunning_late_check(given: Input) -> Answer:
    """Ask for the state on the one day on which somebody looks."""
    due, rules = date.fromisoformat(given["earliest_unpaid_invoice"]), ladder(given["config"])
    others = [value for field, value in given.items() if field not in {"earliest_unpaid_invoice", "config"}]
    (on,) = {value for value in others if isinstance(value, str)} or {given["earliest_unpaid_invoice"]}
    state = state_on(rules, due, on)
    names = [rule.state for rule in rules.rules]
    skipped = names[: names.index(state)] if state in names else []
    return {
        "state": state,
        "on": on,
        "states": Timeline(rules, lambda _: due),
        "skipped": skipped,
        "skipped_states": skipped,
    }


def late_check(case: Input) -> None:
    """Compare a late check, whose day may stand with the answer."""
    day = {"on": case["expected"]["on"]} if "on" in case["expected"] else {}
    check(dunning_late_check)({**case, "input": {**case["input"], **day}})


def dunning_reanchor(given: Input) -> Answer:
    """Ask again after payments have moved the earliest unpaid day: the answer is the one that the reporter wants."""

    def earliest(on: str) -> date | None:
        dates = [invoice["date"] for invoice in given["unpaid_invoices"]]
        for paid in given["paid"]:
            for _ in range(paid["count"] if paid["on"] <= on else 0):
                dates.remove(paid["invoices_dated"])
        return date.fromisoformat(min(dates)) if dates else None

    rules = ladder(given["config"])
    return {"desired": Timeline(rules, earliest), "killbill_observed": Anything()}


class Anything:
    """Agrees with whatever is printed: what upstream does by mistake is no claim about us."""

    def __eq__(self, other: object) -> bool:
        """Agree."""
        return True

    __hash__ = None  # type: ignore[assignment]  # as lists


def plugin_failure_backoff(given: Input) -> Answer:
    """Ask how long to wait after so many failures of a gateway."""
    first = timedelta(seconds=given["initial_s"])
    backoff = Backoff(first, given["multiplier"], None, tries=given["max_attempts"], steady=2)
    wait = backoff.wait(given["failures_so_far"])
    return {"next_retry_in_s": None if wait is None else int(wait.total_seconds())}


KINDS: dict[str, Callable[[Input], None]] = {
    "retry_sequence": check(retry_sequence),
    "unknown_recheck": check(unknown_recheck),
    "event_retry": check(event_retry),
    "retry_dates": check(retry_dates),
    "dunning_condition": check(dunning_condition),
    "billing_state": check(billing_state),
    "dunning_timeline": check(dunning_timeline),
    "dunning_late_check": late_check,
    "dunning_reanchor": check(dunning_reanchor),
    "plugin_failure_backoff": check(plugin_failure_backoff),
}
