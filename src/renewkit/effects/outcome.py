"""Outcomes: what the world answered, as a closed set of values that every adapter translates into.

A charge ends as `Paid | Declined | Pending | RequiresAction | Unknown`, a message as `Sent | Undelivered | Unknown`.
`Unknown` is an answer too: the engine looks it up by key before it does anything again.
"""

from __future__ import annotations

import attrs
import pendulum
from moneyed import Money

from renewkit.values.decline import Decline
from renewkit.values.moments import instant
from renewkit.values.money import money_in

__all__ = [
    "ChargeOutcome",
    "Declined",
    "MessageOutcome",
    "Outcome",
    "Paid",
    "PaymentReceipt",
    "Pending",
    "RequiresAction",
    "Sent",
    "Undelivered",
    "Unknown",
]


@attrs.frozen
class PaymentReceipt:
    """The processor's own record of a capture: its id, the amount it took, and when."""

    id: str
    amount: Money = attrs.field(converter=money_in)
    at: pendulum.DateTime = attrs.field(kw_only=True, converter=instant)


@attrs.frozen
class Paid:
    """The money was taken."""

    receipt: PaymentReceipt


@attrs.frozen
class Declined:
    """The money was refused; the decline keeps the raw codes."""

    decline: Decline
    at: pendulum.DateTime = attrs.field(converter=instant)


@attrs.frozen
class Pending:
    """The answer will come later: a debit that clears in days, or money that the customer sends by himself."""

    until: pendulum.DateTime | None = attrs.field(default=None, converter=attrs.converters.optional(instant))


@attrs.frozen
class RequiresAction:
    """The customer must do something first, such as authenticate at `url`."""

    action: str
    url: str = ""


@attrs.frozen
class Unknown:
    """Nobody knows whether it happened: a time-out, a lost connection. `key` is what to look it up by."""

    key: str


@attrs.frozen
class Sent:
    """The messenger accepted the message under its own id.

    What it can prove it says: the `channel` that it took, the version of the text (`template`) and the SHA-256 of what
    was rendered (`fingerprint`). All three are part of the audit trail and hold nothing personal.
    """

    id: str
    channel: str = attrs.field(default="", kw_only=True)
    template: str = attrs.field(default="", kw_only=True)
    fingerprint: str = attrs.field(default="", kw_only=True)

    @property
    def proof(self) -> dict[str, str]:
        """What is known of the sending, by name; what the messenger does not say is not there."""
        told = {
            "proof": self.id,
            "channel": self.channel,
            "template": self.template,
            "fingerprint": self.fingerprint,
        }
        return {name: text for name, text in told.items() if text or name == "proof"}


@attrs.frozen
class Undelivered:
    """The messenger refused the message; `is_permanent` says that trying again is pointless."""

    reason: str
    is_permanent: bool = True


ChargeOutcome = Paid | Declined | Pending | RequiresAction | Unknown
MessageOutcome = Sent | Undelivered | Unknown
Outcome = Paid | Declined | Pending | RequiresAction | Unknown | Sent | Undelivered
"""Everything that the world can answer."""
