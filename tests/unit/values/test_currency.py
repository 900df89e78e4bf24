"""The pinned table of currencies."""

import pytest
from moneyed import CURRENCIES, Currency

from renewkit.errors import UnknownCurrencyError
from renewkit.values.currency import ACTIVE, MINOR_UNITS, WITHDRAWN, currency, minor_digits

EXCEPTIONS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}

# List one as published on 2026-01-01, in its own order (by country), without the codes that have no minor unit.
LIST_ONE = """
AFN EUR ALL DZD USD AOA XCD XAD ARS AMD AWG AUD AZN BSD BHD BDT BBD BYN BZD XOF BMD INR BTN BOB BOV BAM BWP NOK BRL BND
BIF CVE KHR XAF CAD KYD CLP CLF CNY COP COU KMF CDF NZD CRC CUP XCG CZK DKK DJF DOP EGP SVC ERN SZL ETB FKP FJD XPF GMD
GEL GHS GIP GTQ GBP GNF GYD HTG HNL HKD HUF ISK IDR IRR IQD ILS JMD JPY JOD KZT KES KPW KRW KWD KGS LAK LBP LSL ZAR LRD
LYD CHF MOP MKD MGA MWK MYR MVR MRU MUR MXN MXV MDL MNT MAD MZN MMK NAD NPR NIO NGN OMR PKR PAB PGK PYG PEN PHP PLN QAR
RON RUB RWF SHP WST STN SAR RSD SCR SLE SGD SBD SOS SSP LKR SDG SRD SEK CHE CHW SYP TWD TJS TZS THB TOP TTD TND TRY TMT
UGX UAH AED USN UYU UYI UYW UZS VUV VES VED VND YER ZMW ZWG
"""


def test_active_codes_are_those_of_the_standard() -> None:
    """The table holds list one of ISO 4217, no code more and none less."""
    assert set(LIST_ONE.split()) == ACTIVE


@pytest.mark.parametrize("digits", EXCEPTIONS)
def test_minor_units_follow_the_standard(digits: int) -> None:
    """ISO 4217 lists exactly these active currencies with another number of digits than two."""
    assert set(EXCEPTIONS[digits].split()) == {code for code in ACTIVE if digits == MINOR_UNITS[code]}


def test_display_digits_have_no_say() -> None:
    """Currencies that people write without decimals are still settled in them."""
    assert [2] * 5 == [minor_digits(code) for code in ("TWD", "HUF", "IDR", "COP", "LBP")]


@pytest.mark.parametrize("code", ["XCG", "ZWG", "SLE", "VED", "MRU", "STN", "XAD"])
def test_new_codes_are_active(code: str) -> None:
    """Codes that joined the standard since 2017 are known."""
    assert code in ACTIVE


@pytest.mark.parametrize(("code", "digits"), [("BGN", 2), ("HRK", 2), ("ANG", 2), ("ZWL", 2), ("BYR", 0), ("CUC", 2)])
def test_old_codes_still_read(code: str, digits: int) -> None:
    """A withdrawn currency stands in old books and keeps its digits, but is not active."""
    assert (digits, True, False) == (minor_digits(code), code in WITHDRAWN, code in ACTIVE)


def test_no_code_is_active_and_withdrawn() -> None:
    """Each code stands in one table."""
    assert set() == ACTIVE & WITHDRAWN


@pytest.mark.parametrize("code", ["usd", "XAU", "XDR", "XTS", "XXX", "", "EURO", None, 840, Currency(code="BTC")])
def test_what_is_no_money_is_refused(code: object) -> None:
    """Lower case, metals, test codes and unknown codes are refused."""
    with pytest.raises(UnknownCurrencyError, match="ISO 4217"):
        currency(code)  # type: ignore[arg-type]  # on purpose


def test_a_known_currency_is_the_library_s_own() -> None:
    """Codes and Currency objects give the object that moneyed uses."""
    assert CURRENCIES["USD"] is currency("USD") is currency(CURRENCIES["USD"])


def test_codes_that_moneyed_lacks_are_added() -> None:
    """Every code of the table has a currency."""
    assert set(MINOR_UNITS) == {currency(code).code for code in MINOR_UNITS}
