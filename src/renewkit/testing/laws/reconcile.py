"""Laws of every matcher: ours, and one of a host's own with the same result.

>>> from datetime import date
>>> from renewkit.policies.reconcile import reconcile
>>> from renewkit.values.entry import Entry
>>> from renewkit.values.money import usd
>>> owed = [Entry("a", usd("5"), date(2024, 3, 1))]
>>> every_entry_in_one_place(reconcile, owed, [])
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from operator import ne
from typing import Any, Protocol

from renewkit.policies.reconcile import Ambiguous, Duplicate, Match, Rule, verify
from renewkit.values.entry import Entry
from renewkit.values.money import to_minor

__all__ = [
    "Matcher",
    "Result",
    "certificates_verify",
    "confirmed_stay",
    "every_entry_in_one_place",
    "every_tie_is_counted",
    "money_is_conserved",
    "order_does_not_matter",
    "twice_is_once",
    "who_names_another_waits",
    "who_names_it_comes_first",
]


class Result(Protocol):
    """What a matcher must answer to be judged by these laws."""

    @property
    def matched(self) -> tuple[Match, ...]:
        """Return the matches."""
        ...

    @property
    def missing(self) -> tuple[Entry, ...]:
        """Return expected entries without payment."""
        ...

    @property
    def unexpected(self) -> tuple[Entry, ...]:
        """Return received entries that pay nothing."""
        ...

    @property
    def ambiguous(self) -> tuple[Ambiguous, ...]:
        """Return what is tied."""
        ...

    @property
    def duplicates(self) -> tuple[Duplicate, ...]:
        """Return second payments."""
        ...


Matcher = Callable[..., Any]
"""`matcher(expected, received, previous=...)` returns a `Result`."""


def order_does_not_matter(
    matcher: Matcher,
    expected: Sequence[Entry],
    received: Sequence[Entry],
    mixed_expected: Sequence[Entry],
    mixed_received: Sequence[Entry],
) -> None:
    """Two orders of the same entries give the same result."""
    assert _said(matcher(expected, received)) == _said(matcher(mixed_expected, mixed_received))


def every_entry_in_one_place(matcher: Matcher, expected: Sequence[Entry], received: Sequence[Entry]) -> None:
    """Each expected entry is matched, missing or tied; each received one matched, unexpected, twice paid or tied."""
    result: Result = matcher(expected, received)
    ours = Counter(name for match in result.matched for name in match.expected)
    ours += Counter(entry.id for entry in result.missing)
    ours += Counter(name for tie in result.ambiguous for name in tie.expected)
    theirs = Counter(name for match in result.matched for name in match.received)
    theirs += Counter(entry.id for entry in result.unexpected)
    theirs += Counter(twice.received for twice in result.duplicates)
    theirs += Counter(name for tie in result.ambiguous for name in tie.received)
    assert ours == Counter(entry.id for entry in expected)
    assert theirs == Counter(entry.id for entry in received)


def every_tie_is_counted(matcher: Matcher, expected: Sequence[Entry], received: Sequence[Entry]) -> None:
    """Each tie has candidates for each of its lines, among its own entries, at least one solution, and a way out."""
    result: Result = matcher(expected, received)
    for tie in result.ambiguous:
        assert {line for _, line in tie.candidates} == set(tie.received)
        assert {name for name, _ in tie.candidates} <= set(tie.expected)
        assert 1 <= tie.solutions <= 1_000
        assert tie.decide_by


def money_is_conserved(matcher: Matcher, expected: Sequence[Entry], received: Sequence[Entry]) -> None:
    """The amounts in all places sum to the amounts that came in, by currency, and no match leaves a residual."""
    result: Result = matcher(expected, received)
    amounts = {entry.id: entry for entry in received}
    placed: Counter[str] = Counter()
    for entry in (*(line for match in result.matched for line in match.certificate.received), *result.unexpected):
        placed[entry.amount.currency.code] += to_minor(entry.amount)
    loose = [twice.received for twice in result.duplicates]
    loose += [name for tie in result.ambiguous for name in tie.received]
    for name in loose:
        placed[amounts[name].amount.currency.code] += to_minor(amounts[name].amount)
    total: Counter[str] = Counter()
    for entry in received:
        total[entry.amount.currency.code] += to_minor(entry.amount)
    assert dict(total) == dict(placed)
    assert all(match.certificate.residual == 0 for match in result.matched)


def certificates_verify(matcher: Matcher, expected: Sequence[Entry], received: Sequence[Entry]) -> None:
    """Every match proves itself without the matcher."""
    for match in matcher(expected, received).matched:
        assert verify(match) == ()


def who_names_it_comes_first(matcher: Matcher, expected: Sequence[Entry], received: Sequence[Entry]) -> None:
    """A payer's name never takes an entry from an open line of that payer which carries the entry's reference.

    The open line may have brought a part of the amount, or too much: either way it is a rival, and the strongest.
    """
    result: Result = matcher(expected, received)
    spoken = Counter(entry.reference for entry in expected)
    for match in result.matched:
        (entry, *others), (line, *_) = match.certificate.expected, match.certificate.received
        if match.rule is Rule.PARTY and not others and entry.reference and spoken[entry.reference] == 1:
            assert not [rival.id for rival in result.unexpected if _names(rival, entry) and rival.id != line.id]


def who_names_another_waits(matcher: Matcher, expected: Sequence[Entry], received: Sequence[Entry]) -> None:
    """No payer's name and no sum settles an entry with a line that carries another reference of the same form.

    No entry has it, so it is that of one for which nobody waits: it is closed, or stands in another book. Up to two
    signs that differ may be slips.
    """
    known = {entry.reference for entry in expected}
    result: Result = matcher(expected, received)
    for match in result.matched:
        if match.rule in {Rule.PARTY, Rule.SUM, Rule.AMOUNT}:
            said = {line.reference for line in match.certificate.received} - known
            own = {entry.reference for entry in match.certificate.expected}
            assert not [(one, other) for one in own for other in said if one and other and _are_others(one, other)]


def twice_is_once(matcher: Matcher, expected: Sequence[Entry], received: Sequence[Entry]) -> None:
    """The same entries again, with the first result as the previous one, change nothing."""
    first = matcher(expected, received)
    assert _said(first) == _said(matcher(expected, received, previous=first))


def confirmed_stay(
    matcher: Matcher, expected: Sequence[Entry], received: Sequence[Entry], later: Sequence[Entry]
) -> None:
    """Lines that come later never change a match of an earlier run."""
    first = matcher(expected, received)
    second = matcher(expected, [*received, *later], previous=first)
    assert set(first.matched) <= set(second.matched)


def _names(line: Entry, entry: Entry) -> bool:
    alike = line.reference == entry.reference and line.party == entry.party is not None
    sign = (to_minor(line.amount) > 0) == (to_minor(entry.amount) > 0)
    same = sign and line.amount.currency == entry.amount.currency
    return alike and same and -10 <= (line.on - entry.on).days <= 60


def _are_others(one: str, other: str) -> bool:
    one, other = one.upper(), other.upper()
    same_form = re.sub("[0-9]", "9", one) == re.sub("[0-9]", "9", other)
    return same_form and sum(map(ne, one, other)) > 2


def _said(result: Result) -> tuple[Iterable[object], ...]:
    return (result.matched, result.missing, result.unexpected, result.ambiguous, result.duplicates)
