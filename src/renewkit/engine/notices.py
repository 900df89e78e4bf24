"""Notices of duty: what the law of a contract's jurisdiction wants said before its renewals and debits.

The contract's reminder plan is completed with the notices that its rules require, for each period ahead by itself, as
dates and amounts differ. A step that fulfils a rule is followed here, on the contract, and goes out whether or not an
invoice was issued or paid meanwhile; all other steps stay with `remind`. A contract without a jurisdiction, or one to
which no rule can apply, costs nothing here. Not legal advice.
"""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import attrs

from renewkit.books.jurisdiction import contract_facts
from renewkit.books.lifecycle import Status
from renewkit.books.renewal import due_on
from renewkit.books.subscription import Collection, DebitNotice, Noticed
from renewkit.effects.effect import Notify
from renewkit.engine.held import sort_out
from renewkit.errors import OutOfScheduleError
from renewkit.policies.pricing import PriceSchedule
from renewkit.policies.reminders import NoticeRules, ReminderPlan, Topic
from renewkit.values.facts import ContractFacts
from renewkit.values.ids import content_key
from renewkit.values.offsets import OffsetUnit
from renewkit.values.period import Period, ServicePeriod
from renewkit.values.problem import Severity
from renewkit.values.recipient import Recipient

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pendulum

    from renewkit.books.jurisdiction import Jurisdiction
    from renewkit.engine.desk import Desk
    from renewkit.policies.reminders import Due
    from renewkit.values.problem import Problem

__all__ = ["courtesy_plan", "debit_told_at", "give_notice"]

_KNOWN: Final = NoticeRules()
_SERVED: Final = (Status.DRAFT, Status.TRIALING, Status.ACTIVE, Status.PAST_DUE)
_DAY: Final = timedelta(days=1)
_DAYS_OF: Final = {OffsetUnit.DAYS: 1, OffsetUnit.BUSINESS_DAYS: 2, OffsetUnit.MONTHS: 31, OffsetUnit.HOURS: 1}
_ANYBODY: Final = "contract"
"""Whom remembered plans are about: contracts of one kind, with the same dates, share them."""
_CURED: Final = ("notice.missing",)
_ADDED: Final = "nothing, the notice is added; put a step of your own into the plan to choose its day and its words"
_SLACK: Final = 40
"""Days by which a notice may be planned before its last moment, and by which holidays may stretch business days."""


@attrs.frozen
class _Period:
    """A period ahead: the id that its invoice has or will have, its facts, and the plan that fulfils its duties."""

    service: ServicePeriod
    about: str
    facts: ContractFacts
    plan: ReminderPlan


def give_notice(desk: Desk) -> pendulum.DateTime | None:
    """Ask for every notice of duty whose time has come, and return when the next one may."""
    rules = _binding(desk)
    standing = desk.subscription.standing
    if rules is None or standing.status not in _SERVED:
        return None
    ahead, moments = _ahead(desk, rules)
    known = standing.noticed or Noticed(until=desk.now)
    fresh = [due for period in ahead for due in _due(desk, period) if _is_news(desk, known, due)]
    subjects = {period.about for period in ahead}
    kept = tuple(due for due in known.waiting if due.about in subjects)
    ready, held = sort_out(desk, kept, fresh)
    for due in ready:
        _notify(desk, due, next(period for period in ahead if period.about == due.about))
    debits = {rule.id for rule in rules.rules if rule.topic is Topic.DEBIT}
    told = tuple(DebitNotice(due.about, desk.now) for due in ready if not debits.isdisjoint(due.duties))
    lacking = _report(desk, rules, known, ahead)
    _remember(desk, known, ahead, fresh, held=held, lacking=lacking, told=told)
    return min((moment for moment in (*moments, *(due.at for due in held)) if moment > desk.now), default=None)


def debit_told_at(desk: Desk, invoice_id: str) -> pendulum.DateTime | None:
    """Return when the payer was first told of the debit of an invoice, None where he was not."""
    noticed = desk.subscription.standing.noticed
    told = () if noticed is None else noticed.debits
    return next((notice.at for notice in told if notice.invoice_id == invoice_id), None)


def courtesy_plan(desk: Desk, service: ServicePeriod | None) -> ReminderPlan:
    """Return the reminders of a period that fulfil no rule: those that `remind` follows."""
    plan = desk.subscription.terms.reminders
    rules = None if service is None else _binding(desk)
    if rules is None:
        return plan
    return _split(rules, plan, _facts(desk, service))[1]


def _facts(desk: Desk, service: ServicePeriod | None) -> ContractFacts:
    return contract_facts(desk.subscription, desk.customer, service, about=_ANYBODY)


def _binding(desk: Desk) -> NoticeRules | None:
    """Return the rules that can apply to a contract of this kind, whatever its dates; None for none."""
    terms = desk.subscription.terms
    law = terms.jurisdiction
    if law is None:
        return None
    instrument = desk.customer.instrument if terms.collection is Collection.CHARGE else None
    network = None if instrument is None else instrument.network
    subscription = desk.subscription
    is_tried = subscription.trial_from is not None or any(
        isinstance(item.price, PriceSchedule) for item in subscription.items
    )
    return _concerning(law, network, subscription.trade, is_tried=is_tried)


@lru_cache(maxsize=1_024)
def _concerning(law: Jurisdiction, network: str | None, trade: str, *, is_tried: bool) -> NoticeRules | None:
    kind = ContractFacts(
        _ANYBODY,
        Recipient("UTC"),
        places=law.places,
        rails=() if network is None else (network,),
        sector=trade,
        is_consumer=law.is_consumer,
        is_app=law.is_app,
    )
    rules = tuple(
        rule
        for rule in (law.rules or _KNOWN).rules
        if rule.enabled and rule.conditions.concern(kind) and (is_tried or rule.conditions.trial_days is None)
    )
    return NoticeRules(rules) if rules else None


@lru_cache(maxsize=4_096)
def _split(rules: NoticeRules, plan: ReminderPlan, facts: ContractFacts) -> tuple[ReminderPlan, ReminderPlan]:
    """Return the completed plan's duties, and its other steps."""
    ours = {rule.id for rule in rules.rules}
    done = rules.complete(plan, facts).reminders
    duties = [each for each in done if not ours.isdisjoint(duty.rule for duty in each.duties)]
    return ReminderPlan(duties), ReminderPlan(each for each in done if each not in duties)


@lru_cache(maxsize=4_096)
def _lacks(rules: NoticeRules, plan: ReminderPlan, facts: ContractFacts) -> tuple[tuple[str, str], ...]:
    return tuple((problem.code, problem.source or "") for problem in _problems(rules, plan, facts))


def _problems(
    rules: NoticeRules, plan: ReminderPlan, facts: ContractFacts, now: pendulum.DateTime | None = None
) -> Iterator[Problem]:
    """Yield what a plan lacks: as warnings what is added to it, as they are those that no notice can cure."""
    uncured = rules.check(rules.complete(plan, facts), facts, now=now)
    sources = {problem.source for problem in uncured}
    for problem in (*uncured, *(each for each in rules.check(plan, facts, now=now) if each.source not in sources)):
        # Every date of the period is known: one that is missing is an event that does not happen then.
        if problem.code != "notice.no_date":
            yield attrs.evolve(problem, severity=Severity.WARNING, remedy=_ADDED) if problem.code in _CURED else problem


@lru_cache(maxsize=1_024)
def _lead_days(rules: NoticeRules) -> int:
    """Return how many days before its date a notice may fall due at most."""
    windows = (rule.window for rule in rules.rules if rule.window is not None)
    bounds = (bound for window in windows for bound in (window.earliest, window.latest) if bound is not None)
    return _SLACK + max((abs(bound.count) * _DAYS_OF[bound.unit] for bound in bounds), default=0)


def _ahead(desk: Desk, rules: NoticeRules) -> tuple[list[_Period], list[pendulum.DateTime]]:
    """Return the periods whose notices may have fallen due, and the moments at which time alone changes anything."""
    periods: list[_Period] = []
    moments: list[pendulum.DateTime] = []
    lead = timedelta(days=_lead_days(rules))
    law = desk.subscription.terms.jurisdiction
    assert law is not None
    service = _first_service(desk)
    while service is not None:
        start = service.period.start
        opens = due_on(desk.subscription, service) - timedelta(
            days=desk.subscription.terms.due_days + desk.subscription.terms.lead_days
        )
        wakes = desk.strikes(min(opens, law.refuse_by.day_from(start)) - lead)
        if wakes > desk.now:
            moments.append(wakes)
            break
        period = _period(desk, rules, service)
        periods.append(period)
        coming = period.plan.next_at(anchors=period.facts.dates, recipient=desk.recipient, after=desk.now)
        # When a period is over, what was given for it can be forgotten.
        moments += [desk.strikes(service.period.end), *([] if coming is None else [coming])]
        service = desk.subscription.service_from(service.period.end)
    return periods, moments


def _period(desk: Desk, rules: NoticeRules, service: ServicePeriod) -> _Period:
    facts = _facts(desk, service)
    duties, _ = _split(rules, desk.subscription.terms.reminders, facts)
    return _Period(service, desk.coming_invoice_id(service), facts, duties)


def _first_service(desk: Desk) -> ServicePeriod | None:
    """Return the period in which the last look lay, or the first one of a contract that has not begun."""
    subscription, noticed = desk.subscription, desk.subscription.standing.noticed
    looked = desk.today if noticed is None else subscription.cycle.day_of(noticed.until)
    day = max(looked, subscription.starts_on)
    if (final := subscription.final_day) is not None and day >= final:
        return None
    reference = subscription.cycle.period_at(day)
    # Service that came back in the middle of a cycle is billed from that day on.
    billed = (bill.period.start for bill in desk.invoices.values() if bill.fee_for is None)
    restored = (day for day in (subscription.billed_until, *billed) if reference.start < day < reference.end)
    start = min(restored, default=max(reference.start, subscription.starts_on))
    end = reference.end if final is None else min(reference.end, final)
    return ServicePeriod(Period(start, end), reference) if start < end else None


def _due(desk: Desk, period: _Period) -> tuple[Due, ...]:
    return period.plan.due(
        about=period.about, anchors=period.facts.dates, recipient=desk.recipient, after=None, until=desk.now
    )


def _is_news(desk: Desk, known: Noticed, due: Due) -> bool:
    """Whether a notice is still to be given: not asked for yet, and due since we look or about a day ahead."""
    if due.key in known.given:
        return False
    return due.nominal > known.until or due.anchored_on >= desk.today


def _notify(desk: Desk, due: Due, period: _Period) -> None:
    if due.problem is not None:
        desk.warn(due.problem)
    desk.want(
        Notify(
            # A step may have gone out as a courtesy before it became a duty.
            f"{due.key}_duty",
            due.kind,
            customer_id=desk.customer.id,
            subscription_id=desk.subscription.id,
            invoice_id=due.about if due.about in desk.invoices else None,
            channels=due.channels,
            audience=due.audience,
            note=period.service.period.start.isoformat(),
            rules=due.duties,
            at=desk.now,
        )
    )


def _report(desk: Desk, rules: NoticeRules, known: Noticed, ahead: list[_Period]) -> str:
    """Report what the reminder plan lacks when a contract is made and whenever that changes, and return its name."""
    plan = desk.subscription.terms.reminders
    coming = [
        attrs.evolve(desk.subscription.facts(desk.customer, service=each), about=_ANYBODY) for each in _next(desk)
    ]
    lacks = sorted({gap for facts in coming for gap in _lacks(rules, plan, facts)})
    name = content_key("ntc", *(word for gap in lacks for word in gap)) if lacks else ""
    is_new = desk.subscription.standing.noticed is None
    if name == known.lacking and not is_new:
        return name
    first = [period.facts for period in ahead[:1]] if is_new else []
    seen = set[tuple[str, str]]()
    for facts in (*first, *coming):
        for problem in _problems(rules, plan, facts, desk.now):
            gap = (problem.code, problem.source or "")
            if gap not in seen:
                seen.add(gap)
                desk.warn(attrs.evolve(problem, about=desk.subscription.id))
    return name


def _next(desk: Desk) -> Iterator[ServicePeriod]:
    """Yield the next period to be billed, and the one that begins the next term where that is another one."""
    subscription = desk.subscription
    term = subscription.terms.term or 1
    service = subscription.service_from(subscription.billed_until)
    if service is None:
        return
    yield service
    past = subscription.position(service.period.start) % term
    if past or service.period.start <= subscription.starts_on:
        index = subscription.cycle.index_at(service.period.start) + term - past
        try:
            later = subscription.service_from(subscription.cycle.boundary(index))
        except OutOfScheduleError:
            return
        if later is not None:
            yield later


def _remember(
    desk: Desk,
    known: Noticed,
    ahead: list[_Period],
    fresh: list[Due],
    *,
    held: tuple[Due, ...],
    lacking: str,
    told: tuple[DebitNotice, ...],
) -> None:
    is_new = desk.subscription.standing.noticed is None
    is_past = bool(ahead) and desk.strikes(ahead[0].service.period.end) <= desk.now
    if not (is_new or is_past or fresh or held != known.waiting or lacking != known.lacking):
        return
    current = {period.about for period in ahead if desk.strikes(period.service.period.end) > desk.now}
    of = {due.key: period.about for period in ahead for due in _due(desk, period)}
    keys = dict.fromkeys((*known.given, *(due.key for due in fresh)))
    given = tuple(key for key in keys if of.get(key) in current)
    debits = tuple(notice for notice in (*known.debits, *told) if notice.invoice_id in current)
    desk.stand(noticed=Noticed(until=desk.now, given=given, waiting=held, lacking=lacking, debits=debits))
