from datetime import date

import attrs
import pendulum
import pytest

from renewkit.books.customer import Customer
from renewkit.books.jurisdiction import Jurisdiction
from renewkit.books.subscription import Collection, Item, Standing, Subscription, Terms, Timing
from renewkit.codec import from_json, to_json
from renewkit.errors import ConfigurationError
from renewkit.policies.cycle import ANNUAL, MONTHLY, WEEKLY, BillingCycle, FixedDates
from renewkit.policies.pricing import Flat, Phase, PriceChange, PriceHistory, PriceSchedule
from renewkit.policies.reminders import NoticeRules
from renewkit.values.decline import Instrument
from renewkit.values.facts import ContractFacts
from renewkit.values.money import usd
from renewkit.values.offsets import Anchor, days_after, days_before, hours_before, months_before

CALIFORNIA = Jurisdiction(("US-CA",))
ADA = Customer("c1", "Ada", zone="America/Los_Angeles", instrument=Instrument("pm_1", "visa"))
PRICE = Flat(usd("30"))


def sold(*, price: object = PRICE, every: object = ANNUAL, anchor: date = date(2026, 3, 1), **changes: object):
    """Return a contract; what is not a field of it is a field of its terms."""
    own = {
        name: changes.pop(name) for name in ("starts_on", "ends_on", "trial_from", "trade", "cycle") if name in changes
    }
    cycle = own.pop("cycle", BillingCycle(anchor, every, zone="America/Los_Angeles"))
    terms = Terms(**{"jurisdiction": CALIFORNIA} | changes)
    return Subscription("s1", "c1", items=(Item("plan", price),), cycle=cycle, terms=terms, **own)


def facts(contract: Subscription, start: date | None = None) -> ContractFacts:
    """Return the facts about the period that starts on a day, by default the next one."""
    service = None if start is None else contract.service_from(pendulum.Date(start.year, start.month, start.day))
    return contract.facts(ADA, service=service)


def test_the_parties_and_the_road_of_the_money_are_known() -> None:
    """Place, trade and network come from contract and customer."""
    told = facts(sold(trade="media"))
    assert (("US-CA",), ("visa",), "media", True) == (told.places, told.rails, told.sector, told.is_consumer)


def test_who_pays_by_transfer_takes_no_road_of_ours() -> None:
    """A card on file binds nobody while nothing is charged to it."""
    assert () == facts(sold(collection=Collection.INVOICE)).rails
    assert () == sold().facts(attrs.evolve(ADA, instrument=None)).rails


def test_without_a_jurisdiction_nothing_is_guessed() -> None:
    """Neither zone nor currency says where somebody lives."""
    told = facts(sold(jurisdiction=None), date(2027, 3, 1))
    assert ((), True, None) == (told.places, told.is_consumer, told.dates.get(Anchor.CANCELLATION))


def test_a_renewal_has_its_dates() -> None:
    """The charge is an instant, the last day to refuse counts from the renewal."""
    contract = sold(jurisdiction=Jurisdiction(("US-IL",), refuse_by=days_before(30)), lead_days=5, due_days=10)
    expected = {
        Anchor.CHARGE: pendulum.datetime(2027, 2, 24, tz="America/Los_Angeles"),
        Anchor.DUE: date(2027, 3, 11),
        Anchor.RENEWAL: date(2027, 3, 1),
        Anchor.CANCELLATION: date(2027, 1, 30),
    }
    assert expected == facts(contract, date(2027, 3, 1)).dates


def test_in_arrears_the_money_comes_at_the_end() -> None:
    """The renewal is where the period begins all the same."""
    dates = facts(sold(timing=Timing.ARREARS), date(2027, 3, 1)).dates
    assert (date(2028, 3, 1), date(2027, 3, 1)) == (dates[Anchor.CHARGE].date(), dates[Anchor.RENEWAL])


def test_only_the_first_period_of_a_term_renews() -> None:
    """Twelve months sold together renew once a year, whatever is charged meanwhile."""
    contract = sold(every=MONTHLY, term=12)
    inside, at_the_end = facts(contract, date(2026, 8, 1)), facts(contract, date(2027, 3, 1))
    assert (False, True) == (Anchor.RENEWAL in inside.dates, Anchor.RENEWAL in at_the_end.dates)
    assert (12, 12, 31) == (inside.term_months, inside.renewal_months, inside.interval_days)


@pytest.mark.parametrize(
    ("every", "term", "months"), [(MONTHLY, None, 1), (ANNUAL, None, 12), (WEEKLY, None, 0), (WEEKLY, 53, 12)]
)
def test_terms_are_counted_in_whole_months(every: object, term: int | None, months: int) -> None:
    """Weeks too, as far as they fill months."""
    assert months == facts(sold(every=every, term=term)).term_months


def test_a_term_without_an_end_has_no_length() -> None:
    """Listed dates that end within the term."""
    dates = FixedDates((date(2026, 9, 2), date(2027, 1, 6), date(2027, 4, 22)))
    assert None is facts(sold(cycle=dates, term=3)).term_months


def test_a_contract_with_an_end_does_not_renew_itself() -> None:
    """Whether the end was agreed as a day or as a number of terms."""
    assert (True, False, False) == tuple(
        facts(contract).renews_itself for contract in (sold(), sold(ends_on=date(2028, 3, 1)), sold(term=1, renews=0))
    )


def test_a_trial_ends_where_the_first_period_begins() -> None:
    """Its length is counted in days."""
    told = facts(sold(trial_from=date(2026, 1, 30)))
    assert (30, date(2026, 3, 1), True) == (told.trial_days, told.dates[Anchor.TRIAL_END], told.is_first_debit)


def test_a_promotion_ends_like_a_trial_and_changes_the_price() -> None:
    """Both on the first day at the standard price."""
    contract = sold(price=PriceSchedule((Phase(Flat(usd("10")), periods=1), Phase(PRICE))))
    told = facts(contract, date(2027, 3, 1))
    assert (365, date(2027, 3, 1)) == (told.trial_days, told.dates[Anchor.TRIAL_END])
    assert (True, date(2027, 3, 1)) == (told.amount_changes, told.dates[Anchor.PRICE_CHANGE])


def test_a_price_that_was_changed_changes_with_the_next_renewal() -> None:
    """And not with the one after it."""
    price = PriceHistory(PRICE, (PriceChange(date(2026, 9, 1), Flat(usd("35"))),))
    assert [True, False] == [facts(sold(price=price), date(year, 3, 1)).amount_changes for year in (2027, 2028)]


def test_a_stub_changes_the_amount_before_and_after_it() -> None:
    """The first whole month costs more than the stub before it; nothing is announced about the first amount itself."""
    contract = sold(every=MONTHLY, anchor=date(2026, 3, 1), starts_on=date(2026, 3, 20))
    starts = (date(2026, 3, 20), date(2026, 4, 1), date(2026, 5, 1))
    assert [False, True, False] == [facts(contract, start).amount_changes for start in starts]


def test_service_that_came_back_moves_the_date() -> None:
    """Billed from the middle of a cycle on."""
    moved = sold(every=MONTHLY).standing_at(Standing(billed_until=pendulum.Date(2026, 8, 11)))
    told = facts(moved)
    assert (True, True, False) == (told.date_changes, told.amount_changes, Anchor.RENEWAL in told.dates)


def test_a_contract_that_has_run_out_has_no_dates() -> None:
    """What it is is still known."""
    told = facts(sold(ends_on=date(2026, 4, 1)).standing_at(Standing(billed_until=pendulum.Date(2026, 4, 1))))
    assert ((), ("US-CA",)) == (told.anchors, told.places)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"places": "US-CA"}, "several places"),
        ({"places": ()}, "a place"),
        ({"places": ("DE",), "refuse_by": hours_before(3)}, "days or months before"),
        ({"places": ("DE",), "refuse_by": days_after(3)}, "days or months before"),
    ],
)
def test_a_jurisdiction_that_means_nothing_is_refused(given: dict[str, object], message: str) -> None:
    """Nowhere, a text for a list, and a day to refuse that is none."""
    with pytest.raises(ConfigurationError, match=message):
        Jurisdiction(**given)


def test_a_jurisdiction_comes_back_the_same() -> None:
    """With rules of its own, and in a document that was written before there were any."""
    law = Jurisdiction(("FR", "FR"), refuse_by=months_before(1), rules=NoticeRules().disabling("fr-chatel"))
    contract = sold(jurisdiction=law)
    assert contract == from_json(to_json(contract), Subscription)
    old = (
        to_json(Terms())
        .replace('"jurisdiction":null,', "")
        .replace('"overdue":null,', "")
        .replace('"late_fees":null,', "")
    )
    assert Terms() == from_json(old, Terms)
