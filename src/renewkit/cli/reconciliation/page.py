"""The page of a reconciliation: what a person has to do with all that speaks for it, and why each match was made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING, Final

from renewkit.cli.reconciliation.words import ASKS, DOES, SAYS
from renewkit.cli.report.shell import document
from renewkit.cli.tables import plain_money
from renewkit.policies.reconcile import Todo
from renewkit.policies.reconcile.certificate import evidence_of
from renewkit.values.money import from_minor, to_minor

if TYPE_CHECKING:
    from renewkit.cli.reconciliation.findings import Findings
    from renewkit.policies.reconcile import Ambiguous, Certificate, Match, WorkItem
    from renewkit.values.entry import Entry

__all__ = ["render_findings"]

_MOST: Final = 500
"""How many exceptions and how many matches a page shows; the document has them all."""

_STYLE: Final = """
section{margin-bottom:16px}article,.match{border-top:1px solid var(--line);padding:12px 0;margin:0}
article h3{margin:0;font-size:1rem;overflow-wrap:anywhere}article p{margin:.2rem 0}
.tag{display:inline-block;border-radius:999px;padding:1px 9px;margin-right:6px;color:#fff;
font-size:.8rem;font-weight:400}
.refund{background:#b0432c}.chase{background:#7d5f12}.ask{background:#2f63ad}.review{background:#55606b}
.match summary{color:var(--ink);overflow-wrap:anywhere}.match summary span{color:var(--soft)}
.words th{text-align:left}.words td:nth-child(3),.words th:nth-child(3){text-align:right;white-space:nowrap}
.words td:nth-child(2){white-space:nowrap}
@media(max-width:720px){.words thead{display:none}.words td:nth-child(n){display:block;text-align:left;border:0;
padding:0 8px;white-space:normal}.words tr{display:block;border-bottom:1px solid var(--line);padding:5px 0}}
.sums td:first-child{white-space:normal}code{overflow-wrap:anywhere;font-size:.85rem}
"""


def render_findings(found: Findings) -> str:
    """Return the findings as a document that loads nothing."""
    jobs = [_job(found, item) for item in found.work[:_MOST]]
    by_day = sorted(
        found.remittance.result.matched, key=lambda match: (match.certificate.received[0].on, match.received)
    )
    matches = [_match(found, match) for match in by_day[:_MOST]]
    booked = "Nothing was booked: this was a dry run." if found.is_dry else "What the evidence decides has been booked."
    return document(
        "Reconciliation",
        f"<p>As of {found.on}. {booked}</p>{_tiles(found)}"
        f"{_section('Where the money is', _sums(found))}"
        f"{_section('What a person has to do', ''.join(jobs) + _more(len(found.work)))}"
        f"{_section('Why each match was made', ''.join(matches) + _more(len(found.remittance.result.matched)))}"
        "<footer>Made by renewkit from the invoices and the statements alone; every match can be checked by its proof."
        "</footer>",
        locale="en",
        style=_STYLE,
    )


def _tiles(found: Findings) -> str:
    result = found.remittance.result
    facts = (
        (len(found.lines), "lines came in"),
        (len({payment.id for _, payment in found.remittance.payments}), "pay what was expected, or pay it again"),
        (len(found.work), "wait for a person"),
        (len(result.missing), "invoices nothing came for"),
    )
    tiles = "".join(f'<div class="tile"><b>{n}</b><span>{escape(word)}</span></div>' for n, word in facts)
    return f'<div class="tiles">{tiles}</div>'


def _section(title: str, body: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{body or '<p>Nothing to show.</p>'}</section>"


def _more(count: int) -> str:
    return f"<p>And {count - _MOST} more, which the JSON document has.</p>" if count > _MOST else ""


def _sums(found: Findings) -> str:
    rows = [(row.name, row.count, plain_money(row.total), row.total.currency.code) for row in found.outcomes]
    return _table(("outcome", "entries", "sum", "currency"), rows, kind="sums") if rows else ""


def _job(found: Findings, item: WorkItem) -> str:
    known = [*_invoices(found, item.about), *_lines(found, item.about)]
    others = (found.name(name) for name in item.about if name not in {entry.id for entry in known})
    about = " · ".join(dict.fromkeys([*others, *(_label(found, entry) for entry in known)]))
    age = "" if item.age is None else f" · {item.age} days"
    kind = item.todo.value.split()[0]
    tag = f'<span class="tag {kind}">{escape(ASKS[item.todo])}</span>'
    why = f"<p>{escape(found.why(item))}{age}</p>"
    shown = f"<details><summary>what there is</summary>{_known(found, item, known)}</details>" if known else ""
    return f"<article><h3>{tag}{escape(about)}</h3>{why}{shown}</article>"


def _known(found: Findings, item: WorkItem, known: Sequence[Entry]) -> str:
    if tie := found.ties.get(item.about):
        return _tie(found, tie)
    if item.todo is Todo.REFUND:
        first = found.invoices[found.repeats[item.about[0]]]
        return _entries(found, [first, *known]) + "<p>The invoice keeps it as excess: pay it back, or keep it.</p>"
    if match := next((found.matches[name] for name in item.about if name in found.matches), None):
        return _proof(found, match)
    against = found.unexpected.get(item.about[0], "")
    return _entries(found, known) + (f"<p>{escape(against)}</p>" if against else "")


def _tie(found: Findings, tie: Ambiguous) -> str:
    rows = []
    for invoice_id, line_id in tie.candidates:
        entry, line = found.invoices[invoice_id], found.received[line_id]
        agree = evidence_of((entry,), (line,), agree=entry.amount == line.amount)
        rows.append((_label(found, line), _label(found, entry), _money(entry), ", ".join(SAYS[kind] for kind in agree)))
    ways = "more than 999" if tie.solutions > 999 else str(tie.solutions)
    first = "=".join(tie.candidates[0])
    return (
        f"{_entries(found, [*_invoices(found, tie.expected), *_lines(found, tie.received)])}<h3>Candidates</h3>"
        f"{_table(('line', 'invoice', 'asked', 'they agree in'), rows, kind='words')}"
        f"<p>{ways} ways to match, and the evidence prefers none. What would decide: {escape(tie.decide_by)}. "
        f"Whoever knows it says so: <code>--confirm {escape(first)}</code></p>"
    )


def _match(found: Findings, match: Match) -> str:
    proof = match.certificate
    lines, invoices = (", ".join(_label(found, entry) for entry in side) for side in (proof.received, proof.expected))
    says = f" pays {escape(invoices)} <span>by {match.rule.value}, {match.confidence.value}</span>"
    return f'<details class="match"><summary>{escape(lines)}{says}</summary>{_proof(found, match)}</details>'


def _proof(found: Findings, match: Match) -> str:
    proof = match.certificate
    agree = ", ".join(SAYS[kind] for kind in proof.evidence)
    rivals = ", ".join(found.name(name) for name in proof.rivals)
    beside = f" Looked at and left: {rivals}, which are weaker by {proof.margin}." if rivals else ""
    ways = "one way" if proof.solutions == 1 else f"{proof.solutions} ways"
    held = found.held.get(match.expected)
    return (
        f"{_entries(found, (*proof.expected, *proof.received))}<p>{escape(DOES[match.rule])} "
        f"They agree in {escape(agree)}; the evidence leaves {ways} to match.{escape(beside)}</p>"
        f"<p>{escape(_sum(proof))}</p>" + (f"<p>Not booked: {escape(held)}.</p>" if held else "")
    )


def _sum(proof: Certificate) -> str:
    code = proof.received[0].amount.currency.code
    paid = sum(to_minor(entry.amount) for entry in proof.received)
    parts = (
        (proof.rounding + proof.fx, "exchange"),
        (-proof.fee, "fee"),
        (-proof.write_off, "within tolerance"),
        (-proof.open, "still open"),
    )
    text = f"{code} {_plain(paid - sum(int(minor) for minor, _ in parts), code)} expected"
    for minor, name in parts:
        if minor:
            text += f" {'+' if minor > 0 else '−'} {_plain(abs(int(minor)), code)} {name}"  # noqa: RUF001  a minus sign
    return f"{text} = {_plain(paid, code)} received"


def _entries(found: Findings, entries: Iterable[Entry]) -> str:
    rows = [
        (
            f"invoice {found.name(entry.id)}" if entry.id in found.invoices else "line",
            entry.on,
            _money(entry),
            entry.party or "",
            " ".join(word for word in (entry.reference, entry.text) if word),
            entry.id,
        )
        for entry in entries
    ]
    return _table(("", "day", "amount", "who", "reference and text", "id"), rows, kind="words")


def _invoices(found: Findings, ids: Iterable[str]) -> Iterator[Entry]:
    yield from (found.invoices[name] for name in ids if name in found.invoices)


def _lines(found: Findings, ids: Iterable[str]) -> Iterator[Entry]:
    yield from (found.received[name] for name in ids if name in found.received)


def _label(found: Findings, entry: Entry) -> str:
    if entry.id in found.invoices:
        return " ".join(filter(None, (found.name(entry.id), entry.party)))
    return " ".join(filter(None, (_money(entry), f"of {entry.on}", entry.party)))


def _money(entry: Entry) -> str:
    return f"{entry.amount.currency.code} {plain_money(entry.amount)}"


def _plain(minor: int, code: str) -> str:
    return plain_money(from_minor(minor, code))


def _table(header: Sequence[str], rows: Iterable[Sequence[object]], *, kind: str) -> str:
    head = "".join(f"<th>{escape(word)}</th>" for word in header)
    body = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="scroll {kind}"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
