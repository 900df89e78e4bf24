"""The payment port: charge with a key, and look up what became of a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import attrs

if TYPE_CHECKING:
    from datetime import timedelta

    from renewkit.effects.effect import Charge
    from renewkit.effects.outcome import ChargeOutcome

__all__ = ["PaymentCapabilities", "Payments"]


@attrs.frozen(kw_only=True)
class PaymentCapabilities:
    """What a gateway can do.

    `pull` says that it can take money by itself; `lookup` that it can tell what became of a key; `idempotency_window`
    is how long the same key is recognised, None for ever.
    """

    name: str
    pull: bool
    lookup: bool
    idempotency_window: timedelta | None = None


class Payments(Protocol):
    """Moves money. Both methods answer with values; they raise only for a caller's bug."""

    @property
    def capabilities(self) -> PaymentCapabilities:
        """What this gateway can do."""
        ...

    def charge(self, charge: Charge) -> ChargeOutcome:
        """Take the amount once per key: the same key again gives the same outcome and moves nothing.

        Raises `IdempotencyMismatchError` for a known key with another amount. A time-out is `Unknown`.
        """
        ...

    def lookup(self, charge: Charge) -> ChargeOutcome | None:
        """Return what became of the charge with this key, None where the gateway has never seen it."""
        ...
