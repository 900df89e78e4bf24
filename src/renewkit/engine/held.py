"""Held messages: what must not ring at night waits for a decent hour, and for how long.

In quiet hours nothing that rings is sent, however long it has waited. Where runs only ever come at night, a step would
wait for ever; so once a decent hour has passed in which nobody ran, it goes out by a channel that wakes nobody (a mail,
a letter). Where the recipient has none, it goes on waiting, and each such night is reported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from renewkit.books.customer import RINGING
from renewkit.policies.reminders import catch_up
from renewkit.values.problem import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from renewkit.engine.desk import Desk
    from renewkit.policies.reminders import Due

__all__ = ["sort_out"]


def sort_out(desk: Desk, waiting: tuple[Due, ...], fresh: Sequence[Due]) -> tuple[tuple[Due, ...], tuple[Due, ...]]:
    """Return which steps are to be sent now, and which wait; `waiting` are those that waited at the last look."""
    if not waiting and not fresh:
        return (), ()
    missed = {due.key for due in waiting if due.at < desk.now}
    pending = catch_up((*waiting, *fresh), now=desk.now, recipient=desk.recipient)
    ready: list[Due] = []
    held: list[Due] = []
    for due in pending:
        silent = tuple(channel for channel in due.channels if channel not in RINGING)
        if due.at <= desk.now:
            ready.append(due)
        elif due.key in missed and silent:
            ready.append(attrs.evolve(due, channels=silent))
        else:
            held.append(due)
            if due.key in missed:
                desk.warn(_unheard(due))
    return tuple(ready), tuple(held)


def _unheard(due: Due) -> Problem:
    return Problem(
        "reminder.waiting",
        due.about,
        message=f"expected a run by day since {due.nominal} to send {due.reminder}, got one at night again",
        remedy="run in the recipient's daytime, or add a channel that does not ring",
        severity=Severity.WARNING,
    )
