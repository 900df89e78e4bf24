"""The life of a subscription as one table: which status follows which trigger, and what it does to service.

    draft → trialing → active → past_due → suspended → ended

`past_due` is still served (grace), `suspended` is not; `ended` is final. A trigger that the table does not know in a
status is a `StateError`, never ignored.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from renewkit.errors import StateError

__all__ = ["TRANSITIONS", "Service", "Status", "Trigger", "follow"]


class Status(Enum):
    """Where a subscription stands."""

    DRAFT = "draft"
    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    SUSPENDED = "suspended"
    ENDED = "ended"

    @property
    def service(self) -> Service:
        """What the customer gets in this status."""
        return _SERVICE[self]

    @property
    def is_live(self) -> bool:
        """Whether the contract may still bill something."""
        return self is not Status.ENDED


class Service(Enum):
    """What the customer gets."""

    SERVED = "served"
    STOPPED = "stopped"


class Trigger(Enum):
    """What moves a subscription."""

    ACTIVATE = "activate"
    """The first period opens."""
    START_TRIAL = "start_trial"
    """Service starts before the first period."""
    MISS_PAYMENT = "miss_payment"
    """An invoice is unpaid after its due date: grace begins."""
    SETTLE = "settle"
    """Nothing is overdue any more."""
    EXHAUST_GRACE = "exhaust_grace"
    """The grace period is over: service stops."""
    LAPSE = "lapse"
    """The time after which an unpaid contract ends is over."""
    FINISH = "finish"
    """The end that was agreed or asked for is reached."""


TRANSITIONS: Final[dict[tuple[Status, Trigger], Status]] = {
    (Status.DRAFT, Trigger.START_TRIAL): Status.TRIALING,
    (Status.DRAFT, Trigger.ACTIVATE): Status.ACTIVE,
    (Status.DRAFT, Trigger.FINISH): Status.ENDED,
    (Status.TRIALING, Trigger.ACTIVATE): Status.ACTIVE,
    (Status.TRIALING, Trigger.FINISH): Status.ENDED,
    (Status.ACTIVE, Trigger.MISS_PAYMENT): Status.PAST_DUE,
    (Status.ACTIVE, Trigger.FINISH): Status.ENDED,
    (Status.PAST_DUE, Trigger.SETTLE): Status.ACTIVE,
    (Status.PAST_DUE, Trigger.EXHAUST_GRACE): Status.SUSPENDED,
    (Status.PAST_DUE, Trigger.LAPSE): Status.ENDED,
    (Status.PAST_DUE, Trigger.FINISH): Status.ENDED,
    (Status.SUSPENDED, Trigger.SETTLE): Status.ACTIVE,
    (Status.SUSPENDED, Trigger.LAPSE): Status.ENDED,
    (Status.SUSPENDED, Trigger.FINISH): Status.ENDED,
}
"""Status and trigger to the next status."""

_SERVICE: Final = dict.fromkeys(Status, Service.STOPPED) | dict.fromkeys(
    (Status.TRIALING, Status.ACTIVE, Status.PAST_DUE), Service.SERVED
)


def follow(status: Status, trigger: Trigger) -> Status:
    """Return the status that the trigger leads to; `StateError` where it leads nowhere.

    >>> follow(Status.PAST_DUE, Trigger.SETTLE)
    <Status.ACTIVE: 'active'>
    """
    after = TRANSITIONS.get((status, trigger))
    if after is None:
        known = ", ".join(known.value for place, known in TRANSITIONS if place is status) or "none, it is final"
        raise StateError(
            f"one of the triggers that {status.value} knows ({known})", trigger.value, "check the status first"
        )
    return after
