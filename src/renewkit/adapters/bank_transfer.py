"""Bank transfer: money that the customer sends by himself, so a charge only waits and reconciliation settles it.

`Routed` lets one host have both: it hands each charge to the gateway of the instrument's network. See also: wire
transfer, counter, ATM, 匯款.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from renewkit.effects.outcome import Pending
from renewkit.ports.payment import PaymentCapabilities

if TYPE_CHECKING:
    from collections.abc import Mapping

    from renewkit.effects.effect import Charge
    from renewkit.effects.outcome import ChargeOutcome
    from renewkit.ports.payment import Payments

__all__ = ["BankTransfer", "Routed"]


class BankTransfer:
    """A gateway that cannot pull: every charge is `Pending` until a bank line says otherwise.

    >>> BankTransfer().capabilities.pull
    False
    """

    @property
    def capabilities(self) -> PaymentCapabilities:
        """It cannot pull, and knows nothing that the bank statement does not say."""
        return PaymentCapabilities(name="bank transfer", pull=False, lookup=False)

    def charge(self, charge: Charge) -> ChargeOutcome:
        """Wait: nobody knows when the customer will pay."""
        del charge
        return Pending(None)

    def lookup(self, charge: Charge) -> ChargeOutcome | None:
        """Wait still."""
        return self.charge(charge)


class Routed:
    """Several gateways as one: `by_network` names the gateway of each network, `otherwise` takes the rest.

    It claims only what every gateway can do, and the shortest of their idempotency windows.

    >>> Routed({"bank": BankTransfer()}, otherwise=BankTransfer()).capabilities.pull
    False
    """

    def __init__(self, by_network: Mapping[str, Payments], *, otherwise: Payments) -> None:
        """Keep the routes."""
        self._by_network = dict(by_network)
        self._otherwise = otherwise

    @property
    def capabilities(self) -> PaymentCapabilities:
        """What all gateways have in common."""
        every = [gateway.capabilities for gateway in (*self._by_network.values(), self._otherwise)]
        windows = [one.idempotency_window for one in every if one.idempotency_window is not None]
        return PaymentCapabilities(
            name="routed",
            pull=all(one.pull for one in every),
            lookup=all(one.lookup for one in every),
            idempotency_window=min(windows, default=None),
        )

    def charge(self, charge: Charge) -> ChargeOutcome:
        """Charge at the gateway of the instrument's network."""
        return self._route(charge).charge(charge)

    def lookup(self, charge: Charge) -> ChargeOutcome | None:
        """Look up at the gateway of the instrument's network."""
        return self._route(charge).lookup(charge)

    def _route(self, charge: Charge) -> Payments:
        return self._by_network.get(charge.instrument.network or "", self._otherwise)
