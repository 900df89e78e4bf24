"""The first look: an exact reference with its exact amount. Most lines end here, so it works a column at a time."""

from __future__ import annotations

import re
from array import array
from itertools import count, repeat
from typing import TYPE_CHECKING, Final

from renewkit.policies.reconcile.board import RULES, UNNAMED, Board, Rule
from renewkit.policies.reconcile.columns import capitals, repeated
from renewkit.policies.reconcile.names import Likeness, likeness, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from renewkit.values.entry import Entries

__all__ = ["index_references", "match_exact", "read_references", "read_texts"]

_CHUNK: Final = 1_000
_UNKNOWN: Final = {UNNAMED}


def index_references(side: Entries, states: bytearray) -> tuple[dict[str, int], dict[str, list[int]]]:
    """Return the row of each reference that stands on one row, and the rows of each that stands on several."""
    single: dict[str, int] = dict(zip(side.references, count()))  # type: ignore[arg-type]  # None goes below
    several: dict[str, list[int]] = {}
    empty = (None in single) + ("" in single)
    if len(single) < len(side) or empty or any(states):
        single, several = _index_slowly(side, states)
    return single, several


def read_references(board: Board, index: dict[str, int]) -> None:
    """Note for each line the entry whose reference it carries, letter for letter."""
    get: Callable[[str | None, int], int] = index.get  # type: ignore[assignment]  # None names nothing
    board.named = array("i", [*map(get, board.r.references, repeat(UNNAMED))])


def read_texts(board: Board, index: dict[str, int]) -> None:
    """Note the entry whose reference is a word of the text, where the line carries none.

    Several of them are for a later stage.
    """
    named, texts = board.named, board.r.texts
    patterns = [re.compile(pattern) for pattern in board.rules.patterns]
    for j in [j for j, row in enumerate(named) if row < 0]:
        if text := texts[j]:
            said = text.split()
            for pattern in patterns:
                said += [found[1] if pattern.groups else found[0] for found in pattern.finditer(text)]
            known = {*map(index.get, said, repeat(UNNAMED))} - _UNKNOWN
            if len(known) == 1:
                named[j] = known.pop()


def match_exact(board: Board) -> None:
    """Pair each line with the entry whose reference it carries, if it agrees in all else and is the only one."""
    lines = _agreeing(board, _sole_claims(board))
    for start in range(0, len(lines), _CHUNK):
        _pair(board, lines[start : start + _CHUNK])
    if board.rejected:
        _undo_rejected(board)


def _sole_claims(board: Board) -> list[int]:
    # The open lines that name an open entry which no other of them names.
    named, e_state, r_state = board.named, board.e_state, board.r_state
    lines = [j for j, i in enumerate(named) if i >= 0 and not r_state[j] and not e_state[i]]
    several = repeated(map(named.__getitem__, lines), len(e_state))
    return [j for j in lines if named[j] not in several] if several else lines


def _agreeing(board: Board, lines: list[int]) -> list[int]:
    # Those with the amount and the currency of the entry that they name, on a usual day. Months away another entry may
    # be meant, whose reference is a slip away, so that is weighed later.
    e, r, named, rules = board.e, board.r, board.named, board.rules
    due, start, paid, day = e.minor, e.days, r.minor, r.days
    first, last = -min(rules.early, rules.reference_days), min(rules.late, rules.reference_days)
    found = [j for j in lines if due[i := named[j]] == paid[j] and first <= day[j] - start[i] <= last]
    if not board.one_money:
        found = [j for j in found if e.currencies[named[j]] == r.currencies[j]]
    return found


def _pair(board: Board, lines: list[int]) -> None:
    # Where the payers, as far as they are known, may be one.
    e, r, named = board.e, board.r, board.named
    e_state, r_state, mate, how = board.e_state, board.r_state, board.mate, board.how
    code = RULES.index(Rule.REFERENCE)
    rows = [named[j] for j in lines]
    payers = capitals([e.parties[i] for i in rows]), capitals([r.parties[j] for j in lines])
    for i, j, one, other in zip(rows, lines, *payers, strict=True):
        if one == other or not one or not other or _may_pay(one, other):
            e_state[i] = r_state[j] = 1
            mate[j] = i
            how[j] = code


def _may_pay(one: str, other: str) -> bool:
    for word in one.split():
        if len(word) > 2 and word in other:
            return True
    return likeness(words(one), words(other)) is not Likeness.CONFLICT


def _undo_rejected(board: Board) -> None:
    for i, j in board.rejected:
        if board.mate[j] == i:
            board.e_state[i] = board.r_state[j] = 0
            board.mate[j] = -1


def _index_slowly(side: Entries, states: bytearray) -> tuple[dict[str, int], dict[str, list[int]]]:
    rows: dict[str, list[int]] = {}
    for row, reference in enumerate(side.references):
        if reference and states[row] != 3:  # a dropped row is no evidence
            rows.setdefault(reference, []).append(row)
    single = {reference: found[0] for reference, found in rows.items() if len(found) == 1}
    return single, {reference: found for reference, found in rows.items() if len(found) > 1}
