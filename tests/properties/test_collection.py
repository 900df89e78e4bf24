"""However a customer's contracts live, a card is charged no more often than its network allows; each law can tell."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import attrs
import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewkit.books.customer import Customer
from renewkit.books.subscription import Item, Subscription, Terms
from renewkit.codec import to_json
from renewkit.effects.effect import Charge
from renewkit.effects.outcome import ChargeOutcome, Declined, Paid, PaymentReceipt
from renewkit.effects.snapshot import Snapshot
from renewkit.engine.plan import plan
from renewkit.policies.cycle import DAILY, MONTHLY, WEEKLY, BillingCycle
from renewkit.policies.network import NetworkRules
from renewkit.policies.pricing import Flat
from renewkit.policies.retry import Backoff, PayDays, RetryPolicy
from renewkit.testing.laws.collection import no_charge_exceeds_a_cap, no_charge_follows_a_refusal_for_good
from renewkit.testing.laws.plan import a_plan_is_repeatable, live
from renewkit.values.decline import Instrument, classify
from renewkit.values.ids import content_key
from renewkit.values.money import usd
from shared import said_elsewhere

START = pendulum.datetime(2026, 1, 31, 9)
HOUR = timedelta(hours=1)
EAGER = RetryPolicy(
    waits=tuple(HOUR * k for k in range(1, 60)), technical=Backoff(timedelta(minutes=10), 1, tries=30), unknown=59
)
POLICIES = st.sampled_from([
    EAGER,
    EAGER,
    RetryPolicy(waits=(HOUR, 5 * HOUR), jitter=HOUR / 2),
    RetryPolicy(paydays=PayDays(), is_squeezed=True),
])  # fmt: skip
CODES = ("insufficient_funds", "do_not_honor", "processing_error", "generic_decline", "expired_card", "stolen_card")


@st.composite
def customers(draw: st.DrawFn) -> Snapshot:
    """Draw a customer who pays two to four contracts with one card."""
    sold = tuple(
        Subscription(
            f"s{place}",
            "c1",
            items=(Item("seats", Flat(usd(draw(st.sampled_from(["9.99", "29.99"]))))),),
            cycle=BillingCycle(date(2026, 1, 31), draw(st.sampled_from([DAILY, WEEKLY, MONTHLY]))),
            terms=Terms(retry=draw(POLICIES), grace_days=60),
        )
        for place in range(draw(st.integers(2, 4)))
    )
    card = Instrument("pm_1", draw(st.sampled_from(["visa", "mastercard", None])))
    return Snapshot(book="default", customer=Customer("c1", instrument=card), subscriptions=sold)


def answering(script: list[str]) -> Callable[[Charge], ChargeOutcome]:
    """Return a gateway that answers from a script, over and over: codes, or an empty word for money."""
    turns = iter(range(10_000))

    def answer(charge: Charge) -> ChargeOutcome:
        code = script[next(turns) % len(script)]
        if code:
            return Declined(classify("stripe", code), charge.at)
        return Paid(PaymentReceipt(content_key("rcp", charge.key), charge.amount, at=charge.at))

    return answer


def moments(gaps: list[int]) -> list[pendulum.DateTime]:
    """Return the moments that lie so many hours apart."""
    found = [START]
    for gap in gaps:
        found.append(found[-1] + HOUR * gap)
    return found


SOFT = st.lists(st.sampled_from(["", *CODES[:3], *CODES[:3]]), min_size=1, max_size=12)
ANY = st.lists(st.sampled_from(["", "", *CODES]), min_size=1, max_size=12)
GAPS = st.lists(st.sampled_from([1, 1, 1, 2, 3, 7, 26, 170]), min_size=4, max_size=16)


@given(customers(), GAPS, SOFT)
def test_no_cap_is_exceeded(book: Snapshot, gaps: list[int], script: list[str]) -> None:
    """Contracts that share a card share its caps, whatever was declined and whenever somebody looks."""
    no_charge_exceeds_a_cap(plan, book, moments(gaps), answer=answering(script))


@given(customers(), GAPS, ANY)
def test_a_refusal_for_good_is_heeded_by_all(book: Snapshot, gaps: list[int], script: list[str]) -> None:
    """One contract learns from another that a card was stolen."""
    no_charge_follows_a_refusal_for_good(plan, book, moments(gaps), answer=answering(script))


@given(customers(), GAPS, ANY)
def test_a_guarded_plan_can_be_made_again(book: Snapshot, gaps: list[int], script: list[str]) -> None:
    """The decision follows from the books alone."""
    seen = live(plan, book, moments(gaps), answering(script)).end
    a_plan_is_repeatable(plan, seen, now=START + timedelta(days=20))


def example() -> Snapshot:
    """Return a customer with two contracts and one card."""
    sold = [
        Subscription(
            key,
            "c1",
            items=(Item("seats", Flat(usd("29.99"))),),
            cycle=BillingCycle(date(2026, 1, 31), MONTHLY),
            terms=Terms(retry=attrs.evolve(EAGER, jitter=HOUR / 2), grace_days=60),
        )
        for key in ("s1", "s2")
    ]
    card = Instrument("pm_1", "mastercard")
    return Snapshot(book="default", customer=Customer("c1", instrument=card), subscriptions=tuple(sold))


def lived() -> str:
    """Live through a day of declines, and return what is on the books."""
    end = live(plan, example(), moments([1] * 20), answering(["insufficient_funds", "do_not_honor"])).end
    return to_json(end)


def test_another_process_decides_the_same() -> None:
    """With another hash seed the same attempts lead to the same retries, to the second."""
    elsewhere = said_elsewhere(Path(__file__).resolve(), "twin.lived()", zone="Asia/Kolkata")
    assert lived() == elsewhere


# ------------------------------------------------------------------------------------------------------ broken twins

_LAX = tuple(
    attrs.evolve(rule, limit=10_000)
    for rule in NetworkRules().rules
    if rule.id in ("visa-reattempts", "mastercard-24h", "mastercard-30d")
)
lax = partial(plan, rules=NetworkRules(_LAX))


@pytest.mark.parametrize(("network", "words"), [("visa", "20 reattempts"), ("mastercard", "10 declines")])
def test_a_planner_without_caps_is_found(network: str, words: str) -> None:
    """The law fails where the caps are lifted."""
    customer = Customer("c1", instrument=Instrument("pm_1", network))
    book = attrs.evolve(example(), customer=customer)
    with pytest.raises(AssertionError, match=words):
        no_charge_exceeds_a_cap(lax, book, moments([1] * 20), answer=answering(["insufficient_funds"]))


def test_a_month_without_a_cap_is_found() -> None:
    """The law counts one amount over thirty days."""
    with pytest.raises(AssertionError, match="35 declines of"):
        no_charge_exceeds_a_cap(
            partial(plan, rules=NetworkRules(tuple(rule for rule in _LAX if rule.id == "mastercard-30d"))),
            example(),
            moments([3] * 100),
            answer=answering(["insufficient_funds"]),
        )


def test_a_contract_that_learns_nothing_is_found() -> None:
    """The law fails where each contract is planned as if it were the customer's only one."""

    def alone(snapshot: Snapshot, *, now: pendulum.DateTime, news: tuple[object, ...] = ()) -> object:
        forgotten = tuple(sub.standing_at(attrs.evolve(sub.standing, attempts=())) for sub in snapshot.subscriptions)
        return plan(attrs.evolve(snapshot, subscriptions=forgotten), now=now, news=news)

    with pytest.raises(AssertionError, match="refused for good"):
        no_charge_follows_a_refusal_for_good(
            alone, example(), moments([24 * 31]), answer=answering(["stolen_card", "insufficient_funds"])
        )
