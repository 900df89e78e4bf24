"""The front door: `Renewals` puts storage, gateway, messenger and clock together behind the verbs of billing.

Every verb but `tick` books news and decides nothing; the next tick decides. The clock is read once per verb.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final

import attrs

from renewkit.adapters.clock import SystemClock
from renewkit.books.invoice import Payment
from renewkit.books.remittance import Remittance, remit
from renewkit.books.renewal import Renewal, renewals
from renewkit.effects.commit import Commit, Conflict, Receipt
from renewkit.effects.effect import Charge
from renewkit.effects.snapshot import Snapshot
from renewkit.engine.driver import drive
from renewkit.engine.execute import OnUnknownSend, Settings, TickReport, run
from renewkit.engine.news import Came, Cancelled, InstrumentSet, PaymentReceived, Released, Subscribed
from renewkit.engine.plan import fold
from renewkit.errors import ConflictError, NotFoundError, StateError
from renewkit.policies.network import NetworkRules
from renewkit.policies.reconcile import Confidence, MatchRules
from renewkit.ports.storage import (
    By,
    CustomersOf,
    InvoicesOf,
    Lease,
    OpenInvoices,
    SnapshotOf,
    SnapshotsOf,
    SubscriptionsOf,
)
from renewkit.values.ids import identifier
from renewkit.values.moments import civil_date, instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    import pendulum
    from moneyed import Money

    from renewkit.books.customer import Customer
    from renewkit.books.invoice import Invoice
    from renewkit.books.subscription import Subscription
    from renewkit.effects.outcome import ChargeOutcome
    from renewkit.engine.news import News
    from renewkit.policies.reconcile import Decision
    from renewkit.ports.clock import Clock
    from renewkit.ports.messaging import Messaging
    from renewkit.ports.payment import Payments
    from renewkit.ports.storage import Storage
    from renewkit.values.decline import Instrument
    from renewkit.values.entry import Entry

__all__ = ["Renewals"]

_TRIES: Final = 5
_RULES: Final = MatchRules()
_BEFORE_DUE: Final = 400
"""The most days that an invoice may be issued before it falls due."""


class Renewals:
    """A book of renewals over the host's own storage, gateway and messenger.

    `book` names the tenant or seller and is part of every key and row. `worker` is the name under which customers are
    claimed; a worker that was killed and starts again under its name takes its unfinished claims back at once, so two
    that run at the same time need two names. `lease` is how long a claim lasts. `network_rules` are the limits that
    card networks, clearing houses and regulators set to charges; those of the package unless given.
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
        network_rules: NetworkRules | None = None,
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
            rules=network_rules or NetworkRules(),
        )

    def save(self, customer: Customer) -> None:
        """Keep a customer, new or changed; saving the same value again changes nothing.

        Another payment method than before is what `set_instrument` sets, with all that follows from it.
        """
        for _ in range(_TRIES):
            known = self._storage.load(SnapshotOf(self.book, customer.id))
            if known is not None and known.customer == customer:
                return
            if self._commit((self._kept(customer, known),)):
                return
        raise self._contested(customer.id)

    def set_instrument(self, customer_id: str, instrument: Instrument | None) -> Customer:
        """Change what a customer's charges go to, None for nothing, and return the customer afterwards.

        Invoices that were given up, wait for the customer or wait for their next retry are tried once with the new
        instrument by the next tick. The instrument that the customer has already changes nothing. Raises
        `NotFoundError`.
        """
        for _ in range(_TRIES):
            known = self._snapshot(By.CUSTOMER, customer_id)
            customer = attrs.evolve(known.customer, instrument=instrument)
            if known.customer == customer or self._commit((self._kept(customer, known),)):
                return customer
        raise self._contested(customer_id)

    def subscribe(self, subscription: Subscription) -> None:
        """Make a contract; the next tick activates it when its time has come.

        Subscribing the same contract again changes nothing. Raises `NotFoundError` for an unknown customer and
        `StateError` for an id that stands for another contract.
        """
        (snapshot,) = self._news(By.CUSTOMER, ((subscription.customer_id, Subscribed(subscription)),))
        made = snapshot.subscription(subscription.id)
        # A schedule that was moved since is the one that was agreed, moved.
        agreed = subscription.cycle if made.standing.revision else made.cycle
        if attrs.evolve(made, standing=subscription.standing, cycle=agreed) != subscription:
            remedy = "give the new contract an id of its own"
            raise StateError(f"the contract that {subscription.id} already stands for", "another one", remedy)

    def cancel(self, subscription_id: str, *, on: date | None = None) -> pendulum.Date:
        """End a contract: on a civil day, or, unless one is named, when what has been billed runs out.

        Returns the first day without service. Raises `NotFoundError`, and `StateError` for a contract that has ended.
        """
        subscription = self._snapshot(By.SUBSCRIPTION, subscription_id).subscription(subscription_id)
        day = subscription.billed_until if on is None else civil_date(on)
        self._news(By.SUBSCRIPTION, ((subscription_id, Cancelled(subscription_id, day)),))
        return day

    def record_payment(
        self, invoice_id: str, amount: Money, *, key: str, at: datetime | None = None, method: str = "bank_transfer"
    ) -> Invoice:
        """Book money that came in for an invoice, and return the invoice afterwards.

        `key` is the payment's own id (a bank line, a receipt number): booking it again changes nothing. What is more
        than the invoice asks for is kept as excess, and the customer is told. Raises `NotFoundError` and
        `CurrencyMismatchError`.
        """
        moment = self._now() if at is None else instant(at)
        payment = Payment(identifier(key, name="payment key"), amount, at=moment, method=method)
        (invoice,) = self.record_payments(((invoice_id, payment),))
        return invoice

    def record_payments(self, payments: Iterable[tuple[str, Payment]]) -> tuple[Invoice, ...]:
        """Book many payments at once, each for the invoice with this id, and return the invoices afterwards.

        Each customer's payments are booked together or not at all; what was booked before stays as it is. Raises like
        `record_payment`.
        """
        pieces = [PaymentReceived(invoice_id, payment) for invoice_id, payment in payments]
        booked = self._news(By.INVOICE, [(piece.invoice_id, piece) for piece in pieces]) if pieces else ()
        known = {bill.id: bill for snapshot in booked for bill in snapshot.invoices}
        return tuple(known[piece.invoice_id] for piece in pieces)

    def reconcile(
        self,
        lines: Iterable[Entry],
        *,
        rules: MatchRules | None = None,
        decisions: Iterable[Decision] = (),
        least: Confidence = Confidence.FAIR,
        dry_run: bool = False,
    ) -> Remittance:
        """Match the lines of a bank statement to the invoices of the book, and book what the evidence decides.

        The same lines again book nothing twice: a payment has the id of its line. What pays a second time is kept as
        excess; what is ambiguous, unexpected or of less confidence than `least` is left to a person, in `work(on)`.
        Without `rules` an invoice may be paid from the day of its issue on. With `dry_run` nothing is booked.
        """
        came = tuple(lines)
        known: list[Invoice] = []
        if came:
            first = min(line.on for line in came).toordinal() - (rules or _RULES).reference_days - _BEFORE_DUE
            known += self._storage.load(InvoicesOf(self.book, since=date.fromordinal(max(first, 1))))
        known += self._storage.load(OpenInvoices(self.book))
        names = {customer.id: customer.name for customer in self._storage.load(CustomersOf(self.book))}
        found = remit(known, came, names=names, rules=rules, decisions=decisions, least=least)
        if not dry_run:
            self.record_payments(found.payments)
        return found

    def review(
        self, subscription_id: str, *, outcome: ChargeOutcome | None = None, invoice_id: str | None = None
    ) -> None:
        """Release a parked contract after a person has looked at it.

        `outcome` says what really became of a charge that nobody could look up; `invoice_id` names its invoice where
        several charges of the contract wait. Raises `StateError` where an outcome fits no charge, or more than one.
        """
        snapshot = self._snapshot(By.SUBSCRIPTION, subscription_id)
        told: tuple[News, ...] = ()
        if outcome is not None:
            told = (Came(_waiting_charge(snapshot, subscription_id, invoice_id), outcome),)
        pieces = (*told, Released(subscription_id))
        self._news(By.SUBSCRIPTION, [(subscription_id, piece) for piece in pieces])

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

    def _kept(self, customer: Customer, known: Snapshot | None) -> Commit:
        """Return the commit that keeps a customer, with what another payment method changes."""
        if known is None:
            return Commit(book=self.book, customer_id=customer.id, version=0, customer=customer)
        now = self._now()
        if known.customer.instrument == customer.instrument:
            return Commit(book=self.book, customer_id=customer.id, version=known.version, due=now, customer=customer)
        news = (InstrumentSet(customer.instrument),)
        changed = fold(attrs.evolve(known, customer=customer), now=now, news=news, who="host")
        return attrs.evolve(changed.commit(fence=None, due=now, release=False), customer=customer)

    def _now(self) -> pendulum.DateTime:
        return instant(self._clock.now())

    def _snapshot(self, by: By, key: str) -> Snapshot:
        snapshot = self._storage.load(SnapshotOf(self.book, key, by))
        if snapshot is None:
            raise self._unknown(by, key)
        return snapshot

    def _news(self, by: By, news: Iterable[tuple[str, News]]) -> tuple[Snapshot, ...]:
        """Book news on the customers that their ids belong to, and again for those where another writer was first."""
        waiting: dict[str, list[News]] = {}
        for key, piece in news:
            waiting.setdefault(key, []).append(piece)
        done: list[Snapshot] = []
        for _ in range(_TRIES):
            snapshots = self._storage.load(SnapshotsOf(self.book, tuple(waiting), by))
            named = [[key for key in _ids(snapshot, by) if key in waiting] for snapshot in snapshots]
            if missing := waiting.keys() - {key for keys in named for key in keys}:
                raise self._unknown(by, min(missing))
            now = self._now()
            plans = [
                fold(snapshot, now=now, news=[piece for key in keys for piece in waiting[key]], who="host")
                for snapshot, keys in zip(snapshots, named, strict=True)
            ]
            written = self._commit(
                [plan.commit(fence=None, due=now, release=False) for plan in plans if not plan.is_empty]
            )
            for plan, keys in zip(plans, named, strict=True):
                if plan.is_empty or plan.before.customer.id in written:
                    done.append(plan.after)
                    for key in keys:
                        del waiting[key]
            if not waiting:
                return tuple(done)
        raise self._contested(", ".join(waiting))

    def _commit(self, commits: Sequence[Commit]) -> set[str]:
        """Write commits, and return the customers for whom nobody else was first."""
        answers = self._storage.commit(tuple(commits)) if commits else ()
        for answer in answers:
            if isinstance(answer, Conflict) and answer.what != "version":
                remedy = "check which other writer uses this id"
                raise ConflictError(f"{answer.what} {answer.expected}", answer.actual, remedy)
        return {answer.customer_id for answer in answers if isinstance(answer, Receipt)}

    def _unknown(self, by: By, key: str) -> NotFoundError:
        return NotFoundError(f"a {by.value} in book {self.book}", key, "save or subscribe it first, or check the id")

    def _contested(self, key: str) -> ConflictError:
        return ConflictError(
            f"to be the only writer of {key} within {_TRIES} tries", "a conflict each time", "try again"
        )


def _waiting_charge(snapshot: Snapshot, subscription_id: str, invoice_id: str | None) -> Charge:
    mine = {bill.id for bill in snapshot.invoices if bill.subscription_id == subscription_id}
    wanted = mine if invoice_id is None else mine & {invoice_id}
    waiting = [effect for effect in snapshot.pending if isinstance(effect, Charge) and effect.invoice_id in wanted]
    if len(waiting) == 1:
        return waiting[0]
    got = ", ".join(charge.invoice_id for charge in waiting) or "none"
    remedy = "name one of these invoices" if waiting else "leave the outcome out, or check the id"
    raise StateError(f"one charge of {subscription_id} that waits for its outcome", got, remedy)


def _ids(snapshot: Snapshot, by: By) -> Iterable[str]:
    if by is By.CUSTOMER:
        return (snapshot.customer.id,)
    return (part.id for part in (snapshot.invoices if by is By.INVOICE else snapshot.subscriptions))
