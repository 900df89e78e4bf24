"""Faults to inject: wrappers that make any adapter crash, fail, repeat, reorder or dawdle, the same way every time.

Each wraps one adapter and passes everything else through. What is random is drawn from a seed, so a failure that
was seen once can be seen again.

>>> from renewkit.adapters.memory import MemoryStorage
>>> from renewkit.ports.storage import SubscriptionsOf
>>> storage = CrashAfter(MemoryStorage(), 1)
>>> storage.load(SubscriptionsOf("default"))
()
>>> storage.load(SubscriptionsOf("default"))
Traceback (most recent call last):
...
renewkit.testing.faults.Crash: before call 2 (load)
"""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import Enum
from random import Random  # noqa: TID251  seeded, so that the same faults come every time
from typing import Any, Final

from renewkit.effects.outcome import Unknown
from renewkit.errors import StorageError

__all__ = ["Crash", "CrashAfter", "Duplicating", "Flaky", "Moment", "Reordering", "Slow"]

_CALLS: Final = frozenset({"claim", "commit", "load", "facts", "charge", "lookup", "send"})


class Crash(BaseException):
    """The process is gone. No `except Exception` stops it, as none would stop a power cut."""


class Moment(Enum):
    """When in a call a fault strikes."""

    BEFORE = "before"
    """Nothing has happened yet."""
    AFTER = "after"
    """Everything has happened, and nobody learns of it."""


class _Wrapped:
    """Passes everything through to `inner`, calls of a port by way of `_call`."""

    def __init__(self, inner: Any) -> None:  # noqa: ANN401  any adapter
        self.inner = inner

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  whatever the adapter has
        found = getattr(self.inner, name)
        if name not in _CALLS:
            return found
        return lambda *given, **named: self._call(name, lambda: found(*given, **named))

    def _call(self, name: str, run: Callable[[], Any]) -> Any:  # noqa: ANN401  what the adapter answers
        del name
        return run()


class CrashAfter(_Wrapped):
    """Lets `calls` calls through and crashes the next one, before or after it is carried out, and all after that.

    `only` names the calls that count, all where it is empty.
    """

    def __init__(
        self,
        inner: Any,  # noqa: ANN401  any adapter
        calls: int,
        *,
        moment: Moment = Moment.BEFORE,
        only: tuple[str, ...] = (),
    ) -> None:
        """Wrap an adapter."""
        super().__init__(inner)
        self._calls = calls
        self._moment = moment
        self._only = only
        self.made = 0

    def _call(self, name: str, run: Callable[[], Any]) -> Any:  # noqa: ANN401  what the adapter answers
        if self._only and name not in self._only:
            return run()
        self.made += 1
        if self.made <= self._calls:
            return run()
        if self.made == self._calls + 1 and self._moment is Moment.AFTER:
            run()
        message = f"{self._moment.value} call {self.made} ({name})"
        raise Crash(message)


class Flaky(_Wrapped):
    """Fails a share of the calls with `StorageError`, half of them after they were carried out.

    An adapter may raise for a medium that fails; its caller must not take the error for a proof that nothing happened.
    """

    def __init__(self, inner: Any, seed: int, *, share: float = 0.1) -> None:  # noqa: ANN401  any adapter
        """Wrap an adapter."""
        super().__init__(inner)
        self._random = Random(seed)
        self._share = share

    def _call(self, name: str, run: Callable[[], Any]) -> Any:  # noqa: ANN401  what the adapter answers
        draw = self._random.random()
        if draw >= self._share:
            return run()
        if draw < self._share / 2:
            run()
        raise StorageError("an adapter that answers", f"a fault in {name}", "try again")


class Duplicating(_Wrapped):
    """Makes each charge, look-up and message twice and gives the second answer, as an impatient network does."""

    def _call(self, name: str, run: Callable[[], Any]) -> Any:  # noqa: ANN401  what the adapter answers
        if name in {"charge", "lookup", "send"}:
            run()
        return run()


class Reordering(_Wrapped):
    """Holds messages and charges back and delivers them in another order; the caller is told `Unknown` until then.

    `deliver()` carries out what was held back and returns the answers. Look-ups find only what was delivered.
    """

    def __init__(self, inner: Any, seed: int) -> None:  # noqa: ANN401  any adapter
        """Wrap an adapter."""
        super().__init__(inner)
        self._random = Random(seed)
        self._held: list[Callable[[], Any]] = []

    def charge(self, charge: Any) -> Any:  # noqa: ANN401  as the port
        """Hold a charge back."""
        return self._hold(charge.key, lambda: self.inner.charge(charge))

    def send(self, message: Any) -> Any:  # noqa: ANN401  as the port
        """Hold a message back."""
        return self._hold(message.key, lambda: self.inner.send(message))

    def deliver(self) -> tuple[Any, ...]:
        """Carry out what was held back, in an order of its own."""
        held, self._held = self._held, []
        self._random.shuffle(held)
        return tuple(run() for run in held)

    def _hold(self, key: str, run: Callable[[], Any]) -> Any:  # noqa: ANN401  an outcome
        self._held.append(run)
        return Unknown(key)


class Slow(_Wrapped):
    """Waits before each call, so that callers overlap; `wait` is how, a real sleep unless a test gives its own."""

    def __init__(self, inner: Any, seconds: float, *, wait: Callable[[float], object] = time.sleep) -> None:  # noqa: ANN401  any adapter
        """Wrap an adapter."""
        super().__init__(inner)
        self._seconds = seconds
        self._wait = wait

    def _call(self, name: str, run: Callable[[], Any]) -> Any:  # noqa: ANN401  what the adapter answers
        del name
        self._wait(self._seconds)
        return run()
