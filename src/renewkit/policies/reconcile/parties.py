"""Sums over one payer: a transfer that pays several entries, an entry paid in several lines, without references."""

from __future__ import annotations

from typing import TYPE_CHECKING

from renewkit.policies.reconcile.board import STRANGER, Group, Groups, Rule
from renewkit.policies.reconcile.names import Likeness, likeness
from renewkit.policies.reconcile.payers import PayerIndex
from renewkit.policies.reconcile.rows import Rows
from renewkit.policies.reconcile.sums import MOST_SOLUTIONS, count_sums, may_sum
from renewkit.policies.reconcile.ways import list_sums

if TYPE_CHECKING:
    from renewkit.policies.reconcile.board import Board
    from renewkit.policies.reconcile.crowds import Crowds
    from renewkit.policies.reconcile.ways import Option
    from renewkit.values.entry import Entries

__all__ = ["match_sums", "match_tolerated"]

_MOST_PEERS = 60


def match_tolerated(board: Board) -> None:
    """Match a line with the one entry of its payer from which it differs by no more than the tolerance."""
    rules = board.rules
    if not rules.tolerance and not rules.tolerance_minor:
        return
    owed, paid = _Payers(board.e, board.open_expected()), _Payers(board.r, _lines(board))
    found: dict[int, list[int]] = {}
    for j in paid.rows:
        name, day, amount = paid.name(j), board.r.days[j], board.r.minor[j]
        window = (day - rules.late, day + rules.early)
        rows = [
            i
            for i in owed.find(board.r.currencies[j], name, window)
            if abs(board.e.minor[i] - amount) <= rules.allowance(board.e.minor[i])
            and likeness(owed.name(i), name) >= Likeness.COMPATIBLE
            and (i, j) not in board.rejected
        ]
        for i in rows:
            found.setdefault(i, []).append(j if len(rows) == 1 else -1)
    for i, lines in found.items():
        if len(lines) == 1 and lines[0] >= 0:
            board.join(Group((i,), (lines[0],), Rule.WRITE_OFF))


def match_sums(board: Board, crowds: Crowds) -> list[Group]:
    """Match the sums over one payer that are unique, and return those that several subsets make."""
    rules = board.rules
    owed, paid = _Payers(board.e, board.open_expected()), _Payers(board.r, _lines(board))
    found = Groups()
    for j in paid.rows:
        name, day, money = paid.name(j), board.r.days[j], board.r.currencies[j]
        peers = owed.peers(name, (day - rules.late, day + rules.early), money, board.r.minor[j])
        crowd = owed.crowd(money)
        if crowd:
            crowds.meet(crowd, j)
        if known := _sums(board.e, peers, board.r.minor[j], rules.group_size, crowded=bool(crowd)):
            found.append(_group([(rows, (j,)) for rows in known[1]], (tuple(peers), (j,)), known[0]))
    for i in owed.rows:
        name, day, money = owed.name(i), board.e.days[i], board.e.currencies[i]
        peers = paid.peers(name, (day - rules.early, day + rules.late), money, board.e.minor[i])
        if known := _sums(board.r, peers, board.e.minor[i], rules.group_size, crowded=bool(paid.crowd(money))):
            found.append(_group([((i,), lines) for lines in known[1]], ((i,), tuple(peers)), known[0]))
    return _take(board, found)


def _lines(board: Board) -> list[int]:
    # What names another entry of ours is no part of these.
    return [j for j in board.open_received() if board.named[j] != STRANGER]


def _sums(
    side: Entries, peers: list[int], target: int, most: int, *, crowded: bool
) -> tuple[int, list[tuple[int, ...]]] | None:
    # How many sums there are, and the rows of each, unless there are too many.
    if len(peers) < 2:
        return None
    if crowded or len(peers) > _MOST_PEERS:
        return MOST_SOLUTIONS, []
    items = [(side.minor[row], _class_of(side, row)) for row in peers]
    sums = count_sums(items, target, least=2, most=most)
    if not sums.solutions:
        return None
    ways = [sums.items] if sums.solutions == 1 else list_sums(items, target, most=most)
    return sums.solutions, [tuple(peers[at] for at in way) for way in ways]


def _group(options: list[Option], among: Option, solutions: int) -> Group:
    rows, lines = options[0] if solutions == 1 else among
    return Group(rows, lines, Rule.SUM, solutions=solutions, options=tuple(options) if solutions != 1 else ())


def _take(board: Board, found: Groups) -> list[Group]:
    # What has one solution is taken unless another wants a part of it and has no way around it.
    at_row: Rows[int] = Rows()
    for at, group in enumerate(found):
        for row in _rows_of((group.expected, group.received)):
            at_row.add(row, at)
    sure: list[int] = []
    unclear: list[int] = []
    for at, group in enumerate(found):
        mine = _rows_of((group.expected, group.received)) if group.solutions == 1 else set()
        rivals = {other for row in mine for other in at_row.get(row)} - {at}
        clear = mine and not any(_has_no_way_around(found[other], mine) for other in rivals)
        (sure if clear else unclear).append(at)
    for at in sure:
        board.join(found[at])
    return [found[at] for at in unclear]


def _has_no_way_around(rival: Group, rows: set[int]) -> bool:
    options = rival.options if rival.solutions != 1 else ((rival.expected, rival.received),)
    return not any(rows.isdisjoint(_rows_of(option)) for option in options)


def _rows_of(option: Option) -> set[int]:
    return {*option[0], *(~j for j in option[1])}


def _class_of(side: Entries, row: int) -> tuple[object, ...]:
    return side.days[row], side.references[row], side.parties[row], side.texts[row]


class _Payers:
    """Open rows of one side that have a payer's name."""

    def __init__(self, side: Entries, rows: list[int]) -> None:
        self.side = side
        self.rows = [row for row in rows if side.parties[row]]
        blocks: dict[str, list[int]] = {}
        for row in self.rows:
            blocks.setdefault(side.currencies[row], []).append(row)
        self.index = {currency: PayerIndex(side, block, set()) for currency, block in blocks.items()}
        each = [index.names for index in self.index.values()]
        self._names = each[0] if len(each) == 1 else {row: name for names in each for row, name in names.items()}
        self._columns = {currency: [*map(side.minor.__getitem__, index.rows)] for currency, index in self.index.items()}

    def name(self, row: int) -> tuple[str, ...]:
        """Return the words of a row's payer."""
        return self._names.get(row, ())

    def find(self, currency: str, name: tuple[str, ...], window: tuple[int, int]) -> set[int]:
        """Return rows of a payer who may be this one within the window."""
        index = self.index.get(currency)
        return index.find(name, window) if index else set()

    def crowd(self, currency: str) -> PayerIndex | None:
        """Return the index in which the last search met a crowd, if it did."""
        index = self.index.get(currency)
        return index if index and index.refused else None

    def peers(self, name: tuple[str, ...], window: tuple[int, int], currency: str, limit: int) -> list[int]:
        """Return rows of a like payer within the window that may sum to the limit, in order of ids.

        More than are counted, or a crowd, are returned even where they cannot.
        """
        index = self.index.get(currency)
        if not index:
            return []
        minor = self._columns[currency]
        found = index.find_places(name, window)
        smaller = [at for at in found if 0 < minor[at] < limit or limit < minor[at] < 0] if len(found) > 1 else []
        if len(smaller) < 2:
            return []
        if not index.refused and len(smaller) <= _MOST_PEERS:
            amounts = [minor[at] for at in smaller]
            if abs(sum(amounts)) < abs(limit) or not may_sum(amounts, limit):
                return []
        rows, names = index.rows, index.names
        fitting = [row for row in map(rows.__getitem__, smaller) if likeness(names[row], name) >= Likeness.COMPATIBLE]
        return sorted(fitting, key=self.side.ids.__getitem__) if len(fitting) > 1 else []
