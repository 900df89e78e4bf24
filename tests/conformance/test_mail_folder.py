"""The mail folder and the double keep the messaging contract; broken messengers fail on what they break."""

from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

import attrs
import pytest

from conformance.reading import as_read
from renewkit.adapters.mail import MailFolder
from renewkit.effects.message import Message
from renewkit.effects.outcome import MessageOutcome, Sent, Undelivered
from renewkit.errors import ConfigurationError
from renewkit.testing.fakes import FunctionMessenger
from renewkit.testing.messaging import MessagingConformance


class TestMailFolder(MessagingConformance):
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path) -> None:
        self.root = tmp_path

    def make_messenger(self):
        self.path = Path(mkdtemp(dir=self.root))
        return MailFolder(self.path, sender="Example <billing@example.com>")

    def delivered(self, messenger: object):
        return tuple(as_read(file.read_bytes()) for file in sorted(self.path.glob("*.eml")))

    def reopen(self, messenger: object):
        return MailFolder(self.path, sender="Example <billing@example.com>")

    def make_refusing(self, *, is_permanent: bool):
        """Return a folder that is gone: a failure for now; nothing in a folder is refused for good."""
        if is_permanent:
            return None
        messenger = self.make_messenger()
        self.path.rmdir()
        return messenger


def words(message: Message) -> str:
    """Say what a plain messenger could say."""
    return f"{message.topic} for {message.customer.name}"


class Plain(FunctionMessenger):
    """A messenger in memory that honours its contract."""

    def __init__(self, *, is_permanent: bool | None = None) -> None:
        super().__init__(self.answer)
        self.is_permanent = is_permanent

    def answer(self, message: Message) -> MessageOutcome:
        if self.is_permanent is not None:
            return Undelivered("refused", is_permanent=self.is_permanent)
        return Sent(message.key) if message.to else Undelivered("no address")

    def texts(self) -> tuple[str, ...]:
        return tuple(map(words, self.sent))


class KitOfDoubles(MessagingConformance):
    make: Callable[..., Plain] = Plain

    def make_messenger(self):
        return self.make()

    def delivered(self, messenger: object):
        return messenger.texts()

    def make_refusing(self, *, is_permanent: bool):
        return self.make(is_permanent=is_permanent)


class TestDouble(KitOfDoubles):
    def make(self, **options: bool) -> Plain:
        return Plain(**options)


class Deaf(Plain):
    """Says that it sent, and does not."""

    def texts(self):
        return ()


class Repeating(Plain):
    """Says that it recognises keys, and does not."""

    def send(self, message: Message):
        outcome = self.answer(message)
        if isinstance(outcome, Sent):
            self.sent.append(message)
        return outcome


class Merging(Plain):
    """Takes every message for the first one."""

    def send(self, message: Message):
        return super().send(attrs.evolve(message, key="one"))


class Ascii(Plain):
    """Knows letters without accents only."""

    def texts(self):
        return tuple(text.encode("ascii", "replace").decode() for text in super().texts())


class Formatting(Plain):
    """Fills blanks in what it has filled already."""

    def texts(self):
        return tuple(
            words(message).replace("{amount}", "60").replace("%", "").replace("$", "") for message in self.sent
        )


class Gaping(Plain):
    """Sends what it could not fill."""

    def texts(self):
        return tuple(f"Please pay {message.amount} or {{amount}}" for message in self.sent)


class Hoping(Plain):
    """Sends to nobody."""

    def answer(self, message: Message):
        return Sent(message.key)


class Gloomy(Plain):
    """Takes every failure to be for good."""

    def answer(self, message: Message):
        outcome = super().answer(message)
        return Undelivered("refused") if isinstance(outcome, Undelivered) else outcome


class Gossiping(Plain):
    """Repeats the address in the reason."""

    def answer(self, message: Message):
        outcome = super().answer(message)
        return outcome if isinstance(outcome, Sent) else attrs.evolve(outcome, reason=f"no {message.to[0].address}")


class Brittle(Plain):
    """Breaks on a topic that it does not know."""

    def answer(self, message: Message):
        return Sent({"invoice": message.key}[message.topic])


class Restarting(Plain):
    """Keeps its keys in memory only."""


BROKEN: dict[str, tuple[type[Plain], dict[str, object]]] = {
    "ms_01_a_message_is_delivered_once": (Deaf, {}),
    "ms_02_the_same_key_is_delivered_once": (Repeating, {}),
    "ms_03_a_restart_forgets_no_key": (Restarting, {}),
    "ms_04_another_key_is_delivered_again": (Merging, {}),
    "ms_05_every_script_arrives_intact": (Ascii, {"name": "王小明"}),
    "ms_06_data_is_never_taken_for_a_template": (Formatting, {"name": "{amount} %s"}),
    "ms_07_no_unfilled_placeholder_leaves": (Gaping, {"topic": "due", "is_bare": True}),
    "ms_08_who_cannot_be_reached_is_undelivered_for_good": (Hoping, {}),
    "ms_09_failures_for_good_and_for_now_are_told_apart": (Gloomy, {"is_permanent": False}),
    "ms_10_a_reason_names_nobody": (Gossiping, {"is_permanent": True}),
    "ms_11_an_unknown_topic_stops_no_batch": (Brittle, {}),
}


class KitOfBroken(KitOfDoubles):
    def __init__(self, make: type[Plain]) -> None:
        self.make = make

    def reopen(self, messenger: object):
        if not isinstance(messenger, Restarting):
            return messenger
        after = Restarting()
        after.sent.extend(messenger.sent)
        return after


@pytest.mark.parametrize("requirement", sorted(BROKEN))
def test_a_broken_messenger_fails_on_what_it_breaks(requirement: str) -> None:
    """Each requirement has a messenger that breaks it, and the kit says so."""
    make, options = BROKEN[requirement]
    with pytest.raises((AssertionError, KeyError)):
        getattr(KitOfBroken(make), f"test_{requirement}")(**options)


def test_the_kit_asks_for_what_it_needs() -> None:
    """A kit without its methods says which are missing."""
    with pytest.raises(ConfigurationError, match="make_messenger"):
        MessagingConformance().make_messenger()
    with pytest.raises(ConfigurationError, match="delivered"):
        MessagingConformance().delivered(FunctionMessenger())
