"""What always holds of renewals, and that each law can tell."""

from itertools import islice

import attrs
import pendulum
import pytest
from hypothesis import given
from moneyed import Money

from renewkit.books.renewal import Renewal, renewals
from renewkit.books.subscription import Subscription
from renewkit.testing.laws import renewal as laws
from renewkit.testing.storage.samples import contract
from renewkit.testing.strategies.renewal import contracts
from renewkit.values.money import usd
from renewkit.values.period import Period

SOLD = contract()
COMING = tuple(islice(renewals("default", SOLD), 3))


def coming(sold: Subscription) -> list[Renewal]:
    """Return the first renewals of a contract."""
    return list(islice(renewals("default", sold), 6))


@given(sold=contracts())
def test_renewals_tile(sold: Subscription) -> None:
    """On any cycle, from any start to any end, no day is billed twice and none is left out."""
    laws.renewals_tile(sold, coming(sold))


@given(sold=contracts())
def test_a_finite_contract_is_billed_to_its_end(sold: Subscription) -> None:
    """All renewals of a contract that ends cover exactly the days up to its final day."""
    found = coming(sold)
    if len(found) < 6:
        assert sold.final_day == (found[-1].period.end if found else sold.final_day)


@given(sold=contracts())
def test_totals_are_sums_of_lines(sold: Subscription) -> None:
    """Every line is settled once, whatever the price, the stub and the mode."""
    for renewal in coming(sold):
        laws.a_total_is_the_sum_of_its_lines(renewal)


@given(sold=contracts())
def test_a_preview_is_what_is_billed(sold: Subscription) -> None:
    """What is shown in advance is what is billed, under the same keys."""
    laws.a_preview_is_what_is_billed(sold, coming(sold))


@given(sold=contracts())
def test_nothing_is_due_before_it_is_issued(sold: Subscription) -> None:
    """However long the lead, nobody owes what has not been sent."""
    assert all(renewal.issued_on <= renewal.due_on for renewal in coming(sold))


@given(sold=contracts())
def test_each_period_has_keys_of_its_own(sold: Subscription) -> None:
    """No two lines of a contract share a key, so none is taken for billed already."""
    keys = [line.id for renewal in coming(sold) for line in renewal.lines]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    "broken",
    [
        COMING[1:],
        (COMING[0], COMING[2]),
        (COMING[0], COMING[0]),
        (attrs.evolve(COMING[0], period=Period(COMING[0].period.start, COMING[1].period.end)),),
    ],
)
def test_gaps_and_overlaps_break_the_law(broken: tuple[Renewal, ...]) -> None:
    """A late start, a gap, a repetition and a period over two cycles are found."""
    with pytest.raises(AssertionError):
        laws.renewals_tile(SOLD, broken)


def test_service_beyond_the_end_breaks_the_law() -> None:
    """A period that reaches beyond the final day is found."""
    ending = attrs.evolve(SOLD, ends_on=pendulum.Date(2024, 3, 10))
    with pytest.raises(AssertionError, match="beyond the final day"):
        laws.renewals_tile(ending, COMING)


@pytest.mark.parametrize("total", [COMING[0].total + usd("0.01"), usd("0")])
def test_a_total_of_its_own_breaks_the_law(total: Money) -> None:
    """A total that is not the sum of its lines is found."""
    with pytest.raises(AssertionError, match="in a total of"):
        laws.a_total_is_the_sum_of_its_lines(attrs.evolve(COMING[0], total=total))


def test_a_line_that_is_not_settled_breaks_the_law() -> None:
    """A line whose amount is not its exact amount, rounded, is found."""
    wrong = attrs.evolve(COMING[0].lines[0], amount=usd("0.07"))
    with pytest.raises(AssertionError, match="settles to"):
        laws.a_total_is_the_sum_of_its_lines(attrs.evolve(COMING[0], lines=(wrong,), total=usd("0.07")))


@pytest.mark.parametrize("change", [{"lines": COMING[1].lines}, {"period": SOLD.cycle.period(7)}])
def test_another_preview_breaks_the_law(change: dict[str, object]) -> None:
    """Lines of another period are found."""
    with pytest.raises(AssertionError, match="previewed"):
        laws.a_preview_is_what_is_billed(SOLD, (attrs.evolve(COMING[0], **change),))
