"""Importing contracts from a CSV file: good rows are loaded, bad ones are named with line, field, value and remedy.

Columns: `contract`, `customer`, `name`, `currency`, `price`, `every` and `anchor` are required; `email`, `agent` (the
address of who looks after the customer), `zone`, `locale`, `trade`, `item`, `quantity`, `tiers` (`10:5.00;*:3.50`,
graduated), `intro_price`, `intro_periods`, `day`, `starts_on` (the first day that is billed here, for a contract that is
taken over), `ends_on` and `instrument` may be there. Importing the same file again changes nothing.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import attrs

from renewkit.books.customer import Contact, Customer
from renewkit.books.subscription import Collection, Item, Subscription, Terms
from renewkit.books.trades import TRADES
from renewkit.cli.csv_file import BadField, Row, read_rows, write_rejected
from renewkit.errors import RenewkitError
from renewkit.policies.cycle import ANNUAL, DAILY, MONTHLY, QUARTERLY, SEMIANNUAL, WEEKLY, BillingCycle, Every
from renewkit.policies.pricing import Flat, Graduated, PerUnit, Phase, Price, PriceSchedule, Tier
from renewkit.values.decline import Instrument
from renewkit.values.money import ExactMoney, money

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from renewkit.cli.csv_file import Rejected
    from renewkit.renewals import Renewals

__all__ = ["CADENCES", "REQUIRED", "ImportReport", "cadence", "import_contracts", "read_contract"]

REQUIRED: Final = ("contract", "customer", "name", "currency", "price", "every", "anchor")
_OPTIONAL: Final = (
    "email", "agent", "zone", "locale", "trade", "item", "quantity", "tiers", "intro_price", "intro_periods", "day",
    "starts_on", "ends_on", "instrument",
)  # fmt: skip
CADENCES: Final[dict[str, Every]] = {
    "day": DAILY,
    "week": WEEKLY,
    "month": MONTHLY,
    "quarter": QUARTERLY,
    "half-year": SEMIANNUAL,
    "year": ANNUAL,
}
"""The cadences by name; `3 months`, `10 days` and the like are read too."""


@attrs.frozen(kw_only=True)
class ImportReport:
    """What an import did: contracts loaded, those that stood there already, and the rows that were rejected."""

    loaded: int
    unchanged: int
    rejected: tuple[Rejected, ...]
    rejected_file: Path | None


def import_contracts(
    path: Path, renewals: Renewals, *, known: dict[str, Subscription], step: Callable[[], None] = lambda: None
) -> ImportReport:
    """Load the contracts of a file into a book; `known` are the contracts that it holds already.

    Bad rows are collected in `FILE.rejected.csv` beside the file. Raises `OSError` where a file cannot be read or
    written.
    """
    rows, rejected = read_rows(path, REQUIRED, _OPTIONAL, unique="contract")
    loaded = unchanged = 0
    for row in rows:
        step()
        try:
            customer, contract = read_contract(row)
            is_known = contract.id in known and attrs.evolve(known[contract.id], standing=contract.standing) == contract
            renewals.save(customer)
            renewals.subscribe(contract)
        except BadField as bad:
            rejected.append(bad.rejected)
        except RenewkitError as error:
            rejected.append(row.reject("contract", error.expected, error.remedy))
        else:
            unchanged += is_known
            loaded += not is_known
    rejected_file = write_rejected(path, rejected)
    return ImportReport(loaded=loaded, unchanged=unchanged, rejected=tuple(rejected), rejected_file=rejected_file)


def read_contract(row: Row) -> tuple[Customer, Subscription]:
    """Return the customer and the contract of a row; `BadField` names the field that does not read."""
    instrument = row.text("instrument")
    customer = row.build(
        "customer",
        lambda: Customer(
            row.text("customer"),
            row.text("name"),
            zone=row.read("zone", lambda text: BillingCycle(date(2024, 1, 1), MONTHLY, zone=text or "UTC").zone),
            locale=row.text("locale") or "en",
            contacts=(Contact("email", row.text("email")),) if row.text("email") else (),
            instrument=row.read("instrument", Instrument) if instrument else None,
            agent=Contact("email", row.text("agent")) if row.text("agent") else None,
        ),
    )
    cycle = _cycle(row, customer.zone)
    terms = row.read("trade", _terms)
    if instrument and terms.collection is Collection.INVOICE:
        terms = attrs.evolve(terms, collection=Collection.CHARGE)
    elif not instrument and terms.collection is Collection.CHARGE:
        terms = attrs.evolve(terms, collection=Collection.INVOICE)
    item = Item(row.text("item") or "service", _price(row), quantity=row.read("quantity", lambda text: text or "1"))
    contract = row.build(
        "contract",
        lambda: Subscription(
            row.text("contract"),
            customer.id,
            items=(item,),
            cycle=cycle,
            terms=terms,
            trade=row.text("trade"),
            starts_on=row.read("starts_on" if row.text("starts_on") else "anchor", date.fromisoformat),
            ends_on=row.read("ends_on", date.fromisoformat) if row.text("ends_on") else None,
        ),
    )
    return customer, contract


def cadence(text: str) -> Every:
    """Return the cadence that a word names: `month`, `year`, `3 months`, `10 days`.

    >>> str(cadence("18 months"))
    'every 18 months'
    """
    if text in CADENCES:
        return CADENCES[text]
    count, _, unit = text.partition(" ")
    if unit.rstrip("s") not in {"day", "week", "month", "year"} or not count.isdigit():
        raise ValueError(f"one of {', '.join(CADENCES)}, or a count and a unit such as '18 months'")
    return Every(**{f"{unit.rstrip('s')}s": int(count)})


def _cycle(row: Row, zone: str) -> BillingCycle:
    anchor = row.read("anchor", date.fromisoformat)
    every = row.read("every", cadence)
    day = row.read("day", int) if row.text("day") else None
    return row.build("day", lambda: BillingCycle(anchor, every, day=day, zone=zone))


def _terms(trade: str) -> Terms:
    if trade and trade not in TRADES:
        raise ValueError(f"one of {', '.join(TRADES)}, or nothing")
    return TRADES.get(trade, Terms())


def _price(row: Row) -> Price | PriceSchedule:
    code = row.text("currency")
    amount = row.read("price", lambda text: money(text, code), fields={"UnknownCurrencyError": "currency"})
    if amount.amount < 0:
        raise row.bad("price", "a price of 0 or more", "write a discount as a price change, not as a negative price")
    if row.text("tiers"):
        return row.read("tiers", lambda text: Graduated(_tiers(text, code)))
    standard: Price = PerUnit(amount) if row.text("quantity") else Flat(amount)
    if not row.text("intro_price"):
        return standard
    intro = row.read("intro_price", lambda text: money(text, code))
    periods = row.read("intro_periods", lambda text: int(text or "1"))
    return row.build("intro_periods", lambda: PriceSchedule((Phase(Flat(intro), periods=periods), Phase(standard))))


def _tiers(text: str, code: str) -> tuple[Tier, ...]:
    tiers = []
    for step in text.split(";"):
        bound, _, unit = step.partition(":")
        tiers.append(Tier(up_to=None if bound.strip() == "*" else int(bound), unit=ExactMoney(unit.strip(), code)))
    return tuple(tiers)
