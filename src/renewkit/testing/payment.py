"""The payment contract as tests: subclass `PaymentConformance`, say how your gateway is made, and run pytest.

Each test carries the number of the requirement in `docs/reference/ports/payment.md` that it shows.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, ClassVar, Final, TypeVar

import attrs
import pendulum
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from renewkit.effects.effect import Charge
from renewkit.effects.outcome import Declined, Paid, Pending, Unknown
from renewkit.errors import ConfigurationError, IdempotencyMismatchError
from renewkit.values.decline import Instrument
from renewkit.values.money import from_minor, to_minor

if TYPE_CHECKING:
    from moneyed import Money

    from renewkit.effects.outcome import ChargeOutcome
    from renewkit.ports.payment import Payments

__all__ = ["PaymentConformance"]

_T = TypeVar("_T")

_AT: Final = pendulum.datetime(2024, 1, 31, 9, 30)
_UNITS: Final = {"USD": 2999, "JPY": 500, "BHD": 1005}
"""Minor units to charge, by currency: two, no and three decimals."""

_STEPS: Final = 20
"""A gateway writes to a disk or a network, so sequences are kept short."""


class PaymentConformance:
    """Everything that a gateway promises. `make_gateway` is called many times and must return one without charges."""

    def make_gateway(self) -> Payments:
        """Return a fresh gateway."""
        raise ConfigurationError("a make_gateway that returns a gateway", type(self).__name__, "write the method")

    def reopen(self, gateway: Payments) -> Payments:
        """Return the same gateway as a host finds it after a restart; by default nothing is restarted."""
        return gateway

    def captures(self, gateway: Payments) -> tuple[Money, ...] | None:
        """Return every amount that was taken, from the gateway's own records; None where it cannot tell."""
        del gateway
        return None

    def paying(self) -> Instrument:
        """Return an instrument that pays."""
        return Instrument("test_paying")

    def declining(self) -> tuple[Instrument, str] | None:
        """Return an instrument that is always declined, and the raw code of its decline; None where there is none."""
        return None

    def timing_out(self) -> Instrument | None:
        """Return an instrument that pays, but whose first answer never arrives; None where there is none."""
        return None

    def make_charge(self, key: str, instrument: Instrument | None = None, amount: Money | None = None) -> Charge:
        """Return a charge of one customer for one invoice; override it where a gateway needs ids of its own."""
        return Charge(
            key,
            "inv_1",
            customer_id="c1",
            amount=from_minor(2999, "USD") if amount is None else amount,
            instrument=instrument or self.paying(),
            number=1,
            at=_AT,
        )

    def test_pm_01_takes_exactly_what_was_asked(self) -> None:
        """PM-01: an approved charge is `Paid` with a receipt of exactly the amount, and that much is taken."""
        gateway = self._pulling()
        charge = self.make_charge("k1")
        outcome = gateway.charge(charge)
        assert isinstance(outcome, Paid)
        assert outcome.receipt.id
        assert charge.amount == outcome.receipt.amount
        assert self.captures(gateway) in (None, (charge.amount,))

    def test_pm_02_the_same_key_takes_once(self) -> None:
        """PM-02: the same charge again gives the same receipt and takes nothing."""
        gateway = self._pulling()
        charge = self.make_charge("k1")
        assert gateway.charge(charge) == gateway.charge(charge)
        assert self.captures(gateway) in (None, (charge.amount,))

    def test_pm_03_the_same_key_with_another_amount_is_refused(self) -> None:
        """PM-03: a known key with another amount raises `IdempotencyMismatchError` and takes nothing."""
        gateway = self._pulling()
        charge = self.make_charge("k1")
        gateway.charge(charge)
        with pytest.raises(IdempotencyMismatchError):
            gateway.charge(attrs.evolve(charge, amount=charge.amount + charge.amount))
        assert self.captures(gateway) in (None, (charge.amount,))

    def test_pm_04_another_key_takes_again(self) -> None:
        """PM-04: two keys are two charges with two receipts, even where all else is equal."""
        gateway = self._pulling()
        first, second = gateway.charge(self.make_charge("k1")), gateway.charge(self.make_charge("k2"))
        assert isinstance(first, Paid)
        assert isinstance(second, Paid)
        assert first.receipt.id != second.receipt.id

    def test_pm_05_a_decline_keeps_its_code_and_takes_nothing(self) -> None:
        """PM-05: a refusal is `Declined`, classified, with the raw code as it came; it stays so under its key."""
        gateway = self._pulling()
        instrument, code = self._given(self.declining(), "declines")
        charge = self.make_charge("k1", instrument)
        outcome = gateway.charge(charge)
        assert isinstance(outcome, Declined)
        assert code == outcome.decline.code
        assert outcome == gateway.charge(charge)
        assert self.captures(gateway) in (None, ())

    def test_pm_06_a_time_out_is_unknown_and_resolved_by_look_up(self) -> None:
        """PM-06: a lost answer is `Unknown`; `lookup` then says what happened, and nothing is taken twice."""
        gateway = self._pulling()
        charge = self.make_charge("k1", self._given(self.timing_out(), "times out"))
        assert Unknown(charge.key) == gateway.charge(charge)
        if gateway.capabilities.lookup:
            found = gateway.lookup(charge)
            assert isinstance(found, Paid)
            assert charge.amount == found.receipt.amount
        assert isinstance(gateway.charge(charge), Paid)
        assert self.captures(gateway) in (None, (charge.amount,))

    def test_pm_07_a_key_that_was_never_seen_is_not_found(self) -> None:
        """PM-07: `lookup` of a key that never arrived is None, and takes nothing."""
        gateway = self._looking_up()
        assert gateway.lookup(self.make_charge("never")) is None
        assert self.captures(gateway) in (None, ())

    def test_pm_08_look_up_agrees_with_the_charge(self) -> None:
        """PM-08: `lookup` of a decided key is what `charge` answered."""
        gateway = self._looking_up()
        charge = self.make_charge("k1")
        assert gateway.charge(charge) == gateway.lookup(charge)

    @pytest.mark.parametrize("code", sorted(_UNITS))
    def test_pm_09_every_currency_is_exact(self, code: str) -> None:
        """PM-09: amounts in currencies with no, two and three decimals come back to the last minor unit."""
        gateway = self._pulling()
        amount = from_minor(_UNITS[code], code)
        outcome = gateway.charge(self.make_charge("k1", amount=amount))
        assert isinstance(outcome, Paid)
        assert (str(amount.amount), code) == (str(outcome.receipt.amount.amount), outcome.receipt.amount.currency.code)
        assert self.captures(gateway) in (None, (amount,))

    def test_pm_10_a_restart_forgets_no_key(self) -> None:
        """PM-10: after a restart of the host a decided key still gives the same receipt and takes nothing."""
        gateway = self._pulling()
        charge = self.make_charge("k1")
        before = gateway.charge(charge)
        after = self.reopen(gateway)
        assert before == after.charge(charge)
        assert self.captures(after) in (None, (charge.amount,))

    def test_pm_11_who_cannot_pull_says_pending(self) -> None:
        """PM-11: a gateway with `pull=False` answers `Pending` and claims no money."""
        gateway = self.make_gateway()
        if gateway.capabilities.pull:
            pytest.skip("the gateway pulls")
        assert isinstance(gateway.charge(self.make_charge("k1")), Pending)

    def test_pm_12_the_instrument_is_never_shown(
        self, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """PM-12: nothing that is logged, printed, raised or answered holds the instrument."""
        gateway = self.make_gateway()
        charge = self.make_charge("k1")
        with caplog.at_level(0):
            shown = [repr(gateway.charge(charge)), repr(gateway.lookup(charge)), repr(gateway)]
            if gateway.capabilities.pull:
                with pytest.raises(IdempotencyMismatchError) as raised:
                    gateway.charge(attrs.evolve(charge, amount=charge.amount + charge.amount))
                shown.append(repr(raised.value))
        shown += [caplog.text, *capfd.readouterr()]
        assert charge.instrument.id not in "\n".join(shown)

    def test_pm_13_a_race_on_one_key_takes_once(self) -> None:
        """PM-13: threads that charge the same key at once get the same receipt, and one amount is taken."""
        gateway = self._pulling()
        charge = self.make_charge("k1")
        with ThreadPoolExecutor(4) as pool:
            outcomes = list(pool.map(gateway.charge, [charge] * 4))
        assert [outcomes[0]] * 4 == outcomes
        assert self.captures(gateway) in (None, (charge.amount,))

    def test_pm_14_agrees_with_the_model_over_any_sequence(self) -> None:
        """PM-14: over any sequence of charges, repeats, look-ups and restarts, what is taken is what was answered."""
        self._pulling()
        run_state_machine_as_test(_machine(self), settings=settings(stateful_step_count=_STEPS))

    def _pulling(self) -> Payments:
        gateway = self.make_gateway()
        if not gateway.capabilities.pull:
            pytest.skip("the gateway cannot pull: PM-11 is its contract")
        return gateway

    def _looking_up(self) -> Payments:
        gateway = self._pulling()
        if not gateway.capabilities.lookup:
            pytest.skip("the gateway has no look-up")
        return gateway

    def _given(self, found: _T | None, what: str) -> _T:
        if found is None:
            pytest.skip(f"the kit was given no instrument that {what}")
        return found


class _GatewayMachine(RuleBasedStateMachine):
    """Drives a gateway beside a model: the last answer to each charge."""

    kit: ClassVar[PaymentConformance]

    def __init__(self) -> None:
        super().__init__()
        self.gateway = self.kit.make_gateway()
        self.asked: list[Charge] = []
        self.answers: dict[str, ChargeOutcome | None] = {}
        declining = self.kit.declining()
        known = (self.kit.paying(), self.kit.timing_out(), declining[0] if declining else None)
        self.instruments = [instrument for instrument in known if instrument is not None]

    @rule(minor=st.integers(1, 10**9), code=st.sampled_from(sorted(_UNITS)), data=st.data())
    def charge(self, minor: int, code: str, data: st.DataObject) -> None:
        instrument = data.draw(st.sampled_from(self.instruments))
        asked = self.kit.make_charge(f"k{len(self.asked)}", instrument, from_minor(minor, code))
        self.asked.append(asked)
        self._answered(asked, self.gateway.charge(asked))

    @precondition(lambda self: self.asked)
    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        asked = data.draw(st.sampled_from(self.asked))
        self._answered(asked, self.gateway.charge(asked))

    @precondition(lambda self: self.asked and self.gateway.capabilities.lookup)
    @rule(data=st.data())
    def look_up(self, data: st.DataObject) -> None:
        asked = data.draw(st.sampled_from(self.asked))
        self._answered(asked, self.gateway.lookup(asked))

    @precondition(lambda self: self.decided())
    @rule(data=st.data(), more=st.integers(1, 100))
    def change_the_amount(self, data: st.DataObject, more: int) -> None:
        asked = data.draw(st.sampled_from(self.decided()))
        other = from_minor(to_minor(asked.amount) + more, asked.amount.currency)
        with pytest.raises(IdempotencyMismatchError):
            self.gateway.charge(attrs.evolve(asked, amount=other))

    @rule()
    def restart(self) -> None:
        self.gateway = self.kit.reopen(self.gateway)

    @invariant()
    def what_is_taken_was_answered(self) -> None:
        taken = self.kit.captures(self.gateway)
        if taken is not None:
            paid = [asked for asked in self.asked if isinstance(self.answers[asked.key], Paid)]
            waiting = [asked for asked in self.asked if asked not in self.decided()]
            extra = Counter(map(_words, taken))
            extra.subtract(_words(asked.amount) for asked in paid)
            assert min(extra.values(), default=0) >= 0, "an answer of Paid without a capture"
            assert +extra <= Counter(_words(asked.amount) for asked in waiting), "a capture that nobody asked for"

    def decided(self) -> list[Charge]:
        return [asked for asked in self.asked if isinstance(self.answers[asked.key], Paid | Declined)]

    def _answered(self, asked: Charge, answer: ChargeOutcome | None) -> None:
        before = self.answers.get(asked.key)
        if isinstance(before, Paid | Declined):
            assert before == answer, "a decided key that changed its answer"
        if isinstance(answer, Paid):
            assert asked.amount == answer.receipt.amount, "a receipt of another amount"
        self.answers[asked.key] = answer


def _machine(kit: PaymentConformance) -> type[RuleBasedStateMachine]:
    return type("GatewayMachine", (_GatewayMachine,), {"kit": kit})


def _words(amount: Money) -> str:
    return f"{amount.currency.code} {to_minor(amount)}"
