"""What the operator sees: tables and progress on a terminal, JSON for machines, one clear line for an error."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import attrs
from rich.console import Console
from rich.table import Table
from rich.text import Text

from renewkit.errors import InputError, RenewkitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

__all__ = ["EXIT_FAILED", "EXIT_INPUT", "EXIT_INTERRUPTED", "EXIT_PARTLY", "Printer", "guarded"]

EXIT_FAILED: Final = 1
"""The work could not be done: storage, network, an unexpected state."""
EXIT_INPUT: Final = 2
"""What was asked for makes no sense; nothing was done."""
EXIT_PARTLY: Final = 3
"""Done, but some rows were rejected; they are named, and collected in a file."""
EXIT_INTERRUPTED: Final = 130
"""The operator stopped it; the next run goes on."""


@attrs.frozen
class Printer:
    """Prints for people, or, with `as_json`, one JSON object and nothing else."""

    as_json: bool = False
    # No emoji: `:key:` in a file's name or a customer's id is what it says.
    out: Console = attrs.field(factory=lambda: Console(highlight=False, emoji=False))
    err: Console = attrs.field(factory=lambda: Console(stderr=True, highlight=False, emoji=False))

    def result(self, body: Mapping[str, object]) -> None:
        """Print the result for machines; silent for people, who have had their tables."""
        if self.as_json:
            sys.stdout.write(json.dumps(body, ensure_ascii=False, default=str) + "\n")

    def line(self, text: str) -> None:
        """Print a line for people."""
        if not self.as_json:
            self.out.print(text, markup=False)

    def table(self, title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Print a table for people; columns whose cells are all numbers stand to the right."""
        if self.as_json:
            return
        cells = [[str(cell) for cell in row] for row in rows]
        table = Table(title=Text(title, style="bold"), title_justify="left")
        for i, column in enumerate(columns):
            is_number = bool(cells) and all(row[i][:1].isdigit() or row[i][:1] in {"+", "-", "–", ""} for row in cells)
            table.add_column(column, justify="right" if is_number else "left", overflow="fold")
        for row in cells:
            table.add_row(*map(Text, row))  # text, because markup in a file's cells is no markup of ours
        self.out.print(table)

    @contextmanager
    def progress(self, what: str, total: int) -> Iterator[Callable[[], None]]:
        """Show how far a long work has come; yields what to call after each step."""
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        is_shown = not self.as_json and self.err.is_terminal
        with Progress(*columns, console=self.err, transient=True, disable=not is_shown) as bar:
            task = bar.add_task(what, total=total)
            yield lambda: bar.advance(task)


@contextmanager
def guarded(printer: Printer) -> Iterator[None]:
    """Turn errors into one line on standard error and an exit code; no traceback reaches the operator."""
    try:
        yield
    except KeyboardInterrupt:
        _fail(printer, "stopped; what was committed stays, and the next run goes on from there", EXIT_INTERRUPTED)
    except InputError as error:
        _fail(printer, str(error), EXIT_INPUT)
    except RenewkitError as error:
        _fail(printer, str(error), EXIT_FAILED)
    except BrokenPipeError:
        raise  # whoever read the output has seen enough
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _fail(printer, f"{where}{error.strerror or error}; mend that and run the command again", EXIT_FAILED)


def _fail(printer: Printer, message: str, code: int) -> None:
    printer.result({"error": message, "exit_code": code})
    printer.err.print(f"renewkit: {message}", markup=False, soft_wrap=True)
    sys.exit(code)
