"""Edges packed into ints."""

from __future__ import annotations

import pytest

from renewkit.policies.reconcile.edges import ROWS, edge_of, naming_of, row_of, weight_of
from renewkit.policies.reconcile.references import Naming


@pytest.mark.parametrize("weight", [0, 30, 132, 100_000])
@pytest.mark.parametrize("row", [0, 1, ROWS])
@pytest.mark.parametrize("naming", [int(naming) for naming in Naming])
def test_an_edge_keeps_its_parts(weight: int, row: int, naming: int) -> None:
    """What is packed comes out again, to the ends of each field."""
    edge = edge_of(weight, row, naming)
    assert (weight, row, naming) == (weight_of(edge), row_of(edge), naming_of(edge))


def test_edges_are_in_order_of_strength() -> None:
    """The strength stands in the highest bits, so a stronger edge is the greater int."""
    assert edge_of(50, ROWS, 4) < edge_of(51, 0, -1)
