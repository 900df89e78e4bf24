"""News that comes late, twice, in another order, or while something is in flight: the books end right."""

from datetime import timedelta
from itertools import permutations

import pendulum
import pytest

from renewkit.books.invoice import Payment, PaymentUse
from renewkit.books.lifecycle import Status
from renewkit.effects.outcome import Declined, Paid, PaymentReceipt, Pending
from renewkit.errors import CurrencyMismatchError, NotFoundError, StateError
from renewkit.ports.payment import PaymentCapabilities
from renewkit.testing.fakes import FunctionGateway
from renewkit.values.decline import classify
from renewkit.values.money import money, usd
from scenarios.world import NOON, PRICE, Acquirer, World, contract, declines, pays, transfer


def parts(*amounts: str) -> list[Payment]:
    """Return payments of these amounts, each with its own key."""
    return [
        Payment(f"line-{place}", usd(amount), at=NOON, method="bank_transfer") for place, amount in enumerate(amounts)
    ]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_payments_in_any_order_pay_the_same(order: tuple[int, ...]) -> None:
    """Three part payments, in any order and each twice: paid once, nothing in excess."""
    lines = parts("10.00", "9.99", "10.00")
    world = World().sold(transfer())
    world.tick()
    for place in (*order, *order):
        world.renewals.record_payments([(world.invoice().id, lines[place])])
    world.live(3)
    bill = world.settled().invoice()
    assert bill.is_paid
    assert PRICE == sum((payment.amount for payment in bill.payments), usd("0"))
    assert {PaymentUse.APPLIED} == {payment.use for payment in bill.payments}


def test_what_is_too_much_is_kept_as_excess() -> None:
    """An overpayment pays the invoice; the rest is booked as excess and the customer hears of it."""
    world = World().sold(transfer())
    world.tick()
    bill = world.renewals.record_payment(world.invoice().id, PRICE + usd("5"), key="line-1")
    assert [(PRICE, PaymentUse.APPLIED), (usd("5"), PaymentUse.EXCESS)] == [(p.amount, p.use) for p in bill.payments]
    world.tick()
    assert ["invoice", "receipt", "duplicate_payment"] == world.settled().topics()
    assert usd("5.00") == world.messenger.sent[-1].amount


def test_a_second_payment_is_excess_as_a_whole() -> None:
    """Paid twice under two keys: the second one is kept for refund."""
    world = World().sold(transfer())
    world.tick()
    for key in ("line-1", "line-2"):
        world.renewals.record_payment(world.invoice().id, PRICE, key=key)
    world.tick()
    assert usd("0") == world.invoice().open
    assert 1 == len(world.facts("payment.excess"))
    assert 1 == world.settled().topics().count("duplicate_payment")


def test_a_payment_with_a_date_of_its_own_keeps_it() -> None:
    """The bank's date is the date of the payment."""
    world = World().sold(transfer())
    world.live(5)
    value_day = pendulum.datetime(2024, 2, 2, 9)
    bill = world.renewals.record_payment(world.invoice().id, PRICE, key="line-1", at=value_day)
    assert value_day == bill.paid_at


@pytest.mark.parametrize("answer", [pays, declines])
def test_a_payment_while_a_charge_is_in_flight_loses_nothing(answer: object) -> None:
    """The card's answer is lost, the customer pays by transfer meanwhile, then the answer is found: both are booked."""
    world = World(gateway=Acquirer(lambda *_: "answer", answer=answer))
    world.gateway.is_deaf = True
    world.sold(contract())
    world.tick()
    world.renewals.record_payment(world.invoice().id, PRICE, key="line-1")
    world.tick()
    world.gateway.is_deaf = False
    world.sleep(hours=1).tick()
    bill = world.settled().invoice()
    assert (True, None) == (bill.is_paid, bill.charging)
    assert len(world.gateway.receipts) == len([p for p in bill.payments if p.use is PaymentUse.EXCESS])
    world.live(20)
    assert 1 == len(world.gateway.charges)


def test_a_payment_after_the_end_is_not_lost() -> None:
    """Written off long ago, and paid after all: the money is on the invoice."""
    world = World().sold(transfer(grace_days=5, lapse_days=10, due_days=0))
    world.live(20)
    assert Status.ENDED is world.subscription().standing.status
    bill = world.renewals.record_payment(world.invoice().id, PRICE, key="line-1")
    assert PRICE == bill.paid
    world.tick()
    assert 1 == world.settled().topics().count("receipt")


def test_a_payment_before_the_retry_stops_it() -> None:
    """Nothing is charged that has been paid."""
    gateway = FunctionGateway(declines)
    world = World(gateway=gateway).sold(contract())
    world.tick()
    world.renewals.record_payment(world.invoice().id, PRICE, key="line-1")
    world.live(20)
    assert 1 == len(gateway.charges)


def test_a_part_payment_lowers_the_next_charge() -> None:
    """The retry asks for what is still open, under a key of its own."""
    gateway = FunctionGateway(lambda charge: declines(charge) if charge.number == 1 else pays(charge))
    world = World(gateway=gateway).sold(contract())
    world.tick()
    world.renewals.record_payment(world.invoice().id, usd("9.99"), key="line-1")
    world.live(10)
    assert [PRICE, usd("20.00")] == [charge.amount for charge in gateway.charges]
    assert world.settled().invoice().is_paid


def test_no_payments_are_booked_for_nobody() -> None:
    """An empty list books nothing; an unknown invoice and another currency are refused."""
    world = World().sold(transfer())
    world.tick()
    assert () == world.renewals.record_payments([])
    with pytest.raises(NotFoundError):
        world.renewals.record_payment("inv_none", PRICE, key="line-1")
    with pytest.raises(CurrencyMismatchError):
        world.renewals.record_payment(world.invoice().id, money("5", "EUR"), key="line-1")
    assert () == world.invoice().payments


def test_a_lost_answer_is_found_at_once() -> None:
    """The gateway timed out after it charged: it is asked in the same tick, and charged once."""
    world = World(gateway=Acquirer(lambda _, number: "answer" if number == 1 else "")).sold(contract())
    world.tick()
    assert (1, 1) == (len(world.gateway.charges), len(world.gateway.receipts))
    assert world.settled().invoice().is_paid


def test_a_lost_request_is_sent_again_with_its_key() -> None:
    """It never arrived: the look-up says so, and the same key is sent once more."""
    world = World(gateway=Acquirer(lambda _, number: "request" if number == 1 else "")).sold(contract())
    world.tick()
    assert (1, 1) == (len(world.gateway.receipts), len(world.gateway.looked_up))
    assert world.settled().invoice().is_paid


def test_a_request_that_is_lost_again_waits() -> None:
    """Within one tick it is sent twice at most; the next tick goes on."""
    world = World(gateway=Acquirer(lambda _, number: "request" if number < 4 else "")).sold(contract())
    world.tick()
    assert () == world.gateway.receipts
    world.live(1, every=timedelta(minutes=15))
    assert 1 == len(world.settled().gateway.receipts)


def test_without_a_look_up_a_lost_answer_waits_for_a_person() -> None:
    """Nobody can tell: the contract is parked, and a person says that it was paid."""
    world = World(gateway=Acquirer(lambda *_: "answer", lookup=False)).sold(contract())
    world.tick()
    assert ["charge.unresolved"] == [problem.code for problem in world.sleep(minutes=15).tick().problems]
    world.live(10)
    assert 1 == len(world.gateway.charges)
    (receipt,) = world.gateway.receipts
    world.renewals.review("s1", outcome=Paid(receipt))
    world.tick()
    assert world.settled().invoice().is_paid
    assert None is world.subscription().standing.parked


def test_a_person_may_say_that_it_was_declined() -> None:
    """The retry then follows the policy."""
    world = World(gateway=Acquirer(lambda _, number: "request", lookup=False)).sold(contract())
    world.tick()
    world.sleep(minutes=15).tick()
    world.renewals.review("s1", outcome=Declined(classify("stripe", "insufficient_funds"), world.clock.now()))
    world.tick()
    assert 1 == len(world.facts("retry.scheduled"))


def test_after_the_keys_have_expired_nothing_is_sent_again() -> None:
    """The gateway has forgotten the key: it is parked, since the same key could charge twice now."""
    world = World(gateway=Acquirer(lambda _, number: "request" if number < 9 else "", window=timedelta(hours=24)))
    world.sold(contract())
    world.tick()
    assert ["charge.unresolved"] == [problem.code for problem in world.sleep(hours=24).tick().problems]
    assert () == world.gateway.receipts


def test_a_gateway_that_stays_silent_is_asked_for_three_days() -> None:
    """Then a person has to look; nothing is charged meanwhile."""
    world = World(gateway=Acquirer(lambda *_: "answer"))
    world.gateway.is_deaf = True
    world.sold(contract())
    report = world.live(4, every=timedelta(minutes=15))
    assert ["charge.unresolved"] == [problem.code for problem in report.problems]
    assert 1 == len(world.gateway.charges)
    assert len(world.gateway.looked_up) < 30
    world.gateway.is_deaf = False
    world.renewals.review("s1")
    world.tick()
    assert world.settled().invoice().is_paid


def test_a_debit_that_takes_days_is_found_when_it_clears() -> None:
    """Pending on Wednesday, paid on Friday: looked up until it says so, charged once, and nothing else meanwhile."""
    gateway = Acquirer(answer=lambda charge: Pending(charge.at + timedelta(days=2)))
    world = World(gateway=gateway).sold(contract())
    world.live(2, every=timedelta(hours=6))
    assert not world.invoice().is_paid
    charge = gateway.charges[0]
    gateway._decided[charge.key] = (charge, pays(charge))
    world.sleep(hours=6).tick()
    assert world.settled().invoice().is_paid
    assert 1 == len(gateway.charges)


@pytest.mark.parametrize("until", [None, NOON + timedelta(days=2)])
def test_where_nobody_can_be_asked_the_money_is_waited_for(until: object) -> None:
    """A gateway without look-up says pending: nothing is parked, nothing charged again; the bank line settles it."""
    capabilities = PaymentCapabilities(name="wire", pull=False, lookup=False)
    gateway = FunctionGateway(lambda _: Pending(until), capabilities=capabilities)
    world = World(gateway=gateway).sold(contract())
    assert () == world.live(10).problems
    assert (1, ()) == (len(gateway.charges), world.pending())
    assert Status.PAST_DUE is world.subscription().standing.status
    world.renewals.record_payment(world.invoice().id, PRICE, key="line-1")
    world.tick()
    assert Status.ACTIVE is world.settled().subscription().standing.status


def test_a_gateway_may_stamp_its_answers_after_the_tick_began() -> None:
    """The clock was read before the charge was made, so the decline is a moment later: it is retried like any other."""
    late = timedelta(seconds=3)
    gateway = FunctionGateway(lambda c: Declined(classify("stripe", "insufficient_funds"), c.at + late))
    world = World(gateway=gateway).sold(contract())
    assert () == world.tick().problems
    assert 1 == len(world.facts("retry.scheduled"))


def test_an_outcome_that_fits_no_charge_is_refused() -> None:
    """Where nothing waits, or two charges do, a person must say which one it was."""
    world = World(gateway=Acquirer(lambda *_: "answer", lookup=False)).sold(contract())
    paid = Paid(PaymentReceipt("r1", PRICE, at=NOON))
    with pytest.raises(StateError, match="one charge of s1"):
        world.renewals.review("s1", outcome=paid)
    world.sleep(days=90).tick()
    world.sleep(minutes=15).tick()
    first, *others = world.gateway.charges
    assert others
    with pytest.raises(StateError, match="name one of these invoices"):
        world.renewals.review("s1", outcome=paid)
    world.renewals.review("s1", outcome=paid, invoice_id=first.invoice_id)
    assert [first.invoice_id] == [bill.id for bill in world.invoices() if bill.is_paid]


def test_a_webhook_told_twice_changes_nothing() -> None:
    """The same payment under the same key, from the gateway and from the bank, is one payment."""
    world = World().sold(contract())
    world.tick()
    (receipt,) = world.gateway.receipts
    before = world.invoice()
    world.renewals.record_payment(before.id, PRICE, key=receipt.id)
    assert before == world.invoice()


def test_an_unknown_outcome_is_a_fact() -> None:
    """The trail says that nobody knew, and when."""
    world = World(gateway=Acquirer(lambda charge, _: "answer", lookup=False)).sold(contract())
    world.tick()
    (fact,) = world.facts("charge.unknown")
    assert {"invoice": world.invoice().id, "key": world.gateway.charges[0].key} == dict(fact.detail)
