"""What always holds of the guard, and that each law can tell."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import attrs
import pendulum
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from moneyed import Money

from renewkit.codec import from_json, to_json
from renewkit.policies.network import NetworkRule, NetworkRules, packaged_rules
from renewkit.policies.retry import RetryAt
from renewkit.testing.laws.network import (
    guarding_never_hastens,
    guarding_twice_changes_nothing,
    no_rolling_cap_is_exceeded,
    timed_advice_is_heeded,
    what_may_never_be_retried_is_not,
)
from renewkit.testing.strategies.retry import EPOCH, card_histories, declines, histories, instruments
from renewkit.values.decision import RetryDecision
from renewkit.values.decline import Attempt, Decline, Instrument, classify
from renewkit.values.money import usd

RULES = NetworkRules()
SOFT = classify("stripe", "insufficient_funds")
CARDS = st.sampled_from([Instrument("pm", "visa"), Instrument("pm", "mastercard"), Instrument("pm")])
AMOUNTS = st.sampled_from([None, usd("10")])
NOW = pendulum.instance(EPOCH)
BURST = tuple(Attempt(EPOCH - timedelta(minutes=k), SOFT, "pm", amount=usd("10")) for k in reversed(range(45)))


@given(card_histories(), CARDS, AMOUNTS)
@example(BURST, Instrument("pm", "visa"), usd("10"))
@example(BURST[:9], Instrument("pm", "mastercard"), None)
@example((Attempt(EPOCH, classify("stripe", "stolen_card"), "pm"),), Instrument("pm", "visa"), None)
def test_no_cap_is_exceeded(past: tuple[Attempt, ...], card: Instrument, amount: Money | None) -> None:
    """Tries as soon as the guard allows never exceed a rolling cap, whatever was done before."""
    no_rolling_cap_is_exceeded(RULES, past, card, SOFT, amount=amount)


@given(histories(), instruments())
def test_never_is_never(past: tuple[Attempt, ...], card: Instrument) -> None:
    """A decline that allows no retry is not retried on any network."""
    what_may_never_be_retried_is_not(RULES, past, card, now=EPOCH)


@given(histories(), instruments())
def test_timed_advice_is_heeded(past: tuple[Attempt, ...], card: Instrument) -> None:
    """No retry comes before the wait that the network asked for."""
    timed_advice_is_heeded(RULES, past, card, now=EPOCH)


@given(card_histories(most=12), instruments(), st.timedeltas(timedelta(0), timedelta(days=9)), st.integers(2, 5))
@example((Attempt(EPOCH, classify("stripe", "stolen_card"), "pm"),), Instrument("pm", "visa"), timedelta(0), 2)
def test_the_guard_only_delays(past: tuple[Attempt, ...], card: Instrument, wait: timedelta, number: int) -> None:
    """A guarded retry is never earlier than decided and never past its end."""
    decision = RetryAt(EPOCH + wait, number, until=EPOCH + timedelta(days=10), first=past[0].at)
    guarding_never_hastens(RULES, decision, past, card, now=EPOCH)


@given(card_histories(most=12), instruments(), st.timedeltas(timedelta(0), timedelta(days=9)), st.integers(2, 5))
def test_the_guard_agrees_with_itself(
    past: tuple[Attempt, ...], card: Instrument, wait: timedelta, number: int
) -> None:
    """What was let through is let through again."""
    decision = RetryAt(EPOCH + wait, number, first=past[0].at)
    guarding_twice_changes_nothing(RULES, decision, past, card, now=EPOCH)


@given(card_histories(most=12), CARDS, st.randoms(use_true_random=False))
def test_order_does_not_matter(past: tuple[Attempt, ...], card: Instrument, shuffle: object) -> None:
    """Attempts of several invoices may come in any order."""
    mixed = list(past)
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]  # a random.Random of Hypothesis
    one, other = (
        RULES.guard(RetryAt(EPOCH, 2), on_instrument=each, instrument=card, now=EPOCH) for each in (past, mixed)
    )
    assert one == other


@given(card_histories(most=12))
def test_more_history_never_helps(past: tuple[Attempt, ...]) -> None:
    """With one more decline in the past a retry comes no earlier."""
    card = Instrument("pm", "mastercard")
    fewer = RULES.guard(RetryAt(EPOCH, 2), on_instrument=past[1:], instrument=card, now=EPOCH)
    more = RULES.guard(RetryAt(EPOCH, 2), on_instrument=past, instrument=card, now=EPOCH)
    assert not isinstance(fewer, RetryAt) or not isinstance(more, RetryAt) or more.when >= fewer.when


@pytest.mark.parametrize("rule", packaged_rules(), ids=lambda rule: rule.id)
def test_a_rule_reads_back(rule: NetworkRule) -> None:
    """Every rule that ships survives its JSON."""
    assert rule == from_json(to_json(rule), NetworkRule)


class Blind:
    """A guard that forgets: it lets everything through as it was decided, or moved by `by`."""

    def __init__(self, by: timedelta = timedelta(0)) -> None:
        self.by = by

    def guard(
        self,
        decision: RetryDecision,
        *,
        on_instrument: Sequence[Attempt],
        instrument: Instrument,
        now: datetime,
        amount: Money | None = None,
    ) -> RetryDecision:
        if isinstance(decision, RetryAt):
            return attrs.evolve(decision, when=decision.when + self.by)
        return decision


class PerInvoice(Blind):
    """A guard that looks at the last attempts alone, as if each invoice had a card of its own."""

    def guard(
        self,
        decision: RetryDecision,
        *,
        on_instrument: Sequence[Attempt],
        instrument: Instrument,
        now: datetime,
        amount: Money | None = None,
    ) -> RetryDecision:
        mine = on_instrument[-3:]
        return RULES.guard(decision, on_instrument=mine, instrument=instrument, now=now, amount=amount)


@pytest.mark.parametrize("guard", [Blind(), PerInvoice()])
@pytest.mark.parametrize("network", ["visa", "mastercard", None])
def test_a_guard_that_forgets_is_found(guard: Blind, network: str | None) -> None:
    """The law of caps fails on a guard that counts nothing, and on one that counts per invoice."""
    with pytest.raises(AssertionError, match="a try on"):
        no_rolling_cap_is_exceeded(guard, BURST, Instrument("pm", network), SOFT)


def test_a_guard_blind_to_amounts_is_found() -> None:
    """The law of caps fails where 35 declines of one amount in 30 days are followed by another."""
    past = [Attempt(EPOCH - timedelta(hours=19 * k), SOFT, "pm", amount=usd("10")) for k in range(36)]
    with pytest.raises(AssertionError, match="of the amount"):
        no_rolling_cap_is_exceeded(Blind(), past, Instrument("pm", "mastercard"), SOFT, amount=usd("10"))


def test_a_guard_that_retries_stolen_cards_is_found() -> None:
    """The law fails on a guard that lets a stolen card through."""
    with pytest.raises(AssertionError, match="stolen_card"):
        what_may_never_be_retried_is_not(
            Blind(), [Attempt(EPOCH, classify("stripe", "stolen_card"))], Instrument("pm"), now=EPOCH
        )


def test_a_guard_deaf_to_advice_is_found() -> None:
    """The law fails on a guard that retries before the advised wait."""
    past = [Attempt(EPOCH, classify("iso8583", "51", advice="25"))]
    with pytest.raises(AssertionError, match="advised"):
        timed_advice_is_heeded(Blind(), past, Instrument("pm", "mastercard"), now=EPOCH)


@pytest.mark.parametrize("by", [timedelta(days=-1), timedelta(days=30)])
def test_a_guard_that_hastens_or_overruns_is_found(by: timedelta) -> None:
    """The law fails on a guard that moves a retry forward, or past its end."""
    decision = RetryAt(NOW, 2, until=NOW.add(days=3))
    with pytest.raises(AssertionError):
        guarding_never_hastens(Blind(by), decision, [Attempt(EPOCH, SOFT)], Instrument("pm"), now=EPOCH)


def test_a_guard_that_keeps_delaying_is_found() -> None:
    """The law fails on a guard that delays again what it let through."""
    with pytest.raises(AssertionError, match="became"):
        guarding_twice_changes_nothing(
            Blind(timedelta(days=1)), RetryAt(NOW, 2), [Attempt(EPOCH, SOFT)], Instrument("pm"), now=EPOCH
        )


@given(declines())
def test_a_decline_reads_back(decline: Decline) -> None:
    """A decline survives its JSON."""
    assert decline == from_json(to_json(decline), Decline)
