"""Three hundred contracts in three trades, as the rows of a contracts file.

Nothing is drawn at random: what varies is chosen by a hash of the contract's id, so that every run makes the same book.
"""

from __future__ import annotations

import csv
from datetime import date
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["COLUMNS", "FIRST_DAY", "LAST_DAY", "choose", "contracts", "write_contracts"]

FIRST_DAY: Final = date(2024, 1, 1)
LAST_DAY: Final = date(2025, 3, 31)

COLUMNS: Final[tuple[str, ...]] = (
    "contract", "customer", "name", "email", "agent", "zone", "locale", "trade", "item", "currency", "price",
    "quantity", "tiers", "intro_price", "intro_periods", "every", "anchor", "starts_on", "ends_on", "instrument",
    "network", "region", "places", "late_fee",
)  # fmt: skip

_MARKETS: Final = (
    ("TWD", "Asia/Taipei", "zh_TW", ("王小明", "林雅婷", "陳志豪", "張淑芬", "黃建宏", "吳佩珊", "李宗翰", "蔡欣怡")),
    ("USD", "America/New_York", "en_US", ("Ada Byron", "Grace Hopper", "Alan Kay", "Mary Jackson", "Carl Sagan")),
    ("USD", "America/Los_Angeles", "en_US", ("Joan Clarke", "Ken Ramirez", "Rosa Diaz", "Noah O'Neil", "Zoë Quist")),
    ("EUR", "Europe/Berlin", "de_DE", ("Jürgen Groß", "Käthe Weiß", "Emmy Noether", "Max Jäger", "Lise Meitner")),
    ("GBP", "Europe/London", "en_GB", ("Alan Turing", "Dorothy Vaughan", "Isaac Barrow", "Edith Clarke")),
    ("JPY", "Asia/Tokyo", "en", ("Sato Hanako", "Suzuki Ichiro", "Tanaka Yui", "Takahashi Ren")),
)
_RAILS: Final = {
    "Asia/Taipei": ("visa", "TW"),
    "America/New_York": ("mastercard", "US"),
    "America/Los_Angeles": ("visa", "US"),
    "Europe/Berlin": ("sepa_sdd", "DE"),
    "Europe/London": ("bacs", "GB"),
    "Asia/Tokyo": ("mastercard", "JP"),
}
_PREMIUMS: Final = {
    "TWD": ("18000", "24600", "36500"), "USD": ("640.00", "912.50", "1480.00"), "EUR": ("598.00", "744.40", "1220.00"),
    "GBP": ("512.25", "689.00", "1042.00"), "JPY": ("62000", "88400", "120000"),
}  # fmt: skip
_SEATS: Final = {
    "TWD": (320, 250, 190),
    "USD": (12, 9, 7),
    "EUR": (11, 8, 6),
    "GBP": (10, 7, 5),
    "JPY": (1500, 1200, 900),
}
_STREAMS: Final = {
    "TWD": ("190", "330"), "USD": ("5.99", "11.99"), "EUR": ("5.99", "10.99"), "GBP": ("4.99", "9.99"),
    "JPY": ("590", "1190"),
}  # fmt: skip
_CARDS: Final = (
    *("sbx_ok",) * 13,
    *("sbx_decline_insufficient_funds_x1_each",) * 2,
    "sbx_decline_do_not_honor_x1_each",
    "sbx_decline_insufficient_funds_x2",
    "sbx_decline_processing_error_x1",
    "sbx_ok_x3_decline_expired_card",
    "sbx_ok_x9_decline_expired_card",
    "sbx_ok_x6_decline_insufficient_funds",
    "sbx_ok_x2_decline_lost_card",
    "sbx_timeout",
    "sbx_lost",
    "sbx_outage_2024-05-30_2024-06-02",
)
"""The cards of twenty-five customers, from those that always pay to those that wear out."""


def choose(options: Sequence[str], *parts: str) -> str:
    """Return one of the options, always the same for the same parts.

    >>> choose(("a", "b", "c"), "software-001") == choose(("a", "b", "c"), "software-001")
    True
    """
    number = int.from_bytes(blake2b(":".join(parts).encode(), digest_size=4).digest())
    return options[number % len(options)]


def contracts() -> list[dict[str, str]]:
    """Return the rows of the book, one per contract and customer."""
    makers = (("insurance", _policy, 250), ("software", _seats, 25), ("streaming", _stream, 25))
    return [
        _customer(trade, i) | maker(i, _MARKETS[i % len(_MARKETS)][0])
        for trade, maker, count in makers
        for i in range(count)
    ]


def write_contracts(path: Path) -> int:
    """Write the book as a contracts file, and return how many contracts it has."""
    rows = contracts()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer: csv.DictWriter[str] = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


def _customer(trade: str, i: int) -> dict[str, str]:
    code, zone, locale, names = _MARKETS[i % len(_MARKETS)]
    key = f"{trade}-{i:03}"
    return {
        "contract": key,
        "customer": f"c-{key}",
        # The number keeps namesakes apart, as a bank's customers are.
        "name": f"{names[i // len(_MARKETS) % len(names)]} {trade[0].upper()}{i:03}",
        "email": f"{key}@example.com",
        "zone": zone,
        "locale": locale,
        "trade": trade,
        "currency": code,
    }


def _policy(i: int, code: str) -> dict[str, str]:
    """A policy that began in an earlier year and renews in 2024, on month ends among other days."""
    month, day = i % 12 + 1, (28, 29, 30, 31, 1, 9, 15, 22)[i % 8]
    began = _day(2023 - i % 4, month, day)
    return {
        "agent": f"agent-{i % 7}@example.com",
        "item": ("motor policy", "home policy", "health policy")[i % 3],
        "price": _PREMIUMS[code][i % 3],
        "every": "year",
        "anchor": began.isoformat(),
        "starts_on": _day(2024, month, began.day).isoformat(),
        "places": _place(i),
        "late_fee": "0.02" if code == "EUR" else "",
    }


def _place(i: int) -> str:
    """Return whose law asks for notices: California's, New York's, and that of a few who moved to Illinois."""
    zone = _MARKETS[i % len(_MARKETS)][1]
    if zone == "America/New_York":
        return "US-IL" if i // len(_MARKETS) % 10 == 0 else "US-NY"
    return {"America/Los_Angeles": "US-CA"}.get(zone, "")


def _seats(i: int, code: str) -> dict[str, str]:
    """Seats by the month, the more the cheaper."""
    first, second, third = _SEATS[code]
    return {
        "item": "seats",
        "price": str(first),
        "quantity": str(3 + i * 7 % 60),
        "tiers": f"10:{first};40:{second};*:{third}",
        "every": "month",
        "anchor": _day(2024, 1 + i % 4, (29, 30, 31, 1, 12, 20)[i % 6]).isoformat(),
        **_pulled(i, f"{_CARDS[i]}:seat-{i:03}"),
    }


def _stream(i: int, code: str) -> dict[str, str]:
    """A streaming plan: a year at the promotional price, then the standard one."""
    intro, standard = _STREAMS[code]
    began = _day(2023, 3 + i % 10, (31, 30, 29, 5, 17)[i % 5])
    return {
        "item": "streaming plan",
        "price": standard,
        "intro_price": intro,
        "intro_periods": "12",
        "every": "month",
        "anchor": began.isoformat(),
        "starts_on": _day(2024, 1, min(began.day, 31)).isoformat(),
        **_pulled(i, f"{_CARDS[i * 7 % len(_CARDS)]}:stream-{i:03}"),
    }


def _pulled(i: int, instrument: str) -> dict[str, str]:
    """A card or a direct debit, as is customary where the customer lives."""
    network, region = _RAILS[_MARKETS[i % len(_MARKETS)][1]]
    return {"instrument": instrument, "network": network, "region": region}


def _day(year: int, month: int, day: int) -> date:
    """Return the day, or the month's last one where the month is shorter."""
    for candidate in range(day, 27, -1):
        try:
            return date(year, month, candidate)
        except ValueError:
            continue
    return date(year, month, day)
