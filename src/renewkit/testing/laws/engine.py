"""Laws of the engine over time: overdue states, late fees and notices, whatever the rhythm of runs.

>>> from renewkit.books.customer import Customer
>>> from renewkit.effects.outcome import Unknown
>>> from renewkit.engine.plan import plan
>>> quiet = Snapshot(book="default", customer=Customer("c1"))
>>> seen = watch(plan, quiet, [pendulum.datetime(2026, 3, 1)], lambda charge: Unknown(charge.key))
>>> no_state_is_entered_unseen(seen)
>>> late_fees_are_charged_once(seen)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

import attrs
import pendulum

from renewkit.books.audit import Fact
from renewkit.books.subscription import Subscription
from renewkit.effects.effect import Charge, Effect, Notify
from renewkit.effects.outcome import Sent
from renewkit.effects.snapshot import Snapshot
from renewkit.engine.news import Came, News
from renewkit.policies.reminders import NoticeRules
from renewkit.testing.laws.plan import Answer, Planner
from renewkit.values.moments import day_of
from renewkit.values.money import to_minor

__all__ = [
    "Watched",
    "late_fees_are_charged_once",
    "no_state_is_entered_unseen",
    "notices_are_given_in_their_windows",
    "watch",
]

_MOST_ROUNDS = 20


@attrs.frozen
class Watched:
    """What came of a life: the customer at the end, the facts in order, and every effect that was wanted."""

    end: Snapshot
    facts: tuple[Fact, ...]
    effects: tuple[Effect, ...]


def watch(planner: Planner, start: Snapshot, moments: Iterable[pendulum.DateTime], answer: Answer) -> Watched:
    """Plan at each moment, answer every charge, let every message arrive, and keep what was recorded."""
    seen, facts, effects = start, list[Fact](), list[Effect]()
    for now in moments:
        news: tuple[News, ...] = ()
        for _ in range(_MOST_ROUNDS):
            made = planner(seen, now=now, news=news)
            seen = made.after
            facts += made.facts
            effects += made.effects
            news = tuple(
                Came(each, answer(each) if isinstance(each, Charge) else Sent(each.key)) for each in made.effects
            )
            if not news:
                break
    return Watched(seen, tuple(facts), tuple(effects))


def no_state_is_entered_unseen(seen: Watched) -> None:
    """Below each overdue state that was entered every milder one was entered too, in order, or is named as passed."""
    for subscription in seen.end.subscriptions:
        names = [rule.state for rule in subscription.terms.ladder.rules]
        own = [(fact.kind, dict(fact.detail)) for fact in seen.facts if fact.stream == subscription.id]
        passed = {
            detail["message"].partition(" is passed")[0] for _, detail in own if detail.get("code") == "overdue.passed"
        }
        entered: list[str] = []
        for kind, detail in own:
            left = detail.get("left", "") if kind == "subscription.settle" else detail.get("states", "")
            entered = [state for state in entered if state not in left.split(", ")]
            if "state" in detail:
                silent = [
                    name for name in names[: names.index(detail["state"])] if name not in entered and name not in passed
                ]
                assert not silent, f"{subscription.id}: {detail['state']} was entered, {silent} without a word"
                entered.append(detail["state"])


def late_fees_are_charged_once(seen: Watched) -> None:
    """The fee invoices of each invoice sum to what its whole delay costs, and a fee bears no fee.

    For lives in which every invoice is paid in one sum.
    """
    terms = {subscription.id: subscription.terms for subscription in seen.end.subscriptions}
    for bill in seen.end.invoices:
        billed = sum(to_minor(each.total) for each in seen.end.invoices if each.fee_for == bill.id)
        assert not (bill.fee_for and (bill.fees or billed)), f"{bill.id} is a fee and bears one"
        fees = terms[bill.subscription_id].late_fees
        owed = 0
        if fees is not None and bill.fees:
            owed = to_minor(fees.fee(bill.total, due=bill.due_on, on=bill.fees[-1].on))
        assert billed == owed, f"{bill.id}: {billed} minor units were billed for its delay, {owed} are owed"


def notices_are_given_in_their_windows(seen: Watched, rules: NoticeRules, *, since: date, until: date) -> None:
    """Each rule's notice about each period that begins in `[since, until)` went out within the rule's window.

    For contracts that were served all the time, and runs often enough for the rules: daily for rules of days, every
    two hours for those of hours.
    """
    notices = [effect for effect in seen.effects if isinstance(effect, Notify) and effect.rules]
    recipient = seen.end.customer.recipient
    for subscription in seen.end.subscriptions:
        for start in _starts(subscription, since, until):
            service = subscription.service_from(start)
            facts = subscription.facts(seen.end.customer, service=service)
            for rule in rules.applying(facts):
                anchor = facts.dates.get(rule.anchor)
                if anchor is None or rule.window is None:
                    continue
                sent = [
                    each.at
                    for each in notices
                    if each.subscription_id == subscription.id
                    and rule.id in each.rules
                    and each.note == start.isoformat()
                ]
                assert len(sent) == 1, f"{rule.id}: {len(sent)} notices about {start}"
                latest = rule.window.latest
                if latest is not None and latest.is_elapsed:
                    assert isinstance(anchor, datetime), f"{rule.id} counts hours from {anchor}"
                    assert sent[0] <= latest.moment_from(anchor), f"{rule.id}: {sent[0]} is late for {anchor}"
                    continue
                day = day_of(anchor, recipient.zone) if isinstance(anchor, datetime) else anchor
                first, last = rule.window.days(day, recipient.calendar)
                on = day_of(sent[0], recipient.zone)
                assert (first or on) <= on <= (last or on), f"{rule.id}: {on} is not in {first} to {last}"


def _starts(subscription: Subscription, since: date, until: date) -> Iterator[pendulum.Date]:
    for period in subscription.cycle.periods(start=since, until=until):
        if since <= period.start < until:
            yield period.start
