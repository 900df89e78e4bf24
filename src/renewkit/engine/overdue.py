"""Overdue: what an unpaid invoice does to its contract, computed from due dates and the day, never from when a job ran.

The contract climbs its overdue ladder (`Terms.ladder`). A late run passes through every state that it missed, in
order, and records each with the day on which it was due: nothing is skipped silently. Only invoices over a service
count: a late fee never suspends or ends a contract. See also: dunning, grace period, lapse, 寬限期.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, assert_never

import attrs

from renewkit.books.lifecycle import Status, Trigger
from renewkit.books.subscription import Rung
from renewkit.engine.rebase import rebase_schedule
from renewkit.policies.overdue import OverdueAct, OverdueFacts, Unpaid
from renewkit.values.recipient import Audience, Channel

if TYPE_CHECKING:
    import pendulum

    from renewkit.books.invoice import Invoice
    from renewkit.engine.desk import Desk
    from renewkit.policies.overdue import OverdueChange, OverdueStep

__all__ = ["age", "has_lapsed", "is_lapsed", "is_settled"]

_UNPAID: Final = "unpaid"
_DAY: Final = timedelta(days=1)
_MOVES: Final = {OverdueAct.SUSPEND: Trigger.EXHAUST_GRACE, OverdueAct.TERMINATE: Trigger.LAPSE}
_TASK: Final = (Channel.AGENT, Channel.PHONE)
_AGED: Final = (Status.ACTIVE, Status.PAST_DUE, Status.SUSPENDED)


def age(desk: Desk) -> pendulum.DateTime | None:
    """Let unpaid invoices age the contract, or their payment restore it, and return when the next state may begin."""
    if is_lapsed(desk):
        # A charge that was under way at the lapse has come back without money.
        _write_off(desk)
        return None
    if desk.subscription.standing.status not in _AGED:
        return None
    waiting = _waiting(desk)
    overdue = _overdue(desk, waiting)
    if not overdue:
        _restore(desk)
    else:
        _climb(desk, overdue)
    return _next_moment(desk, waiting)


def is_lapsed(desk: Desk) -> bool:
    """Whether the contract has ended because it was not paid."""
    standing = desk.subscription.standing
    return standing.status is Status.ENDED and standing.reason == _UNPAID


def has_lapsed(desk: Desk) -> bool:
    """Whether the time after which an unpaid contract ends is over, though nobody has looked since."""
    if desk.subscription.standing.status not in _AGED:
        return False
    overdue = _overdue(desk, _waiting(desk))
    return bool(overdue) and any(
        step.rule.act is OverdueAct.TERMINATE for step in _change(desk, _facts(overdue)).entered
    )


def is_settled(desk: Desk) -> bool:
    """Whether no invoice over a service is overdue."""
    return not _overdue(desk, _waiting(desk))


def _waiting(desk: Desk) -> list[Invoice]:
    return [bill for bill in desk.open_invoices() if bill.fee_for is None]


def _overdue(desk: Desk, waiting: list[Invoice]) -> list[Invoice]:
    """Return the invoices whose due day is over, earliest first."""
    if not waiting:
        return []
    today = _day(desk)
    return [bill for bill in waiting if bill.due_on < today]


def _day(desk: Desk) -> pendulum.Date:
    """Return the last civil day that has struck for the contract."""
    today = desk.today
    return today if desk.strikes(today) <= desk.now else today - _DAY


def _facts(overdue: list[Invoice]) -> OverdueFacts:
    attempts = [attempt for bill in overdue for attempt in bill.attempts if attempt.decline is not None]
    latest = max(attempts, key=lambda attempt: attempt.at, default=None)
    return OverdueFacts(
        tuple(Unpaid(bill.due_on, bill.open) for bill in overdue), None if latest is None else latest.decline
    )


def _change(desk: Desk, facts: OverdueFacts) -> OverdueChange:
    rung, about = desk.subscription.standing.rung, desk.subscription.id
    current, since = (None, facts.earliest) if rung is None else (rung.state, rung.since)
    return desk.subscription.terms.ladder.advance(facts, on=_day(desk), current=current, since=since, about=about)


def _climb(desk: Desk, overdue: list[Invoice]) -> None:
    if desk.subscription.standing.status is Status.ACTIVE:
        desk.move(Trigger.MISS_PAYMENT, on=(overdue[0].due_on + _DAY).isoformat())
    change = _change(desk, _facts(overdue))
    if change.left:
        _descend(desk, change, overdue[0])
    for step in change.entered:
        _enter(desk, step, overdue[0])
    _remember(desk, change)


def _enter(desk: Desk, step: OverdueStep, invoice: Invoice) -> None:
    """Enter a state: the lifecycle moves, or a fact is written; who has to hear of it is told."""
    rule, day = step.rule, step.on.isoformat()
    trigger = _MOVES.get(rule.act)
    if trigger is Trigger.LAPSE:
        desk.stand(ended_on=step.on, reason=_UNPAID)
        _write_off(desk)
        desk.move(trigger, on=day, state=rule.state)
    elif trigger is not None and desk.subscription.standing.status is Status.PAST_DUE:
        desk.move(trigger, on=day, state=rule.state)
    else:
        desk.note("overdue.entered", state=rule.state, on=day, act=rule.act.value, invoice=invoice.id)
    _tell(desk, step, invoice)


def _tell(desk: Desk, step: OverdueStep, invoice: Invoice) -> None:
    act = step.rule.act
    match act:
        case OverdueAct.REMIND:
            desk.tell("overdue", invoice=invoice, occasion=_occasion(step))
        case OverdueAct.CALL:
            _ask_for_call(desk, step, invoice)
        case OverdueAct.SUSPENSION_NOTICE:
            desk.tell("last_notice", invoice=invoice, occasion=_occasion(step), note="suspension")
        case OverdueAct.TERMINATION_NOTICE:
            desk.tell("last_notice", invoice=invoice, occasion=_occasion(step), note="termination")
        case OverdueAct.SUSPEND:
            desk.tell("suspended", occasion=step.on.isoformat(), note=_UNPAID)
        case OverdueAct.TERMINATE:
            desk.tell("ended", occasion=step.on.isoformat(), note=_UNPAID)
        case _:
            assert_never(act)


def _occasion(step: OverdueStep) -> str:
    return f"{step.rule.state} {step.on.isoformat()}"


def _ask_for_call(desk: Desk, step: OverdueStep, invoice: Invoice) -> None:
    """Ask the agent to call, else whoever keeps the task list behind the customer's telephone number."""
    occasion = _occasion(step)
    if desk.customer.agent is not None:
        desk.tell("call", invoice=invoice, occasion=occasion, channels=_TASK, audience=Audience.AGENT)
    elif desk.customer.reached_by(Channel.PHONE):
        desk.tell("call", invoice=invoice, occasion=occasion, channels=(Channel.PHONE,))


def _remember(desk: Desk, change: OverdueChange) -> None:
    """Keep the last state and the day on which it was entered, and report once what is passed over or held back."""
    rung = desk.subscription.standing.rung
    held = change.held[0].rule.state if change.held else ""
    has_moved = bool(change.entered or change.left)
    if has_moved or held != ("" if rung is None else rung.held):
        for problem in change.problems:
            # That a state is entered late can be read in its fact, which carries both days.
            if problem.code != "overdue.late":
                desk.warn(problem)
    since = _day(desk) if rung is None or has_moved else rung.since
    desk.stand(rung=Rung(change.state, since, held) if change.state or held else None)


def _descend(desk: Desk, change: OverdueChange, invoice: Invoice) -> None:
    """Leave the states that no longer hold although something is still overdue."""
    rules = {rule.state: rule for rule in desk.subscription.terms.ladder.rules}
    was_suspended = any(rules[state].act is OverdueAct.SUSPEND for state in change.left)
    if was_suspended and desk.subscription.standing.status is Status.SUSPENDED:
        _resume(desk, change.left)
        desk.move(Trigger.MISS_PAYMENT, on=(invoice.due_on + _DAY).isoformat())
    else:
        desk.note("overdue.left", states=", ".join(change.left))


def _write_off(desk: Desk) -> None:
    for invoice in desk.open_invoices():
        if not invoice.charging:
            desk.put(attrs.evolve(invoice, written_off="contract lapsed unpaid"))
            desk.note("invoice.written_off", invoice=invoice.id, open=f"{invoice.currency.code} {invoice.open.amount}")


def _restore(desk: Desk) -> None:
    standing = desk.subscription.standing
    if standing.status in (Status.PAST_DUE, Status.SUSPENDED):
        state = standing.rung.state if standing.rung else None
        desk.stand(rung=None)
        _resume(desk, (state,) if state else ())


def _resume(desk: Desk, left: tuple[str, ...]) -> None:
    standing = desk.subscription.standing
    skipped = "none"
    if standing.status is Status.SUSPENDED and desk.subscription.billed_until < desk.today:
        # Days without service are not billed: the next invoice starts on the day the service comes back.
        skipped = f"[{desk.subscription.billed_until}, {desk.today})"
        noticed = standing.noticed and attrs.evolve(standing.noticed, until=desk.now)
        desk.stand(billed_until=desk.today, noticed=noticed)
        rebase_schedule(desk)
    desk.move(Trigger.SETTLE, unserved=skipped, **({"left": ", ".join(left)} if left else {}))


def _next_moment(desk: Desk, waiting: list[Invoice]) -> pendulum.DateTime | None:
    """Return the first moment at which time alone can change the state: a due day, a rule's day, the end of a notice.

    It may be too early, where another condition of the rule does not hold, and never is too late.
    """
    standing = desk.subscription.standing
    if not waiting or standing.status is Status.ENDED:
        return None
    ladder = desk.subscription.terms.ladder
    days = [bill.due_on + _DAY for bill in waiting]
    days += [waiting[0].due_on + timedelta(days=rule.after_days or 0) for rule in ladder.rules]
    if standing.rung is not None and standing.rung.held:
        waits = next(rule.notice_days for rule in ladder.rules if rule.state == standing.rung.held)
        days.append(standing.rung.since + timedelta(days=waits))
    today = _day(desk)
    coming = min((day for day in days if day > today), default=None)
    return None if coming is None else desk.strikes(coming)
