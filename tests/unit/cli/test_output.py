"""What people, machines and terminals see, and how errors leave the process."""

import io

import pytest
from rich.console import Console

from renewkit.cli.output import EXIT_FAILED, EXIT_INPUT, EXIT_INTERRUPTED, Printer, guarded
from renewkit.errors import ConfigurationError, NotFoundError, StorageError


def console(*, terminal: bool = False) -> Console:
    """Make a console that writes to memory."""
    return Console(file=io.StringIO(), width=80, force_terminal=terminal, highlight=False)


def text(shown: Console) -> str:
    """Return what a console shows."""
    assert isinstance(shown.file, io.StringIO)
    return shown.file.getvalue()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigurationError("a", "b", "c"), EXIT_INPUT),
        (NotFoundError("a", "b", "c"), EXIT_FAILED),
        (StorageError("a", "b", "c"), EXIT_FAILED),
        (OSError(28, "No space left on device", "file"), EXIT_FAILED),
        (OSError("nobody knows"), EXIT_FAILED),
        (KeyboardInterrupt(), EXIT_INTERRUPTED),
    ],
    ids=repr,
)
def test_an_error_becomes_one_line_and_a_code(error: BaseException, code: int) -> None:
    """Whatever goes wrong in the world ends in one line on standard error and an exit code."""
    printer = Printer(out=console(), err=console())
    with pytest.raises(SystemExit) as end, guarded(printer):
        raise error
    assert code == end.value.code
    assert 1 == text(printer.err).count("\n")
    assert "" == text(printer.out)


@pytest.mark.parametrize("error", [AssertionError("ours"), BrokenPipeError()], ids=repr)
def test_a_bug_and_a_closed_pipe_are_not_hidden(error: Exception) -> None:
    """Our own bugs keep their traceback, and a reader who has seen enough is no failure of ours."""
    with pytest.raises(type(error)), guarded(Printer()):
        raise error


def test_markup_in_data_is_printed_as_it_is() -> None:
    """Brackets in a message are no markup."""
    printer = Printer(out=console(), err=console())
    printer.line("a [bold]name[/bold]")
    assert "a [bold]name[/bold]\n" == text(printer.out)


def test_emoji_names_in_data_are_printed_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    """A word between colons, as in `sbx:key:1`, is no picture, neither on standard output nor on standard error."""
    Printer().line("sbx:key:1")
    with pytest.raises(SystemExit), guarded(Printer()):
        raise NotFoundError("an instrument", "sbx:key:1", "import it")
    shown = capsys.readouterr()
    assert "sbx:key:1" in shown.out
    assert "sbx:key:1" in shown.err


def test_columns_of_numbers_stand_to_the_right() -> None:
    """Numbers are read by their last digit, words by their first letter."""
    printer = Printer(out=console(), err=console())
    printer.table("Title", ("word", "number"), [("a", 1), ("bcd", 100)])
    rows = text(printer.out).splitlines()
    assert "Title" in rows[0]
    assert "│ a    │      1 │" in rows
    assert "│ bcd  │    100 │" in rows


def test_a_cell_in_brackets_is_no_markup() -> None:
    """What a file holds is shown as it stands there."""
    printer = Printer(out=console(), err=console())
    printer.table("Rejected", ("value",), [("[/red]",)])
    assert "[/red]" in text(printer.out)


def test_machines_see_no_tables() -> None:
    """With `as_json` lines and tables are silent."""
    printer = Printer(as_json=True, out=console(), err=console())
    printer.line("a line")
    printer.table("a table", ("a",), [(1,)])
    assert "" == text(printer.out)


def test_people_see_no_objects(capsys: pytest.CaptureFixture[str]) -> None:
    """Without `as_json` the object is silent."""
    Printer(out=console(), err=console()).result({"a": 1})
    assert "" == capsys.readouterr().out


@pytest.mark.parametrize(
    ("terminal", "as_json", "shown"), [(True, False, True), (False, False, False), (True, True, False)]
)
def test_progress_is_shown_on_a_terminal_only(*, terminal: bool, as_json: bool, shown: bool) -> None:
    """A log file and a machine see no progress bar."""
    printer = Printer(as_json=as_json, out=console(), err=console(terminal=terminal))
    with printer.progress("days", 2) as step:
        step()
        step()
    assert shown == ("days" in text(printer.err))
    assert "" == text(printer.out)
