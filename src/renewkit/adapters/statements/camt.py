"""Statements as ISO 20022 camt.053 (and its siblings camt.052 and camt.054), in any version.

Each booked transaction becomes an entry; a batch that lists its transactions becomes one for each. Money that went out
is negative. Source: ISO 20022, Bank-to-Customer Cash Management, message definition reports.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from renewkit.errors import RenewkitError
from renewkit.values.entry import Entry
from renewkit.values.ids import content_key
from renewkit.values.money import money
from renewkit.values.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["read_camt"]

_NOTHING: Final = "NOTPROVIDED"


def read_camt(data: bytes) -> Iterator[Entry | Problem]:
    """Yield an entry for each booked transaction of a camt file, or the problem that it has.

    The reference is the creditor reference, else the end-to-end id; the text is what the payer wrote. Entries that are
    only pending are left out, because they come again. A file that does not read, or that has a document type, which
    no bank writes, is one problem.

    >>> amount, day = '<Amt Ccy="EUR">5.00</Amt>', "<BookgDt><Dt>2024-03-01</Dt></BookgDt>"
    >>> file = f"<Document><Ntry>{amount}<CdtDbtInd>CRDT</CdtDbtInd>{day}</Ntry></Document>"
    >>> [line.amount for line in read_camt(file.encode())]
    [Money('5.00', 'EUR')]
    """
    try:
        text = data.decode("utf-8-sig")
        root = None if "<!DOCTYPE" in text else ET.fromstring(text)  # noqa: S314  without a document type nothing expands
    except (ET.ParseError, ValueError) as error:
        yield _problem("file", "file", "a camt document in UTF-8", str(error), "ask the bank for the file again")
        return
    if root is None:
        yield _problem("file", "file", "a camt document", "one with a document type", "ask the bank for a plain file")
        return
    for part in root.iter():
        part.tag = part.tag.rpartition("}")[2] if isinstance(part.tag, str) else ""
    seen: set[str] = set()
    for number, booking in enumerate(root.iter("Ntry"), 1):
        status = booking.findtext("Sts/Cd") or booking.findtext("Sts") or "BOOK"
        if status.strip() == "BOOK":
            yield from _booking(booking, number, seen)


def _booking(booking: ET.Element, number: int, seen: set[str]) -> Iterator[Entry | Problem]:
    details = booking.findall("NtryDtls/TxDtls")
    if len(details) > 1 and any(_amount(detail) is None for detail in details):
        details = []  # a batch that does not say what each part comes to counts as a whole
    parts: list[ET.Element | None] = [*details] or [None]
    for place, detail in enumerate(parts, 1):
        about = f"entry {number}" + (f", transaction {place}" if len(parts) > 1 else "")
        try:
            found = _entry(booking, detail, alone=len(parts) == 1, number=number, place=place)
        except RenewkitError as error:
            yield _problem("entry", about, error.expected, str(error.got), "ask the bank what it means")
            continue
        except ValueError as error:
            yield _problem("date", about, "a booking day such as 2024-03-01", str(error), "ask the bank what it means")
            continue
        if found.id in seen:
            yield _problem("id", about, "an id of its own", found.id, "look whether the file holds a statement twice")
            continue
        seen.add(found.id)
        yield found


def _entry(booking: ET.Element, detail: ET.Element | None, *, alone: bool, number: int, place: int) -> Entry:
    inner = booking if detail is None else detail
    amount = _amount(booking) if alone else _amount(inner)
    text, code = amount or ("", "")
    paid = money(text, code)
    side = _text(inner, "CdtDbtInd") or _text(booking, "CdtDbtInd")
    day = (_text(booking, "BookgDt/Dt") or _text(booking, "BookgDt/DtTm") or _text(booking, "ValDt/Dt"))[:10]
    end_to_end = _text(inner, "Refs/EndToEndId")
    reference = _text(inner, "RmtInf/Strd/CdtrRefInf/Ref") or (end_to_end if end_to_end != _NOTHING else "")
    words = [*(part.text or "" for part in inner.findall("RmtInf/Ustrd")), _text(inner, "AddtlTxInf")]
    own = "" if alone else f"/{place}"
    key = _text(inner, "Refs/AcctSvcrRef") if detail is not None else ""
    key = key or (f"{_text(booking, 'AcctSvcrRef')}{own}" if _text(booking, "AcctSvcrRef") else "")
    payer = "RltdPties/Dbtr" if side == "CRDT" else "RltdPties/Cdtr"
    return Entry(
        key or content_key("line", number, place, day, text, code, reference, *words),
        paid if side == "CRDT" else -paid,
        date.fromisoformat(day),
        reference=reference or None,
        party=_text(inner, f"{payer}/Nm") or _text(inner, f"{payer}/Pty/Nm") or None,
        text=" ".join(word for word in words if word) or _text(booking, "AddtlNtryInf"),
    )


def _amount(part: ET.Element) -> tuple[str, str] | None:
    for path in ("Amt", "AmtDtls/TxAmt/Amt"):
        found = part.find(path)
        if found is not None and found.text:
            return found.text.strip(), found.get("Ccy", "")
    return None


def _text(part: ET.Element, path: str) -> str:
    return (part.findtext(path) or "").strip()


def _problem(code: str, about: str, expected: str, got: str, remedy: str) -> Problem:
    return Problem(f"statement.{code}", about, message=f"expected {expected}, got {got}", remedy=remedy, source=about)
