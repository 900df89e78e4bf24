"""From a row of a file to a customer and a contract."""

from datetime import date
from pathlib import Path

import pytest

from renewkit.books.subscription import Collection
from renewkit.cli.contracts import cadence, import_contracts, read_contract
from renewkit.cli.csv_file import BadField, Row
from renewkit.cli.sandbox import open_sandbox
from renewkit.policies.pricing import Flat, Graduated, PerUnit, PriceSchedule
from renewkit.values.decline import Instrument

PLAIN = {
    "contract": "k-1",
    "customer": "c-1",
    "name": "Ada",
    "currency": "USD",
    "price": "12.00",
    "every": "month",
    "anchor": "2024-01-31",
}


def contract(**cells: str):
    """Read a row that is plain but for some cells."""
    return read_contract(Row(2, PLAIN | cells))


def test_a_plain_row_is_a_contract_that_is_paid_by_transfer() -> None:
    """Without an instrument there is nothing to charge, so the contract is invoiced."""
    customer, subscription = contract()
    assert Collection.INVOICE is subscription.terms.collection
    assert (None, (), "en", "UTC") == (customer.instrument, customer.contacts, customer.locale, customer.zone)
    assert "service" == subscription.items[0].id


def test_an_instrument_is_charged() -> None:
    """With an instrument the contract is charged, whatever its trade is used to."""
    _, subscription = contract(instrument="sbx_ok:1", trade="insurance")
    assert Collection.CHARGE is subscription.terms.collection


def test_a_contract_says_whose_law_binds_it_and_what_paying_late_costs() -> None:
    """Neither is guessed; a place that is none and a fee that is no number are rejected with their field."""
    _, bound = contract(places="US-CA; US-NY", late_fee="0.02")
    _, plain = contract()
    assert bound.terms.jurisdiction is not None
    assert (("US-CA", "US-NY"), 10) == (bound.terms.jurisdiction.places, bound.terms.late_fees.grace_days)
    assert (None, None) == (plain.terms.jurisdiction, plain.terms.late_fees)


def test_an_instrument_has_a_network_and_a_region() -> None:
    """They choose the network rules that bind it."""
    customer, _ = contract(instrument="sbx_ok:1", network="visa", region="TW")
    assert Instrument("sbx_ok:1", "visa", region="TW") == customer.instrument


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({}, Flat),
        ({"quantity": "3"}, PerUnit),
        ({"quantity": "3", "tiers": "10:5.00;*:3.505"}, Graduated),
        ({"intro_price": "1.00", "intro_periods": "12"}, PriceSchedule),
    ],
)
def test_the_columns_say_what_kind_of_price_it_is(cells: dict[str, str], kind: type) -> None:
    """Flat, by unit, graduated, or a promotional price first."""
    assert kind is type(contract(**cells)[1].items[0].price)


def test_a_contract_that_is_taken_over_starts_later_than_its_anchor() -> None:
    """The anchor keeps the rhythm, `starts_on` says from when on it is billed here, and `ends_on` when it ends."""
    _, subscription = contract(anchor="2022-05-31", starts_on="2024-01-31", ends_on="2024-12-31", day="31")
    assert date(2022, 5, 31) == subscription.cycle.anchor
    assert (date(2024, 1, 31), date(2024, 12, 31)) == (subscription.starts_on, subscription.ends_on)


@pytest.mark.parametrize(
    ("field", "value", "cells"),
    [
        ("quantity", "-1", {}),
        ("quantity", "many", {}),
        ("tiers", "nonsense", {}),
        ("tiers", "x:5", {}),
        ("tiers", "10:-5;*:3", {}),
        ("tiers", "10:5;5:3", {}),
        ("intro_price", "-1", {}),
        ("late_fee", "much", {}),
        ("intro_periods", "0", {"intro_price": "1"}),
        ("intro_periods", "a year", {"intro_price": "1"}),
        ("day", "32", {}),
        ("day", "last", {}),
        ("zone", "Mars/Olympus", {}),
        ("locale", "xx_YY", {}),
        ("trade", "shoes", {}),
        ("starts_on", "soon", {}),
        ("ends_on", "later", {}),
        ("instrument", "pm_real", {}),
        ("region", "Taiwan", {"instrument": "sbx_ok"}),
        ("region", "tw", {"instrument": "sbx_ok"}),
    ],
)
def test_the_field_that_is_wrong_is_the_one_that_is_blamed(field: str, value: str, cells: dict[str, str]) -> None:
    """Each optional column has its own complaint, under its own name."""
    with pytest.raises(BadField) as bad:
        contract(**cells, **{field: value})
    assert (field, value) == (bad.value.rejected.field, bad.value.rejected.value)


@pytest.mark.parametrize("text", ["18 months", "10 days", "2 years", "1 week", "month"])
def test_a_cadence_is_read_in_words(text: str) -> None:
    """A name, or a count and a unit."""
    assert text.rsplit(maxsplit=1)[-1].rstrip("s") in str(cadence(text))


def test_a_contract_that_came_in_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    """Where the book holds another contract under the id, and the import did not know, the row is rejected."""
    file = tmp_path / "some.csv"
    with open_sandbox(f"sqlite:///{tmp_path / 'book.db'}", create=True) as sandbox:
        for price in ("12.00", "13.00"):
            file.write_text(",".join(PLAIN) + "\n" + ",".join((PLAIN | {"price": price}).values()) + "\n", "utf-8")
            report = import_contracts(file, sandbox.renewals, known={})
    assert ["contract"] == [row.field for row in report.rejected]
