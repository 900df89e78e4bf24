"""Metrics: figures read from subscriptions and invoices."""

from datetime import date
from fractions import Fraction

import attrs
import pytest
from moneyed import Money

from renewkit.books.invoice import Invoice, InvoiceState, Payment
from renewkit.books.subscription import Collection, Subscription, Terms
from renewkit.insights.metrics import RenewalMonth, ageing, failure_reasons, recovery, renewal_months
from renewkit.testing.storage.samples import NOON, contract, invoice
from renewkit.values.decline import Attempt, classify
from renewkit.values.money import money

CHARGED = contract("s1", terms=Terms())
ASKED = contract("s2", terms=Terms(collection=Collection.INVOICE))
BOTH = (CHARGED, ASKED)
TOTAL = invoice(CHARGED).total


def bill(month: int = 1, *, sold: Subscription = CHARGED, **changes: object) -> Invoice:
    """Return the unpaid invoice of a contract's month, issued when the month begins."""
    return invoice(sold, month, issued_on=sold.cycle.boundary(month), **changes)


def paid(unpaid: Invoice, *, late: int = 0) -> Invoice:
    """Return the invoice paid in full on its due date, or days after."""
    at = NOON.add(days=(unpaid.due_on - NOON.date()).days + late)
    return unpaid.receive(Payment(f"pay_{unpaid.id}", unpaid.open, at=at, method="card"))


def lost(unpaid: Invoice) -> Invoice:
    """Return the invoice written off."""
    return attrs.evolve(unpaid, written_off="contract lapsed unpaid")


def declined(unpaid: Invoice, *codes: str) -> Invoice:
    """Return the invoice after declined attempts."""
    return attrs.evolve(unpaid, attempts=tuple(Attempt(NOON, classify("stripe", code)) for code in codes))


def usd(minor: int) -> Money:
    """Return dollars of so many cents."""
    return money(Fraction(minor, 100), "USD")


def test_renewals_are_counted_in_the_month_they_fall_due() -> None:
    """Paid, lost and open renewals of a month stand side by side."""
    bills = [paid(bill(1)), lost(bill(1, sold=ASKED)), bill(2)]
    expected = (
        RenewalMonth(month="2024-03", paid=1, lost=1, open=0),
        RenewalMonth(month="2024-04", paid=0, lost=0, open=1),
    )
    assert expected == renewal_months(BOTH, bills)


def test_a_first_period_is_a_sale_and_no_renewal() -> None:
    """The first invoice of a contract is not counted."""
    assert () == renewal_months(BOTH, [paid(bill(0))])


def test_a_late_fee_is_no_renewal() -> None:
    """However late its days lie."""
    assert () == renewal_months(BOTH, [bill(1, fee_for="inv_1")])


@pytest.mark.parametrize("state", [InvoiceState.DRAFT, InvoiceState.VOID])
def test_only_finalised_invoices_count(state: InvoiceState) -> None:
    """Drafts and void invoices are no figures."""
    assert () == renewal_months(BOTH, [bill(state=state)])


@pytest.mark.parametrize(
    ("paid_", "lost_", "expected"), [(3, 1, Fraction(3, 4)), (0, 0, None), (0, 2, Fraction(0)), (1, 0, Fraction(1))]
)
def test_the_rate_is_a_share_of_what_is_decided(paid_: int, lost_: int, expected: Fraction | None) -> None:
    """Open renewals have no say, and nothing decided is no rate."""
    assert expected == RenewalMonth(month="2024-03", paid=paid_, lost=lost_, open=7).rate


def test_a_charge_without_declines_is_timely() -> None:
    """Money that came at the first attempt is on time."""
    (row,) = recovery(BOTH, [paid(bill())])
    assert (TOTAL, usd(0), usd(0), usd(0)) == (row.on_time, row.recovered, row.lost, row.open)


def test_a_charge_after_a_decline_is_recovered() -> None:
    """Money that came after a declined attempt was recovered."""
    (row,) = recovery(BOTH, [paid(declined(bill(), "insufficient_funds"))])
    assert (usd(0), TOTAL) == (row.on_time, row.recovered)


@pytest.mark.parametrize(("late", "field"), [(0, "on_time"), (1, "recovered")])
def test_a_transfer_is_timely_until_its_due_date(late: int, field: str) -> None:
    """Who pays by transfer is on time on the last day and recovered on the next."""
    (row,) = recovery(BOTH, [paid(bill(sold=ASKED), late=late)])
    assert TOTAL == getattr(row, field)


def test_lost_and_open_money_stand_apart() -> None:
    """What was written off is lost, what is still awaited is open."""
    (row,) = recovery(BOTH, [lost(bill(1)), bill(2), bill(1, sold=ASKED)])
    assert (TOTAL, usd(2 * round(TOTAL.amount * 100))) == (row.lost, row.open)


def test_the_parts_of_a_recovery_sum_to_what_was_billed() -> None:
    """No cent of an invoice is in two columns or in none."""
    part = bill(1, sold=ASKED)
    part = part.receive(Payment("p", usd(1), at=NOON, method="card"))
    bills = [paid(bill(1)), paid(declined(bill(2), "do_not_honor")), lost(bill(3)), part]
    (row,) = recovery(BOTH, bills)
    billed = sum((one.total for one in bills[1:]), start=bills[0].total)
    assert billed == row.on_time + row.recovered + row.lost + row.open


def test_currencies_stand_apart() -> None:
    """Nothing is converted: each currency has its row, in order of its code."""
    yen = contract("s3", currency="JPY", terms=Terms())
    assert ["JPY", "USD"] == [row.currency for row in recovery((*BOTH, yen), [bill(), bill(sold=yen)])]


def test_the_most_frequent_reason_comes_first() -> None:
    """Declines are counted per code, invoices once each, and with how many were paid later."""
    bills = [
        declined(bill(1), "do_not_honor"),
        paid(declined(bill(2), "insufficient_funds", "insufficient_funds")),
        declined(bill(3), "insufficient_funds"),
    ]
    rows = [(row.rail, row.code, row.declines, row.invoices, row.paid_later) for row in failure_reasons(bills)]
    assert [("stripe", "insufficient_funds", 3, 2, 1), ("stripe", "do_not_honor", 1, 1, 0)] == rows


def test_reasons_of_one_frequency_are_in_order_of_their_name() -> None:
    """A tie never depends on the order of the invoices."""
    bills = [declined(bill(1), "insufficient_funds"), declined(bill(2), "do_not_honor")]
    assert ["do_not_honor", "insufficient_funds"] == [row.code for row in failure_reasons(bills)]


def test_an_attempt_that_was_paid_is_no_reason() -> None:
    """Only declines count."""
    assert () == failure_reasons([attrs.evolve(bill(), attempts=(Attempt(NOON),))])


@pytest.mark.parametrize(
    ("days", "group"), [(-5, 0), (0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4), (900, 4)]
)
def test_open_money_is_grouped_by_its_age(days: int, group: int) -> None:
    """Day 0 is not yet late; 30 days after the due date belong to the first group of late ones."""
    late = bill()
    (row,) = ageing([late], on=date.fromordinal(late.due_on.toordinal() + days))
    expected = tuple(TOTAL if place == group else usd(0) for place in range(5))
    assert (expected, tuple(int(place == group) for place in range(5))) == (row.amounts, row.invoices)


def test_only_open_money_ages() -> None:
    """What is paid or written off is no longer waited for."""
    assert () == ageing([paid(bill(1)), lost(bill(2))], on=date(2024, 9, 1))
