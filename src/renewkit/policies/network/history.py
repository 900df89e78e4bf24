"""What was tried before on one instrument at one merchant, counted over all invoices."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

import attrs
from moneyed import Money

from renewkit.values.decline import Attempt, Decline
from renewkit.values.elapsed import not_before, utc

__all__ = ["History", "history", "room_at"]

_TICK: Final = timedelta(seconds=1)


@attrs.frozen
class History:
    """Attempts on one instrument and merchant, oldest first, with their instants in plain UTC.

    Two attempts at one instant are two attempts: they were made for different invoices.
    """

    attempts: tuple[Attempt, ...]
    times: tuple[datetime, ...]

    @property
    def last(self) -> Decline | None:
        """The decline of the latest attempt; None where there is no attempt, or the latest went through."""
        return self.attempts[-1].decline if self.attempts else None

    @property
    def latest(self) -> Decline | None:
        """The latest decline, whatever came after it."""
        return next((attempt.decline for attempt in reversed(self.attempts) if attempt.decline is not None), None)

    def declined(self, amount: Money | None) -> list[datetime]:
        """Return when charges were declined; with an amount only those that may have had it."""
        return [at for at, attempt in self._of(amount) if attempt.decline is not None]

    def reattempts(self, amount: Money | None) -> list[datetime]:
        """Return when charges were tried right after a declined one."""
        return [at for (_, before), (at, _) in pairwise(self._of(amount)) if before.decline is not None]

    def declines(self, *, since: datetime, amount: Money | None) -> Iterable[Decline]:
        """Yield the declines since an instant, that instant included."""
        return (attempt.decline for at, attempt in self._of(amount) if at >= since and attempt.decline is not None)

    def _of(self, amount: Money | None) -> Iterable[tuple[datetime, Attempt]]:
        for at, attempt in zip(self.times, self.attempts, strict=True):
            if amount is None or attempt.amount is None or attempt.amount == amount:
                yield at, attempt


def history(attempts: Iterable[Attempt], *, instrument: str, merchant: str | None, now: datetime) -> History:
    """Return the attempts that count for an instrument and merchant; one that does not say which counts.

    The order does not matter, as attempts of several invoices come together. Raises `HistoryError` for attempts
    of the future.
    """
    mine = [
        (utc(attempt.at), attempt)
        for attempt in attempts
        if attempt.instrument in (None, instrument) and (merchant is None or attempt.merchant in (None, merchant))
    ]
    mine.sort(key=lambda pair: pair[0])
    if mine:
        not_before(now, mine[-1][0])
    return History(tuple(attempt for _, attempt in mine), tuple(at for at, _ in mine))


def room_at(when: datetime, times: Sequence[datetime], *, limit: int, window: timedelta) -> datetime | None:
    """Return the first moment from `when` at which one more fits: fewer than `limit` of the times in the window before.

    The times ascend. Both ends of the window count, which is the stricter reading. None where the limit is 0.

    >>> from datetime import UTC
    >>> at = datetime(2026, 1, 1, tzinfo=UTC)
    >>> room_at(at, [at], limit=1, window=timedelta(hours=24)).isoformat()
    '2026-01-02T00:00:01+00:00'
    """
    if limit <= 0:
        return None
    inside = bisect_right(times, when) - bisect_left(times, when - window)
    if inside < limit:
        return when
    oldest = times[bisect_right(times, when) - limit]
    return oldest + window + _TICK
