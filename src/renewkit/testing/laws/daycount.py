"""Laws of day counts; each takes the `fraction` (or the policy's share) that it judges.

>>> from datetime import date
>>> from renewkit.values.daycount import fraction
>>> february = Period(date(2024, 2, 1), date(2024, 3, 1))
>>> share_grows_with_the_part(fraction, february, DayCount.THIRTY_E_360)
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Protocol

from renewkit.values.daycount import DayCount, ProrationPolicy
from renewkit.values.period import Period

__all__ = [
    "ADDITIVE",
    "Measure",
    "Share",
    "additive_counts_add_up",
    "share_grows_with_the_part",
    "share_stays_within_the_whole",
    "whole_period_is_one",
]

ADDITIVE = frozenset(
    {
        DayCount.ACTUAL,
        DayCount.FIXED_30,
        DayCount.ACT_360,
        DayCount.ACT_365F,
        DayCount.ACT_ACT_ISDA,
        DayCount.MONTHS_THEN_DAYS,
    }
)
"""The conventions that count a day the same wherever the period is cut."""


class Measure(Protocol):
    """From a part and its reference to a raw fraction."""

    def __call__(self, part: Period, *, of: Period, by: DayCount) -> Fraction:
        """Return what the part is of the reference."""
        ...


class Share(Protocol):
    """From a policy, a part and its reference to the share that is billed."""

    def __call__(self, policy: ProrationPolicy, part: Period, *, of: Period) -> Fraction:
        """Return the share."""
        ...


def additive_counts_add_up(measure: Measure, over: Period, cuts: tuple[int, ...], by: DayCount) -> None:
    """The fractions of the parts of a period sum to the fraction of the period, by every additive convention."""
    assert by in ADDITIVE, f"{by} does not claim to be additive"
    parts = over.cut(*(over.start.add(days=cut % over.days) for cut in cuts))
    whole, summed = measure(over, of=over, by=by), sum(measure(part, of=over, by=by) for part in parts)
    assert whole == summed, f"the parts of {over} sum to {summed} by {by.name}, the whole is {whole}"


def share_grows_with_the_part(measure: Measure, over: Period, by: DayCount) -> None:
    """A part that ends later is never a smaller fraction, and none is negative."""
    ends = [over.start.add(days=days) for days in range(1, over.days + 1)]
    shares = [measure(Period(over.start, end), of=over, by=by) for end in ends]
    assert shares[0] >= 0, f"the first day of {over} is {shares[0]} by {by.name}"
    falls = [str(end) for end, (a, b) in zip(ends[1:], pairwise(shares), strict=True) if b < a]
    assert not falls, f"the fraction of {over} falls by {by.name} at {falls}"


def share_stays_within_the_whole(share: Share, policy: ProrationPolicy, part: Period, of: Period) -> None:
    """What is billed for a part inside its reference is at least nothing and at most the whole."""
    billed = share(policy, part, of=of)
    assert 0 <= billed <= 1, f"{part} of {of} is billed as {billed} by {policy.by.name}"


def whole_period_is_one(share: Share, policy: ProrationPolicy, of: Period) -> None:
    """A whole reference period is billed as exactly 1 under every policy."""
    assert share(policy, of, of=of) == 1, f"{of} is billed as {share(policy, of, of=of)} by {policy.by.name}"
