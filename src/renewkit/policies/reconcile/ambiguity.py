"""What is left open although something speaks for it: connected candidates, counted, with what would decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from renewkit.policies.reconcile.assign import shared_rows
from renewkit.policies.reconcile.board import Rule
from renewkit.policies.reconcile.edges import Edge, edge_of, naming_of, row_of, weight_of
from renewkit.policies.reconcile.evidence import ENOUGH, MARGIN
from renewkit.policies.reconcile.rows import Rows
from renewkit.policies.reconcile.ways import MOST_WAYS, Option, count_ways, each_with_each

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from renewkit.policies.reconcile.board import Board, Group
    from renewkit.policies.reconcile.candidates import Candidates

__all__ = ["Tie", "find_ties", "settle_blocks"]

_LARGEST: Final = 24
_SHOWN: Final = 8

_Pair = tuple[int, int, int]
"""Weight, expected row, received row."""

_Edges = dict[int, tuple[Edge, ...]]


@attrs.frozen
class Tie:
    """Open rows that candidates connect; `best` are the pairs to look at first, `solutions` the ways to match them."""

    expected: tuple[int, ...]
    received: tuple[int, ...]
    edges: tuple[tuple[int, int], ...]
    best: tuple[tuple[int, int], ...]
    solutions: int
    decide_by: str


@attrs.frozen
class _Link:
    # Rows that belong together in one of some ways: a sum, or, where nobody lists the options, a crowd.
    expected: tuple[int, ...]
    received: tuple[int, ...]
    options: tuple[Option, ...]
    ways: int


def find_ties(
    board: Board, candidates: Candidates, sums: list[Group], memos: tuple[list[_Pair], list[_Pair]]
) -> tuple[Tie, ...]:
    """Return the open rows that are tied, one `Tie` for each connected block.

    `sums` are those that nothing prefers, `memos` likely pairs by weight and their rivals, which are no suggestion.
    """
    edges = {**candidates.still_open()}
    pairs = [*((max(weight, ENOUGH), i, j) for weight, i, j in memos[0]), *((ENOUGH - 1, i, j) for _, i, j in memos[1])]
    for weight, i, j in pairs:
        if not board.e_state[i] and not board.r_state[j]:
            edges[j] = (*(edge for edge in edges.get(j, ()) if row_of(edge) != i), edge_of(weight, i, 0))
    links = [link for group in sums if (link := _link_of(board, group))]
    explained = {*edges, *(j for link in links for j in link.received)}
    # A name of several words leads to one crowd several times.
    met = {
        (frozenset(rows), frozenset(lines)): (rows, lines)
        for rows, lines in candidates.crowds.still_open(board, explained)
    }
    for rows, lines in met.values():
        links.append(_Link(rows, lines, (), each_with_each(len(rows), len(lines))))
    return tuple(_tie(board, block, edges, links) for block in _blocks(edges, links))


def settle_blocks(board: Board, candidates: Candidates) -> None:
    """Match blocks of tied rows that fit together in exactly one way, with no line and no entry left over.

    Each pair alone is a tie, but any other choice would leave a line without an entry, or with one that is weaker by a
    margin than its best.
    """
    due, paid = board.e.minor, board.r.minor
    edges = _shared(candidates.still_open(), len(board.e))
    for block, _ in _blocks(edges, []):
        rows = {row_of(edge) for j in block for edge in edges[j]}
        if len(rows) != len(block) or not 1 < len(block) <= _LARGEST:
            continue
        near = {j: [edge for edge in edges[j] if weight_of(edge) > weight_of(edges[j][0]) - MARGIN] for j in block}
        sound = all(weight_of(edge) >= ENOUGH and naming_of(edge) >= 0 for j in block for edge in near[j])
        fit = sound and all(due[row_of(edge)] == paid[j] for j in block for edge in near[j])
        if fit:
            how = {(row_of(edge), j): naming_of(edge) for j in block for edge in near[j]}
            for i, j in _only_way({j: set(map(row_of, near[j])) for j in block}):
                board.pair(i, j, Rule.NORMALISED if how[i, j] > 0 else Rule.PARTY)


def _shared(edges: _Edges, size: int) -> _Edges:
    # The lines that share an entry with another line: most share none, and are no block to look at.
    wanted = shared_rows(edges.values(), size)
    return {j: given for j, given in edges.items() if any(row_of(edge) in wanted for edge in given)} if wanted else {}


def _only_way(choices: dict[int, set[int]]) -> list[tuple[int, int]]:
    # Where all rows can be matched in one way only some line has one choice left, or some entry one line, at each step.
    pairs = []
    while choices:
        forced = next(((j, next(iter(rows))) for j, rows in choices.items() if len(rows) == 1), None)
        if forced is None:
            return []
        j, i = forced
        pairs.append((i, j))
        choices = {other: rows - {i} for other, rows in choices.items() if other != j}
    return pairs


def _link_of(board: Board, group: Group) -> _Link | None:
    rows = tuple(i for i in group.expected if not board.e_state[i])
    lines = tuple(j for j in group.received if not board.r_state[j])
    taken = {*group.expected} - {*rows}, {*group.received} - {*lines}
    known = group.options or (((group.expected, group.received),) if group.solutions == 1 else ())
    options = tuple(one for one in known if taken[0].isdisjoint(one[0]) and taken[1].isdisjoint(one[1]))
    if known:
        rows = tuple(dict.fromkeys(i for one in options for i in one[0]))
        lines = tuple(dict.fromkeys(j for one in options for j in one[1]))
    return _Link(rows, lines, options, len(options) or group.solutions) if rows and lines else None


def _blocks(edges: _Edges, links: list[_Link]) -> Iterator[tuple[list[int], list[int]]]:
    # The lines and the links of each connected block. A tie is rows of both sides, the received ones inverted.
    ties = [(*set(map(row_of, given)), ~j) for j, given in edges.items()]
    ties += [(*{*link.expected}, *(~j for j in link.received)) for link in links]
    for block in _connected(ties):
        lines = dict.fromkeys([~row for at in block for row in ties[at] if row < 0])
        yield list(lines), [at - len(edges) for at in block if at >= len(edges)]


def _connected(ties: list[tuple[int, ...]]) -> Iterator[list[int]]:
    # The places of the ties that shared rows connect.
    at_row: Rows[int] = Rows()
    for at, tie in enumerate(ties):
        for row in tie:
            at_row.add(row, at)
    met: set[int] = set()
    seen = bytearray(len(ties))
    for start in range(len(ties)):
        if seen[start]:
            continue
        seen[start] = 1
        block, todo = [], [start]
        while todo:
            block.append(at := todo.pop())
            for row in ties[at]:
                if row not in met:
                    met.add(row)
                    others = [other for other in at_row.get(row) if not seen[other]]
                    for other in others:
                        seen[other] = 1
                    todo += others
        yield block


def _tie(board: Board, block: tuple[list[int], list[int]], edges: _Edges, links: list[_Link]) -> Tie:
    lines, ids = block[0], board.r.ids
    some = sorted((links[at] for at in block[1]), key=lambda link: _names(board, link))
    ranked = sorted(
        (-weight_of(edge), board.e.ids[i], ids[j], i, j)
        for j in lines
        for edge in edges.get(j, ())
        for i in (row_of(edge),)
    )
    expected = {i for *_, i, _ in ranked} | {i for link in some for i in link.expected}
    best = _best([(i, j) for weight, _, _, i, j in ranked if -weight >= ENOUGH], some)
    pairs = [*_shown(ranked), *(pair for link in some for pair in _members(board, link))]
    missing = any(not board.r.references[j] for j in lines)
    decide_by = "the reference of the payment" if missing else "which of the candidates the payer meant"
    order = tuple(sorted(lines, key=ids.__getitem__))
    ways = _ways(lines, edges, some)
    return Tie(tuple(expected), order, tuple(dict.fromkeys(pairs)), tuple(best), ways, decide_by)


def _ways(lines: list[int], edges: _Edges, links: list[_Link]) -> int:
    listed = all(link.options for link in links)
    if not listed:
        alone = len(links) == 1 and not any(j in edges for j in lines)
        return links[0].ways if alone else MOST_WAYS
    pairs = [((row_of(edge),), (j,)) for j in lines for edge in edges.get(j, ())]
    return count_ways([*pairs, *(option for link in links for option in link.options)])


def _best(pairs: Iterable[tuple[int, int]], links: list[_Link]) -> Iterator[tuple[int, int]]:
    taken: set[int] = set()
    for i, j in pairs:
        if i not in taken and ~j not in taken:
            taken |= {i, ~j}
            yield i, j
    for link in links:
        # What belongs to every option may be looked at first.
        common = [{(i, j) for i in rows for j in lines} for rows, lines in link.options]
        sure = set.intersection(*common) if common else set()
        if taken.isdisjoint(row for i, j in sure for row in (i, ~j)):
            taken.update(row for i, j in sure for row in (i, ~j))
            yield from sorted(sure)


def _names(board: Board, link: _Link) -> tuple[list[str], list[str]]:
    return sorted(map(board.r.ids.__getitem__, link.received)), sorted(map(board.e.ids.__getitem__, link.expected))


def _shown(ranked: list[tuple[int, str, str, int, int]]) -> Iterator[tuple[int, int]]:
    # Of each line the few best.
    shown: dict[int, int] = {}
    for *_, i, j in ranked:
        shown[j] = shown.get(j, 0) + 1
        if shown[j] <= _SHOWN:
            yield i, j


def _members(board: Board, link: _Link) -> Iterator[tuple[int, int]]:
    # A sum shows all that it may be made of, a crowd a few.
    rows = sorted(link.expected, key=board.e.ids.__getitem__)
    for j in sorted(link.received, key=board.r.ids.__getitem__):
        yield from ((i, j) for i in (rows if link.options else rows[:_SHOWN]))
