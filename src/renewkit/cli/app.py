"""The commands. Each opens what it needs, calls one function, and prints what came of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import attrs
import typer

from renewkit.cli.output import EXIT_PARTLY, Printer, guarded
from renewkit.errors import ConfigurationError, RenewkitError

if TYPE_CHECKING:
    from renewkit.cli.csv_file import Rejected
    from renewkit.policies.cycle import Every

__all__ = [
    "Language",
    "Least",
    "app",
    "demo_command",
    "import_contracts_command",
    "import_statement_command",
    "reconcile_command",
    "renewkit",
    "report_command",
    "run_command",
    "schedule_command",
    "simulate_retries_command",
]

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
_import = typer.Typer(help="Import what other systems have written.", no_args_is_help=True)
_statement = typer.Typer(help="Work with bank statements.", no_args_is_help=True)
_simulate = typer.Typer(help="Try policies in simulated worlds.", no_args_is_help=True)
app.add_typer(_import, name="import")
app.add_typer(_statement, name="statement")
app.add_typer(_simulate, name="simulate")


def _show_version(is_asked: bool) -> None:
    if is_asked:
        try:
            typer.echo(f"renewkit {version('renewkit')}")
        except PackageNotFoundError:
            typer.echo("renewkit, not installed but run from its sources")
        raise typer.Exit


@app.callback()
def renewkit(
    is_version_asked: Annotated[
        bool, typer.Option("--version", help="Show the version and leave.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Run renewals from notice to ledger, in sandboxes: no real customer is charged or written to.

    Exit codes: 0 all done, 1 failed, 2 the request makes no sense, 3 done but for rejected rows, 130 stopped.
    """


class Language(StrEnum):
    """The languages that a report is written in."""

    EN = "en"
    ZH_TW = "zh-TW"


class Least(StrEnum):
    """How much a match must be relied upon to be booked."""

    FAIR = "fair"
    STRONG = "strong"
    CERTAIN = "certain"


_Url = Annotated[
    str, typer.Option("--db", help="The sandbox's database, such as sqlite:///book.db.", show_default=False)
]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON object for machines and nothing else.")]
_File = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A CSV file in UTF-8 with a header.")
]
_Document = Annotated[
    Path | None, typer.Option("--json", help="Where to write one JSON object; - is standard output and nothing else.")
]
_Pairs = Annotated[list[str] | None, typer.Option(metavar="INVOICE=LINE", help="Ids from the work list; repeatable.")]
_DAY = ["%Y-%m-%d"]


@_import.command("contracts")
def import_contracts_command(file: _File, db: _Url, as_json: _Json = False) -> None:
    """Load contracts from a CSV file; rejected rows are collected in FILE.rejected.csv.

    A database that is not there yet is created as a sandbox. Importing the same file again changes nothing.
    """
    printer = Printer(as_json)
    with guarded(printer):
        from renewkit.cli.contracts import import_contracts
        from renewkit.cli.sandbox import BOOK, open_sandbox
        from renewkit.ports.storage import SubscriptionsOf

        with file.open("rb") as opened:
            rows = sum(1 for _ in opened) - 1
        with open_sandbox(db, create=True) as sandbox, printer.progress("contracts", max(rows, 0)) as step:
            known = {sub.id: sub for sub in sandbox.storage.load(SubscriptionsOf(BOOK))}
            report = import_contracts(file, sandbox.renewals, known=known, step=step)
        _show_rejected(printer, report.rejected, report.rejected_file)
        printer.line(f"{report.loaded} contracts loaded, {report.unchanged} unchanged, {len(report.rejected)} rejected")
        printer.result(
            {
                "loaded": report.loaded,
                "unchanged": report.unchanged,
                "rejected": [attrs.asdict(row, filter=attrs.filters.exclude("row")) for row in report.rejected],
                "rejected_file": report.rejected_file,
            }
        )
    if report.rejected:
        raise typer.Exit(EXIT_PARTLY)


@_statement.command("import")
def import_statement_command(file: _File, db: _Url, as_json: _Json = False) -> None:
    """Match the lines of a bank statement to invoices and book what is certain; the rest is named.

    Importing the same file again books nothing twice.
    """
    printer = Printer(as_json)
    with guarded(printer):
        from renewkit.cli.sandbox import open_sandbox
        from renewkit.cli.statement import import_statement

        with open_sandbox(db, create=False) as sandbox:
            report = import_statement(file, sandbox)
        _show_rejected(printer, report.rejected, report.rejected_file)
        printer.table(
            f"Statement {file.name}",
            ("lines", "matched", "paid twice", "booked before", "ambiguous", "unexpected", "rejected"),
            [
                (
                    report.lines,
                    report.matched,
                    report.duplicates,
                    report.booked_before,
                    report.ambiguous,
                    len(report.unexpected),
                    len(report.rejected),
                )
            ],
        )
        printer.result(
            {
                **attrs.asdict(report, filter=attrs.filters.exclude("rejected")),
                "rejected": [attrs.asdict(row, filter=attrs.filters.exclude("row")) for row in report.rejected],
            }
        )
    if report.rejected:
        raise typer.Exit(EXIT_PARTLY)


@app.command("reconcile")
def reconcile_command(
    files: Annotated[
        list[Path],
        typer.Argument(
            exists=True, dir_okay=False, readable=True, metavar="STATEMENT", help="CSV files in UTF-8, or camt.053."
        ),
    ],
    db: _Url,
    rules: Annotated[
        Path | None,
        typer.Option("--rules", exists=True, dir_okay=False, readable=True, help='Rules as JSON: {"late": 90, ...}.'),
    ] = None,
    least: Annotated[Least, typer.Option("--least", help="Book matches of at least this confidence.")] = Least.FAIR,
    confirm: _Pairs = None,
    reject: _Pairs = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be booked, and book nothing.")] = False,
    html: Annotated[Path | None, typer.Option("--html", help="Where to write the page.")] = None,
    as_json: _Document = None,
) -> None:
    """Match bank statements to the open invoices, book what the evidence decides, and list what a person has to do.

    The same statement again books nothing twice. A second payment is kept as excess; a tie is never guessed. With
    --confirm two belong together, with --reject they do not.
    """
    from renewkit.cli.files import STDOUT

    printer = Printer(as_json == STDOUT)
    with guarded(printer):
        from renewkit.cli.reconciliation import Options, reconcile_statements
        from renewkit.cli.sandbox import open_sandbox
        from renewkit.policies.reconcile import Confidence

        asked = Options(
            rules=rules,
            least=Confidence(least.value),
            confirm=tuple(confirm or ()),
            reject=tuple(reject or ()),
            is_dry=dry_run,
            json_out=as_json,
            html_out=html,
        )
        with open_sandbox(db, create=False, writes=not dry_run) as sandbox:
            found = reconcile_statements(printer, sandbox, files, asked)
    if found.unread:
        raise typer.Exit(EXIT_PARTLY)


@app.command("run")
def run_command(
    db: _Url,
    until: Annotated[datetime, typer.Option("--until", formats=_DAY, help="The last virtual day.", show_default=False)],
    start: Annotated[
        datetime | None, typer.Option("--from", formats=_DAY, help="The first virtual day of a sandbox that never ran.")
    ] = None,
    as_json: _Json = False,
) -> None:
    """Step the sandbox's virtual clock day by day, with one tick a day against the sandbox gateway.

    Stopped or killed at any moment, the next run goes on with the day that was not finished.
    """
    printer = Printer(as_json)
    with guarded(printer):
        from renewkit.cli.sandbox import open_sandbox
        from renewkit.cli.simulation import days_to_run, run_until

        with open_sandbox(db, create=False) as sandbox:
            days = days_to_run(sandbox, until.date(), start=start.date() if start else None)
            with printer.progress("days", len(days)) as step:
                report = run_until(sandbox, days, step=step)
        counts = dict(report.ticks.counts) if report.ticks else {}
        problems = report.ticks.problems if report.ticks else ()
        printer.line(
            f"{report.days} days, {report.first} to {report.last}" if report.days else "nothing is left to run"
        )
        if counts:
            printer.table("What happened", ("event", "times"), sorted(counts.items()))
        if problems:
            printer.table("Problems", ("about", "what", "remedy"), [(p.about, p.message, p.remedy) for p in problems])
        printer.result(
            {
                "days": report.days,
                "first": report.first,
                "last": report.last,
                "events": counts,
                "problems": [str(problem) for problem in problems],
            }
        )


@app.command("report")
def report_command(
    db: _Url,
    html: Annotated[Path, typer.Option("--html", help="Where to write the page.", show_default=False)],
    locale: Annotated[Language, typer.Option("--locale", help="The language of the page.")] = Language.EN,
    as_json: _Json = False,
) -> None:
    """Write one self-contained page: renewals, money recovered and lost, failures, ageing and forecast."""
    printer = Printer(as_json)
    with guarded(printer):
        from renewkit.cli.report import read_figures, write_page
        from renewkit.cli.sandbox import BOOK, open_sandbox

        with open_sandbox(db, create=False, writes=False) as sandbox:
            figures = read_figures(sandbox.storage, BOOK, on=sandbox.today)
        write_page(html, figures, locale=locale.value)
        printer.line(f"written: {html}")
        printer.result({"html": html, "locale": locale.value, "on": figures.on})


@app.command("schedule")
def schedule_command(
    anchor: Annotated[datetime, typer.Option("--anchor", formats=_DAY, help="The first day.", show_default=False)],
    every: Annotated[str, typer.Option("--every", help="month, quarter, half-year, year, week, day, or '18 months'.")],
    count: Annotated[int, typer.Option("--count", min=1, max=10_000, help="How many periods.")] = 12,
    day: Annotated[
        int | None, typer.Option("--day", help="The day of month, where it is not the anchor's own.")
    ] = None,
    zone: Annotated[str, typer.Option("--zone", help="An IANA zone or an offset, for the instants.")] = "UTC",
    as_json: _Json = False,
) -> None:
    """Show the periods of a billing cycle: no drift after short months, and the instant at which each begins."""
    printer = Printer(as_json)
    with guarded(printer):
        from renewkit.policies.cycle import BillingCycle

        cycle = BillingCycle(anchor.date(), _cadence(every), day=day, zone=zone)
        rows = [(k, cycle.period(k), cycle.instant(k)) for k in range(count)]
        printer.table(
            f"{cycle.every} from {cycle.anchor}",
            ("no.", "from", "to, exclusive", "days", "begins"),
            [(k, p.start, p.end, p.days, begins.isoformat()) for k, p, begins in rows],
        )
        printer.result(
            {
                "periods": [
                    {"index": k, "start": p.start, "end": p.end, "days": p.days, "begins": begins.isoformat()}
                    for k, p, begins in rows
                ]
            }
        )


@_simulate.command("retries")
def simulate_retries_command(
    seeds: Annotated[int, typer.Option("--seeds", min=2, max=1_000, help="How many seeds are compared.")] = 20,
    charges: Annotated[
        int, typer.Option("--charges", min=1, max=100_000, help="How many failed charges each seed has.")
    ] = 1_000,
    constants: Annotated[
        Path | None,
        typer.Option(
            "--constants", exists=True, dir_okay=False, readable=True, help='Other assumptions: {"half_life": 2, ...}.'
        ),
    ] = None,
    svg: Annotated[Path | None, typer.Option("--svg", help="Where to draw what is recovered against tries.")] = None,
    as_json: _Document = None,
) -> None:
    """Compare retry policies in simulated worlds, the ones that belie our assumptions and those we lose in too.

    The result depends on the options alone. It ranks policies; its levels mean nothing.
    """
    from renewkit.cli.files import STDOUT

    printer = Printer(as_json == STDOUT)
    with guarded(printer):
        from renewkit.cli.recovery import simulate_retries

        simulate_retries(printer, seeds=seeds, games=charges, constants=constants, json_out=as_json, svg_out=svg)


@app.command("demo")
def demo_command(
    out: Annotated[Path, typer.Option("--out", help="An empty folder, or one that is not there yet.")] = Path(
        "demo-out"
    ),
    as_json: _Json = False,
) -> None:
    """Run 300 contracts of three trades through 15 months of virtual time, and say what happened."""
    printer = Printer(as_json)
    with guarded(printer):
        from renewkit.cli.demo import run_demo

        run_demo(out, printer)


def _cadence(text: str) -> Every:
    from renewkit.cli.contracts import cadence

    try:
        return cadence(text)
    except RenewkitError:
        raise
    except ValueError as error:
        raise ConfigurationError(str(error), text, "name a cadence") from None


def _show_rejected(printer: Printer, rejected: tuple[Rejected, ...], file: Path | None) -> None:
    if rejected:
        rows = [(row.line, row.field, row.value, row.expected, row.remedy) for row in rejected]
        printer.table(f"Rejected rows, also in {file}", ("line", "field", "value", "expected", "remedy"), rows)
