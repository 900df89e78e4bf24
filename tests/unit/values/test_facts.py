"""The facts of a contract."""

from datetime import UTC, date, datetime

import pytest

from renewkit.codec import from_json, to_json
from renewkit.errors import ConfigurationError, DateExpectedError, InstantExpectedError, RangeError
from renewkit.values.facts import AnchorDate, ContractFacts
from renewkit.values.offsets import Anchor
from renewkit.values.recipient import Recipient

NOON = datetime(2026, 5, 15, 12, tzinfo=UTC)
DATES = {Anchor.RENEWAL: date(2026, 6, 1), Anchor.CHARGE: NOON}
FACTS = ContractFacts("s1", Recipient("UTC"), anchors=DATES, places=("US-CA", "TW"), rails=("visa",))


def test_dates_come_back_as_they_were_given() -> None:
    """A civil date stays one, and so does an instant."""
    assert DATES == FACTS.dates


def test_anchor_dates_may_be_given_one_by_one() -> None:
    """The values of which JSON is made serve as well as the mapping."""
    given = (AnchorDate(Anchor.RENEWAL, date(2026, 6, 1)), AnchorDate(Anchor.CHARGE, at=NOON))
    assert ContractFacts("s1", Recipient("UTC"), anchors=given).dates == FACTS.dates


@pytest.mark.parametrize("when", [{}, {"on": date(2026, 6, 1), "at": NOON}])
def test_an_anchor_has_one_time(when) -> None:  # noqa: ANN001  any keywords
    """Neither and both mean nothing."""
    with pytest.raises(ConfigurationError, match="renewal"):
        AnchorDate(Anchor.RENEWAL, **when)


def test_a_date_is_no_instant() -> None:
    """Each field takes its own kind only."""
    with pytest.raises(DateExpectedError):
        AnchorDate(Anchor.RENEWAL, NOON)
    with pytest.raises(InstantExpectedError):
        AnchorDate(Anchor.RENEWAL, at=date(2026, 6, 1))


def test_an_anchor_is_named_once() -> None:
    """Two renewals ahead are one too many."""
    twice = (AnchorDate(Anchor.RENEWAL, date(2026, 6, 1)), AnchorDate(Anchor.RENEWAL, date(2027, 6, 1)))
    with pytest.raises(ConfigurationError, match="one date for each anchor"):
        ContractFacts("s1", Recipient("UTC"), anchors=twice)


@pytest.mark.parametrize(
    ("place", "expected"), [("US", True), ("US-CA", True), ("US-C", False), ("TW", True), ("CN", False)]
)
def test_a_state_lies_in_its_country(place: str, expected: bool) -> None:
    """A code matches itself and its subdivisions, not what merely starts alike."""
    assert expected is FACTS.lives_in(place)


def test_a_bare_word_is_not_several() -> None:
    """A string would be taken letter by letter."""
    with pytest.raises(ConfigurationError, match=r"\('US',\)"):
        ContractFacts("s1", Recipient("UTC"), places="US")


def test_lengths_are_not_negative() -> None:
    """A term of minus one month is a mistake."""
    with pytest.raises(RangeError, match="term_months"):
        ContractFacts("s1", Recipient("UTC"), term_months=-1)


def test_facts_survive_json() -> None:
    """What is written reads back equal."""
    assert FACTS == from_json(to_json(FACTS), ContractFacts)


def test_what_is_unknown_stays_plain() -> None:
    """Without more facts a contract is a consumer's, renews itself, and nothing about it changes."""
    plain = ContractFacts("s1", Recipient("UTC"))
    assert (True, True) == (plain.is_consumer, plain.renews_itself)
    assert not any((plain.is_app, plain.amount_changes, plain.date_changes, plain.is_first_debit))


def test_a_length_may_be_nothing() -> None:
    """A trial of 0 days is no trial, and no mistake."""
    assert 0 == ContractFacts("s1", Recipient("UTC"), trial_days=0).trial_days
