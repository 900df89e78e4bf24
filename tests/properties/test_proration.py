"""The laws of proration, and broken twins that must break them."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate, pairwise

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from moneyed import Money

from renewkit.policies.proration import Change, change, portion, prorate
from renewkit.testing.laws import proration as laws
from renewkit.testing.strategies.proration import amounts, cuts_of, months, policies, prices
from renewkit.values.daycount import CreditMode, DayCount, ProrationPolicy, RoundingScope, ShortRate
from renewkit.values.money import Rounding, from_minor, settle, split, to_minor, usd
from renewkit.values.money import exact as exactly
from renewkit.values.period import Period

MARCH = Period(date(2024, 3, 1), date(2024, 4, 1))
PLAIN = ProrationPolicy()
TERMS = {"over": MARCH, "at": date(2024, 3, 10), "policy": PLAIN}
CUTS = [date(2024, 3, 2), date(2024, 3, 10), date(2024, 3, 29)]


@st.composite
def cut_periods(draw: st.DrawFn) -> tuple[Period, list[date]]:
    """Draw a period of months and its cuts."""
    over = draw(months(most=13))
    return over, draw(cuts_of(over))


@given(amount=amounts(), cut=cut_periods(), policy=policies())
@example(amount=usd("0.01"), cut=(MARCH, CUTS), policy=PLAIN)
@example(amount=from_minor(-7, "JPY"), cut=(MARCH, CUTS), policy=PLAIN)
def test_parts_sum_to_the_whole(amount: Money, cut: tuple[Period, list[date]], policy: ProrationPolicy) -> None:
    """The parts sum to the amount, in every currency, of either sign, by every day count and rounding."""
    laws.parts_sum_to_the_whole(prorate, amount, *cut, policy)


@given(amount=amounts(), cut=cut_periods(), policy=policies())
@example(
    amount=usd("0.02"),
    cut=(Period(date(2024, 1, 1), date(2024, 1, 5)), [date(2024, 1, 2), date(2024, 1, 4)]),
    policy=ProrationPolicy(rounding=Rounding.HALF_EVEN),
)
def test_parts_err_less_than_a_minor_unit(
    amount: Money, cut: tuple[Period, list[date]], policy: ProrationPolicy
) -> None:
    """Each part is within one minor unit of its exact share."""
    laws.parts_err_less_than_a_minor_unit(prorate, amount, *cut, policy)


@given(amount=amounts(), cut=cut_periods(), policy=policies())
def test_cuts_are_additive(amount: Money, cut: tuple[Period, list[date]], policy: ProrationPolicy) -> None:
    """A further cut divides one part and leaves the others."""
    laws.cuts_are_additive(prorate, amount, *cut, policy)


@st.composite
def days_of(draw: st.DrawFn) -> tuple[Period, date]:
    """Draw a period of months and a day of it, its end included."""
    over = draw(months(most=13))
    return over, over.start + timedelta(days=draw(st.integers(0, over.days)))


@given(old=prices(), new=prices(), when=days_of(), policy=policies(scope=None))
def test_there_and_back_is_nothing(old: Money, new: Money, when: tuple[Period, date], policy: ProrationPolicy) -> None:
    """A change that is taken back on the same day costs nothing, rounded cumulatively or per line."""
    laws.there_and_back_is_nothing(change, old, new, over=when[0], at=when[1], policy=policy)


@given(
    old=prices(),
    new=prices(),
    when=days_of(),
    policy=policies(scope=None),
    credit=st.sampled_from(CreditMode) | st.builds(ShortRate, st.fractions(0, 1, max_denominator=100)),
)
def test_change_is_within_its_prices(
    old: Money,
    new: Money,
    when: tuple[Period, date],
    policy: ProrationPolicy,
    credit: CreditMode | ShortRate,
) -> None:
    """Credit and charge stay between nothing and their prices, whatever the mode of credit."""
    chosen = attrs.evolve(policy, credit=credit)
    laws.change_is_within_its_prices(change, old, new, over=when[0], at=when[1], policy=chosen)


@given(old=prices(), when=days_of(), policy=policies(scope=None), paid=prices(), credited=prices())
def test_credit_stays_within_what_was_paid(
    old: Money, when: tuple[Period, date], policy: ProrationPolicy, paid: Money, credited: Money
) -> None:
    """No more comes back than was paid and has not come back already."""
    over, at = when
    laws.credit_stays_within_what_was_paid(change, old, over=over, at=at, policy=policy, paid=paid, credited=credited)


@given(amount=amounts(), cut=cut_periods(), policy=policies(scope=None))
def test_exact_parts_settle_near_the_money_parts(
    amount: Money, cut: tuple[Period, list[date]], policy: ProrationPolicy
) -> None:
    """ExactMoney in, ExactMoney out: the parts of both kinds differ by less than one minor unit, or one at a tie."""
    over, cuts = cut
    unrounded = prorate(exactly(amount), over=over, at=cuts, policy=policy)
    rounded = prorate(amount, over=over, at=cuts, policy=policy)
    gaps = [abs(to_minor(settle(a)) - to_minor(b)) for a, b in zip(unrounded, rounded, strict=True)]
    assert max(gaps) <= 1


@given(amount=amounts(), cut=cut_periods(), rounding=st.sampled_from(Rounding))
def test_whole_days_in_integers_are_whole_days_in_fractions(
    amount: Money, cut: tuple[Period, list[date]], rounding: Rounding
) -> None:
    """The running totals in integers are those of exact shares, settled."""
    over, cuts = cut
    quick = prorate(amount, over=over, at=cuts, policy=ProrationPolicy(rounding=rounding))
    marks = [ProrationPolicy().elapsed(day, of=over) for day in sorted(cuts)]
    totals = accumulate(to_minor(part) for part in quick[:-1])
    assert [to_minor(settle(exactly(amount) * mark, rounding=rounding)) for mark in marks] == list(totals)


def naive(amount: Money, *, over: Period, at: Sequence[date], policy: ProrationPolicy) -> tuple[Money, ...]:
    """Round each part alone, as code in a hurry does."""
    edges = [over.start, *sorted(at), over.end]
    parts = [Period(a, b) for a, b in pairwise(edges)]
    return tuple(portion(amount, part, of=over, policy=policy) for part in parts)


def generous(amount: Money, *, over: Period, at: Sequence[date], policy: ProrationPolicy) -> tuple[Money, ...]:
    """Share out by the largest remainder: sums to the whole, but each cut moves the others."""
    edges = [over.start, *sorted(at), over.end]
    return split(amount, [(b - a).days for a, b in pairwise(edges)])


def lumped(amount: Money, *, over: Period, at: Sequence[date], policy: ProrationPolicy) -> tuple[Money, ...]:
    """Put everything into the last part."""
    return (*(amount - amount for _ in at), amount)


def test_rounding_each_part_alone_loses_cents() -> None:
    """Parts rounded alone miss the whole, and the law sees it."""
    with pytest.raises(AssertionError, match="sum to"):
        laws.parts_sum_to_the_whole(naive, usd("0.05"), MARCH, CUTS, PLAIN)


def test_a_missing_part_is_seen() -> None:
    """An implementation that forgets a part breaks the law of the whole."""
    with pytest.raises(AssertionError, match="3 cuts gave 3 parts"):
        laws.parts_sum_to_the_whole(
            lambda amount, **terms: prorate(amount, **terms)[1:], usd("0.10"), MARCH, CUTS, PLAIN
        )


def test_the_law_of_the_whole_is_for_cumulative_rounding() -> None:
    """A policy that rounds per line is not judged by it."""
    with pytest.raises(AssertionError, match="alone"):
        laws.parts_sum_to_the_whole(
            prorate, usd("0.10"), MARCH, CUTS, ProrationPolicy(rounding_scope=RoundingScope.PER_LINE)
        )


def test_lumping_errs_by_more_than_a_cent() -> None:
    """Parts that only sum right break the law of errors."""
    with pytest.raises(AssertionError, match="errs by"):
        laws.parts_err_less_than_a_minor_unit(lumped, usd("1.00"), MARCH, CUTS, PLAIN)


def test_largest_remainders_are_not_additive() -> None:
    """Sharing out by largest remainder moves a cent elsewhere when a cut is added."""
    with pytest.raises(AssertionError, match="without the cut"):
        laws.cuts_are_additive(generous, usd("0.06"), MARCH, CUTS, PLAIN)


def skewed(**terms: object) -> Change[Money]:
    """Keep a cent of every credit."""
    found = change(**terms)  # type: ignore[arg-type]  # the terms are passed on
    cent = usd("0.01")
    return Change(found.credit + cent, found.charge, lines=found.lines)


def test_a_cent_kept_is_seen() -> None:
    """A credit that is a cent off breaks every law of changes."""
    ten, nothing = usd("10"), usd("0")
    with pytest.raises(AssertionError, match="there and back"):
        laws.there_and_back_is_nothing(skewed, ten, ten, **TERMS)
    with pytest.raises(AssertionError, match="a credit of"):
        laws.change_is_within_its_prices(skewed, nothing, ten, **TERMS)
    with pytest.raises(AssertionError, match="the lines sum to"):
        laws.change_is_within_its_prices(skewed, ten, ten, **TERMS)
    with pytest.raises(AssertionError, match="where 0 are left"):
        laws.credit_stays_within_what_was_paid(skewed, ten, **TERMS, paid=nothing, credited=nothing)


def test_a_wrong_charge_and_net_are_seen() -> None:
    """So does a charge above the price, and a net that is no difference."""
    ten, nothing = usd("10"), usd("0")

    def dear(**terms: object) -> Change[Money]:
        found = change(**terms)  # type: ignore[arg-type]  # the terms are passed on
        return Change(found.credit, usd("11"), lines=found.lines)

    @attrs.frozen
    class Odd:
        credit: Money = nothing
        charge: Money = nothing
        net: Money = ten
        lines: tuple[object, ...] = ()

    with pytest.raises(AssertionError, match="a charge of 1100"):
        laws.change_is_within_its_prices(dear, ten, ten, **TERMS)
    with pytest.raises(AssertionError, match="is not 10"):
        laws.change_is_within_its_prices(lambda **_: Odd(), ten, ten, **TERMS)  # type: ignore[arg-type,return-value]  # broken on purpose


def test_months_of_28_days_give_negative_parts() -> None:
    """Kill Bill's months of 28 days are for lines alone: cumulatively, a part may err by more than a minor unit."""
    over = Period(date(2024, 1, 15), date(2024, 2, 15))
    policy = ProrationPolicy(DayCount.FIRST_MONTH_28)
    part = prorate(usd("28.00"), over=over, at=[date(2024, 1, 31), date(2024, 2, 1)], policy=policy)[1]
    assert usd("-2.00") == part
