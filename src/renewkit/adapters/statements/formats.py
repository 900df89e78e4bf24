"""Which format a statement is written in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from renewkit.adapters.statements.camt import read_camt
from renewkit.adapters.statements.delimited import read_csv

if TYPE_CHECKING:
    from collections.abc import Iterator

    from renewkit.values.entry import Entry
    from renewkit.values.problem import Problem

__all__ = ["read_statement"]


def read_statement(data: bytes) -> Iterator[Entry | Problem]:
    r"""Yield the lines of a statement: camt.053 where it begins with `<`, CSV elsewhere.

    >>> [line.amount for line in read_statement(b"date,amount,currency\n2024-03-01,29.99,USD\n")]
    [Money('29.99', 'USD')]
    """
    is_xml = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"
    return read_camt(data) if is_xml else read_csv(data)
