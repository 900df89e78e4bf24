"""MIME: a mail as bytes (RFC 5322, 2045, 2047), the same bytes for the same mail.

Written by hand, because the standard library makes random boundaries and takes a millisecond a message; what stands
here is read back with the standard library's parser in the tests.
"""

from __future__ import annotations

import re
from base64 import b64encode, encodebytes
from binascii import b2a_qp
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["encode", "mailbox", "unstructured"]

_WIDTH: Final = 76
_WORD_BYTES: Final = 39
"""As many bytes as make an encoded word that fits on a line behind the name of a short header."""

_BASE64_FROM: Final = 6
"""From one non-ASCII byte in so many, base64 is the shorter encoding."""

_SPECIAL: Final = re.compile(r"[^A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]")


def encode(headers: Sequence[tuple[str, str]], *, text: str, html: str, boundary: str) -> bytes:
    """Return a multipart/alternative message with CRLF line ends, in 7-bit ASCII.

    The values of `headers` are encoded already, by `unstructured` or `mailbox`; lines of `text` and `html` end with LF.
    """
    blocks = [f"{name}: {value}\r\n" for name, value in headers]
    blocks.append(f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="{boundary}"\r\n')
    blocks.extend(f"\r\n--{boundary}\r\n{_part(kind, body)}" for kind, body in (("plain", text), ("html", html)))
    blocks.append(f"\r\n--{boundary}--\r\n")
    return "".join(blocks).encode("ascii")


def mailbox(address: str, name: str = "") -> str:
    """Return an address with its display name, quoted or encoded where that is needed.

    >>> mailbox("ada@example.com", "Lovelace, Ada"), mailbox("wang@example.com", "王小明")
    ('"Lovelace, Ada" <ada@example.com>', '=?utf-8?b?546L5bCP5piO?= <wang@example.com>')
    """
    if not name:
        return address
    shown = unstructured(name)
    if shown == name and _SPECIAL.search(name):
        shown = '"{}"'.format(name.replace("\\", "\\\\").replace('"', '\\"'))
    is_short = len(shown) + len(address) < _WIDTH - len("Reply-To: <>")
    return f"{shown} <{address}>" if is_short else f"{shown}\r\n <{address}>"


def unstructured(text: str) -> str:
    """Return a text for a header: as it is where it is short ASCII, else as encoded words on lines of their own.

    >>> unstructured("Your invoice"), unstructured("您的帳單")
    ('Your invoice', '=?utf-8?b?5oKo55qE5biz5Zau?=')
    """
    if text.isascii() and text.isprintable() and len(text) < _WIDTH - len("Content-Language: ") and "=?" not in text:
        return text
    return "\r\n ".join(f"=?utf-8?b?{b64encode(chunk).decode()}?=" for chunk in _chunks(text))


def _chunks(text: str) -> Iterator[bytes]:
    chunk = b""
    for sign in text:
        more = sign.encode()
        if len(chunk) + len(more) > _WORD_BYTES:
            yield chunk
            chunk = b""
        chunk += more
    yield chunk


def _part(kind: str, body: str) -> str:
    data = body.replace("\n", "\r\n").encode()
    if len(data) - len(body) > len(data) // _BASE64_FROM:
        name, coded = "base64", encodebytes(data).decode().replace("\n", "\r\n")
    else:
        name, coded = "quoted-printable", b2a_qp(data, istext=True).decode()
    head = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: {name}\r\n\r\n"
    return head + coded
