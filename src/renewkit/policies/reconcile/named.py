"""What references decide beyond one with one: lines that list several entries, entries paid in several lines, parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from renewkit.policies.reconcile.board import Group, Rule
from renewkit.policies.reconcile.edges import ROW, ROWS, naming_of, row_of, weight_of
from renewkit.policies.reconcile.evidence import AMOUNT, ENOUGH, MARGIN
from renewkit.policies.reconcile.references import Naming
from renewkit.policies.reconcile.rows import Rows

if TYPE_CHECKING:
    from renewkit.policies.reconcile.board import Board
    from renewkit.policies.reconcile.candidates import Candidates
    from renewkit.policies.reconcile.edges import Edge

__all__ = ["match_lists", "match_parts", "match_splits"]

_NORMALISED: Final = int(Naming.NORMALISED)


def match_lists(board: Board, candidates: Candidates) -> None:
    """Match a line that names several entries which sum to its amount."""
    found: dict[int, tuple[int, ...]] = {}
    claims: dict[int, int] = {}
    due, paid = board.e.minor, board.r.minor
    # Nothing has been matched since the candidates were found.
    for j, edges in [(j, edges) for j, edges in candidates.edges.items() if len(edges) > 1]:
        rows = tuple([row_of(edge) for edge in edges if naming_of(edge) >= _NORMALISED])
        if len(rows) > 1 and sum(map(due.__getitem__, rows)) == paid[j]:
            found[j] = rows
            for i in rows:
                claims[i] = claims.get(i, 0) + 1
    for j, rows in found.items():
        if all(claims[i] == 1 for i in rows):
            board.join(Group(rows, (j,), Rule.LIST))


def match_splits(board: Board, candidates: Candidates) -> None:
    """Match an entry that several lines name, each with a part, when the parts sum to its amount."""
    for i, lines in _claims(board, candidates).several():
        if sum(map(board.r.minor.__getitem__, lines)) == board.e.minor[i]:
            board.join(Group((i,), tuple(lines), Rule.SPLIT))


def match_parts(board: Board, candidates: Candidates) -> None:
    """Match lines with an entry that they name but do not pay in full, or pay up to a tolerated difference."""
    for i, lines in _claims(board, candidates).items():
        due, paid = board.e.minor[i], sum(map(board.r.minor.__getitem__, lines))
        short = abs(due) - abs(paid)
        allowed = board.rules.allowance(due)
        if -allowed <= short <= allowed:
            board.join(Group((i,), tuple(lines), Rule.WRITE_OFF))
        elif len(lines) == 1 and short in board.rules.flat_fees:
            board.join(Group((i,), tuple(lines), Rule.FEE, fee=short if due > 0 else -short))
        elif short > 0 and board.rules.partial:
            board.join(Group((i,), tuple(lines), Rule.PARTIAL))


def _claims(board: Board, candidates: Candidates) -> Rows[int]:
    # A line belongs to the one entry that it names, unless another explains it nearly as well.
    claims: Rows[int] = Rows()
    due, paid = board.e.minor, board.r.minor
    for j, edges in candidates.still_open().items():
        # Most lines have the amount of their best, and belong to it alone.
        if due[edges[0] >> ROW & ROWS] != paid[j] and _is_named(edges):
            claims.add(row_of(edges[0]), j)
    return claims


def _is_named(edges: tuple[Edge, ...]) -> bool:
    weight = weight_of(edges[0])
    if weight < ENOUGH:
        return False
    if naming_of(edges[0]) < _NORMALISED and weight < ENOUGH + AMOUNT:
        return False
    return len(edges) == 1 or weight - weight_of(edges[1]) >= MARGIN
