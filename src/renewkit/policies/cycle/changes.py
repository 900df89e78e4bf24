"""What moves a schedule: a new bill day, a pause, co-terming, an early renewal, a trial.

Each gives back a new cycle and at most one bridge period between the old boundaries and the new ones; what was
billed before stays as it is. A host that stores the new cycle starts a new revision of the schedule, so that no old
key is hit.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import Enum

import attrs
import pendulum

from renewkit.errors import ConfigurationError, RangeError
from renewkit.policies.cycle.billing_cycle import BillingCycle
from renewkit.policies.cycle.every import Every
from renewkit.values.moments import civil_date
from renewkit.values.months import dates_by_ordinal
from renewkit.values.period import Period, ServicePeriod

__all__ = [
    "EarlyRenewal",
    "EarlyTerm",
    "Resumption",
    "Transition",
    "change_day",
    "coterm",
    "rebase",
    "renew_early",
    "resume",
    "trial_end",
]


class Resumption(Enum):
    """What a pause does to the dates after it."""

    EXTEND = "extend"
    """The days that were paid for and not served are served afterwards; all later boundaries move by the pause."""
    KEEP = "keep"
    """The boundaries stay where they were; the service after the pause is a stub."""


class EarlyRenewal(Enum):
    """What a renewal before its date buys."""

    APPEND = "append"
    """The next period, after the one that runs; nothing moves."""
    RESTART = "restart"
    """A period from today; the boundaries move to today."""
    ANNIVERSARY = "anniversary"
    """Service from today up to the end of the next period; the boundaries stay."""


@attrs.frozen
class Transition:
    """The cycle from now on, and the one period that leads over to its boundary 0; None where nothing lies between.

    The bridge's `reference` is the old cycle that it stands in for, so that it is prorated at the old price's measure.
    """

    bridge: ServicePeriod | None
    cycle: BillingCycle


@attrs.frozen
class EarlyTerm:
    """The days that an early renewal pays for, and the cycle from then on."""

    term: Period
    cycle: BillingCycle


def rebase(cycle: BillingCycle, *, to: date, day: int | None = None) -> Transition:
    """Return the cycle with its boundary 0 on a day, and the bridge from the last old boundary before it.

    `day` is the nominal day of month where `to` is a clamped one. Used after a late recovery, for a payment day,
    and beneath the other verbs of this module.

    >>> from renewkit.policies.cycle import MONTHLY
    >>> moved = rebase(BillingCycle(date(2024, 1, 31), MONTHLY), to=date(2024, 3, 10))
    >>> str(moved.bridge.period), moved.cycle.boundary(1)
    ('[2024-02-29, 2024-03-10)', Date(2024, 4, 10))
    """
    new_start = civil_date(to)
    renewed = attrs.evolve(cycle, anchor=new_start, day=day)
    last = cycle.previous_boundary(before=new_start)
    reference = cycle.period_at(last)
    if reference.end == new_start:
        return Transition(None, renewed)
    return Transition(ServicePeriod(Period(last, new_start), reference), renewed)


def change_day(cycle: BillingCycle, day: int, *, on: date) -> Transition:
    """Return the cycle on another day of month, from the first such day on or after `on`.

    The months stay: a yearly contract of January keeps to January. Whole old periods before that day stay as they
    are. To leave the running period alone pass its end as `on`. Raises `ConfigurationError` for a cadence of days
    or weeks.

    >>> from renewkit.policies.cycle import MONTHLY
    >>> moved = change_day(BillingCycle(date(2024, 1, 5), MONTHLY), 20, on=date(2024, 3, 1))
    >>> str(moved.bridge.period), str(moved.cycle.period(0))
    ('[2024-03-05, 2024-03-20)', '[2024-03-20, 2024-04-20)')
    """
    first = attrs.evolve(cycle, day=day).boundary_from(on)
    return rebase(cycle, to=first, day=day)


def resume(cycle: BillingCycle, pause: Period, *, how: Resumption) -> Transition:
    """Return the cycle after a pause (its `end` is the first day served again), and the rest of the running period.

    >>> from renewkit.policies.cycle import MONTHLY
    >>> cycle, pause = BillingCycle(date(2024, 1, 1), MONTHLY), Period(date(2024, 1, 11), date(2024, 2, 5))
    >>> extended = resume(cycle, pause, how=Resumption.EXTEND)
    >>> str(extended.bridge.period), extended.cycle.boundary(0)
    ('[2024-02-05, 2024-02-26)', Date(2024, 2, 26))
    >>> str(resume(cycle, pause, how=Resumption.KEEP).bridge.period)
    '[2024-02-05, 2024-03-01)'
    """
    _member(how, Resumption)
    back = pause.end
    if how is Resumption.KEEP:
        running = cycle.period_at(back)
        bridge = None if running.start == back else ServicePeriod(Period(back, running.end), running)
        return Transition(bridge, cycle)
    interrupted = cycle.period_at(pause.start)
    unserved = 0 if interrupted.start == pause.start else interrupted.end.toordinal() - pause.start.toordinal()
    restart = dates_by_ordinal()[back.toordinal() + unserved]
    bridge = ServicePeriod(Period(back, restart), interrupted) if unserved else None
    return Transition(bridge, attrs.evolve(cycle, anchor=restart, day=None))


def coterm(cycles: Iterable[BillingCycle], *, on: date, day: int | None = None) -> tuple[Transition, ...]:
    """Return several contracts' cycles joined on one day, in order, each with its own bridge.

    >>> from renewkit.policies.cycle import ANNUAL, MONTHLY
    >>> contracts = BillingCycle(date(2024, 1, 5), MONTHLY), BillingCycle(date(2024, 2, 9), ANNUAL)
    >>> joined = coterm(contracts, on=date(2024, 7, 1))
    >>> [str(transition.bridge.period) for transition in joined]
    ['[2024-06-05, 2024-07-01)', '[2024-02-09, 2024-07-01)']
    """
    return tuple(rebase(cycle, to=on, day=day) for cycle in cycles)


def renew_early(cycle: BillingCycle, *, on: date, how: EarlyRenewal) -> EarlyTerm:
    """Return what a renewal before its date buys, and the cycle after it.

    >>> from renewkit.policies.cycle import ANNUAL
    >>> cycle, today = BillingCycle(date(2024, 1, 1), ANNUAL), date(2024, 12, 1)
    >>> [str(renew_early(cycle, on=today, how=how).term) for how in EarlyRenewal]
    ['[2025-01-01, 2026-01-01)', '[2024-12-01, 2025-12-01)', '[2024-12-01, 2026-01-01)']
    """
    _member(how, EarlyRenewal)
    today = civil_date(on)
    following = cycle.period(cycle.index_at(today) + 1)
    if how is EarlyRenewal.RESTART:
        renewed = rebase(cycle, to=today).cycle
        return EarlyTerm(renewed.period(0), renewed)
    return EarlyTerm(following if how is EarlyRenewal.APPEND else Period(today, following.end), cycle)


def trial_end(start: date, trial: Every, *, extra_days: int = 0) -> pendulum.Date:
    """Return the first day that is paid: a trial is counted in civil days, whatever clocks do meanwhile.

    `extra_days` lengthens a trial that already runs. Anchor the cycle on this day, or align it from there.

    >>> from renewkit.policies.cycle import Every
    >>> trial_end(date(2017, 3, 1), Every(days=30))
    Date(2017, 3, 31)
    """
    if extra_days < 0:
        raise RangeError("0 or more extra days of trial", extra_days, "end the trial with an earlier first paid day")
    return dates_by_ordinal()[trial.shift(start).toordinal() + extra_days]


def _member(choice: object, kind: type[Enum]) -> None:
    if not isinstance(choice, kind):
        remedy = f"choose {' or '.join(f'{kind.__name__}.{member.name}' for member in kind)}"
        raise ConfigurationError(f"a member of {kind.__name__}", choice, remedy)
