"""Laws of the duty to give notice: of our rules, and of a host's own set.

>>> from renewkit.policies.reminders import INSURANCE
>>> from renewkit.values.offsets import Anchor
>>> from renewkit.values.recipient import Recipient
>>> facts = ContractFacts("s1", Recipient("UTC"), anchors={Anchor.CHARGE: date(2026, 4, 7)}, rails=("sepa_sdd",))
>>> a_missed_duty_is_reported(NoticeRules(), NoticeRules().rule("sepa-prenotif"), facts)
>>> the_completed_plan_passes(NoticeRules(), INSURANCE, facts)
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from renewkit.policies.reminders import NoticeRule, NoticeRules, ReminderPlan
from renewkit.values.facts import ContractFacts
from renewkit.values.moments import day_of
from renewkit.values.problem import Problem, Severity

__all__ = [
    "Rules",
    "a_missed_duty_is_reported",
    "completing_adds_only_duties",
    "completing_twice_changes_nothing",
    "notices_go_out_in_their_windows",
    "the_completed_plan_passes",
]


class Rules(Protocol):
    """What a set of rules must answer to be judged by these laws."""

    def check(self, plan: ReminderPlan, facts: ContractFacts) -> tuple[Problem, ...]:
        """Return a problem for every duty that the plan misses."""
        ...

    def complete(self, plan: ReminderPlan, facts: ContractFacts) -> ReminderPlan:
        """Return the plan with every duty in it."""
        ...


def a_missed_duty_is_reported(rules: Rules, rule: NoticeRule, facts: ContractFacts) -> None:
    """A plan without a step is reported under a rule that applies, with the rule's source."""
    sources = [problem.source for problem in rules.check(ReminderPlan(), facts)]
    assert rule.source in sources, f"{rule.id} is not among {sources}"


def the_completed_plan_passes(rules: Rules, plan: ReminderPlan, facts: ContractFacts) -> None:
    """A completed plan misses no duty; notes are allowed."""
    problems = [each for each in rules.check(rules.complete(plan, facts), facts) if each.severity is not Severity.NOTE]
    assert not problems, f"still missing: {[str(problem) for problem in problems]}"


def completing_adds_only_duties(rules: Rules, plan: ReminderPlan, facts: ContractFacts) -> None:
    """Completing keeps every step and its time, and adds nothing that no rule requires."""
    before = {(each.anchor, each.id): each.offset for each in plan.reminders}
    done = rules.complete(plan, facts).reminders
    after = {(each.anchor, each.id): each.offset for each in done}
    assert before.items() <= after.items(), f"of {before} only {after} is left"
    idle = [each.id for each in done if (each.anchor, each.id) not in before and not each.duties]
    assert not idle, f"{idle} are required by no rule"


def completing_twice_changes_nothing(rules: Rules, plan: ReminderPlan, facts: ContractFacts) -> None:
    """A completed plan is complete."""
    once = rules.complete(plan, facts)
    assert rules.complete(once, facts) == once, "completing a completed plan changes it"


def notices_go_out_in_their_windows(rules: NoticeRules, plan: ReminderPlan, facts: ContractFacts) -> None:
    """Every duty of the completed plan goes out on a day of its window, or within its hours, in the payer's zone."""
    zone, calendar, dates = facts.recipient.zone, facts.recipient.calendar, facts.dates
    for step in rules.complete(plan, facts).timetable(anchors=dates, recipient=facts.recipient):
        for duty in step.reminder.duties:
            # The rule's own window counts, not the one that a plan says it has.
            rule = rules.rule(duty.rule).duty
            anchor, latest = dates[rule.anchor], rule.window.latest
            if latest is not None and latest.is_elapsed:
                assert isinstance(anchor, datetime), f"{duty.rule} counts hours from an instant, not from {anchor}"
                assert step.at.timestamp() <= latest.moment_from(anchor).timestamp(), f"{duty.rule}: {step.at} is late"
                continue
            sent = step.at.date()
            first, last = rule.window.days(_day(anchor, zone), calendar)
            assert (first or sent) <= sent <= (last or sent), f"{duty.rule}: {sent} is not in {first} to {last}"


def _day(anchor: date, zone: str) -> date:
    return day_of(anchor, zone) if isinstance(anchor, datetime) else anchor
