import os
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text

from conformance.postgres import ABSENT, binaries, server
from renewkit.adapters.sql import SqlStorage
from renewkit.ports.storage import Storage
from renewkit.testing.storage import StorageConformance

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
