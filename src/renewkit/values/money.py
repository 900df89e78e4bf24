"""Money: exact until it is settled, settled by one visible act, divided without a lost cent.

Two types keep the two states apart. `ExactMoney` is a fraction of a currency that no one can be charged;
`moneyed.Money` is an amount in whole minor units that can. `settle` is the only way from the first to the second and
the only place that rounds; `split` is the only way to divide the second. Inside, all is an int of minor units or a
`Fraction`, so that the ambient decimal context has no say.
"""

from __future__ import annotations

from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, Inexact
from enum import Enum
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Final, Self, cast

import attrs
from moneyed import Currency, Money

from renewkit.errors import (
    AmountPrecisionError,
    ConfigurationError,
    CurrencyMismatchError,
    MoneyExpectedError,
    RangeError,
    WeightsError,
)
from renewkit.values.currency import MINOR_UNITS, currency
from renewkit.values.number import Number, fraction, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "ExactMoney",
    "Remainder",
    "Rounding",
    "exact",
    "exact_amount",
    "from_minor",
    "money",
    "money_in",
    "round_ratio",
    "same_currency",
    "scaled",
    "settle",
    "split",
    "split_minor",
    "to_minor",
    "total",
    "usd",
]

# Wide enough for any money, and loud where it is not; private, so that nobody's context changes a result.
_CONTEXT: Final = Context(prec=60, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[Inexact])
_UNITS: Final = {code: (currency(code), Decimal(-digits), digits) for code, digits in MINOR_UNITS.items()}
_FINEST: Final = 10**12
_INT: Final = {int}
# Below this power of ten an int of minor units is cheap to make.
_QUICK: Final = _CONTEXT.prec


scaled: Final = _CONTEXT.scaleb
"""`scaled(minor, Decimal(-2))` is the amount of so many minor units; `decimal.Inexact` past 60 digits."""


class Rounding(Enum):
    """Where an amount between two minor units goes; the names are those of `decimal`."""

    HALF_UP = "half_up"
    """To the nearest; a tie away from zero. The default of trade."""
    HALF_EVEN = "half_even"
    """To the nearest; a tie to the even neighbour."""
    HALF_DOWN = "half_down"
    """To the nearest; a tie towards zero."""
    UP = "up"
    """Away from zero."""
    DOWN = "down"
    """Towards zero."""
    CEILING = "ceiling"
    """Towards plus infinity."""
    FLOOR = "floor"
    """Towards minus infinity."""


class Remainder(Enum):
    """Who gets the minor units that a division leaves over."""

    LARGEST = "largest"
    """The parts with the largest remainders; ties go to the earlier part."""
    LAST = "last"
    """The last part with a weight."""


@attrs.frozen
class ExactMoney:
    """A fraction of a currency, in major units; exact, and not chargeable until it is settled.

    >>> ExactMoney("3.5035", "USD") + ExactMoney(Fraction(1, 3), "USD")
    ExactMoney(amount=Fraction(23021, 6000), currency=USD)
    """

    amount: Fraction = attrs.field(converter=fraction)
    currency: Currency = attrs.field(converter=currency)

    def __str__(self) -> str:
        """Return the amount as people write it, with the decimals that it has and at least those of its currency."""
        return f"{plain(self.amount, places=MINOR_UNITS[self.currency.code])} {self.currency.code}"

    def __add__(self, other: Self) -> Self:
        """Return the exact sum; `CurrencyMismatchError` for two currencies."""
        same_currency(self.currency, other.currency)
        return type(self)(self.amount + other.amount, self.currency)

    def __sub__(self, other: Self) -> Self:
        """Return the exact difference; `CurrencyMismatchError` for two currencies."""
        same_currency(self.currency, other.currency)
        return type(self)(self.amount - other.amount, self.currency)

    def __mul__(self, factor: Number) -> Self:
        """Return the exact product with a number."""
        return type(self)(self.amount * fraction(factor), self.currency)

    def __neg__(self) -> Self:
        """Return the opposite amount."""
        return type(self)(-self.amount, self.currency)

    @property
    def is_zero(self) -> bool:
        """Whether nothing is owed."""
        return self.amount == 0


def usd(amount: Number) -> Money:
    """Return an amount in US dollars, for examples; a unit price may be finer than a cent, up to 12 decimals.

    >>> usd("5.00"), usd("0.0035")
    (Money('5.00', 'USD'), Money('0.0035', 'USD'))
    """
    value = fraction(amount)
    if (value * 100).denominator == 1:
        return money(value, "USD")
    return Money(Decimal(plain(_unit_amount(value, "USD"))), currency("USD"))


def money(amount: Number, code: str | Currency) -> Money:
    """Return Money in whole minor units.

    Raises `ExactNumberError` for floats, `NonFiniteError`, `UnknownCurrencyError`, and `AmountPrecisionError` for an
    amount finer than its currency.

    >>> money("1.5", "BHD")
    Money('1.500', 'BHD')
    """
    unit = currency(code)
    return from_minor(_whole_minor(fraction(amount), unit), unit)


def money_in(value: Money) -> Money:
    """Return a copy of the Money that a caller passed in, checked like `money`.

    Raises `MoneyExpectedError` for anything else. A copy, because `moneyed.Money` can be changed by its owner.

    >>> money_in(Money("2.5", "USD"))
    Money('2.50', 'USD')
    """
    return from_minor(to_minor(value), currency(value.currency))


def to_minor(value: Money) -> int:
    """Return an amount as an int of minor units.

    >>> to_minor(usd("29.99"))
    2999
    """
    if not isinstance(value, Money):
        raise MoneyExpectedError("moneyed.Money", value, 'write money("5.00", "USD")')
    amount, code = value.amount, value.currency.code
    unit, _, digits = _UNITS.get(code) or _UNITS[currency(code).code]
    if amount.adjusted() < _QUICK:
        try:
            whole = scaled(amount, digits)
            minor = int(whole)
        except (Inexact, OverflowError, ValueError):
            return _whole_minor(fraction(amount), unit)
        if minor == whole:
            return minor
    return _whole_minor(fraction(amount), unit)


def from_minor(minor: int, code: str | Currency) -> Money:
    """Return Money from an int of minor units; `RangeError` past 60 digits.

    >>> from_minor(2999, "USD"), from_minor(-5, "JPY")
    (Money('29.99', 'USD'), Money('-5', 'JPY'))
    """
    unit, exponent, _ = _UNITS.get(code.code if isinstance(code, Currency) else code) or _UNITS[currency(code).code]
    try:
        return Money(scaled(minor, exponent), unit)
    except Inexact:
        raise _too_long(minor) from None


def exact(value: Money | ExactMoney) -> ExactMoney:
    """Return the same amount as `ExactMoney`.

    Unlike `to_minor` it accepts Money finer than its currency, because unit prices are ($0.0035 a call); past 12
    decimals it raises `AmountPrecisionError`.

    >>> exact(Money("0.0035", "USD"))
    ExactMoney(amount=Fraction(7, 2000), currency=USD)
    """
    if isinstance(value, ExactMoney):
        return value
    if not isinstance(value, Money):
        raise MoneyExpectedError("moneyed.Money or ExactMoney", value, 'write money("5.00", "USD")')
    return ExactMoney(_unit_amount(fraction(value.amount), value.currency), value.currency)


def exact_amount(value: Money | ExactMoney) -> ExactMoney:
    """Return an amount that stands on a bill by itself as `ExactMoney`: like `exact`, but Money has whole minor units.

    Raises `AmountPrecisionError` for finer Money; `ExactMoney` passes, because an uplifted amount may be finer.

    >>> exact_amount(usd("29.99"))
    ExactMoney(amount=Fraction(2999, 100), currency=USD)
    """
    if isinstance(value, Money):
        to_minor(value)
    return exact(value)


def settle(value: ExactMoney, *, rounding: Rounding = Rounding.HALF_UP, step: Number | None = None) -> Money:
    """Return the chargeable amount: the one act that rounds.

    `step` is the smallest payable amount in major units where that is coarser than the minor unit: `"0.05"` for Swiss
    cash, `1` for Taiwan dollars. The error is at most half a step for HALF_* modes and less than one step for the
    others. Raises `RangeError` for a step that is not a positive whole number of minor units.

    >>> settle(ExactMoney("3.5035", "USD"))
    Money('3.50', 'USD')
    >>> settle(ExactMoney("7.525", "CHF"), step="0.05")
    Money('7.55', 'CHF')
    """
    amount, unit = value.amount, value.currency
    scale = 10 ** MINOR_UNITS[unit.code]
    if step is None:
        return from_minor(round_ratio(amount.numerator * scale, amount.denominator, rounding), unit)
    units = _step_minor(fraction(step) * Fraction(scale), step)
    return from_minor(round_ratio(amount.numerator * scale, amount.denominator * units, rounding) * units, unit)


def round_ratio(numerator: int, denominator: int, rounding: Rounding) -> int:
    """Return `numerator / denominator` as the int that the mode asks for; the denominator is positive.

    >>> round_ratio(5, 2, Rounding.HALF_UP), round_ratio(-5, 2, Rounding.HALF_UP), round_ratio(5, 2, Rounding.HALF_EVEN)
    (3, -3, 2)
    """
    floor, rest = divmod(numerator, denominator)
    if rest == 0:
        return floor
    if rounding is Rounding.HALF_UP:
        up = 2 * rest > denominator or (2 * rest == denominator and floor >= 0)
    elif rounding is Rounding.HALF_EVEN:
        up = 2 * rest > denominator or (2 * rest == denominator and floor % 2 == 1)
    elif rounding is Rounding.HALF_DOWN:
        up = 2 * rest > denominator or (2 * rest == denominator and floor < 0)
    elif rounding is Rounding.UP:
        up = floor >= 0
    elif rounding is Rounding.DOWN:
        up = floor < 0
    elif rounding is Rounding.CEILING:
        up = True
    elif rounding is Rounding.FLOOR:
        up = False
    else:
        raise ConfigurationError("a member of Rounding", rounding, "choose one, such as Rounding.HALF_EVEN")
    return floor + up


def split(amount: Money, weights: Iterable[Number], *, remainder: Remainder = Remainder.LARGEST) -> tuple[Money, ...]:
    """Return the amount shared out by weight; the parts always sum to the whole.

    With `Remainder.LARGEST` each part errs by less than one minor unit. With `Remainder.LAST` that holds for all but
    the last weighted part, which takes what is left: less than one minor unit for each part.
    Raises `WeightsError` when there is no weight, a negative one, or only zeros.

    >>> split(usd("1.00"), [1, 1, 1])
    (Money('0.34', 'USD'), Money('0.33', 'USD'), Money('0.33', 'USD'))
    """
    given = list(weights)
    # The usual weights are ints; for them a set of types is quicker than a look at each.
    whole = cast("list[int]", given) if set(map(type, given)) == _INT else _whole_weights(given)
    parts = split_minor(to_minor(amount), whole, remainder=remainder)
    unit, exponent, _ = _UNITS[amount.currency.code]
    return tuple([Money(scaled(part, exponent), unit) for part in parts])


def split_minor(minor: int, weights: Sequence[int], *, remainder: Remainder = Remainder.LARGEST) -> list[int]:
    """Return `split` on plain ints of minor units.

    >>> split_minor(-100, [1, 1, 1])
    [-34, -33, -33]
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise WeightsError("weights of 0 or more with a positive sum", list(weights), "give each part its share")
    size = abs(minor)
    parts = [size * weight // whole for weight in weights]
    left = size - sum(parts)
    if left and remainder is Remainder.LAST:
        parts[max(i for i, weight in enumerate(weights) if weight)] += left
    elif left:
        if remainder is not Remainder.LARGEST:
            raise ConfigurationError("a member of Remainder", remainder, "choose Remainder.LARGEST or LAST")
        rests = [size * weight % whole for weight in weights]
        if left == 1:
            parts[rests.index(max(rests))] += 1
        else:
            for i in sorted(range(len(rests)), key=rests.__getitem__, reverse=True)[:left]:
                parts[i] += 1
    return parts if minor >= 0 else [-part for part in parts]


def total(amounts: Iterable[Money], code: str | Currency) -> Money:
    """Return the sum of amounts in one currency; nothing sums to zero.

    >>> total([usd("1.10"), usd("2.20")], "USD")
    Money('3.30', 'USD')
    """
    unit = currency(code)
    minor = 0
    for amount in amounts:
        minor += to_minor(amount)
        same_currency(unit, amount.currency)
    return from_minor(minor, unit)


def same_currency(one: Currency, other: Currency) -> None:
    """Raise `CurrencyMismatchError` unless both are the same currency.

    >>> same_currency(currency("USD"), currency("USD"))
    """
    if one.code != other.code:
        remedy = "convert one of them first, and record the rate"
        raise CurrencyMismatchError(f"an amount in {one.code}", other.code, remedy)


def _whole_minor(amount: Fraction, unit: Currency) -> int:
    digits = MINOR_UNITS[unit.code]
    minor = amount * Fraction(10**digits)
    if minor.denominator != 1:
        got = f"{unit.code} {plain(amount)}"
        raise AmountPrecisionError(f"an amount with at most {digits} decimals", got, "settle it first")
    return minor.numerator


def _too_long(minor: int) -> RangeError:
    digits = len(str(abs(minor))) if minor.bit_length() < 10_000 else "more"
    return RangeError("an amount of at most 60 digits", f"{digits} digits", "check its source")


def _unit_amount(amount: Fraction, unit: str | Currency) -> Fraction:
    if _FINEST % amount.denominator:
        remedy = "round the unit price, or pass ExactMoney where it is a result"
        raise AmountPrecisionError("a unit price with at most 12 decimals", f"{unit} {plain(amount)}", remedy)
    return amount


def _whole_weights(weights: list[Number]) -> list[int]:
    shares = [fraction(weight) for weight in weights]
    common = lcm(*(share.denominator for share in shares))
    return [share.numerator * (common // share.denominator) for share in shares]


def _step_minor(step: Fraction, given: Number) -> int:
    if step.denominator != 1 or step <= 0:
        remedy = 'choose a step such as "0.05" in Swiss francs'
        raise RangeError("a step of a positive whole number of minor units", str(given), remedy)
    return step.numerator
