"""Standing orders of a real bank, month by month: every due date predicted, every payment found, nothing guessed.

    python examples/standing_orders.py FOLDER --db book.db --json result.json

FOLDER holds `orders.csv`, `transactions.csv` and `accounts.csv` as published for the PKDD'99 discovery challenge
(fields separated by semicolons, dates as YYMMDD, amounts in CZK). Each order with at least one payment becomes a
monthly contract, which its first payment activates. From then on the invoice of each period is issued *before* the
bank lines of its day are read, and the day's lines are matched to open invoices by `reconcile`: a payer's order is
paid when payer, payee account and amount agree. Lines that pay no order (cash, cards, interest, salaries) must stay
unexpected.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from datetime import time as time_of_day
from pathlib import Path

import attrs

from renewkit import Customer, Entry, Flat, Item, MatchRules, Renewals, Subscription, Terms, reconcile
from renewkit.adapters.bank_transfer import BankTransfer
from renewkit.adapters.clock import VirtualClock
from renewkit.adapters.sql import SqlStorage
from renewkit.books.invoice import Payment
from renewkit.books.subscription import Collection
from renewkit.effects.outcome import Sent
from renewkit.policies.cycle import MONTHLY, BillingCycle
from renewkit.ports.storage import InvoicesOf, OpenInvoices
from renewkit.testing.fakes import FunctionMessenger
from renewkit.values.money import money

ZONE = "Europe/Prague"
NOON = time_of_day(12)
BOOK = "standing-orders"
# A standing order is carried out on its day or, over a weekend or holiday, a few days later; never before.
RULES = MatchRules(early=0, late=6, partial=False)
TERMS = Terms(collection=Collection.INVOICE, grace_days=3_650)


@attrs.frozen
class Order:
    """A payer's instruction: so much to this account, month by month."""

    id: str
    amount: str
    account: str
    payee: str

    @property
    def party(self) -> str:
        """Payer and payee, as a bank line names them."""
        return f"{self.account} to {self.payee}"


@attrs.frozen
class Line:
    """One bank line; `amount` is positive where the account pays."""

    id: str
    on: date
    amount: str
    account: str
    payee: str

    @property
    def entry(self) -> Entry:
        """The line as reconciliation sees it."""
        return Entry(self.id, money(self.amount, "CZK"), self.on, party=f"{self.account} to {self.payee}")


@attrs.define
class Tally:
    """What is counted while the months pass."""

    pairs: list[dict[str, str]] = attrs.Factory(list)
    matched: set[str] = attrs.Factory(set)
    wrong: int = 0
    unexpected: int = 0
    doubtful: int = 0
    on_the_day: int = 0


def main() -> int:
    """Live through the months of a folder, write what was counted, and tell it in one line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--db", type=Path, required=True, help="the SQLite file to create")
    parser.add_argument("--json", type=Path, required=True, dest="out", help="where to write the result")
    given = parser.parse_args()
    if given.db.exists():
        parser.error(f"{given.db} is there already: name a file that is not")
    started = time.perf_counter()
    orders, days = read_orders(given.folder / "orders.csv"), read_lines(given.folder / "transactions.csv")
    storage = SqlStorage(f"sqlite:///{given.db}")
    try:
        tally, contracts = live(storage, orders, days)
        invoices = len(storage.load(InvoicesOf(BOOK)))
    finally:
        storage.close()
    lines = [line for day in days.values() for line in day]
    result = {
        "contracts": len(contracts),
        "lines": len(lines),
        "invoices": invoices,
        "matched": len(tally.matched),
        "wrong": tally.wrong,
        "unexpected": tally.unexpected,
        "doubtful": tally.doubtful,
        "orders_lines_unmatched": sum(bool(_ordered(orders, line)) and line.id not in tally.matched for line in lines),
        "due_on_the_day": tally.on_the_day,
        "seconds": round(time.perf_counter() - started, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "pairs": tally.pairs,
    }
    given.out.write_text(json.dumps(result, indent=1), encoding="utf-8")
    print(", ".join(f"{name} {value}" for name, value in result.items() if name != "pairs"))
    return 0


def live(
    storage: SqlStorage, orders: dict[tuple[str, str], list[Order]], days: dict[date, list[Line]]
) -> tuple[Tally, dict[str, Order]]:
    """Let every day issue its invoices, then read its bank lines; return the tally and the contracts by id."""
    clock = VirtualClock(datetime.combine(min(days), datetime.min.time(), UTC))
    renewals = Renewals(
        storage=storage,
        payments=BankTransfer(),
        messaging=FunctionMessenger(lambda message: Sent(message.key)),
        clock=clock,
        book=BOOK,
    )
    contracts: dict[str, Order] = {}
    tally = Tally()
    for day in sorted(days):
        clock.move_to(datetime(day.year, day.month, day.day, 6, tzinfo=UTC))
        for line in days[day]:
            for order in _ordered(orders, line):
                if order.id not in contracts:
                    contracts[order.id] = order
                    activate(renewals, order, line.on)
        renewals.tick()
        match(storage, renewals, contracts, days[day], tally)
    return tally, contracts


def activate(renewals: Renewals, order: Order, on: date) -> None:
    """Make the contract that an order's first payment reveals."""
    customer = Customer(f"order-{order.id}", order.party, zone=ZONE)
    cycle = BillingCycle(on, MONTHLY, zone=ZONE)
    item = Item("instalment", Flat(money(order.amount, "CZK")))
    renewals.save(customer)
    renewals.subscribe(
        Subscription(order.id, customer.id, items=(item,), cycle=cycle, terms=TERMS, trade="standing order")
    )


def match(
    storage: SqlStorage, renewals: Renewals, contracts: dict[str, Order], lines: list[Line], tally: Tally
) -> None:
    """Match the lines of a day to the open invoices, and record what is certain."""
    invoices = {bill.id: bill for bill in storage.load(OpenInvoices(BOOK))}
    expected = [
        Entry(bill.id, bill.open, bill.due_on, party=contracts[bill.subscription_id].party)
        for bill in invoices.values()
    ]
    by_id = {line.id: line for line in lines}
    result = reconcile(expected, [line.entry for line in lines], rules=RULES)
    payments = [
        (
            invoice_id,
            Payment(
                line_id,
                by_id[line_id].entry.amount,
                at=datetime.combine(by_id[line_id].on, NOON, UTC),
                method="bank_transfer",
            ),
        )
        for invoice_id, line_id in result.pairs()
    ]
    renewals.record_payments(payments)
    for invoice_id, payment in payments:
        invoice, line = invoices[invoice_id], by_id[payment.id]
        order = contracts[invoice.subscription_id]
        tally.matched.add(line.id)
        tally.wrong += (order.account, order.payee, order.amount) != (line.account, line.payee, line.amount)
        tally.on_the_day += invoice.due_on == line.on
        tally.pairs.append(
            {
                "order_id": order.id,
                "trans_id": line.id,
                "invoice": invoice_id,
                "issued_on": invoice.issued_on.isoformat(),
                "due_on": invoice.due_on.isoformat(),
            }
        )
    tally.unexpected += len(lines) - len(payments)
    tally.doubtful += sum(len(tie.received) for tie in result.ambiguous)


def read_orders(path: Path) -> dict[tuple[str, str], list[Order]]:
    """Return the orders by payer and payee."""
    orders: dict[tuple[str, str], list[Order]] = defaultdict(list)
    for row in _rows(path):
        order = Order(row["order_id"], row["amount"], row["account_id"], f"{row['bank_to']}/{row['account_to']}")
        orders[order.account, order.payee].append(order)
    return orders


def read_lines(path: Path) -> dict[date, list[Line]]:
    """Return the bank lines by day; what an account receives is negative, because it is no money to a payee."""
    days: dict[date, list[Line]] = defaultdict(list)
    for row in _rows(path):
        on = datetime.strptime(f"19{row['date']}", "%Y%m%d").date()
        amount = row["amount"] if row["type"] != "PRIJEM" else f"-{row['amount']}"
        days[on].append(Line(row["trans_id"], on, amount, row["account_id"], f"{row['bank']}/{row['account']}"))
    return days


def _ordered(orders: dict[tuple[str, str], list[Order]], line: Line) -> list[Order]:
    return [order for order in orders.get((line.account, line.payee), ()) if order.amount == line.amount]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter=";")


if __name__ == "__main__":
    sys.exit(main())
