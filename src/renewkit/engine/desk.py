"""The desk: the working copy of one subscription while it is being planned.

It is mutable on purpose and never leaves `plan`; what comes out of planning is frozen again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from renewkit.books.audit import append
from renewkit.books.invoice import invoice_id
from renewkit.books.lifecycle import Trigger, follow
from renewkit.books.renewal import item_ids, strikes
from renewkit.effects.effect import Notify, message_key
from renewkit.engine.tries import Tries
from renewkit.values.recipient import Audience, Channel

if TYPE_CHECKING:
    from datetime import date

    import pendulum

    from renewkit.books.audit import Fact
    from renewkit.books.customer import Customer
    from renewkit.books.invoice import Invoice
    from renewkit.books.subscription import Subscription
    from renewkit.effects.effect import Effect
    from renewkit.values.period import ServicePeriod
    from renewkit.values.problem import Problem
    from renewkit.values.recipient import Recipient

__all__ = ["Desk"]


@attrs.define
class Desk:
    """One subscription with its invoices, and what planning has added so far."""

    book: str
    customer: Customer
    subscription: Subscription
    now: pendulum.DateTime
    who: str
    tries: Tries = attrs.field(factory=Tries)
    invoices: dict[str, Invoice] = attrs.field(factory=dict)
    changed: dict[str, Invoice] = attrs.field(factory=dict)
    effects: list[Effect] = attrs.field(factory=list)
    facts: list[Fact] = attrs.field(factory=list)
    problems: list[Problem] = attrs.field(factory=list)

    @property
    def recipient(self) -> Recipient:
        """The customer as reminders see it."""
        return self.customer.recipient

    @property
    def today(self) -> pendulum.Date:
        """The civil day in the subscription's zone."""
        return self.subscription.cycle.day_of(self.now)

    def strikes(self, day: date) -> pendulum.DateTime:
        """Return the instant at which a civil day begins for the subscription."""
        return strikes(self.subscription, day)

    def open_invoices(self) -> list[Invoice]:
        """Return the invoices that wait for money, earliest due first."""
        return sorted(
            (bill for bill in self.invoices.values() if bill.is_open), key=lambda bill: (bill.due_on, bill.id)
        )

    def coming_invoice_id(self, service: ServicePeriod) -> str:
        """Return the id that the invoice of a service period will have."""
        return invoice_id(item_ids(self.book, self.subscription, service))

    def stand(self, **changes: Any) -> None:  # noqa: ANN401  whatever fields Standing has
        """Replace parts of the standing."""
        standing = attrs.evolve(self.subscription.standing, **changes)
        self.subscription = self.subscription.standing_at(standing)

    def move(self, trigger: Trigger, **detail: str) -> None:
        """Let a trigger move the subscription, and record it."""
        before = self.subscription.standing.status
        after = follow(before, trigger)
        self.stand(status=after)
        self.note(f"subscription.{trigger.value}", before=before.value, after=after.value, **detail)

    def park(self, problem: Problem) -> None:
        """Stop planning this subscription until a person has looked at it."""
        self.problems.append(problem)
        self.stand(parked=problem)
        self.note("subscription.parked", code=problem.code, message=problem.message)

    def warn(self, problem: Problem) -> None:
        """Report a problem that does not stop anything."""
        self.problems.append(problem)
        source = {"source": problem.source} if problem.source else {}
        self.note("subscription.warned", code=problem.code, message=problem.message, **source)

    def put(self, invoice: Invoice) -> None:
        """Replace an invoice, or add one."""
        self.invoices[invoice.id] = self.changed[invoice.id] = invoice

    def want(self, effect: Effect) -> None:
        """Ask for an effect."""
        self.effects.append(effect)

    def tell(
        self,
        topic: str,
        *,
        occasion: str,
        invoice: Invoice | None = None,
        note: str = "",
        channels: tuple[str, ...] = (Channel.EMAIL,),
        audience: str = Audience.CUSTOMER,
    ) -> None:
        """Ask for a message; the same topic, subject and occasion make one message, however often it is asked for."""
        about = self.subscription.id if invoice is None else invoice.id
        self.want(
            Notify(
                message_key(topic, about, occasion),
                topic,
                customer_id=self.customer.id,
                subscription_id=self.subscription.id,
                invoice_id=None if invoice is None else invoice.id,
                note=note,
                channels=channels,
                audience=str(audience),
                at=self.now,
            )
        )

    def note(self, kind: str, **detail: str) -> None:
        """Append a fact to the subscription's chain."""
        head = self.subscription.standing.head
        fact = append(head, self.subscription.id, kind, at=self.now, who=self.who, detail=detail)
        self.facts.append(fact)
        self.stand(head=fact.head)

    def copy(self) -> Desk:
        """Return the desk as it is, to come back to."""
        return attrs.evolve(
            self,
            invoices=dict(self.invoices),
            changed=dict(self.changed),
            effects=list(self.effects),
            facts=list(self.facts),
            problems=list(self.problems),
        )

    def restore(self, kept: Desk) -> None:
        """Put everything back as it was when `kept` was copied."""
        self.subscription, self.invoices, self.changed = kept.subscription, kept.invoices, kept.changed
        self.effects, self.facts, self.problems = kept.effects, kept.facts, kept.problems
