"""Where the numbers of references are found in a text."""

from __future__ import annotations

import random

import pytest

from renewkit.policies.reconcile.references import Naming, ReferenceIndex

REFERENCES = ("INV-2024-000012", "7/2024/000031", "00123456", "20 24 00 77", None)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("2024 12", {0}),
        ("2024000012", {0}),
        ("20 24 00 00 12", {0}),
        ("x 5 2024-12", {0}),
        ("7 2024 31", {1}),
        ("2024 31", set()),
        ("123456", {2}),
        ("00 12 34 56", {2}),
        ("20.24.0.77", {3}),
        ("2024-12 7/2024/31 123456", {0, 1, 2}),
        ("9 8 7 6 5 4 3 2 1 2024 12", {0}),
        ("no number", set()),
    ],
)
def test_a_reference_is_found_in_any_spelling(text: str, rows: set[int]) -> None:
    """Leading zeros and what stands between numbers may be lost, and several references may stand in one text."""
    found = ReferenceIndex(range(len(REFERENCES)), REFERENCES).find(text)
    assert rows == {row for row, how in found.items() if how == Naming.NORMALISED}


@pytest.mark.parametrize("parts", [True, False])
def test_every_window_of_numbers_is_looked_at(*, parts: bool) -> None:
    """Up to four numbers without their zeros, and up to eight torn ones, name what is spelled so."""
    rng = random.Random(7)
    for _ in range(200):
        references = ["-".join(numbers(rng, rng.randrange(1, 5))) for _ in range(4)]
        runs = [run for reference in rng.sample(references, 2) for run in (*numbers(rng, 1), *reference.split("-"))]
        found = ReferenceIndex(range(4), references, parts=parts).find(" ".join(runs))
        assert spelled(references, runs) <= {row for row, how in found.items() if how == Naming.NORMALISED}


def numbers(rng: random.Random, size: int) -> list[str]:
    """Return some numbers, most of them with leading zeros."""
    return [f"{rng.randrange(1, 400):0{rng.randrange(1, 7)}}" for _ in range(size)]


def spelled(references: list[str], runs: list[str]) -> set[int]:
    """Return what a reading of every window of the runs finds, where it has six digits and the reference four."""
    found = set()
    for row, reference in enumerate(references):
        own = reference.split("-")
        joined, bare = "".join(own), [run.lstrip("0") for run in own]
        for start in range(len(runs)):
            for end in range(start + 1, min(start + 8, len(runs)) + 1):
                window = runs[start:end]
                same = joined == "".join(window) or bare == [run.lstrip("0") for run in window]
                if same and len(joined) >= 4 and len("".join(window)) >= 6:
                    found.add(row)
    return found
