"""Importing a bank statement from a CSV file: lines are matched to invoices, matched ones become payments.

Columns: `date`, `amount` and `currency` are required; `id`, `reference`, `party` and `text` may be there. A line
without an id is known by its content, so importing the same file again books nothing twice. A second payment of a
paid invoice is booked as excess, for refund or review; lines that pay nothing stay unexpected; where nobody can
choose, nothing is booked.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import attrs

from renewkit.books.invoice import InvoiceState, Payment
from renewkit.cli.csv_file import BadField, civil_day, read_rows, write_rejected
from renewkit.cli.sandbox import BOOK, NOON
from renewkit.policies.reconcile import Settled, reconcile
from renewkit.ports.storage import InvoicesOf, OpenInvoices
from renewkit.values.entry import Entry
from renewkit.values.ids import content_key
from renewkit.values.money import money

if TYPE_CHECKING:
    from pathlib import Path

    from renewkit.books.invoice import Invoice
    from renewkit.cli.csv_file import Rejected, Row
    from renewkit.cli.sandbox import Sandbox
    from renewkit.policies.reconcile import Reconciliation

__all__ = ["StatementReport", "import_statement"]

_REQUIRED: Final = ("date", "amount", "currency")
_OPTIONAL: Final = ("id", "reference", "party", "text")
_MEMORY: Final = timedelta(days=120)
"""How far back an invoice may lie that a line pays a second time."""


@attrs.frozen(kw_only=True)
class StatementReport:
    """What an import did: lines read, payments booked, second payments, and what is left for a person."""

    lines: int
    matched: int
    duplicates: int
    booked_before: int
    ambiguous: int
    unexpected: tuple[str, ...]
    rejected: tuple[Rejected, ...]
    rejected_file: Path | None


def import_statement(path: Path, sandbox: Sandbox) -> StatementReport:
    """Match the lines of a statement to the invoices of a book, and book what is certain.

    Payments carry the date of their line. Bad rows are collected in `FILE.rejected.csv` beside the file.
    """
    lines, rejected = _read(path)
    invoices = _candidates(sandbox, lines)
    booked = sandbox.storage.paid(BOOK, (line.id for line in lines))
    fresh = [line for line in lines if line.id not in booked]
    result = _reconcile(sandbox, invoices, fresh)
    by_id = {line.id: line for line in fresh}
    # A sum of several lines or invoices is a suggestion until a person has split it.
    single = [match for match in result.matched if len(match.expected) == len(match.received) == 1]
    pairs = [(match.expected[0], match.received[0]) for match in single]
    pairs += [(duplicate.expected, duplicate.received) for duplicate in result.duplicates]
    sandbox.renewals.record_payments((invoice, _payment(by_id[line])) for invoice, line in pairs)
    return StatementReport(
        lines=len(lines),
        matched=len(single),
        duplicates=len(result.duplicates),
        booked_before=len(lines) - len(fresh),
        ambiguous=len(result.ambiguous),
        unexpected=tuple(entry.id for entry in result.unexpected),
        rejected=tuple(rejected),
        rejected_file=write_rejected(path, rejected),
    )


def _candidates(sandbox: Sandbox, lines: list[Entry]) -> list[Invoice]:
    """Return the invoices that lines may pay: the open ones, and those young enough to be paid a second time."""
    first = min((line.on for line in lines), default=sandbox.today)
    recent = sandbox.storage.load(InvoicesOf(BOOK, since=first - _MEMORY))
    known = {bill.id: bill for bill in (*recent, *sandbox.storage.load(OpenInvoices(BOOK)))}
    return [bill for bill in known.values() if bill.state is InvoiceState.FINALISED]


def _read(path: Path) -> tuple[list[Entry], list[Rejected]]:
    rows, rejected = read_rows(path, _REQUIRED, _OPTIONAL)
    seen: Counter[tuple[str, ...]] = Counter()
    lines: dict[str, Entry] = {}
    for row in rows:
        try:
            line = _line(row, seen)
        except BadField as bad:
            rejected.append(bad.rejected)
            continue
        if line.id in lines:
            rejected.append(row.reject("id", "an id of its own", "delete the repeated line"))
        lines.setdefault(line.id, line)
    return list(lines.values()), sorted(rejected, key=lambda row: row.line)


def _line(row: Row, seen: Counter[tuple[str, ...]]) -> Entry:
    content = tuple(row.text(field) for field in (*_REQUIRED, *_OPTIONAL))
    seen[content] += 1
    # Two equal lines of one file are two payments; the count tells them apart and stays the same in a second import.
    key = row.text("id") or content_key("line", seen[content], *content)
    amount = row.read(
        "amount", lambda text: money(text, row.text("currency")), fields={"UnknownCurrencyError": "currency"}
    )
    if amount.amount <= 0:
        raise row.bad("amount", "money that came in", "leave payments that went out out of the file")
    return Entry(
        key,
        amount,
        row.read("date", civil_day),
        reference=row.text("reference") or None,
        party=row.text("party") or None,
        text=row.text("text"),
    )


def _reconcile(sandbox: Sandbox, invoices: list[Invoice], lines: list[Entry]) -> Reconciliation:
    names = sandbox.names()
    waiting = [bill for bill in invoices if bill.is_open]
    settled = [bill for bill in invoices if bill.is_paid]
    expected = [
        Entry(
            bill.id,
            bill.open if bill.is_open else bill.total,
            bill.due_on,
            reference=bill.reference,
            party=names[bill.customer_id],
        )
        for bill in (*waiting, *settled)
        if bill.total.amount != 0
    ]
    return reconcile(expected, lines, decisions=[Settled(bill.id) for bill in settled if bill.total.amount != 0])


def _payment(line: Entry) -> Payment:
    return Payment(line.id, line.amount, at=datetime.combine(line.on, NOON, tzinfo=UTC), method="bank_transfer")
