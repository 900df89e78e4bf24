"""Trades: ready-made terms per line of business."""

import pytest

from renewkit.books.subscription import Collection
from renewkit.books.trades import INSURANCE, SOFTWARE, STREAMING, TRADES


def test_the_trades_are_found_by_name() -> None:
    """Each set of terms stands under its trade's name."""
    assert {"insurance": INSURANCE, "software": SOFTWARE, "streaming": STREAMING} == TRADES


def test_insurance_is_paid_by_invoice_a_month_ahead() -> None:
    """A policy is billed 30 days before its year and paid by the customer."""
    assert (Collection.INVOICE, 30, 1) == (INSURANCE.collection, INSURANCE.lead_days, INSURANCE.term)


@pytest.mark.parametrize("trade", sorted(TRADES))
def test_every_trade_ends_unpaid_contracts_after_their_grace(trade: str) -> None:
    """No trade serves for ever without money, and none ends a contract inside its grace."""
    terms = TRADES[trade]
    assert terms.lapse_days is not None
    assert terms.grace_days <= terms.lapse_days


@pytest.mark.parametrize("trade", sorted(TRADES))
def test_every_trade_reminds(trade: str) -> None:
    """No trade takes money without a word."""
    assert TRADES[trade].reminders.reminders


def test_no_policy_lapses_without_a_notice_that_stood() -> None:
    """The agent calls, the notice goes out, and after the grace the policy ends: on the days that the counts say."""
    ladder = INSURANCE.ladder
    assert ["called", "warned", "lapsed"] == [rule.state for rule in ladder.rules]
    assert (INSURANCE.grace_days, INSURANCE.lapse_days) == (INSURANCE.served_days, INSURANCE.ends_days)
    assert 14 == ladder.rules[-1].notice_days
