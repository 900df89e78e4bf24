"""What the parts of the kit share: making a storage, closing it, and saving a first book."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from renewkit.effects.commit import Commit, Conflict, Receipt
from renewkit.effects.snapshot import Snapshot
from renewkit.ports.storage import By, SnapshotOf, Storage
from renewkit.testing.storage.samples import BOOK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from renewkit.books.audit import Fact

__all__ = ["StorageKit", "facts_of", "refused", "snapshot", "written"]


class StorageKit:
    """A plain base class, because Hypothesis state machines cannot take fixtures."""

    def make_storage(self) -> Storage:
        """Return an empty storage; called many times. This is the one method to implement."""
        message = f"{type(self).__name__} does not say how to make a storage: implement make_storage"
        raise TypeError(message)

    def reopen(self, storage: Storage) -> Storage | None:
        """Return another handle on the same data, as another process would open it; None where there is none."""
        return None

    @contextmanager
    def opened(self, *commits: Commit) -> Iterator[Storage]:
        """Write the commits that a test starts from, and give the storage, by a fresh handle where there is one."""
        storage = self.make_storage()
        handles = [storage]
        try:
            for commit in commits:
                written(storage, commit)
            again = self.reopen(storage)
            if again is not None:
                handles.append(again)
            yield handles[-1]
        finally:
            for handle in handles:
                handle.close()


def written(storage: Storage, commit: Commit) -> Receipt:
    """Write one commit that must be accepted."""
    (answer,) = storage.commit((commit,))
    assert isinstance(answer, Receipt), f"expected a receipt, got {answer}"
    return answer


def refused(storage: Storage, commit: Commit) -> Conflict:
    """Write one commit that must be refused."""
    (answer,) = storage.commit((commit,))
    assert isinstance(answer, Conflict), f"expected a conflict, got {answer}"
    return answer


def snapshot(storage: Storage, key: str = "c1", by: By = By.CUSTOMER, *, book: str = BOOK) -> Snapshot:
    """Load a snapshot that must be there."""
    found = storage.load(SnapshotOf(book, key, by))
    assert found is not None, f"expected the snapshot of {key}, got None"
    return found


def facts_of(storage: Storage, book: str = BOOK) -> tuple[Fact, ...]:
    """Read all facts of a book."""
    return tuple(row.fact for row in storage.facts(book, 0, 10_000))
