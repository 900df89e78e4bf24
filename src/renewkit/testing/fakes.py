"""One-line doubles: a gateway and a messenger that do what a function says, for tests that are about something else.

They keep the promises of their ports, so that a test that passes with them proves something.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from renewkit.effects.outcome import Declined, Paid, PaymentReceipt, Sent
from renewkit.errors import IdempotencyMismatchError
from renewkit.ports.messaging import MessagingCapabilities
from renewkit.ports.payment import PaymentCapabilities
from renewkit.values.ids import content_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from renewkit.effects.effect import Charge
    from renewkit.effects.message import Message
    from renewkit.effects.outcome import ChargeOutcome, MessageOutcome

__all__ = ["FunctionGateway", "FunctionMessenger"]


def _pays(charge: Charge) -> ChargeOutcome:
    return Paid(PaymentReceipt(content_key("fake", charge.key), charge.amount, at=charge.at))


def _sends(message: Message) -> MessageOutcome:
    return Sent(message.key)


class FunctionGateway:
    """A gateway in memory that asks a function once per key; by default everything is paid.

    `charges` are all requests that arrived, repeated ones included. An answer of `Unknown` is not remembered, so the
    same key asks the function again, and a look-up finds nothing.

    >>> FunctionGateway(lambda charge: Unknown(charge.key)).capabilities.pull
    True
    """

    def __init__(
        self,
        answer: Callable[[Charge], ChargeOutcome] = _pays,
        *,
        capabilities: PaymentCapabilities | None = None,
    ) -> None:
        """Keep the function; `capabilities` are what the gateway claims to be able to do."""
        self.capabilities = capabilities or PaymentCapabilities(name="function", pull=True, lookup=True)
        self.charges: list[Charge] = []
        self._answer = answer
        self._decided: dict[str, tuple[Charge, ChargeOutcome]] = {}

    @property
    def receipts(self) -> tuple[PaymentReceipt, ...]:
        """Everything that was taken, in order."""
        return tuple(outcome.receipt for _, outcome in self._decided.values() if isinstance(outcome, Paid))

    def charge(self, charge: Charge) -> ChargeOutcome:
        """Answer as the function does, or as before for a key that was decided."""
        self.charges.append(charge)
        if charge.key in self._decided:
            known, outcome = self._decided[charge.key]
            if known.amount != charge.amount:
                expected, got = repr(known.amount), repr(charge.amount)
                raise IdempotencyMismatchError(expected, got, "give another charge another key")
            return outcome
        outcome = self._answer(charge)
        if isinstance(outcome, Paid | Declined):
            self._decided[charge.key] = (charge, outcome)
        return outcome

    def lookup(self, charge: Charge) -> ChargeOutcome | None:
        """Return what was decided under the key."""
        found = self._decided.get(charge.key)
        return found[1] if found else None


class FunctionMessenger:
    """A messenger in memory that asks a function once per key; by default everything is sent.

    `sent` are the messages that were sent, each key once.

    >>> FunctionMessenger().capabilities.dedupes
    True
    """

    def __init__(
        self,
        answer: Callable[[Message], MessageOutcome] = _sends,
        *,
        channels: tuple[str, ...] = ("email", "sms", "push"),
    ) -> None:
        """Keep the function."""
        self.capabilities = MessagingCapabilities(name="function", channels=channels, dedupes=True)
        self.sent: list[Message] = []
        self._answer = answer
        self._known: dict[str, MessageOutcome] = {}

    def send(self, message: Message) -> MessageOutcome:
        """Answer as the function does, or as before for a key that was sent."""
        if message.key in self._known:
            return self._known[message.key]
        outcome = self._answer(message)
        if isinstance(outcome, Sent):
            self._known[message.key] = outcome
            self.sent.append(message)
        return outcome
