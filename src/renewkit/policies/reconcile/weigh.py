"""Weigh an entry and a line: what reference, payer, amount and window say together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from renewkit.policies.reconcile.evidence import AMOUNT, FAR, NAMING, PARTY
from renewkit.policies.reconcile.names import Likeness, likeness, mention, words
from renewkit.policies.reconcile.references import Naming
from renewkit.policies.reconcile.strangers import means_other

if TYPE_CHECKING:
    from renewkit.policies.reconcile.board import Board

__all__ = ["Weigh", "weigher"]

_Words = tuple[str, ...]

# Members of an IntEnum are slow to reach; a million lines are weighed in plain ints.
_NONE: Final = int(Naming.NONE)
_OTHER: Final = int(Naming.OTHER)
_SAYS: Final = {int(naming): weight for naming, weight in NAMING.items()}
_PAYER: Final = {int(likeness): weight for likeness, weight in PARTY.items()}
_SAME: Final = PARTY[Likeness.EQUAL]


class Weigh(Protocol):
    """Weigh entry `i` and line `j` by how the line names the entry, by its payer's words, or by those of its text."""

    def __call__(  # noqa: PLR0917  in the innermost loop a name costs time
        self, i: int, j: int, naming: int, name: _Words, said: _Words, payer: _Words | None = None, /
    ) -> int:
        """Return the weight, or nothing where the two cannot belong together; `payer` are the entry's words."""
        ...


def weigher(board: Board) -> Weigh:
    """Return the function that weighs the rows of a board: it is called so often that it holds every column itself."""
    e, r, rules = board.e, board.r, board.rules
    e_minor, e_days, e_parties, e_codes = e.minor, e.days, e.parties, e.currencies
    r_minor, r_days, r_parties, r_codes = r.minor, r.days, r.parties, r.currencies
    one_money, rejected = board.one_money, board.rejected
    early, late, window = -rules.early, rules.late, rules.reference_days

    def weigh(  # noqa: PLR0917  see `Weigh`
        i: int, j: int, naming: int, name: _Words, said: _Words, payer: _Words | None = None, /
    ) -> int:
        # The date only breaks ties, and later: see `assign`.
        due, paid, days = e_minor[i], r_minor[j], r_days[j] - e_days[i]
        if (due > 0) != (paid > 0) or not -window <= days <= window:
            return 0
        if not one_money and e_codes[i] != r_codes[j]:
            return 0
        if rejected and (i, j) in rejected:
            return 0
        is_other = naming == _NONE and means_other(board, i, j)
        weight = _SAYS[_OTHER if is_other else naming]
        if due == paid:
            weight += AMOUNT
        if not early <= days <= late:
            weight += FAR
        if not name:
            return weight + (_PAYER[mention(words(e_parties[i]) if payer is None else payer, said)] if said else 0)
        if payer is None:
            party = e_parties[i]
            if party == r_parties[j]:
                return weight + _SAME
            payer = words(party)
        return weight + _PAYER[likeness(payer, name)]

    return weigh
