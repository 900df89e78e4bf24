"""After downtime: of the steps that were missed only the latest is worth sending, unless a rule requires it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import attrs
import pendulum

from renewkit.policies.reminders.plan import late
from renewkit.policies.reminders.reminder import Due
from renewkit.policies.reminders.timing import in_utc
from renewkit.values.offsets import Anchor
from renewkit.values.recipient import Recipient

__all__ = ["catch_up"]


def catch_up(
    dues: Iterable[Due], *, now: datetime, recipient: Recipient | None = None, stopped_at: datetime | None = None
) -> tuple[Due, ...]:
    """Return what is still worth sending, in the order of sending: the latest step per subject, anchor and audience.

    A step that a rule requires is never dropped; where it goes out later than the rule allows it carries a `Problem`.
    With `recipient`, what could not go out in time moves to the first decent moment from `now` on; send those whose
    `at` is not after `now` and keep the others. Once stopped (`stopped_at <= now`) nothing is left to send.

    >>> catch_up((), now=pendulum.datetime(2026, 3, 1))
    ()
    """
    moment = in_utc(now)
    if stopped_at is not None and in_utc(stopped_at) <= moment:
        return ()
    pending = tuple(dues)
    latest: dict[tuple[str, Anchor, str], pendulum.DateTime] = {}
    for due in pending:
        group = (due.about, due.anchor, due.audience)
        nominal = in_utc(due.nominal)
        latest[group] = max(latest.get(group, nominal), nominal)
    kept = (due for due in pending if due.duties or in_utc(due.nominal) == latest[due.about, due.anchor, due.audience])
    return tuple(sorted((_retimed(due, moment, recipient) for due in kept), key=_order))


def _order(due: Due) -> tuple[pendulum.DateTime, pendulum.DateTime, str]:
    return in_utc(due.at), in_utc(due.nominal), due.key


def _retimed(due: Due, now: pendulum.DateTime, recipient: Recipient | None) -> Due:
    at = due.at
    if recipient is not None and in_utc(at) < now:
        at = recipient.decent_from(now)
    sent = max(in_utc(at), now)
    problem = late(due, sent) if due.latest is not None and sent > in_utc(due.latest) else due.problem
    return attrs.evolve(due, at=at, problem=problem)
