from datetime import date

import pytest

from renewkit.errors import ConfigurationError, RangeError
from renewkit.policies.cycle import (
    ANNUAL,
    MONTHLY,
    WEEKLY,
    BillingCycle,
    EarlyRenewal,
    Every,
    Resumption,
    Transition,
    change_day,
    coterm,
    rebase,
    renew_early,
    resume,
    trial_end,
)
from renewkit.values.period import Period

FIRSTS = BillingCycle(date(2024, 1, 1), MONTHLY, zone="Asia/Taipei")


def bridge_of(transition: Transition) -> str:
    """Write the days of a bridge."""
    assert transition.bridge is not None
    return str(transition.bridge.period)


def test_a_rebased_schedule_restarts_on_the_day() -> None:
    """After a late recovery the boundaries count from the payment day, with one bridge before it."""
    moved = rebase(FIRSTS, to=date(2024, 3, 10))
    assert ("[2024-03-01, 2024-03-10)", "[2024-03-10, 2024-04-10)") == (bridge_of(moved), str(moved.cycle.period(0)))


def test_the_bridge_refers_to_the_old_cycle() -> None:
    """The bridge is measured by the period that it stands in for."""
    bridge = rebase(FIRSTS, to=date(2024, 3, 10)).bridge
    assert bridge is not None
    assert "[2024-03-01, 2024-04-01)" == str(bridge.reference)


def test_a_rebase_onto_a_boundary_needs_no_bridge() -> None:
    """Where the new boundary is an old one nothing lies between."""
    moved = rebase(FIRSTS, to=date(2024, 3, 1))
    assert (None, date(2024, 3, 1)) == (moved.bridge, moved.cycle.boundary(0))


def test_zone_and_time_survive_a_rebase() -> None:
    """Only the dates move."""
    assert "Asia/Taipei" == rebase(FIRSTS, to=date(2024, 3, 10)).cycle.zone


def test_a_rebase_onto_a_clamped_day_keeps_the_nominal_one() -> None:
    """A contract moved to the 31st in February renews on 31 March."""
    assert date(2023, 3, 31) == rebase(FIRSTS, to=date(2023, 2, 28), day=31).cycle.boundary(1)


@pytest.mark.parametrize(
    ("day", "on", "bridge", "first"),
    [
        (20, "2024-03-05", "[2024-03-01, 2024-03-20)", "2024-03-20"),
        (20, "2024-03-25", "[2024-04-01, 2024-04-20)", "2024-04-20"),
        (31, "2024-02-10", "[2024-02-01, 2024-02-29)", "2024-02-29"),
        (20, "2024-04-01", "[2024-04-01, 2024-04-20)", "2024-04-20"),
    ],
)
def test_a_bill_day_changes_with_one_bridge(day: int, on: str, bridge: str, first: str) -> None:
    """The first new day on or after the change opens the new schedule; one bridge leads to it."""
    moved = change_day(FIRSTS, day, on=date.fromisoformat(on))
    assert (bridge, first) == (bridge_of(moved), str(moved.cycle.boundary(0)))


def test_a_bill_day_in_a_short_month_stays_nominal() -> None:
    """A change to the 31st in February goes on at the end of March."""
    assert date(2024, 3, 31) == change_day(FIRSTS, 31, on=date(2024, 2, 10)).cycle.boundary(1)


def test_a_yearly_contract_keeps_its_month() -> None:
    """A new day of month leaves the month alone: the bridge is 15 days in January, not three months."""
    moved = change_day(BillingCycle(date(2024, 1, 5), ANNUAL), 20, on=date(2024, 3, 1))
    assert ("[2025-01-05, 2025-01-20)", date(2026, 1, 20)) == (bridge_of(moved), moved.cycle.boundary(1))


def test_a_word_is_no_choice() -> None:
    """The name of a choice is refused rather than taken for another choice."""
    pause = Period(date(2024, 1, 11), date(2024, 2, 5))
    with pytest.raises(ConfigurationError, match=r"Resumption\.EXTEND or Resumption\.KEEP"):
        resume(FIRSTS, pause, how="keep")  # type: ignore[arg-type]  # a caller's mistake
    with pytest.raises(ConfigurationError, match=r"EarlyRenewal\.APPEND"):
        renew_early(FIRSTS, on=date(2024, 1, 11), how="append")  # type: ignore[arg-type]  # as above


def test_weeks_have_no_bill_day() -> None:
    """A cadence of weeks is moved with rebase."""
    with pytest.raises(ConfigurationError, match="every week"):
        change_day(BillingCycle(date(2024, 1, 1), WEEKLY), 5, on=date(2024, 3, 1))


def test_a_pause_that_extends_gives_the_days_back() -> None:
    """Twenty-one days of January were not served: they are served after the pause, and all boundaries move."""
    after = resume(FIRSTS, Period(date(2024, 1, 11), date(2024, 2, 5)), how=Resumption.EXTEND)
    bridge = after.bridge
    assert bridge is not None
    assert (21, "[2024-01-01, 2024-02-01)") == (bridge.period.days, str(bridge.reference))
    assert date(2024, 2, 26) == after.cycle.boundary(0) == bridge.period.end


def test_a_pause_from_a_boundary_needs_no_bridge_when_it_extends() -> None:
    """Where a period had not begun its successor starts on the day of return."""
    after = resume(FIRSTS, Period(date(2024, 2, 1), date(2024, 2, 5)), how=Resumption.EXTEND)
    assert (None, date(2024, 2, 5)) == (after.bridge, after.cycle.boundary(0))


def test_a_pause_that_keeps_the_schedule_leaves_a_stub() -> None:
    """The boundaries stay, and the rest of the running period is a stub."""
    after = resume(FIRSTS, Period(date(2024, 1, 11), date(2024, 2, 5)), how=Resumption.KEEP)
    assert ("[2024-02-05, 2024-03-01)", FIRSTS) == (bridge_of(after), after.cycle)


def test_a_return_on_a_boundary_needs_no_stub() -> None:
    """Service that comes back on a boundary goes on with a whole period."""
    assert Transition(None, FIRSTS) == resume(FIRSTS, Period(date(2024, 1, 11), date(2024, 2, 1)), how=Resumption.KEEP)


def test_contracts_are_joined_on_one_day() -> None:
    """Each contract has its own bridge to the common day, in the order given."""
    cycles = BillingCycle(date(2024, 1, 5), MONTHLY), BillingCycle(date(2024, 2, 9), ANNUAL)
    joined = coterm(cycles, on=date(2024, 7, 1))
    assert ["[2024-06-05, 2024-07-01)", "[2024-02-09, 2024-07-01)"] == [bridge_of(moved) for moved in joined]
    assert {date(2024, 7, 1)} == {moved.cycle.boundary(0) for moved in joined}


@pytest.mark.parametrize(
    ("how", "term", "following"),
    [
        (EarlyRenewal.APPEND, "[2025-01-01, 2026-01-01)", "2026-01-01"),
        (EarlyRenewal.RESTART, "[2024-12-01, 2025-12-01)", "2025-12-01"),
        (EarlyRenewal.ANNIVERSARY, "[2024-12-01, 2026-01-01)", "2026-01-01"),
    ],
)
def test_early_renewals(how: EarlyRenewal, term: str, following: str) -> None:
    """A renewal a month early appends, restarts or keeps the anniversary; the next boundary follows from it."""
    early = renew_early(BillingCycle(date(2024, 1, 1), ANNUAL), on=date(2024, 12, 1), how=how)
    assert (term, following) == (str(early.term), str(early.cycle.next_boundary(after=early.term.start.add(days=31))))


@pytest.mark.parametrize(
    ("start", "trial", "extra", "paid"),
    [
        ("2017-03-01", Every(days=30), 0, "2017-03-31"),
        ("2024-01-31", MONTHLY, 0, "2024-02-29"),
        ("2024-02-20", Every(weeks=2), 5, "2024-03-10"),
    ],
)
def test_trials_are_civil_days(start: str, trial: Every, extra: int, paid: str) -> None:
    """A trial is counted on the calendar, whatever clocks do, and may be lengthened."""
    assert paid == str(trial_end(date.fromisoformat(start), trial, extra_days=extra))


def test_a_trial_is_not_shortened_by_extra_days() -> None:
    """Negative days are refused with the way out."""
    with pytest.raises(RangeError, match="first paid day"):
        trial_end(date(2024, 1, 1), MONTHLY, extra_days=-1)
