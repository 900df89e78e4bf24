"""Keys made from content."""

from datetime import UTC, date, datetime
from enum import Enum, IntEnum

import pytest

from renewkit.errors import IdentifierError
from renewkit.values.ids import content_key, creditor_reference, identifier


def test_keys_stay_the_same_for_ever() -> None:
    """The same content gives the same key in every process and version: these are stored."""
    assert "item_2jqw7hsryeoycqt2jdgnjjmgoq" == content_key("item", "default", "s1", 0, date(2024, 1, 31))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("ab", "c"), ("a", "bc")),
        (("1",), (1,)),
        (("-",), (None,)),
        (("2024-01-31",), (date(2024, 1, 31),)),
        ((), ("",)),
    ],
)
def test_parts_never_run_together(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    """Different parts give different keys, whatever their text."""
    assert content_key("k", *one) != content_key("k", *other)


def test_subclasses_count_as_what_they_are() -> None:
    """The name of a class has no say: an enum of strings is its string, an int enum its int."""

    class Ink(str, Enum):  # noqa: UP042  the kind that prints its class
        RED = "red"

    class Ion(IntEnum):
        ONE = 1

    assert [content_key("k", "red"), content_key("k", 1)] == [content_key("k", Ink.RED), content_key("k", Ion.ONE)]


@pytest.mark.parametrize("part", [1.5, True, datetime(2024, 1, 31, tzinfo=UTC), b"x", ("a",), "\ud800"])
def test_parts_that_may_change_are_refused(part: object) -> None:
    """Floats, bools, moments and text that has no bytes are no parts of a key."""
    with pytest.raises(IdentifierError):
        content_key("k", part)  # type: ignore[arg-type]  # on purpose


@pytest.mark.parametrize("value", ["", " a", "a\n", "x" * 201, 5, None, "a\ud800"])
def test_ids_are_printable_text(value: object) -> None:
    """Empty, long, padded and unprintable ids are refused by name."""
    with pytest.raises(IdentifierError, match="as customer"):
        identifier(value, name="customer")  # type: ignore[arg-type]  # on purpose


def test_ids_of_hosts_are_kept() -> None:
    """Blanks inside and any script are the host's own choice."""
    assert ["保單 0042", "x" * 200] == [identifier(value) for value in ("保單 0042", "x" * 200)]


@pytest.mark.parametrize("key", ["inv_1", "inv_2", "", "發票"])
def test_creditor_references_check(key: str) -> None:
    """ISO 11649: moved to the end and written in digits, the reference leaves 1 when divided by 97."""
    reference = creditor_reference(key)
    digits = "".join(str(int(sign, 36)) for sign in reference[4:] + reference[:4])
    assert (1, 20, "RF") == (int(digits) % 97, len(reference), reference[:2])
