"""When a declined charge is tried again, when the customer is asked, and when it ends."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import attrs
import pendulum
import pytest

from renewkit.errors import ConfigurationError, HistoryError, RangeError, UnknownZoneError
from renewkit.policies.retry import (
    PEERS,
    STANDARD_RETRIES,
    STANDARD_WAITS,
    AskCustomer,
    Backoff,
    BusinessHours,
    GiveUp,
    Ladder,
    PayDays,
    RetryAt,
    RetryPolicy,
    evenly,
    gaps,
)
from renewkit.policies.retry.ladders import squeezed
from renewkit.values.calendar import WEEKENDS, BusinessCalendar
from renewkit.values.decline import Attempt, CustomerAction, Decline, DeclineCause, classify
from renewkit.values.elapsed import later, moment, utc

DAY = timedelta(days=1)
T0 = pendulum.datetime(2026, 3, 2, 12)  # a Monday
FUNDS = classify("stripe", "insufficient_funds")
BANK = classify("stripe", "do_not_honor")
BUSY = classify("stripe", "processing_error")
PLAIN = RetryPolicy((DAY, 3 * DAY, 7 * DAY))


def tried(*days: float, decline: Decline | None = FUNDS) -> list[Attempt]:
    """Make declined attempts so many days after the first instant."""
    return [Attempt(later(T0, timedelta(days=day)), decline) for day in days]


def retry(decision: object) -> RetryAt:
    """Take a decision for a retry."""
    assert isinstance(decision, RetryAt), decision
    return decision


def days_after(decision: object) -> float:
    """Return how many days after the first instant a retry is."""
    return (retry(decision).when.timestamp() - T0.timestamp()) / 86400


def test_the_first_retry_is_attempt_two() -> None:
    """The attempt number counts the attempts and one more."""
    assert RetryAt(T0.add(days=1), 2) == attrs.evolve(
        retry(PLAIN.decide(tried(0), key="k", now=T0)), ask=None, why="", first=None
    )


def test_nothing_tried_is_tried_now() -> None:
    """Without an attempt the first one is due."""
    assert (T0, 1) == (retry(PLAIN.decide([], key="k", now=T0)).when, retry(PLAIN.decide([], key="k", now=T0)).number)


@pytest.mark.parametrize(("made", "expected"), [((0,), 1), ((0, 1), 3), ((0, 1, 3), 7)])
def test_waits_count_from_the_first_decline(made: tuple[int, ...], expected: int) -> None:
    """Each rung lies at its own distance from the first decline."""
    attempts = tried(*made)
    assert expected == days_after(PLAIN.decide(attempts, key="k", now=attempts[-1].at))


def test_a_late_run_keeps_its_distance() -> None:
    """After a late try the next one waits at least the smallest gap of the ladder."""
    attempts = tried(0, 2.9)
    assert days_after(PLAIN.decide(attempts, key="k", now=attempts[-1].at)) == 3.9


def test_a_missed_rung_is_tried_now() -> None:
    """A retry whose time has passed is due at once, never in the past."""
    assert T0.add(days=5) == retry(PLAIN.decide(tried(0), key="k", now=T0.add(days=5))).when


def test_a_gateways_clock_may_be_ahead() -> None:
    """An attempt that was reported a few seconds ahead of us counts from its own time."""
    attempts = [Attempt(T0.add(seconds=3), FUNDS)]
    assert T0.add(days=1, seconds=3) == retry(PLAIN.decide(attempts, key="k", now=T0)).when


def test_a_used_ladder_is_given_up() -> None:
    """After the last rung it ends."""
    decision = PLAIN.decide(tried(0, 1, 3, 7), key="k", now=T0.add(days=7))
    assert GiveUp("exhausted", "the ladder for funds is used up") == decision


def test_no_waits_mean_no_retries() -> None:
    """An empty ladder gives up at once."""
    assert isinstance(RetryPolicy(()).decide(tried(0), key="k", now=T0), GiveUp)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("expired_card", AskCustomer(CustomerAction.UPDATE_PAYMENT_METHOD, "stripe expired_card: hard, after_fix")),
        ("stolen_card", AskCustomer(CustomerAction.USE_OTHER_METHOD, "stripe stolen_card: fraud, never")),
        ("fraudulent", GiveUp("never", "stripe fraudulent: fraud, never")),
        ("testmode_decline", GiveUp("merchant", "stripe testmode_decline: config, never")),
    ],
)
def test_what_must_not_be_retried_is_not(code: str, expected: object) -> None:
    """Where the customer can act he is asked; where nobody can, it ends with a stable word."""
    attempts = tried(0, decline=classify("stripe", code))
    assert expected == PLAIN.decide(attempts, key="k", now=T0)


def test_an_unknown_code_has_a_small_budget() -> None:
    """A code that nobody knows gets two rungs."""
    table = PLAIN.timetable(classify("stripe", "never_heard_of"), at=T0)
    assert 2 == len(table.retries)


def test_an_attempt_that_says_nothing_counts_as_unknown() -> None:
    """An attempt without a decline gets the budget of an unknown code."""
    assert PLAIN.ladder(DeclineCause.UNKNOWN) == PLAIN.waits[:2]
    assert 1 == days_after(PLAIN.decide(tried(0, decline=None), key="k", now=T0))


def test_a_cause_may_have_its_own_ladder() -> None:
    """Declines of a cause follow the ladder for it."""
    policy = RetryPolicy((DAY,), ladders=(Ladder(DeclineCause.BANK, (5 * DAY,)),))
    assert 5 == days_after(policy.decide(tried(0, decline=BANK), key="k", now=T0))


def test_the_action_is_asked_with_the_first_retry() -> None:
    """The customer is told to add funds when the first retry is planned, not after the last."""
    first = PLAIN.decide(tried(0), key="k", now=T0)
    second = PLAIN.decide(tried(0, 1), key="k", now=T0.add(days=1))
    assert (CustomerAction.ADD_FUNDS, None) == (retry(first).ask, retry(second).ask)


def test_a_new_reason_asks_again() -> None:
    """When a later decline asks for something else, that is asked for."""
    attempts = [*tried(0), *tried(1, decline=BANK)]
    assert CustomerAction.CONTACT_BANK is retry(PLAIN.decide(attempts, key="k", now=T0.add(days=1))).ask


def test_no_retry_after_the_end() -> None:
    """A rung beyond `until` is not tried."""
    decision = PLAIN.decide(tried(0, 1), key="k", now=T0.add(days=1), until=T0.add(days=2))
    assert isinstance(decision, GiveUp)
    assert "too_late" == decision.reason


def test_the_end_itself_is_allowed() -> None:
    """A rung exactly at `until` is tried, and carries the end."""
    decision = retry(PLAIN.decide(tried(0), key="k", now=T0, until=T0.add(days=1)))
    assert T0.add(days=1) == decision.when == decision.until


def test_after_the_end_nothing_is_decided() -> None:
    """Once the end has passed it is too late for anything."""
    decision = PLAIN.decide(tried(0), key="k", now=T0.add(days=2), until=T0.add(days=1))
    assert GiveUp("too_late", "retries ended on 2026-03-03 12:00 UTC") == decision


def test_retries_end_within_a_time() -> None:
    """`within` ends retries however the ladder was delayed."""
    policy = RetryPolicy((DAY, 2 * DAY), within=2 * DAY)
    assert isinstance(policy.decide(tried(0, 1.5), key="k", now=T0.add(hours=36)), GiveUp)


def test_attempts_are_limited_in_all() -> None:
    """`most` counts every attempt, technical ones too."""
    policy = RetryPolicy((DAY,), most=3)
    decision = policy.decide(tried(0, 0.1, 0.2, decline=BUSY), key="k", now=T0.add(days=1))
    assert GiveUp("exhausted", "all 3 attempts have been made") == decision


def test_one_more_at_the_end() -> None:
    """With `at_the_end` a used ladder is followed by one try at the very end, and no more."""
    policy = RetryPolicy((DAY,), at_the_end=True)
    end = T0.add(days=20)
    last = retry(policy.decide(tried(0, 1), key="k", now=T0.add(days=1), until=end))
    after = policy.decide([*tried(0, 1), Attempt(end, FUNDS)], key="k", now=end, until=end)
    assert (end, True) == (last.when, isinstance(after, GiveUp))


def test_no_end_means_no_last_try() -> None:
    """Without an end there is no very end."""
    policy = RetryPolicy((DAY,), at_the_end=True)
    assert isinstance(policy.decide(tried(0, 1), key="k", now=T0.add(days=1)), GiveUp)


def test_a_changed_method_is_tried_at_once() -> None:
    """A new card is tried now, even where the ladder is used up, and asks for nothing."""
    decision = PLAIN.decide(tried(0, 1, 3, 7), key="k", now=T0.add(days=9), method_changed_at=T0.add(days=8))
    assert (T0.add(days=9), 5, None) == (retry(decision).when, retry(decision).number, retry(decision).ask)


@pytest.mark.parametrize(("decline", "expected"), [(FUNDS, 3), (BUSY, 2 + 1 / 24)])
def test_the_try_of_a_changed_method_uses_no_rung(decline: Decline, expected: float) -> None:
    """After the immediate try the ladder goes on where it was."""
    attempts = [*tried(0, 1), *tried(2, decline=decline)]
    policy = RetryPolicy((DAY, 3 * DAY, 7 * DAY))
    decision = policy.decide(attempts, key="k", now=T0.add(days=2), method_changed_at=T0.add(days=2))
    assert pytest.approx(expected) == days_after(decision)


def test_a_method_changed_before_the_first_attempt_is_no_news() -> None:
    """A change that the first attempt already used brings nothing."""
    assert 1 == days_after(PLAIN.decide(tried(0), key="k", now=T0, method_changed_at=T0.subtract(days=1)))


def test_technical_failures_back_off() -> None:
    """A gateway that is down is tried again in hours, apart from the ladder."""
    policy = RetryPolicy((DAY,), technical=Backoff(timedelta(hours=1), 2, tries=2))
    first = policy.decide(tried(0, decline=BUSY), key="k", now=T0)
    assert pytest.approx(1 / 24) == days_after(first)


def test_a_backoff_that_is_used_up_hands_over_to_the_ladder() -> None:
    """After the tries for technical failures the ladder is used, and it ends."""
    policy = RetryPolicy((5 * DAY, 9 * DAY), technical=Backoff(tries=1))
    table = policy.timetable(BUSY, at=T0)
    assert [1 / 24, 5, 9] == pytest.approx([days_after(each) for each in table.retries])


def test_technical_failures_use_no_rung() -> None:
    """A decline after technical failures starts the ladder at its first rung, counted from that decline."""
    attempts = [*tried(0, 0.1, decline=BUSY), *tried(0.2)]
    assert pytest.approx(1.2) == days_after(PLAIN.decide(attempts, key="k", now=attempts[-1].at))


def test_timed_advice_is_followed() -> None:
    """The network's wait replaces the rung's time."""
    advised = classify("iso8583", "51", advice="26")
    assert 2 == days_after(PLAIN.decide(tried(0, decline=advised), key="k", now=T0))


def test_a_recommended_wait_delays_a_rung() -> None:
    """A recommended wait that is longer than the rung's is kept, a shorter one changes nothing."""
    advised = classify("stripe", "do_not_honor", advice="02")
    early = PLAIN.decide(tried(0, decline=advised), key="k", now=T0)
    late = RetryPolicy((5 * DAY,)).decide(tried(0, decline=advised), key="k", now=T0)
    assert (3, 5) == (days_after(early), days_after(late))


def test_technical_advice_is_followed_too() -> None:
    """A technical failure with a longer advised wait waits that long."""
    advised = attrs.evolve(BUSY, wait=timedelta(hours=12))
    assert 0.5 == days_after(PLAIN.decide(tried(0, decline=advised), key="k", now=T0))


def test_jitter_stays_inside_its_width() -> None:
    """Jitter only delays, by less than its width, and differs by key."""
    policy = RetryPolicy((DAY,), jitter=timedelta(hours=6))
    delays = {days_after(policy.decide(tried(0), key=f"inv_{k}", now=T0)) - 1 for k in range(50)}
    assert min(delays) >= 0
    assert max(delays) < 0.25
    assert len(delays) > 40


def test_jitter_of_less_than_a_second_works() -> None:
    """A jitter of milliseconds is spread in microseconds."""
    policy = RetryPolicy((DAY,), jitter=timedelta(milliseconds=5))
    assert 0 <= days_after(policy.decide(tried(0), key="k", now=T0)) - 1 < 1e-6


def test_jitter_of_a_backoff_is_no_longer_than_its_wait() -> None:
    """An hour's wait is not spread over six."""
    policy = RetryPolicy((DAY,), jitter=timedelta(hours=6))
    assert days_after(policy.decide(tried(0, decline=BUSY), key="k", now=T0)) < 2 / 24


def test_a_pay_day_before_the_rung_is_used() -> None:
    """A try for lack of funds moves forward to the pay day in the payer's zone."""
    policy = RetryPolicy((5 * DAY, 20 * DAY), paydays=PayDays((15,), time(9)))
    decision = retry(policy.decide(tried(0, 5), key="k", now=T0.add(days=5), zone="Asia/Taipei"))
    assert ("2026-03-15T09:00:00+08:00", True) == (
        decision.when.in_timezone("Asia/Taipei").isoformat(),
        "pay day" in decision.why,
    )


@pytest.mark.parametrize("decline", [classify("iso8583", "65"), classify("iso8583", "51", advice="30")])
def test_pay_days_serve_lack_of_funds_alone(decline: Decline) -> None:
    """A limit and timed advice do not wait for money."""
    policy = RetryPolicy((14 * DAY,), paydays=PayDays((10,)))
    assert "pay day" not in retry(policy.decide(tried(0, decline=decline), key="k", now=T0)).why


def test_without_a_pay_day_in_reach_the_rung_stays() -> None:
    """A pay day after the rung is never waited for."""
    policy = RetryPolicy((3 * DAY,), paydays=PayDays((31,)))
    assert 3 == days_after(policy.decide(tried(0), key="k", now=T0))


def test_a_pay_day_on_a_weekend_comes_before_it() -> None:
    """With a calendar pay arrives on the business day before: Sunday the 15th is paid on Friday the 13th."""
    policy = RetryPolicy((20 * DAY,), paydays=PayDays((15,)))
    first = tried(0)
    decision = retry(policy.decide(first, key="k", now=T0, calendar=WEEKENDS))
    assert "2026-03-22" == decision.when.to_date_string() or "2026-03-23" == decision.when.to_date_string()
    soon = RetryPolicy((DAY, 20 * DAY), paydays=PayDays((15,)))
    assert (
        "2026-03-13"
        == retry(soon.decide(tried(0, 1), key="k", now=T0.add(days=1), calendar=WEEKENDS)).when.to_date_string()
    )


@pytest.mark.parametrize(
    ("hour", "expected"),
    [(12, "2026-03-03T12:00:00"), (3, "2026-03-03T08:00:00"), (21, "2026-03-04T08:00:00")],
)
def test_hours_move_a_try_to_the_opening(hour: int, expected: str) -> None:
    """A try at night waits for the morning in the payer's zone."""
    policy = RetryPolicy((DAY,), hours=BusinessHours(time(8), time(20)))
    first = pendulum.datetime(2026, 3, 2, hour, tz="Europe/Berlin")
    decision = policy.decide([Attempt(first, FUNDS)], key="k", now=first, zone="Europe/Berlin")
    assert expected == retry(decision).when.in_timezone("Europe/Berlin").isoformat()[:19]


def test_hours_spread_what_they_gather() -> None:
    """Tries that wait for the morning do not all strike at the opening."""
    policy = RetryPolicy((DAY,), jitter=timedelta(hours=6), hours=BusinessHours(time(8), time(20)))
    first = pendulum.datetime(2026, 3, 2, 21)
    whens = {retry(policy.decide([Attempt(first, FUNDS)], key=f"k{k}", now=first)).when for k in range(20)}
    assert len(whens) > 10


def test_hours_and_holidays_combine() -> None:
    """A try on a weekend waits for Monday's opening."""
    policy = RetryPolicy((5 * DAY,), hours=BusinessHours(time(8), time(20)))
    decision = retry(policy.decide(tried(0), key="k", now=T0, calendar=WEEKENDS))
    assert "2026-03-09T08:00:00" == decision.when.isoformat()[:19]


@pytest.mark.parametrize(("days", "expected"), [(5, "2026-03-09T12:00:00"), (3, "2026-03-05T12:00:00")])
def test_a_calendar_alone_moves_the_day(days: int, expected: str) -> None:
    """Without hours a try on a weekend keeps its time and moves to Monday."""
    decision = retry(RetryPolicy((days * DAY,)).decide(tried(0), key="k", now=T0, calendar=WEEKENDS))
    assert expected == decision.when.isoformat()[:19]


def test_a_long_ladder_is_squeezed() -> None:
    """A ladder longer than the time left shrinks in proportion and loses no rung that fits."""
    policy = RetryPolicy((4 * DAY, 8 * DAY, 16 * DAY), is_squeezed=True)
    table = policy.timetable(FUNDS, at=T0, until=T0.add(days=12))
    assert [3, 6, 12] == [days_after(each) for each in table.retries]


@pytest.mark.parametrize(
    ("waits", "room", "expected"),
    [((4, 8, 16), 20, (4, 8, 16)), ((4, 8, 16), 3, (1.5, 3)), ((4, 8), 0.5, (4, 8)), ((), 5, ())],
)
def test_squeezing_keeps_a_day_between_tries(waits: tuple[int, ...], room: float, expected: tuple[float, ...]) -> None:
    """Rungs that would lie closer than a day are left out; a ladder without room stays as it is."""
    found = squeezed(tuple(day * DAY for day in waits), timedelta(days=room))
    assert tuple(timedelta(days=day) for day in expected) == found


def test_a_timetable_says_why() -> None:
    """Every date of a preview has its reason, and the end its own."""
    table = PLAIN.timetable(FUNDS, at=T0)
    assert "rung 1 of 3 for funds: 1 day after the first" == table.retries[0].why
    assert isinstance(table.end, GiveUp)


def test_a_timetable_of_a_hopeless_decline_is_empty() -> None:
    """A preview of an expired card is a question to the customer."""
    table = PLAIN.timetable(classify("stripe", "expired_card"), at=T0)
    assert ((), AskCustomer) == (table.retries, type(table.end))


def test_reasons_are_readable() -> None:
    """Waits are written in days and hours."""
    policy = RetryPolicy((timedelta(days=1, hours=12), 2 * DAY))
    whys = [each.why for each in policy.timetable(FUNDS, at=T0).retries]
    assert ["1 day and 12:00:00 h", "2 days"] == [why.split(": ")[1].removesuffix(" after the first") for why in whys]


def test_advice_without_a_wait_says_no_time() -> None:
    """A wait of nothing is written as such."""
    advised = attrs.evolve(classify("iso8583", "51", advice="24"), wait=timedelta(0))
    assert "no time" in retry(PLAIN.decide(tried(0, decline=advised), key="k", now=T0)).why


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: RetryPolicy((3 * DAY, DAY)), ConfigurationError),
        (lambda: RetryPolicy((DAY, DAY)), ConfigurationError),
        (lambda: RetryPolicy((-DAY,)), ConfigurationError),
        (lambda: RetryPolicy((timedelta(0),)), ConfigurationError),
        (lambda: RetryPolicy((1,)), ConfigurationError),
        (lambda: RetryPolicy((DAY, 2 * DAY), most=2), ConfigurationError),
        (lambda: RetryPolicy((DAY,), most=0), RangeError),
        (lambda: RetryPolicy((9 * DAY,), within=7 * DAY), ConfigurationError),
        (lambda: RetryPolicy((DAY,), jitter=2 * DAY), ConfigurationError),
        (lambda: RetryPolicy((DAY,), jitter=-DAY), RangeError),
        (lambda: RetryPolicy((DAY,), unknown=-1), RangeError),
        (lambda: RetryPolicy((DAY,), ladders=[Ladder(DeclineCause.BANK, ())] * 2), ConfigurationError),
        (lambda: Ladder(DeclineCause.BANK, (2 * DAY, DAY)), ConfigurationError),
        (lambda: PayDays(()), ConfigurationError),
        (lambda: PayDays((32,)), RangeError),
        (lambda: PayDays((1,), time(9, tzinfo=UTC)), ConfigurationError),
        (lambda: BusinessHours(time(20), time(8)), ConfigurationError),
        (lambda: BusinessHours(time(8), "20:00"), ConfigurationError),
        (lambda: Backoff(timedelta(0)), ConfigurationError),
        (lambda: Backoff(factor="0.5"), ConfigurationError),
        (lambda: Backoff(DAY, limit=timedelta(hours=1)), ConfigurationError),
        (lambda: Backoff(tries=-1), RangeError),
        (lambda: Backoff(steady=0), RangeError),
        (lambda: Backoff().wait(0), RangeError),
        (lambda: evenly(0, within=DAY), RangeError),
        (lambda: gaps([DAY, timedelta(0)]), ConfigurationError),
    ],
)
def test_bad_settings_are_refused(make: Callable[[], object], error: type[Exception]) -> None:
    """Settings that cannot mean anything are refused with a clear error."""
    with pytest.raises(error, match="expected"):
        make()


@pytest.mark.parametrize(
    ("attempts", "options", "error"),
    [
        (tried(1, 0), {}, HistoryError),
        (tried(0, 0), {}, HistoryError),
        (tried(30), {}, HistoryError),
        (tried(0), {"method_changed_at": T0.add(days=30)}, HistoryError),
        (tried(0), {"zone": ""}, UnknownZoneError),
        (tried(0), {"zone": "Mars/Olympus"}, UnknownZoneError),
    ],
)
def test_bad_histories_are_refused(attempts: list[Attempt], options: dict[str, object], error: type[Exception]) -> None:
    """Attempts out of order, doubled or of the future, and a zone that is none, are refused."""
    with pytest.raises(error, match="expected"):
        PLAIN.decide(attempts, key="k", now=T0.add(days=2), **options)  # type: ignore[arg-type]  # options of several types


@pytest.mark.parametrize(("failures", "expected"), [(1, 1), (2, 2), (3, 4), (4, 5), (5, None)])
def test_a_backoff_grows_to_its_limit(failures: int, expected: int | None) -> None:
    """Waits double up to the limit, then end with the tries."""
    backoff = Backoff(timedelta(hours=1), 2, timedelta(hours=5), tries=4)
    assert (None if expected is None else timedelta(hours=expected)) == backoff.wait(failures)


def test_a_backoff_without_limit_stays_within_a_year() -> None:
    """A thousand failures do not overflow."""
    assert timedelta(days=366) == Backoff(timedelta(hours=1), 2, None, tries=1000).wait(900)


def test_peers_are_ladders() -> None:
    """The published ladders are in order, and PayPal's gaps of 3 and 5 days end on day 8."""
    assert all(RetryPolicy(waits).waits == waits for waits in PEERS.values())
    assert (3 * DAY, 8 * DAY) == PEERS["paypal"]


def test_the_standard_policy_uses_the_standard_ladder() -> None:
    """The recommended policy is the standard ladder with pay days, squeezed where time is short."""
    assert (STANDARD_WAITS, PayDays(), True) == (
        STANDARD_RETRIES.waits,
        STANDARD_RETRIES.paydays,
        STANDARD_RETRIES.is_squeezed,
    )


def test_pay_days_of_the_month_before_are_seen() -> None:
    """In a zone ahead of UTC the last of a month begins on the day before."""
    window = datetime(2026, 3, 30, 15, 30, tzinfo=UTC), datetime(2026, 3, 31, 23, tzinfo=UTC)
    found = PayDays((31,), time(1)).first_between(*window, zone="Asia/Tokyo")
    assert datetime(2026, 3, 30, 16, tzinfo=UTC) == found


def test_a_pay_day_on_a_holiday_of_the_next_month_is_found() -> None:
    """The first of a month that is a holiday is paid in the month before."""
    calendar = BusinessCalendar(holidays=(datetime(2026, 4, 1).date(),))
    window = datetime(2026, 3, 30, tzinfo=UTC), datetime(2026, 3, 31, 23, tzinfo=UTC)
    assert datetime(2026, 3, 31, 9, tzinfo=UTC) == PayDays((1,)).first_between(*window, zone="UTC", calendar=calendar)


def test_elapsed_time_ignores_the_clocks() -> None:
    """24 hours after 01:30 on the day of the change is 02:30 on the wall."""
    before = pendulum.datetime(2026, 3, 8, 1, 30, tz="America/New_York")
    assert "2026-03-09T02:30:00-04:00" == later(before, timedelta(hours=24)).in_timezone("America/New_York").isoformat()
    assert utc(before) == moment(utc(before))
