"""Late fees and grace: what they come to, on which day, and where they end."""

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction

import attrs
import pytest
from moneyed import Money

from renewkit.errors import ConfigurationError, CurrencyMismatchError, ExactNumberError, RangeError
from renewkit.policies.fees import (
    GRACES,
    DailyFee,
    DailyInterest,
    FeePart,
    FlatFee,
    Grace,
    LateFees,
    PercentFee,
    SteppedFee,
    statutory_fees,
)
from renewkit.values.money import money, usd

DUE = date(2026, 1, 1)
STEPS = SteppedFee(((usd(1000), usd(40)), (usd(10000), usd(70)), (None, usd(100))))


def after(days: int) -> date:
    """Return the day so many days after the due day."""
    return DUE + timedelta(days=days)


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (FlatFee(usd("5")), "5"),
        (PercentFee("0.02"), "20"),
        (DailyFee(usd("0.50")), "5"),
        (DailyInterest("0.0365"), "1"),
        (DailyInterest("0.036", 360), "1"),
        (STEPS, "70"),
    ],
)
def test_each_part_counts_in_its_way(part: FeePart, expected: str) -> None:
    """Ten days late on 1,000."""
    assert usd(expected) == LateFees((part,)).fee(usd(1000), due=DUE, on=after(10))


def test_parts_are_explained_line_by_line() -> None:
    """Each part is a line with its reason, and the lines sum to the whole."""
    quote = LateFees((FlatFee(usd("5")), PercentFee("0.02"), DailyFee(usd(1)), DailyInterest("0.0365"), STEPS)).quote(
        usd(1000), due=DUE, on=after(10)
    )
    assert [
        "late fee",
        "late fee of 2 % of 1000.00",
        "late fee for 10 days",
        "interest of 3.65 % a year for 10 days",
        "fixed compensation",
    ] == [line.why for line in quote.lines]
    assert quote.exact.amount == sum(line.amount.amount for line in quote.lines)


def test_rounding_each_day_is_a_choice() -> None:
    """5,000 at 12.25 % for 101 days: 169.49 rounded once, 169.68 rounded by the day."""
    once, daily = (LateFees((DailyInterest("0.1225", is_daily=is_daily),)) for is_daily in (False, True))
    found = [fees.fee(usd(5000), due=DUE, on=after(101)) for fees in (once, daily)]
    assert [usd("169.49"), usd("169.68")] == found


@pytest.mark.parametrize(("days", "expected"), [(0, "0"), (3, "0"), (4, "4"), (10, "10")])
def test_grace_only_postpones(days: int, expected: str) -> None:
    """Within the grace nothing is charged; after it the days of grace count as well."""
    assert usd(expected) == LateFees((DailyFee(usd(1)),), 3).fee(usd(100), due=DUE, on=after(days))


def test_grace_may_be_free() -> None:
    """Where it was agreed, the days of grace never count."""
    assert usd(7) == LateFees((DailyFee(usd(1)),), 3, is_grace_free=True).fee(usd(100), due=DUE, on=after(10))


def test_before_the_due_day_nothing_is_late() -> None:
    """A day before the due day costs nothing."""
    assert usd(0) == LateFees((FlatFee(usd(5)),)).fee(usd(100), due=DUE, on=after(-1))


@pytest.mark.parametrize(
    ("caps", "expected"),
    [({"cap": usd(12)}, "12"), ({"cap_rate": "0.05"}, "5"), ({"yearly_cap": "0.365"}, "3"), ({"cap": usd(99)}, "30")],
)
def test_caps_end_it(caps: dict[str, object], expected: str) -> None:
    """An amount, a share of the principal, and a share for each year bound the fees; a wide cap changes nothing."""
    fees = LateFees((DailyFee(usd(1)),), **caps)  # type: ignore[arg-type]  # money or a rate
    assert usd(expected) == fees.fee(usd(100), due=DUE, on=after(30))


def test_a_cap_is_explained() -> None:
    """What a cap takes off is a line of its own."""
    quote = LateFees((FlatFee(usd(20)),), cap=usd(12)).quote(usd(100), due=DUE, on=after(1))
    assert ["late_fee", "cap"] == [line.kind for line in quote.lines]


def test_what_was_charged_is_not_charged_again() -> None:
    """A second bill charges the rest, and never less than nothing."""
    fees = LateFees((DailyFee(usd(1)),))
    assert (usd(4), usd(0)) == (
        fees.fee(usd(100), due=DUE, on=after(10), charged=usd(6)),
        fees.fee(usd(100), due=DUE, on=after(10), charged=usd(60)),
    )


@pytest.mark.parametrize("fees", [LateFees((FlatFee(usd(5)),), is_on=False), LateFees(())])
def test_fees_that_are_off_charge_nothing(fees: LateFees) -> None:
    """A schedule that is off, or empty, charges nothing."""
    assert usd(0) == fees.fee(usd(100), due=DUE, on=after(10))


def test_nothing_owed_costs_nothing() -> None:
    """No flat fee is charged on a principal of nothing."""
    assert usd(0) == LateFees((FlatFee(usd(5)),)).fee(usd(0), due=DUE, on=after(10))


@pytest.mark.parametrize(("debt", "expected"), [("999.99", 40), ("1000", 70), ("9999.99", 70), ("10000", 100)])
def test_a_debt_on_a_bound_belongs_to_the_step_above(debt: str, expected: int) -> None:
    """Bounds are exclusive, as the British statute has them."""
    assert usd(expected) == STEPS.fee(usd(debt))


def test_british_interest_and_compensation() -> None:
    """8 points above the base rate, and a fixed sum, between businesses."""
    uk = statutory_fees("GB", reference_rate="0.0425")
    assert (money("239.49", "GBP"), "business", "high") == (
        uk.fees.fee(money(5000, "GBP"), due=DUE, on=after(101)),
        uk.applies_to,
        uk.confidence,
    )


def test_european_interest_and_compensation() -> None:
    """8 points above the ECB's rate and 40 euro."""
    eu = statutory_fees("EU", reference_rate="0.0425").fees
    assert money("209.49", "EUR") == eu.fee(money(5000, "EUR"), due=DUE, on=after(101))


@pytest.mark.parametrize(("place", "rate", "expected"), [("CN", "0.03", "0.12"), ("TW", 0, "0.16"), ("JP", 0, "0.146")])
def test_figures_of_low_confidence_are_off(place: str, rate: str, expected: str) -> None:
    """Upper bounds that were not looked up are off, and hold once they are switched on."""
    preset = statutory_fees(place, reference_rate=rate)
    assert ("low", False, Fraction(expected)) == (preset.confidence, preset.fees.is_on, preset.fees.yearly_cap)
    switched = attrs.evolve(preset.fees, is_on=True)
    assert Fraction(1000) * Fraction(expected) == switched.quote(usd(1000), due=DUE, on=after(365)).exact.amount


def test_grace_counts_days_after_the_due_day() -> None:
    """Chinese life insurance: 60 days of grace from 1 March end on 30 April, two years to reinstate."""
    grace = GRACES["cn_life"]
    assert (date(2026, 4, 30), date(2026, 5, 1), date(2028, 5, 1)) == (
        grace.last_day(date(2026, 3, 1)),
        grace.ends(date(2026, 3, 1)),
        grace.reinstatement_ends(date(2026, 3, 1)),
    )


@pytest.mark.parametrize(("days", "expected"), [(31, True), (32, False)])
def test_the_last_day_of_grace_is_covered(days: int, expected: bool) -> None:
    """The last day still counts, the next does not."""
    assert expected is GRACES["us_life"].covers(after(days), due=DUE)


def test_a_grace_without_reinstatement_has_no_end_of_it() -> None:
    """Where nothing is said about reinstatement there is no day to tell."""
    assert GRACES["us_life"].reinstatement_ends(DUE) is None


def owed(amount: Money) -> Callable[[], object]:
    """Ask for fees on a principal."""
    return lambda: LateFees((FlatFee(usd(5)), STEPS), cap=usd(9)).fee(amount, due=DUE, on=after(5))


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: Grace(-1), RangeError),
        (lambda: Grace(1, reinstatement_months=-1), RangeError),
        (lambda: PercentFee(0.05), ExactNumberError),
        (lambda: PercentFee("-0.05"), RangeError),
        (lambda: DailyInterest("0.1", 300), RangeError),
        (lambda: SteppedFee(((usd(1), usd(1)),)), ConfigurationError),
        (lambda: SteppedFee(((None, usd(1)), (None, usd(2)))), ConfigurationError),
        (lambda: SteppedFee(((usd(2), usd(1)), (usd(1), usd(2)), (None, usd(3)))), ConfigurationError),
        (lambda: LateFees((), -1), RangeError),
        (owed(usd(-1)), RangeError),
        (owed(money(1, "EUR")), CurrencyMismatchError),
        (
            lambda: LateFees((PercentFee(1),), cap=usd(1)).fee(money(1, "EUR"), due=DUE, on=after(5)),
            CurrencyMismatchError,
        ),
        (lambda: statutory_fees("XX", reference_rate=0), ConfigurationError),
    ],
)
def test_bad_fees_are_refused(make: Callable[[], object], error: type[Exception]) -> None:
    """Fees that cannot mean anything, and mixed currencies, are refused."""
    with pytest.raises(error, match="expected"):
        make()


def test_a_schedule_knows_what_is_due_at_once() -> None:
    """A sum or a share is due in full on one day, interest is not; a schedule that is off owes nothing."""
    once, daily = LateFees((FlatFee(usd(5)), DailyInterest("0.1"))), LateFees((DailyInterest("0.1"),))
    assert (True, False, False) == (
        once.is_due_at_once,
        daily.is_due_at_once,
        attrs.evolve(once, is_on=False).is_due_at_once,
    )


@pytest.mark.parametrize(
    ("fees", "code"),
    [
        (LateFees((PercentFee("0.1"),)), None),
        (LateFees((PercentFee("0.1"), DailyFee(usd(1)))), "USD"),
        (LateFees((SteppedFee(((None, money(40, "GBP")),)),)), "GBP"),
        (LateFees((PercentFee("0.1"),), cap=money(10, "EUR")), "EUR"),
    ],
)
def test_a_schedule_knows_its_currency(fees: LateFees, code: str | None) -> None:
    """Of sums, steps and caps; shares alone have none."""
    assert code == (fees.currency and fees.currency.code)
