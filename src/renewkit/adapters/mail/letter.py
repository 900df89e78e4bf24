"""Letters: what a mail says, paragraph by paragraph, before it is laid out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from renewkit.adapters.mail.facts import facts_of, how_to_pay, one_line
from renewkit.books.invoice import LATE_FEE

if TYPE_CHECKING:
    from collections.abc import Callable

    from renewkit.adapters.mail.sender import Sender
    from renewkit.adapters.mail.speech import Speech
    from renewkit.adapters.mail.texts import Texts
    from renewkit.effects.message import Message

__all__ = ["Letter", "compose"]

_TONES: Final = {
    "receipt": "good",
    "overdue": "warning",
    "payment_failed": "warning",
    "card_expiring": "warning",
    "last_notice": "alarm",
    "suspended": "alarm",
    "ended": "alarm",
    "call": "alarm",
}
_OF_DEBT: Final = ("what", "contract", "number", "period", "due", "amount")
_ROWS: Final = {
    "upcoming": ("what", "contract", "on", "amount"),
    "invoice": ("what", "contract", "number", "issued", "period", "due"),
    "receipt": ("what", "contract", "number", "period", "received", "receipt", "amount", "open"),
    "ended": ("what", "contract", "ended"),
    "trial_ending": ("what", "contract", "on", "amount"),
    "card_expiring": ("what", "contract"),
    "price_change": ("what", "contract", "on", "amount"),
    "renewal_notice": ("what", "contract", "on", "period", "amount"),
    "amount_change": ("what", "contract", "period", "amount"),
    "date_change": ("what", "contract", "period", "amount"),
    "debit_notice": ("what", "contract", "period", "amount"),
    "call": ("name", "what", "contract", "number", "due", "amount"),
    "duplicate_payment": ("what", "contract", "number", "received", "receipt", "amount"),
}
_ITEMISED: Final = frozenset({"invoice"})


@attrs.frozen(kw_only=True)
class Letter:
    """A mail in words: a tone, a subject, a heading, paragraphs, rows of label and value, lines of item and amount.

    `account` are the lines of where to transfer to, under the title `account_title`; `colon` stands behind a label.
    """

    tone: str
    language: str
    direction: str
    subject: str
    heading: str
    greeting: str
    paragraphs: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    colon: str
    items: tuple[tuple[str, str], ...] = ()
    account_title: str = ""
    account: tuple[str, ...] = ()
    button: str = ""
    link: str = ""
    closing: str
    seller: str
    footer: str


def compose(message: Message, *, sender: Sender, texts: Texts, speech: Speech, name_of: Callable[[str], str]) -> Letter:
    """Return what a message says to its customer.

    Raises `NotFoundError` for a topic without texts and where a text needs a fact that the message does not have.
    """
    facts = facts_of(message, texts, speech, name_of)
    topic = f"topic.{message.topic}"
    way = how_to_pay(message)
    pays_by_transfer = way == "transfer" and message.invoice is not None and texts.knows(f"{topic}.transfer")
    rows = [*_ROWS.get(message.topic, _OF_DEBT), *(["reference"] if pays_by_transfer else [])]
    return Letter(
        tone=_TONES.get(message.topic, "plain"),
        language=speech.tag,
        direction=speech.direction,
        subject=texts.say(f"{topic}.subject", facts),
        heading=texts.say(f"{topic}.heading", facts),
        greeting=texts.say("words.greeting", facts),
        paragraphs=_paragraphs(message, texts, facts, way),
        rows=tuple((texts.say(f"label.{row}", facts), facts[row]) for row in rows if row in facts),
        colon=texts.say("words.colon", facts),
        items=_items(message, texts, speech, name_of) if message.topic in _ITEMISED else (),
        account_title=texts.say("words.account", facts),
        account=sender.account if pays_by_transfer else (),
        button=texts.say("words.button", facts),
        link=sender.link,
        closing=texts.say("words.closing", facts),
        seller=sender.name or sender.address,
        footer=texts.say("words.footer", facts),
    )


def _paragraphs(message: Message, texts: Texts, facts: dict[str, str], way: str) -> tuple[str, ...]:
    topic = f"topic.{message.topic}"
    # A note may be an action followed by the address at which it is done.
    notes = (f"{topic}.note.{message.note}", f"{topic}.note.{message.note.partition(' ')[0]}")
    places = (
        f"{topic}.lead",
        next(filter(texts.knows, notes), f"{topic}.note.other"),
        f"{topic}.{way}",
        f"{topic}.next",
    )
    first, *others = places
    said = (texts.say(first, facts), *(texts.say(place, facts) for place in others if texts.knows(place)))
    return tuple(filter(None, said))


def _items(
    message: Message, texts: Texts, speech: Speech, name_of: Callable[[str], str]
) -> tuple[tuple[str, str], ...]:
    if message.invoice is None:
        return ()
    lines = []
    for line in message.invoice.lines:
        name = texts.say("words.late_fee", {}) if line.item == LATE_FEE else name_of(line.item)
        words = {"item": one_line(name), "quantity": line.quantity}
        label = words["item"] if line.quantity == "1" else texts.say("words.times", words)
        lines.append((label, speech.money(line.amount)))
    return (*lines, (texts.say("words.total", {}), speech.money(message.invoice.total)))
