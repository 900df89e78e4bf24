"""Proration gives back the kind of money that it was given; the explanation comes along."""

from datetime import date, datetime
from fractions import Fraction
from typing import assert_type

from moneyed import Money

from renewkit import (
    DayCount,
    ExactMoney,
    Line,
    Period,
    ProrationPolicy,
    Rounding,
    ServicePeriod,
    Span,
    change,
    portion,
    prorate,
    split,
    usd,
)
from renewkit.policies.proration import (
    Change,
    FrozenQuote,
    HighWater,
    QuoteRefused,
    above_high_water,
    freeze,
    service_amount,
)
from renewkit.values.daycount import RoundingScope, ShortRate, StubCharge, StubReference, fraction
from renewkit.values.money import Remainder

__all__ = ["changes", "fractions", "high_water", "parts", "policies", "quotes", "refused", "shares"]

PRICE = usd("29.99")


def parts(exact: ExactMoney, period: Period, span: Span, day: date) -> None:
    """Money gives Money, exact money gives exact money."""
    assert_type(prorate(PRICE, over=period, at=[day]), tuple[Money, ...])
    assert_type(prorate(exact, over=period, at=[day]), tuple[ExactMoney, ...])
    assert_type(prorate(PRICE, over=span, at=(span.end,)), tuple[Money, ...])
    assert_type(portion(PRICE, period, of=period), Money)
    assert_type(portion(exact, span, of=span), ExactMoney)


def changes(exact: ExactMoney, period: Period, day: date) -> None:
    """A change says credit, charge, net and why."""
    result = change(old=PRICE, new=usd("99.00"), over=period, at=day, paid=PRICE, credited=None)
    assert_type(result, Change[Money])
    assert_type(result.credit, Money)
    assert_type(result.charge, Money)
    assert_type(result.net, Money)
    assert_type(result.lines, tuple[Line, ...])
    assert_type(change(old=exact, new=exact, over=period, at=day).net, ExactMoney)


def shares() -> None:
    """Splitting gives as many amounts as there are weights."""
    assert_type(split(usd("1.00"), [1, 1, 1]), tuple[Money, ...])
    assert_type(split(usd("1.00"), ["0.5", 1], remainder=Remainder.LAST), tuple[Money, ...])


def fractions(period: Period) -> None:
    """A fraction is exact."""
    assert_type(fraction(period, of=period, by=DayCount.ACT_ACT_ISDA), Fraction)


def policies(service: ServicePeriod) -> None:
    """A policy is made of members of enumerations."""
    policy = ProrationPolicy(
        DayCount.FIXED_30,
        Rounding.HALF_EVEN,
        rounding_scope=RoundingScope.PER_LINE,
        stub_reference=StubReference.FROM_START,
        leading_stub=StubCharge.FREE,
        credit=ShortRate("0.10"),
        fraction_places=5,
    )
    assert_type(policy, ProrationPolicy)
    assert_type(policy.by, DayCount)
    assert_type(service_amount(PRICE, service, policy=policy), Money)


def quotes(period: Period, day: date, moment: datetime) -> None:
    """A frozen quote is honoured or refused, and `match` can tell."""
    quote = freeze(old=PRICE, new=usd("99.00"), over=period, at=day, valid_until=moment)
    assert_type(quote, FrozenQuote)
    assert_type(quote.net, Money)
    answer = quote.honour(now=moment, old=PRICE, new=usd("99.00"), over=period)
    assert_type(answer, Change[Money] | QuoteRefused)
    match answer:
        case QuoteRefused(why=why):
            assert_type(why, str)
        case honoured:
            assert_type(honoured, Change[Money])


def high_water(period: Period, day: date) -> None:
    """The mark is of the kind that it was."""
    assert_type(above_high_water(mark=PRICE, new=usd("99.00"), over=period, at=day), HighWater[Money])


def refused(exact: ExactMoney, period: Period, day: date) -> None:
    """Numbers for money, one day for several, words for members, and two kinds of money are wrong to a type checker."""
    prorate(29.99, over=period, at=[day])  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]
    prorate(PRICE, over=period, at=[1])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    portion(PRICE, period, of=period, policy="stripe")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    change(old=PRICE, new=exact, over=period, at=day)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]
    split(usd("1.00"), [1.5])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    ProrationPolicy("actual")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
