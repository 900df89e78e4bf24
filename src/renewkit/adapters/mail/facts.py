"""Facts: everything that a mail may say about a message, as words; what is not known is not there."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from renewkit.books.invoice import PaymentUse
from renewkit.books.subscription import Collection
from renewkit.values.moments import day_of
from renewkit.values.money import total

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from moneyed import Money

    from renewkit.adapters.mail.speech import Speech
    from renewkit.adapters.mail.texts import Texts
    from renewkit.books.invoice import Invoice, Payment
    from renewkit.effects.message import Message
    from renewkit.values.period import Period

__all__ = ["facts_of", "how_to_pay", "is_for_agent", "one_line"]

_ON_EXCESS = "duplicate_payment"


def facts_of(message: Message, texts: Texts, speech: Speech, name_of: Callable[[str], str]) -> dict[str, str]:
    """Return the facts of a message by the name of the blank that they fill; `name_of` turns an id into words."""
    found = {
        "name": one_line(message.customer.name),
        "reader": "" if is_for_agent(message) else one_line(message.customer.name),
        "contract": one_line(message.subscription.id),
        "what": _what(message, texts, name_of),
        **_money(message, speech),
        **_dates(message, speech),
        **(_document(message, message.invoice, texts, speech) if message.invoice else {}),
        **({"period": _period(message.period, texts, speech)} if message.period else {}),
    }
    return {blank: text for blank, text in found.items() if text}


def how_to_pay(message: Message) -> str:
    """Return who is to act so that the money moves: `charge`, `transfer`, or `stuck` where no charge can be made."""
    if message.subscription.terms.collection is Collection.INVOICE:
        return "transfer"
    is_stuck = message.customer.instrument is None or (message.invoice is not None and message.invoice.given_up)
    return "stuck" if is_stuck else "charge"


def is_for_agent(message: Message) -> bool:
    """Whether the message goes to the customer's agent and not to the customer."""
    agent = message.customer.agent
    return agent is not None and agent in message.to and agent not in message.customer.contacts


def one_line(text: str) -> str:
    r"""Return a text without line breaks and control characters, which have no place in a name.

    >>> one_line("Ada\r\nBcc: x@example.com")
    'Ada Bcc: x@example.com'
    """
    if text.isprintable():
        return text.strip()
    return " ".join("".join(sign if sign.isprintable() or sign in _JOINERS else " " for sign in text).split())


_JOINERS = "\u200c\u200d\u200e\u200f\u061c\u2066\u2067\u2068\u2069"
"""Invisible signs that spelling and direction of some scripts need."""


def _what(message: Message, texts: Texts, name_of: Callable[[str], str]) -> str:
    items = list(dict.fromkeys(item.id for item in message.subscription.items))
    first = one_line(name_of(items[0]))
    return first if len(items) == 1 else texts.say("words.also", {"what": first, "count": str(len(items) - 1)})


def _money(message: Message, speech: Speech) -> dict[str, str]:
    invoice, amount = message.invoice, message.amount
    if amount is None and invoice is not None:
        amount = _amount_about(message, invoice)
    found = {} if amount is None else {"amount": speech.money(amount)}
    if invoice is not None and invoice.is_open:
        found["open"] = speech.money(invoice.open)
    return found


def _amount_about(message: Message, invoice: Invoice) -> Money:
    paid = [payment.amount for payment in _payments_about(message, invoice)]
    return total(paid, invoice.currency) if paid else invoice.open


def _payments_about(message: Message, invoice: Invoice) -> Iterator[Payment]:
    use = PaymentUse.EXCESS if message.topic == _ON_EXCESS else PaymentUse.APPLIED
    return (payment for payment in invoice.payments if payment.id == message.note and payment.use is use)


def _dates(message: Message, speech: Speech) -> dict[str, str]:
    standing, invoice = message.subscription.standing, message.invoice
    ended = standing.ended_on or (message.on if message.topic == "ended" else None)
    found: dict[str, date | None] = {
        "on": invoice.period.start if invoice and message.topic == "upcoming" else message.on,
        "due": invoice.due_on if invoice else message.on,
        "ended": _later(ended, -1) if ended else None,
        "refuse": message.refuse_by,
    }
    if invoice is not None:
        found |= _deadlines(message, invoice)
    return {blank: speech.day(day) for blank, day in found.items() if day}


def _deadlines(message: Message, invoice: Invoice) -> dict[str, date | None]:
    terms, zone = message.subscription.terms, message.customer.zone
    today = day_of(message.at, zone)
    # A late fee that is not paid stops and ends nothing.
    stops, last = (terms.served_days, terms.ends_days) if invoice.fee_for is None else (None, None)
    served = None if stops is None else _later(invoice.due_on, stops)
    ends = None if last is None else _later(invoice.due_on, last)
    return {
        "issued": invoice.issued_on,
        "served": served if served and invoice.is_open and served >= today else None,
        "ends": ends if ends and ends >= today else None,
        "retry": day_of(invoice.retry_at, zone) if invoice.retry_at and invoice.retry_at > message.at else None,
        "received": next((day_of(payment.at, zone) for payment in _payments_about(message, invoice)), None),
    }


def _document(message: Message, invoice: Invoice, texts: Texts, speech: Speech) -> dict[str, str]:
    is_receipt = message.topic in ("receipt", _ON_EXCESS)
    return {
        "number": one_line(invoice.number or ""),
        "reference": invoice.reference if how_to_pay(message) == "transfer" else "",
        "period": _period(invoice.period, texts, speech),
        "receipt": one_line(message.note) if is_receipt else "",
    }


def _period(period: Period, texts: Texts, speech: Speech) -> str:
    return texts.say("words.period", {"first": speech.day(period.start), "last": speech.day(_later(period.end, -1))})


def _later(day: date, days: int) -> date:
    return date.fromordinal(day.toordinal() + days)
