"""Standing orders of a real bank: every due date predicted, every payment found, nothing guessed."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from shared import ROOT, SHARED, needs_shared

EXAMPLE = ROOT / "examples" / "standing_orders.py"

ORDERS = """order_id;account_id;bank_to;account_to;amount;k_symbol
1;10;AB;111;500.00;SIPO
2;10;AB;222;500.00;POJISTNE
3;20;CD;333;99.90;
4;30;CD;444;75.00;
"""
LINES = """trans_id;account_id;date;type;operation;amount;balance;k_symbol;bank;account
901;10;930131;VYDAJ;PREVOD NA UCET;500.00;1;SIPO;AB;111
902;10;930131;VYDAJ;PREVOD NA UCET;500.00;1;POJISTNE;AB;222
903;20;930131;PRIJEM;VKLAD;99.90;1;;CD;333
904;20;930201;VYDAJ;PREVOD NA UCET;99.90;1;;CD;333
905;10;930228;VYDAJ;PREVOD NA UCET;500.00;1;SIPO;AB;111
906;20;930301;VYDAJ;PREVOD NA UCET;99.90;1;;CD;333
907;10;930331;VYDAJ;PREVOD NA UCET;500.00;1;SIPO;AB;111
908;10;930331;VYDAJ;VYBER;500.00;1;;;
909;20;930401;VYDAJ;PREVOD NA UCET;99.91;1;;CD;333
"""


def run_example(folder: Path, out: Path) -> dict[str, Any]:
    """Run the example on a folder, and return what it wrote."""
    command = [sys.executable, str(EXAMPLE), str(folder), "--db", str(out / "book.db"), "--json", str(out / "out.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=400)
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads((out / "out.json").read_text("utf-8"))
    return result


def test_a_small_bank(tmp_path: Path) -> None:
    """Month ends do not drift, equal amounts to two payees stay apart, deposits and near misses pay nothing."""
    (tmp_path / "orders.csv").write_text(ORDERS)
    (tmp_path / "transactions.csv").write_text(LINES)
    result = run_example(tmp_path, tmp_path)
    figures = {name: result[name] for name in ("contracts", "lines", "matched", "wrong", "unexpected")}
    assert figures == {"contracts": 3, "lines": 9, "matched": 6, "wrong": 0, "unexpected": 3}
    assert (result["orders_lines_unmatched"], result["due_on_the_day"], result["doubtful"]) == (0, 6, 1)
    paid = [(pair["order_id"], pair["trans_id"], pair["due_on"]) for pair in result["pairs"]]
    assert ("1", "905", "1993-02-28") in paid
    assert ("1", "907", "1993-03-31") in paid


@pytest.mark.slow
@needs_shared
def test_the_shared_bank(tmp_path: Path) -> None:
    """Fifteen months of a real bank, and each pair stands in the database as an invoice and a payment."""
    result = run_example(SHARED / "data" / "standing-orders", tmp_path)
    figures = {
        name: value
        for name, value in result.items()
        if name not in {"pairs", "seconds", "peak_mb", "invoices", "doubtful"}
    }
    assert figures == {
        "contracts": 761,
        "lines": 32_869,
        "matched": 4_281,
        "wrong": 0,
        "unexpected": 28_588,
        "orders_lines_unmatched": 0,
        "due_on_the_day": 4_281,
    }
    with sqlite3.connect(tmp_path / "book.db") as book:
        payments = set(book.execute("SELECT invoice_id, id FROM renewkit_payments WHERE use = 'applied'"))
        issued = dict(book.execute("SELECT id, issued_on FROM renewkit_invoices WHERE number IS NOT NULL"))
    assert {(pair["invoice"], pair["trans_id"]) for pair in result["pairs"]} == payments
    assert {pair["invoice"]: pair["issued_on"] for pair in result["pairs"]}.items() <= issued.items()
