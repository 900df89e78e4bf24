"""Draw tiers, prices, quantities, lines and discounts; quantities often stand on an edge of a tier."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st
from moneyed import Money

from renewkit.policies.discount import AmountOff, Discount, FreePeriods, PercentOff
from renewkit.policies.pricing import (
    AtLeast,
    AtMost,
    Beyond,
    Flat,
    Graduated,
    Package,
    Partial,
    PerUnit,
    Stairstep,
    Tier,
    Volume,
)
from renewkit.values.line import Line
from renewkit.values.money import ExactMoney

__all__ = [
    "amounts",
    "amounts_off",
    "discounts",
    "graduated",
    "lines",
    "packages",
    "prices",
    "quantities",
    "tier_lists",
    "unit_prices",
    "volumes",
]

_MILLIONTH = Decimal("0.000001")


def amounts() -> st.SearchStrategy[Money]:
    """Draw an amount in cents, zero included."""
    return st.integers(0, 100_000).map(lambda cents: Money(Decimal(cents) / 100, "USD"))


def unit_prices() -> st.SearchStrategy[Money]:
    """Draw a unit price of at most six decimals, zero included."""
    fine = st.integers(0, 10**7).map(lambda number: Money(number * _MILLIONTH, "USD"))
    return fine | amounts()


@st.composite
def tier_lists(draw: st.DrawFn, *, blocks: bool = False) -> tuple[Tier, ...]:
    """Draw one to five tiers whose last is open, with flats and fractional bounds now and then."""
    bound = st.integers(1, 60).map(Fraction) | st.fractions(Fraction(1, 8), 60, max_denominator=8)
    bounds = sorted(draw(st.sets(bound, max_size=4)))
    return tuple(
        Tier(
            up_to,
            draw(unit_prices()),
            flat=draw(st.none() | amounts()),
            block=draw(st.sampled_from((1, 10))) if blocks else 1,
        )
        for up_to in (*bounds, None)
    )


def quantities() -> st.SearchStrategy[int | Fraction]:
    """Draw a quantity: mostly whole, small enough to meet edges of tiers."""
    return st.integers(0, 80) | st.integers(0, 10**6) | st.fractions(0, 100, max_denominator=8)


def _free() -> st.SearchStrategy[int]:
    return st.sampled_from((0, 0, 5, 20))


def _beyonds() -> st.SearchStrategy[Beyond]:
    return st.sampled_from((Beyond.FREE, Beyond.LAST))


@st.composite
def _ends(draw: st.DrawFn, tiers: tuple[Tier, ...]) -> tuple[Tier, ...]:
    """Draw the same tiers, the last one bounded now and then."""
    last = tiers[-1]
    low = tiers[-2].up_to or Fraction() if len(tiers) > 1 else Fraction()
    up_to = draw(st.none() | st.just(low + 10))
    return (*tiers[:-1], Tier(up_to, last.unit, flat=last.flat, block=last.block))


@st.composite
def graduated(draw: st.DrawFn, *, blocks: bool = False) -> Graduated:
    """Draw a graduated price that holds every quantity."""
    tiers = draw(tier_lists(blocks=blocks).flatmap(_ends))
    return Graduated(tiers, beyond=draw(_beyonds()), free=draw(_free()))


@st.composite
def volumes(draw: st.DrawFn, *, blocks: bool = False) -> Volume:
    """Draw a volume price that holds every quantity."""
    tiers = draw(tier_lists(blocks=blocks).flatmap(_ends))
    return Volume(tiers, beyond=draw(_beyonds()), free=draw(_free()))


@st.composite
def packages(draw: st.DrawFn) -> Package:
    """Draw a package price."""
    size = draw(st.sampled_from((Fraction(1), Fraction(10), Fraction(100), Fraction(5, 2))))
    return Package(size, draw(unit_prices()), partial=draw(st.sampled_from(Partial)), free=draw(_free()))


def _plain_prices() -> st.SearchStrategy[Flat | PerUnit | Graduated | Volume | Stairstep | Package]:
    stairs = tier_lists().map(lambda tiers: Stairstep((tier.up_to, tier.unit) for tier in tiers))
    per_unit = st.builds(PerUnit, unit_prices(), free=_free())
    return st.one_of(
        st.builds(Flat, amounts()), per_unit, graduated(blocks=True), volumes(blocks=True), stairs, packages()
    )


def prices() -> st.SearchStrategy[Flat | PerUnit | Graduated | Volume | Stairstep | Package | AtLeast | AtMost]:
    """Draw any price of a quantity, within bounds now and then."""
    plain = _plain_prices()
    return plain | st.builds(AtLeast, plain, amounts()) | st.builds(AtMost, plain, amounts())


@st.composite
def lines(draw: st.DrawFn) -> list[Line]:
    """Draw the lines of a bill in dollars: charges, credits, zeros and fractions of cents."""
    cents = st.integers(-5_000, 50_000).map(lambda number: Fraction(number, 100))
    amount = cents | st.fractions(-50, 500, max_denominator=700)
    drawn = draw(st.lists(amount, max_size=6))
    return [Line("tier", ExactMoney(value, "USD"), item=f"item-{number}") for number, value in enumerate(drawn)]


def amounts_off() -> st.SearchStrategy[AmountOff]:
    """Draw an amount off, mostly in whole cents."""
    exact = st.fractions(0, 300, max_denominator=700).map(lambda value: ExactMoney(value, "USD"))
    return st.builds(AmountOff, amounts() | exact, periods=_periods())


def discounts() -> st.SearchStrategy[Discount]:
    """Draw any discount."""
    share = st.fractions(0, 1, max_denominator=100)
    free = st.builds(FreePeriods, st.integers(1, 3))
    return st.one_of(st.builds(PercentOff, share, periods=_periods()), amounts_off(), free)


def _periods() -> st.SearchStrategy[int | None]:
    return st.none() | st.integers(1, 3)
