"""Effects: what should happen in the world, stored before it is done, with the key that makes doing it twice harmless.

An effect holds ids and amounts, no personal data: what a message says is composed from the books at the moment it is
sent.
"""

from __future__ import annotations

import attrs
import pendulum
from moneyed import Money

from renewkit.values.decline import Instrument
from renewkit.values.ids import content_key
from renewkit.values.moments import instant
from renewkit.values.money import money_in
from renewkit.values.recipient import channel_names

__all__ = ["Charge", "Effect", "Notify", "charge_key", "message_key"]


@attrs.frozen
class Charge:
    """Pull money from an instrument for an invoice; `number` is the attempt (1 is the first)."""

    key: str
    invoice_id: str
    customer_id: str = attrs.field(kw_only=True)
    amount: Money = attrs.field(kw_only=True, converter=money_in)
    instrument: Instrument = attrs.field(kw_only=True)
    number: int = attrs.field(kw_only=True)
    at: pendulum.DateTime = attrs.field(kw_only=True, converter=instant)


@attrs.frozen
class Notify:
    """Tell the customer something about a subscription or one of its invoices; `topic` names the text.

    `channels` are in order of preference, `audience` is who hears it. `note` is a detail that the text needs and the
    books do not hold, such as the action that a decline asks for. `rules` are the duties that the message fulfils.
    """

    key: str
    topic: str
    customer_id: str = attrs.field(kw_only=True)
    subscription_id: str = attrs.field(kw_only=True)
    invoice_id: str | None = attrs.field(default=None, kw_only=True)
    channels: tuple[str, ...] = attrs.field(default=("email",), kw_only=True, converter=channel_names)
    audience: str = attrs.field(default="customer", kw_only=True)
    note: str = attrs.field(default="", kw_only=True)
    rules: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    at: pendulum.DateTime = attrs.field(kw_only=True, converter=instant)

    @property
    def duties(self) -> dict[str, str]:
        """The duties as a detail of a fact, nothing for a message that nobody requires."""
        return {"rules": ", ".join(self.rules)} if self.rules else {}


Effect = Charge | Notify
"""Everything that the engine can ask of the world."""


def charge_key(invoice_id: str, number: int) -> str:
    """Return the idempotency key of an attempt: the same invoice and number give the same key.

    >>> charge_key("inv_1", 1) == charge_key("inv_1", 1)
    True
    """
    return content_key("chg", invoice_id, number)


def message_key(topic: str, about: str, occasion: str) -> str:
    """Return the key of a message about a subject on an occasion (an attempt number, a date, a payment id).

    >>> message_key("receipt", "inv_1", "pay_1")[:4]
    'msg_'
    """
    return content_key("msg", topic, about, occasion)
