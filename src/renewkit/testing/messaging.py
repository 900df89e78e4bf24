"""The messaging contract as tests: subclass `MessagingConformance`, say how your messenger is made, and run pytest.

Each test carries the number of the requirement in `docs/reference/ports/messaging.md` that it shows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Final

import attrs
import pendulum
import pytest

from renewkit.books.customer import Contact, Customer
from renewkit.books.invoice import Invoice, InvoiceLine, InvoiceState
from renewkit.books.subscription import Collection, Item, Subscription, Terms
from renewkit.effects.message import Message
from renewkit.effects.outcome import Sent, Undelivered
from renewkit.errors import ConfigurationError
from renewkit.policies.cycle import MONTHLY, BillingCycle
from renewkit.policies.pricing import PerUnit
from renewkit.values.decline import Instrument
from renewkit.values.money import Rounding, exact, usd
from renewkit.values.period import Period

if TYPE_CHECKING:
    from renewkit.ports.messaging import Messaging

__all__ = ["TOPICS", "MessagingConformance", "sample_message"]

TOPICS: Final = (
    "upcoming",
    "invoice",
    "due",
    "overdue",
    "receipt",
    "payment_failed",
    "suspended",
    "ended",
    "duplicate_payment",
)
"""What the engine tells customers."""

_PEOPLE: Final = ("Zoë Müller-Łukasiewicz", "王小明", "שרה כהן", "فاطمة الزهراء", "👩🏽‍💻 Ada")
_PLACEHOLDER: Final = re.compile(r"\{\{?[a-z_.]+\}?\}|%\([a-z_]+\)s|\$\{?[a-z_]+\}?|\bNone\b")


def sample_message(
    key: str = "msg_sample",
    topic: str = "invoice",
    *,
    name: str = "Ada Lovelace",
    address: str = "ada@example.com",
    channel: str = "email",
    locale: str = "en",
    collection: Collection = Collection.CHARGE,
    is_bare: bool = False,
) -> Message:
    """Return a message about an invoice of USD 60.00 for January 2024; a bare one has no invoice, amount, date.

    >>> sample_message(topic="receipt").invoice.number
    'default-2024-000001'
    """
    contact = Contact(channel, address)
    customer = Customer("c1", name, locale=locale, contacts=(contact,), instrument=Instrument("test_paying"))
    january = Period(pendulum.Date(2024, 1, 1), pendulum.Date(2024, 2, 1))
    subscription = Subscription(
        "s1",
        "c1",
        items=(Item("seats", PerUnit(usd("5.00")), quantity=12),),
        cycle=BillingCycle(january.start, MONTHLY),
        terms=Terms(collection=collection),
    )
    return Message(
        key=key,
        topic=topic,
        to=(contact,),
        customer=customer,
        subscription=subscription,
        invoice=None if is_bare else _invoice(january),
        amount=None if is_bare else usd("60.00"),
        on=None if is_bare else january.start,
        at=pendulum.datetime(2024, 1, 1, 9),
    )


class MessagingConformance:
    """Everything that a messenger promises. `make_messenger` is called many times; each must have sent nothing."""

    channel: ClassVar[str] = "email"

    def make_messenger(self) -> Messaging:
        """Return a fresh messenger."""
        raise ConfigurationError("a make_messenger that returns a messenger", type(self).__name__, "write the method")

    def delivered(self, messenger: Messaging) -> tuple[str, ...]:
        """Return the text of every message that has left, as its reader sees it."""
        remedy = "write the method"
        raise ConfigurationError("a delivered that returns what was sent", type(messenger).__name__, remedy)

    def reopen(self, messenger: Messaging) -> Messaging:
        """Return the same messenger as a host finds it after a restart; by default nothing is restarted."""
        return messenger

    def make_refusing(self, *, is_permanent: bool) -> Messaging | None:
        """Return a messenger whose world refuses every message, for good or for now; None where there is none."""
        del is_permanent
        return None

    def make_message(self, key: str, topic: str = "invoice", **options: object) -> Message:
        """Return a message for the channel under test; override it where that needs more."""
        return sample_message(key, topic, channel=self.channel, **options)  # type: ignore[arg-type]  # options of sample_message

    def test_ms_01_a_message_is_delivered_once(self) -> None:
        """MS-01: a message that is accepted is `Sent` with an id, and delivered once."""
        messenger = self.make_messenger()
        outcome = messenger.send(self.make_message("k1"))
        assert isinstance(outcome, Sent)
        assert outcome.id
        assert len(self.delivered(messenger)) == 1

    def test_ms_02_the_same_key_is_delivered_once(self) -> None:
        """MS-02: where `dedupes`, the same key again gives the same id and delivers nothing."""
        messenger = self._deduping()
        message = self.make_message("k1")
        assert messenger.send(message) == messenger.send(message)
        assert len(self.delivered(messenger)) == 1

    def test_ms_03_a_restart_forgets_no_key(self) -> None:
        """MS-03: where `dedupes`, a key is still recognised after a restart of the host."""
        messenger = self._deduping()
        message = self.make_message("k1")
        before = messenger.send(message)
        after = self.reopen(messenger)
        assert before == after.send(message)
        assert len(self.delivered(after)) == 1

    def test_ms_04_another_key_is_delivered_again(self) -> None:
        """MS-04: two keys are two deliveries, even where all else is equal."""
        messenger = self.make_messenger()
        messenger.send(self.make_message("k1"))
        messenger.send(self.make_message("k2"))
        assert len(self.delivered(messenger)) == 2

    @pytest.mark.parametrize("name", _PEOPLE)
    def test_ms_05_every_script_arrives_intact(self, name: str) -> None:
        """MS-05: letters outside ASCII, right-to-left scripts and joined signs arrive as they were written."""
        messenger = self.make_messenger()
        assert isinstance(messenger.send(self.make_message("k1", name=name)), Sent)
        assert name in self.delivered(messenger)[0]

    @pytest.mark.parametrize("name", ["{amount} %s", "%(name)s", "${amount}", "<b>Ada</b> & Co"])
    def test_ms_06_data_is_never_taken_for_a_template(self, name: str) -> None:
        """MS-06: a name that looks like a placeholder or like markup arrives as it is."""
        messenger = self.make_messenger()
        assert isinstance(messenger.send(self.make_message("k1", name=name)), Sent)
        assert name in self.delivered(messenger)[0]

    @pytest.mark.parametrize("topic", TOPICS)
    @pytest.mark.parametrize("is_bare", [False, True], ids=["full", "bare"])
    def test_ms_07_no_unfilled_placeholder_leaves(self, topic: str, is_bare: bool) -> None:  # noqa: FBT001  pytest passes it
        """MS-07: a message leaves without gaps, or it is `Undelivered`; a topic with all its facts does leave."""
        messenger = self.make_messenger()
        outcome = messenger.send(self.make_message("k1", topic, is_bare=is_bare))
        assert isinstance(outcome, Sent | Undelivered if is_bare else Sent)
        assert [gap for text in self.delivered(messenger) for gap in _PLACEHOLDER.findall(text)] == []

    def test_ms_08_who_cannot_be_reached_is_undelivered_for_good(self) -> None:
        """MS-08: a customer without an address on the messenger's channels is `Undelivered`, permanently."""
        messenger = self.make_messenger()
        outcome = messenger.send(attrs.evolve(self.make_message("k1"), to=()))
        assert isinstance(outcome, Undelivered)
        assert outcome.is_permanent
        assert self.delivered(messenger) == ()

    @pytest.mark.parametrize("is_permanent", [True, False], ids=["for good", "for now"])
    def test_ms_09_failures_for_good_and_for_now_are_told_apart(self, is_permanent: bool) -> None:  # noqa: FBT001  as above
        """MS-09: a refusal is `Undelivered`, and says whether trying again is pointless."""
        outcome = self._refusing(is_permanent=is_permanent).send(self.make_message("k1"))
        assert isinstance(outcome, Undelivered)
        assert is_permanent == outcome.is_permanent

    @pytest.mark.parametrize("is_permanent", [True, False], ids=["for good", "for now"])
    def test_ms_10_a_reason_names_nobody(self, is_permanent: bool) -> None:  # noqa: FBT001  as above
        """MS-10: the reason of a refusal holds neither the name nor the address: it ends in the audit trail."""
        message = self.make_message("k1")
        outcome = self._refusing(is_permanent=is_permanent).send(message)
        assert isinstance(outcome, Undelivered)
        assert message.customer.name not in outcome.reason
        assert message.to[0].address not in outcome.reason

    def test_ms_11_an_unknown_topic_stops_no_batch(self) -> None:
        """MS-11: a topic that the messenger has no text for is an outcome, not an exception."""
        messenger = self.make_messenger()
        outcome = messenger.send(self.make_message("k1", "a_topic_of_tomorrow"))
        assert isinstance(outcome, Sent | Undelivered)

    def _deduping(self) -> Messaging:
        messenger = self.make_messenger()
        if not messenger.capabilities.dedupes:
            pytest.skip("the messenger says that it does not recognise keys")
        return messenger

    def _refusing(self, *, is_permanent: bool) -> Messaging:
        messenger = self.make_refusing(is_permanent=is_permanent)
        if messenger is None:
            pytest.skip("the kit was given no messenger that is refused")
        return messenger


def _invoice(period: Period) -> Invoice:
    amount = usd("60.00")
    line = InvoiceLine(
        "item_1",
        "s1",
        item="seats",
        why=("12 at 5.00",),
        period=period,
        quantity="12",
        exact=exact(amount),
        amount=amount,
        rounding=Rounding.HALF_UP,
    )
    return Invoice(
        "inv_1",
        "c1",
        currency=amount.currency,
        lines=(line,),
        issued_on=period.start,
        due_on=period.start,
        state=InvoiceState.FINALISED,
        number="default-2024-000001",
    )
