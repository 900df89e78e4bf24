"""What the kit writes: small books whose values have everything that a careless storage loses.

Currencies of no, two and three decimals, zones with and without daylight saving, names in several scripts, tuples in
an order that is not sorted.
"""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import attrs
import pendulum

from renewkit.books.audit import GENESIS, Fact, Head, append
from renewkit.books.customer import Contact, Customer
from renewkit.books.invoice import Invoice, InvoiceLine, InvoiceState, Payment, invoice_id, item_id
from renewkit.books.subscription import Item, Standing, Subscription, Terms
from renewkit.effects.commit import Commit
from renewkit.effects.effect import Charge, Notify, charge_key, message_key
from renewkit.policies.cycle import MONTHLY, BillingCycle
from renewkit.policies.pricing import Flat, PerUnit
from renewkit.policies.reminders import Reminder, ReminderPlan
from renewkit.values.decline import Attempt, Instrument, classify
from renewkit.values.money import ExactMoney, Rounding, from_minor, money
from renewkit.values.offsets import days_before
from renewkit.values.period import Period

if TYPE_CHECKING:
    from collections.abc import Sequence

    from renewkit.effects.snapshot import Snapshot

__all__ = [
    "BOOK",
    "CARD",
    "NOON",
    "attempted",
    "chain",
    "charge",
    "contract",
    "customer",
    "first",
    "ids",
    "invoice",
    "next_commit",
    "notify",
    "paid",
]

BOOK: Final = "default"
NOON: Final = pendulum.datetime(2024, 1, 31, 12)
"""The instant around which the kit's books live."""
CARD: Final = Instrument("pm_1", "visa", region="TW")

_JANUARY: Final = pendulum.Date(2024, 1, 31)
_PRICES: Final = {"JPY": "1980", "USD": "19.99", "KWD": "7.125"}


def customer(key: str = "c1", **changes: Any) -> Customer:  # noqa: ANN401  fields of a customer
    """Return a customer whose name, contacts and zone are easy to damage."""
    plain = Customer(
        key,
        "王小明 · Zoë O'Brien · נועה",
        zone="Asia/Taipei",
        locale="zh_TW",
        contacts=(Contact("sms", "+886912345678"), Contact("email", "zoë@例え.jp"), Contact("email", "a@example.com")),
        instrument=CARD,
        agent=Contact("email", "agent@example.com"),
    )
    return attrs.evolve(plain, **changes)


def contract(key: str = "s1", owner: str = "c1", *, currency: str = "USD", **changes: Any) -> Subscription:  # noqa: ANN401  fields of a contract
    """Return a monthly contract over two items, the dearer one first."""
    plain = Subscription(
        key,
        owner,
        items=(
            Item("seats", Flat(money(_PRICES[currency], currency)), quantity=Fraction(5, 2)),
            Item("calls", PerUnit(ExactMoney(Fraction(1, 3), money(0, currency).currency)), quantity=12),
        ),
        cycle=BillingCycle(_JANUARY, MONTHLY, zone="America/New_York"),
        terms=Terms(
            lead_days=3, reminders=ReminderPlan((Reminder("due", days_before(3)), Reminder("due", days_before(1))))
        ),
        standing=Standing(billed_until=_JANUARY.add(months=1)),
        trade="保險",
    )
    return attrs.evolve(plain, **changes)


def invoice(sold: Subscription, month: int = 0, *, issued_on: pendulum.Date = _JANUARY, **changes: Any) -> Invoice:  # noqa: ANN401  fields of an invoice
    """Return the finalised invoice of a contract's month, without its legal number."""
    period = sold.cycle.period(month)
    lines = tuple(
        InvoiceLine(
            item_id(BOOK, sold.id, revision=0, start=period.start, item=item.id),
            sold.id,
            item=item.id,
            why=("第一行", "second line"),
            period=Period(period.start, period.end),
            quantity=str(item.quantity),
            exact=ExactMoney(Fraction(10_000, 3), sold.currency),
            amount=from_minor(1234 + place, sold.currency),
            rounding=Rounding.HALF_EVEN,
        )
        for place, item in enumerate(sold.items)
    )
    plain = Invoice(
        invoice_id(tuple(line.id for line in lines)),
        sold.customer_id,
        currency=sold.currency,
        lines=lines,
        issued_on=issued_on,
        due_on=issued_on.add(days=14),
        state=InvoiceState.FINALISED,
    )
    return attrs.evolve(plain, **changes)


def paid(bill: Invoice, *, at: pendulum.DateTime = NOON) -> Invoice:
    """Return the invoice paid in full, and the customer told about it, so that nothing is left to do."""
    received = bill.receive(Payment(f"pay_{bill.id}", bill.open, at=at, method="card"))
    return attrs.evolve(received, told=len(received.payments))


def attempted(bill: Invoice) -> Invoice:
    """Return the invoice after a declined attempt, with a retry to come."""
    taipei = NOON.in_timezone("Asia/Taipei")
    attempt = Attempt(taipei, classify("stripe", "insufficient_funds"), CARD, amount=bill.open)
    return attrs.evolve(bill, attempts=(attempt,), retry_at=taipei + timedelta(days=3, microseconds=7))


def charge(bill: Invoice, number: int = 1) -> Charge:
    """Return the charge of an attempt on an invoice."""
    return Charge(
        charge_key(bill.id, number),
        bill.id,
        customer_id=bill.customer_id,
        amount=bill.open,
        instrument=CARD,
        number=number,
        at=NOON.in_timezone("America/New_York"),
    )


def notify(sold: Subscription, occasion: str = "1", **changes: Any) -> Notify:  # noqa: ANN401  fields of a notification
    """Return a message about a contract."""
    plain = Notify(
        message_key("upcoming", sold.id, occasion),
        "upcoming",
        customer_id=sold.customer_id,
        subscription_id=sold.id,
        channels=("sms", "email"),
        at=NOON,
    )
    return attrs.evolve(plain, **changes)


def chain(stream: str, count: int, *, head: Head = GENESIS, at: pendulum.DateTime = NOON) -> tuple[Fact, ...]:
    """Return facts that follow a head, each sealed."""
    facts: list[Fact] = []
    for place in range(count):
        detail = {"place": str(place), "名稱": "值 'quoted' \\ \n\u202e"}
        facts.append(append(facts[-1].head if facts else head, stream, "kit.fact", at=at, who="kit", detail=detail))
    return tuple(facts)


def first(who: Customer, *, due: pendulum.DateTime | None = NOON, book: str = BOOK, **parts: Any) -> Commit:  # noqa: ANN401  parts of a commit
    """Return the commit that saves a new customer."""
    return Commit(book=book, customer_id=who.id, version=0, customer=who, due=due, **parts)


def next_commit(seen: Snapshot | None, **parts: Any) -> Commit:  # noqa: ANN401  parts of a commit
    """Return a commit on what was seen, due as before, outside any claim unless a fence is given."""
    assert seen is not None, "expected a customer that was saved, got None"
    plain = Commit(book=seen.book, customer_id=seen.customer.id, version=seen.version, due=seen.due)
    return attrs.evolve(plain, **parts)


def ids(values: Sequence[Any]) -> list[str]:
    """Return the ids of values in their order."""
    return [value.id for value in values]
