"""Commits: one customer's new state, effects and facts, written all or nothing; and what storage answers.

The effects of a commit are its outbox: they become durable together with the state that wants them, and before
anything is sent.
"""

from __future__ import annotations

import attrs
import pendulum

from renewkit.books.audit import Fact
from renewkit.books.customer import Customer
from renewkit.books.invoice import Invoice
from renewkit.books.subscription import Subscription
from renewkit.effects.effect import Effect
from renewkit.effects.outcome import Outcome

__all__ = ["Commit", "Conflict", "Receipt", "Recorded"]


@attrs.frozen
class Recorded:
    """What came of a stored effect; storage takes the effect out of the outbox and keeps the outcome beside it."""

    key: str
    outcome: Outcome


@attrs.frozen(kw_only=True)
class Commit:
    """One customer's changes.

    `version` is the version that was seen; `fence` the fence of the claim under which the work was done, None for a
    commit outside any claim (a verb of the host). `due` is when the customer is to be claimed next, None for never.
    `release` ends the lease. Each invoice that is finalised without a number gets the next one of its seller and
    year. `inbox` holds ids of outside news (payments, webhooks); one that is known already makes the commit a
    `Conflict`.
    """

    book: str
    customer_id: str
    version: int
    fence: int | None = None
    due: pendulum.DateTime | None = None
    release: bool = True
    customer: Customer | None = None
    subscriptions: tuple[Subscription, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    effects: tuple[Effect, ...] = ()
    recorded: tuple[Recorded, ...] = ()
    facts: tuple[Fact, ...] = ()
    inbox: tuple[str, ...] = ()


@attrs.frozen
class Receipt:
    """A commit that was written: the new version, and the legal numbers it handed out as (invoice id, number)."""

    customer_id: str
    version: int
    numbers: tuple[tuple[str, str], ...] = ()


@attrs.frozen
class Conflict:
    """A commit that was refused, whole. `what` is `version`, `fence`, `item`, `inbox` or `audit`."""

    customer_id: str
    what: str
    expected: str
    actual: str
