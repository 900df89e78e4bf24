"""The recovery simulator: one world for everybody, an auditor of its own, and what it says of our policy."""

import json
from datetime import timedelta
from html import escape
from xml.etree import ElementTree as ET

import attrs
import pytest

from renewkit.errors import ConfigurationError, ExactNumberError, RangeError
from renewkit.policies.network import NetworkRules
from renewkit.testing.recovery import (
    BOUND,
    CONTESTANTS,
    DEFAULT,
    PLAIN,
    RIVAL,
    SCENARIOS,
    TAGS,
    Constants,
    Contestant,
    Failure,
    RecoveryResult,
    constants_from,
    failures,
    frontier_svg,
    run,
    table,
    to_document,
)
from renewkit.testing.recovery.play import Tally, forbidden, play
from renewkit.testing.recovery.world import Draws
from renewkit.values.decline import RetryAdvice

WORLD = Constants()
RULES = NetworkRules()
HOUR = timedelta(hours=1)
FAILED = failures(3, 400, WORLD)


@pytest.fixture(scope="module")
def result() -> RecoveryResult:
    """Run a small comparison once."""
    return run(2, games=80, scenario_seeds=2)


def one(cause: str) -> Failure:
    """Find the first failed charge with a cause."""
    return next(failure for failure in FAILED if failure.cause == cause)


def named(name: str) -> Contestant:
    """Return a contestant."""
    return next(contestant for contestant in CONTESTANTS if contestant.name == name)


def test_a_seed_gives_one_world() -> None:
    """The same seed gives the same failed charges, another seed others."""
    assert failures(1, 20, WORLD) == failures(1, 20, WORLD) != failures(2, 20, WORLD)


def test_draws_are_the_same_everywhere() -> None:
    """The generator is written out, so that numbers are the same on every machine."""
    draws = Draws(7, 0)
    assert [0.646, 0.794, 0.004] == [round(draws.uniform(), 3) for _ in range(3)]


@pytest.mark.parametrize(
    "cause", ["funds", "risk", "hopeless", "technical", "limit", "stale", "stolen", "authentication"]
)
def test_every_cause_occurs(cause: str) -> None:
    """The world has every cause, and only what can clear does."""
    failure = one(cause)
    assert (cause in {"hopeless", "stolen", "authentication"}) <= (failure.opens == ())


def test_every_pattern_of_pay_occurs() -> None:
    """Each pattern of pay alone gives a world in which funds come back."""
    nobody = dict.fromkeys(("pays_last", "pays_first", "pays_fifteenth", "pays_twice", "pays_fortnightly"), 0.0)
    for name in (*nobody, "pays_on_tenth", None):
        world = Constants(**{**nobody, **({name: 1.0} if name else {})})
        assert any(failure.opens for failure in failures(1, 60, world) if failure.cause == "funds"), name


def test_nobody_pays_by_himself_without_hazard() -> None:
    """Without a hazard no payer acts."""
    assert all(failure.pays_at is None for failure in failures(1, 50, Constants(hazard=0.0)))


def test_attempts_in_one_empty_stretch_fail_together() -> None:
    """Between two stretches of money no attempt succeeds, however many are made."""
    failure = attrs.evolve(one("funds"), opens=())
    assert not any(failure.clears(failure.at + k * HOUR, attempt=1, fatigue=1.0) for k in range(700))


def test_the_payer_is_the_same_for_everybody() -> None:
    """Whoever does not recover a charge before finds it paid by the payer at the same moment."""
    failure = attrs.evolve(one("stolen"), pays_at=one("stolen").at + timedelta(days=2))
    games = [play(named(name), failure, fatigue=1.0, rules=RULES) for name in ("no retry", RIVAL, DEFAULT)]
    assert {failure.pays_at} == {game.paid_at for game in games}


def test_the_auditor_sees_a_retry_of_a_stolen_card() -> None:
    """Every retry after a decline that allows none is forbidden."""
    failure = attrs.evolve(one("stolen"), pays_at=None)
    assert RetryAdvice.NEVER is failure.decline.retry
    assert 8 == play(named(RIVAL), failure, fatigue=1.0, rules=RULES).never


@pytest.mark.parametrize(("network", "expected"), [("visa", 3), ("mastercard", 14)])
def test_the_auditor_counts_by_itself(network: str, expected: int) -> None:
    """Beyond 20 reattempts in 30 days on Visa, and beyond 10 declines a day on Mastercard, tries are excessive."""
    failure = attrs.evolve(one("funds"), network=network)
    assert (0, expected) == forbidden(failure, [failure.at + 2 * k * HOUR for k in range(24)])


def test_a_renewed_card_is_tried_at_once() -> None:
    """When the network renews a card the policy tries it then."""
    failure = attrs.evolve(next(failure for failure in FAILED if failure.renewed_at), pays_at=None)
    game = play(named(DEFAULT), failure, fatigue=1.0, rules=RULES)
    assert (failure.renewed_at, 1, True) == (game.paid_at, game.retries, game.by_retry)


def test_the_oracle_needs_one_try() -> None:
    """The bound knows when to try."""
    game = play(named("oracle (bound)"), attrs.evolve(one("risk"), pays_at=None), fatigue=0.1, rules=RULES)
    assert (1, True) == (game.retries, game.by_retry)


def test_costs_are_taken_off() -> None:
    """Net is what was recovered less the costs of trying and the networks' fees, per failed charge."""
    tally = Tally(games=2, recovered=1000, retries=5, never=1, excess=1)
    assert pytest.approx((10 - 5 * 0.04 - 0.10 - 0.50) / 2) == tally.net(WORLD)


def test_the_standard_policy_makes_no_forbidden_attempt(result: RecoveryResult) -> None:
    """With and without pay days there is no forbidden attempt, while plain ladders make many."""
    assert (0, 0) == (result.row(DEFAULT).forbidden, result.row(PLAIN).forbidden)
    assert result.row(RIVAL).forbidden > 20


@pytest.mark.slow
def test_the_standard_policy_recovers_more_with_half_of_the_tries() -> None:
    """Over 20 paired seeds it recovers what 8 tries in 14 days do, with at most half of the tries and more net."""
    short = "retries must end after 14 days"
    found = run(20, games=300, contestants=(), scenarios=[short])
    for pair in found.pairs[:2]:
        assert pair.recovered >= 0, pair
        assert pair.attempts_ratio <= 0.5, pair
        assert pair.net_wins >= 18, pair
    assert [short] == [scenario.name for scenario in found.lost]


def test_every_scenario_is_printed(result: RecoveryResult) -> None:
    """The table shows every contestant and every scenario, the misspecified calendar and the lost ones marked."""
    text = table(result)
    assert all(name in text for name in (*SCENARIOS, *(contestant.name for contestant in CONTESTANTS)))
    assert text.count("LOSES") == len(result.lost)
    assert "calendar misspecified" in text


def test_the_result_depends_on_its_arguments_alone(result: RecoveryResult) -> None:
    """A second run is the same run."""
    assert result == run(2, games=80, scenario_seeds=2)


def test_the_document_tags_its_constants(result: RecoveryResult) -> None:
    """The JSON holds every figure and where each constant comes from."""
    body = json.loads(to_document(result))
    assert {"sourced", "assumed"} == {each["tag"] for each in body["tags"].values()}
    assert len(CONTESTANTS) == len(body["rows"])


def test_every_constant_is_tagged() -> None:
    """No constant is without a word on where it comes from."""
    assert {field.name for field in attrs.fields(Constants)} == set(TAGS)


def test_the_frontier_is_a_drawing(result: RecoveryResult) -> None:
    """The SVG is well formed and marks every contestant, those with forbidden attempts hollow."""
    drawing = ET.fromstring(frontier_svg(result))  # noqa: S314  our own text
    circles = drawing.findall(".//{http://www.w3.org/2000/svg}circle")
    hollow = sum(circle.get("fill") == "none" for circle in circles)
    assert (len(CONTESTANTS), sum(row.forbidden > 0 for row in result.rows)) == (len(circles), hollow)


def test_a_frontier_of_nothing_is_drawn(result: RecoveryResult) -> None:
    """Where nobody tries anything there is still a drawing."""
    idle = attrs.evolve(result, rows=result.rows[:1])
    assert "<circle" in frontier_svg(idle)


def test_the_frontier_says_what_it_shows(result: RecoveryResult) -> None:
    """Both axes carry their unit, every policy its name, and the drawing follows light and dark."""
    drawing = frontier_svg(result)
    assert all(escape(contestant.name) in drawing for contestant in CONTESTANTS)
    for words in ("retries per failed charge", "recovered, % of the money", "60%", "prefers-color-scheme:dark"):
        assert words in drawing


def test_the_frontier_joins_what_nobody_beats(result: RecoveryResult) -> None:
    """The dashed line climbs from whoever never tries; the bound, which no policy reaches, is no part of it."""
    row = result.rows[0]
    best = attrs.evolve(row, name=BOUND, recovered=0.9, retries=0.5)
    worse, better = attrs.evolve(row, recovered=0.2, retries=1.0), attrs.evolve(row, recovered=0.4, retries=4.0)
    drawn = frontier_svg(attrs.evolve(result, rows=(row, best, worse, better)))
    line = next(path for path in drawn.splitlines() if path.startswith('<path class="best" d="M') and "V" in path)
    assert 2 == line.count("H")
    assert 1 == line.count("V")


def test_labels_find_a_place(result: RecoveryResult) -> None:
    """Many policies in one place all get a label, the last of them beside its mark."""
    crowd = tuple(attrs.evolve(result.rows[1], name=f"policy {n}") for n in range(40))
    assert 40 == frontier_svg(attrs.evolve(result, rows=crowd)).count(">policy ") - 40


def test_a_run_tells_how_far_it_is() -> None:
    """Each seed of each world is one step."""
    steps: list[int] = []
    run(2, games=1, scenario_seeds=2, scenarios=(), contestants=(), step=lambda: steps.append(1))
    assert 2 + 2 * 2 == len(steps)


def test_constants_come_from_a_file() -> None:
    """A JSON object changes the constants that it names."""
    assert Constants(half_life=2.0) == constants_from('{"half_life": 2}')


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("{", ConfigurationError),
        ("[1]", ConfigurationError),
        ('{"half_live": 2}', ConfigurationError),
        ('{"half_life": "2"}', ExactNumberError),
        ('{"half_life": true}', ExactNumberError),
        ('{"half_life": 0}', ConfigurationError),
        ('{"fatigue": 1.5}', ConfigurationError),
        ('{"share_funds": 0.9}', ConfigurationError),
        ('{"hazard": NaN}', ConfigurationError),
        ('{"half_life": 1e400}', ExactNumberError),
        ('{"zzz": 2}', ConfigurationError),
        ("[" * 100_000, ConfigurationError),
    ],
)
def test_bad_constants_are_refused(text: str, error: type[Exception]) -> None:
    """Unknown names, wrong types and shares beyond a whole are refused."""
    with pytest.raises(error, match="expected"):
        constants_from(text)


@pytest.mark.parametrize("options", [{"seeds": 1}, {"games": 0}])
def test_too_small_a_run_is_refused(options: dict[str, int]) -> None:
    """A spread needs two seeds."""
    with pytest.raises(RangeError):
        run(**{"seeds": 2, **options})
