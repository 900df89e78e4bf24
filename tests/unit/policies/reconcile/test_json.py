"""What a host stores of a reconciliation reads back as it was."""

from datetime import date

import pytest

from renewkit.codec import from_json, to_json
from renewkit.policies.reconcile import (
    Ambiguous,
    Confirm,
    Duplicate,
    FeeFormula,
    Match,
    MatchRules,
    Rate,
    Reject,
    Settled,
    WriteOff,
    reconcile,
)
from renewkit.values.entry import Entry, Settlement
from renewkit.values.money import usd

OWED = Entry("e", usd("5"), date(2024, 3, 1), reference="INV-2024-0001")
PAID = Entry("r", usd("5"), date(2024, 3, 2), reference="INV-2024-0001", fee=usd("0.30"))


@pytest.mark.parametrize(
    "value",
    [
        OWED,
        PAID,
        Settlement("po_1", (("INV-2024-0001", 500, 30),)),
        MatchRules(tolerance="0.01", rates=(Rate("EUR", "USD", rate="1.1"),), fee=FeeFormula("0.029", 30)),
        Confirm(("e",), ("r",)),
        Reject("e", "r"),
        WriteOff("e"),
        Settled("e"),
        Duplicate("r", "e"),
        Ambiguous(("e",), ("r",), candidates=(("e", "r"),), solutions=2, decide_by="a reference"),
    ],
)
def test_a_value_reads_back(value: object) -> None:
    """JSON there and back gives an equal value."""
    assert value == from_json(to_json(value), type(value))


def test_stored_matches_serve_as_previous() -> None:
    """A match keeps its proof in storage and stands in the next run."""
    (match,) = reconcile([OWED], [PAID]).matched
    stored = from_json(to_json(match), Match)
    assert (match,) == reconcile([OWED], [PAID], previous=[stored]).matched
