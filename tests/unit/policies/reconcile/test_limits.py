"""Where matching stops: crowds that nothing tells apart, sums with too many states, blocks with too many ways."""

from datetime import date, timedelta

import pytest

from renewkit.policies.reconcile import Reconciliation, reconcile
from renewkit.policies.reconcile.ambiguity import MOST_WAYS, count_ways
from renewkit.policies.reconcile.distance import distance, is_near
from renewkit.policies.reconcile.names import Likeness, likeness, words
from renewkit.policies.reconcile.references import slips
from renewkit.policies.reconcile.sums import MOST_SOLUTIONS, count_sums
from renewkit.values.entry import Entries, Entry
from renewkit.values.money import usd

DAY = date(2024, 3, 1)


def crowd(letter: str, size: int, **columns: str) -> Entries:
    """Return so many rows that differ in their ids only."""
    return Entries.from_columns(
        ids=[f"{letter}{row}" for row in range(size)],
        minor=[1_000] * size,
        currency="EUR",
        days=[738_900] * size,
        **{name: [value] * size for name, value in columns.items()},  # type: ignore[arg-type]  # one text for all
    )


@pytest.mark.parametrize("column", ["references", "parties", "texts"])
def test_a_crowd_is_left_alone(column: str) -> None:
    """Thousands of rows that nothing tells apart are not compared each with each, and none is matched."""
    said = {column: "CUST 000042 payment"}
    assert () == reconcile(crowd("e", 2_000, **said), crowd("r", 2_000, **said)).matched


def test_too_many_states_are_not_known_to_be_unique() -> None:
    """A subset sum over many different amounts saturates."""
    items = [(2**at + 7 * at, at) for at in range(40)]
    assert MOST_SOLUTIONS == count_sums(items, 2**39 + 1).solutions


def test_a_sum_that_nothing_reaches_is_known_to_have_no_way() -> None:
    """However many subsets there are, none is larger than all items together."""
    assert 0 == count_sums([(2**at, at) for at in range(40)], 2**41).solutions


def test_ways_saturate() -> None:
    """A block with more than a thousand ways says a thousand."""
    assert MOST_WAYS == count_ways([set(range(10))] * 8)


def test_a_search_without_end_gives_up() -> None:
    """Ways that cannot be counted in reasonable time are called many."""
    choices = [{row, row + 1} for row in range(0, 24, 2)] + [{0, 1}] * 6
    assert MOST_WAYS == count_ways(choices, limit=MOST_WAYS)


@pytest.mark.parametrize(
    ("one", "other", "steps"), [("same", "same", 0), ("", "abc", 3), ("ab", "ba", 1), ("ca", "abc", 3)]
)
def test_distance_counts_steps(one: str, other: str, steps: int) -> None:
    """Insertions, deletions, substitutions and swaps count one each."""
    assert (steps, steps <= 1) == (distance(one, other), is_near(one, other))


def test_is_near_is_a_distance_of_one() -> None:
    """The quick test agrees with the distance."""
    pool = ["", "a", "ab", "ba", "abc", "acb", "abcd", "abdc", "xbcd", "abcde", "bacde"]
    assert all(is_near(one, other) == (distance(one, other) <= 1) for one in pool for other in pool)


def test_slips_are_one_step_away() -> None:
    """Every slip is at distance one, and none is missed among numbers."""
    assert {1} == {distance("4071", number) for number in slips("4071")}


@pytest.mark.parametrize(
    ("one", "other", "like"),
    [
        ("Lüdenscheidt", "LUDENSCHEIDT", Likeness.EQUAL),
        ("Hans Lüdenscheidt", "Hans Ludenschiedtt", Likeness.COMPATIBLE),
        ("7>YZ/87144583", "8>YZ/87144583", Likeness.WEAK),
        ("Bob", "Rob", Likeness.CONFLICT),
        ("A B", "A C", Likeness.CONFLICT),
        ("Acme Consulting AB", "Acme Consulting", Likeness.COMPATIBLE),
    ],
)
def test_names_are_compared_word_by_word(one: str, other: str, like: Likeness) -> None:
    """Accents, two slips in a long word, account numbers, short words, lone initials."""
    assert like is likeness(words(one), words(other))


def test_a_payer_of_one_word_is_found_in_a_longer_name() -> None:
    """NETFLIX pays for Netflix International, and the other way round."""
    for one, other in (("Netflix", "NETFLIX INTERNATIONAL"), ("Netflix International", "NETFLIX")):
        result: Reconciliation = reconcile(
            [Entry("e", usd("9"), DAY, party=one)], [Entry("r", usd("9"), DAY + timedelta(days=3), party=other)]
        )
        assert [("e", "r")] == list(result.pairs())
