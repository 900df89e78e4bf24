"""Reminding: which reminders have become due since the last look, and when the next one will.

A window `(after, until]` of nominal times is considered exactly once; what falls into quiet hours waits on the books until its
decent hour has come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from renewkit.books.lifecycle import Status
from renewkit.books.subscription import Reminded
from renewkit.effects.effect import Notify
from renewkit.policies.reminders import Anchor, catch_up

if TYPE_CHECKING:
    import pendulum

    from renewkit.engine.desk import Desk
    from renewkit.policies.reminders import Due

__all__ = ["remind"]

_Anchors = dict["Anchor", "pendulum.Date"]


def remind(desk: Desk) -> pendulum.DateTime | None:
    """Ask for every reminder that has become due, and return when the next one will."""
    moments = [_remind_renewal(desk), *(_remind_invoice(desk, bill.id) for bill in desk.open_invoices())]
    return min((moment for moment in moments if moment), default=None)


def _remind_renewal(desk: Desk) -> pendulum.DateTime | None:
    subscription = desk.subscription
    standing = subscription.standing
    if standing.status not in (Status.ACTIVE, Status.PAST_DUE) or subscription.service_from(subscription.billed_until) is None:
        return None
    reminded, moment = _look(desk, standing.reminded, subscription.id, {Anchor.RENEWAL: subscription.billed_until}, None)
    desk.stand(reminded=reminded)
    return moment


def _remind_invoice(desk: Desk, key: str) -> pendulum.DateTime | None:
    invoice = desk.invoices[key]
    reminded, moment = _look(desk, invoice.reminded, invoice.id, {Anchor.DUE: invoice.due_on}, invoice.id)
    if reminded != invoice.reminded:
        desk.put(attrs.evolve(invoice, reminded=reminded))
    return moment


def _look(
    desk: Desk, reminded: Reminded, about: str, anchors: _Anchors, invoice_id: str | None
) -> tuple[Reminded, pendulum.DateTime | None]:
    plan, recipient = desk.subscription.terms.reminders, desk.recipient
    after = reminded.until or desk.now
    fresh = plan.due(about=about, anchors=anchors, recipient=recipient, after=after, until=desk.now) if after < desk.now else ()
    waiting = (*reminded.waiting, *catch_up(fresh, now=desk.now))
    for due in waiting:
        if due.at <= desk.now:
            _notify(desk, due, invoice_id)
    held = tuple(due for due in waiting if due.at > desk.now)
    coming = plan.next_at(about=about, anchors=anchors, recipient=recipient, after=desk.now)
    moment = min((when for when in (coming, *(due.at for due in held)) if when), default=None)
    # The cursor moves only when something may lie ahead, so that a quiet contract is not written again each day.
    until = desk.now if coming or fresh or reminded.until is None else reminded.until
    return Reminded(until, held), moment


def _notify(desk: Desk, due: Due, invoice_id: str | None) -> None:
    desk.want(
        Notify(
            due.key,
            due.kind,
            customer_id=desk.customer.id,
            subscription_id=desk.subscription.id,
            invoice_id=invoice_id,
            channels=tuple(channel.value for channel in due.channels),
            audience=due.audience.value,
            at=desk.now,
        )
    )
