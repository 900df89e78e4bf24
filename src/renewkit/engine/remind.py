"""Reminding: which reminders have become due since the last look, and when the next one will.

A window `(after, until]` of nominal times is considered exactly once; what falls into quiet hours waits on the books
until its decent hour has come. A renewal is announced under the key that its invoice will have, so that what was said
before it was issued is not said again afterwards.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import attrs

from renewkit.books.lifecycle import Status
from renewkit.books.renewal import due_on, opens_at
from renewkit.books.subscription import Reminded
from renewkit.effects.effect import Notify
from renewkit.engine.held import sort_out
from renewkit.engine.notices import courtesy_plan, give_notice
from renewkit.policies.reminders import ReminderPlan
from renewkit.values.offsets import Anchor
from renewkit.values.period import ServicePeriod
from renewkit.values.recipient import Audience

if TYPE_CHECKING:
    import pendulum

    from renewkit.engine.desk import Desk
    from renewkit.policies.reminders import Due

__all__ = ["remind"]


def remind(desk: Desk) -> pendulum.DateTime | None:
    """Ask for every reminder that has become due, and return when the next one will."""
    moments = [
        give_notice(desk),
        _remind_contract(desk),
        *(_remind_invoice(desk, bill.id) for bill in desk.open_invoices()),
    ]
    return min((moment for moment in moments if moment), default=None)


def _remind_contract(desk: Desk) -> pendulum.DateTime | None:
    about, anchors, service = _announced(desk)
    if not anchors:
        return None
    plan = courtesy_plan(desk, service)
    reminded, moment = _look(desk, plan, desk.subscription.standing.reminded, about, anchors, invoice_id=None)
    desk.stand(reminded=reminded)
    return moment


def _announced(desk: Desk) -> tuple[str, dict[Anchor, pendulum.Date], ServicePeriod | None]:
    """Return what the contract itself announces: the end of its trial, or its next renewal, and the period there."""
    subscription = desk.subscription
    status = subscription.standing.status
    if status is Status.TRIALING:
        first = subscription.service_from(subscription.starts_on)
        return subscription.id, {Anchor.TRIAL_END: subscription.starts_on}, first
    service = subscription.service_from(subscription.billed_until)
    if status not in (Status.ACTIVE, Status.PAST_DUE) or service is None:
        return subscription.id, {}, None
    if subscription.position(service.period.start) == 0:
        return subscription.id, {}, None
    anchors = {
        Anchor.RENEWAL: service.period.start,
        Anchor.CHARGE: subscription.cycle.day_of(opens_at(subscription, service)),
        Anchor.DUE: due_on(subscription, service),
    }
    return desk.coming_invoice_id(service), anchors, service


def _remind_invoice(desk: Desk, key: str) -> pendulum.DateTime | None:
    invoice, subscription = desk.invoices[key], desk.subscription
    anchors = {Anchor.DUE: invoice.due_on}
    if invoice.fee_for is not None:
        # A late fee renews nothing: it is only asked for once it is due.
        plan = _from_due(subscription.terms.reminders)
    else:
        start = invoice.period.start
        plan = courtesy_plan(desk, ServicePeriod(invoice.period, subscription.cycle.period_at(start)))
        if subscription.position(start) > 0:
            # Billed ahead, the renewal is still to come, and what must be said before it is still to be said.
            anchors[Anchor.RENEWAL] = start
    reminded, moment = _look(desk, plan, invoice.reminded, invoice.id, anchors, invoice_id=invoice.id)
    if reminded != invoice.reminded:
        desk.put(attrs.evolve(invoice, reminded=reminded))
    return moment


@lru_cache(maxsize=256)
def _from_due(plan: ReminderPlan) -> ReminderPlan:
    return ReminderPlan(each for each in plan.reminders if each.anchor is Anchor.DUE and each.offset.count >= 0)


def _look(
    desk: Desk,
    plan: ReminderPlan,
    reminded: Reminded,
    about: str,
    anchors: dict[Anchor, pendulum.Date],
    *,
    invoice_id: str | None,
) -> tuple[Reminded, pendulum.DateTime | None]:
    recipient, now = desk.recipient, desk.now
    after = reminded.until or now
    fresh = plan.due(about=about, anchors=anchors, recipient=recipient, after=after, until=now) if after < now else ()
    ready, held = sort_out(desk, reminded.waiting, fresh)
    for due in ready:
        _notify(desk, due, invoice_id)
    coming = plan.next_at(anchors=anchors, recipient=recipient, after=now)
    moment = min((when for when in (coming, *(due.at for due in held)) if when), default=None)
    # The cursor moves only past something that fell due, so that a quiet contract is not written again by every tick.
    until = now if fresh or reminded.until is None else reminded.until
    return Reminded(until, held), moment


def _notify(desk: Desk, due: Due, invoice_id: str | None) -> None:
    if due.audience == Audience.AGENT and desk.customer.agent is None:
        return
    if due.problem is not None:
        desk.warn(due.problem)
    desk.want(
        Notify(
            due.key,
            due.kind,
            customer_id=desk.customer.id,
            subscription_id=desk.subscription.id,
            invoice_id=invoice_id,
            channels=due.channels,
            audience=due.audience,
            at=desk.now,
        )
    )
