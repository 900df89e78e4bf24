"""The conformance kit of the storage port: subclass, say how a storage is made, and every requirement becomes a test.

The requirements are numbered in the storage reference; the docstring of each test starts with its number.
"""

from __future__ import annotations

from renewkit.testing.storage.claiming import ClaimingTests
from renewkit.testing.storage.committing import CommittingTests
from renewkit.testing.storage.outbox import OutboxTests
from renewkit.testing.storage.racing import RacingTests
from renewkit.testing.storage.reading import ReadingTests
from renewkit.testing.storage.record import RecordTests

__all__ = ["StorageConformance"]


class StorageConformance(ReadingTests, CommittingTests, OutboxTests, RecordTests, ClaimingTests, RacingTests):
    """The whole contract of a storage as tests.

    Subclass it with a name that starts with `Test` and implement `make_storage`; implement `reopen` too where the
    storage is durable.
    """
