"""In how many ways open rows can be matched: options that exclude one another, counted exactly while that is cheap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

__all__ = ["MOST_WAYS", "Option", "count_ways", "each_with_each", "list_sums"]

MOST_WAYS: Final = 1_000
_MOST_STEPS: Final = 100_000

Option = tuple[tuple[int, ...], tuple[int, ...]]
"""Expected rows and received rows that may be matched together."""


def count_ways(options: Iterable[Option], limit: int = MOST_WAYS) -> int:
    """Return in how many ways options can be chosen that share no row and explain as many received rows as possible.

    Counted up to a limit; the limit too where counting would take too long.

    >>> count_ways([((1,), (7,)), ((2,), (7,)), ((1,), (8,)), ((2,), (8,))]), count_ways([((1,), (7,)), ((1,), (8,))])
    (2, 2)
    """
    by_line = _by_line(options)
    bits: dict[int, int] = {}
    masks = {line: [(_mask(rows, lines, bits), len(lines)) for rows, lines in given] for line, given in by_line.items()}
    later = [0]
    for line in reversed(masks):
        here = _mask((), (line,), bits)
        later.append(later[-1] | here | _union(mask for mask, _ in masks[line]))
    states, steps = {0: (0, 1)}, 0
    for line, future in zip(masks, later[-2::-1], strict=True):
        states = _step(states, _mask((), (line,), bits), masks[line], future, limit)
        steps += len(states) * (1 + len(masks[line]))
        if steps > _MOST_STEPS:
            return limit
    return min(states[0][1], limit)


def each_with_each(one: int, other: int, limit: int = MOST_WAYS) -> int:
    """Return in how many ways so many rows can be matched with so many others, when each may go with each.

    >>> each_with_each(2, 3), each_with_each(201, 1), each_with_each(300, 300)
    (6, 201, 1000)
    """
    ways = 1
    for left in range(max(one, other), max(one, other) - min(one, other), -1):
        ways *= left
        if ways >= limit:
            return limit
    return ways


def list_sums(
    items: Sequence[tuple[int, Hashable]], target: int, *, least: int = 2, most: int, limit: int = MOST_WAYS
) -> tuple[tuple[int, ...], ...]:
    """Return every subset of `least` to `most` items that sums to the target, as `sums.count_sums` counts them.

    Nothing where there are as many as the limit, or where listing them would take too long.

    >>> list_sums([(500, "a"), (300, "b"), (200, "c")], 500, most=9)
    ((1, 2),)
    """
    classes: dict[tuple[int, Hashable], list[int]] = {}
    for at, (amount, kind) in enumerate(items):
        classes.setdefault((abs(amount), kind), []).append(at)
    ranked = sorted(classes.items(), key=lambda known: -known[0][0])
    rest = [0]
    for (amount, _), members in reversed(ranked):
        rest.append(rest[-1] + amount * len(members))
    rest.reverse()
    found: list[tuple[int, ...]] = []
    steps = 0
    todo: list[tuple[int, int, tuple[int, ...]]] = [(0, abs(target), ())]
    while todo:
        at, left, chosen = todo.pop()
        steps += 1
        if steps > _MOST_STEPS or len(found) >= limit:
            return ()
        if left == 0:
            if len(chosen) >= least:
                found.append(tuple(sorted(chosen)))
        elif left <= rest[at] and len(chosen) < most:
            (amount, _), members = ranked[at]
            counts = range(min(len(members), most - len(chosen), left // amount) + 1)
            todo += [(at + 1, left - count * amount, (*chosen, *members[:count])) for count in counts]
    return tuple(sorted(found))


def _by_line(options: Iterable[Option]) -> dict[int, list[Option]]:
    # Each option under the first of its lines that is counted; lines that share rows stand close together.
    known: dict[int, list[Option]] = {}
    listed = list(options)
    order = {line: at for at, line in enumerate(dict.fromkeys(line for _, lines in listed for line in lines))}
    for line in order:
        known[line] = []
    for option in dict.fromkeys(listed):
        known[min(option[1], key=order.__getitem__)].append(option)
    return known


def _step(
    states: dict[int, tuple[int, int]], here: int, options: list[tuple[int, int]], future: int, limit: int
) -> dict[int, tuple[int, int]]:
    # A state is what is taken of the rows to come; of its ways only those that explained most so far can be the best.
    found: dict[int, tuple[int, int]] = {}
    for mask, (explained, ways) in states.items():
        nexts = [(mask, explained)]
        if not mask & here:
            nexts += [(mask | option, explained + size) for option, size in options if not mask & option]
        for taken, size in nexts:
            key = taken & future
            known = found.get(key)
            if known is None or size > known[0]:
                found[key] = (size, ways)
            elif size == known[0]:
                found[key] = (size, min(known[1] + ways, limit))
    return found


def _mask(rows: Iterable[int], lines: Iterable[int], bits: dict[int, int]) -> int:
    return _union(1 << bits.setdefault(name, len(bits)) for name in (*rows, *(~line for line in lines)))


def _union(masks: Iterable[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found
