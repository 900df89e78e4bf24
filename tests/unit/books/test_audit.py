"""The audit trail: chains of sealed facts, and what verification finds."""

from datetime import UTC, date, datetime

import attrs
import pytest

from renewkit.books.audit import GENESIS, Fact, Head, append, verify
from renewkit.errors import IdentifierError, InstantExpectedError
from renewkit.testing.storage.samples import NOON, chain

CHAIN = chain("s1", 4)


def test_the_first_fact_follows_genesis() -> None:
    """A chain starts with number 1 and no previous hash."""
    first = append(GENESIS, "s1", "subscription.made", at=NOON, who="host", detail={})
    assert (1, "") == (first.seq, first.previous)


def test_a_fact_carries_the_hash_of_the_one_before() -> None:
    """Each fact names its predecessor's seal."""
    assert [fact.hash for fact in CHAIN[:-1]] == [fact.previous for fact in CHAIN[1:]]


def test_the_head_is_number_and_hash_of_the_last_fact() -> None:
    """What a checkpoint keeps is the number and the seal."""
    assert Head(4, CHAIN[-1].hash) == CHAIN[-1].head


def test_the_order_of_details_has_no_say() -> None:
    """Details are sorted by name, so the same ones give the same seal."""
    one = append(GENESIS, "s1", "k", at=NOON, who="w", detail={"a": "1", "b": "2"})
    two = append(GENESIS, "s1", "k", at=NOON, who="w", detail={"b": "2", "a": "1"})
    assert one == two


@pytest.mark.parametrize("detail", [{"amount": 3}, {3: "amount"}, {"on": date(2024, 1, 31)}])
def test_details_are_text(detail: dict[str, str]) -> None:
    """A detail that is no text is refused: how it reads must not depend on who prints it."""
    with pytest.raises(IdentifierError, match="text for each detail"):
        append(GENESIS, "s1", "k", at=NOON, who="w", detail=detail)


def test_a_fact_needs_an_instant() -> None:
    """A naive time is refused."""
    with pytest.raises(InstantExpectedError):
        append(GENESIS, "s1", "k", at=datetime(2024, 1, 31, 12), who="w", detail={})


def test_any_aware_datetime_is_an_instant() -> None:
    """The standard library's own UTC gives the same seal."""
    noon = datetime(2024, 1, 31, 12, tzinfo=UTC)
    assert append(GENESIS, "s1", "k", at=NOON, who="w", detail={}).hash == (
        append(GENESIS, "s1", "k", at=noon, who="w", detail={}).hash
    )


def test_whole_chains_are_whole() -> None:
    """Two streams that are mixed, each in its own order, verify."""
    other = chain("s2", 4)
    mixed = [fact for pair in zip(CHAIN, other, strict=True) for fact in pair]
    assert () == verify(mixed, checkpoint={"s1": CHAIN[-1].head, "s2": other[1].head, "s3": GENESIS})


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "other"},
        {"who": "somebody"},
        {"at": NOON.add(seconds=1)},
        {"detail": {"place": "9"}},
        {"hash": "0" * 64},
        {"previous": "0" * 64},
    ],
)
def test_an_altered_fact_is_named(change: dict[str, object]) -> None:
    """Whatever is changed about a fact, verification names its stream and number."""
    altered = (*CHAIN[:1], attrs.evolve(CHAIN[1], **change), *CHAIN[2:])
    (problem,) = verify(altered)
    assert ("audit.broken", "s1", True) == (problem.code, problem.about, "at fact 2" in problem.message)


def test_a_rewritten_fact_breaks_the_next() -> None:
    """A fact that is altered and sealed again no longer fits the fact after it."""
    forged = append(CHAIN[0].head, "s1", "kit.fact", at=NOON, who="kit", detail={"place": "9"})
    (problem,) = verify((CHAIN[0], forged, *CHAIN[2:]))
    assert "at fact 3" in problem.message


@pytest.mark.parametrize(
    ("facts", "at"), [(CHAIN[1:], 1), (CHAIN[:1] + CHAIN[2:], 2), (CHAIN[:2] + CHAIN[1:], 3), (CHAIN[::-1], 1)]
)
def test_a_missing_repeated_or_moved_fact_is_named(facts: tuple[Fact, ...], at: int) -> None:
    """A gap, a repetition and another order are found where they begin."""
    (problem,) = verify(facts)
    assert f"at fact {at}" in problem.message


def test_one_problem_is_reported_per_stream() -> None:
    """Only the first fault of a stream is named: all that follows it is in doubt anyway."""
    broken = [attrs.evolve(fact, who="x") for fact in (*CHAIN, *chain("s2", 2))]
    assert ["s1", "s2"] == [problem.about for problem in verify(broken, checkpoint={"s1": CHAIN[-1].head})]


def test_a_cut_tail_is_a_valid_chain() -> None:
    """Without a checkpoint nobody can see that the end is missing."""
    assert () == verify(CHAIN[:2])


def test_a_checkpoint_finds_a_cut_tail() -> None:
    """A head that was exported earlier shows that the end was cut."""
    (problem,) = verify(CHAIN[:2], checkpoint={"s1": CHAIN[-1].head})
    assert ("s1", True) == (problem.about, "at fact 4" in problem.message)


def test_a_checkpoint_finds_a_stream_that_is_gone() -> None:
    """A stream without any fact left is found by its head."""
    assert ["s1"] == [problem.about for problem in verify((), checkpoint={"s1": CHAIN[0].head})]


def test_a_checkpoint_finds_another_chain() -> None:
    """A chain that was written anew from the start verifies by itself, and not against a checkpoint."""
    anew = chain("s1", 4, at=NOON.add(hours=1))
    assert ((), 1) == (verify(anew), len(verify(anew, checkpoint={"s1": CHAIN[1].head})))


def test_a_fact_needs_no_personal_data() -> None:
    """The seal is made from what the fact itself holds, so a customer can be erased and the chain still verifies."""
    fact = append(GENESIS, "s1", "payment.received", at=NOON, who="host", detail={"customer": "c1"})
    assert () == verify([fact])
