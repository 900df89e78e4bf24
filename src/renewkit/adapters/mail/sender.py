"""Senders: in whose name a mail goes out, and what customers need to know to pay."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.utils import parseaddr
from typing import Final

import attrs

from renewkit.errors import ConfigurationError

__all__ = ["Sender", "mail_address"]

_LOCAL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_LABEL: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


def _lines(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(lines)


@attrs.frozen
class Sender:
    """Who writes: an address, the name that customers know, and optional details.

    `account` are lines for those who pay by transfer (holder, IBAN, bank), as they shall be printed; `link` is the page
    where customers look after their account, and `reply_to` where answers go. Raises `ConfigurationError` for an
    address that no mail can come from and for a link that is no web address.

    >>> Sender("billing@example.com", "Example Ltd", account=("IBAN GB33BUKB20201555555555",)).domain
    'example.com'
    """

    address: str
    name: str = ""
    account: tuple[str, ...] = attrs.field(default=(), kw_only=True, converter=_lines)
    link: str = attrs.field(default="", kw_only=True)
    reply_to: str = attrs.field(default="", kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse what would only fail when the first mail goes out."""
        for address in filter(None, (self.address, self.reply_to)):
            if mail_address(address) != address:
                raise ConfigurationError("a mail address in ASCII", address, "write the domain in its xn-- form")
        if not self.address:
            raise ConfigurationError("a mail address to send from", "none", "name one")
        if self.link and not re.fullmatch(r"https?://[^\s\"<>]+", self.link):
            raise ConfigurationError("a link that starts with https://", self.link, "write the whole address")

    @classmethod
    def read(cls, text: str) -> Sender:
        """Return the sender in the usual notation.

        >>> Sender.read("Example Ltd <billing@example.com>").name
        'Example Ltd'
        """
        name, address = parseaddr(text)
        return cls(address, name)

    @property
    def domain(self) -> str:
        """What stands after the @."""
        return self.address.rpartition("@")[2]


def mail_address(text: str) -> str | None:
    r"""Return an address as SMTP takes it, the domain in ASCII; None where plain SMTP cannot carry it.

    >>> mail_address("ada@bücher.example"), mail_address("ada@example.com\nBcc: x@example.com")
    ('ada@xn--bcher-kva.example', None)
    """
    local, at, domain = text.rpartition("@")
    try:
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError:
        return None
    labels = ascii_domain.split(".")
    dotted = local.startswith(".") or local.endswith(".") or ".." in local
    is_sound = bool(at) and _LOCAL.fullmatch(local) and not dotted and all(map(_LABEL.fullmatch, labels))
    return f"{local}@{ascii_domain}" if is_sound and len(ascii_domain) <= 253 else None
