"""Drivers: who answers the requests of a run. One is synchronous, one runs each group of effects concurrently within a bound."""

from __future__ import annotations

import asyncio
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

__all__ = ["drive", "drive_async"]


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


async def drive_async(
    running: Generator[Request, Any, TickReport],
    *,
    now: pendulum.DateTime,
    storage: Storage,
    payments: Payments,
    messaging: Messaging,
    at_once: int = 16,
) -> TickReport:
    """Answer every request of a run without blocking the event loop: up to `at_once` effects of a group run together.

    The ports are the synchronous ones, each call on a thread; the order of answers is the order of requests.
    """
    answer: Any = None
    gate = asyncio.Semaphore(at_once)

    async def on_thread(function: Any, *arguments: Any) -> Any:  # noqa: ANN401  a call passed through
        async with gate:
            return await asyncio.to_thread(function, *arguments)

    while True:
        try:
            request = running.send(answer)
        except StopIteration as stop:
            report: TickReport = stop.value
            return report
        match request:
            case Claim(limit, lease):
                answer = await on_thread(storage.claim, now, limit, lease)
            case Store(commits):
                answer = await on_thread(storage.commit, commits)
            case Send(effects):
                answer = await asyncio.gather(*(on_thread(_carry_out, effect, payments, messaging) for effect in effects))
            case Lookup(charges):
                answer = await asyncio.gather(*(on_thread(_look_up, charge, payments) for charge in charges))
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
