"""What a late recovery does to the schedule."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from renewkit.books.lifecycle import Status
from renewkit.effects.effect import Charge
from renewkit.effects.outcome import ChargeOutcome
from renewkit.policies.cycle import SemiMonthly
from renewkit.policies.retry import AfterRecovery, RetryPolicy
from renewkit.testing.fakes import FunctionGateway
from scenarios.world import NOON, START, World, contract, declines, pays, transfer

REBASE = RetryPolicy(waits=(timedelta(days=40),), after_recovery=AfterRecovery.REBASE)
KEEP = RetryPolicy(waits=(timedelta(days=40),))


def funded_from(days: int) -> FunctionGateway:
    """Return a gateway that declines until so many days have passed."""

    def answer(charge: Charge) -> ChargeOutcome:
        return pays(charge) if charge.at >= NOON + timedelta(days=days) else declines(charge)

    return FunctionGateway(answer)


def recovered(retry: RetryPolicy, **changes: object) -> World:
    """Let a contract be suspended in February and pay on 11 March."""
    world = World(gateway=funded_from(40)).sold(contract(retry=retry, grace_days=10, **changes))
    world.live(90)
    return world.settled()


def periods(world: World) -> list[str]:
    """Return the periods that were billed."""
    return [str(bill.period) for bill in world.invoices()]


def test_kept_dates_lead_back_with_a_stub() -> None:
    """The days without service are not billed, the rest of the cycle is."""
    assert ["[2024-01-31, 2024-02-29)", "[2024-03-11, 2024-03-31)", "[2024-03-31, 2024-04-30)"] == periods(
        recovered(KEEP)
    )[:3]


def test_a_rebased_schedule_starts_on_the_day_of_recovery() -> None:
    """Whole periods follow from there, and the move is a fact."""
    world = recovered(REBASE)
    assert ["[2024-01-31, 2024-02-29)", "[2024-03-11, 2024-04-11)", "[2024-04-11, 2024-05-11)"] == periods(world)
    (moved,) = world.facts("subscription.rebased")
    assert {
        "on": "2024-03-11",
        "before": "[2024-02-29, 2024-03-31)",
        "after": "[2024-03-11, 2024-04-11)",
        "revision": "1",
    } == dict(moved.detail)
    assert 1 == world.subscription().standing.revision


def test_the_number_of_a_period_goes_on() -> None:
    """A term of six cycles still ends after its sixth, counted as they would have come."""
    for retry, end in ((KEEP, date(2024, 7, 31)), (REBASE, date(2024, 8, 11))):
        world = recovered(retry, term=6, renews=0)
        sold = world.subscription()
        assert (1, end) == (sold.position(date(2024, 3, 20)), sold.final_day)


def test_a_recovery_on_a_boundary_moves_nothing() -> None:
    """The day on which the next period would start anyway."""
    retry = RetryPolicy(waits=(timedelta(days=60),), after_recovery=AfterRecovery.REBASE)
    world = World(gateway=funded_from(60)).sold(contract(retry=retry, grace_days=10))
    world.live(62)
    assert (date(2024, 3, 31), ()) == (world.invoice().period.start, world.facts("subscription.rebased"))


def test_a_recovery_in_grace_moves_nothing() -> None:
    """What was served and billed is neither given away nor billed twice."""
    retry = RetryPolicy(waits=(timedelta(days=5),), after_recovery=AfterRecovery.REBASE)
    world = World(gateway=funded_from(5)).sold(contract(retry=retry, grace_days=10))
    world.live(40)
    assert ["[2024-01-31, 2024-02-29)", "[2024-02-29, 2024-03-31)"] == periods(world)


def test_agreed_calendar_days_stay() -> None:
    """The 1st and the 15th cannot start on an 11th."""
    world = recovered(REBASE, cycle=SemiMonthly(1, 15), starts_on=START)
    assert () == world.facts("subscription.rebased")
    assert "[2024-03-12, 2024-03-15)" in periods(world)


def test_a_contract_that_is_paid_by_transfer_keeps_its_dates() -> None:
    """Retries have no part in it."""
    world = World().sold(transfer(retry=REBASE, grace_days=0))
    world.live(40)
    assert Status.SUSPENDED is world.subscription().standing.status
    world.renewals.record_payment(world.invoice().id, world.invoice().open, key="b1")
    world.live(1)
    assert (Status.ACTIVE, ()) == (world.subscription().standing.status, world.facts("subscription.rebased"))


def test_the_same_contract_again_is_still_the_same() -> None:
    """A host that subscribes it once more changes nothing, though its schedule was moved."""
    world = recovered(REBASE)
    before = world.facts()
    world.renewals.subscribe(contract(retry=REBASE, grace_days=10))
    assert before == world.facts()


@pytest.mark.parametrize("retry", [KEEP, REBASE])
def test_no_day_is_billed_twice(retry: RetryPolicy) -> None:
    """Whatever becomes of the schedule."""
    bills = recovered(retry).invoices()
    assert all(early.period.end <= late.period.start for early, late in pairwise(bills))
