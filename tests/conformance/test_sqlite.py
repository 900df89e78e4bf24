from pathlib import Path
from tempfile import mkdtemp

import pytest

from renewkit.adapters.sql import SqlStorage
from renewkit.testing.storage import StorageConformance


class TestSqliteFile(StorageConformance):
    """SQLite in a file."""

    @pytest.fixture(autouse=True)
    def _place(self, tmp_path: Path) -> None:
        self.folder = tmp_path
        self.urls: dict[int, str] = {}

    def make_storage(self) -> SqlStorage:
        url = f"sqlite:///{mkdtemp(dir=self.folder)}/renewkit.db"
        storage = SqlStorage(url)
        self.urls[id(storage)] = url
        return storage

    def reopen(self, storage: object) -> SqlStorage:
        return SqlStorage(self.urls[id(storage)])


class TestSqliteInMemory(StorageConformance):
    """SQLite in memory, one connection that all threads share by turns."""

    def make_storage(self) -> SqlStorage:
        return SqlStorage("sqlite://")
