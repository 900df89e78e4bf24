"""Laws of the codec, for every value that is kept as JSON: ours, and a host's own registered classes.

>>> from renewkit.codec import from_json, to_json
>>> from renewkit.values.money import ExactMoney
>>> a_value_comes_back_the_same(to_json, from_json, ExactMoney("3.5", "USD"), ExactMoney)
>>> an_unknown_field_is_refused(to_json, from_json, ExactMoney("3.5", "USD"), ExactMoney)
>>> a_missing_field_is_refused(to_json, from_json, ExactMoney("3.5", "USD"), ExactMoney)
"""

from __future__ import annotations

import json
from collections.abc import Callable

import attrs

from renewkit.errors import CodecError

__all__ = ["Read", "Write", "a_missing_field_is_refused", "a_value_comes_back_the_same", "an_unknown_field_is_refused"]

Write = Callable[[object], str]
"""A value to its document."""
Read = Callable[[str, type], object]
"""A document and the type that it must have to the value."""


def a_value_comes_back_the_same(write: Write, read: Read, value: attrs.AttrsInstance, kind: type) -> None:
    """What is read is equal to what was written, of the same class, and is written alike again."""
    text = write(value)
    again = read(text, kind)
    assert type(value) is type(again), f"{type(value).__name__} came back as {type(again).__name__}"
    assert value == again, f"{value} came back as {again}"
    assert text == write(again), f"{text} is written as {write(again)} the second time"


def an_unknown_field_is_refused(write: Write, read: Read, value: attrs.AttrsInstance, kind: type) -> None:
    """A field that the class does not have is an error that names it."""
    body = json.loads(write(value))
    body["value"]["surplus"] = None
    said = _refusal(read, json.dumps(body), kind)
    assert "surplus" in said, f"an unknown field is not named: {said}"


def a_missing_field_is_refused(write: Write, read: Read, value: attrs.AttrsInstance, kind: type) -> None:
    """A field that the class cannot do without is an error that names it."""
    text = write(value)
    needed = [field.alias for field in attrs.fields(type(value)) if field.init and field.default is attrs.NOTHING]
    for name in needed:
        body = json.loads(text)
        del body["value"][name]
        said = _refusal(read, json.dumps(body), kind)
        assert f"$.value.{name}" in said, f"a missing {name} is not named: {said}"


def _refusal(read: Read, text: str, kind: type) -> str:
    try:
        read(text, kind)
    except CodecError as error:
        return str(error)
    return "nothing, it reads"
