import attrs
import pytest

from renewkit.books.invoice import Payment
from renewkit.books.lifecycle import Status
from renewkit.effects.effect import Charge
from renewkit.effects.outcome import Declined, Paid, PaymentReceipt, Pending, RequiresAction, Sent, Undelivered, Unknown
from renewkit.effects.snapshot import Snapshot
from renewkit.engine.fold import is_decisive
from renewkit.engine.news import Awaited, Came, Cancelled, PaymentReceived, Released, Subscribed, Unresolved
from renewkit.engine.plan import Plan, fold, plan
from renewkit.errors import StateError
from renewkit.values.decline import classify
from renewkit.values.money import usd
from scenarios.world import NOON, PRICE, START, contract, payer, transfer

DECLINED = Declined(classify("stripe", "insufficient_funds"), NOON)
PAID = Paid(PaymentReceipt("r1", PRICE, at=NOON))


def charged() -> tuple[Snapshot, Charge]:
    """Return a customer whose charge is under way."""
    made = plan(Snapshot(book="default", customer=payer(), subscriptions=(contract(),)), now=NOON)
    return made.after, made.effects[0]


def after(*news: object, snapshot: Snapshot | None = None) -> Plan:
    """Fold news on that customer."""
    return fold(snapshot or charged()[0], now=NOON, news=news, who="tester")


@pytest.mark.parametrize("outcome", [PAID, DECLINED, RequiresAction("authenticate")])
def test_the_same_answer_again_changes_nothing(outcome: object) -> None:
    """An attempt is counted once and money is booked once, however often the answer comes."""
    _, charge = charged()
    once = after(Came(charge, outcome)).after
    again = after(Came(charge, outcome), snapshot=once)
    assert ((), ()) == (again.invoices, again.facts)
    assert once.invoices == again.after.invoices


def test_money_that_is_found_later_is_booked_without_an_attempt() -> None:
    """A charge that asked for an action and was captured after all pays its invoice."""
    _, charge = charged()
    waiting = after(Came(charge, RequiresAction("authenticate"))).after
    (bill,) = after(Came(charge, PAID), snapshot=waiting).invoices
    assert (True, ()) == (bill.is_paid, bill.attempts)


@pytest.mark.parametrize(
    ("outcome", "is_final"),
    [
        (PAID, True),
        (DECLINED, True),
        (RequiresAction("authenticate"), True),
        (Paid(PaymentReceipt("r1", usd("1"), at=NOON)), False),
        (Pending(), False),
        (Unknown("k"), False),
        (Sent("x"), False),
    ],
)
def test_only_a_decision_takes_a_charge_out_of_the_outbox(outcome: object, is_final: bool) -> None:
    """Anything else stays, to be looked up."""
    _, charge = charged()
    made = after(Came(charge, outcome))
    assert is_final == is_decisive(charge, outcome) == (charge not in made.after.pending) == bool(made.recorded)


@pytest.mark.parametrize(
    ("outcome", "is_final"),
    [
        (Sent("x"), True),
        (Undelivered("no"), True),
        (Undelivered("busy", is_permanent=False), False),
        (Unknown("k"), False),
        (PAID, False),
    ],
)
def test_only_a_decision_takes_a_message_out_of_the_outbox(outcome: object, is_final: bool) -> None:
    """A refusal for now stays, to be tried again."""
    made = plan(Snapshot(book="default", customer=payer(), subscriptions=(transfer(),)), now=NOON)
    (message,) = made.effects
    told = after(Came(message, outcome), snapshot=made.after)
    assert is_final == is_decisive(message, outcome) == (told.after.pending == ())


def test_money_that_is_awaited_leaves_the_outbox_and_blocks_nothing() -> None:
    """Nothing is charged again, and the invoice may age and be written off."""
    _, charge = charged()
    made = after(Awaited(charge, Pending(NOON)))
    (bill,) = made.invoices
    assert (None, "waiting for the money to arrive", ()) == (bill.charging, bill.given_up, made.after.pending)
    assert () == after(Awaited(charge, Pending(NOON)), snapshot=made.after).facts


def test_news_of_others_changes_nothing() -> None:
    """A charge, message, payment or request that belongs to another contract is not booked here."""
    _, charge = charged()
    foreign = attrs.evolve(charge, invoice_id="inv_other")
    message = plan(Snapshot(book="default", customer=payer(), subscriptions=(transfer("s9"),)), now=NOON).effects[0]
    payment = Payment("p", PRICE, at=NOON, method="bank")
    news = (
        Came(foreign, PAID),
        Came(message, Sent("x")),
        Awaited(foreign, Pending()),
        Unresolved(foreign),
        PaymentReceived("inv_other", payment),
        Cancelled("s9", START),
        Released("s9"),
    )
    made = after(*news)
    assert ((), (), ()) == (made.subscriptions, made.invoices, made.facts)


def test_a_contract_is_made_once() -> None:
    """The fact is written for the first of two requests; a neighbour is left alone."""
    empty = Snapshot(book="default", customer=payer(), subscriptions=(contract("s0"),))
    made = after(Subscribed(contract()), Subscribed(contract()), snapshot=empty)
    assert [("s1", "subscription.made")] == [(fact.stream, fact.kind) for fact in made.facts]
    assert () == after(Subscribed(contract()), snapshot=made.after).facts


def test_what_has_ended_is_not_cancelled() -> None:
    """The host is told."""
    snapshot, _ = charged()
    (sold,) = snapshot.subscriptions
    ended = attrs.evolve(sold, standing=attrs.evolve(sold.standing, status=Status.ENDED))
    with pytest.raises(StateError):
        after(Cancelled("s1", START), snapshot=attrs.evolve(snapshot, subscriptions=(ended,)))


def test_a_raw_code_is_kept() -> None:
    """The fact of a decline says what the gateway said."""
    _, charge = charged()
    (fact,) = after(Came(charge, DECLINED)).facts
    assert {"code": "stripe:insufficient_funds", "category": "soft"}.items() <= dict(fact.detail).items()
