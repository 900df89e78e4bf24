"""Proof of sending: what was sent, when, by which channel and in which wording, for the audit trail.

It holds no personal data and no text, only the text's fingerprint: erasing a customer leaves the proof standing, and
whoever keeps the text can show that it is the one.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from hashlib import sha256

import attrs
import pendulum

from renewkit.policies.reminders.reminder import Due
from renewkit.policies.reminders.timing import in_utc
from renewkit.values.ids import identifier
from renewkit.values.moments import instant

__all__ = ["Delivery", "Proof", "fingerprint", "proof_of"]


class Delivery(Enum):
    """What became of a message."""

    SENT = "sent"
    """Handed to the carrier."""
    DELIVERED = "delivered"
    """The carrier says that it arrived."""
    BOUNCED = "bounced"
    """It came back: another channel has to be tried."""


@attrs.frozen
class Proof:
    """One message under the key of its step: when it went out, on which channel, which text, and for which rules.

    `template` names the version of the text, `fingerprint` is the SHA-256 of what was rendered, `is_late` says that a
    rule was not met in time.
    """

    key: str
    about: str
    at: pendulum.DateTime = attrs.field(kw_only=True, converter=instant)
    kind: str = attrs.field(kw_only=True)
    channel: str = attrs.field(kw_only=True, converter=identifier)
    template: str = attrs.field(kw_only=True, converter=identifier)
    fingerprint: str = attrs.field(kw_only=True)
    delivery: Delivery = attrs.field(default=Delivery.SENT, kw_only=True)
    duties: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    is_late: bool = attrs.field(default=False, kw_only=True)

    def shows(self, text: str) -> bool:
        """Whether this is the text that was sent."""
        return self.fingerprint == fingerprint(text)


def proof_of(
    due: Due, *, at: datetime, channel: str, template: str, text: str, delivery: Delivery = Delivery.SENT
) -> Proof:
    """Return the proof that a step was sent at an instant on a channel with this rendered text.

    Raises `InstantExpectedError` for a naive time and `IdentifierError` for an empty channel or template.

    >>> from datetime import date
    >>> from renewkit.policies.reminders import SOFTWARE
    >>> from renewkit.values.offsets import Anchor
    >>> from renewkit.values.recipient import Recipient
    >>> given = {"about": "inv_1", "anchors": {Anchor.DUE: date(2026, 3, 8)}, "recipient": Recipient("UTC")}
    >>> due = SOFTWARE.due(**given, after=None, until=pendulum.datetime(2026, 3, 6))[0]
    >>> proof_of(due, at=due.at, channel="email", template="upcoming/en/1", text="Dear Ada").shows("Dear Ada")
    True
    """
    moment = instant(at)
    return Proof(
        due.key,
        due.about,
        at=moment,
        kind=due.kind,
        channel=channel,
        template=template,
        fingerprint=fingerprint(text),
        delivery=delivery,
        duties=due.duties,
        is_late=due.latest is not None and in_utc(moment) > in_utc(due.latest),
    )


def fingerprint(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, as `sha256sum` prints it.

    >>> fingerprint("")[:16]
    'e3b0c44298fc1c14'
    """
    return sha256(text.encode()).hexdigest()
