"""Changes in mid-period: what is given back of the old price, what the new one costs, and why."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Final, Generic

import attrs
from moneyed import Money

from renewkit.errors import MoneyExpectedError, RangeError
from renewkit.policies.proration.parts import DEFAULT, Amount, minus, remaining, scaled
from renewkit.values.daycount import (
    ChangeDay,
    ChargeMode,
    CreditMode,
    EarlierCredits,
    ProrationPolicy,
    RoundingScope,
    ShortRate,
    check_granularity,
)
from renewkit.values.line import Line
from renewkit.values.moments import civil_date, instant
from renewkit.values.money import ExactMoney, exact, money_in, same_currency
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
    _check_kinds(old=old, new=new, paid=paid, credited=credited)
    _check_signs(old=old, new=new, paid=paid, credited=credited)
    cut = _cut(over, at, policy)
    rest = remaining(over, cut, policy)
    nothing = minus(old, old)
    if cut == over.end:
        return Change(nothing, nothing, lines=_both(nothing, nothing, ("nothing is unused", "nothing remains"), None))
    credit, credit_why = _credit(old, over, cut, rest, policy)
    limited = credit
    if paid is not None or credited is not None:
        limited = limit_credit(
            credit,
            paid=old if paid is None else paid,
            credited=nothing if credited is None else credited,
            earlier=policy.earlier_credits,
        )
    if limited != credit:
        credit_why += f", limited to {_shown(limited)}"
    charge, charge_why = _charge(new, over, cut, rest, policy)
    period = Period(cut, over.end) if isinstance(over, Period) else None
    return Change(limited, charge, lines=_both(limited, charge, (credit_why, charge_why), period))


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
    _check_kinds(credit=credit, paid=paid, credited=credited)
    _check_signs(paid=paid, credited=credited)
    if earlier is EarlierCredits.DEDUCT:
        limited = minus(min(credit, paid, key=_size), credited)
    else:
        limited = min(credit, minus(paid, credited), key=_size)
    return max(minus(limited, limited), limited, key=_size)


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
    _check_kinds(mark=mark, new=new)
    _check_signs(mark=mark, new=new)
    cut = _cut(over, at, policy)
    rest = remaining(over, cut, policy)
    rise = max(minus(new, mark), minus(mark, mark), key=_size)
    charge = _rest_of(rise, over, cut, rest, policy)
    why = f"{rest} of what {_shown(new)} is above {_shown(mark)}, the highest price of the period so far"
    period = Period(cut, over.end) if isinstance(over, Period) and cut != over.end else None
    return HighWater(
        charge, _own(max(mark, new, key=_size)), lines=(Line("charge", exact(charge), why=why, period=period),)
    )


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
    cut = _cut(to, at, policy)
    rest = remaining(to, cut, policy)
    if abs(to.days - length) > length * exact_number(tolerance):
        days = to.end.toordinal() - cut.toordinal()
        return scaled(amount, min(Fraction(days, length), Fraction(1)), policy)
    return _rest_of(amount, to, cut, rest, policy)


def _credit(old: Amount, over: Period | Span, cut: date, rest: Fraction, policy: ProrationPolicy) -> tuple[Amount, str]:
    mode = policy.credit
    if isinstance(mode, ShortRate):
        why = f"unused {rest} of {_shown(old)}, less a penalty of {mode.penalty}"
        return scaled(old, rest * mode.kept, policy), why
    if mode is CreditMode.PRORATED:
        return _rest_of(old, over, cut, rest, policy), f"unused {rest} of {_shown(old)}"
    if mode is CreditMode.FULL:
        return _own(old), f"all of {_shown(old)}"
    return minus(old, old), f"no credit for {_shown(old)}"


def _charge(new: Amount, over: Period | Span, cut: date, rest: Fraction, policy: ProrationPolicy) -> tuple[Amount, str]:
    if policy.charge is ChargeMode.PRORATED:
        return _rest_of(new, over, cut, rest, policy), f"remaining {rest} of {_shown(new)}"
    if policy.charge is ChargeMode.FULL:
        return _own(new), f"all of {_shown(new)}"
    return minus(new, new), f"no charge for {_shown(new)} before the next renewal"


def _rest_of(amount: Amount, over: Period | Span, cut: date, rest: Fraction, policy: ProrationPolicy) -> Amount:
    if cut == over.start:
        return _own(amount)
    if policy.rounding_scope is RoundingScope.CUMULATIVE:
        return minus(amount, scaled(amount, 1 - rest, policy))
    return scaled(amount, rest, policy)


def _cut(over: Period | Span, at: date, policy: ProrationPolicy) -> date:
    check_granularity(over, policy.by)
    is_span = isinstance(over, Span)
    cut: date = instant(at) if is_span else civil_date(at)  # type: ignore[arg-type]  # instant checks
    if not over.start <= cut <= over.end:
        raise RangeError(f"a change within {over}", str(at), "bill the period that the change falls into")
    if is_span or policy.change_day is ChangeDay.NEW or cut == over.end:
        return cut
    return cut + _ONE_DAY


def _check_kinds(**amounts: Money | ExactMoney | None) -> None:
    given = {name: amount for name, amount in amounts.items() if amount is not None}
    first = next(iter(given.values()))
    kind = ExactMoney if isinstance(first, ExactMoney) else Money
    for name, amount in given.items():
        if not isinstance(amount, kind):
            raise MoneyExpectedError(f"{kind.__name__} as {name}", amount, "pass amounts of one kind")
        same_currency(first.currency, amount.currency)


def _check_signs(**amounts: Money | ExactMoney | None) -> None:
    for name, amount in amounts.items():
        if amount is not None and _size(amount) < 0:
            raise RangeError(f"{name} of 0 or more", _shown(amount), "prorate a negative line with prorate or portion")


def _own(amount: Amount) -> Amount:
    return amount if isinstance(amount, ExactMoney) else money_in(amount)


def _size(amount: Money | ExactMoney) -> Fraction:
    return exact(amount).amount


def _both(credit: Amount, charge: Amount, why: tuple[str, str], period: Period | None) -> tuple[Line, ...]:
    return (
        Line("credit", -exact(credit), why=why[0], period=period),
        Line("charge", exact(charge), why=why[1], period=period),
    )


def _shown(amount: Money | ExactMoney) -> str:
    value = amount.amount if isinstance(amount, ExactMoney) else format(amount.amount, "f")
    return f"{amount.currency} {value}"
