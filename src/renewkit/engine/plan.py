"""The plan: what should happen to one customer now, as a pure function of the snapshot, the news and the time.

`plan` folds the news, then lets each subscription be billed, collected, aged and reminded, in this order. Planning
the result again at the same time changes nothing more; planning it before `due` does not either. A subscription whose
planning raises is parked alone, with the error as a `Problem`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import pendulum

from renewkit.books.audit import Fact
from renewkit.books.invoice import Invoice
from renewkit.books.lifecycle import Status
from renewkit.books.subscription import Subscription
from renewkit.effects.commit import Commit, Recorded
from renewkit.effects.effect import Effect
from renewkit.effects.snapshot import Snapshot
from renewkit.engine.billing import bill, finish
from renewkit.engine.collection import collect
from renewkit.engine.desk import Desk
from renewkit.engine.fees import charge_paid, charge_unpaid, next_fee_at
from renewkit.engine.fold import fold_news, is_decisive, tell_payments
from renewkit.engine.news import Awaited, Came, News, Subscribed
from renewkit.engine.overdue import age, has_lapsed, is_settled
from renewkit.engine.remind import remind
from renewkit.engine.tries import Tries
from renewkit.policies.network import NetworkRules
from renewkit.values.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Plan", "fold", "plan"]

_RULES: Final = NetworkRules()


@attrs.frozen(kw_only=True)
class Plan:
    """What planning decided: the state afterwards, what changed, what to do, what to record, and when to look again."""

    before: Snapshot
    after: Snapshot
    subscriptions: tuple[Subscription, ...]
    invoices: tuple[Invoice, ...]
    effects: tuple[Effect, ...]
    recorded: tuple[Recorded, ...]
    facts: tuple[Fact, ...]
    problems: tuple[Problem, ...]
    due: pendulum.DateTime | None

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed and nothing is to be done."""
        return not (self.subscriptions or self.invoices or self.effects or self.recorded or self.facts)

    def commit(self, *, fence: int | None, due: pendulum.DateTime | None, release: bool) -> Commit:
        """Return the plan as one customer's commit."""
        return Commit(
            book=self.before.book,
            customer_id=self.before.customer.id,
            version=self.before.version,
            fence=fence,
            due=due,
            release=release,
            subscriptions=self.subscriptions,
            invoices=self.invoices,
            effects=self.effects,
            recorded=self.recorded,
            facts=self.facts,
        )


def plan(
    snapshot: Snapshot,
    *,
    now: pendulum.DateTime,
    news: Iterable[News] = (),
    who: str = "renewkit",
    rules: NetworkRules = _RULES,
) -> Plan:
    """Return everything that is to be done for a customer at `now`; `rules` say which charges a network allows.

    Pure: the same arguments give the same plan in every process.
    """
    return _plan(snapshot, tuple(news), now=now, who=who, rules=rules, decide=True)


def fold(
    snapshot: Snapshot, *, now: pendulum.DateTime, news: Iterable[News], who: str, rules: NetworkRules = _RULES
) -> Plan:
    """Return the news booked and nothing decided: what a host's verb does; the next tick decides.

    Raises `StateError` for news that the present state does not allow.
    """
    return _plan(snapshot, tuple(news), now=now, who=who, rules=rules, decide=False)


def _plan(
    snapshot: Snapshot, news: tuple[News, ...], *, now: pendulum.DateTime, who: str, rules: NetworkRules, decide: bool
) -> Plan:
    known = {subscription.id: subscription for subscription in snapshot.subscriptions}
    for piece in news:
        if isinstance(piece, Subscribed):
            known.setdefault(piece.subscription.id, piece.subscription)
    tries = Tries.on_books(snapshot, rules)
    desks = [_desk(snapshot, subscription, now, who, tries) for _, subscription in sorted(known.items())]
    moments = [_work(desk, news, decide=decide) for desk in desks]
    return _gather(snapshot, desks, news, min((moment for moment in moments if moment), default=None))


def _desk(snapshot: Snapshot, subscription: Subscription, now: pendulum.DateTime, who: str, tries: Tries) -> Desk:
    own = {invoice.id: invoice for invoice in snapshot.invoices if invoice.subscription_id == subscription.id}
    return Desk(snapshot.book, snapshot.customer, subscription, now, who, tries, own)


def _work(desk: Desk, news: tuple[News, ...], *, decide: bool) -> pendulum.DateTime | None:
    for piece in news:
        fold_news(desk, piece)
    if not decide or desk.subscription.standing.parked is not None:
        return None
    kept = desk.copy()
    try:
        return _decide(desk)
    except Exception as error:  # noqa: BLE001  one bad contract must never stop the others
        desk.restore(kept)
        desk.park(
            Problem(
                "plan.failed",
                desk.subscription.id,
                message=f"{type(error).__name__}: {error}",
                remedy="correct the contract, then release it with review()",
            )
        )
        return None


def _decide(desk: Desk) -> pendulum.DateTime | None:
    charge_paid(desk)
    tell_payments(desk)
    if desk.subscription.standing.status is Status.ENDED and not desk.open_invoices():
        return None
    # Payment restores a contract before it is billed, and what has lapsed is neither billed nor charged any more.
    # Otherwise ageing comes last, so that a late run ages what it issues.
    if is_settled(desk) or has_lapsed(desk):
        age(desk)
    charge_unpaid(desk)
    moments = (bill(desk), finish(desk), collect(desk), age(desk), next_fee_at(desk), remind(desk))
    return min((moment for moment in moments if moment), default=None)


def _gather(snapshot: Snapshot, desks: list[Desk], news: tuple[News, ...], due: pendulum.DateTime | None) -> Plan:
    before = {subscription.id: subscription for subscription in snapshot.subscriptions}
    subscriptions = tuple(desk.subscription for desk in desks)
    invoices = {invoice.id: invoice for invoice in snapshot.invoices}
    changed = {key: invoice for desk in desks for key, invoice in desk.changed.items()}
    effects = tuple(effect for desk in desks for effect in desk.effects)
    recorded = tuple(record for piece in news if (record := _settled(piece)) is not None)
    done = {record.key for record in recorded}
    after = attrs.evolve(
        snapshot,
        subscriptions=subscriptions,
        invoices=tuple({**invoices, **changed}.values()),
        pending=tuple(effect for effect in (*snapshot.pending, *effects) if effect.key not in done),
    )
    return Plan(
        before=snapshot,
        after=after,
        subscriptions=tuple(sub for sub in subscriptions if before.get(sub.id) != sub),
        invoices=tuple(changed.values()),
        effects=effects,
        recorded=recorded,
        facts=tuple(fact for desk in desks for fact in desk.facts),
        problems=tuple(problem for desk in desks for problem in desk.problems),
        due=due,
    )


def _settled(piece: News) -> Recorded | None:
    """Return what takes an effect out of the outbox: a decisive answer, and nothing else."""
    match piece:
        case Awaited(charge, outcome):
            return Recorded(charge.key, outcome)
        case Came(effect, outcome) if is_decisive(effect, outcome):
            return Recorded(effect.key, outcome)
        case _:
            return None
