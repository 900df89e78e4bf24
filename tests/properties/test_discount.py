"""The laws of discounts, and broken twins that must break them."""

from collections.abc import Iterable, Sequence

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from renewkit.codec import from_json, to_json
from renewkit.policies.discount import AmountOff, Discount
from renewkit.testing.laws import discount as laws
from renewkit.testing.strategies.pricing import amounts_off, discounts, lines
from renewkit.values.line import Line
from renewkit.values.money import ExactMoney, usd

indexes = st.integers(0, 4)
BILL = [Line("flat", ExactMoney(amount, "USD"), item="seats") for amount in ("10.00", "0.005", "-3")]


@given(discount=discounts(), bill=lines(), index=indexes)
@example(discount=AmountOff(usd("10.00")), bill=BILL, index=0)
def test_no_line_falls_below_zero(discount: Discount, bill: Sequence[Line], index: int) -> None:
    """A charge is lowered to nothing at the least; a credit stays."""
    laws.no_line_falls_below_zero(discount, bill, index)


@given(discount=discounts(), bill=lines(), index=indexes)
def test_lines_stay_in_place(discount: Discount, bill: Sequence[Line], index: int) -> None:
    """Lines keep their place, kind, item and period."""
    laws.lines_stay_in_place(discount, bill, index)


@given(discount=amounts_off(), bill=lines(), index=indexes)
@example(discount=AmountOff(usd("10.00")), bill=BILL, index=0)
def test_amount_off_takes_what_it_says(discount: AmountOff, bill: Sequence[Line], index: int) -> None:
    """The shares of an amount off sum to it."""
    laws.amount_off_takes_what_it_says(discount, bill, index)


@given(discount=discounts())
def test_discounts_round_trip(discount: Discount) -> None:
    """A discount is the same value after JSON."""
    assert discount == from_json(to_json(discount), Discount)


@attrs.frozen
class Broken:
    """A discount with one fault."""

    fault: str

    def apply(self, bill: Iterable[Line], index: int) -> tuple[Line, ...]:
        """Apply with a fault."""
        if self.fault == "goes below zero":
            return tuple(attrs.evolve(line, amount=line.amount - ExactMoney(100, "USD")) for line in bill)
        if self.fault == "raises":
            return tuple(attrs.evolve(line, amount=line.amount + ExactMoney(1, "USD")) for line in bill)
        if self.fault == "turns the lines round":
            return tuple(attrs.evolve(line, item=f"{index}") for line in bill)
        return tuple(bill)


@pytest.mark.parametrize("fault", ["goes below zero", "raises"])
def test_a_discount_below_zero_breaks_the_law(fault: str) -> None:
    """A negative charge and a raised one are found."""
    with pytest.raises(AssertionError):
        laws.no_line_falls_below_zero(Broken(fault), BILL, 0)


def test_lost_items_break_the_law() -> None:
    """A line that changes its item is found."""
    with pytest.raises(AssertionError):
        laws.lines_stay_in_place(Broken("turns the lines round"), BILL, 0)


def test_an_amount_off_that_takes_nothing_breaks_the_law() -> None:
    """An amount off that is left out is found."""

    @attrs.frozen
    class Idle(AmountOff):
        def apply(self, bill: Iterable[Line], index: int) -> tuple[Line, ...]:
            return tuple(bill)

    with pytest.raises(AssertionError):
        laws.amount_off_takes_what_it_says(Idle(usd("5")), BILL, 0)
