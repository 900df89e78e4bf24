"""The figures of a report as tables on a terminal."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from renewkit.insights.metrics import AGE_LIMITS

if TYPE_CHECKING:
    from moneyed import Money

    from renewkit.cli.output import Printer
    from renewkit.cli.report import Figures

__all__ = ["plain_money", "show_figures"]


def show_figures(printer: Printer, figures: Figures) -> None:
    """Print contracts, renewals, money, failures, ageing and forecast."""
    printer.table("Contracts", ("trade", "status", "contracts"), figures.statuses)
    printer.table(
        "Renewals by month",
        ("month", "paid", "lost", "open", "rate"),
        [(m.month, m.paid, m.lost, m.open, "–" if m.rate is None else f"{float(m.rate):.1%}") for m in figures.months],
    )
    printer.table(
        "Money",
        ("currency", "at once", "recovered", "lost", "open"),
        [
            (row.currency, *map(plain_money, (row.on_time, row.recovered, row.lost, row.open)))
            for row in figures.recovery
        ],
    )
    printer.table(
        "Why payments failed",
        ("code", "declines", "invoices", "paid later"),
        [(reason.code, reason.declines, reason.invoices, reason.paid_later) for reason in figures.reasons],
    )
    ages = ("not due", *(f"{a + 1} to {b} days" for a, b in pairwise(AGE_LIMITS)))
    printer.table(
        f"Open invoices on {figures.on}",
        ("currency", *ages, f"over {AGE_LIMITS[-1]} days"),
        [(row.currency, *map(plain_money, row.amounts)) for row in figures.ageing],
    )
    expected: dict[str, dict[str, Money]] = defaultdict(dict)
    for month in figures.forecast:
        expected[month.month][month.currency] = month.expected
    codes = sorted({month.currency for month in figures.forecast})
    printer.table(
        "Expected income",
        ("month", *codes),
        [
            (month, *(plain_money(row[code]) if code in row else "–" for code in codes))
            for month, row in expected.items()
        ],
    )


def plain_money(amount: Money) -> str:
    """Return an amount with its currency's decimals and thousands apart, for a column of one currency.

    >>> from renewkit.values.money import usd
    >>> plain_money(usd("1234.5"))
    '1,234.50'
    """
    return f"{amount.amount:,}"
