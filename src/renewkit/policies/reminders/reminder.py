"""One step of a reminder plan, and the step when its time has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pendulum

from renewkit.values.ids import content_key, identifier
from renewkit.values.moments import instant
from renewkit.values.offsets import Anchor, Offset, Window
from renewkit.values.problem import Problem
from renewkit.values.recipient import Audience, channel_names

if TYPE_CHECKING:
    from datetime import date

__all__ = ["Due", "Duty", "Reminder", "reminder_key"]


@attrs.frozen(cache_hash=True)
class Duty:
    """A rule that a step fulfils, and the time around the rule's own anchor in which it has to be sent."""

    rule: str
    window: Window
    anchor: Anchor = attrs.field(kw_only=True)


def _own_id(value: str | None) -> str:
    return "" if value is None else identifier(value)


@attrs.frozen(cache_hash=True)
class Reminder:
    """One step: what kind of message, how far from which date, to whom and how.

    `kind` is the host's word and names the text. `channels` come before the recipient's other channels, the fall-back.
    `id` is a part of the key; by default it is kind and offset. `duties` are the rules that the step fulfils:
    it is then never dropped, and moved earlier rather than later.

    >>> Reminder("upcoming", Offset(-30)).id
    'upcoming:-30d'
    """

    kind: str = attrs.field(converter=identifier)
    offset: Offset = attrs.field()
    anchor: Anchor = attrs.field(default=Anchor.DUE, kw_only=True)
    channels: tuple[str, ...] = attrs.field(default=(), kw_only=True, converter=channel_names)
    audience: str = attrs.field(default=Audience.CUSTOMER.value, kw_only=True, converter=str)
    duties: tuple[Duty, ...] = attrs.field(default=(), kw_only=True)
    id: str = attrs.field(default=None, kw_only=True, converter=_own_id)

    def __attrs_post_init__(self) -> None:
        """Name the step after what it says when."""
        if not self.id:
            to = "" if self.audience == Audience.CUSTOMER else f":{self.audience}"
            object.__setattr__(self, "id", f"{self.kind}:{self.offset.tag}{to}")


@attrs.frozen
class Due:
    """A step whose time has come: send it at `at`, on the first of `channels` that works, under `key`.

    `nominal` is when the step falls due, by which windows are partitioned; `at` is the first decent moment from then
    on. `anchored_on` is the civil day counted from. `duties` names the rules that require the step, `latest` the last
    instant that they allow; `problem` says that it is late for them.
    """

    key: str
    kind: str
    at: pendulum.DateTime = attrs.field(converter=instant)
    channels: tuple[str, ...]
    audience: str
    nominal: pendulum.DateTime = attrs.field(kw_only=True, converter=instant)
    about: str = attrs.field(kw_only=True)
    anchor: Anchor = attrs.field(kw_only=True)
    anchored_on: pendulum.Date = attrs.field(kw_only=True)
    reminder: str = attrs.field(kw_only=True)
    duties: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    latest: pendulum.DateTime | None = attrs.field(default=None, kw_only=True)
    problem: Problem | None = attrs.field(default=None, kw_only=True)


def reminder_key(about: str, anchor: Anchor, anchored_on: date, reminder: str) -> str:
    """Return the key of a step: the same whatever the channel and whenever it is sent, another when the date moves.

    >>> reminder_key("inv_1", Anchor.DUE, pendulum.Date(2026, 3, 1), "due:0d")[:4]
    'rem_'
    """
    return content_key("rem", about, anchor.value, anchored_on, reminder)
