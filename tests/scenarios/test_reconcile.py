"""Reconciling a bank's file with a book, as an operator does: what is booked, what is left, and the page about it."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
from collections import Counter
from contextlib import closing
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from renewkit.cli.app import app
from shared import BROWSER, needs_browser

DB = ("--db", "sqlite:///book.db")
ROWS = """\
contract,customer,name,currency,price,every,anchor
exact,c-1,Grace Hopper,USD,120.00,year,2024-02-01
mangled,c-2,Alan Turing,USD,89.90,year,2024-02-01
split,c-3,Katherine Johnson,USD,300.00,year,2024-02-01
twice,c-4,Edith Clarke,USD,64.00,year,2024-02-01
both-1,c-5,Emmy Noether,USD,51.00,year,2024-02-01
both-2,c-5,Emmy Noether,USD,77.00,year,2024-02-01
part,c-6,Max Weber,USD,200.00,year,2024-02-01
tied-1,c-7,Ada Byron,USD,45.00,year,2024-02-01
tied-2,c-8,Anna Byron,USD,45.00,year,2024-02-01
silent,c-9,Mary Jackson,USD,33.00,year,2024-02-01
"""


def cli(*command: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, command, prog_name="renewkit")


def references(folder: Path) -> dict[str, str]:
    """Return the reference of each contract's invoice."""
    with closing(sqlite3.connect(folder / "book.db")) as book:
        return dict(book.execute("SELECT subscription_id, reference FROM renewkit_invoices"))


def payments(folder: Path) -> dict[str, list[tuple[str, str, str]]]:
    """Return what is booked on each contract's invoice: line, amount and use."""
    from renewkit.adapters.sql import SqlStorage
    from renewkit.ports.storage import InvoicesOf

    storage = SqlStorage(f"sqlite:///{folder / 'book.db'}")
    try:
        return {
            bill.subscription_id: [(one.id, str(one.amount.amount), one.use.value) for one in bill.payments]
            for bill in storage.load(InvoicesOf("default"))
        }
    finally:
        storage.close()


def statement(refs: dict[str, str]) -> str:
    """Write what the bank says about February."""
    mangled = f"{refs['mangled'][:4]} {refs['mangled'][4:12]}-{refs['mangled'][12:].lower()}"
    lines = (
        ("l-exact", "02-12", "120.00", refs["exact"], "HOPPER GRACE", ""),
        ("l-mangled", "02-13", "89.90", "", "TURING A", f"payment ref {mangled} thank you"),
        ("l-split-1", "02-13", "100.00", refs["split"], "K JOHNSON", "1 of 2"),
        ("l-split-2", "02-16", "200.00", refs["split"], "K JOHNSON", "2 of 2"),
        ("l-twice-1", "02-12", "64.00", refs["twice"], "EDITH CLARKE", ""),
        ("l-twice-2", "02-19", "64.00", refs["twice"], "EDITH CLARKE", ""),
        ("l-both", "02-14", "128.00", "", "EMMY NOETHER", f"{refs['both-1']} {refs['both-2']}"),
        ("l-part", "02-14", "150.00", refs["part"], "WEBER MAX", ""),
        ("l-tied", "02-15", "45.00", "", "A BYRON", "membership"),
        ("l-unknown", "02-15", "7.77", "", "SOMEBODY ELSE", "<script>alert(1)</script>"),
    )
    rows = "".join(
        f'{key},2024-{day},{amount},USD,"{ref}","{who}","{text}"\n' for key, day, amount, ref, who, text in lines
    )
    return "id,date,amount,currency,reference,party,text\n" + rows


BOOKED = {
    "exact": [("l-exact", "120.00", "applied")],
    "mangled": [("l-mangled", "89.90", "applied")],
    "split": [("l-split-1", "100.00", "applied"), ("l-split-2", "200.00", "applied")],
    "twice": [("l-twice-1", "64.00", "applied"), ("l-twice-2", "64.00", "excess")],
    "both-1": [("l-both", "51.00", "applied")],
    "both-2": [("l-both", "77.00", "applied")],
    "part": [("l-part", "150.00", "applied")],
    "tied-1": [],
    "tied-2": [],
    "silent": [],
}


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with a sandbox whose invoices are issued, and the bank's file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")
    (tmp_path / "contracts.csv").write_text(ROWS, "utf-8")
    assert cli("import", "contracts", "contracts.csv", *DB).exit_code == 0
    assert cli("run", *DB, "--until", "2024-02-10").exit_code == 0
    (tmp_path / "bank.csv").write_text(statement(references(tmp_path)), "utf-8")
    return tmp_path


def reconcile(*options: str, files: tuple[str, ...] = ("bank.csv",)) -> dict[str, Any]:
    """Reconcile and return the document."""
    result = cli("reconcile", *files, *DB, *options, "--json", "-")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_the_book_holds_precisely_the_right_payments(book: Path) -> None:
    """Exact, mangled, split, double, joint and partial payments are booked; the tied and the unknown are not."""
    found = reconcile()
    assert BOOKED == payments(book)
    assert ["l-twice-2"] == [twice["received"] for twice in found["duplicates"]]
    assert ["l-unknown"] == [line["id"] for line in found["unexpected"]]
    assert [["l-tied"]] == [tie["received"] for tie in found["ambiguous"]]
    asked = Counter(item["todo"] for item in found["work"])
    assert {"refund duplicate": 1, "review": 1, "ask bank": 1, "chase": 2} == asked


def test_every_line_is_in_one_sum(book: Path) -> None:
    """The outcomes of the lines sum to the statement, to the cent."""
    found = reconcile()
    sums = {row["outcome"]: (row["entries"], row["amount"]) for row in found["outcomes"]}
    assert (7, "851.90") == sums["booked"]
    assert (1, "64.00") == sums["paid a second time, kept as excess"]
    assert ((1, "45.00"), (1, "7.77")) == (sums["ambiguous"], sums["unexpected"])
    assert [] == found["held"] == found["problems"]


def test_the_same_statement_books_nothing_twice(book: Path) -> None:
    """A second run, alone or beside another file that overlaps, leaves the book as it is."""
    reconcile()
    (book / "again.csv").write_text((book / "bank.csv").read_text("utf-8"), "utf-8")
    found = reconcile(files=("bank.csv", "again.csv"))
    assert BOOKED == payments(book)
    assert (8, []) == (len(found["booked_before"]), found["payments"])


def test_a_dry_run_changes_nothing(book: Path) -> None:
    """It says the same, and writes to no file but those that were asked for."""
    before = {file.name: file.read_bytes() for file in book.iterdir() if file.is_file()}
    dry = reconcile("--dry-run")
    assert before == {file.name: file.read_bytes() for file in book.iterdir() if file.is_file()}
    wet = reconcile()
    assert (True, False) == (dry.pop("dry_run"), wet.pop("dry_run"))
    assert dry == wet


def test_a_person_decides(book: Path) -> None:
    """What the page names in a tie is taken back as a confirmation, and booked."""
    found = reconcile()
    invoice, line = found["ambiguous"][0]["candidates"][0]
    reconcile("--confirm", f"{invoice}={line}")
    booked = payments(book)
    assert [[("l-tied", "45.00", "applied")], []] == sorted((booked["tied-1"], booked["tied-2"]), reverse=True)


def test_less_is_booked_where_more_is_asked_for(book: Path) -> None:
    """With `--least certain` only what the reference says letter for letter is booked; the rest waits with a reason."""
    found = reconcile("--least", "certain")
    assert {"l-mangled", "l-part"} <= {line for held in found["held"] for line in held["received"]}
    assert [] == payments(book)["mangled"]


def test_people_see_tables(book: Path) -> None:
    """The sums and the work list are shown, with the numbers of the invoices."""
    result = cli("reconcile", "bank.csv", *DB, "--html", "page.html", "--json", "found.json")
    assert result.exit_code == 0
    assert all(word in result.stdout for word in ("What became of the money", "851.90", "refund duplicate", "ask bank"))
    assert "written: page.html\nwritten: found.json\n" in result.stdout
    assert "default-2024-0000" in result.stdout


PROBE = """<script>
window.errors = []; window.onerror = (message) => window.errors.push(String(message));
window.onload = () => {
  document.querySelectorAll("details").forEach((each) => each.open = true);
  const cut = [...document.querySelectorAll("h1,h2,h3,p,span,b,summary,th,td")]
    .filter((e) => e.offsetParent && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline")
    .filter((e) => !e.closest(".scroll")).map((e) => e.textContent);
  const place = document.createElement("pre");
  place.id = "probe";
  place.textContent = JSON.stringify({errors: window.errors, width: innerWidth,
    content: document.documentElement.scrollWidth, cut, details: document.querySelectorAll("details").length});
  document.body.append(place);
};
</script>"""


@needs_browser
@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_reads_well(book: Path, width: int) -> None:
    """No console error, no horizontal scroll, nothing cut, with every detail open, at a desk and on a phone."""
    assert BROWSER is not None, "chromium is missing: make system-deps installs it"
    assert cli("reconcile", "bank.csv", *DB, "--html", "page.html").exit_code == 0
    page = (book / "page.html").read_text("utf-8")
    (book / "probed.html").write_text(page.replace("</head>", f"{PROBE}</head>"), "utf-8")
    flags = (
        "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars", "--enable-logging=stderr",
        "--disable-background-networking", f"--user-data-dir={book / 'profile'}", f"--window-size={width},1200",
    )  # fmt: skip
    url = (book / "probed.html").as_uri()
    dumped = subprocess.run(
        [BROWSER, *flags, "--dump-dom", url], capture_output=True, text=True, check=True, timeout=120
    )
    found = json.loads(unescape(re.search(r'<pre id="probe">(.*?)</pre>', dumped.stdout, re.DOTALL)[1]))  # type: ignore[index]  # it is there
    assert ([], False) == (found["errors"], "CONSOLE" in dumped.stderr)
    assert found["content"] <= found["width"]
    assert [] == found["cut"]
    assert found["details"] >= 10


def test_the_page_shows_all_that_speaks_for_a_choice(book: Path) -> None:
    """Candidates, what they agree in, how many ways there are and what would decide; nothing is loaded or run."""
    assert cli("reconcile", "bank.csv", *DB, "--html", "page.html").exit_code == 0
    page = (book / "page.html").read_text("utf-8")
    for words in ("Candidates", "2 ways to match", "What would decide: the reference", "--confirm inv_"):
        assert words in page
    for words in ("in another spelling", "they sum to its amount", "USD 200.00 expected − 50.00 still open"):  # noqa: RUF001  a minus sign
        assert words in page
    assert not re.search(r"https?://|<script|@import|url\(", page)
