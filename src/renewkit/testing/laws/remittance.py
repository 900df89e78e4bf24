"""Laws of remittances: every line ends in one place, its money is neither lost nor made, and it is booked once.

>>> from renewkit.books.remittance import remit
>>> from renewkit.testing.storage.samples import contract, invoice
>>> from renewkit.values.entry import Entry
>>> bill = invoice(contract())
>>> lines = [Entry("l1", bill.total, bill.due_on, reference=bill.reference)]
>>> def plain(invoices, lines):
...     return remit(invoices, lines, names={})
>>> every_line_has_one_place(plain, [bill], lines)
>>> money_is_conserved(plain, [bill], lines)
>>> a_line_is_booked_once(plain, [bill], lines)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from renewkit.books.invoice import Invoice
from renewkit.books.remittance import Remittance
from renewkit.values.entry import Entry
from renewkit.values.money import to_minor

__all__ = ["Remit", "a_line_is_booked_once", "booked", "every_line_has_one_place", "money_is_conserved"]

Remit = Callable[[Sequence[Invoice], Sequence[Entry]], Remittance]
"""Invoices and the lines of a statement to what is booked and what is not."""


def booked(invoices: Sequence[Invoice], remittance: Remittance) -> list[Invoice]:
    """Return the invoices with the payments of a remittance booked, in its order."""
    known = {bill.id: bill for bill in invoices}
    for invoice_id, payment in remittance.payments:
        known[invoice_id] = known[invoice_id].receive(payment)
    return list(known.values())


def every_line_has_one_place(remit: Remit, invoices: Sequence[Invoice], lines: Sequence[Entry]) -> None:
    """A line is paid out whole, booked before, or left to a person for one reason: never two of these, never none."""
    found = remit(invoices, lines)
    result = found.result
    places = Counter(
        [
            *{payment.id for _, payment in found.payments},
            *found.booked_before,
            *(name for held in found.held for name in held.received),
            *(entry.id for entry in result.unexpected),
            *(name for tie in result.ambiguous for name in tie.received),
        ]
    )
    assert places == Counter(line.id for line in lines), f"{places} for {[line.id for line in lines]}"


def money_is_conserved(remit: Remit, invoices: Sequence[Invoice], lines: Sequence[Entry]) -> None:
    """The payments of a line sum to the line, each in the line's currency, and the invoices hold exactly these."""
    found = remit(invoices, lines)
    given: Counter[str] = Counter()
    for _, payment in found.payments:
        given[payment.id] += to_minor(payment.amount)
    owed = {line.id: line.amount for line in lines}
    for name, minor in given.items():
        assert minor == to_minor(owed[name]), f"{minor} booked of {owed[name]}, which is {name}"
    after = booked(invoices, found)
    came = _received(after) - _received(invoices)
    assert came == sum(given.values()), f"{came} in the invoices, {sum(given.values())} in payments"


def a_line_is_booked_once(remit: Remit, invoices: Sequence[Invoice], lines: Sequence[Entry]) -> None:
    """The same lines again book nothing of what is booked, even where the first run was broken off half-way."""
    first = remit(invoices, lines)
    owed = {line.id: to_minor(line.amount) for line in lines}
    for done in range(len(first.payments) + 1):
        after = list(invoices)
        for invoice_id, payment in first.payments[:done]:
            after = [bill.receive(payment) if bill.id == invoice_id else bill for bill in after]
        after = booked(after, remit(after, lines))
        sums: Counter[str] = Counter()
        for bill in after:
            for payment in bill.payments:
                sums[payment.id] += to_minor(payment.amount)
        over = {name: minor for name, minor in sums.items() if minor > owed.get(name, minor)}
        assert not over, f"more is booked than came in: {over} of {owed}, broken off after {done}"


def _received(invoices: Sequence[Invoice]) -> int:
    return sum(to_minor(payment.amount) for bill in invoices for payment in bill.payments)
