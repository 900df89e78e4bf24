"""Rows by key, where most keys have one row only."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Rows"]

_K = TypeVar("_K")
_FEW: Final = 16


class Rows(Generic[_K]):
    """Rows by key.

    A key with one row costs no container, and one with a few a tuple of ints: a hundred thousand lists would make the
    garbage collector walk all that the host holds, again and again.
    """

    __slots__ = ("_more", "one")

    def __init__(self) -> None:
        """Start without any; `one` is the first row of each key."""
        self.one: dict[_K, int] = {}
        self._more: dict[_K, tuple[int, ...] | array[int]] = {}

    def add(self, key: _K, row: int) -> None:
        """Note a row under a key."""
        first = self.one.setdefault(key, row)
        if first != row:
            more = self._more.get(key) or (first,)
            if isinstance(more, array):
                more.append(row)
            else:
                self._more[key] = (*more, row) if len(more) < _FEW else array("q", (*more, row))

    def get(self, key: _K) -> Sequence[int]:
        """Return the rows under a key, in the order in which they came."""
        more = self._more.get(key)
        if more is None:
            row = self.one.get(key)
            return () if row is None else (row,)
        return more

    def items(self) -> Iterator[tuple[_K, Sequence[int]]]:
        """Yield each key with its rows."""
        for key, row in self.one.items():
            yield key, self._more.get(key) or (row,)

    def several(self) -> Iterator[tuple[_K, Sequence[int]]]:
        """Yield the keys that have several rows, with them."""
        yield from self._more.items()
