"""What `reconcile` matches, by which rule, and what it leaves alone."""

from datetime import date, timedelta
from typing import Any

import pytest
from moneyed import Money

from renewkit.errors import ConfigurationError, RangeError
from renewkit.policies.reconcile import (
    Confidence,
    FeeFormula,
    MatchRules,
    Rate,
    Reconciliation,
    Rule,
    reconcile,
    verify,
)
from renewkit.values.entry import Entries, Entry, Settlement
from renewkit.values.money import from_minor, usd

DAY = date(2024, 3, 1)


def owed(name: str, minor: int = 2_999, day: int = 0, **more: Any) -> Entry:  # noqa: ANN401  any field may be given
    """Return an expected entry, due some days after the first of March."""
    return Entry(name, from_minor(minor, more.pop("currency", "USD")), DAY + timedelta(days=day), **more)


def paid(name: str, minor: int = 2_999, day: int = 5, **more: Any) -> Entry:  # noqa: ANN401  any field may be given
    """Return a received entry."""
    return owed(name, minor, day, **more)


def rules_of(result: Reconciliation) -> list[tuple[tuple[str, ...], tuple[str, ...], Rule]]:
    """Return what was matched, and why."""
    return [(match.expected, match.received, match.rule) for match in result.matched]


INVOICE = owed("e", reference="INV-2024-001234", party="Ada Byron")


@pytest.mark.parametrize(
    "spelled",
    [
        "INV 2024 001234",
        "inv/2024/001234",
        "INV2024001234",
        "2024-001234",
        "INV-2024-1234",
        "INV-2O24-OO1234",
        "INV-2024-00I234",
        "INV-2024-001 234",
        "for INV-2024-001234, thanks",
        "xyINV2024001234/abc",
        "INV-2024-001243",
        "INV-2024-001534",
        "INV-2024-00134",
        "INV-2024-0012334",
    ],
)
def test_a_mangled_reference_is_found(spelled: str) -> None:
    """Separators, prefixes, zeros, look-alikes, and one slip do not hide a reference."""
    result = reconcile([INVOICE, owed("other", reference="INV-2023-777777")], [paid("r", text=spelled)])
    assert [("e", "r")] == list(result.pairs())


def test_an_exact_reference_and_amount_match_at_once() -> None:
    """The reference column decides, whatever else is missing."""
    result = reconcile([INVOICE], [paid("r", reference="INV-2024-001234")])
    assert [(("e",), ("r",), Rule.REFERENCE)] == rules_of(result)
    assert Confidence.CERTAIN is result.matched[0].confidence


def test_a_reference_months_before_its_day_may_be_another_with_a_slip() -> None:
    """Who swapped two digits paid the entry of that day, and the one that bears the number is paid in its own time."""
    soon = owed("soon", reference="R2024/0085375", party="Ada Byron")
    later = owed("later", day=160, reference="R2024/0058375", party="Ada Byron")
    early = paid("early", reference="R2024/0058375", party="Ada Byron")
    late = paid("late", day=162, reference="R2024/0058375", party="Ada Byron")
    assert [(("later",), ("late",), Rule.REFERENCE), (("soon",), ("early",), Rule.PARTY)] == sorted(
        rules_of(reconcile([soon, later], [early, late])), key=lambda match: match[0]
    )
    assert () == reconcile([soon, later], [early]).matched


def test_a_reference_long_before_its_day_is_enough_without_a_rival() -> None:
    """Whoever pays months ahead and names the entry has paid it."""
    later = owed("later", day=160, reference="R2024/0058375", party="Ada Byron")
    early = paid("early", reference="R2024/0058375", party="Ada Byron")
    assert [(("later",), ("early",), Rule.REFERENCE)] == rules_of(reconcile([later], [early]))


def test_a_creditor_reference_is_found_in_groups() -> None:
    """An ISO 11649 reference printed in blocks of four is one reference."""
    invoice = owed("e", reference="RF21TXAPS4IAQRNRN46M")
    result = reconcile([invoice], [paid("r", text="ref RF21 TXAP S4IA QRNR N46M")])
    assert [("e", "r")] == list(result.pairs())


def test_wide_signs_are_the_plain_ones() -> None:
    """Banks in East Asia print letters and digits as wide as their own signs."""
    wide = "INV-2024-001234".translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    (match,) = reconcile([INVOICE], [paid("r", text=f"請求書{wide}")]).matched
    assert (Rule.NORMALISED, ()) == (match.rule, verify(match))
    (match,) = reconcile([owed("e", reference=wide)], [paid("r", text="2024 001234")]).matched
    assert (Rule.NORMALISED, ()) == (match.rule, verify(match))


@pytest.mark.parametrize(
    ("reference", "printed"),
    [("RF18539007547034999912", "RF18 5390 0754 7034 9999 12"), ("FV/457/07/2024/42", "FV/4 57/0 7/20 24/4 2")],
)
def test_a_number_printed_in_groups_is_one_number(reference: str, printed: str) -> None:
    """Blanks every few signs tear a number into many, which are read as one."""
    invoice = owed("e", reference=reference)
    (match,) = reconcile([invoice], [paid("r", text=f"payment 2 {printed} 03.05.2024")]).matched
    assert (Rule.NORMALISED, ()) == (match.rule, verify(match))


def test_a_short_reference_is_no_part_of_a_word() -> None:
    """A reference of letters must stand alone."""
    assert () == reconcile([owed("e", reference="ABC")], [paid("r", text="abcde")]).matched
    assert 1 == len(reconcile([owed("e", reference="ABC")], [paid("r", text="for abc")]).matched)


def test_a_short_number_needs_more_than_itself() -> None:
    """Four digits and an amount could be anything; with the signs around them they are a reference."""
    invoice = owed("e", reference="R-1234")
    assert () == reconcile([invoice], [paid("r", text="1234")]).matched
    assert 1 == len(reconcile([invoice], [paid("r", text="r1234")]).matched)


def test_a_slip_that_names_another_invoice_is_left_to_a_person() -> None:
    """A line names one invoice exactly; its payer and the amount are those of a neighbour: neither is taken."""
    named = owed("named", reference="INV-2024-001235", party="Alan Turing")
    result = reconcile([INVOICE, named], [paid("r", reference="INV-2024-001235", party="Ada Byron")])
    assert [] == [match for match in result.matched if match.expected == ("named",)]


@pytest.mark.parametrize("name", ["ADA BYRON", "Byron, Ada", "A. Byron", "Ada Byr", "Ada Byrom"])
def test_payer_amount_and_date_match(name: str) -> None:
    """A name turned, cut, initialled or mistyped still is the payer's."""
    assert [(("e",), ("r",), Rule.PARTY)] == rules_of(reconcile([INVOICE], [paid("r", party=name)]))


def test_an_empty_name_is_no_evidence() -> None:
    """An amount alone matches nothing."""
    result = reconcile([INVOICE], [paid("r", party="")])
    assert ((), 1, 1) == (result.matched, len(result.missing), len(result.unexpected))


def test_a_payer_is_found_in_the_text() -> None:
    """A bank without a payer's column writes the name into the text."""
    assert 1 == len(reconcile([INVOICE], [paid("r", text="//BYRON-Ada")]).matched)


def test_two_equal_candidates_are_left_alone() -> None:
    """A tie is reported with its candidates and the number of ways."""
    twins = [owed("e1", party="Ada Byron"), owed("e2", party="Ada Byron")]
    (tie,) = reconcile(twins, [paid("r", party="Ada Byron")]).ambiguous
    assert (("e1", "e2"), ("r",), 2) == (tie.expected, tie.received, tie.solutions)


def test_the_same_day_surpasses_a_month_ago() -> None:
    """Of two monthly invoices of one payer, the one of that day is paid."""
    months = [owed("february", day=-29, party="Ada Byron"), owed("march", day=0, party="Ada Byron")]
    assert [("march", "r")] == list(reconcile(months, [paid("r", day=0, party="Ada Byron")]).pairs())


def test_what_fits_in_one_way_only_is_matched() -> None:
    """Each pair is a tie, but together only one choice leaves nobody out."""
    months = [owed("old", day=-50, party="Ada Byron"), owed("new", day=0, party="Ada Byron")]
    lines = [paid("first", day=9, party="Ada Byron"), paid("second", day=40, party="Ada Byron")]
    assert {("old", "first"), ("new", "second")} == set(reconcile(months, lines).pairs())


def test_out_of_the_window_a_payer_is_no_evidence() -> None:
    """Windows are rules."""
    line = [paid("r", day=70, party="Ada Byron")]
    assert (0, 1) == tuple(len(reconcile([INVOICE], line, rules=MatchRules(late=late)).matched) for late in (60, 80))


def test_the_second_payment_is_a_duplicate_in_any_order() -> None:
    """The earliest line pays; the later one pays again."""
    lines = [paid("late", day=9, reference="INV-2024-001234"), paid("early", day=3, reference="INV-2024-001234")]
    result = reconcile([INVOICE], lines)
    assert ([("e", "early")], "late") == (list(result.pairs()), result.duplicates[0].received)


def test_a_mangled_first_payment_is_the_payment() -> None:
    """An exact line after a mangled one is the repetition."""
    lines = [paid("late", day=9, reference="INV-2024-001234"), paid("early", day=3, text="inv 2024 001234")]
    result = reconcile([INVOICE], lines)
    assert ([("e", "early")], "late") == (list(result.pairs()), result.duplicates[0].received)


def test_a_mangled_second_payment_is_a_duplicate() -> None:
    """The repetition may be the mangled one."""
    lines = [paid("early", day=3, reference="INV-2024-001234"), paid("late", day=9, text="inv 2024 001234")]
    assert ["late"] == [twice.received for twice in reconcile([INVOICE], lines).duplicates]


def test_a_payer_who_repeats_a_payment_without_reference() -> None:
    """The same payer and amount within days of a payment is a duplicate."""
    lines = [paid("a", day=3, reference="INV-2024-001234", party="Ada Byron"), paid("b", day=6, party="ADA BYRON")]
    assert ["b"] == [twice.received for twice in reconcile([INVOICE], lines).duplicates]


def test_a_line_that_lists_invoices_pays_them_all() -> None:
    """Several references in one text, and their sum."""
    invoices = [owed(f"e{n}", 1_000 + n, reference=f"INV-2024-00{n}234") for n in range(1, 6)]
    text = " ".join(entry.reference or "" for entry in invoices)
    (match,) = reconcile(invoices, [paid("r", 5_015, text=text)]).matched
    assert (Rule.LIST, 5) == (match.rule, len(match.expected))


def test_parts_that_name_an_invoice_and_sum_to_it() -> None:
    """An invoice paid in two lines."""
    lines = [paid("a", 1_000, reference="INV-2024-001234"), paid("b", 1_999, reference="INV-2024-001234")]
    assert [(("e",), ("a", "b"), Rule.SPLIT)] == rules_of(reconcile([INVOICE], lines))


def test_a_transfer_without_references_is_counted() -> None:
    """One payer's entries that sum to the line in exactly one way."""
    invoices = [owed("e1", 1_000, party="Ada Byron"), owed("e2", 2_500, party="Ada Byron")]
    result = reconcile(invoices, [paid("r", 3_500, party="A. Byron")])
    assert [(("e1", "e2"), ("r",), Rule.SUM)] == rules_of(result)


def test_parts_without_references_are_counted() -> None:
    """One payer's lines that sum to the entry in exactly one way."""
    lines = [paid("a", 1_000, party="Ada Byron"), paid("b", 1_999, party="Ada Byron")]
    assert [(("e",), ("a", "b"), Rule.SUM)] == rules_of(reconcile([INVOICE], lines))


def test_two_sums_are_a_tie() -> None:
    """Where two subsets sum to the line, none is taken."""
    amounts = (1_000, 2_500, 1_500, 2_000)
    invoices = [owed(f"e{n}", amount, party="Ada Byron") for n, amount in enumerate(amounts)]
    result = reconcile(invoices, [paid("r", 3_500, party="Ada Byron")])
    assert ((), 1) == (result.matched, len(result.ambiguous))


def test_sums_that_want_the_same_entry_are_a_tie() -> None:
    """Two lines that each have one sum, over the same entry, get neither."""
    invoices = [owed("e1", 1_000, party="Ada Byron"), owed("e2", 2_500, party="Ada Byron")]
    lines = [paid("r1", 3_500, party="Ada Byron"), paid("r2", 3_500, party="Ada Byron")]
    assert () == reconcile(invoices, lines).matched


def test_a_part_is_matched_and_the_rest_stays_open() -> None:
    """A smaller amount with the reference is a part payment, unless the rules forbid it."""
    line = [paid("r", 1_000, reference="INV-2024-001234")]
    (match,) = reconcile([INVOICE], line).matched
    assert (Rule.PARTIAL, usd("-19.99"), 1_999) == (match.rule, match.difference, match.certificate.open)
    assert () == reconcile([INVOICE], line, rules=MatchRules(partial=False)).matched


def test_a_small_difference_is_written_off_by_rule() -> None:
    """Within tolerance an over- or underpayment settles the entry; an excess beyond it is left to a person."""
    over = [paid("r", 3_019, reference="INV-2024-001234")]
    (match,) = reconcile([INVOICE], over, rules=MatchRules(tolerance="0.01")).matched
    assert (Rule.WRITE_OFF, -20) == (match.rule, match.certificate.write_off)
    assert () == reconcile([INVOICE], over).matched


def test_a_known_bank_fee_explains_a_shortfall() -> None:
    """A flat fee that a bank on the way keeps."""
    line = [paid("r", 2_499, reference="INV-2024-001234")]
    (match,) = reconcile([INVOICE], line, rules=MatchRules(flat_fees=(500,))).matched
    assert (Rule.FEE, 500) == (match.rule, match.certificate.fee)


def test_a_settlement_report_joins_a_payout() -> None:
    """The report names the payments; their fees explain the difference."""
    invoices = [owed("e1", 5_000, reference="INV-000001"), owed("e2", 2_000, reference="INV-000002")]
    report = Settlement("po_70001", (("INV-000001", 5_000, 175), ("INV-000002", 2_000, 88)))
    for line in (paid("r", 6_737, reference="po_70001"), paid("r", 6_737, text="PAYOUT PO 70001")):
        (match,) = reconcile(invoices, [line], settlements=[report]).matched
        assert (Rule.SETTLEMENT, 263) == (match.rule, match.certificate.fee)


@pytest.mark.parametrize(
    ("items", "line"),
    [
        ((("INV-000001", 5_000, 175),), paid("r", 4_000, reference="po_7")),
        ((("INV-000009", 5_000, 175),), paid("r", 4_825, reference="po_7")),
        ((("INV-000001", 4_000, 0),), paid("r", 4_000, reference="po_7")),
        ((("INV-000001", 5_000, 0), ("INV-000001", 5_000, 0)), paid("r", 10_000, reference="po_7")),
        ((("INV-000001", 5_000, 175),), paid("r", 4_825)),
    ],
)
def test_a_report_that_does_not_add_up_is_a_problem(items: tuple[tuple[str, int, int], ...], line: Entry) -> None:
    """Wrong sums, unknown payments, other amounts, repeated payments, no line: a problem, and the rest is matched."""
    invoices = [owed("e1", 5_000, reference="INV-000001"), INVOICE]
    lines = [line, paid("good", reference="INV-2024-001234")]
    result = reconcile(invoices, lines, settlements=[Settlement("po_7", items)])
    assert (["settlement"], [("e", "good")]) == ([problem.code for problem in result.problems], list(result.pairs()))


CARD = MatchRules(payout_words=("payout",), fee=FeeFormula("0.029", 30))


def test_a_payout_without_report_is_a_day_less_fees() -> None:
    """All payments of one day, less the fee of each."""
    sales = [owed("e1", 5_000), owed("e2", 2_000), owed("e3", 900, day=-1)]
    (match,) = reconcile(sales, [paid("r", 6_737, day=3, text="PAYOUT")], rules=CARD).matched
    assert (Rule.PAYOUT, ("e1", "e2"), 263) == (match.rule, match.expected, match.certificate.fee)


def test_a_payout_leaves_out_what_came_too_late() -> None:
    """The day's payments but one, which is the only one of its amount."""
    sales = [owed("e1", 5_000), owed("e2", 2_000), owed("late", 1_000)]
    (match,) = reconcile(sales, [paid("r", 6_737, day=3, text="payout")], rules=CARD).matched
    assert ("e1", "e2") == match.expected


def test_a_payout_that_may_lack_either_of_two_is_a_tie() -> None:
    """Which of two equal payments came late nobody can tell."""
    sales = [owed("e1", 5_000), owed("twin1", 1_000), owed("twin2", 1_000)]
    result = reconcile(sales, [paid("r", 4_825 + 941, day=3, text="payout")], rules=CARD)
    assert ((), 1) == (result.matched, len(result.ambiguous))


def test_a_payout_that_nothing_explains_is_unexpected() -> None:
    """More money than the day took, or a rest that no few payments make."""
    sales = [owed("e1", 5_000), owed("e2", 2_000)]
    for minor in (9_999, 3_333):
        result = reconcile(sales, [paid("r", minor, day=3, text="payout")], rules=CARD)
        assert ["r"] == [entry.id for entry in result.unexpected]


RATES = MatchRules(rates=(Rate("EUR", "USD", rate="1.0850"),))


@pytest.mark.parametrize("said", [{"reference": "INV-2024-001234"}, {"party": "ADA BYRON"}])
def test_another_currency_is_compared_at_its_rate(said: dict[str, str]) -> None:
    """€29.99 at 1.0850 is $32.54 (32.53915); $32.60 is within two in a hundred."""
    invoice = owed("e", currency="EUR", reference="INV-2024-001234", party="Ada Byron")
    (match,) = reconcile([invoice], [paid("r", 3_260, **said)], rules=RATES).matched
    assert (Rule.FX, 6, 0) == (match.rule, match.certificate.fx, match.certificate.residual)


def test_a_rate_does_not_stretch() -> None:
    """Beyond its tolerance, without a rate, or with two candidates nothing is matched."""
    invoice = owed("e", currency="EUR", reference="INV-2024-001234", party="Ada Byron")
    line = paid("r", 3_400, reference="INV-2024-001234")
    assert () == reconcile([invoice], [line], rules=RATES).matched
    assert () == reconcile([invoice], [line], rules=MatchRules(rates=(Rate("GBP", "USD", rate="1.2"),))).matched
    twin = owed("twin", currency="EUR", party="Ada Byron")
    assert () == reconcile([invoice, twin], [paid("r", 3_254, party="Ada Byron")], rules=RATES).matched
    two = [paid("r1", 3_254, party="Ada Byron"), paid("r2", 3_254, party="Ada Byron")]
    assert () == reconcile([invoice], two, rules=RATES).matched


def test_a_rate_between_unequal_minor_units() -> None:
    """$10.00 at 150 is ¥1,500, and back."""
    yen = MatchRules(rates=(Rate("USD", "JPY", rate=150), Rate("JPY", "USD", rate="0.0066667")))
    dollars, coins = (
        owed("e", 1_000, reference="INV-2024-001234"),
        paid("r", 1_500, currency="JPY", text="INV-2024-001234"),
    )
    assert 1 == len(reconcile([dollars], [coins], rules=yen).matched)
    assert 1 == len(
        reconcile(
            [owed("e", 1_500, currency="JPY", reference="A-123456")], [paid("r", 1_000, text="A-123456")], rules=yen
        ).matched
    )


def memos(*rows: tuple[str, int, int, str]) -> Entries:
    """Return a side that has nothing but texts."""
    ids, minor, days, texts = zip(*rows, strict=True)
    return Entries.from_columns(ids=ids, minor=minor, currency="GBP", days=days, texts=texts)


def test_memos_alone_match_by_their_words() -> None:
    """Two banks' descriptions of one payment, with a small difference in amount."""
    ours = memos(*((f"e{n}", 10_000 + 700 * n, 738_900 + n, f"NAME{n} X{n} pay") for n in range(20)))
    theirs = memos(*((f"r{n}", 10_000 + 700 * n, 738_902 + n, f"NAME{n} X{n} BGC") for n in range(20)))
    result = reconcile(ours, theirs, rules=MatchRules(tolerance="0.02"))
    assert {(f"e{n}", f"r{n}") for n in range(20)} == set(result.pairs())
    assert {Rule.WORDS} == {match.rule for match in result.matched}


def test_memos_that_could_be_either_are_suggested_at_most() -> None:
    """Two equal memos on one side are no match."""
    ours = memos(
        ("e1", 10_000, 738_900, "JOHN S 4e39"), ("e2", 10_000, 738_900, "JOHN S 4e39"), ("e3", 1, 738_900, "x")
    )
    theirs = memos(("r1", 10_000, 738_901, "JOHN S 4e39"), ("r2", -5, 738_900, "JOHN S 4e39"))
    assert () == reconcile(ours, theirs).matched


def regular(
    more: tuple[tuple[str, int, int, str], ...], lines: tuple[tuple[str, int, int, str], ...]
) -> Reconciliation:
    """Match memos beside thirty that teach what is usual: a payment on the next day."""
    ours = ((f"e{n}", 10_000 + 700 * n, 738_900 + n, f"NAME{n} X{n} pay") for n in range(30))
    theirs = ((f"r{n}", 10_000 + 700 * n, 738_901 + n, f"NAME{n} X{n} BGC") for n in range(30))
    return reconcile(memos(*ours, *more), memos(*theirs, *lines), rules=MatchRules(tolerance="0.02"))


def test_a_likely_memo_is_suggested_beside_its_rivals() -> None:
    """The next best is a suggestion only, and the tie names both."""
    two = (("a", 5_000, 738_900, "QUUX ZORK pay"), ("b", 5_000, 738_902, "QUUX ZORK pay"))
    result = regular(two, (("x", 5_000, 738_903, "QUUX ZORK BGC"),))
    assert ((("a", "b"), 2), [("b", "x")]) == (
        (result.ambiguous[0].expected, result.ambiguous[0].solutions),
        list(result.suggestions()),
    )


def test_equal_memos_are_a_tie_without_a_suggestion() -> None:
    """Where nothing is best all candidates are reported."""
    two = tuple((name, 5_000, 738_900, "QUUX ZORK pay") for name in ("a", "b"))
    result = regular(two, (("x", 5_000, 738_901, "QUUX ZORK BGC"),))
    assert ((("a", "b"), 2), []) == (
        (result.ambiguous[0].expected, result.ambiguous[0].solutions),
        list(result.suggestions()),
    )


def test_rare_words_that_differ_speak_against_a_pair() -> None:
    """Two codes that differ are two payments."""
    rows = [(f"e{n}", 10_000, 738_900 + n, f"JOHN S code{n}") for n in range(9)]
    other = [(f"r{n}", 10_000, 738_900 + n, f"JOHN S kode{n}") for n in range(9)]
    assert () == reconcile(memos(*rows), memos(*other)).matched


def test_columns_and_entries_give_the_same_result() -> None:
    """The bulk door is another way in, not another matcher."""
    lines = [paid("r", reference="INV-2024-001234")]
    assert reconcile([INVOICE], lines) == reconcile(Entries.of([INVOICE]), Entries.of(lines))


def test_bad_rows_are_problems_and_the_rest_is_matched() -> None:
    """A float and a repeated id do not stop the batch."""
    side = Entries.from_columns(
        ids=["r", "bad", "twin", "twin"],
        minor=[2_999, 29.99, 1, 2],  # type: ignore[list-item]  # the world's mess
        currency="USD",
        days=[738_951] * 4,
        references=["INV-2024-001234"] * 4,
    )
    result = reconcile([INVOICE], side)
    assert ([("e", "r")], 3) == (list(result.pairs()), len(result.problems))


def test_one_reference_on_several_entries_is_no_reference() -> None:
    """A customer number on every invoice decides nothing by itself; the amount then does."""
    shared = [owed("e1", 1_000, reference="CUST-000042"), owed("e2", 2_000, reference="CUST-000042")]
    assert [("e2", "r")] == list(reconcile(shared, [paid("r", 2_000, reference="CUST-000042")]).pairs())


def test_a_customer_number_on_every_invoice_is_paid_month_by_month() -> None:
    """One number and one price on all invoices: the window leaves one way to pay them all."""
    months = [owed(f"e{n}", 2_000, 30 * n, reference="4711000123") for n in range(6)]
    lines = [paid(f"r{n}", 2_000, 30 * n + 18, text="KdNr 4711 000 123") for n in range(6)]
    result = reconcile(months, lines)
    assert {(f"e{n}", f"r{n}") for n in range(6)} == set(result.pairs())
    assert {Rule.NORMALISED} == {match.rule for match in result.matched}
    assert () == reconcile(months, lines[1:]).matched


def test_a_customer_number_is_paid_twice_like_any_reference() -> None:
    """Where the amount leaves one invoice of the customer, the earliest line pays it and the next pays it again."""
    invoices = [owed(f"e{n}", 1_000 * n, reference="4711000123", party="Ada Byron") for n in (1, 2)]
    lines = [paid(name, 2_000, day, text="KdNr 4711000123", party="Ada Byron") for name, day in (("b", 20), ("a", 30))]
    result = reconcile(invoices, lines)
    assert ([("e2", "b")], ["a"]) == (list(result.pairs()), [twice.received for twice in result.duplicates])


def test_a_report_of_customer_numbers_is_read_by_amount() -> None:
    """A number that several invoices share names the one of the item's amount; two of that amount are a problem."""
    invoices = [owed(f"e{n}", minor, reference="4711000123") for n, minor in enumerate((1_000, 2_000, 3_000, 3_000))]
    line = paid("r", 1_950, reference="po_70001")
    report = Settlement("po_70001", (("4711000123", 2_000, 50),))
    assert [("e1", "r")] == list(reconcile(invoices, [line], settlements=[report]).pairs())
    twins = Settlement("po_70001", (("4711000123", 3_000, 1_050),))
    assert ["settlement"] == [problem.code for problem in reconcile(invoices, [line], settlements=[twins]).problems]
    invoices[2] = owed("e2", 3_000, -30, reference="4711000123")
    assert [("e3", "r")] == list(reconcile(invoices, [line], settlements=[twins]).pairs())


def test_rules_refuse_what_cannot_work() -> None:
    """A broken pattern, a negative tolerance, an empty group, a rate of zero."""
    with pytest.raises(ConfigurationError):
        MatchRules(patterns=("(",))
    with pytest.raises(RangeError):
        MatchRules(tolerance_minor=-1)
    with pytest.raises(RangeError):
        MatchRules(group_size=1)
    with pytest.raises(RangeError):
        Rate("EUR", "USD", rate=0)


def test_patterns_name_references_in_their_own_way() -> None:
    """A pattern that the host knows turns a text into a reference."""
    invoice = owed("e", reference="42/7")
    line = [paid("r", text="room42/7x")]
    assert () == reconcile([invoice], line).matched
    for pattern in (r"room(\d+/\d+)", r"\d+/\d"):
        assert [("e", "r")] == list(reconcile([invoice], line, rules=MatchRules(patterns=(pattern,))).pairs())


def test_money_out_is_matched_like_money_in() -> None:
    """Negative amounts are money from us, on both sides."""
    refund = owed("e", -2_999, reference="CRN-2024-000001")
    assert [("e", "r")] == list(reconcile([refund], [paid("r", -2_999, text="crn 2024 000001")]).pairs())
    assert () == reconcile([refund], [paid("r", 2_999, text="crn 2024 000001")]).matched


def test_different_currencies_never_match_without_a_rate() -> None:
    """$29.99 is not €29.99."""
    result = reconcile([INVOICE], [Entry("r", Money("29.99", "EUR"), DAY, reference="INV-2024-001234")])
    assert () == result.matched
