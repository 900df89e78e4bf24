"""The demo's own count of what was tried again."""

import attrs

from renewkit.cli.demo.attempts import Attempts, count_attempts
from renewkit.values.decline import Attempt, classify
from scenarios.world import CARD, DAY, NOON, World, contract, payer


def test_a_forbidden_attempt_is_found() -> None:
    """A card that was reported stolen is tried again by somebody who does not ask; one that had no money may be."""
    world = World().sold(contract())
    world.tick()
    times = (NOON, NOON + 3 * DAY)
    plain, stolen = (
        attrs.evolve(world.invoice(), attempts=tuple(Attempt(at, classify("stripe", code), CARD) for at in times))
        for code in ("insufficient_funds", "stolen_card")
    )
    made = [count_attempts([bill], [payer()], {"network.delayed": 3}) for bill in (plain, stolen)]
    assert [(1, 3, 0, 0), (1, 3, 0, 1)] == [attrs.astuple(each) for each in made]


def test_nothing_was_tried_where_nobody_is_charged() -> None:
    """Customers without an instrument have no attempts."""
    world = World().sold(contract(), instrument=None)
    world.sleep(minutes=1).tick()
    none = Attempts(retries=0, delayed=0, refused=0, forbidden=0)
    assert none == count_attempts(world.invoices(), [payer(instrument=None)], {})
