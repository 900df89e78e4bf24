"""Laws of planning: ours, and a host's own planner with the same signature.

`live` is the smallest world there is: it plans at each of several moments, answers every charge by a function, lets
every message arrive, and keeps no storage.

>>> from renewkit.books.customer import Customer
>>> from renewkit.engine.plan import plan
>>> quiet = Snapshot(book="default", customer=Customer("c1"))
>>> a_plan_is_a_fix_point(plan, quiet, now=pendulum.datetime(2024, 1, 31))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

import attrs
import pendulum

from renewkit.books.invoice import Invoice
from renewkit.effects.effect import Charge, Effect
from renewkit.effects.outcome import ChargeOutcome, Paid, Sent
from renewkit.effects.snapshot import Snapshot
from renewkit.engine.news import Came, News
from renewkit.engine.plan import Plan
from renewkit.values.money import to_minor

__all__ = [
    "Answer",
    "Life",
    "Planner",
    "a_plan_is_a_fix_point",
    "a_plan_is_repeatable",
    "live",
    "nothing_happens_before_it_is_due",
    "payments_are_conserved",
    "the_rhythm_does_not_matter",
]

_MOST_ROUNDS = 20

Answer = Callable[[Charge], ChargeOutcome]
"""What the gateway of a little world says to a charge."""


class Planner(Protocol):
    """What a planner must answer to be judged by these laws."""

    def __call__(self, snapshot: Snapshot, *, now: pendulum.DateTime, news: Iterable[News] = ()) -> Plan:
        """Return everything that is to be done for a customer at `now`."""
        ...


@attrs.frozen
class Life:
    """What came of a life: the customer at the end, and all outcomes of charges on the way."""

    end: Snapshot
    outcomes: tuple[ChargeOutcome, ...]

    @property
    def billed(self) -> frozenset[tuple[str, str, str]]:
        """Every invoice as id, period and total, without the day on which it was issued."""
        return frozenset((bill.id, str(bill.period), str(bill.total.amount)) for bill in self.end.invoices)


def live(planner: Planner, start: Snapshot, moments: Iterable[pendulum.DateTime], answer: Answer) -> Life:
    """Plan at each moment, in order, until nothing more is wanted, and answer everything at once."""
    seen, outcomes = start, list[ChargeOutcome]()
    for now in moments:
        news: tuple[News, ...] = ()
        for _ in range(_MOST_ROUNDS):
            made = planner(seen, now=now, news=news)
            seen, news = made.after, tuple(_news(effect, answer, outcomes) for effect in made.effects)
            if not news:
                break
        else:
            raise AssertionError(f"planning at {now} never comes to rest")
    return Life(seen, tuple(outcomes))


def a_plan_is_a_fix_point(planner: Planner, snapshot: Snapshot, *, now: pendulum.DateTime) -> None:
    """Planning the result again at the same time wants nothing, changes nothing, and names no earlier moment."""
    first = planner(snapshot, now=now)
    again = planner(first.after, now=now)
    assert again.is_empty, f"planned again at {now}: {again.effects or again.facts or again.subscriptions}"
    is_earlier = again.due is not None and (first.due is None or again.due < first.due)
    assert not is_earlier, f"due at {first.due}, and planned again at {again.due}"


def nothing_happens_before_it_is_due(
    planner: Planner, snapshot: Snapshot, *, now: pendulum.DateTime, between: pendulum.DateTime
) -> None:
    """A plan made before the moment that the last one named wants nothing and changes nothing."""
    first = planner(snapshot, now=now)
    if first.due is not None and between >= first.due:
        return
    early = planner(first.after, now=between)
    assert early.is_empty, (
        f"due at {first.due}, yet at {between}: {early.effects or early.facts or early.subscriptions}"
    )


def a_plan_is_repeatable(planner: Planner, snapshot: Snapshot, *, now: pendulum.DateTime) -> None:
    """The same customer at the same time gives the same plan."""
    first, again = planner(snapshot, now=now), planner(snapshot, now=now)
    assert first == again, "two plans of one customer at one time"


def the_rhythm_does_not_matter(
    planner: Planner,
    start: Snapshot,
    answer: Answer,
    *,
    often: Iterable[pendulum.DateTime],
    seldom: Iterable[pendulum.DateTime],
) -> None:
    """Two rhythms that end at the same moment, both with a look at least every day, bill the same periods alike."""
    one, other = live(planner, start, often, answer).billed, live(planner, start, seldom, answer).billed
    assert one == other, f"billed in one rhythm alone: {sorted(one ^ other)}"


def payments_are_conserved(
    planner: Planner, start: Snapshot, answer: Answer, *, moments: Iterable[pendulum.DateTime]
) -> None:
    """What the gateway took is what the invoices hold, applied or in excess, to the last minor unit."""
    life = live(planner, start, moments, answer)
    taken = sum(to_minor(outcome.receipt.amount) for outcome in life.outcomes if isinstance(outcome, Paid))
    held = sum(_held(bill) for bill in life.end.invoices) - sum(_held(bill) for bill in start.invoices)
    assert taken == held, f"{taken} minor units were taken, {held} are held"


def _news(effect: Effect, answer: Answer, outcomes: list[ChargeOutcome]) -> Came:
    if not isinstance(effect, Charge):
        return Came(effect, Sent(effect.key))
    outcomes.append(answer(effect))
    return Came(effect, outcomes[-1])


def _held(invoice: Invoice) -> int:
    return sum(to_minor(payment.amount) for payment in invoice.payments)
