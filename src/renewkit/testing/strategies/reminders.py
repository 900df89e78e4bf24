"""Recipients, plans, dates and contracts for reminders, with a taste for the days on which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from hypothesis import strategies as st

from renewkit.policies.reminders import INSURANCE, MEDIA, SOFTWARE, NoticeRule, Reminder, ReminderPlan
from renewkit.testing.strategies.dates import EVENTFUL, civil_dates, times_of_day, zones
from renewkit.values.calendar import TARGET2, WEEKENDS
from renewkit.values.facts import ContractFacts
from renewkit.values.offsets import Anchor, Offset, OffsetUnit
from renewkit.values.recipient import Channel, QuietDay, QuietHours, Recipient

__all__ = ["anchors", "facts_under", "offsets", "polls", "quiet_hours", "recipients", "reminder_plans"]

_FIRST, _LAST = date(2010, 1, 1), date(2035, 1, 1)
_LONGEST = {OffsetUnit.DAYS: 60, OffsetUnit.BUSINESS_DAYS: 20, OffsetUnit.MONTHS: 3, OffsetUnit.HOURS: 100}


@cache
def offsets() -> st.SearchStrategy[Offset]:
    """Draw offsets of every unit, before and after."""
    return st.sampled_from(OffsetUnit).flatmap(
        lambda unit: st.builds(Offset, st.integers(-_LONGEST[unit], _LONGEST[unit]), st.just(unit))
    )


@st.composite
def quiet_hours(draw: st.DrawFn) -> QuietHours:
    """Draw quiet hours, over midnight or not, sometimes with weekdays of their own, always with an hour left."""
    hours = st.sampled_from([(time(21), time(8)), (time(20), time(9)), (time(0), time(6)), (time(12), time(14, 30))])
    own = draw(st.dictionaries(st.integers(0, 6), st.none() | hours, max_size=3))
    days = tuple(
        QuietDay(day) if times is None else QuietDay(day, start=times[0], end=times[1]) for day, times in own.items()
    )
    free = st.tuples(times_of_day(), times_of_day()).filter(lambda pair: pair[0] != pair[1] and _leaves_hour(*pair))
    start, end = draw(st.one_of(hours, free))
    return QuietHours(start, end, days=days)


@cache
def recipients(zone: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[Recipient]:
    """Draw recipients in any zone, with and without quiet hours and business days."""
    return st.builds(
        Recipient,
        zone or zones(),
        channels=st.lists(st.sampled_from(Channel), min_size=1, unique=True).map(tuple),
        quiet=st.none() | quiet_hours(),
        calendar=st.sampled_from([WEEKENDS, TARGET2]),
        business_days_only=st.booleans(),
        send_at=times_of_day(),
    )


@cache
def reminder_plans() -> st.SearchStrategy[ReminderPlan]:
    """Draw our presets and plans of up to six steps around any anchors."""
    steps = st.builds(
        Reminder, st.sampled_from(["upcoming", "due", "overdue"]), offsets(), anchor=st.sampled_from(Anchor)
    )
    own = st.lists(steps, max_size=6, unique_by=lambda step: (step.anchor, step.id)).map(ReminderPlan)
    return st.one_of(own, st.sampled_from([INSURANCE, SOFTWARE, MEDIA]))


@cache
def anchors() -> st.SearchStrategy[dict[Anchor, date]]:
    """Draw civil dates and instants for some anchors, often around a change of clocks."""
    days = st.one_of(civil_dates(_FIRST, _LAST), st.sampled_from([wall.date() for wall, _ in EVENTFUL]))
    moments = st.datetimes(datetime(_FIRST.year, 1, 1), datetime(_LAST.year, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  bounds are naive by Hypothesis' own rule
    return st.dictionaries(st.sampled_from(Anchor), st.one_of(days, moments), min_size=1)


def polls(dates: dict[Anchor, date]) -> st.SearchStrategy[list[datetime]]:
    """Draw instants at which a host looks, around the anchors given."""
    middle = min(datetime(day.year, day.month, day.day, tzinfo=UTC) for day in dates.values())
    hours = st.lists(st.integers(-24 * 120, 24 * 120), min_size=1, max_size=12)
    return hours.map(lambda chosen: sorted(middle + timedelta(hours=hour) for hour in chosen))


@st.composite
def facts_under(draw: st.DrawFn, rule: NoticeRule) -> ContractFacts:
    """Draw contracts to which a rule applies, with every date known and every lawful channel at hand."""
    asks, day = rule.conditions, draw(_days())
    recipient = draw(recipients())
    channels = (*rule.channels, *(each for each in recipient.channels if each not in rule.channels))
    when: dict[Anchor, date] = {anchor: day + timedelta(days=draw(_small(0, 40))) for anchor in Anchor}
    if rule.window is not None and rule.window.latest is not None and rule.window.latest.is_elapsed:
        when[rule.anchor] = datetime.combine(day, draw(_clocks()), tzinfo=UTC)
    return ContractFacts(
        "s1",
        Recipient(recipient.zone, channels=channels, quiet=recipient.quiet, send_at=recipient.send_at),
        anchors=when,
        places=() if asks.place is None else (asks.place,),
        rails=asks.rails,
        sector=asks.sectors[0] if asks.sectors else "software",
        is_app=asks.app,
        term_months=_at_least(draw, asks.term_months),
        renewal_months=_at_least(draw, asks.renewal_months),
        interval_days=_at_least(draw, asks.interval_days),
        trial_days=None if asks.trial_days is None else draw(_small(max(asks.trial_days, 8), 90)),
        amount_changes=asks.amount_changes or asks.first_or_changed,
        date_changes=asks.date_changes,
    )


def _at_least(draw: st.DrawFn, least: int | None) -> int | None:
    return None if least is None else draw(_small(least, least + 24))


@cache
def _clocks() -> st.SearchStrategy[time]:
    return times_of_day()


@cache
def _days() -> st.SearchStrategy[date]:
    return civil_dates(date(2026, 6, 1), _LAST)


@cache
def _small(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high)


def _leaves_hour(start: time, end: time) -> bool:
    span = (end.hour * 60 + end.minute - start.hour * 60 - start.minute) % (24 * 60)
    return 0 < span <= 22 * 60
