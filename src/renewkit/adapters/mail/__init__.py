"""E-mail: what a message says in the customer's language, as an RFC 5322 message in a folder or at an SMTP server.

`texts` reads the sentences of a locale, `speech` writes money and dates as the customer does, `letter` composes, `page`
lays out, `mime` encodes, `folder` and `smtp` deliver. The same message gives the same bytes, on every run and machine.
"""

from renewkit.adapters.mail.folder import MailFolder
from renewkit.adapters.mail.sender import Sender
from renewkit.adapters.mail.smtp import SmtpMessenger
from renewkit.adapters.mail.writer import Mail, Writer

__all__ = ["Mail", "MailFolder", "Sender", "SmtpMessenger", "Writer"]
