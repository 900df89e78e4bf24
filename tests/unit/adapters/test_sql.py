import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from renewkit.adapters.sql import SqlStorage
from renewkit.adapters.sql.documents import Documents, instant_of, instant_text
from renewkit.adapters.sql.errors import is_race, translated
from renewkit.books.customer import Customer
from renewkit.effects.commit import Receipt
from renewkit.errors import ConfigurationError, StorageError
from renewkit.ports.storage import CustomersOf, Lease, SnapshotOf
from renewkit.testing.storage.samples import NOON, chain, contract, customer, first, invoice, next_commit, paid


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Name a database file that is not there yet."""
    return f"sqlite:///{tmp_path}/renewkit.db"


def rows(path: str, sql: str) -> list[tuple[Any, ...]]:
    """Read a database file behind the storage's back."""
    conn = sqlite3.connect(path.removeprefix("sqlite:///"))
    try:
        return conn.execute(sql).fetchall()
    finally:
        conn.close()


def test_own_engine_settings(url: str) -> None:
    """A file that renewkit opens by itself keeps a write-ahead log."""
    SqlStorage(url).close()
    assert [("wal",)] == rows(url, "PRAGMA journal_mode")


def test_host_engine_is_left_alone(url: str) -> None:
    """The host's engine keeps its settings and its isolation level, and stays open after `close`."""
    engine = create_engine(url)
    storage = SqlStorage(engine)
    storage.commit((first(customer()),))
    storage.close()
    with engine.connect() as conn:
        assert "delete" == conn.exec_driver_sql("PRAGMA journal_mode").scalar()
        assert "AUTOCOMMIT" != conn.get_isolation_level()
        assert 1 == conn.execute(text("SELECT count(*) FROM renewkit_customers")).scalar()
    engine.dispose()


def test_postgres_url_names_its_driver() -> None:
    """A bare PostgreSQL URL gets the driver that the extra installs; nothing is connected yet when it fails."""
    with pytest.raises(StorageError, match="a server that answers"):
        SqlStorage("postgresql://nobody@127.0.0.1:1/nothing?connect_timeout=1")


@pytest.mark.parametrize(("place", "message"), [("no url", "a database URL"), ("mysql+nothing://x", "dialect")])
def test_other_places(place: str, message: str) -> None:
    """What is no URL of SQLite or PostgreSQL is refused with a remedy."""
    with pytest.raises((ConfigurationError, StorageError), match=message):
        SqlStorage(place)


def test_later_schema(url: str) -> None:
    """Tables of a later version are refused, and named."""
    SqlStorage(url).close()
    conn = sqlite3.connect(url.removeprefix("sqlite:///"))
    with conn:
        conn.execute("UPDATE renewkit_meta SET value = '99' WHERE key = 'schema'")
    conn.close()
    with pytest.raises(StorageError, match="got version 99: use the renewkit that wrote it"):
        SqlStorage(url)


def test_read_only_file(url: str) -> None:
    """A file that is opened for reading only can be read; writing says what is missing."""
    writer = SqlStorage(url)
    writer.commit((first(customer()),))
    reader = SqlStorage(url.replace("sqlite:///", "sqlite:///file:") + "?mode=ro&uri=true")
    assert (customer(),) == reader.load(CustomersOf("default"))
    with pytest.raises(StorageError, match="takes writes"):
        reader.commit((first(customer("c2")),))
    reader.close()
    writer.close()


def test_no_folder(tmp_path: Path) -> None:
    """A file in a folder that is not there is named as such."""
    with pytest.raises(StorageError, match="a file that can be opened"):
        SqlStorage(f"sqlite:///{tmp_path}/absent/renewkit.db")


def test_no_database(tmp_path: Path) -> None:
    """A file that holds something else is named as such."""
    place = tmp_path / "notes.txt"
    place.write_text("not a database " * 100)
    with pytest.raises(StorageError, match="an intact SQLite database"):
        SqlStorage(f"sqlite:///{place}")


def test_locked(url: str) -> None:
    """A writer that waits too long is told who is in the way, and nothing is half-written."""
    SqlStorage(url).close()
    other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    engine = create_engine(url, connect_args={"timeout": 0.05})
    storage = SqlStorage(engine)
    with pytest.raises(StorageError, match="the database to be free in time"):
        storage.commit((first(customer()),))
    other.execute("ROLLBACK")
    other.close()
    assert storage.load(SnapshotOf("default", "c1")) is None
    engine.dispose()


def test_lost_table(url: str) -> None:
    """A table that somebody dropped is named as such."""
    storage = SqlStorage(url)
    conn = sqlite3.connect(url.removeprefix("sqlite:///"))
    conn.execute("DROP TABLE renewkit_facts")
    conn.close()
    with pytest.raises(StorageError, match="the tables of renewkit"):
        storage.facts("default", 0, 1)
    storage.close()


class _Told(Exception):  # noqa: N818  it stands for a driver's error
    def __init__(self, words: str, sqlstate: str | None = None) -> None:
        super().__init__(words)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("words", "state", "expected"),
    [
        ("database or disk is full", None, "room on the medium"),
        ("could not extend file", "53100", "room on the medium"),
        ("cannot execute UPDATE in a read-only transaction", "25006", "a database that takes writes"),
        ('password authentication failed for user "x"', None, "a role that may connect"),
        ("server closed the connection unexpectedly", None, "a server that answers"),
        ("something new", None, "the database to carry out the call"),
        ("", None, "the database to carry out the call"),
    ],
)
def test_translation(words: str, state: str | None, expected: str) -> None:
    """What a driver says becomes what was expected, its own words and a remedy."""
    error = translated(OperationalError("SELECT secret", {}, _Told(words, state)))
    assert expected == error.expected
    assert words in str(error)
    assert "secret" not in str(error)


def test_translation_of_the_pool() -> None:
    """A pool without a free connection and a dialect that is not installed have remedies of their own."""
    assert "a free connection" == translated(PoolTimeoutError("QueuePool limit")).expected
    assert "a dialect that is installed" == translated(NoSuchModuleError("no such dialect")).expected


@pytest.mark.parametrize(("state", "expected"), [("40P01", True), ("40001", True), ("23505", True), ("42P01", False)])
def test_races(state: str, *, expected: bool) -> None:
    """Unique violations, deadlocks and serialisation failures are worth a second look."""
    assert expected == is_race(DBAPIError("x", {}, _Told("x", state)))


def test_notes(url: str) -> None:
    """Words about the database are kept apart from the schema version, and can be taken away."""
    storage = SqlStorage(url)
    storage.note("schema", "sandbox")
    storage.note("clock", "2024-01-31")
    storage.note("clock", "2024-02-01")
    assert ("sandbox", "2024-02-01", None) == tuple(storage.noted(key) for key in ("schema", "clock", "other"))
    storage.note("clock", None)
    assert storage.noted("clock") is None
    storage.close()
    SqlStorage(url).close()


def test_columns_for_reports(url: str) -> None:
    """Beside the documents stand whole minor units, currency codes and dates that reports can query."""
    storage = SqlStorage(url)
    bill = paid(invoice(contract(currency="KWD")))
    sold = contract(currency="KWD")
    storage.commit((first(customer(), subscriptions=(sold,), invoices=(bill,)),))
    storage.close()
    wanted = ("default-2024-000001", "finalised", 0, "2024-01-31", "2024-02-14", "KWD", 2469, 2469)
    sql = "SELECT number, state, is_open, issued_on, due_on, currency, total_minor, paid_minor FROM renewkit_invoices"
    assert [wanted] == rows(url, sql)
    sql = "SELECT currency, minor, at, method, use FROM renewkit_payments"
    assert [("KWD", 2469, "2024-01-31T12:00:00.000000Z", "card", "applied")] == rows(url, sql)


def test_no_real_columns(url: str) -> None:
    """No column of any table is a float or a decimal."""
    SqlStorage(url).close()
    sql = "SELECT DISTINCT c.type FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"
    assert {"TEXT", "INTEGER", "BIGINT", "BOOLEAN"} >= {kind for (kind,) in rows(url, sql)} - {""}


def test_many_at_once(url: str) -> None:
    """A call may name more customers than a statement takes parameters."""
    storage = SqlStorage(url)
    answers = storage.commit(tuple(first(customer(f"c{place:05}")) for place in range(2500)))
    assert {Receipt} == {type(answer) for answer in answers}
    claimed = storage.claim(NOON, 2400, Lease("default", "w", until=NOON.add(hours=1)))
    assert [f"c{place:05}" for place in range(2400)] == [seen.customer.id for seen in claimed]
    storage.close()


def test_nothing_to_commit(url: str) -> None:
    """A call without commits opens no transaction and answers nothing."""
    storage = SqlStorage(url)
    assert () == storage.commit(())
    storage.close()


_WRITER = """
import sys
from renewkit.adapters.sql import SqlStorage
from renewkit.effects.commit import Receipt
from renewkit.ports.storage import SnapshotOf
from renewkit.testing.storage.samples import contract, invoice, next_commit
storage = SqlStorage(sys.argv[1])
won = 0
for month in range(10):
    seen = storage.load(SnapshotOf("default", sys.argv[2]))
    bill = invoice(contract("s" + sys.argv[2], sys.argv[2]), month)
    (answer,) = storage.commit((next_commit(seen, invoices=(bill,)),))
    won += isinstance(answer, Receipt)
storage.close()
print(won)
"""


@pytest.mark.slow
def test_processes(url: str) -> None:
    """Processes that write at the same time wait for one another: nothing is lost, and numbers have no gaps."""
    storage = SqlStorage(url)
    keys = ("c1", "c2", "c3")
    storage.commit(tuple(first(customer(key), subscriptions=(contract("s" + key, key),)) for key in keys))
    command = [sys.executable, "-c", _WRITER, url]
    writers = [subprocess.Popen([*command, key], stdout=subprocess.PIPE, text=True) for key in keys]
    assert ["10\n"] * 3 == [writer.communicate(timeout=60)[0] for writer in writers]
    numbers = [number for (number,) in rows(url, "SELECT number FROM renewkit_invoices ORDER BY number")]
    assert [f"default-2024-{place:06}" for place in range(1, 31)] == numbers
    storage.close()


@pytest.mark.slow
def test_a_killed_writer(url: str) -> None:
    """A process that is killed between its commits leaves whole commits only, and its claims return after the lease."""
    SqlStorage(url).close()
    script = """
import os, sys
from renewkit.adapters.sql import SqlStorage
from renewkit.ports.storage import Lease
from renewkit.testing.storage.samples import NOON, chain, customer, first
storage = SqlStorage(sys.argv[1])
storage.commit((first(customer("c1"), facts=chain("c1", 3)),))
storage.claim(NOON, 1, Lease("default", "dead", until=NOON.add(minutes=5)))
storage._medium.write(lambda conn: (conn.exec_driver_sql("DELETE FROM renewkit_facts"), os.kill(os.getpid(), 9)))
"""
    assert -9 == subprocess.run([sys.executable, "-c", script, url], check=False).returncode
    storage = SqlStorage(url)
    assert chain("c1", 3) == tuple(row.fact for row in storage.facts("default", 0, 10))
    assert () == storage.claim(NOON, 1, Lease("default", "alive", until=NOON.add(minutes=9)))
    later = NOON.add(minutes=5)
    assert 1 == len(storage.claim(later, 1, Lease("default", "alive", until=NOON.add(minutes=9))))
    storage.close()


def test_instants_sort_as_time_does() -> None:
    """Instants of any zone become text that sorts as they do, and come back in their zone."""
    moments = [NOON.add(microseconds=1), NOON, NOON.in_timezone("Asia/Taipei").add(days=400), NOON.subtract(years=30)]
    assert sorted(moments) == [instant_of(text) for text in sorted(map(instant_text, moments))]
    assert "2024-01-31T20:00:00+08:00" == instant_of(instant_text(NOON), "Asia/Taipei").isoformat()


def test_documents_are_remembered_within_bounds() -> None:
    """What was read lately is the same object; what is remembered does not grow without bound."""
    documents = Documents(kept=4)
    texts = [documents.write(Customer(f"c{place}")) for place in range(20)]
    assert documents.read(texts[-1], Customer) is documents.read(texts[-1], Customer)
    assert [Customer(f"c{place}") for place in range(20)] == [documents.read(text, Customer) for text in texts]


def test_statements_do_not_grow_with_customers(url: str) -> None:
    """A claim, and a call of commits, make as many statements for fifty customers as for five."""
    engine = create_engine(url)
    seen: Counter[int] = Counter()
    storage = SqlStorage(engine)
    place = 0

    def count(*_: object) -> None:
        seen[place] += 1

    event.listen(engine, "before_cursor_execute", count)
    for place, many in enumerate((5, 50)):  # noqa: B007  the listener counts by it
        storage.commit(
            tuple(
                first(customer(f"{many}-{key}"), subscriptions=(contract(f"{many}-{key}", f"{many}-{key}"),))
                for key in range(many)
            )
        )
        claimed = storage.claim(NOON, many, Lease("default", "w", until=NOON.add(hours=1)))
        bills = [invoice(found.subscriptions[0]) for found in claimed]
        storage.commit(
            tuple(next_commit(found, due=None, invoices=(bill,)) for found, bill in zip(claimed, bills, strict=True))
        )
    assert seen[0] == seen[1]
    engine.dispose()
