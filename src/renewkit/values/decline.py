"""Declines: what a refused charge means, whether it may be tried again, and what the customer can do about it.

A decline is up to three signals: the processor's code (on a `rail`), the issuer's own code (`network`, ISO 8583 field
39) and the network's advice (`advice`: a Visa category `1` to `4` or a Mastercard merchant advice code `01` to `99`).
`classify` weighs them in this order: advice "never" > a hard or fraud code > the processor's own never-list > timed
advice > the class of the code. Raw codes are kept as they came. See also: refusal, return, dishonour, dunning,
扣款失敗.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Final

import attrs
import pendulum
from moneyed import Money

from renewkit.errors import IdentifierError, RangeError
from renewkit.values.data import table
from renewkit.values.ids import identifier
from renewkit.values.moments import instant
from renewkit.values.money import money_in

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "Attempt",
    "CustomerAction",
    "Decline",
    "DeclineCategory",
    "DeclineCause",
    "Instrument",
    "RetryAdvice",
    "classify",
    "unknown_codes",
    "visa_category",
]

_ALIASES: Final = {"sandbox": "stripe"}
_Row = Mapping[str, str]


class DeclineCategory(Enum):
    """The six classes of declines."""

    SOFT = "soft"
    """The same charge may succeed later."""
    HARD = "hard"
    """This instrument will not pay."""
    FRAUD = "fraud"
    """Lost, stolen or suspicious: never the same instrument again."""
    AUTH_REQUIRED = "auth_required"
    """The payer must authenticate."""
    CONFIG = "config"
    """The request itself is wrong: data, set-up or amount."""
    UNKNOWN = "unknown"
    """A code that says nothing, or that nobody has heard of."""


class DeclineCause(Enum):
    """What stands behind a decline; it chooses the ladder of retries."""

    FUNDS = "funds"
    """Not enough money today."""
    LIMIT = "limit"
    """A limit of a day, month or number of uses."""
    BANK = "bank"
    """The bank refused and does not say why; about half of these are hidden lack of funds."""
    TECHNICAL = "technical"
    """Something was out of order; the payer has no part in it."""
    INSTRUMENT = "instrument"
    """The card or account is wrong, closed or expired."""
    AUTHENTICATION = "authentication"
    """The payer must confirm."""
    AUTHORIZATION = "authorization"
    """The right to debit was revoked or never given."""
    FRAUD = "fraud"
    """Suspicion."""
    MERCHANT = "merchant"
    """Our own set-up or request."""
    UNKNOWN = "unknown"
    """Nobody knows."""


class RetryAdvice(Enum):
    """Whether the same instrument may be tried again."""

    AUTO = "auto"
    """Yes, on a timetable."""
    ADVICE = "advice"
    """Yes, after the wait that came with the decline."""
    AFTER_FIX = "after_fix"
    """Only after new data, authentication or an act of the payer."""
    NEVER = "never"
    """No."""


class CustomerAction(Enum):
    """What the customer is asked to do."""

    NONE = "none"
    ADD_FUNDS = "add_funds"
    AUTHENTICATE = "authenticate"
    CONTACT_BANK = "contact_bank"
    ENABLE_BALANCE_PAYMENT = "enable_balance_payment"
    NEW_AUTHORIZATION = "new_authorization"
    NEW_MANDATE = "new_mandate"
    UNBLOCK_CARD = "unblock_card"
    UPDATE_MANDATE = "update_mandate"
    UPDATE_PAYMENT_METHOD = "update_payment_method"
    USE_OTHER_METHOD = "use_other_method"
    VERIFY_IDENTITY = "verify_identity"


def _cause_of(decline: Decline) -> DeclineCause:
    if decline.category is DeclineCategory.SOFT:
        return _SOFT.get(decline.action, DeclineCause.BANK)
    return _CAUSES[decline.category]


@attrs.frozen
class Decline:
    """Why a charge was refused: its class, what may be done, and the raw codes as they came.

    `rail` and `code` are the processor's, `network` is the issuer's code, `advice` the network's. `wait` is how long
    the advice asks to wait, `cause` what stands behind (made from the class where it is not given), `is_known`
    whether the table has the code.

    >>> Decline(DeclineCategory.SOFT, RetryAdvice.AUTO, CustomerAction.ADD_FUNDS, "bank", "NSF").cause
    <DeclineCause.FUNDS: 'funds'>
    """

    category: DeclineCategory
    retry: RetryAdvice
    action: CustomerAction
    rail: str
    code: str
    network: str | None = None
    advice: str | None = None
    wait: timedelta | None = attrs.field(default=None, kw_only=True)
    cause: DeclineCause = attrs.field(default=attrs.Factory(_cause_of, takes_self=True), kw_only=True)
    is_known: bool = attrs.field(default=True, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse a wait that lies in the past."""
        if self.wait is not None and self.wait < timedelta(0):
            raise RangeError("a wait of 0 or more", str(self.wait), "leave it out where the advice names none")


@attrs.frozen
class Instrument:
    """What is charged: the gateway's own token of a card, account or wallet.

    `network` is whose rules bind it (`visa`, `mastercard`, `ach`, `sepa_sdd`, `bacs`, `pix_automatico`, …) and
    `region` the ISO 3166 code of the country that issued it; both choose the network rules.

    >>> Instrument("pm_1", "visa", region="US").network
    'visa'
    """

    id: str = attrs.field(converter=identifier)
    network: str | None = None
    region: str | None = attrs.field(default=None, kw_only=True)


def _id_of(value: Instrument | str | None) -> str | None:
    return (
        value.id if isinstance(value, Instrument) else value if value is None else identifier(value, name="instrument")
    )


def _money_or_none(value: Money | None) -> Money | None:
    return None if value is None else money_in(value)


@attrs.frozen
class Attempt:
    """One charge that was carried out: when, why it was declined, and on which instrument (an `Instrument` or its id).

    `amount` and `merchant` (the merchant account) narrow what a network counts; where they are left out, the attempt
    counts against every amount and merchant.

    >>> Attempt(pendulum.datetime(2024, 1, 31), classify("stripe", "insufficient_funds"), "pm_1").instrument
    'pm_1'
    """

    at: pendulum.DateTime = attrs.field(converter=instant)
    decline: Decline | None = None
    instrument: str | None = attrs.field(default=None, converter=_id_of)
    amount: Money | None = attrs.field(default=None, converter=_money_or_none, kw_only=True)
    merchant: str | None = attrs.field(default=None, kw_only=True)

    @property
    def is_declined(self) -> bool:
        """Whether the charge was refused."""
        return self.decline is not None


def classify(rail: str, code: str, *, network: str | None = None, advice: str | None = None) -> Decline:
    """Return what a decline means; a code that the table does not know is of category unknown.

    `network` is the issuer's ISO 8583 code and `advice` a Visa category or Mastercard advice code, where the
    processor passes them on. The rail `sandbox` speaks the codes of `stripe`. Raises `IdentifierError` for a rail or
    code that is no text.

    >>> classify("stripe", "insufficient_funds").action
    <CustomerAction.ADD_FUNDS: 'add_funds'>
    >>> classify("stripe", "do_not_honor", advice="03").retry, classify("stripe", "do_not_honor", advice="25").wait
    (<RetryAdvice.NEVER: 'never'>, datetime.timedelta(days=1))
    >>> classify("stripe", "brand_new").is_known
    False
    """
    own, issuer, advised = _row(rail, code), _row("iso8583", network), _advised(advice)
    row, retry = _weigh(own, issuer, advised)
    base = _base(own, issuer) or row
    told = row["action"] if row["action"] != "none" else base["action"]
    heeded = retry in (RetryAdvice.ADVICE, RetryAdvice.AUTO) and advised is not None and advised["wait_seconds"]
    return Decline(
        DeclineCategory(row["category"]),
        retry,
        CustomerAction(told),
        rail,
        code,
        network,
        advice,
        wait=timedelta(seconds=int(advised["wait_seconds"])) if heeded and advised else None,
        cause=DeclineCause(row["cause"]),
        is_known=own is not None,
    )


def visa_category(decline: Decline) -> int | None:
    """Return the Visa category of a decline, by its advice or else by the issuer's code; None where neither says.

    Codes that Visa moved between categories count as the stricter one.

    >>> visa_category(classify("stripe", "lost_card", network="41")), visa_category(classify("stripe", "lost_card"))
    (1, None)
    """
    if decline.advice in _VISA:
        return int(decline.advice or "0")
    row = _row("iso8583", decline.network or (decline.code if decline.rail == "iso8583" else None))
    return int(row["visa_category"][0]) if row and row["visa_category"] else None


def unknown_codes(declines: Iterable[Decline]) -> tuple[tuple[str, str, int], ...]:
    """Count the codes that the table does not know, as (rail, code, times), the most frequent first.

    >>> unknown_codes(classify("stripe", code) for code in ("brand_new", "expired_card", "brand_new"))
    (('stripe', 'brand_new', 2),)
    """
    seen = Counter((decline.rail, decline.code) for decline in declines if not decline.is_known)
    return tuple(
        (rail, code, times) for (rail, code), times in sorted(seen.items(), key=lambda item: (-item[1], item[0]))
    )


_VISA: Final = ("1", "2", "3", "4")
_SOFT: Final = {CustomerAction.ADD_FUNDS: DeclineCause.FUNDS, CustomerAction.NONE: DeclineCause.TECHNICAL}
_CAUSES: Final = {
    DeclineCategory.HARD: DeclineCause.INSTRUMENT,
    DeclineCategory.FRAUD: DeclineCause.FRAUD,
    DeclineCategory.AUTH_REQUIRED: DeclineCause.AUTHENTICATION,
    DeclineCategory.CONFIG: DeclineCause.MERCHANT,
    DeclineCategory.UNKNOWN: DeclineCause.UNKNOWN,
}
_UNHEARD: Final = {"category": "unknown", "cause": "unknown", "retry": "auto", "action": "none"}


def _weigh(own: _Row | None, issuer: _Row | None, advised: _Row | None) -> tuple[_Row, RetryAdvice]:
    """Return the signal that wins, and what it says about another try."""
    signals = [row for row in (own, issuer, advised) if row is not None]
    if advised is not None and advised["retry"] == "never":
        return next(row for row in signals if row["retry"] == "never"), RetryAdvice.NEVER
    firm = next((row for row in signals if row["category"] in ("hard", "fraud")), None)
    if firm is not None:
        return firm, RetryAdvice(firm["retry"])
    if own is not None and own["blocked"]:
        return own, RetryAdvice.NEVER if own["retry"] == "auto" else RetryAdvice(own["retry"])
    base = _base(own, issuer) or advised or _UNHEARD
    if advised is not None and advised["retry"] == "advice":
        return base, RetryAdvice.ADVICE
    return base, RetryAdvice(base["retry"])


def _base(own: _Row | None, issuer: _Row | None) -> _Row | None:
    """Return the code that says more: the processor's own, unless it is vague and the issuer's is not."""
    return issuer if issuer is not None and (own is None or own["category"] == "unknown") else own


def _advised(advice: str | None) -> _Row | None:
    return _row("visa_category" if advice in _VISA else "mastercard_mac", advice)


def _row(rail: str, code: str | None) -> _Row | None:
    if code is None:
        return None
    if not isinstance(rail, str) or not isinstance(code, str):
        raise IdentifierError(
            "a rail and a code as text", f"{rail!r}, {code!r}", "pass the codes as the processor sent them"
        )
    rows, key = _codes(), _ALIASES.get(rail, rail)
    plain = code.strip()
    return rows.get((key, plain)) or rows.get((key, plain.upper())) or rows.get((key, plain.lower()))


@cache
def _codes() -> Mapping[tuple[str, str], _Row]:
    return {(row["rail"], row["code"]): row for row in table("declines")}
