"""Rebasing: a contract whose service had stopped starts its schedule anew on the day on which it comes back.

Only where the contract's retry policy says `AfterRecovery.REBASE`. The number of a period goes on where it was, so that
phases of a price and the cycles of a term are neither lost nor won.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from renewkit.books.subscription import Collection
from renewkit.policies.cycle import BillingCycle, rebase
from renewkit.policies.retry import AfterRecovery

if TYPE_CHECKING:
    from renewkit.engine.desk import Desk

__all__ = ["rebase_schedule"]


def rebase_schedule(desk: Desk) -> None:
    """Let the next period be a whole one that starts today, where the terms want it and the cycle can be moved.

    Listed dates, the 1st and 15th, or last business days are agreed as calendar days and stay what they are.
    """
    subscription, today = desk.subscription, desk.today
    terms, cycle = subscription.terms, subscription.cycle
    if terms.retry.after_recovery is not AfterRecovery.REBASE or terms.collection is not Collection.CHARGE:
        return
    if not isinstance(cycle, BillingCycle) or cycle.period_at(today).start == today:
        return
    moved = rebase(cycle, to=today).cycle
    standing = attrs.evolve(
        subscription.standing,
        revision=subscription.standing.revision + 1,
        origin=moved.index_at(today) - subscription.position(today),
    )
    desk.subscription = attrs.evolve(subscription, cycle=moved, standing=standing)
    desk.note(
        "subscription.rebased",
        on=today.isoformat(),
        before=str(cycle.period_at(today)),
        after=str(moved.period_at(today)),
        revision=str(standing.revision),
    )
