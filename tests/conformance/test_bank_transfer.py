"""Bank transfer keeps the contract of a gateway that cannot pull, and routed gateways that of where they route to."""

from datetime import timedelta

import attrs

from renewkit.adapters.bank_transfer import BankTransfer, Routed
from renewkit.effects.outcome import Paid, Pending
from renewkit.ports.payment import PaymentCapabilities
from renewkit.testing.fakes import FunctionGateway
from renewkit.testing.payment import PaymentConformance
from renewkit.values.decline import Instrument


class TestBankTransfer(PaymentConformance):
    def make_gateway(self):
        return BankTransfer()


class TestRouted(PaymentConformance):
    def make_gateway(self):
        return Routed({"visa": FunctionGateway()}, otherwise=FunctionGateway())


KIT = PaymentConformance()


def test_each_network_has_its_gateway() -> None:
    """A card is charged at once, a transfer waits, and both are looked up where they were charged."""
    gateway = Routed({"bank": BankTransfer()}, otherwise=FunctionGateway())
    card, bank = KIT.make_charge("k1"), KIT.make_charge("k2", Instrument("acct", "bank"))
    assert isinstance(gateway.charge(card), Paid)
    assert isinstance(gateway.lookup(card), Paid)
    assert gateway.charge(bank) == gateway.lookup(bank) == Pending(None)


def test_routes_claim_only_what_all_can() -> None:
    """One gateway without look-up, or with a shorter window, limits what is claimed."""
    windowed = attrs.evolve(FunctionGateway().capabilities, idempotency_window=timedelta(hours=24))
    gateway = Routed({"bank": BankTransfer()}, otherwise=FunctionGateway(capabilities=windowed))
    expected = PaymentCapabilities(name="routed", pull=False, lookup=False, idempotency_window=timedelta(hours=24))
    assert expected == gateway.capabilities
