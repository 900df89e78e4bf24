"""Parts of an amount: cut a period and its price, or price one part of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Final, TypeVar

import pendulum
from moneyed import Money

from renewkit.errors import ConfigurationError, DateExpectedError, RangeError
from renewkit.values.daycount import DayCount, ProrationPolicy, RoundingScope, check_granularity
from renewkit.values.moments import civil_date, instant
from renewkit.values.money import ExactMoney, Rounding, from_minor, round_ratio, to_minor
from renewkit.values.number import Number, count, whole
from renewkit.values.period import Period, ServicePeriod, Span

__all__ = [
    "DEFAULT",
    "Amount",
    "check_kinds",
    "grant",
    "minus",
    "portion",
    "prorate",
    "remaining",
    "scaled",
    "service_amount",
]

Amount = TypeVar("Amount", Money, ExactMoney)
"""Money, rounded to minor units, or ExactMoney, not rounded at all: what comes in goes out."""

DEFAULT: Final = ProrationPolicy()
"""Actual days, rounded half up, cumulatively."""

# Members of an Enum are slow to look up; these stand on the fast path.
_ACTUAL: Final = DayCount.ACTUAL
_CUMULATIVE: Final = RoundingScope.CUMULATIVE
_HALF_UP: Final = Rounding.HALF_UP
_DATES: Final = (date, pendulum.Date)


def prorate(
    amount: Amount, *, over: Period | Span, at: date | Iterable[date], policy: ProrationPolicy = DEFAULT
) -> tuple[Amount, ...]:
    """Return an amount cut into parts where its period is cut: always one part more than there are cuts, in time order.

    Money is rounded cumulatively by default: each part is the difference of two rounded running totals, so the parts
    sum to the whole, each errs by less than one minor unit (by one at most under HALF_EVEN, between two ties), and a
    further cut changes only the part that it cuts. `RoundingScope.PER_LINE` rounds each part alone. ExactMoney is not
    rounded. A cut at an edge gives a part of nothing; of a `Span` the cuts are instants.

    Raises `RangeError` for a cut outside, `GranularityError` when days and instants are mixed.

    >>> from renewkit import usd
    >>> march = Period(date(2024, 3, 1), date(2024, 4, 1))
    >>> prorate(usd("29.99"), over=march, at=[date(2024, 3, 10)])
    (Money('8.71', 'USD'), Money('21.28', 'USD'))
    """
    if type(amount) is Money and type(over) is Period and (policy is DEFAULT or _is_quick(policy)):
        return _quick_parts(amount, over, _listed(at), policy.rounding)  # pyright: ignore[reportReturnType]  # it is Money
    check_kinds(over, policy)
    cuts = _cuts(over, at)
    if isinstance(amount, ExactMoney):
        return tuple([amount * share for share in _shares(over, cuts, policy)])
    return tuple([from_minor(part, amount.currency) for part in _minor_parts(to_minor(amount), over, cuts, policy)])


def portion(amount: Amount, part: Period | Span, *, of: Period | Span, policy: ProrationPolicy = DEFAULT) -> Amount:
    """Return what one part of a period costs, rounded alone; `of` is the period that the whole amount pays for.

    Raises `RangeError` for a part that reaches beyond the period (`BillingCycle.measure` counts longer service), and
    `GranularityError` when days and instants are mixed.

    >>> from renewkit import usd
    >>> march = Period(date(2024, 3, 1), date(2024, 4, 1))
    >>> portion(usd("29.99"), Period(date(2024, 3, 10), date(2024, 4, 1)), of=march)
    Money('21.28', 'USD')
    """
    check_kinds(of, policy)
    if type(part) is not type(of):
        check_kinds(part, policy)
    if not (of.start <= part.start and part.end <= of.end):
        remedy = "cut the part at the period's edges, or measure longer service with BillingCycle.measure"
        raise RangeError(f"a part within {of}", str(part), remedy)
    if type(amount) is Money and policy.by is _ACTUAL and policy.fraction_places is None:
        days, whole_days = part.end.toordinal() - part.start.toordinal(), of.end.toordinal() - of.start.toordinal()
        return from_minor(round_ratio(to_minor(amount) * days, whole_days, policy.rounding), amount.currency)
    return scaled(amount, policy.share(part, of=of), policy)


def service_amount(amount: Amount, service: ServicePeriod, *, policy: ProrationPolicy = DEFAULT) -> Amount:
    """Return what a service period of a schedule costs, when `amount` pays for a whole cycle: stubs by the policy.

    >>> from renewkit import usd
    >>> from renewkit.values.daycount import StubCharge
    >>> cycle = Period(date(2024, 1, 15), date(2024, 2, 15))
    >>> stub = ServicePeriod(Period(date(2024, 2, 1), date(2024, 2, 15)), cycle)
    >>> service_amount(usd("31"), stub)
    Money('14.00', 'USD')
    >>> service_amount(usd("31"), stub, policy=ProrationPolicy(leading_stub=StubCharge.FULL))
    Money('31.00', 'USD')
    """
    check_kinds(service.period, policy)
    return scaled(amount, policy.service_share(service), policy)


def grant(
    quantity: Number, *, over: Period | Span, at: date, policy: ProrationPolicy = DEFAULT, places: int = 0
) -> Decimal:
    """Return how much of a quantity (credits, seats, an allowance) belongs to the rest of a period.

    A grant before the period is whole, one at its end or after it is nothing; `places` decimals are kept, rounded as
    the policy rounds. Raises `GranularityError` when days and instants are mixed.

    >>> month = Period(date(2025, 7, 20), date(2025, 8, 20))
    >>> grant(4000, over=month, at=date(2025, 8, 3), policy=ProrationPolicy(rounding=Rounding.DOWN))
    Decimal('2193')
    """
    check_kinds(over, policy)
    whole(places, least=0, most=18, name="decimal places")
    share = remaining(over, min(max(_edge(over, at), over.start), over.end), policy)
    units = count(quantity) * share * 10**places
    rounded = round_ratio(units.numerator, units.denominator, policy.rounding)
    return Decimal((0, tuple(map(int, str(rounded))), -places))


def remaining(over: Period | Span, cut: date, policy: ProrationPolicy) -> Fraction:
    """Return the share of a period from a day (or instant) to its end.

    It is measured as the policy rounds: cumulatively, as what is not yet used; per line, on its own.

    >>> remaining(Period(date(2024, 3, 1), date(2024, 4, 1)), date(2024, 3, 10), DEFAULT)
    Fraction(22, 31)
    """
    if policy.rounding_scope is RoundingScope.PER_LINE:
        return _alone(over, cut, over.end, policy)
    return 1 - policy.elapsed(cut, of=over)


def scaled(amount: Amount, share: Fraction, policy: ProrationPolicy) -> Amount:
    """Return a share of an amount, Money rounded alone.

    >>> from renewkit import usd
    >>> scaled(usd("10"), Fraction(1, 3), DEFAULT)
    Money('3.33', 'USD')
    """
    if isinstance(amount, ExactMoney):
        return amount * share
    return from_minor(_times(to_minor(amount), share, policy.rounding), amount.currency)


def minus(one: Amount, other: Amount) -> Amount:
    """Return the difference, whatever decimal context the caller has set.

    >>> from renewkit import usd
    >>> minus(usd("1.00"), usd("0.01"))
    Money('0.99', 'USD')
    """
    if isinstance(one, ExactMoney):
        return one - other
    return from_minor(to_minor(one) - to_minor(other), one.currency)  # pyright: ignore[reportArgumentType]  # of one kind


def check_kinds(over: Period | Span, policy: ProrationPolicy) -> None:
    """Raise `ConfigurationError` for what is no policy, `GranularityError` for a period that it does not count.

    >>> check_kinds(Period(date(2024, 3, 1), date(2024, 4, 1)), DEFAULT)
    """
    if not isinstance(policy, ProrationPolicy):
        raise ConfigurationError("a ProrationPolicy", policy, "pass one of the profiles, or ProrationPolicy()")
    check_granularity(over, policy.by)


def _listed(at: date | Iterable[date]) -> Iterable[date]:
    if type(at) is list:
        return at
    if isinstance(at, date):
        return (at,)
    if isinstance(at, str) or not isinstance(at, Iterable):
        raise DateExpectedError("a day, an instant, or several of them", at, "pass a date or a list of dates")
    return at


def _edge(over: Period | Span, value: date) -> date:
    return instant(value) if isinstance(over, Span) else civil_date(value)  # type: ignore[arg-type]  # instant checks


def _cuts(over: Period | Span, at: date | Iterable[date]) -> list[date]:
    cuts = sorted(_edge(over, value) for value in _listed(at))
    if cuts and not (over.start <= cuts[0] and cuts[-1] <= over.end):
        raise _outside(over, cuts)
    return cuts


def _minor_parts(minor: int, over: Period | Span, cuts: Sequence[date], policy: ProrationPolicy) -> list[int]:
    if policy.rounding_scope is RoundingScope.PER_LINE:
        return [_times(minor, share, policy.rounding) for share in _shares(over, cuts, policy)]
    return [b - a for a, b in pairwise((0, *_marks(minor, over, cuts, policy), minor))]


def _is_quick(policy: ProrationPolicy) -> bool:
    return (
        isinstance(policy, ProrationPolicy)
        and policy.by is _ACTUAL
        and policy.rounding_scope is _CUMULATIVE
        and policy.fraction_places is None
    )


def _quick_parts(amount: Money, over: Period, at: Iterable[date], rounding: Rounding) -> tuple[Money, ...]:
    # Plain ints of days and minor units: the numbers of `_minor_parts` without making a date or a fraction.
    minor, unit = to_minor(amount), amount.currency
    start, end = over.start.toordinal(), over.end.toordinal()
    ordinals = [value.toordinal() if type(value) in _DATES else civil_date(value).toordinal() for value in at]
    ordinals.sort()
    days, before, parts = end - start, 0, []
    for ordinal in ordinals:
        share = minor * (ordinal - start)
        if not start <= ordinal <= end:
            raise _outside(over, [date.fromordinal(ordinal)])
        if rounding is _HALF_UP and minor >= 0:
            mark = (share + share + days) // (days + days)
        else:
            mark = round_ratio(share, days, rounding)
        parts.append(from_minor(mark - before, unit))
        before = mark
    parts.append(from_minor(minor - before, unit))
    return tuple(parts)


def _outside(over: Period | Span, cuts: Sequence[date]) -> RangeError:
    return RangeError(f"cuts within {over}", [str(cut) for cut in cuts], "cut inside the period, or at its edges")


def _marks(minor: int, over: Period | Span, cuts: Sequence[date], policy: ProrationPolicy) -> list[int]:
    return [_times(minor, policy.elapsed(cut, of=over), policy.rounding) for cut in cuts]


def _shares(over: Period | Span, cuts: Sequence[date], policy: ProrationPolicy) -> list[Fraction]:
    if policy.rounding_scope is RoundingScope.PER_LINE:
        edges = [over.start, *cuts, over.end]
        return [_alone(over, a, b, policy) for a, b in pairwise(edges)]
    marks = [Fraction(0), *(policy.elapsed(cut, of=over) for cut in cuts), Fraction(1)]
    return [b - a for a, b in pairwise(marks)]


def _alone(over: Period | Span, start: date, end: date, policy: ProrationPolicy) -> Fraction:
    if start == end:
        return Fraction(0)
    return policy.share(type(over)(start, end), of=over)  # type: ignore[arg-type]  # the edges are of its own kind


def _times(minor: int, share: Fraction, rounding: Rounding) -> int:
    return round_ratio(minor * share.numerator, share.denominator, rounding)
