from datetime import date, timedelta

import pendulum
import pytest

from renewkit.effects.effect import charge_key
from renewkit.effects.outcome import Declined
from renewkit.policies.cycle import MONTHLY, BillingCycle
from renewkit.policies.retry import RetryPolicy
from renewkit.testing.fakes import FunctionGateway
from renewkit.values.decline import classify
from scenarios.world import World, contract, declines, transfer


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
