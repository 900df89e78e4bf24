"""Business calendars from the `holidays` package (`pip install renewkit[holidays]`), make-up working days included.

The result is a plain `BusinessCalendar`: build it once, store it with the contract or the settings, and rebuild it
when new years are announced. Where a country decides each year which weekends are worked, `known_until` is the end
of the last year that the data has; later years are estimates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from renewkit.errors import ConfigurationError
from renewkit.values.calendar import BusinessCalendar
from renewkit.values.number import whole

if TYPE_CHECKING:
    from types import ModuleType

    from holidays import HolidayBase

__all__ = ["country_calendar", "financial_calendar"]


def country_calendar(
    country: str, *, years: Iterable[int], subdivision: str | None = None, categories: tuple[str, ...] | None = None
) -> BusinessCalendar:
    """Return the public holidays of a country (ISO 3166 code) or one of its subdivisions, for these years.

    `categories` chooses among the package's own kinds of holiday (`"public"`, `"bank"`, …). Raises
    `ConfigurationError` for a place, category or year that the package does not know, and where the package is not
    installed.

    >>> china = country_calendar("CN", years=[2026])
    >>> china.is_business_day(date(2026, 2, 14)), china.is_business_day(date(2026, 2, 16))  # a make-up day
    (True, False)
    """
    package, chosen = _package(), _years(years)
    options = {"subdiv": subdivision, "years": chosen, "categories": categories}
    return _calendar(lambda: package.country_holidays(country, **options), country, chosen)


def financial_calendar(market: str, *, years: Iterable[int]) -> BusinessCalendar:
    """Return the holidays of a payment system or exchange (`"XECB"`, `"XFED"`, `"XNYS"`), for these years.

    Banks do not keep all of a country's holidays, so a payment rail wants this rather than the country. Raises
    `ConfigurationError` as `country_calendar` does.

    >>> financial_calendar("XECB", years=[2026]).is_business_day(date(2026, 4, 3))  # Good Friday
    False
    """
    package, chosen = _package(), _years(years)
    return _calendar(lambda: package.financial_holidays(market, years=chosen), market, chosen)


def _package() -> ModuleType:
    try:
        import holidays
    except ImportError:
        remedy = "run pip install renewkit[holidays], or write the BusinessCalendar down"
        raise ConfigurationError("the package holidays", "none installed", remedy) from None
    return holidays


def _years(years: Iterable[int]) -> list[int]:
    chosen = sorted({whole(year, least=1900, most=2100, name="year") for year in years})
    if not chosen:
        raise ConfigurationError("one year or more", "none", "name the years that due dates fall in")
    return chosen


def _calendar(load: Callable[[], HolidayBase], place: str, years: list[int]) -> BusinessCalendar:
    try:
        table = load()
    except (RuntimeError, ValueError) as error:
        remedy = "use a code that the package lists in holidays.list_supported_countries() or …_financial()"
        raise ConfigurationError("a place that the package holidays knows", f"{place} ({error})", remedy) from None
    weekend = tuple(sorted(table.weekend))
    days = [date(year, 1, 1) + timedelta(days=n) for year in years for n in range(_length(year))]
    worked = {day: table.is_working_day(day) for day in days}
    return BusinessCalendar(
        weekend,
        tuple(day for day in days if not worked[day] and day.weekday() not in weekend),
        working_days=tuple(day for day in days if worked[day] and day.weekday() in weekend),
        known_until=date(_last_known(table, years), 12, 31),
    )


def _last_known(table: HolidayBase, years: list[int]) -> int:
    announced: dict[int, object] = getattr(table, "special_public_holidays", None) or {}
    if not getattr(table, "has_substituted_holidays", False) or not announced:
        return years[-1]
    return min(years[-1], max(announced))


def _length(year: int) -> int:
    return date(year, 12, 31).timetuple().tm_yday
