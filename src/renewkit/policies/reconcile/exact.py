"""The first look: an exact reference with its exact amount. Most lines end here, so it works a column at a time."""

from __future__ import annotations

import re
from array import array
from itertools import compress, count, repeat
from operator import ne
from typing import TYPE_CHECKING

from renewkit.policies.reconcile.board import RULES, UNNAMED, Board, Rule
from renewkit.policies.reconcile.names import Likeness, likeness, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from renewkit.values.entry import Entries

__all__ = ["index_references", "match_exact"]


def index_references(side: Entries, states: bytearray) -> tuple[dict[str, int], dict[str, list[int]]]:
    """Return the row of each reference that stands on one row, and the rows of each that stands on several."""
    single: dict[str, int] = dict(zip(side.references, count()))  # type: ignore[arg-type]  # None goes below
    several: dict[str, list[int]] = {}
    empty = (None in single) + ("" in single)
    if len(single) < len(side) or empty or any(states):
        single, several = _index_slowly(side, states)
    return single, several


def match_exact(board: Board, index: dict[str, int]) -> None:
    """Pair each line with the entry whose reference it carries, if it agrees in all else and is the only one."""
    get: Callable[[str | None, int], int] = index.get  # type: ignore[assignment]  # None names nothing
    board.named = array("i", map(get, board.r.references, repeat(UNNAMED)))
    _read_texts(board, index)
    e, r, rules = board.e, board.r, board.rules
    rows, lines = _sole_claims(board)
    if not board.one_money:
        alike = [e.currencies[i] == r.currencies[j] for i, j in zip(rows, lines, strict=True)]
        rows, lines = [*compress(rows, alike)], [*compress(lines, alike)]
    early, late, window = -rules.early, rules.late, rules.reference_days
    columns = [map(column.__getitem__, rows) for column in (e.minor, e.days, e.parties)]
    columns += [map(column.__getitem__, lines) for column in (r.minor, r.days, r.parties)]
    e_state, r_state, mate, how = board.e_state, board.r_state, board.mate, board.how
    code = RULES.index(Rule.REFERENCE)
    for i, j, due, start, one, paid, day, other in zip(rows, lines, *columns, strict=True):
        if (
            due == paid
            and -window <= (days := day - start) <= window
            and ((one and one == other) or _may_pay(one, other, usual=early <= days <= late))
        ):
            e_state[i] = r_state[j] = 1
            mate[j] = i
            how[j] = code
    if board.rejected:
        _undo_rejected(board)


def _read_texts(board: Board, index: dict[str, int]) -> None:
    # A word of the text that is a reference, letter for letter; several of them are for a later stage.
    named = board.named
    patterns = [re.compile(pattern) for pattern in board.rules.patterns]
    references = index.keys()
    for j, text in [(j, text) for j, text, row in zip(count(), board.r.texts, named) if text and row < 0]:
        said = text.split()
        for pattern in patterns:
            said += [found[1] if pattern.groups else found[0] for found in pattern.finditer(text)]
        if not references.isdisjoint(said):
            known = {index[word] for word in said if word in index}
            if len(known) == 1:
                named[j] = known.pop()


def _sole_claims(board: Board) -> tuple[list[int], list[int]]:
    # The entries that exactly one open line names, and these lines.
    named, e_state, r_state = board.named, board.e_state, board.r_state
    lines = [j for j, i in enumerate(named) if i >= 0 and not r_state[j] and not e_state[i]]
    rows = [named[j] for j in lines]
    last = dict(zip(rows, lines, strict=True))
    if len(last) < len(rows):
        for i in set(compress(rows, map(ne, map(last.__getitem__, rows), lines))):
            del last[i]
    return [*last], [*last.values()]


def _may_pay(one: str | None, other: str | None, *, usual: bool) -> bool:
    if not one or not other:
        return usual
    one, other = one.upper(), other.upper()
    if one == other:
        return True
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
