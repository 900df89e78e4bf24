"""What a result says: certificates, words, work, balances, decisions, earlier runs and three books."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import attrs
import pytest

from renewkit.policies.reconcile import (
    Confirm,
    Decision,
    Discrepancy,
    Evidence,
    MatchRules,
    Rate,
    Reconciliation,
    Reject,
    Rule,
    Settled,
    Todo,
    WriteOff,
    reconcile,
    three_way,
    verify,
)
from renewkit.values.entry import Entries, Entry
from renewkit.values.money import from_minor, usd

DAY = date(2024, 3, 1)


def owed(name: str, minor: int = 2_999, day: int = 0, **more: Any) -> Entry:  # noqa: ANN401  any field may be given
    """Return an expected entry, due some days after the first of March."""
    return Entry(name, from_minor(minor, more.pop("currency", "USD")), DAY + timedelta(days=day), **more)


INVOICE = owed("e", reference="INV-2024-001234", party="Ada Byron")
PAYMENT = owed("r", day=5, reference="INV-2024-001234", party="Ada Byron")
PART = owed("part", 1_000, day=5, reference="INV-2024-001234")


NAMESAKES = (owed("noel", party="Ada Byron Noel"), owed("king", party="Ada Byron King"))


# ------------------------------------------------------------------------------------------------------- certificates


def test_a_certificate_names_its_evidence() -> None:
    """Reference, amount, payer, words and date."""
    (match,) = reconcile([INVOICE], [PAYMENT]).matched
    wanted = {Evidence.REFERENCE, Evidence.AMOUNT, Evidence.PAYER, Evidence.WORDS, Evidence.DATE}
    assert wanted == set(match.certificate.evidence)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("inv 2024 001234", Evidence.SPELLING),
        ("2024 1234", Evidence.SPELLING),
        ("INV 001234", Evidence.SLIP),
        ("INV-2024-001243", Evidence.SLIP),
        ("INV2024001 234", Evidence.SPELLING),
    ],
)
def test_a_certificate_says_how_the_reference_stands(text: str, kind: Evidence) -> None:
    """Another spelling and a slip are told apart."""
    (match,) = reconcile([INVOICE], [owed("r", day=5, text=text, party="A. Byron")]).matched
    assert {kind, Evidence.LIKE_PAYER} <= set(match.certificate.evidence)


@pytest.mark.parametrize(
    "forged",
    [
        {"converted": Fraction(1)},
        {"evidence": (Evidence.SLIP,)},
        {"solutions": 2},
        {"rivals": ("x",), "margin": 0},
        {"received": (owed("other"),)},
    ],
)
def test_a_forged_certificate_does_not_verify(forged: dict[str, Any]) -> None:
    """Sums, evidence, solutions, margin and entries are each checked."""
    (match,) = reconcile([INVOICE], [PAYMENT]).matched
    assert () == verify(match)
    assert verify(attrs.evolve(match, certificate=attrs.evolve(match.certificate, **forged)))


def test_rivals_and_margin_are_recorded() -> None:
    """A weaker candidate stands in the certificate."""
    (match,) = reconcile(NAMESAKES, [owed("r", day=5, party="NOEL ADA BYRON")]).matched
    assert (("king",), ()) == (match.certificate.rivals, verify(match))


def test_a_match_in_another_currency_verifies() -> None:
    """The certificate keeps the exact conversion and its rounding apart."""
    rules = MatchRules(rates=(Rate("EUR", "USD", rate="1.0850"),))
    euros = owed("e", currency="EUR", reference="INV-2024-001234")
    (match,) = reconcile([euros], [owed("r", 3_260, day=5, reference="INV-2024-001234")], rules=rules).matched
    assert (Fraction("3253.915"), usd("0.06"), ()) == (match.certificate.converted, match.difference, verify(match))


# -------------------------------------------------------------------------------------------------- words and balances


def everything() -> Reconciliation:
    """Return a result with one of each exception."""
    expected = [
        INVOICE,
        owed("missing", 777),
        owed("t1", 500, party="Alan Turing"),
        owed("t2", 500, party="Alan Turing"),
        owed("p", 4_000, reference="INV-2024-009999"),
    ]
    received = [
        PAYMENT,
        attrs.evolve(PAYMENT, id="again", on=date(2024, 3, 20)),
        owed("stranger", 123),
        owed("tied", 500, day=5, party="ALAN TURING"),
        owed("some", 1_000, day=5, reference="INV-2024-009999"),
    ]
    side = Entries.of([*received, owed("twin"), owed("twin", 1)])
    return reconcile(expected, side)


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ("missing", "nothing received speaks for it"),
        ("stranger", "nothing expected speaks for it"),
        ("tied", "2 ways"),
        ("r", "by reference"),
        ("again", "a second time"),
        ("some", "Open: 3000 minor units"),
    ],
)
def test_each_entry_is_explained(about: str, said: str) -> None:
    """Every place has its sentence."""
    result = everything()
    assert said in result.explain(about)
    assert said in result.explain()


def test_other_candidates_are_explained() -> None:
    """A candidate that was not taken says why."""
    text = reconcile(NAMESAKES, [owed("r", day=5, party="NOEL ADA BYRON")]).explain("r")
    assert "Not king: its evidence weighs 34, and a match needs 50." in text


def test_a_candidate_that_was_matched_elsewhere_is_explained() -> None:
    """Strong evidence that came second says so."""
    twins = [owed("e1", party="Ada Byron"), owed("e2", reference="INV-2024-001234", party="Ada Byron")]
    lines = [owed("r", day=5, party="Ada Byron"), owed("s", day=5, text="inv 2024 001234")]
    assert "Not e2: it was matched elsewhere" in reconcile(twins, lines).explain("r")


def test_the_work_list_is_in_order_of_age() -> None:
    """Oldest first; what has no age comes last."""
    work = everything().work(date(2024, 3, 31))
    ages = [item.age for item in work if item.age is not None]
    assert (sorted(ages, reverse=True), None) == (ages, work[-1].age)


def test_the_work_list_says_what_to_do() -> None:
    """Refund, chase, ask, review."""
    todo = {(item.todo, item.about[0]) for item in everything().work(date(2024, 3, 31))}
    wanted = {(Todo.CHASE, "missing"), (Todo.CHASE, "p"), (Todo.ASK_BANK, "stranger"), (Todo.REFUND, "again")}
    assert wanted | {(Todo.REVIEW, "t1"), (Todo.REVIEW, "twin")} <= todo


def test_money_is_in_one_place_each() -> None:
    """Both sides balance, with every kind of place in use."""
    expected, received = everything().balances
    assert (0, 0) == (expected.residual, received.residual)
    assert (2_999 + 1_000, 777 + 3_000, 1_000) == (expected.matched, expected.open, expected.exception)
    assert (2_999, 123, 500) == (received.duplicate, received.open, received.exception)


def test_fees_and_other_currencies_balance() -> None:
    """A flat fee and an exchange leave no residual."""
    rules = MatchRules(rates=(Rate("EUR", "USD", rate="1.0850"),), flat_fees=(500,))
    expected = [INVOICE, owed("euro", currency="EUR", reference="INV-2024-005678")]
    received = [owed("r", 2_499, day=5, reference="INV-2024-001234"), owed("s", 3_260, day=5, text="INV-2024-005678")]
    balances = reconcile(expected, received, rules=rules).balances
    assert ([0, 0, 0], 500) == ([balance.residual for balance in balances], balances[1].fee)


def test_the_result_counts_itself() -> None:
    """The repr is one line of counts; equal results hash alike."""
    assert "matched=2" in repr(everything())
    assert (1, False) == (len({everything(), everything()}), everything() == 1)


def test_suggestions_are_the_best_of_each_tie() -> None:
    """One pair for each line that is tied."""
    assert [("t1", "tied")] == list(everything().suggestions())


# ------------------------------------------------------------------------------------------ decisions and earlier runs


def test_a_confirmed_match_stands_without_evidence() -> None:
    """The operator knows better; the certificate still balances."""
    strangers = [owed("x", 5_000)], [owed("y", 4_000)]
    (match,) = reconcile(*strangers, decisions=[Confirm(("x",), ("y",))]).matched
    assert (Rule.DECISION, usd("-10"), 0) == (match.rule, match.difference, match.certificate.residual)


def test_a_rejected_pair_is_not_matched_again() -> None:
    """The line is open for others; a rejected payment is no duplicate either."""
    result = reconcile([INVOICE], [PAYMENT], decisions=[Reject("e", "r")])
    assert ((), ()) == (result.matched, result.duplicates)


def test_a_rejection_frees_the_entry_for_another_line() -> None:
    """The other line with the reference pays."""
    other = attrs.evolve(PAYMENT, id="other", on=date(2024, 3, 20))
    result = reconcile([INVOICE], [PAYMENT, other], decisions=[Reject("e", "r")])
    assert [("e", "other")] == list(result.pairs())


def test_a_written_off_entry_is_not_missing() -> None:
    """Nobody waits for it, and its money has its place."""
    result = reconcile([INVOICE], [], decisions=[WriteOff("e")])
    assert ((), ("e",), 2_999) == (
        result.missing,
        tuple(entry.id for entry in result.written_off),
        result.balances[0].write_off,
    )


def test_what_pays_a_settled_entry_is_a_duplicate() -> None:
    """The host passes a paid invoice and says so; by reference or by payer, a second payment is found."""
    for line in (PAYMENT, owed("r", day=5, party="ADA BYRON")):
        result = reconcile([INVOICE], [line], decisions=[Settled("e")])
        assert (["r"], ["e"]) == (
            [twice.received for twice in result.duplicates],
            [entry.id for entry in result.settled],
        )


@pytest.mark.parametrize(
    "decision",
    [
        Confirm(("x",), ("r",)),
        Confirm(("e",), ("y",)),
        Confirm((), ()),
        Reject("x", "r"),
        Reject("e", "y"),
        WriteOff("x"),
        Settled("x"),
    ],
)
def test_a_decision_about_an_unknown_entry_is_a_problem(decision: Decision) -> None:
    """The rest is matched."""
    result = reconcile([INVOICE], [PAYMENT], decisions=[decision])
    assert (1, 1) == (len(result.problems), len(result.matched))


def test_two_decisions_about_one_entry_are_a_problem() -> None:
    """One is held, the other reported."""
    result = reconcile([INVOICE], [PAYMENT], decisions=[Confirm(("e",), ("r",)), WriteOff("e")])
    assert (1, 1) == (len(result.problems), len(result.matched) + len(result.written_off))


def test_an_earlier_match_is_the_same_value() -> None:
    """New lines do not touch it, from a result as from its stored matches."""
    first = reconcile([INVOICE], [PAYMENT])
    late = attrs.evolve(PAYMENT, id="again", on=date(2024, 3, 20))
    for previous in (first, first.matched):
        second = reconcile([INVOICE], [PAYMENT, late], previous=previous)
        assert (first.matched, ["again"]) == (second.matched, [twice.received for twice in second.duplicates])


def test_the_same_input_gives_the_same_result_object() -> None:
    """Nothing new, nothing changed."""
    first = reconcile([INVOICE], [PAYMENT])
    assert reconcile([INVOICE], [PAYMENT], previous=first) is first


def test_earlier_duplicates_stay_duplicates() -> None:
    """A second payment found once is not a payment of something else later."""
    again = attrs.evolve(PAYMENT, id="again", on=date(2024, 3, 20))
    first = reconcile([INVOICE], [PAYMENT, again])
    second = reconcile([INVOICE, owed("new", party="Ada Byron", day=15)], [PAYMENT, again], previous=first)
    assert ["again"] == [twice.received for twice in second.duplicates]


def test_history_settles_what_is_passed_again() -> None:
    """The host passes the paid invoice but not its old line."""
    first = reconcile([INVOICE], [PAYMENT])
    again = attrs.evolve(PAYMENT, id="again", on=date(2024, 3, 20))
    result = reconcile([INVOICE], [again], previous=first.matched)
    assert (["again"], ["e"]) == (
        [twice.received for twice in result.duplicates],
        [entry.id for entry in result.settled],
    )


def test_a_decision_against_an_earlier_match_is_a_problem() -> None:
    """What was confirmed is not silently undone."""
    first = reconcile([INVOICE], [PAYMENT])
    result = reconcile([INVOICE], [PAYMENT], previous=first, decisions=[WriteOff("e")])
    assert ["decision.entry"] == [problem.code for problem in result.problems]


@pytest.mark.parametrize("minor", [2_999, 1_999])
def test_the_rest_of_a_part_payment_is_matched_later(minor: int) -> None:
    """Whether the host passes the whole amount or what is open of it."""
    first = reconcile([INVOICE], [PART])
    rest = owed("rest", 1_999, day=20, reference="INV-2024-001234")
    second = reconcile([attrs.evolve(INVOICE, amount=from_minor(minor, "USD"))], [PART, rest], previous=first)
    assert ({("e", "part"), ("e", "rest")}, {0}) == (
        set(second.pairs()),
        {balance.residual for balance in second.balances},
    )


def test_what_may_change_is_said() -> None:
    """Open entries, ties and the open part; not the confirmed."""
    assert ("missing", "p", "stranger", "t1", "t2", "tied") == everything().may_change


# --------------------------------------------------------------------------------------------------------- three books


def test_three_books_differ_in_amount_date_and_status() -> None:
    """Each pair of books is compared."""
    business = [INVOICE, owed("only ours", 400, reference="INV-2024-000400")]
    ledger = [attrs.evolve(INVOICE, id="l")]
    bank = [owed("b", 2_000, day=2, reference="INV-2024-001234"), owed("fee", 150)]
    kinds = {
        (found.books[0].value, found.books[1].value, found.kind)
        for found in three_way(business, ledger, bank).differences
    }
    assert {
        ("business", "ledger", Discrepancy.STATUS),
        ("business", "bank", Discrepancy.AMOUNT),
        ("business", "bank", Discrepancy.DATE),
        ("ledger", "bank", Discrepancy.AMOUNT),
        ("ledger", "bank", Discrepancy.STATUS),
    } <= kinds


def test_three_books_report_repeats_and_ties() -> None:
    """A line twice in the bank, and one that could be either of two."""
    business = [INVOICE, owed("t1", 500, party="Alan Turing"), owed("t2", 500, party="Alan Turing")]
    bank = [PAYMENT, attrs.evolve(PAYMENT, id="again"), owed("tied", 500, party="Alan Turing")]
    result = three_way(business, Entries.of(business), bank)
    kinds = {found.kind for found in result.differences if found.books[1].value == "bank"}
    assert {Discrepancy.STATUS, Discrepancy.UNCLEAR, Discrepancy.DATE} <= kinds
    assert 3 == len(result.results)
