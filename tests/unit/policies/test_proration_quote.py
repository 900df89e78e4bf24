"""Frozen quotes: honoured as they were shown, or refused with a reason."""

from datetime import UTC, date, datetime, timedelta

import pytest

from renewkit.codec import from_json, to_json
from renewkit.errors import InstantExpectedError, MoneyExpectedError, RangeError
from renewkit.policies.proration import Change, FrozenQuote, QuoteRefused, Refusal, change, freeze
from renewkit.values.daycount import CreditMode, DayCount, ProrationPolicy, ShortRate
from renewkit.values.money import ExactMoney, usd
from renewkit.values.period import Period, Span

APRIL = Period(date(2024, 4, 1), date(2024, 5, 1))
MAY = Period(date(2024, 5, 1), date(2024, 6, 1))
MIDDLE = date(2024, 4, 16)
NOW = datetime(2024, 4, 16, 9, tzinfo=UTC)
UNTIL = NOW + timedelta(hours=24)
TERMS = {"old": usd("10"), "new": usd("20"), "over": APRIL}
QUOTE = freeze(**TERMS, at=MIDDLE, valid_until=UNTIL)


def test_a_quote_is_honoured_as_shown() -> None:
    """Nothing has changed: the change is the one that was shown, lines included."""
    shown = change(**TERMS, at=MIDDLE)
    assert shown == QUOTE.honour(**TERMS, now=NOW)


def test_time_that_passes_does_not_change_the_price() -> None:
    """By the second a new calculation would differ; the quote does not."""
    over = Span(datetime(2024, 4, 1, tzinfo=UTC), datetime(2024, 5, 1, tzinfo=UTC))
    terms = {"old": usd("1000"), "new": usd("2000"), "over": over, "policy": ProrationPolicy(DayCount.SECONDS)}
    quote = freeze(**terms, at=NOW, valid_until=UNTIL)
    later = NOW + timedelta(minutes=20)
    again = change(**terms, at=later)
    honoured = quote.honour(**terms, now=later)
    assert isinstance(honoured, Change)
    assert (quote.net, True) == (honoured.net, again.net != honoured.net)


def test_the_last_instant_is_still_valid() -> None:
    """A quote holds until its instant, that instant included."""
    assert isinstance(QUOTE.honour(**TERMS, now=UNTIL), Change)


@pytest.mark.parametrize(
    ("changed", "reason", "why"),
    [
        ({"now": UNTIL + timedelta(microseconds=1)}, Refusal.EXPIRED, "quoted until 2024-04-17T09:00:00+00:00, asked"),
        ({"old": usd("11")}, Refusal.OLD_PRICE, "quoted with USD 10.00, now USD 11.00"),
        ({"new": usd("21")}, Refusal.NEW_PRICE, "quoted with USD 20.00, now USD 21.00"),
        ({"over": MAY}, Refusal.PERIOD, "quoted with [2024-04-01, 2024-05-01), now [2024-05-01, 2024-06-01)"),
        ({"policy": ProrationPolicy(DayCount.FIXED_30)}, Refusal.POLICY, "quoted with ProrationPolicy("),
        ({"paid": usd("3")}, Refusal.PAYMENTS, "quoted with None and None, now USD 3.00 and None"),
        ({"credited": usd("3")}, Refusal.PAYMENTS, "quoted with None and None, now None and USD 3.00"),
    ],
)
def test_a_quote_is_refused_with_a_reason(changed: dict[str, object], reason: Refusal, why: str) -> None:
    """What changed since the quote is named, with both values."""
    answer = QUOTE.honour(**{"now": NOW, **TERMS, **changed})  # type: ignore[arg-type]  # facts as they are now
    assert isinstance(answer, QuoteRefused)
    assert (reason, True) == (answer.reason, answer.why.startswith(why))


def test_a_decision_can_be_matched() -> None:
    """Both answers are values for a match statement."""
    match QUOTE.honour(**TERMS, now=UNTIL + timedelta(days=1)):
        case Change():
            pytest.fail("an expired quote was honoured")
        case QuoteRefused(reason, _):
            assert Refusal.EXPIRED is reason


@pytest.mark.parametrize("credit", [CreditMode.PRORATED, ShortRate("0.1")])
def test_a_quote_waits_in_json(credit: CreditMode | ShortRate) -> None:
    """A quote is the same after a round trip."""
    policy = ProrationPolicy(credit=credit)
    quote = freeze(**TERMS, at=MIDDLE, valid_until=UNTIL, paid=usd("10"), credited=usd("1"), policy=policy)
    assert quote == from_json(to_json(quote), FrozenQuote)


def test_a_quote_may_last_to_the_end_of_its_period() -> None:
    """The day after the last is the period's own end."""
    until = datetime(2024, 5, 1, tzinfo=UTC)
    assert until == freeze(**TERMS, at=MIDDLE, valid_until=until).valid_until


@pytest.mark.parametrize("days", [1, 16])
def test_a_quote_ends_with_its_period(days: int) -> None:
    """A prorated amount means nothing after its period."""
    until = datetime(2024, 5, 1, tzinfo=UTC) + timedelta(days=days)
    with pytest.raises(RangeError, match="a quote that ends with"):
        freeze(**TERMS, at=MIDDLE, valid_until=until)


def test_a_quote_by_time_ends_with_its_span() -> None:
    """A span ends at an instant, and its quotes with it."""
    over = Span(datetime(2024, 4, 1, tzinfo=UTC), datetime(2024, 5, 1, tzinfo=UTC))
    late = datetime(2024, 5, 1, 0, 0, 1, tzinfo=UTC)
    policy = ProrationPolicy(DayCount.SECONDS)
    with pytest.raises(RangeError, match="a quote that ends with"):
        freeze(old=usd("1"), new=usd("2"), over=over, at=NOW, valid_until=late, policy=policy)


def test_quotes_are_money() -> None:
    """What cannot be charged cannot be quoted."""
    with pytest.raises(MoneyExpectedError):
        freeze(old=ExactMoney(1, "USD"), new=ExactMoney(2, "USD"), over=APRIL, at=MIDDLE, valid_until=UNTIL)  # type: ignore[arg-type]  # wrong on purpose


def test_validity_is_an_instant() -> None:
    """A naive datetime does not say when a quote ends, nor when it is asked."""
    naive = datetime(2024, 4, 17)
    with pytest.raises(InstantExpectedError):
        freeze(**TERMS, at=MIDDLE, valid_until=naive)
    with pytest.raises(InstantExpectedError):
        QUOTE.honour(**TERMS, now=naive)
