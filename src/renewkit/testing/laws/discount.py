"""Laws of every discount: ours, and a host's own with the same method.

>>> from renewkit.policies.discount import PercentOff
>>> from renewkit.values.money import ExactMoney
>>> no_line_falls_below_zero(PercentOff("0.20"), [Line("flat", ExactMoney(30, "USD"))], 0)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Protocol

from renewkit.policies.discount import AmountOff
from renewkit.values.line import Line

__all__ = ["Discounted", "amount_off_takes_what_it_says", "lines_stay_in_place", "no_line_falls_below_zero"]


class Discounted(Protocol):
    """What a discount must answer to be judged by these laws."""

    def apply(self, lines: Iterable[Line], index: int) -> tuple[Line, ...]:
        """Return the lines of a period, lowered."""
        ...


def no_line_falls_below_zero(discount: Discounted, lines: Sequence[Line], index: int) -> None:
    """A charge is lowered to nothing at the least and never raised; a credit is left as it is."""
    for before, after in zip(lines, discount.apply(lines, index), strict=True):
        charge = before.amount.amount
        least = min(charge, Fraction())
        assert least <= after.amount.amount <= charge, f"{before.amount} became {after.amount}"


def lines_stay_in_place(discount: Discounted, lines: Sequence[Line], index: int) -> None:
    """Every line keeps its place, kind, item and period, because taxes and revenue follow them."""
    for before, after in zip(lines, discount.apply(lines, index), strict=True):
        assert (before.kind, before.item, before.period) == (after.kind, after.item, after.period), after


def amount_off_takes_what_it_says(discount: AmountOff, lines: Sequence[Line], index: int) -> None:
    """While it runs, an amount off takes exactly its amount from all lines together, or all that they charge."""
    taken = sum(
        (
            before.amount.amount - after.amount.amount
            for before, after in zip(lines, discount.apply(lines, index), strict=True)
        ),
        Fraction(),
    )
    charges = sum((max(line.amount.amount, Fraction()) for line in lines), Fraction())
    runs = discount.periods is None or index < discount.periods
    expected = min(discount.amount.amount, charges) if runs else Fraction()
    assert expected == taken, f"{discount.amount} took {taken}"
