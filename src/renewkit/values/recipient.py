"""Recipients: who is told, in which zone and language, on which channels, and at which hours it is decent to do so.

A recipient holds no personal data, only what decides *when* and *how*; customers of one zone, language and preference
are one equal value, so that what is computed for one serves them all. See also: contact, do not disturb, 靜音時段.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final

import attrs
import pendulum

from renewkit.errors import ConfigurationError
from renewkit.values.calendar import WEEKENDS, BusinessCalendar
from renewkit.values.ids import identifier
from renewkit.values.moments import instant, resolve, zone_name, zone_of
from renewkit.values.number import whole

__all__ = ["DECENT", "Audience", "Channel", "QuietDay", "QuietHours", "Recipient", "channel_names"]

_MIDNIGHT: Final = time(0)
_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)
_LONGEST_SEARCH: Final = 800
"""Steps of at most a day: two years of holidays and quiet days on end are a mistake in the calendar."""


class Channel(StrEnum):
    """The ways to reach somebody that every messenger knows; a host may use words of its own beside them."""

    EMAIL = "email"
    SMS = "sms"
    PUSH = "push"
    IN_APP = "in_app"
    LETTER = "letter"
    PHONE = "phone"
    """A task for a person to call."""
    AGENT = "agent"
    """A task for the customer's agent or account manager."""


class Audience(StrEnum):
    """Who is told; a host may use words of its own beside them."""

    CUSTOMER = "customer"
    PAYER = "payer"
    """Somebody else who pays."""
    AGENT = "agent"
    """The insurance agent or account manager."""


def channel_names(channels: Iterable[str]) -> tuple[str, ...]:
    """Return channels in order of preference as plain words, each once.

    Raises `IdentifierError` for an empty word.

    >>> channel_names([Channel.EMAIL, "line", "email"])
    ('email', 'line')
    """
    if isinstance(channels, str):
        raise ConfigurationError("several channels", channels, f"write ({channels!r},)")
    return tuple(dict.fromkeys(str(identifier(channel, name="channel")) for channel in channels))


def _refuse_zoned(*clocks: time) -> None:
    for clock in clocks:
        if clock.tzinfo is not None:
            raise ConfigurationError("a time of the recipient's own clock", clock.isoformat(), "leave the zone out")


@attrs.frozen
class QuietDay:
    """The quiet hours of one weekday (0 is Monday) where they differ; without times the whole day is quiet.

    >>> QuietDay(6, start=time(21), end=time(12)).covers(time(10))
    True
    """

    weekday: int
    start: time = attrs.field(default=_MIDNIGHT, kw_only=True)
    end: time = attrs.field(default=_MIDNIGHT, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse a day of the week that does not exist, and times with a zone."""
        whole(self.weekday, least=0, most=6, name="weekday")
        _refuse_zoned(self.start, self.end)

    def covers(self, clock: time) -> bool:
        """Whether it is quiet when the wall clock of that weekday shows this time."""
        if self.start < self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end


@attrs.frozen
class QuietHours:
    """The hours of the recipient's day in which nothing is sent: from `start` up to but without `end`.

    A start later than the end reaches over midnight. `days` names weekdays with hours of their own. Raises
    `ConfigurationError` where no hour is left.

    >>> QuietHours(time(21), time(8)).covers(datetime(2026, 5, 15, 21, 30))
    True
    """

    start: time
    end: time
    days: tuple[QuietDay, ...] = attrs.field(default=(), kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse hours that leave no hour, and two rules for one weekday."""
        _refuse_zoned(self.start, self.end)
        if self.start == self.end:
            got = f"quiet from {self.start} to {self.end}"
            raise ConfigurationError("quiet hours that leave an hour", got, "choose another end, or no quiet hours")
        named = [day.weekday for day in self.days]
        if len(set(named)) < len(named):
            raise ConfigurationError("one rule for each weekday", named, "merge the rules of one weekday")
        if len(named) == 7 and all(day.start == day.end for day in self.days):
            raise ConfigurationError("quiet hours that leave an hour", "seven quiet days", "leave one weekday open")

    @classmethod
    def outside(cls, opens: time, closes: time, *, days: Iterable[tuple[int, time, time]] = ()) -> QuietHours:
        """Return the quiet hours of a law that says when one *may* call; `days` are (weekday, opens, closes).

        >>> QuietHours.outside(time(9), time(21), days=[(6, time(12), time(21))]).covers(datetime(2026, 5, 17, 10))
        True
        """
        return cls(closes, opens, days=tuple(QuietDay(day, start=shut, end=open_) for day, open_, shut in days))

    def on(self, weekday: int) -> QuietDay:
        """Return the quiet hours of a weekday.

        >>> QuietHours(time(21), time(8)).on(0).end
        datetime.time(8, 0)
        """
        own = next((day for day in self.days if day.weekday == weekday), None)
        return own or QuietDay(weekday, start=self.start, end=self.end)

    def covers(self, local: datetime) -> bool:
        """Whether it is quiet when the wall clock shows this date and time."""
        return self.on(local.weekday()).covers(local.time())


DECENT: Final = QuietHours(time(21), time(8))
"""Nothing between nine in the evening and eight in the morning (the hours of 47 CFR 64.1200(c)(1))."""


@attrs.frozen(cache_hash=True)
class Recipient:
    """Who is told: `zone` is theirs, `channels` are in order of preference, `send_at` is the usual hour on their clock.

    `quiet` are their quiet hours, None for none; `calendar` counts their business days, and `business_days_only` keeps
    all other days free of messages. `audience` is whom the recipient stands for. Raises `UnknownZoneError`.

    >>> ada = Recipient("America/New_York", channels=("email", "sms"))
    >>> ada.decent_from(pendulum.datetime(2026, 5, 16, 1, 30)).isoformat()
    '2026-05-16T08:00:00-04:00'
    """

    zone: str = attrs.field(converter=zone_name)
    locale: str = "en"
    channels: tuple[str, ...] = attrs.field(default=("email",), kw_only=True, converter=channel_names)
    quiet: QuietHours | None = attrs.field(default=DECENT, kw_only=True)
    calendar: BusinessCalendar = attrs.field(default=WEEKENDS, kw_only=True)
    business_days_only: bool = attrs.field(default=False, kw_only=True)
    send_at: time = attrs.field(default=time(9), kw_only=True)
    audience: str = attrs.field(default=Audience.CUSTOMER.value, kw_only=True, converter=str)

    def __attrs_post_init__(self) -> None:
        """Refuse a time of day with a zone of its own."""
        _refuse_zoned(self.send_at)

    def usual_moment(self, day: pendulum.Date) -> pendulum.DateTime:
        """Return the instant at which the recipient's clock shows `send_at` on a day.

        >>> Recipient("Asia/Taipei").usual_moment(pendulum.Date(2026, 5, 15)).isoformat()
        '2026-05-15T09:00:00+08:00'
        """
        return resolve(datetime.combine(day, self.send_at), self.zone)

    def is_decent(self, moment: datetime, *, any_day: bool = False) -> bool:
        """Whether something may be sent at an instant; `any_day` lets business days aside.

        >>> Recipient("America/Los_Angeles").is_decent(pendulum.datetime(2026, 5, 16, 1, 10))
        True
        """
        local = instant(moment).astimezone(zone_of(self.zone))
        quiet = self._quiet_on(local, any_day=any_day)
        return quiet is None or not quiet.covers(local.time())

    def decent_from(self, moment: datetime, *, any_day: bool = False) -> pendulum.DateTime:
        """Return the first instant from `moment` on at which something may be sent, in the recipient's zone.

        Raises `ConfigurationError` if two years hold none.
        """
        return self._search(moment, forward=True, any_day=any_day)

    def decent_until(self, moment: datetime, *, any_day: bool = False) -> pendulum.DateTime:
        """Return `moment` if something may be sent then, else the minute before the wall clock entered the quiet hours.

        >>> Recipient("Asia/Kolkata").decent_until(pendulum.datetime(2026, 5, 14, 20)).isoformat()
        '2026-05-14T20:59:00+05:30'
        """
        return self._search(moment, forward=False, any_day=any_day)

    def reached_by(self, wanted: tuple[str, ...]) -> tuple[str, ...]:
        """Return the recipient's channels with the wanted ones first: the others are the fall-back, in order.

        >>> Recipient("UTC", channels=("email", "sms", "letter")).reached_by(("letter", "push"))
        ('letter', 'email', 'sms')
        """
        first = tuple(channel for channel in wanted if channel in self.channels)
        return first + tuple(channel for channel in self.channels if channel not in first)

    def _quiet_on(self, local: datetime, *, any_day: bool) -> QuietDay | None:
        if self.business_days_only and not any_day and not self.calendar.is_business_day(_day(local)):
            return QuietDay(local.weekday())
        return None if self.quiet is None else self.quiet.on(local.weekday())

    def _search(self, moment: datetime, *, forward: bool, any_day: bool) -> pendulum.DateTime:
        here = _local(instant(moment), self.zone)
        for _ in range(_LONGEST_SEARCH):
            quiet = self._quiet_on(here, any_day=any_day)
            if quiet is None or not quiet.covers(here.time()):
                return here
            here = self._stepped(here, quiet, forward=forward)
        raise ConfigurationError("a decent hour within two years", str(here), "check quiet hours and holidays")

    def _stepped(self, here: pendulum.DateTime, quiet: QuietDay, *, forward: bool) -> pendulum.DateTime:
        wall = here.naive()
        midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0)
        whole_day, evening = quiet.start == quiet.end, wall.time() >= quiet.start
        if forward:
            target = midnight + _DAY if whole_day or (evening and quiet.start > quiet.end) else _at(midnight, quiet.end)
        else:
            target = (midnight if whole_day or not evening else _at(midnight, quiet.start)) - _MINUTE
        there = resolve(target, self.zone)
        # Where clocks are put back the wall shows the target twice, and `resolve` names the one that may have passed;
        # where they are put forward it never shows the target, and `resolve` names the end of the gap: here.
        now, then = here.astimezone(pendulum.UTC), there.astimezone(pendulum.UTC)
        is_progress = then > now if forward else then < now
        return there if is_progress else _local(now + (target - wall if then != now else -_MINUTE), self.zone)


def _day(local: datetime) -> pendulum.Date:
    return pendulum.Date(local.year, local.month, local.day)


def _at(midnight: datetime, clock: time) -> datetime:
    return datetime.combine(midnight, clock)


def _local(moment: datetime, zone: str) -> pendulum.DateTime:
    return instant(moment.astimezone(zone_of(zone)))
