"""Edges: what speaks for an entry and a line, as one int.

The candidates of a million lines live as long as the result. As tuples of ints they are no burden to the garbage
collector, which would walk all that the host holds, again and again, if they were objects.
"""

from __future__ import annotations

from typing import Final

__all__ = ["ROW", "ROWS", "WEIGHT", "Edge", "edge_of", "naming_of", "row_of", "weight_of"]

Edge = int
"""From the high bits to the low: strength, expected row, naming."""

ROW: Final = 3
"""Where the row begins."""

ROWS: Final = (1 << 32) - 1
"""The bits of a row, once they are shifted down."""

WEIGHT: Final = 35
"""Where the strength begins."""

# The least naming is -1.
_SHIFT: Final = 1
_NAMINGS: Final = (1 << ROW) - 1


def edge_of(weight: int, row: int, naming: int) -> Edge:
    """Return the edge of a weight, which is not negative, an expected row and a naming.

    >>> edge = edge_of(80, 7, -1)
    >>> weight_of(edge), row_of(edge), naming_of(edge)
    (80, 7, -1)
    """
    return weight << WEIGHT | row << ROW | naming + _SHIFT


def weight_of(edge: Edge) -> int:
    """Return the strength."""
    return edge >> WEIGHT


def row_of(edge: Edge) -> int:
    """Return the expected row."""
    return edge >> ROW & ROWS


def naming_of(edge: Edge) -> int:
    """Return how surely the line names the entry."""
    return (edge & _NAMINGS) - _SHIFT
