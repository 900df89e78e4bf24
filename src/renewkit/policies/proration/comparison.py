"""The same part under several policies, side by side: what a move from one system to another changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic

import attrs

from renewkit.errors import ConfigurationError
from renewkit.policies.proration.parts import Amount, minus, portion
from renewkit.values.daycount import ProrationPolicy
from renewkit.values.period import Period, Span

__all__ = ["Comparison", "compare"]


@attrs.frozen
class Comparison(Generic[Amount]):
    """What one policy bills, and how much more (or less, negative) that is than the first one bills."""

    name: str
    amount: Amount
    difference: Amount = attrs.field(kw_only=True)


def compare(
    amount: Amount, part: Period | Span, *, of: Period | Span, under: Mapping[str, ProrationPolicy]
) -> tuple[Comparison[Amount], ...]:
    """Return what each policy bills for one part, in the order given; the first is what the others are compared with.

    Raises `ConfigurationError` without a policy, and as `portion` does.

    >>> from datetime import date
    >>> from renewkit import profiles, usd
    >>> stub, month = Period(date(2021, 2, 27), date(2021, 3, 1)), Period(date(2021, 2, 1), date(2021, 3, 1))
    >>> under = {"Zuora, actual": profiles.ZUORA_ACTUAL, "Zuora, strict 30/360": profiles.ZUORA_STRICT_30_360}
    >>> [(row.name, row.amount, row.difference) for row in compare(usd("28"), stub, of=month, under=under)][1]
    ('Zuora, strict 30/360', Money('3.73', 'USD'), Money('1.73', 'USD'))
    """
    if not under:
        raise ConfigurationError("at least one policy", "none", "name the policy that the others are compared with")
    billed = {name: portion(amount, part, of=of, policy=policy) for name, policy in under.items()}
    first = next(iter(billed.values()))
    return tuple(Comparison(name, found, difference=minus(found, first)) for name, found in billed.items())
