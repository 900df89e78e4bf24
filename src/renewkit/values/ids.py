"""Keys made from content: the same content gives the same key in every process, so a repeated effect is recognised.

A key is a BLAKE2b hash of its parts, written in base 32 so that it may stand in file names, e-mail headers and URLs.
Parts are length-prefixed, so `("ab", "c")` and `("a", "bc")` differ.
"""

from __future__ import annotations

import base64
from datetime import date, datetime
from hashlib import blake2b

from renewkit.errors import IdentifierError

__all__ = ["Part", "content_key", "creditor_reference", "identifier"]

Part = str | int | date | None
"""What a key may be made of. A datetime is refused: render the instant first."""

_LONGEST = 200


def content_key(prefix: str, *parts: Part) -> str:
    """Return `prefix_` followed by 26 characters that stand for the parts.

    Raises `IdentifierError` for a part that is neither text, whole number, civil date nor None.

    >>> content_key("item", "default", "s1", 0, date(2024, 1, 31))
    'item_2jqw7hsryeoycqt2jdgnjjmgoq'
    """
    try:
        content = "".join(map(_framed, parts)).encode()
    except UnicodeEncodeError as error:
        raise IdentifierError("text that has bytes as part of a key", error.object, "remove lone surrogates") from None
    digest = blake2b(content, digest_size=16).digest()
    return f"{prefix}_{base64.b32encode(digest).decode().rstrip('=').lower()}"


def identifier(value: str, *, name: str = "id") -> str:
    """Return the host's own id if it can serve as one: printable text of 1 to 200 characters without outer blanks.

    >>> identifier("policy-0042")
    'policy-0042'
    """
    if (
        not isinstance(value, str)
        or not value
        or len(value) > _LONGEST
        or value != value.strip()
        or not value.isprintable()
    ):
        raise IdentifierError(
            f"printable text of 1 to {_LONGEST} characters as {name}", value, "pass the host's own id"
        )
    return value


def creditor_reference(key: str) -> str:
    """Return an ISO 11649 creditor reference for a key: `RF`, two check digits and 16 characters.

    Payers copy it into bank transfers; the check digits find a mistyped one.

    >>> creditor_reference("inv_1")
    'RF21TXAPS4IAQRNRN46M'
    """
    body = base64.b32encode(blake2b(key.encode(), digest_size=10).digest()).decode()
    check = 98 - int("".join(str(int(sign, 36)) for sign in body + "RF00")) % 97
    return f"RF{check:02}{body}"


def _framed(part: Part) -> str:
    if part is None:
        return "-"
    if isinstance(part, str):
        # Of a subclass the text alone counts, never the name of the class or its own way of printing.
        text = part if type(part) is str else str.__str__(part)
        return f"s{len(text)}:{text}"
    if isinstance(part, date) and not isinstance(part, datetime):
        text = part.isoformat()
        return f"d{len(text)}:{text}"
    if isinstance(part, int) and not isinstance(part, bool):
        text = int.__repr__(part)
        return f"i{len(text)}:{text}"
    remedy = "render it as text first, so that the key stays the same everywhere"
    raise IdentifierError("text, a whole number or a civil date as part of a key", part, remedy)
