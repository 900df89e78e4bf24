"""Laws of collecting: no life of a customer makes an engine charge more often than a network allows.

They count what was charged by themselves, in the order in which it was charged, over all contracts of the customer.

>>> from renewkit.books.customer import Customer
>>> from renewkit.effects.outcome import Unknown
>>> from renewkit.effects.snapshot import Snapshot
>>> from renewkit.engine.plan import plan
>>> quiet = Snapshot(book="default", customer=Customer("c1"))
>>> no_charge_exceeds_a_cap(plan, quiet, [pendulum.datetime(2026, 1, 31)], answer=lambda charge: Unknown(charge.key))
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

import pendulum

from renewkit.effects.effect import Charge
from renewkit.effects.outcome import ChargeOutcome, Declined, Paid
from renewkit.testing.laws.plan import live
from renewkit.values.decline import RetryAdvice

if TYPE_CHECKING:
    from renewkit.effects.snapshot import Snapshot
    from renewkit.testing.laws.plan import Answer, Planner

__all__ = ["no_charge_exceeds_a_cap", "no_charge_follows_a_refusal_for_good"]

_DAY, _MONTH = timedelta(hours=24), timedelta(days=30)

_Made = Sequence[tuple[Charge, ChargeOutcome]]


def no_charge_exceeds_a_cap(
    planner: Planner, start: Snapshot, moments: Iterable[pendulum.DateTime], *, answer: Answer
) -> None:
    """No card sees more than 10 declines in 24 hours, 35 of one amount or 20 reattempts in 30 days (2026).

    The first two are Mastercard's, the last is Visa's; a card whose network nobody named has to obey all.
    """
    for network, made in _by_card(_charged(planner, start, moments, answer)):
        declined = [charge for charge, outcome in made if isinstance(outcome, Declined)]
        again = [late for (_, before), (late, _) in pairwise(made) if isinstance(before, Declined)]
        if network in (None, "mastercard"):
            _crowd(declined, _DAY, 10, "declines in 24 hours")
            for amount, alike in _by_amount(declined):
                _crowd(alike, _MONTH, 35, f"declines of {amount} in 30 days")
        if network in (None, "visa"):
            _crowd(again, _MONTH, 20, "reattempts in 30 days")


def no_charge_follows_a_refusal_for_good(
    planner: Planner, start: Snapshot, moments: Iterable[pendulum.DateTime], *, answer: Answer
) -> None:
    """A card that may never be tried again is not, whichever of the customer's contracts would like to.

    Charges that were sent before the refusal was known, with that very plan, do not count; one of them that goes
    through shows that the refusal was not for good.
    """
    for _, made in _by_card(_charged(planner, start, moments, answer)):
        paid: pendulum.DateTime | None = None
        refused: pendulum.DateTime | None = None
        for charge, outcome in made:
            is_late = refused is not None and charge.at > refused
            assert not is_late, f"a card that was refused for good on {refused} is charged on {charge.at}"
            if isinstance(outcome, Paid):
                # At one instant the order says nothing: a success stands beside the refusal, not before it.
                paid, refused = charge.at, None
            elif _is_for_good(outcome) and charge.at != paid:
                refused = charge.at


def _charged(
    planner: Planner, start: Snapshot, moments: Iterable[pendulum.DateTime], answer: Answer
) -> list[tuple[Charge, ChargeOutcome]]:
    made = list[tuple[Charge, ChargeOutcome]]()

    def noted(charge: Charge) -> ChargeOutcome:
        outcome = answer(charge)
        made.append((charge, outcome))
        return outcome

    live(planner, start, moments, noted)
    return made


def _by_card(made: _Made) -> Iterator[tuple[str | None, _Made]]:
    known = {charge.instrument.id: charge.instrument.network for charge, _ in made}
    for card, network in known.items():
        yield network, [(charge, outcome) for charge, outcome in made if charge.instrument.id == card]


def _by_amount(charges: Iterable[Charge]) -> Iterator[tuple[str, list[Charge]]]:
    ordered = sorted(charges, key=lambda charge: (str(charge.amount), charge.at))
    for amount, alike in groupby(ordered, key=lambda charge: str(charge.amount)):
        yield amount, list(alike)


def _crowd(charges: Sequence[Charge], window: timedelta, limit: int, what: str) -> None:
    times = [charge.at for charge in charges]
    for first, last in zip(times, times[limit:], strict=False):
        assert last - first > window, f"more than {limit} {what} up to {last}"


def _is_for_good(outcome: ChargeOutcome) -> bool:
    return isinstance(outcome, Declined) and outcome.decline.retry is RetryAdvice.NEVER
