"""Exact-key joins, as one writes them today: a dict, and polars. They match what is exact and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

__all__ = ["dict_join", "polars_join"]

Side = tuple[Sequence[str], Sequence[str | None], Sequence[int]]
"""Ids, references, amounts in minor units."""


def dict_join(expected: Side, received: Side) -> list[tuple[str, str]]:
    """Return the pairs of equal reference and amount."""
    owed = dict(zip(zip(expected[1], expected[2], strict=True), expected[0], strict=True))
    keys = zip(received[1], received[2], strict=True)
    return [(owed[key], line) for key, line in zip(keys, received[0], strict=True) if key[0] and key in owed]


def polars_join(expected: Side, received: Side) -> list[tuple[str, str]]:
    """Return the same pairs from two frames."""
    columns = ("id", "reference", "minor")
    owed, paid = (pl.DataFrame(dict(zip(columns, side, strict=True))) for side in (expected, received))
    return owed.join(paid, on=["reference", "minor"], suffix="_line").select("id", "id_line").rows()
