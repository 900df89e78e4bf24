"""Stories of contracts as their owners would tell them."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from renewkit.books.lifecycle import Status
from renewkit.books.subscription import Item, Timing
from renewkit.effects.outcome import Declined, RequiresAction
from renewkit.errors import ConflictError, NotFoundError, StateError
from renewkit.policies.cycle import ANNUAL, BillingCycle
from renewkit.policies.pricing import Flat
from renewkit.policies.retry import RetryPolicy
from renewkit.ports.storage import SnapshotOf
from renewkit.testing.fakes import FunctionGateway
from renewkit.values.decline import classify
from renewkit.values.money import usd
from scenarios.world import NOON, PRICE, START, World, contract, declines, declines_first, payer, transfer


def periods(world: World, subscription: str = "s1") -> list[str]:
    """Return what was billed, in order."""
    return [str(bill.period) for bill in world.invoices(subscription)]


def test_a_membership_is_billed_month_by_month() -> None:
    """Sold on 31 January, it is billed on the last day of every shorter month, charged, and receipted."""
    world = World().sold(contract())
    world.live(90)
    starts = ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31"]
    assert [f"[{first}, {last})" for first, last in pairwise(starts)] == periods(world)
    assert 4 == world.topics().count("receipt")
    assert all(bill.is_paid for bill in world.settled().invoices())


def test_a_charged_customer_gets_no_invoice_to_pay() -> None:
    """Who is charged hears of it by the receipt; the reminder of the day comes to nobody who has paid."""
    world = World().sold(contract())
    world.live(20)
    assert ["receipt"] == world.topics()


def test_a_policy_is_paid_by_transfer() -> None:
    """An annual policy is invoiced ahead, reminded, paid by a bank line, and renewed a year later."""
    policy = transfer(every=ANNUAL, lead_days=30, due_days=0, cycle=BillingCycle(date(2024, 3, 1), ANNUAL))
    world = World().sold(policy)
    world.live(3)
    assert "invoice" in world.topics()
    world.renewals.record_payment(world.invoice().id, PRICE, key="line-1")
    world.live(370)
    assert ["[2024-03-01, 2025-03-01)"] == periods(world)[:1]
    assert 2 == len(world.settled().invoices())


def test_a_trial_is_free_until_it_ends() -> None:
    """Nothing is billed in a trial; the first period starts when it ends."""
    world = World().sold(contract(trial_from=date(2024, 1, 17), cycle=BillingCycle(date(2024, 2, 10), ANNUAL)))
    world.tick()
    assert Status.TRIALING is world.subscription().standing.status
    world.live(9)
    assert () == world.invoices()
    world.live(1)
    assert (Status.ACTIVE, 1) == (world.subscription().standing.status, len(world.invoices()))


def test_a_trial_that_lies_ahead_begins_on_its_day() -> None:
    """A contract is a draft until its trial begins."""
    world = World().sold(contract(trial_from=date(2024, 2, 3), cycle=BillingCycle(date(2024, 2, 10), ANNUAL)))
    world.tick()
    assert Status.DRAFT is world.subscription().standing.status
    world.live(3)
    assert Status.TRIALING is world.subscription().standing.status


def test_in_arrears_the_bill_comes_after_the_service() -> None:
    """Service of February is billed on 29 February."""
    world = World().sold(contract(timing=Timing.ARREARS))
    world.live(28)
    assert () == world.invoices()
    world.live(1)
    assert ["[2024-01-31, 2024-02-29)"] == periods(world)


def test_a_term_ends_by_itself() -> None:
    """Two cycles, not renewed: the third month is never billed and the customer hears that it is over."""
    world = World().sold(contract(term=2, renews=0))
    world.live(120)
    assert ["[2024-01-31, 2024-02-29)", "[2024-02-29, 2024-03-31)"] == periods(world)
    standing = world.settled().subscription().standing
    assert (Status.ENDED, date(2024, 3, 31), "end of term") == (standing.status, standing.ended_on, standing.reason)
    assert 1 == world.topics().count("ended")


def test_a_card_that_recovers_costs_nothing_but_time() -> None:
    """Declined twice, it is tried again on the policy's days; the customer is told and stays in grace."""
    policy = RetryPolicy(waits=(timedelta(days=1), timedelta(days=3)))
    world = World(gateway=FunctionGateway(declines_first(2))).sold(contract(retry=policy))
    world.live(10)
    bill = world.settled().invoice()
    assert [date(2024, 1, 31), date(2024, 2, 1), date(2024, 2, 3)] == [attempt.at.date() for attempt in bill.attempts]
    assert Status.ACTIVE is world.subscription().standing.status
    assert 2 == world.topics().count("payment_failed")
    kinds = [fact.kind for fact in world.facts("subscription.")]
    assert ["subscription.made", "subscription.activate", "subscription.miss_payment", "subscription.settle"] == kinds


def test_without_money_a_contract_ends_step_by_step() -> None:
    """Past due, suspended, lapsed: each on its day; the open invoice is written off."""
    world = World(gateway=FunctionGateway(declines)).sold(contract(grace_days=5, lapse_days=20))
    world.live(40)
    moved = [(fact.kind, dict(fact.detail)["on"]) for fact in world.facts("subscription.") if "on" in dict(fact.detail)]
    assert [
        ("subscription.activate", "2024-01-31"),
        ("subscription.miss_payment", "2024-02-01"),
        ("subscription.exhaust_grace", "2024-02-06"),
        ("subscription.lapse", "2024-02-21"),
    ] == moved
    assert "contract lapsed unpaid" == world.settled().invoice().written_off
    assert (1, 1) == (world.topics().count("suspended"), world.topics().count("ended"))


def test_a_contract_may_end_with_its_grace() -> None:
    """Where grace and lapse fall together it is never suspended in between."""
    world = World(gateway=FunctionGateway(declines)).sold(contract(grace_days=5, lapse_days=5))
    world.live(20)
    assert () == world.facts("subscription.exhaust_grace")
    assert Status.ENDED is world.subscription().standing.status


def test_a_suspended_contract_that_is_paid_starts_again_that_day() -> None:
    """The days without service are not billed: the next period is a stub that starts with the payment."""
    world = World().sold(transfer(due_days=0, grace_days=5))
    world.live(40)
    assert Status.SUSPENDED is world.subscription().standing.status
    world.renewals.record_payment(world.invoice().id, PRICE, key="late")
    world.tick()
    assert Status.ACTIVE is world.subscription().standing.status
    assert ["[2024-01-31, 2024-02-29)", "[2024-03-11, 2024-03-31)"] == periods(world)
    assert usd("19.35") == world.invoice().total


def test_without_an_instrument_the_customer_is_asked_for_one() -> None:
    """Nothing can be charged: the customer is told, and the contract ages like any unpaid one."""
    world = World().sold(contract(), instrument=None)
    world.live(2)
    (message,) = [sent for sent in world.messenger.sent if sent.topic == "payment_failed"]
    assert ("update_payment_method", "no instrument to charge") == (message.note, world.invoice().given_up)
    assert Status.PAST_DUE is world.subscription().standing.status


def test_a_card_that_is_taken_away_after_a_decline_stops_nobody() -> None:
    """The decline was told under the number of its attempt; that there is no card any more is a message of its own."""
    world = World(gateway=FunctionGateway(declines)).sold(contract(), contract("s2", "c2"))
    world.tick()
    world.renewals.save(payer(instrument=None))
    world.live(10)
    notes = [sent.note for sent in world.messenger.sent if sent.customer.id == "c1" and sent.topic == "payment_failed"]
    assert ["add_funds", "update_payment_method"] == notes


def test_a_customer_who_must_act_is_told_where() -> None:
    """An authentication that the gateway asks for reaches the customer with its address, and no charge follows."""
    gateway = FunctionGateway(lambda _: RequiresAction("authenticate", "https://bank.example/3ds"))
    world = World(gateway=gateway).sold(contract())
    world.live(20)
    (message,) = [sent for sent in world.messenger.sent if sent.topic == "payment_failed"]
    assert "authenticate https://bank.example/3ds" == message.note
    assert "waiting for the customer: authenticate" == world.settled().invoice().given_up
    assert 1 == len(gateway.charges)


def test_a_hopeless_card_is_not_tried_again() -> None:
    """An expired card is charged once; the customer is asked for another."""
    gateway = FunctionGateway(lambda charge: Declined(classify("stripe", "expired_card"), charge.at))
    world = World(gateway=gateway).sold(contract())
    world.live(20)
    assert 1 == len(gateway.charges)
    assert "waiting for the customer: update_payment_method" == world.invoice().given_up


def test_a_ladder_that_is_used_up_is_given_up() -> None:
    """After the last wait nothing is charged any more, and the fact says so."""
    gateway = FunctionGateway(declines)
    world = World(gateway=gateway).sold(contract(retry=RetryPolicy(waits=(timedelta(days=1),)), grace_days=60))
    world.live(20)
    assert 2 == len(gateway.charges)
    assert 1 == len(world.facts("retry.given_up"))


def test_what_is_upcoming_is_what_is_billed() -> None:
    """The preview of the next months and the invoices of these months are the same to the cent and the day."""
    world = World().sold(contract(lead_days=3, due_days=7), contract("s2", "c2", timing=Timing.ARREARS))
    coming = world.renewals.upcoming(6)
    world.live(120)
    billed = {(bill.subscription_id, bill.period): bill for bill in world.invoices()}
    for renewal in coming:
        bill = billed[renewal.subscription_id, renewal.period]
        assert (renewal.total, renewal.lines) == (bill.total, bill.lines)
        # The first period was open when it was sold; it is issued on the day of the sale.
        assert (max(renewal.issued_on, START), renewal.due_on) == (bill.issued_on, bill.due_on)


def test_upcoming_may_be_asked_of_one_contract() -> None:
    """Only its own renewals, as many as were asked for; a contract that has ended has none."""
    world = World().sold(contract(term=1, renews=1), contract("s2", "c2"))
    assert ["s1", "s1"] == [renewal.subscription_id for renewal in world.renewals.upcoming(5, subscription="s1")]
    world.live(80)
    assert () == world.renewals.upcoming(5, subscription="s1")
    assert 3 == len(world.renewals.upcoming(3))


def test_cancelling_lets_what_was_billed_run_out() -> None:
    """Without a day, service ends where the last invoice ends, and nothing more is billed."""
    world = World().sold(contract())
    world.live(5)
    assert date(2024, 2, 29) == world.renewals.cancel("s1")
    world.live(60)
    standing = world.settled().subscription().standing
    assert (Status.ENDED, date(2024, 2, 29), "cancelled") == (standing.status, standing.ended_on, standing.reason)
    assert 1 == len(world.invoices())


def test_cancelling_on_a_day_bills_the_days_until_then() -> None:
    """The last period is a stub up to the day, priced by its days."""
    world = World().sold(contract())
    world.tick()
    assert date(2024, 3, 10) == world.renewals.cancel("s1", on=date(2024, 3, 10))
    world.live(60)
    assert ["[2024-01-31, 2024-02-29)", "[2024-02-29, 2024-03-10)"] == periods(world)
    assert usd("9.67") == world.settled().invoice().total


def test_a_draft_may_be_cancelled() -> None:
    """A contract that never began ends without an invoice."""
    world = World().sold(contract(cycle=BillingCycle(date(2024, 3, 1), ANNUAL)))
    world.tick()
    world.renewals.cancel("s1")
    world.live(40)
    assert (Status.ENDED, ()) == (world.subscription().standing.status, world.invoices())


def test_what_has_ended_cannot_be_cancelled() -> None:
    """A second cancellation after the end is the host's mistake."""
    world = World().sold(contract())
    world.renewals.cancel("s1", on=date(2024, 2, 1))
    world.live(2)
    with pytest.raises(StateError, match="not ended"):
        world.renewals.cancel("s1")


def test_subscribing_twice_makes_one_contract() -> None:
    """The same contract again changes nothing, before and after it was billed."""
    world = World().sold(contract())
    world.renewals.subscribe(contract())
    world.live(3)
    before = world.facts()
    world.renewals.subscribe(contract())
    assert before == world.facts()
    assert 1 == len(world.invoices())


def test_an_id_stands_for_one_contract() -> None:
    """Another contract under a known id is refused."""
    world = World().sold(contract())
    other = contract(items=(Item("membership", Flat(usd("5"))),))
    with pytest.raises(StateError, match="already stands for"):
        world.renewals.subscribe(other)


def test_a_contract_belongs_to_one_customer() -> None:
    """The id of one customer's contract cannot be used by another's."""
    world = World().sold(contract())
    world.renewals.save(payer("c2"))
    with pytest.raises(ConflictError, match="which other writer"):
        world.renewals.subscribe(contract("s1", "c2"))


def test_saving_twice_changes_nothing() -> None:
    """The same customer again is not even written."""
    world = World().sold(contract())
    world.tick()
    before = world.storage.load(SnapshotOf("default", "c1"))
    world.renewals.save(payer())
    assert before == world.storage.load(SnapshotOf("default", "c1"))


def test_a_customer_may_move() -> None:
    """A changed customer is kept, and the next tick looks at them."""
    world = World().sold(contract())
    world.live(1)
    world.renewals.save(payer(zone="Asia/Taipei"))
    assert world.clock.now() == world.due()
    assert "Asia/Taipei" == world.storage.load(SnapshotOf("default", "c1")).customer.zone


@pytest.mark.parametrize("verb", ["cancel", "review"])
def test_an_unknown_contract_is_refused(verb: str) -> None:
    """A verb that names nobody says so."""
    with pytest.raises(NotFoundError, match="nope"):
        getattr(World().renewals, verb)("nope")


def test_an_unknown_customer_cannot_subscribe() -> None:
    """The customer is saved first."""
    with pytest.raises(NotFoundError, match="save or subscribe it first"):
        World().renewals.subscribe(contract())


def test_a_tick_may_be_limited() -> None:
    """At most so many customers are worked on; the next tick goes on where this one stopped."""
    world = World().sold(*(contract(f"s{place}", f"c{place}") for place in range(5)))
    assert [2, 2, 1, 0] == [world.renewals.tick(limit=2).customers for _ in range(4)]
    assert 5 == len(world.settled().invoices())


def test_reminders_come_once_each() -> None:
    """Upcoming before, due on the day, overdue after: each key once, however often the clock is looked at."""
    world = World().sold(transfer())
    world.live(25, every=timedelta(hours=5))
    assert ["invoice", "upcoming", "due", "overdue", "overdue"] == world.settled().topics()
    days = [11, 14, 16, 19]
    assert [date(2024, 2, day) for day in days] == [sent.at.date() for sent in world.messenger.sent[1:]]


def test_a_renewal_is_announced_before_it_is_billed() -> None:
    """Three days before the next period the customer hears of its date and price."""
    world = World().sold(contract())
    world.live(27)
    (message,) = [sent for sent in world.messenger.sent if sent.topic == "upcoming"]
    assert (PRICE, date(2024, 2, 29), date(2024, 2, 26)) == (message.amount, message.on, message.at.date())


def test_the_last_word_of_a_report_is_a_sum() -> None:
    """Two reports add up."""
    world = World().sold(contract())
    first = world.tick()
    world.sleep(days=29)
    both = first.plus(world.tick())
    assert (2, 2, 0) == (both.customers, both.count("invoice.issued"), both.count("nothing of the kind"))
    assert NOON < both.at
