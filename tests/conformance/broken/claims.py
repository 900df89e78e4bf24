"""Storages that lend customers carelessly, or cannot be closed."""
# ruff: noqa: ANN001  signatures are those of the storage that is broken

from datetime import timedelta
from threading import Lock

import attrs

from conformance.broken.values import Altering
from renewkit.adapters.memory import MemoryStorage
from renewkit.ports.storage import SnapshotOf, StorageCapabilities


class Eager(MemoryStorage):
    """Rounds up when it asks who is due."""

    breaks = ("ST-31",)

    def claim(self, now, limit, lease):
        return super().claim(now + timedelta(seconds=1), limit, lease)


class Unordered(MemoryStorage):
    """Hands customers out as they come."""

    breaks = ("ST-32",)

    def claim(self, now, limit, lease):
        return super().claim(now, limit, lease)[::-1]


class Unleased(MemoryStorage):
    """Does not keep whom it has lent."""

    breaks = ("ST-33",)

    def claim(self, now, limit, lease):
        return super().claim(now, limit, attrs.evolve(lease, until=now))


class Unfenced(MemoryStorage):
    """Never raises the fence."""

    breaks = ("ST-34", "ST-35")

    def claim(self, now, limit, lease):
        rows = self._book(lease.book).rows
        for key, row in rows.items():
            rows[key] = attrs.evolve(row, fence=-1)
        return super().claim(now, limit, lease)


class Trusting(Altering):
    """Does not compare fences."""

    breaks = ("ST-35",)

    def alter(self, commit):
        return attrs.evolve(commit, fence=None)


class Grabbing(MemoryStorage):
    """Takes over whatever there is."""

    breaks = ("ST-36",)

    def claim(self, now, limit, lease):
        rows = self._book(lease.book).rows
        for key, row in rows.items():
            rows[key] = attrs.evolve(row, holder=lease.holder if lease.takeover else row.holder)
        return super().claim(now, limit, lease)


class Clinging(Altering):
    """Keeps a lease until it ends by itself."""

    breaks = ("ST-37",)

    def alter(self, commit):
        return attrs.evolve(commit, release=False)


class Dropping(MemoryStorage):
    """Forgets when a customer was due once it is claimed."""

    breaks = ("ST-39",)

    def claim(self, now, limit, lease):
        return tuple(attrs.evolve(seen, due=None) for seen in super().claim(now, limit, lease))


class Generous(MemoryStorage):
    """Lends a customer once to every worker."""

    breaks = ("ST-41",)

    def __init__(self) -> None:
        super().__init__()
        self.lent: dict[str, set[str]] = {}
        self.guard = Lock()

    def claim(self, now, limit, lease):
        with self.guard:
            mine = self.lent.setdefault(lease.holder, set())
            keys = [key for key in sorted(self._book(lease.book).rows) if key not in mine][:limit]
            mine.update(keys)
            return tuple(self.load(SnapshotOf(lease.book, key)) for key in keys)


class Touchy(MemoryStorage):
    """Cannot be closed twice."""

    breaks = ("ST-43",)
    is_closed = False

    def close(self) -> None:
        assert not self.is_closed
        self.is_closed = True


class Boasting(MemoryStorage):
    """Says that it is durable and keeps nothing."""

    breaks = ("ST-43",)

    @property
    def capabilities(self) -> StorageCapabilities:
        return StorageCapabilities(name="boasting", durable=True, concurrent_writers=False)
