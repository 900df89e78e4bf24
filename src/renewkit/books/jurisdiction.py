"""Jurisdictions: whose law asks for notices about a contract, and what the contract is in the eyes of that law.

A contract without a jurisdiction is bound by no rule that we know of; nothing is guessed from a zone, a locale or a
currency. Not legal advice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, TypedDict

import attrs
import pendulum

from renewkit.errors import ConfigurationError, OutOfScheduleError
from renewkit.policies.cycle import Timing
from renewkit.policies.pricing import PriceHistory, PriceSchedule
from renewkit.policies.reminders import NoticeRules
from renewkit.values.facts import ContractFacts
from renewkit.values.ids import identifier
from renewkit.values.moments import resolve
from renewkit.values.months import add_months, month_index
from renewkit.values.offsets import Anchor, Offset, days_before

if TYPE_CHECKING:
    from renewkit.books.customer import Customer
    from renewkit.books.subscription import Item, Subscription
    from renewkit.values.period import ServicePeriod

__all__ = ["Jurisdiction", "contract_facts"]

_DAY: Final = timedelta(days=1)


def _places(places: Iterable[str]) -> tuple[str, ...]:
    if isinstance(places, str):
        raise ConfigurationError("several places", places, f"write ({places!r},)")
    return tuple(dict.fromkeys(identifier(place, name="place") for place in places))


@attrs.frozen(cache_hash=True)
class Jurisdiction:
    """Whose law binds the notices of a contract.

    `places` are ISO 3166 codes of where the customer lives (`"US-CA"`, `"DE"`). The customer is a consumer unless it
    is said that he is none; `is_app` says that the service is sold in an app. `refuse_by` is the last day on which the
    customer can still refuse a renewal, counted from it. `rules` are your own set, None those that we know. Raises
    `ConfigurationError` without a place.

    >>> Jurisdiction(("US-IL",), refuse_by=days_before(30)).places
    ('US-IL',)
    """

    places: tuple[str, ...] = attrs.field(converter=_places)
    is_consumer: bool = attrs.field(default=True, kw_only=True)
    is_app: bool = attrs.field(default=False, kw_only=True)
    refuse_by: Offset = attrs.field(default=days_before(1), kw_only=True)
    rules: NoticeRules | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse a jurisdiction that is nowhere, and a day to refuse that is none."""
        if not self.places:
            raise ConfigurationError("a place", "none", "leave the jurisdiction out where no rule is to bind")
        if self.refuse_by.is_elapsed or self.refuse_by.count > 0:
            raise ConfigurationError("days or months before the renewal", str(self.refuse_by), "use days_before(n)")


def contract_facts(
    subscription: Subscription, customer: Customer, service: ServicePeriod | None, *, about: str | None = None
) -> ContractFacts:
    """Return what notice rules may know of a contract, with the dates around the start of a service period.

    The charge is an instant, everything else a civil day. A renewal, and the last day to refuse it, are dates only
    where the period begins a new term; the end of a trial or of a promotion, and a price change, where it begins after
    one. What the books do not know stays at its default. `about` is the contract's id by default.
    """
    law, instrument = subscription.terms.jurisdiction, customer.instrument
    ahead: _Ahead = {} if service is None else _ahead(subscription, service)
    is_charged = subscription.terms.collection.value == "charge" and instrument is not None
    return ContractFacts(
        subscription.id if about is None else about,
        customer.recipient,
        places=() if law is None else law.places,
        rails=(instrument.network,) if is_charged and instrument is not None and instrument.network else (),
        sector=subscription.trade,
        is_consumer=law is None or law.is_consumer,
        is_app=law is not None and law.is_app,
        **ahead,
    )


class _Ahead(TypedDict, total=False):
    """What is known of a service period ahead."""

    anchors: dict[Anchor, date]
    renews_itself: bool
    term_months: int | None
    renewal_months: int | None
    interval_days: int
    trial_days: int | None
    amount_changes: bool
    date_changes: bool
    is_first_debit: bool


def _ahead(subscription: Subscription, service: ServicePeriod) -> _Ahead:
    start, terms = service.period.start, subscription.terms
    position = subscription.position(start)
    is_first = start <= subscription.starts_on
    free = _free_days(subscription, service, position, is_first=is_first)
    before = service.reference if is_first else subscription.cycle.period_at(start - _DAY)
    is_dearer = not is_first and _price_changes(subscription, start, before.start, position)
    was_stub = not is_first and before.start < subscription.starts_on
    months = _months(_term_of(subscription, service))
    return {
        "anchors": _dates(subscription, service, position, is_free=free is not None, is_dearer=is_dearer),
        "renews_itself": subscription.ends_on is None and terms.renews != 0,
        "term_months": months,
        "renewal_months": months,
        "interval_days": service.reference.days,
        "trial_days": free,
        "amount_changes": is_dearer or (not is_first and (service.is_stub or was_stub)),
        "date_changes": start != service.reference.start and not is_first,
        "is_first_debit": is_first,
    }


def _dates(
    subscription: Subscription, service: ServicePeriod, position: int, *, is_free: bool, is_dearer: bool
) -> dict[Anchor, date]:
    terms, cycle, start = subscription.terms, subscription.cycle, service.period.start
    billed_on = start if terms.timing is Timing.ADVANCE else service.period.end
    charged_on = billed_on - timedelta(days=terms.lead_days)
    dates: dict[Anchor, date] = {
        Anchor.CHARGE: resolve(datetime.combine(charged_on, cycle.at), cycle.zone),
        Anchor.DUE: billed_on + timedelta(days=terms.due_days),
    }
    if position > 0 and start == service.reference.start and position % (terms.term or 1) == 0:
        dates[Anchor.RENEWAL] = start
        if terms.jurisdiction is not None:
            dates[Anchor.CANCELLATION] = terms.jurisdiction.refuse_by.day_from(start)
    if is_free:
        dates[Anchor.TRIAL_END] = start
    if is_dearer:
        dates[Anchor.PRICE_CHANGE] = start
    return dates


def _free_days(subscription: Subscription, service: ServicePeriod, position: int, *, is_first: bool) -> int | None:
    """Return how long the trial or the promotion lasted that ends where a service period begins, None for none."""
    start = service.period.start
    if is_first:
        return None if subscription.trial_from is None else (start - subscription.trial_from).days
    if not any(_ends_promotion(item, position) for item in subscription.items) or start != service.reference.start:
        return None
    return (start - subscription.cycle.boundary(subscription.cycle.index_at(start) - position)).days


def _ends_promotion(item: Item, position: int) -> bool:
    return isinstance(item.price, PriceSchedule) and item.price.phases[0].periods == position


def _price_changes(subscription: Subscription, start: pendulum.Date, before: pendulum.Date, position: int) -> bool:
    last = subscription.position(before)
    return any(
        isinstance(item.price, PriceSchedule | PriceHistory)
        and item.price_of(start, position=position, renewal=subscription.renewal(position))
        != item.price_of(before, position=last, renewal=subscription.renewal(last))
        for item in subscription.items
    )


def _term_of(subscription: Subscription, service: ServicePeriod) -> tuple[pendulum.Date, pendulum.Date] | None:
    cycle, start = subscription.cycle, service.reference.start
    try:
        return start, cycle.boundary(cycle.index_at(start) + (subscription.terms.term or 1))
    except OutOfScheduleError:
        return None


def _months(term: tuple[pendulum.Date, pendulum.Date] | None) -> int | None:
    """Return how many whole months a term has, None for one whose end is not known."""
    if term is None:
        return None
    start, end = term
    months = month_index(end) - month_index(start)
    return months if add_months(start, months) <= end else months - 1
