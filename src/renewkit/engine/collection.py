"""Collection: whether to charge now, later or never again. See also: dunning, payment retry, 催繳.

The contract's retry policy says when a retry is worth making; the network rules have the last word, when it is decided
and once more right before each charge, the first one included.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, Final, assert_never

import attrs

from renewkit.books.lifecycle import Status
from renewkit.books.subscription import Collection
from renewkit.effects.effect import Charge, charge_key
from renewkit.engine.notices import debit_told_at
from renewkit.engine.overdue import is_lapsed
from renewkit.engine.tries import UNDER_WAY
from renewkit.policies.retry import AskCustomer, GiveUp, RetryAt
from renewkit.values.decline import CustomerAction
from renewkit.values.moments import day_of

if TYPE_CHECKING:
    import pendulum

    from renewkit.books.invoice import Invoice
    from renewkit.engine.desk import Desk
    from renewkit.policies.network import Verdict
    from renewkit.policies.retry import RetryDecision
    from renewkit.values.decline import Attempt, Instrument

__all__ = ["collect"]

_TICK: Final = timedelta(microseconds=1)


def collect(desk: Desk) -> pendulum.DateTime | None:
    """Charge every invoice whose attempt is due, and return when the next attempt will be."""
    if desk.subscription.terms.collection is not Collection.CHARGE or desk.subscription.standing.status is Status.DRAFT:
        return None
    if is_lapsed(desk):
        return None
    return min((when for bill in desk.open_invoices() if (when := _collect_one(desk, bill))), default=None)


def _collect_one(desk: Desk, invoice: Invoice) -> pendulum.DateTime | None:
    if invoice.charging or invoice.given_up:
        return None
    if invoice.attempts and invoice.retry_at is None:
        invoice = _decide(desk, invoice)
    if invoice.given_up or (invoice.retry_at and invoice.retry_at > desk.now):
        return invoice.retry_at
    last = _last_moment(desk, invoice)
    if invoice.attempts and last is not None and last < desk.now:
        _give_up(desk, invoice, "too late for the retry")
    elif desk.customer.instrument is None:
        _give_up(desk, invoice, "no instrument to charge")
        # An occasion of its own: the decline before may have been told under the number of its attempt.
        changed = desk.subscription.standing.instrument_set
        occasion = f"{len(invoice.attempts)} without an instrument{f' {changed.isoformat()}' if changed else ''}"
        desk.tell("payment_failed", invoice=invoice, occasion=occasion, note="update_payment_method")
    else:
        return _charge(desk, invoice, desk.customer.instrument, until=last)
    return None


def _decide(desk: Desk, invoice: Invoice) -> Invoice:
    """Decide what comes after the latest attempt, and tell the customer."""
    latest = invoice.attempts[-1]
    changed = _changed_at(desk, invoice)
    # A gateway stamps its answers after the run has read the clock.
    now = max(desk.now, latest.at)
    decision = desk.subscription.terms.retry.decide(
        invoice.attempts,
        key=invoice.id,
        now=now,
        until=_last_moment(desk, invoice),
        zone=desk.customer.zone,
        method_changed_at=changed,
    )
    if isinstance(decision, RetryAt) and desk.customer.instrument is not None:
        verdict = desk.tries.judge(decision, invoice, desk.customer.instrument, now=now)
        decision = _guarded(desk, invoice, decision, verdict)
    if (
        isinstance(decision, RetryAt)
        and changed is not None
        and latest.at < changed
        and decision.when <= max(now, changed)
    ):
        # What failed before the change has been told; what is tried at once will be told by its outcome.
        invoice = _follow(desk, invoice, attrs.evolve(decision, when=desk.now))
    else:
        invoice = _follow(desk, invoice, decision)
        number = str(len(invoice.attempts))
        occasion = number if changed is None else f"{number} {changed.isoformat()}"
        desk.tell("payment_failed", invoice=invoice, occasion=occasion, note=_asked(decision, latest))
    return invoice


def _changed_at(desk: Desk, invoice: Invoice) -> pendulum.DateTime | None:
    """Return when the payment method was changed, as the attempts tell it, whatever the clocks say.

    That is before the first try with the new one, and after the last try with another, which may have come in late.
    """
    changed, instrument = desk.subscription.standing.instrument_set, desk.customer.instrument
    if changed is None or instrument is None:
        return None
    latest = invoice.attempts[-1]
    if latest.instrument != instrument.id:
        return max(changed, latest.at + _TICK)
    tried = takewhile(lambda attempt: attempt.instrument == instrument.id, reversed(invoice.attempts))
    return min(changed, *(attempt.at for attempt in tried))


def _guarded(desk: Desk, invoice: Invoice, decision: RetryAt, verdict: Verdict) -> RetryDecision:
    """Let the network rules correct a decision, and record which rule did."""
    if verdict.is_allowed:
        return decision
    corrected = verdict.correct(decision)
    kind = "network.delayed" if isinstance(corrected, RetryAt) else "network.refused"
    until = {"until": corrected.when.isoformat()} if isinstance(corrected, RetryAt) else {}
    desk.note(
        kind,
        invoice=invoice.id,
        attempt=str(decision.number),
        rule=verdict.rule or "",
        reason=verdict.reason or "",
        source=verdict.source or "",
        **until,
    )
    return corrected


def _follow(desk: Desk, invoice: Invoice, decision: RetryDecision) -> Invoice:
    match decision:
        case RetryAt(when, number):
            invoice = attrs.evolve(invoice, retry_at=when)
            desk.note("retry.scheduled", invoice=invoice.id, attempt=str(number), at=when.isoformat(), why=decision.why)
        case AskCustomer(action):
            invoice = attrs.evolve(invoice, retry_at=None, given_up=f"waiting for the customer: {action.value}")
            desk.note("retry.waiting", invoice=invoice.id, action=action.value)
        case GiveUp(reason):
            invoice = attrs.evolve(invoice, retry_at=None, given_up=str(reason))
            desk.note("retry.given_up", invoice=invoice.id, reason=str(reason))
        case _:
            assert_never(decision)
    desk.put(invoice)
    return invoice


def _asked(decision: RetryDecision, latest: Attempt) -> str:
    """Return what the customer is asked to do; nothing in words where it was asked before."""
    action = CustomerAction.NONE if latest.decline is None else latest.decline.action
    match decision:
        case AskCustomer(asked):
            return asked.value
        case RetryAt() if action is not CustomerAction.NONE:
            return "" if decision.ask is None else decision.ask.value
        case _:
            return action.value


def _charge(
    desk: Desk, invoice: Invoice, instrument: Instrument, *, until: pendulum.DateTime | None
) -> pendulum.DateTime | None:
    """Ask for a charge where the network rules allow it now, else return when they will.

    Where they would forbid it only if charges under way are declined, the outcomes of these are awaited.
    """
    verdict = desk.tries.judge_charge(
        invoice, instrument, now=desk.now, until=until, told_at=debit_told_at(desk, invoice.id)
    )
    number = len(invoice.attempts) + 1
    if verdict.reason == UNDER_WAY:
        return verdict.not_before
    if not verdict.is_allowed:
        return _postpone(desk, invoice, RetryAt(desk.now, number, why="due now", until=until), verdict)
    key = charge_key(invoice.id, number)
    desk.put(attrs.evolve(invoice, charging=key, retry_at=None))
    amount = invoice.open
    desk.note(
        "charge.asked",
        invoice=invoice.id,
        attempt=str(number),
        amount=f"{amount.currency.code} {amount.amount}",
        key=key,
    )
    charge = Charge(
        key,
        invoice.id,
        customer_id=desk.customer.id,
        amount=amount,
        instrument=instrument,
        number=number,
        at=desk.now,
    )
    desk.tries.under_way[key] = charge
    desk.want(charge)
    return None


def _postpone(desk: Desk, invoice: Invoice, asked: RetryAt, verdict: Verdict) -> pendulum.DateTime | None:
    """Wait until the rules allow a charge, or give it up; a debit that must be announced is announced."""
    is_told, instrument = invoice.retry_at is not None, desk.customer.instrument
    decision = _guarded(desk, invoice, asked, verdict)
    invoice = _follow(desk, invoice, decision)
    if not isinstance(decision, RetryAt):
        note = decision.action.value if isinstance(decision, AskCustomer) else ""
        occasion = f"{asked.number} {desk.now.isoformat()}"
        desk.tell("payment_failed", invoice=invoice, occasion=occasion, note=note)
        return None
    rules, day = desk.tries.rules, day_of(decision.when, "UTC")
    if not is_told and instrument is not None and rules.notice_lead(instrument, on=day):
        desk.tell("upcoming", invoice=invoice, occasion=f"{asked.number} {decision.when.isoformat()}")
    return decision.when


def _give_up(desk: Desk, invoice: Invoice, reason: str) -> None:
    desk.put(attrs.evolve(invoice, given_up=reason))
    desk.note("retry.given_up", invoice=invoice.id, reason=reason)


def _last_moment(desk: Desk, invoice: Invoice) -> pendulum.DateTime | None:
    lapse = desk.subscription.terms.ends_days
    return None if lapse is None else desk.strikes(invoice.due_on.add(days=lapse))
