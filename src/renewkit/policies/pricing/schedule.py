"""Prices over time and across currencies: phases, uplifts, changes, and one price list for many markets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import cast

import attrs
import pendulum
from moneyed import Currency

from renewkit.errors import ConfigurationError, RangeError, UnknownCurrencyError
from renewkit.policies.pricing.limits import Price
from renewkit.values.currency import currency
from renewkit.values.moments import civil_date
from renewkit.values.money import same_currency
from renewkit.values.number import fraction, plain, whole

__all__ = ["Phase", "PriceChange", "PriceHistory", "PriceList", "PriceSchedule"]


@attrs.frozen
class Phase:
    """A price for so many periods; None is for as long as the subscription lasts."""

    price: Price
    periods: int | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse a phase of no period."""
        if self.periods is not None:
            whole(self.periods, least=1, name="periods in a phase")


def _phases(phases: Iterable[Phase]) -> tuple[Phase, ...]:
    return tuple(phases)


@attrs.frozen
class PriceSchedule:
    """Phases one after another, and an uplift that compounds with every renewal, exactly and on unit prices.

    Only the last phase may be open. Raises `ConfigurationError` for phases in another order, `CurrencyMismatchError`
    for phases in several currencies, `RangeError` for an uplift of -1 or less.

    >>> from moneyed import Money
    >>> from renewkit.policies.pricing import Flat
    >>> intro, standard = Flat(Money("10", "USD")), Flat(Money("20", "USD"))
    >>> prices = PriceSchedule((Phase(intro, periods=12), Phase(standard)), uplift="0.03")
    >>> prices.price_at(0).charge(), prices.price_at(12, renewal=1).charge(), prices.price_at(24, renewal=2).charge()
    (Money('10.00', 'USD'), Money('20.60', 'USD'), Money('21.22', 'USD'))
    """

    phases: tuple[Phase, ...] = attrs.field(converter=_phases)
    uplift: Fraction = attrs.field(default=Fraction(), kw_only=True, converter=fraction)

    def __attrs_post_init__(self) -> None:
        """Refuse phases that do not follow one another and an uplift that would make prices negative."""
        if not self.phases or any(phase.periods is None for phase in self.phases[:-1]):
            got = f"{len(self.phases)} phases"
            raise ConfigurationError(
                "one phase or more, open only at the end", got, "give each earlier phase its periods"
            )
        units = [phase.price.currency for phase in self.phases if phase.price.currency is not None]
        for unit in units:
            same_currency(units[0], unit)
        if self.uplift <= -1:
            raise RangeError("an uplift above -1", plain(self.uplift), 'write three percent as "0.03"')

    def price_at(self, period_index: int, *, renewal: int = 0) -> Price:
        """Return the price of a period, counted from 0 at the start of the subscription, in its n-th renewal.

        Raises `RangeError` past the end of a bounded last phase.
        """
        price = self._phase(period_index).price
        if not whole(renewal, least=0, name="renewal") or not self.uplift:
            return price
        return price.scaled((1 + self.uplift) ** renewal)

    def _phase(self, period_index: int) -> Phase:
        left = whole(period_index, least=0, name="period index")
        for phase in self.phases:
            if phase.periods is None or left < phase.periods:
                return phase
            left -= phase.periods
        ends = period_index - left
        raise RangeError(f"a period index below {ends}", period_index, "add a phase without periods for what follows")


@attrs.frozen
class PriceChange:
    """A price agreed on a day, for renewals from that day on."""

    on: pendulum.Date = attrs.field(converter=civil_date)
    price: Price


def _changes(changes: Iterable[PriceChange]) -> tuple[PriceChange, ...]:
    return tuple(changes)


@attrs.frozen
class PriceHistory:
    """The price that was sold and its changes: each takes effect at the next renewal, and the last one of a cycle wins.

    A change agreed on the day of a renewal counts for it. Of changes agreed on one day the later in the tuple wins;
    otherwise their order has no say.

    >>> from moneyed import Money
    >>> from renewkit.policies.pricing import Flat
    >>> sold, first, second = (Flat(Money(amount, "USD")) for amount in (10, 12, 11))
    >>> history = PriceHistory(sold, (PriceChange(date(2024, 3, 5), first), PriceChange(date(2024, 3, 20), second)))
    >>> history.price_for(date(2024, 3, 1)).charge(), history.price_for(date(2024, 4, 1)).charge()
    (Money('10.00', 'USD'), Money('11.00', 'USD'))
    """

    sold: Price
    changes: tuple[PriceChange, ...] = attrs.field(default=(), converter=_changes)

    def change_for(self, start: date) -> PriceChange | None:
        """Return the change that decides the price of the period that starts on this day; None is the price as sold."""
        day = civil_date(start)
        known = [change for change in self.changes if change.on <= day]
        return max(reversed(known), key=lambda change: change.on, default=None)

    def price_for(self, start: date) -> Price:
        """Return the price of the period that starts on this day."""
        change = self.change_for(start)
        return self.sold if change is None else change.price


def _prices(prices: Mapping[str, Price] | Iterable[tuple[str, Price]]) -> tuple[tuple[str, Price], ...]:
    pairs = cast("Iterable[tuple[str, Price]]", prices.items() if isinstance(prices, Mapping) else prices)
    return tuple(sorted(((code, price) for code, price in pairs), key=lambda pair: pair[0]))


@attrs.frozen
class PriceList:
    """One offer, priced for each currency on its own; nothing is converted.

    Raises `CurrencyMismatchError` for a price that stands under another currency, `ConfigurationError` for a currency
    twice, and `UnknownCurrencyError` when it is asked for a currency without a price.

    >>> from moneyed import Money
    >>> from renewkit.policies.pricing import Flat
    >>> PriceList({"USD": Flat(Money(10, "USD")), "TWD": Flat(Money(320, "TWD"))})["TWD"].charge()
    Money('320.00', 'TWD')
    """

    prices: tuple[tuple[str, Price], ...] = attrs.field(converter=_prices)

    def __attrs_post_init__(self) -> None:
        """Refuse a price under a currency that is not its own."""
        for code, price in self.prices:
            same_currency(currency(code), price.currency or currency(code))
        if len({code for code, _ in self.prices}) != len(self.prices):
            got = ", ".join(code for code, _ in self.prices)
            raise ConfigurationError("one price for each currency", got, "keep one of the two")

    def __getitem__(self, code: str | Currency) -> Price:
        """Return the price in this currency."""
        wanted = currency(code).code
        for known, price in self.prices:
            if known == wanted:
                return price
        remedy = "add a price in that currency"
        raise UnknownCurrencyError(f"one of {', '.join(known for known, _ in self.prices)}", wanted, remedy)
