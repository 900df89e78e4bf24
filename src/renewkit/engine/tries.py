"""Tries: what has been tried on a customer's instruments, by all of the customer's contracts, and what it forbids now.

Networks count per instrument and merchant, not per invoice. So the contracts of one plan share one record, which also
knows the charges that are under way: each of them may turn out to be one more decline.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

import attrs

from renewkit.effects.effect import Charge
from renewkit.policies.network import NetworkRules, Verdict, remembered
from renewkit.policies.retry import RetryAt
from renewkit.values.decline import Attempt, DeclineCause, RetryAdvice
from renewkit.values.moments import day_of

if TYPE_CHECKING:
    import pendulum

    from renewkit.books.invoice import Invoice
    from renewkit.effects.snapshot import Snapshot
    from renewkit.values.decline import Instrument

__all__ = ["UNDER_WAY", "Tries"]

UNDER_WAY: Final = "under_way"
"""Nobody can tell before the charges under way have ended, or so much time has passed that they do not matter."""

_ALLOWED: Final = Verdict(is_allowed=True)


@attrs.define
class Tries:
    """Attempts and charges without an outcome, of every contract of one customer, and the rules that count them.

    Mutable like the desks that share it, and as short-lived.
    """

    rules: NetworkRules = attrs.field(factory=NetworkRules)
    past: list[Attempt] = attrs.field(factory=list)
    under_way: dict[str, Charge] = attrs.field(factory=dict)

    @classmethod
    def on_books(cls, snapshot: Snapshot, rules: NetworkRules) -> Tries:
        """Return what a snapshot remembers."""
        past = [attempt for subscription in snapshot.subscriptions for attempt in subscription.standing.attempts]
        waiting = {effect.key: effect for effect in snapshot.pending if isinstance(effect, Charge)}
        return cls(rules, past, waiting)

    def record(self, log: tuple[Attempt, ...], charge: Charge, attempt: Attempt | None) -> tuple[Attempt, ...]:
        """Take note of how a charge ended (None: with neither money nor a decline), and return its contract's log."""
        self.under_way.pop(charge.key, None)
        if attempt is None or (attempt.decline is None and not self.past):
            return log
        after = remembered(log, attempt, among=self.past, memory=self.rules.memory)
        self.past.append(attempt)
        return after

    def judge_charge(
        self,
        invoice: Invoice,
        instrument: Instrument,
        *,
        now: pendulum.DateTime,
        until: pendulum.DateTime | None,
        told_at: pendulum.DateTime | None = None,
    ) -> Verdict:
        """Return whether an invoice may be charged to an instrument now.

        The reason is `UNDER_WAY` where a cap would be exceeded only if charges without an outcome are declined.

        The payer of an invoice that waited for its time has been told of the debit when the time was set; `told_at` is
        when a notice told of the first one.
        """
        made = invoice.attempts
        if not (made or self.past) and len(self.under_way) < self.rules.free_charges(instrument):
            return _ALLOWED
        asked = RetryAt(now, len(made) + 1, until=until, first=made[0].at if made else now)
        is_noticed = invoice.retry_at is not None or (not made and self._is_in_time(told_at, instrument, now))
        verdict = self.judge(asked, invoice, instrument, now=now, is_noticed=is_noticed)
        if not (verdict.is_allowed and self.under_way):
            return verdict
        waiting = [Attempt(each.at, None, each.instrument, amount=each.amount) for each in self.under_way.values()]
        at_worst = self.judge(asked, invoice, instrument, now=now, is_noticed=is_noticed, under_way=waiting)
        return verdict if at_worst.is_allowed else attrs.evolve(at_worst, reason=UNDER_WAY)

    def judge(
        self,
        decision: RetryAt,
        invoice: Invoice,
        instrument: Instrument,
        *,
        now: pendulum.DateTime,
        is_noticed: bool = False,
        under_way: Iterable[Attempt] = (),
    ) -> Verdict:
        """Return whether a charge may be made when the decision says."""
        past = tuple(self._of(instrument, invoice, since=now - self.rules.memory))
        # A gateway stamps its answers after the run has read the clock.
        latest = max((attempt.at for attempt in past), default=now)
        return self.rules.check(
            decision,
            on_instrument=past,
            instrument=instrument,
            now=max(now, latest),
            amount=invoice.open,
            due=invoice.due_on,
            is_noticed=is_noticed,
            under_way=under_way,
        )

    def _is_in_time(self, told_at: pendulum.DateTime | None, instrument: Instrument, now: pendulum.DateTime) -> bool:
        lead = self.rules.notice_lead(instrument, on=day_of(now, "UTC"))
        return told_at is not None and lead is not None and told_at + lead <= now

    def _of(self, instrument: Instrument, invoice: Invoice, *, since: pendulum.DateTime) -> Iterator[Attempt]:
        for attempt in self.past:
            if attempt.instrument != instrument.id or attempt.at < since:
                continue
            decline = attempt.decline
            if decline is not None and decline.cause is DeclineCause.MERCHANT and attempt not in invoice.attempts:
                # What was wrong with the request for another invoice counts, and says nothing about this one.
                yield attrs.evolve(attempt, decline=attrs.evolve(decline, retry=RetryAdvice.AUTO))
            else:
                yield attempt
