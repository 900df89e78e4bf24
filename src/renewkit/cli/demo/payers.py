"""What the bank sees: policy holders who pay early, late, twice, with a mangled reference, or not at all.

How somebody pays is chosen by a hash of the invoice, so every run sees the same statement.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from renewkit.books.subscription import Collection
from renewkit.cli.demo.contracts import choose

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from renewkit.books.invoice import Invoice
    from renewkit.books.subscription import Subscription

__all__ = ["TWICE", "statement_lines", "write_statement"]

TWICE: Final = "insurance-004"
"""The contract whose holder pays one premium twice."""

_HABITS: Final = (*("-26",) * 9, *("-18",) * 5, *("-6",) * 4, "0", "0", "2", "6", "11", "26", "48", "never")
_FORMS: Final = (*("plain",) * 12, *("spaced",) * 3, *("in text",) * 3, *("none",) * 2)
_HEADER: Final[tuple[str, ...]] = ("id", "date", "amount", "currency", "reference", "party", "text")


def statement_lines(
    invoices: Iterable[Invoice], contracts: dict[str, Subscription], names: dict[str, str], *, days: tuple[date, date]
) -> list[dict[str, str]]:
    """Return the bank lines of the days from `days[0]` up to but without `days[1]`, in order of day."""
    payments = [
        (on, copy, invoice)
        for invoice in invoices
        if contracts[invoice.subscription_id].terms.collection is Collection.INVOICE
        for copy, on in enumerate(_pay_days(invoice), start=1)
    ]
    lines = [
        _line(on, copy, invoice, names[invoice.customer_id])
        for on, copy, invoice in payments
        if days[0] <= on < days[1]
    ]
    return sorted((*lines, *_strangers(days)), key=lambda line: (line["date"], line["id"]))


def write_statement(path: Path, lines: list[dict[str, str]]) -> None:
    """Write bank lines as a statement file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer: csv.DictWriter[str] = csv.DictWriter(file, _HEADER)
        writer.writeheader()
        writer.writerows(lines)


def _pay_days(invoice: Invoice) -> tuple[date, ...]:
    if invoice.subscription_id == TWICE:
        return (invoice.due_on - timedelta(days=5), invoice.due_on - timedelta(days=2))
    habit = choose(_HABITS, "habit", invoice.id)
    return () if habit == "never" else (invoice.due_on + timedelta(days=int(habit)),)


def _line(on: date, copy: int, invoice: Invoice, name: str) -> dict[str, str]:
    form = choose(_FORMS, "form", invoice.id)
    spaced = " ".join(invoice.reference[i : i + 4] for i in range(0, len(invoice.reference), 4))
    return {
        "id": f"bank-{invoice.id[4:14]}-{copy}",
        "date": on.isoformat(),
        "amount": str(invoice.total.amount),
        "currency": invoice.currency.code,
        "reference": {"plain": invoice.reference, "spaced": spaced}.get(form, ""),
        "party": name.upper(),
        "text": f"PREMIUM {invoice.reference} THANK YOU" if form == "in text" else "transfer",
    }


def _strangers(days: tuple[date, date]) -> list[dict[str, str]]:
    """Return lines that pay nothing of ours: interest, and somebody else's rent."""
    day = days[0].replace(day=28)
    if not days[0] <= day < days[1]:
        return []
    return [
        _stranger(day, "interest", "3.17", "THE BANK"),
        _stranger(day, "rent", "950.00", "MORRIS & SONS"),
    ]


def _stranger(day: date, text: str, amount: str, party: str) -> dict[str, str]:
    key = f"bank-{text}-{day:%Y%m}"
    return dict(zip(_HEADER, (key, day.isoformat(), amount, "EUR", "", party, text), strict=True))
