"""Payments in another currency than was asked: an amount that agrees at a known rate, within its tolerance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from renewkit.policies.reconcile.board import Board, Group, Rule
from renewkit.policies.reconcile.names import Likeness, all_words, likeness
from renewkit.policies.reconcile.payers import PayerIndex, signs_of
from renewkit.policies.reconcile.references import Naming, ReferenceIndex
from renewkit.policies.reconcile.strangers import means_other
from renewkit.values.currency import minor_digits
from renewkit.values.money import Rounding, round_ratio

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

__all__ = ["match_currencies"]


def match_currencies(board: Board) -> None:
    """Match lines that name one open entry of another currency, or whose payer and amount point at no other."""
    rates = {(rate.source.code, rate.target.code): rate.rate for rate in board.rules.rates}
    found: dict[int, list[Group]] = {}
    for j, rows in _foreign(board, rates) if rates else ():
        groups = [group for i in rows if (group := _at_rate(board, i, j, rates))]
        if len(groups) == 1:
            found.setdefault(groups[0].expected[0], []).append(groups[0])
    for groups in found.values():
        if len(groups) == 1:
            board.join(groups[0])


def _foreign(board: Board, rates: dict[tuple[str, str], Fraction]) -> Iterator[tuple[int, set[int]]]:
    # The open lines in a currency to which there is a rate, with the entries that they name or whose payer is theirs.
    e, r, rules = board.e, board.r, board.rules
    sources, targets = {source for source, _ in rates}, {target for _, target in rates}
    rows = [i for i in board.open_expected() if e.currencies[i] in sources]
    lines = [j for j in board.open_received() if r.currencies[j] in targets]
    names = all_words([r.parties[j] for j in lines])
    index = ReferenceIndex(rows, e.references)
    asked = {sign for name in names for sign in signs_of(name)}
    payers = PayerIndex(e, rows, {name[0] for name in names if len(name) == 1}, asked)
    for j, name in zip(lines, names, strict=True):
        spelled = f"{r.references[j] or ''} {r.texts[j] or ''}"
        named = {i for i, how in index.find(spelled).items() if how >= Naming.NORMALISED}
        named |= {i for i in (board.named[j],) if i >= 0 and not board.e_state[i]}
        alike = payers.find(name, (r.days[j] - rules.late, r.days[j] + rules.early))
        alike = {i for i in alike if likeness(payers.names[i], name) >= Likeness.COMPATIBLE}
        yield j, named | {i for i in alike if not means_other(board, i, j)}


def _at_rate(board: Board, i: int, j: int, rates: dict[tuple[str, str], Fraction]) -> Group | None:
    e, r, rules = board.e, board.r, board.rules
    rate = rates.get((e.currencies[i], r.currencies[j]))
    days = r.days[j] - e.days[i]
    if rate is None or (i, j) in board.rejected or not -rules.early <= days <= rules.late:
        return None
    scale = minor_digits(r.currencies[j]) - minor_digits(e.currencies[i])
    exact = e.minor[i] * rate * 10**scale if scale >= 0 else e.minor[i] * rate / 10**-scale
    settled = round_ratio(exact.numerator, exact.denominator, Rounding.HALF_UP)
    apart = r.minor[j] - settled
    if abs(apart) * rules.fx_tolerance.denominator > abs(settled) * rules.fx_tolerance.numerator:
        return None
    return Group((i,), (j,), Rule.FX, fx=apart, converted=exact)
