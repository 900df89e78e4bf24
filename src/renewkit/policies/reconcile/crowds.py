"""Crowds: so many rows look alike that nobody compares each with each. They are left alone, and reported."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Final, Protocol

from renewkit.policies.reconcile.names import Likeness, likeness, mention, words
from renewkit.policies.reconcile.references import ReferenceIndex

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from renewkit.policies.reconcile.board import Board

__all__ = ["CROWD", "Crowd", "Crowds"]

CROWD: Final = 200
"""So many rows that share a sign are compared with a line; more are a crowd."""

_MOST_NAMES: Final = 10_000

_Sign = tuple[str | None, str, int]
"""A text, a currency and an amount, or its direction."""

Crowd = tuple[tuple[int, ...], tuple[int, ...]]
"""Expected rows and received rows of which each may belong to each."""


class _Index(Protocol):
    # Rows by payer, of one side.

    @property
    def refused(self) -> Sequence[str | int]: ...
    def rows_of(self, key: Any, /) -> list[int]: ...  # noqa: ANN401  a sign is a text or a number, as the index has it
    def name_of(self, row: int, /) -> tuple[str, ...]: ...


class Crowds:
    """The lines for which a payer's name led to a crowd, by index and sign."""

    __slots__ = ("_met",)

    def __init__(self) -> None:
        """Start without any."""
        self._met: dict[tuple[int, str | int], tuple[_Index, list[int]]] = {}

    def meet(self, payers: _Index, j: int) -> None:
        """Note the signs under which an index has just refused to look for a line's payer."""
        for key in payers.refused:
            self._met.setdefault((id(payers), key), (payers, []))[1].append(j)

    def still_open(self, board: Board, explained: Collection[int]) -> Iterator[Crowd]:
        """Return the crowds of open entries with the open lines that nothing else explains."""
        for (_, key), (payers, met) in self._met.items():
            lines = [j for j in met if not board.r_state[j] and j not in explained]
            if lines and (rows := _alike(board, payers, key, lines)):
                yield tuple(rows), tuple(lines)
        left = [j for j in board.open_received() if j not in explained]
        if left:
            owed = board.open_expected()
            yield from _of_one_reference(board, owed, left)
            yield from _of_one_text(board, owed, left)


def _alike(board: Board, payers: _Index, key: str | int, lines: list[int]) -> list[int]:
    r, rules = board.r, board.rules
    days, amounts = [r.days[j] for j in lines], [r.minor[j] for j in lines]
    least, most = min(amounts), max(amounts)
    first, last = min(days) - rules.late, max(days) + rules.early
    rows = [
        i
        for i in payers.rows_of(key)
        if not board.e_state[i]
        and first <= board.e.days[i] <= last
        and (0 < board.e.minor[i] <= most or least <= board.e.minor[i] < 0)
    ]
    names = {payers.name_of(i) for i in rows}
    said = {(words(r.parties[j]), () if r.parties[j] else words(r.texts[j])) for j in lines}
    if len(names) * len(said) > _MOST_NAMES:
        return rows
    meant = {name for name in names if any(_may_mean(name, *one) for one in said)}
    return [i for i in rows if payers.name_of(i) in meant]


def _may_mean(name: tuple[str, ...], party: tuple[str, ...], text: tuple[str, ...]) -> bool:
    return (likeness(name, party) if party else mention(name, text)) >= Likeness.COMPATIBLE


def _of_one_reference(board: Board, owed: list[int], left: list[int]) -> Iterator[Crowd]:
    e, r = board.e, board.r
    owed = [i for i in owed if e.references[i]]
    rows = _by_sign([(e.references[i], e.currencies[i], e.minor[i] > 0) for i in owed], owed)
    if not rows:
        return
    signs = list(rows)
    lines: defaultdict[_Sign, list[int]] = defaultdict(list)
    known = ReferenceIndex(range(len(signs)), [sign[0] for sign in signs], parts=False)
    for j in left:
        spelled = f"{r.references[j] or ''} {r.texts[j] or ''}"
        for at in known.find(spelled) if not spelled.isspace() else ():
            if signs[at][1:] == (r.currencies[j], r.minor[j] > 0):
                lines[signs[at]].append(j)
    yield from ((rows[sign], tuple(found)) for sign, found in lines.items())


def _of_one_text(board: Board, owed: list[int], left: list[int]) -> Iterator[Crowd]:
    e, r = board.e, board.r
    owed = [i for i in owed if e.texts[i] and not e.references[i]]
    rows = _by_sign([(e.texts[i], e.currencies[i], e.minor[i]) for i in owed], owed)
    lines: defaultdict[_Sign, list[int]] = defaultdict(list)
    for j in left if rows else ():
        sign = (r.texts[j], r.currencies[j], r.minor[j])
        if sign in rows and not r.references[j]:
            lines[sign].append(j)
    yield from ((rows[sign], tuple(found)) for sign, found in lines.items())


def _by_sign(signs: list[_Sign], owed: list[int]) -> dict[_Sign, tuple[int, ...]]:
    rows: dict[_Sign, list[int]] = {sign: [] for sign, size in Counter(signs).items() if size > CROWD}
    for sign, i in zip(signs, owed, strict=True) if rows else ():
        if sign in rows:
            rows[sign].append(i)
    return {sign: tuple(found) for sign, found in rows.items()}
