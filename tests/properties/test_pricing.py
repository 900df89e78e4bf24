"""The laws of prices, and broken twins that must break them."""

from collections.abc import Iterable
from fractions import Fraction

import attrs
import pytest
from hypothesis import example, given
from moneyed import Money

from renewkit.codec import from_json, to_json
from renewkit.policies.pricing import AtLeast, AtMost, Cliff, Graduated, PerUnit, Price, Tier, Volume
from renewkit.testing.laws import money as money_laws
from renewkit.testing.laws import pricing as laws
from renewkit.testing.strategies.money import roundings
from renewkit.testing.strategies.pricing import graduated, prices, quantities, tier_lists, volumes
from renewkit.values.line import Line, Quote
from renewkit.values.money import ExactMoney, Rounding, settle, to_minor, usd
from renewkit.values.number import Number

TIERS = (Tier(10, usd("5.00"), flat=usd("1.00")), Tier(None, usd("3.50"), flat=usd("2.00")))


@given(price=prices(), quantity=quantities(), rounding=roundings())
@example(price=Graduated(TIERS), quantity=10, rounding=Rounding.HALF_UP)
@example(price=Graduated((Tier(None, usd("0.005")),)), quantity=1, rounding=Rounding.HALF_UP)
@example(price=PerUnit(usd("-0.005")), quantity=1, rounding=Rounding.HALF_UP)
def test_quote_equals_charge(price: Price, quantity: Number, rounding: Rounding) -> None:
    """The fast path charges what the settled quote explains."""
    laws.quote_equals_charge(price, quantity, rounding)


@given(price=prices(), quantity=quantities())
def test_lines_sum_to_the_quote(price: Price, quantity: Number) -> None:
    """The lines of a quote sum to it."""
    laws.lines_sum_to_the_quote(price, quantity)


@given(price=graduated(), one=quantities(), other=quantities())
def test_more_never_costs_less(price: Graduated, one: Number, other: Number) -> None:
    """A graduated price never falls."""
    laws.more_never_costs_less(price, one, other)


@given(price=prices(), one=quantities(), other=quantities())
def test_slices_sum_to_the_whole(price: Price, one: Number, other: Number) -> None:
    """A part and what is quoted since are together the whole."""
    since, quantity = sorted((Fraction(one), Fraction(other)))
    laws.slices_sum_to_the_whole(price, quantity, since)


@given(price=prices(), quantity=quantities())
def test_scaling_scales(price: Price, quantity: Number) -> None:
    """An uplift is exact on every price."""
    laws.scaling_scales(price, price.scaled("1.03"), "1.03", quantity)


@given(tiers=tier_lists(), quantity=quantities())
@example(tiers=TIERS, quantity=10)
def test_each_unit_costs_its_tier(tiers: tuple[Tier, ...], quantity: Number) -> None:
    """The n-th unit costs what its tier says."""
    laws.each_unit_costs_its_tier(Graduated(tiers), int(quantity) + 1)


@given(price=volumes())
def test_cliffs_are_real(price: Volume) -> None:
    """Every cliff costs more than the larger quantity that it names."""
    laws.cliffs_are_real(price)


@given(price=prices(), quantity=quantities(), rounding=roundings())
def test_prices_ignore_the_ambient_context(price: Price, quantity: Number, rounding: Rounding) -> None:
    """No decimal context of a caller changes a price or its explanation."""
    money_laws.ignores_the_ambient_context(
        lambda: (to_minor(price.charge(quantity, rounding=rounding)), price.quote(quantity))
    )


@given(price=prices())
def test_prices_round_trip(price: Price) -> None:
    """A price is the same value, with the same hash, after JSON."""
    again = from_json(to_json(price), Price)
    assert (price, hash(price)) == (again, hash(again))


@attrs.frozen
class Broken:
    """A price with one fault."""

    fault: str
    price: Price = attrs.field(factory=lambda: Graduated(TIERS))

    def quote(self, quantity: Number, *, since: Number = 0) -> Quote:
        """Quote with a fault."""
        quote = self.price.quote(quantity, since=since)
        match self.fault:
            case "gives back":
                return Quote(ExactMoney(-Fraction(quantity), "USD"), ())
            case "forgets what was billed":
                return self.price.quote(quantity)
            case "loses a line":
                return Quote(quote.exact, quote.lines[1:])
            case "misprices a line":
                return Quote(quote.exact, tuple(attrs.evolve(line, unit=line.amount * 2) for line in quote.lines))
            case _:
                return quote

    def charge(self, quantity: Number, *, rounding: Rounding) -> Money:
        """Charge with the other rounding."""
        return settle(self.price.quote(quantity).exact + ExactMoney("0.01", "USD"), rounding=rounding)

    def cliffs(self) -> Iterable[Cliff]:
        """Name a cliff where there is none, or understate one."""
        if self.fault == "invents a cliff":
            return [Cliff(1, 1, better=2, saves=ExactMoney(1, "USD"))]
        return [Cliff(10, 10, better=11, saves=ExactMoney(1, "USD"))]


def test_a_charge_unlike_its_quote_breaks_the_law() -> None:
    """A fast path of its own mind is found."""
    with pytest.raises(AssertionError):
        laws.quote_equals_charge(Broken("charges more"), 12, Rounding.HALF_UP)


@pytest.mark.parametrize("fault", ["loses a line", "misprices a line"])
def test_lines_that_do_not_add_up_break_the_law(fault: str) -> None:
    """Lost and mispriced lines are found."""
    with pytest.raises(AssertionError):
        laws.lines_sum_to_the_quote(Broken(fault), 12)


def test_a_price_that_falls_breaks_the_law() -> None:
    """A volume price is no graduated one."""
    with pytest.raises(AssertionError):
        laws.more_never_costs_less(Volume(TIERS), 10, 11)


def test_slices_billed_twice_break_the_law() -> None:
    """A price that forgets what was billed is found."""
    with pytest.raises(AssertionError):
        laws.slices_sum_to_the_whole(Broken("forgets what was billed"), 12, 7)


def test_a_wrong_scale_breaks_the_law() -> None:
    """An uplift that is left out is found."""
    with pytest.raises(AssertionError):
        laws.scaling_scales(Graduated(TIERS), Graduated(TIERS), "1.03", 12)


def test_a_unit_in_the_wrong_tier_breaks_the_law() -> None:
    """Tiers that start one unit early are found."""

    @attrs.frozen
    class Early(Graduated):
        def quote(self, quantity: Number, *, since: Number = 0, opened: bool = False) -> Quote:
            return super().quote(Fraction(quantity) + 1, since=since, opened=opened)

    with pytest.raises(AssertionError):
        laws.each_unit_costs_its_tier(Early(TIERS), 10)


@pytest.mark.parametrize("fault", ["invents a cliff", "understates a cliff"])
def test_wrong_cliffs_break_the_law(fault: str) -> None:
    """Invented and understated cliffs are found."""
    with pytest.raises(AssertionError):
        laws.cliffs_are_real(Broken(fault, Volume((Tier(10, usd("5.00")), Tier(None, usd("3.50"))))))


def test_bounds_nest() -> None:
    """A price within bounds is still a price."""
    price = AtLeast(AtMost(PerUnit(usd("1")), usd("5")), usd("2"))
    assert [usd("2"), usd("3"), usd("5")] == [price.charge(quantity) for quantity in (0, 3, 9)]


def test_a_line_knows_its_tier() -> None:
    """The explanation names the tier of each line."""
    assert [1, 1, 2, 2] == [line.tier for line in Graduated(TIERS).quote(12).lines if isinstance(line, Line)]
