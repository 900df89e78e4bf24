"""Second payments: a line that pays what another line, or an earlier run, has paid already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from renewkit.policies.reconcile.board import Rule, State
from renewkit.policies.reconcile.names import Likeness, likeness, words
from renewkit.policies.reconcile.references import numbers_in, numbers_of, telling_digits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from renewkit.policies.reconcile.board import Board
    from renewkit.policies.reconcile.candidates import Candidates

__all__ = ["find_late_repeats", "find_repeats", "settle_claims"]

_Payment = tuple[str, int, str]
"""Currency, amount and payer."""

_PAID = (State.MATCHED, State.SETTLED)
_CHUNK = 10_000


def settle_claims(board: Board) -> None:
    """Let the earliest of several lines that name an entry with its whole amount pay it; the others pay it again."""
    for i, lines in _claims(board, sure=True).items():
        if not board.e_state[i] and len(lines) > 1:
            board.pair(i, lines[0], Rule.REFERENCE)
            for j in lines[1:]:
                board.repeat(j, i)


def find_repeats(board: Board) -> None:
    """Mark lines that name a settled entry with its whole amount."""
    for i, lines in _claims(board, sure=False).items():
        if board.e_state[i] in _PAID:
            for j in lines:
                board.repeat(j, i)


def find_late_repeats(board: Board, candidates: Candidates) -> None:
    """Mark lines that no open entry explains and that name a settled one in other signs, or repeat its payer's line.

    A line that came before the one that was matched is the payment, and the matched one its repetition.
    """
    explained = candidates.still_open()
    lines = [j for j in board.open_received() if j not in explained]
    if lines:
        _find_spelled(board, lines)
        _find_payers(board, [j for j in lines if not board.r_state[j]])


def _find_spelled(board: Board, lines: list[int]) -> None:
    r = board.r
    written: dict[str, list[int]] = {}
    for j in lines:
        for number in numbers_in(f"{r.references[j] or ''} {r.texts[j] or ''}"):
            written.setdefault(number, []).append(j)
    single: dict[int, set[int]] = {}
    if written:
        for i, reference in _alike(board.e.references, written):
            if board.e_state[i] in _PAID:
                joined, dotted = numbers_of(reference)
                for j in written.get(joined) or written.get(dotted) or ():
                    if _pays(board, i, j, sure=False):
                        single.setdefault(j, set()).add(i)
    mates = {i: j for j, i in enumerate(board.mate) if i >= 0} if single else {}
    for j in sorted(single, key=lambda j: (r.days[j], r.ids[j])):
        rows = single[j]
        if len(rows) == 1:
            i = rows.pop()
            _repeat(board, i, j, mates)


def _alike(references: Sequence[str | None], numbers: Iterable[str]) -> Iterator[tuple[int, str]]:
    # Rows whose reference has the digits of one of the numbers, zeros aside; a million are read in chunks, not singly.
    wanted = set(telling_digits(list(numbers)))
    for start in range(0, len(references), _CHUNK):
        digits = telling_digits(references[start : start + _CHUNK])
        for row in [row for row, sign in enumerate(digits, start) if sign in wanted]:
            if reference := references[row]:
                yield row, reference


def _repeat(board: Board, i: int, j: int, mates: dict[int, int]) -> None:
    first = mates.get(i)
    r = board.r
    if first is not None and (r.days[j], r.ids[j]) < (r.days[first], r.ids[first]):
        board.mate[first] = -1
        board.repeat(first, i)
        board.pair(i, j, Rule.NORMALISED)
        mates[i] = j
    else:
        board.repeat(j, i)


def _find_payers(board: Board, lines: list[int]) -> None:
    e, r = board.e, board.r
    waiting: dict[_Payment, list[int]] = {}
    for j in lines:
        party = r.parties[j]
        if party and board.named[j] < 0:
            waiting.setdefault((r.currencies[j], r.minor[j], party.upper()), []).append(j)
    if not waiting:
        return
    found: dict[int, set[int]] = {}
    names = {name for _, _, name in waiting}
    for j, party in [(j, party) for j, party in enumerate(r.parties) if party and party.upper() in names]:
        if board.mate[j] >= 0 and (same := waiting.get((r.currencies[j], r.minor[j], party.upper()))):
            _note(board, found, board.mate[j], start=r.days[j], lines=same)
    for i, state in enumerate(board.e_state):
        party = e.parties[i] if state == State.SETTLED else None
        if party:
            lines = waiting.get((e.currencies[i], e.minor[i], party.upper()), [])
            _note(board, found, i, start=e.days[i], lines=lines)
    for j, rows in found.items():
        if len(rows) == 1:
            board.repeat(j, rows.pop())


def _note(board: Board, found: dict[int, set[int]], i: int, *, start: int, lines: list[int]) -> None:
    for j in lines:
        if 0 <= board.r.days[j] - start <= board.rules.duplicate_days and (i, j) not in board.rejected:
            found.setdefault(j, set()).add(i)


def _claims(board: Board, *, sure: bool) -> dict[int, list[int]]:
    claims: dict[int, list[int]] = {}
    for j in board.open_received():
        i = board.named[j]
        if i >= 0 and _pays(board, i, j, sure=sure):
            claims.setdefault(i, []).append(j)
    r = board.r
    return {i: sorted(lines, key=lambda j: (r.days[j], r.ids[j])) for i, lines in claims.items()}


def _pays(board: Board, i: int, j: int, *, sure: bool) -> bool:
    e, r, rules = board.e, board.r, board.rules
    if e.minor[i] != r.minor[j] or (i, j) in board.rejected:
        return False
    if not board.one_money and e.currencies[i] != r.currencies[j]:
        return False
    days = r.days[j] - e.days[i]
    if abs(days) > rules.reference_days:
        return False
    one, other = e.parties[i], r.parties[j]
    alike = Likeness.UNKNOWN if not one or not other else likeness(words(one), words(other))
    if sure and alike is Likeness.UNKNOWN:
        return -rules.early <= days <= rules.late
    return alike is not Likeness.CONFLICT
