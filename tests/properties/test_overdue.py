"""What always holds of overdue ladders, and that each law can tell."""

from collections.abc import Sequence
from datetime import date

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewkit.codec import from_json, to_json
from renewkit.policies.overdue import (
    STANDARD_OVERDUE,
    OverdueChange,
    OverdueFacts,
    OverdueLadder,
    OverdueRule,
    Unpaid,
)
from renewkit.testing.laws.overdue import looking_twice_changes_nothing, no_state_is_skipped_silently
from renewkit.testing.strategies.retry import overdue_facts, overdue_ladders
from renewkit.values.money import usd

LOOKS = st.lists(st.dates(date(2026, 1, 1), date(2026, 6, 1)), min_size=1, max_size=8)
OWED = OverdueFacts((Unpaid(date(2026, 1, 1), usd("10")),))


@given(overdue_ladders(), overdue_facts(), LOOKS)
def test_nothing_is_skipped_silently(ladder: OverdueLadder, facts: OverdueFacts, looks: Sequence[date]) -> None:
    """At any rhythm of looking, every state is entered in order or named in a problem."""
    no_state_is_skipped_silently(ladder, facts, looks)


@given(overdue_ladders(), overdue_facts(), st.dates(date(2026, 1, 1), date(2026, 6, 1)))
def test_a_second_look_enters_nothing(ladder: OverdueLadder, facts: OverdueFacts, on: date) -> None:
    """Looking twice on one day is looking once."""
    looking_twice_changes_nothing(ladder, facts, on=on)


@given(overdue_ladders(), overdue_facts(), LOOKS)
def test_the_state_does_not_depend_on_when_somebody_looked(
    ladder: OverdueLadder, facts: OverdueFacts, looks: Sequence[date]
) -> None:
    """Without notices that hold a state back, the state on a day is the same at any rhythm."""
    plain = OverdueLadder(attrs.evolve(rule, notice_days=0) for rule in ladder.rules)
    current = None
    for on in sorted(looks):
        current = plain.advance(facts, on=on, current=current).state
        assert plain.state_on(facts, on=on) == current


@given(overdue_ladders())
def test_a_ladder_reads_back(ladder: OverdueLadder) -> None:
    """A ladder survives its JSON."""
    assert ladder == from_json(to_json(ladder), OverdueLadder)


@attrs.frozen
class Skipping:
    """A ladder that enters the most severe state alone, as if the others had never been."""

    rules: tuple[OverdueRule, ...] = STANDARD_OVERDUE.rules

    def advance(
        self, facts: OverdueFacts, *, on: date, current: str | None = None, since: date | None = None
    ) -> OverdueChange:
        change = OverdueLadder(self.rules).advance(facts, on=on, current=current, since=since)
        return attrs.evolve(change, entered=change.entered[-1:])


class Backwards(Skipping):
    """A ladder that enters states in the wrong order."""

    def advance(
        self, facts: OverdueFacts, *, on: date, current: str | None = None, since: date | None = None
    ) -> OverdueChange:
        change = OverdueLadder(self.rules).advance(facts, on=on, current=current, since=since)
        return attrs.evolve(change, entered=change.entered[::-1])


class Forgetful(Skipping):
    """A ladder that does not look at the recorded state."""

    def advance(
        self, facts: OverdueFacts, *, on: date, current: str | None = None, since: date | None = None
    ) -> OverdueChange:
        return OverdueLadder(self.rules).advance(facts, on=on)


class Restless(Skipping):
    """A ladder that takes a second look for a payment."""

    def advance(
        self, facts: OverdueFacts, *, on: date, current: str | None = None, since: date | None = None
    ) -> OverdueChange:
        return OverdueChange(None if current else self.rules[0].state)


@pytest.mark.parametrize("ladder", [Skipping(), Backwards()])
def test_a_ladder_that_skips_is_found(ladder: Skipping) -> None:
    """The law fails on a ladder that jumps to the worst state, and on one that enters states out of order."""
    with pytest.raises(AssertionError):
        no_state_is_skipped_silently(ladder, OWED, [date(2026, 1, 25)])


@pytest.mark.parametrize("ladder", [Forgetful(), Restless()])
def test_a_ladder_that_repeats_itself_is_found(ladder: Skipping) -> None:
    """The law fails on a ladder that enters states twice, and on one that cannot keep a state."""
    with pytest.raises(AssertionError):
        looking_twice_changes_nothing(ladder, OWED, on=date(2026, 1, 25))
