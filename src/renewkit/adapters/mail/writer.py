"""Writers: from a message to a mail that is ready to leave, or the reason why it cannot."""

from __future__ import annotations

import re
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final

import attrs

from renewkit.adapters.mail.facts import is_for_agent, one_line
from renewkit.adapters.mail.letter import compose
from renewkit.adapters.mail.mime import encode, mailbox, unstructured
from renewkit.adapters.mail.page import as_html, as_text
from renewkit.adapters.mail.sender import Sender, mail_address
from renewkit.adapters.mail.speech import speech
from renewkit.adapters.mail.texts import language_chain, load_texts
from renewkit.effects.outcome import Sent, Undelivered
from renewkit.errors import NotFoundError
from renewkit.policies.reminders import fingerprint
from renewkit.values.ids import content_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from renewkit.effects.message import Message

__all__ = ["CHANNEL", "TEXT_HEADER", "Mail", "Writer", "proof_of", "safe_key"]

CHANNEL: Final = "email"
TEXT_HEADER: Final = "X-Renewkit-Text"
"""The header that names the version of the text and the fingerprint of what was rendered."""
_SAFE: Final = re.compile(r"[A-Za-z0-9_-]{1,60}")


@attrs.frozen
class Mail:
    """A mail that is ready to leave: who it goes to, its Message-ID without brackets, its bytes, and what proves it."""

    to: str
    id: str
    data: bytes = attrs.field(kw_only=True, repr=False)
    proof: Sent = attrs.field(kw_only=True)


class Writer:
    """Writes mails in the name of a sender.

    `texts` is a folder of the host's own sentences (`en.toml`, …), which replace or complete ours. `names` says what
    ids of items are called, by language: `{"zh_TW": {"seats": "席位"}, "en": {"seats": "Seats"}}`.
    """

    def __init__(
        self,
        sender: Sender | str,
        *,
        texts: Path | None = None,
        names: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        """Keep the sender, read from `Name <address>` where it is text."""
        self.sender = Sender.read(sender) if isinstance(sender, str) else sender
        self._texts = texts
        self._names = names or {}

    def write(self, message: Message) -> Mail | Undelivered:
        """Return the mail of a message, or why there can be none: no address, or a text that could not be filled.

        The reason names no person, because it ends in the audit trail.
        """
        contact = next((contact for contact in message.to if contact.channel == CHANNEL), None)
        if contact is None:
            return Undelivered("the customer has no email address")
        address = mail_address(contact.address.strip())
        if address is None:
            return Undelivered("the customer's email address is not one that mail can be sent to")
        try:
            return self._write(message, address)
        except NotFoundError as error:
            return Undelivered(str(error))

    def _write(self, message: Message, address: str) -> Mail:
        locale, sender = message.customer.locale, self.sender
        texts = load_texts(locale, self._texts)
        letter = compose(
            message,
            sender=sender,
            texts=texts,
            speech=speech(locale, texts.language),
            name_of=lambda id: self._name(id, texts.language),
        )
        key = safe_key(message.key)
        proof = f"{key}@{sender.domain}"
        text = as_text(letter)
        version, rendered = f"{texts.language}/{texts.version(message.topic)}", fingerprint(text)
        headers = [
            ("Date", format_datetime(message.at)),
            ("From", mailbox(sender.address, one_line(sender.name))),
            ("To", mailbox(address, "" if is_for_agent(message) else one_line(message.customer.name))),
            *([("Reply-To", sender.reply_to)] if sender.reply_to else []),
            ("Subject", unstructured(letter.subject)),
            ("Message-ID", f"<{proof}>"),
            ("Auto-Submitted", "auto-generated"),
            ("Content-Language", letter.language),
            (TEXT_HEADER, f"{version}\r\n {rendered}"),
        ]
        data = encode(headers, text=text, html=as_html(letter), boundary=f"=_{key}")
        return Mail(address, proof, data=data, proof=proof_of(proof, message.topic, version, rendered))

    def _name(self, id: str, language: str) -> str:
        for known in language_chain(language):
            if (name := self._names.get(known, {}).get(id)) is not None:
                return name
        return id


def proof_of(id: str, topic: str, version: str, rendered: str) -> Sent:
    """Return what proves that a mail went out: its id, its text by topic, language and version, and its fingerprint."""
    return Sent(id, channel=CHANNEL, template=f"{topic}/{version}", fingerprint=rendered)


def safe_key(key: str) -> str:
    """Return a key as it may stand in file names and headers: itself where it is one of ours, else a hash of it.

    >>> safe_key("msg_a1"), safe_key("../x")[:4]
    ('msg_a1', 'msg_')
    """
    return key if _SAFE.fullmatch(key) else content_key("msg", key)
