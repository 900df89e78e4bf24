"""Customers: who pays, and how reminders see them."""

import pytest

from renewkit.books.customer import Contact, Customer
from renewkit.errors import IdentifierError, UnknownZoneError
from renewkit.testing.storage.samples import customer


def test_contacts_are_kept_as_a_tuple() -> None:
    """A list of contacts becomes a tuple, so that the customer stays frozen."""
    ada = Customer("c1", contacts=[Contact("email", "ada@example.com")])
    assert (Contact("email", "ada@example.com"),) == ada.contacts


def test_an_id_must_be_usable() -> None:
    """An empty id is refused."""
    with pytest.raises(IdentifierError):
        Customer("")


def test_a_zone_must_exist() -> None:
    """A zone that nobody knows is refused when the customer is made, not when a mail is due."""
    with pytest.raises(UnknownZoneError):
        Customer("c1", zone="Europe/Atlantis")


def test_the_recipient_has_each_channel_once_in_order_of_preference() -> None:
    """Reminders see zone, locale and channels, in the order of the contacts."""
    recipient = customer().recipient
    assert ("Asia/Taipei", "zh_TW", ("sms", "email")) == (recipient.zone, recipient.locale, recipient.channels)


def test_a_recipient_without_contacts_is_reached_by_mail() -> None:
    """Reminders are planned for a customer whose address is still missing."""
    assert ("email",) == Customer("c1").recipient.channels


def test_the_first_contact_of_a_channel_is_taken() -> None:
    """Of two addresses on a channel the preferred one counts."""
    assert Contact("email", "zoë@例え.jp") == customer().reached_by("email")


def test_a_channel_without_contact_reaches_nobody() -> None:
    """A channel that the customer does not have gives None."""
    assert customer().reached_by("letter") is None
