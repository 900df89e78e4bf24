from datetime import date

import attrs

from renewkit.books.customer import Contact
from renewkit.books.invoice import Payment
from renewkit.effects.effect import Notify
from renewkit.effects.snapshot import Snapshot
from renewkit.engine.compose import compose
from renewkit.engine.news import PaymentReceived
from renewkit.engine.plan import plan
from renewkit.values.money import usd
from scenarios.world import NOON, PRICE, payer, transfer

AGENT = Contact("email", "agent@example.com")


def seen(**changes: object) -> Snapshot:
    """Return a customer who has just been invoiced."""
    start = Snapshot(book="default", customer=payer(**changes), subscriptions=(transfer(),))
    return plan(start, now=NOON).after


def notify(topic: str, **changes: object) -> Notify:
    """Return a notification about the contract."""
    return Notify("msg_1", topic, customer_id="c1", subscription_id="s1", at=NOON, **changes)


def test_an_invoice_is_about_what_is_open_until_when() -> None:
    """Amount and day of an invoice are what is open and when it is due."""
    snapshot = seen()
    bill = snapshot.invoices[0]
    message = compose(snapshot, notify("invoice", invoice_id=bill.id))
    assert (bill, PRICE, date(2024, 2, 14)) == (message.invoice, message.amount, message.on)


def test_a_coming_renewal_is_about_its_price_and_first_day() -> None:
    """Before there is an invoice the preview says how much and when."""
    message = compose(seen(), notify("upcoming"))
    assert (None, PRICE, date(2024, 2, 29)) == (message.invoice, message.amount, message.on)


def test_where_nothing_comes_nothing_is_promised() -> None:
    """An announcement of a contract without another renewal has no amount."""
    snapshot = seen()
    over = attrs.evolve(snapshot.subscriptions[0], ends_on=date(2024, 2, 29))
    message = compose(attrs.evolve(snapshot, subscriptions=(over,)), notify("upcoming"))
    assert (None, None) == (message.amount, message.on)


def test_an_end_is_about_its_day() -> None:
    """No money is in it."""
    snapshot = seen()
    sold = snapshot.subscriptions[0]
    ended = attrs.evolve(sold, standing=attrs.evolve(sold.standing, ended_on=date(2024, 2, 1)))
    message = compose(attrs.evolve(snapshot, subscriptions=(ended,)), notify("ended"))
    assert (None, date(2024, 2, 1)) == (message.amount, message.on)


def test_a_receipt_is_about_its_payment() -> None:
    """What was applied and what was too much are two messages with two amounts."""
    snapshot = seen()
    bill = snapshot.invoices[0]
    line = Payment("line-1", PRICE + usd("5"), at=NOON, method="bank")
    after = plan(snapshot, now=NOON, news=[PaymentReceived(bill.id, line)]).after
    amounts = [
        compose(after, notify(topic, invoice_id=bill.id, note="line-1")).amount
        for topic in ("receipt", "duplicate_payment")
    ]
    assert [PRICE, usd("5")] == amounts


def test_the_addresses_come_in_the_order_of_the_channels() -> None:
    """Channels that the customer does not have are passed over."""
    contacts = (Contact("email", "ada@example.com"), Contact("sms", "+1"))
    message = compose(seen(contacts=contacts), notify("due", channels=("push", "sms", "email")))
    assert ["sms", "email"] == [contact.channel for contact in message.to]


def test_the_agent_hears_what_is_meant_for_the_agent() -> None:
    """Where there is one; else the customer's own addresses are used."""
    assert (AGENT,) == compose(seen(agent=AGENT), notify("call", audience="agent")).to
    assert payer().contacts == compose(seen(), notify("call", audience="agent")).to
