"""A small world for stories: one book, a gateway and a messenger with books of their own, and a clock moved by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

import attrs
import pendulum
from moneyed import Money

from renewkit.adapters.clock import VirtualClock
from renewkit.adapters.memory import MemoryStorage
from renewkit.books.audit import Fact, verify
from renewkit.books.customer import Contact, Customer
from renewkit.books.invoice import Invoice
from renewkit.books.subscription import Collection, Item, Subscription, Terms
from renewkit.effects.effect import Charge
from renewkit.effects.outcome import ChargeOutcome, Declined, Paid, PaymentReceipt, Unknown
from renewkit.engine.execute import OnUnknownSend, Settings, TickReport
from renewkit.policies.cycle import MONTHLY, BillingCycle, Every
from renewkit.policies.network import NetworkRules
from renewkit.policies.pricing import Flat, Tier, Volume
from renewkit.policies.reminders import Reminder, ReminderPlan
from renewkit.ports.payment import PaymentCapabilities
from renewkit.ports.storage import CustomersOf, InvoicesOf, SnapshotOf, SubscriptionsOf
from renewkit.renewals import Renewals
from renewkit.testing.fakes import FunctionGateway, FunctionMessenger
from renewkit.values.decline import Instrument, classify
from renewkit.values.ids import content_key
from renewkit.values.money import usd
from renewkit.values.offsets import days_after, days_before, on_the_day

NOON = pendulum.datetime(2024, 1, 31, 12)
START = date(2024, 1, 31)
CARD = Instrument("pm_secret", "visa", region="US")
PRICE = usd("29.99")
DAY = timedelta(days=1)
REMINDERS = ReminderPlan((
    Reminder("upcoming", days_before(3)),
    Reminder("due", on_the_day()),
    Reminder("overdue", days_after(2)),
    Reminder("overdue", days_after(5)),
))  # fmt: skip


def pays(charge: Charge) -> ChargeOutcome:
    """Take the money."""
    return Paid(PaymentReceipt(content_key("rcp", charge.key), charge.amount, at=charge.at))


def declines(charge: Charge) -> ChargeOutcome:
    """Refuse for lack of funds."""
    return Declined(classify("stripe", "insufficient_funds"), charge.at)


def declines_first(times: int) -> Callable[[Charge], ChargeOutcome]:
    """Refuse the first attempts of each invoice, then take the money."""
    return lambda charge: declines(charge) if charge.number <= times else pays(charge)


def payer(key: str = "c1", **changes: object) -> Customer:
    """Return a customer with a card and an address."""
    plain = Customer(key, "Ada", contacts=(Contact("email", "ada@example.com"),), instrument=CARD)
    return attrs.evolve(plain, **changes)


def contract(key: str = "s1", owner: str = "c1", *, every: Every = MONTHLY, **changes: object) -> Subscription:
    """Return a contract over one flat price; what is not a field of the contract is a field of its terms."""
    fields = {field.name for field in attrs.fields(Subscription)}
    own = {name: value for name, value in changes.items() if name in fields}
    terms = Terms(**{"reminders": REMINDERS} | {name: value for name, value in changes.items() if name not in fields})
    plain = {"items": (Item("membership", Flat(PRICE)),), "cycle": BillingCycle(START, every), "terms": terms}
    return Subscription(key, owner, **plain | own)


def transfer(key: str = "s1", owner: str = "c1", **changes: object) -> Subscription:
    """Return a contract that the customer pays by himself within two weeks."""
    return contract(key, owner, **{"collection": Collection.INVOICE, "due_days": 14} | changes)


def poisoned(key: str = "bad", owner: str = "c1", **changes: object) -> Subscription:
    """Return a contract that sells more than its price list knows."""
    priced = Volume((Tier(up_to=1, unit=usd("5")),))
    return contract(key, owner, **{"items": (Item("seats", priced, quantity=2),)} | changes)


class Acquirer(FunctionGateway):
    """A gateway that loses halves of exchanges: `loses(charge, request number)` is `request`, `answer` or nothing.

    Its book (`receipts`) is what really happened.
    """

    def __init__(
        self,
        loses: Callable[[Charge, int], str] = lambda _charge, _number: "",
        *,
        answer: Callable[[Charge], ChargeOutcome] = pays,
        lookup: bool = True,
        window: timedelta | None = None,
    ) -> None:
        capabilities = PaymentCapabilities(name="acquirer", pull=True, lookup=lookup, idempotency_window=window)
        super().__init__(answer, capabilities=capabilities)
        self.loses = loses
        self.is_deaf = False
        self.looked_up: list[str] = []
        self._requests: Counter[str] = Counter()

    def charge(self, charge: Charge) -> ChargeOutcome:
        self._requests[charge.key] += 1
        lost = self.loses(charge, self._requests[charge.key])
        if lost == "request":
            return Unknown(charge.key)
        outcome = super().charge(charge)
        self._decided.setdefault(charge.key, (charge, outcome))
        return Unknown(charge.key) if lost == "answer" else outcome

    def lookup(self, charge: Charge) -> ChargeOutcome | None:
        self.looked_up.append(charge.key)
        return Unknown(charge.key) if self.is_deaf else super().lookup(charge)


@attrs.define
class World:
    """One book and everything around it; `renewals` is a new process each time it is asked for."""

    gateway: Any = attrs.Factory(FunctionGateway)
    messenger: Any = attrs.Factory(FunctionMessenger)
    storage: Any = attrs.Factory(MemoryStorage)
    clock: VirtualClock = attrs.Factory(lambda: VirtualClock(NOON))
    on_unknown_send: OnUnknownSend = OnUnknownSend.RESEND
    worker: str = "worker"
    batch: int = 200
    rules: NetworkRules = attrs.Factory(NetworkRules)

    @property
    def renewals(self) -> Renewals:
        return Renewals(
            storage=self.storage,
            payments=self.gateway,
            messaging=self.messenger,
            clock=self.clock,
            worker=self.worker,
            batch=self.batch,
            on_unknown_send=self.on_unknown_send,
            network_rules=self.rules,
        )

    @property
    def settings(self) -> Settings:
        return Settings(
            payments=self.gateway.capabilities,
            messaging=self.messenger.capabilities,
            on_unknown_send=self.on_unknown_send,
        )

    def sold(self, *contracts: Subscription, **changes: object) -> World:
        """Save the owners and make the contracts."""
        for one in contracts:
            self.renewals.save(payer(one.customer_id, **changes))
            self.renewals.subscribe(one)
        return self

    def tick(self) -> TickReport:
        return self.renewals.tick()

    def live(self, days: int, *, every: timedelta = DAY) -> TickReport:
        """Let so many days pass, with a tick at each step, and return what all ticks did."""
        report = self.tick()
        end = self.clock.now() + timedelta(days=days)
        while self.clock.now() < end:
            self.clock.advance(min(every, end - self.clock.now()))
            report = report.plus(self.tick())
        return report

    def sleep(self, **time: int) -> World:
        self.clock.advance(timedelta(**time))
        return self

    def invoices(self, subscription: str | None = None) -> tuple[Invoice, ...]:
        return self.storage.load(InvoicesOf("default", subscription))

    def invoice(self, subscription: str = "s1") -> Invoice:
        return self.invoices(subscription)[-1]

    def subscription(self, key: str = "s1") -> Subscription:
        return {sub.id: sub for sub in self.storage.load(SubscriptionsOf("default"))}[key]

    def pending(self, customer: str = "c1") -> tuple[Any, ...]:
        return self.storage.load(SnapshotOf("default", customer)).pending

    def due(self, customer: str = "c1") -> pendulum.DateTime | None:
        return self.storage.load(SnapshotOf("default", customer)).due

    def facts(self, kind: str = "") -> tuple[Fact, ...]:
        stored = self.storage.facts("default", 0, 100_000)
        return tuple(row.fact for row in stored if row.fact.kind.startswith(kind))

    def topics(self) -> list[str]:
        return [message.topic for message in self.messenger.sent]

    def audited(self) -> World:
        """Check what must hold in any world, at any time, whatever went wrong; return the world."""
        bills = self.invoices()
        lines = [line for bill in bills for line in bill.lines]
        assert len({line.id for line in lines}) == len(lines), "an item was billed twice"
        periods = Counter((line.subscription_id, line.item, line.period.start) for line in lines)
        assert not [period for period, times in periods.items() if times > 1], "a period was billed twice"
        assert () == verify(self.facts()), "a chain of facts is broken"
        booked = [payment.id for bill in bills for payment in bill.payments if payment.method == "card"]
        taken = [receipt.id for receipt in self.gateway.receipts]
        assert set() == set(booked) - set(taken), "money was booked that nobody took"
        assert len(set(taken)) == len(taken)
        told = [message.key for message in self.messenger.sent]
        assert len(set(told)) == len(told), "a message was sent twice"
        return self

    def settled(self) -> World:
        """Check a world at rest: audited, nothing in the outbox, and every capture booked to the last cent."""
        self.audited()
        for customer in self.storage.load(CustomersOf("default")):
            assert () == self.pending(customer.id), "something was left in the outbox"
        assert total(receipt.amount for receipt in self.gateway.receipts) == total(
            payment.amount for bill in self.invoices() for payment in bill.payments if payment.method == "card"
        ), "money was taken that nobody booked"
        return self


def total(amounts: Iterable[Money]) -> Money:
    """Return the sum of amounts in dollars."""
    return sum(amounts, Money(0, "USD"))
