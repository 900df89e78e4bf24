"""What came of a reconciliation: every entry in exactly one place."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import attrs

from renewkit.policies.reconcile.board import RULES, Board, Group, Rule, State, by_id
from renewkit.policies.reconcile.certificate import CONFIDENCE, Certificate, Match, difference, evidence_of
from renewkit.values.money import to_minor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from renewkit.policies.reconcile.ambiguity import Tie
    from renewkit.values.entry import Entry
    from renewkit.values.problem import Problem

__all__ = ["Ambiguous", "Duplicate", "Reconciliation"]


@attrs.frozen
class Duplicate:
    """A received line that pays an expected entry a second time."""

    received: str
    expected: str


@attrs.frozen
class Ambiguous:
    """Entries that can be matched in several ways, none of which the evidence prefers.

    `candidates` are the pairs `(expected, received)` for which most speaks, best first; `solutions` counts the ways,
    up to 1,000; `decide_by` names what would decide.
    """

    expected: tuple[str, ...]
    received: tuple[str, ...]
    candidates: tuple[tuple[str, str], ...] = attrs.field(kw_only=True)
    solutions: int = attrs.field(kw_only=True)
    decide_by: str = attrs.field(kw_only=True)


class Reconciliation:
    """The result: `matched`, `missing`, `unexpected`, `ambiguous`, `duplicates`, `problems`.

    Objects are built when they are looked at, so a result over a million lines costs none until then.
    """

    def __init__(self, board: Board, ties: tuple[Tie, ...], carried: tuple[Match, ...] = ()) -> None:
        """Take over a board on which all work is done."""
        self._board = board
        self._ties = ties
        self._carried = carried

    @cached_property
    def matched(self) -> tuple[Match, ...]:
        """All matches, in the order of their ids."""
        board = self._board
        single = [self._single(j) for j in range(len(board.r)) if board.mate[j] >= 0]
        grouped = [self._grouped(group) for group in board.groups]
        return tuple(sorted((*single, *grouped), key=lambda match: (match.expected, match.received)))

    @cached_property
    def missing(self) -> tuple[Entry, ...]:
        """Expected entries that nothing received pays."""
        board = self._board
        tied = {i for tie in self._ties for i in tie.expected}
        return tuple(board.e.entry(i) for i in by_id(board.e, [i for i in board.open_expected() if i not in tied]))

    @cached_property
    def unexpected(self) -> tuple[Entry, ...]:
        """Received lines that pay nothing expected."""
        board = self._board
        tied = {j for tie in self._ties for j in tie.received}
        return tuple(board.r.entry(j) for j in by_id(board.r, [j for j in board.open_received() if j not in tied]))

    @cached_property
    def ambiguous(self) -> tuple[Ambiguous, ...]:
        """Entries that can be matched in several ways."""
        e, r = self._board.e.ids, self._board.r.ids
        found = (
            Ambiguous(
                tuple(sorted(e[i] for i in tie.expected)),
                tuple(sorted(r[j] for j in tie.received)),
                candidates=tuple((e[i], r[j]) for i, j in tie.edges),
                solutions=tie.solutions,
                decide_by=tie.decide_by,
            )
            for tie in self._ties
        )
        return tuple(sorted(found, key=lambda tie: (tie.expected, tie.received)))

    @cached_property
    def duplicates(self) -> tuple[Duplicate, ...]:
        """Received lines that pay an entry a second time."""
        board = self._board
        return tuple(sorted((Duplicate(board.r.ids[j], board.e.ids[i]) for j, i in board.repeats.items()), key=str))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was wrong with the input, in the order of the ids it concerns."""
        return tuple(sorted(self._board.problems, key=lambda problem: (problem.about, problem.code, problem.message)))

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield `(expected id, received id)` of every match, of a group each with each, and build no object."""
        board = self._board
        e, r = board.e.ids, board.r.ids
        for j, i in enumerate(board.mate):
            if i >= 0:
                yield e[i], r[j]
        for group in board.groups:
            for i in group.expected:
                for j in group.received:
                    yield e[i], r[j]

    def suggestions(self) -> Iterator[tuple[str, str]]:
        """Yield `(expected id, received id)` for what a person should look at first: the best of each tie."""
        e, r = self._board.e.ids, self._board.r.ids
        for tie in self._ties:
            for i, j in tie.best:
                yield e[i], r[j]

    def __eq__(self, other: object) -> bool:
        """Whether both say the same of every entry."""
        return isinstance(other, Reconciliation) and self._parts() == other._parts()

    def __hash__(self) -> int:
        """Return the hash of what is said."""
        return hash(self._parts())

    def __repr__(self) -> str:
        """Return the counts."""
        counts = (
            f"{name}={len(getattr(self, name))}"
            for name in ("matched", "missing", "unexpected", "ambiguous", "duplicates", "problems")
        )
        return f"Reconciliation({', '.join(counts)})"

    def _parts(self) -> tuple[object, ...]:
        return (self.matched, self.missing, self.unexpected, self.ambiguous, self.duplicates, self.problems)

    def _single(self, j: int) -> Match:
        board = self._board
        i, rule = board.mate[j], RULES[board.how[j]]
        return self._match(Group((i,), (j,), rule), board.rivals.get(j, ()))

    def _grouped(self, group: Group) -> Match:
        return self._match(group, tuple((i, 0) for i in group.rivals))

    def _match(self, group: Group, rivals: tuple[tuple[int, int], ...]) -> Match:
        board = self._board
        expected = tuple(board.e.entry(i) for i in by_id(board.e, group.expected))
        received = tuple(board.r.entry(j) for j in by_id(board.r, group.received))
        due = sum(to_minor(entry.amount) for entry in expected)
        short = due - sum(to_minor(entry.amount) for entry in received) - group.fee
        partial = group.rule is Rule.PARTIAL
        proof = Certificate(
            expected,
            received,
            evidence=evidence_of(expected, received, agree=True),
            converted=Fraction(due),
            fee=group.fee,
            write_off=0 if partial else short,
            open=short if partial else 0,
            solutions=group.solutions,
            rivals=tuple(sorted(board.e.ids[i] for i, _ in rivals)),
        )
        ids = tuple(entry.id for entry in expected), tuple(entry.id for entry in received)
        return Match(*ids, group.rule, CONFIDENCE[group.rule], difference(proof), proof)


def state_of(board: Board, i: int) -> State:
    """Return where an expected row stands."""
    return State(board.e_state[i])
