"""Late fees and grace: what an unpaid invoice costs more, from which day, and where that ends.

Fees are simple: they are counted on the principal and never on another fee. Settled once, unless a schedule
says that each day is rounded. What a law allows differs by country and by who owes; the presets carry their
source and how far it may be trusted, and none of this is legal advice. See also: late payment interest,
penalty, 違約金, 滯納金, 寬限期.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Final, assert_never

import attrs
import pendulum
from moneyed import Currency, Money

from renewkit.errors import ConfigurationError, RangeError
from renewkit.values.line import Line, Quote
from renewkit.values.moments import civil_date
from renewkit.values.money import ExactMoney, Rounding, exact, money, money_in, same_currency, settle
from renewkit.values.months import add_months
from renewkit.values.number import Number, count, plain, whole

__all__ = [
    "GRACES",
    "DailyFee",
    "DailyInterest",
    "FeePart",
    "FlatFee",
    "Grace",
    "LateFees",
    "PercentFee",
    "StatutoryFees",
    "SteppedFee",
    "statutory_fees",
]


@attrs.frozen
class Grace:
    """How many days after the due day a contract is still served, and for how long it may be reinstated after that.

    >>> grace = Grace(60, reinstatement_months=24)
    >>> str(grace.last_day(date(2026, 3, 1))), str(grace.ends(date(2026, 3, 1)))
    ('2026-04-30', '2026-05-01')
    """

    days: int
    reinstatement_months: int | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse negative counts."""
        whole(self.days, least=0, name="days of grace")
        if self.reinstatement_months is not None:
            whole(self.reinstatement_months, least=0, name="months of reinstatement")

    def last_day(self, due: date) -> pendulum.Date:
        """Return the last day of grace: the due day and so many days more."""
        return civil_date(civil_date(due) + timedelta(days=self.days))

    def ends(self, due: date) -> pendulum.Date:
        """Return the first day after grace, on which service stops."""
        return civil_date(self.last_day(due) + timedelta(days=1))

    def covers(self, day: date, *, due: date) -> bool:
        """Whether a day still lies in the grace."""
        return civil_date(day) <= self.last_day(due)

    def reinstatement_ends(self, due: date) -> pendulum.Date | None:
        """Return the first day on which a lapsed contract cannot be reinstated any more, None where there is no limit.

        >>> str(Grace(60, reinstatement_months=24).reinstatement_ends(date(2026, 3, 1)))
        '2028-05-01'
        """
        return None if self.reinstatement_months is None else add_months(self.ends(due), self.reinstatement_months)


GRACES: Final[dict[str, Grace]] = {
    "cn_life": Grace(60, reinstatement_months=24),
    "us_life": Grace(31),
}
"""Customary and statutory graces: China's Insurance Law articles 36 and 37 (60 days, two years to reinstate), life
insurance in the United States (31 days in most states, by contract)."""


@attrs.frozen
class FlatFee:
    """One sum, once."""

    amount: Money = attrs.field(converter=money_in)


@attrs.frozen
class PercentFee:
    """A share of the principal, once: `PercentFee("0.05")` is 5 %."""

    rate: Fraction = attrs.field(converter=count)


@attrs.frozen
class DailyFee:
    """One sum for every day overdue."""

    amount: Money = attrs.field(converter=money_in)


@attrs.frozen
class DailyInterest:
    """Simple interest for every day overdue, at a rate for a year of `year_days`.

    With `is_daily` the interest of one day is rounded and then multiplied, as some calculators do; otherwise
    only the sum is.
    """

    rate: Fraction = attrs.field(converter=count)
    year_days: int = 365
    is_daily: bool = attrs.field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse a year that is none."""
        whole(self.year_days, least=360, most=366, name="days of a year")


def _steps(steps: Iterable[tuple[Money | None, Money]]) -> tuple[tuple[Money | None, Money], ...]:
    return tuple((None if below is None else money_in(below), money_in(fee)) for below, fee in steps)


@attrs.frozen
class SteppedFee:
    """One sum that depends on the principal: `(below, fee)` pairs in ascending order, the last one without a bound.

    >>> from renewkit.values.money import usd
    >>> SteppedFee(((usd(1000), usd(40)), (None, usd(100)))).fee(usd(1000))
    Money('100.00', 'USD')
    """

    steps: tuple[tuple[Money | None, Money], ...] = attrs.field(converter=_steps)

    def __attrs_post_init__(self) -> None:
        """Refuse steps that do not ascend, or end."""
        bounds = [below.amount for below, _ in self.steps if below is not None]
        if len(bounds) != len(self.steps) - 1 or self.steps[-1][0] is not None:
            raise ConfigurationError(
                "steps with a bound, and a last one without", f"{len(self.steps)} steps", "end with None"
            )
        if any(high <= low for low, high in pairwise(bounds)):
            raise ConfigurationError("steps in ascending order", ", ".join(map(str, bounds)), "sort the steps")

    def fee(self, principal: Money) -> Money:
        """Return the sum for a principal; a principal on a bound belongs to the step above."""
        same_currency(principal.currency, self.steps[-1][1].currency)
        return next(fee for below, fee in self.steps if below is None or principal < below)


FeePart = FlatFee | PercentFee | DailyFee | DailyInterest | SteppedFee
"""What late fees are made of."""


def _parts(parts: Iterable[FeePart]) -> tuple[FeePart, ...]:
    return tuple(parts)


def _cap(value: Money | None) -> Money | None:
    return None if value is None else money_in(value)


def _rate(value: Number | None) -> Fraction | None:
    return None if value is None else count(value)


@attrs.frozen
class LateFees:
    """Late fees of a contract: their parts, the days of grace in which none is charged, and the caps.

    Days overdue count from the day after the due day; within `grace_days` nothing is charged, after that the
    days of grace count as well, unless `is_grace_free`. `cap` bounds the fees of one invoice, `cap_rate` their
    share of the principal, `yearly_cap` their share of the principal for each year (of 365 days) overdue. A
    schedule that `is_on` False charges nothing: where a law forbids late fees, or for consumers.

    >>> from renewkit.values.money import usd
    >>> fees = LateFees((FlatFee(usd("5")), DailyInterest("0.0365")), grace_days=3)
    >>> fees.fee(usd("1000"), due=date(2026, 1, 1), on=date(2026, 1, 11))
    Money('6.00', 'USD')
    """

    parts: tuple[FeePart, ...] = attrs.field(converter=_parts)
    grace_days: int = 0
    is_grace_free: bool = attrs.field(default=False, kw_only=True)
    cap: Money | None = attrs.field(default=None, converter=_cap, kw_only=True)
    cap_rate: Fraction | None = attrs.field(default=None, converter=_rate, kw_only=True)
    yearly_cap: Fraction | None = attrs.field(default=None, converter=_rate, kw_only=True)
    is_on: bool = attrs.field(default=True, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse negative grace."""
        whole(self.grace_days, least=0, name="days of grace")

    @property
    def is_due_at_once(self) -> bool:
        """Whether something is due in full on the first day after the grace, and not day by day."""
        return self.is_on and any(isinstance(part, FlatFee | PercentFee | SteppedFee) for part in self.parts)

    @property
    def currency(self) -> Currency | None:
        """The currency of the first sum that the schedule names; None where it only knows shares."""
        sums = (part.amount for part in self.parts if isinstance(part, FlatFee | DailyFee))
        stepped = (part.steps[-1][1] for part in self.parts if isinstance(part, SteppedFee))
        caps = () if self.cap is None else (self.cap,)
        return next((amount.currency for amount in (*sums, *stepped, *caps)), None)

    def days_overdue(self, *, due: date, on: date) -> int:
        """Return the days for which fees are counted on a day; 0 within the grace."""
        days = civil_date(on).toordinal() - civil_date(due).toordinal()
        if days <= self.grace_days:
            return 0
        return days - self.grace_days if self.is_grace_free else days

    def quote(self, principal: Money, *, due: date, on: date) -> Quote:
        """Return the exact fees on a principal, line by line; `principal` holds no earlier fees.

        A last line takes off what exceeds a cap. Raises `RangeError` for a negative principal and
        `CurrencyMismatchError` for one in another currency than a fee or cap.
        """
        base = exact(money_in(principal))
        if base.amount < 0:
            raise RangeError("a principal of 0 or more", str(principal.amount), "late fees are counted on what is owed")
        days = self.days_overdue(due=due, on=on)
        if not self.is_on or days == 0 or base.is_zero:
            return Quote.of((), base.currency)
        whole_quote = Quote.of([_line(part, principal, base, days=days) for part in self.parts], base.currency)
        over = whole_quote.exact.amount - min([whole_quote.exact.amount, *self._caps(base, days)])
        if not over:
            return whole_quote
        return Quote.of(
            [*whole_quote.lines, Line("cap", ExactMoney(-over, base.currency), why="more than late fees may come to")],
            base.currency,
        )

    def fee(
        self,
        principal: Money,
        *,
        due: date,
        on: date,
        charged: Money | None = None,
        rounding: Rounding = Rounding.HALF_UP,
    ) -> Money:
        """Return the fees that are still to be charged: settled once, less what was charged before, never below zero.

        >>> from renewkit.values.money import usd
        >>> fees = LateFees((PercentFee("0.10"),))
        >>> fees.fee(usd(50), due=date(2026, 1, 1), on=date(2026, 1, 2), charged=usd(2))
        Money('3.00', 'USD')
        """
        quote = self.quote(principal, due=due, on=on)
        return quote.less(ExactMoney(0, principal.currency) if charged is None else charged, rounding=rounding)

    def _caps(self, base: ExactMoney, days: int) -> list[Fraction]:
        caps = []
        if self.cap is not None:
            same_currency(base.currency, self.cap.currency)
            caps.append(exact(self.cap).amount)
        if self.cap_rate is not None:
            caps.append(base.amount * self.cap_rate)
        if self.yearly_cap is not None:
            caps.append(base.amount * self.yearly_cap * days / 365)
        return caps


@attrs.frozen
class StatutoryFees:
    """Late fees that a law grants or bounds: who they apply to, and how far the figures may be trusted.

    Figures of low confidence come switched off; `attrs.evolve(fees, is_on=True)` of the inner value switches
    them on after a check.
    """

    jurisdiction: str
    fees: LateFees
    applies_to: str = attrs.field(kw_only=True)
    confidence: str = attrs.field(kw_only=True)
    source: str = attrs.field(kw_only=True)


def statutory_fees(jurisdiction: str, *, reference_rate: Number) -> StatutoryFees:
    """Return the late fees of a law: `GB` and `EU` (debts between businesses), `CN`, `TW`, `JP` (upper bounds).

    `reference_rate` is the central bank's rate that the law builds on (for CN the one-year loan prime rate; TW and JP
    need none, pass 0). Raises `ConfigurationError` for another jurisdiction.

    >>> uk = statutory_fees("GB", reference_rate="0.0425").fees
    >>> uk.fee(money(5000, "GBP"), due=date(2026, 1, 1), on=date(2026, 4, 12))
    Money('239.49', 'GBP')
    """
    rate = count(reference_rate)
    build = _STATUTES.get(jurisdiction)
    if build is None:
        known = ", ".join(sorted(_STATUTES))
        raise ConfigurationError(f"a jurisdiction with a preset ({known})", jurisdiction, "write LateFees by its law")
    return build(rate)


def _line(part: FeePart, principal: Money, base: ExactMoney, *, days: int) -> Line:
    unit: Currency = base.currency
    match part:
        case FlatFee(amount):
            return Line("late_fee", exact(amount), why="late fee")
        case PercentFee(rate):
            return Line(
                "late_fee", base * rate, why=f"late fee of {plain(rate * 100)} % of {plain(base.amount, places=2)}"
            )
        case DailyFee(amount):
            return Line(
                "late_fee", exact(amount) * days, why=f"late fee for {days} days", quantity=days, unit=exact(amount)
            )
        case DailyInterest(rate, year_days):
            daily = ExactMoney(base.amount * rate / year_days, unit)
            daily = exact(settle(daily)) if part.is_daily else daily
            why = f"interest of {plain(rate * 100)} % a year for {days} days"
            return Line("late_interest", daily * days, why=why, quantity=days, unit=daily)
        case SteppedFee():
            return Line("late_fee", exact(part.fee(principal)), why="fixed compensation")
        case _:
            assert_never(part)


def _united_kingdom(base_rate: Fraction) -> StatutoryFees:
    pounds = _in("GBP")
    steps = SteppedFee(((pounds(1000), pounds(40)), (pounds(10000), pounds(70)), (None, pounds(100))))
    return StatutoryFees(
        "GB",
        LateFees((DailyInterest(base_rate + Fraction("0.08")), steps)),
        applies_to="business",
        confidence="high",
        source="Late Payment of Commercial Debts (Interest) Act 1998; the base rate of 31 December or 30 June before",
    )


def _european_union(refinancing_rate: Fraction) -> StatutoryFees:
    return StatutoryFees(
        "EU",
        LateFees((DailyInterest(refinancing_rate + Fraction("0.08")), FlatFee(_in("EUR")(40)))),
        applies_to="business",
        confidence="medium",
        source="Directive 2011/7/EU, from memory; the ECB's rate of 1 January or 1 July",
    )


def _bounded(jurisdiction: str, rate: Fraction, *, applies_to: str, source: str) -> StatutoryFees:
    fees = LateFees((DailyInterest(rate),), yearly_cap=rate, is_on=False)
    return StatutoryFees(jurisdiction, fees, applies_to=applies_to, confidence="low", source=source)


def _in(code: str) -> Callable[[int], Money]:
    return lambda amount: money(amount, code)


_STATUTES: Final[dict[str, Callable[[Fraction], StatutoryFees]]] = {
    "GB": _united_kingdom,
    "EU": _european_union,
    "CN": lambda rate: _bounded(
        "CN",
        4 * rate,
        applies_to="anybody",
        source="4 times the loan prime rate, the cap of private lending, from memory",
    ),
    "TW": lambda _: _bounded(
        "TW", Fraction("0.16"), applies_to="anybody", source="Civil Code article 205, from memory"
    ),
    "JP": lambda _: _bounded(
        "JP", Fraction("0.146"), applies_to="consumer", source="Consumer Contract Act, from memory"
    ),
}
