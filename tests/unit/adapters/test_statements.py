"""Reading statements: good lines are entries, bad ones are problems, and nothing is raised for what a bank wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewkit.adapters.statements import read_camt, read_csv, read_statement
from renewkit.values.entry import Entry
from renewkit.values.money import money
from renewkit.values.problem import Problem

HEADER = "date,amount,currency,id,reference,party,text\n"


def rows(text: str, header: str = HEADER) -> list[Entry | Problem]:
    """Read the lines of a file."""
    return list(read_csv((header + text).encode()))


def test_a_line_is_an_entry() -> None:
    """All that a line says is in the entry."""
    (line,) = rows("2024-03-01,29.99,USD,l1,INV-1,ADA BYRON,thanks\n")
    assert Entry("l1", money("29.99", "USD"), line.on, reference="INV-1", party="ADA BYRON", text="thanks") == line


def test_columns_stand_in_any_order() -> None:
    """Unknown columns, blanks, capitals and the mark of an office program do no harm."""
    (line,) = read_csv(b"\xef\xbb\xbf Currency ,x,Amount,DATE\nUSD,?, 5.00 ,2024-03-01\n")
    assert (money("5.00", "USD"), None, "") == (line.amount, line.reference, line.text)


def test_a_line_without_an_id_is_known_by_its_content() -> None:
    """The same file gives the same ids, and two equal lines of one file are two payments."""
    text = "2024-03-01,29.99,USD,,,,\n" * 2
    first, again = rows(text), rows(text)
    assert first == again
    assert 2 == len({line.id for line in first})


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("2024-02-30,10,GBP,,,,", "date"),
        ("2024-02-20,10.001,GBP,,,,", "amount"),
        ("2024-02-20,-10,GBP,,,,", "amount"),
        ("2024-02-20,ten,GBP,,,,", "amount"),
        ("2024-02-20,10,GBX,,,,", "currency"),
        ("2024-02-20,,GBP,,,,", "amount"),
        ("2024-02-21,11,GBP,known,,,", "id"),
        ("2024-02-21,11,GBP,\x07bell,,,", "id"),
        ("2024-02-21,11,GBP", "row"),
        ("2024-02-21,11,GBP,,,,a,b", "row"),
    ],
)
def test_a_bad_line_is_a_problem(row: str, field: str) -> None:
    """It is named by its line and field, and the lines around it are read."""
    good, bad, last = rows(f"2024-02-20,10,GBP,known,,,\n{row}\n2024-02-22,1,GBP,last,,,\n")
    assert ("known", "last") == (good.id, last.id)
    assert (f"statement.{field}", "line 3") == (bad.code, bad.about)


def test_blank_lines_are_nothing() -> None:
    """A line without a cell that is filled is passed over, and lines are counted as an editor does."""
    assert ["line 4"] == [line.about for line in rows("\n,,,,,,\nx,1,USD,,,,\n")]


def test_another_encoding_is_named() -> None:
    """Bytes that are not UTF-8 spoil their own line only."""
    bad, good = read_csv(HEADER.encode() + b"2024-03-01,1,USD,,,M\xfcller,\n2024-03-01,1,USD,,,Ada,\n")
    assert ("statement.party", "Ada") == (bad.code, good.party)


@pytest.mark.parametrize("header", ["", "date,amount\n", "date,date,amount,currency\n"])
def test_a_file_without_its_columns_is_one_problem(header: str) -> None:
    """Nothing is guessed from a header that lacks a column or names one twice."""
    assert ["statement.header"] == [line.code for line in rows("1,2,3\n", header)]


def test_a_broken_quote_ends_the_file() -> None:
    """What stands before it is read."""
    found = list(read_csv(HEADER.encode() + b"2024-03-01,1,USD,l1,,,\n2024-03-01,1,USD,l2,,," + b'"' + b"x" * 200_000))
    assert [Entry, "statement.file"] == [type(found[0]), found[1].code]


@given(data=st.binary(max_size=200))
def test_no_file_raises(data: bytes) -> None:
    """Whatever bytes come, each is an entry or a problem."""
    for start in (b"", HEADER.encode(), b"<Document>"):
        assert all(isinstance(line, Entry | Problem) for line in read_statement(start + data))


def camt(*bookings: str, name: str = "camt.053.001.02") -> list[Entry | Problem]:
    """Read a camt file of bookings."""
    body = "".join(f"<Ntry>{booking}</Ntry>" for booking in bookings)
    space = f"urn:iso:std:iso:20022:tech:xsd:{name}"
    shell = f"<Document xmlns='{space}'><BkToCstmrStmt><Stmt>{body}</Stmt></BkToCstmrStmt></Document>"
    return list(read_statement(f"<?xml version='1.0' encoding='UTF-8'?>\n{shell}".encode()))


def booking(amount: str = "29.99", side: str = "CRDT", details: str = "", more: str = "") -> str:
    """Return what stands in an entry of a camt file."""
    day = "<BookgDt><Dt>2024-03-01</Dt></BookgDt>"
    inner = f"<NtryDtls>{details}</NtryDtls>" if details else ""
    return f"<Amt Ccy='EUR'>{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts>BOOK</Sts>{day}{more}{inner}"


def detail(name: str, text: str, amount: str = "") -> str:
    """Return one transaction of a batch."""
    own = f"<AmtDtls><TxAmt><Amt Ccy='EUR'>{amount}</Amt></TxAmt></AmtDtls>" if amount else ""
    return (
        f"<TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>{own}"
        f"<RltdPties><Dbtr><Nm>{name}</Nm></Dbtr></RltdPties><RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls>"
    )


def test_a_booking_is_an_entry() -> None:
    """Amount, day, payer, text and the bank's own reference are read."""
    (line,) = camt(booking(details=detail("Ada Byron", "INV-1"), more="<AcctSvcrRef>B1</AcctSvcrRef>"))
    assert ("B1", money("29.99", "EUR"), "Ada Byron", "INV-1", None) == (
        line.id, line.amount, line.party, line.text, line.reference,
    )  # fmt: skip


def test_a_creditor_reference_comes_before_the_end_to_end_id() -> None:
    """What the payer was asked to write counts for more than what he made up."""
    refs = "<Refs><EndToEndId>E2E</EndToEndId><AcctSvcrRef>T1</AcctSvcrRef></Refs>"
    asked = "<RmtInf><Strd><CdtrRefInf><Ref>RF18</Ref></CdtrRefInf></Strd></RmtInf>"
    (both,) = camt(booking(details=f"<TxDtls>{refs}{asked}</TxDtls>"))
    (one,) = camt(booking(details=f"<TxDtls>{refs}</TxDtls>"))
    assert ("RF18", "E2E", "T1") == (both.reference, one.reference, one.id)


def test_a_batch_is_one_entry_for_each_transaction() -> None:
    """Each has its amount, payer and an id of its own, in every reading."""
    parts = detail("Ada", "one", "10.00") + detail("Max", "two", "19.99")
    first, again = (camt(booking(details=parts, more="<AcctSvcrRef>B1</AcctSvcrRef>")) for _ in range(2))
    assert first == again
    assert [("B1/1", "Ada", "10.00"), ("B1/2", "Max", "19.99")] == [
        (line.id, line.party, str(line.amount.amount)) for line in first
    ]


def test_a_batch_without_amounts_is_one_entry() -> None:
    """What the parts come to is not guessed."""
    (line,) = camt(booking(details=detail("Ada", "one") + detail("Max", "two")))
    assert money("29.99", "EUR") == line.amount


def test_money_that_went_out_is_negative() -> None:
    """The other party is then the creditor."""
    payee = "<TxDtls><RltdPties><Cdtr><Pty><Nm>Landlord</Nm></Pty></Cdtr></RltdPties></TxDtls>"
    (line,) = camt(booking(side="DBIT", details=payee), name="camt.053.001.08")
    assert (money("-29.99", "EUR"), "Landlord") == (line.amount, line.party)


def test_what_is_pending_comes_again() -> None:
    """Only what is booked is an entry."""
    assert [] == camt(booking().replace("BOOK", "PDNG"), booking().replace("BOOK", "<Cd>PDNG</Cd>"))


def test_without_details_the_bank_says_what_it_knows() -> None:
    """A booking alone is an entry, too, and has the same id in every reading."""
    first, again = (camt(booking(more="<AddtlNtryInf>cash</AddtlNtryInf>")) for _ in range(2))
    assert ("cash", first) == (first[0].text, again)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (booking("ten"), "entry"),
        (booking().replace("EUR", "EUX"), "entry"),
        (booking().replace("2024-03-01", "soon"), "date"),
        (booking().replace("Amt", "Sum"), "entry"),
    ],
)
def test_a_bad_booking_is_a_problem(wrong: str, code: str) -> None:
    """It is named by its place, and the others are read."""
    bad, good = camt(wrong, booking())
    assert (f"statement.{code}", "entry 1", Entry) == (bad.code, bad.about, type(good))


def test_an_id_stands_once() -> None:
    """A booking that is in the file twice is an entry once."""
    one = booking(more="<AcctSvcrRef>B1</AcctSvcrRef>")
    good, bad = camt(one, one)
    assert ("B1", "statement.id", "entry 2") == (good.id, bad.code, bad.about)


@pytest.mark.parametrize(
    "data", [b"<Document>", b"<\xff/>", b'<!DOCTYPE d [<!ENTITY e "x">]><Document>&e;</Document>', b""]
)
def test_a_file_that_does_not_read_is_one_problem(data: bytes) -> None:
    """Half a file, another encoding and a document type, which could hold other files, are refused whole."""
    (problem,) = read_camt(data)
    assert ("statement.file", "file") == (problem.code, problem.about)


def test_comments_are_no_bookings() -> None:
    """What stands between the tags for people is passed over."""
    assert [] == list(read_camt(b"<Document><!-- <Ntry/> --><?page 1?></Document>"))
