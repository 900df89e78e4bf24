"""`reconcile`: the stages, in order of trust."""

from __future__ import annotations

from typing import TYPE_CHECKING

from renewkit.policies.reconcile.ambiguity import find_ties, settle_blocks
from renewkit.policies.reconcile.amounts import match_amounts
from renewkit.policies.reconcile.assign import assign
from renewkit.policies.reconcile.board import Board
from renewkit.policies.reconcile.candidates import Candidates
from renewkit.policies.reconcile.currencies import match_currencies
from renewkit.policies.reconcile.descriptions import match_descriptions
from renewkit.policies.reconcile.duplicates import find_late_repeats, find_repeats, settle_claims, settle_only_claims
from renewkit.policies.reconcile.exact import index_references, match_exact, read_references, read_texts
from renewkit.policies.reconcile.holding import hold
from renewkit.policies.reconcile.named import match_lists, match_parts, match_splits
from renewkit.policies.reconcile.parties import match_sums, match_tolerated
from renewkit.policies.reconcile.payouts import match_payouts
from renewkit.policies.reconcile.result import Reconciliation
from renewkit.policies.reconcile.rules import MatchRules
from renewkit.policies.reconcile.settlements import join_settlements
from renewkit.policies.reconcile.strangers import mark_strangers
from renewkit.values.entry import Entries, Entry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from renewkit.policies.reconcile.certificate import Match
    from renewkit.policies.reconcile.decisions import Decision
    from renewkit.values.entry import Settlement

__all__ = ["reconcile"]

_DEFAULT = MatchRules()


def reconcile(
    expected: Iterable[Entry] | Entries,
    received: Iterable[Entry] | Entries,
    *,
    rules: MatchRules = _DEFAULT,
    settlements: Iterable[Settlement] = (),
    decisions: Iterable[Decision] = (),
    previous: Reconciliation | Iterable[Match] | None = None,
) -> Reconciliation:
    """Return which received entries pay which expected ones, and where every other entry stands.

    Either side is an iterable of `Entry` or one `Entries` of columns. The order of the input never matters.
    `settlements` are processors' reports on payouts, `decisions` what an operator said, `previous` an earlier result
    (or its matches), which this one never changes. Bad entries become `problems` and the rest is matched.

    >>> from datetime import date
    >>> from renewkit.values.money import usd
    >>> invoices = [Entry("inv_1", usd("29.99"), date(2024, 3, 1), reference="INV-0001", party="Ada Byron")]
    >>> lines = [Entry("line_1", usd("29.99"), date(2024, 3, 4), reference="INV-0001", party="BYRON ADA")]
    >>> result = reconcile(invoices, lines)
    >>> [(match.expected, match.received, match.rule.value) for match in result.matched]
    [(('inv_1',), ('line_1',), 'reference')]
    """
    sides, reports, said = (_side(expected), _side(received)), tuple(settlements), tuple(decisions)
    board = Board(*sides, rules)
    if isinstance(previous, Reconciliation) and not reports and not said and previous.is_about(board):
        return previous
    hold(board, said, previous)
    _match_exactly(board, reports)
    settle_claims(board)
    candidates = Candidates(board)
    match_lists(board, candidates)
    match_splits(board, candidates)
    assign(board, candidates)
    settle_blocks(board, candidates)
    settle_only_claims(board, candidates)
    assign(board, candidates, by_date=True)
    match_parts(board, candidates)
    find_repeats(board)
    match_currencies(board)
    match_tolerated(board)
    several = [*match_sums(board, candidates.crowds), *match_payouts(board)]
    find_late_repeats(board, candidates)
    likely, rivals = match_descriptions(board)
    several += match_amounts(board)
    board.close_parts()
    return Reconciliation(board, candidates, find_ties(board, candidates, several, (likely, rivals)))


def _match_exactly(board: Board, reports: tuple[Settlement, ...]) -> None:
    _read_names(board, reports)
    match_exact(board)


def _read_names(board: Board, reports: tuple[Settlement, ...]) -> None:
    # The index of all references is large; it goes before anything else is built.
    index, shared = index_references(board.e, board.e_state)
    read_references(board, index)
    if reports:
        join_settlements(board, reports, index, shared)
    read_texts(board, index)
    mark_strangers(board, index, shared)


def _side(entries: Iterable[Entry] | Entries) -> Entries:
    return entries if isinstance(entries, Entries) else Entries.of(entries)
