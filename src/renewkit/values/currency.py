"""Currencies and their minor units, from one pinned ISO 4217 table.

Minor units decide what the smallest chargeable amount is, so they come from the standard and never from display data:
for about twenty currencies (HUF, IDR, COP, ...) the digits that people write are not the digits that banks settle.

Source: ISO 4217 list one (active codes) as published on 2026-01-01; `WITHDRAWN` holds codes that left it since 2009 and
still stand in old ledgers. Codes without a minor unit (metals, units of account, tests: XAU, XDR, XTS) are no money and
are refused.
"""

from __future__ import annotations

from typing import Final

from moneyed import CURRENCIES, Currency

from renewkit.errors import UnknownCurrencyError

__all__ = ["ACTIVE", "ISO_4217_EDITION", "MINOR_UNITS", "WITHDRAWN", "currency", "minor_digits"]

ISO_4217_EDITION: Final = "2026-01-01"

_TWO: Final = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU
CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES
KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR
NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP
TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
""".split()
_NONE: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split()
_THREE: Final = "BHD IQD JOD KWD LYD OMR TND".split()
_FOUR: Final = "CLF UYW".split()
_WITHDRAWN: Final = {
    **dict.fromkeys("ANG BGN BYR CUC EEK HRK LTL LVL MRO SKK SLL STD TMM USS VEF ZMK ZWL ZWR".split(), 2),
    "BYR": 0,
}

ACTIVE: Final = frozenset((*_TWO, *_NONE, *_THREE, *_FOUR))
"""The active codes of money."""

WITHDRAWN: Final = frozenset(_WITHDRAWN)
"""Codes that are no longer active but may stand in old books."""

MINOR_UNITS: Final[dict[str, int]] = {
    **_WITHDRAWN,
    **dict.fromkeys(_TWO, 2),
    **dict.fromkeys(_NONE, 0),
    **dict.fromkeys(_THREE, 3),
    **dict.fromkeys(_FOUR, 4),
}
"""Digits after the decimal point, by code."""


def currency(code: str | Currency) -> Currency:
    """Return the currency with this ISO 4217 code.

    Raises `UnknownCurrencyError` for a code that the pinned table does not hold; codes are upper case.

    >>> currency("TWD")
    TWD
    """
    name = code.code if isinstance(code, Currency) else code
    known = _CURRENCIES.get(name) if isinstance(name, str) else None
    if known is None:
        remedy = "use the upper-case code of an active or recently withdrawn currency, such as USD"
        raise UnknownCurrencyError("an ISO 4217 currency code", name, remedy)
    return known


def minor_digits(code: str | Currency) -> int:
    """Return how many decimals an amount in this currency has.

    >>> minor_digits("USD"), minor_digits("JPY"), minor_digits("BHD")
    (2, 0, 3)
    """
    return MINOR_UNITS[currency(code).code]


_CURRENCIES: Final = {code: CURRENCIES.get(code) or Currency(code=code) for code in MINOR_UNITS}
