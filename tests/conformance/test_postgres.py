import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text

from conformance.postgres import ABSENT, binaries, server
from renewkit.adapters.sql import SqlStorage
from renewkit.books.audit import verify
from renewkit.ports.storage import InvoicesOf, Storage
from renewkit.testing.storage import StorageConformance
from renewkit.testing.storage.samples import contract, customer, first

needs_postgres = pytest.mark.skipif(binaries() is None and not os.environ.get("CI"), reason=ABSENT)


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """Give the URL of a server that this module has to itself; in CI it must be there."""
    if binaries() is None:
        pytest.fail(ABSENT)
    with server() as url:
        yield url


@needs_postgres
class TestPostgres(StorageConformance):
    """PostgreSQL, each storage in a schema of its own."""

    @pytest.fixture(autouse=True)
    def _server(self, postgres: str) -> Iterator[None]:
        self.schemas: dict[Storage, str] = {}
        self.url = postgres
        self.admin = create_engine(postgres, isolation_level="AUTOCOMMIT")
        yield
        with self.admin.connect() as conn:
            for name in self.schemas.values():
                conn.execute(text(f"DROP SCHEMA {name} CASCADE"))
        self.admin.dispose()

    def make_storage(self) -> SqlStorage:
        name = f"kit_{len(self.schemas)}"
        with self.admin.connect() as conn:
            conn.execute(text(f"CREATE SCHEMA {name}"))
        storage = self._open(name)
        self.schemas[storage] = name
        return storage

    def reopen(self, storage: Storage) -> SqlStorage:
        return self._open(self.schemas[storage])

    @pytest.mark.slow
    def test_st_44_model(self) -> None:
        """ST-44 As in the kit; a database of its own for each example takes its time."""
        super().test_st_44_model()

    def _open(self, name: str) -> SqlStorage:
        return SqlStorage(f"{self.url}&options=-csearch_path%3D{name}")


_WORKER = """
import sys
import pendulum
from renewkit.adapters.sql import SqlStorage
from renewkit.effects.commit import Receipt
from renewkit.ports.storage import Lease
from renewkit.testing.storage.samples import NOON, chain, contract, invoice, next_commit
storage = SqlStorage(sys.argv[1])
lease = Lease("default", sys.argv[2], until=NOON.add(hours=1))
done = 0
while claimed := storage.claim(NOON, 4, lease):
    commits = []
    for seen in claimed:
        parts = {"facts": chain(seen.customer.id, 2), "invoices": (invoice(seen.subscriptions[0]),)}
        commits.append(next_commit(seen, fence=seen.fence, due=None, **parts))
    done += sum(isinstance(answer, Receipt) for answer in storage.commit(tuple(commits)))
storage.close()
print(done)
"""


@needs_postgres
@pytest.mark.slow
def test_processes_share_the_work(postgres: str) -> None:
    """Processes that claim at once do every customer once; numbers have no gaps, and positions grow as facts appear."""
    storage = SqlStorage(postgres)
    keys = [f"c{place:02}" for place in range(40)]
    storage.commit(tuple(first(customer(key), subscriptions=(contract("s" + key, key),)) for key in keys))
    command = [sys.executable, "-c", _WORKER, postgres]
    workers = [subprocess.Popen([*command, str(place)], stdout=subprocess.PIPE, text=True) for place in range(3)]
    assert 40 == sum(int(worker.communicate(timeout=60)[0]) for worker in workers)
    numbers = sorted(bill.number or "" for bill in storage.load(InvoicesOf("default")))
    assert [f"default-2024-{place:06}" for place in range(1, 41)] == numbers
    assert 80 == len(storage.facts("default", 0, 100))
    assert () == verify(row.fact for row in storage.facts("default", 0, 100))
    storage.close()
