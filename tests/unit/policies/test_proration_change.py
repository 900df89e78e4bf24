"""Changes in mid-period: credit, charge, limits, high water, add-ons of another rhythm."""

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from moneyed import Money

from renewkit.errors import (
    CurrencyMismatchError,
    DateExpectedError,
    GranularityError,
    MoneyExpectedError,
    RangeError,
)
from renewkit.policies.proration import above_high_water, add_on_amount, change, limit_credit
from renewkit.values.daycount import (
    ChangeDay,
    ChargeMode,
    CreditMode,
    DayCount,
    EarlierCredits,
    ProrationPolicy,
    RoundingScope,
    ShortRate,
)
from renewkit.values.money import ExactMoney, money, usd
from renewkit.values.period import Period, Span

APRIL = Period(date(2024, 4, 1), date(2024, 5, 1))
MIDDLE = date(2024, 4, 16)
DAY = Span(datetime(2024, 4, 1, tzinfo=UTC), datetime(2024, 4, 2, tzinfo=UTC))
NOON = datetime(2024, 4, 1, 12, tzinfo=UTC)
TEN, TWENTY, NOTHING = usd("10"), usd("20"), usd("0")
BY_TIME = ProrationPolicy(DayCount.SECONDS)
OLD_DAY = ProrationPolicy(change_day=ChangeDay.OLD)


def test_half_a_month_costs_half_the_difference() -> None:
    """From 10 to 20 in the middle of April: 5 back, 10 due, 5 to pay."""
    found = change(old=TEN, new=TWENTY, over=APRIL, at=MIDDLE)
    assert (usd("5"), usd("10"), usd("5")) == (found.credit, found.charge, found.net)


def test_both_lines_come_along_and_say_why() -> None:
    """The credit is a negative line, the charge a positive one, both over the rest of the period."""
    credit, charge = change(old=TEN, new=TWENTY, over=APRIL, at=MIDDLE).lines
    assert ("credit", -5, "unused 1/2 of USD 10.00") == (credit.kind, credit.amount.amount, credit.why)
    assert ("charge", 10, "remaining 1/2 of USD 20.00") == (charge.kind, charge.amount.amount, charge.why)
    assert Period(MIDDLE, APRIL.end) == credit.period == charge.period


def test_at_the_start_everything_is_unused() -> None:
    """On the first day the change concerns the whole period."""
    found = change(old=TEN, new=TWENTY, over=APRIL, at=APRIL.start)
    assert (TEN, TWENTY) == (found.credit, found.charge)


@pytest.mark.parametrize("mode", [CreditMode.PRORATED, CreditMode.FULL])
def test_at_the_end_nothing_is_left_to_change(mode: CreditMode) -> None:
    """On the day after the last the period is over, for every mode."""
    policy = ProrationPolicy(credit=mode, charge=ChargeMode.FULL)
    found = change(old=TEN, new=TWENTY, over=APRIL, at=APRIL.end, policy=policy)
    assert (NOTHING, NOTHING, None) == (found.credit, found.charge, found.lines[0].period)


def test_the_change_day_may_belong_to_the_old_price() -> None:
    """Then the rest begins on the day after, and the last day leaves nothing."""
    found = change(old=usd("30"), new=usd("60"), over=APRIL, at=MIDDLE, policy=OLD_DAY)
    assert (usd("14"), usd("28")) == (found.credit, found.charge)
    last = change(old=usd("30"), new=usd("60"), over=APRIL, at=date(2024, 4, 30), policy=OLD_DAY)
    assert NOTHING == last.credit
    assert NOTHING == change(old=usd("30"), new=NOTHING, over=APRIL, at=APRIL.end, policy=OLD_DAY).credit


def test_instants_have_no_change_day() -> None:
    """By the second, the moment itself counts, and its lines have no days."""
    policy = ProrationPolicy(DayCount.SECONDS, change_day=ChangeDay.OLD)
    found = change(old=TEN, new=TWENTY, over=DAY, at=NOON, policy=policy)
    assert (usd("5"), usd("10"), None) == (found.credit, found.charge, found.lines[0].period)


def test_exact_prices_give_exact_changes() -> None:
    """ExactMoney in, ExactMoney out."""
    over = Period(date(2024, 4, 1), date(2024, 4, 4))
    found = change(old=ExactMoney(1, "USD"), new=ExactMoney(2, "USD"), over=over, at=date(2024, 4, 2))
    assert (Fraction(2, 3), Fraction(4, 3), Fraction(2, 3)) == (
        found.credit.amount,
        found.charge.amount,
        found.net.amount,
    )


@pytest.mark.parametrize(
    ("credit", "expected"),
    [
        (CreditMode.PRORATED, "5.00"),
        (CreditMode.FULL, "10.00"),
        (CreditMode.NONE, "0.00"),
        (ShortRate("0.10"), "4.50"),
        (ShortRate(1), "0.00"),
    ],
)
def test_modes_of_credit(credit: CreditMode | ShortRate, expected: str) -> None:
    """The unused part, all, nothing, or the unused part less a penalty."""
    found = change(old=TEN, new=NOTHING, over=APRIL, at=MIDDLE, policy=ProrationPolicy(credit=credit))
    assert usd(expected) == found.credit


@pytest.mark.parametrize(
    ("charge", "expected"), [(ChargeMode.PRORATED, "10.00"), (ChargeMode.FULL, "20.00"), (ChargeMode.NONE, "0.00")]
)
def test_modes_of_charge(charge: ChargeMode, expected: str) -> None:
    """The remaining part, all, or nothing before the renewal."""
    found = change(old=TEN, new=TWENTY, over=APRIL, at=MIDDLE, policy=ProrationPolicy(charge=charge))
    assert usd(expected) == found.charge


def test_the_full_difference_ignores_the_day() -> None:
    """With both modes full a change costs the difference of the prices."""
    policy = ProrationPolicy(credit=CreditMode.FULL, charge=ChargeMode.FULL)
    assert TEN == change(old=TEN, new=TWENTY, over=APRIL, at=date(2024, 4, 29), policy=policy).net


def test_per_line_rounds_the_rest_itself() -> None:
    """Two thirds of 0.01 are 0.01 alone; cumulatively, a third was 0.00 and the rest is 0.01 as well."""
    over, cent = Period(date(2024, 4, 1), date(2024, 4, 3)), usd("0.01")
    alone = ProrationPolicy(rounding_scope=RoundingScope.PER_LINE)
    halves = [
        change(old=cent, new=NOTHING, over=over, at=date(2024, 4, 2), policy=policy).credit
        for policy in (alone, ProrationPolicy())
    ]
    assert [cent, NOTHING] == halves


# --------------------------------------------------------------------------------------------------------------- limits


@pytest.mark.parametrize(
    ("paid", "credited", "expected"),
    [
        (None, None, "5.00"),
        (usd("10"), None, "5.00"),
        (usd("3"), None, "3.00"),
        (usd("0"), None, "0.00"),
        (usd("10"), usd("7"), "3.00"),
        (None, usd("7"), "3.00"),
        (usd("5"), usd("8"), "0.00"),
    ],
)
def test_a_credit_is_limited_to_what_was_paid(paid: Money | None, credited: Money | None, expected: str) -> None:
    """No more comes back than was paid and has not come back; an unpaid period gives nothing back."""
    found = change(old=TEN, new=TWENTY, over=APRIL, at=MIDDLE, paid=paid, credited=credited)
    assert usd(expected) == found.credit


def test_a_limited_credit_says_so() -> None:
    """The line explains that the limit was met."""
    found = change(old=TEN, new=TWENTY, over=APRIL, at=MIDDLE, paid=usd("3"))
    assert "unused 1/2 of USD 10.00, limited to USD 3.00" == found.lines[0].why


def test_earlier_credits_may_be_taken_off() -> None:
    """Lago's rule: the unused part, at most what was paid, less what was credited before."""
    policy = ProrationPolicy(earlier_credits=EarlierCredits.DEDUCT)
    found = change(old=TEN, new=TWENTY, over=APRIL, at=MIDDLE, paid=TEN, credited=usd("2"), policy=policy)
    assert usd("3.00") == found.credit


def test_a_credit_is_never_negative() -> None:
    """What is below nothing is nothing, by either rule."""
    for earlier in EarlierCredits:
        assert NOTHING == limit_credit(usd("-5"), paid=TEN, credited=NOTHING, earlier=earlier)


# ----------------------------------------------------------------------------------------------------------- high water


def test_only_what_is_above_the_highest_price_is_charged() -> None:
    """Down and up again costs nothing; above the mark the difference for the rest."""
    back = above_high_water(mark=TWENTY, new=TWENTY, over=APRIL, at=MIDDLE)
    down = above_high_water(mark=TWENTY, new=TEN, over=APRIL, at=MIDDLE)
    up = above_high_water(mark=down.mark, new=usd("30"), over=APRIL, at=MIDDLE)
    assert [NOTHING, NOTHING, usd("5")] == [back.charge, down.charge, up.charge]
    assert [TWENTY, TWENTY, usd("30")] == [back.mark, down.mark, up.mark]


def test_the_charge_above_the_mark_is_explained() -> None:
    """The line says which part of which difference is charged."""
    (line,) = above_high_water(mark=TEN, new=TWENTY, over=APRIL, at=MIDDLE).lines
    why = "1/2 of what USD 20.00 is above USD 10.00, the highest price of the period so far"
    assert (why, Period(MIDDLE, APRIL.end)) == (line.why, line.period)


def test_at_the_end_a_new_mark_costs_nothing() -> None:
    """A rise on the day after the last concerns the next period only."""
    end = above_high_water(mark=TEN, new=TWENTY, over=APRIL, at=APRIL.end)
    assert (NOTHING, None) == (end.charge, end.lines[0].period)
    moment = above_high_water(mark=TEN, new=TWENTY, over=DAY, at=NOON, policy=BY_TIME)
    assert (usd("5"), None) == (moment.charge, moment.lines[0].period)


# -------------------------------------------------------------------------------------------------------------- add-ons


@pytest.mark.parametrize(
    ("at", "length", "expected"),
    [
        (date(2024, 4, 1), 365, "30.00"),
        (MIDDLE, 365, "15.00"),
        (MIDDLE, 30, "182.50"),
        (MIDDLE, 24, "182.50"),
        (MIDDLE, 10, "365.00"),
        (MIDDLE, 1, "365.00"),
        (date(2024, 5, 1), 30, "0.00"),
    ],
)
def test_an_add_on_of_another_rhythm_ends_with_its_host(at: date, length: int, expected: str) -> None:
    """By its own length where the rhythms differ, by the host's period where they are alike, at most all of it."""
    assert usd(expected) == add_on_amount(usd("365"), to=APRIL, at=at, length=length)


@pytest.mark.parametrize("length", [0, -30, 1.5])
def test_an_add_on_has_a_length(length: int) -> None:
    """A length is a whole number of days, at least one."""
    with pytest.raises((RangeError, TypeError)):
        add_on_amount(usd("365"), to=APRIL, at=MIDDLE, length=length)


# ------------------------------------------------------------------------------------------------------------ bad input


@pytest.mark.parametrize("name", ["old", "new", "paid", "credited"])
def test_negative_amounts_are_refused(name: str) -> None:
    """Prices and payments are not negative; a negative line is prorated, not changed."""
    terms = {"old": TEN, "new": TWENTY, name: usd("-1")}
    with pytest.raises(RangeError, match=f"{name} of 0 or more"):
        change(**terms, over=APRIL, at=MIDDLE)


@pytest.mark.parametrize("name", ["new", "paid", "credited"])
def test_two_currencies_are_refused(name: str) -> None:
    """All amounts of a change are in one currency."""
    terms = {"old": TEN, "new": TWENTY, name: money(1, "EUR")}
    with pytest.raises(CurrencyMismatchError):
        change(**terms, over=APRIL, at=MIDDLE)


@pytest.mark.parametrize("other", [ExactMoney(1, "USD"), 1.0, "1"])
def test_two_kinds_of_amounts_are_refused(other: object) -> None:
    """Money and ExactMoney are not mixed, nor with numbers."""
    with pytest.raises(MoneyExpectedError):
        change(old=TEN, new=other, over=APRIL, at=MIDDLE)  # type: ignore[type-var]  # wrong on purpose
    with pytest.raises(MoneyExpectedError):
        change(old=other, new=TEN, over=APRIL, at=MIDDLE)  # type: ignore[type-var]  # wrong on purpose


@pytest.mark.parametrize("at", [date(2024, 3, 31), date(2024, 5, 2)])
def test_a_day_outside_is_refused(at: date) -> None:
    """A change falls into the period that it changes."""
    with pytest.raises(RangeError, match="a change within"):
        change(old=TEN, new=TWENTY, over=APRIL, at=at)


def test_datetimes_and_spans_have_their_place() -> None:
    """A datetime is refused where days are counted, a span where its policy counts days."""
    with pytest.raises(DateExpectedError):
        change(old=TEN, new=TWENTY, over=APRIL, at=NOON)
    with pytest.raises(GranularityError):
        change(old=TEN, new=TWENTY, over=DAY, at=NOON)


@pytest.mark.parametrize("new", [NOTHING, TEN, TWENTY])
def test_below_the_mark_a_whole_period_costs_nothing(new: Money) -> None:
    """On the first day, where nothing is prorated away, a price up to the mark costs exactly nothing."""
    result = above_high_water(mark=TWENTY, new=new, over=APRIL, at=APRIL.start)
    assert (NOTHING, TWENTY) == (result.charge, result.mark)


def test_a_cent_below_nothing_is_no_price() -> None:
    """A price is never negative, by however little."""
    with pytest.raises(RangeError):
        change(old=usd("-0.01"), new=TEN, over=APRIL, at=MIDDLE)
