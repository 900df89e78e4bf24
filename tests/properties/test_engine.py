"""What always holds of the engine over time, at any rhythm of runs, and that each law can tell."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import attrs
import pendulum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renewkit.books.customer import Customer
from renewkit.books.jurisdiction import Jurisdiction
from renewkit.books.subscription import Collection, Item, Subscription, Terms
from renewkit.effects.effect import Charge, Notify
from renewkit.effects.outcome import ChargeOutcome, Declined, Paid, PaymentReceipt
from renewkit.effects.snapshot import Snapshot
from renewkit.engine.news import News
from renewkit.engine.plan import Plan, plan
from renewkit.policies.cycle import ANNUAL, MONTHLY, BillingCycle
from renewkit.policies.fees import DailyFee, DailyInterest, FlatFee, LateFees, PercentFee
from renewkit.policies.overdue import STANDARD_OVERDUE, OverdueAct, OverdueLadder, OverdueRule
from renewkit.policies.pricing import Flat
from renewkit.policies.reminders import NoticeRules
from renewkit.policies.reminders.presets import INSURANCE, NO_REMINDERS
from renewkit.policies.retry import RetryPolicy
from renewkit.testing.laws.engine import (
    Watched,
    late_fees_are_charged_once,
    no_state_is_entered_unseen,
    notices_are_given_in_their_windows,
    watch,
)
from renewkit.testing.strategies.retry import overdue_ladders
from renewkit.values.decline import Instrument, classify
from renewkit.values.money import usd

START = pendulum.datetime(2026, 6, 1, 9)
CARD, SEPA = Instrument("pm_1", "visa"), Instrument("pm_1", "sepa_sdd")
RETRIES = RetryPolicy(waits=(timedelta(days=5), timedelta(days=9), timedelta(days=11)))
# Every life is planned dozens of times.
fewer = settings(max_examples=max(settings().max_examples // 3, 5))


def pays(charge: Charge) -> ChargeOutcome:
    """Take the money."""
    return Paid(PaymentReceipt(f"rcp_{charge.key}", charge.amount, at=charge.at))


def declines(charge: Charge) -> ChargeOutcome:
    """Refuse for ever."""
    return Declined(classify("stripe", "insufficient_funds"), charge.at)


def hesitates(charge: Charge) -> ChargeOutcome:
    """Refuse twice, then pay."""
    return pays(charge) if charge.number > 2 else declines(charge)


def book(
    instrument: Instrument | None = CARD,
    *,
    zone: str = "UTC",
    trade: str = "",
    every: object = MONTHLY,
    **terms: object,
):
    """Return a customer with one contract that begins on 1 June 2026."""
    sold = Subscription(
        "s1",
        "c1",
        items=(Item("plan", Flat(usd("29.99"))),),
        cycle=BillingCycle(START.date(), every, zone=zone),
        terms=Terms(**{"reminders": NO_REMINDERS, "retry": RETRIES} | terms),
        trade=trade,
    )
    return Snapshot(book="default", customer=Customer("c1", zone=zone, instrument=instrument), subscriptions=(sold,))


def looks(gaps: Sequence[int]) -> list[pendulum.DateTime]:
    """Return moments that lie so many hours apart."""
    found = [START]
    for gap in gaps:
        found.append(found[-1].add(hours=gap))
    return found


GAPS = st.lists(st.integers(1, 24 * 25), min_size=1, max_size=12)
ANSWERS = st.sampled_from([declines, hesitates])
PARTS = st.sampled_from([FlatFee(usd("5")), PercentFee("0.05"), DailyFee(usd("0.20")), DailyInterest("0.16")])
FEES = st.builds(
    LateFees, st.lists(PARTS, min_size=1, max_size=3), st.integers(0, 6), cap=st.sampled_from([None, usd("8")])
)


@fewer
@given(st.sampled_from([STANDARD_OVERDUE, None]) | overdue_ladders(), GAPS, ANSWERS)
def test_no_state_is_skipped_silently(ladder: OverdueLadder | None, gaps: list[int], answer: object) -> None:
    """Whoever is suspended or ended was reminded, called and warned before, or a fact says why not."""
    start = book(overdue=ladder, grace_days=5, lapse_days=30)
    no_state_is_entered_unseen(watch(plan, start, looks(gaps), answer))


@fewer
@given(FEES, GAPS, ANSWERS, st.sampled_from(Collection))
def test_late_fees_are_never_charged_twice(
    fees: LateFees, gaps: list[int], answer: object, collection: Collection
) -> None:
    """The sum is the delay's, at any rhythm."""
    start = book(late_fees=fees, grace_days=90, collection=collection)
    late_fees_are_charged_once(watch(plan, start, looks(gaps), answer))


PLACES = [
    ("US-CA", CARD, "", ANNUAL, "America/Los_Angeles"),
    ("US-NY", CARD, "", ANNUAL, "America/New_York"),
    ("US-IL", CARD, "", ANNUAL, "America/Chicago"),
    ("FR", CARD, "", ANNUAL, "Europe/Paris"),
    ("LU", CARD, "telecom", ANNUAL, "Europe/Luxembourg"),
    ("CN", CARD, "", MONTHLY, "Asia/Shanghai"),
    ("DE", SEPA, "", MONTHLY, "Europe/Berlin"),
    ("GB", Instrument("pm_1", "bacs"), "", MONTHLY, "Europe/London"),
]


@pytest.mark.parametrize("where", PLACES, ids=[row[0] for row in PLACES])
@pytest.mark.parametrize("reminders", [NO_REMINDERS, INSURANCE])
def test_every_jurisdiction_gets_its_notices(
    where: tuple[str, Instrument, str, object, str], reminders: object
) -> None:
    """With a run every day the notices of each place go out in their windows."""
    place, instrument, trade, every, zone = where
    start = book(
        instrument, zone=zone, trade=trade, every=every, jurisdiction=Jurisdiction((place,)), reminders=reminders
    )
    # A year in which nothing but the first charge happens need not be watched day by day.
    days = [0, *range(250, 368)] if every is ANNUAL else list(range(100))
    seen = watch(plan, start, [START.add(days=day) for day in days], pays)
    until = START.add(days=days[-1]).date()
    notices_are_given_in_their_windows(seen, NoticeRules(), since=date(2026, 7, 1), until=until)
    assert any(isinstance(effect, Notify) and effect.rules for effect in seen.effects) or place == "GB"


def test_a_rule_of_hours_is_kept_by_runs_every_two_hours() -> None:
    """India: a day before each debit."""
    start = book(zone="Asia/Kolkata", jurisdiction=Jurisdiction(("IN",)))
    seen = watch(plan, start, [START.add(hours=hour) for hour in range(24 * 25, 24 * 35, 2)], pays)
    notices_are_given_in_their_windows(seen, NoticeRules(), since=date(2026, 7, 1), until=date(2026, 7, 2))


@fewer
@given(st.lists(st.integers(8, 24), min_size=6, max_size=20))
def test_any_rhythm_that_is_daily_or_faster_will_do(gaps: list[int]) -> None:
    """Runs at odd hours keep the window."""
    start = book(SEPA, zone="America/Los_Angeles", jurisdiction=Jurisdiction(("DE",)))
    seen = watch(plan, start, looks(gaps * (24 * 95 // sum(gaps) + 1)), pays)
    notices_are_given_in_their_windows(seen, NoticeRules(), since=date(2026, 7, 1), until=date(2026, 9, 1))


# ------------------------------------------------------------------------------------------------------ broken twins

DAILY = [START.add(days=day) for day in range(100)]


def hasty(snapshot: Snapshot, *, now: pendulum.DateTime, news: Iterable[News] = ()) -> Plan:
    """Plan, and say nothing of what is entered on the way to a suspension."""
    made = plan(snapshot, now=now, news=news)
    return attrs.evolve(made, facts=tuple(fact for fact in made.facts if fact.kind != "overdue.entered"))


def mute(snapshot: Snapshot, *, now: pendulum.DateTime, news: Iterable[News] = ()) -> Plan:
    """Plan, and never give a notice."""
    made = plan(snapshot, now=now, news=news)
    kept = tuple(effect for effect in made.effects if not (isinstance(effect, Notify) and effect.rules))
    return attrs.evolve(made, effects=kept)


def tardy(snapshot: Snapshot, *, now: pendulum.DateTime, news: Iterable[News] = ()) -> Plan:
    """Plan, and give each notice ten days later."""
    made = plan(snapshot, now=now, news=news)
    late = tuple(
        attrs.evolve(effect, at=effect.at.add(days=10)) if isinstance(effect, Notify) else effect
        for effect in made.effects
    )
    return attrs.evolve(made, effects=late)


def test_a_silent_climb_is_found() -> None:
    """The law of states fails where a state is entered without a fact."""
    with pytest.raises(AssertionError, match="without a word"):
        no_state_is_entered_unseen(watch(hasty, book(overdue=STANDARD_OVERDUE), DAILY, declines))


def test_a_state_that_is_passed_with_a_word_is_allowed() -> None:
    """And after a payment the climb begins anew."""
    rules = (OverdueRule("big", 1, min_total=usd("1000")), OverdueRule("out", 2, act=OverdueAct.SUSPEND))
    start = book(overdue=OverdueLadder(rules))
    seen = watch(plan, start, DAILY, hesitates)
    assert 2 <= sum(fact.kind == "subscription.exhaust_grace" for fact in seen.facts)
    no_state_is_entered_unseen(seen)


def test_a_fee_charged_twice_is_found() -> None:
    """The law of fees fails where a fee invoice stands twice in the book."""
    seen = watch(plan, book(late_fees=LateFees((FlatFee(usd("5")),)), grace_days=90), DAILY, declines)
    late_fees_are_charged_once(seen)
    fee = next(bill for bill in seen.end.invoices if bill.fee_for)
    twice = (*seen.end.invoices, attrs.evolve(fee, id="inv_again"))
    with pytest.raises(AssertionError, match="are owed"):
        late_fees_are_charged_once(_with(seen, twice))


def test_a_fee_on_a_fee_is_found() -> None:
    """The law of fees fails where a fee invoice bears fees itself."""
    seen = watch(plan, book(late_fees=LateFees((FlatFee(usd("5")),)), grace_days=90), DAILY, declines)
    late = next(bill for bill in seen.end.invoices if bill.fees)
    fee = next(bill for bill in seen.end.invoices if bill.fee_for == late.id)
    with pytest.raises(AssertionError, match="bears one"):
        late_fees_are_charged_once(_with(seen, (attrs.evolve(fee, fees=late.fees),)))


@pytest.mark.parametrize(("planner", "message"), [(mute, "0 notices"), (tardy, "is not in")])
def test_a_notice_that_is_missing_or_late_is_found(planner: object, message: str) -> None:
    """The law of notices fails without them, and outside their windows."""
    start = book(SEPA, jurisdiction=Jurisdiction(("DE",)))
    seen = watch(planner, start, DAILY, pays)
    with pytest.raises(AssertionError, match=message):
        notices_are_given_in_their_windows(seen, NoticeRules(), since=date(2026, 7, 1), until=date(2026, 9, 1))


def test_a_notice_that_is_hours_late_is_found() -> None:
    """Daily runs are too seldom for a rule of hours."""
    start = book(zone="Asia/Kolkata", jurisdiction=Jurisdiction(("IN",)))
    seen = watch(plan, start, [moment.add(hours=6) for moment in DAILY], pays)
    with pytest.raises(AssertionError, match="is late"):
        notices_are_given_in_their_windows(seen, NoticeRules(), since=date(2026, 7, 1), until=date(2026, 9, 1))


def _with(seen: Watched, invoices: tuple[object, ...]) -> Watched:
    return attrs.evolve(seen, end=attrs.evolve(seen.end, invoices=invoices))
