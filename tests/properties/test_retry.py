"""What always holds of retry policies, and that each law can tell."""

import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewkit.codec import from_json, to_json
from renewkit.policies.retry import STANDARD_RETRIES, RetryAt, RetryPolicy
from renewkit.testing.laws.retry import (
    Policy,
    a_changed_method_is_tried_at_once,
    a_decision_is_repeatable,
    a_hopeless_decline_is_not_retried,
    a_policy_ends,
    a_retry_lies_ahead_and_before_the_end,
    an_action_is_asked_for_once,
)
from renewkit.testing.strategies.dates import zones
from renewkit.testing.strategies.retry import EPOCH, declines, histories, retry_policies
from renewkit.values.decision import GiveUp, RetryDecision
from renewkit.values.decline import Attempt, CustomerAction, Decline, classify

MOST = 60
SOFT = classify("stripe", "insufficient_funds")
FIRST = Attempt(EPOCH, SOFT)


@given(retry_policies(), histories(), st.text(max_size=20))
def test_a_decision_is_a_function_of_its_inputs(policy: RetryPolicy, attempts: tuple[Attempt, ...], key: str) -> None:
    """The same inputs give the same decision."""
    a_decision_is_repeatable(policy, attempts, key=key, now=EPOCH)


@given(retry_policies(), histories(), st.timedeltas(timedelta(0), timedelta(days=40)), zones())
def test_a_retry_stays_within_its_time(
    policy: RetryPolicy, attempts: tuple[Attempt, ...], left: timedelta, zone: str
) -> None:
    """No retry is decided for the past or beyond the end, in any zone."""
    a_retry_lies_ahead_and_before_the_end(policy, attempts, now=EPOCH, until=EPOCH + left, zone=zone)


@given(retry_policies(), histories())
def test_a_hopeless_decline_ends_it(policy: RetryPolicy, attempts: tuple[Attempt, ...]) -> None:
    """A decline that allows no retry gets none."""
    a_hopeless_decline_is_not_retried(policy, attempts, now=EPOCH)


@given(retry_policies(), histories())
def test_a_new_method_is_tried_once(policy: RetryPolicy, attempts: tuple[Attempt, ...]) -> None:
    """A changed payment method brings one immediate try."""
    a_changed_method_is_tried_at_once(policy, attempts, now=EPOCH + timedelta(hours=1))


@given(retry_policies(), histories())
def test_an_action_is_asked_once(policy: RetryPolicy, attempts: tuple[Attempt, ...]) -> None:
    """The customer is not asked for the same action with every retry."""
    an_action_is_asked_for_once(policy, attempts, now=EPOCH)


@given(retry_policies(), declines())
def test_every_policy_ends(policy: RetryPolicy, decline: Decline) -> None:
    """A charge that is declined for ever is not tried for ever."""
    a_policy_ends(policy, Attempt(EPOCH, decline), most=MOST)


@given(retry_policies())
def test_a_policy_reads_back(policy: RetryPolicy) -> None:
    """A policy survives its JSON."""
    assert policy == from_json(to_json(policy), RetryPolicy)


@given(retry_policies(), declines())
def test_a_timetable_is_what_is_decided(policy: RetryPolicy, decline: Decline) -> None:
    """The preview shows the first retry that `decide` gives, and numbers them from 2."""
    table = policy.timetable(decline, at=EPOCH, key="k")
    decision = policy.decide([Attempt(EPOCH, decline)], key="k", now=EPOCH)
    assert (decision == table.retries[0]) if table.retries else (decision == table.end)
    assert list(range(2, 2 + len(table.retries))) == [retry.number for retry in table.retries]


@given(histories(), st.integers(0, 200))
def test_jitter_depends_on_key_and_number_alone(attempts: tuple[Attempt, ...], shift: int) -> None:
    """A history that lies later gives a retry that lies as much later: no clock and no chance is in it."""
    policy = RetryPolicy(jitter=timedelta(hours=6))
    moved = tuple(Attempt(a.at + timedelta(days=shift), a.decline) for a in attempts)
    one = policy.decide(attempts, key="k", now=EPOCH)
    other = policy.decide(moved, key="k", now=EPOCH + timedelta(days=shift))
    assert type(one) is type(other)
    if isinstance(one, RetryAt) and isinstance(other, RetryAt):
        assert timedelta(days=shift) == other.when - one.when


def test_another_process_decides_alike() -> None:
    """The jitter of a key is the same in a process with another hash seed."""
    program = (
        "import pendulum; from datetime import timedelta\n"
        "from renewkit.policies.retry import RetryPolicy; from renewkit.values.decline import Attempt, classify\n"
        "a = [Attempt(pendulum.datetime(2026, 3, 1), classify('stripe', 'insufficient_funds'))]\n"
        "print(RetryPolicy(jitter=timedelta(hours=6)).decide(a, key='inv_1', now=a[0].at).when.isoformat())\n"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", program], check=True, capture_output=True, text=True, env={"PYTHONHASHSEED": seed}
        ).stdout.strip()
        for seed in ("1", "2")
    }
    at = pendulum.datetime(2026, 3, 1)
    here = RetryPolicy(jitter=timedelta(hours=6)).decide([Attempt(at, SOFT)], key="inv_1", now=at)
    assert isinstance(here, RetryAt)
    assert {here.when.isoformat()} == answers


class Broken:
    """A policy that answers what it was told to, and counts how often it was asked."""

    def __init__(self, *answers: RetryDecision) -> None:
        self.answers, self.asked = answers, 0

    def decide(
        self,
        attempts: Sequence[Attempt],
        *,
        key: str,
        now: datetime,
        until: datetime | None = None,
        zone: str = "UTC",
        method_changed_at: datetime | None = None,
    ) -> RetryDecision:
        self.asked += 1
        return self.answers[(self.asked - 1) % len(self.answers)]


def at(days: int, number: int = 2, *, ask: CustomerAction | None = None) -> RetryAt:
    """Make a retry so many days after the first attempt."""
    return RetryAt(pendulum.instance(EPOCH).add(days=days), number, ask)


def test_a_moody_policy_is_found() -> None:
    """The law of repeatable decisions fails on a policy that draws by itself."""
    with pytest.raises(AssertionError, match="two answers"):
        a_decision_is_repeatable(Broken(at(1), at(2)), [FIRST], key="k", now=EPOCH)


@pytest.mark.parametrize("wrong", [at(-1), at(9), at(1, 7)])
def test_a_policy_outside_its_time_is_found(wrong: RetryAt) -> None:
    """The law fails on a retry in the past, after the end, or with a wrong number."""
    with pytest.raises(AssertionError):
        a_retry_lies_ahead_and_before_the_end(Broken(wrong), [FIRST], now=EPOCH, until=EPOCH + timedelta(days=7))


def test_a_stubborn_policy_is_found() -> None:
    """The law fails on a policy that retries a stolen card."""
    stolen = Attempt(EPOCH, classify("stripe", "stolen_card"))
    with pytest.raises(AssertionError, match="stolen_card"):
        a_hopeless_decline_is_not_retried(Broken(at(1)), [stolen], now=EPOCH)


@pytest.mark.parametrize("answers", [(GiveUp("never"),), (at(3),), (at(0), at(0))])
def test_a_policy_blind_to_new_methods_is_found(answers: tuple[RetryDecision, ...]) -> None:
    """The law fails on a policy that ignores a new method, tries it later, or tries it at once for ever."""
    with pytest.raises(AssertionError, match="new method"):
        a_changed_method_is_tried_at_once(Broken(*answers), [FIRST], now=EPOCH)


@pytest.mark.parametrize("action", [CustomerAction.ADD_FUNDS, CustomerAction.AUTHENTICATE])
def test_a_nagging_policy_is_found(action: CustomerAction) -> None:
    """The law fails on a policy that asks again, or asks for something else."""
    earlier = Attempt(EPOCH - timedelta(days=1), SOFT)
    with pytest.raises(AssertionError):
        an_action_is_asked_for_once(Broken(at(1, ask=action)), [earlier, FIRST], now=EPOCH)


def test_a_policy_that_asks_without_a_reason_is_found() -> None:
    """The law fails on a policy that asks although nobody knows what was wrong."""
    with pytest.raises(AssertionError, match="nobody knows"):
        an_action_is_asked_for_once(Broken(at(1, ask=CustomerAction.ADD_FUNDS)), [Attempt(EPOCH)], now=EPOCH)


@pytest.mark.parametrize("policy", [Broken(at(0)), Broken(*(at(day) for day in range(1, 99)))])
def test_an_endless_policy_is_found(policy: Policy) -> None:
    """The law fails on a policy that stands still and on one that never stops."""
    with pytest.raises(AssertionError):
        a_policy_ends(policy, FIRST, most=20)


def test_the_standard_policy_ends_before_the_next_month() -> None:
    """The recommended policy makes its last try within 31 days."""
    table = STANDARD_RETRIES.timetable(SOFT, at=EPOCH)
    assert table.retries[-1].when <= pendulum.instance(EPOCH).add(days=31)
