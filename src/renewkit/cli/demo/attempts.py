"""What was tried on the demo's cards and accounts, judged once more, so that what a network forbids is seen.

The count starts from the invoices and asks the rules about every attempt anew, with all that had been tried before it;
it does not believe the run that made them.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import attrs

from renewkit.policies.network import NetworkRules
from renewkit.policies.retry import RetryAt
from renewkit.values.decline import Attempt

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from renewkit.books.customer import Customer
    from renewkit.books.invoice import Invoice
    from renewkit.values.decline import Instrument

__all__ = ["Attempts", "count_attempts"]


@attrs.frozen(kw_only=True)
class Attempts:
    """How many charges were tried again, how many a network rule delayed or refused, and what was forbidden."""

    retries: int
    delayed: int
    refused: int
    forbidden: int


def count_attempts(invoices: Iterable[Invoice], customers: Iterable[Customer], events: Mapping[str, int]) -> Attempts:
    """Return the figures of a book whose audit trail holds so many facts of each kind."""
    cards = {customer.id: customer.instrument for customer in customers if customer.instrument is not None}
    made: dict[str, list[tuple[Attempt, Invoice]]] = defaultdict(list)
    retries = 0
    for invoice in invoices:
        retries += max(len(invoice.attempts) - 1, 0)
        made[invoice.customer_id] += [(attempt, invoice) for attempt in invoice.attempts]
    return Attempts(
        retries=retries,
        delayed=events.get("network.delayed", 0),
        refused=events.get("network.refused", 0),
        forbidden=sum(_forbidden(tries, cards[owner]) for owner, tries in made.items() if tries),
    )


def _forbidden(tries: list[tuple[Attempt, Invoice]], instrument: Instrument) -> int:
    rules, past, found = NetworkRules(), list[Attempt](), 0
    for attempt, invoice in sorted(tries, key=lambda pair: pair[0].at):
        number = invoice.attempts.index(attempt) + 1
        asked = RetryAt(attempt.at, number, first=invoice.attempts[0].at)
        verdict = rules.check(
            asked,
            on_instrument=past,
            instrument=instrument,
            now=attempt.at,
            amount=attempt.amount,
            due=invoice.due_on,
            # Whether and when the payer was told stands in the audit trail, not on the invoice.
            is_noticed=True,
        )
        found += not verdict.is_allowed
        past.append(attempt)
    return found
