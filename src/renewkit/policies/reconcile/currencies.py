"""Payments in another currency than was asked: an amount that agrees at a known rate, within its tolerance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from renewkit.policies.reconcile.board import Board, Group, Rule
from renewkit.policies.reconcile.names import Likeness, likeness, words
from renewkit.policies.reconcile.references import Naming, ReferenceIndex
from renewkit.values.currency import minor_digits
from renewkit.values.money import Rounding, round_ratio

if TYPE_CHECKING:
    from fractions import Fraction

__all__ = ["match_currencies"]


def match_currencies(board: Board) -> None:
    """Match lines that name one open entry of another currency, or whose payer and amount point at no other."""
    rates = {(rate.source.code, rate.target.code): rate.rate for rate in board.rules.rates}
    if not rates:
        return
    rows = board.open_expected()
    index = ReferenceIndex(rows, board.e.references)
    found: dict[int, list[Group]] = {}
    for j in board.open_received():
        spelled = f"{board.r.references[j] or ''} {board.r.texts[j] or ''}"
        named = {i for i, how in index.find(spelled).items() if how >= Naming.NORMALISED}
        named |= {i for i in (board.named[j],) if i >= 0 and not board.e_state[i]}
        payer = words(board.r.parties[j])
        fitting = [i for i in rows if i in named or _is_payer(board, i, payer)]
        groups = [group for i in fitting if (group := _at_rate(board, i, j, rates))]
        if len(groups) == 1:
            found.setdefault(groups[0].expected[0], []).append(groups[0])
    for groups in found.values():
        if len(groups) == 1:
            board.join(groups[0])


def _is_payer(board: Board, i: int, payer: tuple[str, ...]) -> bool:
    return bool(payer) and likeness(words(board.e.parties[i]), payer) >= Likeness.COMPATIBLE


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
