from datetime import date, timedelta

import pendulum
import pytest

from renewkit.books.invoice import Invoice, LateFee
from renewkit.books.lifecycle import Status
from renewkit.books.subscription import Collection
from renewkit.policies.cycle import ANNUAL
from renewkit.policies.fees import DailyInterest, FlatFee, LateFees, PercentFee
from renewkit.policies.reminders.presets import NO_REMINDERS
from renewkit.testing.fakes import FunctionGateway
from renewkit.values.decline import Instrument
from renewkit.values.money import usd
from scenarios.world import DAY, REMINDERS, World, declines_first, transfer

BOTH = LateFees((FlatFee(usd("5")), DailyInterest("3.65")), grace_days=3)
"""Five dollars, and one per cent a day: 0.2999 a day of 29.99."""
DAILY = LateFees((DailyInterest("3.65"),), grace_days=3)
ONCE = LateFees((FlatFee(usd("5")),), grace_days=3)


def late(fees: LateFees = BOTH, **changes: object) -> World:
    """Return a world with one invoice, due on 31 January, under late fees."""
    plain = {"due_days": 0, "late_fees": fees, "reminders": NO_REMINDERS, "every": ANNUAL, "grace_days": 60}
    world = World().sold(transfer(**plain | changes))
    world.tick()
    return world


def pay(world: World, *, days_ago: int = 0) -> World:
    """Pay the first invoice in full, and look."""
    first = bills(world)[0]
    at = world.clock.now() - timedelta(days=days_ago)
    world.renewals.record_payment(first.id, first.open, key=f"line-{at.date()}", at=at)
    world.tick()
    return world


def bills(world: World) -> list[Invoice]:
    """Return the invoices over services, then those over fees in the order in which they were charged."""
    return sorted(world.invoices(), key=lambda bill: (bill.fee_for is not None, bill.period.start))


def charged(world: World) -> list[str]:
    """Return the amounts of the fee invoices."""
    return [str(bill.total.amount) for bill in bills(world) if bill.fee_for]


def test_within_the_grace_nothing_is_charged() -> None:
    """Three days of grace: paid on the third, and nothing is owed."""
    world = late()
    world.live(3)
    assert [] == charged(pay(world))


def test_what_is_due_once_is_billed_on_the_first_day_after_the_grace() -> None:
    """On an invoice of its own, with its reasons; the late one stays as it was issued."""
    world = late()
    world.live(4)
    first, fee = bills(world)
    (line,) = fee.lines
    assert ("late fee", "interest of 365 % a year for 4 days") == line.why
    assert ("late_fee", "6.20", "[2024-02-01, 2024-02-05)") == (line.item, str(line.amount.amount), str(line.period))
    assert (usd("29.99"), (LateFee(date(2024, 2, 4), usd("6.20")),)) == (first.total, first.fees)
    assert ["invoice", "invoice"] == world.topics()


def test_the_day_after_the_grace_is_a_moment() -> None:
    """The contract asks to be looked at when the fee becomes due."""
    world = late()
    world.live(2)
    assert pendulum.datetime(2024, 2, 4) == world.due()


def test_the_rest_is_billed_when_the_money_came() -> None:
    """As of the day on which it came, less what was billed before."""
    world = late()
    world.live(10)
    fee = bills(pay(world))[-1]
    assert (["6.20", "1.80"], "[2024-02-05, 2024-02-11)") == (charged(world), str(fee.period))
    assert "less USD 6.20 billed before" == fee.lines[0].why[-1]


def test_daily_fees_wait_for_the_payment() -> None:
    """What grows by the day is billed once."""
    world = late(DAILY)
    world.live(10)
    assert [] == charged(world)
    assert ["3.00"] == charged(pay(world))


@pytest.mark.parametrize("every", [DAY / 4, DAY, 3 * DAY, 11 * DAY, 40 * DAY])
def test_the_rhythm_of_looking_has_no_say(every: timedelta) -> None:
    """However seldom anybody looks, the same fees are charged for the same days, none of them twice."""
    world = late()
    world.live(22, every=every)
    pay(world, days_ago=12)
    world.live(9, every=every)
    assert ["6.20", "1.80"] == charged(world.settled())


def test_a_fee_bears_no_fee_and_ends_nothing() -> None:
    """Unpaid for ever, the fee costs nothing more, and the contract is in order."""
    world = late(ONCE, grace_days=5, lapse_days=20)
    world.live(4)
    pay(world)
    world.live(90)
    assert (["5.00"], Status.ACTIVE) == (charged(world), world.subscription().standing.status)


def test_a_fee_is_only_asked_for_once_it_is_due() -> None:
    """It renews nothing, so nothing announces it; reminders after the due day go out."""
    world = late(ONCE, reminders=REMINDERS)
    world.live(4)
    pay(world)
    world.live(8)
    about_fee = [sent.topic for sent in world.messenger.sent if sent.invoice and sent.invoice.fee_for]
    assert ["invoice", "overdue", "overdue"] == about_fee


def test_what_is_written_off_bears_no_fee() -> None:
    """The contract lapsed: open fees are written off with it, and a payment that comes all the same bears none."""
    world = late(DAILY, grace_days=5, lapse_days=5)
    world.live(10)
    assert [] == charged(pay(world))


def test_a_partial_payment_bears_no_fee_from_then_on() -> None:
    """What is paid before the fees are counted is not counted."""
    world = late(DAILY)
    world.live(6)
    world.renewals.record_payment(world.invoice().id, usd("19.99"), key="half")
    world.live(4)
    assert ["1.00"] == charged(pay(world))


def test_a_payment_in_time_that_is_learned_late_is_reviewed() -> None:
    """The fee stands, finalised; a person is asked to take it back."""
    world = late(ONCE)
    world.live(8)
    first = bills(world)[0]
    world.renewals.record_payment(first.id, first.open, key="line-1", at=world.clock.now() - 7 * DAY)
    problems = world.tick().problems
    assert ["fee.review"] == [problem.code for problem in problems]
    assert ["5.00"] == charged(world)


def test_a_fee_is_charged_to_the_card() -> None:
    """Where we collect, the fee invoice is collected like any other."""
    world = World(gateway=FunctionGateway(declines_first(1)))
    fees = LateFees((PercentFee("0.10"),))
    world.sold(transfer(collection=Collection.CHARGE, due_days=0, late_fees=fees), instrument=Instrument("pm_1"))
    world.live(20)
    assert ["3.00"] == charged(world)
    assert all(bill.is_paid for bill in world.settled().invoices())


def test_fees_are_facts() -> None:
    """Which invoice was late, up to which day, how much and why; and an invoice like any other was issued."""
    world = late(ONCE)
    world.live(4)
    (fact,) = world.facts("fee.charged")
    first, fee = bills(world)
    told = dict(fact.detail)
    assert (fee.id, first.id, "2024-02-04", "USD 5.00", "late fee") == tuple(
        told[name] for name in ("invoice", "late", "on", "amount", "why")
    )
    assert fee.id == dict(world.facts("invoice.issued")[-1].detail)["invoice"]
