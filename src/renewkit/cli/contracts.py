"""Importing contracts from a CSV file: good rows are loaded, bad ones are named with line, field, value and remedy.

Columns: `contract`, `customer`, `name`, `currency`, `price`, `every` and `anchor` are required; `email`, `agent` (the
address of who looks after the customer), `zone`, `locale`, `trade`, `item`, `quantity`, `tiers` (`10:5.00;*:3.50`,
graduated), `intro_price`, `intro_periods`, `day`, `starts_on` (the first day that is billed here, for a contract taken
over), `ends_on`, `instrument` and its `network` and `region`, `places` (whose law asks for notices: `US-CA`, or several
with a `;`) and `late_fee` (`0.02` of what is unpaid, ten days after it was due) may be there. Importing the same file
again changes nothing.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import attrs
from babel import Locale, UnknownLocaleError

from renewkit.adapters.sandbox import read_script
from renewkit.books.customer import Contact, Customer
from renewkit.books.jurisdiction import Jurisdiction
from renewkit.books.subscription import Collection, Item, Subscription, Terms
from renewkit.books.trades import TRADES
from renewkit.cli.csv_file import BadField, Row, civil_day, read_rows, whole_number, write_rejected
from renewkit.errors import InputError, RangeError, StateError
from renewkit.policies.cycle import ANNUAL, DAILY, MONTHLY, QUARTERLY, SEMIANNUAL, WEEKLY, BillingCycle, Every
from renewkit.policies.fees import LateFees, PercentFee
from renewkit.policies.pricing import Flat, Graduated, PerUnit, Phase, Price, PriceSchedule, Tier
from renewkit.values.decline import Instrument
from renewkit.values.money import ExactMoney, money

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from moneyed import Money

    from renewkit.cli.csv_file import Rejected
    from renewkit.renewals import Renewals

__all__ = ["CADENCES", "REQUIRED", "ImportReport", "cadence", "import_contracts", "read_contract"]

REQUIRED: Final = ("contract", "customer", "name", "currency", "price", "every", "anchor")
_OPTIONAL: Final = (
    "email", "agent", "zone", "locale", "trade", "item", "quantity", "tiers", "intro_price", "intro_periods", "day",
    "starts_on", "ends_on", "instrument", "network", "region", "places", "late_fee",
)  # fmt: skip
_FEE_GRACE: Final = 10
_LETTERS: Final = 2
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
    path: Path, renewals: Renewals, *, known: Mapping[str, Subscription], step: Callable[[], None] = lambda: None
) -> ImportReport:
    """Load the contracts of a file into a book; `known` are the contracts that it holds already.

    Bad rows are collected in `FILE.rejected.csv` beside the file. Raises `OSError` where a file cannot be read or
    written.
    """
    rows, rejected = read_rows(path, REQUIRED, _OPTIONAL, unique="contract")
    loaded = unchanged = 0
    customers: dict[str, tuple[int, Customer]] = {}
    for row in rows:
        step()
        try:
            customer, contract = read_contract(row)
            is_known = _is_known(row, contract, known)
            _agree(row, customer, customers)
            renewals.save(customer)
            renewals.subscribe(contract)
        except BadField as bad:
            rejected.append(bad.rejected)
        except (InputError, StateError) as error:
            rejected.append(row.reject("contract", error.expected, error.remedy))
        else:
            unchanged += is_known
            loaded += not is_known
    rejected.sort(key=lambda row: row.line)
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
            locale=row.read("locale", _locale),
            contacts=(Contact("email", row.text("email")),) if row.text("email") else (),
            instrument=_instrument(row) if instrument else None,
            agent=Contact("email", row.text("agent")) if row.text("agent") else None,
        ),
    )
    cycle = _cycle(row, customer.zone)
    terms = row.read("trade", _terms)
    if instrument and terms.collection is Collection.INVOICE:
        terms = attrs.evolve(terms, collection=Collection.CHARGE)
    elif not instrument and terms.collection is Collection.CHARGE:
        terms = attrs.evolve(terms, collection=Collection.INVOICE)
    terms = attrs.evolve(
        terms, jurisdiction=row.read("places", _jurisdiction), late_fees=row.read("late_fee", _late_fee)
    )
    price = _price(row)
    item = row.build(
        "quantity", lambda: Item(row.text("item") or "service", price, quantity=row.text("quantity") or "1")
    )
    contract = row.build(
        "contract",
        lambda: Subscription(
            row.text("contract"),
            customer.id,
            items=(item,),
            cycle=cycle,
            terms=terms,
            trade=row.text("trade"),
            starts_on=row.read("starts_on" if row.text("starts_on") else "anchor", civil_day),
            ends_on=row.read("ends_on", civil_day) if row.text("ends_on") else None,
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


def _is_known(row: Row, contract: Subscription, known: Mapping[str, Subscription]) -> bool:
    """Whether the contract stands in the book as it is; `BadField` where another one has its id."""
    there = known.get(contract.id)
    if there is None:
        return False
    if attrs.evolve(there, standing=contract.standing) != contract:
        raise row.bad(
            "contract", "an id that no other contract in the database has", "give the contract an id of its own"
        )
    return True


def _agree(row: Row, customer: Customer, customers: dict[str, tuple[int, Customer]]) -> None:
    """Refuse a customer of whom an earlier row of the file says something else."""
    line, said = customers.setdefault(customer.id, (row.line, customer))
    if said != customer:
        raise row.bad("customer", f"the same customer as on line {line}", "write name, address and card alike in both")


def _cycle(row: Row, zone: str) -> BillingCycle:
    anchor = row.read("anchor", civil_day)
    every = row.read("every", cadence)
    day = row.read("day", whole_number) if row.text("day") else None
    return row.build("day", lambda: BillingCycle(anchor, every, day=day, zone=zone))


def _terms(trade: str) -> Terms:
    if trade and trade not in TRADES:
        raise ValueError(f"one of {', '.join(TRADES)}, or nothing")
    return TRADES.get(trade, Terms())


def _jurisdiction(text: str) -> Jurisdiction | None:
    places = tuple(filter(None, (place.strip() for place in text.split(";"))))
    return Jurisdiction(places) if places else None


def _late_fee(text: str) -> LateFees | None:
    return LateFees((PercentFee(text),), grace_days=_FEE_GRACE) if text else None


def _price(row: Row) -> Price | PriceSchedule:
    code = row.text("currency")
    amount = row.read("price", lambda text: money(text, code), fields={"UnknownCurrencyError": "currency"})
    _refuse_negative(row, "price", amount)
    if row.text("tiers"):
        return row.read("tiers", lambda text: Graduated(_tiers(text, code)))
    standard: Price = PerUnit(amount) if row.text("quantity") else Flat(amount)
    if not row.text("intro_price"):
        return standard
    intro = row.read("intro_price", lambda text: money(text, code))
    _refuse_negative(row, "intro_price", intro)
    periods = row.read("intro_periods", lambda text: whole_number(text or "1"))
    return row.build("intro_periods", lambda: PriceSchedule((Phase(Flat(intro), periods=periods), Phase(standard))))


def _refuse_negative(row: Row, field: str, amount: Money) -> None:
    if amount.amount < 0:
        raise row.bad(field, "a price of 0 or more", "write a discount as a price change, not as a negative price")


def _tiers(text: str, code: str) -> tuple[Tier, ...]:
    return tuple(_tier(step, code) for step in text.split(";"))


def _tier(step: str, code: str) -> Tier:
    bound, unit = (part.strip() for part in step.partition(":")[::2])
    price = ExactMoney(unit, code)
    if price.amount < 0:
        raise RangeError("a price of 0 or more in every tier", unit, "correct the tier")
    return Tier(up_to=None if bound == "*" else whole_number(bound), unit=price)


def _locale(text: str) -> str:
    try:
        Locale.parse((text or "en").replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        raise ValueError("a locale such as en, de_DE or zh_TW") from None
    return text or "en"


def _instrument(row: Row) -> Instrument:
    row.read("instrument", read_script)
    return Instrument(row.text("instrument"), row.text("network") or None, region=row.read("region", _region))


def _region(text: str) -> str | None:
    if text and not (len(text) == _LETTERS and text.isascii() and text.isalpha() and text.isupper()):
        raise ValueError("two capital letters of ISO 3166 such as US, or nothing")
    return text or None
