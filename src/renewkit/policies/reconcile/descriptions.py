"""Match lines that only describe themselves: two banks' memos of one payment, without a reference or a payer's column.

What a word, a difference in amount and a delay are worth is learned from the data: a rare word says more than a
common one, and the pairs that nothing else could be show how amounts and dates usually differ (after Fellegi and
Sunter, 1969).
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from itertools import pairwise
from math import log2
from operator import add
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
# What weighs no more is no match, and no rival that makes one unclear.
_IDLE: Final = _LEAST - _CLEAR
_FOREIGN: Final = -80
_OTHER_WORD: Final = -10
_COMMON: Final = 60
# What so many describe in the same words cannot be told apart.
_CROWD: Final = 200

_Scored = tuple[int, int, int]
_Words = tuple[str, ...]


def match_descriptions(board: Board) -> tuple[list[_Scored], list[_Scored]]:
    """Match described rows that are best for both sides by a wide margin; return the next best, and their rivals."""
    owed = [i for i in board.open_expected() if not board.e.references[i] and board.e.texts[i]]
    paid = [j for j in board.open_received() if not board.r.references[j] and board.r.texts[j]]
    if not owed or not paid:
        return [], []
    scored = _weigh(_Pairs(board, owed, paid))
    sure = _best(scored, _CLEAR)
    for _, i, j in sure:
        board.pair(i, j, Rule.WORDS)
    return _rest(board, scored)


def _rest(board: Board, scored: list[_Scored]) -> tuple[list[_Scored], list[_Scored]]:
    found: list[_Scored] = []
    every = left = [pair for pair in scored if not board.e_state[pair[1]] and not board.r_state[pair[2]]]
    while left and (more := _best(left, 0)):
        found += [pair for pair in more if pair[0] >= _LIKELY + _LEAST]
        taken = {i for _, i, _ in more}, {j for _, _, j in more}
        left = [pair for pair in left if pair[1] not in taken[0] and pair[2] not in taken[1]]
    return found, _rivals(every, {*found})


def _rivals(scored: list[_Scored], found: set[_Scored]) -> list[_Scored]:
    # What no wide margin parts from the best of its rows, whether there is a best or only equals.
    top: dict[int, int] = {}
    likely = [pair for pair in scored if pair[0] >= _LIKELY + _LEAST]
    for weight, i, j in likely:
        top[i], top[~j] = max(weight, top.get(i, 0)), max(weight, top.get(~j, 0))
    return [pair for pair in likely if pair[0] > max(top[pair[1]], top[~pair[2]]) - _CLEAR and pair not in found]


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
    """Return the pairs that may matter with their weight, after learning from those that are alone on both sides."""
    owed, paid = Counter(pairs.owed), Counter(pairs.paid)
    columns = zip(pairs.owed, pairs.paid, pairs.shared, strict=True)
    alone = [
        at
        for at, (i, j, shared) in enumerate(columns)
        if shared >= _COMMON and owed[i] == paid[j] == 1 and shared + pairs.unsaid(i, j) >= _COMMON
    ]
    steps = _worth([pairs.steps[at] for at in alone], pairs.steps)
    delays = _worth([pairs.delays[at] for at in alone], pairs.delays)
    weights = map(add, map(steps.__getitem__, pairs.steps), map(delays.__getitem__, pairs.delays))
    scored = []
    for weight, i, j in zip(map(add, weights, pairs.shared), pairs.owed, pairs.paid, strict=True):
        # What words are not shared can only take away.
        if weight > _IDLE and (weight := weight + pairs.unsaid(i, j)) > _IDLE:
            scored.append((weight, i, j))
    return scored


class _Pairs:
    """The pairs of described rows that share words and differ little in amount and day, as columns.

    `shared` is what the words are worth that both sides have.
    """

    def __init__(self, board: Board, owed: list[int], paid: list[int]) -> None:
        self.board = board
        self.owed: list[int] = []
        self.paid: list[int] = []
        self.steps: list[int] = []
        self.delays: list[int] = []
        e_words = self._e_words = {i: words(board.e.texts[i]) for i in owed}
        r_words = self._r_words = {j: words(board.r.texts[j]) for j in paid}
        seen: Counter[str] = Counter()
        for said in (*e_words.values(), *r_words.values()):
            seen.update(set(said))
        size = len(owed) + len(paid)
        self.worth = {word: round(10 * log2(size / count)) for word, count in seen.items()}
        self._gather(e_words, r_words)
        self.shared = self._shared()

    def _gather(self, e_words: dict[int, _Words], r_words: dict[int, _Words]) -> None:
        # Expected rows stand in the order of their amounts, so that those near an amount are a span of places.
        board, rules = self.board, self.board.rules
        order = sorted(e_words, key=board.e.minor.__getitem__)
        dues, days = [board.e.minor[i] for i in order], [board.e.days[i] for i in order]
        early, late, share, least = -rules.early, rules.late, rules.tolerance, rules.tolerance_minor
        top, bottom = share.numerator, share.denominator
        blocks: dict[str, array[int]] = {}
        for place, i in enumerate(order):
            for key in self._keys(e_words[i], board.e.currencies[i]):
                blocks.setdefault(key, array("i")).append(place)
        for j, said in r_words.items():
            amount, day = board.r.minor[j], board.r.days[j]
            low, high = _reach(amount, least, top, bottom)
            span = bisect_left(dues, low), bisect_right(dues, high)
            first, last = day - late, day - early
            near = _near(blocks, self._keys(said, board.r.currencies[j]), span)
            for place in [place for place in near if first <= days[place] <= last]:
                due = dues[place]
                apart, size = abs(due - amount), abs(due)
                if (apart <= least or apart * bottom <= size * top) and due * amount > 0:
                    self.owed.append(order[place])
                    self.paid.append(j)
                    self.delays.append(day - days[place])
                    self.steps.append(bisect_left(_STEPS, apart * 1_000 // size) if apart else -1)

    def _keys(self, said: _Words, currency: str) -> set[str]:
        worth = self.worth
        keys = {f"{currency}{one} {other[0]}" for one, other in pairwise(said)}
        keys.update([currency + word for word in said if worth[word] >= _COMMON])
        return keys

    def _shared(self) -> list[int]:
        worth, e_words, r_words = self.worth, self._e_words, self._r_words
        shared = []
        for i, j in zip(self.owed, self.paid, strict=True):
            other, total = r_words[j], 0
            for word in e_words[i]:
                if word in other:
                    total += worth[word]
            shared.append(total)
        # A word that stands twice counts twice only if it does so on both sides.
        twice = {i for i, said in e_words.items() if len(set(said)) < len(said)}
        for at in [at for at, i in enumerate(self.owed) if i in twice]:
            one, other = e_words[self.owed[at]], r_words[self.paid[at]]
            shared[at] = sum(map(worth.__getitem__, one)) - sum(map(worth.__getitem__, _apart(one, other)[0]))
        return shared

    def unsaid(self, i: int, j: int) -> int:
        """Return what the words take away that only one side has."""
        one, other = self._e_words[i], self._r_words[j]
        if one == other:
            return 0
        left, rest = _apart(one, other)
        if not left or not rest:
            return 0
        for word in left:
            for cut in rest:
                if word.startswith(cut) or cut.startswith(word):
                    return 0
        worth = self.worth.__getitem__
        return _FOREIGN if max(map(worth, left)) >= _COMMON <= max(map(worth, rest)) else _OTHER_WORD


def _apart(one: _Words, other: _Words) -> tuple[list[str], list[str]]:
    # The words of each that the other lacks.
    left, rest = [], [*other]
    for word in one:
        if word in rest:
            rest.remove(word)
        else:
            left.append(word)
    return left, rest


def _near(blocks: dict[str, array[int]], keys: set[str], span: tuple[int, int]) -> set[int]:
    # The places within a span of those that share a key.
    near: set[int] = set()
    start, stop = span
    for key in keys:
        places = blocks.get(key)
        if places:
            first = bisect_left(places, start)
            last = bisect_left(places, stop, first)
            if first < last <= first + _CROWD:
                near.update(places[first:last])
    return near


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
