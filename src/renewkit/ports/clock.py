"""The clock port: where the facade, and nothing else, learns what time it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pendulum

__all__ = ["Clock"]


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> pendulum.DateTime:
        """Return the present instant, aware."""
        ...
