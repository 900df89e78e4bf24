"""Match lines that only describe themselves: two banks' memos of one payment, without a reference or a payer's column.

What a word, a difference in amount and a delay are worth is learned from the data: a rare word says more than a
common one, and the pairs that nothing else could be show how amounts and dates usually differ (after Fellegi and
Sunter, 1969).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from itertools import pairwise
from math import log2
from typing import TYPE_CHECKING, Final

from renewkit.policies.reconcile.board import Rule
from renewkit.policies.reconcile.names import words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from renewkit.policies.reconcile.board import Board

__all__ = ["match_descriptions"]

_STEPS: Final = (0, 2, 5, 10, 20, 40, 80, 1_000)
_CLEAR: Final = 25
_LIKELY: Final = 5
_LEAST: Final = 60
_FOREIGN: Final = -80
_OTHER_WORD: Final = -10
_COMMON: Final = 60
# What so many describe in the same words cannot be told apart.
_CROWD: Final = 200

_Scored = tuple[int, int, int]


def match_descriptions(board: Board) -> list[_Scored]:
    """Match described rows that are best for both sides by a wide margin; return the next best pairs, by weight."""
    owed = [i for i in board.open_expected() if not board.e.references[i] and board.e.texts[i]]
    paid = [j for j in board.open_received() if not board.r.references[j] and board.r.texts[j]]
    if not owed or not paid:
        return []
    scored = _weigh(_Pairs(board, owed, paid))
    sure = _best(scored, _CLEAR)
    for _, i, j in sure:
        board.pair(i, j, Rule.WORDS)
    return _rest(board, scored)


def _rest(board: Board, scored: list[_Scored]) -> list[_Scored]:
    found: list[_Scored] = []
    left = [pair for pair in scored if not board.e_state[pair[1]] and not board.r_state[pair[2]]]
    while left and (more := _best(left, 0)):
        found += [pair for pair in more if pair[0] >= _LIKELY + _LEAST]
        taken = {i for _, i, _ in more}, {j for _, _, j in more}
        left = [pair for pair in left if pair[1] not in taken[0] and pair[2] not in taken[1]]
    return found


def _best(scored: Iterable[_Scored], margin: int) -> list[_Scored]:
    first: dict[int, _Scored] = {}
    second: dict[int, int] = {}
    for pair in scored:
        for row in (pair[1], ~pair[2]):
            known = first.get(row)
            if known is None or pair[0] > known[0]:
                first[row], second[row] = pair, known[0] if known else 0
            elif pair[0] > second[row]:
                second[row] = pair[0]
    return [
        pair
        for row, pair in first.items()
        if row >= 0
        and first[~pair[2]] == pair
        and pair[0] >= _LEAST
        and pair[0] > second[row]
        and pair[0] > second[~pair[2]]
        and pair[0] - max(second[row], second[~pair[2]]) >= margin
    ]


def _weigh(pairs: _Pairs) -> list[_Scored]:
    """Return every pair with its weight, after learning from the pairs that are alone on both sides."""
    degree = Counter(pairs.owed) + Counter(~j for j in pairs.paid)
    alone = [
        at
        for at, (i, j) in enumerate(zip(pairs.owed, pairs.paid, strict=True))
        if degree[i] == degree[~j] == 1 and pairs.said[at] >= _COMMON
    ]
    steps = _worth([pairs.steps[at] for at in alone], pairs.steps)
    delays = _worth([pairs.delays[at] for at in alone], pairs.delays)
    columns = zip(pairs.said, pairs.steps, pairs.delays, pairs.owed, pairs.paid, strict=True)
    return [(said + steps[step] + delays[delay], i, j) for said, step, delay, i, j in columns]


class _Pairs:
    """The pairs of described rows that share words and differ little in amount and day, as columns."""

    def __init__(self, board: Board, owed: list[int], paid: list[int]) -> None:
        self.board = board
        self.owed: list[int] = []
        self.paid: list[int] = []
        self.steps: list[int] = []
        self.delays: list[int] = []
        e_words = {i: words(board.e.texts[i]) for i in owed}
        r_words = {j: words(board.r.texts[j]) for j in paid}
        seen: Counter[str] = Counter()
        for said in (*e_words.values(), *r_words.values()):
            seen.update(set(said))
        size = len(owed) + len(paid)
        self.worth = {word: round(10 * log2(size / count)) for word, count in seen.items()}
        self._gather(e_words, r_words)
        whole = {i: sum(map(self.worth.__getitem__, said)) for i, said in e_words.items()}
        self.said = [
            whole[i] if e_words[i] == r_words[j] else self._said(e_words[i], r_words[j])
            for i, j in zip(self.owed, self.paid, strict=True)
        ]

    def _gather(self, e_words: dict[int, tuple[str, ...]], r_words: dict[int, tuple[str, ...]]) -> None:
        board = self.board
        e_minor, e_days, r_minor, r_days = board.e.minor, board.e.days, board.r.minor, board.r.days
        rules, minor = board.rules, board.e.minor.__getitem__
        early, late, share, least = -rules.early, rules.late, rules.tolerance, rules.tolerance_minor
        top, bottom = share.numerator, share.denominator
        blocks: dict[str, list[int]] = {}
        for i in sorted(e_words, key=minor):
            for key in self._keys(e_words[i], board.e.currencies[i]):
                blocks.setdefault(key, []).append(i)
        for j, said in r_words.items():
            amount, day = r_minor[j], r_days[j]
            low, high = _reach(amount, least, top, bottom)
            near: set[int] = set()
            for key in self._keys(said, board.r.currencies[j]):
                rows = blocks.get(key)
                if rows:
                    first = bisect_left(rows, low, key=minor)
                    stop = bisect_right(rows, high, first, key=minor)
                    if stop - first <= _CROWD:
                        near.update(rows[first:stop])
            for i in near:
                days, due = day - e_days[i], e_minor[i]
                apart, size = abs(due - amount), abs(due)
                if early <= days <= late and (apart <= least or apart * bottom <= size * top) and due * amount > 0:
                    self.owed.append(i)
                    self.paid.append(j)
                    self.delays.append(days)
                    self.steps.append(bisect_left(_STEPS, apart * 1_000 // size) if apart else -1)

    def _keys(self, said: tuple[str, ...], currency: str) -> set[str]:
        worth = self.worth
        keys = {f"{currency}{one} {other[0]}" for one, other in pairwise(said)}
        keys.update([currency + word for word in said if worth[word] >= _COMMON])
        return keys

    def _said(self, one: tuple[str, ...], other: tuple[str, ...]) -> int:
        worth, total, left, rest = self.worth, 0, [], [*other]
        for word in one:
            if word in rest:
                rest.remove(word)
                total += worth[word]
            else:
                left.append(word)
        if not left or not rest:
            return total
        if any(word.startswith(cut) or cut.startswith(word) for word in left for cut in rest):
            return total
        rare = max(map(worth.__getitem__, left)) >= _COMMON <= max(map(worth.__getitem__, rest))
        return total + (_FOREIGN if rare else _OTHER_WORD)


def _reach(amount: int, least: int, top: int, bottom: int) -> tuple[int, int]:
    # Between which expected amounts the allowance of one, a share of top / bottom, can reach this amount.
    size = abs(amount)
    low = size * bottom // (bottom + top) - least
    high = size * bottom // (bottom - top) + 1 + least if top < bottom else size * bottom
    return (low, high) if amount > 0 else (-high, -low)


def _worth(among: list[int], every: list[int]) -> dict[int, int]:
    # How much more often a value occurs in sure pairs than in any; one is added, so that nothing is impossible.
    sure, size, whole = Counter(among), len(among) + 1, len(every) + 1
    odds = {value: (sure[value] + 1) * whole / (size * (count + 1)) for value, count in Counter(every).items()}
    return {value: round(10 * log2(ratio)) for value, ratio in odds.items()}
