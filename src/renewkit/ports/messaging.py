"""The messaging port: one message, composed from the books, handed to a messenger under its key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import attrs

if TYPE_CHECKING:
    from renewkit.effects.message import Message
    from renewkit.effects.outcome import MessageOutcome

__all__ = ["Messaging", "MessagingCapabilities"]


@attrs.frozen(kw_only=True)
class MessagingCapabilities:
    """What a messenger can do: `dedupes` says that a second message with the same key is not delivered."""

    name: str
    channels: tuple[str, ...]
    dedupes: bool


class Messaging(Protocol):
    """Delivers messages. Answers with values; raises only for a caller's bug."""

    @property
    def capabilities(self) -> MessagingCapabilities:
        """What this messenger can do."""
        ...

    def send(self, message: Message) -> MessageOutcome:
        """Deliver the message on the first of its channels that this messenger serves and the customer has."""
        ...
