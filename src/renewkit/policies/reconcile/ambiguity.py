"""What is left open although something speaks for it: connected candidates, counted, with what would decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from renewkit.policies.reconcile.board import Rule
from renewkit.policies.reconcile.evidence import ENOUGH

if TYPE_CHECKING:
    from renewkit.policies.reconcile.board import Board, Group
    from renewkit.policies.reconcile.candidates import Candidates, Edge

__all__ = ["MOST_WAYS", "Tie", "count_ways", "find_ties", "settle_blocks"]

MOST_WAYS: Final = 1_000
_LARGEST: Final = 24
_MOST_STEPS: Final = 50_000


@attrs.frozen
class Tie:
    """Open rows that candidates connect; `best` are the pairs to look at first."""

    expected: tuple[int, ...]
    received: tuple[int, ...]
    edges: tuple[tuple[int, int], ...]
    best: tuple[tuple[int, int], ...]
    solutions: int
    decide_by: str


def find_ties(
    board: Board, candidates: Candidates, sums: list[Group], likely: list[tuple[int, int, int]]
) -> tuple[Tie, ...]:
    """Return the open rows that are tied, one `Tie` for each connected block; `sums` are those of several solutions."""
    edges = {**candidates.still_open()}
    for group in sums:
        for j in group.received:
            known = {i for _, i, _ in edges.get(j, ())}
            fresh = [i for i in group.expected if i not in known and not board.e_state[i]]
            if fresh and not board.r_state[j]:
                edges[j] = (*edges.get(j, ()), *((ENOUGH, i, 0) for i in fresh))
    for weight, i, j in likely:
        if not board.e_state[i] and not board.r_state[j]:
            edges[j] = (*(edge for edge in edges.get(j, ()) if edge[1] != i), (max(weight, ENOUGH), i, 0))
    return tuple(_tie(board, block, edges) for block in _blocks(edges))


def settle_blocks(board: Board, candidates: Candidates) -> None:
    """Match blocks of tied rows that fit together in exactly one way, with no line and no entry left over.

    Each pair alone is a tie, but any other choice would leave a line without an entry.
    """
    due, paid = board.e.minor, board.r.minor
    edges = candidates.still_open()
    for block in _blocks(edges):
        rows = {i for j in block for _, i, _ in edges[j]}
        if len(rows) != len(block) or not 1 < len(block) <= _LARGEST:
            continue
        sound = all(weight >= ENOUGH and naming >= 0 for j in block for weight, _, naming in edges[j])
        fit = sound and all(due[i] == paid[j] for j in block for _, i, _ in edges[j])
        choices = [{i for _, i, _ in edges[j]} for j in block]
        if fit and count_ways(choices) == 1:
            for j, i in zip(block, _matching(choices), strict=True):
                board.pair(i, j, Rule.PARTY)


def count_ways(choices: list[set[int]], limit: int = MOST_WAYS) -> int:
    """Return in how many ways as many lines as possible can each take an entry of their own, up to a limit.

    >>> count_ways([{1, 2}, {1, 2}]), count_ways([{1}, {1}])
    (2, 2)
    """
    most = sum(entry >= 0 for entry in _matching(choices))
    spare = len(choices) - most

    steps = 0

    def walk(at: int, taken: frozenset[int], left_out: int, found: int) -> int:
        nonlocal steps
        steps += 1
        if steps > _MOST_STEPS:
            return limit
        if found >= limit or left_out > spare:
            return found
        if at == len(choices):
            return found + 1
        for entry in sorted(choices[at] - taken):
            found = walk(at + 1, taken | {entry}, left_out, found)
        return walk(at + 1, taken, left_out + 1, found)

    return min(walk(0, frozenset(), 0, 0), limit)


def _matching(choices: list[set[int]]) -> list[int]:
    # The entry of each line in one largest matching, or -1.
    owner: dict[int, int] = {}

    def place(line: int, seen: set[int]) -> bool:
        for entry in choices[line]:
            if entry not in seen:
                seen.add(entry)
                if entry not in owner or place(owner[entry], seen):
                    owner[entry] = line
                    return True
        return False

    for line in range(len(choices)):
        place(line, set())
    lines = {line: entry for entry, line in owner.items()}
    return [lines.get(line, -1) for line in range(len(choices))]


def _blocks(edges: dict[int, tuple[Edge, ...]]) -> list[list[int]]:
    lines: dict[int, list[int]] = {}
    for j, given in edges.items():
        for _, i, _ in given:
            lines.setdefault(i, []).append(j)
    seen: set[int] = set()
    blocks = []
    for start in edges:
        if start in seen:
            continue
        seen.add(start)
        block, todo = [], [start]
        while todo:
            j = todo.pop()
            block.append(j)
            for _, i, _ in edges[j]:
                fresh = [other for other in lines[i] if other not in seen]
                seen.update(fresh)
                todo += fresh
        blocks.append(block)
    return blocks


def _tie(board: Board, block: list[int], edges: dict[int, tuple[Edge, ...]]) -> Tie:
    ids = board.r.ids
    block = sorted(block, key=ids.__getitem__)
    expected = tuple({i for j in block for _, i, _ in edges[j]})
    ranked = sorted(((-weight, board.e.ids[i], ids[j], i, j) for j in block for weight, i, _ in edges[j]))
    best = []
    taken: set[int] = set()
    for weight, _, _, i, j in ranked:
        if i not in taken and ~j not in taken and -weight >= ENOUGH:
            taken |= {i, ~j}
            best.append((i, j))
    ways = count_ways([{i for _, i, _ in edges[j]} for j in block]) if len(block) <= _LARGEST else MOST_WAYS
    missing = any(not board.r.references[j] for j in block)
    decide_by = "the reference of the payment" if missing else "which of the candidates the payer meant"
    return Tie(expected, tuple(block), tuple((i, j) for *_, i, j in ranked), tuple(best), ways, decide_by)
