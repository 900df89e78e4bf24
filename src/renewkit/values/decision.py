"""Decisions about a declined charge: try again at a time, ask the customer, or give up.

They are positional, so that `match` takes them apart. Who decides is `renewkit.policies.retry`;
`renewkit.policies.network` has the last word. See also: retry, dunning, 催繳.
"""

from __future__ import annotations

from typing import Final

import attrs
import pendulum

from renewkit.values.decline import CustomerAction
from renewkit.values.moments import instant

__all__ = ["EXHAUSTED", "MERCHANT", "NEVER", "TOO_LATE", "AskCustomer", "GiveUp", "RetryAt", "RetryDecision"]

EXHAUSTED: Final = "exhausted"
"""Every try that the policy allows has been made."""
TOO_LATE: Final = "too_late"
"""The next try would come after the next renewal, the grace or the policy's own end."""
NEVER: Final = "never"
"""The instrument must not be tried again, and there is nothing the customer could do with it."""
MERCHANT: Final = "merchant"
"""The request itself is wrong; the merchant must correct it."""


@attrs.frozen
class RetryAt:
    """Charge again at `when`, as attempt `number` (the first retry is 2).

    `ask` is what the customer is asked at the same time, None for nothing; `why` says where the time comes from;
    `until` is the instant after which no retry may be made, None where there is none, and `first` when the
    first attempt on the invoice was made.

    >>> match RetryAt(pendulum.datetime(2024, 2, 3), 2):
    ...     case RetryAt(when, number):
    ...         print(when.date(), number)
    2024-02-03 2
    """

    when: pendulum.DateTime = attrs.field(converter=instant)
    number: int
    ask: CustomerAction | None = None
    why: str = ""
    until: pendulum.DateTime | None = attrs.field(default=None, converter=attrs.converters.optional(instant))
    first: pendulum.DateTime | None = attrs.field(default=None, converter=attrs.converters.optional(instant))


@attrs.frozen
class AskCustomer:
    """Nothing is retried until the customer acts."""

    action: CustomerAction
    why: str = ""


@attrs.frozen
class GiveUp:
    """No further try: `reason` is a stable word (`exhausted`, `too_late`, `never`, `merchant`, or a network rule's)."""

    reason: str
    why: str = ""


RetryDecision = RetryAt | AskCustomer | GiveUp
"""What may be decided about a declined charge."""
