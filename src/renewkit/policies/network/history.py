"""What was tried before on one instrument at one merchant, counted over all invoices."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise, takewhile
from typing import Final

import attrs
from moneyed import Money

from renewkit.values.decline import Attempt, Decline, RetryAdvice
from renewkit.values.elapsed import not_before, utc

__all__ = ["MEMORY", "History", "history", "remembered", "room_at"]

MEMORY: Final = timedelta(days=180)
"""How long attempts are remembered at least: the longest stretch of time that a packaged rule speaks of."""

_TICK: Final = timedelta(seconds=1)


@attrs.frozen
class History:
    """Attempts on one instrument and merchant, oldest first, with their instants in plain UTC.

    Two attempts at one instant are two attempts: they were made for different invoices. `under_way` are charges of
    which nobody knows yet how they end: they use up what a cap leaves as if they were declined, and say nothing else.
    """

    attempts: tuple[Attempt, ...]
    times: tuple[datetime, ...]
    under_way: tuple[Attempt, ...] = ()

    @property
    def last(self) -> Decline | None:
        """The decline of the latest attempt; None where there is no attempt, or the latest went through."""
        return self.attempts[-1].decline if self.attempts else None

    @property
    def final(self) -> Decline | None:
        """The latest decline since the last success that allows no retry, whatever other contracts met afterwards."""
        since = takewhile(lambda decline: decline is not None, (made.decline for made in reversed(self.attempts)))
        return next((decline for decline in since if decline and decline.retry is RetryAdvice.NEVER), None)

    @property
    def latest(self) -> Decline | None:
        """The latest decline, whatever came after it."""
        return next((attempt.decline for attempt in reversed(self.attempts) if attempt.decline is not None), None)

    def declined(self, amount: Money | None) -> list[datetime]:
        """Return when charges were declined; with an amount only those that may have had it."""
        return [at for at, is_declined in self._counted(amount) if is_declined]

    def reattempts(self, amount: Money | None) -> list[datetime]:
        """Return when charges were tried right after a declined one."""
        return [at for (_, is_declined), (at, _) in pairwise(self._counted(amount)) if is_declined]

    def declines(self, *, since: datetime, amount: Money | None) -> Iterable[Decline]:
        """Yield the declines since an instant, that instant included."""
        return (attempt.decline for at, attempt in self._of(amount) if at >= since and attempt.decline is not None)

    def _of(self, amount: Money | None) -> Iterable[tuple[datetime, Attempt]]:
        for at, attempt in zip(self.times, self.attempts, strict=True):
            if _may_have(attempt, amount):
                yield at, attempt

    def _counted(self, amount: Money | None) -> list[tuple[datetime, bool]]:
        """Return when charges were made, oldest first, and which were declined or may be."""
        counted = [(at, attempt.decline is not None) for at, attempt in self._of(amount)]
        if not self.under_way:
            return counted
        waiting = ((utc(attempt.at), True) for attempt in self.under_way if _may_have(attempt, amount))
        return sorted((*counted, *waiting), key=lambda pair: pair[0])


def history(
    attempts: Iterable[Attempt],
    *,
    instrument: str,
    merchant: str | None,
    now: datetime,
    under_way: Iterable[Attempt] = (),
) -> History:
    """Return the attempts that count for an instrument and merchant; one that does not say which counts.

    The order does not matter, as attempts of several invoices come together. Raises `HistoryError` for attempts
    of the future.
    """
    mine = [(utc(attempt.at), attempt) for attempt in attempts if _is_on(attempt, instrument, merchant)]
    mine.sort(key=lambda pair: pair[0])
    if mine:
        not_before(now, mine[-1][0])
    return History(
        tuple(attempt for _, attempt in mine),
        tuple(at for at, _ in mine),
        tuple(attempt for attempt in under_way if _is_on(attempt, instrument, merchant)),
    )


def remembered(
    log: tuple[Attempt, ...], attempt: Attempt, *, among: Iterable[Attempt], memory: timedelta = MEMORY
) -> tuple[Attempt, ...]:
    """Return a log of attempts with a new one: what the rules may still count, and nothing else.

    These are declines and the tries that followed them directly, no older than `memory`. A success that follows no
    decline is not written down, so the log of an instrument that always pays stays empty. `among` are all attempts
    on the books, of which the log is a part.

    >>> import pendulum
    >>> remembered((), Attempt(pendulum.datetime(2026, 3, 1), None, "pm_1"), among=())
    ()
    """
    kept = tuple(known for known in log if attempt.at - known.at <= memory)
    if attempt.decline is None:
        earlier = [known for known in among if known.at <= attempt.at and known.instrument == attempt.instrument]
        if max(earlier, key=lambda known: known.at, default=attempt).decline is None:
            return kept if len(kept) < len(log) else log
    return (*kept, attempt)


def _is_on(attempt: Attempt, instrument: str, merchant: str | None) -> bool:
    return attempt.instrument in (None, instrument) and (merchant is None or attempt.merchant in (None, merchant))


def _may_have(attempt: Attempt, amount: Money | None) -> bool:
    return amount is None or attempt.amount is None or attempt.amount == amount


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
