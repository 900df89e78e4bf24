"""Outcomes: what the world answered."""

from datetime import datetime
from typing import get_args

import pytest

from renewkit.effects.outcome import (
    ChargeOutcome,
    Declined,
    MessageOutcome,
    Outcome,
    Paid,
    PaymentReceipt,
    Pending,
    Sent,
    Undelivered,
    Unknown,
)
from renewkit.errors import InstantExpectedError, MoneyExpectedError
from renewkit.testing.storage.samples import NOON
from renewkit.values.decline import classify
from renewkit.values.money import usd


def test_outcomes_match_by_position() -> None:
    """A decision value opens in a match statement."""
    match Paid(PaymentReceipt("ch_1", usd("5"), at=NOON)):
        case Paid(receipt):
            assert "ch_1" == receipt.id


def test_charges_and_messages_share_only_ignorance() -> None:
    """Whatever is not known is looked up, be it a charge or a message; no other answer fits both."""
    assert {Unknown} == set(get_args(ChargeOutcome)) & set(get_args(MessageOutcome))


def test_every_outcome_is_one_of_either() -> None:
    """What storage keeps is what a gateway or a messenger may answer."""
    assert set(get_args(Outcome)) == set(get_args(ChargeOutcome)) | set(get_args(MessageOutcome))


def test_a_receipt_is_for_money() -> None:
    """A number without currency is refused."""
    with pytest.raises(MoneyExpectedError):
        PaymentReceipt("ch_1", 5, at=NOON)


def test_a_decline_happened_at_an_instant() -> None:
    """A naive time is refused."""
    with pytest.raises(InstantExpectedError):
        Declined(classify("stripe", "do_not_honor"), datetime(2024, 1, 31))


@pytest.mark.parametrize("until", [None, NOON])
def test_pending_may_be_without_end(until: object) -> None:
    """Money that a customer sends himself comes when it comes."""
    assert until == Pending(until).until


def test_a_refused_message_is_refused_for_good() -> None:
    """Unless the messenger says otherwise, trying again is pointless."""
    assert (True, "m1") == (Undelivered("no such address").is_permanent, Sent("m1").id)
