"""One bad contract among many is set aside with its reason; nobody else notices."""

from datetime import timedelta

import pytest

from renewkit.adapters.memory import MemoryStorage
from renewkit.adapters.sql import SqlStorage
from renewkit.books.subscription import Item
from renewkit.effects.commit import Commit, Conflict, Receipt
from renewkit.effects.effect import Charge
from renewkit.effects.outcome import Paid, PaymentReceipt, Sent, Undelivered, Unknown
from renewkit.errors import IdempotencyMismatchError, StorageError
from renewkit.policies.pricing import Flat, Phase, PriceSchedule, Tier, Volume
from renewkit.policies.reminders.presets import NO_REMINDERS
from renewkit.testing.fakes import FunctionGateway, FunctionMessenger
from renewkit.testing.faults import Flaky
from renewkit.values.money import usd
from scenarios.world import CARD, PRICE, World, contract, pays, poisoned, transfer


@pytest.mark.parametrize("make", [MemoryStorage, lambda: SqlStorage("sqlite://")])
def test_a_poisoned_contract_is_parked_alone(make: object) -> None:
    """Of forty contracts one cannot be priced: 39 are billed, the report names the one, its cause and the way out."""
    good = [contract(f"s{place}", f"c{place}") for place in range(39)]
    world = World(storage=make()).sold(*good[:20], poisoned("bad", "c-bad"), *good[20:])
    report = world.tick()
    assert (39, 40) == (report.count("invoice.issued"), report.customers)
    (problem,) = report.problems
    assert ("plan.failed", "bad") == (problem.code, problem.about)
    assert problem.message.startswith("QuantityOutOfRangeError: ")
    assert "review()" in problem.remedy
    assert problem == world.subscription("bad").standing.parked


def test_a_neighbour_in_the_same_household_is_served() -> None:
    """The customer's other contract is billed in the same commit."""
    world = World().sold(contract(), poisoned())
    report = world.tick()
    assert (1, 1) == (report.count("invoice.issued"), report.count("subscription.parked"))
    assert ["s1"] == [bill.subscription_id for bill in world.settled().invoices()]


def test_a_parked_contract_is_left_alone() -> None:
    """It is reported once, and not planned again until somebody has looked."""
    world = World().sold(poisoned())
    world.tick()
    assert () == world.live(40).problems
    assert 1 == len(world.facts("subscription.parked"))


def test_what_was_half_done_is_undone() -> None:
    """A contract that fails late in its planning leaves nothing of this planning behind but the reason."""
    world = World().sold(poisoned())
    world.tick()
    assert ["subscription.made", "subscription.parked"] == [fact.kind for fact in world.facts()]
    assert () == world.invoices()


def test_review_releases_it() -> None:
    """Released, it is planned again: parked once more while the cause stands."""
    world = World().sold(poisoned())
    world.tick()
    world.renewals.review("bad")
    assert None is world.subscription("bad").standing.parked
    assert ["plan.failed"] == [problem.code for problem in world.tick().problems]
    assert 1 == len(world.facts("subscription.released"))


def test_a_released_contract_catches_up() -> None:
    """What it missed while it was parked is billed once the cause is gone."""
    short = ["yes"]

    def answer(charge: Charge) -> Paid:
        return Paid(PaymentReceipt("r1", PRICE - usd("1"), at=charge.at)) if short else pays(charge)

    world = World(gateway=FunctionGateway(answer)).sold(contract())
    assert ["charge.amount"] == [problem.code for problem in world.tick().problems]
    world.live(40)
    assert 1 == len(world.invoices())
    short.clear()
    world.renewals.review("s1", outcome=Paid(PaymentReceipt("r1-corrected", PRICE, at=world.clock.now())))
    world.tick()
    assert [True, True] == [bill.is_paid for bill in world.invoices()]
    assert () == world.pending()


def test_a_capture_of_another_amount_is_never_a_payment() -> None:
    """A cent too much parks the contract, and the invoice stays unpaid however often it is looked at."""
    world = World(gateway=FunctionGateway(lambda charge: Paid(PaymentReceipt("r1", PRICE + usd("0.01"), at=charge.at))))
    world.sold(contract())
    report = world.tick()
    (problem,) = report.problems
    assert "30.00" in problem.message
    for _ in range(3):
        world.renewals.review("s1")
        world.sleep(hours=7).tick()
    assert (usd("0"), 1) == (world.invoice().paid, len(world.gateway.receipts))
    assert 1 == len(world.pending())


def test_an_answer_of_the_wrong_kind_parks_the_contract() -> None:
    """A gateway that answers like a messenger is mended first; the charge stays to be asked about."""
    world = World(gateway=FunctionGateway(lambda charge: Sent("x"))).sold(contract())
    assert ["adapter.outcome"] == [problem.code for problem in world.tick().problems]
    assert 1 == len(world.pending())


def test_a_messenger_that_answers_like_a_gateway_parks_the_contract() -> None:
    """The same the other way round."""
    messenger = FunctionMessenger(lambda message: Paid(PaymentReceipt("r", PRICE, at=message.at)))
    world = World(messenger=messenger).sold(transfer())
    assert ["adapter.outcome"] == [problem.code for problem in world.tick().problems]


def test_an_adapter_that_raises_is_named_and_keeps_its_secret() -> None:
    """The error's type and words are in the report, the instrument's token is not, and the charge is looked up."""

    def fails(_: object) -> Unknown:
        raise StorageError("an answer", f"a fault for {CARD.id}", "try again")

    world = World(gateway=FunctionGateway(fails)).sold(contract())
    report = world.tick()
    problem = report.problems[0]
    assert ("adapter.raised", world.invoice().id) == (problem.code, problem.about)
    assert "StorageError" in problem.message
    assert CARD.id not in str(report)
    assert not world.invoice().is_paid


def test_a_look_up_that_raises_is_no_proof_of_anything() -> None:
    """It is not taken for the answer that the key was never seen: nothing is sent again."""
    gateway = FunctionGateway(lambda charge: Unknown(charge.key))
    world = World(gateway=gateway).sold(contract())
    gateway.lookup = lambda charge: 1 / 0
    report = world.tick()
    assert ["adapter.raised"] == [problem.code for problem in report.problems]
    world.sleep(minutes=15).tick()
    assert 1 == len(gateway.charges)


def test_a_messenger_that_raises_is_asked_again_later() -> None:
    """The message stays in the outbox; the next tick after a pause sends it."""
    failing = [True]

    def send(message: object) -> Sent:
        if failing:
            raise ConnectionError("no route to ada@example.com")
        return Sent(message.key)

    world = World(messenger=FunctionMessenger(send)).sold(transfer())
    (problem,) = world.tick().problems
    assert ("adapter.raised", "s1") == (problem.code, problem.about)
    failing.clear()
    world.sleep(minutes=15).tick()
    assert ["invoice"] == world.settled().topics()


@pytest.mark.parametrize(
    "answer", [lambda message: Unknown(message.key), lambda _: Undelivered("busy", is_permanent=False)]
)
def test_a_message_is_tried_again_and_given_up_after_three_days(answer: object) -> None:
    """Each time later than before; at last it is a fact and a problem, and the outbox is empty."""
    tries = []

    def send(message: object) -> object:
        tries.append(message.at)
        return answer(message)

    world = World(messenger=FunctionMessenger(send)).sold(transfer(reminders=NO_REMINDERS))
    report = world.live(4, every=timedelta(minutes=5))
    assert 10 < len(tries) < 25
    assert ["message.undelivered"] == [problem.code for problem in report.problems]
    assert "given up" in report.problems[0].message
    assert () == world.pending()


def test_a_message_that_waited_through_a_downtime_is_tried_once_more() -> None:
    """However old it is, it is not given up without having been tried."""
    failing = [True]
    messenger = FunctionMessenger(lambda message: Unknown(message.key) if failing else Sent(message.key))
    world = World(messenger=messenger).sold(transfer(reminders=NO_REMINDERS))
    world.tick()
    failing.clear()
    world.sleep(days=5).tick()
    assert ["invoice"] == world.settled().topics()


def test_a_refused_address_is_a_problem() -> None:
    """What the messenger refuses for good is reported, and not tried again."""
    world = World(messenger=FunctionMessenger(lambda _: Undelivered("no such mailbox"))).sold(transfer())
    assert ["message.undelivered"] == [problem.code for problem in world.tick().problems]
    assert () == world.pending()


def test_a_message_that_cannot_be_composed_stops_nobody() -> None:
    """The price of the month that is announced cannot be computed: the message is a problem, the run goes on."""
    priced = PriceSchedule((Phase(Flat(PRICE), periods=1), Phase(Volume((Tier(up_to=1, unit=PRICE),)))))
    spoilt = contract("bad", "c2", items=(Item("seats", priced, quantity=2),))
    world = World().sold(contract(), spoilt)
    report = world.live(27)
    (problem,) = report.problems
    assert ("message.undelivered", "bad") == (problem.code, problem.about)
    assert "could not be composed: QuantityOutOfRangeError" in problem.message
    assert ["s1"] == [sent.subscription.id for sent in world.messenger.sent if sent.topic == "upcoming"]


def test_a_commit_that_storage_refuses_stops_only_itself() -> None:
    """One customer's commit holds a mistake: it is named in the report, and all others are written."""

    class Strict(MemoryStorage):
        def commit(self, commits: tuple[Commit, ...]) -> tuple[Receipt | Conflict, ...]:
            if any(commit.customer_id == "c1" and commit.effects for commit in commits):
                raise IdempotencyMismatchError("the content", "another", "give it another key")
            return super().commit(commits)

    world = World(storage=Strict()).sold(*(contract(f"s{place}", f"c{place}") for place in range(3)))
    report = world.tick()
    assert [("commit.refused", "c1")] == [(problem.code, problem.about) for problem in report.problems]
    assert ({"s0", "s2"}, 1) == ({bill.subscription_id for bill in world.invoices()}, report.conflicts)


def test_a_storage_that_fails_ends_the_tick() -> None:
    """A medium that is gone is no bad data: the tick raises, and the next one goes on."""
    world = World().sold(contract())
    sound, world.storage = world.storage, Flaky(world.storage, 1, share=1.0)
    with pytest.raises(StorageError):
        world.tick()
    world.storage = sound
    assert 1 == world.tick().count("invoice.issued")
