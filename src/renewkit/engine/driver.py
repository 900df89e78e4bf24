"""The driver: it answers the requests of a run with the host's storage, gateway and messenger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

from renewkit.effects.effect import Charge
from renewkit.effects.outcome import Outcome, Unknown
from renewkit.engine.execute import Claim, Lookup, Send, Store

if TYPE_CHECKING:
    from collections.abc import Generator

    import pendulum

    from renewkit.effects.message import Message
    from renewkit.engine.execute import Request, TickReport
    from renewkit.ports.messaging import Messaging
    from renewkit.ports.payment import Payments
    from renewkit.ports.storage import Storage

__all__ = ["drive"]


def drive(
    running: Generator[Request, Any, TickReport],
    *,
    now: pendulum.DateTime,
    storage: Storage,
    payments: Payments,
    messaging: Messaging,
) -> TickReport:
    """Answer every request of a run, one after another, and return its report."""
    answer: Any = None
    while True:
        try:
            request = running.send(answer)
        except StopIteration as stop:
            report: TickReport = stop.value
            return report
        match request:
            case Claim(limit, lease):
                answer = storage.claim(now, limit, lease)
            case Store(commits):
                answer = storage.commit(commits)
            case Send(effects):
                answer = tuple(_carry_out(effect, payments, messaging) for effect in effects)
            case Lookup(charges):
                answer = tuple(_look_up(charge, payments) for charge in charges)
            case _:
                assert_never(request)


def _carry_out(effect: Charge | Message, payments: Payments, messaging: Messaging) -> Outcome:
    try:
        return payments.charge(effect) if isinstance(effect, Charge) else messaging.send(effect)
    except Exception:  # noqa: BLE001  an adapter that raises has told nothing: the outcome is unknown and is looked up
        return Unknown(effect.key)


def _look_up(charge: Charge, payments: Payments) -> Outcome | None:
    try:
        return payments.lookup(charge)
    except Exception:  # noqa: BLE001  no answer is not the answer "never seen"
        return Unknown(charge.key)
