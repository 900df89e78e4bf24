"""The conformance kit of the storage port.

`StorageConformance` is subclassed with one factory method; `machine_of` makes the state machine for a storage; the
samples build the small books that the kit writes. Needs pytest and hypothesis, and nothing else.
"""

import pytest

# A failing kit shows both sides of what it compared, as the tests of its user do.
pytest.register_assert_rewrite(
    *(
        f"{__name__}.{part}"
        for part in ("base", "claiming", "committing", "machine", "outbox", "racing", "reading", "record")
    )
)

from renewkit.testing.storage.kit import StorageConformance  # noqa: E402  after the line above, or it has no effect
from renewkit.testing.storage.machine import StorageMachine, machine_of  # noqa: E402  as above

__all__ = ["StorageConformance", "StorageMachine", "machine_of"]
