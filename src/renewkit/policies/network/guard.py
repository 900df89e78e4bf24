"""The guard: the last word on a retry, which no policy overrides.

Card networks, clearing houses and regulators limit how often and when a declined debit may be tried again. The
guard counts per instrument and merchant over all invoices, delays a retry to the first moment that every rule
allows, and refuses it where there is none. See also: excessive retries, reattempt, re-presentment.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

import attrs
import pendulum
from moneyed import Money

from renewkit.errors import ConfigurationError
from renewkit.policies.network.checks import Refusal, Try, objection
from renewkit.policies.network.history import MEMORY, history
from renewkit.policies.network.rule import NetworkAct, NetworkRule, packaged_rules
from renewkit.values.decision import TOO_LATE, AskCustomer, GiveUp, RetryAt, RetryDecision
from renewkit.values.decline import Attempt, CustomerAction, Instrument
from renewkit.values.elapsed import moment, utc
from renewkit.values.moments import civil_date, day_of

__all__ = ["NetworkRules", "Verdict"]

# Each round moves a retry on by what one rule asks for; rules that hand it to and fro for ever would never end.
_ROUNDS: Final = 500

_UNCOUNTED: Final = 1_000_000
_CAPS: Final = (NetworkAct.CAP_DECLINES, NetworkAct.CAP_REATTEMPTS)
_UNPROVOKED: Final = (NetworkAct.AROUND_DUE, NetworkAct.NOTICE, NetworkAct.AMOUNT, NetworkAct.CLOCK)
"""What may speak against the very first debit of an instrument."""


@attrs.frozen
class Verdict:
    """Whether a retry may be made at a time: if not, which rule forbids it, and from when it is allowed.

    `reason` is the rule's stable word, `not_before` the first moment that every rule allows (None where there is
    none), `action` what could be asked of the customer instead, `fee` what the network charges for an attempt that is
    made nevertheless, `source` who says so.
    """

    is_allowed: bool
    reason: str | None = None
    not_before: pendulum.DateTime | None = attrs.field(default=None, kw_only=True)
    rule: str | None = attrs.field(default=None, kw_only=True)
    fee: Money | None = attrs.field(default=None, kw_only=True)
    action: CustomerAction = attrs.field(default=CustomerAction.NONE, kw_only=True)
    source: str | None = attrs.field(default=None, kw_only=True)

    def correct(self, decision: RetryAt) -> RetryDecision:
        """Return the decision as far as the verdict lets it stand: delayed, refused, or as it is.

        >>> import pendulum
        >>> refused = Verdict(is_allowed=False, reason="category_1", rule="visa-category-1")
        >>> refused.correct(RetryAt(pendulum.datetime(2026, 3, 1), 2)).reason
        'category_1'
        """
        return decision if self.is_allowed else _corrected(decision, self)


def _rules(rules: Iterable[NetworkRule]) -> tuple[NetworkRule, ...]:
    return tuple(rules)


def _ids(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(names)


@attrs.frozen
class NetworkRules:
    """The rules in force: those of the package, with `own` ones added, or replaced where the id is the same.

    A rule of low confidence is off unless its id is in `switched_on`. `merchant_class` is what the seller is to the
    networks (`insurance`, `mutual_funds`, `credit_card_bills`): some rules differ by it.

    >>> NetworkRules().rule("visa-reattempts").limit
    20
    """

    own: tuple[NetworkRule, ...] = attrs.field(default=(), converter=_rules)
    switched_on: tuple[str, ...] = attrs.field(default=(), converter=_ids, kw_only=True)
    merchant_class: str | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse two rules under one id, and switching on what does not exist."""
        ids = [rule.id for rule in self.own]
        if len(set(ids)) < len(ids):
            raise ConfigurationError("one rule per id", ", ".join(ids), "join the rules, or give each its own id")
        for name in self.switched_on:
            self.rule(name)

    @property
    def rules(self) -> tuple[NetworkRule, ...]:
        """Every rule that is switched on and concerns the merchant."""
        own = {rule.id for rule in self.own}
        known = (*(rule for rule in packaged_rules() if rule.id not in own), *self.own)
        on = [rule for rule in known if rule.confidence != "low" or rule.id in self.switched_on]
        ours = [rule for rule in on if not rule.merchants or self.merchant_class in rule.merchants]
        replaced = {rule.instead_of for rule in ours}
        return tuple(rule for rule in ours if rule.id not in replaced)

    @property
    def memory(self) -> timedelta:
        """How far back attempts must be remembered, so that every rule can count them.

        >>> NetworkRules().memory.days
        180
        """
        return max(
            [MEMORY, *(rule.window for rule in self.rules if rule.window and rule.act in (NetworkAct.FORBID, *_CAPS))]
        )

    def rule(self, name: str) -> NetworkRule:
        """Return a rule by its id; `ConfigurationError` where there is none."""
        for rule in (*self.own, *packaged_rules()):
            if rule.id == name:
                return rule
        raise ConfigurationError("the id of a network rule", name, "see docs/reference/network.md for the ids")

    def binding(self, network: str | None, region: str | None, *, on: date) -> tuple[NetworkRule, ...]:
        """Return the rules that bind an instrument of a network and region on a day.

        >>> [rule.id for rule in NetworkRules().binding("visa", "US", on=date(2025, 5, 24))]
        ['visa-category-1', 'visa-reattempts-2021']
        """
        return _binding(self, network, region, civil_date(on))

    def notice_lead(self, instrument: Instrument, *, on: date) -> timedelta | None:
        """Return how long before each debit of an instrument the payer must be told, None where he need not be.

        >>> NetworkRules().notice_lead(Instrument("pm_1", "visa", region="IN"), on=date(2026, 3, 1))
        datetime.timedelta(days=1)
        """
        rules = self.binding(instrument.network, instrument.region, on=on)
        return max((rule.window for rule in rules if rule.act is NetworkAct.NOTICE and rule.window), default=None)

    def free_charges(self, instrument: Instrument) -> int:
        """Return how many charges may be under way at once where nothing has been tried, before any rule can object.

        0 where a rule of any time may object to the very first one.

        >>> [NetworkRules().free_charges(Instrument("pm_1", "visa", region=region)) for region in ("US", "IN")]
        [15, 0]
        """
        return _free_charges(self, instrument.network, instrument.region)

    def guard(
        self,
        decision: RetryDecision,
        *,
        on_instrument: Iterable[Attempt],
        instrument: Instrument,
        now: datetime,
        network: str | None = None,
        region: str | None = None,
        notice_lead: timedelta | None = None,
        merchant: str | None = None,
        amount: Money | None = None,
        due: date | None = None,
    ) -> RetryDecision:
        """Return the decision, delayed to the first moment that every rule allows, or refused.

        `on_instrument` is every attempt on the instrument, of all invoices and in any order. Network and region are the
        instrument's unless given. `notice_lead` replaces the length of a notice that the bank agreed to
        shorten, `due` is the invoice's due day. A retry that would have to move past `decision.until` is given
        up.

        >>> import pendulum
        >>> from renewkit.values.decline import classify
        >>> now = pendulum.datetime(2026, 3, 1)
        >>> declined = Attempt(now, classify("stripe", "do_not_honor", advice="03"), "pm_1")
        >>> asked = RetryAt(now.add(days=1), 2)
        >>> card = Instrument("pm_1", "mastercard")
        >>> rules = NetworkRules()
        >>> rules.guard(asked, on_instrument=[declined], instrument=card, now=now).action
        <CustomerAction.USE_OTHER_METHOD: 'use_other_method'>
        """
        if not isinstance(decision, RetryAt) or decision.number <= 1:
            return decision
        verdict = self.check(
            decision,
            on_instrument=on_instrument,
            instrument=instrument,
            now=now,
            network=network,
            region=region,
            notice_lead=notice_lead,
            merchant=merchant,
            amount=amount,
            due=due,
        )
        return verdict.correct(decision)

    def check(
        self,
        decision: RetryAt,
        *,
        on_instrument: Iterable[Attempt],
        instrument: Instrument,
        now: datetime,
        network: str | None = None,
        region: str | None = None,
        notice_lead: timedelta | None = None,
        merchant: str | None = None,
        amount: Money | None = None,
        due: date | None = None,
        is_noticed: bool = False,
        under_way: Iterable[Attempt] = (),
    ) -> Verdict:
        """Return whether a charge may be made when the decision says, and if not, why and from when.

        Call it once more right before a charge is sent: other invoices may have used the instrument in the meantime.
        A first charge (number 1) is judged by the rules that hold for every debit, not by those for retries alone.
        `is_noticed` says that the payer has been told of this debit in time; `under_way` are charges that have no
        outcome yet, which a cap counts as declined.
        """
        at = utc(now)
        past = history(on_instrument, instrument=instrument.id, merchant=merchant, now=at, under_way=under_way)
        at = max((at, *past.times[-1:]))
        attempt = Try(
            decision=decision,
            past=past,
            now=at,
            amount=amount,
            due=None if due is None else civil_date(due),
            notice_lead=notice_lead,
            is_noticed=is_noticed,
        )
        when = max(utc(decision.when), at)
        first: Refusal | None = None
        for _ in range(_ROUNDS):
            rules = self.binding(network or instrument.network, region or instrument.region, on=day_of(when, "UTC"))
            refusal = objection(attempt, rules, when=when)
            if refusal is None:
                return Verdict(is_allowed=True) if first is None else _verdict(first, when)
            if refusal.not_before is None:
                return _verdict(refusal, None)
            first, when = first or refusal, refusal.not_before
        assert first is not None
        return _verdict(first, None)


@lru_cache(maxsize=1024)
def _binding(
    rules: NetworkRules, network: str | None, region: str | None, day: pendulum.Date
) -> tuple[NetworkRule, ...]:
    return tuple(rule for rule in rules.rules if rule.holds_on(day) and rule.binds(network, region))


@lru_cache(maxsize=1024)
def _free_charges(rules: NetworkRules, network: str | None, region: str | None) -> int:
    binding = [rule for rule in rules.rules if rule.binds(network, region)]
    if any(rule.act in _UNPROVOKED for rule in binding):
        return 0
    return min((rule.limit for rule in binding if rule.limit is not None and rule.act in _CAPS), default=_UNCOUNTED)


def _corrected(decision: RetryAt, verdict: Verdict) -> RetryDecision:
    why = f"{verdict.rule}: {verdict.reason} ({verdict.source})"
    if verdict.not_before is None:
        can_act = verdict.action is not CustomerAction.NONE
        return AskCustomer(verdict.action, why) if can_act else GiveUp(verdict.reason or TOO_LATE, why)
    if decision.until is not None and verdict.not_before > decision.until:
        return GiveUp(TOO_LATE, f"{why}, allowed only from {verdict.not_before}")
    return attrs.evolve(decision, when=verdict.not_before, why=f"{decision.why}; delayed by {why}")


def _verdict(refusal: Refusal, not_before: datetime | None) -> Verdict:
    rule = refusal.rule
    return Verdict(
        is_allowed=False,
        reason=refusal.reason,
        not_before=None if not_before is None else moment(not_before),
        rule="decline" if rule is None else rule.id,
        fee=None if rule is None else rule.fee,
        action=refusal.action,
        source="what came with the decline" if rule is None else rule.source,
    )
