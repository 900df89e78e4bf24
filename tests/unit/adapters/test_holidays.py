import sys
from datetime import date

import pytest

from renewkit.adapters.holidays import country_calendar, financial_calendar
from renewkit.errors import ConfigurationError
from renewkit.values.calendar import TARGET2, Roll, roll


def test_make_up_saturdays_are_worked() -> None:
    """China works six weekend days of 2026 to make up for long holidays."""
    worked = [str(day) for day in country_calendar("CN", years=[2026]).working_days]
    assert ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"] == worked


def test_a_due_date_rolls_onto_a_make_up_day() -> None:
    """A date in the long holiday rolls to the worked Saturday before it."""
    calendar = country_calendar("CN", years=[2026])
    assert date(2026, 2, 14) == roll(date(2026, 2, 16), Roll.PRECEDING, calendar)


def test_years_that_are_not_announced_are_not_known() -> None:
    """Where make-up days are announced each autumn, later years are estimates and say so."""
    calendar = country_calendar("CN", years=range(2025, 2100))
    assert (True, False) == (calendar.knows(date(2025, 12, 31)), calendar.knows(date(2099, 1, 1)))


def test_years_by_rule_are_known_as_far_as_asked() -> None:
    """Where holidays follow rules, all the years that were asked for are known, and none after."""
    calendar = country_calendar("DE", years=[2026, 2030])
    assert date(2030, 12, 31) == calendar.known_until


def test_subdivisions_have_their_own_holidays() -> None:
    """Epiphany is a holiday in Bavaria, not in Berlin."""
    day = date(2026, 1, 6)
    bavaria, berlin = (country_calendar("DE", years=[2026], subdivision=place) for place in ("BY", "BE"))
    assert (False, True) == (bavaria.is_business_day(day), berlin.is_business_day(day))


def test_the_weekend_is_the_countrys_own() -> None:
    """In Egypt Friday and Saturday are the weekend."""
    assert (4, 5) == country_calendar("EG", years=[2026]).weekend


def test_the_european_central_banks_calendar_is_target2() -> None:
    """The published holidays of the euro system are the rules of TARGET2, for a decade."""
    published = financial_calendar("XECB", years=range(2020, 2030))
    days = [date.fromordinal(number) for number in range(date(2020, 1, 1).toordinal(), date(2030, 1, 1).toordinal())]
    assert [] == [day for day in days if published.is_business_day(day) != TARGET2.is_business_day(day)]


def test_a_bank_works_on_an_observed_friday() -> None:
    """The Federal Reserve works on Friday 3 July 2026, when the country observes the Saturday's holiday."""
    day = date(2026, 7, 3)
    country, bank = country_calendar("US", years=[2026]), financial_calendar("XFED", years=[2026])
    assert (False, True) == (country.is_business_day(day), bank.is_business_day(day))


@pytest.mark.parametrize(
    ("place", "options"), [("XX", {}), ("DE", {"subdivision": "QQ"}), ("DE", {"categories": ("none",)})]
)
def test_unknown_places_are_refused(place: str, options: dict[str, str]) -> None:
    """A country, subdivision or category that the package does not know is named in the error."""
    with pytest.raises(ConfigurationError, match=place):
        country_calendar(place, years=[2026], **options)


def test_no_years_are_refused() -> None:
    """A calendar of no years would call every weekday a business day."""
    with pytest.raises(ConfigurationError, match="one year or more"):
        country_calendar("DE", years=[])


def test_without_the_package_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the extra is not installed the error says what to install."""
    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(ConfigurationError, match=r"renewkit\[holidays\]"):
        country_calendar("DE", years=[2026])
