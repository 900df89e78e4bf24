"""The one door to the facts that ship with the package: tables of codes and rules, read once, when first asked for.

The tables stand as CSV in `renewkit/values/data`, one fact a row, each with its source and how far it may be trusted.
They are data, so that a correction is a row and no code.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["table"]


@cache
def table(name: str) -> tuple[Mapping[str, str], ...]:
    """Return the rows of a table by its name; the columns are those of its first line, an empty cell is `""`.

    Raises `FileNotFoundError` for a table that the package does not have.

    >>> table("declines")[0]["rail"]
    'stripe'
    """
    text = files("renewkit.values").joinpath("data", f"{name}.csv").read_text(encoding="utf-8")
    return tuple(MappingProxyType(row) for row in csv.DictReader(text.splitlines()))
