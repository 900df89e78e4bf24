"""What came of a reconciliation: every entry in exactly one place."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from renewkit.policies.reconcile.board import RULES, Board, Group, Rule, State, by_id
from renewkit.policies.reconcile.certificate import CONFIDENCE, Certificate, Match, difference, evidence_of
from renewkit.policies.reconcile.conservation import Balance, balances
from renewkit.policies.reconcile.edges import row_of, weight_of
from renewkit.policies.reconcile.evidence import MARGIN
from renewkit.policies.reconcile.exceptions import Ambiguous, Duplicate, WorkItem, work_list
from renewkit.policies.reconcile.explain import explain
from renewkit.values.moments import civil_date
from renewkit.values.money import to_minor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from renewkit.policies.reconcile.ambiguity import Tie
    from renewkit.policies.reconcile.candidates import Candidates
    from renewkit.policies.reconcile.edges import Edge
    from renewkit.values.entry import Entry
    from renewkit.values.problem import Problem

__all__ = ["Reconciliation"]


class Reconciliation:
    """The result: `matched`, `missing`, `unexpected`, `ambiguous`, `duplicates`, `problems`.

    Objects are built when they are looked at, so a result over a million lines costs none until then.
    """

    def __init__(self, board: Board, candidates: Candidates, ties: tuple[Tie, ...]) -> None:
        """Take over a board on which all work is done."""
        self._board = board
        self._candidates = candidates
        self._ties = ties

    @cached_property
    def matched(self) -> tuple[Match, ...]:
        """All matches, in the order of their ids; those of an earlier run are the same values."""
        return tuple(sorted((*self._fresh, *self._board.kept), key=lambda match: (match.expected, match.received)))

    @cached_property
    def _fresh(self) -> tuple[Match, ...]:
        board = self._board
        single = [self._single(j) for j in range(len(board.r)) if board.mate[j] >= 0]
        return (*single, *(self._match(group) for group in board.groups))

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
    def settled(self) -> tuple[Entry, ...]:
        """Entries of both sides that an earlier run settled and that are in none of `matched`."""
        kept = {(0, name) for match in self._board.kept for name in match.expected}
        kept |= {(1, name) for match in self._board.kept for name in match.received}
        return tuple(entry for at, entry in self._in_state(State.SETTLED) if (at, entry.id) not in kept)

    @property
    def written_off(self) -> tuple[Entry, ...]:
        """Expected entries that an operator wrote off."""
        return tuple(entry for _, entry in self._in_state(State.WRITTEN_OFF))

    @property
    def balances(self) -> tuple[Balance, ...]:
        """Where the money of each side went, by currency; each `residual` is zero."""
        return balances(self._board, self._ties, self._fresh)

    @property
    def may_change(self) -> tuple[str, ...]:
        """The ids of what more entries may still match: what is missing, unexpected, ambiguous or paid in part."""
        parts = (name for match in self.matched if match.rule is Rule.PARTIAL for name in match.expected)
        tied = (name for tie in self.ambiguous for name in (*tie.expected, *tie.received))
        alone = (entry.id for entry in (*self.missing, *self.unexpected))
        return tuple(sorted({*parts, *tied, *alone}))

    def work(self, on: date) -> tuple[WorkItem, ...]:
        """Return what a person has to do, oldest first, as of a day; see `WorkItem`."""
        return work_list(self, civil_date(on))

    def explain(self, about: str | None = None) -> str:
        """Return in words why each match was made and each other candidate was not; of one entry, if an id is given."""
        return explain(self, self._rejected_candidates(), about)

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
        for match in board.kept:
            yield from ((one, other) for one in match.expected for other in match.received)

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

    def is_about(self, board: Board) -> bool:
        """Return whether another board starts from the same entries and rules, so that nothing can have changed."""
        mine = self._board
        return mine.rules == board.rules and mine.start[0].says(board.e) and mine.start[1].says(board.r)

    def days_of(self) -> dict[str, int]:
        """Return the ordinal day of each received line that is a second payment or part of a tie, by id."""
        r = self._board.r
        rows = {*self._board.repeats, *(j for tie in self._ties for j in tie.received)}
        return {r.ids[j]: r.days[j] for j in rows}

    def _in_state(self, state: State) -> list[tuple[int, Entry]]:
        board = self._board
        sides = ((0, board.e, board.e_state), (1, board.r, board.r_state))
        return [
            (at, side.entry(row))
            for at, side, states in sides
            for row in by_id(side, [row for row, known in enumerate(states) if known == state])
        ]

    def _rejected_candidates(self) -> dict[str, list[tuple[str, int]]]:
        e, r, mate = self._board.e.ids, self._board.r.ids, self._board.mate
        edges = self._candidates.edges
        return {
            r[j]: [(e[row_of(edge)], weight_of(edge)) for edge in given if row_of(edge) != mate[j]]
            for j, given in edges.items()
        }

    def _single(self, j: int) -> Match:
        board = self._board
        i, rule = board.mate[j], RULES[board.how[j]]
        return self._match(Group((i,), (j,), rule), board.rivals.get(j, ()))

    def _match(self, group: Group, edges: tuple[Edge, ...] = ()) -> Match:
        board = self._board
        expected = tuple(board.e.entry(i) for i in by_id(board.e, group.expected))
        received = tuple(board.r.entry(j) for j in by_id(board.r, group.received))
        due = sum(to_minor(entry.amount) for entry in expected)
        converted = Fraction(due) if group.converted is None else group.converted
        paid = sum(to_minor(entry.amount) for entry in received)
        settled = paid - group.fx if group.converted is not None else due
        short = settled + group.fx - paid - group.fee
        partial = group.rule is Rule.PARTIAL
        proof = Certificate(
            expected,
            received,
            evidence=evidence_of(expected, received, agree=True),
            converted=converted,
            rounding=settled - converted,
            fx=group.fx,
            fee=group.fee,
            write_off=0 if partial else short,
            open=short if partial else 0,
            solutions=group.solutions,
            rivals=tuple(sorted(board.e.ids[row_of(edge)] for edge in edges[1:])),
            margin=weight_of(edges[0]) - weight_of(edges[1]) if edges else MARGIN,
        )
        ids = tuple(entry.id for entry in expected), tuple(entry.id for entry in received)
        return Match(*ids, group.rule, CONFIDENCE[group.rule], difference(proof), proof)
