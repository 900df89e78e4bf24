"""Sums over one payer: a transfer that pays several entries, an entry paid in several lines, without references."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, Final, NamedTuple

from renewkit.policies.reconcile.board import Group, Groups, Rule, by_id
from renewkit.policies.reconcile.names import Likeness, likeness
from renewkit.policies.reconcile.rows import Rows
from renewkit.policies.reconcile.signs import open_payers
from renewkit.policies.reconcile.sums import MOST_SOLUTIONS, count_sums, may_sum
from renewkit.policies.reconcile.ways import list_sums

if TYPE_CHECKING:
    from collections.abc import Iterator

    from renewkit.policies.reconcile.board import Board
    from renewkit.policies.reconcile.crowds import Crowds
    from renewkit.policies.reconcile.signs import Payers
    from renewkit.policies.reconcile.ways import Option
    from renewkit.values.entry import Entries

__all__ = ["match_sums", "match_tolerated"]

_MOST_PEERS = 60
# Members of an enum are slow to reach.
_COMPATIBLE: Final = Likeness.COMPATIBLE


def match_tolerated(board: Board) -> None:
    """Match a line with the one entry of its payer from which it differs by no more than the tolerance."""
    rules = board.rules
    if not rules.tolerance and not rules.tolerance_minor:
        return
    owed, paid = open_payers(board)
    found: dict[int, list[int]] = {}
    for j, name, signs, day, amount in paid.asking():
        rows = [
            owed.rows[place]
            for place in owed.find(signs, day - rules.late, day + rules.early)
            if abs(owed.minor[place] - amount) <= rules.allowance(owed.minor[place])
            and likeness(owed.names[place], name) >= _COMPATIBLE
            and (owed.rows[place], j) not in board.rejected
        ]
        for i in rows:
            found.setdefault(i, []).append(j if len(rows) == 1 else -1)
    for i, lines in found.items():
        if len(lines) == 1 and lines[0] >= 0:
            board.join(Group((i,), (lines[0],), Rule.WRITE_OFF))


def match_sums(board: Board, crowds: Crowds) -> list[Group]:
    """Match the sums over one payer that are unique, and return those that several subsets make."""
    rules = board.rules
    owed, paid = open_payers(board)
    found = Groups()
    for j, amount, rows in _smaller_peers(paid, owed, (-rules.late, rules.early)):
        if owed.refused:
            crowds.meet(owed, j)
        if known := _sums(board.e, rows, amount, rules.group_size, crowded=bool(owed.refused)):
            found.append(_group([(way, (j,)) for way in known.ways], (known.peers, (j,)), known.solutions))
    for i, amount, lines in _smaller_peers(owed, paid, (-rules.early, rules.late)):
        if known := _sums(board.r, lines, amount, rules.group_size, crowded=bool(paid.refused)):
            found.append(_group([((i,), way) for way in known.ways], ((i,), known.peers), known.solutions))
    return _take(board, found)


class _Sums(NamedTuple):
    # How many sums there are, and the rows of each, unless there are too many.
    peers: tuple[int, ...]
    solutions: int
    ways: list[tuple[int, ...]]


def _smaller_peers(asking: Payers, asked: Payers, days: tuple[int, int]) -> Iterator[tuple[int, int, list[int]]]:
    # Rows with their amounts, and the rows of like payers of the other side within the days that may sum to these. More
    # than are counted, or those beside a crowd, are told even where they cannot.
    before, after = days
    minor, names, rows = asked.minor, asked.names, asked.rows
    for row, name, signs, day, limit in asking.asking():
        places = asked.find_smaller(signs, day + before, day + after, limit)
        if asked.refused:
            yield row, limit, [rows[place] for place in places if likeness(names[place], name) >= _COMPATIBLE]
        elif len(places) > 1:
            amounts = [minor[place] for place in places]
            if len(places) > _MOST_PEERS or (abs(sum(amounts)) >= abs(limit) and may_sum(amounts, limit)):
                yield row, limit, [rows[place] for place in places if likeness(names[place], name) >= _COMPATIBLE]


def _sums(side: Entries, rows: list[int], target: int, most: int, *, crowded: bool) -> _Sums | None:
    if len(rows) < 2:
        return None
    peers = by_id(side, rows)
    if crowded or len(peers) > _MOST_PEERS:
        return _Sums(peers, MOST_SOLUTIONS, [])
    amounts = [*map(side.minor.__getitem__, peers)]
    # Rows of different amounts are of different classes anyway.
    classes = repeat(()) if len(set(amounts)) == len(amounts) else [_class_of(side, row) for row in peers]
    items = [*zip(amounts, classes, strict=False)]
    sums = count_sums(items, target, least=2, most=most)
    if not sums.solutions:
        return None
    ways = [sums.items] if sums.solutions == 1 else list_sums(items, target, most=most)
    return _Sums(peers, sums.solutions, [tuple(peers[at] for at in way) for way in ways])


def _group(options: list[Option], among: Option, solutions: int) -> Group:
    rows, lines = options[0] if solutions == 1 else among
    return Group(rows, lines, Rule.SUM, solutions=solutions, options=tuple(options) if solutions != 1 else ())


def _take(board: Board, found: Groups) -> list[Group]:
    # What has one solution is taken unless another wants a part of it and has no way around it.
    at_row: Rows[int] = Rows()
    for at, group in enumerate(found):
        for row in _rows_of((group.expected, group.received)):
            at_row.add(row, at)
    wanted = {row for row, _ in at_row.several()}
    unclear: list[Group] = []
    for at, group in enumerate(found):
        mine = _rows_of((group.expected, group.received)) if group.solutions == 1 else set()
        rivals = {other for row in mine & wanted for other in at_row.get(row)} - {at}
        clear = mine and not any(_has_no_way_around(found[other], mine) for other in rivals)
        if clear:
            board.join(group)
        else:
            unclear.append(group)
    return unclear


def _has_no_way_around(rival: Group, rows: set[int]) -> bool:
    options = rival.options if rival.solutions != 1 else ((rival.expected, rival.received),)
    return not any(rows.isdisjoint(_rows_of(option)) for option in options)


def _rows_of(option: Option) -> set[int]:
    return {*option[0], *(~j for j in option[1])}


def _class_of(side: Entries, row: int) -> tuple[object, ...]:
    return side.days[row], side.references[row], side.parties[row], side.texts[row]
