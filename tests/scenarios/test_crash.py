"""A process that dies at any call of any port, before or after the call took place, loses nothing and repeats nothing.

The story has a card that is declined once, a lost answer, a bank transfer and reminders. It is told once undisturbed;
then again for every call at which a process can die, each time going on with a new process. What is compared is
everything: invoices, contracts, facts, captures and messages.
"""

import attrs
import pytest

from renewkit.adapters.memory import MemoryStorage
from renewkit.adapters.sql import SqlStorage
from renewkit.books.audit import GENESIS
from renewkit.books.invoice import Payment
from renewkit.effects.outcome import Sent
from renewkit.engine.execute import OnUnknownSend
from renewkit.ports.messaging import MessagingCapabilities
from renewkit.ports.storage import CustomersOf, SnapshotOf
from renewkit.testing.fakes import FunctionMessenger
from renewkit.testing.faults import Crash, CrashAfter, Moment
from scenarios.world import PRICE, Acquirer, World, contract, declines_first, transfer

DAYS = (0, 1, 3, 13, 12, 8)
MOST = 80


def world(storage: object = None) -> World:
    """Make the world of the story: two customers, three contracts."""
    gateway = Acquirer(lambda charge, number: "answer" if number == 1 else "", answer=declines_first(1))
    made = World(gateway=gateway, storage=MemoryStorage() if storage is None else storage)
    return made.sold(contract(), transfer("s2", "c1"), contract("s3", "c3"))


def play(
    made: World, *, port: str = "", calls: int = 0, moment: Moment = Moment.BEFORE, every_time: bool = False
) -> int:
    """Live through the story with a process that dies once, or each time; return how often it did."""
    sound = getattr(made, port) if port else None
    deaths, paid = 0, False
    if port:
        setattr(made, port, CrashAfter(sound, calls, moment=moment))
    for days in DAYS:
        made.sleep(days=days)
        while True:
            try:
                made.tick()
                if made.invoices("s2") and not paid:
                    made.renewals.record_payment(made.invoices("s2")[0].id, PRICE, key="line-1")
                    paid = True
                made.tick()
                break
            except Crash:
                deaths += 1
                assert deaths < MOST, "no progress"
                setattr(made, port, CrashAfter(sound, calls, moment=moment) if every_time else sound)
    if port:
        setattr(made, port, sound)
    made.sleep(minutes=20).tick()
    return deaths


def picture(made: World) -> dict[str, object]:
    """Return all that a crash must not change; what was learnt at one instant may be noted in another order."""
    customers = made.storage.load(CustomersOf("default"))
    snapshots = [made.storage.load(SnapshotOf("default", customer.id)) for customer in customers]
    return {
        "contracts": [
            attrs.evolve(contract, standing=attrs.evolve(contract.standing, head=GENESIS))
            for snapshot in snapshots
            for contract in snapshot.subscriptions
        ],
        "outbox": [snapshot.pending for snapshot in snapshots],
        "due": [snapshot.due for snapshot in snapshots],
        "invoices": made.invoices(),
        "facts": sorted((fact.stream, fact.at, fact.kind, fact.who, fact.detail) for fact in made.facts()),
        "taken": sorted(receipt.id for receipt in made.gateway.receipts),
        "messages": sorted(message.key for message in made.messenger.sent),
    }


@pytest.fixture(scope="module", name="undisturbed")
def _undisturbed() -> dict[str, object]:
    """Tell the story once without a crash."""
    made = world()
    assert 0 == play(made)
    made.settled()
    assert {"charge.declined", "payment.received", "subscription.miss_payment"} <= {fact.kind for fact in made.facts()}
    return picture(made)


@pytest.mark.parametrize("moment", list(Moment))
@pytest.mark.parametrize("port", ["storage", "gateway", "messenger"])
def test_dying_once_at_any_call_changes_nothing(undisturbed: dict[str, object], port: str, moment: Moment) -> None:
    """For every n: killed at call n of a port, the story ends like the one without a crash."""
    for calls in range(200):
        made = world()
        deaths = play(made, port=port, calls=calls, moment=moment)
        made.settled()
        assert undisturbed == picture(made), f"killed {moment.value} call {calls + 1} of the {port}"
        if not deaths:
            assert calls > 5
            return
    pytest.fail("the story never ended")


@pytest.mark.parametrize(
    ("port", "calls"), [("storage", 6), ("storage", 9), ("gateway", 2), ("gateway", 3), ("messenger", 3)]
)
@pytest.mark.parametrize("moment", list(Moment))
def test_dying_again_and_again_changes_nothing(
    undisturbed: dict[str, object], port: str, calls: int, moment: Moment
) -> None:
    """Where every process lives for a few calls only, the story still ends the same."""
    made = world()
    made.batch = 1
    assert 1 < play(made, port=port, calls=calls, moment=moment, every_time=True)
    made.settled()
    assert undisturbed == picture(made)


@pytest.mark.parametrize("calls", [3, 6, 9, 14])
def test_dying_over_a_database_changes_nothing(undisturbed: dict[str, object], calls: int) -> None:
    """The same on SQLite."""
    for moment in Moment:
        storage = SqlStorage("sqlite://")
        made = world(storage)
        assert 1 == play(made, port="storage", calls=calls, moment=moment)
        made.settled()
        assert undisturbed == picture(made)
        storage.close()


def test_a_crash_after_a_charge_is_looked_up_not_repeated() -> None:
    """The gateway took the money and the process died before it learned: the next one asks, and charges nothing."""
    made = World(gateway=CrashAfter(Acquirer(), 0, moment=Moment.AFTER)).sold(contract())
    with pytest.raises(Crash):
        made.tick()
    made.gateway = made.gateway.inner
    report = made.tick()
    assert (1, 1, 1) == (len(made.gateway.charges), len(made.gateway.looked_up), report.count("payment.received"))
    assert made.settled().invoice().is_paid


def test_a_crash_before_a_charge_makes_it_later() -> None:
    """Stored and never sent: the gateway knows nothing of it, so it is sent with the same key."""
    made = World(gateway=CrashAfter(Acquirer(), 0)).sold(contract())
    with pytest.raises(Crash):
        made.tick()
    (effect,) = made.pending()
    made.gateway = made.gateway.inner
    made.tick()
    assert [effect.key] == [charge.key for charge in made.gateway.charges]
    assert made.settled().invoice().is_paid


class Post(FunctionMessenger):
    """A messenger that does not recognise keys: what is handed over twice goes out twice."""

    def __init__(self) -> None:
        super().__init__()
        self.capabilities = MessagingCapabilities(name="post", channels=("email",), dedupes=False)

    def send(self, message: object) -> Sent:
        self.sent.append(message)
        return Sent(message.key)


@pytest.mark.parametrize(("wish", "sent"), [(OnUnknownSend.RESEND, 2), (OnUnknownSend.HOLD, 1)])
def test_after_a_crash_a_plain_messenger_does_as_it_is_told(wish: OnUnknownSend, sent: int) -> None:
    """Sent, and the process died before it was recorded: RESEND sends again, HOLD records that nobody knows."""
    post = Post()
    made = World(messenger=CrashAfter(post, 0, moment=Moment.AFTER), on_unknown_send=wish).sold(transfer())
    with pytest.raises(Crash):
        made.tick()
    made.messenger = post
    report = made.tick()
    assert (sent, 2 - sent) == (len(post.sent), report.count("message.undelivered"))
    assert () == made.pending()
    assert (["message.undelivered"] if sent == 1 else []) == [problem.code for problem in report.problems]


def test_a_payment_is_booked_once_though_its_booking_died() -> None:
    """Written, and the host died before it heard so: booking the same key again changes nothing."""
    made = World().sold(transfer())
    made.tick()
    sound = made.storage
    made.storage = CrashAfter(sound, 0, moment=Moment.AFTER, only=("commit",))
    with pytest.raises(Crash):
        made.renewals.record_payment(made.invoice().id, PRICE, key="line-1")
    made.storage = sound
    made.renewals.record_payments([(made.invoice().id, Payment("line-1", PRICE, at=made.clock.now(), method="bank"))])
    assert 1 == len(made.invoice().payments)
    made.sleep(days=1).tick()
    assert 1 == made.topics().count("receipt")
