"""The comparison: every contestant over paired seeds, scenarios, a table and JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from statistics import fmean, stdev
from typing import Final

import attrs

from renewkit.policies.network import NetworkRules
from renewkit.testing.recovery.constants import TAGS, Constants
from renewkit.testing.recovery.play import CONTESTANTS, DEFAULT, PLAIN, RIVAL, Contestant, Tally, play
from renewkit.testing.recovery.world import failures
from renewkit.values.number import whole

__all__ = ["SCENARIOS", "Paired", "RecoveryResult", "Row", "Scenario", "run", "table", "to_document"]


@attrs.frozen
class Row:
    """One contestant, as means over the seeds: shares of what was asked, counts and USD per failed charge."""

    name: str
    recovered: float
    by_retry: float = attrs.field(kw_only=True)
    retries: float = attrs.field(kw_only=True)
    success: float = attrs.field(kw_only=True)
    net: float = attrs.field(kw_only=True)
    days: float = attrs.field(kw_only=True)
    forbidden: int = attrs.field(kw_only=True)


@attrs.frozen(kw_only=True)
class Paired:
    """Two contestants on the same failures: the first minus the second, the spread of that, and wins by net."""

    first: str
    second: str
    seeds: int
    recovered: float
    by_retry: float
    spread: float
    net: float
    net_wins: int
    attempts_ratio: float


@attrs.frozen(kw_only=True)
class Scenario:
    """The same comparison in another world; `pays` is what the pay-day part adds to the recovered share."""

    name: str
    against_rival: Paired
    plain_against_rival: Paired
    pays: float


@attrs.frozen(kw_only=True)
class RecoveryResult:
    """What the simulator found: a row per contestant, the paired comparisons, and every scenario, the lost ones too."""

    seeds: int
    games: int
    constants: Constants
    rows: tuple[Row, ...]
    pairs: tuple[Paired, ...]
    scenarios: tuple[Scenario, ...]

    def row(self, name: str) -> Row:
        """Return a contestant's row."""
        return next(row for row in self.rows if row.name == name)

    @property
    def lost(self) -> tuple[Scenario, ...]:
        """The scenarios in which the default policy has the worse net."""
        return tuple(scenario for scenario in self.scenarios if scenario.against_rival.net < 0)


_NOBODY: Final = {
    "pays_last": 0.0,
    "pays_first": 0.0,
    "pays_fifteenth": 0.0,
    "pays_twice": 0.0,
    "pays_fortnightly": 0.0,
    "pays_on_tenth": 0.0,
}

SCENARIOS: Final[dict[str, dict[str, float]]] = {
    "funds drain fast (half-life 2 days)": {"half_life": 2.0},
    "funds drain at once (half-life 12 hours)": {"half_life": 0.5},
    "retries must end after 14 days": {"horizon": 14.0},
    "both: half-life 2 days, retries end after 14": {"half_life": 2.0, "horizon": 14.0},
    "calendar misspecified: pay is irregular": _NOBODY,
    "calendar misspecified: everybody is paid on the 10th": {**_NOBODY, "pays_on_tenth": 1.0},
    "few bank declines hide lack of funds": {"bank_hides_funds": 0.2},
    "issuers tire quickly (fatigue 0.8)": {"fatigue": 0.8},
    "attempts are free": {"attempt_cost": 0.0, "never_fee": 0.0, "excess_fee": 0.0},
    "half of the payers never have the money": {"never_funded": 0.5},
}
"""Worlds in which one assumption is wrong, by name; each changes these constants."""


def run(
    seeds: int = 20,
    constants: Constants | None = None,
    *,
    games: int = 1000,
    scenario_seeds: int = 4,
    contestants: Iterable[Contestant] = CONTESTANTS,
    scenarios: Iterable[str] = tuple(SCENARIOS),
    step: Callable[[], None] = lambda: None,
) -> RecoveryResult:
    """Play every contestant on the same `games` failed charges for each of the seeds, and the scenarios on fewer seeds.

    The result depends on the arguments alone; `step` is called after each seed of each world. The two standard
    policies and their rival are always among the contestants, and the worlds with another pay calendar among the
    scenarios. Raises `RangeError` for fewer than two seeds, which have no spread.

    >>> run(2, games=20, scenarios=()).row("default").forbidden
    0
    """
    whole(seeds, least=2, name="seeds")
    whole(scenario_seeds, least=2, name="seeds of a scenario")
    whole(games, least=1, name="failed charges per seed")
    world = constants or Constants()
    playing = tuple(dict.fromkeys((*contestants, *_DUEL)))
    tallies = _tallies(playing, seeds, games, world, step)
    return RecoveryResult(
        seeds=seeds,
        games=games,
        constants=world,
        rows=tuple(_row(name, each, world) for name, each in tallies.items()),
        pairs=tuple(_pair(first, second, tallies, world) for first, second in _PAIRS),
        scenarios=tuple(
            _scenario(name, min(scenario_seeds, seeds), games, world, step)
            for name in dict.fromkeys((*scenarios, *_MISSPECIFIED))
        ),
    )


def table(result: RecoveryResult) -> str:
    """Return the comparison as text: contestants, pairs, scenarios with the lost ones marked, and the assumptions."""
    lines = [
        f"{result.seeds} seeds x {result.games} failed charges",
        f"{'policy':26} recovered by retry  tries hit rate  net USD  days forbidden",
    ]
    lines += [
        f"{row.name:26} {row.recovered:9.3f} {row.by_retry:8.3f} {row.retries:6.2f} {row.success:8.3f} {row.net:8.2f}"
        f" {row.days:5.1f} {row.forbidden:9}"
        for row in result.rows
    ]
    lines += ["", "paired over the seeds (first minus second)"]
    lines += [f"  {_pair_text(pair)}" for pair in result.pairs]
    lines += ["", "scenarios: default against the rival, and what the pay-day part brings"]
    lines += [_scenario_text(scenario) for scenario in result.scenarios]
    assumed = sum(tag == "assumed" for tag, _ in TAGS.values())
    lines += ["", f"{assumed} of {len(TAGS)} constants are assumed, not measured: trust the ranking, not the levels."]
    return "\n".join(lines)


def to_document(result: RecoveryResult) -> str:
    """Return the result as JSON, with the tag of every constant."""
    body = attrs.asdict(result)
    body["tags"] = {name: {"tag": tag, "note": note} for name, (tag, note) in TAGS.items()}
    return json.dumps(body, indent=1)


_MISSPECIFIED: Final = tuple(name for name in SCENARIOS if name.startswith("calendar misspecified"))
_DUEL: Final = tuple(contestant for contestant in CONTESTANTS if contestant.name in (RIVAL, PLAIN, DEFAULT))
_PAIRS: Final = ((DEFAULT, RIVAL), (PLAIN, RIVAL), (DEFAULT, PLAIN))


def _tallies(
    contestants: Iterable[Contestant], seeds: int, games: int, world: Constants, step: Callable[[], None]
) -> dict[str, list[Tally]]:
    rules = NetworkRules()
    tallies = {contestant: [Tally() for _ in range(seeds)] for contestant in contestants}
    for seed in range(seeds):
        for failure in failures(seed, games, world):
            for contestant, each in tallies.items():
                each[seed].add(failure, play(contestant, failure, fatigue=world.fatigue, rules=rules))
        step()
    return {contestant.name: each for contestant, each in tallies.items()}


def _row(name: str, tallies: Sequence[Tally], world: Constants) -> Row:
    retries = sum(tally.retries for tally in tallies)
    return Row(
        name,
        fmean(tally.recovered / tally.asked for tally in tallies),
        by_retry=fmean(tally.by_retry / tally.asked for tally in tallies),
        retries=fmean(tally.retries / tally.games for tally in tallies),
        success=sum(tally.hits for tally in tallies) / retries if retries else 0.0,
        net=fmean(tally.net(world) for tally in tallies),
        days=sum(tally.waited for tally in tallies) / max(sum(tally.paid for tally in tallies), 1),
        forbidden=sum(tally.never + tally.excess for tally in tallies),
    )


def _pair(first: str, second: str, tallies: dict[str, list[Tally]], world: Constants) -> Paired:
    pairs = list(zip(tallies[first], tallies[second], strict=True))
    shares = [one.recovered / one.asked - other.recovered / other.asked for one, other in pairs]
    nets = [one.net(world) - other.net(world) for one, other in pairs]
    return Paired(
        first=first,
        second=second,
        seeds=len(pairs),
        recovered=fmean(shares),
        by_retry=fmean(one.by_retry / one.asked - other.by_retry / other.asked for one, other in pairs),
        spread=stdev(shares),
        net=fmean(nets),
        net_wins=sum(net > 0 for net in nets),
        attempts_ratio=sum(one.retries for one, _ in pairs) / max(sum(other.retries for _, other in pairs), 1),
    )


def _scenario(name: str, seeds: int, games: int, world: Constants, step: Callable[[], None]) -> Scenario:
    other = attrs.evolve(world, **SCENARIOS[name])
    tallies = _tallies(_DUEL, seeds, games, other, step)
    return Scenario(
        name=name,
        against_rival=_pair(DEFAULT, RIVAL, tallies, other),
        plain_against_rival=_pair(PLAIN, RIVAL, tallies, other),
        pays=_pair(DEFAULT, PLAIN, tallies, other).recovered,
    )


def _pair_text(pair: Paired) -> str:
    return (
        f"{pair.first} - {pair.second}: recovered {pair.recovered:+.4f} (sd {pair.spread:.4f}),"
        f" by retry {pair.by_retry:+.4f}, net {pair.net:+.2f}, better net in {pair.net_wins} of {pair.seeds},"
        f" {pair.attempts_ratio:.0%} of the tries"
    )


def _scenario_text(scenario: Scenario) -> str:
    pair = scenario.against_rival
    verdict = "LOSES" if pair.net < 0 else "wins "
    return (
        f"  {verdict} {scenario.name}: net {pair.net:+.2f}, recovered {pair.recovered:+.4f},"
        f" {pair.attempts_ratio:.0%} of the tries; pay days {scenario.pays:+.4f}"
    )
