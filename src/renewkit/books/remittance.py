"""Remittances: what money that came in does to the invoices of a book, decided before anything is booked.

Open invoices are the expected side of a reconciliation, the lines of a statement the received one. What matches becomes
payments whose ids are those of the lines, so that booking twice books once; what pays a second time is booked as
excess; everything else is left to a person. See also: cash application, lockbox, 銷帳.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Final

import attrs

from renewkit.books.invoice import InvoiceState, Payment
from renewkit.policies.reconcile import (
    Confidence,
    Confirm,
    MatchRules,
    Reject,
    Rule,
    Settled,
    Todo,
    WorkItem,
    reconcile,
)
from renewkit.values.entry import Entry
from renewkit.values.moments import civil_date
from renewkit.values.money import from_minor, to_minor

if TYPE_CHECKING:
    from renewkit.books.invoice import Invoice
    from renewkit.policies.reconcile import Decision, Match, Reconciliation

__all__ = ["Held", "Remittance", "remit", "rules_for"]

_NOON: Final = time(12)
_TRUST: Final = tuple(Confidence)
_PAYOUTS: Final = (Rule.PAYOUT, Rule.SETTLEMENT)


@attrs.frozen
class Held:
    """Entries that belong together but are not booked by themselves, and why.

    >>> Held(("inv_1",), ("line_9",), why="the money came in another currency").received
    ('line_9',)
    """

    expected: tuple[str, ...]
    received: tuple[str, ...]
    why: str = attrs.field(kw_only=True)


@attrs.frozen(kw_only=True)
class Remittance:
    """What is to be booked, and what is left to a person.

    `payments` are (invoice id, payment), in the order in which they are booked; the payments of one line sum to the
    line. `booked_before` are the lines that the book holds already, `held` what matched and waits for a person.
    `expected` and `received` are the two sides as they were matched.
    """

    result: Reconciliation
    expected: tuple[Entry, ...]
    received: tuple[Entry, ...]
    payments: tuple[tuple[str, Payment], ...]
    held: tuple[Held, ...]
    booked_before: tuple[str, ...]

    def work(self, on: date) -> tuple[WorkItem, ...]:
        """Return what a person has to do as of a day, oldest first: nobody is chased before an invoice is overdue."""
        day = civil_date(on)
        days = {entry.id: entry.on for entry in self.received}
        items = [item for item in self.result.work(day) if item.todo is not Todo.CHASE or (item.age or 0) > 0]
        for match in self.result.matched:
            if rest := _left_open(match):
                age = (day - match.certificate.expected[0].on).days
                why = f"{rest} minor units stay open, which were kept on the way or are within tolerance"
                items.append(WorkItem(Todo.REVIEW, match.expected, why=why, age=age))
        for held in self.held:
            age = max((day - days[name]).days for name in held.received)
            about = (*held.expected, *held.received)
            items.append(WorkItem(Todo.REVIEW, about, why=f"not booked: {held.why}", age=age))
        return tuple(sorted(items, key=lambda item: (item.age is None, -(item.age or 0), item.about, item.why)))


def remit(
    invoices: Iterable[Invoice],
    lines: Iterable[Entry],
    *,
    names: Mapping[str, str],
    rules: MatchRules | None = None,
    decisions: Iterable[Decision] = (),
    least: Confidence = Confidence.FAIR,
) -> Remittance:
    """Match lines to the invoices of a book, and return what is to be booked and what is not.

    `invoices` are the open ones and those that lines may pay again; `names` are the customers' by id. Without `rules`
    those of `rules_for` hold. Matches of less confidence than `least` are held, and so are lines that name an invoice
    which is void or written off, unless a person confirms them. Nothing is booked here; `Invoice.receive` does, and
    does it once.
    """
    bills, decided = {bill.id: bill for bill in invoices}, tuple(decisions)
    said = [decision for decision in decided if isinstance(decision, Confirm)]
    came, before, apart = _unbooked(bills.values(), lines)
    late = _late(bills.values(), came, {name for each in said for name in each.received})
    fresh = [line for line in came if line.id not in late]
    entries, settled = _expected(bills.values(), names, {name for each in said for name in each.expected})
    result = reconcile(entries, fresh, rules=rules or rules_for(bills.values()), decisions=(*settled, *apart, *decided))
    held = {match.expected: held for match in result.matched if (held := _held(match, least))}
    waiting = {name for expected in held for name in expected}
    lines_by_id = {line.id: line for line in fresh}
    payments = [
        (invoice_id, _payment(line, minor))
        for match in result.matched
        if match.expected not in held
        for invoice_id, line, minor in _shares(match)
    ]
    repeats = []
    for repeat in result.duplicates:
        if repeat.expected in waiting:
            why = f"what pays {repeat.expected} first is not booked yet"
            repeats.append(Held((repeat.expected,), (repeat.received,), why=why))
        else:
            line = lines_by_id[repeat.received]
            payments.append((repeat.expected, _payment(line, to_minor(line.amount))))
    return Remittance(
        result=result,
        expected=tuple(entries),
        received=tuple(came),
        payments=tuple(payments),
        held=(*held.values(), *repeats, *late.values()),
        booked_before=tuple(sorted(before)),
    )


def rules_for(invoices: Iterable[Invoice]) -> MatchRules:
    """Return the default rules, with a window that opens as long before the due day as any of the invoices was issued.

    Whoever has an invoice may pay it. A policy that is billed a month ahead is often paid a month ahead.
    """
    ahead = max((bill.due_on.toordinal() - bill.issued_on.toordinal() for bill in invoices), default=0)
    rules = MatchRules()
    return attrs.evolve(rules, early=max(rules.early, ahead))


def _expected(
    invoices: Iterable[Invoice], names: Mapping[str, str], confirmed: set[str]
) -> tuple[list[Entry], list[Settled]]:
    """Return what is waited for, and what was paid before, so that a second payment is recognised."""
    entries, settled = [], []
    for bill in invoices:
        is_settled = bill.state is InvoiceState.FINALISED and bill.is_paid and to_minor(bill.total) > 0
        is_awaited = bill.is_open or (bill.id in confirmed and _is_closed(bill))
        if is_awaited or is_settled:
            amount, party = bill.open if is_awaited else bill.total, names.get(bill.customer_id)
            entries.append(Entry(bill.id, amount, bill.due_on, reference=bill.reference, party=party))
        if is_settled:
            settled.append(Settled(bill.id))
    return entries, settled


def _is_closed(bill: Invoice) -> bool:
    """Whether nobody waits for the money of an invoice any more that was not paid."""
    is_final = bill.state is InvoiceState.VOID or (
        bill.state is InvoiceState.FINALISED and bill.written_off is not None
    )
    return is_final and to_minor(bill.open) > 0


def _late(invoices: Iterable[Invoice], lines: Iterable[Entry], confirmed: set[str]) -> dict[str, Held]:
    """Return the lines that carry the reference of an invoice for which nobody waits any more, letter for letter."""
    closed = {bill.reference: bill for bill in invoices if _is_closed(bill)}
    late = {}
    for line in lines if closed else ():
        named = (closed[word] for word in (line.reference, *line.text.split()) if word in closed)
        if line.id not in confirmed and (bill := next(named, None)):
            state = "void" if bill.state is InvoiceState.VOID else "written off"
            why = f"it names an invoice that is {state}; confirm it, or pay it back"
            late[line.id] = Held((bill.id,), (line.id,), why=why)
    return late


def _unbooked(invoices: Iterable[Invoice], lines: Iterable[Entry]) -> tuple[list[Entry], list[str], list[Reject]]:
    """Return the lines, or what is left of them, that no invoice holds yet; then those that are booked whole.

    A line that was booked in part, because a run was broken off between two customers, never pays the same invoice
    again: the payment would be taken for one that is known.
    """
    booked: dict[str, dict[str, int]] = {}
    for bill in invoices:
        for payment in bill.payments:
            parts = booked.setdefault(payment.id, {})
            parts[bill.id] = parts.get(bill.id, 0) + to_minor(payment.amount)
    known = {bill.id for bill in invoices if bill.is_open or bill.is_paid}
    fresh, before, apart = [], [], []
    for line in lines:
        parts = booked.get(line.id, {})
        rest = to_minor(line.amount) - sum(parts.values())
        if parts and rest <= 0:
            before.append(line.id)
        elif parts:
            fresh.append(attrs.evolve(line, amount=from_minor(rest, line.amount.currency), fee=None))
            apart += [Reject(invoice_id, line.id) for invoice_id in parts if invoice_id in known]
        else:
            fresh.append(line)
    return fresh, before, apart


def _held(match: Match, least: Confidence) -> Held | None:
    proof = match.certificate
    if _TRUST.index(match.confidence) > _TRUST.index(least):
        why = f"the match is {match.confidence.value}, and {least.value} is asked for"
    elif len({entry.amount.currency for entry in (*proof.expected, *proof.received)}) > 1:
        why = "the money came in another currency; book it at the rate that the bank paid"
    elif match.rule in _PAYOUTS:
        why = "a payout is net of fees; what it pays is booked when it is captured"
    elif any(to_minor(entry.amount) <= 0 for entry in (*proof.expected, *proof.received)):
        why = "money that went out is part of it"
    else:
        return None
    return Held(match.expected, match.received, why=why)


def _shares(match: Match) -> Iterator[tuple[str, Entry, int]]:
    """Yield how much of each line goes to which invoice: the oldest first, and what is over to the last."""
    proof = match.certificate
    bills = [(entry.id, to_minor(entry.amount)) for entry in sorted(proof.expected, key=_age)]
    at, room = 0, bills[0][1]
    for line in sorted(proof.received, key=_age):
        left = to_minor(line.amount)
        while left:
            if not room and at < len(bills) - 1:
                at, room = at + 1, bills[at + 1][1]
            is_last = at == len(bills) - 1
            share = left if is_last else min(left, room)
            yield bills[at][0], line, share
            left, room = left - share, room - share


def _age(entry: Entry) -> tuple[date, str]:
    return entry.on, entry.id


def _payment(line: Entry, minor: int) -> Payment:
    amount = from_minor(minor, line.amount.currency)
    return Payment(line.id, amount, at=datetime.combine(line.on, _NOON, tzinfo=UTC), method="bank_transfer")


def _left_open(match: Match) -> int:
    """Return what stays open although the evidence explains it: a fee on the way, a difference within tolerance."""
    proof = match.certificate
    return 0 if match.rule in {*_PAYOUTS, Rule.FX} else max(proof.fee + proof.write_off, 0)
