"""What always holds of the duty to give notice, jurisdiction by jurisdiction, and that each law can tell."""

from datetime import date, datetime

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renewkit.policies.reminders import KNOWN_RULES, SOFTWARE, NoticeRule, NoticeRules, Reminder, ReminderPlan
from renewkit.testing.laws.notices import (
    a_missed_duty_is_reported,
    completing_adds_only_duties,
    completing_twice_changes_nothing,
    notices_go_out_in_their_windows,
    the_completed_plan_passes,
)
from renewkit.testing.strategies.reminders import facts_under, reminder_plans
from renewkit.values.facts import ContractFacts
from renewkit.values.offsets import Anchor, Window, days_before, on_the_day
from renewkit.values.recipient import Recipient

DATED = [rule for rule in KNOWN_RULES if rule.window is not None]
ALL = NoticeRules(attrs.evolve(rule, enabled=True) for rule in DATED)
# A fifth of the usual examples, because each law runs once for each of the twenty rules.
fewer = settings(max_examples=settings().max_examples // 5)
by_rule = pytest.mark.parametrize("rule", DATED, ids=lambda rule: rule.id)


@by_rule
@fewer
@given(data=st.data())
def test_a_contract_that_misses_its_duty_is_reported(rule: NoticeRule, data: st.DataObject) -> None:
    """Under each rule that we ship, a contract without reminders is reported, with the rule's source."""
    a_missed_duty_is_reported(ALL, rule, data.draw(facts_under(rule)))


@by_rule
@fewer
@given(data=st.data())
def test_the_completed_plan_passes_and_is_sent_in_time(rule: NoticeRule, data: st.DataObject) -> None:
    """Under each rule alone, the completed plan passes and each notice goes out within its window."""
    rules, facts = NoticeRules((attrs.evolve(rule, enabled=True),)), data.draw(facts_under(rule))
    plan = data.draw(reminder_plans())
    the_completed_plan_passes(rules, plan, facts)
    notices_go_out_in_their_windows(rules, plan, facts)


@given(data=st.data(), rule=st.sampled_from(DATED), plan=reminder_plans())
def test_completing_keeps_the_plan(data: st.DataObject, rule: NoticeRule, plan: ReminderPlan) -> None:
    """Under all rules together, completing keeps every step, adds duties only, and does so once."""
    facts = data.draw(facts_under(rule))
    completing_adds_only_duties(ALL, plan, facts)
    completing_twice_changes_nothing(ALL, plan, facts)


# Broken twins

FACTS = ContractFacts(
    "s1",
    Recipient("America/Los_Angeles"),
    anchors={Anchor.RENEWAL: date(2027, 3, 1)},
    places=("US-CA",),
    term_months=12,
    renewal_months=12,
)


class Blind(NoticeRules):
    """Reports nothing."""

    def check(self, plan: ReminderPlan, facts: ContractFacts, *, now: datetime | None = None):
        return ()


class Lazy(NoticeRules):
    """Adds nothing."""

    def complete(self, plan: ReminderPlan, facts: ContractFacts):
        return plan


class Replacing(NoticeRules):
    """Throws the courtesy steps away."""

    def complete(self, plan: ReminderPlan, facts: ContractFacts):
        return super().complete(ReminderPlan(), facts)


class Chatty(NoticeRules):
    """Adds a step that no rule requires, a new one each time."""

    def complete(self, plan: ReminderPlan, facts: ContractFacts):
        return ReminderPlan((*plan.reminders, Reminder("ad", days_before(1), id=f"ad-{len(plan.reminders)}")))


class LastMinute(NoticeRules):
    """Moves the notice to the day itself, and says that the rule allows it."""

    def complete(self, plan: ReminderPlan, facts: ContractFacts):
        allowed, done = Window(None, on_the_day()), super().complete(plan, facts)
        return ReminderPlan(
            attrs.evolve(
                each, offset=on_the_day(), duties=tuple(attrs.evolve(duty, window=allowed) for duty in each.duties)
            )
            for each in done.reminders
        )


def test_the_law_of_reporting_can_tell() -> None:
    """Rules that report nothing are found."""
    with pytest.raises(AssertionError, match="us-ca-annual"):
        a_missed_duty_is_reported(Blind(), NoticeRules().rule("us-ca-annual"), FACTS)


def test_the_law_of_completing_can_tell() -> None:
    """Rules that add nothing are found."""
    with pytest.raises(AssertionError, match="still missing"):
        the_completed_plan_passes(Lazy(), SOFTWARE, FACTS)


@pytest.mark.parametrize("twin", [Replacing(), Chatty()])
def test_the_law_of_keeping_steps_can_tell(twin: NoticeRules) -> None:
    """Lost steps and idle ones are found."""
    with pytest.raises(AssertionError):
        completing_adds_only_duties(twin, SOFTWARE, FACTS)


def test_the_law_of_completing_once_can_tell() -> None:
    """Rules that add a step each time are found."""
    with pytest.raises(AssertionError, match="changes it"):
        completing_twice_changes_nothing(Chatty(), SOFTWARE, FACTS)


def test_the_law_of_windows_can_tell() -> None:
    """A notice on the last day is found, whatever window the plan says that it has."""
    notices_go_out_in_their_windows(NoticeRules(), ReminderPlan(), FACTS)
    with pytest.raises(AssertionError, match="us-ca-annual: 2027-03-01 is not in 2027-01-15 to 2027-02-14"):
        notices_go_out_in_their_windows(LastMinute(), ReminderPlan(), FACTS)
