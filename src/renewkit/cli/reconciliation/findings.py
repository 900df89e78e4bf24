"""What a reconciliation found: sums by outcome, and every entry by its id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import attrs
from moneyed import Money

from renewkit.books.remittance import Remittance
from renewkit.cli.tables import plain_money
from renewkit.policies.reconcile import Rule, Todo
from renewkit.values.entry import Entry
from renewkit.values.money import from_minor, to_minor
from renewkit.values.problem import Problem

if TYPE_CHECKING:
    from renewkit.policies.reconcile import Ambiguous, Match, WorkItem

__all__ = ["Findings", "Outcome"]


@attrs.frozen(kw_only=True)
class Outcome:
    """How many entries of one currency ended in one place, and what they come to."""

    name: str
    count: int
    total: Money


@attrs.frozen(kw_only=True, slots=False)
class Findings:
    """A remittance with all that is told about it.

    `lines` are those that came in, the ones that were booked before included; `went_out` those that take money away.
    `unread` are lines that do not read; `numbers` are the invoices' legal numbers by id.
    """

    on: date
    is_dry: bool
    remittance: Remittance
    lines: tuple[Entry, ...]
    went_out: tuple[Entry, ...]
    unread: tuple[Problem, ...]
    numbers: Mapping[str, str]

    @cached_property
    def invoices(self) -> dict[str, Entry]:
        """What was expected, by invoice id."""
        return {entry.id: entry for entry in self.remittance.expected}

    @cached_property
    def received(self) -> dict[str, Entry]:
        """The lines that were matched, by id."""
        return {entry.id: entry for entry in self.remittance.received}

    @cached_property
    def work(self) -> tuple[WorkItem, ...]:
        """What a person has to do, oldest first."""
        return self.remittance.work(self.on)

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Where the money is: the lines first, then what the invoices still wait for."""
        found = self.remittance
        second = {repeat.received for repeat in found.result.duplicates}
        booked = {payment.id for _, payment in found.payments}
        held = {name for each in found.held for name in each.received}
        tied = {name for tie in found.result.ambiguous for name in tie.received}
        before = set(found.booked_before)
        missing = found.result.missing
        return (
            *_summed("booked", (self.received[name] for name in booked - second)),
            *_summed("paid a second time, kept as excess", (self.received[name] for name in booked & second)),
            *_summed("matched, held for a person", (self.received[name] for name in held)),
            *_summed("ambiguous", (self.received[name] for name in tied)),
            *_summed("unexpected", found.result.unexpected),
            *_summed("booked before", ({line.id: line for line in self.lines}[name] for name in before)),
            *_summed("went out, left aside", self.went_out),
            *_summed("overdue, nothing came", (entry for entry in missing if entry.on < self.on)),
            *_summed("not due yet", (entry for entry in missing if entry.on >= self.on)),
        )

    def why(self, item: WorkItem) -> str:
        """Return why there is something to do, with the names and amounts that people use."""
        if item.todo is Todo.REFUND:
            return f"it pays {self.name(self.repeats[item.about[0]])} a second time"
        if item.todo is Todo.CHASE and (part := self._parts.get(item.about)):
            return f"{part.currency.code} {plain_money(part)} of it is still open"
        return item.why

    @cached_property
    def matches(self) -> dict[str, Match]:
        """The match of each invoice that has one."""
        return {name: match for match in self.remittance.result.matched for name in match.expected}

    @cached_property
    def ties(self) -> dict[tuple[str, ...], Ambiguous]:
        """The ties, by what the work list says that they are about."""
        return {(*tie.expected, *tie.received): tie for tie in self.remittance.result.ambiguous}

    @cached_property
    def held(self) -> dict[tuple[str, ...], str]:
        """Why matches are not booked, by their invoices."""
        return {held.expected: held.why for held in reversed(self.remittance.held)}

    @cached_property
    def unexpected(self) -> dict[str, str]:
        """What speaks against the invoices that come closest to each unexpected line."""
        said = (line.partition(" is unexpected: ") for line in self.remittance.result.explain().splitlines())
        return {name: why for name, is_said, why in said if is_said}

    @cached_property
    def repeats(self) -> dict[str, str]:
        """The invoice that each second payment pays again."""
        return {repeat.received: repeat.expected for repeat in self.remittance.result.duplicates}

    @cached_property
    def _parts(self) -> dict[tuple[str, ...], Money]:
        matched = (match for match in self.remittance.result.matched if match.rule is Rule.PARTIAL)
        return {match.expected: -match.difference for match in matched}

    def name(self, invoice_id: str) -> str:
        """Return what people call an invoice: its legal number, else its id."""
        return self.numbers.get(invoice_id) or invoice_id


def _summed(name: str, entries: Iterable[Entry]) -> Iterator[Outcome]:
    minor: defaultdict[str, list[int]] = defaultdict(list)
    for entry in entries:
        minor[entry.amount.currency.code].append(to_minor(entry.amount))
    for code, amounts in sorted(minor.items()):
        yield Outcome(name=name, count=len(amounts), total=from_minor(sum(amounts), code))
