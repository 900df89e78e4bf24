import ast
from datetime import date
from pathlib import Path

import pytest

import renewkit.engine.plan
from renewkit.effects.snapshot import Snapshot
from renewkit.engine.news import Cancelled, Subscribed
from renewkit.engine.plan import fold, plan
from renewkit.errors import StateError
from scenarios.world import NOON, START, contract, payer, poisoned

EMPTY = Snapshot(book="default", customer=payer())


def test_nobody_needs_nothing() -> None:
    """A customer without contracts has an empty plan."""
    made = plan(EMPTY, now=NOON)
    assert (True, None, EMPTY) == (made.is_empty, made.due, made.after)


def test_a_plan_can_be_read_before_it_is_done() -> None:
    """State before and after, what changed, what to do, what to record, when to look again."""
    made = plan(Snapshot(book="default", customer=payer(), subscriptions=(contract(),)), now=NOON)
    assert (1, 1, 1, 0, 0) == tuple(
        map(len, (made.subscriptions, made.invoices, made.effects, made.recorded, made.problems))
    )
    assert made.effects == made.after.pending
    assert made.subscriptions == made.after.subscriptions


def test_a_plan_becomes_a_commit() -> None:
    """With the version that was seen and the fence of the claim."""
    made = plan(Snapshot(book="default", customer=payer(), version=3, fence=2, subscriptions=(contract(),)), now=NOON)
    commit = made.commit(fence=2, due=NOON, release=True)
    assert (3, 2, NOON, True, made.effects) == (
        commit.version,
        commit.fence,
        commit.due,
        commit.release,
        commit.effects,
    )


def test_folding_decides_nothing() -> None:
    """News is booked; what follows from it is for the next plan."""
    made = fold(EMPTY, now=NOON, news=[Subscribed(contract())], who="host")
    assert (["subscription.made"], (), ()) == ([fact.kind for fact in made.facts], made.invoices, made.effects)


def test_a_host_that_asks_for_the_impossible_is_told() -> None:
    """Folding raises what planning would park."""
    ended = plan(
        Snapshot(book="default", customer=payer(), subscriptions=(contract(ends_on=date(2024, 2, 5)),)),
        now=NOON.add(days=9),
    )
    with pytest.raises(StateError):
        fold(ended.after, now=NOON, news=[Cancelled("s1", START)], who="host")


def test_a_bad_contract_is_parked_alone() -> None:
    """The error is a problem; the customer's other contract is planned."""
    snapshot = Snapshot(book="default", customer=payer(), subscriptions=(poisoned("a"), contract("b")))
    made = plan(snapshot, now=NOON)
    assert (["plan.failed"], ["b"]) == (
        [problem.code for problem in made.problems],
        [bill.subscription_id for bill in made.invoices],
    )


def test_the_order_of_contracts_does_not_matter() -> None:
    """They are planned by id."""
    one, two = contract("a"), contract("b")
    plans = [
        plan(Snapshot(book="default", customer=payer(), subscriptions=pair), now=NOON)
        for pair in ((one, two), (two, one))
    ]
    assert plans[0].effects == plans[1].effects
    assert plans[0].facts == plans[1].facts


def test_planning_imports_no_port() -> None:
    """Neither the plan nor any of its parts knows the outside."""
    folder = Path(renewkit.engine.plan.__file__).parent
    parts = ("plan", "billing", "collection", "desk", "fold", "news", "overdue", "remind", "compose")
    for part in parts:
        tree = ast.parse((folder / f"{part}.py").read_text("utf-8"))
        names = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not [name for name in names if name.startswith(("renewkit.ports", "renewkit.adapters"))], part
