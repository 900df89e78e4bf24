"""Second payments: a line that pays what another line, or an earlier run, has paid already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from renewkit.policies.reconcile.board import UNNAMED, Rule, State
from renewkit.policies.reconcile.columns import capitals
from renewkit.policies.reconcile.edges import naming_of, row_of, weight_of
from renewkit.policies.reconcile.evidence import AMOUNT, ENOUGH, MARGIN
from renewkit.policies.reconcile.names import Likeness, likeness, words
from renewkit.policies.reconcile.references import Naming, numbers_in, numbers_of, telling_digits
from renewkit.policies.reconcile.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from renewkit.policies.reconcile.board import Board
    from renewkit.policies.reconcile.candidates import Candidates

__all__ = ["find_late_repeats", "find_repeats", "settle_claims", "settle_only_claims"]

_Payment = tuple[str, int, str]
"""Currency, amount and payer."""

_PAID: Final = bytes((State.MATCHED, State.SETTLED))
_SETTLED = int(State.SETTLED)
_CHUNK: Final = 1_000


def settle_claims(board: Board) -> None:
    """Let the earliest of several lines that name an entry with its whole amount pay it; the others pay it again."""
    r = board.r
    for i, named in _claims(board).several():
        lines = [j for j in named if not board.e_state[i] and _pays(board, i, j, sure=True)]
        if len(lines) > 1:
            lines.sort(key=lambda j: (r.days[j], r.ids[j]))
            board.pair(i, lines[0], Rule.REFERENCE)
            for j in lines[1:]:
                board.repeat(j, i)


def settle_only_claims(board: Board, candidates: Candidates) -> None:
    """Do the same for lines that name an entry in any spelling, with its amount and nothing else near."""
    claims: dict[int, list[int]] = {}
    for j, edges in candidates.still_open().items():
        weight, i = weight_of(edges[0]), row_of(edges[0])
        named = naming_of(edges[0]) >= Naming.NORMALISED and weight >= ENOUGH + AMOUNT
        clear = len(edges) == 1 or weight - weight_of(edges[1]) >= MARGIN
        if clear and named and board.e.minor[i] == board.r.minor[j]:
            claims.setdefault(i, []).append(j)
    for i, lines in claims.items():
        if len(lines) > 1:
            first, *others = sorted(lines, key=lambda j: (board.r.days[j], board.r.ids[j]))
            board.pair(i, first, Rule.NORMALISED)
            for j in others:
                board.repeat(j, i)


def find_repeats(board: Board) -> None:
    """Mark lines that name a settled entry with its whole amount."""
    for i, lines in _claims(board).items():
        if board.e_state[i] in _PAID:
            for j in lines:
                if _pays(board, i, j, sure=False):
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
    written: Rows[str] = Rows()
    for j in lines:
        for number in numbers_in(f"{r.references[j] or ''} {r.texts[j] or ''}"):
            written.add(number, j)
    found: Rows[int] = Rows()
    if written.one:
        for i, reference in _alike(board.e.references, written.one):
            if board.e_state[i] in _PAID:
                joined, dotted = numbers_of(reference)
                for j in written.get(joined) or written.get(dotted):
                    if _pays(board, i, j, sure=False):
                        found.add(j, i)
    single = {j: rows[0] for j, rows in found.items() if len(rows) == 1}
    wanted = set(single.values())
    mates = {i: j for j, i in enumerate(board.mate) if i in wanted} if wanted else {}
    for j in sorted(single, key=lambda j: (r.days[j], r.ids[j])):
        _repeat(board, single[j], j, mates)


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
    waiting: Rows[_Payment] = Rows()
    for j in lines:
        party = r.parties[j]
        if party and board.named[j] == UNNAMED:
            waiting.add((r.currencies[j], r.minor[j], party.upper()), j)
    if not waiting.one:
        return
    found: Rows[int] = Rows()
    names = {name for _, _, name in waiting.one}
    for j, party in _in_capitals(r.parties, names):
        if board.mate[j] >= 0 and (same := waiting.get((r.currencies[j], r.minor[j], party))):
            _note(board, found, board.mate[j], start=r.days[j], lines=same)
    settled = [i for i, state in enumerate(board.e_state) if state == _SETTLED] if _SETTLED in board.e_state else []
    for i in settled:
        if party := e.parties[i]:
            same = waiting.get((e.currencies[i], e.minor[i], party.upper()))
            _note(board, found, i, start=e.days[i], lines=same)
    for j, rows in found.items():
        if len(rows) == 1:
            board.repeat(j, rows[0])


def _in_capitals(texts: Sequence[str | None], wanted: set[str]) -> Iterator[tuple[int, str]]:
    # Rows whose text is a wanted one but for its case; a million are read in chunks, not singly.
    for start in range(0, len(texts), _CHUNK):
        found = capitals(texts[start : start + _CHUNK])
        yield from [(row, text) for row, text in enumerate(found, start) if text in wanted]


def _note(board: Board, found: Rows[int], i: int, *, start: int, lines: Sequence[int]) -> None:
    for j in lines:
        if 0 <= board.r.days[j] - start <= board.rules.duplicate_days and (i, j) not in board.rejected:
            found.add(j, i)


def _claims(board: Board) -> Rows[int]:
    # The open lines that name each entry, letter for letter.
    claims: Rows[int] = Rows()
    named = board.named
    for j in board.open_received():
        if (i := named[j]) >= 0:
            claims.add(i, j)
    return claims


def _pays(board: Board, i: int, j: int, *, sure: bool) -> bool:
    e, r, rules = board.e, board.r, board.rules
    if e.minor[i] != r.minor[j] or (i, j) in board.rejected:
        return False
    if not board.one_money and e.currencies[i] != r.currencies[j]:
        return False
    days = r.days[j] - e.days[i]
    if abs(days) > rules.reference_days or (sure and not -rules.early <= days <= rules.late):
        return False
    one, other = e.parties[i], r.parties[j]
    alike = Likeness.UNKNOWN if not one or not other else likeness(words(one), words(other))
    return alike is not Likeness.CONFLICT
