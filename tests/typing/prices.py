"""Prices: money in, exact quotes and settled money out; quantities are exact, never floats."""

from decimal import Decimal
from fractions import Fraction
from typing import assert_type

from moneyed import Currency, Money

from renewkit import (
    AmountOff,
    ExactMoney,
    Flat,
    FreePeriods,
    Graduated,
    Line,
    Package,
    Percentage,
    PercentOff,
    PerUnit,
    Phase,
    PriceList,
    PriceSchedule,
    Quote,
    Rounding,
    Stairstep,
    Tier,
    Volume,
    settle,
    usd,
)
from renewkit.policies.discount import Discount, apply_discounts
from renewkit.policies.pricing import AtLeast, AtMost, Beyond, Cliff, GraduatedPercentage, Partial, Price, Step

__all__ = ["any_price", "charges", "discounts", "exact", "limits", "over_time", "quotes", "refused", "tiers"]

TIERS = (Tier(up_to=10, unit=usd("5.00")), Tier(up_to=None, unit=usd("3.50"), flat=usd("1.00"), block=5))


def tiers() -> None:
    """A tier holds exact numbers, whatever it was given."""
    assert_type(TIERS[0].up_to, Fraction | None)
    assert_type(TIERS[0].unit, ExactMoney)
    assert_type(TIERS[0].flat, ExactMoney | None)
    assert_type(TIERS[0].block, Fraction)
    assert_type(Graduated(TIERS, beyond=Beyond.LAST).tiers, tuple[Tier, ...])
    assert_type(Stairstep(((10, usd("20")), (None, usd("50")))).steps, tuple[Step, ...])
    assert_type(Volume(TIERS).cliffs(), tuple[Cliff, ...])


def charges() -> None:
    """Every price charges Money, for ints, decimals and decimal strings."""
    assert_type(Flat(usd("29.99")).charge(), Money)
    assert_type(PerUnit(usd("0.0035")).charge(1_001), Money)
    assert_type(PerUnit(usd("0.0035")).charge("1.5"), Money)
    assert_type(PerUnit(usd("0.0035")).charge(Decimal("1.5"), rounding=Rounding.HALF_EVEN), Money)
    assert_type(Graduated(TIERS).charge(12), Money)
    assert_type(Volume(TIERS).charge(12), Money)
    assert_type(Stairstep(((10, usd("20")), (None, usd("50")))).charge(11), Money)
    assert_type(Package(size=100, each=usd("9.00"), partial=Partial.DOWN).charge(101), Money)
    assert_type(Percentage(rate="0.029", fixed=usd("0.30")).charge(usd("100")), Money)


def quotes() -> None:
    """A quote is exact and explained; settling it gives Money."""
    quote = Graduated(TIERS).quote(12, since=3)
    assert_type(quote, Quote)
    assert_type(quote.exact, ExactMoney)
    assert_type(quote.lines, tuple[Line, ...])
    assert_type(quote.lines[0].why, str)
    assert_type(quote.lines[0].amount, ExactMoney)
    assert_type(quote.settle(rounding=Rounding.HALF_EVEN), Money)


def exact(value: ExactMoney) -> None:
    """Exact money is not chargeable; settling is what makes it so."""
    assert_type(value.amount, Fraction)
    assert_type(value.currency, Currency)
    assert_type(settle(value, rounding=Rounding.DOWN, step="0.05"), Money)


def any_price(price: Price) -> None:
    """Where any price may stand, a charge is Money and a quote a Quote."""
    assert_type(price.charge(3), Money)
    assert_type(price.quote(3), Quote)


def limits(price: Graduated) -> None:
    """A limit around a price is a price."""
    assert_type(AtLeast(price, usd("50")).charge(1), Money)
    assert_type(AtMost(AtLeast(price, usd("50")), usd("500")).quote(1), Quote)
    assert_type(GraduatedPercentage(((None, "0.02"),)).charge(usd("100")), Money)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # rate tiers have a class


def over_time() -> None:
    """Which price holds when, and in which currency."""
    schedule = PriceSchedule((Phase(Flat(usd("1")), periods=12), Phase(Flat(usd("2")))), uplift="0.03")
    assert_type(schedule.price_at(3, renewal=2), Price)
    assert_type(PriceList({"USD": Flat(usd("1"))})["USD"], Price)


def discounts(lines: tuple[Line, ...]) -> None:
    """Discounts take lines and give lines."""
    assert_type(PercentOff("0.20", periods=3).apply(lines, 0), tuple[Line, ...])
    assert_type(AmountOff(usd("5")).apply(lines, 0), tuple[Line, ...])
    assert_type(FreePeriods(1).apply(lines, 0), tuple[Line, ...])
    chosen: tuple[Discount, ...] = (PercentOff("0.20"), AmountOff(usd("5")))
    assert_type(apply_discounts(chosen, lines, 0), tuple[Line, ...])


def refused(quote: Quote) -> None:
    """Floats and rounding by name are wrong to a type checker, too."""
    PerUnit(usd("0.0035")).charge(1.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Percentage(0.029)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    usd(5.0)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    quote.settle(rounding="half_up")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Flat(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
