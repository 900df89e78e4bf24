"""The figures of a report on a terminal."""

import io
from datetime import date
from pathlib import Path

from moneyed import Money
from rich.console import Console

from renewkit.cli.contracts import import_contracts
from renewkit.cli.output import Printer
from renewkit.cli.report import read_figures
from renewkit.cli.sandbox import BOOK, open_sandbox
from renewkit.cli.simulation import run_until
from renewkit.cli.tables import plain_money, show_figures

ROWS = """\
contract,customer,name,currency,price,every,anchor,instrument
ok-1,c-1,Ada,USD,1234.50,month,2024-01-31,sbx_ok:1
ok-2,c-2,Ida,JPY,590,month,2024-01-31,sbx_decline_expired_card:2
"""


def test_every_figure_has_its_table(tmp_path: Path) -> None:
    """Contracts, renewals, money, failures, ageing and forecast are shown, each under its title."""
    (tmp_path / "some.csv").write_text(ROWS, "utf-8")
    shown = Console(file=io.StringIO(), width=160)
    with open_sandbox(f"sqlite:///{tmp_path / 'book.db'}", create=True) as sandbox:
        import_contracts(tmp_path / "some.csv", sandbox.renewals, known={})
        run_until(sandbox, [date(2024, 1, 31), date(2024, 2, 1)])
        show_figures(Printer(out=shown), read_figures(sandbox.storage, BOOK, on=sandbox.today))
    assert isinstance(shown.file, io.StringIO)
    text = shown.file.getvalue()
    titles = ("Contracts", "Renewals by month", "Money", "Why payments failed", "Open invoices on", "Expected income")
    assert all(title in text for title in titles)
    assert "1,234.50" in text
    assert "expired_card" in text


def test_money_of_one_currency_is_a_plain_number() -> None:
    """A column that names its currency needs no sign in each cell."""
    assert "1,234,567" == plain_money(Money(1234567, "JPY"))
