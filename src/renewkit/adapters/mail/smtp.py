"""SMTP: mails handed to a server, with what it refuses for now told apart from what it refuses for good."""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING, Final, Literal

from renewkit.adapters.mail.writer import CHANNEL, Writer
from renewkit.effects.outcome import Undelivered, Unknown
from renewkit.ports.messaging import MessagingCapabilities

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from renewkit.adapters.mail.sender import Sender
    from renewkit.adapters.mail.writer import Mail
    from renewkit.effects.message import Message
    from renewkit.effects.outcome import MessageOutcome

__all__ = ["SmtpMessenger"]

_LEADING_DOT: Final = re.compile(rb"(?m)^\.")
_ENHANCED: Final = re.compile(rb"\s*([245]\.\d{1,3}\.\d{1,3})\b")
_CLOSING: Final = 421


class SmtpMessenger:
    """Sends each message to a server; SMTP knows no keys, so a repeated message is sent again.

    `encryption` is `"starttls"` (the default), `"tls"` from the first byte, or `"none"` for a server on the same
    machine. The connection is kept between messages and made anew when the server has closed it. The other options are
    those of `Writer`.
    """

    def __init__(
        self,
        host: str,
        port: int = 587,
        *,
        sender: Sender | str,
        user: str = "",
        password: str = "",
        encryption: Literal["starttls", "tls", "none"] = "starttls",
        timeout: int = 30,
        texts: Path | None = None,
        names: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        """Keep how the server is reached; nothing is opened before the first message."""
        self._writer = Writer(sender, texts=texts, names=names)
        self._host, self._port, self._timeout = host, port, timeout
        self._user, self._password = user, password
        self._encryption = encryption
        self._server: smtplib.SMTP | None = None
        self._lock = Lock()

    @property
    def capabilities(self) -> MessagingCapabilities:
        """It cannot recognise a message that it has sent before."""
        return MessagingCapabilities(name="smtp", channels=(CHANNEL,), dedupes=False)

    def send(self, message: Message) -> MessageOutcome:
        """Hand the message to the server; `Unknown` where the connection broke after the text had been sent."""
        mail = self._writer.write(message)
        if isinstance(mail, Undelivered):
            return mail
        with self._lock:
            return self._announce(mail) or self._hand_over(mail, message.key)

    def close(self) -> None:
        """Take leave of the server; closing twice is harmless."""
        with self._lock:
            if self._server is not None:
                with suppress(OSError):
                    self._server.quit()
            self._drop()

    def _announce(self, mail: Mail) -> Undelivered | None:
        is_kept = self._server is not None
        try:
            return self._envelope(self._connected(), mail)
        except smtplib.SMTPResponseException as error:
            self._drop()
            return Undelivered(f"smtp {error.smtp_code} at log-in", is_permanent=False)
        except OSError as error:
            self._drop()
            if is_kept:  # the server may have closed it meanwhile; nothing was sent yet, so a new one is safe
                return self._announce(mail)
            return Undelivered(f"smtp: {type(error).__name__}", is_permanent=False)

    def _envelope(self, server: smtplib.SMTP, mail: Mail) -> Undelivered | None:
        steps: tuple[tuple[Callable[[], tuple[int, bytes]], int], ...] = (
            (lambda: server.mail(self._writer.sender.address), 250),
            (lambda: server.rcpt(mail.to), 250),
            (lambda: server.docmd("DATA"), 354),
        )
        for ask, wanted in steps:
            code, answer = ask()
            if code == _CLOSING:
                raise smtplib.SMTPServerDisconnected
            if code // 100 != wanted // 100:
                server.rset()
                return _refusal(code, answer)
        return None

    def _hand_over(self, mail: Mail, key: str) -> MessageOutcome:
        assert self._server is not None
        try:
            self._server.send(_LEADING_DOT.sub(b"..", mail.data) + b".\r\n")
            code, answer = self._server.getreply()
        except OSError:
            self._drop()
            return Unknown(key)
        return mail.proof if code // 100 == 2 else _refusal(code, answer)

    def _connected(self) -> smtplib.SMTP:
        if self._server is None:
            self._server = self._connect()
        return self._server

    def _connect(self) -> smtplib.SMTP:
        if self._encryption == "tls":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=self._timeout, context=context)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
        try:
            if self._encryption == "starttls":
                server.starttls(context=ssl.create_default_context())
            server.ehlo_or_helo_if_needed()
            if self._user:
                server.login(self._user, self._password)
        except OSError:
            server.close()
            raise
        return server

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None


def _refusal(code: int, answer: bytes) -> Undelivered:
    # Of the answer only the codes are kept: its words often repeat the address.
    enhanced = _ENHANCED.match(answer)
    detail = f" {enhanced[1].decode()}" if enhanced else ""
    return Undelivered(f"smtp {code}{detail}", is_permanent=code // 100 == 5)
