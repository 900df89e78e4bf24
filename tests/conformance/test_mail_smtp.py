"""The SMTP messenger keeps the messaging contract at a real server, and tells refused mails from lost ones."""

import asyncio
import smtplib
import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from conformance.reading import as_read
from renewkit.adapters.mail import SmtpMessenger
from renewkit.effects.outcome import Sent, Undelivered, Unknown
from renewkit.testing.messaging import MessagingConformance, sample_message

SENDER = "Example <billing@example.com>"


class Server:
    """A server that keeps what it accepts and refuses what it is told to refuse."""

    def __init__(self) -> None:
        self.mails: list[Envelope] = []
        self.recipient = self.text = "250 OK"
        self.breaks = ""

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  as above
        if self.text.startswith("250"):
            self.mails.append(envelope)
        if self.breaks == "after the text":
            assert server.transport is not None
            server.transport.abort()
            await asyncio.sleep(0)
        return self.text


class Loopback(Controller):
    def factory(self) -> SMTP:
        return SMTP(self.handler, enable_SMTPUTF8=False, hostname="localhost")


@pytest.fixture(scope="module")
def post() -> Iterator[Loopback]:
    """Run a server on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Loopback(Server(), hostname="127.0.0.1", port=port)
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def server(post: Loopback) -> Server:
    """Give the server, empty and well-disposed."""
    post.handler.__init__()
    return post.handler


@pytest.fixture
def messenger(post: Loopback, server: Server) -> Iterator[SmtpMessenger]:
    """Give a messenger that talks to the server."""
    messenger = SmtpMessenger("127.0.0.1", post.port, sender=SENDER, encryption="none", timeout=5)
    yield messenger
    messenger.close()


class TestSmtp(MessagingConformance):
    @pytest.fixture(autouse=True)
    def connection(self, post: Loopback) -> Iterator[None]:
        self.port, self.server = post.port, post.handler
        self.open: list[SmtpMessenger] = []
        yield
        for messenger in self.open:
            messenger.close()

    def make_messenger(self):
        self.server.__init__()
        self.open.append(SmtpMessenger("127.0.0.1", self.port, sender=SENDER, encryption="none", timeout=5))
        return self.open[-1]

    def delivered(self, messenger: object):
        return tuple(as_read(envelope.content) for envelope in self.server.mails)

    def make_refusing(self, *, is_permanent: bool):
        messenger = self.make_messenger()
        self.server.recipient = f"{550 if is_permanent else 450} <ada@example.com> Ada Lovelace is not here"
        return messenger


def test_it_says_that_it_knows_no_keys(messenger: SmtpMessenger, server: Server) -> None:
    """A repeated message is sent again, and the capabilities say so."""
    assert not messenger.capabilities.dedupes
    assert messenger.send(sample_message()) == messenger.send(sample_message())
    assert len(server.mails) == 2


def test_it_writes_the_envelope(messenger: SmtpMessenger, server: Server) -> None:
    """The envelope names the sender's and the customer's address alone."""
    messenger.send(sample_message())
    assert ("billing@example.com", ["ada@example.com"]) == (server.mails[0].mail_from, server.mails[0].rcpt_tos)


@pytest.mark.parametrize(
    ("answer", "reason", "is_permanent"),
    [
        ("550 5.1.1 <ada@example.com> unknown", "smtp 550 5.1.1", True),
        ("450 4.2.1 come back", "smtp 450 4.2.1", False),
        ("552 too big", "smtp 552", True),
    ],
)
def test_a_refused_recipient(
    answer: str, reason: str, is_permanent: bool, messenger: SmtpMessenger, server: Server
) -> None:
    """Of a refusal the codes are kept; 5xx is for good and 4xx for now."""
    server.recipient = answer
    assert Undelivered(reason, is_permanent=is_permanent) == messenger.send(sample_message())


@pytest.mark.parametrize(("answer", "is_permanent"), [("554 5.7.1 spam", True), ("451 4.3.0 later", False)])
def test_a_refused_text(answer: str, is_permanent: bool, messenger: SmtpMessenger, server: Server) -> None:
    """A refusal after the text is as good as one before it: the server has said that it did not take the mail."""
    server.text = answer
    assert Undelivered(f"smtp {answer[:9]}", is_permanent=is_permanent) == messenger.send(sample_message())


def test_the_connection_serves_again_after_a_refusal(messenger: SmtpMessenger, server: Server) -> None:
    """One refused customer does not stop the next."""
    server.recipient = "550 no"
    messenger.send(sample_message())
    server.recipient = "250 OK"
    assert isinstance(messenger.send(sample_message()), Sent)


def test_a_connection_lost_after_the_text_is_unknown(messenger: SmtpMessenger, server: Server) -> None:
    """When the server falls silent after the text, the mail may have gone: nobody claims to know."""
    server.breaks = "after the text"
    assert Unknown("msg_sample") == messenger.send(sample_message())


def test_a_connection_that_idled_out_is_made_anew(messenger: SmtpMessenger, server: Server) -> None:
    """A kept connection that the server has closed costs nothing but a new one."""
    messenger.send(sample_message())
    assert messenger._server is not None
    messenger._server.sock.shutdown(socket.SHUT_RDWR)
    assert isinstance(messenger.send(sample_message()), Sent)


def test_a_server_that_takes_its_leave_is_called_again(messenger: SmtpMessenger, server: Server) -> None:
    """421 closes the connection: for now on a fresh one."""
    server.recipient = "421 4.3.2 closing"
    outcome = messenger.send(sample_message())
    assert isinstance(outcome, Undelivered)
    assert not outcome.is_permanent


def test_a_server_that_is_not_there_is_a_failure_for_now() -> None:
    """A refused connection says nothing about the mail."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    outcome = SmtpMessenger("127.0.0.1", port, sender=SENDER, encryption="none").send(sample_message())
    assert Undelivered("smtp: ConnectionRefusedError", is_permanent=False) == outcome


def test_a_server_without_encryption_gets_no_password(post: Loopback, server: Server) -> None:
    """Where STARTTLS was asked for and is not offered, nothing is sent, and it is nobody's fault for good."""
    messenger = SmtpMessenger("127.0.0.1", post.port, sender=SENDER, user="u", password="p")  # noqa: S106  a test
    outcome = messenger.send(sample_message())
    assert Undelivered("smtp: SMTPNotSupportedError", is_permanent=False) == outcome
    assert server.mails == []


def test_a_server_that_speaks_no_tls_is_a_failure_for_now(post: Loopback) -> None:
    """TLS from the first byte against a plain server fails before anything is said."""
    messenger = SmtpMessenger("127.0.0.1", post.port, sender=SENDER, encryption="tls", timeout=5)
    outcome = messenger.send(sample_message())
    assert isinstance(outcome, Undelivered)
    assert not outcome.is_permanent


def test_a_wrong_password_is_a_failure_for_now(post: Loopback) -> None:
    """A log-in that fails is the operator's business and stops no customer's mail for good."""
    address = ("127.0.0.1", post.port)
    messenger = SmtpMessenger(*address, sender=SENDER, user="u", password="p", encryption="none")  # noqa: S106  a test
    outcome = messenger.send(sample_message())
    assert isinstance(outcome, Undelivered)
    assert not outcome.is_permanent


def test_a_refused_log_in_is_a_failure_for_now(messenger: SmtpMessenger, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's words are not repeated, because they may hold the user's name."""

    def refuse() -> None:
        raise smtplib.SMTPAuthenticationError(535, b"5.7.8 billing is unknown")

    monkeypatch.setattr(messenger, "_connect", refuse)
    assert Undelivered("smtp 535 at log-in", is_permanent=False) == messenger.send(sample_message())


def test_a_line_that_begins_with_a_dot_arrives(messenger: SmtpMessenger, server: Server) -> None:
    """A dot at the start of a line is no end of the text."""
    messenger.send(sample_message(name=".\n.hidden"))
    assert ". .hidden" in as_read(server.mails[0].content)


def test_closing_twice_is_harmless(messenger: SmtpMessenger, server: Server) -> None:
    """Closing an open, a closed and a broken connection does nothing bad."""
    messenger.send(sample_message())
    with suppress(OSError):
        messenger._server.sock.shutdown(socket.SHUT_RDWR)
    messenger.close()
    messenger.close()
