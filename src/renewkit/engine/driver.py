"""The driver: it answers the requests of a run with the host's storage, gateway and messenger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, assert_never

import attrs

from renewkit.effects.commit import Conflict
from renewkit.effects.effect import Charge
from renewkit.effects.outcome import Outcome, Unknown
from renewkit.engine.execute import Claim, Lookup, Send, Store
from renewkit.errors import RenewkitError, StorageError
from renewkit.values.problem import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Generator

    import pendulum

    from renewkit.effects.commit import Commit, Receipt
    from renewkit.effects.message import Message
    from renewkit.engine.execute import Request, TickReport
    from renewkit.ports.messaging import Messaging
    from renewkit.ports.payment import Payments
    from renewkit.ports.storage import Storage

__all__ = ["drive"]

_LONGEST: Final = 300


def drive(
    running: Generator[Request, Any, TickReport],
    *,
    now: pendulum.DateTime,
    storage: Storage,
    payments: Payments,
    messaging: Messaging,
) -> TickReport:
    """Answer every request of a run, one after another, and return its report.

    An adapter that raises has answered `Unknown`; the report names the error, never the instrument.
    """
    answer: Any = None
    raised: list[Problem] = []
    while True:
        try:
            request = running.send(answer)
        except StopIteration as stop:
            report: TickReport = stop.value
            return attrs.evolve(report, problems=(*report.problems, *raised))
        match request:
            case Claim(limit, lease):
                answer = storage.claim(now, limit, lease)
            case Store(commits):
                answer = _store(commits, storage, raised)
            case Send(effects):
                answer = tuple(_carry_out(effect, payments, messaging, raised) for effect in effects)
            case Lookup(charges):
                answer = tuple(_look_up(charge, payments, raised) for charge in charges)
            case _:
                assert_never(request)


def _store(commits: tuple[Commit, ...], storage: Storage, raised: list[Problem]) -> tuple[Receipt | Conflict, ...]:
    """Write a batch; where storage finds a mistake in it, write each commit alone, so that one stops only itself."""
    try:
        return storage.commit(commits)
    except StorageError:
        raise
    except RenewkitError as error:
        if len(commits) != 1:
            return tuple(answer for commit in commits for answer in _store((commit,), storage, raised))
        commit = commits[0]
        words = f"{type(error).__name__}: {error}"[:_LONGEST]
        remedy = "this is a mistake of the engine or of another writer: report it with the customer's facts"
        raised.append(Problem("commit.refused", commit.customer_id, message=words, remedy=remedy))
        return (Conflict(commit.customer_id, "content", "a commit that storage accepts", type(error).__name__),)


def _carry_out(effect: Charge | Message, payments: Payments, messaging: Messaging, raised: list[Problem]) -> Outcome:
    try:
        return payments.charge(effect) if isinstance(effect, Charge) else messaging.send(effect)
    except Exception as error:  # noqa: BLE001  an adapter that raises has told nothing: the outcome is unknown and is looked up
        raised.append(_problem(effect, error, "the charge" if isinstance(effect, Charge) else "the message"))
        return Unknown(effect.key)


def _look_up(charge: Charge, payments: Payments, raised: list[Problem]) -> Outcome | None:
    try:
        return payments.lookup(charge)
    except Exception as error:  # noqa: BLE001  no answer is not the answer "never seen"
        raised.append(_problem(charge, error, "the look-up of the charge"))
        return Unknown(charge.key)


def _problem(effect: Charge | Message, error: Exception, what: str) -> Problem:
    secret = effect.instrument if isinstance(effect, Charge) else effect.customer.instrument
    words = f"{type(error).__name__}: {error}"
    if secret is not None:
        words = words.replace(secret.id, "(instrument)")
    about = effect.invoice_id if isinstance(effect, Charge) else effect.subscription.id
    return Problem(
        "adapter.raised",
        about,
        message=f"expected an answer to {what} {effect.key}, got {words[:_LONGEST]}",
        remedy="see what the adapter meets; the outcome is unknown until then",
        severity=Severity.WARNING,
    )
