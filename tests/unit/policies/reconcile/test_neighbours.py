"""Which numbers are one slip away, however they are kept."""

from __future__ import annotations

import random

import pytest

from renewkit.policies.reconcile.distance import is_near
from renewkit.policies.reconcile.neighbours import Neighbours, series
from renewkit.policies.reconcile.references import slips


def near(numbers: list[int], width: int, number: str) -> set[int]:
    """Return what compares the number with each of the others finds."""
    return {other for other in numbers if is_near(f"{other:0{width}}", number)}


@pytest.mark.parametrize("size", [6, 7, 8])
def test_dense_numbers_are_found_on_their_pages(size: int) -> None:
    """Of numbers that lie densely exactly those with one slip are found, wherever it is."""
    rng = random.Random(size)
    dense = [head * 100_000 + low for head in (12, 13, 21, 32) for low in rng.sample(range(100_000), 1_600)]
    numbers = Neighbours(dense, 7)
    for asked in rng.sample(dense, 3):
        number = {6: f"{asked:07}"[1:], 7: f"{asked:07}", 8: f"{asked:07}5"}[size]
        assert near(dense, 7, number) == numbers.of(number)


@pytest.mark.parametrize("number", ["1234567", "0234567", "2134567", "123567", "12345678"])
def test_numbers_far_between_are_found_too(number: str) -> None:
    """Of numbers that lie far apart exactly those with one slip are found."""
    sparse = [1_234_567, 234_567, 2_134_567, 1_234_576, 1_235_670, 9_999_999]
    assert near(sparse, 7, number) == Neighbours(sparse, 7).of(number)


def test_a_slip_in_the_first_digits_leads_to_another_page() -> None:
    """A digit wrong, swapped, lost or added before the last five is found."""
    dense = [*range(2_400_000, 2_402_000), *range(4_200_000, 4_202_000), *range(2_500_000, 2_502_000)]
    numbers = Neighbours(dense, 7)
    asked = ("2400007", "4200007", "400007", "24200007")
    assert [near(dense, 7, number) for number in asked] == [numbers.of(number) for number in asked]


def test_a_series_may_be_cut_to_the_last_places() -> None:
    """Slips in the last digits alone are a part of all slips."""
    assert set(series("123456", 6, 2)) < set(series("123456", 6))


def test_a_page_may_hold_nothing_near() -> None:
    """Of a number far from all others nothing is found, though its page is there."""
    assert set() == Neighbours(range(1_200_000, 1_202_000), 7).of("1288888")


def test_slips_may_be_asked_for_by_length() -> None:
    """Only numbers of the lengths asked for are returned."""
    longer, shorter = slips("123", same=False, shorter=False), slips("123", longer=False, same=False)
    assert ({4}, {2}) == ({*map(len, longer)}, {*map(len, shorter)})
