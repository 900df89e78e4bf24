"""Entries, columns and settlements: what they hold, and what they refuse."""

from datetime import date
from typing import Any

import pytest
from moneyed import Money

from renewkit.errors import (
    ConfigurationError,
    CurrencyMismatchError,
    DateExpectedError,
    ExactNumberError,
    IdentifierError,
    MoneyExpectedError,
    NonFiniteError,
    UnknownCurrencyError,
)
from renewkit.values.entry import Entries, Entry, Settlement
from renewkit.values.money import usd

DAY = date(2024, 3, 1)


def columns(**changes: Any) -> Entries:  # noqa: ANN401  any field may be given
    """Return two sound rows, with some columns replaced."""
    rows: dict[str, Any] = {"ids": ["a", "b"], "minor": [2_999, 500], "currency": "USD", "days": [738_946, 738_947]}
    return Entries.from_columns(**(rows | changes))


def test_an_entry_copies_its_money() -> None:
    """Changing the caller's Money later changes no entry."""
    paid = usd("5.00")
    entry = Entry("a", paid, DAY)
    paid.amount += 1
    assert usd("5.00") == entry.amount


@pytest.mark.parametrize(
    ("error", "row"),
    [
        (IdentifierError, ("", usd("1"), DAY)),
        (MoneyExpectedError, ("a", 1.5, DAY)),
        (NonFiniteError, ("a", Money("NaN", "USD"), DAY)),
        (UnknownCurrencyError, ("a", Money("1", "XXX"), DAY)),
        (DateExpectedError, ("a", usd("1"), "2024-03-01")),
    ],
)
def test_a_bad_entry_raises_where_it_is_made(error: type[Exception], row: tuple[Any, ...]) -> None:
    """A caller's own mistake is an error, never a problem."""
    with pytest.raises(error):
        Entry(*row)


def test_a_fee_is_in_the_currency_of_its_entry() -> None:
    """A fee in another currency is refused."""
    with pytest.raises(CurrencyMismatchError):
        Entry("a", usd("5"), DAY, fee=Money("1", "EUR"))


def test_a_settlement_counts_in_minor_units() -> None:
    """Gross and fee are ints; their difference is the payout."""
    assert 4_825 == Settlement("po_1", [("INV-1", 5_000, 175)]).net  # type: ignore[arg-type]  # any iterable will do
    with pytest.raises(ExactNumberError):
        Settlement("po_1", (("INV-1", 50.0, 175),))  # type: ignore[arg-type]  # the mistake that is refused
    with pytest.raises(ExactNumberError):
        Settlement("po_1", (("INV-1", 5_000, 1.75),))  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("entry.id", {"ids": ["a", ""]}),
        ("entry.id", {"ids": ["a", 7]}),
        ("entry.id", {"ids": ["a", []]}),
        ("entry.amount", {"minor": [2_999, 1.5]}),
        ("entry.amount", {"minor": [2_999, float("nan")]}),
        ("entry.currency", {"currency": ["USD", "usd"]}),
        ("entry.currency", {"currency": ["USD", None]}),
        ("entry.currency", {"currency": ["USD", []]}),
        ("entry.day", {"days": [738_946, 0]}),
        ("entry.day", {"days": [738_946, 1.0]}),
        ("entry.reference", {"references": [None, 5]}),
        ("entry.party", {"parties": ["Ada", 5]}),
        ("entry.text", {"texts": ["", 5]}),
        ("entry.fee", {"fees": [None, 0.3]}),
    ],
)
def test_a_bad_row_is_a_problem_and_the_rest_stays(code: str, changes: dict[str, Any]) -> None:
    """A bad cell drops its row, names it and says what to do."""
    side = columns(**changes)
    assert ([code], frozenset({1})) == ([problem.code for problem in side.problems], side.dropped)


def test_a_problem_shows_what_came() -> None:
    """Text is shown as it came, anything else as Python writes it."""
    shown = [columns(currency=["USD", code]).problems[0].message for code in ("usd", None)]
    assert ["expected an ISO 4217 code, got usd", "expected an ISO 4217 code, got None"] == shown


def test_the_first_and_the_last_day_are_dates() -> None:
    """Days reach from 1 January of year 1 to 31 December 9999, and not beyond."""
    first, last = date.min.toordinal(), date.max.toordinal()
    assert () == columns(days=[first, last]).problems
    rows = {"ids": ["a", "b", "c", "d"], "minor": [1, 2, 3, 4], "days": [first, last, first - 1, last + 1]}
    assert frozenset({2, 3}) == columns(**rows).dropped


def test_columns_are_kept_as_they_were_given() -> None:
    """A list is not copied; what can be read only once is kept as a list."""
    minor = [2_999, 500]
    side = columns(minor=minor, days=iter([738_946, 738_947]))
    assert (True, [738_946, 738_947]) == (side.minor is minor, side.days)


def test_a_cell_that_is_no_text_reads_as_none() -> None:
    """Where a row is left out, what is no text in a column is None; a column of text stays the one that was given."""
    parties = ["Ada", None]
    side = columns(references=["INV-1", 5], parties=parties)
    assert (["INV-1", None], True) == (side.references, side.parties is parties)
    assert [None, None] == list(side.texts)


def test_one_currency_is_told() -> None:
    """A side knows the currency that was given for all of its rows."""
    assert ("USD", None) == (columns().one_currency, columns(currency=["USD", "USD"]).one_currency)


def test_an_unknown_currency_for_all_rows_drops_them_all() -> None:
    """One bad code for the whole column is a problem of each row."""
    assert 2 == len(columns(currency="ABC").problems)


def test_a_line_delivered_twice_counts_once() -> None:
    """Of two equal rows with one id one is kept."""
    side = columns(ids=["a", "a"], minor=[5, 5], days=[738_946, 738_946])
    assert (1, 1) == (len(side.dropped), len(side.problems))


def test_of_different_rows_with_one_id_none_is_trusted() -> None:
    """Which of them is right cannot depend on their order."""
    assert frozenset({0, 1}) == columns(ids=["a", "a"]).dropped


def test_columns_have_one_length() -> None:
    """A short column is the caller's mistake."""
    with pytest.raises(ConfigurationError):
        columns(minor=[1])


def test_a_side_is_made_of_entries() -> None:
    """Anything else in an iterable is the caller's mistake."""
    with pytest.raises(ConfigurationError):
        Entries.of(["a"])  # type: ignore[list-item]  # the mistake that is refused


def test_a_row_comes_back_as_the_entry_it_was() -> None:
    """Reading a row back gives an equal entry."""
    entry = Entry("a", usd("29.99"), DAY, reference="INV-1", party="Ada", text="thanks", fee=usd("0.30"))
    assert entry == Entries.of([entry]).entry(0)


def test_absent_columns_are_empty_in_every_row() -> None:
    """A column that was not given reads as None, by row, by slice and in a loop."""
    parties = columns().parties
    assert (None, [None], [None, None]) == (parties[1], parties[:1], list(parties))


def test_two_sides_say_the_same_in_any_order() -> None:
    """Order is no content; an amount is."""
    turned = Entries.from_columns(ids=["b", "a"], minor=[500, 2_999], currency="USD", days=[738_947, 738_946])
    assert (True, True, False) == (columns().says(turned), turned.says(turned), columns().says(columns(minor=[1, 500])))
