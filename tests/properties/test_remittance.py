"""What always holds of remittances, and that each law can tell."""

from collections.abc import Sequence
from fractions import Fraction

import attrs
import pytest
from hypothesis import given

from renewkit.books.invoice import Invoice, InvoiceState
from renewkit.books.remittance import Remittance, remit
from renewkit.policies.reconcile import Confirm, MatchRules, Rate
from renewkit.testing.laws import remittance as laws
from renewkit.testing.storage.samples import contract, invoice
from renewkit.testing.strategies.reconcile import sides
from renewkit.values.entry import Entry
from renewkit.values.money import ExactMoney, from_minor, to_minor

RULES = MatchRules(tolerance="0.01", flat_fees=(1_000,), rates=(Rate("EUR", "USD", rate="1.1"),))


def bill(entry: Entry) -> Invoice:
    """Return an open invoice that expects what an entry does."""
    plain = invoice(contract(entry.id, entry.party or "nobody"))
    exact = ExactMoney(Fraction(to_minor(entry.amount), 100), entry.amount.currency)
    line = attrs.evolve(plain.lines[0], id=f"item {entry.id}", amount=entry.amount, exact=exact)
    return attrs.evolve(plain, id=entry.id, currency=entry.amount.currency, lines=(line,), due_on=entry.on)


def bills(entries: list[Entry]) -> list[Invoice]:
    """Return an invoice for each entry, of which nobody waits for every fifth any more."""
    closed = ({"written_off": "lapsed"}, {"state": InvoiceState.VOID})
    made = [bill(entry) for entry in entries]
    return [attrs.evolve(one, **closed[at % 2]) if at % 5 == 4 else one for at, one in enumerate(made)]


def book(invoices: Sequence[Invoice], lines: Sequence[Entry]) -> Remittance:
    """Decide with tolerance, a flat fee and a rate, so that every rule has its day."""
    return remit(invoices, lines, names={name.customer_id: name.customer_id for name in invoices}, rules=RULES)


def named(lines: list[Entry], invoices: list[Invoice]) -> list[Entry]:
    """Let every second line carry the reference of an invoice."""
    return [
        attrs.evolve(line, reference=invoices[place % len(invoices)].reference) if invoices and place % 2 else line
        for place, line in enumerate(lines)
    ]


@given(both=sides())
def test_every_line_has_one_place(both: tuple[list[Entry], list[Entry]]) -> None:
    """No line is forgotten, and none is both booked and left to a person."""
    invoices = bills(both[0])
    laws.every_line_has_one_place(book, invoices, named(both[1], invoices))


@given(both=sides())
def test_money_is_conserved(both: tuple[list[Entry], list[Entry]]) -> None:
    """What came in is in the invoices, to the cent."""
    invoices = bills(both[0])
    laws.money_is_conserved(book, invoices, named(both[1], invoices))


@given(both=sides())
def test_a_line_is_booked_once(both: tuple[list[Entry], list[Entry]]) -> None:
    """A second run, after a whole or a broken first one, books no line twice."""
    invoices = bills(both[0])
    laws.a_line_is_booked_once(book, invoices, named(both[1], invoices))


OWED = [
    bill(Entry(name, from_minor(minor, "USD"), invoice(contract()).due_on)) for name, minor in (("a", 60), ("b", 40))
]
CAME = [Entry("l", from_minor(100, "USD"), OWED[0].due_on)]


def both_paid(invoices: Sequence[Invoice], lines: Sequence[Entry]) -> Remittance:
    """Let one line pay two invoices, as a person said, as long as both are open."""
    still = [one.id for one in invoices if one.is_open]
    said = [Confirm(still, ["l"])] if len(still) == 2 else []
    return remit(invoices, lines, names={}, decisions=said)


def test_a_line_over_two_invoices_keeps_the_laws() -> None:
    """Broken off between two customers, the second share is not taken for the first."""
    assert [("a", 60), ("b", 40)] == [(name, to_minor(one.amount)) for name, one in both_paid(OWED, CAME).payments]
    for law in (laws.every_line_has_one_place, laws.money_is_conserved, laws.a_line_is_booked_once):
        law(both_paid, OWED, CAME)


def forgetful(invoices: Sequence[Invoice], lines: Sequence[Entry]) -> Remittance:
    """Drop the last payment."""
    found = both_paid(invoices, lines)
    return attrs.evolve(found, payments=found.payments[:-1])


def silent(invoices: Sequence[Invoice], lines: Sequence[Entry]) -> Remittance:
    """Say nothing of any line."""
    return attrs.evolve(both_paid(invoices, []), payments=())


def test_a_share_that_is_lost_breaks_the_law() -> None:
    """A line that is booked in part is found."""
    with pytest.raises(AssertionError, match="60 booked of"):
        laws.money_is_conserved(forgetful, OWED, CAME)


def test_a_line_that_nobody_speaks_of_breaks_the_law() -> None:
    """A forgotten line is found."""
    with pytest.raises(AssertionError):
        laws.every_line_has_one_place(silent, OWED, CAME)


def test_a_payment_that_does_not_arrive_breaks_the_law() -> None:
    """A payment that its invoice knows already adds nothing, and is found."""

    def twice(invoices: Sequence[Invoice], lines: Sequence[Entry]) -> Remittance:
        found = both_paid(invoices, lines)
        name = found.payments[0][0]
        return attrs.evolve(found, payments=tuple((name, one) for _, one in found.payments))

    with pytest.raises(AssertionError, match="in the invoices"):
        laws.money_is_conserved(twice, OWED, CAME)


def test_a_line_that_is_booked_again_breaks_the_law() -> None:
    """Who does not look at what the book holds books a line on the next invoice too."""

    def blind(invoices: Sequence[Invoice], lines: Sequence[Entry]) -> Remittance:
        target = next((one for one in invoices if one.is_open), invoices[0])
        found = remit([target], [], names={})
        payment = both_paid(OWED, CAME).payments[0][1]
        return attrs.evolve(found, payments=((target.id, attrs.evolve(payment, amount=lines[0].amount)),))

    with pytest.raises(AssertionError, match="more is booked than came in"):
        laws.a_line_is_booked_once(blind, OWED, CAME)
