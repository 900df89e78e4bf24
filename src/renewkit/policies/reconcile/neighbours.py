"""Numbers one slip apart: a digit lost, added or wrong, or two neighbours swapped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from renewkit.policies.reconcile.distance import is_near

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Neighbours", "series"]

_PLACES: Final = 5
_PAGE: Final = 10**_PLACES
# A page is worth its bytes where on average one number in so many is taken.
_SPARSE: Final = 64


def series(number: str, width: int, places: int = 0) -> list[tuple[int, int]]:
    """Return the numbers of a width from which one slip leads to this one, and perhaps itself.

    Each item is a series of ten numbers, given by its first and its step, or a single one where the step is zero.
    With `places` only slips in so many last digits are meant.

    >>> series("12", 2)
    [(10, 1), (2, 10), (21, 0)]
    """
    size, value = len(number), int(number)
    powers = [10**at for at in range(min(places or width + 1, max(size, width)))]
    if width > size:
        return [(value + value // power * 9 * power, power) for power in powers]
    if width < size:
        return [(value // power // 10 * power + value % power, 0) for power in powers]
    digits = [value // power % 10 for power in powers]
    found = [(value - digit * power, power) for digit, power in zip(digits, powers, strict=True)]
    pairs = zip(digits, digits[1:], powers, strict=False)
    return found + [(value + (low - high) * 9 * power, 0) for low, high, power in pairs if low != high]


class Neighbours:
    """The numbers of one width, ready to be asked which of them are one slip away from another.

    References are mostly numbered one after another, so they are kept in pages on which a series is one slice; those
    that are far between are kept as a set.
    """

    __slots__ = ("_far", "_pages", "_width")

    def __init__(self, numbers: Sequence[int], width: int) -> None:
        """Keep the numbers."""
        self._width = width
        self._far: set[int] = set()
        self._pages: dict[int, bytearray] = {}
        heads = {number // _PAGE for number in numbers}
        if len(heads) * _PAGE > len(numbers) * _SPARSE:
            self._far = set(numbers)
            return
        self._pages = {head: bytearray(_PAGE) for head in heads}
        for number in numbers:
            self._pages[number // _PAGE][number % _PAGE] = 1

    def of(self, number: str) -> set[int]:
        """Return the numbers that are one slip away from this one, and itself, if it is among them."""
        if self._far:
            wanted: set[int] = set()
            for low, step in series(number, self._width):
                wanted.update(range(low, low + 10 * step, step) if step else (low,))
            return self._far & wanted
        return self._on_pages(number)

    def _on_pages(self, number: str) -> set[int]:
        pages, width, found = self._pages, self._width, set()
        for low, step in series(number, width, _PLACES + 1):
            page = pages.get(low // _PAGE)
            at = low % _PAGE
            if page and step < _PAGE:
                if not step:
                    if page[at]:
                        found.add(low)
                elif 1 in (ten := page[at : at + 10 * step : step]):
                    found.update([low + step * digit for digit in range(10) if ten[digit]])
        # A slip further up leaves the last digits as they are.
        tail = int(number) % _PAGE
        for head, page in pages.items():
            if page[tail] and is_near(f"{head * _PAGE + tail:0{width}}", number):
                found.add(head * _PAGE + tail)
        return found
