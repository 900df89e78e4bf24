from renewkit.adapters.memory import MemoryStorage
from renewkit.testing.storage import StorageConformance


class TestMemoryStorage(StorageConformance):
    """The reference model keeps its own contract."""

    def make_storage(self) -> MemoryStorage:
        return MemoryStorage()
