"""Prices: what users type, edges of tiers, and what is refused."""

import pickle
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from moneyed import Money

from renewkit.errors import (
    AmountPrecisionError,
    ConfigurationError,
    CurrencyMismatchError,
    ExactNumberError,
    MoneyExpectedError,
    NonFiniteError,
    QuantityOutOfRangeError,
    RangeError,
    TiersError,
)
from renewkit.policies.pricing import (
    AtLeast,
    AtMost,
    Beyond,
    Flat,
    Graduated,
    GraduatedPercentage,
    Package,
    Partial,
    Percentage,
    PerUnit,
    Price,
    RateTier,
    Stairstep,
    Step,
    Tier,
    Volume,
    tiers_from_blocks,
    tiers_from_ranges,
)
from renewkit.values.line import TierTotal
from renewkit.values.money import ExactMoney, Rounding, money, usd
from renewkit.values.number import Number

TIERS = (Tier(up_to=10, unit=usd("5.00")), Tier(up_to=None, unit=usd("3.50")))
FLATS = (Tier(10, usd("5.00"), flat=usd("1.00")), Tier(20, usd("3.50"), flat=usd("2.00")))


def whys(price: Price, quantity: int) -> list[str]:
    """Return the explanations of a quote."""
    return [line.why for line in price.quote(quantity).lines]


def test_what_a_user_types() -> None:
    """The examples of the interface give the amounts that stand beside them."""
    assert [usd(amount) for amount in ("29.99", "3.50", "57.00", "42.00", "50.00", "18.00", "3.20")] == [
        Flat(usd("29.99")).charge(),
        PerUnit(usd("0.0035")).charge(1_001),
        Graduated(TIERS).charge(12),
        Volume(TIERS).charge(12),
        Stairstep(((10, usd("20")), (None, usd("50")))).charge(11),
        Package(size=100, each=usd("9.00")).charge(101),
        Percentage(rate="0.029", fixed=usd("0.30")).charge(usd("100")),
    ]
    assert usd("57.00") == Graduated(TIERS).quote(12).settle(rounding=Rounding.HALF_EVEN)


@pytest.mark.parametrize(
    ("quantity", "amount"),
    [(0, 0), (10, 50), ("10.5", "51.75"), (11, "53.50"), (Decimal(12), 57), (Fraction(1, 3), "1.67")],
)
def test_the_edge_belongs_to_the_lower_tier(quantity: Number, amount: Number) -> None:
    """up_to is inclusive and cumulative, for parts of units too."""
    assert usd(amount) == Graduated(TIERS).charge(quantity)


@pytest.mark.parametrize(("quantity", "amount"), [(0, 1), (10, 51), ("10.01", "53.04"), (20, 88)])
def test_a_flat_is_due_when_its_tier_is_entered(quantity: Number, amount: Number) -> None:
    """The first tier is entered from the start, the next with its first part of a unit."""
    price = Graduated(FLATS)
    assert usd(amount) == price.charge(quantity) == price.quote(quantity).settle()


@pytest.mark.parametrize(("quantity", "amount"), [(0, 1), (10, 51), ("10.01", "37.04"), (20, 72)])
def test_a_volume_flat_is_that_of_the_reached_tier(quantity: Number, amount: Number) -> None:
    """Only the reached tier's flat is due, at 0 units the first one's."""
    price = Volume(FLATS)
    assert usd(amount) == price.charge(quantity) == price.quote(quantity).settle()


@pytest.mark.parametrize("kind", [Graduated, Volume])
def test_a_bounded_last_tier_is_the_end(kind: type[Graduated] | type[Volume]) -> None:
    """Above it the quantity is out of range, unless the price says otherwise."""
    price = kind(FLATS)
    for ask in (price.charge, price.quote):
        with pytest.raises(QuantityOutOfRangeError, match=r"up to 20, got 21: add a tier, or say beyond=FREE or LAST"):
            ask(21)
    with pytest.raises(QuantityOutOfRangeError, match=r"got 20\.5"):
        price.charge("20.5")


@pytest.mark.parametrize(
    ("price", "amount"),
    [
        (Graduated(FLATS, beyond=Beyond.FREE), 88),
        (Graduated(FLATS, beyond=Beyond.LAST), 123),
        (Volume(FLATS, beyond=Beyond.FREE), 72),
        (Volume(FLATS, beyond=Beyond.LAST), 107),
        (Stairstep(((10, usd(20)), (20, usd(50))), beyond=Beyond.FREE), 50),
        (Stairstep(((10, usd(20)), (20, usd(50))), beyond=Beyond.LAST), 50),
    ],
)
def test_beyond_the_last_tier(price: Graduated | Volume | Stairstep, amount: int) -> None:
    """Above a bounded last tier units are free, or the last tier goes on."""
    assert {usd(amount)} == {price.charge(30), price.quote(30).settle()}


@pytest.mark.parametrize("beyond", list(Beyond))
def test_below_the_end_nothing_lies_beyond(beyond: Beyond) -> None:
    """Within its tiers a price is the same, whatever lies above them."""
    prices = Graduated(FLATS, beyond=beyond), Volume(FLATS, beyond=beyond)
    assert [usd("70.50"), usd("54.50")] == [price.charge(15) for price in prices]


@pytest.mark.parametrize("beyond", [Beyond.FREE, Beyond.LAST])
def test_steps_go_on_from_the_last(beyond: Beyond) -> None:
    """Above the last of several steps its amount stays; the steps before keep theirs."""
    three = Stairstep(((10, usd(20)), (20, usd(50)), (30, usd(60))), beyond=beyond)
    assert [usd(amount) for amount in (20, 50, 60, 60)] == [three.charge(quantity) for quantity in (10, 15, 25, 31)]
    assert usd(20) == Stairstep(((10, usd(20)),), beyond=beyond).charge(11)


def test_a_stairstep_ends_too() -> None:
    """Steps are out of range above the last, in both ways to ask."""
    price = Stairstep((Step(10, usd(20)),))
    for ask in (price.charge, price.quote):
        with pytest.raises(QuantityOutOfRangeError):
            ask(11)


@pytest.mark.parametrize(
    ("price", "quantity", "amount"),
    [
        (PerUnit(usd(1), free=5), 7, 2),
        (PerUnit(usd(1), free=5), 3, 0),
        (Graduated(FLATS, free=5), 17, 60),
        (Graduated(FLATS, free=5), 10, 26),
        (Graduated(FLATS, free=5), 3, 1),
        (Volume(FLATS, free=5), 17, 44),
        (Volume(FLATS, free=5), 10, 26),
        (Volume(FLATS, free=5), 5, 1),
        (Volume(FLATS, free=5), 3, 1),
        (Package(10, usd(9), free=5), 16, 18),
        (Package(10, usd(9), free=5), 5, 0),
    ],
)
def test_free_units_shift_the_walk(price: Price, quantity: int, amount: int) -> None:
    """Free units are neither paid nor counted towards a tier."""
    assert {usd(amount)} == {price.charge(quantity), price.quote(quantity).settle()}


def test_blocks_are_counted_in_each_tier() -> None:
    """A started block is paid whole, and each tier starts its own."""
    tiers = (Tier(15, usd(1), block=10), Tier(None, usd(2), block=10))
    assert [usd(2), usd(4), usd(4)] == [Graduated(tiers).charge(quantity) for quantity in (15, 16, 25)]
    assert [usd(2), usd(4), usd(6)] == [Volume(tiers).charge(quantity) for quantity in (15, 16, 25)]
    assert ["2 blocks of 10 in tier 1 at 1.00 USD", "1 blocks of 10 in tier 2 at 2.00 USD"] == whys(
        Graduated(tiers), 16
    )
    assert ["2 blocks of 10 at 2.00 USD, the price of tier 2"] == whys(Volume(tiers), 16)


@pytest.mark.parametrize("kind", [Graduated, Volume])
def test_a_pair_is_a_block(kind: type[Graduated] | type[Volume]) -> None:
    """Three units are two pairs, by both ways to ask."""
    pairs = kind((Tier(None, usd(1), block=2),))
    assert usd(2) == pairs.charge(3) == pairs.quote(3).settle()
    assert whys(pairs, 3)[0].startswith("2 blocks of 2 ")


@pytest.mark.parametrize(("partial", "amounts"), [(Partial.UP, [0, 9, 9, 18]), (Partial.DOWN, [0, 0, 9, 9])])
def test_a_started_package(partial: Partial, amounts: list[int]) -> None:
    """It costs as much as a whole one, or nothing until it is full."""
    price = Package(100, usd(9), partial=partial)
    quantities: tuple[Number, ...] = (0, 99, "100", 101)
    assert [usd(amount) for amount in amounts] == [price.charge(quantity) for quantity in quantities]
    assert [usd(amount) for amount in amounts] == [price.quote(quantity).settle() for quantity in quantities]


def test_packages_are_paid_above_the_free_units() -> None:
    """What is paid for is counted in units, parts of them included, and never below nothing."""
    price = Package(10, usd(9), free=5)
    assert [0, 2, Fraction("10.5")] == [price.paid(quantity) for quantity in (3, 7, "15.5")]
    assert [0, 1, 2] == [price.packages(quantity) for quantity in ("3.5", "7", "15.5")]


def test_packages_of_parts_of_units() -> None:
    """A package may hold a part of a unit, and round by any mode."""
    price = Package("2.5", usd("0.333"))
    assert [usd("0.67"), usd("0.66")] == [price.charge(5), price.charge("5", rounding=Rounding.DOWN)]


def test_explanations_say_what_is_free() -> None:
    """A line names the free units before it."""
    assert ["2 at 1.00 USD, after 5 free"] == whys(PerUnit(usd(1), free=5), 7)
    assert ["2 in tier 1 at 5.00 USD, after 5 free"] == whys(Graduated(TIERS, free=5), 7)
    assert ["2 at 5.00 USD, the price of tier 1, after 5 free"] == whys(Volume(TIERS, free=5), 7)
    assert ["1 packages of 10 at 9.00 USD, after 5 free units"] == whys(Package(10, usd(9), free=5), 7)
    assert ["flat 29.99 USD"] == whys(Flat(usd("29.99")), 1)
    assert ["step 2 at 50.00 USD"] == whys(Stairstep(((10, usd(20)), (None, usd(50)))), 11)


@pytest.mark.parametrize(
    ("price", "amount"),
    [
        (Flat(usd("29.99")), "0"),
        (PerUnit(usd(2)), "8"),
        (Graduated(FLATS), "19"),
        (Volume(FLATS), "3"),
        (Volume(TIERS), "2"),
        (Stairstep(((8, usd(20)), (None, usd(50)))), "30"),
        (Package(5, usd(9)), "9"),
        (AtLeast(PerUnit(usd(1)), usd(10)), "2"),
        (AtMost(PerUnit(usd(1)), usd(10)), "2"),
    ],
)
def test_since_quotes_what_was_not_billed(price: Price, amount: str) -> None:
    """From 8 to 12 units only the difference is due."""
    assert usd(amount) == price.quote(12, since=8).settle()


def test_a_flat_counts_one_by_itself() -> None:
    """Without a quantity a flat price is asked for one, of which one may have been billed."""
    assert [usd(5), usd(0)] == [Flat(usd(5)).quote().settle(), Flat(usd(5)).quote(since=1).settle()]
    with pytest.raises(RangeError):
        Flat(usd(5)).quote(since=2)


def test_an_opened_tier_has_billed_its_flat() -> None:
    """A first tier that was entered without use owes no flat any more."""
    assert usd("0.00") == Graduated(FLATS).quote(0, opened=True).settle()
    assert usd("5.00") == Graduated(FLATS).quote(1, opened=True).settle()


def test_free_units_enter_the_first_tier() -> None:
    """Its flat stands on the bill of the first of them, whole or not."""
    price = Graduated(FLATS, free=5)
    assert [usd(10), usd(10)] == [price.quote(7, since=since).settle() for since in (1, "0.5")]


def test_a_tier_that_was_billed_has_no_line() -> None:
    """Since its last unit the next tier alone is due."""
    assert ["2 in tier 2 at 3.50 USD"] == [line.why for line in Graduated(TIERS).quote(12, since=10).lines]


def test_since_is_a_part_of_the_quantity() -> None:
    """More cannot have been billed than there is."""
    with pytest.raises(RangeError, match="since at most the quantity, 8, got 12"):
        PerUnit(usd(1)).quote(8, since=12)
    with pytest.raises(RangeError, match="a quantity of 0 or more"):
        PerUnit(usd(1)).quote(8, since=-1)


def test_the_rest_of_billed_tiers() -> None:
    """What each tier has billed is taken off there, and nothing is given back."""
    price = Graduated((Tier(10, usd(1), flat=usd(7)), Tier(50, usd(10)), Tier(None, usd(100))))
    quote = price.quote_rest(70, billed=["10", "45"])
    assert [(1, 0, 0), (3, 20, 2000)] == [(part.tier, part.quantity, part.amount.amount) for part in quote.by_tier()]
    assert usd(1210) == price.quote_rest(60, billed=[0, "20"]).settle()
    assert usd(7) == price.quote_rest(0, billed=[]).settle()
    entered = Graduated((Tier(10, usd(1)), Tier(None, usd(10), flat=usd(7))))
    assert [usd(27), usd(10)] == [entered.quote_rest(12, billed=[10, *more]).settle() for more in ([], [1])]
    assert usd(0) == price.quote_rest(3, billed=[9]).settle()


def test_units_that_come_and_go() -> None:
    """Whole units fill and empty the tiers, weighted units are paid, and each entered tier's flat is due once."""
    price = Graduated((Tier(5, usd(10), flat=usd(100)), Tier(None, usd(5), flat=usd(50))))
    changes = [("2", "1.4"), ("5", "2.66667"), ("10", "2"), ("-6", "-2.2"), (0, 0)]
    assert usd("184.33") == price.quote_weighted(changes).settle()
    assert [(1, ExactMoney(100, "USD"))] == [(line.tier, line.amount) for line in price.quote_weighted([]).lines]
    assert usd(0) == Graduated(TIERS).quote_weighted([(2, 1), (-2, -1)]).settle()


def test_parts_of_units_come_and_go() -> None:
    """Half a unit may stay: two come for half of the time, one and a half go for the last quarter."""
    assert usd("2.50") == Graduated(TIERS).quote_weighted([(2, 1), ("-1.5", "-0.5")]).settle()


@pytest.mark.parametrize("changes", [[(-1, -1)], [(2, -1)], [(2, 1), (-3, -1)], [(0, 1)], [("0.5", "-0.5")]])
def test_units_cannot_go_before_they_come(changes: list[tuple[int, int]]) -> None:
    """Taking away more than there is, or two signs in one change, is refused."""
    with pytest.raises(RangeError, match="changes of one sign"):
        Graduated(TIERS).quote_weighted(changes)


def test_the_tier_of_another_quantity() -> None:
    """Prorated units are paid at the price of the tier that the full ones reach; of nothing that is the first."""
    assert usd("21.00") == Volume(TIERS).quote(6, at=12).settle()
    assert usd("5.00") == Volume(TIERS).quote(1, at=0).settle()


def test_cliffs_name_where_more_costs_less() -> None:
    """8, 9 and 10 units cost more than 11."""
    (cliff,) = Volume(TIERS).cliffs()
    assert (8, 10, 11, ExactMoney("11.50", "USD")) == (cliff.first, cliff.last, cliff.better, cliff.saves)


def test_cliffs_look_past_the_next_tier() -> None:
    """The cheapest larger quantity may lie two tiers on; a tier that rises has no cliff."""
    steep = Volume((Tier(10, usd(5)), Tier(20, usd(4)), Tier(None, usd(1))), free=2)
    assert [(7, 12, 23), (13, 22, 23)] == [(cliff.first, cliff.last, cliff.better) for cliff in steep.cliffs()]
    assert () == Volume((Tier(10, usd(1)), Tier(None, usd(2)))).cliffs()


def test_a_cliff_may_be_one_quantity() -> None:
    """Ten at 1.00 cost more than eleven at 0.90, and nine do not."""
    (cliff,) = Volume((Tier(10, usd(1)), Tier(None, usd("0.90")))).cliffs()
    assert (10, 10, 11, ExactMoney("0.10", "USD")) == (cliff.first, cliff.last, cliff.better, cliff.saves)


@pytest.mark.parametrize(
    "price",
    [
        Graduated(TIERS),
        Graduated((Tier(None, usd(1), flat=usd(9)),)),
        Volume(TIERS),
        PerUnit(usd(1)),
        Package(5, usd(1)),
        Flat(usd(1)),
    ],
)
@pytest.mark.parametrize(
    ("quantity", "error"),
    [
        (1.5, ExactNumberError),
        (float("nan"), ExactNumberError),
        ("NaN", NonFiniteError),
        (Decimal("Infinity"), NonFiniteError),
        (True, ExactNumberError),
        ("many", ExactNumberError),
        (-1, RangeError),
        ("-0.5", RangeError),
    ],
)
def test_bad_quantities_are_refused(price: Price, quantity: object, error: type[Exception]) -> None:
    """Floats, NaN and negative quantities are refused by both ways to ask."""
    for ask in (price.charge, price.quote):
        with pytest.raises(error):
            ask(quantity)  # type: ignore[arg-type]  # on purpose


@pytest.mark.parametrize(
    ("tiers", "message"),
    [
        ([], "one tier or more, got none"),
        ([Tier(None, usd(1)), Tier(10, usd(2))], "open tier only as the last, got tier 1 of 2"),
        ([Tier(10, usd(1)), Tier(5, usd(2))], "got 5 after 10 in tier 2"),
        ([Tier(10, usd(1)), Tier(10, usd(2))], "got 10 after 10 in tier 2"),
        ([Tier(0, usd(1)), Tier(None, usd(2))], "got 0 after 0 in tier 1"),
    ],
)
@pytest.mark.parametrize("kind", [Graduated, Volume])
def test_tiers_follow_one_another(kind: type[Graduated] | type[Volume], tiers: list[Tier], message: str) -> None:
    """No tier, unsorted, overlapping and open ones before the last are refused, with values and remedy."""
    with pytest.raises(TiersError, match=message):
        kind(tiers)


def test_prices_have_one_currency() -> None:
    """Tiers, flats, steps and bounds in two currencies are refused."""
    with pytest.raises(CurrencyMismatchError):
        Graduated((Tier(10, usd(1)), Tier(None, money(1, "EUR"))))
    with pytest.raises(CurrencyMismatchError):
        Tier(10, usd(1), flat=money(1, "EUR"))
    with pytest.raises(CurrencyMismatchError):
        Stairstep(((10, usd(1)), (None, money(1, "EUR"))))
    for bound in (AtLeast, AtMost):
        with pytest.raises(CurrencyMismatchError):
            bound(PerUnit(usd(1)), money(1, "EUR"))


def test_bounds_and_sizes_are_exact_and_positive() -> None:
    """Floats as bounds, and blocks and packages of nothing, are refused."""
    with pytest.raises(ExactNumberError):
        Tier(10.5, usd(1))  # type: ignore[arg-type]  # on purpose
    with pytest.raises(RangeError, match="block"):
        Tier(10, usd(1), block=0)
    with pytest.raises(RangeError, match="package"):
        Package(0, usd(1))


def test_unit_prices_are_money() -> None:
    """A bare number is no price, twelve decimals are the limit, and ExactMoney has none."""
    with pytest.raises(MoneyExpectedError):
        PerUnit("5.00")  # type: ignore[arg-type]  # on purpose
    with pytest.raises(AmountPrecisionError, match="12 decimals"):
        PerUnit(Money("0.0000000000001", "USD"))
    assert usd("0.33") == PerUnit(ExactMoney(Fraction(1, 3), "USD")).charge(1)
    assert usd("1.00") == PerUnit(usd("0.000000000001")).charge(10**12)


def test_amounts_are_whole_minor_units() -> None:
    """What stands on a bill by itself is no finer than its currency; ExactMoney, as an uplift gives it, may be."""
    fine = usd("1.005")
    for build in (
        lambda: Flat(fine),
        lambda: Tier(10, usd(1), flat=fine),
        lambda: RateTier(10, "0.01", flat=fine),
        lambda: Stairstep(((None, fine),)),
        lambda: AtLeast(PerUnit(usd(1)), fine),
        lambda: AtMost(PerUnit(usd(1)), fine),
    ):
        with pytest.raises(AmountPrecisionError, match=r"at most 2 decimals, got USD 1\.005: settle it first"):
            build()
    assert usd("1.01") == Flat(ExactMoney("1.005", "USD")).charge()


def test_negative_unit_prices_round_away_from_zero() -> None:
    """A credit per unit settles like a charge, mirrored, on the fast path too."""
    price = PerUnit(usd("-0.005"))
    assert [usd("-0.01"), usd("-0.02")] == [price.charge(1), price.charge(3)]


def test_huge_charges_are_refused() -> None:
    """Past 60 digits nothing is charged, rather than something rounded."""
    with pytest.raises(RangeError, match="60 digits"):
        PerUnit(usd("0.07")).charge(int("7" * 70))


def test_prices_are_values() -> None:
    """Equal prices are equal, hash alike and pickle, charged before or not."""
    price, twin = Graduated(TIERS), Graduated(list(TIERS))
    price.charge(12)
    assert (price, hash(price), price.tiers) == (twin, hash(twin), twin.tiers)
    assert usd(57) == pickle.loads(pickle.dumps(price)).charge(12)  # noqa: S301  our own bytes


@pytest.mark.parametrize(
    "make",
    [
        lambda: PerUnit(usd(1)),
        lambda: Graduated(TIERS),
        lambda: Volume(TIERS),
        lambda: Stairstep(((10, usd(1)),)),
        lambda: Package(5, usd(1)),
    ],
)
def test_charging_leaves_no_trace(make: Callable[[], Price]) -> None:
    """What a price keeps to be quick is no part of its value, nor of its repr."""
    price, twin = make(), make()
    price.charge(3)
    assert (price, hash(price), repr(price)) == (twin, hash(twin), repr(twin))
    assert " _" not in repr(price)


@pytest.mark.parametrize("rounding", Rounding)
def test_charge_takes_any_rounding(rounding: Rounding) -> None:
    """The fast path rounds like the settled quote."""
    price = PerUnit(usd("0.005"))
    assert price.quote(3).settle(rounding=rounding) == price.charge(3, rounding=rounding)


def test_a_least_amount() -> None:
    """A line adds what is missing, and a part of a period a part of the least."""
    price = AtLeast(PerUnit(usd(1)), usd(50))
    assert ["12 at 1.00 USD", "at least 50.00 USD"] == whys(price, 12)
    assert [usd(50), usd(51)] == [price.charge(12), price.charge(51)]
    assert ExactMoney(25, "USD") == price.true_up(usd(0), share="0.5")
    assert ExactMoney(0, "USD") == price.true_up(usd(60)) == price.true_up(usd("50.50"))


def test_a_greatest_amount() -> None:
    """A line takes off what exceeds."""
    price = AtMost(PerUnit(usd(1)), usd(50))
    assert ["60 at 1.00 USD", "at most 50.00 USD"] == whys(price, 60)
    assert [usd(12), usd(50)] == [price.charge(12), price.charge(60)]
    assert [usd("49.50"), usd(50)] == [price.charge("49.5"), price.charge("50.5")]


@pytest.mark.parametrize(
    "price",
    [
        Flat(usd(1)),
        PerUnit(usd(1), free=1),
        Package(2, usd(1), partial=Partial.DOWN, free=1),
        Graduated(FLATS, beyond=Beyond.LAST, free=1),
        Volume(FLATS, beyond=Beyond.FREE, free=1),
        Stairstep(((10, usd(1)), (None, usd(2)))),
        AtLeast(PerUnit(usd(1)), usd(50)),
        AtMost(PerUnit(usd(1)), usd(5)),
    ],
)
def test_an_uplift_is_exact_and_reversible(price: Price) -> None:
    """Scaling there and back gives the same value: nothing was rounded and no option was lost."""
    assert price == price.scaled("1.03").scaled(Fraction(100, 103))
    assert (price.quote(12).exact * "1.03", price.currency) == (price.scaled("1.03").quote(12).exact, usd(1).currency)


def test_tiers_from_ranges_meet() -> None:
    """Ranges that touch and ranges that start with the next unit give the same bounds."""
    ranges = [(0, "0.5", usd(1), None), ("0.5", 10, usd(2), usd(1)), (11, None, usd(3), None)]
    assert [Fraction(1, 2), 10, None] == [tier.up_to for tier in tiers_from_ranges(ranges)]
    assert [10, None] == [tier.up_to for tier in tiers_from_ranges([(1, 10, usd(1), None), (11, None, usd(2), None)])]


@pytest.mark.parametrize(("touching", "free"), [(True, 7), (False, 6), (None, 6)])
def test_a_lone_range_starts_above_free_units(touching: bool | None, free: int) -> None:
    """Units below the first range are a free tier."""
    tiers = tiers_from_ranges([(7, 10, usd(1), None)], touching=touching)
    assert [(free, 0), (10, 1)] == [(tier.up_to, tier.unit.amount) for tier in tiers]


def test_units_below_a_first_range_of_two_are_free() -> None:
    """A first range that starts with the second unit leaves one free, or two where it starts above its number."""
    found = [tiers_from_ranges([(2, 10, usd(1), None)], touching=touching)[0].up_to for touching in (None, False, True)]
    assert [1, 1, 2] == found


@pytest.mark.parametrize(("first", "bounds"), [(0, [10]), (1, [1, 10])])
def test_a_touching_range_starts_above_its_number(first: int, bounds: list[int]) -> None:
    """Above 1 the first unit is free, above 0 none is."""
    assert bounds == [tier.up_to for tier in tiers_from_ranges([(first, 10, usd(1), None)], touching=True)]


@pytest.mark.parametrize(
    "ranges", [[(0, 10, usd(1), None), (12, None, usd(2), None)], [(0, None, usd(1), None), (11, 20, usd(2), None)]]
)
def test_ranges_with_gaps_are_refused(ranges: list[tuple[int, int | None, Money, None]]) -> None:
    """A gap, an overlap and a range after an open one are refused."""
    with pytest.raises(TiersError, match="without gap or overlap"):
        tiers_from_ranges(ranges)


def test_tiers_from_blocks_add_up() -> None:
    """So many blocks of so many units become a cumulative bound."""
    tiers = tiers_from_blocks([(100, 10, usd(1)), (1000, 5, usd(1)), (1, None, usd(2))])
    assert [(1000, 100), (6000, 1000), (None, 1)] == [(tier.up_to, tier.block) for tier in tiers]
    with pytest.raises(RangeError, match="blocks in a tier"):
        tiers_from_blocks([(100, 0, usd(1))])
    assert 100 == tiers_from_blocks([(100, 1, usd(1))])[0].up_to


def test_a_percentage_of_money_or_of_a_number() -> None:
    """Money must be in the price's currency; a bare number is in it."""
    price = Percentage("2.9 %", usd("0.30"))
    assert [usd("3.20"), usd("3.20")] == [price.charge(usd(100)), price.charge(100)]
    assert Percentage("0.029", usd("0.30")) == price == Percentage("2.9%", usd("0.30"))
    with pytest.raises(CurrencyMismatchError):
        price.charge(money(100, "EUR"))


def test_a_percentage_without_fixed_parts_takes_the_currency_of_the_amount() -> None:
    """It has no currency of its own, so that a bare number is refused."""
    price = Percentage("0.029")
    assert (None, money("2.90", "EUR")) == (price.currency, price.charge(money(100, "EUR")))
    with pytest.raises(MoneyExpectedError, match="bare number"):
        price.charge(100)


def test_a_percentage_of_what_was_not_billed() -> None:
    """Since takes the rate of the rest, without a second fixed part."""
    price = Percentage("0.01", usd(1))
    assert [usd(2), usd("0.40")] == [price.quote(100).settle(), price.quote(100, since=60).settle()]
    with pytest.raises(RangeError):
        price.quote(60, since=100)


def test_a_percentage_within_bounds() -> None:
    """The least and the greatest amount of one event each have their line."""
    price = Percentage("0.01", usd(1), at_least=usd(2), at_most=usd(5))
    assert [usd(2), usd(3), usd(5)] == [price.charge(amount) for amount in (50, 200, 900)]
    assert ["1 % of 50.00 USD", "fixed 1.00 USD", "at least 2.00 USD"] == [line.why for line in price.quote(50).lines]
    assert (
        ["rate", "fixed"]
        == [line.kind for line in price.quote(100).lines]
        == [line.kind for line in price.quote(400).lines]
    )
    assert usd(2) == Percentage("0.01", at_least=usd(2), at_most=usd(2)).charge(900)
    with pytest.raises(ConfigurationError, match="at_least"):
        Percentage("0.01", at_least=usd(5), at_most=usd(2))
    with pytest.raises(CurrencyMismatchError):
        Percentage("0.01", usd(1), at_most=money(2, "EUR"))


def test_bad_rates_are_refused() -> None:
    """Negative rates, floats and counts that are no ints are refused."""
    with pytest.raises(RangeError):
        Percentage("-0.01")
    with pytest.raises(ExactNumberError):
        Percentage(0.029)  # type: ignore[arg-type]  # on purpose
    with pytest.raises(RangeError, match="free events"):
        Percentage("0.01", free_events=-1)


@pytest.mark.parametrize(
    ("price", "amounts", "total"),
    [
        (Percentage("0.01", usd(1)), [100, 200], 5),
        (Percentage("0.01", usd(1), free_events=1), [100, 200], 3),
        (Percentage("0.01", usd(1), free_amount=150), [100, 200, 100], "4.50"),
        (Percentage("0.01", usd(1), free_events=5, free_amount=100), [100, 100], "3.00"),
        (Percentage("0.01", usd(1)), [], 0),
    ],
)
def test_allowances_come_first(price: Percentage, amounts: list[int], total: Number) -> None:
    """The first events are free, or the first amount; the event that exceeds it pays for the excess."""
    assert usd(total) == price.quote_events(amounts).settle()


def test_events_need_a_currency() -> None:
    """No event of a price without a currency is no amount at all."""
    with pytest.raises(MoneyExpectedError):
        Percentage("0.01").quote_events([])
    assert usd(1) == Percentage("0.01").quote_events([usd(100)]).settle()


@pytest.mark.parametrize(
    ("free_events", "free_amount", "amount"),
    [(3, 250, "11.15"), (0, 250, "11.15"), (3, 0, "7.20"), (1, 0, "15.75"), (0, 0, "18.40"), (0, 500, "7.20")],
)
def test_allowances_by_running_totals(free_events: int, free_amount: int, amount: str) -> None:
    """Sums alone decide what is free: so many events, or the events within an amount."""
    price = Percentage("0.013", usd(2), free_events=free_events, free_amount=free_amount)
    assert usd(amount) == price.quote_running(800, events=4, running=[50, 150, 400]).settle()


def test_running_totals_of_nothing() -> None:
    """Without use nothing is due; without totals nothing is free but the counted events."""
    price = Percentage("0.013", usd(2), free_events=3)
    assert [usd(0), usd("12.40")] == [
        price.quote_running(0, events=0, running=[]).settle(),
        price.quote_running(800, events=4, running=[]).settle(),
    ]
    assert usd("10.40") == Percentage("0.013").quote_running(usd(800), events=4, running=[]).settle()


def test_fewer_events_than_are_free_pay_no_fixed_part() -> None:
    """One event of three free ones pays nothing fixed, nor does an amount that came without events."""
    price = Percentage("0.013", usd(2), free_events=3)
    assert usd("10.40") == price.quote_running(800, events=1, running=[]).settle()
    assert usd("10.40") == price.quote_running(800, events=0, running=[]).settle()
    with pytest.raises(RangeError, match="events"):
        price.quote_running(800, events=-1, running=[])


def test_an_event_that_meets_the_free_amount_pays_its_fixed_part() -> None:
    """Nothing is left for the rate, and the event is not within the allowance: told by events and by sums alike."""
    price = Percentage("0.01", usd(1), free_amount=100)
    assert usd(1) == price.quote_events([100]).settle() == price.quote_running(100, events=1, running=[100]).settle()


def test_running_totals_know_no_events() -> None:
    """Bounds of single events cannot be told from sums."""
    with pytest.raises(ConfigurationError, match="use quote_events"):
        Percentage("0.013", at_most=usd(2)).quote_running(usd(800), events=4, running=[])


def test_graduated_rates() -> None:
    """Each part of an amount has its own rate, each entered tier its flat."""
    price = GraduatedPercentage((RateTier(10, "1 %", flat=usd(200)), RateTier(20, "2 %", flat=usd(300))))
    assert [ExactMoney(amount, "USD") for amount in ("200", "200.1", "500.12")] == [
        price.quote(amount).exact for amount in (0, 10, usd(11))
    ]
    assert TierTotal(2, Fraction(1), amount=ExactMoney("300.02", "USD")) == price.quote(11).by_tier()[1]
    assert [ExactMoney(amount, "USD") for amount in ("300.07", "300.02", "0.02")] == [
        price.quote(11, since=5).exact,
        price.quote(11, since=10).exact,
        price.quote(12, since=11).exact,
    ]
    assert [usd("500.12"), usd("500.30")] == [price.charge(11), price.charge(20)]
    assert [("tier", 2), ("flat", 2)] == [(line.kind, line.tier) for line in price.quote(11, since=10).lines]


def test_graduated_rates_end_and_go_on() -> None:
    """Above a bounded last tier an amount is out of range, free, or at the last rate."""
    tiers = (RateTier(10, "0.10"),)
    with pytest.raises(QuantityOutOfRangeError):
        GraduatedPercentage(tiers).quote(usd(11))
    assert [usd(1), usd(2)] == [
        GraduatedPercentage(tiers, beyond=beyond).charge(usd(20)) for beyond in (Beyond.FREE, Beyond.LAST)
    ]
    with pytest.raises(RangeError):
        GraduatedPercentage(tiers).quote(usd(5), since=usd(6))


def test_rates_stay_when_prices_rise() -> None:
    """An uplift raises fixed parts and flats; a rate rises with what it is taken of."""
    price = Percentage("0.01", usd(1), at_most=usd(5), free_events=2, free_amount=3)
    assert Percentage("0.01", usd(2), at_most=usd(10), free_events=2, free_amount=3) == price.scaled(2)
    rates = GraduatedPercentage((RateTier(10, "0.10", flat=usd(1)), RateTier(None, "0.20")))
    assert GraduatedPercentage((RateTier(10, "0.10", flat=usd(2)), RateTier(None, "0.20"))) == rates.scaled(2)
    assert None is GraduatedPercentage((RateTier(None, "0.20"),)).currency


def test_a_word_is_no_option() -> None:
    """Options that are no members of their enumerations are refused: they would be ignored in silence."""
    with pytest.raises(ConfigurationError, match="a member of Beyond"):
        Graduated((Tier(10, usd("1")),), beyond="last")  # type: ignore[arg-type]  # the claim is that it is refused
    with pytest.raises(ConfigurationError, match="a member of Partial"):
        Package(10, usd("1"), partial="down")  # type: ignore[arg-type]  # as above
