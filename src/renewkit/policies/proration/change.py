"""Changes in mid-period: what is given back of the old price, what the new one costs, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Final, Generic

import attrs

from renewkit.errors import RangeError
from renewkit.policies.proration.parts import DEFAULT, Amount, check_kinds, minus, remaining
from renewkit.policies.proration.scale import Quantity, Scale
from renewkit.values.daycount import (
    ChangeDay,
    ChargeMode,
    CreditMode,
    EarlierCredits,
    ProrationPolicy,
    ShortRate,
)
from renewkit.values.line import Line
from renewkit.values.moments import civil_date, instant
from renewkit.values.number import Number, whole
from renewkit.values.number import fraction as exact_number
from renewkit.values.period import Period, Span

__all__ = ["Change", "HighWater", "above_high_water", "add_on_amount", "change", "limit_credit"]

_ONE_DAY: Final = timedelta(days=1)


@attrs.frozen
class Change(Generic[Amount]):
    """What a change gives back and costs: `credit` and `charge` are never negative, `net` is `charge - credit`.

    `lines` explain both, the credit as a negative amount.
    """

    credit: Amount
    charge: Amount
    lines: tuple[Line, ...] = attrs.field(kw_only=True)

    @property
    def net(self) -> Amount:
        """What the customer pays now; negative when more is given back than charged."""
        return minus(self.charge, self.credit)


@attrs.frozen
class HighWater(Generic[Amount]):
    """What a change costs above the highest price that the period has been charged for, and the new mark."""

    charge: Amount
    mark: Amount
    lines: tuple[Line, ...] = attrs.field(kw_only=True)


def change(
    *,
    old: Amount,
    new: Amount,
    over: Period | Span,
    at: date,
    policy: ProrationPolicy = DEFAULT,
    paid: Amount | None = None,
    credited: Amount | None = None,
) -> Change[Amount]:
    """Return what it takes to go from one price to another on a day of a period that was billed at the old price.

    The day `at` belongs to the new price (`ChangeDay.OLD` says otherwise); at the period's start the change concerns
    all of it, at its end nothing. The credit is the unused part of `old`, limited to what was `paid` less what was
    `credited` before; without `paid` the old price counts as paid. Of a `Span`, `at` is an instant. A price of nothing
    serves a cancellation (`new`) or an addition (`old`).

    Raises `RangeError` for a day outside and for negative amounts, `CurrencyMismatchError`, `MoneyExpectedError` when
    Money and ExactMoney are mixed, and `GranularityError`.

    >>> from renewkit import usd
    >>> march = Period(date(2024, 3, 1), date(2024, 4, 1))
    >>> upgrade = change(old=usd("29.99"), new=usd("99.00"), over=march, at=date(2024, 3, 10))
    >>> upgrade.credit, upgrade.charge, upgrade.net
    (Money('21.28', 'USD'), Money('70.26', 'USD'), Money('48.98', 'USD'))
    >>> upgrade.lines[0].why
    'unused 22/31 of USD 29.99'
    """
    scale = Scale.of(old)
    prices = scale.price(old, "old"), scale.price(new, "new")
    limits = [
        None if value is None else scale.price(value, name) for value, name in ((paid, "paid"), (credited, "credited"))
    ]
    cut = _cut(over, at, policy)
    if cut == over.end:
        return _said(scale, 0, 0, ("nothing is unused", "nothing remains"), None)
    rest = remaining(over, cut, policy)
    unused, credit_why = _credit(scale, prices[0], rest, policy)
    credit = _limited(unused, prices[0], limits, policy)
    if credit != unused:
        credit_why += f", limited to {scale.shown(credit)}"
    charge, charge_why = _charge(scale, prices[1], rest, policy)
    return _said(scale, credit, charge, (credit_why, charge_why), _days(over, cut))


def limit_credit(
    credit: Amount, *, paid: Amount, credited: Amount, earlier: EarlierCredits = EarlierCredits.LIMIT
) -> Amount:
    """Return how much of a credit may be given, when so much was paid and so much already credited; never below zero.

    >>> from renewkit import usd
    >>> limit_credit(usd("300"), paid=usd("200"), credited=usd("50"))
    Money('150.00', 'USD')
    >>> limit_credit(usd("100"), paid=usd("200"), credited=usd("50"), earlier=EarlierCredits.DEDUCT)
    Money('50.00', 'USD')
    """
    scale = Scale.of(credit)
    limits = scale.price(paid, "paid"), scale.price(credited, "credited")
    return scale.amount(_least(scale.number(credit, "credit"), *limits, earlier))


def above_high_water(
    *, mark: Amount, new: Amount, over: Period | Span, at: date, policy: ProrationPolicy = DEFAULT
) -> HighWater[Amount]:
    """Return the charge for going to a new price when only what lies above the period's highest price is charged.

    A price at or below the mark costs nothing and gives nothing back, so a customer who goes down and up again within
    a period pays for the highest price once. Keep the returned `mark` until the period ends.

    >>> from renewkit import usd
    >>> april = Period(date(2024, 4, 1), date(2024, 5, 1))
    >>> again = above_high_water(mark=usd("20"), new=usd("30"), over=april, at=date(2024, 4, 16))
    >>> again.charge, again.mark
    (Money('5.00', 'USD'), Money('30.00', 'USD'))
    """
    scale = Scale.of(mark)
    highest, price = scale.price(mark, "mark"), scale.price(new, "new")
    cut = _cut(over, at, policy)
    rest = remaining(over, cut, policy)
    charge = scale.rest(max(price - highest, 0), rest, policy)
    above = f"what {scale.shown(price)} is above {scale.shown(highest)}, the highest price of the period so far"
    line = Line("charge", scale.exact(charge), why=f"{rest} of {above}", period=_days(over, cut))
    return HighWater(scale.amount(charge), scale.amount(max(price, highest)), lines=(line,))


def add_on_amount(
    amount: Amount, *, to: Period, at: date, length: int, tolerance: Number = "0.25", policy: ProrationPolicy = DEFAULT
) -> Amount:
    """Return what an add-on of its own rhythm costs from a day up to the end of its host's period.

    `length` is the nominal number of days that `amount` pays for (365 for a yearly add-on). Where the host's period is
    within `tolerance` of it, both count as one rhythm and the add-on costs the share of the period that remains;
    otherwise it costs the remaining days by its own length, at most all of it.

    >>> from renewkit import usd
    >>> january = Period(date(2025, 1, 1), date(2025, 1, 31))
    >>> add_on_amount(usd("365"), to=january, at=date(2025, 1, 1), length=365)
    Money('30.00', 'USD')
    """
    whole(length, least=1, name="days of an add-on")
    scale = Scale.of(amount)
    number, cut = scale.number(amount, "amount"), _cut(to, at, policy)
    if abs(to.days - length) > length * exact_number(tolerance):
        days = to.end.toordinal() - cut.toordinal()
        return scale.amount(scale.part(number, min(Fraction(days, length), Fraction(1)), policy))
    return scale.amount(scale.rest(number, remaining(to, cut, policy), policy))


def _credit(scale: Scale[Amount], old: Quantity, rest: Fraction, policy: ProrationPolicy) -> tuple[Quantity, str]:
    mode, shown = policy.credit, scale.shown(old)
    if isinstance(mode, ShortRate):
        return scale.part(old, rest * mode.kept, policy), f"unused {rest} of {shown}, less a penalty of {mode.penalty}"
    if mode is CreditMode.PRORATED:
        return scale.rest(old, rest, policy), f"unused {rest} of {shown}"
    return (old, f"all of {shown}") if mode is CreditMode.FULL else (0, f"no credit for {shown}")


def _charge(scale: Scale[Amount], new: Quantity, rest: Fraction, policy: ProrationPolicy) -> tuple[Quantity, str]:
    shown = scale.shown(new)
    if policy.charge is ChargeMode.PRORATED:
        return scale.rest(new, rest, policy), f"remaining {rest} of {shown}"
    if policy.charge is ChargeMode.FULL:
        return new, f"all of {shown}"
    return 0, f"no charge for {shown} before the next renewal"


def _limited(credit: Quantity, old: Quantity, limits: Sequence[Quantity | None], policy: ProrationPolicy) -> Quantity:
    paid, credited = limits
    if paid is None and credited is None:
        return credit
    return _least(credit, old if paid is None else paid, credited or 0, policy.earlier_credits)


def _least(credit: Quantity, paid: Quantity, credited: Quantity, earlier: EarlierCredits) -> Quantity:
    if earlier is EarlierCredits.DEDUCT:
        return max(min(credit, paid) - credited, 0)
    return max(min(credit, paid - credited), 0)


def _said(
    scale: Scale[Amount], credit: Quantity, charge: Quantity, why: tuple[str, str], period: Period | None
) -> Change[Amount]:
    lines = (
        Line("credit", scale.exact(-credit), why=why[0], period=period),
        Line("charge", scale.exact(charge), why=why[1], period=period),
    )
    return Change(scale.amount(credit), scale.amount(charge), lines=lines)


def _days(over: Period | Span, cut: date) -> Period | None:
    return Period(cut, over.end) if isinstance(over, Period) and cut != over.end else None


def _cut(over: Period | Span, at: date, policy: ProrationPolicy) -> date:
    check_kinds(over, policy)
    is_span = isinstance(over, Span)
    cut: date = instant(at) if is_span else civil_date(at)  # type: ignore[arg-type]  # instant checks
    if not over.start <= cut <= over.end:
        raise RangeError(f"a change within {over}", str(at), "bill the period that the change falls into")
    if is_span or policy.change_day is ChangeDay.NEW or cut == over.end:
        return cut
    return cut + _ONE_DAY
