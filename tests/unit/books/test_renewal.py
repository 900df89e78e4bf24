"""Renewals: what comes next, when it is invoiced and due, what it costs and why."""

from datetime import date, time
from fractions import Fraction
from itertools import islice

import attrs
import pendulum
import pytest

from renewkit.books.invoice import item_id
from renewkit.books.renewal import Renewal, due_on, item_ids, opens_at, price_lines, renewals, strikes
from renewkit.books.subscription import Item, Standing, Subscription, Terms
from renewkit.policies.cycle import MONTHLY, BillingCycle, Cycle, FixedDates, LastBusinessDay, SemiMonthly, Timing
from renewkit.policies.pricing import Flat, PerUnit, Phase, PriceChange, PriceHistory, PriceSchedule
from renewkit.policies.proration import service_amount
from renewkit.profiles import KILL_BILL, STRIPE_DAYS
from renewkit.values.daycount import DayCount, ProrationPolicy, StubCharge
from renewkit.values.money import ExactMoney, Rounding, usd
from renewkit.values.period import ServicePeriod

CYCLE = BillingCycle(date(2024, 1, 31), MONTHLY)
PRICE = Flat(usd("31"))
SCHOOL = FixedDates((date(2024, 9, 2), date(2025, 1, 6), date(2025, 4, 22)))


def sold(cycle: Cycle = CYCLE, *, price: object = PRICE, **changes: object) -> Subscription:
    """Return a contract over one item."""
    parts: dict[str, object] = {"items": (Item("seats", price),), "cycle": cycle} | changes
    return Subscription("s1", "c1", **parts)


def coming(contract: Subscription, count: int = 3) -> list[Renewal]:
    """Return the first renewals of a contract."""
    return list(islice(renewals("default", contract), count))


def service(contract: Subscription) -> ServicePeriod:
    """Return the service period that comes next."""
    found = contract.service_from(contract.billed_until)
    assert found is not None
    return found


def test_periods_follow_one_another() -> None:
    """The renewals of an evergreen contract tile the calendar from its start."""
    expected = ["[2024-01-31, 2024-02-29)", "[2024-02-29, 2024-03-31)", "[2024-03-31, 2024-04-30)"]
    assert expected == [str(renewal.period) for renewal in coming(sold())]


def test_what_is_billed_already_does_not_come_again() -> None:
    """The first renewal starts where the invoices end."""
    contract = sold(standing=Standing(billed_until=pendulum.Date(2024, 3, 31)))
    assert "[2024-03-31, 2024-04-30)" == str(coming(contract)[0].period)


def test_an_agreed_end_cuts_the_last_period() -> None:
    """A contract that ends has a last renewal, with the days that are left."""
    assert ["[2024-01-31, 2024-02-29)", "[2024-02-29, 2024-03-10)"] == [
        str(renewal.period) for renewal in coming(sold(ends_on=date(2024, 3, 10)))
    ]


@pytest.mark.parametrize(
    ("cycle", "start", "expected"),
    [
        (SCHOOL, date(2024, 9, 2), ["[2024-09-02, 2025-01-06)", "[2025-01-06, 2025-04-22)"]),
        (
            SemiMonthly(1, 15),
            date(2024, 2, 1),
            ["[2024-02-01, 2024-02-15)", "[2024-02-15, 2024-03-01)", "[2024-03-01, 2024-03-15)"],
        ),
        (
            LastBusinessDay(),
            date(2024, 5, 31),
            ["[2024-05-31, 2024-06-28)", "[2024-06-28, 2024-07-31)", "[2024-07-31, 2024-08-30)"],
        ),
    ],
)
def test_every_kind_of_cycle_renews(cycle: Cycle, start: date, expected: list[str]) -> None:
    """Listed dates, twice a month and last business days renew like any cycle, for the full price."""
    found = coming(sold(cycle, starts_on=start))
    assert (expected, {usd("31")}) == ([str(renewal.period) for renewal in found], {renewal.total for renewal in found})


def test_a_leading_stub_is_prorated() -> None:
    """Service that starts before the bill day pays for its days of the cycle."""
    aligned = BillingCycle.aligned(date(2024, 5, 20), MONTHLY, day=15)
    first, second, _ = coming(sold(aligned, starts_on=date(2024, 5, 20)))
    assert ("[2024-05-20, 2024-06-15)", usd("26"), usd("31")) == (str(first.period), first.total, second.total)


def test_a_stub_says_why() -> None:
    """The line of a stub names its days, after the reason of the price."""
    contract = sold(ends_on=date(2024, 2, 10))
    assert "10 of the 29 days of [2024-01-31, 2024-02-29)" == coming(contract)[0].lines[0].why[-1]


@pytest.mark.parametrize(
    ("policy", "total", "why"),
    [
        (ProrationPolicy(leading_stub=StubCharge.FREE), "0", "billed as 0 of a cycle"),
        (ProrationPolicy(leading_stub=StubCharge.FULL), "31", "billed as 1 of a cycle"),
        (ProrationPolicy(DayCount.FIXED_30), "21.70", "billed as 0.7 of a cycle"),
        (STRIPE_DAYS, "21", "21 of the 31 days of [2024-02-29, 2024-03-31)"),
        (KILL_BILL, "21.00", "billed as 0.677419355 of a cycle"),
    ],
)
def test_stubs_follow_the_proration_of_the_terms(policy: ProrationPolicy, total: str, why: str) -> None:
    """What a stub costs is agreed in the terms, and the line says what was billed."""
    (first, *_) = coming(sold(starts_on=date(2024, 3, 10), terms=Terms(proration=policy)))
    assert (usd(total), True) == (first.total, first.lines[0].why[-1].endswith(why))


def test_a_stub_may_be_measured_by_another_whole_than_its_cycle() -> None:
    """From the stub's own start a whole month has 31 days, in its cycle only 29."""
    march = BillingCycle(date(2024, 2, 15), MONTHLY)
    stub = {"starts_on": date(2024, 3, 1)}
    totals = [
        coming(sold(march, price=Flat(usd("899")), terms=Terms(proration=policy), **stub))[0].total
        for policy in (ProrationPolicy(), STRIPE_DAYS)
    ]
    assert [usd("434"), usd("406")] == totals


@pytest.mark.parametrize("by", [DayCount.ACTUAL, DayCount.FIXED_30, DayCount.THIRTY_360_US])
def test_a_stub_costs_what_service_amount_says(by: DayCount) -> None:
    """Measured by its cycle, a stub of a contract costs the same as a service period of a schedule."""
    contract = sold(starts_on=date(2024, 3, 10), terms=Terms(proration=ProrationPolicy(by)))
    (line,) = price_lines("default", contract, service(contract))
    assert service_amount(ExactMoney(31, "USD"), service(contract), policy=ProrationPolicy(by)) == line.exact


def test_each_line_is_settled_alone() -> None:
    """The total is the sum of the settled lines: two halves of a cent make two cents."""
    items = [Item(name, PerUnit(ExactMoney("0.005", "USD"))) for name in ("a", "b")]
    assert usd("0.02") == coming(sold(items=items))[0].total


def test_the_terms_say_how_a_line_is_rounded() -> None:
    """The mode is applied to the exact amount and recorded on the line."""
    terms = Terms(rounding=Rounding.DOWN)
    (line,) = coming(sold(price=PerUnit(ExactMoney("0.009", "USD")), terms=terms))[0].lines
    assert (usd("0"), Fraction(9, 1000), Rounding.DOWN) == (line.amount, line.exact.amount, line.rounding)


def test_a_line_keeps_its_quantity_and_its_reason() -> None:
    """A line says how many, and why each amount is what it is."""
    (line,) = coming(sold(items=(Item("seats", PerUnit(usd("5")), quantity="2.5"),)))[0].lines
    assert ("5/2", 1, usd("12.50")) == (line.quantity, len(line.why), line.amount)


def test_phases_change_with_the_cycles() -> None:
    """A promotional price holds for its number of cycles."""
    schedule = PriceSchedule((Phase(Flat(usd("10")), periods=2), Phase(PRICE)))
    assert [usd("10"), usd("10"), usd("31")] == [renewal.total for renewal in coming(sold(price=schedule))]


def test_phases_go_on_where_they_were() -> None:
    """A contract that was taken over in its second cycle has one promotional cycle left."""
    schedule = PriceSchedule((Phase(Flat(usd("10")), periods=2), Phase(PRICE)))
    taken = sold(price=schedule, starts_on=date(2024, 2, 29))
    assert [usd("10"), usd("31")] == [renewal.total for renewal in coming(taken, 2)]


def test_an_uplift_comes_with_each_term() -> None:
    """With two cycles per term the third is the first dearer one."""
    contract = sold(price=PriceSchedule((Phase(Flat(usd("100"))),), uplift="0.03"), terms=Terms(term=2))
    totals = [usd(amount) for amount in ("100", "100", "103", "103", "106.09")]
    assert totals == [renewal.total for renewal in coming(contract, 5)]


def test_a_price_change_takes_effect_at_the_next_renewal() -> None:
    """A change in mid-cycle leaves the running cycle alone."""
    history = PriceHistory(PRICE, (PriceChange(date(2024, 2, 10), Flat(usd("40"))),))
    assert [usd("31"), usd("40")] == [renewal.total for renewal in coming(sold(price=history), 2)]


@pytest.mark.parametrize(
    ("terms", "issued", "due"),
    [
        (Terms(), date(2024, 1, 31), date(2024, 1, 31)),
        (Terms(due_days=14), date(2024, 1, 31), date(2024, 2, 14)),
        (Terms(lead_days=30), date(2024, 1, 1), date(2024, 1, 31)),
        (Terms(timing=Timing.ARREARS), date(2024, 2, 29), date(2024, 2, 29)),
        (Terms(timing=Timing.ARREARS, lead_days=2, due_days=10), date(2024, 2, 27), date(2024, 3, 10)),
    ],
)
def test_when_it_is_issued_and_due(terms: Terms, issued: date, due: date) -> None:
    """In advance the start of the period counts, in arrears its end; lead comes before it, time to pay after it."""
    (first, *_) = coming(sold(terms=terms))
    assert (issued, due) == (first.issued_on, first.due_on)


def test_a_period_opens_at_the_time_of_its_cycle() -> None:
    """The invoice is made when the boundary strikes in the zone of the cycle."""
    taipei = BillingCycle(date(2024, 1, 31), MONTHLY, zone="Asia/Taipei", at=time(9))
    contract = sold(taipei, terms=Terms(lead_days=1))
    assert pendulum.datetime(2024, 1, 30, 1) == opens_at(contract, service(contract))


def test_a_day_strikes_after_a_gap() -> None:
    """A time that the clocks skip is the first instant after it."""
    berlin = sold(BillingCycle(date(2024, 1, 31), MONTHLY, zone="Europe/Berlin", at=time(2, 30)))
    assert "2024-03-31T03:00:00+02:00" == strikes(berlin, date(2024, 3, 31)).isoformat()


def test_the_due_day_is_counted_in_civil_days() -> None:
    """Days to pay are days of the calendar."""
    contract = sold(terms=Terms(due_days=30))
    assert date(2024, 3, 1) == due_on(contract, service(contract))


def test_keys_are_those_of_the_invoice() -> None:
    """A preview and the invoice bill under the same keys, which name schedule and period."""
    contract = sold(standing=Standing(revision=2))
    (key,) = item_ids("default", contract, service(contract))
    assert item_id("default", "s1", revision=2, start=date(2024, 1, 31), item="seats") == key


def test_a_new_revision_has_keys_of_its_own() -> None:
    """After a change of the schedule nothing old is hit by accident."""
    contract = sold()
    changed = attrs.evolve(contract, standing=Standing(revision=1))
    assert item_ids("default", contract, service(contract)) != item_ids("default", changed, service(changed))
