"""Corners: tolerance by payer, sides without references, lists that compete, earlier parts, memos that only suggest."""

from datetime import date, timedelta
from typing import Any

import attrs

from renewkit.policies.reconcile import Confirm, Duplicate, MatchRules, Rule, Settled, reconcile
from renewkit.values.entry import Entries, Entry, Settlement
from renewkit.values.money import from_minor

DAY = date(2024, 3, 1)
CENTS = MatchRules(tolerance_minor=5)


def owed(name: str, minor: int = 2_999, day: int = 0, **more: Any) -> Entry:  # noqa: ANN401  any field may be given
    """Return an entry some days after the first of March."""
    return Entry(name, from_minor(minor, "USD"), DAY + timedelta(days=day), **more)


def test_a_few_cents_are_written_off_for_a_known_payer() -> None:
    """Within tolerance the payer is evidence enough, if nothing else is near."""
    result = reconcile([owed("e", party="Ada Byron")], [owed("r", 2_997, 4, party="ADA BYRON")], rules=CENTS)
    assert [Rule.WRITE_OFF] == [match.rule for match in result.matched]


def test_tolerance_abstains_from_ties() -> None:
    """Two entries within a few cents, or two lines, are left alone."""
    twins = [owed("e1", 2_999, party="Ada Byron"), owed("e2", 3_000, party="Ada Byron")]
    assert () == reconcile(twins, [owed("r", 2_998, 4, party="Ada Byron")], rules=CENTS).matched
    lines = [owed("r1", 2_998, 4, party="Ada Byron"), owed("r2", 2_997, 4, party="Ada Byron")]
    assert () == reconcile(twins[:1], lines, rules=CENTS).matched


def test_two_lines_that_list_the_same_entries_are_left_alone() -> None:
    """Which of two equal lists is the payment nobody says."""
    invoices = [owed(f"e{n}", 1_000, reference=f"INV-2024-00{n}234") for n in (1, 2)]
    text = "INV-2024-001234 INV-2024-002234"
    result = reconcile(invoices, [owed("a", 2_000, 3, text=text), owed("b", 2_000, 4, text=text)])
    assert () == result.matched


def test_pairs_hold_matches_of_earlier_runs() -> None:
    """What stands from before is in `pairs()` too; a decision on an unknown second payment changes nothing."""
    invoice, line = owed("e", reference="INV-2024-001234"), owed("r", day=3, reference="INV-2024-001234")
    first = reconcile([invoice], [line])
    second = reconcile([invoice, owed("new", 1)], [line], previous=first)
    assert [("e", "r")] == list(second.pairs())
    assert () == reconcile([invoice], [], previous=first).duplicates


def test_a_confirmed_group_is_in_pairs_each_with_each() -> None:
    """Two entries and two lines make four pairs."""
    result = reconcile(
        [owed("e1"), owed("e2")], [owed("r1"), owed("r2")], decisions=[Confirm(("e1", "e2"), ("r1", "r2"))]
    )
    assert {("e1", "r1"), ("e1", "r2"), ("e2", "r1"), ("e2", "r2")} == set(result.pairs())


def test_a_payment_long_after_is_no_second_payment() -> None:
    """A reference is evidence for so many days and no longer."""
    result = reconcile(
        [owed("e", reference="INV-2024-001234")],
        [owed("r", day=900, reference="INV-2024-001234")],
        decisions=[Settled("e")],
    )
    assert ((), 1) == (result.duplicates, len(result.unexpected))


def test_a_payer_who_may_repeat_two_payments_repeats_none() -> None:
    """Two equal payments, and a third line that could repeat either."""
    invoices = [owed(f"e{n}", reference=f"INV-2024-00{n}234", party="Ada Byron") for n in (1, 2)]
    lines = [owed(f"r{n}", day=3, reference=f"INV-2024-00{n}234", party="Ada Byron") for n in (1, 2)]
    result = reconcile(invoices, [*lines, owed("r3", day=5, party="ADA BYRON")])
    assert ((), ["r3"]) == (result.duplicates, [entry.id for entry in result.unexpected])


def test_a_name_of_two_lines_is_repeated_like_any() -> None:
    """A payer's name that holds a line break, and the same name in capitals."""
    invoice = owed("e", reference="INV-2024-001234", party="Ada Byron")
    lines = [owed("r1", day=3, reference="INV-2024-001234", party="Ada\nByron"), owed("r2", day=5, party="ADA\nBYRON")]
    assert (Duplicate("r2", "e"),) == reconcile([invoice], lines).duplicates


def test_a_sum_is_of_one_currency() -> None:
    """Two entries that would sum to a line, were they of its currency."""
    invoices = [owed(f"e{n}", 1_000, party="Ada Byron") for n in (1, 2)]
    line = Entry("r", from_minor(2_000, "EUR"), DAY, party="Ada Byron")
    assert ((), 2) == (reconcile(invoices, [line]).matched, len(reconcile(invoices, [line]).missing))


def test_a_bad_expected_row_is_in_no_balance() -> None:
    """A dropped row is a problem and no money."""
    side = Entries.from_columns(ids=["e", "bad"], minor=[100, 1.5], currency="USD", days=[738_946] * 2)  # type: ignore[list-item]  # the world's mess
    (balance,) = reconcile(side, []).balances
    assert (100, 0) == (balance.total, balance.residual)


def test_memos_with_little_in_common_are_suggested() -> None:
    """The best of what is left is a suggestion, not a match."""
    ours = [(f"e{n}", 10_000 + n // 2, 738_900 + 2 * n, "JOHN SMITH pay") for n in range(8)]
    theirs = [(f"r{n}", 10_000 + n // 2, 738_901 + 2 * n, "JOHN SMITH BGC") for n in range(8)]
    sides = [
        Entries.from_columns(ids=ids, minor=minor, currency="GBP", days=days, texts=texts)
        for ids, minor, days, texts in (zip(*rows, strict=True) for rows in (ours, theirs))
    ]
    result = reconcile(*sides, rules=MatchRules(early=5, late=5))
    assert 8 == len(list(result.pairs())) + len(result.missing) + sum(len(tie.expected) for tie in result.ambiguous)


def test_a_second_payment_of_an_earlier_run_needs_both_entries() -> None:
    """A duplicate whose invoice is no longer passed is judged anew."""
    invoice = owed("e", reference="INV-2024-001234")
    lines = [owed("r", day=3, reference="INV-2024-001234"), owed("again", day=6, reference="INV-2024-001234")]
    first = reconcile([invoice], lines)
    assert (Duplicate("again", "e"),) == first.duplicates
    second = reconcile([attrs.evolve(invoice, id="other", reference=None)], lines, previous=first)
    assert () == second.duplicates


def test_a_transfer_of_a_payer_does_not_hide_the_days_payout() -> None:
    """What one payer's sum explains is gone before the rest of the day is compared with a payout."""
    sales = [owed(f"card{n}", 1_000 + 111 * n) for n in range(6)]
    others = [owed(f"bank{n}", 4_000 + n, party="Ada Byron") for n in range(5)]
    lines = [
        owed("payout", sum(1_000 + 111 * n for n in range(6)), 2, text="PAYOUT"),
        owed("transfer", sum(4_000 + n for n in range(5)), 9, party="Ada Byron"),
    ]
    result = reconcile([*sales, *others], lines, rules=MatchRules(payout_words=("payout",)))
    assert {Rule.PAYOUT: 6, Rule.SUM: 5} == {match.rule: len(match.expected) for match in result.matched}


def test_a_payout_that_may_fit_by_accident_is_left_alone() -> None:
    """Of a few small payments some subset sums to nearly everything; that one does is no evidence."""
    sales = [owed(f"e{n}", minor) for n, minor in enumerate((10, 20, 35, 47, 61))]
    result = reconcile(sales, [owed("r", 153, 2, text="payout")], rules=MatchRules(payout_words=("payout",)))
    assert ((), 1) == (result.matched, len(result.ambiguous))


def test_a_payout_is_found_though_an_entry_bears_its_reference() -> None:
    """The report joins the line, whatever else is called like the payout."""
    sale, namesake = owed("e1", 5_000, reference="INV-1"), owed("e2", 999, reference="po_7")
    report = Settlement("po_7", (("INV-1", 5_000, 175),))
    result = reconcile([sale, namesake], [owed("r", 4_825, 2, reference="po_7")], settlements=[report])
    assert [(("e1",), Rule.SETTLEMENT)] == [(match.expected, match.rule) for match in result.matched]
    assert () == result.problems


ALONE = MatchRules(amount_alone=True, early=3, late=3, tolerance_minor=1)


def test_an_amount_alone_is_evidence_where_the_host_says_so() -> None:
    """In two books of one account the only line of an amount is the entry's, to the cent that may be written off."""
    ours, theirs = [owed("e1", 1_000), owed("e2", 2_001), owed("e3", 3_000)], [owed("r1", 1_000, 2), owed("r2", 2_000)]
    assert () == reconcile(ours, theirs).matched
    found = [(match.expected, match.rule) for match in reconcile(ours, theirs, rules=ALONE).matched]
    assert [(("e1",), Rule.AMOUNT), (("e2",), Rule.WRITE_OFF)] == found


def test_entries_alone_that_sum_to_a_line_in_one_way_are_its() -> None:
    """Two postings that the bank merged; with two ways, two lines, or many small entries nothing is taken."""
    ours = [owed("e1", 1_201), owed("e2", 1_600), owed("e3", 1_000)]
    (match,) = reconcile(ours, [owed("r", 2_801)], rules=ALONE).matched
    assert (("e1", "e2"), Rule.SUM) == (match.expected, match.rule)
    assert () == reconcile(ours, [owed("r1", 2_801), owed("r2", 2_801)], rules=ALONE).matched
    (tie,) = reconcile([*ours, owed("e4", 1_801)], [owed("r", 2_801)], rules=ALONE).ambiguous
    assert 2 == tie.solutions
    small = [owed(f"e{n}", 10 + n * n) for n in range(9)]
    assert () == reconcile(small, [owed("r", 21)], rules=ALONE).matched
    # Ten units have room for three parts; one more, and a subset that fits may be an accident.
    parts = [owed(f"e{n}", minor) for n, minor in enumerate((100, 200, 700, 451))]
    assert 3 == len(reconcile(parts[:3], [owed("r", 1_000)], rules=ALONE).matched[0].expected)
    assert () == reconcile(parts, [owed("r", 1_000)], rules=ALONE).matched


def test_an_amount_alone_decides_no_tie_and_no_contradiction() -> None:
    """Two entries of the amount, another payer, another reference, too late: nothing is matched."""
    line = owed("r", 1_000, party="Ada Byron", reference="B-2")
    (tie,) = reconcile([owed("e1", 1_000), owed("e2", 1_000, 1)], [line], rules=ALONE).ambiguous
    assert (("e1", "e2"), 2) == (tie.expected, tie.solutions)
    for other in (
        owed("e", 1_000, party="Bob"),
        owed("e", 1_000, 9),
        owed("e", 1_002),
        owed("e", -1_000),
        owed("e", 1_000, reference="A-1"),
    ):
        assert () == reconcile([other], [line], rules=ALONE).matched


def test_two_payouts_that_fit_one_day_are_left_alone() -> None:
    """Which of two equal payouts is the day's nobody says."""
    sales = [owed(f"e{n}", 1_000 + 111 * n) for n in range(6)]
    lines = [owed(name, 7_665, 2, text="payout") for name in ("a", "b")]
    result = reconcile(sales, lines, rules=MatchRules(payout_words=("payout",)))
    assert ((), ("a", "b")) == (result.matched, result.ambiguous[0].received)


def test_a_payout_may_be_named_like_an_entry() -> None:
    """The line of a payout is found by its reference, even if an entry has the same one and the text names another."""
    sale, namesake = owed("e", 5_000, reference="INV-2024-001234"), owed("other", 700, reference="po_70001")
    report = Settlement("po_70001", (("INV-2024-001234", 5_000, 175),))
    for text in ("", "INV-2024-001234"):
        line = owed("r", 4_825, 2, reference="po_70001", text=text)
        result = reconcile([sale, namesake], [line], settlements=[report])
        assert [(("e",), ("r",), Rule.SETTLEMENT)] == [(m.expected, m.received, m.rule) for m in result.matched]
