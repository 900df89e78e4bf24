"""Proration: two parts, five parts, one part alone, and a change of price with its explanation."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pendulum

from peers.proration import careful_parts, decimal_parts, money_change, money_parts
from renewkit.policies.proration import change, portion, prorate
from renewkit.values.money import usd
from renewkit.values.period import Period
from work import Work

__all__ = ["AT", "CUTS", "END", "NEW", "OLD", "OVER", "START", "WORKS"]

START, END, AT = date(2024, 3, 1), date(2024, 4, 1), date(2024, 3, 10)
CUTS = [date(2024, 3, day) for day in (4, 10, 17, 29)]
OLD, NEW = usd("29.99"), usd("99.00")
OVER, REST = Period(START, END), Period(AT, END)
_AT, _CUTS = pendulum.date(2024, 3, 10), [pendulum.Date(day.year, day.month, day.day) for day in CUTS]

WORKS = (
    Work(
        "prorate into 2 parts",
        lambda: prorate(OLD, over=OVER, at=[_AT]),
        "Money arithmetic",
        lambda: money_parts(OLD, START, END, [AT]),
        goal=2,
    ),
    Work(
        "prorate into 5 parts",
        lambda: prorate(OLD, over=OVER, at=_CUTS),
        "Money arithmetic",
        lambda: money_parts(OLD, START, END, CUTS),
        goal=2,
    ),
    Work(
        "prorate into 2 parts, beside care",
        lambda: prorate(OLD, over=OVER, at=[_AT]),
        "Decimal inside, Money outside",
        lambda: careful_parts(OLD, START, END, [AT]),
    ),
    Work(
        "portion",
        lambda: portion(OLD, REST, of=OVER),
        "Money arithmetic",
        lambda: money_parts(OLD, START, END, [AT])[1],
        goal=2,
    ),
    Work(
        "change of price, explained",
        lambda: change(old=OLD, new=NEW, over=OVER, at=_AT).net,
        "Money arithmetic",
        lambda: money_change(OLD, NEW, START, END, AT),
    ),
    Work(
        "prorate into 2 parts, by Decimal",
        lambda: prorate(OLD, over=OVER, at=[_AT]),
        "Decimal",
        lambda: decimal_parts(Decimal("29.99"), START, END, [AT]),
    ),
)
