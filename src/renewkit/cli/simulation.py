"""Running a sandbox: the virtual clock steps day by day, and each day ends with a tick.

Killed at any moment and started again, it goes on with the day that was not finished: the tick of a day may be
repeated.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import attrs

from renewkit.engine.execute import TickReport
from renewkit.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from renewkit.cli.sandbox import Sandbox

__all__ = ["RunReport", "days_to_run", "run_until"]


@attrs.frozen(kw_only=True)
class RunReport:
    """What a run did: from its first day to its last, and the sum of its ticks (None where no day was left)."""

    first: date | None
    last: date | None
    days: int
    ticks: TickReport | None


def days_to_run(sandbox: Sandbox, until: date, *, start: date | None = None) -> list[date]:
    """Return the virtual days that are left up to and with `until`.

    A sandbox that has never run begins on `start`, or on the day on which its first invoice opens. The start is
    remembered, so that a run that was killed goes on when the same command is given again. Raises `ConfigurationError`
    for another start that lies before a day that has been worked off.
    """
    last, began = sandbox.last_day, sandbox.started_on
    if start is not None and start != began:
        if last is not None and start <= last:
            got = f"--from {start}"
            raise ConfigurationError(f"a start after {last}, the last day run", got, "leave --from out to go on")
        sandbox.start(start)
        began = start
    if began is not None and (last is None or began > last):
        first: date | None = began
    else:
        first = sandbox.first_day() if last is None else last + timedelta(days=1)
    if first is None:
        raise ConfigurationError("a book with contracts", "an empty one", "import contracts first")
    return [first + timedelta(days=n) for n in range((until - first).days + 1)]


def run_until(sandbox: Sandbox, days: list[date], *, step: Callable[[], None] = lambda: None) -> RunReport:
    """Work off virtual days in order."""
    total: TickReport | None = None
    for day in days:
        sandbox.begin(day)
        report = sandbox.renewals.tick()
        sandbox.finish(day)
        total = report if total is None else total.plus(report)
        step()
    return RunReport(first=days[0] if days else None, last=days[-1] if days else None, days=len(days), ticks=total)
