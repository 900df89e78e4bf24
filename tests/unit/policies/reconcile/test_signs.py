"""Open rows by payer in columns: who is found under which sign, within which days, and where a crowd is refused."""

from typing import Any

from renewkit.policies.reconcile.board import Board
from renewkit.policies.reconcile.rules import MatchRules
from renewkit.policies.reconcile.signs import Payers, open_payers
from renewkit.values.entry import Entries

ALWAYS = (738_000, 740_000)


def side(*parties: str | None, **columns: Any) -> Entries:  # noqa: ANN401  whatever a column holds
    """Return a side of so many rows that differ in their payers, and in what else is said."""
    size = len(parties)
    given = {"minor": [900] * size, "currency": "EUR", "days": [738_900] * size} | columns
    return Entries.from_columns(ids=[f"{row}" for row in range(size)], parties=parties, **given)


def opened(expected: Entries, received: Entries) -> tuple[Payers, Payers]:
    """Return the payers of both sides."""
    return open_payers(Board(expected, received, MatchRules()))


def found(owed: Payers, paid: Payers) -> list[set[int]]:
    """Return for each line with a payer the entries that share a sign with it, on whatever day."""
    return [{owed.rows[place] for place in owed.find(signs, *ALWAYS)} for _, _, signs, _, _ in paid.asking()]


def test_a_name_is_found_by_a_word_and_an_initial() -> None:
    """Cut, initialled, mistyped or turned round, a name keeps a word and the initial of another."""
    owed, paid = opened(side("Ada Byron", "Ann Byron", "Ada Clark"), side("BYRON, ADA", "A. Byron", "Ada Byrn"))
    assert [{0, 1}, {0, 1}, {0}] == found(owed, paid)


def test_rows_without_a_payer_are_left_out() -> None:
    """A row without a name, or with a name without words, finds nobody and is found by nobody."""
    owed, paid = opened(side(None, "Ada Byron", "..."), side("", "...", "Ada Byron"))
    assert ([1, 2], [1, 2]) == (owed.rows, paid.rows)
    assert [set(), {1}] == found(owed, paid)


def test_a_single_word_is_found_by_longer_names() -> None:
    """Where one side has names of one word, the other asks for each word of its own; a single word finds its like."""
    owed, paid = opened(side("Byron", "Ada Byron"), side("Ada Byron", "Byron", "Bob"))
    assert [{0, 1}, {0}, set()] == found(owed, paid)


def test_money_of_another_currency_is_not_found() -> None:
    """Signs are those of one currency, whole names and single words alike."""
    owed, paid = opened(
        side("Ada Byron", "Ada Byron", "Byron", currency=["EUR", "USD", "USD"]),
        side("Ada Byron", "ADA BYRON", currency=["USD", "EUR"]),
    )
    assert [{1, 2}, {0}] == found(owed, paid)


def test_days_are_a_window() -> None:
    """Only rows from the first day to the last are found, both included."""
    owed, _ = opened(side(*["Ada Byron"] * 4, days=[738_903, 738_900, 738_902, 738_901]), side("Ada Byron"))
    assert {2, 3} == owed.find(owed.asks[0], 738_901, 738_902)


def test_smaller_amounts_lie_between_nothing_and_the_limit() -> None:
    """A refund is smaller than a larger refund, and never than a payment."""
    owed, _ = opened(side(*["Ada Byron"] * 4, minor=[500, 900, -500, -900]), side("Ada Byron"))
    assert ({0}, {2}) == tuple(set(owed.find_smaller(owed.asks[0], *ALWAYS, limit)) for limit in (900, -900))


def test_a_crowd_is_refused() -> None:
    """Under a sign of more rows than are compared nothing is found; the next search forgets of it."""
    owed, paid = opened(side(*["Ada Byron"] * 201, "Bob Clark"), side("Ada Bell", "Bob Clark"))
    assert set() == owed.find(paid.asks[0], *ALWAYS)
    (sign,) = owed.refused
    assert [*range(201)] == owed.rows_of(sign)
    assert ({201}, []) == (owed.find(paid.asks[1], *ALWAYS), owed.refused)


def test_rows_of_a_sign_are_in_order_of_days() -> None:
    """All rows of a sign are told, and the words of each."""
    owed, _ = opened(side(None, "Ada Byron", "Byron, A.", days=[738_900, 738_902, 738_901]), side("Ada Byron"))
    shared = set(owed.asks[0]) & set(owed.asks[1])
    assert [[2, 1]] == [owed.rows_of(sign) for sign in shared]
    assert ("BYRON", "A") == owed.name_of(2)
