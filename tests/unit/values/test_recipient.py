"""Recipients, their channels and their quiet hours."""

from datetime import UTC, date, datetime, time

import pendulum
import pytest

from renewkit.codec import from_json, to_json
from renewkit.errors import ConfigurationError, IdentifierError, RangeError, UnknownZoneError
from renewkit.values.calendar import TARGET2, BusinessCalendar
from renewkit.values.recipient import DECENT, Channel, QuietDay, QuietHours, Recipient, channel_names

NEW_YORK = Recipient("America/New_York")
TEXAS = QuietHours.outside(time(9), time(21), days=[(6, time(12), time(21))])


def local(text: str, zone: str = "America/New_York") -> pendulum.DateTime:
    """Read a wall-clock time of a zone."""
    moment = pendulum.parse(text, tz=zone)
    assert isinstance(moment, pendulum.DateTime)
    return moment


@pytest.mark.parametrize(
    ("clock", "quiet"), [("20:59", False), ("21:00", True), ("00:00", True), ("07:59", True), ("08:00", False)]
)
def test_quiet_hours_reach_over_midnight(clock: str, quiet: bool) -> None:
    """From nine in the evening up to but without eight in the morning."""
    assert quiet is DECENT.covers(datetime.fromisoformat(f"2026-05-15T{clock}"))


@pytest.mark.parametrize(("clock", "quiet"), [("11:59", False), ("12:00", True), ("14:00", False)])
def test_quiet_hours_may_lie_within_the_day(clock: str, quiet: bool) -> None:
    """A siesta is quiet, the evening is not."""
    assert quiet is QuietHours(time(12), time(14)).covers(datetime.fromisoformat(f"2026-05-15T{clock}"))


def test_a_weekday_may_have_hours_of_its_own() -> None:
    """On Sundays Texas starts at noon."""
    assert [True, False] == [TEXAS.covers(datetime(2026, 5, 17, 10)), TEXAS.covers(datetime(2026, 5, 18, 10))]


@pytest.mark.parametrize(
    "make",
    [
        lambda: QuietHours(time(8), time(8)),
        lambda: QuietHours(time(21), time(8), days=tuple(QuietDay(day) for day in range(7))),
        lambda: QuietHours(time(21), time(8), days=(QuietDay(6), QuietDay(6))),
        lambda: QuietHours(time(21, tzinfo=UTC), time(8)),
        lambda: QuietDay(6, start=time(8, tzinfo=UTC)),
        lambda: Recipient("UTC", send_at=time(9, tzinfo=UTC)),
    ],
)
def test_impossible_hours_are_refused(make) -> None:  # noqa: ANN001  a maker of any value
    """Hours that leave none, two rules for a day and clocks with a zone of their own mean nothing."""
    with pytest.raises(ConfigurationError):
        make()


@pytest.mark.parametrize("weekday", [-1, 7])
def test_a_weekday_exists(weekday: int) -> None:
    """Monday is 0 and Sunday 6."""
    with pytest.raises(RangeError, match="weekday from 0 to 6"):
        QuietDay(weekday)


def test_a_quiet_day_lasts_from_midnight_to_midnight() -> None:
    """Without times the whole day is quiet."""
    sunday = QuietDay(6)
    assert (time(0), time(0), True) == (sunday.start, sunday.end, sunday.covers(time(12)))


def test_a_zone_is_required_and_real() -> None:
    """Without a zone nobody knows when it is night."""
    with pytest.raises(UnknownZoneError):
        Recipient("Mars/Olympus")


@pytest.mark.parametrize(
    ("moment", "later", "earlier"),
    [
        ("2026-05-15T21:00", "2026-05-16T08:00", "2026-05-15T20:59"),
        ("2026-05-15T21:30", "2026-05-16T08:00", "2026-05-15T20:59"),
        ("2026-05-16T03:00", "2026-05-16T08:00", "2026-05-15T20:59"),
        ("2026-05-16T12:00", "2026-05-16T12:00", "2026-05-16T12:00"),
        ("2026-11-01T01:30", "2026-11-01T08:00", "2026-10-31T20:59"),
    ],
)
def test_a_night_is_left_at_either_end(moment: str, later: str, earlier: str) -> None:
    """The next decent moment is in the morning, the last one was in the evening."""
    here = local(moment)
    assert (local(later), local(earlier)) == (NEW_YORK.decent_from(here), NEW_YORK.decent_until(here))


def test_quiet_hours_are_those_of_the_recipient() -> None:
    """At the same instant it is quiet in New York and decent in Los Angeles."""
    moment = datetime(2026, 5, 16, 1, 10, tzinfo=UTC)
    assert [False, True] == [Recipient(f"America/{city}").is_decent(moment) for city in ("New_York", "Los_Angeles")]


def test_a_quiet_hour_that_the_clocks_skip_ends_after_the_gap() -> None:
    """Quiet until 02:30 on the day when 02:00 becomes 03:00 is quiet until 03:00."""
    recipient = Recipient("America/New_York", quiet=QuietHours(time(22), time(2, 30)))
    assert local("2026-03-08T03:00") == recipient.decent_from(local("2026-03-08T01:00"))


def test_a_quiet_hour_that_the_clocks_skip_begins_after_the_gap() -> None:
    """Quiet from 02:31 on the day when 02:00 becomes 03:00: the last decent minute is 01:59."""
    recipient = Recipient("America/New_York", quiet=QuietHours(time(2, 31), time(5)))
    assert local("2026-03-08T01:59") == recipient.decent_until(local("2026-03-08T04:00"))


def test_an_hour_shown_twice_is_quiet_twice() -> None:
    """Quiet until 01:45 on the day when 02:00 becomes 01:00: the second showing is quiet again."""
    recipient = Recipient("America/New_York", quiet=QuietHours(time(0, 30), time(1, 45)))
    second = datetime(2026, 11, 1, 6, 10, tzinfo=UTC)
    found = recipient.decent_from(second), recipient.decent_until(second)
    assert ["06:45", "04:29"] == [moment.astimezone(UTC).strftime("%H:%M") for moment in found]


def test_the_day_that_never_was_is_passed_over() -> None:
    """Apia had no 30 December 2011: after the evening of the 29th comes the morning of the 31st."""
    apia = Recipient("Pacific/Apia")
    assert "2011-12-31T08:00:00+14:00" == apia.decent_from(local("2011-12-29T22:00", "Pacific/Apia")).isoformat()


def test_business_days_only_keeps_weekends_free() -> None:
    """A Saturday moves to Monday morning or Friday evening, unless any day will do."""
    office = Recipient("UTC", business_days_only=True)
    saturday = datetime(2026, 5, 16, 12, tzinfo=UTC)
    assert datetime(2026, 5, 18, 8, tzinfo=UTC) == office.decent_from(saturday)
    assert datetime(2026, 5, 15, 20, 59, tzinfo=UTC) == office.decent_until(saturday)
    assert saturday == office.decent_from(saturday, any_day=True)
    assert (False, True) == (office.is_decent(saturday), office.is_decent(saturday, any_day=True))


def test_without_quiet_hours_any_hour_is_decent() -> None:
    """A machine does not sleep, but its business days may count."""
    machine = Recipient("UTC", quiet=None, business_days_only=True, calendar=TARGET2)
    assert datetime(2026, 4, 7, tzinfo=UTC) == machine.decent_from(datetime(2026, 4, 3, 5, tzinfo=UTC))
    assert machine.is_decent(datetime(2026, 4, 7, 3, tzinfo=UTC))


def test_a_search_without_end_is_an_error() -> None:
    """Mondays alone are worked and Mondays are quiet: nothing is ever decent."""
    hours = QuietHours(time(21), time(8), days=(QuietDay(0),))
    never = Recipient("UTC", quiet=hours, business_days_only=True, calendar=BusinessCalendar((1, 2, 3, 4, 5, 6)))
    with pytest.raises(ConfigurationError, match="two years"):
        never.decent_from(datetime(2026, 4, 3, tzinfo=UTC))


def test_a_search_ends_after_two_years() -> None:
    """A row of 799 holidays is left behind, one day more is a mistake in the calendar."""
    first = pendulum.date(2026, 1, 1)
    rows = [tuple(first.add(days=day) for day in range(size)) for size in (799, 800)]
    long, longer = (
        Recipient("UTC", quiet=None, business_days_only=True, calendar=BusinessCalendar((), days)) for days in rows
    )
    start = datetime(2026, 1, 1, tzinfo=UTC)
    assert rows[1][-1] == long.decent_from(start).date()
    with pytest.raises(ConfigurationError, match="two years"):
        longer.decent_from(start)


def test_the_usual_moment_is_on_the_recipients_clock() -> None:
    """Nine in the morning in Taipei is one in the morning in UTC."""
    assert datetime(2026, 5, 15, 1, tzinfo=UTC) == Recipient("Asia/Taipei").usual_moment(pendulum.Date(2026, 5, 15))


def test_channels_are_words_each_once() -> None:
    """Known channels and the host's own mix; repetitions fall away."""
    assert ("email", "line") == channel_names([Channel.EMAIL, "line", "email"])


def test_one_word_is_not_several_channels() -> None:
    """A bare string would be taken letter by letter."""
    with pytest.raises(ConfigurationError, match=r"\('email',\)"):
        Recipient("UTC", channels="email")


def test_a_channel_has_a_name() -> None:
    """An empty word names no channel."""
    with pytest.raises(IdentifierError):
        channel_names([""])


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [((), ("email", "sms")), (("sms",), ("sms", "email")), (("letter",), ("email", "sms"))],
)
def test_wanted_channels_come_first(wanted: tuple[str, ...], expected: tuple[str, ...]) -> None:
    """The recipient's other channels are the fall-back."""
    assert expected == Recipient("UTC", channels=("email", "sms")).reached_by(wanted)


def test_a_recipient_survives_json() -> None:
    """What is written reads back equal, weekdays and calendar included."""
    calendar = BusinessCalendar(holidays=(date(2026, 5, 1),))
    recipient = Recipient("America/Chicago", "es", channels=("sms",), quiet=TEXAS, calendar=calendar)
    assert recipient == from_json(to_json(recipient), Recipient)
