"""A result in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from renewkit.policies.reconcile.evidence import ENOUGH, MARGIN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from renewkit.policies.reconcile.certificate import Match
    from renewkit.policies.reconcile.result import Reconciliation

__all__ = ["explain"]


def explain(result: Reconciliation, others: dict[str, list[tuple[str, int]]], about: str | None) -> str:
    """Return one paragraph for each match and exception, or for those of one id.

    `others` are the candidates that each line did not get, with their weight.
    """
    return "\n".join(text for ids, text in _all(result, others) if about is None or about in ids)


def _all(result: Reconciliation, others: dict[str, list[tuple[str, int]]]) -> Iterator[tuple[tuple[str, ...], str]]:
    for match in result.matched:
        yield (*match.expected, *match.received), _match(match, others)
    for repeat in result.duplicates:
        ids = (repeat.received, repeat.expected)
        yield ids, f"{repeat.received} pays {repeat.expected} a second time: the entry was paid before."
    for tie in result.ambiguous:
        names = f"{', '.join(tie.received)} may pay {', '.join(tie.expected)}"
        text = f"{names}, but {tie.reason}; what would decide: {tie.decide_by}."
        yield (*tie.expected, *tie.received), text
    for entry in result.missing:
        yield (entry.id,), f"{entry.id} is missing: nothing received speaks for it."
    for entry in result.unexpected:
        yield (
            (entry.id,),
            f"{entry.id} is unexpected: nothing expected speaks for it." + _rest(others.get(entry.id, [])),
        )


def _match(match: Match, others: dict[str, list[tuple[str, int]]]) -> str:
    proof = match.certificate
    evidence = ", ".join(kind.value for kind in proof.evidence)
    text = f"{', '.join(match.received)} pays {', '.join(match.expected)} by {match.rule.value}"
    text += f": they agree in {evidence}."
    for name in ("fee", "fx", "write_off", "open"):
        if amount := getattr(proof, name):
            text += f" {name.replace('_', '-').capitalize()}: {amount} minor units."
    return text + "".join(_rest(others.get(line, [])) for line in match.received)


def _rest(rivals: list[tuple[str, int]]) -> str:
    return "".join(f" Not {name}: {_why(weight)}." for name, weight in rivals)


def _why(weight: int) -> str:
    if weight < ENOUGH:
        return f"its evidence weighs {weight}, and a match needs {ENOUGH}"
    return f"it was matched elsewhere, or its evidence ({weight}) was weaker by {MARGIN} or more"
