"""Subscriptions: what was agreed, refused where it cannot be billed, and where a day stands in it."""

from datetime import date
from fractions import Fraction

import attrs
import pendulum
import pytest

from renewkit.books.lifecycle import Status
from renewkit.books.subscription import Item, Standing, Subscription, Terms
from renewkit.errors import (
    ConfigurationError,
    CurrencyMismatchError,
    DateExpectedError,
    ExactNumberError,
    IdentifierError,
    OutOfScheduleError,
    RangeError,
)
from renewkit.policies.cycle import (
    MONTHLY,
    BillingCycle,
    Cycle,
    FixedDates,
    LastBusinessDay,
    SemiMonthly,
    Timing,
)
from renewkit.policies.fees import FlatFee, LateFees
from renewkit.policies.overdue import OverdueAct, OverdueLadder, OverdueRule, grace_ladder
from renewkit.policies.pricing import Flat, Percentage, Phase, PriceChange, PriceHistory, PriceSchedule
from renewkit.values.daycount import DayCount, ProrationPolicy, StubReference
from renewkit.values.money import money, usd

CYCLE = BillingCycle(date(2024, 1, 31), MONTHLY)
SCHOOL = FixedDates((date(2024, 9, 2), date(2025, 1, 6), date(2025, 4, 22), date(2025, 7, 1)))
INTRO, STANDARD = Flat(usd("10")), Flat(usd("20"))


def sold(cycle: Cycle = CYCLE, **changes: object) -> Subscription:
    """Return a contract over one item."""
    parts: dict[str, object] = {"items": (Item("seats", STANDARD),), "cycle": cycle} | changes
    return Subscription("s1", "c1", **parts)


@pytest.mark.parametrize(
    ("price", "code"),
    [(STANDARD, "USD"), (PriceSchedule((Phase(INTRO),)), "USD"), (PriceHistory(Flat(money("300", "TWD"))), "TWD")],
)
def test_an_item_is_in_the_currency_of_its_price(price: Flat | PriceSchedule | PriceHistory, code: str) -> None:
    """Phases and histories are in the currency that they start with."""
    assert code == Item("seats", price).currency.code


def test_a_percentage_alone_has_no_currency() -> None:
    """Whoever sells a percentage must say in which money."""
    with pytest.raises(ConfigurationError, match="a price with a currency"):
        _ = Item("fee", Percentage("0.029")).currency


@pytest.mark.parametrize(("quantity", "error"), [(-1, RangeError), (0.5, ExactNumberError)])
def test_a_quantity_is_exact_and_not_negative(quantity: object, error: type[Exception]) -> None:
    """A negative quantity and a float are refused."""
    with pytest.raises(error):
        Item("seats", STANDARD, quantity=quantity)


def test_a_quantity_may_be_a_part() -> None:
    """Half a seat is half a seat."""
    assert Fraction(1, 2) == Item("seats", STANDARD, quantity="0.5").quantity


def test_phases_follow_the_position() -> None:
    """A schedule of phases is asked by the number of the cycle."""
    item = Item("seats", PriceSchedule((Phase(INTRO, periods=2), Phase(STANDARD))))
    prices = [item.price_of(date(2024, 1, 31), position=position, renewal=0) for position in range(4)]
    assert [INTRO, INTRO, STANDARD, STANDARD] == prices


def test_an_uplift_follows_the_renewal() -> None:
    """An uplift compounds with the renewals, not with the cycles."""
    item = Item("seats", PriceSchedule((Phase(STANDARD),), uplift="0.10"))
    assert usd("24.20") == item.price_of(date(2024, 1, 31), position=30, renewal=2).charge()


def test_changes_follow_the_day() -> None:
    """A history of changes is asked by the first day of the period."""
    item = Item("seats", PriceHistory(INTRO, (PriceChange(date(2024, 3, 5), STANDARD),)))
    starts = (date(2024, 2, 29), date(2024, 3, 31))
    assert [INTRO, STANDARD] == [item.price_of(start, position=0, renewal=0) for start in starts]


def test_a_plain_price_stays() -> None:
    """A price without a history is the price."""
    assert STANDARD is Item("seats", STANDARD).price_of(date(2024, 1, 31), position=9, renewal=9)


@pytest.mark.parametrize(
    ("terms", "error", "words"),
    [
        ({"lead_days": -1}, RangeError, "lead_days of 0 or more"),
        ({"due_days": -1}, RangeError, "due_days of 0 or more"),
        ({"grace_days": 1.5}, ExactNumberError, "grace_days"),
        ({"term": 0}, RangeError, "cycles per term of 1 or more"),
        ({"term": 12, "renews": -1}, RangeError, "renewals of the term of 0 or more"),
        ({"renews": 1}, ConfigurationError, "say how long a term is"),
        ({"grace_days": 14, "lapse_days": 13}, ConfigurationError, "a lapse on or after the end of grace"),
        ({"timing": Timing.ARREARS_STARTED}, ConfigurationError, "the start or the end of a period"),
        ({"proration": ProrationPolicy(DayCount.SECONDS)}, ConfigurationError, "a day count of civil days"),
    ],
)
def test_terms_that_cannot_be_are_refused(terms: dict[str, object], error: type[Exception], words: str) -> None:
    """Terms that contradict one another are refused when they are made."""
    with pytest.raises(error, match=words):
        Terms(**terms)


def test_an_unpaid_contract_may_lapse_with_its_grace() -> None:
    """A lapse on the last day of grace is legal: that is how insurance works."""
    assert 60 == Terms(grace_days=60, lapse_days=60).lapse_days


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"items": ()}, ConfigurationError, "at least one item"),
        ({"items": (Item("a", STANDARD), Item("a", INTRO))}, ConfigurationError, "ids of their own"),
        (
            {"items": (Item("a", STANDARD), Item("b", Flat(money("1", "TWD"))))},
            CurrencyMismatchError,
            "one subscription per currency",
        ),
        ({"ends_on": date(2024, 1, 31)}, ConfigurationError, "an end after the start 2024-01-31"),
        ({"trial_from": date(2024, 1, 31)}, ConfigurationError, "a trial before the start 2024-01-31"),
        ({"starts_on": pendulum.datetime(2024, 1, 31)}, DateExpectedError, "a civil date"),
        ({"cycle": SCHOOL, "starts_on": date(2024, 9, 1)}, OutOfScheduleError, "add the dates that are missing"),
        (
            {"cycle": SCHOOL, "terms": Terms(proration=ProrationPolicy(stub_reference=StubReference.EDGE))},
            ConfigurationError,
            "stubs measured by their own cycle",
        ),
        ({"cycle": SemiMonthly(1, 15)}, ConfigurationError, "pass starts_on"),
        ({"cycle": LastBusinessDay()}, ConfigurationError, "pass starts_on"),
    ],
)
def test_contracts_that_cannot_be_billed_are_refused(
    changes: dict[str, object], error: type[Exception], words: str
) -> None:
    """What cannot be billed is refused when it is made, with the reason."""
    with pytest.raises(error, match=words):
        sold(**changes)


def test_ids_must_be_usable() -> None:
    """An id with outer blanks is refused."""
    with pytest.raises(IdentifierError):
        Subscription(" s1", "c1", items=(Item("a", STANDARD),), cycle=CYCLE)


def test_a_contract_starts_on_its_anchor() -> None:
    """Unless another start is named, billing begins where the cycle does."""
    assert (date(2024, 1, 31), date(2024, 1, 31)) == (sold().starts_on, sold().billed_until)


def test_billing_goes_on_where_it_ended() -> None:
    """The first day that is not billed comes from the standing."""
    assert date(2024, 2, 29) == sold(standing=Standing(billed_until=pendulum.Date(2024, 2, 29))).billed_until


def test_the_currency_is_that_of_the_items() -> None:
    """All items are in one currency, and so is the contract."""
    assert "USD" == sold().currency.code


def test_an_evergreen_contract_has_no_last_day() -> None:
    """Without an end, a term or a cancellation nothing is known of the end."""
    assert sold().final_day is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"ends_on": date(2024, 6, 1)}, date(2024, 6, 1)),
        ({"terms": Terms(term=12, renews=0)}, date(2025, 1, 31)),
        ({"terms": Terms(term=3, renews=1)}, date(2024, 7, 31)),
        ({"terms": Terms(term=12)}, None),
        ({"standing": Standing(cancel_on=pendulum.Date(2024, 3, 10))}, date(2024, 3, 10)),
        ({"terms": Terms(term=1, renews=0), "ends_on": date(2024, 6, 1)}, date(2024, 2, 29)),
        ({"cycle": SCHOOL}, date(2025, 7, 1)),
        ({"cycle": SCHOOL, "terms": Terms(term=1, renews=1)}, date(2025, 4, 22)),
        ({"cycle": SCHOOL, "terms": Terms(term=12, renews=1)}, date(2025, 7, 1)),
    ],
)
def test_the_final_day_is_the_earliest_that_is_known(changes: dict[str, object], expected: date | None) -> None:
    """The agreed end, the last term's, the last listed date and a cancellation compete; the first one wins."""
    assert expected == sold(**changes).final_day


def test_a_new_contract_counts_from_its_start() -> None:
    """The leading stub of an aligned cycle is position 0."""
    aligned = BillingCycle.aligned(date(2024, 5, 20), MONTHLY, day=15)
    contract = sold(aligned, starts_on=date(2024, 5, 20))
    days = (date(2024, 5, 20), date(2024, 6, 15), date(2024, 7, 15))
    assert [0, 1, 2] == [contract.position(day) for day in days]


def test_a_contract_that_was_taken_over_counts_from_its_anchor() -> None:
    """Phases and terms go on where they were in the other system."""
    taken = sold(starts_on=date(2024, 7, 31), terms=Terms(term=12, renews=0))
    assert (6, date(2025, 1, 31)) == (taken.position(date(2024, 7, 31)), taken.final_day)


@pytest.mark.parametrize("cycle", [SemiMonthly(1, 15), LastBusinessDay()])
def test_a_cycle_without_an_anchor_counts_from_the_start(cycle: Cycle) -> None:
    """The epoch that numbers such cycles is no beginning of a contract."""
    contract = sold(cycle, starts_on=date(2024, 5, 31))
    assert [0, 1] == [
        contract.position(day) for day in (contract.starts_on, cycle.next_boundary(after=date(2024, 5, 31)))
    ]


def test_an_anchor_of_a_semi_monthly_cycle_counts() -> None:
    """A semi-monthly contract with an anchor starts there, like any other."""
    contract = sold(SemiMonthly(1, 15, anchor=date(2024, 2, 15)))
    assert (date(2024, 2, 15), 2) == (contract.starts_on, contract.position(date(2024, 3, 15)))


@pytest.mark.parametrize(("term", "renewals"), [(None, [0, 1, 2, 3]), (2, [0, 0, 1, 1])])
def test_renewals_are_counted_per_term(term: int | None, renewals: list[int]) -> None:
    """An evergreen contract renews with every cycle, another with every term."""
    contract = sold(terms=Terms(term=term))
    assert renewals == [contract.renewal(position) for position in range(4)]


def test_a_service_period_ends_with_its_cycle() -> None:
    """From a boundary on the service period is the whole cycle."""
    service = sold().service_from(pendulum.Date(2024, 2, 29))
    assert service is not None
    assert ("[2024-02-29, 2024-03-31)", False) == (str(service.period), service.is_stub)


def test_a_service_period_that_starts_late_is_a_stub() -> None:
    """A start between two boundaries gives the rest of the cycle."""
    service = sold(starts_on=date(2024, 3, 10)).service_from(pendulum.Date(2024, 3, 10))
    assert service is not None
    assert ("[2024-03-10, 2024-03-31)", "[2024-02-29, 2024-03-31)") == (str(service.period), str(service.reference))


def test_a_service_period_that_ends_early_is_a_stub() -> None:
    """The final day cuts the last cycle."""
    service = sold(ends_on=date(2024, 3, 10)).service_from(pendulum.Date(2024, 2, 29))
    assert service is not None
    assert ("[2024-02-29, 2024-03-10)", True) == (str(service.period), service.is_stub)


@pytest.mark.parametrize("day", [pendulum.Date(2025, 7, 1), pendulum.Date(2026, 1, 1)])
def test_there_is_no_service_after_the_last_listed_date(day: pendulum.Date) -> None:
    """A contract over listed dates ends with them instead of failing."""
    assert sold(SCHOOL).service_from(day) is None


def test_a_new_standing_leaves_the_agreement_alone() -> None:
    """What the engine replaces is the standing alone."""
    contract = sold()
    moved = attrs.evolve(contract, standing=Standing(status=Status.ACTIVE, billed_until=pendulum.Date(2024, 2, 29)))
    assert contract == attrs.evolve(moved, standing=contract.standing)


def test_the_quick_way_to_a_new_standing_gives_the_same_contract() -> None:
    """A contract at another standing is what a checked copy would be, hash included."""
    contract, standing = sold(ends_on=date(2024, 6, 1)), Standing(status=Status.ACTIVE)
    quick, checked = contract.standing_at(standing), attrs.evolve(contract, standing=standing)
    assert (checked, hash(checked), Standing()) == (quick, hash(quick), contract.standing)


def test_equal_contracts_have_equal_hashes() -> None:
    """Items and terms cache their hash; equal ones still agree."""
    assert hash(sold()) == hash(sold())


def test_the_ladder_of_terms_is_their_grace_unless_one_was_agreed() -> None:
    """A ladder of its own stands in place of both day counts."""
    agreed = OverdueLadder((OverdueRule("told", 5), OverdueRule("out", 10, act=OverdueAct.TERMINATE)))
    plain, own = Terms(grace_days=3, lapse_days=9), Terms(overdue=agreed)
    assert (grace_ladder(3, 9), 3, 9) == (plain.ladder, plain.served_days, plain.ends_days)
    assert (agreed, 9, 9) == (own.ladder, own.served_days, own.ends_days)


def test_a_ladder_without_an_end_serves_for_ever() -> None:
    """Where nothing stops the service there is no day to name."""
    mild = Terms(overdue=OverdueLadder((OverdueRule("told", 5),)))
    assert (None, None) == (mild.served_days, mild.ends_days)


def test_late_fees_are_in_the_currency_of_the_items() -> None:
    """Otherwise the first late payment would be the one to find out."""
    fees = LateFees((FlatFee(money(5, "EUR")),))
    with pytest.raises(CurrencyMismatchError, match="name late fees"):
        Subscription(
            "s",
            "c",
            items=(Item("i", Flat(usd(1))),),
            cycle=BillingCycle(date(2024, 1, 1), MONTHLY),
            terms=Terms(late_fees=fees),
        )
