"""A mail folder: every mail as an `.eml` file, for development, for demonstrations, and for another program to send."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from renewkit.adapters.mail.writer import CHANNEL, TEXT_HEADER, Writer, proof_of, safe_key
from renewkit.effects.outcome import Sent, Undelivered
from renewkit.errors import ConfigurationError
from renewkit.ports.messaging import MessagingCapabilities
from renewkit.values.moments import day_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from renewkit.adapters.mail.sender import Sender
    from renewkit.effects.message import Message
    from renewkit.effects.outcome import MessageOutcome

__all__ = ["MailFolder"]

_SUFFIX: Final = ".eml"
_PROOF: Final = re.compile(rf"^{TEXT_HEADER}: (\S+)\r\n (\S+)\r?$", re.MULTILINE)


class MailFolder:
    """Writes each message once, as `<date>-<topic>-<key>.eml`; the date is the customer's.

    A file appears whole or not at all, and the same messages make the same folder, however often the writing process
    was killed and its work repeated. The options are those of `Writer`.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        sender: Sender | str,
        texts: Path | None = None,
        names: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        """Open the folder, or make it; `ConfigurationError` where there can be none."""
        self._writer = Writer(sender, texts=texts, names=names)
        self._path = Path(path)
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            self._known = {_key_in(file.name): file.name for file in self._path.iterdir() if file.suffix == _SUFFIX}
        except OSError as error:
            remedy = "name a folder that can be written"
            raise ConfigurationError("a folder for mails", error.strerror or str(error), remedy) from None

    @property
    def capabilities(self) -> MessagingCapabilities:
        """It knows each key by its file, so it never writes a message twice."""
        return MessagingCapabilities(name="mail folder", channels=(CHANNEL,), dedupes=True)

    def send(self, message: Message) -> MessageOutcome:
        """Write the message, unless its key is there already."""
        key = safe_key(message.key)
        if key in self._known:
            return self._proof(self._known[key], f"{key}@{self._writer.sender.domain}", message.topic)
        mail = self._writer.write(message)
        if isinstance(mail, Undelivered):
            return mail
        topic = "".join(sign if sign.isalnum() else "_" for sign in message.topic)
        day = day_of(message.at, message.customer.zone)
        name = f"{day.isoformat()}-{topic}-{key}{_SUFFIX}"
        try:
            _put(self._path, name, mail.data)
        except OSError as error:
            return Undelivered(f"the mail folder: {error.strerror or type(error).__name__}", is_permanent=False)
        self._known[key] = name
        return mail.proof

    def _proof(self, name: str, id: str, topic: str) -> Sent:
        """Return the proof that a mail carries in its own headers; its id alone where it cannot be read any more."""
        try:
            head = (self._path / name).read_bytes().partition(b"\r\n\r\n")[0].decode("ascii", "replace")
        except OSError:
            return Sent(id)
        told = _PROOF.search(head)
        return proof_of(id, topic, told[1], told[2]) if told else Sent(id)


def _key_in(name: str) -> str:
    return name.removesuffix(_SUFFIX).split("-", 4)[-1]


def _put(folder: Path, name: str, data: bytes) -> None:
    # Two writers of one message write the same bytes to the same place without ever cutting the file short, so that it
    # does not matter in which order they come, or which of them is killed.
    final, draft = os.path.join(folder, name), os.path.join(folder, f".{name}.part")  # noqa: PTH118  a third of the time
    file = os.open(draft, os.O_WRONLY | os.O_CREAT, 0o644)
    try:
        written = 0
        while written < len(data):
            written += os.pwrite(file, data[written:], written)
        os.ftruncate(file, len(data))
    finally:
        os.close(file)
    try:
        os.replace(draft, final)  # noqa: PTH105  as above
    except FileNotFoundError:
        if not os.path.exists(final):  # noqa: PTH110  as above
            raise
