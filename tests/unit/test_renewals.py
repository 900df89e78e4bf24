import threading
from datetime import date, timedelta

import pytest

from renewkit.adapters.memory import MemoryStorage
from renewkit.books.invoice import Payment, PaymentUse
from renewkit.effects.commit import Commit, Conflict, Receipt
from renewkit.errors import ConflictError, IdentifierError, NotFoundError
from renewkit.renewals import Renewals
from renewkit.testing.fakes import FunctionGateway, FunctionMessenger
from renewkit.values.decline import Instrument
from renewkit.values.entry import Entry
from scenarios.world import CARD, NOON, PRICE, World, contract, payer, transfer


class Contested(MemoryStorage):
    """A storage in which somebody else is first, so many times."""

    def __init__(self, times: int, what: str = "version") -> None:
        super().__init__()
        self.times, self.what = times, what

    def commit(self, commits: tuple[Commit, ...]) -> tuple[Receipt | Conflict, ...]:
        if self.times:
            self.times -= 1
            return tuple(Conflict(commit.customer_id, self.what, "1", "2") for commit in commits)
        return super().commit(commits)


def test_a_writer_that_comes_second_tries_again() -> None:
    """Saving and subscribing survive another writer or two."""
    world = World(storage=Contested(2)).sold(contract())
    world.storage.times = 2
    world.renewals.cancel("s1")
    assert world.subscription().standing.cancel_on is not None


def test_a_writer_that_is_never_first_gives_up() -> None:
    """After five tries the host is told that it may try again."""
    with pytest.raises(ConflictError, match="only writer"):
        World(storage=Contested(99)).renewals.save(payer())
    world = World(storage=Contested(0)).sold(contract())
    world.storage.times = 99
    with pytest.raises(ConflictError, match="only writer"):
        world.renewals.cancel("s1")


def test_another_conflict_is_not_repaired_by_trying() -> None:
    """An item or an inbox id that is known elsewhere is the host's to look at."""
    with pytest.raises(ConflictError, match="which other writer"):
        World(storage=Contested(1, "item")).renewals.save(payer())


def test_many_payments_of_many_customers_are_booked_at_once() -> None:
    """A contested customer's are booked in the next try; the answers come in the order of the payments."""

    class Half(MemoryStorage):
        is_on = False

        def commit(self, commits: tuple[Commit, ...]) -> tuple[Receipt | Conflict, ...]:
            if self.is_on and len(commits) > 1:
                return (Conflict(commits[0].customer_id, "version", "1", "2"), *super().commit(commits[1:]))
            return super().commit(commits)

    world = World(storage=Half()).sold(*(transfer(f"s{place}", f"c{place}") for place in range(3)))
    world.tick()
    world.storage.is_on = True
    bills = [world.invoice(f"s{place}") for place in (2, 0, 1)]
    lines = [(bill.id, Payment(f"line-{bill.id}", PRICE, at=NOON, method="bank")) for bill in bills]
    booked = world.renewals.record_payments(lines)
    assert [bill.id for bill in bills] == [bill.id for bill in booked]
    assert all(bill.is_paid for bill in world.invoices())


def test_books_are_apart() -> None:
    """What is in one book is unknown in another."""
    world = World().sold(contract())
    other = Renewals(
        storage=world.storage, payments=world.gateway, messaging=world.messenger, clock=world.clock, book="other"
    )
    assert ((), 0) == (other.upcoming(3), other.tick().customers)
    with pytest.raises(NotFoundError, match="book other"):
        other.cancel("s1")


def test_names_are_checked() -> None:
    """A book, a worker and a payment key are identifiers."""
    for wrong in ({"book": ""}, {"worker": " x"}):
        with pytest.raises(IdentifierError):
            Renewals(storage=MemoryStorage(), payments=FunctionGateway(), messaging=FunctionMessenger(), **wrong)
    world = World().sold(transfer())
    world.tick()
    with pytest.raises(IdentifierError, match="payment key"):
        world.renewals.record_payment(world.invoice().id, PRICE, key="")


def test_the_machine_s_clock_is_the_default() -> None:
    """Without a clock the time is now."""
    made = Renewals(storage=MemoryStorage(), payments=FunctionGateway(), messaging=FunctionMessenger())
    assert made.tick().at > NOON


def test_two_threads_may_tick_one_book() -> None:
    """Two workers with names of their own, at the same time: each customer is billed and charged once."""
    world = World().sold(*(contract(f"s{place:02}", f"c{place:02}") for place in range(30)))

    def tick(name: str) -> None:
        Renewals(
            storage=world.storage,
            payments=world.gateway,
            messaging=world.messenger,
            clock=world.clock,
            worker=name,
            batch=3,
        ).tick()

    threads = [threading.Thread(target=tick, args=(name,)) for name in ("ada", "bob")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 30 == len(world.settled().invoices()) == len(world.gateway.receipts)


def test_a_lease_may_be_shorter() -> None:
    """How long a claim lasts is the host's choice."""
    world = World().sold(contract())
    made = Renewals(
        storage=world.storage,
        payments=world.gateway,
        messaging=world.messenger,
        clock=world.clock,
        lease=timedelta(seconds=30),
    )
    assert 1 == made.tick().customers


def line(world: World, name: str, *, day: int = 10, pays: str = "s1") -> Entry:
    """Return a bank line with the reference of a contract's invoice."""
    return Entry(name, PRICE, NOON.date().add(days=day), reference=world.invoice(pays).reference)


def test_bank_lines_are_matched_and_booked() -> None:
    """What the evidence decides is booked under the id of its line; the rest is left to a person."""
    world = World().sold(transfer("s1", "c1"), transfer("s2", "c2"))
    world.tick()
    unknown = Entry("x", PRICE, NOON.date())
    found = world.renewals.reconcile([line(world, "l1"), unknown])
    assert [True, False] == [world.invoice(name).is_paid for name in ("s1", "s2")]
    assert ["l1"] == [payment.id for _, payment in found.payments]
    assert "x" in {name for item in found.work(NOON.date()) for name in item.about}


def test_a_statement_that_comes_again_books_nothing() -> None:
    """The line is known by its payment, on a paid invoice too; another line pays a second time."""
    world = World().sold(transfer())
    world.tick()
    first, second = line(world, "l1"), line(world, "l2", day=12)
    world.renewals.reconcile([first])
    again = world.renewals.reconcile([first, second])
    assert (("l1",), ["l2"]) == (again.booked_before, [payment.id for _, payment in again.payments])
    assert [PaymentUse.APPLIED, PaymentUse.EXCESS] == [payment.use for payment in world.invoice().payments]


def test_a_dry_run_books_nothing() -> None:
    """It says what would be booked, and the book stays as it is."""
    world = World().sold(transfer())
    world.tick()
    found = world.renewals.reconcile([line(world, "l1")], dry_run=True)
    assert (1, ()) == (len(found.payments), world.invoice().payments)


def test_a_line_of_any_day_is_a_line() -> None:
    """A day that is mistyped as the first of the calendar pays nothing, and breaks nothing off."""
    world = World().sold(transfer())
    found = world.renewals.reconcile([Entry("l", PRICE, date(1, 1, 1))])
    assert ["l"] == [entry.id for entry in found.result.unexpected]


def test_without_lines_there_are_open_invoices() -> None:
    """A book can be asked what is missing."""
    world = World().sold(transfer())
    world.tick()
    found = world.renewals.reconcile([])
    assert [world.invoice().id] == [entry.id for entry in found.result.missing]


def test_the_instrument_that_is_there_changes_nothing() -> None:
    """Nothing is written."""
    world = World().sold(contract())
    before = world.facts()
    assert (CARD, before) == (world.renewals.set_instrument("c1", CARD).instrument, world.facts())


def test_an_instrument_is_set_and_taken_away() -> None:
    """Both are facts on each contract that is charged, without the instrument's own id."""
    world = World().sold(contract("s1"), transfer("s2"))
    card = Instrument("pm_new", "visa", region="DE")
    assert (card, None) == tuple(
        world.sleep(minutes=1).renewals.set_instrument("c1", each).instrument for each in (card, None)
    )
    said = [(fact.stream, fact.kind, dict(fact.detail)) for fact in world.facts("instrument")]
    assert [("s1", "instrument.set", {"network": "visa", "region": "DE"}), ("s1", "instrument.removed", {})] == said


def test_saving_another_instrument_is_setting_it() -> None:
    """Whichever verb brings the new card, what waited for it is tried."""
    world = World().sold(contract(), instrument=None)
    world.tick()
    world.sleep(hours=1).renewals.save(payer())
    world.tick()
    assert world.settled().invoice().is_paid


def test_the_instrument_of_nobody_is_not_set() -> None:
    """The host is told."""
    with pytest.raises(NotFoundError):
        World().renewals.set_instrument("nobody", CARD)


def test_an_instrument_survives_another_writer() -> None:
    """A conflict or two is tried again, more are told."""
    world = World(storage=Contested(0)).sold(contract())
    world.storage.times = 2
    assert world.renewals.set_instrument("c1", None).instrument is None
    world.storage.times = 9
    with pytest.raises(ConflictError):
        world.renewals.set_instrument("c1", CARD)


def test_an_ended_contract_hears_of_no_new_card() -> None:
    """Unless it still owes something."""
    world = World().sold(contract())
    world.tick()
    world.renewals.cancel("s1")
    world.sleep(days=40).tick()
    world.renewals.set_instrument("c1", None)
    assert () == world.facts("instrument")
