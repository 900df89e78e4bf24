"""The recovery simulator: what retry policies recover, at what cost, in a world of our own assumptions.

`constants` are tagged as sourced or assumed, `world` draws failed charges with a hidden cause, `play` lets policies try
and an auditor count what was forbidden, `report` compares them over paired seeds, `frontier` draws the comparison. It
shows rankings, not levels: no public data set of real retry outcomes exists. Whoever judges by revenue per attempt
alone will conclude that trying once is best; judge by what is recovered at a number of tries, net of costs, with no
forbidden attempt.
"""

from renewkit.testing.recovery.constants import TAGS, Constants, constants_from
from renewkit.testing.recovery.frontier import frontier_svg
from renewkit.testing.recovery.play import BOUND, CONTESTANTS, DEFAULT, PLAIN, RIVAL, Contestant
from renewkit.testing.recovery.report import (
    SCENARIOS,
    Paired,
    RecoveryResult,
    Row,
    Scenario,
    run,
    table,
    to_document,
)
from renewkit.testing.recovery.world import Failure, failures

__all__ = [
    "BOUND",
    "CONTESTANTS",
    "DEFAULT",
    "PLAIN",
    "RIVAL",
    "SCENARIOS",
    "TAGS",
    "Constants",
    "Contestant",
    "Failure",
    "Paired",
    "RecoveryResult",
    "Row",
    "Scenario",
    "constants_from",
    "failures",
    "frontier_svg",
    "run",
    "table",
    "to_document",
]
