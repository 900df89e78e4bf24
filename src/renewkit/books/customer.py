"""Customers: who pays, where they live in time and language, how they are reached and what may be debited."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs

from renewkit.values.decline import Instrument
from renewkit.values.ids import identifier
from renewkit.values.moments import zone_name
from renewkit.values.recipient import DECENT, Channel, Recipient

__all__ = ["RINGING", "Contact", "Customer"]


@attrs.frozen
class Contact:
    """An address on a channel: `Contact("email", "ada@example.com")`."""

    channel: str
    address: str


RINGING: Final = frozenset((Channel.SMS.value, Channel.PUSH.value, Channel.PHONE.value))
"""The channels that make a noise at night."""


def _contacts(contacts: Iterable[Contact]) -> tuple[Contact, ...]:
    return tuple(contacts)


@attrs.frozen
class Customer:
    """The party that owes: the unit that storage claims, so that no two workers race for one customer's invoices.

    `zone` and `locale` (BCP 47 or POSIX, `zh_TW`) are the recipient's; `contacts` are in order of preference;
    `instrument` is what charges go to, None for those who transfer money themselves. `bill_to` is the id of another
    customer who pays, and `agent` a contact who hears about everything.

    >>> Customer("c1", "Ada Lovelace", zone="Europe/London").locale
    'en'
    """

    id: str = attrs.field(converter=identifier)
    name: str = ""
    zone: str = attrs.field(default="UTC", kw_only=True, converter=zone_name)
    locale: str = attrs.field(default="en", kw_only=True)
    contacts: tuple[Contact, ...] = attrs.field(default=(), kw_only=True, converter=_contacts)
    instrument: Instrument | None = attrs.field(default=None, kw_only=True)
    bill_to: str | None = attrs.field(default=None, kw_only=True)
    agent: Contact | None = attrs.field(default=None, kw_only=True)

    @property
    def recipient(self) -> Recipient:
        """The customer as reminders see it: zone, locale and channels, without a name or an address.

        Quiet hours hold for those who are reached by something that rings; a letter or a mail wakes nobody.
        """
        channels = tuple(dict.fromkeys(contact.channel for contact in self.contacts)) or (Channel.EMAIL.value,)
        quiet = DECENT if RINGING.intersection(channels) else None
        return Recipient(self.zone, self.locale, channels=channels, quiet=quiet)

    def reached_by(self, channel: str) -> Contact | None:
        """Return the first contact on a channel."""
        return next((contact for contact in self.contacts if contact.channel == channel), None)
