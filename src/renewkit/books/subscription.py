"""Subscriptions: what was agreed (items, cycle, terms) and where the contract stands.

The agreement stores the price *values* it was sold at, so a new catalogue never changes an old contract. `Standing`
is the only part that the engine replaces. See also: contract, policy (insurance), membership, 訂閱.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import attrs
import pendulum
from moneyed import Currency

from renewkit.books.audit import GENESIS, Head
from renewkit.books.jurisdiction import Jurisdiction, contract_facts
from renewkit.books.lifecycle import Status
from renewkit.errors import ConfigurationError, CurrencyMismatchError
from renewkit.policies.cycle import BillingCycle, Cycle, FixedDates, Timing
from renewkit.policies.fees import LateFees
from renewkit.policies.overdue import OverdueAct, OverdueLadder, grace_ladder
from renewkit.policies.pricing import Price, PriceHistory, PriceSchedule
from renewkit.policies.reminders import Due, ReminderPlan
from renewkit.policies.retry import STANDARD_RETRIES, RetryPolicy
from renewkit.values.daycount import DayCount, ProrationPolicy, StubReference
from renewkit.values.decline import Attempt
from renewkit.values.ids import identifier
from renewkit.values.moments import civil_date
from renewkit.values.money import Rounding
from renewkit.values.number import count, whole
from renewkit.values.period import Period, ServicePeriod
from renewkit.values.problem import Problem

if TYPE_CHECKING:
    from datetime import date
    from typing import Final

    from renewkit.books.customer import Customer
    from renewkit.values.facts import ContractFacts

__all__ = [
    "Collection",
    "DebitNotice",
    "Item",
    "Noticed",
    "Reminded",
    "Rung",
    "Standing",
    "Subscription",
    "Terms",
    "Timing",
]

_BILLED_AT: Final = (Timing.ADVANCE, Timing.ARREARS)


class Collection(Enum):
    """Who moves the money."""

    CHARGE = "charge"
    """We pull: the customer's instrument is charged when the invoice is issued."""
    INVOICE = "invoice"
    """The customer pushes: bank transfer, counter or link, settled when the payment is recorded."""


@attrs.frozen(cache_hash=True)
class Item:
    """One thing that is sold: a price (or phases, or a history of changes) and how many.

    Raises `RangeError` for a negative quantity and `ExactNumberError` for a float.
    """

    id: str = attrs.field(converter=identifier)
    price: Price | PriceSchedule | PriceHistory
    quantity: Fraction = attrs.field(default=Fraction(1), kw_only=True, converter=count)

    @property
    def currency(self) -> Currency:
        """The currency of the price; `ConfigurationError` for a percentage, which has none of its own."""
        price = self._first_price()
        if price.currency is None:
            raise ConfigurationError(
                "a price with a currency", self.id, "give the percentage a fixed part or a minimum"
            )
        return price.currency

    def price_of(self, start: date, *, position: int, renewal: int) -> Price:
        """Return the price of the period that starts on a day, in the contract's `position`-th cycle and `renewal`."""
        if isinstance(self.price, PriceSchedule):
            return self.price.price_at(position, renewal=renewal)
        return self.price.price_for(start) if isinstance(self.price, PriceHistory) else self.price

    def _first_price(self) -> Price:
        if isinstance(self.price, PriceSchedule):
            return self.price.phases[0].price
        return self.price.sold if isinstance(self.price, PriceHistory) else self.price


@attrs.frozen(kw_only=True, cache_hash=True)
class Terms:
    """How a contract is collected, renewed, chased and ended. All counts are civil days, or cycles where it says so.

    * `lead_days`: the invoice is issued this long before its period starts (ends, in arrears), so that reminders and
      retries come before the boundary; `due_days`: it is due this long after.
    * `grace_days`: how long an unpaid contract is served after the due date; `lapse_days`: how long until it ends,
      None for never by itself. `overdue` is a ladder of states that stands in place of both.
    * `late_fees`: what an invoice that is paid late costs more, on an invoice of its own; None for nothing.
    * `timing`: a period is billed at its start (ADVANCE) or at its end (ARREARS).
    * `term`: cycles per term, None for evergreen; `renews`: how often the term renews, None for until cancelled.
    * `jurisdiction`: whose law asks for notices; None where no rule binds.
    * `proration`: what stubs cost; it counts days, and `rounding` settles each line.
    """

    collection: Collection = Collection.CHARGE
    timing: Timing = Timing.ADVANCE
    lead_days: int = 0
    due_days: int = 0
    grace_days: int = 14
    lapse_days: int | None = None
    overdue: OverdueLadder | None = None
    late_fees: LateFees | None = None
    term: int | None = None
    renews: int | None = None
    retry: RetryPolicy = STANDARD_RETRIES
    reminders: ReminderPlan = attrs.field(factory=lambda: ReminderPlan(()))
    jurisdiction: Jurisdiction | None = None
    rounding: Rounding = Rounding.HALF_UP
    proration: ProrationPolicy = attrs.field(factory=ProrationPolicy)

    def __attrs_post_init__(self) -> None:
        """Refuse negative day counts, an end before the grace is over, and what no contract can be billed by."""
        for name in ("lead_days", "due_days", "grace_days"):
            whole(getattr(self, name), least=0, name=name)
        if self.term is not None:
            whole(self.term, least=1, name="cycles per term")
        if self.renews is not None:
            whole(self.renews, least=0, name="renewals of the term")
        if self.renews is not None and self.term is None:
            raise ConfigurationError(
                "a term beside a number of renewals", "renews without term", "say how long a term is"
            )
        if self.lapse_days is not None and self.lapse_days < self.grace_days:
            got = f"lapse_days={self.lapse_days}, grace_days={self.grace_days}"
            raise ConfigurationError(
                "a lapse on or after the end of grace", got, "choose lapse_days of at least grace_days"
            )
        if self.timing not in _BILLED_AT:
            raise ConfigurationError(
                "billing at the start or the end of a period", self.timing, "choose one of the two"
            )
        if self.proration.by is DayCount.SECONDS:
            raise ConfigurationError(
                "a day count of civil days", self.proration.by, "choose DayCount.ACTUAL or another"
            )

    @property
    def ladder(self) -> OverdueLadder:
        """The overdue states: those agreed, else the ones that `grace_days` and `lapse_days` stand for."""
        return self.overdue or grace_ladder(self.grace_days, self.lapse_days)

    @property
    def served_days(self) -> int | None:
        """How many days after the due day an unpaid contract is still served; None for as long as it lasts."""
        ladder = self.ladder
        stops = [ladder.after_days(act) for act in (OverdueAct.SUSPEND, OverdueAct.TERMINATE)]
        return min((max(days - 1, 0) for days in stops if days is not None), default=None)

    @property
    def ends_days(self) -> int | None:
        """How many days after the due day an unpaid contract still exists; None where it never ends by itself."""
        days = self.ladder.after_days(OverdueAct.TERMINATE)
        return None if days is None else max(days - 1, 0)


@attrs.frozen
class Reminded:
    """Up to which instant reminders have been considered, and which of those found wait for a decent hour."""

    until: pendulum.DateTime | None = None
    waiting: tuple[Due, ...] = ()


@attrs.frozen
class DebitNotice:
    """That the payer was told of the debit of an invoice, and when the message was asked for."""

    invoice_id: str
    at: pendulum.DateTime


@attrs.frozen(kw_only=True)
class Noticed:
    """Which notices of duty have been given for the periods ahead.

    `until` is the instant up to which they have been considered, `given` are the keys of those asked for since the
    period of that instant began, `waiting` those that wait for a decent hour. `lacking` stands for what the reminder
    plan was last found to lack, so that the same is not reported again. `debits` are the notices of debits among them.
    """

    until: pendulum.DateTime
    given: tuple[str, ...] = ()
    waiting: tuple[Due, ...] = ()
    lacking: str = ""
    debits: tuple[DebitNotice, ...] = ()


@attrs.frozen
class Rung:
    """Where an unpaid contract stands on its overdue ladder, since which day, and which state waits for its notice."""

    state: str | None
    since: pendulum.Date
    held: str = ""


@attrs.frozen(kw_only=True)
class Standing:
    """Where a contract stands; replaced by the engine and by nobody else.

    `billed_until` is the first civil day that no invoice covers yet. `revision` counts schedule changes and is part of
    every item key. `rung` is the overdue state that was entered last, None while none is. `parked` says why planning
    stopped and how to release it.

    `attempts` are those on the customer's instruments that a network's rules may still count, of closed invoices as
    well: declines and the tries right after them. A contract that always pays has none. `instrument_set` is when the
    customer's payment method was last changed. `origin` is the number that the schedule in force gives to the
    contract's first cycle, where the schedule was moved.
    """

    status: Status = Status.DRAFT
    billed_until: pendulum.Date | None = None
    cancel_on: pendulum.Date | None = None
    ended_on: pendulum.Date | None = None
    reason: str = ""
    revision: int = 0
    reminded: Reminded = Reminded()
    noticed: Noticed | None = None
    rung: Rung | None = None
    parked: Problem | None = None
    attempts: tuple[Attempt, ...] = ()
    instrument_set: pendulum.DateTime | None = None
    origin: int | None = None
    head: Head = GENESIS


def _items(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(items)


@attrs.frozen
class Subscription:
    """A contract: items sold on a cycle under terms, billed from `starts_on` (the cycle's anchor by default).

    A contract that is taken over from another system keeps its anchor and starts on the first day that was not billed
    there. A cycle without an anchor (`SemiMonthly(1, 15)`) counts from `starts_on`, which must then be given; one of
    listed dates ends with its last date. `trial_from` is the first day of free service before `starts_on`; `ends_on`
    the first day without service, None for open; `trade` a label that reports group by. Raises `ConfigurationError`
    without items, `CurrencyMismatchError` for items in two currencies, `OutOfScheduleError` for a start outside a
    cycle of listed dates.
    """

    id: str = attrs.field(converter=identifier)
    customer_id: str = attrs.field(converter=identifier)
    items: tuple[Item, ...] = attrs.field(kw_only=True, converter=_items)
    cycle: Cycle = attrs.field(kw_only=True)
    terms: Terms = attrs.field(factory=Terms, kw_only=True)
    starts_on: pendulum.Date = attrs.field(
        default=attrs.Factory(lambda self: _first_day(self.cycle), takes_self=True),
        kw_only=True,
        converter=civil_date,
    )
    ends_on: pendulum.Date | None = attrs.field(
        default=None, kw_only=True, converter=attrs.converters.optional(civil_date)
    )
    trial_from: pendulum.Date | None = attrs.field(
        default=None, kw_only=True, converter=attrs.converters.optional(civil_date)
    )
    trade: str = attrs.field(default="", kw_only=True)
    catalogue_version: str = attrs.field(default="", kw_only=True)
    standing: Standing = attrs.field(factory=Standing, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse a contract that cannot be billed."""
        if not self.items:
            raise ConfigurationError("at least one item", "none", "give the subscription what it sells")
        if len({item.id for item in self.items}) < len(self.items):
            raise ConfigurationError("items with ids of their own", [item.id for item in self.items], "rename one")
        codes = {item.currency.code for item in self.items}
        if len(codes) > 1:
            raise CurrencyMismatchError("items in one currency", sorted(codes), "make one subscription per currency")
        fees = self.terms.late_fees
        if fees is not None and fees.currency not in (None, self.currency):
            raise CurrencyMismatchError(self.currency.code, fees.currency.code, "name late fees in the items' currency")
        if self.ends_on is not None and self.ends_on <= self.starts_on:
            raise ConfigurationError(f"an end after the start {self.starts_on}", str(self.ends_on), "move the end")
        if self.trial_from is not None and self.trial_from >= self.starts_on:
            raise ConfigurationError(
                f"a trial before the start {self.starts_on}", str(self.trial_from), "move the trial"
            )
        if isinstance(self.cycle, BillingCycle):
            return
        if self.terms.proration.stub_reference is not StubReference.CYCLE:
            got = f"{self.terms.proration.stub_reference} with {type(self.cycle).__name__}"
            raise ConfigurationError("stubs measured by their own cycle", got, "use StubReference.CYCLE")
        self._origin()

    @property
    def currency(self) -> Currency:
        """The one currency of all items."""
        return self.items[0].currency

    @property
    def billed_until(self) -> pendulum.Date:
        """The first civil day that no invoice covers yet."""
        return self.standing.billed_until or self.starts_on

    @property
    def final_day(self) -> pendulum.Date | None:
        """The first day without service, where known: the agreed end, the last term's or date's, or a cancellation."""
        known = (self.ends_on, self._last_boundary(), self.standing.cancel_on)
        return min((day for day in known if day is not None), default=None)

    def standing_at(self, standing: Standing) -> Subscription:
        """Return the contract with another standing.

        A standing changes several times in each plan, and nothing of the agreement with it: nothing is checked again.
        """
        moved = object.__new__(Subscription)
        for name in _FIELDS:
            object.__setattr__(moved, name, getattr(self, name))
        object.__setattr__(moved, "standing", standing)
        return moved

    def facts(self, customer: Customer, *, service: ServicePeriod | None = None) -> ContractFacts:
        """Return what policies may know of the contract, around the start of a service period ahead.

        By default that is the next one that has not been billed; a contract that has run out has no dates ahead.
        """
        coming = self.service_from(self.billed_until) if service is None else service
        return contract_facts(self, customer, coming)

    def position(self, day: date) -> int:
        """Return which of the contract's cycles a day lies in; 0 is the first.

        A contract that was taken over counts from its anchor, so that phases and terms go on where they were.
        """
        return self.cycle.index_at(day) - self._origin()

    def renewal(self, position: int) -> int:
        """Return how many renewals lie before a cycle: 0 in the first term; evergreen contracts renew every cycle."""
        return position // (self.terms.term or 1)

    def service_from(self, day: pendulum.Date) -> ServicePeriod | None:
        """Return the service period that starts on a day, None where service is over by then.

        It ends with its cycle, or earlier on the contract's final day.
        """
        final = self.final_day
        if final is not None and day >= final:
            return None
        reference = self.cycle.period_at(day)
        end = reference.end if final is None else min(reference.end, final)
        return ServicePeriod(Period(day, end), reference)

    def _last_boundary(self) -> pendulum.Date | None:
        listed = len(self.cycle.dates) - 1 if isinstance(self.cycle, FixedDates) else None
        term, renews = self.terms.term, self.terms.renews
        agreed = None if term is None or renews is None else self._origin() + term * (renews + 1)
        known = [number for number in (listed, agreed) if number is not None]
        return self.cycle.boundary(min(known)) if known else None

    def _origin(self) -> int:
        if self.standing.origin is not None:
            return self.standing.origin
        anchored = _has_anchor(self.cycle)
        return self.cycle.index_at(min(self.starts_on, self.cycle.anchor) if anchored else self.starts_on)


def _has_anchor(cycle: Cycle) -> bool:
    """Whether the anchor says where the contract began; that of `SemiMonthly(1, 15)` only numbers its boundaries."""
    return isinstance(cycle, BillingCycle | FixedDates) or cycle.anchor != attrs.fields(type(cycle)).anchor.default


def _first_day(cycle: Cycle) -> pendulum.Date:
    if _has_anchor(cycle):
        return cycle.anchor
    raise ConfigurationError("a start, or a cycle with an anchor", cycle, "pass starts_on, the first day of service")


_FIELDS: Final = tuple(field.name for field in attrs.fields(Subscription))
