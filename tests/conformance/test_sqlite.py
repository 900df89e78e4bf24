from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from renewkit.adapters.sql import SqlStorage
from renewkit.ports.storage import Storage
from renewkit.testing.storage import StorageConformance


class TestSqliteFile(StorageConformance):
    """SQLite in a file."""

    @pytest.fixture(autouse=True)
    def _folder(self) -> Iterator[None]:
        self.urls: dict[Storage, str] = {}
        with TemporaryDirectory() as folder:
            self.folder = Path(folder)
            yield

    def make_storage(self) -> SqlStorage:
        url = f"sqlite:///{self.folder}/{len(self.urls)}.db"
        storage = SqlStorage(url)
        self.urls[storage] = url
        return storage

    def reopen(self, storage: Storage) -> SqlStorage:
        return SqlStorage(self.urls[storage])

    @pytest.mark.slow
    def test_st_44_model(self) -> None:
        """ST-44 As in the kit; a database of its own for each example takes its time."""
        super().test_st_44_model()


class TestSqliteInMemory(StorageConformance):
    """SQLite in memory, one connection that all threads share by turns."""

    def make_storage(self) -> SqlStorage:
        return SqlStorage("sqlite://")
