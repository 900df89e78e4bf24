from datetime import date, time, timedelta

import attrs
import pendulum
import pytest

from renewkit.books.customer import Contact
from renewkit.books.jurisdiction import Jurisdiction
from renewkit.books.lifecycle import Status
from renewkit.books.subscription import Collection, Noticed
from renewkit.policies.cycle import ANNUAL, MONTHLY, WEEKLY, BillingCycle, FixedDates
from renewkit.policies.pricing import Flat, PriceChange, PriceHistory
from renewkit.policies.reminders import NoticeRules, Reminder, ReminderPlan
from renewkit.policies.reminders.presets import INSURANCE, NO_REMINDERS, SOFTWARE
from renewkit.testing.fakes import FunctionGateway
from renewkit.values.decline import Instrument
from renewkit.values.money import usd
from renewkit.values.offsets import Anchor, days_before
from renewkit.values.problem import Severity
from scenarios.world import DAY, PRICE, World, contract, declines, transfer

CALIFORNIA = Jurisdiction(("US-CA",))
LA = "America/Los_Angeles"
SEPA = Instrument("pm_1", "sepa_sdd")


def bound(law: Jurisdiction | None = CALIFORNIA, *, every: object = ANNUAL, **changes: object) -> object:
    """Return a contract in California that began on 1 March 2024."""
    cycle = BillingCycle(date(2024, 3, 1), every, zone=LA)
    return contract(**{"cycle": cycle, "jurisdiction": law, "reminders": NO_REMINDERS} | changes)


def made(sold: object, **changes: object) -> World:
    """Return a world in which the contract was just made."""
    world = World().sleep(hours=8).sold(sold, **{"zone": LA} | changes)
    world.tick()
    return world


def until(world: World, day: pendulum.DateTime, *, every: timedelta = DAY) -> World:
    """Look at each step until a day."""
    world.live((day - world.clock.now()).days + 1, every=every)
    return world


def told(world: World, *topics: str) -> list[tuple[str, date]]:
    """Return the messages of some topics with the customer's day."""
    return [(sent.topic, sent.at.in_timezone(LA).date()) for sent in world.messenger.sent if sent.topic in topics]


def codes(problems: object) -> list[str]:
    """Return the codes of problems."""
    return [problem.code for problem in problems]


def test_without_a_jurisdiction_nothing_is_looked_at() -> None:
    """No rule binds, nothing is kept, nothing is reported."""
    world = until(made(bound(None)), pendulum.datetime(2025, 3, 2))
    assert (None, [], ()) == (
        world.subscription().standing.noticed,
        told(world, "renewal_notice"),
        world.facts("subscription.warned"),
    )


def test_where_no_rule_can_apply_nothing_is_kept() -> None:
    """Nobody in Nevada has a rule that we know of."""
    world = made(bound(Jurisdiction(("US-NV",))), instrument=Instrument("pm_1"))
    assert None is world.subscription().standing.noticed


def test_a_contract_that_lacks_a_notice_is_reported_when_it_is_made() -> None:
    """With the rule's source, as a fact, and not again."""
    world = World().sold(bound(), zone=LA)
    report = world.tick()
    (problem,) = report.problems
    assert ("notice.missing", "s1", Severity.WARNING) == (problem.code, problem.about, problem.severity)
    (fact,) = world.facts("subscription.warned")
    assert problem.source == dict(fact.detail)["source"]
    until(world, pendulum.datetime(2026, 4, 1))
    assert 1 == len(world.facts("subscription.warned"))


def test_the_notice_goes_out_in_its_window() -> None:
    """Between 45 and 15 days before each renewal, once for each, under the rule's name."""
    world = until(made(bound()), pendulum.datetime(2026, 3, 2))
    assert [("renewal_notice", date(2025, 2, 12)), ("renewal_notice", date(2026, 2, 12))] == told(
        world, "renewal_notice"
    )
    sent = [dict(fact.detail) for fact in world.facts("message.sent")]
    assert ["us-ca-annual"] * 2 == [detail["rules"] for detail in sent if detail["topic"] == "renewal_notice"]
    world.settled()


def test_a_step_that_fulfils_a_rule_is_no_second_message() -> None:
    """Thirty days before is within the window: the courtesy is the notice, paid before or not."""
    plan = ReminderPlan((Reminder("upcoming", days_before(30)), Reminder("upcoming", days_before(3))))
    world = World().sleep(hours=8).sold(bound(reminders=plan, lead_days=40), zone=LA)
    assert () == world.tick().problems
    until(world, pendulum.datetime(2025, 3, 2))
    days = [day for _, day in told(world, "upcoming", "renewal_notice")]
    assert [date(2025, 1, 30)] == days


def test_payment_does_not_stop_a_notice() -> None:
    """Charged forty days ahead: the law still wants its notice before the renewal."""
    world = until(made(bound(lead_days=40)), pendulum.datetime(2025, 3, 2))
    assert [date(2025, 2, 12)] == [day for _, day in told(world, "renewal_notice")]


def test_a_notice_that_is_late_is_sent_and_named() -> None:
    """Nobody ran in its window: it goes out at the first chance, and a problem says so."""
    world = until(made(bound()), pendulum.datetime(2024, 12, 1))
    world.clock.advance(pendulum.datetime(2025, 3, 5, 20) - world.clock.now())
    assert ["reminder.late"] == codes(world.tick().problems)
    assert [date(2025, 3, 5)] == [day for _, day in told(world, "renewal_notice")]


def test_a_contract_that_is_made_within_the_window_is_told_at_once() -> None:
    """What fell due before anybody looked is sent late rather than never, with what the rule says about it."""
    world = World().sold(contract(jurisdiction=Jurisdiction(("DE",)), reminders=NO_REMINDERS), instrument=SEPA)
    report = world.tick()
    assert {"notice.too_late", "notice.missing", "reminder.late"} == set(codes(report.problems))
    assert 1 == world.topics().count("debit_notice")


def test_every_debit_has_its_notice() -> None:
    """SEPA: fourteen days before each charge, in any rhythm of looking that is daily or faster."""
    law, start = Jurisdiction(("DE",)), date(2024, 3, 1)
    for every in (timedelta(hours=5), DAY):
        world = World().sold(
            contract(cycle=BillingCycle(start, MONTHLY), jurisdiction=law, reminders=NO_REMINDERS), instrument=SEPA
        )
        until(world, pendulum.datetime(2024, 7, 2), every=every)
        days = [sent.at.date() for sent in world.messenger.sent if sent.topic == "debit_notice"]
        charged = [start, *(date(2024, month, 1) for month in range(4, 8))]
        assert [day - timedelta(days=16) for day in charged] == days[: len(charged)]


def test_weekly_debits_are_announced_one_by_one() -> None:
    """Several notices are under way at a time, each about its own debit."""
    law, cycle = Jurisdiction(("DE",)), BillingCycle(date(2024, 3, 1), WEEKLY)
    world = World().sold(contract(cycle=cycle, jurisdiction=law, reminders=NO_REMINDERS), instrument=SEPA)
    until(world, pendulum.datetime(2024, 6, 1))
    periods = [sent.period.start for sent in world.messenger.sent if sent.topic == "debit_notice"]
    assert periods == [date(2024, 3, 1) + timedelta(weeks=week) for week in range(len(periods))]
    assert 14 <= len(periods)
    assert len(world.subscription().standing.noticed.given) <= 4


def test_a_change_of_price_is_reported_when_it_comes_near() -> None:
    """A rule that only concerns changed amounts binds for that renewal, and its notice goes out."""
    price = PriceHistory(Flat(PRICE), (PriceChange(date(2024, 5, 15), Flat(usd("35"))),))
    sold = bound(every=MONTHLY, items=(attrs.evolve(bound().items[0], price=price),))
    world = made(sold, instrument=Instrument("pm_1", "ach"))
    assert () == world.facts("subscription.warned")
    until(world, pendulum.datetime(2024, 7, 2))
    (fact,) = world.facts("subscription.warned")
    assert (date(2024, 5, 1), "notice.missing") == (fact.at.date(), dict(fact.detail)["code"])
    assert [date(2024, 5, 20)] == [day for _, day in told(world, "amount_change")]


def test_a_term_that_renews_later_is_reported_at_once() -> None:
    """Twelve months sold together: the lack is known when the contract is made, the notice comes in its time."""
    world = World().sleep(hours=8).sold(bound(every=MONTHLY, term=12), zone=LA)
    assert ["notice.missing"] == codes(world.tick().problems)
    until(world, pendulum.datetime(2025, 3, 2))
    assert [date(2025, 2, 12)] == [day for _, day in told(world, "renewal_notice")]


def test_listed_dates_end_without_a_renewal() -> None:
    """A term that reaches beyond the list has nothing to announce."""
    cycle = FixedDates((date(2024, 9, 2), date(2025, 1, 6), date(2025, 4, 22)), zone=LA)
    world = until(made(bound(cycle=cycle, term=3)), pendulum.datetime(2025, 5, 2))
    assert [] == told(world, "renewal_notice")
    assert None is world.subscription().standing.parked


def test_what_no_notice_can_cure_is_an_error() -> None:
    """Property service in New York wants a certified letter, and nobody here receives one."""
    law = Jurisdiction(("US-NY",), is_consumer=False, refuse_by=days_before(30))
    world = World().sold(bound(law, trade="property_service"), zone="America/New_York")
    (problem,) = world.tick().problems
    assert ("notice.channel", Severity.ERROR) == (problem.code, problem.severity)


def test_a_cancelled_contract_announces_no_renewal() -> None:
    """It does not renew."""
    world = made(bound())
    world.renewals.cancel("s1", on=date(2025, 3, 1))
    until(world, pendulum.datetime(2025, 3, 2))
    assert [] == told(world, "renewal_notice")


def test_on_the_last_morning_nothing_is_ahead() -> None:
    """The contract ends at one in the afternoon and is made at noon: no period lies ahead of it."""
    cycle = BillingCycle(date(2024, 1, 1), MONTHLY, at=time(13))
    sold = contract(cycle=cycle, ends_on=date(2024, 1, 31), jurisdiction=Jurisdiction(("DE",)), reminders=NO_REMINDERS)
    world = World().sold(sold, instrument=SEPA)
    assert () == world.tick().problems
    assert (Status.ACTIVE, ()) == (world.subscription().standing.status, world.subscription().standing.noticed.given)


def test_a_suspended_contract_announces_nothing_it_will_not_bill() -> None:
    """Months without service have no debits; from the day on which service comes back there are notices again."""
    world = World(gateway=FunctionGateway(declines))
    sold = contract(
        cycle=BillingCycle(date(2024, 2, 20), MONTHLY),
        jurisdiction=Jurisdiction(("DE",)),
        reminders=NO_REMINDERS,
        grace_days=3,
    )
    world.sold(sold, instrument=SEPA)
    until(world, pendulum.datetime(2024, 6, 1))
    assert Status.SUSPENDED is world.subscription().standing.status
    before = len([sent for sent in world.messenger.sent if sent.topic == "debit_notice"])
    world.renewals.record_payment(world.invoice().id, world.invoice().open, key="line-1")
    world.tick()
    fresh = [sent.period for sent in world.messenger.sent if sent.topic == "debit_notice"][before:]
    assert ["[2024-06-01, 2024-06-20)"] == [str(period) for period in fresh]


def test_a_notice_waits_for_a_decent_hour() -> None:
    """What rings goes out in the morning; the notice is kept on the books until then."""
    law = Jurisdiction(("US-CA",), rules=NoticeRules((attrs.evolve(NoticeRules().rule("us-ca-annual"), channels=()),)))
    plan = ReminderPlan((Reminder("upcoming", days_before(20), anchor=Anchor.RENEWAL, channels=("sms",)),))
    world = made(bound(law, reminders=plan), contacts=(Contact("sms", "+1 555"),))
    until(world, pendulum.datetime(2025, 2, 8))
    world.clock.advance(pendulum.datetime(2025, 2, 10, 7) - world.clock.now())
    world.tick()
    assert 1 == len(world.subscription().standing.noticed.waiting)
    world.clock.advance(world.due() - world.clock.now())
    world.tick()
    assert [date(2025, 2, 10)] == [day for _, day in told(world, "upcoming")]
    assert () == world.subscription().standing.noticed.waiting


def test_what_was_given_is_forgotten_with_its_period() -> None:
    """The book keeps the keys of the period at hand and of those ahead."""
    world = until(made(bound()), pendulum.datetime(2027, 3, 2))
    noticed = world.subscription().standing.noticed
    assert isinstance(noticed, Noticed)
    assert 1 >= len(noticed.given)


def test_who_pays_by_transfer_gets_the_notice_too() -> None:
    """With the amount, the period and the last day to refuse."""
    world = made(
        transfer(cycle=BillingCycle(date(2024, 3, 1), ANNUAL, zone=LA), jurisdiction=CALIFORNIA, grace_days=2000)
    )
    until(world, pendulum.datetime(2025, 3, 2))
    (notice,) = [sent for sent in world.messenger.sent if sent.topic == "renewal_notice"]
    assert (PRICE, "[2025-03-01, 2026-03-01)", date(2025, 2, 28)) == (
        notice.amount,
        str(notice.period),
        notice.refuse_by,
    )


@pytest.mark.parametrize("reminders", [INSURANCE, SOFTWARE])
def test_other_reminders_stay_as_they_are(reminders: ReminderPlan) -> None:
    """What fulfils no rule goes out under both as it would without a jurisdiction."""
    seen = []
    for law in (None, CALIFORNIA):
        world = made(bound(law, reminders=reminders, collection=Collection.INVOICE, lead_days=30))
        until(world, pendulum.datetime(2024, 6, 1))
        seen.append([(sent.topic, sent.at) for sent in world.messenger.sent if not sent.period])
    assert seen[0] == seen[1]


def test_a_notice_of_duty_serves_the_network_too() -> None:
    """An Indian card: who was told of the debit a day ahead is charged on the day, and told once."""
    cycle = BillingCycle(date(2026, 8, 1), MONTHLY, zone="Asia/Kolkata")
    sold = contract(cycle=cycle, jurisdiction=Jurisdiction(("IN",)), reminders=NO_REMINDERS)
    card = Instrument("pm_in", "visa", region="IN")
    world = World().sleep(days=900).sold(sold, zone="Asia/Kolkata", instrument=card)
    world.live(70, every=timedelta(minutes=30))
    debits = [fact.at for fact in world.facts("charge.asked")]
    announced = [sent.at for sent in world.messenger.sent if sent.topic in ("debit_notice", "upcoming")]
    days = [pendulum.datetime(2026, month, 1, tz="Asia/Kolkata") for month in (8, 9)]
    assert (days, 2) == (debits, len(announced))
    assert all(told_at + DAY <= debit for told_at, debit in zip(announced, debits, strict=True))
