"""Overdue: which state an unpaid account is in, from due dates and the date alone, never from when a job ran.

A ladder holds states in ascending severity. `state_on` says where the account stands on a day; `advance`
compares that with the state that was recorded and returns every state in between, in order, so that none is
skipped silently. See also: dunning, collection, suspension, termination, 催收, 逾期.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import Enum
from functools import lru_cache
from itertools import pairwise
from typing import Final

import attrs
import pendulum
from moneyed import Money

from renewkit.errors import ConfigurationError
from renewkit.values.decline import Decline, DeclineCause
from renewkit.values.ids import identifier
from renewkit.values.moments import civil_date
from renewkit.values.money import money_in, total
from renewkit.values.number import whole
from renewkit.values.problem import Problem, Severity

__all__ = [
    "STANDARD_OVERDUE",
    "OverdueAct",
    "OverdueChange",
    "OverdueFacts",
    "OverdueLadder",
    "OverdueRule",
    "OverdueStep",
    "Unpaid",
    "grace_ladder",
]


class OverdueAct(Enum):
    """What entering a state asks of the host."""

    REMIND = "remind"
    CALL = "call"
    SUSPENSION_NOTICE = "suspension_notice"
    SUSPEND = "suspend"
    TERMINATION_NOTICE = "termination_notice"
    TERMINATE = "terminate"


@attrs.frozen
class Unpaid:
    """One invoice that is not paid: when it was due, and what is open."""

    due: pendulum.Date = attrs.field(converter=civil_date)
    open: Money = attrs.field(converter=money_in)


def _unpaid(invoices: Iterable[Unpaid]) -> tuple[Unpaid, ...]:
    return tuple(sorted(invoices, key=lambda invoice: invoice.due))


def _texts(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(values)


def _causes(values: Iterable[DeclineCause]) -> tuple[DeclineCause, ...]:
    return tuple(values)


def _amount(value: Money | None) -> Money | None:
    return None if value is None else money_in(value)


@attrs.frozen
class OverdueFacts:
    """What is known of an account: its unpaid invoices, the last decline, and marks that the host set.

    >>> from renewkit.values.money import usd
    >>> facts = OverdueFacts((Unpaid(date(2024, 3, 1), usd("10")), Unpaid(date(2024, 2, 1), usd("100"))))
    >>> facts.count, str(facts.earliest), facts.total("USD").amount
    (2, '2024-02-01', Decimal('110.00'))
    """

    unpaid: tuple[Unpaid, ...] = attrs.field(default=(), converter=_unpaid)
    last_decline: Decline | None = None
    tags: tuple[str, ...] = attrs.field(default=(), converter=_texts, kw_only=True)

    @property
    def count(self) -> int:
        """How many invoices are unpaid."""
        return len(self.unpaid)

    @property
    def earliest(self) -> pendulum.Date | None:
        """The earliest due day of what is unpaid."""
        return self.unpaid[0].due if self.unpaid else None

    def total(self, code: str) -> Money:
        """Return what is open in all; `CurrencyMismatchError` where an invoice is in another currency."""
        return total((invoice.open for invoice in self.unpaid), code)

    def days_overdue(self, on: date) -> int | None:
        """Return the days since the earliest due day, negative before it; None where nothing is unpaid."""
        return None if self.earliest is None else civil_date(on).toordinal() - self.earliest.toordinal()


@attrs.frozen
class OverdueRule:
    """A state and its conditions: all must hold, bounds are inclusive, one that is left out always holds.

    `after_days` counts from the earliest unpaid due day, `min_count` and `min_total` bound what is unpaid, `causes` and
    `codes` name the last decline, `tag` a mark of the host. `notice_days` is how long the state before must have stood
    first, so that nobody is suspended on the day on which he is told.

    >>> OverdueRule("suspended", 30, act=OverdueAct.SUSPEND).matches(OverdueFacts(), on=date(2024, 1, 1))
    False
    """

    state: str = attrs.field(converter=identifier)
    after_days: int | None = None
    act: OverdueAct = attrs.field(default=OverdueAct.REMIND, kw_only=True)
    min_count: int | None = attrs.field(default=None, kw_only=True)
    min_total: Money | None = attrs.field(default=None, converter=_amount, kw_only=True)
    causes: tuple[DeclineCause, ...] = attrs.field(default=(), converter=_causes, kw_only=True)
    codes: tuple[str, ...] = attrs.field(default=(), converter=_texts, kw_only=True)
    tag: str | None = attrs.field(default=None, kw_only=True)
    notice_days: int = attrs.field(default=0, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse negative counts."""
        for name in ("after_days", "min_count", "notice_days"):
            if getattr(self, name) is not None:
                whole(getattr(self, name), least=0, name=name)

    def matches(self, facts: OverdueFacts, *, on: date) -> bool:
        """Whether every condition holds on a day."""
        days = facts.days_overdue(on)
        if self.after_days is not None and (days is None or days < self.after_days):
            return False
        if self.min_count is not None and facts.count < self.min_count:
            return False
        if self.min_total is not None and facts.total(self.min_total.currency.code) < self.min_total:
            return False
        if self.tag is not None and self.tag not in facts.tags:
            return False
        return self._knows(facts.last_decline)

    def _knows(self, decline: Decline | None) -> bool:
        if not self.causes and not self.codes:
            return True
        return decline is not None and (decline.cause in self.causes or decline.code in self.codes)


@attrs.frozen
class OverdueStep:
    """A state that is entered, and the day on which it fell due: the day is the facts', not the job's."""

    on: pendulum.Date
    rule: OverdueRule


@attrs.frozen
class OverdueChange:
    """What a look at the account found: its state now, the states entered, left and held back, and why.

    `entered` is in order, the mildest first; `held` are states whose notice has not stood long enough.
    """

    state: str | None
    entered: tuple[OverdueStep, ...] = ()
    left: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    held: tuple[OverdueStep, ...] = attrs.field(default=(), kw_only=True)
    problems: tuple[Problem, ...] = attrs.field(default=(), kw_only=True)


def _rules(rules: Iterable[OverdueRule]) -> tuple[OverdueRule, ...]:
    return tuple(rules)


@attrs.frozen
class OverdueLadder:
    """Overdue states in ascending severity; their days must not descend, their names must differ.

    >>> from renewkit.values.money import usd
    >>> facts = OverdueFacts((Unpaid(date(2024, 3, 1), usd("10")),))
    >>> STANDARD_OVERDUE.state_on(facts, on=date(2024, 3, 12))
    'call'
    """

    rules: tuple[OverdueRule, ...] = attrs.field(converter=_rules)

    def __attrs_post_init__(self) -> None:
        """Refuse a ladder that is empty, out of order, or names a state twice."""
        names = [rule.state for rule in self.rules]
        if not names or len(set(names)) < len(names):
            raise ConfigurationError(
                "states with a name of their own", ", ".join(names) or "none", "name each state once"
            )
        for mild, severe in pairwise(self.rules):
            if (severe.after_days or 0) < (mild.after_days or 0):
                got = f"{severe.state} after {mild.state}"
                raise ConfigurationError("states in ascending order of days", got, "put the milder state first")

    def state_on(self, facts: OverdueFacts, *, on: date) -> str | None:
        """Return the most severe state whose conditions hold on a day, None where the account is in order."""
        return next((rule.state for rule in reversed(self.rules) if rule.matches(facts, on=on)), None)

    def after_days(self, act: OverdueAct) -> int | None:
        """Return how many days after the due day the first state with this act begins, None where no state has it.

        >>> STANDARD_OVERDUE.after_days(OverdueAct.SUSPEND), STANDARD_OVERDUE.after_days(OverdueAct.TERMINATE)
        (30, 60)
        """
        return next((rule.after_days or 0 for rule in self.rules if rule.act is act), None)

    def timeline(self, facts: OverdueFacts) -> tuple[OverdueStep, ...]:
        """Return every state that will be reached if nothing is paid, with its day.

        >>> from renewkit.values.money import usd
        >>> steps = STANDARD_OVERDUE.timeline(OverdueFacts((Unpaid(date(2024, 3, 1), usd("10")),)))
        >>> [(str(step.on), step.rule.state) for step in steps][:2]
        [('2024-03-04', 'remind'), ('2024-03-11', 'call')]
        """
        if facts.earliest is None:
            return ()
        steps = (OverdueStep(_due_on(facts, rule, facts.earliest), rule) for rule in self.rules)
        return tuple(step for step in steps if step.rule.matches(facts, on=step.on))

    def advance(
        self,
        facts: OverdueFacts,
        *,
        on: date,
        current: str | None = None,
        since: date | None = None,
        about: str = "account",
    ) -> OverdueChange:
        """Return what changed since the recorded state `current`, which was entered on the day `since`.

        Every state between the recorded and the present one is entered, in order. One that is entered after its
        day, one whose own conditions do not hold although a more severe one's do, and one that waits for its
        notice are each a `Problem`.

        >>> from renewkit.values.money import usd
        >>> late = STANDARD_OVERDUE.advance(OverdueFacts((Unpaid(date(2024, 3, 1), usd("10")),)), on=date(2024, 3, 12))
        >>> [step.rule.state for step in late.entered], [problem.code for problem in late.problems]
        (['remind', 'call'], ['overdue.late', 'overdue.late'])
        """
        today = civil_date(on)
        place, target = self._place(current), self._place(self.state_on(facts, on=today))
        if target <= place:
            left = tuple(rule.state for rule in reversed(self.rules[target + 1 : place + 1]))
            return OverdueChange(None if target < 0 else self.rules[target].state, left=left)
        return _climb(self.rules, facts, today, start=place, target=target, since=since, about=about)

    def _place(self, state: str | None) -> int:
        if state is None:
            return -1
        for place, rule in enumerate(self.rules):
            if rule.state == state:
                return place
        known = ", ".join(rule.state for rule in self.rules)
        raise ConfigurationError(f"a state of the ladder ({known})", state, "map the recorded state to one of these")


def _climb(
    rules: tuple[OverdueRule, ...],
    facts: OverdueFacts,
    today: pendulum.Date,
    *,
    start: int,
    target: int,
    since: date | None,
    about: str,
) -> OverdueChange:
    entered: list[OverdueStep] = []
    problems: list[Problem] = []
    stood_since = today if since is None else civil_date(since)
    for place in range(start + 1, target + 1):
        rule = rules[place]
        step = OverdueStep(_due_on(facts, rule, today), rule)
        if not rule.matches(facts, on=today):
            problems.append(_passed(about, step))
            continue
        if (today - stood_since).days < rule.notice_days and place > 0:
            held = tuple(OverdueStep(_due_on(facts, later, today), later) for later in rules[place : target + 1])
            problems.append(_held(about, step))
            break
        if step.on < today:
            problems.append(_late(about, step, today))
        entered.append(step)
        stood_since = today
    else:
        held = ()
    state = entered[-1].rule.state if entered else (rules[start].state if start >= 0 else None)
    return OverdueChange(state, tuple(entered), held=held, problems=tuple(problems))


@lru_cache(maxsize=256)
def grace_ladder(grace_days: int, lapse_days: int | None = None) -> OverdueLadder:
    """Return the plainest ladder: suspended after the grace, ended after the lapse, and nothing said in between.

    Both count civil days after the due day on which the contract is still as it was. A contract that ends with its
    grace is never suspended in between.

    >>> [(rule.state, rule.after_days) for rule in grace_ladder(14, 45).rules]
    [('suspended', 15), ('ended', 46)]
    >>> [rule.state for rule in grace_ladder(60, 60).rules]
    ['ended']
    """
    suspended = OverdueRule("suspended", grace_days + 1, act=OverdueAct.SUSPEND)
    if lapse_days is None:
        return OverdueLadder((suspended,))
    ended = OverdueRule("ended", lapse_days + 1, act=OverdueAct.TERMINATE)
    return OverdueLadder((ended,) if lapse_days == grace_days else (suspended, ended))


def _due_on(facts: OverdueFacts, rule: OverdueRule, otherwise: pendulum.Date) -> pendulum.Date:
    if facts.earliest is None:
        return otherwise
    return civil_date(facts.earliest + timedelta(days=rule.after_days or 0))


def _late(about: str, step: OverdueStep, today: pendulum.Date) -> Problem:
    return Problem(
        "overdue.late",
        about,
        message=f"{step.rule.state} was due on {step.on} and is entered on {today}",
        remedy="run more often, or check what held the run up",
        severity=Severity.WARNING,
    )


def _passed(about: str, step: OverdueStep) -> Problem:
    return Problem(
        "overdue.passed",
        about,
        message=f"{step.rule.state} is passed over: its own conditions do not hold",
        remedy="check the conditions if the state was meant to come first",
        severity=Severity.NOTE,
    )


def _held(about: str, step: OverdueStep) -> Problem:
    days = step.rule.notice_days
    return Problem(
        "overdue.held",
        about,
        message=f"{step.rule.state} was due on {step.on} and waits until its notice has stood {days} days",
        remedy="nothing, if the notice went out; it is entered when the days are over",
        severity=Severity.WARNING,
    )


STANDARD_OVERDUE: Final = OverdueLadder(
    (
        OverdueRule("remind", 3, act=OverdueAct.REMIND),
        OverdueRule("call", 10, act=OverdueAct.CALL),
        OverdueRule("suspension_notice", 20, act=OverdueAct.SUSPENSION_NOTICE),
        OverdueRule("suspended", 30, act=OverdueAct.SUSPEND, notice_days=7),
        OverdueRule("termination_notice", 45, act=OverdueAct.TERMINATION_NOTICE),
        OverdueRule("terminated", 60, act=OverdueAct.TERMINATE, notice_days=14),
    )
)
"""A reminder, a call, and a notice before the suspension and the end; the days are a start, not a rule of law."""
