from datetime import UTC, date, datetime, timedelta

import pendulum
import pytest

from renewkit.errors import DateExpectedError, EmptyPeriodError, InstantExpectedError, RangeError, ReversedPeriodError
from renewkit.values.period import Period, ServicePeriod, Span

MARCH = Period(date(2024, 3, 1), date(2024, 4, 1))
NOON = datetime(2024, 3, 10, 12, tzinfo=UTC)


def test_dates_come_out_as_pendulum_dates() -> None:
    """Standard dates go in, pendulum's come out."""
    assert (pendulum.Date, pendulum.Date) == (type(MARCH.start), type(MARCH.end))


def test_the_end_is_exclusive() -> None:
    """The first day belongs to a period, its end does not, and the day before it does not."""
    days = (date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 31), date(2024, 4, 1))
    assert [False, True, True, False] == [day in MARCH for day in days]


def test_days() -> None:
    """A period counts its civil days."""
    assert 31 == MARCH.days


def test_a_cut_tiles() -> None:
    """Cuts in any order, repeated, give neighbours in order."""
    parts = MARCH.cut(date(2024, 3, 20), date(2024, 3, 5), date(2024, 3, 20))
    assert ["[2024-03-01, 2024-03-05)", "[2024-03-05, 2024-03-20)", "[2024-03-20, 2024-04-01)"] == [*map(str, parts)]


def test_a_cut_at_an_edge_cuts_nothing() -> None:
    """The edges and no cut at all leave the period whole."""
    assert (MARCH,) == MARCH.cut(MARCH.start, MARCH.end) == MARCH.cut()


@pytest.mark.parametrize("day", [date(2024, 2, 29), date(2024, 4, 2)])
def test_a_cut_outside_is_refused(day: date) -> None:
    """A day outside cuts nothing and is a mistake."""
    with pytest.raises(RangeError, match=str(day)):
        MARCH.cut(day)


@pytest.mark.parametrize(
    ("start", "end", "overlap"),
    [
        ("2024-03-20", "2024-05-01", "[2024-03-20, 2024-04-01)"),
        ("2024-01-01", "2024-12-31", "[2024-03-01, 2024-04-01)"),
        ("2024-04-01", "2024-05-01", "None"),
    ],
)
def test_overlap(start: str, end: str, overlap: str) -> None:
    """The days that belong to both; neighbours share none."""
    other = Period(date.fromisoformat(start), date.fromisoformat(end))
    assert overlap == str(MARCH.overlap(other)) == str(other.overlap(MARCH))


def test_an_empty_period_is_refused() -> None:
    """A period has at least one day."""
    with pytest.raises(EmptyPeriodError, match="at least one day"):
        Period(MARCH.start, MARCH.start)


def test_a_reversed_period_is_refused() -> None:
    """The end lies after the start."""
    with pytest.raises(ReversedPeriodError, match=r"2024-04-01, 2024-03-01"):
        Period(MARCH.end, MARCH.start)


@pytest.mark.parametrize("value", [datetime(2024, 3, 1), NOON, "2024-03-01", 20240301])
def test_only_civil_dates_make_a_period(value: object) -> None:
    """A datetime, a text or a number is no civil date."""
    with pytest.raises(DateExpectedError, match="day_of"):
        Period(value, MARCH.end)  # type: ignore[arg-type]  # a caller's mistake


def test_a_datetime_is_in_no_period() -> None:
    """Asking with a moment is refused rather than compared."""
    with pytest.raises(DateExpectedError):
        _ = NOON in MARCH


def test_seconds_of_a_span() -> None:
    """A span counts whole seconds."""
    assert 90 == Span(NOON, NOON + timedelta(seconds=90, microseconds=5)).seconds


def test_the_end_of_a_span_is_exclusive() -> None:
    """The first instant belongs to it, the end does not."""
    span = Span(NOON, NOON + timedelta(seconds=1))
    assert (True, False) == (NOON in span, NOON + timedelta(seconds=1) in span)


def test_a_span_says_its_instants() -> None:
    """The text of a span is half-open too."""
    assert "[2024-03-10T12:00:00+00:00, 2024-03-10T12:01:00+00:00)" == str(Span(NOON, NOON + timedelta(minutes=1)))


def test_spans_without_time_are_refused() -> None:
    """An empty and a reversed span mean nothing."""
    with pytest.raises(EmptyPeriodError):
        Span(NOON, NOON)
    with pytest.raises(ReversedPeriodError):
        Span(NOON, NOON - timedelta(seconds=1))


def test_a_naive_datetime_makes_no_span() -> None:
    """A wall clock without a zone names no instant."""
    with pytest.raises(InstantExpectedError):
        Span(datetime(2024, 3, 10), NOON)


def test_a_stub_is_a_part() -> None:
    """Service that fills its cycle is no stub; service of a part is."""
    half = MARCH.cut(date(2024, 3, 15))[0]
    assert (False, True) == (ServicePeriod(MARCH, MARCH).is_stub, ServicePeriod(half, MARCH).is_stub)


def test_periods_are_values() -> None:
    """Equal periods hash alike and cannot be changed."""
    again = Period(date(2024, 3, 1), date(2024, 4, 1))
    assert (again, hash(again)) == (MARCH, hash(MARCH))
    with pytest.raises(AttributeError):
        again.start = date(2024, 3, 2)  # type: ignore[misc,assignment]  # a caller's mistake


def test_days_do_not_overlap_with_time() -> None:
    """A period and a span are two kinds of thing: asking for their overlap is refused either way round."""
    span = Span(NOON, NOON + timedelta(hours=1))
    with pytest.raises(DateExpectedError, match="expected a Period"):
        MARCH.overlap(span)  # type: ignore[arg-type]  # the claim is that it is refused
    with pytest.raises(InstantExpectedError, match="expected a Span"):
        span.overlap(MARCH)  # type: ignore[arg-type]  # as above


def test_a_cut_span_tiles() -> None:
    """Cuts in any order, repeated or on an edge, give neighbours in order."""
    span = Span(NOON, NOON + timedelta(minutes=10))
    cuts = [span.end, *(NOON + timedelta(minutes=minutes) for minutes in (7, 2, 7)), span.start]
    assert [120, 300, 180] == [part.seconds for part in span.cut(*cuts)]
    assert (span,) == span.cut()


@pytest.mark.parametrize("seconds", [-1, 61])
def test_a_span_is_not_cut_outside(seconds: int) -> None:
    """An instant outside the span is refused."""
    with pytest.raises(RangeError, match="cut inside the span"):
        Span(NOON, NOON + timedelta(minutes=1)).cut(NOON + timedelta(seconds=seconds))


def test_spans_overlap_in_what_both_hold() -> None:
    """Neighbours share nothing, for a span holds its start and not its end."""
    one, two, three = (Span(NOON + timedelta(hours=h), NOON + timedelta(hours=h + 2)) for h in (0, 1, 2))
    assert (Span(two.start, one.end), None) == (one.overlap(two), one.overlap(three))


@pytest.mark.parametrize("days", [(date(2024, 2, 29), date(2024, 3, 5)), (date(2024, 3, 5), date(2024, 4, 2))])
def test_one_cut_outside_is_enough_to_refuse(days: tuple[date, date]) -> None:
    """A day outside is refused beside one inside as well, for days and for instants."""
    with pytest.raises(RangeError, match="cut inside the period"):
        MARCH.cut(*days)
    span = Span(*(datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (MARCH.start, MARCH.end)))
    with pytest.raises(RangeError, match="cut inside the span"):
        span.cut(*(datetime(day.year, day.month, day.day, tzinfo=UTC) for day in days))
