"""What always holds of invoices, and that each law can tell."""

from fractions import Fraction

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from renewkit.books.invoice import Invoice, InvoiceLine, Payment, PaymentUse
from renewkit.testing.laws import invoice as laws
from renewkit.testing.storage.samples import NOON, contract, invoice
from renewkit.values.money import ExactMoney, from_minor, to_minor

PLAIN = invoice(contract())


def line(minor: int) -> InvoiceLine:
    """Return a line of so many cents."""
    return attrs.evolve(PLAIN.lines[0], amount=from_minor(minor, "USD"), exact=ExactMoney(Fraction(minor, 100), "USD"))


def bill(*minors: int) -> Invoice:
    """Return a finalised invoice over lines of so many cents."""
    return attrs.evolve(PLAIN, lines=[line(minor) for minor in minors])


def payment(key: str, minor: int) -> Payment:
    """Return a payment of so many cents."""
    return Payment(key, from_minor(minor, "USD"), at=NOON, method="card")


bills = st.lists(st.integers(-500, 2_000), min_size=1, max_size=4).map(lambda minors: bill(*minors))
payments = st.lists(st.builds(payment, st.sampled_from("abcde"), st.integers(0, 3_000)), max_size=6)


@given(unpaid=bills, came=payments)
@example(unpaid=bill(100, -200), came=[payment("a", 50)])
def test_money_is_conserved(unpaid: Invoice, came: list[Payment]) -> None:
    """No cent that comes in is lost, and none is made."""
    laws.money_is_conserved(Invoice.receive, unpaid, came)


@given(unpaid=bills, came=payments)
def test_a_payment_counts_once(unpaid: Invoice, came: list[Payment]) -> None:
    """A bank line or webhook that comes again changes nothing."""
    laws.a_payment_counts_once(Invoice.receive, unpaid, came)


@given(minors=st.lists(st.integers(-500, 2_000), min_size=1, max_size=4))
def test_the_total_is_the_sum_of_the_lines(minors: list[int]) -> None:
    """The total is what the settled lines sum to."""
    assert sum(minors) == to_minor(bill(*minors).total)


@given(unpaid=bills, came=payments)
def test_an_invoice_is_open_or_paid(unpaid: Invoice, came: list[Payment]) -> None:
    """A finalised invoice waits for money exactly as long as something is open."""
    for one in came:
        unpaid = unpaid.receive(one)
    assert (to_minor(unpaid.open) > 0) is unpaid.is_open is not unpaid.is_paid


def greedy(unpaid: Invoice, one: Payment) -> Invoice:
    """Apply everything, even what nobody owes."""
    return attrs.evolve(unpaid, payments=(*unpaid.payments, attrs.evolve(one, use=PaymentUse.APPLIED)))


def careless(unpaid: Invoice, one: Payment) -> Invoice:
    """Drop what is too much."""
    after = unpaid.receive(one)
    return attrs.evolve(after, payments=[share for share in after.payments if share.use is PaymentUse.APPLIED])


def stubborn(unpaid: Invoice, one: Payment) -> Invoice:
    """Apply nothing, and keep all as excess."""
    return attrs.evolve(unpaid, payments=(*unpaid.payments, attrs.evolve(one, use=PaymentUse.EXCESS)))


@pytest.mark.parametrize("receive", [greedy, careless, stubborn])
def test_money_that_is_lost_or_made_breaks_the_law(receive: laws.Receive) -> None:
    """Too much applied, a lost excess and a payment that pays nothing are found."""
    with pytest.raises(AssertionError):
        laws.money_is_conserved(receive, bill(1_000), [payment("a", 1_500)])


@pytest.mark.parametrize("receive", [greedy, stubborn])
def test_a_payment_that_counts_twice_breaks_the_law(receive: laws.Receive) -> None:
    """Booking without a look at the ids is found."""
    with pytest.raises(AssertionError, match="counts twice"):
        laws.a_payment_counts_once(receive, bill(1_000), [payment("a", 500)])
