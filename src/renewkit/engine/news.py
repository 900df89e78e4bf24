"""News: what happened since a snapshot was taken, as values that planning folds in before it decides.

Late news is news: a payment, an outcome or a request only appends facts, in any order and any number of times.
"""

from __future__ import annotations

import attrs
import pendulum

from renewkit.books.invoice import Payment
from renewkit.books.subscription import Subscription
from renewkit.effects.effect import Charge, Effect
from renewkit.effects.outcome import Outcome, Pending
from renewkit.values.decline import Instrument

__all__ = [
    "Awaited",
    "Came",
    "Cancelled",
    "InstrumentSet",
    "News",
    "PaymentReceived",
    "Released",
    "Subscribed",
    "Unresolved",
]


@attrs.frozen
class Came:
    """The outcome of a stored effect."""

    effect: Effect
    outcome: Outcome


@attrs.frozen
class Awaited:
    """A charge was accepted, and its gateway cannot be asked: the money arrives as a payment, or it does not arrive."""

    charge: Charge
    outcome: Pending


@attrs.frozen
class PaymentReceived:
    """Money came in for an invoice by a way that we did not pull: bank transfer, counter, wallet."""

    invoice_id: str
    payment: Payment


@attrs.frozen
class Subscribed:
    """A contract was made."""

    subscription: Subscription


@attrs.frozen
class Cancelled:
    """A contract is to end on a day; that day is the first without service."""

    subscription_id: str
    on: pendulum.Date


@attrs.frozen
class Released:
    """A person has looked at a parked contract and lets it run again."""

    subscription_id: str


@attrs.frozen
class InstrumentSet:
    """The customer pays with another instrument from now on, or with none that can be charged."""

    instrument: Instrument | None


@attrs.frozen
class Unresolved:
    """A charge was stored, and nobody can tell any more whether it was made."""

    charge: Charge


News = Awaited | Came | PaymentReceived | Subscribed | Cancelled | Released | InstrumentSet | Unresolved
"""Everything that planning can learn."""
