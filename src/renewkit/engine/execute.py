"""Executing: commit what was planned, send it, record what came back. The only impure loop, and the logic exists once.

`run` is a generator. It yields requests (`Claim`, `Store`, `Send`, `Lookup`) and is sent the answers, so it knows no
adapter and blocks on nothing. Each round commits state, facts, outcomes and effects in one transaction *before* any
of the effects is sent; what a crash leaves behind is found on the next claim as `Snapshot.pending` and is looked up
or sent again under the same key.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable
from datetime import timedelta
from enum import Enum
from typing import Any, Final

import attrs
import pendulum

from renewkit.effects.commit import Commit, Conflict, Receipt
from renewkit.effects.effect import Charge, Effect, Notify
from renewkit.effects.message import Message
from renewkit.effects.outcome import ChargeOutcome, Outcome, Pending, Undelivered, Unknown
from renewkit.effects.snapshot import Snapshot
from renewkit.engine.compose import compose
from renewkit.engine.news import Awaited, Came, News, Unresolved
from renewkit.engine.plan import Plan, fold, plan
from renewkit.policies.network import NetworkRules
from renewkit.ports.messaging import MessagingCapabilities
from renewkit.ports.payment import PaymentCapabilities
from renewkit.ports.storage import Lease
from renewkit.values.problem import Problem

__all__ = ["Claim", "Lookup", "OnUnknownSend", "Request", "Send", "Settings", "Store", "TickReport", "run"]

# Charges that use up a network's cap are sent in rounds: a year of daily invoices is caught up in twenty.
_ROUNDS: Final = 64


class OnUnknownSend(Enum):
    """What to do with a message that may have gone out, where the messenger does not recognise keys."""

    RESEND = "resend"
    """Rather twice than never: right for legal notices."""
    HOLD = "hold"
    """Rather never than twice: right for marketing."""


@attrs.frozen(kw_only=True)
class Settings:
    """How a run behaves: what its adapters can do, how many customers a batch holds, how long an answer is sought.

    What has no answer is looked up or tried again after `patience`, then at growing distances of at most `longest`.
    After `horizon` a message is given up, and a charge that nobody can tell about waits for a person. `rules` are those
    of the networks, which no contract's retry policy overrides.
    """

    payments: PaymentCapabilities
    messaging: MessagingCapabilities
    on_unknown_send: OnUnknownSend = OnUnknownSend.RESEND
    batch: int = 200
    patience: timedelta = timedelta(minutes=15)
    longest: timedelta = timedelta(hours=6)
    horizon: timedelta = timedelta(days=3)
    who: str = "renewkit"
    rules: NetworkRules = attrs.field(factory=NetworkRules)


@attrs.frozen
class Claim:
    """Ask storage for due customers."""

    limit: int
    lease: Lease


@attrs.frozen
class Store:
    """Ask storage to write commits."""

    commits: tuple[Commit, ...]


@attrs.frozen
class Send:
    """Ask the gateway to charge and the messenger to deliver; a notification comes with its composed message."""

    effects: tuple[Charge | Message, ...]


@attrs.frozen
class Lookup:
    """Ask the gateway what became of charges."""

    charges: tuple[Charge, ...]


Request = Claim | Store | Send | Lookup


@attrs.frozen(kw_only=True)
class TickReport:
    """What a run did: how many customers, how many facts of each kind, and every problem by name."""

    at: pendulum.DateTime
    customers: int = 0
    counts: tuple[tuple[str, int], ...] = ()
    conflicts: int = 0
    problems: tuple[Problem, ...] = ()

    def count(self, kind: str) -> int:
        """Return how many facts of a kind the run wrote (`invoice.issued`, `charge.declined`, ...)."""
        return dict(self.counts).get(kind, 0)

    def plus(self, other: TickReport) -> TickReport:
        """Return both runs as one."""
        counts = Counter(dict(self.counts)) + Counter(dict(other.counts))
        return TickReport(
            at=max(self.at, other.at),
            customers=self.customers + other.customers,
            counts=tuple(sorted(counts.items())),
            conflicts=self.conflicts + other.conflicts,
            problems=(*self.problems, *other.problems),
        )


def run(
    now: pendulum.DateTime, lease: Lease, settings: Settings, *, limit: int | None = None
) -> Generator[Request, Any, TickReport]:
    """Work through every customer that is due at `now`, batch by batch, at most `limit` of them.

    A customer whose commit met a conflict is claimed anew once the other writer is done.
    """
    report = TickReport(at=now)
    left = limit
    while left is None or left > 0:
        size = settings.batch if left is None else min(settings.batch, left)
        snapshots = yield Claim(size, lease)
        if not snapshots:
            break
        batch = yield from _work(snapshots, now, settings)
        report = report.plus(batch)
        if len(snapshots) < size and not batch.conflicts:
            break
        lease = attrs.evolve(lease, takeover=False)
        left = None if left is None else left - len(snapshots)
    return report


@attrs.define
class _Seat:
    """One customer in a batch: where it stands, what has become known, what must be sent again."""

    snapshot: Snapshot
    news: tuple[News, ...] = ()
    again: tuple[Effect, ...] = ()
    resent: frozenset[str] = frozenset()
    due: pendulum.DateTime | None = None
    rounds: int = 0


def _work(
    snapshots: tuple[Snapshot, ...], now: pendulum.DateTime, settings: Settings
) -> Generator[Request, Any, TickReport]:
    seats = [_Seat(snapshot) for snapshot in snapshots]
    yield from _replay(seats, now, settings)
    counts: Counter[str] = Counter()
    problems: list[Problem] = []
    conflicts = 0
    while seats:
        plans = [_planned(seat, now, settings) for seat in seats]
        answers = yield Store(
            tuple(_commit_of(seat, made, now, settings) for seat, made in zip(seats, plans, strict=True))
        )
        going: list[tuple[_Seat, Plan]] = []
        for seat, made, answer in zip(seats, plans, answers, strict=True):
            if isinstance(answer, Conflict):
                conflicts += 1
                continue
            counts.update(fact.kind for fact in made.facts)
            problems += made.problems
            seat.snapshot = _after(made.after, answer)
            if (made.effects or seat.again) and seat.rounds < _ROUNDS:
                going.append((seat, made))
        yield from _carry_out(going, now, settings)
        seats = [seat for seat, _ in going]
    return TickReport(
        at=now,
        customers=len(snapshots),
        counts=tuple(sorted(counts.items())),
        conflicts=conflicts,
        problems=tuple(problems),
    )


def _planned(seat: _Seat, now: pendulum.DateTime, settings: Settings) -> Plan:
    """Plan anew where something became known that decides; the outcome of a message is only booked."""
    if seat.rounds and all(isinstance(piece, Came) and isinstance(piece.effect, Notify) for piece in seat.news):
        booked = fold(seat.snapshot, now=now, news=seat.news, who=settings.who, rules=settings.rules)
        return attrs.evolve(booked, due=seat.due)
    made = plan(seat.snapshot, now=now, news=seat.news, who=settings.who, rules=settings.rules)
    seat.due = made.due
    return made


def _commit_of(seat: _Seat, made: Plan, now: pendulum.DateTime, settings: Settings) -> Commit:
    seat.rounds += 1
    fence = seat.snapshot.fence
    if (made.effects or seat.again) and seat.rounds < _ROUNDS:
        # Due stays as it was, so that a crash brings the customer back in the same place of the same batch.
        return made.commit(fence=fence, due=seat.snapshot.due, release=False)
    moments = [_again_at(effect, now, settings) for effect in made.after.pending if not made.after.is_parked(effect)]
    if made.due is not None:
        moments.append(made.due)
    return made.commit(fence=fence, due=min(moments, default=None), release=True)


def _again_at(effect: Effect, now: pendulum.DateTime, settings: Settings) -> pendulum.DateTime:
    """Return when to see about an effect without an answer: the longer it has had none, the later."""
    return now + min(max(now - effect.at, settings.patience), settings.longest)


def _after(snapshot: Snapshot, receipt: Receipt) -> Snapshot:
    numbers = dict(receipt.numbers)
    invoices = tuple(
        attrs.evolve(bill, number=numbers[bill.id]) if bill.id in numbers else bill for bill in snapshot.invoices
    )
    return attrs.evolve(snapshot, version=receipt.version, invoices=invoices)


def _replay(seats: Iterable[_Seat], now: pendulum.DateTime, settings: Settings) -> Generator[Request, Any, None]:
    """Find out what became of the effects that a crash or a time-out left behind."""
    charges = [
        (seat, effect)
        for seat in seats
        for effect in seat.snapshot.pending
        if isinstance(effect, Charge) and not seat.snapshot.is_parked(effect)
    ]
    found = yield from _look_up([charge for _, charge in charges], settings)
    for (seat, charge), outcome in zip(charges, found, strict=True):
        _replay_charge(seat, charge, outcome, now, settings)
    for seat in seats:
        for effect in seat.snapshot.pending:
            if isinstance(effect, Notify):
                _replay_message(seat, effect, settings)


def _replay_charge(
    seat: _Seat, charge: Charge, outcome: ChargeOutcome | None, now: pendulum.DateTime, settings: Settings
) -> None:
    if outcome is None and _may_resend(charge, now, settings.payments):
        seat.again = (*seat.again, charge)
    elif outcome is None or (isinstance(outcome, Unknown) and now - charge.at >= settings.horizon):
        seat.news = (*seat.news, Unresolved(charge))
    else:
        seat.news = (*seat.news, Came(charge, outcome))


def _replay_message(seat: _Seat, notify: Notify, settings: Settings) -> None:
    if settings.messaging.dedupes or settings.on_unknown_send is OnUnknownSend.RESEND:
        seat.again = (*seat.again, notify)
    else:
        held = Undelivered("held: nobody knows whether it was sent", is_permanent=True)
        seat.news = (*seat.news, Came(notify, held))


def _look_up(charges: list[Charge], settings: Settings) -> Generator[Request, Any, tuple[ChargeOutcome | None, ...]]:
    if not charges:
        return ()
    if not settings.payments.lookup:
        return (None,) * len(charges)
    found: tuple[ChargeOutcome | None, ...] = yield Lookup(tuple(charges))
    return found


def _may_resend(charge: Charge, now: pendulum.DateTime, capabilities: PaymentCapabilities) -> bool:
    window = capabilities.idempotency_window
    return capabilities.lookup and (window is None or now - charge.at < window)


def _carry_out(
    going: list[tuple[_Seat, Plan]], now: pendulum.DateTime, settings: Settings
) -> Generator[Request, Any, None]:
    work = [(seat, effect) for seat, made in going for effect in (*seat.again, *made.effects)]
    # Messages go first: after a crash between the two, a message would be composed anew from what the charge changed.
    work.sort(key=lambda pair: isinstance(pair[1], Charge))
    outcomes = yield from _send(work)
    for seat, _ in going:
        seat.news, seat.again = (), ()
    unknown: list[tuple[_Seat, Charge]] = []
    for (seat, effect), outcome in zip(work, outcomes, strict=True):
        if isinstance(effect, Charge) and isinstance(outcome, Unknown):
            unknown.append((seat, effect))
        else:
            seat.news = (*seat.news, _news(effect, outcome, now, settings))
    found = yield from _look_up([charge for _, charge in unknown], settings)
    for (seat, charge), answer in zip(unknown, found, strict=True):
        if answer is None and charge.key not in seat.resent and _may_resend(charge, now, settings.payments):
            seat.again, seat.resent = (*seat.again, charge), seat.resent | {charge.key}
        else:
            seat.news = (*seat.news, Came(charge, Unknown(charge.key) if answer is None else answer))


def _news(effect: Effect, outcome: Outcome, now: pendulum.DateTime, settings: Settings) -> News:
    if isinstance(effect, Charge):
        if isinstance(outcome, Pending) and not settings.payments.lookup:
            # Nobody can be asked later, so nothing is waited for in the outbox: the money comes as a payment.
            return Awaited(effect, outcome)
        return Came(effect, outcome)
    if now - effect.at < settings.horizon:
        return Came(effect, outcome)
    match outcome:
        case Unknown():
            return Came(effect, Undelivered("given up: nobody knows whether it was sent"))
        case Undelivered(reason, False):
            return Came(effect, Undelivered(f"given up: {reason}"))
        case _:
            return Came(effect, outcome)


def _send(work: list[tuple[_Seat, Effect]]) -> Generator[Request, Any, list[Outcome]]:
    composed = [_composed(seat.snapshot, effect) for seat, effect in work]
    ready = tuple(piece for piece in composed if not isinstance(piece, Undelivered))
    answers = iter((yield Send(ready)) if ready else ())
    return [piece if isinstance(piece, Undelivered) else next(answers) for piece in composed]


def _composed(snapshot: Snapshot, effect: Effect) -> Charge | Message | Undelivered:
    if isinstance(effect, Charge):
        return effect
    try:
        return compose(snapshot, effect)
    except Exception as error:  # noqa: BLE001  one message that cannot be written must not stop the others
        return Undelivered(f"could not be composed: {type(error).__name__}: {error}")
