"""Invoices: settled lines that say why, a state, a legal number, and the payments and attempts made on them.

An invoice is drafted, finalised in the commit that gives it its number, and never edited afterwards; a wrong one is
voided. See also: bill, premium notice, statement, 帳單.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Final

import attrs
import pendulum
from moneyed import Currency, Money

from renewkit.books.subscription import Reminded
from renewkit.errors import ConfigurationError, RangeError, StateError
from renewkit.values.decline import Attempt
from renewkit.values.ids import content_key, creditor_reference
from renewkit.values.moments import civil_date, instant
from renewkit.values.money import ExactMoney, Rounding, from_minor, money_in, same_currency, to_minor
from renewkit.values.period import Period

if TYPE_CHECKING:
    from datetime import date

__all__ = [
    "LATE_FEE",
    "Invoice",
    "InvoiceLine",
    "InvoiceState",
    "LateFee",
    "Payment",
    "PaymentUse",
    "fee_item_id",
    "invoice_id",
    "item_id",
    "legal_number",
]

LATE_FEE: Final = "late_fee"
"""The item of a line that bills a late fee."""


class InvoiceState(Enum):
    """Where an invoice stands as a document."""

    DRAFT = "draft"
    FINALISED = "finalised"
    VOID = "void"


class PaymentUse(Enum):
    """What a payment did to its invoice."""

    APPLIED = "applied"
    """It pays what was open."""
    EXCESS = "excess"
    """It came on top of what was open: a duplicate or an overpayment, kept for refund or review."""


def _words(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(words)


@attrs.frozen
class InvoiceLine:
    """One settled amount with its reason.

    `id` is the content-derived item key, unique in storage: that is what makes a period billed once. `exact` is the
    amount before rounding, `rounding` the mode that settled it.
    """

    id: str
    subscription_id: str
    item: str = attrs.field(kw_only=True)
    why: tuple[str, ...] = attrs.field(kw_only=True, converter=_words)
    period: Period = attrs.field(kw_only=True)
    quantity: str = attrs.field(kw_only=True)
    exact: ExactMoney = attrs.field(kw_only=True)
    amount: Money = attrs.field(kw_only=True, converter=money_in)
    rounding: Rounding = attrs.field(kw_only=True)


@attrs.frozen
class Payment:
    """Money that came in for an invoice; `id` is the payer's or processor's own id of it, unique per invoice.

    Raises `RangeError` for a negative amount: money that goes out is no payment.
    """

    id: str
    amount: Money = attrs.field(converter=money_in)
    at: pendulum.DateTime = attrs.field(kw_only=True, converter=instant)
    method: str = attrs.field(kw_only=True)
    use: PaymentUse = attrs.field(default=PaymentUse.APPLIED, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse money that went out."""
        if to_minor(self.amount) < 0:
            raise RangeError("a payment of 0 or more", str(self.amount), "book money that goes out as a refund")


@attrs.frozen
class LateFee:
    """What paying an invoice late has cost: the day up to which it was counted, and the amount that was billed."""

    on: pendulum.Date = attrs.field(converter=civil_date)
    amount: Money = attrs.field(converter=money_in)


def _fees(fees: Iterable[LateFee]) -> tuple[LateFee, ...]:
    return tuple(fees)


def _lines(lines: Iterable[InvoiceLine]) -> tuple[InvoiceLine, ...]:
    return tuple(lines)


@attrs.frozen
class Invoice:
    """What a customer owes for a period, why, and what has been done about it.

    `reference` is an ISO 11649 creditor reference for bank transfers. `charging` is the key of a charge whose outcome
    is not known yet; while it stands no other charge is made. `written_off` says why nobody expects the money any
    more. `told` counts the payments that the customer has been told about. `fees` are what paying this invoice late has
    cost so far, each billed on an invoice of its own, whose `fee_for` is this one's id. Raises `ConfigurationError`
    without lines and `CurrencyMismatchError` for a line in another currency.
    """

    id: str
    customer_id: str
    currency: Currency = attrs.field(kw_only=True)
    lines: tuple[InvoiceLine, ...] = attrs.field(kw_only=True, converter=_lines)
    issued_on: pendulum.Date = attrs.field(kw_only=True)
    due_on: pendulum.Date = attrs.field(kw_only=True)
    state: InvoiceState = attrs.field(default=InvoiceState.DRAFT, kw_only=True)
    number: str | None = attrs.field(default=None, kw_only=True)
    payments: tuple[Payment, ...] = attrs.field(default=(), kw_only=True)
    attempts: tuple[Attempt, ...] = attrs.field(default=(), kw_only=True)
    charging: str | None = attrs.field(default=None, kw_only=True)
    retry_at: pendulum.DateTime | None = attrs.field(default=None, kw_only=True)
    given_up: str | None = attrs.field(default=None, kw_only=True)
    written_off: str | None = attrs.field(default=None, kw_only=True)
    told: int = attrs.field(default=0, kw_only=True)
    reminded: Reminded = attrs.field(default=Reminded(), kw_only=True)
    fees: tuple[LateFee, ...] = attrs.field(default=(), kw_only=True, converter=_fees)
    fee_for: str | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse an invoice that bills nothing, or cannot be summed."""
        if not self.lines:
            raise ConfigurationError("at least one line", "none", "make no invoice where nothing is billed")
        for line in self.lines:
            same_currency(self.currency, line.amount.currency)

    @property
    def subscription_id(self) -> str:
        """The subscription that the first line bills."""
        return self.lines[0].subscription_id

    @property
    def period(self) -> Period:
        """The service period of the first line."""
        return self.lines[0].period

    @cached_property
    def reference(self) -> str:
        """The creditor reference that a payer copies into a transfer."""
        return creditor_reference(self.id)

    @property
    def total(self) -> Money:
        """The sum of the settled lines."""
        return from_minor(self._total_minor, self.currency)

    @property
    def paid(self) -> Money:
        """What has been paid of the total."""
        return from_minor(self._paid_minor, self.currency)

    @property
    def open(self) -> Money:
        """What is still to be paid; nothing where credits outweigh what is billed."""
        return from_minor(self._open_minor, self.currency)

    @property
    def is_paid(self) -> bool:
        """Whether nothing is left to pay."""
        return not self._open_minor

    @property
    def is_open(self) -> bool:
        """Whether the invoice still waits for money: finalised, not paid, not written off."""
        return self.state is InvoiceState.FINALISED and self.written_off is None and not self.is_paid

    @property
    def is_live(self) -> bool:
        """Whether planning has anything to do with the invoice: money to wait for, or a payment to tell about."""
        return self.is_open or self.told < len(self.payments)

    @property
    def paid_at(self) -> pendulum.DateTime | None:
        """When the last payment that was needed came in; None while something is open."""
        applied = [payment.at for payment in self.payments if payment.use is PaymentUse.APPLIED]
        return max(applied, default=None) if self.is_paid else None

    def receive(self, payment: Payment) -> Invoice:
        """Return the invoice with a payment booked: what is open is applied, the rest is kept as excess.

        A payment id that is already booked changes nothing. Raises `CurrencyMismatchError`, and `StateError` while the
        invoice is a draft.
        """
        same_currency(self.currency, payment.amount.currency)
        if self.state is InvoiceState.DRAFT:
            raise StateError("a finalised invoice to pay", f"{self.id} in state draft", "finalise it first")
        if any(known.id == payment.id for known in self.payments):
            return self
        minor = to_minor(payment.amount)
        room = self._open_minor if self.state is InvoiceState.FINALISED else 0
        applied = min(minor, room)
        shares = ((applied, PaymentUse.APPLIED), (minor - applied, PaymentUse.EXCESS))
        booked = tuple(
            attrs.evolve(payment, amount=from_minor(share, self.currency), use=use)
            for share, use in shares
            if share > 0
        )
        return attrs.evolve(
            self, payments=(*self.payments, *booked), retry_at=None if applied == room else self.retry_at
        )

    @cached_property
    def _total_minor(self) -> int:
        return sum(to_minor(line.amount) for line in self.lines)

    @cached_property
    def _paid_minor(self) -> int:
        return sum(to_minor(payment.amount) for payment in self.payments if payment.use is PaymentUse.APPLIED)

    @cached_property
    def _open_minor(self) -> int:
        return max(self._total_minor - self._paid_minor, 0)


def item_id(book: str, subscription_id: str, *, revision: int, start: date, item: str) -> str:
    """Return the key of one billed item: the same period of the same schedule gives the same key, everywhere.

    >>> item_id("default", "s1", revision=0, start=pendulum.Date(2024, 1, 31), item="seats")[:5]
    'item_'
    """
    return content_key("item", book, subscription_id, revision, start, item)


def fee_item_id(book: str, invoice_id: str, number: int) -> str:
    """Return the key of the late fee that is billed as the n-th one (from 0) on an invoice, the same everywhere.

    >>> fee_item_id("default", "inv_1", 0) == fee_item_id("default", "inv_1", 1)
    False
    """
    return content_key("item", book, invoice_id, LATE_FEE, number)


def invoice_id(items: tuple[str, ...]) -> str:
    """Return the key of an invoice, made from the keys of its items.

    >>> invoice_id(("item_b", "item_a")) == invoice_id(("item_a", "item_b"))
    True
    """
    return content_key("inv", *sorted(items))


def legal_number(seller: str, year: int, sequence: int) -> str:
    """Return the legal number with this place in the seller's series of the year; storage leaves no gaps.

    >>> legal_number("default", 2024, 17)
    'default-2024-000017'
    """
    return f"{seller}-{year}-{sequence:06}"
