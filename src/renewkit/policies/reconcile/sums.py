"""Counted subset sums: not only which items make up an amount, but in how many ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

__all__ = ["MOST_SOLUTIONS", "Sums", "count_sums", "may_sum"]

MOST_SOLUTIONS = 1_000
_MOST_STATES = 20_000
# Sums are told apart by what they leave when divided by this prime.
_PRIME: Final = 4_093
_REMAINDERS: Final = (1 << _PRIME) - 1


class Sums(NamedTuple):
    """How many subsets have the sum, up to 1,000, and the items of one of them."""

    solutions: int
    items: tuple[int, ...]


def may_sum(amounts: Iterable[int], target: int) -> bool:
    """Return whether some amounts may sum to the target: a quick look, which is certain only where it says no.

    >>> may_sum([500, 300, 200], 800), may_sum([500, 300, 200], 900)
    (True, False)
    """
    reached = 1
    for amount in amounts:
        by = amount % _PRIME
        lifted = reached << by
        reached |= (lifted | lifted >> _PRIME) & _REMAINDERS
    return bool(reached >> target % _PRIME & 1)


def count_sums(items: Sequence[tuple[int, Hashable]], target: int, *, least: int = 1, most: int = 200) -> Sums:
    """Return how many subsets of `least` to `most` items sum to the target, and one of them.

    An item is an amount and the class it belongs to: items that nothing tells apart share a class, and choosing one or
    another of them is the same solution. All amounts and the target have one sign. Where the states become too many to
    follow the count is 1,000: not known to be unique.

    >>> count_sums([(500, "a"), (300, "b"), (200, "c")], 500)
    Sums(solutions=2, items=(0,))
    >>> count_sums([(500, "a"), (500, "a"), (200, "c")], 700).solutions
    1
    """
    goal = abs(target)
    amounts = [abs(amount) for amount, _ in items]
    if sum(amounts) <= goal and 0 not in amounts:
        # It takes all of them, as every part of them is less.
        is_sum = sum(amounts) == goal and least <= len(items) <= most
        return Sums(1, tuple(range(len(items)))) if is_sum else Sums(0, ())
    classes: dict[tuple[int, Hashable], list[int]] = {}
    for at, (amount, (_, kind)) in enumerate(zip(amounts, items, strict=True)):
        classes.setdefault((amount, kind), []).append(at)
    rest = sum(amount * len(members) for (amount, _), members in classes.items())
    # Each reachable (sum, size) keeps its number of ways and the items of one way.
    reached: dict[tuple[int, int], tuple[int, tuple[int, ...]]] = {(0, 0): (1, ())}
    for (amount, _), members in classes.items():
        rest -= amount * len(members)
        # What the items to come cannot lift to the goal is not followed.
        floor = goal - rest
        further = {state: known for state, known in reached.items() if state[0] >= floor}
        for (total, size), (ways, chosen) in reached.items():
            for more in range(1, min(len(members), most - size) + 1):
                lifted = total + more * amount
                if lifted > goal:
                    break
                if lifted >= floor:
                    key = (lifted, size + more)
                    known, way = further.get(key, (0, None))
                    further[key] = min(known + ways, MOST_SOLUTIONS), way or (*chosen, *members[:more])
        reached = further
        if len(reached) > _MOST_STATES:
            return Sums(MOST_SOLUTIONS, ())
    found = [state for (total, size), state in reached.items() if total == goal and least <= size]
    return Sums(min(sum(ways for ways, _ in found), MOST_SOLUTIONS), tuple(sorted(found[0][1])) if found else ())
