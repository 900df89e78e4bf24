"""What a customer's contracts have tried together, and what it forbids."""

from datetime import timedelta

import attrs

from renewkit.books.subscription import Standing
from renewkit.effects.effect import Charge
from renewkit.effects.snapshot import Snapshot
from renewkit.engine.plan import plan
from renewkit.engine.tries import UNDER_WAY, Tries
from renewkit.policies.network import NetworkRules
from renewkit.values.decline import Attempt, Instrument, classify
from scenarios.world import CARD, DAY, NOON, PRICE, contract, payer

DECLINED = Attempt(NOON, classify("stripe", "insufficient_funds"), CARD, amount=PRICE)
PAID = Attempt(NOON + DAY, None, CARD, amount=PRICE)
SEEN = Snapshot(book="default", customer=payer(), subscriptions=(contract("s1"), contract("s2")))


def charge(**changes: object) -> Charge:
    """Return the charge of the first invoice."""
    return attrs.evolve(plan(SEEN, now=NOON).effects[0], **changes)


def test_what_all_contracts_remember_is_counted_together() -> None:
    """With the charges that are under way."""
    held = tuple(sub.standing_at(Standing(attempts=(DECLINED,))) for sub in SEEN.subscriptions)
    tries = Tries.on_books(attrs.evolve(SEEN, subscriptions=held, pending=(charge(),)), NetworkRules())
    assert ([DECLINED, DECLINED], {charge().key: charge()}) == (tries.past, tries.under_way)


def test_a_success_among_successes_is_not_written_down() -> None:
    """Nor does it make a log of its own."""
    tries = Tries(under_way={charge().key: charge()})
    assert ((), [], {}) == (tries.record((), charge(), PAID), tries.past, tries.under_way)


def test_a_decline_and_what_follows_it_are_written_down() -> None:
    """Each in the log of the contract that made it."""
    tries = Tries()
    assert ((DECLINED,), (PAID,)) == (tries.record((), charge(), DECLINED), tries.record((), charge(), PAID))


def test_a_charge_without_an_end_of_its_own_is_no_attempt() -> None:
    """Money that is waited for, or an action, is neither a decline nor a success."""
    tries = Tries(past=[DECLINED], under_way={charge().key: charge()})
    assert ((DECLINED,), {}) == (tries.record((DECLINED,), charge(), None), tries.under_way)


def test_a_clock_that_is_ahead_is_no_attempt_of_the_future() -> None:
    """A run reads the clock once, and its answers are stamped later."""
    ahead = attrs.evolve(DECLINED, at=NOON + timedelta(hours=1))
    (bill, *_) = plan(SEEN, now=NOON).invoices
    verdict = Tries(past=[ahead]).judge_charge(bill, CARD, now=NOON, until=None)
    assert verdict.is_allowed


def test_other_instruments_do_not_count() -> None:
    """Another card has its own caps."""
    stolen = Attempt(NOON, classify("stripe", "stolen_card"), CARD)
    (bill, *_) = plan(SEEN, now=NOON).invoices
    verdicts = [
        Tries(past=[stolen]).judge_charge(bill, card, now=NOON, until=None) for card in (CARD, Instrument("pm", "visa"))
    ]
    assert [False, True] == [verdict.is_allowed for verdict in verdicts]


def test_what_no_rule_can_count_any_more_is_forgotten() -> None:
    """A refusal of half a year ago does not stop the card for ever."""
    stolen = Attempt(NOON - 181 * DAY, classify("stripe", "stolen_card"), CARD)
    (bill, *_) = plan(SEEN, now=NOON).invoices
    verdict = Tries(past=[stolen]).judge_charge(bill, CARD, now=NOON, until=None)
    assert verdict.is_allowed


def test_charges_under_way_are_waited_for_no_longer_than_they_count() -> None:
    """Ten charges that nobody answers fill a cap of ten for a day, and not for ever."""
    card = Instrument("pm", "mastercard")
    waiting = {f"k{place}": charge(key=f"k{place}", instrument=card) for place in range(10)}
    (bill, *_) = plan(SEEN, now=NOON).invoices
    verdict = Tries(under_way=waiting).judge_charge(bill, card, now=NOON, until=None)
    later = Tries(under_way=waiting).judge_charge(bill, card, now=NOON + 2 * DAY, until=None)
    assert (UNDER_WAY, NOON + DAY + timedelta(seconds=1), True) == (
        verdict.reason,
        verdict.not_before,
        later.is_allowed,
    )
