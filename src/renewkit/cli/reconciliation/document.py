"""What a reconciliation found, as one JSON object: every entry in its place, each match with its proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from moneyed import Money

    from renewkit.cli.reconciliation.findings import Findings
    from renewkit.policies.reconcile import Ambiguous, Match
    from renewkit.values.entry import Entry

__all__ = ["findings_document"]


def findings_document(found: Findings) -> dict[str, object]:
    """Return the findings as an object of plain values; amounts are decimal strings."""
    remittance, result = found.remittance, found.remittance.result
    return {
        "on": found.on.isoformat(),
        "dry_run": found.is_dry,
        "outcomes": [{"outcome": row.name, "entries": row.count, **_amount(row.total)} for row in found.outcomes],
        "work": [
            {"todo": item.todo.value, "about": item.about, "why": item.why, "age": item.age} for item in found.work
        ],
        "payments": [
            {"invoice": invoice_id, "payment": payment.id, "at": payment.at.isoformat(), **_amount(payment.amount)}
            for invoice_id, payment in remittance.payments
        ],
        "matched": [_match(match) for match in result.matched],
        "duplicates": [{"received": twice.received, "expected": twice.expected} for twice in result.duplicates],
        "held": [{"expected": held.expected, "received": held.received, "why": held.why} for held in remittance.held],
        "ambiguous": [_tie(tie) for tie in result.ambiguous],
        "unexpected": [_entry(entry) for entry in result.unexpected],
        "missing": [_entry(entry) for entry in result.missing],
        "booked_before": remittance.booked_before,
        "went_out": [_entry(entry) for entry in found.went_out],
        "problems": [
            {"code": problem.code, "about": problem.about, "message": problem.message, "remedy": problem.remedy}
            for problem in (*found.unread, *result.problems)
        ],
    }


def _amount(amount: Money) -> dict[str, str]:
    return {"amount": str(amount.amount), "currency": amount.currency.code}


def _entry(entry: Entry) -> dict[str, object]:
    return {
        "id": entry.id,
        **_amount(entry.amount),
        "on": entry.on.isoformat(),
        "reference": entry.reference,
        "party": entry.party,
        "text": entry.text,
    }


def _match(match: Match) -> dict[str, object]:
    proof = match.certificate
    return {
        "expected": match.expected,
        "received": match.received,
        "rule": match.rule.value,
        "confidence": match.confidence.value,
        "difference": _amount(match.difference),
        "evidence": [kind.value for kind in proof.evidence],
        "solutions": proof.solutions,
        "rivals": proof.rivals,
        "margin": proof.margin,
    }


def _tie(tie: Ambiguous) -> dict[str, object]:
    return {
        "expected": tie.expected,
        "received": tie.received,
        "candidates": tie.candidates,
        "solutions": tie.solutions,
        "decide_by": tie.decide_by,
    }
