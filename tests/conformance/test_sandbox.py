"""The sandbox gateway keeps the payment contract, and so do the doubles; broken gateways fail on what they break."""

import inspect
import logging
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

import attrs
import pytest
from moneyed import Money

from renewkit.adapters.sandbox import SandboxGateway
from renewkit.effects.effect import Charge
from renewkit.effects.outcome import Declined, Paid, PaymentReceipt, Unknown
from renewkit.errors import ConfigurationError, IdempotencyMismatchError
from renewkit.ports.payment import PaymentCapabilities
from renewkit.testing.fakes import FunctionGateway
from renewkit.testing.payment import PaymentConformance
from renewkit.values.decline import Instrument, classify
from renewkit.values.money import from_minor


class TestSandbox(PaymentConformance):
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path) -> None:
        self.root = tmp_path

    def make_gateway(self):
        self.path = Path(mkdtemp(dir=self.root)) / "sandbox.db"
        return SandboxGateway(self.path)

    def reopen(self, gateway: object):
        gateway.close()
        return SandboxGateway(self.path)

    def captures(self, gateway: object):
        return tuple(capture.amount for capture in gateway.captures())

    def paying(self):
        return Instrument("sbx_ok")

    def declining(self):
        return Instrument("sbx_decline_expired_card"), "expired_card"

    def timing_out(self):
        return Instrument("sbx_timeout")


class KitOfDoubles(PaymentConformance):
    make = FunctionGateway

    def make_gateway(self):
        return self.make()

    def captures(self, gateway: object):
        return tuple(receipt.amount for receipt in gateway.receipts)

    def declining(self):
        return Instrument("test_declining"), "card_declined"


def answer(charge: Charge):
    """Decline one instrument and let every other pay."""
    if charge.instrument.id == "test_declining":
        return Declined(classify("stripe", "card_declined"), charge.at)
    return Paid(PaymentReceipt(f"r_{charge.key}", charge.amount, at=charge.at))


class TestDouble(KitOfDoubles):
    def make(self):
        return FunctionGateway(answer)


class DoubleCharging(FunctionGateway):
    """Takes the money at every request."""

    def charge(self, charge: Charge):
        self.__dict__.setdefault("taken", []).append(PaymentReceipt("r", charge.amount, at=charge.at))
        return super().charge(charge)

    @property
    def receipts(self):
        return tuple(self.__dict__.get("taken", ()))


class NewReceipts(FunctionGateway):
    """Makes up a receipt for each answer."""

    def charge(self, charge: Charge):
        outcome = super().charge(charge)
        return Paid(attrs.evolve(outcome.receipt, id=f"r{len(self.charges)}")) if isinstance(outcome, Paid) else outcome


class TakingFees(FunctionGateway):
    """Says that it took what is left after its fee."""

    def charge(self, charge: Charge):
        fee = from_minor(30, charge.amount.currency)
        return super().charge(attrs.evolve(charge, amount=charge.amount - fee))


class FloatMoney(FunctionGateway):
    """Counts in floats of two decimals, as if every currency had cents."""

    def charge(self, charge: Charge):
        units = int(float(charge.amount.amount) * 100) / 100
        shown = (
            charge if charge.amount.currency.code != "BHD" else attrs.evolve(charge, amount=Money(str(units), "BHD"))
        )
        return super().charge(shown)


class Careless(FunctionGateway):
    """Does not compare amounts."""

    def charge(self, charge: Charge):
        try:
            return super().charge(charge)
        except IdempotencyMismatchError:
            return self._decided[charge.key][1]


class OneReceiptForAll(FunctionGateway):
    """Gives every capture the same number."""

    def __init__(self) -> None:
        super().__init__(lambda charge: Paid(PaymentReceipt("r", charge.amount, at=charge.at)))


class Vague(FunctionGateway):
    """Says that a charge was declined and not why."""

    def __init__(self) -> None:
        super().__init__(
            lambda charge: (
                attrs.evolve(o, decline=classify("stripe", "generic_decline"))
                if isinstance(o := answer(charge), Declined)
                else o
            )
        )


class LosingSight(FunctionGateway):
    """Cannot find what timed out."""

    def __init__(self) -> None:
        super().__init__(lambda charge: Unknown(charge.key))


class Guessing(FunctionGateway):
    """Finds what never was."""

    def lookup(self, charge: Charge):
        return super().lookup(charge) or self.charge(charge)


class Contradicting(FunctionGateway):
    """Finds another outcome than it answered."""

    def lookup(self, charge: Charge):
        found = super().lookup(charge)
        return Paid(attrs.evolve(found.receipt, id="other")) if isinstance(found, Paid) else found


class Forgetful(FunctionGateway):
    """Keeps its keys in memory only, but what it took stays taken."""

    def __init__(self, before: tuple[PaymentReceipt, ...] = ()) -> None:
        super().__init__()
        self.before = tuple(before)

    @property
    def receipts(self):
        return self.before + super().receipts


class Boasting(FunctionGateway):
    """Claims money that it cannot pull."""

    def __init__(self) -> None:
        super().__init__(answer, capabilities=PaymentCapabilities(name="boasting", pull=False, lookup=False))


class Talkative(FunctionGateway):
    """Logs what it charges."""

    def charge(self, charge: Charge):
        logging.getLogger("talkative").debug("charging %s", charge.instrument.id)
        return super().charge(charge)


class Racing(FunctionGateway):
    """Looks first and books later."""

    def charge(self, charge: Charge):
        if charge.key not in self._decided:
            time.sleep(0.02)
            outcome = Paid(PaymentReceipt(f"r{len(self.charges)}", charge.amount, at=charge.at))
            self.charges.append(charge)
            self._decided[charge.key] = (charge, outcome)
            return outcome
        return super().charge(charge)


class Tiring(FunctionGateway):
    """Takes a cent too much from the second charge on."""

    def charge(self, charge: Charge):
        if self._decided and charge.key not in self._decided:
            more = charge.amount + from_minor(1, charge.amount.currency)
            self._decided[charge.key] = (charge, Paid(PaymentReceipt(f"r{charge.key}", more, at=charge.at)))
        return super().charge(charge)


BROKEN = {
    "pm_01": TakingFees,
    "pm_02": NewReceipts,
    "pm_03": Careless,
    "pm_04": OneReceiptForAll,
    "pm_05": Vague,
    "pm_06": LosingSight,
    "pm_07": Guessing,
    "pm_08": Contradicting,
    "pm_09": FloatMoney,
    "pm_10": Forgetful,
    "pm_11": Boasting,
    "pm_12": Talkative,
    "pm_13": Racing,
    "pm_14": Tiring,
}


class KitOfBroken(KitOfDoubles):
    def __init__(self, make: Callable[[], FunctionGateway]) -> None:
        self.make = make

    def reopen(self, gateway: object):
        return Forgetful(gateway.receipts) if isinstance(gateway, Forgetful) else gateway

    def timing_out(self):
        return Instrument("test_paying") if self.make is LosingSight else None


def hold(kit: PaymentConformance, requirement: str, request: pytest.FixtureRequest) -> None:
    """Run the test of one requirement, as pytest would."""
    (name,) = (name for name in dir(kit) if name.startswith(f"test_{requirement}_"))
    test = getattr(kit, name)
    wanted = inspect.signature(test).parameters
    test(**{arg: "BHD" if arg == "code" else request.getfixturevalue(arg) for arg in wanted})


@pytest.mark.parametrize("requirement", sorted(BROKEN))
def test_a_broken_gateway_fails_on_what_it_breaks(requirement: str, request: pytest.FixtureRequest) -> None:
    """Each requirement has a gateway that breaks it, and the kit says so."""
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        hold(KitOfBroken(BROKEN[requirement]), requirement, request)


def test_a_double_charge_is_seen_behind_equal_answers() -> None:
    """A gateway that answers well but takes the money twice fails, because its records are looked at."""
    with pytest.raises(AssertionError):
        KitOfBroken(DoubleCharging).test_pm_02_the_same_key_takes_once()


def test_the_kit_asks_for_a_gateway() -> None:
    """A kit without `make_gateway` says what is missing."""
    with pytest.raises(ConfigurationError, match="make_gateway"):
        PaymentConformance().make_gateway()


def test_the_kit_counts_on_the_records_only_where_there_are_some() -> None:
    """A gateway that cannot list what it took is judged by its answers."""
    kit = PaymentConformance()
    assert (kit.captures(FunctionGateway()), kit.declining(), kit.timing_out()) == (None, None, None)
