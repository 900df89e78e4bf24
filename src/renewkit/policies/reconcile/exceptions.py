"""What matching left to a person: what is ambiguous, what was paid twice, and the list of work that follows."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

import attrs
import pendulum

from renewkit.policies.reconcile.board import Rule
from renewkit.policies.reconcile.ways import MOST_WAYS as _MOST

if TYPE_CHECKING:
    from renewkit.policies.reconcile.result import Reconciliation

__all__ = ["Ambiguous", "Duplicate", "Todo", "WorkItem", "work_list"]


@attrs.frozen
class Duplicate:
    """A received line that pays an expected entry a second time.

    >>> Duplicate("line_2", "inv_1").expected
    'inv_1'
    """

    received: str
    expected: str


@attrs.frozen
class Ambiguous:
    """Entries that can be matched in several ways, none of which the evidence prefers.

    `candidates` are the pairs `(expected, received)` for which most speaks, best first, a few for each line.
    A solution gives as many of the lines as possible an entry, or a sum of entries, of their own; `solutions` counts
    them up to 1,000, which also stands for more than can be counted. `decide_by` names what would decide.

    >>> pairs = (("a", "x"), ("b", "x"))
    >>> Ambiguous(("a", "b"), ("x",), candidates=pairs, solutions=2, decide_by="a reference").solutions
    2
    """

    expected: tuple[str, ...]
    received: tuple[str, ...]
    candidates: tuple[tuple[str, str], ...] = attrs.field(kw_only=True)
    solutions: int = attrs.field(kw_only=True)
    decide_by: str = attrs.field(kw_only=True)

    @property
    def reason(self) -> str:
        """Why nothing was matched, in words.

        >>> Ambiguous(("a",), ("x",), candidates=(("a", "x"),), solutions=1, decide_by="a reference").reason
        'the evidence for the only way is too weak'
        """
        if self.solutions == 1:
            return "the evidence for the only way is too weak"
        ways = f"{self.solutions:,} or more" if self.solutions == _MOST else str(self.solutions)
        return f"the evidence prefers none of {ways} ways"


class Todo(Enum):
    """What a person does about an exception."""

    REFUND = "refund duplicate"
    """Pay the second payment back, or keep it as a credit."""
    CHASE = "chase"
    """Remind the payer of what is missing, or of the open part."""
    ASK_BANK = "ask bank"
    """Ask the bank, or the payer, what the money is for."""
    REVIEW = "review"
    """Choose among the candidates, or correct the entry."""


@attrs.frozen
class WorkItem:
    """One exception: what to do, about which entries, why, and for how many days it has waited.

    >>> WorkItem(Todo.CHASE, ("inv_1",), why="nothing received pays it", age=12).age
    12
    """

    todo: Todo
    about: tuple[str, ...]
    why: str = attrs.field(kw_only=True)
    age: int | None = attrs.field(kw_only=True)


def work_list(result: Reconciliation, on: pendulum.Date) -> tuple[WorkItem, ...]:
    """Return the exceptions of a result as of a day, oldest first; an age is None where the entry has no day."""
    items = [
        WorkItem(Todo.CHASE, (entry.id,), why="nothing received pays it", age=(on - entry.on).days)
        for entry in result.missing
    ]
    items += [
        WorkItem(Todo.ASK_BANK, (entry.id,), why="it pays nothing expected", age=(on - entry.on).days)
        for entry in result.unexpected
    ]
    days = result.days_of()
    for match in result.matched:
        if match.rule is Rule.PARTIAL:
            why = f"{abs(match.certificate.open)} minor units of it are open"
            items.append(
                WorkItem(Todo.CHASE, match.expected, why=why, age=(on - match.certificate.expected[0].on).days)
            )
    for repeat in result.duplicates:
        why = f"it pays {repeat.expected} a second time"
        items.append(WorkItem(Todo.REFUND, (repeat.received,), why=why, age=on.toordinal() - days[repeat.received]))
    for tie in result.ambiguous:
        why = f"{tie.reason}; decide by {tie.decide_by}"
        age = on.toordinal() - min(days[name] for name in tie.received)
        items.append(WorkItem(Todo.REVIEW, (*tie.expected, *tie.received), why=why, age=age))
    for problem in result.problems:
        items.append(WorkItem(Todo.REVIEW, (problem.about,), why=f"{problem.message}: {problem.remedy}", age=None))
    return tuple(sorted(items, key=lambda item: (item.age is None, -(item.age or 0), item.about, item.why)))
