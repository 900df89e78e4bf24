"""Sums over one payer: a transfer that pays several entries, an entry paid in several lines, without references."""

from __future__ import annotations

from typing import TYPE_CHECKING

from renewkit.policies.reconcile.board import Group, Rule
from renewkit.policies.reconcile.names import Likeness, likeness
from renewkit.policies.reconcile.payers import PayerIndex
from renewkit.policies.reconcile.sums import Sums, count_sums

if TYPE_CHECKING:
    from renewkit.policies.reconcile.board import Board
    from renewkit.values.entry import Entries

__all__ = ["match_sums", "match_tolerated"]

_MOST_PEERS = 60


def match_tolerated(board: Board) -> None:
    """Match a line with the one entry of its payer from which it differs by no more than the tolerance."""
    rules = board.rules
    if not rules.tolerance and not rules.tolerance_minor:
        return
    owed, paid = _Payers(board.e, board.open_expected()), _Payers(board.r, board.open_received())
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


def match_sums(board: Board) -> list[Group]:
    """Match the sums over one payer that are unique, and return those that several subsets make."""
    rules = board.rules
    owed, paid = _Payers(board.e, board.open_expected()), _Payers(board.r, board.open_received())
    unique: list[Group] = []
    several: list[Group] = []
    for j in paid.rows:
        name, day = paid.name(j), board.r.days[j]
        peers = owed.peers(name, (day - rules.late, day + rules.early), board.r.currencies[j], board.r.minor[j])
        sums = _sums(board.e, peers, board.r.minor[j], rules.group_size)
        if sums.solutions:
            group = Group(tuple(peers[at] for at in sums.items), (j,), Rule.SUM, solutions=sums.solutions)
            (unique if sums.solutions == 1 else several).append(group)
    for i in owed.rows:
        name, day = owed.name(i), board.e.days[i]
        peers = paid.peers(name, (day - rules.early, day + rules.late), board.e.currencies[i], board.e.minor[i])
        sums = _sums(board.r, peers, board.e.minor[i], rules.group_size)
        if sums.solutions:
            group = Group((i,), tuple(peers[at] for at in sums.items), Rule.SUM, solutions=sums.solutions)
            (unique if sums.solutions == 1 else several).append(group)
    claims: dict[int, int] = {}
    for group in (*unique, *several):
        for row in (*group.expected, *(~j for j in group.received)):
            claims[row] = claims.get(row, 0) + 1
    for group in unique:
        if all(claims[row] == 1 for row in (*group.expected, *(~j for j in group.received))):
            board.join(group)
        else:
            several.append(group)
    return several


def _sums(side: Entries, peers: list[int], target: int, most: int) -> Sums:
    if len(peers) < 2:
        return Sums(0, ())
    return count_sums([(side.minor[row], _class_of(side, row)) for row in peers], target, least=2, most=most)


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

    def name(self, row: int) -> tuple[str, ...]:
        """Return the words of a row's payer."""
        return self.index[self.side.currencies[row]].names.get(row, ())

    def find(self, currency: str, name: tuple[str, ...], window: tuple[int, int]) -> set[int]:
        """Return rows of a payer who may be this one within the window."""
        index = self.index.get(currency)
        return index.find(name, window) if index else set()

    def peers(self, name: tuple[str, ...], window: tuple[int, int], currency: str, limit: int) -> list[int]:
        """Return rows of a like payer within the window whose amount is smaller than the limit, in order of ids."""
        side, minor = self.side, self.side.minor
        smaller = [row for row in self.find(currency, name, window) if 0 < minor[row] < limit or limit < minor[row] < 0]
        if len(smaller) < 2:
            return []
        names = self.index[currency].names
        fitting = [row for row in smaller if likeness(names[row], name) >= Likeness.COMPATIBLE]
        return sorted(fitting, key=side.ids.__getitem__) if 1 < len(fitting) <= _MOST_PEERS else []
