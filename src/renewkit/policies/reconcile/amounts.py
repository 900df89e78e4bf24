"""Amounts alone: where the host says so, an amount and a window that fit one entry and one line are enough."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Final

from renewkit.policies.reconcile.board import Board, Group, Rule
from renewkit.policies.reconcile.crowds import CROWD
from renewkit.policies.reconcile.names import Likeness, likeness, words
from renewkit.policies.reconcile.strangers import means_other
from renewkit.policies.reconcile.ways import list_sums

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["match_amounts"]

# So much rarer than one in as many must it be that some entries sum to a line by accident.
_CHANCE: Final = 100


def match_amounts(board: Board) -> list[Group]:
    """Match open rows of one amount that have no other partner within the window; return those that have several."""
    if not board.rules.amount_alone:
        return []
    minor, days = board.e.minor, board.e.days
    rows = sorted(board.open_expected(), key=lambda i: (minor[i], days[i]))
    partners = {j: found for j in board.open_received() if (found := list(_fitting(board, rows, j)))}
    wanted: dict[int, int] = {}
    for found in partners.values():
        for i in found:
            wanted[i] = wanted.get(i, 0) + 1
    unclear = []
    for j, found in partners.items():
        if len(found) == 1 == wanted[found[0]]:
            _join(board, found[0], j)
        else:
            options = tuple(((i,), (j,)) for i in found) if len(found) <= CROWD else ()
            unclear.append(Group(tuple(found), (j,), Rule.AMOUNT, solutions=len(found), options=options))
    return [*unclear, *_match_sums(board, [j for j in board.open_received() if j not in partners])]


def _match_sums(board: Board, lines: list[int]) -> list[Group]:
    # A line that is the sum of several entries, where so few are open that one subset would hardly fit by accident.
    rows = sorted(board.open_expected(), key=board.e.days.__getitem__)
    found = [group for j in lines if (group := _sum_of(board, rows, j))]
    wanted = Counter(i for group in found for i in group.expected)
    unclear = []
    for group in found:
        if group.solutions == 1 and all(wanted[i] == 1 for i in group.expected):
            board.join(group)
        else:
            unclear.append(group)
    return unclear


def _sum_of(board: Board, rows: list[int], j: int) -> Group | None:
    # `rows` are in order of days.
    due, paid, rules = board.e.minor, board.r.minor[j], board.rules
    most = (abs(paid) // _CHANCE).bit_length() - 1
    peers = [*islice(_smaller(board, rows, j), max(most, 0) + 1)]
    if not 2 <= len(peers) <= most:
        return None
    peers.sort(key=lambda i: (due[i], board.e.ids[i]))
    ways = list_sums([(due[i], i) for i in peers], paid, most=rules.group_size)
    options = tuple((tuple(peers[at] for at in way), (j,)) for way in ways)
    among = dict.fromkeys(i for way, _ in options for i in way)
    return Group(tuple(among), (j,), Rule.SUM, solutions=len(ways), options=options) if ways else None


def _smaller(board: Board, rows: list[int], j: int) -> Iterator[int]:
    # The open entries within the window of a line that may be parts of it.
    due, paid, day, days, rules = board.e.minor, board.r.minor[j], board.r.days[j], board.e.days, board.rules
    first = bisect_left(rows, day - rules.late, key=days.__getitem__)
    for i in rows[first : bisect_right(rows, day + rules.early, first, key=days.__getitem__)]:
        if not board.e_state[i] and (0 < due[i] < paid or paid < due[i] < 0) and not _is_other(board, i, j):
            yield i


def _fitting(board: Board, rows: list[int], j: int) -> Iterator[int]:
    # `rows` are in order of amounts and days. Whatever is further away than what may be written off of an amount twice
    # as large is out of reach.
    e, r, rules = board.e, board.r, board.rules
    paid, reach = r.minor[j], rules.allowance(2 * r.minor[j])
    first, last = r.days[j] - rules.late, r.days[j] + rules.early
    start = bisect_left(rows, (paid - reach, first), key=lambda i: (e.minor[i], e.days[i]))
    stop = bisect_right(rows, (paid + reach, last), start, key=lambda i: (e.minor[i], e.days[i]))
    for i in rows[start:stop]:
        due = e.minor[i]
        near = abs(due - paid) <= rules.allowance(due) and (due > 0) == (paid > 0)
        if near and first <= e.days[i] <= last and not _is_other(board, i, j):
            yield i


def _is_other(board: Board, i: int, j: int) -> bool:
    e, r = board.e, board.r
    # Two references that did not meet are two payments, whatever their amount.
    strange = (
        bool(e.references[i] and r.references[j])
        or means_other(board, i, j)
        or e.currencies[i] != r.currencies[j]
        or (i, j) in board.rejected
    )
    return strange or likeness(words(e.parties[i]), words(r.parties[j])) is Likeness.CONFLICT


def _join(board: Board, i: int, j: int) -> None:
    if board.e.minor[i] == board.r.minor[j]:
        board.pair(i, j, Rule.AMOUNT)
    else:
        board.join(Group((i,), (j,), Rule.WRITE_OFF))
