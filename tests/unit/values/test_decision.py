"""Decisions about a declined charge."""

from datetime import UTC, datetime

import pendulum
import pytest

from renewkit.codec import from_json, to_json
from renewkit.errors import InstantExpectedError
from renewkit.values.decision import EXHAUSTED, AskCustomer, GiveUp, RetryAt, RetryDecision
from renewkit.values.decline import CustomerAction

THIRD = pendulum.datetime(2024, 2, 3, 9)


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (RetryAt(THIRD, 2, CustomerAction.ADD_FUNDS), "attempt 2 on 2024-02-03, add_funds"),
        (AskCustomer(CustomerAction.AUTHENTICATE), "authenticate"),
        (GiveUp(EXHAUSTED), "exhausted"),
    ],
)
def test_decisions_are_taken_apart_by_position(decision: RetryDecision, said: str) -> None:
    """A match statement needs no names."""
    match decision:
        case RetryAt(when, number, CustomerAction() as ask):
            found = f"attempt {number} on {when.date()}, {ask.value}"
        case AskCustomer(action):
            found = action.value
        case GiveUp(reason):
            found = reason
    assert said == found


def test_a_retry_alone_asks_nothing_and_has_no_end() -> None:
    """Only the time and the number of the attempt are needed."""
    alone = RetryAt(THIRD, 2)
    assert (None, "", None, None) == (alone.ask, alone.why, alone.until, alone.first)


def test_a_retry_happens_at_an_instant() -> None:
    """Naive times are refused, wherever they stand; plain ones with a zone become instants."""
    for times in ({"when": datetime(2024, 2, 3)}, {"until": datetime(2024, 2, 9)}, {"first": datetime(2024, 2, 1)}):
        with pytest.raises(InstantExpectedError):
            RetryAt(**{"when": THIRD, "number": 2, **times})  # type: ignore[arg-type]  # a caller's mistake
    assert pendulum.DateTime is type(RetryAt(datetime(2024, 2, 3, tzinfo=UTC), 2).when)


@pytest.mark.parametrize(
    "decision",
    [
        RetryAt(THIRD, 3, CustomerAction.ADD_FUNDS, "payday", THIRD.add(days=9), THIRD.subtract(days=2)),
        AskCustomer(CustomerAction.NEW_MANDATE, "revoked"),
        GiveUp(EXHAUSTED, "four attempts"),
    ],
)
def test_decisions_read_back(decision: RetryDecision) -> None:
    """A decision survives its JSON, and says which it is."""
    again: RetryDecision = from_json(to_json(decision), RetryDecision)
    assert (decision, type(decision)) == (again, type(again))
