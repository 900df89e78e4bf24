"""Lines that name an entry of ours for which nobody waits."""

from datetime import date, timedelta
from typing import Any

import attrs
import pytest

from renewkit.policies.reconcile import MatchRules, Rate, reconcile
from renewkit.policies.reconcile.strangers import forms_of
from renewkit.values.entry import Entry
from renewkit.values.money import from_minor, usd

DAY = date(2024, 3, 1)
OWED = [
    Entry("e1", usd("29.99"), DAY, reference="INV-2024-000123", party="Ada Byron"),
    Entry("e2", usd("70.00"), DAY, reference="INV-2024-000124", party="Ada Byron"),
]


def line(name: str, amount: str, day: int = 3, **said: Any) -> Entry:  # noqa: ANN401  any field may be given
    """Return a received entry."""
    return Entry(name, usd(amount), DAY + timedelta(days=day), **said)


@pytest.mark.parametrize(
    "said",
    [
        {"reference": "INV-2024-000777", "party": "ADA BYRON"},
        {"reference": "inv-2023-000999", "party": "Ada Byron"},
        {"text": "for (INV-2024-000777), thanks", "party": "Ada Byron"},
        {"text": "ADA BYRON INV-2024-000777"},
        {"reference": "INV-2024-1000777", "party": "Ada Byron"},
    ],
)
def test_who_names_another_invoice_is_asked(said: dict[str, str]) -> None:
    """The invoice that fits otherwise is a candidate for a person, and no more."""
    result = reconcile(OWED, [line("r", "29.99", **said)])
    assert () == result.matched
    assert [("e1", "r")] == [pair for tie in result.ambiguous for pair in tie.candidates]


@pytest.mark.parametrize(
    "said",
    [
        {"text": "telephone 5551234567"},
        {"text": "ORDER-2024-000777"},
        {"reference": "NOTPROVIDED"},
        {"text": "INV 20240309 paid"},
        {"reference": "INV-2024-000132"},
        {"reference": "INV-2024-002103"},
        {"reference": "INV-2024-00"},
        {"text": "INV-2024-000123 and INV-2023-000999"},
    ],
)
def test_what_is_no_reference_of_ours_says_nothing(said: dict[str, str]) -> None:
    """Numbers of other kinds, our own with a slip, and our own beside another leave the match as it is."""
    result = reconcile(OWED, [line("r", "29.99", party="Ada Byron", **said)])
    assert [(("e1",), ("r",))] == [(match.expected, match.received) for match in result.matched]


def test_a_line_beside_another_of_several_rows_is_read_as_it_stands() -> None:
    """A text with a line's end in it does not shift what the next one says."""
    lines = [line("a", "5", text="one\ntwo"), line("b", "29.99", text="INV-2024-000777", party="Ada Byron")]
    assert () == reconcile(OWED, lines).matched


def test_a_customer_number_is_no_strangers() -> None:
    """A reference that several entries share is known, so one transfer may pay some of them."""
    owed = [Entry(f"e{n}", usd(f"{n}0"), DAY, reference="CUST-000123", party="Ada Byron") for n in (1, 2, 4)]
    result = reconcile(owed, [line("r", "30", reference="CUST-000123", party="Ada Byron")])
    assert [("e1", "e2")] == [match.expected for match in result.matched]


def test_an_entry_without_a_reference_may_be_the_one() -> None:
    """Nobody knows that it is another, so payer and amount decide."""
    owed = [OWED[0], Entry("e", usd("15"), DAY, party="Ada Byron")]
    result = reconcile(owed, [line("r", "15", reference="INV-2024-000777", party="Ada Byron")])
    assert [("e",)] == [match.expected for match in result.matched]


def test_no_sum_is_made_for_another_invoice() -> None:
    """A transfer that names another invoice does not pay two that happen to sum to it."""
    assert () == reconcile(OWED, [line("r", "99.99", reference="INV-2024-000777", party="Ada Byron")]).matched


def test_a_payment_in_another_currency_names_its_invoice_too() -> None:
    """At the rate the amount would agree, and the payer does; the line still speaks of another invoice."""
    rules = MatchRules(rates=(Rate("USD", "EUR", rate="0.9"),))
    for reference, count in ((None, 1), ("INV-2024-000777", 0)):
        money = from_minor(2_699, "EUR")
        other = Entry("r", money, DAY + timedelta(days=3), reference=reference, party="Ada Byron")
        assert count == len(reconcile(OWED, [other], rules=rules).matched)


def test_a_tolerance_does_not_reach_another_invoice() -> None:
    """What is nearly the amount is written off only where the line may mean the entry."""
    rules = MatchRules(tolerance_minor=5)
    for reference, count in ((None, 1), ("INV-2024-000777", 0)):
        near = line("r", "29.97", reference=reference, party="Ada Byron")
        assert count == len(reconcile(OWED, [near], rules=rules).matched)


def test_an_amount_alone_does_not_outweigh_another_reference() -> None:
    """Two references that did not meet are two payments, also where an amount is evidence enough."""
    rules = MatchRules(amount_alone=True)
    assert () == reconcile(OWED, [line("r", "29.99", text="INV-2024-000777")], rules=rules).matched
    assert 1 == len(reconcile(OWED, [line("r", "29.99", text="INV 2024-04")], rules=rules).matched)


def test_the_payment_of_another_invoice_is_no_second_payment() -> None:
    """The same amount from the same payer, soon after, for another invoice: nothing was paid twice."""
    first = line("r1", "29.99", reference="INV-2024-000123", party="Ada Byron")
    second = line("r2", "29.99", 5, reference="INV-2024-000777", party="Ada Byron")
    result = reconcile(OWED, [first, second])
    assert () == result.duplicates
    assert ["r2"] == [entry.id for entry in result.unexpected]


def test_digits_alone_count_in_the_column_of_references() -> None:
    """There they are a reference; in a text they may be a day or a telephone number."""
    owed = [Entry("e", usd("29.99"), DAY, reference="40000123", party="Ada Byron")]
    assert () == reconcile(owed, [line("r", "29.99", reference="40000777", party="Ada Byron")]).matched
    assert 1 == len(reconcile(owed, [line("r", "29.99", text="40000777", party="Ada Byron")]).matched)


def test_letters_that_differ_are_part_of_the_form() -> None:
    """Where nearly each reference has letters of its own, the places of letters and digits are the form."""
    owed = [
        Entry(f"e{number}", usd("5"), DAY, reference=f"{chr(65 + number % 26)}{chr(65 + number // 26)}-{number:06}-X")
        for number in range(600)
    ]
    owed += [attrs.evolve(entry, id=f"f{entry.id}", reference=f"Z{entry.reference}") for entry in owed]
    theirs = Entry("ada", usd("29.99"), DAY, reference="AB-700000-C", party="Ada Byron")
    found = reconcile([*owed, theirs], [line("r", "29.99", reference="QQ-123456-Q", party="Ada Byron")])
    assert () == found.matched


def test_forms_are_learned_from_references() -> None:
    """A form needs six digits, or four and a sign of its own."""
    known = ["INV-2024-0001", "inv-2023-0002", "2024/000001", "20240001", "R-1234", "12345", "B 123", "", None]
    assert {"INV-9-9", "9/9", "99999999", "R-9"} == forms_of(known).known


def test_references_without_a_common_form_teach_nothing() -> None:
    """Where each reference looks different none can be told from a stranger's."""
    assert frozenset() == forms_of([f"{chr(0x4E00 + number)}-123456" for number in range(2_001)]).known
