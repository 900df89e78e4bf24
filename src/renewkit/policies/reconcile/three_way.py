"""Three books of the same payments, compared two by two: the business's own, the ledger and the bank."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from itertools import combinations

import attrs
from moneyed import Money

from renewkit.policies.reconcile.match import reconcile
from renewkit.policies.reconcile.result import Reconciliation
from renewkit.policies.reconcile.rules import MatchRules
from renewkit.values.entry import Entries, Entry

__all__ = ["Book", "Difference", "Discrepancy", "ThreeWay", "three_way"]

_DEFAULT = MatchRules()


class Book(Enum):
    """One of the three."""

    BUSINESS = "business"
    LEDGER = "ledger"
    BANK = "bank"


class Discrepancy(Enum):
    """In what two books differ."""

    AMOUNT = "amount"
    """Both have the payment, with different amounts."""
    DATE = "date"
    """Both have it, on different days."""
    STATUS = "status"
    """One has it and the other has not, or has it twice."""
    UNCLEAR = "unclear"
    """The evidence does not say which entry is which."""


@attrs.frozen
class Difference:
    """One difference between two books: the entries on both sides, and by how much they differ.

    `amount` is the second book's less the first's, `days` likewise.
    """

    books: tuple[Book, Book]
    kind: Discrepancy
    first: tuple[str, ...] = attrs.field(kw_only=True)
    second: tuple[str, ...] = attrs.field(kw_only=True)
    amount: Money | None = attrs.field(default=None, kw_only=True)
    days: int = attrs.field(default=0, kw_only=True)


@attrs.frozen(eq=False)
class ThreeWay:
    """The three results, by pair of books, and all their differences."""

    results: dict[tuple[Book, Book], Reconciliation]
    differences: tuple[Difference, ...]


def three_way(
    business: Iterable[Entry] | Entries,
    ledger: Iterable[Entry] | Entries,
    bank: Iterable[Entry] | Entries,
    *,
    rules: MatchRules = _DEFAULT,
) -> ThreeWay:
    """Return in what any two of three books differ: amounts, dates, and what one lacks.

    >>> from datetime import date
    >>> from renewkit.values.money import usd
    >>> ours = [Entry("order_1", usd("20"), date(2024, 3, 1), reference="R-1001")]
    >>> ledger = [Entry("tx_1", usd("20"), date(2024, 3, 1), reference="R-1001")]
    >>> bank = [Entry("line_1", usd("20"), date(2024, 3, 3), reference="R-1001")]
    >>> found = three_way(ours, ledger, bank).differences
    >>> [(apart.books[0].value, apart.books[1].value, apart.days) for apart in found]
    [('business', 'bank', 2), ('ledger', 'bank', 2)]
    """
    sides = {
        book: side if isinstance(side, Entries) else Entries.of(side)
        for book, side in zip(Book, (business, ledger, bank), strict=True)
    }
    results = {pair: reconcile(sides[pair[0]], sides[pair[1]], rules=rules) for pair in combinations(Book, 2)}
    found = tuple(difference for pair, result in results.items() for difference in _differences(pair, result))
    return ThreeWay(results, found)


def _differences(books: tuple[Book, Book], result: Reconciliation) -> list[Difference]:
    found = []
    for match in result.matched:
        if match.difference.amount != 0:
            apart = match.difference
            found.append(
                Difference(books, Discrepancy.AMOUNT, first=match.expected, second=match.received, amount=apart)
            )
        proof = match.certificate
        days = max(entry.on for entry in proof.received) - max(entry.on for entry in proof.expected)
        if days.days:
            found.append(
                Difference(books, Discrepancy.DATE, first=match.expected, second=match.received, days=days.days)
            )
    status = Discrepancy.STATUS
    found += [Difference(books, status, first=(entry.id,), second=()) for entry in result.missing]
    found += [Difference(books, status, first=(), second=(entry.id,)) for entry in result.unexpected]
    found += [Difference(books, status, first=(pay.expected,), second=(pay.received,)) for pay in result.duplicates]
    unclear = Discrepancy.UNCLEAR
    found += [Difference(books, unclear, first=tie.expected, second=tie.received) for tie in result.ambiguous]
    return found
