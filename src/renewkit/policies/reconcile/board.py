"""The table on which a reconciliation is worked out: plain arrays, a slot per row, seen by the stages only."""

from __future__ import annotations

from array import array
from enum import Enum, IntEnum
from fractions import Fraction
from itertools import compress
from typing import TYPE_CHECKING, Final

import attrs

from renewkit.values.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from renewkit.policies.reconcile.certificate import Match
    from renewkit.policies.reconcile.edges import Edge
    from renewkit.policies.reconcile.rules import MatchRules
    from renewkit.values.entry import Entries

__all__ = ["RULES", "STRANGER", "UNNAMED", "Board", "Group", "Groups", "Rule", "State", "by_id"]


class Rule(Enum):
    """Why entries were matched, in order of trust."""

    DECISION = "decision"
    """An operator confirmed it."""
    SETTLEMENT = "settlement"
    """The processor's report names each payment of the payout."""
    REFERENCE = "reference"
    """The line carries the entry's reference, letter for letter, and its amount."""
    NORMALISED = "normalised"
    """The reference stands in the line in another spelling, or with one slip, and the amount agrees."""
    PARTY = "party"
    """Payer, amount and date agree, and with no other entry."""
    LIST = "list"
    """The line names several entries, and they sum to its amount."""
    SPLIT = "split"
    """Several lines carry the entry's reference, and they sum to its amount."""
    SUM = "sum"
    """Entries and lines of one payer agree in exactly one sum."""
    PAYOUT = "payout"
    """The payments of a processor's collection days, less fees, agree with the payout in exactly one way."""
    FEE = "fee"
    """A bank on the way kept one of the known flat fees."""
    FX = "fx"
    """The amount agrees at the known rate, within its tolerance."""
    WRITE_OFF = "write-off"
    """The difference is within tolerance."""
    PARTIAL = "partial"
    """A part of the amount came, and the reference says of which entry."""
    WORDS = "words"
    """Both sides describe the payment in the same rare words."""
    AMOUNT = "amount"
    """The only entry and the only line of an amount within the window, where the rules take that for evidence."""


RULES: Final = tuple(Rule)

UNNAMED: Final = -1
"""In `Board.named`: the line carries no reference of an entry, letter for letter."""

STRANGER: Final = -2
"""In `Board.named`: it carries one of ours for which nobody waits."""


class State(IntEnum):
    """Where a row stands."""

    OPEN = 0
    MATCHED = 1
    DUPLICATE = 2
    DROPPED = 3
    WRITTEN_OFF = 4
    SETTLED = 5


# Members of an enum are slow to reach.
_MATCHED: Final = int(State.MATCHED)
_IS_OPEN: Final = bytes([1]) + bytes(255)


@attrs.frozen
class Group:
    """Rows that were matched together: not one with one, or with more than the plain evidence to tell.

    Where there are several solutions `options` lists the rows of each, unless there are too many.
    """

    expected: tuple[int, ...]
    received: tuple[int, ...]
    rule: Rule
    fee: int = 0
    solutions: int = 1
    fx: int = 0
    converted: Fraction | None = None
    options: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = ()


class Groups:
    """The groups that were found, as columns: a hundred thousand objects would burden the garbage collector."""

    __slots__ = ("_ends", "_odd", "_rows", "_rules")

    def __init__(self) -> None:
        """Start without any."""
        self._rows = array("i")
        self._ends = array("i", [0])
        self._rules = bytearray()
        self._odd: dict[int, Group] = {}

    def append(self, group: Group) -> None:
        """Keep a group; one with more to tell than its rows and its rule is kept as it is."""
        if group.fee or group.fx or group.solutions != 1 or group.converted is not None:
            self._odd[len(self._rules)] = group
        for rows in (group.expected, group.received):
            self._rows.extend(rows)
            self._ends.append(len(self._rows))
        self._rules.append(RULES.index(group.rule))

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._rules)

    def __getitem__(self, at: int) -> Group:
        """Return a group by its place in the order in which they were found."""
        if at in self._odd:
            return self._odd[at]
        start, middle, stop = self._ends[2 * at : 2 * at + 3]
        return Group(tuple(self._rows[start:middle]), tuple(self._rows[middle:stop]), RULES[self._rules[at]])

    def __iter__(self) -> Iterator[Group]:
        """Yield the groups in the order in which they were found."""
        return map(self.__getitem__, range(len(self)))


class Board:
    """Two sides and what is known of each row so far."""

    __slots__ = (
        "e",
        "e_state",
        "groups",
        "how",
        "kept",
        "mate",
        "named",
        "one_money",
        "part_paid",
        "problems",
        "r",
        "r_state",
        "rejected",
        "repeats",
        "rivals",
        "rules",
        "start",
        "strangers",
    )

    def __init__(self, expected: Entries, received: Entries, rules: MatchRules) -> None:
        """Start with every sound row open."""
        self.e = expected
        self.r = received
        self.rules = rules
        self.one_money = expected.one_currency == received.one_currency is not None
        self.start = (expected, received)
        self.e_state = _states(expected)
        self.r_state = _states(received)
        self.mate = array("i", [-1]) * len(received)
        self.how = bytearray(len(received))
        self.named = array("i", [UNNAMED]) * len(received)
        self.strangers: dict[int, tuple[str, ...]] = {}
        self.groups = Groups()
        self.repeats: dict[int, int] = {}
        self.rejected: set[tuple[int, int]] = set()
        self.rivals: dict[int, tuple[Edge, ...]] = {}
        self.kept: list[Match] = []
        self.part_paid: dict[int, int] = {}
        self.problems: list[Problem] = [*expected.problems, *received.problems]

    def open_expected(self) -> list[int]:
        """Return the expected rows that nothing has claimed."""
        return _open(self.e_state)

    def open_received(self) -> list[int]:
        """Return the received rows that nothing has explained."""
        return _open(self.r_state)

    def pair(self, i: int, j: int, rule: Rule) -> None:
        """Match one row with one."""
        self.e_state[i] = self.r_state[j] = _MATCHED
        self.mate[j] = i
        self.how[j] = RULES.index(rule)

    def join(self, group: Group) -> None:
        """Match rows together."""
        for i in group.expected:
            self.e_state[i] = _MATCHED
        for j in group.received:
            self.r_state[j] = _MATCHED
        self.groups.append(group)

    def repeat(self, j: int, i: int) -> None:
        """Mark a received row as a second payment of an expected one."""
        self.r_state[j] = State.DUPLICATE
        self.repeats[j] = i

    def reopen(self, i: int, minor: int, paid: int) -> None:
        """Leave an entry open for what an earlier part has not paid; `paid` is that part, if the input has it."""
        amounts = list(self.e.minor)
        amounts[i] = minor
        self.e = attrs.evolve(self.e, minor=amounts)
        self.part_paid[i] = paid

    def close_parts(self) -> None:
        """Settle the entries of which an earlier run took a part and this one found no more."""
        for i, paid in self.part_paid.items():
            if paid and not self.e_state[i]:
                self.e_state[i] = State.SETTLED


def _open(states: bytearray) -> list[int]:
    return [*compress(range(len(states)), states.translate(_IS_OPEN))]


def _states(side: Entries) -> bytearray:
    states = bytearray(len(side))
    for row in side.dropped:
        states[row] = State.DROPPED
    return states


def by_id(side: Entries, rows: Sequence[int]) -> tuple[int, ...]:
    """Return rows in the order of their ids, which no permutation of the input changes."""
    return tuple(sorted(rows, key=side.ids.__getitem__))
