"""Importing a bank statement from a CSV file: lines are matched to invoices, matched ones become payments.

Columns: `date`, `amount` and `currency` are required; `id`, `reference`, `party` and `text` may be there. A line
without an id is known by its content, so importing the same file again books nothing twice. A second payment of a
paid invoice is booked as excess, for refund or review; lines that pay nothing stay unexpected; where nobody can
choose, nothing is booked.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import attrs

from renewkit.adapters.statements import COLUMNS, REQUIRED, Flaw, Numbering
from renewkit.books.invoice import InvoiceState, Payment
from renewkit.books.remittance import rules_for
from renewkit.cli.csv_file import read_rows, write_rejected
from renewkit.cli.sandbox import BOOK, NOON
from renewkit.policies.reconcile import Settled, reconcile
from renewkit.ports.storage import InvoicesOf, OpenInvoices
from renewkit.values.entry import Entry

if TYPE_CHECKING:
    from pathlib import Path

    from renewkit.books.invoice import Invoice
    from renewkit.cli.csv_file import Rejected
    from renewkit.cli.sandbox import Sandbox
    from renewkit.policies.reconcile import Reconciliation

__all__ = ["StatementReport", "import_statement", "read_lines"]

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
    lines, rejected = read_lines(path)
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


def read_lines(path: Path) -> tuple[list[Entry], list[Rejected]]:
    """Return the lines of a CSV statement, and the rows that are no lines."""
    rows, rejected = read_rows(path, REQUIRED, COLUMNS[len(REQUIRED) :])
    numbering = Numbering()
    lines: dict[str, Entry] = {}
    for row in rows:
        found = numbering.entry(row.cells)
        if isinstance(found, Flaw):
            rejected.append(row.reject(found.field, found.expected, found.remedy))
            continue
        if found.id in lines:
            rejected.append(row.reject("id", "an id of its own", "delete the repeated line"))
        lines.setdefault(found.id, found)
    return list(lines.values()), sorted(rejected, key=lambda row: row.line)


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
    decisions = [Settled(bill.id) for bill in settled if bill.total.amount != 0]
    return reconcile(expected, lines, rules=rules_for(invoices), decisions=decisions)


def _payment(line: Entry) -> Payment:
    return Payment(line.id, line.amount, at=datetime.combine(line.on, NOON, tzinfo=UTC), method="bank_transfer")
