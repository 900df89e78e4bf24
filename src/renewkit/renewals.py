"""The front door: `Renewals` puts storage, gateway, messenger and clock together and offers the verbs of a billing system.

Every verb but `tick` books news and decides nothing; the next tick decides. The clock is read once per verb.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final

import attrs

from renewkit.adapters.clock import SystemClock
from renewkit.books.invoice import Payment
from renewkit.books.renewal import Renewal, renewals
from renewkit.effects.commit import Commit, Conflict, Receipt
from renewkit.effects.snapshot import Snapshot
from renewkit.engine.driver import drive
from renewkit.engine.execute import OnUnknownSend, Settings, TickReport, run
from renewkit.engine.news import Came, Cancelled, PaymentReceived, Released, Subscribed
from renewkit.engine.plan import fold
from renewkit.errors import ConflictError, NotFoundError, StateError
from renewkit.ports.storage import By, Lease, SnapshotOf, SubscriptionsOf
from renewkit.values.ids import identifier
from renewkit.values.moments import civil_date, instant

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    import pendulum
    from moneyed import Money

    from renewkit.books.customer import Customer
    from renewkit.books.invoice import Invoice
    from renewkit.books.subscription import Subscription
    from renewkit.effects.outcome import ChargeOutcome
    from renewkit.engine.news import News
    from renewkit.ports.clock import Clock
    from renewkit.ports.messaging import Messaging
    from renewkit.ports.payment import Payments
    from renewkit.ports.storage import Storage

__all__ = ["Renewals"]

_TRIES: Final = 5


class Renewals:
    """A book of renewals over the host's own storage, gateway and messenger.

    `book` names the tenant or seller and is part of every key and row. `worker` is the name under which customers are
    claimed; a worker that was killed and starts again under its name takes its unfinished claims back at once, so two that
    run at the same time need two names. `lease` is how long a claim lasts.
    """

    def __init__(
        self,
        *,
        storage: Storage,
        payments: Payments,
        messaging: Messaging,
        clock: Clock | None = None,
        book: str = "default",
        worker: str = "worker",
        lease: timedelta = timedelta(minutes=10),
        batch: int = 200,
        on_unknown_send: OnUnknownSend = OnUnknownSend.RESEND,
    ) -> None:
        """Keep the ports; nothing is read or written yet."""
        self.book = identifier(book, name="book")
        self._storage, self._payments, self._messaging = storage, payments, messaging
        self._clock: Clock = clock or SystemClock()
        self._worker = identifier(worker, name="worker")
        self._lease = lease
        self._settings = Settings(
            payments=payments.capabilities,
            messaging=messaging.capabilities,
            on_unknown_send=on_unknown_send,
            batch=batch,
        )

    def save(self, customer: Customer) -> None:
        """Keep a customer, new or changed; saving the same value again changes nothing."""
        for _ in range(_TRIES):
            known = self._storage.load(SnapshotOf(self.book, customer.id))
            if known is not None and known.customer == customer:
                return
            version = known.version if known else 0
            due = self._now() if known else None
            commit = Commit(book=self.book, customer_id=customer.id, version=version, due=due, customer=customer)
            if self._commit(commit):
                return
        raise self._contested(customer.id)

    def subscribe(self, subscription: Subscription) -> None:
        """Make a contract; the next tick activates it when its time has come.

        Subscribing the same contract again changes nothing. Raises `NotFoundError` for an unknown customer and `StateError`
        for an id that stands for another contract.
        """
        snapshot = self._news(By.CUSTOMER, subscription.customer_id, (Subscribed(subscription),))
        made = snapshot.subscription(subscription.id)
        if attrs.evolve(made, standing=subscription.standing) != subscription:
            remedy = "give the new contract an id of its own"
            raise StateError(f"the contract that {subscription.id} already stands for", "another one", remedy)

    def cancel(self, subscription_id: str, *, on: date | None = None) -> pendulum.Date:
        """End a contract: on a civil day, or, unless one is named, when what has been billed runs out.

        Returns the first day without service. Raises `NotFoundError`, and `StateError` for a contract that has ended.
        """
        subscription = self._snapshot(By.SUBSCRIPTION, subscription_id).subscription(subscription_id)
        day = subscription.billed_until if on is None else civil_date(on)
        self._news(By.SUBSCRIPTION, subscription_id, (Cancelled(subscription_id, day),))
        return day

    def record_payment(
        self, invoice_id: str, amount: Money, *, key: str, at: datetime | None = None, method: str = "bank_transfer"
    ) -> Invoice:
        """Book money that came in for an invoice, and return the invoice afterwards.

        `key` is the payment's own id (a bank line, a receipt number): booking it again changes nothing. What is more than
        the invoice asks for is kept as excess, and the customer is told. Raises `NotFoundError` and
        `CurrencyMismatchError`.
        """
        moment = self._now() if at is None else instant(at)
        payment = Payment(identifier(key, name="payment key"), amount, at=moment, method=method)
        snapshot = self._news(By.INVOICE, invoice_id, (PaymentReceived(invoice_id, payment),))
        return next(invoice for invoice in snapshot.invoices if invoice.id == invoice_id)

    def review(self, subscription_id: str, *, outcome: ChargeOutcome | None = None) -> None:
        """Release a parked contract after a person has looked at it.

        `outcome` says what really became of a charge that nobody could look up.
        """
        snapshot = self._snapshot(By.SUBSCRIPTION, subscription_id)
        mine = {bill.id for bill in snapshot.invoices if bill.subscription_id == subscription_id}
        open_charges = [charge for charge in snapshot.pending if getattr(charge, "invoice_id", None) in mine]
        told = tuple(Came(charge, outcome) for charge in open_charges) if outcome is not None else ()
        self._news(By.SUBSCRIPTION, subscription_id, (*told, Released(subscription_id)))

    def upcoming(self, n: int = 5, *, subscription: str | None = None) -> tuple[Renewal, ...]:
        """Return the next `n` renewals of the book, or of one subscription, by issue date: when, how much and why.

        The amounts come from the function that will bill them.
        """
        if subscription is not None:
            found = [self._snapshot(By.SUBSCRIPTION, subscription).subscription(subscription)]
        else:
            found = list(self._storage.load(SubscriptionsOf(self.book)))
        live = (sub for sub in found if sub.standing.status.is_live)
        coming = [renewal for sub in live for renewal in islice(renewals(self.book, sub), n)]
        return tuple(
            sorted(coming, key=lambda renewal: (renewal.issued_on, renewal.subscription_id, renewal.period.start))[:n]
        )

    def tick(self, *, limit: int | None = None) -> TickReport:
        """Do everything that is due now, for at most `limit` customers, and report it.

        Safe to call at any rhythm, from several workers, and again after a crash.
        """
        now = self._now()
        lease = Lease(self.book, self._worker, until=now + self._lease, takeover=True)
        running = run(now, lease, self._settings, limit=limit)
        return drive(running, now=now, storage=self._storage, payments=self._payments, messaging=self._messaging)

    def _now(self) -> pendulum.DateTime:
        return instant(self._clock.now())

    def _snapshot(self, by: By, key: str) -> Snapshot:
        snapshot = self._storage.load(SnapshotOf(self.book, key, by))
        if snapshot is None:
            raise NotFoundError(f"a {by.value} in book {self.book}", key, "save or subscribe it first, or check the id")
        return snapshot

    def _news(self, by: By, key: str, news: Iterable[News]) -> Snapshot:
        """Book news on the customer that an id belongs to, trying again when another writer was first."""
        pieces = tuple(news)
        for _ in range(_TRIES):
            snapshot = self._snapshot(by, key)
            now = self._now()
            booked = fold(snapshot, now=now, news=pieces, who="host")
            if booked.is_empty or self._commit(booked.commit(fence=None, due=now, release=False)):
                return booked.after
        raise self._contested(key)

    def _commit(self, commit: Commit) -> bool:
        (answer,) = self._storage.commit((commit,))
        if isinstance(answer, Conflict) and answer.what != "version":
            raise ConflictError(
                f"{answer.what} {answer.expected}", answer.actual, "check which other writer uses this id"
            )
        return isinstance(answer, Receipt)

    def _contested(self, key: str) -> ConflictError:
        return ConflictError(
            f"to be the only writer of {key} within {_TRIES} tries", "a conflict each time", "try again"
        )
