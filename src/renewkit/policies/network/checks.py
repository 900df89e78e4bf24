"""What each kind of network rule says about a retry at a moment: yes, from later on, or never."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final

import attrs
from moneyed import Money

from renewkit.policies.network.history import History, room_at
from renewkit.policies.network.rule import NetworkAct, NetworkRule
from renewkit.values.calendar import WEEKENDS
from renewkit.values.decision import NEVER, RetryAt
from renewkit.values.decline import CustomerAction, RetryAdvice
from renewkit.values.elapsed import utc
from renewkit.values.moments import day_of, resolve, zone_of

if TYPE_CHECKING:
    import pendulum

__all__ = ["Refusal", "Try", "objection"]

_DAY: Final = timedelta(days=1)
_ON_RETRIES: Final = frozenset((
    NetworkAct.ONLY,
    NetworkAct.CAP_ENTRY,
    NetworkAct.DAYS_SINCE,
    NetworkAct.ONE_A_DAY,
    NetworkAct.NOTICE_AFTER,
))  # fmt: skip
"""What concerns the tries that follow a first one, and never the first charge of an invoice."""


@attrs.frozen(kw_only=True)
class Try:
    """A retry that is being judged, with what the rules look at."""

    decision: RetryAt
    past: History
    now: datetime
    amount: Money | None
    due: pendulum.Date | None
    notice_lead: timedelta | None
    is_noticed: bool = False

    @property
    def is_retry(self) -> bool:
        """Whether the invoice has been tried before."""
        return self.decision.number > 1

    @property
    def first(self) -> datetime:
        """When the first attempt on the invoice was made, as far as is known."""
        if self.decision.first is not None:
            return utc(self.decision.first)
        own = self.past.times[1 - self.decision.number :]
        return own[0] if own else self.now


@attrs.frozen
class Refusal:
    """No, for this reason; from `not_before` on the answer may be yes, never where it is None."""

    reason: str
    not_before: datetime | None = None
    rule: NetworkRule | None = attrs.field(default=None, kw_only=True)
    action: CustomerAction = attrs.field(default=CustomerAction.NONE, kw_only=True)


def objection(attempt: Try, rules: Iterable[NetworkRule], *, when: datetime) -> Refusal | None:
    """Return what stands against a retry: a refusal for good, else the rule that asks for the longest delay."""
    binding = (rule for rule in rules if attempt.is_retry or rule.act not in _ON_RETRIES)
    found = (*(_apply(rule, attempt, when) for rule in binding), _advice(attempt, when))
    refusals = [refusal for refusal in found if refusal is not None]
    final = next((refusal for refusal in refusals if refusal.not_before is None), None)
    return final or max(refusals, key=lambda refusal: refusal.not_before or when, default=None)


def _advice(attempt: Try, when: datetime) -> Refusal | None:
    """Heed what came with the declines since the last success, whichever network it was."""
    last = attempt.past.last
    if last is None:
        return None
    final = attempt.past.final
    if final is not None:
        return Refusal(NEVER, action=final.action)
    earliest = attempt.past.times[-1] + (last.wait or timedelta(0))
    waits = last.retry is RetryAdvice.ADVICE and when < earliest
    return Refusal("advice_wait", earliest) if waits else None


def _apply(rule: NetworkRule, attempt: Try, when: datetime) -> Refusal | None:
    earliest = _CHECKS[rule.act](rule, attempt, when)
    if earliest is not None and earliest <= when:
        return None
    return Refusal(
        rule.reason, earliest, rule=rule, action=_action(rule, attempt) if earliest is None else CustomerAction.NONE
    )


def _action(rule: NetworkRule, attempt: Try) -> CustomerAction:
    if rule.act is NetworkAct.AMOUNT:
        return CustomerAction.AUTHENTICATE
    latest = attempt.past.latest
    return (
        latest.action
        if latest is not None and rule.act in (NetworkAct.FORBID, NetworkAct.ONLY)
        else CustomerAction.NONE
    )


def _amount(rule: NetworkRule, attempt: Try) -> Money | None:
    return attempt.amount if rule.same_amount else None


def _forbid(rule: NetworkRule, attempt: Try, when: datetime) -> datetime | None:
    assert rule.window is not None
    recent = attempt.past.declines(since=when - rule.window, amount=_amount(rule, attempt))
    return None if any(map(rule.names, recent)) else when


def _only(rule: NetworkRule, attempt: Try, when: datetime) -> datetime | None:
    latest = attempt.past.latest
    return when if latest is None or rule.names(latest) else None


def _cap_declines(rule: NetworkRule, attempt: Try, when: datetime) -> datetime | None:
    assert rule.limit is not None
    assert rule.window is not None
    return room_at(when, attempt.past.declined(_amount(rule, attempt)), limit=rule.limit, window=rule.window)


def _cap_reattempts(rule: NetworkRule, attempt: Try, when: datetime) -> datetime | None:
    assert rule.limit is not None
    assert rule.window is not None
    return room_at(when, attempt.past.reattempts(_amount(rule, attempt)), limit=rule.limit, window=rule.window)


def _cap_entry(rule: NetworkRule, attempt: Try, when: datetime) -> datetime | None:
    assert rule.limit is not None
    return when if attempt.decision.number - 1 <= rule.limit else None


def _days_since(rule: NetworkRule, attempt: Try, when: datetime) -> datetime | None:
    assert rule.limit is not None
    passed = day_of(when, rule.zone).toordinal() - day_of(attempt.first, rule.zone).toordinal()
    return when if passed <= rule.limit else None


def _one_a_day(rule: NetworkRule, attempt: Try, when: datetime) -> datetime | None:
    latest = day_of(attempt.past.times[-1] if attempt.past.times else attempt.first, rule.zone)
    return when if latest < day_of(when, rule.zone) else _midnight(latest + _DAY, rule.zone)


def _around_due(rule: NetworkRule, attempt: Try, when: datetime) -> datetime | None:
    assert rule.limit is not None
    due = attempt.due
    # Without the due day only one day is known to lie in the window: that of the first attempt.
    opens, closes = (day_of(attempt.first, rule.zone),) * 2 if due is None else (due - rule.limit * _DAY, due)
    if day_of(when, rule.zone) > closes:
        return None
    return max(when, _midnight(opens, rule.zone))


def _notice(rule: NetworkRule, attempt: Try, when: datetime) -> datetime | None:
    assert rule.window is not None
    if attempt.is_noticed:
        return when
    return max(when, attempt.now + max(rule.window, attempt.notice_lead or rule.window))


def _notice_after(rule: NetworkRule, attempt: Try, when: datetime) -> datetime | None:
    assert rule.limit is not None
    assert rule.window is not None
    if attempt.is_noticed or day_of(when, rule.zone) <= WEEKENDS.add(day_of(attempt.first, rule.zone), rule.limit):
        return when
    if attempt.notice_lead is not None:
        return max(when, attempt.now + attempt.notice_lead)
    return max(when, _midnight(WEEKENDS.add(day_of(attempt.now, rule.zone), rule.window.days), rule.zone))


def _above(rule: NetworkRule, attempt: Try, when: datetime) -> datetime | None:
    assert rule.limit is not None
    amount = attempt.amount
    return None if amount is not None and amount.currency.code in rule.codes and amount.amount > rule.limit else when


def _clock(rule: NetworkRule, _: Try, when: datetime) -> datetime | None:
    local = when.astimezone(zone_of(rule.zone))
    day = local.date()
    for opens, closes in map(_stretch, rule.codes):
        if local.time() < opens:
            return utc(resolve(datetime.combine(day, opens), rule.zone))
        if closes is None or local.time() < closes:
            return when
    return utc(resolve(datetime.combine(day + _DAY, _stretch(rule.codes[0])[0]), rule.zone))


def _stretch(code: str) -> tuple[time, time | None]:
    opens, _, closes = code.partition("-")
    return time.fromisoformat(opens), None if closes == "24:00" else time.fromisoformat(closes)


def _midnight(day: pendulum.Date, zone: str) -> datetime:
    return utc(resolve(datetime.combine(day, time()), zone))


_CHECKS: Final[Mapping[NetworkAct, Callable[[NetworkRule, Try, datetime], datetime | None]]] = {
    NetworkAct.FORBID: _forbid,
    NetworkAct.ONLY: _only,
    NetworkAct.CAP_DECLINES: _cap_declines,
    NetworkAct.CAP_REATTEMPTS: _cap_reattempts,
    NetworkAct.CAP_ENTRY: _cap_entry,
    NetworkAct.DAYS_SINCE: _days_since,
    NetworkAct.ONE_A_DAY: _one_a_day,
    NetworkAct.AROUND_DUE: _around_due,
    NetworkAct.NOTICE: _notice,
    NetworkAct.NOTICE_AFTER: _notice_after,
    NetworkAct.AMOUNT: _above,
    NetworkAct.CLOCK: _clock,
}
