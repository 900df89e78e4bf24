"""What statement lines do to invoices: payments, what is held, and what a person has to do."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import attrs
import pytest

from renewkit.books.invoice import Invoice, InvoiceState, Payment, PaymentUse
from renewkit.books.remittance import Held, Remittance, remit
from renewkit.policies.reconcile import Confidence, Confirm, FeeFormula, MatchRules, Rate, Todo
from renewkit.testing.storage.samples import NOON, contract, invoice
from renewkit.values.entry import Entry
from renewkit.values.money import ExactMoney, from_minor, to_minor

DUE = date(2024, 3, 1)
NAMES = {"c1": "Ada Byron", "c2": "Alan Turing"}


def bill(name: str, minor: int = 3_000, *, owner: str = "c1", day: int = 0, code: str = "USD") -> Invoice:
    """Return an open invoice, due some days after the first of March."""
    plain = invoice(contract(f"s-{name}", owner, currency=code))
    amount = from_minor(minor, code)
    exact = ExactMoney(Fraction(minor, 100), plain.currency)
    line = attrs.evolve(plain.lines[0], id=f"item {name}", amount=amount, exact=exact)
    due = plain.due_on.replace(2024, 3, 1).add(days=day)
    return attrs.evolve(plain, id=name, lines=(line,), due_on=due)


def line(name: str, minor: int = 3_000, *, pays: Invoice | None = None, day: int = 2, **more: Any) -> Entry:  # noqa: ANN401  any field may be given
    """Return a line, which carries the reference of an invoice where it is said."""
    reference = pays.reference if pays else None
    amount = from_minor(minor, more.pop("code", "USD"))
    return Entry(name, amount, DUE + timedelta(days=day), **{"reference": reference} | more)


def payments(found: Remittance) -> list[tuple[str, str, int]]:
    """Return which invoice gets how much of which line."""
    return [(name, payment.id, to_minor(payment.amount)) for name, payment in found.payments]


A, B = bill("a"), bill("b", 4_000, owner="c2")


def test_a_match_becomes_a_payment() -> None:
    """The payment has the id and the day of its line, so that it is the same one in every run."""
    ((name, payment),) = remit([A, B], [line("l", pays=A)], names=NAMES).payments
    assert ("a", "l", "bank_transfer") == (name, payment.id, payment.method)
    assert "2024-03-03T12:00:00+00:00" == payment.at.isoformat()


def test_names_are_evidence() -> None:
    """The customer's name stands for the payer where there is no reference."""
    assert [("b", "l", 4_000)] == payments(remit([A, B], [line("l", 4_000, party="TURING ALAN")], names=NAMES))


def test_parts_are_booked_as_they_came() -> None:
    """Several lines of one invoice are payments of their own."""
    lines = [line("l1", 1_000, pays=A), line("l2", 2_000, pays=A, day=3)]
    assert [("a", "l1", 1_000), ("a", "l2", 2_000)] == payments(remit([A], lines, names={}))


def test_one_line_may_pay_several_invoices() -> None:
    """A line that names two invoices is shared out, the older one first."""
    older = bill("z", 2_000, day=-9)
    text = f"{A.reference} {older.reference}"
    assert [("z", "l", 2_000), ("a", "l", 3_000)] == payments(
        remit([A, older], [line("l", 5_000, text=text)], names={})
    )


def test_lines_fill_invoices_in_turn() -> None:
    """Where several lines pay several invoices, each cent goes to the oldest invoice that has room."""
    said = [Confirm(["a", "b"], ["l1", "l2"])]
    found = remit([A, B], [line("l1", 5_000), line("l2", 2_500, day=3)], names={}, decisions=said)
    assert [("a", "l1", 3_000), ("b", "l1", 2_000), ("b", "l2", 2_500)] == payments(found)


def test_what_is_over_goes_to_the_last() -> None:
    """What came on top is booked too, and the invoice keeps it as excess."""
    found = remit([A], [line("l", 3_500)], names={}, decisions=[Confirm(["a"], ["l"])])
    assert [("a", "l", 3_500)] == payments(found)
    assert [3_000, 500] == [to_minor(one.amount) for one in A.receive(found.payments[0][1]).payments]


def test_a_second_payment_is_booked_after_the_first() -> None:
    """Of two lines that pay one invoice the earlier one pays, and the other is kept as excess."""
    found = remit([A], [line("l2", pays=A, day=5), line("l1", pays=A)], names={})
    assert [("a", "l1", 3_000), ("a", "l2", 3_000)] == payments(found)
    assert [Todo.REFUND] == [item.todo for item in found.work(date(2024, 3, 31))]


def test_a_paid_invoice_is_paid_again() -> None:
    """What pays an invoice that was paid in an earlier run is booked on it, for refund or review."""
    paid = A.receive(Payment("card", A.total, at=NOON, method="card"))
    assert [("a", "l", 3_000)] == payments(remit([paid], [line("l", pays=A)], names={}))


def test_a_line_that_is_booked_is_left_alone() -> None:
    """A line that the book holds is not matched again."""
    (payment,) = (payment for _, payment in remit([A], [line("l", pays=A)], names={}).payments)
    found = remit([A.receive(payment), B], [line("l", pays=A)], names={})
    assert ((), ("l",)) == (found.payments, found.booked_before)


def test_what_is_left_of_a_line_goes_on() -> None:
    """Of a line that was booked in part, the rest is matched, and never to the invoice that has its part."""
    begun = A.receive(Payment("l", A.total, at=NOON, method="bank_transfer"))
    found = remit([begun, B], [line("l", 7_000, text=f"{A.reference} {B.reference}")], names={})
    assert [("b", "l", 4_000)] == payments(found)


def test_a_part_on_an_invoice_that_nobody_expects_counts() -> None:
    """A line that a void invoice holds in part goes on with the rest."""
    begun = attrs.evolve(A.receive(Payment("l", A.total, at=NOON, method="card")), state=InvoiceState.VOID)
    hopeless = attrs.evolve(begun, payments=(attrs.evolve(begun.payments[0], amount=from_minor(1_000, "USD")),))
    assert [("b", "l", 4_000)] == payments(remit([hopeless, B], [line("l", 5_000, pays=B)], names={}))


@pytest.mark.parametrize("nobody_waits", [attrs.evolve(A, state=InvoiceState.DRAFT), bill("credit", -500)])
def test_what_nobody_waits_for_is_not_expected(nobody_waits: Invoice) -> None:
    """Drafts and credits are paid by nobody; their money goes to a person."""
    found = remit([nobody_waits], [line("l", pays=nobody_waits)], names={})
    assert ((), ["l"]) == (found.payments, [entry.id for entry in found.result.unexpected])


VOID, LAPSED = attrs.evolve(A, state=InvoiceState.VOID), attrs.evolve(A, written_off="lapsed")


@pytest.mark.parametrize(("closed", "state"), [(VOID, "void"), (LAPSED, "written off")])
@pytest.mark.parametrize("where", ["reference", "text"])
def test_money_for_a_closed_invoice_goes_to_a_person(closed: Invoice, state: str, where: str) -> None:
    """What names an invoice that is void or written off is held, with the invoice that it names."""
    found = remit([closed, B], [line("l", **{where: closed.reference})], names={})
    (item,) = (item for item in found.work(date(2024, 3, 31)) if item.todo is Todo.REVIEW)
    assert ((), ("a", "l"), 28) == (found.payments, item.about, item.age)
    assert f"an invoice that is {state}" in item.why


def test_a_person_may_book_on_a_closed_invoice() -> None:
    """Confirmed, it pays what was written off; a void invoice keeps it as excess."""
    for closed, use in ((LAPSED, PaymentUse.APPLIED), (VOID, PaymentUse.EXCESS)):
        found = remit([closed], [line("l", pays=closed)], names={}, decisions=iter([Confirm(["a"], ["l"])]))
        ((name, payment),) = found.payments
        assert ("a", [use]) == (name, [one.use for one in closed.receive(payment).payments])


@pytest.mark.parametrize(
    ("lines", "more", "why"),
    [
        ([line("l", party="ADA BYRON")], {"least": Confidence.CERTAIN}, "the match is strong, and certain is asked"),
        (
            [line("l", 2_700, pays=A, code="EUR")],
            {"rules": MatchRules(rates=(Rate("USD", "EUR", rate="0.9"),))},
            "another currency",
        ),
        (
            [line("l", 2_883, text="CARDPAY payout")],
            {"rules": MatchRules(payout_words=("cardpay",), fee=FeeFormula("0.029", 30))},
            "net of fees",
        ),
        (
            [line("l", 3_500), line("back", -500)],
            {"decisions": [Confirm(["a"], ["l", "back"])]},
            "money that went out",
        ),
    ],
)
def test_what_no_payment_can_say_is_held(lines: list[Entry], more: dict[str, Any], why: str) -> None:
    """Less confidence than asked for, another currency, a payout and money that went out wait for a person."""
    found = remit([A], lines, names=NAMES, **more)
    (held,) = found.held
    assert ((), ("a",)) == (found.payments, held.expected)
    assert why in held.why
    (item,) = (item for item in found.work(date(2024, 3, 31)) if item.todo is Todo.REVIEW)
    assert (f"not booked: {held.why}", 28) == (item.why, item.age)


def test_a_second_payment_waits_for_the_first() -> None:
    """While the first one is held, the second is not booked in its place."""
    said = [Confirm(["a"], ["l1", "back"])]
    lines = [line("l1", 3_500), line("back", -500), line("l2", pays=A)]
    found = remit([A], lines, names={}, decisions=said)
    assert Held(("a",), ("l2",), why="what pays a first is not booked yet") in found.held
    assert () == found.payments
    assert 28 in [item.age for item in found.work(date(2024, 3, 31)) if item.about == ("a", "l2")]


def test_nobody_is_chased_before_an_invoice_is_overdue() -> None:
    """An open invoice is work from the day after its due date."""
    found = remit([A], [], names={})
    works = [[item.todo for item in found.work(DUE + timedelta(days=day))] for day in (-5, 0, 1)]
    assert [[], [], [Todo.CHASE]] == works


def test_what_was_kept_on_the_way_stays_open() -> None:
    """A fee of a bank is no payment: the rest of the invoice is shown to a person."""
    found = remit([A], [line("l", 2_500, pays=A)], names={}, rules=MatchRules(flat_fees=(500,)))
    assert [("a", "l", 2_500)] == payments(found)
    (item,) = found.work(date(2024, 3, 31))
    assert (Todo.REVIEW, ("a",), 30) == (item.todo, item.about, item.age)
    assert item.why.startswith("500 minor units stay open")


def test_three_invoices_are_filled_in_turn() -> None:
    """Each gets what it asks for, the youngest what is left."""
    bills = [bill(name, minor, day=day) for name, minor, day in (("x", 1_000, 2), ("y", 2_000, 1), ("z", 3_000, 0))]
    found = remit(bills, [line("l", 5_500)], names={}, decisions=[Confirm(["x", "y", "z"], ["l"])])
    assert [("z", "l", 3_000), ("y", "l", 2_000), ("x", "l", 500)] == payments(found)


def test_what_comes_after_the_last_invoice_is_full_is_excess() -> None:
    """A further line of the match goes to the last invoice, too."""
    found = remit([A], [line("l1", 3_000), line("l2", 500, day=3)], names={}, decisions=[Confirm(["a"], ["l1", "l2"])])
    assert [("a", "l1", 3_000), ("a", "l2", 500)] == payments(found)


def test_a_line_of_nothing_holds_its_match() -> None:
    """A payment of nothing cannot be booked, so a person looks at the lines."""
    found = remit([A], [line("l"), line("nil", 0)], names={}, decisions=[Confirm(["a"], ["l", "nil"])])
    assert ((), [("l", "nil")]) == (found.payments, [held.received for held in found.held])


def test_a_cent_is_money() -> None:
    """The smallest invoice is expected, paid, recognised when it is paid again, and named when it is void."""
    cent = bill("cent", 1)
    assert [("cent", "l", 1)] == payments(remit([cent], [line("l", 1, pays=cent)], names={}))
    paid = cent.receive(Payment("card", cent.total, at=NOON, method="card"))
    assert [("cent", "l", 1)] == payments(remit([paid], [line("l", 1, pays=cent)], names={}))
    void = attrs.evolve(cent, state=InvoiceState.VOID)
    assert [("cent",)] == [held.expected for held in remit([void], [line("l", 1, pays=cent)], names={}).held]


def test_what_asks_for_nothing_is_on_no_side() -> None:
    """An invoice over nothing, open, paid or void, is not expected, and nobody is told that it is closed."""
    free, void = bill("free", 0), attrs.evolve(bill("void", 0), state=InvoiceState.VOID)
    found = remit([free, void], [line("l", pays=free, text=void.reference)], names={})
    assert ((), (), ["l"]) == (found.expected, found.held, [entry.id for entry in found.result.unexpected])


def test_what_is_closed_is_not_expected_until_it_is_confirmed() -> None:
    """Nobody is chased for it."""
    assert [(), ("a",)] == [
        tuple(entry.id for entry in remit([LAPSED], [], names={}, decisions=said).expected)
        for said in ([], [Confirm(["a"], ["l"])])
    ]


def test_the_rest_of_a_line_does_not_pay_its_invoice_again() -> None:
    """What is left of a line that names one invoice only goes to a person, whether that is open or paid."""
    begun = A.receive(Payment("l", A.total, at=NOON, method="bank_transfer"))
    part = A.receive(Payment("l", from_minor(1_000, "USD"), at=NOON, method="bank_transfer"))
    for known, minor in ((begun, 6_000), (part, 3_000)):
        found = remit([known], [line("l", minor, pays=A)], names={})
        assert ((), ["l"]) == (found.payments, [entry.id for entry in found.result.unexpected])


def test_a_cent_of_a_line_goes_on() -> None:
    """A line is booked before only when it is booked whole."""
    begun = A.receive(Payment("l", A.total, at=NOON, method="bank_transfer"))
    whole, rest = (remit([begun], [line("l", minor, pays=A)], names={}) for minor in (3_000, 3_001))
    assert (("l",), ()) == (whole.booked_before, rest.booked_before)


def test_a_difference_within_tolerance_is_shown_where_it_stays_open() -> None:
    """A shortage is looked at by a person; what is over is kept as excess by the invoice."""
    rules = MatchRules(tolerance_minor=10)
    short, over = (remit([A], [line("l", minor, pays=A)], names={}, rules=rules) for minor in (2_990, 3_010))
    assert ["10 minor units"] == [item.why[:14] for item in short.work(date(2024, 3, 31))]
    assert () == over.work(date(2024, 3, 31))


def test_work_is_listed_oldest_first() -> None:
    """What has no age comes last."""
    lines = [line("young", 1, day=20), line("old", 2), line("held", 3_000, day=9, party="ADA BYRON")]
    said = [Confirm(["nobody"], ["nothing"])]
    found = remit([A], lines, names=NAMES, least=Confidence.CERTAIN, decisions=said)
    assert [28, 21, 10, None] == [item.age for item in found.work(date(2024, 3, 31))]


@pytest.mark.parametrize(("lead", "paid"), [(30, ["a"]), (5, [])])
def test_an_invoice_may_be_paid_from_its_issue_on(lead: int, paid: list[str]) -> None:
    """Paid 29 days ahead without a reference: the name and the amount speak for an invoice that was known by then."""
    known = attrs.evolve(A, issued_on=A.due_on.subtract(days=lead))
    assert paid == [name for name, _ in remit([known], [line("l", day=-29, party="Ada Byron")], names=NAMES).payments]
