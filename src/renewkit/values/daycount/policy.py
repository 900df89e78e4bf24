"""What is billed for a part of a period: the policy and the words that it is made of."""

from __future__ import annotations

from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Final

import attrs

from renewkit.errors import ConfigurationError, RangeError
from renewkit.values.daycount.convention import DayCount, check_granularity, fraction
from renewkit.values.moments import civil_date, instant
from renewkit.values.money import Rounding, round_ratio
from renewkit.values.number import fraction as exact_number
from renewkit.values.number import whole
from renewkit.values.period import Period, ServicePeriod, Span

__all__ = [
    "ChangeDay",
    "ChargeMode",
    "CreditMode",
    "EarlierCredits",
    "ProrationPolicy",
    "RoundingScope",
    "ShortRate",
    "StubCharge",
    "StubReference",
]

_PLACES: Final = 18


class RoundingScope(Enum):
    """What is rounded when an amount is prorated."""

    CUMULATIVE = "cumulative"
    """The running total at each cut, so that the parts sum to the whole and cuts may be added or removed."""
    PER_LINE = "per_line"
    """Each part alone, as most billing systems do; the parts may miss the whole by a few minor units."""


class StubReference(Enum):
    """The whole that a stub is a part of."""

    CYCLE = "cycle"
    """The cycle of the schedule in which the stub lies."""
    FROM_START = "from_start"
    """One cycle counted from the stub's own start, as if the anchor were there (Stripe backdating)."""
    EDGE = "edge"
    """One cycle counted from the boundary that the stub touches, in plain months from that day (Kill Bill)."""


class StubCharge(Enum):
    """What a stub costs."""

    PRORATED = "prorated"
    """Its share."""
    FREE = "free"
    """Nothing."""
    FULL = "full"
    """As much as a whole cycle."""


class CreditMode(Enum):
    """What is given back of a price that ends early."""

    PRORATED = "prorated"
    """The unused share."""
    FULL = "full"
    """All of it, as if the period had never been sold."""
    NONE = "none"
    """Nothing."""


class ChargeMode(Enum):
    """What the new price costs for the rest of the period."""

    PRORATED = "prorated"
    """The remaining share."""
    FULL = "full"
    """All of it; with `CreditMode.FULL` the customer pays the full difference."""
    NONE = "none"
    """Nothing before the next renewal."""


class ChangeDay(Enum):
    """To which price the day of a change belongs."""

    NEW = "new"
    """To the new price: the old one is used up to the day before."""
    OLD = "old"
    """To the old price: the day counts as used (Lago's terminations, Samsung)."""


class EarlierCredits(Enum):
    """How credits that were already given on the same charge count."""

    LIMIT = "limit"
    """They lower the limit: `min(unused, paid - credited)`."""
    DEDUCT = "deduct"
    """They are taken off: `min(unused, paid) - credited` (Lago)."""


@attrs.frozen
class ShortRate:
    """The unused share less a penalty, as insurers return premiums when the customer cancels.

    `penalty` is a share from 0 to 1. Source: short-rate cancellation, pro rata times 0.90.

    >>> ShortRate("0.10").kept
    Fraction(9, 10)
    """

    penalty: Fraction = attrs.field(converter=exact_number)

    def __attrs_post_init__(self) -> None:
        """Refuse a penalty that is no share."""
        if not 0 <= self.penalty <= 1:
            raise RangeError("a penalty from 0 to 1", str(self.penalty), 'write ten per cent as "0.10"')

    @property
    def kept(self) -> Fraction:
        """The share of the unused part that goes back to the customer."""
        return 1 - self.penalty


@attrs.frozen
class ProrationPolicy:
    """How a part of a period becomes money.

    `by` counts the days, `rounding` and `rounding_scope` say how amounts are rounded; `fraction_places` rounds the
    share itself first (half up), for systems that keep it in a decimal column. `stub_reference` names the whole that a
    stub belongs to, `leading_stub` and `trailing_stub` what it costs. A change in mid-period gives back by `credit` and
    costs by `charge`; `change_day` says which price its day belongs to, `earlier_credits` how earlier credits count.

    Raises `ConfigurationError` for an option of the wrong type, `RangeError` for places outside 0 to 18.

    >>> from datetime import date
    >>> january = Period(date(2024, 1, 1), date(2024, 2, 1))
    >>> ProrationPolicy(DayCount.FIXED_30).share(january, of=january)
    Fraction(1, 1)
    """

    by: DayCount = DayCount.ACTUAL
    rounding: Rounding = Rounding.HALF_UP
    rounding_scope: RoundingScope = attrs.field(default=RoundingScope.CUMULATIVE, kw_only=True)
    stub_reference: StubReference = attrs.field(default=StubReference.CYCLE, kw_only=True)
    leading_stub: StubCharge = attrs.field(default=StubCharge.PRORATED, kw_only=True)
    trailing_stub: StubCharge = attrs.field(default=StubCharge.PRORATED, kw_only=True)
    credit: CreditMode | ShortRate = attrs.field(default=CreditMode.PRORATED, kw_only=True)
    charge: ChargeMode = attrs.field(default=ChargeMode.PRORATED, kw_only=True)
    change_day: ChangeDay = attrs.field(default=ChangeDay.NEW, kw_only=True)
    earlier_credits: EarlierCredits = attrs.field(default=EarlierCredits.LIMIT, kw_only=True)
    fraction_places: int | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse options that are not of their kind."""
        for name, kinds in _KINDS.items():
            value = getattr(self, name)
            if not isinstance(value, kinds):
                expected = " or ".join(kind.__name__ for kind in kinds)
                raise ConfigurationError(f"{expected} as {name}", value, f"choose a member of {expected}")
        if self.fraction_places is not None:
            whole(self.fraction_places, least=0, most=_PLACES, name="decimal places of a fraction")

    def share(self, part: Period | Span, *, of: Period | Span) -> Fraction:
        """Return the share that is billed for a part of a reference: 1 for the whole, at most 1 for a part inside.

        A part that reaches beyond its reference is measured as it is and may exceed 1.

        >>> from datetime import date
        >>> half = Period(date(2024, 2, 1), date(2024, 2, 16)), Period(date(2024, 2, 1), date(2024, 3, 1))
        >>> ProrationPolicy(DayCount.FIXED_30).share(half[0], of=half[1])
        Fraction(1, 2)
        """
        if part == of:
            check_granularity(part, self.by)
            return Fraction(1)
        raw = fraction(part, of=of, by=self.by)
        if self.fraction_places is not None:
            scale = 10**self.fraction_places
            raw = Fraction(round_ratio(raw.numerator * scale, raw.denominator, Rounding.HALF_UP), scale)
        inside = of.start <= part.start and part.end <= of.end
        return min(max(raw, Fraction(0)), Fraction(1)) if inside else raw

    def elapsed(self, until: date, *, of: Period | Span) -> Fraction:
        """Return the share of a reference up to a day, or up to an instant of a `Span`: 0 at its start, 1 at its end.

        >>> from datetime import date
        >>> ProrationPolicy().elapsed(date(2024, 2, 11), of=Period(date(2024, 2, 1), date(2024, 3, 1)))
        Fraction(10, 29)
        """
        edge: date = instant(until) if isinstance(of, Span) else civil_date(until)  # type: ignore[arg-type]  # instant checks
        if edge == of.start:
            return Fraction(0)
        return self.share(type(of)(of.start, edge), of=of)  # type: ignore[arg-type]  # the edge is of the reference's own kind

    def service_share(self, service: ServicePeriod) -> Fraction:
        """Return how many whole prices a service period costs, stubs by the policy.

        A service that starts late in its reference is a leading stub, one that ends early a trailing stub. Where it is
        both, it is free if either is free, full if both are full, and prorated otherwise.

        >>> from datetime import date
        >>> cycle = Period(date(2024, 1, 15), date(2024, 2, 15))
        >>> late = ServicePeriod(Period(date(2024, 2, 1), date(2024, 2, 15)), cycle)
        >>> ProrationPolicy().service_share(late), ProrationPolicy(leading_stub=StubCharge.FREE).service_share(late)
        (Fraction(14, 31), Fraction(0, 1))
        """
        period, reference = service.period, service.reference
        charges = {self.leading_stub} if period.start > reference.start else set()
        if period.end < reference.end:
            charges.add(self.trailing_stub)
        return self.stub_share(period, of=reference, charges=frozenset(charges))

    def stub_share(self, part: Period, *, of: Period, charges: frozenset[StubCharge]) -> Fraction:
        """Return how many whole prices a part costs when these rules apply to it; no rule means that it is prorated.

        >>> from datetime import date
        >>> part, month = Period(date(2024, 2, 1), date(2024, 2, 15)), Period(date(2024, 2, 1), date(2024, 3, 1))
        >>> ProrationPolicy().stub_share(part, of=month, charges=frozenset({StubCharge.FULL}))
        Fraction(1, 1)
        """
        if StubCharge.FREE in charges:
            return Fraction(0)
        return Fraction(1) if charges == {StubCharge.FULL} else self.share(part, of=of)


_KINDS: Final[dict[str, tuple[type, ...]]] = {
    "by": (DayCount,),
    "rounding": (Rounding,),
    "rounding_scope": (RoundingScope,),
    "stub_reference": (StubReference,),
    "leading_stub": (StubCharge,),
    "trailing_stub": (StubCharge,),
    "credit": (CreditMode, ShortRate),
    "charge": (ChargeMode,),
    "change_day": (ChangeDay,),
    "earlier_credits": (EarlierCredits,),
}
