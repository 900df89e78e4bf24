"""The retry policy: from the attempts on an invoice to the next act, as a pure function.

See also: dunning, payment recovery, re-presentment, 催繳, 重試.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import Enum
from hashlib import blake2b
from itertools import groupby, pairwise
from typing import Final

import attrs

from renewkit.errors import ConfigurationError, HistoryError, RangeError
from renewkit.policies.retry.backoff import Backoff
from renewkit.policies.retry.ladders import STANDARD_WAITS, Ladder, rungs, squeezed
from renewkit.policies.retry.slots import BusinessHours, PayDays
from renewkit.values.calendar import BusinessCalendar
from renewkit.values.decision import EXHAUSTED, MERCHANT, NEVER, TOO_LATE, AskCustomer, GiveUp, RetryAt, RetryDecision
from renewkit.values.decline import Attempt, CustomerAction, Decline, DeclineCategory, DeclineCause, RetryAdvice
from renewkit.values.elapsed import moment, not_before, utc
from renewkit.values.moments import resolve, zone_name, zone_of
from renewkit.values.number import whole

__all__ = ["STANDARD_RETRIES", "AfterRecovery", "RetryPolicy", "Timetable"]


class AfterRecovery(Enum):
    """What a late payment does to the schedule."""

    KEEP = "keep"
    """The dates stay as they were."""
    REBASE = "rebase"
    """The next period starts on the day of payment."""


@attrs.frozen
class Timetable:
    """A preview: every retry that would be made if each were declined alike, and how it ends."""

    retries: tuple[RetryAt, ...]
    end: AskCustomer | GiveUp


def _ordered(ladders: Iterable[Ladder]) -> tuple[Ladder, ...]:
    return tuple(sorted(ladders, key=lambda ladder: ladder.cause.value))


@attrs.frozen
class RetryPolicy:
    """When to try a declined charge again.

    `waits` are counted from the first decline; `ladders` replace them for single causes. `jitter` spreads the tries
    of a rung over a stretch, by a hash of key and attempt number. `technical` serves technical failures, apart from
    declines. Codes that nobody knows get the first `unknown` rungs. A try for lack of funds moves forward to a pay
    day of `paydays` that lies before it; `hours` (and a calendar, where one is given) move a try to decent times.
    `most` limits all attempts, the first included, `within` the time since the first decline; `at_the_end` adds one
    try at the very end of the time that is left, `is_squeezed` shrinks a ladder that is longer than that time.
    `after_recovery` says what a late payment does to the schedule; the engine applies it.

    Raises `ConfigurationError` for waits that are negative or unordered, and for a ladder beyond `most` or `within`.

    >>> policy = RetryPolicy(waits=(timedelta(days=1), timedelta(days=3)))
    >>> [rung.days for rung in policy.waits]
    [1, 3]
    """

    waits: tuple[timedelta, ...] = attrs.field(default=STANDARD_WAITS, converter=rungs)
    jitter: timedelta = timedelta(0)
    ladders: tuple[Ladder, ...] = attrs.field(default=(), converter=_ordered, kw_only=True)
    technical: Backoff = attrs.field(default=Backoff(), kw_only=True)
    unknown: int = attrs.field(default=2, kw_only=True)
    paydays: PayDays | None = attrs.field(default=None, kw_only=True)
    hours: BusinessHours | None = attrs.field(default=None, kw_only=True)
    most: int | None = attrs.field(default=None, kw_only=True)
    within: timedelta | None = attrs.field(default=None, kw_only=True)
    at_the_end: bool = attrs.field(default=False, kw_only=True)
    is_squeezed: bool = attrs.field(default=False, kw_only=True)
    after_recovery: AfterRecovery = attrs.field(default=AfterRecovery.KEEP, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse settings that contradict one another."""
        whole(self.unknown, least=0, name="tries for unknown codes")
        causes = [ladder.cause for ladder in self.ladders]
        if len(set(causes)) < len(causes):
            raise ConfigurationError(
                "one ladder per cause", ", ".join(cause.value for cause in causes), "join the ladders"
            )
        if self.most is not None:
            whole(self.most, least=1, name="attempts in all")
        if self.jitter < timedelta(0):
            raise RangeError("a jitter of 0 or more", str(self.jitter), "jitter only delays")
        for waits in (self.waits, *(ladder.waits for ladder in self.ladders)):
            self._check(waits)

    def _check(self, waits: tuple[timedelta, ...]) -> None:
        if self.most is not None and len(waits) >= self.most:
            got = f"{len(waits)} retries where {self.most} attempts are allowed in all"
            raise ConfigurationError("a ladder within the cap", got, "shorten the ladder or raise `most`")
        if self.within is not None and waits and waits[-1] > self.within:
            got = f"a wait of {waits[-1]} where retries end after {self.within}"
            raise ConfigurationError("a ladder within the cap", got, "shorten the ladder or raise `within`")
        if waits and self.jitter > _least_gap(waits):
            got = f"{self.jitter} on a ladder with a gap of {_least_gap(waits)}"
            raise ConfigurationError(
                "a jitter within the smallest gap", got, "shorten the jitter, so that tries stay in order"
            )

    def decide(
        self,
        attempts: Iterable[Attempt],
        *,
        key: str,
        now: datetime,
        until: datetime | None = None,
        zone: str = "UTC",
        method_changed_at: datetime | None = None,
        calendar: BusinessCalendar | None = None,
    ) -> RetryDecision:
        """Return what comes after the last of these attempts on one invoice.

        The attempts are those that were carried out, oldest first; one without a decline failed in a way that nobody
        can name. `until` is the last moment for a retry (the next renewal, the end of grace), `zone` the payer's,
        `method_changed_at` the last change of the payment method, `calendar` the days on which banks work. Raises
        `HistoryError` for attempts that are out of order, doubled or later than now.

        >>> import pendulum
        >>> from renewkit.values.decline import classify
        >>> first = Attempt(pendulum.datetime(2024, 2, 1), classify("stripe", "insufficient_funds"))
        >>> decision = RetryPolicy().decide([first], key="inv_1", now=pendulum.datetime(2024, 2, 1, 1))
        >>> match decision:
        ...     case RetryAt(when, number):
        ...         print(when.date(), number, decision.ask.value)
        2024-02-04 2 add_funds
        """
        made = tuple(attempts)
        case = _Case(
            made, utc(now), key, zone_name(zone), _utc_or_none(until), _utc_or_none(method_changed_at), calendar
        )
        return _decide(self, case)

    def timetable(
        self,
        decline: Decline,
        *,
        at: datetime,
        key: str = "preview",
        until: datetime | None = None,
        zone: str = "UTC",
        calendar: BusinessCalendar | None = None,
    ) -> Timetable:
        """Return every retry that would follow a first decline at `at` if each were declined alike, with its reason.

        >>> import pendulum
        >>> from renewkit.values.decline import classify
        >>> table = RetryPolicy().timetable(classify("stripe", "insufficient_funds"), at=pendulum.datetime(2024, 2, 1))
        >>> [str(retry.when.date()) for retry in table.retries], table.end.reason
        (['2024-02-04', '2024-02-09', '2024-02-16', '2024-02-25'], 'exhausted')
        """
        made, retries = [Attempt(moment(utc(at)), decline)], list[RetryAt]()
        while True:
            decision = self.decide(made, key=key, now=made[-1].at, until=until, zone=zone, calendar=calendar)
            if not isinstance(decision, RetryAt):
                return Timetable(tuple(retries), decision)
            retries.append(decision)
            made.append(Attempt(decision.when, decline))

    def ladder(self, cause: DeclineCause) -> tuple[timedelta, ...]:
        """Return the waits for declines of a cause.

        >>> len(RetryPolicy().ladder(DeclineCause.UNKNOWN))
        2
        """
        own = next((ladder.waits for ladder in self.ladders if ladder.cause is cause), None)
        if own is not None:
            return own
        return self.waits[: self.unknown] if cause is DeclineCause.UNKNOWN else self.waits


@attrs.frozen
class _Case:
    """What a decision looks at, with every instant as plain UTC."""

    made: tuple[Attempt, ...]
    now: datetime
    key: str
    zone: str
    until: datetime | None
    changed: datetime | None
    calendar: BusinessCalendar | None
    times: tuple[datetime, ...] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Refuse a history that cannot have happened."""
        times = tuple(utc(attempt.at) for attempt in self.made)
        object.__setattr__(self, "times", times)
        for early, late in pairwise(times):
            if late <= early:
                raise HistoryError(
                    "attempts in ascending order", f"{late} after {early}", "pass each attempt once, oldest first"
                )
        for reported in (*times[-1:], *([] if self.changed is None else [self.changed])):
            object.__setattr__(self, "now", not_before(self.now, reported))

    @property
    def number(self) -> int:
        return len(self.made) + 1

    @property
    def decline(self) -> Decline:
        return self.made[-1].decline or _UNSAID


_UNSAID: Final = Decline(DeclineCategory.UNKNOWN, RetryAdvice.AUTO, CustomerAction.NONE, "", "", is_known=False)
_HIDES_FUNDS: Final = (DeclineCause.FUNDS, DeclineCause.BANK)


def _decide(policy: RetryPolicy, case: _Case) -> RetryDecision:
    if not case.made:
        return RetryAt(moment(case.now), 1, why="the first attempt")
    end = _end(policy, case)
    if end is not None and end < case.now:
        return GiveUp(TOO_LATE, f"retries ended on {end:%Y-%m-%d %H:%M} UTC")
    if case.changed is not None and case.changed > case.times[-1]:
        why = "the payment method was changed after the last attempt"
        return _retry(case, case.now, end=end, ask=None, why=why)
    if policy.most is not None and case.number > policy.most:
        return GiveUp(EXHAUSTED, f"all {policy.most} attempts have been made")
    decline = case.decline
    if decline.retry in (RetryAdvice.NEVER, RetryAdvice.AFTER_FIX):
        return _stop(decline)
    slot = _slot(policy, case, end)
    if slot is None or (end is not None and slot[0] > end):
        return _last_chance(policy, case, end) or (
            GiveUp(EXHAUSTED, f"the ladder for {decline.cause.value} is used up")
            if slot is None
            else GiveUp(TOO_LATE, f"the next try would be on {slot[0]:%Y-%m-%d %H:%M} UTC: {slot[1]}")
        )
    return _retry(case, slot[0], end=end, ask=_ask(case), why=slot[1])


def _retry(case: _Case, when: datetime, *, end: datetime | None, ask: CustomerAction | None, why: str) -> RetryAt:
    return RetryAt(moment(when), case.number, ask, why, None if end is None else moment(end), moment(case.times[0]))


def _stop(decline: Decline) -> AskCustomer | GiveUp:
    why = f"{decline.rail} {decline.code}: {decline.category.value}, {decline.retry.value}"
    if decline.action is not CustomerAction.NONE:
        return AskCustomer(decline.action, why)
    return GiveUp(MERCHANT if decline.cause is DeclineCause.MERCHANT else NEVER, why)


def _end(policy: RetryPolicy, case: _Case) -> datetime | None:
    own = None if policy.within is None else case.times[0] + policy.within
    ends = [end for end in (own, case.until) if end is not None]
    return min(ends, default=None)


def _slot(policy: RetryPolicy, case: _Case, end: datetime | None) -> tuple[datetime, str] | None:
    """Return when the next try is worth making, and why then; None when the ladder is used up."""
    decline, last = case.decline, case.times[-1]
    streak = _technical_streak(case.made)
    wait = policy.technical.wait(streak) if streak else None
    if wait is not None:
        wait = max(wait, decline.wait or wait)
        why = f"{_span(wait)} after technical failure {streak} in a row"
        return _decent(policy, case, last + wait, width=min(policy.jitter, wait)), why
    waits, position, anchor = policy.ladder(decline.cause), _position(policy, case), _anchor(case)
    if policy.is_squeezed and end is not None:
        waits = squeezed(waits, end - anchor - policy.jitter)
    if position >= len(waits):
        return None
    soonest = last + _least_gap(waits) - policy.jitter
    due = max(anchor + waits[position], soonest)
    why = f"rung {position + 1} of {len(waits)} for {decline.cause.value}: {_span(waits[position])} after the first"
    if decline.wait is not None and (decline.retry is RetryAdvice.ADVICE or last + decline.wait > due):
        due, why = last + decline.wait, f"{why}, but the network advised to wait {_span(decline.wait)}"
    elif policy.paydays is not None and decline.cause in _HIDES_FUNDS:
        pay = policy.paydays.first_between(max(soonest, case.now), due, zone=case.zone, calendar=case.calendar)
        due, why = (due, why) if pay is None else (pay, f"{why}, moved forward to a pay day")
    return _decent(policy, case, due), why


def _decent(policy: RetryPolicy, case: _Case, due: datetime, *, width: timedelta | None = None) -> datetime:
    """Return the moment with its jitter, not in the past, and at a time of day and on a day that are decent."""
    spread = _jitter(case.key, case.number, policy.jitter if width is None else width)
    when = max(due + spread, case.now)
    if policy.hours is not None:
        return policy.hours.admit(when, zone=case.zone, calendar=case.calendar, spread=spread)
    if case.calendar is None:
        return when
    local = when.astimezone(zone_of(case.zone))
    day = case.calendar.following(local.date())
    return when if day == local.date() else utc(resolve(datetime.combine(day, local.time()), case.zone))


def _last_chance(policy: RetryPolicy, case: _Case, end: datetime | None) -> RetryAt | None:
    if not policy.at_the_end or end is None or case.times[-1] >= end:
        return None
    return _retry(case, end, end=end, ask=_ask(case), why="one more try at the very end")


def _ask(case: _Case) -> CustomerAction | None:
    """Return what to ask together with this retry: the action of the decline, unless it was asked for before."""
    action = case.decline.action
    asked = {attempt.decline.action for attempt in case.made[:-1] if attempt.decline is not None}
    return None if action is CustomerAction.NONE or action in asked else action


def _is_technical(attempt: Attempt) -> bool:
    return attempt.decline is not None and attempt.decline.cause is DeclineCause.TECHNICAL


def _technical_streak(made: Sequence[Attempt]) -> int:
    streak = 0
    for attempt in reversed(made):
        if not _is_technical(attempt):
            break
        streak += 1
    return streak


def _position(policy: RetryPolicy, case: _Case) -> int:
    """Return how many rungs are used: declines after the first, without the try that a changed method brought."""
    used = sum(not _is_technical(attempt) for attempt in case.made) - 1
    for technical, run in groupby(case.made, key=_is_technical):
        used += max(len(tuple(run)) - policy.technical.tries, 0) if technical else 0
    if case.changed is not None and case.changed > case.times[0]:
        after = next(index for index, at in enumerate(case.times) if at >= case.changed)
        used -= not _is_technical(case.made[after])
    return max(used, 0)


def _anchor(case: _Case) -> datetime:
    return next(
        (at for at, attempt in zip(case.times, case.made, strict=True) if not _is_technical(attempt)), case.times[0]
    )


def _least_gap(waits: tuple[timedelta, ...]) -> timedelta:
    return min([waits[0], *(late - early for early, late in pairwise(waits))])


def _jitter(key: str, number: int, width: timedelta) -> timedelta:
    if not width:
        return width
    seed = int.from_bytes(blake2b(f"{len(key)}:{key}{number}".encode(), digest_size=8).digest(), "big")
    seconds = width // timedelta(seconds=1)
    return (
        timedelta(seconds=seed % seconds)
        if seconds
        else timedelta(microseconds=seed % (width // timedelta(microseconds=1)))
    )


def _span(wait: timedelta) -> str:
    days, rest = divmod(wait, timedelta(days=1))
    parts = ([f"{days} day{'s' if days > 1 else ''}"] if days else []) + ([f"{rest} h"] if rest else [])
    return " and ".join(parts) or "no time"


def _utc_or_none(value: datetime | None) -> datetime | None:
    return None if value is None else utc(value)


STANDARD_RETRIES: Final = RetryPolicy(paydays=PayDays(), is_squeezed=True)
"""The recommended policy: the standard ladder, moved forward to pay days on the 1st, the 15th and a month's last."""
