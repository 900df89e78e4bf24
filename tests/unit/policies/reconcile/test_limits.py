"""Where matching stops: crowds that nothing tells apart, sums with too many states, blocks with too many ways."""

from collections import Counter
from datetime import date, timedelta

import pytest

from renewkit.policies.reconcile import Reconciliation, reconcile
from renewkit.policies.reconcile.distance import distance, is_near
from renewkit.policies.reconcile.names import Likeness, likeness, words
from renewkit.policies.reconcile.references import slips
from renewkit.policies.reconcile.sums import MOST_SOLUTIONS, count_sums
from renewkit.policies.reconcile.ways import MOST_WAYS, count_ways, list_sums
from renewkit.values.entry import Entries, Entry
from renewkit.values.money import from_minor, usd

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
    """Thousands of rows that nothing tells apart are not compared each with each, and none is matched or dropped."""
    said = {column: "CUST 000042 payment"}
    result = reconcile(crowd("e", 2_000, **said), crowd("r", 2_000, **said))
    (tie,) = result.ambiguous
    assert ((), (), ()) == (result.matched, result.missing, result.unexpected)
    assert (2_000, 2_000, MOST_WAYS) == (len(tie.expected), len(tie.received), tie.solutions)
    assert {8} == set(Counter(line for _, line in tie.candidates).values())


@pytest.mark.parametrize("column", ["references", "parties", "texts"])
def test_one_line_may_pay_each_of_a_crowd(column: str) -> None:
    """A crowd is counted too: one line and 201 entries make 201 ways."""
    said = {column: "CUST 000042 payment"}
    (tie,) = reconcile(crowd("e", 201, **said), crowd("r", 1, **said)).ambiguous
    assert (201, ("r0",), 201) == (len(tie.expected), tie.received, tie.solutions)


def test_a_group_just_below_a_crowd_is_reported_whole() -> None:
    """Of 150 entries that look alike none is called missing because others stood before it."""
    said = {"parties": "Ada Byron"}
    (tie,) = reconcile(crowd("e", 150, **said), crowd("r", 2, **said)).ambiguous
    assert (150, 2, MOST_WAYS, 16) == (len(tie.expected), len(tie.received), tie.solutions, len(tie.candidates))


def test_a_rival_behind_many_others_makes_a_tie() -> None:
    """Eight older entries do not hide the ninth of the very day: two of that day are a tie, whatever their ids."""
    old = [Entry(f"a{n}", usd("9"), DAY - timedelta(days=30), party="Ada Byron") for n in range(7)]
    twins = [Entry(name, usd("9"), DAY, party="Ada Byron") for name in ("b", "c")]
    result = reconcile([*old, *twins], [Entry("r", usd("9"), DAY, party="Ada Byron")])
    assert ((), 9) == (result.matched, len(result.ambiguous[0].expected))


def test_a_crowd_knows_its_own() -> None:
    """Strangers who share a word and an initial with the payer are missing, not tied."""
    owed = [Entry(f"e{n}", usd("9"), DAY, party="Ada Byron" if n % 2 else "Ann Byron") for n in range(500)]
    result = reconcile(owed, [Entry("r", usd("9"), DAY, party="BYRON ADA")])
    assert (250, 250) == (len(result.missing), result.ambiguous[0].solutions)


def test_a_crowd_of_smaller_entries_may_make_any_sum() -> None:
    """Where a payer has hundreds of open entries nobody knows which of them a larger transfer pays."""
    owed = [Entry(f"e{n:03}", usd("9"), DAY, party="Ada Byron", reference=f"R-{n:06}") for n in range(300)]
    (tie,) = reconcile(owed, [Entry("r", usd("900"), DAY, party="ADA BYRON")]).ambiguous
    assert (300, 8) == (len(tie.expected), len(tie.candidates))


def test_more_peers_than_are_summed_are_reported() -> None:
    """From sixty entries of a payer on some subset sums to nearly everything, so that none is evidence."""
    owed = [Entry(f"e{n:03}", usd(f"9.{n:02}"), DAY, party="Ada Byron") for n in range(70)]
    (tie,) = reconcile(owed, [Entry("r", usd("100"), DAY, party="ADA BYRON")]).ambiguous
    assert (70, MOST_WAYS) == (len(tie.expected), tie.solutions)


def test_sums_are_counted_as_they_are() -> None:
    """Two subsets that make the amount are two solutions, over all entries that are in one of them."""
    owed = [Entry(f"e{n}", usd(amount), DAY, party="Ada Byron") for n, amount in enumerate((10, 25, 15, 20, 19))]
    (tie,) = reconcile(owed, [Entry("r", usd(35), DAY, party="Ada Byron")]).ambiguous
    assert (("e0", "e1", "e2", "e3"), 2) == (tie.expected, tie.solutions)


def test_too_many_sums_are_not_listed() -> None:
    """A thousand ways, or a search without end, list nothing."""
    assert () == list_sums([(1, at) for at in range(20)], 10, most=20)
    assert () == list_sums([(2**at + 1, at) for at in range(40)], 2**39 + 1, most=40)


def test_a_crowd_of_one_reference_is_of_one_currency_and_direction() -> None:
    """A customer number on hundreds of invoices says nothing about a refund, nor about other money."""
    owed = crowd("e", 201, references="CUST 000042")
    refund, dollars = (
        Entries.from_columns(ids=["r"], minor=[minor], currency=[code], days=[738_900], references=["CUST-000042"])
        for minor, code in ((-1_000, "EUR"), (1_000, "USD"))
    )
    assert ((), ()) == (reconcile(owed, refund).ambiguous, reconcile(owed, dollars).ambiguous)


def test_a_crowd_of_one_text_is_of_one_amount() -> None:
    """Another amount under the same text, or a line with a reference, belongs to no crowd."""
    owed = crowd("e", 201, texts="monthly plan")
    lines = [
        Entry("r", usd("9"), date(2024, 1, 26), text="monthly plan"),
        Entry("s", from_minor(1_000, "EUR"), date(2024, 1, 26), text="monthly plan", reference="A-17"),
    ]
    assert () == reconcile(owed, lines).ambiguous


def test_too_many_states_are_not_known_to_be_unique() -> None:
    """A subset sum over many different amounts saturates."""
    items = [(2**at + 7 * at, at) for at in range(40)]
    assert MOST_SOLUTIONS == count_sums(items, 2**39 + 1).solutions


def test_a_sum_that_nothing_reaches_is_known_to_have_no_way() -> None:
    """However many subsets there are, none is larger than all items together."""
    assert 0 == count_sums([(2**at, at) for at in range(40)], 2**41).solutions


def test_ways_saturate() -> None:
    """A block with more than a thousand ways says a thousand."""
    assert MOST_WAYS == count_ways([((row,), (line,)) for line in range(8) for row in range(10)])


def test_a_search_without_end_gives_up() -> None:
    """Ways that cannot be counted in reasonable time are called many."""
    pairs = [((row,), (line,)) for line in range(20) for row in range(line, 20)]
    assert MOST_WAYS == count_ways(pairs)


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
        ("Åsa Østergård", "ASA OSTERGARD", Likeness.EQUAL),
        ("Jürgen Weiß", "JUERGEN WEISS", Likeness.COMPATIBLE),
        ("Łukasz Żak", "LUKASZ ZAK", Likeness.EQUAL),
        ("Café Roma S.r.l.", "CAFE ROMA SRL", Likeness.EQUAL),
        ("Café Roma Ltd", "CAFE TORINO S.R.L.", Likeness.WEAK),
        ("Smith, A.B.", "Andrew Smith", Likeness.COMPATIBLE),
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


@pytest.mark.parametrize(
    ("amounts", "target", "most", "known"),
    [
        ((500, 300), 800, 2, (1, (0, 1))),
        ((-500, -300), -800, 2, (1, (0, 1))),
        ((500, 300, 200), 1_000, 2, (0, ())),
        ((500,), 500, 2, (0, ())),
        ((500, 300), 900, 2, (0, ())),
        ((500, 300, 0), 800, 3, (2, (0, 1))),
    ],
)
def test_all_items_together_are_one_way(amounts: tuple[int, ...], target: int, most: int, known: object) -> None:
    """Where it takes all items there is one way, if so many may be taken; an item of nothing makes another."""
    assert known == count_sums([(amount, at) for at, amount in enumerate(amounts)], target, least=2, most=most)
