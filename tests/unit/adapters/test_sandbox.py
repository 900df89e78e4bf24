import os
import signal
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import attrs
import pendulum
import pytest

from renewkit.adapters.clock import VirtualClock
from renewkit.adapters.sandbox import SandboxGateway, read_script
from renewkit.effects.effect import Charge
from renewkit.effects.outcome import Declined, Paid, Unknown
from renewkit.errors import ConfigurationError, IdempotencyMismatchError, RangeError, StorageError
from renewkit.values.decline import DeclineCategory, Instrument
from renewkit.values.money import from_minor

AT = pendulum.datetime(2024, 3, 10, 9)


def charge(
    key: str, instrument: str = "sbx_ok", *, at: pendulum.DateTime = AT, invoice: str = "inv_1", customer: str = "c1"
) -> Charge:
    """Return a charge of USD 29.99."""
    return Charge(
        key,
        invoice,
        customer_id=customer,
        amount=from_minor(2999, "USD"),
        instrument=Instrument(instrument),
        number=1,
        at=at,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a place for the book."""
    return tmp_path / "sandbox.db"


@pytest.fixture
def gateway(path: Path):
    """Give a gateway with an empty book."""
    gateway = SandboxGateway(path)
    yield gateway
    gateway.close()


def kinds(gateway: SandboxGateway, instrument: str, **options: str) -> list[str]:
    """Charge an instrument four times, and name what came of it."""
    return [type(gateway.charge(charge(f"k{n}", instrument, **options))).__name__ for n in range(4)]


def test_the_receipt_is_made_from_the_key(gateway: SandboxGateway) -> None:
    """The same key gives the same receipt in any book, and the charge's own time stands on it."""
    outcome = gateway.charge(charge("k1"))
    assert isinstance(outcome, Paid)
    assert ("sbx_e6xq2jwujo57esx55j2auip6y4", AT) == (outcome.receipt.id, outcome.receipt.at)


def test_a_script_declines_for_ever(gateway: SandboxGateway) -> None:
    """An expired card is declined each time, as the processor would say it."""
    assert ["Declined"] * 4 == kinds(gateway, "sbx_decline_expired_card")
    outcome = gateway.lookup(charge("k0", "sbx_decline_expired_card"))
    assert isinstance(outcome, Declined)
    assert (DeclineCategory.HARD, "expired_card", AT) == (outcome.decline.category, outcome.decline.code, outcome.at)


def test_a_script_declines_twice_and_then_pays(gateway: SandboxGateway) -> None:
    """The count goes on over the customer's invoices."""
    assert ["Declined", "Declined", "Paid", "Paid"] == kinds(gateway, "sbx_decline_insufficient_funds_x2")


def test_each_customer_has_a_count_of_his_own(gateway: SandboxGateway) -> None:
    """Two customers with instruments of the same script do not count for one another."""
    gateway.charge(charge("k1", "sbx_decline_do_not_honor_x1", customer="c1"))
    assert isinstance(gateway.charge(charge("k2", "sbx_decline_do_not_honor_x1", customer="c2")), Declined)


def test_a_tail_tells_instruments_apart(gateway: SandboxGateway) -> None:
    """Two instruments of one customer with the same script count apart."""
    gateway.charge(charge("k1", "sbx_decline_do_not_honor_x1:a"))
    assert isinstance(gateway.charge(charge("k2", "sbx_decline_do_not_honor_x1:b")), Declined)


def test_a_script_can_count_each_invoice(gateway: SandboxGateway) -> None:
    """With `_each` every invoice is declined anew."""
    script = "sbx_decline_insufficient_funds_x1_each"
    outcomes = [gateway.charge(charge(f"k{n}", script, invoice=f"inv_{n // 2}")) for n in range(4)]
    assert ["Declined", "Paid", "Declined", "Paid"] == [type(outcome).__name__ for outcome in outcomes]


def test_a_repeated_key_moves_no_script(gateway: SandboxGateway) -> None:
    """Asking again does not use up a decline."""
    first = charge("k1", "sbx_decline_insufficient_funds_x1")
    assert gateway.charge(first) == gateway.charge(first)
    assert isinstance(gateway.charge(charge("k2", "sbx_decline_insufficient_funds_x1")), Paid)


def test_a_lost_answer_leaves_a_capture(gateway: SandboxGateway) -> None:
    """The charge is booked, the answer is not heard, and the look-up finds it."""
    lost = charge("k1", "sbx_timeout")
    assert Unknown("k1") == gateway.charge(lost)
    assert isinstance(gateway.lookup(lost), Paid)
    assert 1 == len(gateway.captures())


def test_a_lost_request_leaves_nothing(gateway: SandboxGateway) -> None:
    """Nothing is booked, the look-up finds nothing, and the same key goes through the second time."""
    lost = charge("k1", "sbx_lost")
    assert Unknown("k1") == gateway.charge(lost)
    assert gateway.lookup(lost) is None
    assert () == gateway.captures()
    assert isinstance(gateway.charge(lost), Paid)


@pytest.mark.parametrize(("day", "is_out"), [(9, False), (10, True), (11, True), (12, False)])
def test_an_outage_lasts_from_the_first_day_to_before_the_second(
    gateway: SandboxGateway, day: int, is_out: bool
) -> None:
    """In between nobody answers and nothing is booked."""
    asked = charge("k1", "sbx_outage_2024-03-10_2024-03-12", at=AT.set(day=day))
    assert is_out == (gateway.charge(asked) == Unknown("k1"))
    assert is_out == (gateway.lookup(asked) == Unknown("k1"))
    assert is_out == (gateway.captures() == ())


def test_after_an_outage_the_same_charge_goes_through(path: Path) -> None:
    """With a clock, the resend is booked at the time at which it arrives."""
    clock = VirtualClock(AT)
    gateway = SandboxGateway(path, clock=clock)
    asked = charge("k1", "sbx_outage_2024-03-10_2024-03-12")
    assert Unknown("k1") == gateway.charge(asked)
    later = clock.advance(timedelta(days=2))
    assert gateway.lookup(asked) is None
    outcome = gateway.charge(asked)
    assert isinstance(outcome, Paid)
    assert later == outcome.receipt.at
    gateway.close()


@pytest.mark.parametrize("other", [{"customer_id": "c2"}, {"invoice_id": "inv_2"}, {"amount": from_minor(2999, "EUR")}])
def test_a_key_belongs_to_one_charge(gateway: SandboxGateway, other: dict[str, object]) -> None:
    """Another customer, invoice or currency under a known key is a mistake of the host."""
    gateway.charge(charge("k1"))
    with pytest.raises(IdempotencyMismatchError):
        gateway.charge(attrs.evolve(charge("k1"), **other))


@pytest.mark.parametrize("minor", [0, -1, 2**63])
def test_only_what_can_be_taken_is_charged(gateway: SandboxGateway, minor: int) -> None:
    """Nothing, less than nothing, and more than a book can hold is a mistake of the host."""
    with pytest.raises(RangeError):
        gateway.charge(attrs.evolve(charge("k1"), amount=from_minor(minor, "USD")))


@pytest.mark.parametrize(
    "instrument",
    [
        "pm_secret",
        "sbx_declined",
        "sbx_outage_2024-03-10",
        "sbx_outage_2024-02-30_2024-03-10",
        "sbx_outage_2024-03-10_2024-03-10",
    ],
)
def test_an_instrument_without_a_script_is_refused_and_not_shown(gateway: SandboxGateway, instrument: str) -> None:
    """An id of another gateway may be a real token: it is refused, and not repeated."""
    with pytest.raises(ConfigurationError) as raised:
        gateway.charge(charge("k1", instrument))
    assert "pm_secret" not in str(raised.value)


def test_a_script_reads_its_code_and_count() -> None:
    """Codes keep their own underscores and digits."""
    script = read_script("sbx_decline_do_not_honor_x12")
    assert ("do_not_honor", 12, False) == (script.declines, script.times, script.is_per_invoice)


def test_captures_come_in_order_of_time(gateway: SandboxGateway) -> None:
    """The list says what was taken, from whom and for what; declines are not in it."""
    gateway.charge(charge("k1", at=AT.add(days=1)))
    gateway.charge(charge("k2", invoice="inv_2", customer="c2"))
    gateway.charge(charge("k3", "sbx_decline_expired_card"))
    assert [("k2", "inv_2", "c2"), ("k1", "inv_1", "c1")] == [
        (capture.key, capture.invoice_id, capture.customer_id) for capture in gateway.captures()
    ]


def test_the_book_holds_no_instrument(gateway: SandboxGateway, path: Path) -> None:
    """Its file and log can be passed around."""
    gateway.charge(charge("k1", "sbx_ok:4242424242424242"))
    assert not any(b"4242424242424242" in file.read_bytes() for file in path.parent.iterdir())


def test_a_file_that_cannot_be_opened_is_a_storage_error(tmp_path: Path) -> None:
    """SQLite's own errors do not leave the adapter."""
    with pytest.raises(StorageError):
        SandboxGateway(tmp_path / "missing" / "sandbox.db")


def test_a_book_that_cannot_be_used_leaves_the_outcome_unknown(gateway: SandboxGateway, path: Path) -> None:
    """A failing disk is the world's mess: nobody knows, and a later look-up will tell."""
    gateway.charge(charge("k0"))
    with sqlite3.connect(path) as other:
        other.execute("ALTER TABLE charge RENAME TO away")
    other.close()
    assert Unknown("k1") == gateway.charge(charge("k1"))
    assert Unknown("k1") == gateway.lookup(charge("k1"))


def test_a_failed_booking_leaves_no_transaction_open(gateway: SandboxGateway, path: Path) -> None:
    """After a failure the next charge works again."""
    with sqlite3.connect(path) as other:
        other.execute("ALTER TABLE charge RENAME TO away")
        other.commit()
        gateway.charge(charge("k1"))
        other.execute("ALTER TABLE away RENAME TO charge")
    other.close()
    assert isinstance(gateway.charge(charge("k1")), Paid)


def test_closing_twice_is_harmless(gateway: SandboxGateway) -> None:
    """A host may close on every way out."""
    gateway.close()
    gateway.close()


CHILD = """
import os, signal, sys
import pendulum
from renewkit.adapters.sandbox import SandboxGateway
from renewkit.effects.effect import Charge
from renewkit.values.decline import Instrument
from renewkit.values.money import from_minor

path, first, last, die_at = sys.argv[1], *map(int, sys.argv[2:5])
SCRIPTS = ("sbx_ok", "sbx_decline_insufficient_funds_x2", "sbx_timeout", "sbx_lost")

class Mortal(SandboxGateway):
    def _answer(self, charge, *args, **options):
        if charge.key == f"k{die_at}":
            os.kill(os.getpid(), signal.SIGKILL)
        return super()._answer(charge, *args, **options)

gateway = Mortal(path)
print("ready", flush=True)
sys.stdin.readline()
for n in range(first, last):
    asked = Charge(f"k{n}", f"inv_{n}", customer_id=f"c{n % 3}", amount=from_minor(100 + n, "USD"),
                   instrument=Instrument(SCRIPTS[n % 4]), number=1, at=pendulum.datetime(2024, 1, 1).add(days=n))
    while type(gateway.lookup(asked) or gateway.charge(asked)).__name__ == "Unknown":
        pass
gateway.close()
"""


def start(path: Path, first: int, last: int, *, die_at: int = -1) -> subprocess.Popen[str]:
    """Start a process that charges, and wait until it is ready."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path), str(first), str(last), str(die_at)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert "ready\n" == child.stdout.readline()
    return child


def finish(*children: subprocess.Popen[str]) -> list[int]:
    """Let processes go at the same time, and return how they ended."""
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    for child in children:
        child.communicate(timeout=60)
    return [child.returncode for child in children]


def book(path: Path) -> list[tuple[object, ...]]:
    """Return everything that a book holds."""
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT * FROM charge ORDER BY key").fetchall()
    connection.close()
    return rows


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is what a POSIX system has")
def test_a_process_killed_between_booking_and_answering_loses_nothing(tmp_path: Path) -> None:
    """Killed at every kind of script and started again, it ends with the book of an undisturbed run."""
    quiet, rough = tmp_path / "quiet.db", tmp_path / "rough.db"
    assert [0] == finish(start(quiet, 0, 12))
    for die_at in (4, 5, 6, 7):
        assert [-signal.SIGKILL] == finish(start(rough, 0, 12, die_at=die_at))
    assert [0] == finish(start(rough, 0, 12))
    assert 12 == len(book(quiet))
    assert book(quiet) == book(rough)


def test_two_processes_with_the_same_keys_take_once(tmp_path: Path) -> None:
    """Two processes that make the same charges at once leave the book of one."""
    alone, shared = tmp_path / "alone.db", tmp_path / "shared.db"
    assert [0] == finish(start(alone, 0, 40))
    assert [0, 0] == finish(start(shared, 0, 40), start(shared, 0, 40))
    assert {row[:5] for row in book(alone)} == {row[:5] for row in book(shared)}
    assert 40 == len(book(shared))


def test_a_card_that_wears_out_pays_first() -> None:
    """`sbx_ok_x2_decline_…` pays twice and then refuses for ever."""
    script = read_script("sbx_ok_x2_decline_expired_card:card-1")
    assert [script.code_at(position) for position in range(4)] == [None, None, "expired_card", "expired_card"]
