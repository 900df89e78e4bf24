"""Invoices: settled lines, their total, and the payments that come in."""

import copy
import pickle
from fractions import Fraction

import attrs
import pendulum
import pytest
from moneyed import Money

from renewkit.books.invoice import (
    Invoice,
    InvoiceLine,
    InvoiceState,
    Payment,
    PaymentUse,
    invoice_id,
    item_id,
    legal_number,
)
from renewkit.errors import ConfigurationError, CurrencyMismatchError, RangeError, StateError
from renewkit.testing.storage.samples import NOON, contract, invoice, paid
from renewkit.values.money import ExactMoney, Rounding, money, usd

CONTRACT = contract()
BILL = invoice(CONTRACT)


def line(amount: str, code: str = "USD") -> InvoiceLine:
    """Return a line of an amount."""
    return attrs.evolve(BILL.lines[0], amount=money(amount, code), exact=ExactMoney(Fraction(amount), code))


def bill(*amounts: str, **changes: object) -> Invoice:
    """Return a finalised invoice over lines of these amounts."""
    return attrs.evolve(BILL, lines=[line(amount) for amount in amounts], **changes)


def payment(key: str, amount: str, minutes: int = 0) -> Payment:
    """Return a payment of dollars."""
    return Payment(key, usd(amount), at=NOON.add(minutes=minutes), method="card")


def test_the_total_is_the_sum_of_the_settled_lines() -> None:
    """Rounding happens once per line; the exact amounts are not summed again."""
    thirds = [attrs.evolve(line("3.33"), exact=ExactMoney(Fraction(10, 3), "USD")) for _ in range(3)]
    assert usd("9.99") == attrs.evolve(BILL, lines=thirds).total


def test_an_invoice_without_lines_is_refused() -> None:
    """Nothing to bill is no invoice."""
    with pytest.raises(ConfigurationError, match="at least one line"):
        bill()


def test_lines_are_in_the_currency_of_the_invoice() -> None:
    """Two currencies are never summed."""
    with pytest.raises(CurrencyMismatchError):
        attrs.evolve(BILL, lines=[line("1"), line("1", "TWD")])


def test_subscription_and_period_are_those_of_the_first_line() -> None:
    """An invoice belongs to the contract and period of its first line."""
    assert (CONTRACT.id, CONTRACT.cycle.period(0)) == (BILL.subscription_id, BILL.period)


def test_the_reference_is_stable() -> None:
    """The creditor reference follows from the invoice's id alone."""
    assert attrs.evolve(BILL, number="default-2024-000001").reference == BILL.reference


def test_an_unpaid_invoice_is_open_in_full() -> None:
    """Nothing paid, all open."""
    unpaid = bill("10.00")
    assert (usd("0"), usd("10.00"), False, True) == (unpaid.paid, unpaid.open, unpaid.is_paid, unpaid.is_open)


def test_a_part_payment_leaves_the_rest_open() -> None:
    """What was paid is applied, the rest stays to be paid."""
    part = bill("10.00").receive(payment("p1", "4.00"))
    assert (usd("4.00"), usd("6.00"), True, None) == (part.paid, part.open, part.is_open, part.paid_at)


def test_the_last_payment_that_was_needed_says_when_it_was_paid() -> None:
    """The moment of the payment that closed the invoice counts, not that of a later excess."""
    done = bill("10.00").receive(payment("p1", "4.00")).receive(payment("p2", "6.00", 5)).receive(payment("p3", "1", 9))
    assert NOON.add(minutes=5) == done.paid_at


def test_an_overpayment_is_split_into_what_was_open_and_excess() -> None:
    """Applied and excess sum to what came in, under the payment's own id."""
    done = bill("10.00").receive(payment("p1", "12.50"))
    expected = [("p1", usd("10.00"), PaymentUse.APPLIED), ("p1", usd("2.50"), PaymentUse.EXCESS)]
    assert expected == [(share.id, share.amount, share.use) for share in done.payments]


def test_a_payment_on_a_paid_invoice_is_excess() -> None:
    """A second payment with another id is kept apart, for refund or review."""
    twice = bill("10.00").receive(payment("p1", "10.00")).receive(payment("p2", "10.00"))
    assert [PaymentUse.APPLIED, PaymentUse.EXCESS] == [share.use for share in twice.payments]


@pytest.mark.parametrize("amount", ["4.00", "10.00", "12.50"])
def test_the_same_payment_twice_changes_nothing(amount: str) -> None:
    """A payment id that is booked already is known."""
    once = bill("10.00").receive(payment("p1", amount))
    assert once is once.receive(payment("p1", amount))


def test_a_payment_of_nothing_books_nothing() -> None:
    """Zero is neither applied nor excess."""
    assert () == bill("10.00").receive(payment("p1", "0")).payments


def test_a_negative_payment_is_refused() -> None:
    """Money that goes out is no payment."""
    with pytest.raises(RangeError, match="a payment of 0 or more"):
        payment("p1", "-1")


def test_a_draft_cannot_be_paid() -> None:
    """An invoice is finalised before money is booked on it."""
    with pytest.raises(StateError, match="finalise it first"):
        bill("10.00", state=InvoiceState.DRAFT).receive(payment("p1", "10.00"))


def test_money_for_a_void_invoice_is_excess() -> None:
    """A void invoice asks for nothing, so whatever comes in is too much."""
    done = bill("10.00", state=InvoiceState.VOID).receive(payment("p1", "10.00"))
    assert [PaymentUse.EXCESS] == [share.use for share in done.payments]


def test_another_currency_is_refused() -> None:
    """Payments are not converted."""
    with pytest.raises(CurrencyMismatchError):
        bill("10.00").receive(Payment("p1", money("10", "TWD"), at=NOON, method="card"))


@pytest.mark.parametrize(("amount", "kept"), [("10.00", False), ("4.00", True)])
def test_a_full_payment_calls_the_retry_off(amount: str, kept: bool) -> None:
    """Nothing is retried once all is paid; a part payment leaves the retry as it is."""
    waiting = bill("10.00", retry_at=NOON.add(days=3))
    assert kept is (waiting.receive(payment("p1", amount)).retry_at is not None)


def test_credits_that_outweigh_the_charges_leave_nothing_open() -> None:
    """A negative total is nobody's debt to us: nothing is charged for it."""
    credit = bill("10.00", "-12.00")
    assert (usd("-2.00"), usd("0"), True, False) == (credit.total, credit.open, credit.is_paid, credit.is_open)


def test_a_payment_on_a_negative_total_is_excess_and_no_more() -> None:
    """What comes in is not increased by what the customer is owed."""
    done = bill("10.00", "-12.00").receive(payment("p1", "3.00"))
    assert [(usd("3.00"), PaymentUse.EXCESS)] == [(share.amount, share.use) for share in done.payments]


def test_a_written_off_invoice_waits_for_nothing() -> None:
    """Written off is not open, and stays unpaid."""
    lost = bill("10.00", written_off="contract lapsed unpaid")
    assert (False, False) == (lost.is_open, lost.is_paid)


@pytest.mark.parametrize(("told", "live"), [(0, True), (1, False)])
def test_a_paid_invoice_is_live_until_the_customer_knows(told: int, live: bool) -> None:
    """Planning looks at an invoice until its payments have been told about."""
    assert live is attrs.evolve(paid(BILL), told=told).is_live


def test_an_item_key_depends_on_each_of_its_parts() -> None:
    """Book, contract, revision, period and item each make another key."""
    parts = {"revision": 0, "start": pendulum.Date(2024, 1, 31), "item": "seats"}
    keys = {
        item_id("default", "s1", **parts),
        item_id("other", "s1", **parts),
        item_id("default", "s2", **parts),
        item_id("default", "s1", **parts | {"revision": 1}),
        item_id("default", "s1", **parts | {"start": pendulum.Date(2024, 2, 29)}),
        item_id("default", "s1", **parts | {"item": "calls"}),
    }
    assert 6 == len(keys)


def test_an_invoice_key_depends_on_its_items_alone() -> None:
    """The order of the items has no say."""
    assert invoice_id(("a", "b")) == invoice_id(("b", "a")) != invoice_id(("a", "c"))


def test_a_legal_number_sorts_as_it_was_given() -> None:
    """Numbers of one year sort as text."""
    assert legal_number("default", 2024, 9) < legal_number("default", 2024, 10)


def test_money_that_its_owner_changes_does_not_change_the_invoice() -> None:
    """Money is copied at the door, because moneyed's own can be changed."""
    mine = Money("10.00", "USD")
    kept = attrs.evolve(BILL, lines=[attrs.evolve(line("1"), amount=mine)])
    mine.amount *= 2
    assert usd("10.00") == kept.total


def test_an_invoice_is_hashable_and_survives_pickle_and_copy() -> None:
    """A frozen value travels, computed totals included."""
    assert BILL.total
    assert {BILL} == {pickle.loads(pickle.dumps(BILL)), copy.deepcopy(BILL)}  # noqa: S301  our own bytes


def test_a_line_keeps_the_mode_that_settled_it() -> None:
    """Why an amount is what it is includes how it was rounded."""
    assert Rounding.HALF_EVEN is BILL.lines[0].rounding
