from datetime import date

import attrs
import pendulum

from renewkit.books.lifecycle import Status
from renewkit.books.subscription import Timing
from renewkit.effects.snapshot import Snapshot
from renewkit.engine.plan import plan
from renewkit.policies.cycle import MONTHLY, BillingCycle
from renewkit.policies.reminders.presets import NO_REMINDERS
from scenarios.world import NOON, contract, payer, transfer


def planned(sold: object, now: pendulum.DateTime = NOON) -> object:
    """Return the plan for one contract."""
    return plan(Snapshot(book="default", customer=payer(), subscriptions=(sold,)), now=now)


def test_a_period_is_invoiced_when_it_opens() -> None:
    """A second before midnight of the contract's zone there is nothing, at midnight there is the invoice."""
    sold = contract(cycle=BillingCycle(date(2024, 1, 31), MONTHLY, zone="Asia/Taipei"))
    midnight = pendulum.datetime(2024, 1, 30, 16)
    early = planned(sold, midnight.subtract(seconds=1))
    assert ((), midnight) == (early.invoices, early.due)
    assert 1 == len(planned(sold, midnight).invoices)


def test_a_lead_time_opens_the_period_early() -> None:
    """Billed ten days ahead, the contract is active from then on, and due on its first day."""
    sold = contract(lead_days=10)
    made = planned(sold, pendulum.datetime(2024, 1, 21))
    (bill,) = made.invoices
    assert (date(2024, 1, 21), date(2024, 1, 31)) == (bill.issued_on, bill.due_on)
    assert Status.ACTIVE is made.subscriptions[0].standing.status


def test_in_arrears_a_lead_time_does_not_begin_the_service() -> None:
    """Service begins on its first day; the lead counts from the end."""
    sold = contract(timing=Timing.ARREARS, lead_days=5)
    assert Status.DRAFT is planned(sold, pendulum.datetime(2024, 1, 28)).after.subscriptions[0].standing.status
    assert 1 == len(planned(sold, pendulum.datetime(2024, 2, 24)).invoices)


def test_who_must_pay_is_told_what() -> None:
    """An invoice to pay is sent; one that is charged is not."""
    assert ["invoice"] == [effect.topic for effect in planned(transfer()).effects]
    assert ["Charge"] == [type(effect).__name__ for effect in planned(contract()).effects]


def test_a_trial_names_the_moment_of_its_start_and_end() -> None:
    """A draft waits for its trial, a trial for its first period."""
    sold = contract(cycle=BillingCycle(date(2024, 3, 1), MONTHLY), trial_from=date(2024, 2, 15), reminders=NO_REMINDERS)
    assert pendulum.datetime(2024, 2, 15) == planned(sold).due
    assert pendulum.datetime(2024, 3, 1) == planned(sold, pendulum.datetime(2024, 2, 20)).due


def test_the_end_waits_for_its_day() -> None:
    """A contract that is to end names the day as its next moment."""
    sold = transfer(ends_on=date(2024, 2, 10), reminders=NO_REMINDERS, due_days=30)
    assert pendulum.datetime(2024, 2, 10) == planned(sold).due


def test_what_has_ended_is_not_planned() -> None:
    """It has no next moment."""
    standing = attrs.evolve(contract().standing, status=Status.ENDED, ended_on=date(2024, 1, 1))
    made = planned(attrs.evolve(contract(), standing=standing))
    assert (True, None) == (made.is_empty, made.due)
