"""Bad input through both doors: each mess is a `Problem` with the entry and the remedy, and the rest is matched."""

from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest
from moneyed import Money

from renewkit.errors import RenewkitError
from renewkit.policies.reconcile import Confirm, Decision, Reconciliation, Reject, Settled, WriteOff, reconcile
from renewkit.values.entry import Entries, Entry, Settlement
from renewkit.values.money import usd

DAY = date(2024, 3, 1)
INVOICE = Entry("inv_1", usd("29.99"), DAY, reference="INV-2024-001234", party="Ada Byron")
LINE = Entry("line_1", usd("29.99"), DAY, reference="INV-2024-001234", party="Ada Byron")
BAD: list[tuple[str, object, str]] = [
    ("minor", 29.99, "entry.amount"),
    ("minor", float("nan"), "entry.amount"),
    ("minor", float("inf"), "entry.amount"),
    ("minor", Decimal("29.99"), "entry.amount"),
    ("minor", "2999", "entry.amount"),
    ("minor", True, "entry.amount"),
    ("minor", None, "entry.amount"),
    ("currency", "usd", "entry.currency"),
    ("currency", "ZZZ", "entry.currency"),
    ("currency", None, "entry.currency"),
    ("days", 0, "entry.day"),
    ("days", date.max.toordinal() + 1, "entry.day"),
    ("days", 738_946.5, "entry.day"),
    ("references", 1_234, "entry.reference"),
    ("parties", b"Ada", "entry.party"),
    ("texts", 7, "entry.text"),
]


def column(name: str, value: object) -> Entries:
    """Return two lines as columns: one sound, one with a bad cell."""
    columns: dict[str, Any] = {
        "ids": ["line_1", "bad"],
        "minor": [2_999, 100],
        "currency": ["USD", "USD"],
        "days": [DAY.toordinal(), DAY.toordinal()],
        "references": ["INV-2024-001234", None],
        "parties": ["Ada Byron", None],
        "texts": [None, None],
    }
    columns[name] = [columns[name][0], value]
    return Entries.from_columns(**columns)


def judged(result: Reconciliation, about: str, code: str) -> None:
    """Hold that there is this one problem, with a remedy, and that the sound pair is matched."""
    assert [(code, about)] == [(problem.code, problem.about) for problem in result.problems]
    assert all(problem.message.startswith("expected ") and problem.remedy for problem in result.problems)
    assert [("inv_1", "line_1")] == list(result.pairs())


@pytest.mark.parametrize(("name", "value", "code"), BAD)
def test_a_bad_cell_is_a_problem(name: str, value: object, code: str) -> None:
    """A float, a number that is not finite, an unknown currency, a day out of range: the row is left out and named."""
    judged(reconcile([INVOICE], column(name, value)), "bad", code)


@pytest.mark.parametrize(("name", "value", "code"), BAD)
def test_a_bad_cell_on_the_other_side_is_a_problem(name: str, value: object, code: str) -> None:
    """The expected side is read by the same rules."""
    side = attrs.evolve(column(name, value), ids=["inv_1", "bad"])
    judged(reconcile(side, [LINE]), "bad", code)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Entry("r", 29.99, DAY),  # type: ignore[arg-type]  # what a caller may get wrong
        lambda: Entry("r", Money("NaN", "USD"), DAY),
        lambda: Entry("r", Money("Infinity", "USD"), DAY),
        lambda: Entry("r", Money("1.001", "USD"), DAY),
        lambda: Entry("r", Money("1", "XXX"), DAY),
        lambda: Entry("", usd(1), DAY),
        lambda: Entry("r", usd(1), "2024-02-30"),  # type: ignore[arg-type]  # no such day
        lambda: Settlement("po_1", (("INV-1", 50.0, 0),)),  # type: ignore[arg-type]  # minor units are ints
    ],
)
def test_a_bad_object_is_refused_where_it_is_made(make: Any) -> None:  # noqa: ANN401  any maker of a value
    """It never reaches a matcher, and the error says what to do."""
    with pytest.raises(RenewkitError, match=": "):
        make()


@pytest.mark.parametrize("other", [usd("29.99"), usd("12")])
@pytest.mark.parametrize("as_columns", [False, True])
def test_a_repeated_id_is_a_problem(other: Money, as_columns: bool) -> None:
    """The same line twice counts once; of two different ones none is trusted, in any order and through both doors."""
    twice = [attrs.evolve(LINE, id="twice", reference=None, party=None), Entry("twice", other, DAY)]
    for lines in ([LINE, *twice], [*twice[::-1], LINE]):
        result = reconcile([INVOICE], Entries.of(lines) if as_columns else lines)
        judged_ids = {problem.about for problem in result.problems}
        assert ({"twice"}, {("inv_1", "line_1")}) == (judged_ids, set(result.pairs()))
        assert {"entry.id"} == {problem.code for problem in result.problems}
        assert (1 if other == LINE.amount else 0) == len(result.unexpected)


@pytest.mark.parametrize("as_columns", [False, True])
@pytest.mark.parametrize(
    "items", [(("INV-9", 5_000, 0),), (("INV-2024-001234", 2_999, 99),), (("INV-2024-001234", 2_000, 0),)]
)
def test_a_settlement_that_does_not_sum_is_a_problem(items: tuple[tuple[str, int, int], ...], as_columns: bool) -> None:
    """The payout stays open, the invoice finds its own line, and the report is named."""
    lines = [LINE, Entry("payout", usd("28"), DAY, reference="po_1")]
    result = reconcile([INVOICE], Entries.of(lines) if as_columns else lines, settlements=[Settlement("po_1", items)])
    judged(result, "po_1", "settlement")
    assert ["payout"] == [entry.id for entry in result.unexpected]


@pytest.mark.parametrize("as_columns", [False, True])
@pytest.mark.parametrize(
    "decision", [Confirm(("inv_1",), ("gone",)), Reject("gone", "line_1"), WriteOff("gone"), Settled("gone")]
)
def test_a_decision_about_an_unknown_entry_is_a_problem(decision: Decision, as_columns: bool) -> None:
    """It names the decision and the entry that nobody passed."""
    sides = ([INVOICE], [LINE])
    expected, received = map(Entries.of, sides) if as_columns else sides
    result = reconcile(expected, received, decisions=[decision])
    judged(result, repr(decision), "decision.entry")
    assert "gone" in result.problems[0].message


def test_every_mess_at_once_stops_nothing() -> None:
    """All bad cells together leave one problem each and the sound pair matched."""
    sides = [column(name, value) for name, value, _ in BAD]
    for side in sides:
        assert [("inv_1", "line_1")] == list(reconcile([INVOICE], side).pairs())
    assert len(BAD) == sum(len(reconcile([INVOICE], side).problems) for side in sides)
