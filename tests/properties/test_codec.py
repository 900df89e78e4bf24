"""What always holds of the codec, and that each law can tell."""

import json
from collections.abc import Callable
from datetime import datetime

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewkit.codec import from_json, to_json
from renewkit.effects.outcome import Pending
from renewkit.policies.cycle import BillingCycle
from renewkit.testing.laws import codec as laws
from renewkit.testing.strategies.cycle import any_cycles, billing_cycles, fixed_dates
from renewkit.testing.strategies.dates import wall_clocks, zones
from renewkit.testing.strategies.money import exact_amounts
from renewkit.testing.strategies.renewal import contracts
from renewkit.testing.strategies.retry import retry_policies
from renewkit.values.moments import resolve
from renewkit.values.money import ExactMoney

VALUE = ExactMoney("3.5", "USD")


@given(st.one_of(contracts(), any_cycles(), fixed_dates(), billing_cycles(), retry_policies(), exact_amounts()))
def test_values_come_back_the_same(value: object) -> None:
    """Contracts, cycles, policies and amounts of every kind round-trip."""
    laws.a_value_comes_back_the_same(to_json, from_json, value, type(value))


@given(wall=wall_clocks(), zone=zones())
def test_instants_come_back_in_their_zone(wall: datetime, zone: str) -> None:
    """An instant in any zone of the world, in any year, is the same instant at the same offset."""
    value = resolve(wall, zone)
    again = from_json(to_json(Pending(value)), Pending).until
    assert again is not None
    assert (value, value.utcoffset()) == (again, again.utcoffset())


@given(st.one_of(contracts(), billing_cycles(), retry_policies(), exact_amounts()))
def test_fields_are_neither_added_nor_lost(value: object) -> None:
    """A document with a field too many or too few does not read."""
    laws.an_unknown_field_is_refused(to_json, from_json, value, type(value))
    laws.a_missing_field_is_refused(to_json, from_json, value, type(value))


@given(
    text=st.text(max_size=40)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=5), part, max_size=3),
    ).map(json.dumps)
)
def test_no_text_is_more_than_a_codec_error(text: str) -> None:
    """Whatever somebody sends, the answer is a value or a codec error."""
    wrapped = json.dumps({"schema": 1, "kind": "billing_cycle", "value": text})
    for document in (text, wrapped):
        assert laws._refusal(from_json, document, BillingCycle) != "nothing, it reads"


def lossy(value: object) -> str:
    """Write the amount as a float would."""
    body = json.loads(to_json(value))
    body["value"]["amount"] = "3.49"
    return json.dumps(body)


def growing() -> Callable[[object], str]:
    """Write a longer text each time."""
    count = [0]

    def write(value: object) -> str:
        count[0] += 1
        return to_json(value) + " " * count[0]

    return write


def lenient(text: str, kind: type) -> object:
    """Read what is there, and make up the rest."""
    body = json.loads(text)["value"]
    return ExactMoney(body.get("amount", 0), body.get("currency", "USD"))


def vague(text: str, kind: type) -> object:
    """Say that something is wrong, and not where."""
    try:
        return from_json(text, kind)
    except ValueError as error:
        raise type(error)("a document", "another one", "look for yourself") from None


@attrs.frozen
class Twin:
    """A value of another class."""

    amount: str


@pytest.mark.parametrize(
    ("write", "read", "words"),
    [
        (lossy, from_json, "came back as"),
        (growing(), from_json, "the second time"),
        (to_json, lambda text, kind: Twin("3.5"), "came back as Twin"),
    ],
)
def test_a_codec_that_changes_values_breaks_the_law(write: laws.Write, read: laws.Read, words: str) -> None:
    """A lost cent, another class and another text are found."""
    with pytest.raises(AssertionError, match=words):
        laws.a_value_comes_back_the_same(write, read, VALUE, ExactMoney)


@pytest.mark.parametrize("read", [lenient, vague])
@pytest.mark.parametrize("law", [laws.an_unknown_field_is_refused, laws.a_missing_field_is_refused])
def test_a_codec_that_looks_away_breaks_the_law(law: Callable[..., None], read: laws.Read) -> None:
    """A reader that takes anything, and one that does not say where, are found."""
    with pytest.raises(AssertionError, match="is not named"):
        law(to_json, read, VALUE, ExactMoney)
