"""The forecast: what the contracts will bring, month by month."""

from datetime import date
from fractions import Fraction

import attrs
import pendulum
import pytest

from renewkit.books.invoice import Invoice, InvoiceState
from renewkit.books.lifecycle import Status
from renewkit.books.renewal import renewals
from renewkit.books.subscription import Item, Standing, Subscription, Terms
from renewkit.insights.forecast import collected_shares, forecast
from renewkit.policies.cycle import ANNUAL, MONTHLY, BillingCycle, Every
from renewkit.policies.pricing import Flat, Phase, PriceSchedule
from renewkit.testing.storage.samples import invoice
from renewkit.testing.storage.samples import paid as settled
from renewkit.values.money import money, usd
from renewkit.values.problem import Problem

AFTER = pendulum.Date(2024, 3, 10)
PARKED = Standing(parked=Problem("plan.failed", "s1", message="m", remedy="r"))


def sold(
    key: str = "s1", *, every: Every = MONTHLY, amount: str = "10", code: str = "USD", **changes: object
) -> Subscription:
    """Return an active contract that renews on the 31st."""
    plain = Subscription(
        key, "c1", items=(Item("a", Flat(money(amount, code))),), cycle=BillingCycle(date(2024, 1, 31), every)
    )
    return attrs.evolve(plain, **changes)


def test_the_months_after_the_present_one_are_listed() -> None:
    """The running month is over as far as a forecast is concerned."""
    months = forecast("default", [sold()], [], after=AFTER, months=3)
    assert [("2024-04", usd("10")), ("2024-05", usd("10")), ("2024-06", usd("10"))] == [
        (row.month, row.scheduled) for row in months
    ]


def test_it_is_what_will_be_invoiced() -> None:
    """The forecast of a year sums to the renewals that fall due in it."""
    contract = sold(terms=Terms(term=9, renews=0))
    due = [row.total for row in renewals("default", contract) if row.due_on >= date(2024, 4, 1)]
    assert sum(due[1:], start=due[0]) == sum(
        (row.scheduled for row in forecast("default", [contract], [], after=AFTER)), start=usd("0")
    )


def test_contracts_of_a_month_are_added() -> None:
    """Two contracts in one currency share a row, in another they have their own."""
    contracts = [sold("s1"), sold("s2", amount="5"), sold("s3", amount="300", code="TWD")]
    rows = forecast("default", contracts, [], after=AFTER, months=1)
    assert [("TWD", money("300", "TWD")), ("USD", usd("15"))] == [(row.currency, row.scheduled) for row in rows]


@pytest.mark.parametrize("standing", [Standing(status=Status.ENDED), PARKED])
def test_ended_and_parked_contracts_bring_nothing(standing: Standing) -> None:
    """Nothing is expected of a contract that ended, or that waits for a person."""
    assert () == forecast("default", [sold(standing=standing)], [], after=AFTER)


def test_a_month_without_renewals_is_not_listed() -> None:
    """A yearly contract has one month in a year."""
    assert ["2025-01"] == [row.month for row in forecast("default", [sold(every=ANNUAL)], [], after=AFTER)]


def test_what_is_expected_is_weighted_with_experience() -> None:
    """Where half of a trade's decided invoices were paid, half of its money is expected."""
    contract = sold(trade="media")
    rows = forecast("default", [contract], [one(contract, 0, "paid"), one(contract, 1, "lost")], after=AFTER, months=1)
    assert [(usd("10"), usd("5"))] == [(row.scheduled, row.expected) for row in rows]


def test_without_experience_everything_is_expected() -> None:
    """A trade that has no decided invoice is taken at its word."""
    (row, *_) = forecast("default", [sold()], [], after=AFTER)
    assert row.scheduled == row.expected


def test_each_trade_has_a_share_of_its_own() -> None:
    """Shares count decided invoices; open ones and drafts have no say."""
    media, software = sold("s1", trade="media"), sold("s2", trade="software")
    bills = [
        one(media, 0, "paid"),
        one(media, 1, "paid"),
        one(media, 2, "lost"),
        one(software, 0, "open"),
        attrs.evolve(one(software, 1, "lost"), state=InvoiceState.DRAFT),
    ]
    assert {"media": Fraction(2, 3)} == collected_shares([media, software], bills)


def test_a_contract_that_cannot_be_priced_does_not_stop_the_others() -> None:
    """Where the last phase is over nothing more is forecast; the other contracts are."""
    phases = PriceSchedule((Phase(Flat(usd("7")), periods=4),))
    contracts = [sold("s1", items=(Item("a", phases),)), sold("s2")]
    rows = forecast("default", contracts, [], after=AFTER, months=2)
    assert [usd("17"), usd("10")] == [row.scheduled for row in rows]


def one(contract: Subscription, month: int, fate: str) -> Invoice:
    """Return the invoice of a month with a fate."""
    bill = invoice(contract, month)
    if fate == "paid":
        return settled(bill)
    return attrs.evolve(bill, written_off="unpaid" if fate == "lost" else None)
