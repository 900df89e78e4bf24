"""Messages: what a customer is told, as data."""

import attrs
import pytest

from renewkit.effects.message import Message
from renewkit.testing.storage.samples import NOON, contract, customer

MESSAGE = Message(key="msg_1", topic="upcoming", to=(), customer=customer(), subscription=contract(), at=NOON)


def test_a_message_may_come_before_its_invoice() -> None:
    """An announcement has neither invoice nor amount."""
    assert (None, None, None, "") == (MESSAGE.invoice, MESSAGE.amount, MESSAGE.on, MESSAGE.note)


def test_a_message_is_frozen() -> None:
    """Nobody changes what is being sent."""
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        MESSAGE.topic = "due"
