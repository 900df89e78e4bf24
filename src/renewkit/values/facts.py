"""What a policy may know of a contract: plain facts about the parties, the terms, the money's road and the dates ahead.

Policies see a contract only as this value; `Subscription.facts()` builds it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from datetime import date, datetime

import attrs
import pendulum

from renewkit.errors import ConfigurationError
from renewkit.values.ids import identifier
from renewkit.values.moments import civil_date, instant
from renewkit.values.number import whole
from renewkit.values.offsets import Anchor
from renewkit.values.recipient import Recipient

__all__ = ["AnchorDate", "ContractFacts"]


@attrs.frozen
class AnchorDate:
    """When something happens: on a civil date, or at an instant where the hour matters.

    Raises `ConfigurationError` for both and for neither.

    >>> AnchorDate(Anchor.RENEWAL, date(2027, 3, 1)).when
    Date(2027, 3, 1)
    """

    anchor: Anchor
    on: pendulum.Date | None = attrs.field(default=None, converter=attrs.converters.optional(civil_date))
    at: pendulum.DateTime | None = attrs.field(default=None, kw_only=True, converter=attrs.converters.optional(instant))

    def __attrs_post_init__(self) -> None:
        """Refuse a date that is unknown or said twice."""
        if (self.on is None) == (self.at is None):
            got = f"on={self.on}, at={self.at}"
            raise ConfigurationError(f"a date or an instant of {self.anchor.value}", got, "give one of the two")

    @property
    def when(self) -> date:
        """The date, or the instant."""
        known = self.on if self.at is None else self.at
        assert known is not None
        return known


def _anchor_dates(dates: Mapping[Anchor, date] | Iterable[AnchorDate]) -> tuple[AnchorDate, ...]:
    if isinstance(dates, Mapping):
        return tuple(itertools.starmap(_anchor_date, dates.items()))
    return tuple(dates)


def _anchor_date(anchor: Anchor, when: date) -> AnchorDate:
    return AnchorDate(anchor, at=when) if isinstance(when, datetime) else AnchorDate(anchor, when)


def _words(words: Iterable[str]) -> tuple[str, ...]:
    if isinstance(words, str):
        raise ConfigurationError("several words", words, f"write ({words!r},)")
    return tuple(dict.fromkeys(identifier(word) for word in words))


@attrs.frozen
class ContractFacts:
    """The facts that duties and risks depend on; what is unknown stays at its default.

    `anchors` are the dates ahead (a mapping from `Anchor` to a civil date or an instant). `places` are ISO 3166 codes
    of where the customer lives (`"US-CA"`, `"DE"`), `rails` the roads that the money takes (`"visa"`, `"ach"`).
    Terms are counted in months, the trial or promotion and the billing interval in days. `sector` is the trade,
    `is_app` says that the service is sold in an app.

    >>> facts = ContractFacts("s1", Recipient("America/Los_Angeles"), places=("US-CA",), term_months=12)
    >>> facts.lives_in("US"), facts.lives_in("US-CA"), facts.lives_in("US-NY")
    (True, True, False)
    """

    about: str = attrs.field(converter=identifier)
    recipient: Recipient
    anchors: tuple[AnchorDate, ...] = attrs.field(default=(), kw_only=True, converter=_anchor_dates)
    places: tuple[str, ...] = attrs.field(default=(), kw_only=True, converter=_words)
    rails: tuple[str, ...] = attrs.field(default=(), kw_only=True, converter=_words)
    sector: str = attrs.field(default="", kw_only=True)
    is_consumer: bool = attrs.field(default=True, kw_only=True)
    is_app: bool = attrs.field(default=False, kw_only=True)
    renews_itself: bool = attrs.field(default=True, kw_only=True)
    term_months: int | None = attrs.field(default=None, kw_only=True)
    renewal_months: int | None = attrs.field(default=None, kw_only=True)
    interval_days: int | None = attrs.field(default=None, kw_only=True)
    trial_days: int | None = attrs.field(default=None, kw_only=True)
    amount_changes: bool = attrs.field(default=False, kw_only=True)
    date_changes: bool = attrs.field(default=False, kw_only=True)
    is_first_debit: bool = attrs.field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse negative lengths and two dates for one anchor."""
        for name in ("term_months", "renewal_months", "interval_days", "trial_days"):
            length = getattr(self, name)
            if length is not None:
                whole(length, least=0, name=name)
        named = [each.anchor.value for each in self.anchors]
        if len(set(named)) < len(named):
            raise ConfigurationError("one date for each anchor", named, "name the next one only")

    @property
    def dates(self) -> dict[Anchor, date]:
        """The dates ahead by anchor, as `ReminderPlan.due` takes them."""
        return {each.anchor: each.when for each in self.anchors}

    def lives_in(self, place: str) -> bool:
        """Whether the customer lives in a country or in one of its states."""
        return any(own == place or own.startswith(f"{place}-") for own in self.places)
