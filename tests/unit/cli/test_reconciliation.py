"""`renewkit reconcile`: its files and options, and what the page and the document say of rarer findings."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from typer.testing import CliRunner, Result

from renewkit.books.invoice import Invoice
from renewkit.books.remittance import remit
from renewkit.cli.app import app
from renewkit.cli.reconciliation import Findings, render_findings
from renewkit.cli.reconciliation.document import findings_document
from renewkit.cli.reconciliation.words import ASKS, DOES, SAYS
from renewkit.policies.reconcile import Confirm, Evidence, MatchRules, Rate, Rule, Todo
from renewkit.testing.storage.samples import contract, invoice
from renewkit.values.entry import Entry
from renewkit.values.money import from_minor

ROWS = """\
contract,customer,name,currency,price,every,anchor
wire-1,c-1,Ada Byron,EUR,99.90,year,2024-02-01
"""
DB = ("--db", "sqlite:///book.db")
HEADER = "id,date,amount,currency,reference,party,text\n"
LINE = "l1,2024-02-03,99.90,EUR,,ADA BYRON,fee\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with a sandbox that has one open invoice, and a statement."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")
    (tmp_path / "some.csv").write_text(ROWS, "utf-8")
    (tmp_path / "bank.csv").write_text(HEADER + LINE, "utf-8")
    assert cli("import", "contracts", "some.csv", *DB).exit_code == 0
    assert cli("run", *DB, "--until", "2024-02-10").exit_code == 0
    return tmp_path


def cli(*command: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, command, prog_name="renewkit")


def document(*options: str, code: int = 0) -> dict[str, Any]:
    """Reconcile and return the document."""
    result = cli("reconcile", *options, *DB, "--json", "-")
    assert (code, 1) == (result.exit_code, result.stdout.count("\n"))
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_a_camt_file_is_read_like_a_table(folder: Path) -> None:
    """What came in is matched, what went out is left aside, and what does not read is named."""
    amount, day = '<Amt Ccy="EUR">99.90</Amt>', "<BookgDt><Dt>2024-02-03</Dt></BookgDt>"
    details = "<NtryDtls><TxDtls><RltdPties><Dbtr><Nm>Ada Byron</Nm></Dbtr></RltdPties></TxDtls></NtryDtls>"
    bookings = [
        f"<Ntry>{amount}<CdtDbtInd>CRDT</CdtDbtInd>{day}<AcctSvcrRef>B1</AcctSvcrRef>{details}</Ntry>",
        f"<Ntry>{amount}<CdtDbtInd>DBIT</CdtDbtInd>{day}<AcctSvcrRef>B2</AcctSvcrRef></Ntry>",
        f"<Ntry><CdtDbtInd>CRDT</CdtDbtInd>{day}</Ntry>",
    ]
    (folder / "bank.xml").write_text(f"<Document>{''.join(bookings)}</Document>", "utf-8")
    found = document("bank.xml", code=3)
    assert ["B1"] == [payment["payment"] for payment in found["payments"]]
    assert ["B2"] == [line["id"] for line in found["went_out"]]
    assert ["bank.xml, entry 3"] == [problem["about"] for problem in found["problems"]]


def test_bad_rows_are_named_and_collected(folder: Path) -> None:
    """The others are booked; the code says that something is left, and a dry run writes no file."""
    (folder / "bank.csv").write_text(f"{HEADER}{LINE}l2,2024-02-30,1,EUR,,,\n", "utf-8")
    found = document("bank.csv", "--dry-run", code=3)
    assert ["bank.csv, line 3"] == [problem["about"] for problem in found["problems"]]
    assert not (folder / "bank.csv.rejected.csv").exists()
    shown = cli("reconcile", "bank.csv", *DB)
    assert (3, True) == (shown.exit_code, "Lines that do not read" in shown.stdout)
    assert (folder / "bank.csv.rejected.csv").exists()


def test_one_id_stands_for_one_line(folder: Path) -> None:
    """The same line in two files is one payment; another line under its id is named, and not booked."""
    (folder / "other.csv").write_text(HEADER + LINE.replace("99.90", "1.00"), "utf-8")
    found = document("bank.csv", "bank.csv", "other.csv", code=3)
    assert [("l1", "99.90")] == [(payment["payment"], payment["amount"]) for payment in found["payments"]]
    assert ["statement.id"] == [problem["code"] for problem in found["problems"]]


@pytest.mark.parametrize("text", ['{"late": 0}', '{"schema": 1, "kind": "match_rules", "value": {"late": 0}}'])
def test_rules_come_from_a_file(folder: Path, text: str) -> None:
    """Written plainly or as a document; a line that comes later than the rules allow is not matched by its payer."""
    (folder / "rules.json").write_text(text, "utf-8")
    assert [] == document("bank.csv", "--rules", "rules.json")["payments"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"lat": 90}', "unknown field 'lat'"),
        ('{"tolerance": 0.5}', "an exact number"),
        ("late = 90", "a JSON object of rules in rules.json"),
        ("[90]", "schema, kind and value"),
    ],
)
def test_rules_that_do_not_read_are_an_input_error(folder: Path, text: str, message: str) -> None:
    """One line names the file and the field, and nothing is booked."""
    (folder / "rules.json").write_text(text, "utf-8")
    result = cli("reconcile", "bank.csv", *DB, "--rules", "rules.json")
    assert (2, 1) == (result.exit_code, result.stderr.count("\n"))
    assert message in result.stderr
    assert "rules.json" in result.stderr
    assert 1 == len(document("bank.csv")["payments"])


def test_what_a_person_rejects_is_not_booked(folder: Path) -> None:
    """A match that a dry run shows and that is wrong is taken out, and its line goes on the list."""
    dry = document("bank.csv", "--dry-run")
    (match,) = dry["matched"]
    found = document("bank.csv", "--reject", f"{match['expected'][0]}=l1")
    assert ([], ["l1"]) == (found["payments"], [entry["id"] for entry in found["unexpected"]])


@pytest.mark.parametrize("option", ["--confirm", "--reject"])
@pytest.mark.parametrize("text", ["l1", "=l1", "inv="])
def test_a_decision_names_two(folder: Path, text: str, option: str) -> None:
    """Half a decision is an input error."""
    result = cli("reconcile", "bank.csv", *DB, option, text)
    assert (2, True) == (result.exit_code, "expected INVOICE=LINE" in result.stderr)


def test_a_confirmation_of_nobody_is_work(folder: Path) -> None:
    """An id that is in neither side is named, and the rest is booked."""
    found = document("bank.csv", "--confirm", "nobody=l9")
    assert ["decision.entry"] == [problem["code"] for problem in found["problems"]]
    assert ("review", None) == (found["work"][-1]["todo"], found["work"][-1]["age"])
    assert 1 == len(found["payments"])


def test_a_page_in_no_folder_is_told_before_the_work(folder: Path) -> None:
    """Nothing is booked when the page could not be written."""
    assert 2 == cli("reconcile", "bank.csv", *DB, "--html", "absent/page.html").exit_code
    assert 1 == len(document("bank.csv")["payments"])


def test_a_long_list_is_cut_and_says_so(folder: Path) -> None:
    """The terminal shows forty exceptions and names the rest; the document has all."""
    rows = "".join(f"x{n},2024-02-03,1.{n:02},EUR,,,nobody\n" for n in range(50))
    (folder / "bank.csv").write_text(HEADER + rows, "utf-8")
    result = cli("reconcile", "bank.csv", *DB, "--json", "found.json")
    work = json.loads((folder / "found.json").read_text("utf-8"))["work"]
    assert f"… and {len(work) - 40} more" in result.stdout


def test_everything_has_a_word() -> None:
    """Each rule, piece of evidence and action is explained on the page."""
    assert (set(Rule), set(Evidence), set(Todo)) == (set(DOES), set(SAYS), set(ASKS))


BILL = attrs.evolve(invoice(contract()), id="inv_1")


def findings(lines: list[Entry], *, bills: tuple[Invoice, ...] = (BILL,), **more: Any) -> Findings:  # noqa: ANN401  what `remit` takes
    """Return the findings of lines for an invoice of 24.69."""
    return Findings(
        on=date(2024, 3, 31),
        is_dry=True,
        remittance=remit(bills, lines, names={"c1": "Ada Byron"}, **more),
        lines=tuple(lines),
        went_out=(),
        unread=(),
        numbers={},
    )


def line(name: str, minor: int, *, day: int = 0, code: str = "USD", **more: Any) -> Entry:  # noqa: ANN401  any field may be given
    """Return a line some days after the invoice is due."""
    return Entry(name, from_minor(minor, code), BILL.due_on + timedelta(days=day), **more)


def test_a_page_says_why_a_match_is_not_booked() -> None:
    """What is held has its proof and its reason."""
    rules = MatchRules(rates=(Rate("USD", "EUR", rate="0.9"),))
    found = findings([line("l", 2_220, code="EUR", reference=BILL.reference)], rules=rules)
    page = render_findings(found)
    assert "Not booked: the money came in another currency" in page
    assert "EUR 22.22 expected − 0.02 exchange = 22.20 received" in page  # noqa: RUF001  a minus sign
    assert "this was a dry run" in page
    assert ["inv_1"] == [name for held in findings_document(found)["held"] for name in held["expected"]]  # type: ignore[attr-defined]  # JSON


def test_a_page_names_rivals_and_more_than_a_thousand_ways() -> None:
    """A match says what else was looked at, and a tie does not count beyond what was counted."""
    found = findings([line("l", 2_469, reference=BILL.reference)])
    result = found.remittance.result
    match = result.matched[0]
    proof = attrs.evolve(match.certificate, rivals=("inv_9",), margin=40, solutions=3)
    result.__dict__["matched"] = (attrs.evolve(match, certificate=proof),)
    page = render_findings(found)
    assert "Looked at and left: inv_9, which are weaker by 40." in page
    assert "leaves 3 ways to match" in page


def test_a_page_counts_no_further_than_was_counted() -> None:
    """Where the ways were too many to count, it says so."""
    bills = tuple(attrs.evolve(BILL, id=f"inv_{n}", customer_id=f"c{n}") for n in range(9))
    lines = [line(f"l{n}", 2_469, day=1, party="Ada Byron") for n in range(7)]
    names = {f"c{n}": "Ada Byron" for n in range(9)}
    remittance = remit(bills, lines, names=names)
    found = attrs.evolve(findings(lines), remittance=remittance)
    assert "more than 999 ways to match" in render_findings(found)


def test_a_page_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page shows so many exceptions and matches, and names the rest."""
    monkeypatch.setattr("renewkit.cli.reconciliation.page._MOST", 1)
    lines = [line(f"l{n}", 100 + n, party="Nobody") for n in range(3)]
    assert "And 3 more, which the JSON document has." in render_findings(findings(lines))


def test_an_empty_page_says_so() -> None:
    """Nothing to show is said, not drawn."""
    assert 3 == render_findings(findings([], bills=())).count("Nothing to show.")


def test_what_stays_open_after_a_fee_is_explained() -> None:
    """An exception about a match shows the proof."""
    found = findings([line("l", 2_169, reference=BILL.reference)], rules=MatchRules(flat_fees=(300,)))
    page = render_findings(found)
    assert "300 minor units stay open" in page
    assert "USD 24.69 expected − 3.00 fee = 21.69 received" in page  # noqa: RUF001  a minus sign


def test_an_exception_about_nobody_has_no_details() -> None:
    """A decision that names an unknown id is shown by that id."""
    found = findings([], bills=(), decisions=[Confirm(["inv_8"], ["l8"])])
    assert 0 == render_findings(found).count("<summary>what there is")
    assert "inv_8" in render_findings(found)


def test_money_for_a_closed_invoice_names_it() -> None:
    """The invoice that nobody waits for is named beside the line."""
    closed = attrs.evolve(BILL, written_off="lapsed")
    page = render_findings(findings([line("l", 2_469, reference=BILL.reference)], bills=(closed,)))
    assert "</span>inv_1 · USD 24.69" in page
    assert "an invoice that is written off" in page
