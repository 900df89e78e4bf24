"""How a customer reads a mail: both bodies, the subject and the addressee, decoded by the standard library."""

import email
import email.policy
from html.parser import HTMLParser


class Reader(HTMLParser):
    """Collects the text of a page."""

    def __init__(self) -> None:
        """Start with nothing read."""
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        """Keep what stands between tags."""
        self.words.append(data)


def as_read(data: bytes) -> str:
    """Return the subject, the addressee and both bodies of a mail, as its reader sees them."""
    mail = email.message_from_bytes(data, policy=email.policy.default)
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    reader = Reader()
    reader.feed(html.get_content())
    return "\n".join([mail["subject"], mail["to"], plain.get_content(), "".join(reader.words)])
