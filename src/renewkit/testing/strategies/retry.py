"""Declines, histories, policies and ladders for retries, with a taste for bursts and the edges of windows."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st

from renewkit.policies.overdue import OverdueFacts, OverdueLadder, OverdueRule, Unpaid
from renewkit.policies.retry import Backoff, BusinessHours, Ladder, PayDays, RetryPolicy
from renewkit.values.data import table
from renewkit.values.decline import Attempt, Decline, DeclineCause, Instrument, classify
from renewkit.values.money import usd

__all__ = [
    "EPOCH",
    "attempt_times",
    "card_histories",
    "declines",
    "histories",
    "instruments",
    "ladders",
    "overdue_facts",
    "overdue_ladders",
    "retry_policies",
]

EPOCH = datetime(2026, 3, 1, 12, tzinfo=UTC)
"""Around this instant the histories lie; clocks change in March in most zones."""

_GAPS = (
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(hours=23, minutes=59),
    timedelta(hours=24),
    timedelta(hours=25),
    timedelta(days=2),
    timedelta(days=29),
    timedelta(days=30),
    timedelta(days=31),
)


def declines() -> st.SearchStrategy[Decline]:
    """Draw declines of every rail, with and without an issuer's code and a network's advice, and unknown ones."""
    codes = st.sampled_from([(row["rail"], row["code"]) for row in table("declines")]) | st.just(
        ("stripe", "unheard_of")
    )
    advice = st.none() | st.sampled_from(["1", "2", "3", "4", "01", "02", "03", "21", "24", "25", "30", "40"])
    issuer = st.none() | st.sampled_from(["05", "51", "14", "41", "54", "96"])
    return st.builds(lambda code, net, said: classify(*code, network=net, advice=said), codes, issuer, advice)


def attempt_times(*, most: int = 45) -> st.SearchStrategy[list[datetime]]:
    """Draw ascending instants, the last one at `EPOCH`, whose gaps like to fall on the edges of rolling windows."""
    gaps = st.sampled_from(_GAPS) | st.timedeltas(timedelta(seconds=1), timedelta(days=20))
    bursts = st.integers(0, most - 1).flatmap(lambda count: gaps.map(lambda gap: [gap] * count))
    mixed = st.lists(gaps, max_size=most - 1)

    def back(steps: list[timedelta]) -> list[datetime]:
        times = [EPOCH]
        for step in steps:
            times.append(times[-1] - step)
        return times[::-1]

    return st.one_of(mixed, bursts).map(back)


def histories() -> st.SearchStrategy[tuple[Attempt, ...]]:
    """Draw the attempts on one invoice: in order, none twice, all declined."""
    return st.builds(
        lambda times, why: tuple(Attempt(at, why[k % len(why)]) for k, at in enumerate(times)),
        attempt_times(most=8),
        st.lists(declines(), min_size=1, max_size=4),
    )


def instruments() -> st.SearchStrategy[Instrument]:
    """Draw instruments of every network that has rules, and of none."""
    networks = sorted({row["network"] for row in table("network_rules")} - {"*"})
    regions = st.sampled_from([None, "US", "BR", "IN", "GB"])
    return st.builds(Instrument, st.just("pm"), st.none() | st.sampled_from(networks), region=regions)


def card_histories(*, most: int = 45) -> st.SearchStrategy[tuple[Attempt, ...]]:
    """Draw what happened on one card over many invoices: declines that may be retried, successes, other amounts."""
    soft = st.sampled_from([classify("stripe", "insufficient_funds"), classify("stripe", "do_not_honor")])
    outcome = st.one_of(soft, soft, soft, st.none())
    amounts = st.sampled_from([None, usd("10"), usd("10"), usd("25")])

    def build(times: list[datetime], outcomes: list[Decline | None], each: list[object]) -> tuple[Attempt, ...]:
        return tuple(
            Attempt(at, outcomes[k % len(outcomes)], "pm", amount=each[k % len(each)])  # type: ignore[arg-type]  # Money or None
            for k, at in enumerate(times)
        )

    return st.builds(build, attempt_times(most=most), st.lists(outcome, min_size=1), st.lists(amounts, min_size=1))


def ladders() -> st.SearchStrategy[tuple[timedelta, ...]]:
    """Draw waits in ascending order, in whole hours."""
    return st.sets(st.integers(1, 24 * 60), max_size=8).map(lambda hours: tuple(map(_hours, sorted(hours))))


def retry_policies() -> st.SearchStrategy[RetryPolicy]:
    """Draw policies with and without jitter, pay days, hours, ladders of their own and ends."""
    own = st.builds(Ladder, st.sampled_from(DeclineCause), ladders())
    return st.builds(
        RetryPolicy,
        ladders(),
        st.sampled_from([timedelta(0), timedelta(minutes=30), timedelta(hours=1)]),
        ladders=st.lists(own, max_size=2, unique_by=lambda ladder: ladder.cause).map(tuple),
        technical=st.builds(Backoff, st.just(timedelta(hours=1)), st.sampled_from([1, 2, 4]), tries=st.integers(0, 4)),
        unknown=st.integers(0, 3),
        paydays=st.none() | st.builds(PayDays, st.sampled_from([(1, 15), (31,), (10,)])),
        hours=st.none() | st.just(BusinessHours(time(8), time(20))),
        at_the_end=st.booleans(),
        is_squeezed=st.booleans(),
    )


def overdue_ladders() -> st.SearchStrategy[OverdueLadder]:
    """Draw ladders of one to six states, some with conditions of their own."""
    counts = st.sampled_from([None, None, None, 1, 2])

    def build(days: list[int], least: list[int | None], notice: list[int]) -> OverdueLadder:
        rules = zip(sorted(days), least, notice, strict=False)
        return OverdueLadder(
            [
                OverdueRule(f"state-{k}", day, min_count=count, notice_days=wait)
                for k, (day, count, wait) in enumerate(rules)
            ]
        )

    return st.builds(
        build,
        st.lists(st.integers(0, 60), min_size=1, max_size=6),
        st.lists(counts, min_size=6, max_size=6),
        st.lists(st.sampled_from([0, 0, 3]), min_size=6, max_size=6),
    )


def overdue_facts() -> st.SearchStrategy[OverdueFacts]:
    """Draw accounts with none to three unpaid invoices."""
    day = st.dates(date(2026, 1, 1), date(2026, 3, 1))
    return st.lists(st.builds(Unpaid, day, st.just(usd("10"))), max_size=3).map(OverdueFacts)


def _hours(count: int) -> timedelta:
    return timedelta(hours=count)
