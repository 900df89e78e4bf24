"""What always holds of audit trails, and that each law can tell."""

from collections.abc import Iterable, Mapping

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewkit.books.audit import GENESIS, Fact, Head, append, verify
from renewkit.testing.laws import audit as laws
from renewkit.testing.storage.samples import NOON, chain
from renewkit.testing.strategies.dates import instants
from renewkit.values.problem import Problem

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
details = st.dictionaries(words, words, max_size=3)


@st.composite
def chains(draw: st.DrawFn) -> tuple[Fact, ...]:
    """Draw a chain of one to six facts."""
    facts: list[Fact] = []
    for _ in range(draw(st.integers(1, 6))):
        head = facts[-1].head if facts else GENESIS
        facts.append(append(head, "s1", draw(words), at=draw(instants()), who=draw(words), detail=draw(details)))
    return tuple(facts)


@given(facts=chains())
def test_a_whole_chain_is_whole(facts: tuple[Fact, ...]) -> None:
    """Whatever facts say, their chain verifies."""
    laws.a_whole_chain_is_whole(verify, facts)


@given(facts=chains(), kind=words, who=words, detail=details, at=instants())
def test_every_change_is_found(facts: tuple[Fact, ...], **change: object) -> None:
    """Each part of each fact is sealed."""
    for name, value in change.items():
        laws.every_change_is_found(verify, facts, **{name: value})


@given(facts=chains())
def test_every_loss_is_found(facts: tuple[Fact, ...]) -> None:
    """A gap is found, and a cut tail against a checkpoint."""
    laws.every_loss_is_found(verify, facts)


@given(one=st.tuples(words, words), other=st.tuples(words, words))
def test_names_and_values_do_not_run_together(one: tuple[str, str], other: tuple[str, str]) -> None:
    """Two details have one seal only if they are the same."""
    seals = {append(GENESIS, "s1", "k", at=NOON, who="w", detail=dict([pair])).hash for pair in (one, other)}
    assert len({one, other}) == len(seals)


CHAIN = chain("s1", 3)


def trusting(facts: Iterable[Fact], *, checkpoint: Mapping[str, Head] | None = None) -> tuple[Problem, ...]:
    """Find nothing, ever."""
    return ()


def suspicious(facts: Iterable[Fact], *, checkpoint: Mapping[str, Head] | None = None) -> tuple[Problem, ...]:
    """Find something, always."""
    return (Problem("audit.broken", "s1", message="m", remedy="r"),)


def forgetful(facts: Iterable[Fact], *, checkpoint: Mapping[str, Head] | None = None) -> tuple[Problem, ...]:
    """Take no notice of checkpoints."""
    return verify(facts)


def unsealed(facts: Iterable[Fact], *, checkpoint: Mapping[str, Head] | None = None) -> tuple[Problem, ...]:
    """Look at the numbers alone."""
    numbers = [fact.seq for fact in facts]
    return () if numbers == list(range(1, len(numbers) + 1)) else suspicious(())


def test_suspicion_breaks_the_law() -> None:
    """A verification that finds fault with a whole chain is found."""
    with pytest.raises(AssertionError, match="a whole chain is called broken"):
        laws.a_whole_chain_is_whole(suspicious, CHAIN)


@pytest.mark.parametrize("broken", [trusting, unsealed])
def test_unseen_changes_break_the_law(broken: laws.Verify) -> None:
    """A verification that does not look at the seals is found."""
    with pytest.raises(AssertionError, match="was altered unseen"):
        laws.every_change_is_found(broken, CHAIN, kind="other")


@pytest.mark.parametrize("broken", [trusting, forgetful])
def test_unseen_losses_break_the_law(broken: laws.Verify) -> None:
    """A verification that overlooks a gap, or a cut tail, is found."""
    with pytest.raises(AssertionError, match="unseen"):
        laws.every_loss_is_found(broken, CHAIN)


def test_a_change_to_the_same_is_no_change() -> None:
    """The law asks nothing about a fact that stays as it was."""
    laws.every_change_is_found(trusting, CHAIN, kind=CHAIN[0].kind)
    assert CHAIN[0] == attrs.evolve(CHAIN[0], kind=CHAIN[0].kind)
