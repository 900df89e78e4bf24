"""Lines and quotes: an amount that can say why.

A `Line` is one explained amount, still exact; a `Quote` is a sum of them. Rounding happens when a quote is settled, once per
line on an invoice.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import attrs

from renewkit.values.money import ExactMoney, Rounding, settle
from renewkit.values.period import Period

if TYPE_CHECKING:
    from moneyed import Money

__all__ = ["Line", "Quote"]


@attrs.frozen
class Line:
    """One explained amount.

    `kind` is a stable word for machines (`tier`, `flat`, `discount`, `credit`, `minimum`, ...), `why` a sentence for
    people. `quantity` and `unit` (exact price of one) are there where the amount is their product.

    >>> Line("tier", ExactMoney("50", "USD"), why="units 1 to 10 at 5.00", quantity=10, unit=ExactMoney("5", "USD")).amount
    ExactMoney(amount=Fraction(50, 1), currency=USD)
    """

    kind: str
    amount: ExactMoney
    why: str = attrs.field(default="", kw_only=True)
    quantity: Fraction | None = attrs.field(default=None, kw_only=True, converter=attrs.converters.optional(Fraction))
    unit: ExactMoney | None = attrs.field(default=None, kw_only=True)
    period: Period | None = attrs.field(default=None, kw_only=True)
    item: str | None = attrs.field(default=None, kw_only=True)


@attrs.frozen
class Quote:
    """What something costs, exactly, and why: the lines sum to `exact`.

    >>> line = Line("flat", ExactMoney("3.5035", "USD"))
    >>> Quote(line.amount, (line,)).settle()
    Money('3.50', 'USD')
    """

    exact: ExactMoney
    lines: tuple[Line, ...] = attrs.field(converter=tuple)

    def settle(self, *, rounding: Rounding = Rounding.HALF_UP) -> Money:
        """Return the whole as a chargeable amount, rounded once."""
        return settle(self.exact, rounding=rounding)
