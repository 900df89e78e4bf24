from collections.abc import Generator
from datetime import timedelta

import attrs
import pytest

from renewkit.effects.commit import Receipt
from renewkit.effects.outcome import Paid, PaymentReceipt, Sent, Undelivered, Unknown
from renewkit.effects.snapshot import Snapshot
from renewkit.engine.execute import Claim, Lookup, OnUnknownSend, Send, Settings, Store, TickReport, run
from renewkit.engine.plan import plan
from renewkit.policies.reminders.presets import NO_REMINDERS
from renewkit.ports.messaging import MessagingCapabilities
from renewkit.ports.payment import PaymentCapabilities
from renewkit.ports.storage import Lease
from renewkit.values.problem import Problem
from scenarios.world import NOON, PRICE, contract, payer, transfer

LEASE = Lease("default", "worker", until=NOON + timedelta(minutes=10), takeover=True)


def settings(*, lookup: bool = True, dedupes: bool = True, **changes: object) -> Settings:
    """Return the settings of a run."""
    return Settings(
        payments=PaymentCapabilities(name="g", pull=True, lookup=lookup),
        messaging=MessagingCapabilities(name="m", channels=("email",), dedupes=dedupes),
        **changes,
    )


def started(*contracts: object, how: Settings | None = None, now: object = NOON, **parts: object) -> Generator:
    """Start a run over one customer, up to its first request after the claim."""
    snapshot = Snapshot(book="default", customer=payer(), due=NOON, subscriptions=contracts, **parts)
    running = run(now, LEASE, how or settings())
    assert Claim(200, LEASE) == next(running)
    return running, running.send((snapshot,))


def receipt(request: Store) -> tuple[Receipt, ...]:
    """Answer a request to store."""
    return tuple(Receipt(commit.customer_id, commit.version + 1) for commit in request.commits)


def test_effects_are_stored_before_they_are_sent() -> None:
    """The first commit holds state and effects and keeps the lease; the next request sends exactly these."""
    running, stored = started(contract())
    (commit,) = stored.commits
    assert (False, NOON, 1) == (commit.release, commit.due, len(commit.effects))
    assert Send(commit.effects) == running.send(receipt(stored))


def test_the_last_commit_gives_the_customer_back() -> None:
    """Nothing is left to do: the lease ends, and the next moment is named."""
    running, stored = started(contract())
    charge = running.send(receipt(stored)).effects[0]
    stored = running.send((Paid(PaymentReceipt("r", PRICE, at=NOON)),))
    assert [charge.key] == [record.key for record in stored.commits[0].recorded]
    sent = running.send(receipt(stored))
    stored = running.send(tuple(Sent(message.key) for message in sent.effects))
    (commit,) = stored.commits
    assert (True, 29 - 3) == (commit.release, (commit.due - NOON).days + 1)


def test_an_unknown_answer_is_looked_up_before_anything_else() -> None:
    """The next request asks for exactly that charge."""
    running, stored = started(contract())
    charge = running.send(receipt(stored)).effects[0]
    assert Lookup((charge,)) == running.send((Unknown(charge.key),))


def test_without_an_answer_the_customer_comes_back_after_a_pause() -> None:
    """A quarter of an hour at first, and later the longer it takes, six hours at most."""
    start = Snapshot(book="default", customer=payer(), subscriptions=(contract(reminders=NO_REMINDERS),))
    pending = plan(start, now=NOON).after
    for hours, pause in ((0, 0.25), (1, 1), (5, 5), (40, 6)):
        now = NOON + timedelta(hours=hours)
        running = run(now, LEASE, settings())
        next(running)
        asked = running.send((pending,))
        stored = running.send((Unknown(asked.charges[0].key),))
        assert now + timedelta(hours=pause) == stored.commits[-1].due


def test_a_message_that_may_be_out_is_held_or_sent_again() -> None:
    """By the capability of the messenger and the wish of the host."""
    start = Snapshot(book="default", customer=payer(), subscriptions=(transfer(),))
    pending = plan(start, now=NOON).after
    for how, is_held in (
        (settings(), False),
        (settings(dedupes=False), False),
        (settings(dedupes=False, on_unknown_send=OnUnknownSend.HOLD), True),
        (settings(dedupes=True, on_unknown_send=OnUnknownSend.HOLD), False),
    ):
        running = run(NOON, LEASE, how)
        next(running)
        (commit,) = running.send((pending,)).commits
        outcomes = [record.outcome for record in commit.recorded]
        assert is_held == bool(outcomes)
        assert not is_held or isinstance(outcomes[0], Undelivered)


def test_a_limit_is_kept_over_batches() -> None:
    """Batches of two, five at most: the last claim asks for one, and there is no other."""
    running = run(NOON, LEASE, settings(batch=2), limit=5)
    customers = iter(range(100))
    sizes = []

    def serve(request: Claim) -> None:
        while True:
            sizes.append(request.limit)
            names = [f"c{next(customers)}" for _ in range(request.limit)]
            stored = running.send(tuple(Snapshot(book="default", customer=payer(name), due=NOON) for name in names))
            request = running.send(receipt(stored))

    first = next(running)
    with pytest.raises(StopIteration) as ended:
        serve(first)
    assert ([2, 2, 1], 5) == (sizes, ended.value.value.customers)


def test_only_the_first_claim_takes_over() -> None:
    """A worker takes its unfinished claims back once, not those that it has just met a conflict on."""
    running = run(NOON, LEASE, settings(batch=1))
    stored = running.send(next(running) and (Snapshot(book="default", customer=payer(), due=NOON),))
    assert Claim(1, attrs.evolve(LEASE, takeover=False)) == running.send(receipt(stored))


def test_a_report_adds_up() -> None:
    """Counts by kind, problems in order, the later moment."""
    problem = Problem("a", "b", message="c", remedy="d")
    one = TickReport(at=NOON, customers=1, counts=(("a", 1),), problems=(problem,))
    two = TickReport(at=NOON + timedelta(1), customers=2, counts=(("a", 2), ("b", 1)), conflicts=1)
    both = one.plus(two)
    assert (3, 3, 1, 0, 1) == (both.customers, both.count("a"), both.count("b"), both.count("c"), both.conflicts)
    assert (NOON + timedelta(1), (problem,)) == (both.at, both.problems)


def test_rounds_are_bounded() -> None:
    """A gateway that never answers does not keep a worker for ever: the rest waits in the outbox."""
    running, request = started(contract(), how=settings(lookup=False))
    rounds = 0
    while isinstance(request, Store):
        rounds += 1
        release = request.commits[0].release
        request = None if release else running.send(receipt(request))
        if isinstance(request, Send):
            request = running.send(tuple(Unknown(effect.key) for effect in request.effects))
    assert rounds <= 16
