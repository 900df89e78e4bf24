"""Overdue states: from facts and the date, one after the other, with notice."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from renewkit.errors import ConfigurationError, CurrencyMismatchError, DateExpectedError, RangeError
from renewkit.policies.overdue import (
    STANDARD_OVERDUE,
    OverdueAct,
    OverdueChange,
    OverdueFacts,
    OverdueLadder,
    OverdueRule,
    Unpaid,
    grace_ladder,
)
from renewkit.values.decline import DeclineCause, classify
from renewkit.values.money import money, usd

DUE = date(2026, 3, 1)
OWED = OverdueFacts((Unpaid(DUE, usd("10")),))
NOTHING = OverdueFacts()
PLAIN = OverdueLadder([OverdueRule("warned", 5), OverdueRule("blocked", 7), OverdueRule("ended", 11)])


def on(days: int) -> date:
    """Return the day so many days after the due day."""
    return DUE + timedelta(days=days)


def entered(change: OverdueChange) -> list[str]:
    """Name the states that were entered."""
    return [step.rule.state for step in change.entered]


@pytest.mark.parametrize(
    ("days", "expected"), [(4, None), (5, "warned"), (7, "blocked"), (10, "blocked"), (99, "ended")]
)
def test_the_date_alone_decides(days: int, expected: str | None) -> None:
    """The state on a day is the most severe one whose days have passed, its first day included."""
    assert expected == PLAIN.state_on(OWED, on=on(days))


def test_nothing_owed_is_no_state() -> None:
    """An account that owes nothing is in order for ever."""
    assert (None, (), None) == (PLAIN.state_on(NOTHING, on=on(99)), PLAIN.timeline(NOTHING), NOTHING.earliest)


def test_the_timeline_names_every_day() -> None:
    """Every state that will be reached is shown with its day."""
    assert [on(5), on(7), on(11)] == [step.on for step in PLAIN.timeline(OWED)]


def test_a_state_is_entered_once() -> None:
    """A look on the next day enters nothing."""
    first = PLAIN.advance(OWED, on=on(5))
    again = PLAIN.advance(OWED, on=on(6), current=first.state)
    assert (["warned"], [], "warned", ()) == (entered(first), entered(again), again.state, first.problems)


def test_a_late_look_passes_through_every_state() -> None:
    """After days without a look every state is entered in order, with the day on which it was due."""
    change = PLAIN.advance(OWED, on=on(20), about="c1")
    assert (["warned", "blocked", "ended"], [on(5), on(7), on(11)]) == (
        entered(change),
        [step.on for step in change.entered],
    )
    assert ["overdue.late"] * 3 == [problem.code for problem in change.problems]
    assert "c1: warned was due on 2026-03-06 and is entered on 2026-03-21" in str(change.problems[0])


def test_a_payment_moves_the_earliest_day() -> None:
    """When the oldest invoice is paid the days count from the next: no state is kept from the old one."""
    later = OverdueFacts((Unpaid(on(3), usd("10")),))
    change = PLAIN.advance(later, on=on(7), current="blocked")
    assert (None, ("blocked", "warned"), ()) == (change.state, change.left, change.entered)


def test_a_payment_may_lead_back_to_a_milder_state() -> None:
    """An account that is less overdue than before leaves the worse state alone."""
    later = OverdueFacts((Unpaid(on(3), usd("10")),))
    change = PLAIN.advance(later, on=on(9), current="blocked")
    assert ("warned", ("blocked",)) == (change.state, change.left)


def test_a_notice_must_stand() -> None:
    """A suspension waits until its notice has stood, even where the date alone would suspend."""
    late = STANDARD_OVERDUE.advance(OWED, on=on(40))
    assert ("suspension_notice", ["suspended"]) == (late.state, [step.rule.state for step in late.held])
    assert "overdue.held" == late.problems[-1].code
    soon = STANDARD_OVERDUE.advance(OWED, on=on(46), current=late.state, since=on(40))
    done = STANDARD_OVERDUE.advance(OWED, on=on(47), current=late.state, since=on(40))
    assert ("suspension_notice", "termination_notice") == (soon.state, done.state)


def test_a_first_state_needs_no_notice() -> None:
    """The mildest state has nothing before it that could have stood."""
    ladder = OverdueLadder([OverdueRule("told", 1, notice_days=9)])
    assert "told" == ladder.advance(OWED, on=on(1)).state


def test_nothing_entered_keeps_the_state() -> None:
    """Where every further state is held the account stays where it was."""
    ladder = OverdueLadder([OverdueRule("told", 1), OverdueRule("ended", 2, notice_days=9)])
    change = ladder.advance(OWED, on=on(3), current="told", since=on(1))
    assert ("told", (), 1) == (change.state, change.entered, len(change.held))


def test_a_state_whose_conditions_fail_is_named() -> None:
    """A milder state that does not apply is passed over with a note, not without a word."""
    ladder = OverdueLadder([OverdueRule("warned", 5, min_count=3), OverdueRule("blocked", 7)])
    change = ladder.advance(OWED, on=on(7))
    assert (["blocked"], ["overdue.passed"]) == (entered(change), [problem.code for problem in change.problems])


def test_states_without_days_begin_now() -> None:
    """A rule on counts alone falls due on the day of the look when nothing has a due day."""
    ladder = OverdueLadder([OverdueRule("marked", tag="watch")])
    change = ladder.advance(OverdueFacts(tags=("watch",)), on=on(0))
    assert [on(0)] == [step.on for step in change.entered]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (OverdueRule("x"), True),
        (OverdueRule("x", 10), True),
        (OverdueRule("x", 11), False),
        (OverdueRule("x", min_count=2), True),
        (OverdueRule("x", min_count=3), False),
        (OverdueRule("x", min_total=usd("110")), True),
        (OverdueRule("x", min_total=usd("110.01")), False),
        (OverdueRule("x", causes=[DeclineCause.FUNDS]), True),
        (OverdueRule("x", causes=[DeclineCause.FRAUD]), False),
        (OverdueRule("x", codes=["insufficient_funds"]), True),
        (OverdueRule("x", causes=[DeclineCause.FRAUD], codes=["insufficient_funds"]), True),
        (OverdueRule("x", tag="vip"), True),
        (OverdueRule("x", tag="other"), False),
        (OverdueRule("x", 10, min_count=3), False),
    ],
)
def test_every_condition_must_hold(rule: OverdueRule, expected: bool) -> None:
    """Bounds are inclusive, and one condition that fails is enough."""
    facts = OverdueFacts(
        (Unpaid(DUE, usd("100")), Unpaid(on(1), usd("10"))), classify("stripe", "insufficient_funds"), tags=["vip"]
    )
    assert expected is rule.matches(facts, on=on(10))


def test_without_a_decline_no_cause_matches() -> None:
    """A rule on the last decline does not match where there was none."""
    assert not OverdueRule("x", causes=[DeclineCause.FUNDS]).matches(OWED, on=on(1))


def test_facts_sum_up() -> None:
    """Count, total, earliest day and age come from the unpaid invoices in any order."""
    facts = OverdueFacts((Unpaid(on(2), usd("100")), Unpaid(DUE, usd("0")), Unpaid(on(1), usd("10"))))
    assert (3, usd("110"), DUE, 5) == (facts.count, facts.total("USD"), facts.earliest, facts.days_overdue(on(5)))


def test_the_standard_ladder_ends_with_notices() -> None:
    """Before service stops and before the contract ends there is a notice."""
    assert [
        OverdueAct.REMIND,
        OverdueAct.CALL,
        OverdueAct.SUSPENSION_NOTICE,
        OverdueAct.SUSPEND,
        OverdueAct.TERMINATION_NOTICE,
        OverdueAct.TERMINATE,
    ] == [rule.act for rule in STANDARD_OVERDUE.rules]


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: OverdueLadder([]), ConfigurationError),
        (lambda: OverdueLadder([OverdueRule("a"), OverdueRule("a")]), ConfigurationError),
        (lambda: OverdueLadder([OverdueRule("a", 5), OverdueRule("b", 4)]), ConfigurationError),
        (lambda: OverdueRule("a", -1), RangeError),
        (lambda: OverdueRule("a", notice_days=-1), RangeError),
        (lambda: PLAIN.advance(OWED, on=on(1), current="elsewhere"), ConfigurationError),
        (lambda: PLAIN.advance(OWED, on="2026-03-01"), DateExpectedError),
        (lambda: OverdueFacts((Unpaid(DUE, money("1", "EUR")),)).total("USD"), CurrencyMismatchError),
    ],
)
def test_bad_ladders_and_facts_are_refused(make: Callable[[], object], error: type[Exception]) -> None:
    """Ladders out of order, unknown states and mixed currencies are refused."""
    with pytest.raises(error, match="expected"):
        make()


def test_the_grace_ladder_is_remembered() -> None:
    """The same counts give the same ladder, and one that never lapses has one state."""
    assert grace_ladder(14, 45) is grace_ladder(14, 45)
    assert ["suspended"] == [rule.state for rule in grace_ladder(3).rules]


def test_a_ladder_names_the_days_of_its_acts() -> None:
    """A state without a day begins at once, an act that no state has never does."""
    ladder = OverdueLadder((OverdueRule("now", act=OverdueAct.SUSPEND),))
    assert (0, None) == (ladder.after_days(OverdueAct.SUSPEND), ladder.after_days(OverdueAct.CALL))
