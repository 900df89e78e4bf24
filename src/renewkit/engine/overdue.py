"""Overdue: what an unpaid invoice does to its contract, computed from due dates and the day, never from when a job ran.

A late run passes through every state that it missed, in order, and records each with the day on which it was due:
nothing is skipped silently. See also: dunning, grace period, lapse, 寬限期.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import attrs

from renewkit.books.lifecycle import Status, Trigger

if TYPE_CHECKING:
    import pendulum

    from renewkit.engine.desk import Desk

__all__ = ["age", "has_lapsed", "is_lapsed"]

_UNPAID: Final = "unpaid"


def age(desk: Desk) -> pendulum.DateTime | None:
    """Let unpaid invoices age the contract, or their payment restore it, and return when the next state begins."""
    waiting = desk.open_invoices()
    if not waiting:
        _restore(desk)
        return None
    if is_lapsed(desk):
        # A charge that was under way at the lapse has come back without money.
        _write_off(desk)
        return None
    for trigger, day in _thresholds(desk, waiting[0].due_on):
        if day is None or not _concerns(desk, trigger):
            continue
        if (moment := desk.strikes(day)) > desk.now:
            return moment
        _enter(desk, trigger, day)
    return None


def is_lapsed(desk: Desk) -> bool:
    """Whether the contract has ended because it was not paid."""
    standing = desk.subscription.standing
    return standing.status is Status.ENDED and standing.reason == _UNPAID


def has_lapsed(desk: Desk) -> bool:
    """Whether the time after which an unpaid contract ends is over, though nobody has looked since."""
    waiting = desk.open_invoices()
    if not waiting or desk.subscription.standing.status is Status.ENDED:
        return False
    _, _, (_, lapse) = _thresholds(desk, waiting[0].due_on)
    return lapse is not None and desk.strikes(lapse) <= desk.now


def _thresholds(desk: Desk, due_on: pendulum.Date) -> tuple[tuple[Trigger, pendulum.Date | None], ...]:
    terms = desk.subscription.terms
    tomorrow = due_on + timedelta(days=1)
    lapse = None if terms.lapse_days is None else tomorrow + timedelta(days=terms.lapse_days)
    grace = tomorrow + timedelta(days=terms.grace_days)
    return (
        (Trigger.MISS_PAYMENT, tomorrow),
        # A contract that ends with its grace is never suspended in between.
        (Trigger.EXHAUST_GRACE, None if grace == lapse else grace),
        (Trigger.LAPSE, lapse),
    )


def _concerns(desk: Desk, trigger: Trigger) -> bool:
    status = desk.subscription.standing.status
    if trigger is Trigger.MISS_PAYMENT:
        return status is Status.ACTIVE
    if trigger is Trigger.EXHAUST_GRACE:
        return status is Status.PAST_DUE
    return status in (Status.PAST_DUE, Status.SUSPENDED)


def _enter(desk: Desk, trigger: Trigger, day: pendulum.Date) -> None:
    if trigger is Trigger.LAPSE:
        desk.stand(ended_on=day, reason=_UNPAID)
        _write_off(desk)
    desk.move(trigger, on=day.isoformat())
    topic = {Trigger.EXHAUST_GRACE: "suspended", Trigger.LAPSE: "ended"}.get(trigger)
    if topic:
        desk.tell(topic, occasion=day.isoformat(), note=_UNPAID)


def _write_off(desk: Desk) -> None:
    for invoice in desk.open_invoices():
        if not invoice.charging:
            desk.put(attrs.evolve(invoice, written_off="contract lapsed unpaid"))
            desk.note("invoice.written_off", invoice=invoice.id, open=f"{invoice.currency.code} {invoice.open.amount}")


def _restore(desk: Desk) -> None:
    standing = desk.subscription.standing
    if standing.status not in (Status.PAST_DUE, Status.SUSPENDED):
        return
    skipped = "none"
    if standing.status is Status.SUSPENDED and desk.subscription.billed_until < desk.today:
        # Days without service are not billed: the next invoice starts on the day the service comes back.
        skipped = f"[{desk.subscription.billed_until}, {desk.today})"
        desk.stand(billed_until=desk.today)
    desk.move(Trigger.SETTLE, unserved=skipped)
