"""Effects and their keys."""

from datetime import datetime

import attrs
import pytest

from renewkit.books.audit import Fact
from renewkit.effects.effect import Charge, Notify, charge_key, message_key
from renewkit.errors import AmountPrecisionError, InstantExpectedError
from renewkit.testing.storage.samples import charge, contract, invoice, notify
from renewkit.values.money import usd

CHARGE = charge(invoice(contract()))


def test_an_attempt_has_one_key() -> None:
    """Invoice and number make the key: a resend of the attempt is recognised, the next attempt is not."""
    keys = {charge_key("inv_1", 1), charge_key("inv_1", 1), charge_key("inv_1", 2), charge_key("inv_2", 1)}
    assert 3 == len(keys)


def test_a_message_has_one_key_per_occasion() -> None:
    """Topic, subject and occasion make the key."""
    parts = [("receipt", "inv_1", "p1"), ("receipt", "inv_1", "p2"), ("receipt", "inv_2", "p1"), ("due", "inv_1", "p1")]
    assert 4 == len({message_key(*part) for part in parts})


def test_a_charge_is_for_whole_minor_units() -> None:
    """Nobody is charged a fraction of a cent."""
    with pytest.raises(AmountPrecisionError):
        attrs.evolve(CHARGE, amount=usd("0.0035"))


def test_an_effect_is_wanted_at_an_instant() -> None:
    """A naive time is refused."""
    with pytest.raises(InstantExpectedError):
        attrs.evolve(CHARGE, at=datetime(2024, 1, 31))


def test_channels_are_a_tuple_in_order() -> None:
    """Channels keep the order of preference."""
    assert ("sms", "email") == notify(contract(), channels=["sms", "email"]).channels


@pytest.mark.parametrize("kind", [Charge, Notify, Fact])
def test_what_is_stored_and_chained_has_no_place_for_personal_data(kind: type) -> None:
    """Neither an effect nor a fact has a field for a name or an address."""
    names = {field.name for field in attrs.fields(kind)}
    assert set() == names & {"name", "address", "email", "customer", "contact", "to"}
