"""Weigh what speaks for a pair: one number, made of what its reference, amount, payer and date say.

The weights are ordinal. Two pieces of evidence of which each could stand alone make a match (`ENOUGH`), and a rival
must be weaker by one such piece (`MARGIN`).
"""

from __future__ import annotations

from typing import Final

from renewkit.policies.reconcile.names import Likeness
from renewkit.policies.reconcile.references import Naming

__all__ = ["AMOUNT", "ENOUGH", "FAR", "MARGIN", "NAMING", "PARTY", "SAME_DAY", "SAME_FORTNIGHT", "closeness"]

NAMING: Final = {
    Naming.OTHER: -30,
    Naming.NONE: 0,
    Naming.HINT: 15,
    Naming.PART: 25,
    Naming.NORMALISED: 50,
    Naming.EXACT: 60,
}
"""What a reference says."""

PARTY: Final = {
    Likeness.CONFLICT: -40,
    Likeness.UNKNOWN: 0,
    Likeness.WEAK: 4,
    Likeness.COMPATIBLE: 22,
    Likeness.EQUAL: 30,
}
"""What a payer's name says."""

AMOUNT: Final = 30
"""What an equal amount says."""

SAME_DAY: Final = 12
"""What a payment on its very day, or a day beside it, says."""

SAME_FORTNIGHT: Final = 6
"""What a payment within a fortnight says: so much that a payment on the day surpasses only what lies further away."""

FAR: Final = -30
"""What a payment far outside the usual days says."""

ENOUGH: Final = 50
"""The least strength of a match."""

MARGIN: Final = 12
"""By how much the best must surpass the next."""


def closeness(days: int) -> int:
    """Return what the days between a payment and its day say, where all else is equal.

    >>> closeness(0), closeness(-9), closeness(40)
    (12, 6, 0)
    """
    apart = abs(days)
    return SAME_DAY if apart <= 1 else SAME_FORTNIGHT if apart <= 14 else 0
