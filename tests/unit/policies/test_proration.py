"""Parts of an amount: prorate, portion, service periods and grants."""

import decimal
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from benchmarks.peers.proration import careful_parts, decimal_parts, money_change, money_parts
from moneyed import Money

from renewkit.errors import (
    AmountPrecisionError,
    ConfigurationError,
    DateExpectedError,
    ExactNumberError,
    GranularityError,
    InstantExpectedError,
    MoneyExpectedError,
    RangeError,
)
from renewkit.policies.proration import change, grant, portion, prorate, service_amount
from renewkit.values.daycount import DayCount, ProrationPolicy, RoundingScope, StubCharge
from renewkit.values.money import ExactMoney, Rounding, money, usd
from renewkit.values.period import Period, ServicePeriod, Span

MARCH = Period(date(2024, 3, 1), date(2024, 4, 1))
TENTH = date(2024, 3, 10)
NOON = datetime(2024, 3, 10, 12, tzinfo=UTC)
DAY = Span(datetime(2024, 3, 10, tzinfo=UTC), datetime(2024, 3, 11, tzinfo=UTC))
BY_TIME = ProrationPolicy(DayCount.SECONDS)
ALONE = ProrationPolicy(rounding_scope=RoundingScope.PER_LINE)


def test_used_and_unused_sum_to_the_price() -> None:
    """29.99 for March, cut on the 10th, is 8.71 and 21.28."""
    assert (usd("8.71"), usd("21.28")) == prorate(usd("29.99"), over=MARCH, at=[TENTH])


def test_a_single_day_may_stand_for_the_list_of_cuts() -> None:
    """One cut needs no brackets."""
    assert prorate(usd("29.99"), over=MARCH, at=[TENTH]) == prorate(usd("29.99"), over=MARCH, at=TENTH)


def test_parts_stand_in_time_order() -> None:
    """Cuts may be given in any order; the parts are those of the calendar."""
    cuts = [date(2024, 3, 20), date(2024, 3, 10)]
    assert prorate(usd("31"), over=MARCH, at=cuts) == (usd("9"), usd("10"), usd("12"))


def test_no_cut_leaves_the_whole() -> None:
    """Without a cut the only part is the whole."""
    assert (usd("29.99"),) == prorate(usd("29.99"), over=MARCH, at=[])


def test_a_cut_at_an_edge_gives_a_part_of_nothing() -> None:
    """There is always one part more than there are cuts, so that they can be unpacked."""
    parts = prorate(usd("5.00"), over=MARCH, at=[MARCH.start, MARCH.end, MARCH.end])
    assert (usd("0"), usd("5.00"), usd("0"), usd("0")) == parts


def test_a_cent_given_back_is_rounded_away_from_nothing() -> None:
    """Half of a negative cent is a whole one, as half of a positive cent is."""
    over = Period(date(2024, 4, 1), date(2024, 5, 1))
    parts = [prorate(usd(amount), over=over, at=date(2024, 4, 16))[0] for amount in ("0.01", "0.00", "-0.01")]
    assert [usd("0.01"), usd("0.00"), usd("-0.01")] == parts


def test_a_share_is_rounded_first_where_a_policy_says_so() -> None:
    """Nine days of 31 are 0.29 in a column of two decimals: 8.70 instead of 8.71, and 22 days 0.71."""
    policy = ProrationPolicy(fraction_places=2)
    assert (usd("8.70"), usd("21.29")) == prorate(usd("29.99"), over=MARCH, at=TENTH, policy=policy)
    assert usd("21.29") == portion(usd("29.99"), Period(TENTH, MARCH.end), of=MARCH, policy=policy)


def test_negative_amounts_mirror_positive_ones() -> None:
    """A discount line is prorated as its price is."""
    there, back = (prorate(usd(amount), over=MARCH, at=[TENTH]) for amount in ("29.99", "-29.99"))
    assert tuple(-part for part in there) == back


@pytest.mark.parametrize(
    ("rounding", "first"), [(Rounding.UP, "0.08"), (Rounding.DOWN, "0.07"), (Rounding.HALF_EVEN, "0.07")]
)
def test_running_totals_are_rounded_as_asked(rounding: Rounding, first: str) -> None:
    """A quarter of 0.29 is 0.0725: the mode decides."""
    over = Period(date(2024, 3, 1), date(2024, 3, 5))
    parts = prorate(usd("0.29"), over=over, at=[date(2024, 3, 2)], policy=ProrationPolicy(rounding=rounding))
    assert usd(first) == parts[0]


def test_parts_rounded_alone_may_miss_the_whole() -> None:
    """Per line, three thirds of a cent short are three thirds of a cent short: the mode of most billing systems."""
    over = Period(date(2024, 3, 1), date(2024, 3, 4))
    cuts = [date(2024, 3, 2), date(2024, 3, 3)]
    assert (usd("0.33"),) * 3 == prorate(usd("1.00"), over=over, at=cuts, policy=ALONE)


def test_a_part_of_nothing_alone_is_nothing() -> None:
    """Per line, too, a cut at an edge gives nothing."""
    assert usd("0.00") == prorate(usd("1.00"), over=MARCH, at=[MARCH.start], policy=ALONE)[0]


def test_exact_money_is_not_rounded() -> None:
    """ExactMoney comes back as exact parts."""
    used, unused = prorate(ExactMoney(1, "USD"), over=MARCH, at=[TENTH])
    assert (Fraction(9, 31), Fraction(22, 31)) == (used.amount, unused.amount)


def test_exact_parts_alone_are_raw_shares() -> None:
    """Per line a part is measured by itself: 22 days of 30, although 9 were used of 31."""
    policy = ProrationPolicy(DayCount.FIXED_30, rounding_scope=RoundingScope.PER_LINE)
    assert Fraction(22, 30) == prorate(ExactMoney(1, "USD"), over=MARCH, at=[TENTH], policy=policy)[1].amount


def test_cumulative_parts_of_a_thirty_day_month_sum_to_the_whole() -> None:
    """Cumulatively the last part is what is left of the whole, whatever the days say."""
    policy = ProrationPolicy(DayCount.FIXED_30)
    assert (usd("9"), usd("21")) == prorate(usd("30"), over=MARCH, at=[TENTH], policy=policy)


def test_a_span_is_cut_at_instants() -> None:
    """Half a day is half the price; the zone of the instant does not matter."""
    assert (usd("12"), usd("12")) == prorate(usd("24"), over=DAY, at=[NOON], policy=BY_TIME)


@pytest.mark.parametrize("outside", [date(2024, 2, 29), date(2024, 4, 2)])
@pytest.mark.parametrize("policy", [ProrationPolicy(), ALONE])
def test_a_cut_outside_is_refused(outside: date, policy: ProrationPolicy) -> None:
    """A day outside the period cannot cut it."""
    with pytest.raises(RangeError, match="cuts within"):
        prorate(usd("1"), over=MARCH, at=[TENTH, outside], policy=policy)


@pytest.mark.parametrize("amount", [1.5, 10, Decimal(10), "10"])
def test_what_is_no_money_is_refused(amount: object) -> None:
    """Floats and bare numbers are no amounts."""
    with pytest.raises(MoneyExpectedError):
        prorate(amount, over=MARCH, at=[TENTH])  # type: ignore[type-var]  # wrong on purpose


def test_money_finer_than_its_currency_is_refused() -> None:
    """A fraction of a cent is prorated as ExactMoney."""
    with pytest.raises(AmountPrecisionError):
        prorate(Money("0.0035", "USD"), over=MARCH, at=[TENTH])


def test_a_datetime_does_not_cut_a_period() -> None:
    """A datetime names a moment, not a day."""
    with pytest.raises(DateExpectedError):
        prorate(usd("1"), over=MARCH, at=[NOON])


def test_a_date_does_not_cut_a_span() -> None:
    """A date names a day, not a moment."""
    with pytest.raises(InstantExpectedError):
        prorate(usd("1"), over=DAY, at=[TENTH], policy=BY_TIME)


@pytest.mark.parametrize(("over", "policy"), [(MARCH, BY_TIME), (DAY, ProrationPolicy())])
def test_days_and_time_are_not_mixed(over: Period | Span, policy: ProrationPolicy) -> None:
    """A span needs SECONDS, and SECONDS a span."""
    with pytest.raises(GranularityError):
        prorate(usd("1"), over=over, at=[], policy=policy)
    with pytest.raises(GranularityError):
        portion(usd("1"), over, of=over, policy=policy)


@pytest.mark.parametrize("precision", [3, 28])
def test_the_ambient_decimal_context_has_no_say(precision: int) -> None:
    """A caller's context changes no result."""
    with decimal.localcontext(prec=precision):
        parts = prorate(usd("123456.78"), over=MARCH, at=[TENTH])
        alone = portion(usd("123456.78"), Period(TENTH, MARCH.end), of=MARCH)
        net = change(old=usd("123456.78"), new=usd("0"), over=MARCH, at=TENTH).net
    assert (usd("35842.29"), usd("87614.49")) == parts
    assert (usd("87614.49"), usd("-87614.49")) == (alone, net)


@pytest.mark.parametrize("at", [None, "2024-03-10", 10])
def test_what_is_no_day_cuts_nothing(at: object) -> None:
    """Text and numbers are no days, nor is nothing at all."""
    for policy in (ProrationPolicy(), ALONE):
        with pytest.raises(DateExpectedError):
            prorate(usd("1"), over=MARCH, at=at, policy=policy)  # type: ignore[arg-type]  # wrong on purpose


def test_cuts_may_come_from_any_iterable() -> None:
    """Sets and generators of days are read once."""
    assert prorate(usd("31"), over=MARCH, at=iter([TENTH])) == prorate(usd("31"), over=MARCH, at={TENTH})


def test_a_policy_is_a_policy() -> None:
    """A word for a policy is refused."""
    for call in (prorate, change):
        terms = {"old": usd("1"), "new": usd("1")} if call is change else {"amount": usd("1")}
        with pytest.raises(ConfigurationError, match="a ProrationPolicy"):
            call(**terms, over=MARCH, at=TENTH, policy="actual")  # type: ignore[operator]  # wrong on purpose


# ------------------------------------------------------------------------------------------------------ one part alone


def test_one_part_is_rounded_alone() -> None:
    """Twenty-two days of March."""
    assert usd("21.28") == portion(usd("29.99"), Period(TENTH, MARCH.end), of=MARCH)


def test_one_part_by_another_count() -> None:
    """Twenty-two days of a month of 30, exact and in money."""
    rest, policy = Period(TENTH, MARCH.end), ProrationPolicy(DayCount.FIXED_30)
    assert usd("22.00") == portion(usd("30"), rest, of=MARCH, policy=policy)
    assert Fraction(22) == portion(ExactMoney(30, "USD"), rest, of=MARCH, policy=policy).amount


def test_exact_money_by_actual_days() -> None:
    """An exact price gives an exact portion."""
    assert Fraction(22, 31) == portion(ExactMoney(1, "USD"), Period(TENTH, MARCH.end), of=MARCH).amount


@pytest.mark.parametrize("part", [Period(date(2024, 2, 28), TENTH), Period(TENTH, date(2024, 4, 2))])
def test_a_part_that_reaches_beyond_is_refused(part: Period) -> None:
    """A part outside its period is a mistake, not a longer part."""
    with pytest.raises(RangeError, match="a part within"):
        portion(usd("1"), part, of=MARCH)


@pytest.mark.parametrize(("part", "of", "policy"), [(DAY, MARCH, ProrationPolicy()), (MARCH, DAY, BY_TIME)])
def test_a_part_is_of_the_kind_of_its_period(part: Period | Span, of: Period | Span, policy: ProrationPolicy) -> None:
    """Time is no part of days, nor are days a part of time."""
    with pytest.raises(GranularityError):
        portion(usd("1"), part, of=of, policy=policy)


def test_a_service_period_costs_its_share() -> None:
    """A stub costs what the policy says of its side."""
    stub = ServicePeriod(Period(TENTH, MARCH.end), MARCH)
    free = ProrationPolicy(leading_stub=StubCharge.FREE)
    assert (usd("22"), usd("0")) == (service_amount(usd("31"), stub), service_amount(usd("31"), stub, policy=free))


def test_service_periods_are_days() -> None:
    """Service periods have no instants, so they are not measured by the second."""
    with pytest.raises(GranularityError):
        service_amount(usd("31"), ServicePeriod(MARCH, MARCH), policy=BY_TIME)


# --------------------------------------------------------------------------------------------------------------- grants


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (date(2024, 2, 1), "100.00"),
        (date(2024, 3, 1), "100.00"),
        (TENTH, "70.97"),
        (date(2024, 4, 1), "0.00"),
        (date(2024, 5, 1), "0.00"),
    ],
)
def test_a_grant_is_what_belongs_to_the_rest(at: date, expected: str) -> None:
    """Before the period a grant is whole, after it nothing; the decimals are kept."""
    assert expected == str(grant(100, over=MARCH, at=at, places=2))


def test_a_grant_of_time() -> None:
    """Half a day of a hundred credits."""
    assert Decimal(50) == grant("100", over=DAY, at=NOON, policy=BY_TIME)


def test_a_grant_has_18_decimals_at_most() -> None:
    """The most decimals are kept."""
    assert Decimal("0.709677419354838710") == grant(1, over=MARCH, at=TENTH, places=18)


def test_what_remains_is_measured_as_the_policy_rounds() -> None:
    """Of a month of 30 days, 31 long: cumulatively what 9 days leave over, per line 22 days by themselves."""
    cumulative = ProrationPolicy(DayCount.FIXED_30)
    alone = ProrationPolicy(DayCount.FIXED_30, rounding_scope=RoundingScope.PER_LINE)
    assert [21, 22] == [grant(30, over=MARCH, at=TENTH, policy=policy) for policy in (cumulative, alone)]


@pytest.mark.parametrize(
    ("quantity", "places", "error"),
    [
        (-1, 0, RangeError),
        (1.5, 0, ExactNumberError),
        (1, 19, RangeError),
        (1, -1, RangeError),
        (1, 1.0, ExactNumberError),
    ],
)
def test_a_grant_refuses_what_is_no_quantity(quantity: object, places: object, error: type[Exception]) -> None:
    """Quantities are exact and not negative; places are whole."""
    with pytest.raises(error):
        grant(quantity, over=MARCH, at=TENTH, places=places)  # type: ignore[arg-type]  # wrong on purpose


# ------------------------------------------------------------------------------------------------------------ the peers


def test_the_peers_of_the_benchmark_do_the_same_work() -> None:
    """What we are timed against gives the same numbers."""
    start, end, cuts = MARCH.start, MARCH.end, [date(2024, 3, 4), TENTH, date(2024, 3, 29)]
    ours = list(prorate(usd("29.99"), over=MARCH, at=cuts))
    assert ours == money_parts(usd("29.99"), start, end, cuts)
    assert ours == careful_parts(usd("29.99"), start, end, cuts)
    assert [part.amount for part in ours] == decimal_parts(Decimal("29.99"), start, end, cuts)
    found = change(old=usd("29.99"), new=usd("99"), over=MARCH, at=TENTH)
    assert (found.credit, found.charge, found.net) == money_change(usd("29.99"), usd("99"), start, end, TENTH)[:3]


def test_yen_have_no_cents() -> None:
    """Currencies without decimals are cut in whole units, those with three in thousandths."""
    assert (money(9, "JPY"), money(21, "JPY")) == prorate(money(30, "JPY"), over=MARCH, at=[TENTH])
    assert money("0.290", "BHD") == prorate(money(1, "BHD"), over=MARCH, at=[TENTH])[0]
