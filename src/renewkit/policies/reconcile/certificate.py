"""The proof that goes with each match, and `verify`, which checks it without the matcher."""

from __future__ import annotations

from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import attrs
from moneyed import Money

from renewkit.policies.reconcile.board import Rule
from renewkit.policies.reconcile.evidence import MARGIN
from renewkit.policies.reconcile.names import Likeness, likeness, words
from renewkit.policies.reconcile.references import fold, number_runs, slips
from renewkit.values.entry import Entry
from renewkit.values.money import from_minor, to_minor
from renewkit.values.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["CONFIDENCE", "Certificate", "Confidence", "Evidence", "Match", "difference", "evidence_of", "verify"]


class Confidence(Enum):
    """How much a match may be relied upon."""

    CONFIRMED = "confirmed"
    """A person or a processor's own report said so."""
    CERTAIN = "certain"
    """Reference and amount agree."""
    STRONG = "strong"
    """Several independent pieces of evidence agree, and nothing comes close."""
    FAIR = "fair"
    """The only explanation among what was given, on circumstantial evidence."""


class Evidence(Enum):
    """What two entries, or groups of them, agree in."""

    REFERENCE = "reference"
    """The reference, letter for letter."""
    SPELLING = "spelling"
    """The reference in another spelling."""
    SLIP = "slip"
    """A number of the reference, or all of it but one slip."""
    AMOUNT = "amount"
    """The amount, once fees and residuals are taken off."""
    PAYER = "payer"
    """The payer's name, in any order."""
    LIKE_PAYER = "like payer"
    """The payer's name, cut, initialled or mistyped."""
    WORDS = "words"
    """A word of the description."""
    DATE = "date"
    """A day within the window."""


@attrs.frozen
class Certificate:
    """Why entries were matched, in a form that can be checked.

    The amounts are minor units of the received currency and obey `converted + rounding + fx - fee - write_off - open =
    received`; `converted` is the expected sum at the known rate (the sum itself in one currency). `solutions` is how
    many ways of matching the evidence left, `rivals` what else was considered, `margin` by how much the best
    surpassed it.
    """

    expected: tuple[Entry, ...]
    received: tuple[Entry, ...]
    evidence: tuple[Evidence, ...] = attrs.field(kw_only=True)
    converted: Fraction = attrs.field(kw_only=True)
    rounding: Fraction = attrs.field(default=Fraction(0), kw_only=True)
    fx: int = attrs.field(default=0, kw_only=True)
    fee: int = attrs.field(default=0, kw_only=True)
    write_off: int = attrs.field(default=0, kw_only=True)
    open: int = attrs.field(default=0, kw_only=True)
    solutions: int = attrs.field(default=1, kw_only=True)
    rivals: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    margin: int = attrs.field(default=MARGIN, kw_only=True)

    @property
    def residual(self) -> Fraction:
        """What the amounts leave unexplained: zero for every match."""
        paid = sum(to_minor(entry.amount) for entry in self.received)
        return self.converted + self.rounding + self.fx - self.fee - self.write_off - self.open - paid


@attrs.frozen
class Match:
    """Entries that belong together: their ids, the rule that matched them, and the proof.

    `difference` is what was received less what was expected, in the received currency: negative for a fee or a partial
    payment.
    """

    expected: tuple[str, ...]
    received: tuple[str, ...]
    rule: Rule
    confidence: Confidence
    difference: Money
    certificate: Certificate


CONFIDENCE: Final = {
    Rule.DECISION: Confidence.CONFIRMED,
    Rule.SETTLEMENT: Confidence.CONFIRMED,
    Rule.REFERENCE: Confidence.CERTAIN,
    Rule.LIST: Confidence.CERTAIN,
    Rule.SPLIT: Confidence.CERTAIN,
    Rule.NORMALISED: Confidence.STRONG,
    Rule.PARTIAL: Confidence.STRONG,
    Rule.PARTY: Confidence.STRONG,
    Rule.FEE: Confidence.STRONG,
    Rule.FX: Confidence.STRONG,
    Rule.WRITE_OFF: Confidence.STRONG,
    Rule.SUM: Confidence.FAIR,
    Rule.PAYOUT: Confidence.FAIR,
    Rule.WORDS: Confidence.FAIR,
    Rule.AMOUNT: Confidence.FAIR,
}


def verify(match: Match) -> tuple[Problem, ...]:
    """Return what is wrong with a match: nothing, when its certificate holds.

    Checked from the entries that the certificate quotes, without the matcher: that they are the matched ones, that the
    amounts sum to exactly zero, that each piece of evidence is there, and that there was one solution and no close
    rival.
    """
    proof, about = match.certificate, " ".join((*match.expected, *match.received))
    wrong = []
    if match.expected != tuple(entry.id for entry in proof.expected) or match.received != tuple(
        entry.id for entry in proof.received
    ):
        wrong.append("entries of the match in its certificate, got others")
    if proof.residual != 0:
        wrong.append(f"amounts that sum to zero, got {proof.residual}")
    missing = set(proof.evidence) - set(evidence_of(proof.expected, proof.received, agree=proof.residual == 0))
    if missing:
        wrong.append(f"the evidence claimed, got none of {', '.join(sorted(kind.value for kind in missing))}")
    if proof.solutions != 1 and match.rule is not Rule.DECISION:
        wrong.append(f"one solution, got {proof.solutions}")
    if proof.rivals and proof.margin < MARGIN and match.rule is not Rule.DECISION:
        wrong.append(f"a margin of {MARGIN} before the next, got {proof.margin}")
    remedy = "undo the match and review its entries"
    return tuple(Problem("match.certificate", about, message=f"expected {text}", remedy=remedy) for text in wrong)


def evidence_of(expected: Sequence[Entry], received: Sequence[Entry], *, agree: bool) -> tuple[Evidence, ...]:
    """Return what entries agree in; `agree` says that their amounts do."""
    found = {kind for entry in expected for line in received for kind in _of_pair(entry, line)}
    return tuple(kind for kind in Evidence if kind in found or (agree and kind is Evidence.AMOUNT))


def _of_pair(entry: Entry, line: Entry) -> list[Evidence]:
    found = []
    if entry.reference:
        found += _of_reference(entry.reference, line)
    alike = likeness(words(entry.party), words(line.party))
    if alike is Likeness.EQUAL:
        found.append(Evidence.PAYER)
    elif alike is Likeness.COMPATIBLE:
        found.append(Evidence.LIKE_PAYER)
    described = {*words(entry.text), *words(entry.party)}
    if not described.isdisjoint((*words(line.text), *words(line.party))):
        found.append(Evidence.WORDS)
    if abs((line.on - entry.on).days) <= 10:
        found.append(Evidence.DATE)
    return found


def _of_reference(reference: str, line: Entry) -> list[Evidence]:
    given = f"{line.reference or ''} {line.text}"
    if line.reference == reference:
        return [Evidence.REFERENCE]
    if fold(reference) in fold(given):
        return [Evidence.SPELLING]
    own, runs = number_runs(reference), number_runs(given)
    joined = "".join(own)
    if own and _has_run([run.lstrip("0") for run in own], [run.lstrip("0") for run in runs]):
        return [Evidence.SPELLING]
    if joined and (joined in "".join(runs) or own[-1].lstrip("0") in {run.lstrip("0") for run in runs}):
        return [Evidence.SLIP]
    near = set(slips(joined)) if joined else set()
    windows = {"".join(runs[a:b]) for a in range(len(runs)) for b in range(a + 1, len(runs) + 1)}
    return [Evidence.SLIP] if not near.isdisjoint(windows) else []


def _has_run(part: list[str], whole: list[str]) -> bool:
    size = len(part)
    return any(whole[at : at + size] == part for at in range(len(whole) - size + 1))


def difference(certificate: Certificate) -> Money:
    """Return what was received less what was expected, in the received currency."""
    parts = certificate.fx - certificate.fee - certificate.write_off - certificate.open
    return from_minor(parts, certificate.received[0].amount.currency)
