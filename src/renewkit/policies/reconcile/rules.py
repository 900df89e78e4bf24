"""What the host knows about its payments: `MatchRules`. The matcher knows no format by itself."""

from __future__ import annotations

import re
from fractions import Fraction

import attrs
from moneyed import Currency

from renewkit.errors import ConfigurationError, RangeError
from renewkit.values.currency import currency
from renewkit.values.money import Rounding, round_ratio
from renewkit.values.number import count, fraction, whole

__all__ = ["FeeFormula", "MatchRules", "Rate"]


@attrs.frozen
class FeeFormula:
    """What a processor keeps of one payment: a share of the amount plus a fixed part, rounded half up per payment.

    `share` is a fraction of the amount, `fixed` minor units.

    >>> FeeFormula("0.029", 30).of(5000)
    175
    """

    share: Fraction = attrs.field(converter=count)
    fixed: int = 0

    def of(self, minor: int) -> int:
        """Return the fee of an amount, both in minor units."""
        return round_ratio(minor * self.share.numerator, self.share.denominator, Rounding.HALF_UP) + self.fixed


@attrs.frozen
class Rate:
    """One unit of `source` is worth `rate` units of `target`.

    >>> Rate("EUR", "USD", rate="1.0850").rate
    Fraction(217, 200)
    """

    source: Currency = attrs.field(converter=currency)
    target: Currency = attrs.field(converter=currency)
    rate: Fraction = attrs.field(converter=fraction, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse a rate that is not positive."""
        if self.rate <= 0:
            raise RangeError("a positive rate", str(self.rate), "say what one unit of the source is worth")


def _days(default: int) -> int:
    field: int = attrs.field(
        default=default, kw_only=True, converter=lambda days: whole(days, least=0, most=3_660, name="days")
    )
    return field


@attrs.frozen
class MatchRules:
    """What may be known of the host's payments.

    * `early`, `late`: how many days before and after its day an expected entry may be paid when the party is the
      evidence; `reference_days`: the same, both ways, when a reference is.
    * `tolerance` (a share of what is expected) and `tolerance_minor` (minor units): the larger of the two is the
      difference that is written off; a larger shortfall is a partial payment, a larger excess is never settled
      without a person.
    * `partial`: whether a smaller payment with the reference of an entry is taken as a part of it.
    * `patterns`: regular expressions that find references in free text beyond those that the expected side shows;
      the first group, or the whole match, is looked up.
    * `payout_words` mark a line as a payout of a processor; `fee` is what the processor keeps of each payment and
      `payout_days` how many days after it collects.
    * `flat_fees`: minor units that banks on the way may keep of a payment.
    * `rates` and `fx_tolerance` (a share): how amounts in other currencies are compared.
    * `duplicate_days`: how long after a payment a second one without a reference counts as paid twice.
    * `group_size`: how many entries one subset sum may have.
    * `amount_alone`: whether an amount that one entry and one line have within `early` and `late`, and no other, is
      evidence enough; right for two books of one account, wrong for payments of many people.

    Raises `ConfigurationError` for a pattern that is no regular expression.

    >>> MatchRules(late=90).late
    90
    """

    early: int = _days(10)
    late: int = _days(60)
    reference_days: int = _days(400)
    duplicate_days: int = _days(10)
    payout_days: int = _days(7)
    tolerance: Fraction = attrs.field(default=Fraction(0), kw_only=True, converter=count)
    tolerance_minor: int = attrs.field(default=0, kw_only=True)
    partial: bool = attrs.field(default=True, kw_only=True)
    patterns: tuple[str, ...] = attrs.field(default=(), kw_only=True, converter=tuple)
    payout_words: tuple[str, ...] = attrs.field(default=(), kw_only=True, converter=tuple)
    fee: FeeFormula | None = attrs.field(default=None, kw_only=True)
    flat_fees: tuple[int, ...] = attrs.field(default=(), kw_only=True, converter=tuple)
    rates: tuple[Rate, ...] = attrs.field(default=(), kw_only=True, converter=tuple)
    fx_tolerance: Fraction = attrs.field(default=Fraction(2, 100), kw_only=True, converter=count)
    group_size: int = attrs.field(default=12, kw_only=True)
    amount_alone: bool = attrs.field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot work."""
        whole(self.tolerance_minor, least=0, name="minor units of tolerance")
        whole(self.group_size, least=2, most=200, name="entries of one sum")
        for pattern in self.patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ConfigurationError("a regular expression", pattern, f"correct it ({error})") from None

    def allowance(self, minor: int) -> int:
        """Return the difference that is written off for an expected amount, both in minor units.

        >>> MatchRules(tolerance="0.01", tolerance_minor=5).allowance(10_00)
        10
        """
        share = abs(minor) * self.tolerance.numerator // self.tolerance.denominator
        return max(share, self.tolerance_minor)
