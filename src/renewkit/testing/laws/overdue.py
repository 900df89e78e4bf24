"""Laws of overdue ladders: no state is skipped silently, at any rhythm of looking.

>>> from renewkit.policies.overdue import STANDARD_OVERDUE, Unpaid
>>> from renewkit.values.money import usd
>>> facts = OverdueFacts((Unpaid(date(2026, 3, 1), usd("10")),))
>>> no_state_is_skipped_silently(STANDARD_OVERDUE, facts, [date(2026, 3, 2), date(2026, 5, 1)])
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from renewkit.policies.overdue import OverdueChange, OverdueFacts, OverdueRule

__all__ = ["OverdueStates", "looking_twice_changes_nothing", "no_state_is_skipped_silently"]


class OverdueStates(Protocol):
    """What a ladder must answer to be judged by these laws."""

    @property
    def rules(self) -> tuple[OverdueRule, ...]:
        """The states in ascending severity."""
        ...

    def advance(
        self, facts: OverdueFacts, *, on: date, current: str | None = None, since: date | None = None
    ) -> OverdueChange:
        """Return what changed since the recorded state."""
        ...


def no_state_is_skipped_silently(ladder: OverdueStates, facts: OverdueFacts, looks: Sequence[date]) -> None:
    """At any rhythm, each state below the one that is reached was entered in order, or is named in a problem."""
    current, since, seen, told = None, None, list[str](), set[str]()
    for on in sorted(set(looks)):
        change = ladder.advance(facts, on=on, current=current, since=since)
        seen += [step.rule.state for step in change.entered]
        told |= {problem.message.split(" ", 1)[0] for problem in change.problems if problem.code == "overdue.passed"}
        if change.state != current:
            current, since = change.state, on
    names = [rule.state for rule in ladder.rules]
    assert seen == sorted(seen, key=names.index), f"states out of order: {seen}"
    reached = names[: names.index(current) + 1] if current is not None else []
    silent = [name for name in reached if name not in seen and name not in told]
    assert not silent, f"skipped without a word: {silent}"


def looking_twice_changes_nothing(ladder: OverdueStates, facts: OverdueFacts, *, on: date) -> None:
    """A second look on the same day enters nothing again."""
    first = ladder.advance(facts, on=on)
    again = ladder.advance(facts, on=on, current=first.state, since=on)
    assert not again.entered, f"entered twice: {[step.rule.state for step in again.entered]}"
    assert first.state == again.state, f"{first.state} became {again.state}"
