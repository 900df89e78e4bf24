"""Laws of audit trails: ours, and a host's own verification of the same facts.

>>> from renewkit.books.audit import verify
>>> from renewkit.testing.storage.samples import chain
>>> a_whole_chain_is_whole(verify, chain("s1", 3))
>>> every_loss_is_found(verify, chain("s1", 3))
>>> every_change_is_found(verify, chain("s1", 3), kind="other")
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import attrs

from renewkit.books.audit import Fact, Head
from renewkit.values.problem import Problem

__all__ = ["Verify", "a_whole_chain_is_whole", "every_change_is_found", "every_loss_is_found"]


class Verify(Protocol):
    """What a verification must answer to be judged by these laws."""

    def __call__(self, facts: Iterable[Fact], *, checkpoint: Mapping[str, Head] | None = None) -> tuple[Problem, ...]:
        """Return what is wrong with the chains."""
        ...


def a_whole_chain_is_whole(verify: Verify, facts: Sequence[Fact]) -> None:
    """Nothing is wrong with a chain as it was written, against the head of any of its facts."""
    for fact in facts:
        found = verify(facts, checkpoint={fact.stream: fact.head})
        assert not found, f"a whole chain is called broken: {found[0]}"


def every_change_is_found(verify: Verify, facts: Sequence[Fact], **change: object) -> None:
    """A fact that is altered, whichever it is, makes exactly its stream broken."""
    for place, fact in enumerate(facts):
        altered = attrs.evolve(fact, **change)  # type: ignore[arg-type]  # any field of a fact
        if altered != fact:
            found = verify((*facts[:place], altered, *facts[place + 1 :]))
            assert [fact.stream] == [problem.about for problem in found], f"fact {fact.seq} was altered unseen"


def every_loss_is_found(verify: Verify, facts: Sequence[Fact]) -> None:
    """A fact that is gone is found, and against a checkpoint so is every tail that was cut."""
    for place, fact in enumerate(facts):
        rest = (*facts[:place], *facts[place + 1 :])
        assert place == len(facts) - 1 or verify(rest), f"fact {fact.seq} is gone unseen"
        cut = verify(facts[:place], checkpoint={fact.stream: facts[-1].head})
        assert cut, f"a tail from fact {fact.seq} on was cut unseen"
