"""Opening a sandbox, its clock, and which days are left to run."""

from datetime import date
from pathlib import Path

import pytest

from renewkit.adapters.sandbox import SandboxGateway
from renewkit.cli.contracts import import_contracts
from renewkit.cli.sandbox import BOOK, Sandbox, open_sandbox
from renewkit.cli.simulation import days_to_run, run_until
from renewkit.cli.statement import import_statement
from renewkit.errors import ConfigurationError, StorageError
from renewkit.ports.storage import CustomersOf, OpenInvoices

HEADER = "contract,customer,name,email,locale,currency,price,every,anchor,trade,item,instrument\n"
POLICY = "p-1,c-1,王小明,w@example.com,zh_TW,TWD,18000,year,2024-03-01,insurance,motor policy,\n"


def url(folder: Path) -> str:
    """Return the URL of the database in a folder."""
    return f"sqlite:///{folder / 'book.db'}"


def load(sandbox: Sandbox, folder: Path, *rows: str) -> None:
    """Import contracts."""
    file = folder / "some.csv"
    file.write_text(HEADER + "".join(rows), "utf-8")
    assert () == import_contracts(file, sandbox.renewals, known={}).rejected


def test_what_belongs_to_a_sandbox_stands_beside_its_database(tmp_path: Path) -> None:
    """The gateway's book, the mails and the lock share the database's folder and name."""
    with open_sandbox(url(tmp_path), create=True):
        pass
    assert {".book.lock", "book.db", "book.gateway.db", "book.mails"} == {path.name for path in tmp_path.iterdir()}


def test_a_sandbox_remembers_its_clock(tmp_path: Path) -> None:
    """Opened again, it is the day that was worked off last."""
    with open_sandbox(url(tmp_path), create=True) as sandbox:
        assert sandbox.last_day is None
        run_until(sandbox, [date(2024, 2, 1), date(2024, 2, 2)])
    with open_sandbox(url(tmp_path), create=False) as sandbox:
        assert (date(2024, 2, 2), date(2024, 2, 2)) == (sandbox.last_day, sandbox.today)


def test_an_empty_book_has_no_first_day(tmp_path: Path) -> None:
    """Without contracts and without a start there is nothing to run, and the operator is told."""
    with (
        open_sandbox(url(tmp_path), create=True) as sandbox,
        pytest.raises(ConfigurationError, match="import contracts"),
    ):
        days_to_run(sandbox, date(2024, 2, 1))


def test_a_book_starts_when_its_first_invoice_opens(tmp_path: Path) -> None:
    """A policy is billed 30 days ahead, so its first day lies 30 days before it begins."""
    with open_sandbox(url(tmp_path), create=True) as sandbox:
        load(sandbox, tmp_path, POLICY)
        assert [date(2024, 1, 31), date(2024, 2, 1)] == days_to_run(sandbox, date(2024, 2, 1))


def test_a_start_is_remembered_until_it_has_been_run(tmp_path: Path) -> None:
    """A run that was killed on its first day begins on that day again, whether it is told so or not."""
    with open_sandbox(url(tmp_path), create=True) as sandbox:
        load(sandbox, tmp_path, POLICY)
        days_to_run(sandbox, date(2024, 3, 1), start=date(2024, 2, 10))
        assert date(2024, 2, 10) == days_to_run(sandbox, date(2024, 3, 1))[0]
        run_until(sandbox, [date(2024, 2, 10)])
        again = days_to_run(sandbox, date(2024, 3, 1), start=date(2024, 2, 10))
        later = days_to_run(sandbox, date(2024, 3, 1), start=date(2024, 2, 20))
        assert (date(2024, 2, 11), date(2024, 2, 20)) == (again[0], later[0])


def test_a_start_that_has_passed_is_refused(tmp_path: Path) -> None:
    """The virtual clock never goes back."""
    with open_sandbox(url(tmp_path), create=True) as sandbox:
        run_until(sandbox, [date(2024, 2, 10)])
        with pytest.raises(ConfigurationError, match="after 2024-02-10"):
            days_to_run(sandbox, date(2024, 3, 1), start=date(2024, 2, 9))


def test_no_days_are_no_work(tmp_path: Path) -> None:
    """A run without days reports none."""
    with open_sandbox(url(tmp_path), create=True) as sandbox:
        report = run_until(sandbox, [])
    assert (None, None, 0, None) == (report.first, report.last, report.days, report.ticks)


def test_mails_name_items_in_the_customers_language(tmp_path: Path) -> None:
    """A customer who reads Chinese is written to about a 汽車保險, and told which account to pay to."""
    with open_sandbox(url(tmp_path), create=True) as sandbox:
        load(sandbox, tmp_path, POLICY)
        run_until(sandbox, [date(2024, 1, 31)])
        (mail,) = sandbox.mails.iterdir()
    from email import message_from_bytes, policy

    body = message_from_bytes(mail.read_bytes(), policy=policy.default).get_body(("plain",))
    assert body is not None
    assert "汽車保險" in body.get_content()
    assert "IBAN" in body.get_content()


def test_a_line_stays_booked_however_old_its_invoice_is(tmp_path: Path) -> None:
    """A statement imported again does not pay this year's premium with last year's line."""
    statement = tmp_path / "bank.csv"
    with open_sandbox(url(tmp_path), create=True) as sandbox:
        load(sandbox, tmp_path, POLICY)
        run_until(sandbox, [date(2024, 1, 31)])
        (bill,) = sandbox.storage.load(OpenInvoices(BOOK))
        statement.write_text(f"date,amount,currency,reference\n2024-09-30,18000,TWD,{bill.reference}\n", "utf-8")
        sandbox.begin(date(2024, 9, 30))
        first = import_statement(statement, sandbox)
        again = import_statement(statement, sandbox)
        assert (1, 0, 0, 1) == (first.matched, first.booked_before, again.matched, again.booked_before)
        assert frozenset() == sandbox.storage.paid(BOOK, [bill.id])


def test_the_names_of_customers_are_known(tmp_path: Path) -> None:
    """Statements are matched by names, which come from the book."""
    with open_sandbox(url(tmp_path), create=True) as sandbox:
        load(sandbox, tmp_path, POLICY)
        assert {"c-1": "王小明"} == sandbox.names()
        assert 1 == len(sandbox.storage.load(CustomersOf(BOOK)))


def test_a_gateway_that_cannot_open_leaves_nothing_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where opening fails half-way, what was opened is closed, and the next command can work."""
    real = SandboxGateway.__init__
    monkeypatch.setattr(SandboxGateway, "__init__", lambda *_, **__: (_ for _ in ()).throw(StorageError("a", "b", "c")))
    with pytest.raises(StorageError), open_sandbox(url(tmp_path), create=True):
        raise AssertionError
    monkeypatch.setattr(SandboxGateway, "__init__", real)
    with open_sandbox(url(tmp_path), create=True) as sandbox:
        assert sandbox.last_day is None


def test_a_url_that_does_not_read_is_not_repeated() -> None:
    """A URL may hold a password, so it is not part of the message."""
    with pytest.raises(ConfigurationError) as error, open_sandbox("secret@nowhere", create=True):
        raise AssertionError
    assert "secret" not in str(error.value)
