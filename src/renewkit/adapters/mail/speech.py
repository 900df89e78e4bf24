"""Speech: money and dates as the customer writes them, from the locale data of babel, each worked out once."""

from __future__ import annotations

import re
from decimal import Context, Decimal, localcontext
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from renewkit.values.currency import MINOR_UNITS

if TYPE_CHECKING:
    from datetime import date

    from moneyed import Money

__all__ = ["Speech", "speech"]

_WHOLE: Final = frozenset({"HUF", "IDR", "TWD"})
"""Currencies that have decimals in banks' books but not in everyday life."""

_CONTEXT: Final = Context(prec=80)
"""Wide enough for any money, so that nobody's context changes what a customer reads."""

_GLUED: Final = re.compile(r"(?<=[A-Za-z])(?=[\d-])|(?<=\d)(?=[A-Za-z])")


class Speech:
    """How one locale writes money and dates."""

    def __init__(self, name: str) -> None:
        """Load the locale data; a territory that babel does not know falls back to the language."""
        from babel import Locale

        self._locale: Any = Locale.parse(name)
        self.tag = str(self._locale).replace("_", "-")
        self.direction: str = self._locale.text_direction

    def money(self, amount: Money) -> str:
        """Return an amount with all decimals that its currency has; none where people write none and none is needed.

        >>> from moneyed import Money
        >>> speech("en_US").money(Money("1234.5", "USD")), speech("zh_TW", "zh_TW").money(Money("299", "TWD"))
        ('$1,234.50', '$299')
        """
        return _money(self._locale, amount.amount, amount.currency.code)

    def day(self, day: date) -> str:
        """Return a civil date in full.

        >>> import datetime
        >>> speech("zh_TW", "zh_TW").day(datetime.date(2024, 2, 29))
        '2024年2月29日'
        """
        return _day(self._locale, day)


@lru_cache(maxsize=512)
def speech(locale: str, language: str = "en") -> Speech:
    """Return the speech of a locale, or that of the text where babel does not know it or the languages differ.

    >>> speech("de_AT", "de").tag, speech("fr_FR", "en").tag
    ('de-AT', 'en')
    """
    from babel import UnknownLocaleError

    tag = locale.replace("-", "_").partition(".")[0].partition("@")[0]
    if tag.partition("_")[0].lower() == language.partition("_")[0]:
        for name in (tag, "_".join(tag.split("_")[:2])):
            try:
                return Speech(name)
            except (UnknownLocaleError, ValueError):
                continue
    return Speech(language)


@lru_cache(maxsize=16_384)
def _money(locale: Any, amount: Decimal, code: str) -> str:  # noqa: ANN401  babel is loaded late
    from babel.numbers import parse_pattern

    digits = 0 if code in _WHOLE and amount == amount.to_integral_value() else MINOR_UNITS[code]
    pattern = parse_pattern(locale.currency_formats["standard"].pattern)
    pattern.frac_prec = (digits, digits)
    with localcontext(_CONTEXT):
        text = pattern.apply(amount, locale, currency=code, currency_digits=False)
    return _GLUED.sub("\N{NO-BREAK SPACE}", text)


@lru_cache(maxsize=4096)
def _day(locale: Any, day: date) -> str:  # noqa: ANN401  babel is loaded late
    from babel.dates import format_date

    return format_date(day, format="long", locale=locale)
