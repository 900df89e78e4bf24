"""Reading statements, matching them to the invoices of a sandbox, booking, and telling what came of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import attrs

from renewkit.adapters.statements import read_camt
from renewkit.cli.csv_file import write_rejected
from renewkit.cli.files import STDOUT, check_writable, read_text, write_whole
from renewkit.cli.reconciliation.document import findings_document
from renewkit.cli.reconciliation.findings import Findings
from renewkit.cli.reconciliation.page import render_findings
from renewkit.cli.sandbox import BOOK
from renewkit.cli.statement import read_lines
from renewkit.cli.tables import plain_money
from renewkit.codec import from_json
from renewkit.errors import CodecError, ConfigurationError
from renewkit.policies.reconcile import Confidence, Confirm, MatchRules, Reject
from renewkit.ports.storage import InvoicesOf
from renewkit.values.entry import Entry
from renewkit.values.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from renewkit.cli.output import Printer
    from renewkit.cli.sandbox import Sandbox
    from renewkit.policies.reconcile import Decision

__all__ = ["Options", "reconcile_statements"]

_SHOWN: Final = 40


@attrs.frozen(kw_only=True)
class Options:
    """What the operator asked for besides the statements."""

    rules: Path | None = None
    least: Confidence = Confidence.FAIR
    confirm: tuple[str, ...] = ()
    reject: tuple[str, ...] = ()
    is_dry: bool = False
    json_out: Path | None = None
    html_out: Path | None = None


def reconcile_statements(printer: Printer, sandbox: Sandbox, files: Sequence[Path], options: Options) -> Findings:
    """Match the lines of statements to the invoices of the book, book what is certain, and tell the rest.

    Raises `ConfigurationError` for rules or confirmations that do not read, before anything is booked.
    """
    document_out = None if options.json_out == STDOUT else options.json_out
    check_writable(document_out, options.html_out)
    rules, decisions = _rules(options.rules), _decisions(options)
    lines, unread = _read(files, is_dry=options.is_dry)
    came = [line for line in lines if line.amount.amount > 0]
    remittance = sandbox.renewals.reconcile(
        came, rules=rules, decisions=decisions, least=options.least, dry_run=options.is_dry
    )
    found = Findings(
        on=max([sandbox.today, *(line.on for line in came)]),
        is_dry=options.is_dry,
        remittance=remittance,
        lines=tuple(came),
        went_out=tuple(line for line in lines if line.amount.amount <= 0),
        unread=tuple(unread),
        numbers={bill.id: bill.number for bill in sandbox.storage.load(InvoicesOf(BOOK)) if bill.number},
    )
    _show(printer, found)
    body = findings_document(found)
    if options.html_out is not None:
        write_whole(options.html_out, render_findings(found))
        printer.line(f"written: {options.html_out}")
    if document_out is not None:
        write_whole(document_out, json.dumps(body, ensure_ascii=False, indent=1) + "\n")
        printer.line(f"written: {document_out}")
    printer.result(body)
    return found


def _read(files: Iterable[Path], *, is_dry: bool) -> tuple[list[Entry], list[Problem]]:
    """Return the lines of all files, each once, and what does not read; bad CSV rows also go to a file of their own."""
    lines: dict[str, Entry] = {}
    problems: list[Problem] = []
    for file in files:
        for line in _lines(file, problems, is_dry=is_dry):
            known = lines.setdefault(line.id, line)
            if known != line:
                message = f"expected one line with this id, got another one in {file.name}"
                remedy = "give each line an id of its own"
                problems.append(Problem("statement.id", line.id, message=message, remedy=remedy, source=file.name))
    return list(lines.values()), problems


def _lines(file: Path, problems: list[Problem], *, is_dry: bool) -> list[Entry]:
    data = file.read_bytes()
    if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<":
        read = list(read_camt(data))
        problems += [attrs.evolve(bad, about=f"{file.name}, {bad.about}") for bad in read if isinstance(bad, Problem)]
        return [line for line in read if isinstance(line, Entry)]
    lines, rejected = read_lines(file)
    for row in rejected:
        about, message = f"{file.name}, line {row.line}", f"expected {row.expected}, got {row.value!r}"
        problems.append(Problem(f"statement.{row.field}", about, message=message, remedy=row.remedy))
    if not is_dry:
        write_rejected(file, rejected)
    return lines


def _rules(file: Path | None) -> MatchRules | None:
    if file is None:
        return None
    text = read_text(file)
    try:
        body = json.loads(text)
        if isinstance(body, dict) and "schema" not in body:
            text = json.dumps({"schema": 1, "kind": "match_rules", "value": body})
        return from_json(text, MatchRules)
    except CodecError as error:
        raise ConfigurationError(f"{error.expected} in {file}", error.got, error.remedy) from None
    except ValueError as error:
        raise ConfigurationError(f"a JSON object of rules in {file}", str(error), 'write {"late": 90}') from None


def _decisions(options: Options) -> list[Decision]:
    together, apart = map(_pair, options.confirm), map(_pair, options.reject)
    # mypy takes the converter's own type for the field's
    confirmed = [Confirm((invoice,), (line,)) for invoice, line in together]  # type: ignore[arg-type]  # as above
    return [*confirmed, *(Reject(invoice, line) for invoice, line in apart)]


def _pair(text: str) -> tuple[str, str]:
    invoice, _, line = text.partition("=")
    if not invoice or not line:
        raise ConfigurationError("INVOICE=LINE", text, "name the ids that the work list shows")
    return invoice, line


def _show(printer: Printer, found: Findings) -> None:
    title = "Nothing was booked (dry run)" if found.is_dry else "What became of the money"
    printer.table(
        title,
        ("outcome", "entries", "sum", "currency"),
        [(row.name, row.count, plain_money(row.total), row.total.currency.code) for row in found.outcomes],
    )
    if found.work:
        rows = [
            (
                "–" if item.age is None else item.age,
                item.todo.value,
                " ".join(map(found.name, item.about)),
                found.why(item),
            )
            for item in found.work[:_SHOWN]
        ]
        printer.table(f"What a person has to do on {found.on}", ("days", "action", "about", "why"), rows)
    if len(found.work) > _SHOWN:
        printer.line(f"… and {len(found.work) - _SHOWN} more: --html or --json has them all")
    if found.unread:
        printer.table(
            "Lines that do not read",
            ("where", "what", "remedy"),
            [(problem.about, problem.message, problem.remedy) for problem in found.unread],
        )
