"""The demo's fifteen months: days pass, statements come in, some customers leave; then it is all told."""

from __future__ import annotations

import time
from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import attrs

from renewkit.books.audit import verify
from renewkit.cli.contracts import import_contracts
from renewkit.cli.demo.attempts import Attempts, count_attempts
from renewkit.cli.demo.contracts import FIRST_DAY, LAST_DAY, write_contracts
from renewkit.cli.demo.duties import Duties, count_duties
from renewkit.cli.demo.payers import TWICE, statement_lines, write_statement
from renewkit.cli.report import read_figures, write_page
from renewkit.cli.sandbox import BOOK, open_sandbox
from renewkit.cli.simulation import run_until
from renewkit.cli.statement import import_statement
from renewkit.cli.tables import show_figures
from renewkit.errors import ConfigurationError
from renewkit.ports.storage import CustomersOf, InvoicesOf, OpenInvoices, SubscriptionsOf

if TYPE_CHECKING:
    from pathlib import Path

    from renewkit.books.audit import Fact
    from renewkit.cli.output import Printer
    from renewkit.cli.report import Figures
    from renewkit.cli.sandbox import Sandbox
    from renewkit.cli.statement import StatementReport

__all__ = ["run_demo"]

_STATEMENT: Final = timedelta(days=14)
"""How often the bank sends a statement."""
_LEAVING: Final = {
    date(2024, 5, 6): ("software-003", "streaming-005"),
    date(2024, 9, 2): ("software-014", "insurance-030"),
    date(2024, 12, 9): ("software-009", "streaming-008"),
}
"""Who cancels on which day."""


@attrs.define
class _Tally:
    """What the demo counts beside the figures of the report."""

    events: Counter[str] = attrs.field(factory=Counter)
    problems: list[str] = attrs.field(factory=list)
    lines: Counter[str] = attrs.field(factory=Counter)

    def add_statement(self, report: StatementReport) -> None:
        self.lines["lines"] += report.lines
        self.lines["matched"] += report.matched
        self.lines["paid twice"] += report.duplicates
        self.lines["unexpected"] += len(report.unexpected)
        self.lines["ambiguous"] += report.ambiguous


def run_demo(out: Path, printer: Printer) -> None:
    """Make the book in an empty folder, live through fifteen months, print what happened and write the report.

    Raises `ConfigurationError` for a folder that holds something already.
    """
    if out.exists() and any(out.iterdir()):
        raise ConfigurationError("an empty folder", str(out), "remove it, or name another one with --out")
    out.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    tally = _Tally()
    with open_sandbox(f"sqlite:///{out / 'renewkit.db'}", create=True) as sandbox:
        loaded = _load(out, sandbox, printer)
        _live(out, sandbox, tally, printer)
        figures = read_figures(sandbox.storage, BOOK, on=sandbox.today)
        for locale in ("en", "zh-TW"):
            write_page(out / ("report.html" if locale == "en" else f"report.{locale}.html"), figures, locale=locale)
        facts = [row.fact for row in sandbox.all_facts()]
        broken = _verify(sandbox, facts)
        load = sandbox.storage.load
        attempts = count_attempts(load(InvoicesOf(BOOK)), load(CustomersOf(BOOK)), tally.events)
        duties = count_duties(facts, load(InvoicesOf(BOOK)))
        captures = len(sandbox.gateway.captures())
        mails = sum(1 for _ in sandbox.mails.iterdir())
    _tell(printer, figures, tally, loaded, attempts=attempts, duties=duties)
    seconds = time.perf_counter() - started
    printer.line(f"\n{mails} mails in {out / sandbox.mails.name}, {captures} captures in the gateway's own book,")
    printer.line(f"{broken or 'no'} broken audit chains. Open {out / 'report.html'} in a browser. ({seconds:.1f} s)")
    printer.result(
        _for_machines(figures, tally, mails=mails, captures=captures, broken=broken, **attrs.asdict(attempts))
        | attrs.asdict(duties)
    )


def _load(out: Path, sandbox: Sandbox, printer: Printer) -> int:
    file = out / "contracts.csv"
    total = write_contracts(file)
    with printer.progress("contracts", total) as step:
        return import_contracts(file, sandbox.renewals, known={}, step=step).loaded


def _live(out: Path, sandbox: Sandbox, tally: _Tally, printer: Printer) -> None:
    statements = out / "statements"
    statements.mkdir()
    count = (LAST_DAY - FIRST_DAY) // _STATEMENT + 1
    with printer.progress("statements", count) as step:
        for n in range(count):
            start = FIRST_DAY + n * _STATEMENT
            end = min(start + _STATEMENT, LAST_DAY + timedelta(days=1))
            _run_days(sandbox, start, end, tally)
            _bank(statements, sandbox, (start, end), tally)
            step()


def _run_days(sandbox: Sandbox, start: date, end: date, tally: _Tally) -> None:
    for day in (start + timedelta(days=n) for n in range((end - start).days)):
        sandbox.begin(day)
        for contract in _LEAVING.get(day, ()):
            sandbox.renewals.cancel(contract)
        report = run_until(sandbox, [day]).ticks
        if report is not None:
            tally.events.update(dict(report.counts))
            tally.problems += [str(problem) for problem in report.problems]


def _bank(folder: Path, sandbox: Sandbox, days: tuple[date, date], tally: _Tally) -> None:
    contracts = {sub.id: sub for sub in sandbox.storage.load(SubscriptionsOf(BOOK))}
    invoices = {
        bill.id: bill for query in (OpenInvoices(BOOK), InvoicesOf(BOOK, TWICE)) for bill in sandbox.storage.load(query)
    }
    names = sandbox.names()
    lines = statement_lines(invoices.values(), contracts, names, days=days)
    if lines:
        file = folder / f"{days[0].isoformat()}.csv"
        write_statement(file, lines)
        tally.add_statement(import_statement(file, sandbox))


def _verify(sandbox: Sandbox, facts: list[Fact]) -> int:
    checkpoint = {sub.id: sub.standing.head for sub in sandbox.storage.load(SubscriptionsOf(BOOK))}
    return len(verify(facts, checkpoint=checkpoint))


def _tell(
    printer: Printer, figures: Figures, tally: _Tally, loaded: int, *, attempts: Attempts, duties: Duties
) -> None:
    printer.line(f"{loaded} contracts, {FIRST_DAY} to {LAST_DAY}, {figures.invoices} invoices, {figures.paid} paid\n")
    show_figures(printer, figures)
    printer.table("Bank statements", tuple(tally.lines), [tuple(tally.lines.values())])
    printer.table("Paid twice, kept for refund", ("invoice", "payment", "amount"), figures.excess)
    printer.table(
        "Charges that were tried again",
        ("retries", "delayed by a network's rule", "refused by one", "forbidden attempts"),
        [attrs.astuple(attempts)],
    )
    printer.table("Notices that the law requires", ("rule", "given"), duties.notices)
    printer.table("Overdue states entered", ("state", "contracts"), duties.states)
    printer.table("Late fees", ("currency", "invoices", "billed", "paid"), duties.late_fees)
    printer.table("Everything that happened", ("event", "times"), sorted(tally.events.items()))
    if tally.problems:
        printer.table("Problems", ("what",), [(problem,) for problem in tally.problems])


def _for_machines(figures: Figures, tally: _Tally, **counts: int) -> dict[str, object]:
    return {
        **counts,
        "invoices": figures.invoices,
        "paid": figures.paid,
        "statuses": figures.statuses,
        "statement": dict(tally.lines),
        "events": dict(sorted(tally.events.items())),
        "problems": tally.problems,
        "recovery": [
            {name: str(value) for name, value in attrs.asdict(row, recurse=False).items()} for row in figures.recovery
        ],
        "renewals": [attrs.asdict(month) | {"rate": str(month.rate)} for month in figures.months],
        "paid_twice": figures.excess,
        "forecast": [
            {name: str(value) for name, value in attrs.asdict(month, recurse=False).items()}
            for month in figures.forecast
        ],
    }
