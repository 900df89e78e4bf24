"""A snapshot: everything that planning one customer needs, as storage handed it out under one lease."""

from __future__ import annotations

import attrs
import pendulum

from renewkit.books.customer import Customer
from renewkit.books.invoice import Invoice
from renewkit.books.subscription import Subscription
from renewkit.effects.effect import Charge, Effect
from renewkit.errors import NotFoundError

__all__ = ["Snapshot"]


@attrs.frozen(kw_only=True)
class Snapshot:
    """A customer with subscriptions, open invoices and unfinished effects.

    `version` counts commits and `fence` claims: a commit must name the version it saw, and the fence of the latest
    claim. `due` is when work was due, None where none is. `pending` holds the effects that were stored but whose
    outcome is not recorded: they may or may not have been carried out. `invoices` are those that are live
    (`Invoice.is_live`) and those that a pending effect names, in order of due date and id.
    """

    book: str
    customer: Customer
    version: int = 0
    fence: int = 0
    due: pendulum.DateTime | None = None
    subscriptions: tuple[Subscription, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    pending: tuple[Effect, ...] = ()

    def subscription(self, subscription_id: str) -> Subscription:
        """Return one of the customer's subscriptions; `NotFoundError` where there is none with this id."""
        found = next((sub for sub in self.subscriptions if sub.id == subscription_id), None)
        if found is None:
            known = ", ".join(sub.id for sub in self.subscriptions) or "none"
            raise NotFoundError(
                f"a subscription of customer {self.customer.id} ({known})", subscription_id, "check the id"
            )
        return found

    def is_parked(self, effect: Effect) -> bool:
        """Whether an effect belongs to a subscription that waits for a person."""
        subscription_id = self._owner(effect.invoice_id) if isinstance(effect, Charge) else effect.subscription_id
        return any(sub.id == subscription_id and sub.standing.parked is not None for sub in self.subscriptions)

    def _owner(self, invoice_id: str) -> str | None:
        return next((bill.subscription_id for bill in self.invoices if bill.id == invoice_id), None)
