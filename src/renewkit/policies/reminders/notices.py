"""Which notices a contract owes, which of them a plan misses, and the plan that gives them all. Not legal advice.

`check` and `complete` judge the dates of one contract as they stand: call them again when a date, an amount or the plan
changes, because a change asks for new notices. See also: statutory notice, pre-notification, ARL, 法定通知.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

import attrs
import pendulum

from renewkit.errors import ConfigurationError, NotFoundError
from renewkit.policies.reminders.law import KNOWN_RULES
from renewkit.policies.reminders.notice_rule import NoticeRule
from renewkit.policies.reminders.plan import ReminderPlan
from renewkit.policies.reminders.reminder import Reminder
from renewkit.policies.reminders.sharing import NOTICE, shared_notices
from renewkit.policies.reminders.timing import Step, anchor_day, in_utc, window_around
from renewkit.values.facts import ContractFacts
from renewkit.values.offsets import Offset, Window
from renewkit.values.problem import Problem, Severity

__all__ = ["NoticeRules"]


def _as_tuple(rules: Iterable[NoticeRule]) -> tuple[NoticeRule, ...]:
    return tuple(rules)


@attrs.frozen
class NoticeRules:
    """A set of duties; by default all that we know, of which those marked low confidence are disabled.

    Raises `ConfigurationError` for two rules with one id.

    >>> rules = NoticeRules()
    >>> rules.rule("us-ca-annual").source
    'Cal. Bus. & Prof. Code 17602(a)(4), (b), as amended by AB 390 and AB 2863'
    """

    rules: tuple[NoticeRule, ...] = attrs.field(default=KNOWN_RULES, converter=_as_tuple)

    def __attrs_post_init__(self) -> None:
        """Refuse two rules with one id."""
        ids = [rule.id for rule in self.rules]
        if len(set(ids)) < len(ids):
            twice = sorted({rule for rule in ids if ids.count(rule) > 1})
            raise ConfigurationError("rules with ids of their own", twice, "use replacing() to change a rule")

    def check(self, plan: ReminderPlan, facts: ContractFacts, *, now: datetime | None = None) -> tuple[Problem, ...]:
        """Return a problem for every duty that the plan does not fulfil, with the rule's source.

        With `now` a missing notice whose window is already past is reported as such. Codes: `notice.missing`,
        `notice.too_late`, `notice.channel`, `notice.no_date`, `notice.no_window`; as notes `notice.at_enrolment` and
        `notice.unknown` (whether the rule applies depends on facts that are not known).
        """
        steps = plan.timetable(anchors=facts.dates, recipient=facts.recipient)
        moment = None if now is None else in_utc(now)
        found = (_judge(rule, steps, facts, moment) for rule in self.applying(facts))
        open_ones = (_open(rule, facts) for rule in self.rules if rule.enabled)
        return tuple(problem for problem in (*found, *open_ones) if problem is not None)

    def complete(self, plan: ReminderPlan, facts: ContractFacts) -> ReminderPlan:
        """Return the plan with every duty in it: steps that fulfil one are marked, notices that are missing are added.

        Rules that share an anchor, a topic, a channel and a part of their windows share one notice. A marked step is
        never dropped after downtime, and moved earlier rather than later. What no notice can cure (`notice.no_date`, or
        `notice.channel` for a recipient without the lawful channel) is left for `check` to report. What an earlier
        completion marked and added is decided anew.
        """
        reminders, missing = self._without_duties(plan), list[NoticeRule]()
        steps = ReminderPlan(reminders).timetable(anchors=facts.dates, recipient=facts.recipient)
        for rule in self._plannable(facts):
            step = next((step for step in steps if _fulfils(step, rule, facts)), None)
            if step is None:
                missing.append(rule)
            else:
                place = _place(reminders, step.reminder)
                reminders[place] = attrs.evolve(reminders[place], duties=(*reminders[place].duties, rule.duty))
        return ReminderPlan((*reminders, *shared_notices(missing)))

    def applying(self, facts: ContractFacts) -> tuple[NoticeRule, ...]:
        """Return the enabled rules that concern the contract and are in force on the day of their anchor.

        A rule whose anchor has no date yet is among them: `check` reports the missing date.
        """
        dates = facts.dates

        def is_in_force(rule: NoticeRule) -> bool:
            anchor = dates.get(rule.anchor)
            return anchor is None or rule.in_force(anchor_day(anchor, facts.recipient))

        return tuple(rule for rule in self.rules if rule.enabled and rule.conditions.hold(facts) and is_in_force(rule))

    def rule(self, id: str) -> NoticeRule:
        """Return the rule with an id. Raises `NotFoundError`."""
        found = next((rule for rule in self.rules if rule.id == id), None)
        if found is None:
            raise NotFoundError("the id of a rule", id, f"choose one of {', '.join(rule.id for rule in self.rules)}")
        return found

    def enabling(self, *ids: str) -> NoticeRules:
        """Return the rules with these enabled, after you have confirmed them. Raises `NotFoundError`."""
        return self._with(attrs.evolve(self.rule(id), enabled=True) for id in ids)

    def disabling(self, *ids: str) -> NoticeRules:
        """Return the rules with these disabled. Raises `NotFoundError`."""
        return self._with(attrs.evolve(self.rule(id), enabled=False) for id in ids)

    def agreeing(self, id: str, lead: Offset) -> NoticeRules:
        """Return the rules with another lead, as agreed with the payer or the bank.

        Raises `ConfigurationError` for a rule that cannot be shortened by agreement.

        >>> from renewkit.values.offsets import days_before
        >>> str(NoticeRules().agreeing("sepa-prenotif", days_before(1)).rule("sepa-prenotif").window)
        'at the latest 1 day before'
        """
        rule = self.rule(id)
        if not rule.agreeable:
            raise ConfigurationError("a rule that the parties may shorten by agreement", id, "keep its window")
        return self._with((attrs.evolve(rule, window=Window(None, lead)),))

    def replacing(self, *rules: NoticeRule) -> NoticeRules:
        """Return the set with these rules in place of those with the same ids, or beside them."""
        return self._with(rules)

    def _with(self, changed: Iterable[NoticeRule]) -> NoticeRules:
        table = {rule.id: rule for rule in self.rules}
        return NoticeRules((table | {rule.id: rule for rule in changed}).values())

    def _without_duties(self, plan: ReminderPlan) -> list[Reminder]:
        known = {rule.id for rule in self.rules}
        bare = (
            attrs.evolve(each, duties=tuple(duty for duty in each.duties if duty.rule not in known))
            for each in plan.reminders
        )
        return [each for each in bare if each.duties or not each.id.startswith(NOTICE)]

    def _plannable(self, facts: ContractFacts) -> Iterator[NoticeRule]:
        dates = facts.dates
        for rule in self.applying(facts):
            if (
                rule.anchor in dates
                and not _is_at_enrolment(rule, facts)
                and not _is_empty(rule, dates[rule.anchor], facts)
            ):
                yield rule


def _judge(
    rule: NoticeRule, steps: tuple[Step, ...], facts: ContractFacts, now: pendulum.DateTime | None
) -> Problem | None:
    anchor = facts.dates.get(rule.anchor)
    if anchor is None:
        return _problem(
            rule, facts, "no_date", got=f"no date of {rule.anchor.value}", remedy="give the facts that date"
        )
    if _is_at_enrolment(rule, facts):
        got, remedy = f"a trial of {facts.trial_days} days", "give the notice when the customer enrols"
        return _problem(rule, facts, "at_enrolment", got=got, remedy=remedy, severity=Severity.NOTE)
    if _is_empty(rule, anchor, facts):
        return _problem(rule, facts, "no_window", got="a window without a day", remedy="correct the rule")
    if any(_fulfils(step, rule, facts) for step in steps):
        return None
    if any(_is_in_time(step, rule, facts) for step in steps):
        got, remedy = "steps by other channels only", "let the customer be reached by a lawful channel first"
        return _problem(rule, facts, "channel", got=got, remedy=remedy)
    _, end = window_around(rule.duty.window, anchor, facts.recipient)
    if now is not None and end is not None and end < now:
        remedy = "ask counsel whether the renewal or charge may go ahead"
        return _problem(rule, facts, "too_late", got=f"{now}, after {end}", remedy=remedy)
    return _problem(
        rule, facts, "missing", got="no such step in the plan", remedy="use NoticeRules.complete(plan, facts)"
    )


def _open(rule: NoticeRule, facts: ContractFacts) -> Problem | None:
    unknown = rule.conditions.open_questions(facts)
    if not unknown:
        return None
    remedy = f"give the facts {' and '.join(unknown)}, so that it is clear whether the rule applies"
    return _problem(rule, facts, "unknown", got=f"unknown {', '.join(unknown)}", remedy=remedy, severity=Severity.NOTE)


def _problem(
    rule: NoticeRule, facts: ContractFacts, word: str, *, got: str, remedy: str, severity: Severity = Severity.ERROR
) -> Problem:
    means = f" by {' or '.join(rule.channels)}" if rule.channels else ""
    message = (
        f"expected a notice{means} {rule.window} the {rule.anchor.value} date ({rule.id}: {rule.title}), got {got}"
    )
    return Problem(f"notice.{word}", facts.about, message=message, remedy=remedy, severity=severity, source=rule.source)


def _is_at_enrolment(rule: NoticeRule, facts: ContractFacts) -> bool:
    limit, trial = rule.at_enrolment_under, facts.trial_days
    return limit is not None and trial is not None and trial < limit


def _is_empty(rule: NoticeRule, anchor: date, facts: ContractFacts) -> bool:
    start, end = window_around(rule.duty.window, anchor, facts.recipient)
    return start is not None and end is not None and end < start


def _fulfils(step: Step, rule: NoticeRule, facts: ContractFacts) -> bool:
    first = facts.recipient.reached_by(step.reminder.channels)[:1]
    return _is_in_time(step, rule, facts) and (not rule.channels or (bool(first) and first[0] in rule.channels))


def _is_in_time(step: Step, rule: NoticeRule, facts: ContractFacts) -> bool:
    start, end = window_around(rule.duty.window, facts.dates[rule.anchor], facts.recipient)
    return (
        step.reminder.audience == facts.recipient.audience
        and step.reminder.anchor in rule.topic.anchors
        and (start is None or start <= in_utc(step.at))
        and (end is None or in_utc(step.at) <= end)
    )


def _place(reminders: list[Reminder], reminder: Reminder) -> int:
    return next(
        place for place, other in enumerate(reminders) if (other.anchor, other.id) == (reminder.anchor, reminder.id)
    )
