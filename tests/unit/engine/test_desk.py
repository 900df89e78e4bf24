import pytest

from renewkit.books.audit import verify
from renewkit.books.lifecycle import Status, Trigger
from renewkit.engine.desk import Desk
from renewkit.errors import StateError
from renewkit.values.problem import Problem
from scenarios.world import NOON, contract, payer

PROBLEM = Problem("test.odd", "s1", message="expected nothing, got something", remedy="look")


def desk() -> Desk:
    """Return a desk with a fresh contract on it."""
    return Desk("default", payer(), contract(), NOON, "tester")


def test_notes_make_a_chain() -> None:
    """Each fact follows the one before, and the contract keeps the head."""
    made = desk()
    made.note("one")
    made.note("two", because="so")
    assert () == verify(made.facts)
    assert made.facts[-1].head == made.subscription.standing.head
    assert {"tester"} == {fact.who for fact in made.facts}


def test_a_warning_stops_nothing() -> None:
    """It is a problem and a fact; the contract is not parked."""
    made = desk()
    made.warn(PROBLEM)
    assert ([PROBLEM], None) == (made.problems, made.subscription.standing.parked)
    assert ["subscription.warned"] == [fact.kind for fact in made.facts]


def test_parking_keeps_the_reason() -> None:
    """The contract itself says why it waits."""
    made = desk()
    made.park(PROBLEM)
    assert PROBLEM == made.subscription.standing.parked


def test_a_trigger_that_the_table_does_not_know_is_refused() -> None:
    """A draft cannot be settled."""
    with pytest.raises(StateError, match="draft"):
        desk().move(Trigger.SETTLE)


def test_what_was_copied_can_be_restored() -> None:
    """Everything that was added since is gone."""
    made = desk()
    kept = made.copy()
    made.move(Trigger.ACTIVATE)
    made.tell("invoice", occasion="x")
    made.warn(PROBLEM)
    made.restore(kept)
    assert desk() == made
    assert Status.DRAFT is made.subscription.standing.status


def test_one_occasion_is_one_message() -> None:
    """The key is made from topic, subject and occasion."""
    made = desk()
    for occasion in ("a", "a", "b"):
        made.tell("invoice", occasion=occasion)
    assert 2 == len({effect.key for effect in made.effects})
    assert "UTC" == made.recipient.zone
