"""What is held before any evidence is weighed: an operator's decisions and the matches of an earlier run."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from renewkit.policies.reconcile.board import Group, Rule, State
from renewkit.policies.reconcile.certificate import Certificate
from renewkit.policies.reconcile.decisions import Confirm, Reject, Settled, WriteOff
from renewkit.policies.reconcile.result import Reconciliation
from renewkit.values.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from renewkit.policies.reconcile.board import Board
    from renewkit.policies.reconcile.certificate import Match
    from renewkit.policies.reconcile.decisions import Decision
    from renewkit.values.entry import Entries

__all__ = ["hold"]


def hold(board: Board, decisions: tuple[Decision, ...], previous: Reconciliation | Iterable[Match] | None) -> None:
    """Put decisions and earlier matches on the board; a decision that cannot be held becomes a `Problem`."""
    matches = previous.matched if isinstance(previous, Reconciliation) else tuple(previous or ())
    if not decisions and not matches:
        return
    expected, received = _rows(board.e, board.e_state), _rows(board.r, board.r_state)
    for decision in sorted(decisions, key=repr):
        _decide(board, decision, expected, received)
    for match in matches:
        _carry(board, match, expected, received)
    for twice in previous.duplicates if isinstance(previous, Reconciliation) else ():
        i, j = expected.get(twice.expected), received.get(twice.received)
        if i is not None and j is not None and board.e_state[i] == State.SETTLED and not board.r_state[j]:
            board.repeat(j, i)


def _rows(side: Entries, states: bytearray) -> dict[str, int]:
    return {name: row for row, name in enumerate(side.ids) if states[row] != State.DROPPED}


def _decide(board: Board, decision: Decision, expected: dict[str, int], received: dict[str, int]) -> None:
    match decision:
        case Confirm():
            _confirm(board, decision, expected, received)
        case Reject():
            if _known(board, decision, (decision.expected,), expected) and _known(
                board, decision, (decision.received,), received
            ):
                board.rejected.add((expected[decision.expected], received[decision.received]))
        case WriteOff():
            _close(board, decision, expected, State.WRITTEN_OFF)
        case Settled():
            _close(board, decision, expected, State.SETTLED)
        case _:
            assert_never(decision)


def _confirm(board: Board, decision: Confirm, expected: dict[str, int], received: dict[str, int]) -> None:
    if not _known(board, decision, decision.expected, expected) or not _known(
        board, decision, decision.received, received
    ):
        return
    rows = tuple(expected[name] for name in decision.expected), tuple(received[name] for name in decision.received)
    if any(board.e_state[i] for i in rows[0]) or any(board.r_state[j] for j in rows[1]):
        _refuse(board, decision, "entries that no other decision has taken", "withdraw one of the two decisions")
        return
    board.join(Group(*rows, Rule.DECISION))


def _close(board: Board, decision: WriteOff | Settled, expected: dict[str, int], state: State) -> None:
    if not _known(board, decision, (decision.expected,), expected):
        return
    if board.e_state[expected[decision.expected]]:
        _refuse(board, decision, "an entry that no other decision has taken", "withdraw one of the two decisions")
        return
    board.e_state[expected[decision.expected]] = state


def _known(board: Board, decision: Decision, names: tuple[str, ...], rows: dict[str, int]) -> bool:
    unknown = [name for name in names if name not in rows]
    if unknown or not names:
        _refuse(
            board,
            decision,
            f"known entries, got {', '.join(unknown) or 'none'}",
            "pass the entry, or drop the decision",
        )
    return not unknown and bool(names)


def _refuse(board: Board, subject: Decision | Certificate, expected: str, remedy: str) -> None:
    about = repr(subject) if not isinstance(subject, Certificate) else " ".join(entry.id for entry in subject.expected)
    problem = Problem("decision.entry", about, message=f"expected {expected}", remedy=remedy)
    board.problems.append(problem)


def _carry(board: Board, match: Match, expected: dict[str, int], received: dict[str, int]) -> None:
    # An earlier match stands as it was; entries that the host no longer passes are history.
    rows = [expected[name] for name in match.expected if name in expected]
    lines = [received[name] for name in match.received if name in received]
    if any(board.e_state[i] for i in rows) or any(board.r_state[j] for j in lines):
        _refuse(board, match.certificate, "earlier matches that no decision contradicts", "withdraw the decision")
        return
    for j in lines:
        board.r_state[j] = State.SETTLED
    if match.rule is Rule.PARTIAL and rows:
        _carry_part(board, match, rows[0])
    else:
        for i in rows:
            board.e_state[i] = State.SETTLED
    if len(rows) == len(match.expected) and len(lines) == len(match.received):
        board.kept.append(match)


def _carry_part(board: Board, match: Match, i: int) -> None:
    # The host may pass the whole amount again, or what is open of it.
    proof, minor = match.certificate, board.e.minor[i]
    left = proof.open
    board.reopen(i, left, minor - left if minor != left else 0)
