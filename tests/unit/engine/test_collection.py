from collections.abc import Callable
from datetime import date, timedelta

import attrs
import pendulum
import pytest

from renewkit.books.subscription import Item, Subscription
from renewkit.effects.effect import Charge, charge_key
from renewkit.effects.outcome import ChargeOutcome, Declined, Pending
from renewkit.effects.snapshot import Snapshot
from renewkit.engine.news import Came, InstrumentSet
from renewkit.engine.plan import fold, plan
from renewkit.policies.cycle import DAILY, MONTHLY, BillingCycle
from renewkit.policies.network import NetworkRules
from renewkit.policies.pricing import Flat
from renewkit.policies.retry import RetryPolicy
from renewkit.ports.payment import PaymentCapabilities
from renewkit.testing.fakes import FunctionGateway
from renewkit.values.decline import Instrument, classify
from renewkit.values.money import money
from scenarios.world import CARD, DAY, NOON, PRICE, World, contract, declines, declines_first, payer, pays, transfer


def test_the_key_of_an_attempt_is_made_from_invoice_and_number() -> None:
    """The first retry is attempt 2, under a key of its own."""
    gateway = FunctionGateway(declines)
    world = World(gateway=gateway).sold(contract())
    world.live(10)
    keys = [charge_key(world.invoice().id, number) for number in (1, 2, 3)]
    assert keys == [charge.key for charge in gateway.charges][:3]


def test_an_invoice_to_pay_is_never_charged() -> None:
    """Though there is a card."""
    world = World().sold(transfer())
    world.live(30)
    assert [] == world.gateway.charges


def test_a_draft_is_not_charged() -> None:
    """Before its first period nothing is collected."""
    world = World().sold(contract(cycle=BillingCycle(date(2024, 3, 1), MONTHLY), starts_on=date(2024, 3, 1)))
    world.live(3)
    assert [] == world.gateway.charges


def test_a_retry_waits_for_its_time() -> None:
    """The next moment of the customer is the retry's, to the second."""
    world = World(gateway=FunctionGateway(declines)).sold(contract(retry=RetryPolicy(waits=(timedelta(hours=7),))))
    world.tick()
    assert pendulum.datetime(2024, 1, 31, 19) == world.invoice().retry_at == world.due()


@pytest.mark.parametrize(
    ("code", "reason"),
    [("expired_card", "waiting for the customer: update_payment_method"), ("duplicate_transaction", "merchant")],
)
def test_a_decline_that_allows_no_retry_is_given_up_with_its_reason(code: str, reason: str) -> None:
    """The customer is asked where the customer can help; else the merchant has to look."""
    gateway = FunctionGateway(lambda charge: Declined(classify("stripe", code), charge.at))
    world = World(gateway=gateway).sold(contract())
    world.live(5)
    assert (reason, 1) == (world.invoice().given_up, len(gateway.charges))
    assert ["payment_failed"] == [topic for topic in world.topics() if topic == "payment_failed"]


# ---------------------------------------------------------------------------------------------- the networks' last word


def answering(code: str, card: str = CARD.id) -> Callable[[Charge], ChargeOutcome]:
    """Return a gateway's answers: one card is declined with a code, any other pays."""
    return lambda charge: (
        Declined(classify("stripe", code), charge.at) if charge.instrument.id == card else pays(charge)
    )


def details(world: World, kind: str) -> list[dict[str, str]]:
    """Return the details of every fact of a kind."""
    return [dict(fact.detail) for fact in world.facts(kind)]


def in_india(**changes: object) -> dict[str, object]:
    """Return what makes the world's customer pay with an Indian card."""
    return {"instrument": Instrument("pm_in", "visa", region="IN")} | changes


def rupees(amount: int) -> Subscription:
    """Return a contract over an amount in INR."""
    return contract(items=(Item("membership", Flat(money(amount, "INR"))),))


def test_a_retry_is_delayed_to_the_first_moment_that_a_network_allows() -> None:
    """Ten declines in a day fill the cap of the card; the fact names the rule and its source."""
    card = Instrument("pm_secret", "mastercard")
    hourly = RetryPolicy(waits=tuple(timedelta(hours=k) for k in range(1, 13)))
    world = World(gateway=FunctionGateway(declines)).sold(contract(retry=hourly), instrument=card)
    world.live(2, every=timedelta(hours=1))
    times = [charge.at for charge in world.gateway.charges]
    assert (timedelta(hours=9), timedelta(hours=25)) == (times[9] - times[0], times[10] - times[0])
    (first, *_) = details(world, "network.delayed")
    assert ("mastercard-24h", "cap_24h") == (first["rule"], first["reason"])
    assert "tabapay" in first["source"]


def test_attempts_are_counted_over_all_contracts_that_share_a_card() -> None:
    """Two contracts do not get ten declines a day each."""
    card = Instrument("pm_secret", "mastercard")
    hourly = RetryPolicy(waits=tuple(timedelta(hours=k) for k in range(1, 13)))
    sold = [contract(key, retry=hourly) for key in ("s1", "s2")]
    world = World(gateway=FunctionGateway(declines)).sold(*sold, instrument=card)
    world.live(1, every=timedelta(hours=1))
    day = [charge for charge in world.gateway.charges if charge.at < NOON + timedelta(hours=24)]
    assert 10 == len(day)


def test_attempts_on_closed_invoices_are_counted() -> None:
    """What was declined for an invoice that is paid by now stays on the contract, as long as rules look back."""
    world = World(gateway=FunctionGateway(declines_first(1))).sold(contract(retry=RetryPolicy((DAY,))))
    world.live(2)
    kept = world.subscription().standing.attempts
    assert ((False, True), world.invoice().attempts) == (
        (world.invoice().is_open, kept[0].is_declined),
        kept,
    )
    assert (CARD.id, PRICE) == (kept[0].instrument, kept[0].amount)


def test_a_contract_that_always_pays_remembers_nothing() -> None:
    """Its standing holds no attempts."""
    world = World().sold(contract())
    world.live(70)
    assert ((), 3) == (world.subscription().standing.attempts, len(world.gateway.charges))


def test_a_card_that_may_never_be_tried_again_is_not_charged_for_the_next_invoice() -> None:
    """The customer is asked for another one instead."""
    world = World(gateway=FunctionGateway(answering("stolen_card"))).sold(contract(grace_days=90))
    world.live(40)
    first, second = world.invoices()
    assert (1, 0, "waiting for the customer: use_other_method") == (
        len(first.attempts),
        len(second.attempts),
        second.given_up,
    )
    (refused,) = details(world, "network.refused")
    assert ("1", "never", "decline") == (refused["attempt"], refused["reason"], refused["rule"])
    assert 2 == world.topics().count("payment_failed")


def test_a_mistake_in_one_request_says_nothing_about_another() -> None:
    """A duplicate of the merchant's own making does not stop the card."""
    world = World(gateway=FunctionGateway(answering("duplicate_transaction"))).sold(contract(grace_days=90))
    world.live(40)
    assert [1, 1] == [len(bill.attempts) for bill in world.invoices()]


def test_a_debit_that_must_be_announced_is_announced_and_waits() -> None:
    """An Indian card is charged 24 hours after the customer was told, and told once."""
    world = World().sold(contract(), **in_india())
    world.tick()
    assert (NOON + DAY, ["upcoming"], []) == (world.invoice().retry_at, world.topics(), world.gateway.charges)
    world.live(2)
    assert ([NOON + DAY], ["upcoming", "receipt"]) == ([c.at for c in world.gateway.charges], world.topics())


def test_a_retry_that_must_be_announced_is_announced_by_the_failure() -> None:
    """The message of the decline names the next try, which lies at least 24 hours ahead."""
    quick = RetryPolicy(waits=(timedelta(hours=2),))
    world = World(gateway=FunctionGateway(declines_first(1))).sold(contract(retry=quick), **in_india())
    world.live(3, every=timedelta(hours=1))
    assert [NOON + DAY, NOON + 2 * DAY] == [charge.at for charge in world.gateway.charges]
    assert 1 == world.topics().count("payment_failed")


@pytest.mark.parametrize(
    ("rules", "amount", "charges"),
    [
        (NetworkRules(), 15_000, 1),
        (NetworkRules(), 15_001, 0),
        (NetworkRules(merchant_class="insurance"), 15_001, 1),
        (NetworkRules(merchant_class="insurance"), 100_001, 0),
    ],
)
def test_above_the_limit_the_customer_is_asked_to_authenticate(rules: NetworkRules, amount: int, charges: int) -> None:
    """India: INR 15,000, and 100,000 for some classes of merchants."""
    world = World(rules=rules).sold(rupees(amount), **in_india())
    world.live(2)
    asked = None if charges else "waiting for the customer: authenticate"
    assert (charges, asked) == (len(world.gateway.charges), world.invoice().given_up)
    notes = [message.note for message in world.messenger.sent if message.topic == "payment_failed"]
    assert ([] if charges else ["authenticate"]) == notes


def test_a_charge_is_not_postponed_beyond_its_end() -> None:
    """A contract that lapses before the network allows another try gives the invoice up."""
    card = Instrument("pm_secret", "mastercard")
    hourly = RetryPolicy(waits=tuple(timedelta(hours=k) for k in range(1, 13)))
    sold = contract(retry=hourly, grace_days=0, lapse_days=1)
    world = World(gateway=FunctionGateway(declines)).sold(sold, instrument=card)
    world.live(1, every=timedelta(hours=1))
    assert ("too_late", 10) == (world.invoice().given_up, len(world.gateway.charges))
    (refused,) = details(world, "network.refused")
    assert "mastercard-24h" == refused["rule"]


def test_charges_that_fill_a_cap_are_made_in_rounds() -> None:
    """While those under way may all be declined the next ones wait for their outcome, and none is postponed."""
    world = World().sold(contract(every=DAILY), instrument=Instrument("pm_secret", "mastercard"))
    report = world.sleep(days=24).tick()
    assert (25, 0) == (report.count("payment.received"), report.count("network.delayed"))


def test_what_is_asked_goes_out_with_the_first_retry_only() -> None:
    """The action of the decline is asked for once; a technical failure asks for nothing."""
    world = World(gateway=FunctionGateway(declines)).sold(contract(retry=RetryPolicy((DAY, 2 * DAY)), grace_days=9))
    world.live(1)
    notes = [message.note for message in world.messenger.sent if message.topic == "payment_failed"]
    assert ["add_funds", ""] == notes
    broken = World(gateway=FunctionGateway(answering("processing_error"))).sold(contract())
    broken.tick()
    assert ["none"] == [message.note for message in broken.messenger.sent]


# ------------------------------------------------------------------------------------------ another payment method


NEW = Instrument("pm_new", "visa", region="US")


def test_a_new_card_is_tried_at_once() -> None:
    """What waited for the customer is paid by the next tick, without another message of a failure."""
    world = World(gateway=FunctionGateway(answering("expired_card"))).sold(contract())
    world.live(1)
    assert "waiting for the customer: update_payment_method" == world.invoice().given_up
    world.renewals.set_instrument("c1", NEW)
    world.tick()
    assert (True, 1) == (world.invoice().is_paid, world.topics().count("payment_failed"))
    world.settled()


def test_a_new_card_goes_before_the_next_retry() -> None:
    """A retry that was to come later with the old card is made at once with the new one, and uses no rung."""
    world = World(gateway=FunctionGateway(declines)).sold(contract(retry=RetryPolicy((3 * DAY, 8 * DAY))))
    world.tick()
    world.sleep(hours=5).renewals.set_instrument("c1", NEW)
    world.tick()
    assert [CARD, NEW] == [charge.instrument for charge in world.gateway.charges]
    assert NOON + 3 * DAY + timedelta(hours=5) >= world.invoice().retry_at > NOON + DAY


def test_a_new_card_is_tried_at_once_one_time() -> None:
    """However far the clocks of host, worker and gateway are apart, its decline is followed by the policy."""
    behind = FunctionGateway(lambda charge: Declined(classify("stripe", "do_not_honor"), charge.at.subtract(minutes=3)))
    world = World(gateway=behind).sold(contract(retry=RetryPolicy((3 * DAY,))))
    world.tick()
    world.renewals.set_instrument("c1", NEW)
    for _ in range(3):
        world.tick()
    assert 2 == len(world.gateway.charges)


def test_changing_back_is_no_change() -> None:
    """A card that has been tried already is not tried at once, because another one was named in between."""
    world = World(gateway=FunctionGateway(answering("expired_card"))).sold(contract())
    world.tick()
    for card in (NEW, CARD):
        world.sleep(minutes=1).renewals.set_instrument("c1", card)
    world.tick()
    assert (1, "waiting for the customer: update_payment_method") == (
        len(world.gateway.charges),
        world.invoice().given_up,
    )


def test_a_card_ends_the_lack_of_one() -> None:
    """An invoice that had nothing to be charged to is charged, as often as the card comes and goes."""
    world = World().sold(contract(), instrument=None)
    for card in (None, NEW):
        world.tick()
        world.sleep(hours=1).renewals.set_instrument("c1", NEW)
        world.renewals.set_instrument("c1", card)
    world.tick()
    assert (True, 2) == (world.invoice().is_paid, world.topics().count("payment_failed"))


def test_money_that_is_on_its_way_is_not_asked_for_again() -> None:
    """A debit that was accepted and cannot be looked up is left alone by a new card."""
    gateway = FunctionGateway(
        lambda _charge: Pending(), capabilities=PaymentCapabilities(name="slow", pull=True, lookup=False)
    )
    world = World(gateway=gateway).sold(contract())
    world.tick()
    world.sleep(hours=1).renewals.set_instrument("c1", NEW)
    world.tick()
    assert (1, "waiting for the money to arrive") == (len(gateway.charges), world.invoice().given_up)


def test_a_decline_of_the_old_card_that_comes_late_is_followed_by_the_new_one() -> None:
    """A charge that was under way when the card was changed does not leave the customer waiting."""
    seen = Snapshot(book="default", customer=payer(), subscriptions=(contract(),))
    asked = plan(seen, now=NOON)
    changed = attrs.evolve(asked.after, customer=payer(instrument=NEW))
    told = fold(changed, now=NOON + timedelta(minutes=1), news=[InstrumentSet(NEW)], who="host").after
    late = Declined(classify("stripe", "expired_card"), NOON + timedelta(minutes=2))
    made = plan(told, now=NOON + timedelta(minutes=2), news=[Came(asked.effects[0], late)])
    assert [(NEW, 2)] == [(effect.instrument, effect.number) for effect in made.effects]


def test_a_new_card_is_tried_at_once_by_a_clock_that_stands_still() -> None:
    """Decline, change and retry at one instant are still one after the other."""
    world = World(gateway=FunctionGateway(answering("expired_card"))).sold(contract())
    world.tick()
    world.renewals.set_instrument("c1", NEW)
    world.tick()
    first, second = world.invoice().attempts
    assert (True, True) == (world.settled().invoice().is_paid, first.at < second.at)
