"""Commits: one customer's changes, and what storage answers."""

from renewkit.effects.commit import Commit, Conflict, Receipt, Recorded
from renewkit.effects.outcome import Sent


def test_a_commit_changes_nothing_by_itself() -> None:
    """Whatever is not named stays as it is."""
    commit = Commit(book="default", customer_id="c1", version=3)
    lists = (commit.subscriptions, commit.invoices, commit.effects, commit.recorded, commit.facts, commit.inbox)
    assert (None, None, True, ((),) * 6) == (commit.customer, commit.fence, commit.release, lists)


def test_answers_match_by_position() -> None:
    """A receipt and a conflict open in a match statement."""
    answers = []
    for answer in (Receipt("c1", 4, (("inv_1", "default-2024-000001"),)), Conflict("c1", "version", "3", "4")):
        match answer:
            case Receipt(_, version, numbers):
                answers.append((version, len(numbers)))
            case Conflict(_, what, expected, actual):
                answers.append((what, expected, actual))
    assert [(4, 1), ("version", "3", "4")] == answers


def test_an_outcome_is_recorded_under_the_key_of_its_effect() -> None:
    """Key and outcome stand together."""
    assert ("msg_1", Sent("m1")) == attributes(Recorded("msg_1", Sent("m1")))


def attributes(record: Recorded) -> tuple[str, object]:
    """Return what a record holds."""
    return record.key, record.outcome
