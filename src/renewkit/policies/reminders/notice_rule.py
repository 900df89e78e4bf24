"""One duty to give notice, as data: whom it concerns, around which date, in which window, by which channels, says who.

Research for software, not legal advice: whoever relies on a rule has counsel confirm it.
"""

from __future__ import annotations

from datetime import date
from enum import Enum

import attrs
import pendulum

from renewkit.errors import ConfigurationError
from renewkit.policies.reminders.reminder import Duty
from renewkit.values.facts import ContractFacts
from renewkit.values.ids import identifier
from renewkit.values.moments import civil_date
from renewkit.values.offsets import Anchor, Offset, Window
from renewkit.values.recipient import channel_names

__all__ = ["Conditions", "Confidence", "NoticeRule", "Topic"]


class Topic(Enum):
    """What a notice is about; the value is the kind of the reminder that `complete` adds."""

    RENEWAL = "renewal_notice"
    TRIAL_END = "trial_ending"
    PRICE_CHANGE = "price_change"
    AMOUNT_CHANGE = "amount_change"
    DATE_CHANGE = "date_change"
    DEBIT = "debit_notice"

    @property
    def anchors(self) -> frozenset[Anchor]:
        """Around which dates a reminder may stand to be about this topic."""
        return _ANCHORS[self]


_BEFORE_RENEWAL = frozenset({Anchor.RENEWAL, Anchor.CANCELLATION, Anchor.CHARGE, Anchor.DUE})
_BEFORE_MONEY = frozenset({Anchor.CHARGE, Anchor.DUE})
_ANCHORS = {
    Topic.RENEWAL: _BEFORE_RENEWAL,
    Topic.TRIAL_END: frozenset({Anchor.TRIAL_END, Anchor.CHARGE}),
    Topic.PRICE_CHANGE: frozenset({Anchor.PRICE_CHANGE}),
    Topic.AMOUNT_CHANGE: _BEFORE_MONEY,
    Topic.DATE_CHANGE: _BEFORE_MONEY,
    Topic.DEBIT: _BEFORE_MONEY,
}


class Confidence(Enum):
    """How well the rule is sourced; it says nothing about whether you comply."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    """Written from memory, confirmed by no page that was read: such a rule ships disabled."""


@attrs.frozen(kw_only=True, cache_hash=True)
class Conditions:
    """What has to be true of a contract; what is left out is not asked.

    Numbers are least values. A fact that is unknown does not meet a condition, and `open_questions` names it. `place`
    is an ISO 3166 code; `rails` and `sectors` ask for any of theirs, `excluded` for none.

    >>> from renewkit.values.recipient import Recipient
    >>> Conditions(place="US-CA", trial_days=32).hold(ContractFacts("s", Recipient("UTC"), places=("US-CA",)))
    False
    """

    place: str | None = None
    rails: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    consumer: bool = False
    app: bool = False
    renews_itself: bool = False
    term_months: int | None = None
    renewal_months: int | None = None
    interval_days: int | None = None
    trial_days: int | None = None
    amount_changes: bool = False
    date_changes: bool = False
    first_or_changed: bool = False

    def hold(self, facts: ContractFacts) -> bool:
        """Whether the facts meet every condition."""
        return self.concern(facts) and self._terms(facts) and self._changes(facts)

    def open_questions(self, facts: ContractFacts) -> tuple[str, ...]:
        """Return the unknown facts on which alone it depends whether the conditions hold.

        >>> from renewkit.values.recipient import Recipient
        >>> Conditions(term_months=12).open_questions(ContractFacts("s", Recipient("UTC")))
        ('term_months',)
        """
        unknown = tuple(
            name
            for name in ("term_months", "renewal_months", "interval_days")
            if getattr(self, name) is not None and getattr(facts, name) is None
        )
        answered = attrs.evolve(facts, **{name: getattr(self, name) for name in unknown})
        return unknown if self.hold(answered) else ()

    def concern(self, facts: ContractFacts) -> bool:
        """Whether place, road of the money, trade and customer are such that they can hold, whatever the dates.

        >>> from renewkit.values.recipient import Recipient
        >>> Conditions(place="US-CA", term_months=12).concern(ContractFacts("s", Recipient("UTC"), places=("US-CA",)))
        True
        """
        return (
            (self.place is None or facts.lives_in(self.place))
            and (not self.rails or not set(self.rails).isdisjoint(facts.rails))
            and (not self.sectors or facts.sector in self.sectors)
            and facts.sector not in self.excluded
            and (facts.is_consumer or not self.consumer)
            and (facts.is_app or not self.app)
        )

    def _terms(self, facts: ContractFacts) -> bool:
        return (
            (facts.renews_itself or not self.renews_itself)
            and _reaches(facts.term_months, self.term_months)
            and _reaches(facts.renewal_months, self.renewal_months)
            and _reaches(facts.interval_days, self.interval_days)
            and _reaches(facts.trial_days, self.trial_days)
        )

    def _changes(self, facts: ContractFacts) -> bool:
        is_changed = facts.amount_changes or facts.date_changes
        return (
            (facts.amount_changes or not self.amount_changes)
            and (facts.date_changes or not self.date_changes)
            and (facts.is_first_debit or is_changed or not self.first_or_changed)
        )


@attrs.frozen(cache_hash=True)
class NoticeRule:
    """A duty to say something in a window before a date.

    `channels` are the lawful ones, in order; none means any. `contents` are keys of what the text has to say. In force
    for dates in `[effective_from, effective_to)`, judged by the day of the anchor. `agreeable` rules let the parties
    agree on another lead. `renotify_after` is how long after the announced day the old notice still serves. With a
    trial of fewer than `at_enrolment_under` days the notice is given at enrolment.

    >>> rule = NoticeRule("house-7", "Our own week", window=Window(None, Offset(-7)), anchor=Anchor.RENEWAL,
    ...                   topic=Topic.RENEWAL, source="house rule")
    >>> rule.duty.rule
    'house-7'
    """

    id: str = attrs.field(converter=identifier)
    title: str
    window: Window | None = attrs.field(kw_only=True)
    anchor: Anchor = attrs.field(kw_only=True)
    topic: Topic = attrs.field(kw_only=True)
    source: str = attrs.field(kw_only=True)
    conditions: Conditions = attrs.field(factory=Conditions, kw_only=True)
    channels: tuple[str, ...] = attrs.field(default=(), kw_only=True, converter=channel_names)
    contents: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    effective_from: pendulum.Date | None = attrs.field(
        default=None, kw_only=True, converter=attrs.converters.optional(civil_date)
    )
    effective_to: pendulum.Date | None = attrs.field(
        default=None, kw_only=True, converter=attrs.converters.optional(civil_date)
    )
    confidence: Confidence = attrs.field(default=Confidence.MEDIUM, kw_only=True)
    enabled: bool = attrs.field(default=True, kw_only=True)
    agreeable: bool = attrs.field(default=False, kw_only=True)
    renotify_after: Offset | None = attrs.field(default=None, kw_only=True)
    at_enrolment_under: int | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse a rule that is enabled without saying when, and one that is never in force."""
        if self.enabled and self.window is None:
            raise ConfigurationError("a window for an enabled rule", self.id, "say when, or leave the rule disabled")
        start, end = self.effective_from, self.effective_to
        if start is not None and end is not None and end <= start:
            raise ConfigurationError(
                "a rule that is in force for a day", f"[{start}, {end})", "put the end after the start"
            )

    @property
    def duty(self) -> Duty:
        """The rule as a step carries it. Raises `ConfigurationError` for a rule without a window."""
        if self.window is None:
            raise ConfigurationError("a rule with a window", self.id, "say when with NoticeRules.agreeing or replacing")
        return Duty(self.id, self.window, anchor=self.anchor)

    def in_force(self, day: date) -> bool:
        """Whether the rule is in force for an anchor on that day."""
        civil = civil_date(day)
        return (self.effective_from is None or self.effective_from <= civil) and (
            self.effective_to is None or civil < self.effective_to
        )

    def lacks(self, contents: tuple[str, ...]) -> tuple[str, ...]:
        """Return which of the required contents a text does not have."""
        return tuple(key for key in self.contents if key not in contents)


def _reaches(fact: int | None, least: int | None) -> bool:
    return least is None or (fact is not None and fact >= least)
