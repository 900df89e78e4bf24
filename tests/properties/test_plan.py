"""What always holds of a plan, over small books and any rhythm of ticks, and that each law can tell."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import count, takewhile
from pathlib import Path

import attrs
import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewkit.books.customer import Customer
from renewkit.books.jurisdiction import Jurisdiction
from renewkit.books.subscription import Collection, Item, Subscription, Terms, Timing
from renewkit.codec import to_json
from renewkit.effects.effect import Charge
from renewkit.effects.outcome import ChargeOutcome, Declined, Paid, PaymentReceipt
from renewkit.effects.snapshot import Snapshot
from renewkit.engine.news import News
from renewkit.engine.plan import Plan, plan
from renewkit.policies.cycle import MONTHLY, QUARTERLY, WEEKLY, BillingCycle
from renewkit.policies.fees import DailyInterest, LateFees, PercentFee
from renewkit.policies.overdue import STANDARD_OVERDUE
from renewkit.policies.pricing import Flat, PerUnit
from renewkit.policies.reminders.presets import INSURANCE, MEDIA, NO_REMINDERS, SOFTWARE
from renewkit.policies.retry import RetryPolicy
from renewkit.testing.laws.plan import (
    a_plan_is_a_fix_point,
    a_plan_is_repeatable,
    live,
    nothing_happens_before_it_is_due,
    payments_are_conserved,
    the_rhythm_does_not_matter,
)
from renewkit.values.decline import Instrument, classify
from renewkit.values.ids import content_key
from renewkit.values.money import usd
from shared import said_elsewhere

START = pendulum.datetime(2024, 1, 31, 9)
HOUR = timedelta(hours=1)
ZONES = ["UTC", "Asia/Taipei", "America/New_York", "Pacific/Apia"]
FACTS_OF = ("after", "subscriptions", "invoices", "effects", "recorded", "facts", "problems", "due")


def pays(charge: Charge) -> ChargeOutcome:
    """Take the money."""
    return Paid(PaymentReceipt(content_key("rcp", charge.key), charge.amount, at=charge.at))


def declines(charge: Charge) -> ChargeOutcome:
    """Refuse for ever."""
    return Declined(classify("stripe", "insufficient_funds"), charge.at)


def hesitates(charge: Charge) -> ChargeOutcome:
    """Refuse the first attempt of each invoice."""
    return declines(charge) if charge.number == 1 else pays(charge)


ANSWERS = st.sampled_from([pays, declines, hesitates])
TERMS = st.builds(
    Terms,
    collection=st.sampled_from(Collection),
    timing=st.sampled_from([Timing.ADVANCE, Timing.ARREARS]),
    lead_days=st.sampled_from([0, 0, 3, 10]),
    due_days=st.sampled_from([0, 0, 14]),
    grace_days=st.sampled_from([0, 3, 14]),
    lapse_days=st.sampled_from([None, 14, 30]),
    term=st.sampled_from([None, 1, 2]),
    retry=st.sampled_from([RetryPolicy(), RetryPolicy(waits=(timedelta(days=1), timedelta(days=2)))]),
    reminders=st.sampled_from([NO_REMINDERS, INSURANCE, SOFTWARE, MEDIA]),
    overdue=st.sampled_from([None, None, STANDARD_OVERDUE]),
    late_fees=st.sampled_from([None, None, LateFees((PercentFee("0.05"), DailyInterest("0.10")), grace_days=3)]),
    jurisdiction=st.sampled_from([None, None, Jurisdiction(("US-CA",)), Jurisdiction(("CN",)), Jurisdiction(("FR",))]),
)
ITEMS = st.lists(
    st.sampled_from([Flat(usd("29.99")), PerUnit(usd("0.333"))]).map(lambda price: (price, 7)), min_size=1, max_size=2
).map(lambda sold: tuple(Item(f"item-{place}", price, quantity=many) for place, (price, many) in enumerate(sold)))


@st.composite
def contracts(draw: st.DrawFn, key: str, *, bound: bool) -> Subscription:
    """Draw a contract that starts about the end of January; `bound` ones may owe notices."""
    anchor = date(2024, 1, 15) + timedelta(days=draw(st.integers(0, 30)))
    cycle = BillingCycle(anchor, draw(st.sampled_from([WEEKLY, MONTHLY, QUARTERLY])), zone=draw(st.sampled_from(ZONES)))
    trial = anchor - timedelta(days=7) if draw(st.booleans()) else None
    terms = draw(TERMS) if bound else attrs.evolve(draw(TERMS), jurisdiction=None)
    return Subscription(key, "c1", items=draw(ITEMS), cycle=cycle, terms=terms, trial_from=trial)


@st.composite
def books(draw: st.DrawFn, *, bound: bool = True) -> Snapshot:
    """Draw a customer with one to three contracts, with or without a card."""
    sold = tuple(draw(contracts(f"s{place}", bound=bound)) for place in range(draw(st.integers(1, 3))))
    card = draw(st.sampled_from([Instrument("pm_1", "visa"), Instrument("pm_1", "sepa_sdd"), None]))
    customer = Customer("c1", "Ada", zone=draw(st.sampled_from(ZONES)), instrument=card)
    return Snapshot(book="default", customer=customer, subscriptions=sold)


GAPS = st.lists(st.integers(1, 24 * 20), min_size=1, max_size=12)


def moments(gaps: Iterable[int]) -> list[pendulum.DateTime]:
    """Return the moments that lie so many hours apart."""
    found = [START]
    for gap in gaps:
        found.append(found[-1] + HOUR * gap)
    return found


@given(books(), GAPS, ANSWERS)
def test_planning_again_changes_nothing(book: Snapshot, gaps: list[int], answer: object) -> None:
    """At every moment of every life the plan is a fix-point."""
    seen = book
    for now in moments(gaps):
        a_plan_is_a_fix_point(plan, seen, now=now)
        seen = live(plan, seen, [now], answer).end
        a_plan_is_a_fix_point(plan, seen, now=now)


@given(books(), GAPS, ANSWERS, st.floats(0, 1))
def test_nothing_happens_early(book: Snapshot, gaps: list[int], answer: object, share: float) -> None:
    """Between a plan and the moment that it named there is nothing to do."""
    seen = book
    for now in moments(gaps):
        seen = live(plan, seen, [now], answer).end
        due = plan(seen, now=now).due or now + timedelta(days=400)
        between = now + timedelta(seconds=int((due - now).total_seconds() * share))
        nothing_happens_before_it_is_due(plan, seen, now=now, between=max(now, between))


@given(books(), GAPS, ANSWERS)
def test_a_plan_can_be_made_again(book: Snapshot, gaps: list[int], answer: object) -> None:
    """The same customer at the same time gives the same plan."""
    life = live(plan, book, moments(gaps), answer)
    a_plan_is_repeatable(plan, life.end, now=START + timedelta(days=400))


# Notices bill nothing, and hourly runs over two months plan each contract some 1,400 times.
@given(
    books(bound=False),
    st.lists(st.integers(1, 24), min_size=1, max_size=20),
    st.integers(1, 60),
    st.sampled_from([pays, declines]),
)
def test_the_rhythm_of_ticks_does_not_matter(book: Snapshot, gaps: list[int], days: int, answer: object) -> None:
    """With a look at least every day, the same periods are billed for the same money."""
    end = START + timedelta(days=days)
    irregular = list(takewhile(lambda now: now < end, moments(gaps * (24 * days // len(gaps) + 1))))
    daily = [START + timedelta(days=day) for day in range(days)]
    the_rhythm_does_not_matter(plan, book, answer, often=[*irregular, end], seldom=[*daily, end])


@given(books(), GAPS, ANSWERS)
def test_no_money_is_lost_or_made(book: Snapshot, gaps: list[int], answer: object) -> None:
    """All that was taken is on the invoices."""
    payments_are_conserved(plan, book, answer, moments=moments(gaps))


def example() -> Snapshot:
    """Return a customer with a monthly contract."""
    cycle = BillingCycle(date(2024, 1, 31), MONTHLY, zone="Asia/Taipei")
    sold = Subscription(
        "s1", "c1", items=(Item("seats", Flat(usd("29.99"))),), cycle=cycle, terms=Terms(reminders=SOFTWARE)
    )
    return Snapshot(book="default", customer=Customer("c1", instrument=Instrument("pm_1")), subscriptions=(sold,))


def told(made: Plan) -> str:
    """Return the parts of a plan as JSON."""
    return "\n".join(to_json(getattr(made, part)) for part in FACTS_OF)


def test_another_process_makes_the_same_plan() -> None:
    """With another hash seed and in another zone of the machine, every part of the plan is the same text."""
    elsewhere = said_elsewhere(
        Path(__file__).resolve(), "twin.told(twin.plan(twin.example(), now=twin.START))", zone="Pacific/Kiritimati"
    )
    assert told(plan(example(), now=START)) == elsewhere


# ------------------------------------------------------------------------------------------------------ broken twins


def forgetful(snapshot: Snapshot, *, now: pendulum.DateTime, news: Iterable[News] = ()) -> Plan:
    """Plan, and lose what was decided."""
    return attrs.evolve(plan(snapshot, now=now, news=news), after=snapshot)


def late(snapshot: Snapshot, *, now: pendulum.DateTime, news: Iterable[News] = ()) -> Plan:
    """Name a moment that is too late."""
    made = plan(snapshot, now=now, news=news)
    return attrs.evolve(made, due=made.due and made.due + timedelta(days=60))


TICKETS = count()


def fickle(snapshot: Snapshot, *, now: pendulum.DateTime, news: Iterable[News] = ()) -> Plan:
    """Let something besides the arguments have a say."""
    made = plan(snapshot, now=now, news=news)
    return attrs.evolve(made, due=now + timedelta(days=9, seconds=-next(TICKETS)))


def sleepy(snapshot: Snapshot, *, now: pendulum.DateTime, news: Iterable[News] = ()) -> Plan:
    """Work only in office hours."""
    if 9 <= now.hour < 17:
        return plan(snapshot, now=now, news=news)
    return plan(attrs.evolve(snapshot, subscriptions=()), now=now)


def greedy(snapshot: Snapshot, *, now: pendulum.DateTime, news: Iterable[News] = ()) -> Plan:
    """Forget what was paid."""
    made = plan(snapshot, now=now, news=news)
    bills = tuple(attrs.evolve(bill, payments=(), told=0) for bill in made.after.invoices)
    return attrs.evolve(made, after=attrs.evolve(made.after, invoices=bills))


def restless(snapshot: Snapshot, *, now: pendulum.DateTime, news: Iterable[News] = ()) -> Plan:
    """Want the same thing for ever."""
    made = plan(snapshot, now=now, news=news)
    wanted = plan(example(), now=START).effects
    return attrs.evolve(made, effects=wanted)


def test_a_plan_that_forgets_is_found() -> None:
    """The law of the fix-point fails where the decision is lost."""
    with pytest.raises(AssertionError, match="planned again"):
        a_plan_is_a_fix_point(forgetful, example(), now=START)


def test_a_moment_that_changes_is_found() -> None:
    """The law of the fix-point fails where planning again names an earlier moment."""
    with pytest.raises(AssertionError, match="due at"):
        a_plan_is_a_fix_point(fickle, example(), now=START)


def test_a_moment_that_is_too_late_is_found() -> None:
    """The law fails where something was to be done before the moment that was named."""
    seen = live(plan, example(), [START], pays).end
    with pytest.raises(AssertionError, match="yet at"):
        nothing_happens_before_it_is_due(late, seen, now=START, between=START + timedelta(days=40))


def test_after_the_moment_nothing_is_claimed() -> None:
    """The law says nothing about later."""
    nothing_happens_before_it_is_due(plan, example(), now=START, between=START + timedelta(days=4000))


def test_a_plan_by_the_dice_is_found() -> None:
    """The law of repetition fails where a counter has a say."""
    with pytest.raises(AssertionError, match="two plans"):
        a_plan_is_repeatable(fickle, example(), now=START)


def test_a_planner_with_office_hours_is_found() -> None:
    """The law of the rhythm fails where it matters when somebody looked."""
    day, night = START + timedelta(days=1), START + timedelta(days=1, hours=12)
    with pytest.raises(AssertionError, match="one rhythm alone"):
        the_rhythm_does_not_matter(sleepy, example(), pays, often=[day, night], seldom=[night])


def test_lost_payments_are_found() -> None:
    """The law of conservation fails where payments vanish."""
    with pytest.raises(AssertionError, match="minor units were taken"):
        payments_are_conserved(greedy, example(), pays, moments=[START])


def test_a_planner_that_never_rests_is_found() -> None:
    """A life ends with an error where planning goes on for ever."""
    with pytest.raises(AssertionError, match="never comes to rest"):
        live(restless, example(), [START], pays)
