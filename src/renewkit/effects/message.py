"""Messages: what a customer is told, as data; how it reads in which language is the messenger's business."""

from __future__ import annotations

import attrs
import pendulum
from moneyed import Money

from renewkit.books.customer import Contact, Customer
from renewkit.books.invoice import Invoice
from renewkit.books.subscription import Subscription
from renewkit.values.period import Period

__all__ = ["Message"]


@attrs.frozen(kw_only=True)
class Message:
    """One message to one recipient.

    `topic` names the text: `upcoming`, `invoice`, `due`, `overdue`, `receipt`, `payment_failed`, `suspended`,
    `ended`, `duplicate_payment`. `to` are the addresses in order of preference. `amount` and `on` are the money and
    the civil date that the text is about; `invoice` is there unless the message comes before it. `at` is the instant
    that a message carries as its date. `note` is the action asked for, or the reason. `period` is the service that the
    text is about where there is no invoice yet, `refuse_by` the last day on which its renewal can be refused.
    """

    key: str
    topic: str
    to: tuple[Contact, ...]
    customer: Customer
    subscription: Subscription
    invoice: Invoice | None = None
    amount: Money | None = None
    on: pendulum.Date | None = None
    note: str = ""
    period: Period | None = None
    refuse_by: pendulum.Date | None = None
    at: pendulum.DateTime
