"""Prices over time, over several units, in slices, and the usage that they are charged on."""

from datetime import date, datetime
from fractions import Fraction

import pytest
from moneyed import Money

from renewkit.codec import from_json, to_json
from renewkit.errors import (
    ConfigurationError,
    CurrencyMismatchError,
    DateExpectedError,
    QuantityOutOfRangeError,
    RangeError,
    TiersError,
    UnknownCurrencyError,
)
from renewkit.policies.pricing import (
    AtLeast,
    AtMost,
    Capacity,
    CapacityTier,
    Flat,
    Graduated,
    GraduatedPercentage,
    Package,
    Percentage,
    PerUnit,
    Phase,
    Price,
    PriceChange,
    PriceHistory,
    PriceList,
    PriceSchedule,
    RateTier,
    Reading,
    Slice,
    Stairstep,
    Tier,
    Volume,
    quote_slice,
    rolled_up,
)
from renewkit.values.money import ExactMoney, Rounding, money, usd
from renewkit.values.number import Number
from renewkit.values.period import Period

INTRO, STANDARD = Flat(usd(10)), Flat(usd(20))
SCHEDULE = PriceSchedule((Phase(INTRO, periods=12), Phase(STANDARD)), uplift="0.03")
MARCH, APRIL = Period(date(2024, 3, 1), date(2024, 4, 1)), Period(date(2024, 4, 1), date(2024, 5, 1))
OFFICE = Capacity(
    (
        CapacityTier(usd(10), {"seats": 5, "gigabytes": 100}),
        CapacityTier(usd(20), {"seats": 50, "gigabytes": None}),
    )
)
TIERS = (Tier(5, usd(0), flat=usd(100)), Tier(10, usd(2), flat=usd(50)), Tier(None, usd(1)))


@pytest.mark.parametrize(("index", "price"), [(0, INTRO), (11, INTRO), (12, STANDARD), (99, STANDARD)])
def test_phases_follow_one_another(index: int, price: Price) -> None:
    """A phase lasts its periods, the last one for good."""
    assert price == SCHEDULE.price_at(index)


@pytest.mark.parametrize(("renewal", "amount"), [(0, "20"), (1, "20.60"), (2, "21.22"), (3, "21.85")])
def test_an_uplift_compounds_exactly(renewal: int, amount: str) -> None:
    """Each renewal multiplies the exact price: 20 by 1.03³ is 21.85454, not 1.03 by 21.22."""
    assert usd(amount) == SCHEDULE.price_at(12, renewal=renewal).charge(1)
    exact = ExactMoney(20 * Fraction(103, 100) ** renewal, "USD")
    assert exact == SCHEDULE.price_at(12, renewal=renewal).quote(1).exact


def test_a_schedule_without_uplift_keeps_its_price() -> None:
    """The very same price comes back at every renewal."""
    assert STANDARD is PriceSchedule((Phase(STANDARD),)).price_at(5, renewal=3)


def test_a_bounded_schedule_ends() -> None:
    """Past its last period there is no price, and none before its first."""
    schedule = PriceSchedule((Phase(INTRO, 2), Phase(STANDARD, 3)))
    with pytest.raises(RangeError, match="a period index below 5, got 5"):
        schedule.price_at(5)
    with pytest.raises(RangeError, match="a period index below 5, got 7"):
        schedule.price_at(7)
    for wrong in ({"period_index": -1}, {"period_index": 0, "renewal": -1}):
        with pytest.raises(RangeError):
            schedule.price_at(**wrong)


def test_schedules_that_cannot_mean_anything_are_refused() -> None:
    """No phase, an open phase before the last, phases in two currencies, a phase of nothing, an uplift of -100 %."""
    for phases in ((), (Phase(INTRO), Phase(STANDARD))):
        with pytest.raises(ConfigurationError, match="open only at the end"):
            PriceSchedule(phases)
    with pytest.raises(CurrencyMismatchError):
        PriceSchedule((Phase(INTRO, 1), Phase(Flat(money(1, "EUR")))))
    with pytest.raises(RangeError, match="periods in a phase"):
        Phase(INTRO, 0)
    with pytest.raises(RangeError, match="uplift above -1"):
        PriceSchedule((Phase(INTRO),), uplift=-1)


def test_a_percentage_stands_in_any_schedule() -> None:
    """A price without a currency of its own goes with every other."""
    assert None is PriceSchedule((Phase(Percentage("0.01"), 1), Phase(INTRO))).price_at(0).currency


@pytest.mark.parametrize(
    ("start", "amount"),
    [("2024-03-01", 10), ("2024-03-05", 12), ("2024-03-20", 11), ("2024-04-01", 11), ("2024-05-01", 13)],
)
def test_the_last_change_of_a_cycle_wins(start: str, amount: int) -> None:
    """A change counts from the next renewal, one on its very day included, and the last change before it decides."""
    changes = tuple(
        PriceChange(date.fromisoformat(on), Flat(usd(price)))
        for on, price in (("2024-04-02", 14), ("2024-03-05", 12), ("2024-03-20", 11), ("2024-04-02", 13))
    )
    assert Flat(usd(amount)) == PriceHistory(INTRO, changes).price_for(date.fromisoformat(start))


def test_a_history_names_its_change() -> None:
    """The change that decides is known, none where the price is as sold; moments are no days."""
    change = PriceChange(date(2024, 3, 5), STANDARD)
    history = PriceHistory(INTRO, (change,))
    assert (None, change) == (history.change_for(date(2024, 3, 4)), history.change_for(date(2024, 3, 5)))
    with pytest.raises(DateExpectedError):
        PriceChange(datetime(2024, 3, 5), STANDARD)


def test_a_price_list_is_asked_by_currency() -> None:
    """Each currency has its own price, whatever the order in which they were listed."""
    listed = PriceList({"USD": INTRO, "TWD": Flat(money(320, "TWD")), "EUR": Percentage("0.01")})
    assert [money(320, "TWD"), usd(10)] == [listed["TWD"].charge(1), listed[usd(1).currency].charge(1)]
    assert listed == PriceList(reversed(listed.prices))


def test_price_lists_that_cannot_mean_anything_are_refused() -> None:
    """A price under another currency, a currency twice, and one that is not listed."""
    with pytest.raises(CurrencyMismatchError):
        PriceList({"EUR": INTRO})
    with pytest.raises(ConfigurationError, match="one price for each currency"):
        PriceList([("USD", INTRO), ("USD", STANDARD)])
    with pytest.raises(UnknownCurrencyError, match="one of USD, got EUR"):
        PriceList({"USD": INTRO})["EUR"]


@pytest.mark.parametrize(
    "value",
    [
        SCHEDULE,
        PriceHistory(INTRO, (PriceChange(date(2024, 3, 5), STANDARD),)),
        PriceList({"USD": INTRO}),
        OFFICE,
        Slice(3, since=7, billed=usd(5), closes=False),
        Reading("calls", 12, on=date(2024, 3, 15)),
    ],
)
def test_plans_round_trip(value: object) -> None:
    """Everything that a contract keeps is the same value after JSON."""
    assert value == from_json(to_json(value), type(value))


@pytest.mark.parametrize(
    ("quantities", "tier"),
    [({}, 1), ({"seats": 5, "gigabytes": 100}, 1), ({"seats": "5.5"}, 2), ({"gigabytes": 101}, 2)],
)
def test_capacity_is_the_lowest_tier_that_holds_all(quantities: dict[str, Number], tier: int) -> None:
    """Limits are inclusive, and one unit over its limit is enough for the next tier."""
    assert (tier, usd(10 * tier)) == (OFFICE.tier_for(quantities), OFFICE.charge(quantities))


def test_capacity_explains_itself() -> None:
    """The line names the tier and what was asked for."""
    assert "tier 2 for 101 gigabytes, 1 seats" == OFFICE.quote({"seats": 1, "gigabytes": 101}).lines[0].why
    assert "USD" == OFFICE.currency.code


def test_capacity_ends() -> None:
    """What no tier holds is out of range, and a unit without a limit is refused."""
    with pytest.raises(QuantityOutOfRangeError, match="up to 50, got 51"):
        OFFICE.quote({"seats": 51})
    with pytest.raises(ConfigurationError, match="one of the units gigabytes, seats, got desks"):
        OFFICE.quote({"desks": 1})
    with pytest.raises(RangeError):
        OFFICE.quote({"seats": -1})


@pytest.mark.parametrize("seats", [(5, 4), (None, 4)])
def test_capacity_never_falls(seats: tuple[int | None, int]) -> None:
    """A higher tier holds at least as much."""
    with pytest.raises(TiersError, match="limits that never fall"):
        Capacity(CapacityTier(usd(1), {"seats": most}) for most in seats)


def test_capacity_may_stay() -> None:
    """Of two tiers with one limit the lower is found."""
    same = Capacity(CapacityTier(usd(amount), {"seats": 5}) for amount in (1, 2))
    assert usd(1) == same.charge({"seats": 5})


def test_capacity_of_one_tier() -> None:
    """One tier is a price, with a currency and an end."""
    one = Capacity((CapacityTier(usd(1), {"seats": 5}),))
    assert ("USD", usd(1)) == (one.currency.code, one.charge({"seats": 5}))
    with pytest.raises(QuantityOutOfRangeError, match="up to 5, got 6"):
        one.charge({"seats": 6})


def test_capacity_has_tiers_in_one_currency() -> None:
    """No tier and two currencies are refused."""
    with pytest.raises(TiersError, match="one tier or more"):
        Capacity(())
    with pytest.raises(CurrencyMismatchError):
        Capacity((CapacityTier(usd(1), {"seats": 1}), CapacityTier(money(1, "EUR"), {"seats": 2})))


@pytest.mark.parametrize(
    ("part", "amount"),
    [
        (Slice(7), 154),
        (Slice(3, opens=True, closes=False), 100),
        (Slice(3, opens=False, closes=False), 0),
        (Slice(4, since=3, opens=False, closes=False), 54),
        (Slice(0, since=7, opens=False), 0),
    ],
)
def test_graduated_slices(part: Slice, amount: int) -> None:
    """A slice pays for its own units and the tiers that it enters; the opening slice enters the first."""
    assert usd(amount) == quote_slice(Graduated(TIERS), part).settle()


@pytest.mark.parametrize(
    ("price", "quantity", "since", "amount"),
    [
        (PerUnit(usd("0.105")), 1, 1, "0.11"),
        (Package(10, usd(15)), 5, 8, "15"),
        (Package(10, usd(15)), 1, 8, "0"),
        (Percentage("1.005", usd(0)), 1, 1, "1.00"),
        (GraduatedPercentage((RateTier(None, "1.005", flat=usd(0)),)), 1, 1, "1.00"),
    ],
)
def test_inner_slices(price: Price, quantity: int, since: int, amount: str) -> None:
    """Units and packages are counted over the period; percentages round what was used so far, then subtract."""
    assert usd(amount) == quote_slice(price, Slice(quantity, since=since, opens=False, closes=False)).settle()


def test_a_percentage_opens_with_its_fixed_part() -> None:
    """The first slice is an event of its own."""
    assert usd("1.50") == quote_slice(Percentage("0.01", usd(1)), Slice(50, closes=False)).settle()


BY_VOLUME = (Volume((Tier(10, usd(2)), Tier(None, usd(1)))), Stairstep(((10, usd(20)), (None, usd(12)))))


@pytest.mark.parametrize("price", BY_VOLUME)
def test_volume_waits_for_the_close(price: Price) -> None:
    """Only the closing slice knows the tier; it pays for the whole period."""
    inner, last = Slice(5, closes=False), Slice(7, since=5, opens=False)
    assert [usd(0), usd(12)] == [quote_slice(price, part).settle() for part in (inner, last)]


@pytest.mark.parametrize(("in_advance", "amounts"), [(True, [20, 0, 0]), (False, [0, 0, 20])])
def test_a_flat_is_due_once(in_advance: bool, amounts: list[int]) -> None:
    """In advance it opens the period, in arrears it closes it."""
    parts = (Slice(1, closes=False), Slice(1, since=1, opens=False, closes=False), Slice(1, since=2, opens=False))
    assert [usd(amount) for amount in amounts] == [
        quote_slice(STANDARD, part, in_advance=in_advance).settle() for part in parts
    ]
    assert [usd(0), usd(0), usd(20)] == [quote_slice(STANDARD, part).settle() for part in parts]


@pytest.mark.parametrize(
    ("part", "amount"),
    [
        (Slice(5, closes=False), 5),
        (Slice(5, since=5, billed=usd(5), opens=False, closes=False), 3),
        (Slice(5, since=10, billed=usd(8), opens=False), 0),
        (Slice(10), 8),
        (Slice(0), 4),
        (Slice(0, closes=False), 0),
        (Slice(1, since=1, billed=usd(1), opens=False), 3),
    ],
)
def test_bounds_hold_for_the_period(part: Slice, amount: int) -> None:
    """A maximum counts what earlier slices came to; a minimum waits for the close."""
    assert usd(amount) == quote_slice(AtLeast(AtMost(PerUnit(usd(1)), usd(8)), usd(4)), part).settle()


def test_slices_round_each_line() -> None:
    """A slice is ready for an invoice: its lines are whole cents, by the mode that is asked for."""
    price = AtLeast(PerUnit(usd("0.001")), ExactMoney("0.005", "USD"))
    amounts = [line.amount for line in quote_slice(price, Slice(1)).lines]
    assert [ExactMoney(0, "USD"), ExactMoney("0.01", "USD")] == amounts
    down = quote_slice(price, Slice(9), rounding=Rounding.DOWN)
    assert usd(0) == down.settle()


def test_usage_is_summed_per_period() -> None:
    """Periods are half-open, units without a reading stand with 0, and readings outside are left out."""
    readings = [
        Reading("calls", 12, on=date(2024, 3, 1)),
        Reading("calls", "0.5", on=date(2024, 3, 31)),
        Reading("calls", 7, on=date(2024, 4, 1)),
        Reading("texts", 3, on=date(2024, 4, 30)),
        Reading("texts", 9, on=date(2024, 5, 1)),
    ]
    found = rolled_up(readings, [MARCH, APRIL])
    assert [(Fraction("12.5"), 0), (7, 3)] == [(one.of("calls"), one.of("texts")) for one in found]
    assert 0 == found[0].of("unknown")


def test_periods_of_usage_do_not_overlap() -> None:
    """A reading would count twice."""
    with pytest.raises(ConfigurationError, match="without overlap"):
        rolled_up([], [MARCH, MARCH])


def test_money_is_not_shared_with_its_owner() -> None:
    """A price keeps a value of its own, not the caller's Money."""
    owned = Money("5.00", "USD")
    price = Flat(owned)
    object.__setattr__(owned, "amount", 9)
    assert usd("5.00") == price.charge()
