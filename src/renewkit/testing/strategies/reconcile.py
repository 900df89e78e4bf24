"""Draw the two sides of a reconciliation, with what makes matching hard: collisions, parts, repeats, spellings."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from renewkit.values.entry import Entry
from renewkit.values.money import from_minor

__all__ = ["sides"]

_START = date(2024, 1, 1)
_NAMES = ("Ada Byron", "Alan Turing", "Grace Hopper", "A. Byron", "BYRON ADA", "")
_AMOUNTS = (999, 1_500, 1_999, 2_499, 3_998)


@st.composite
def sides(draw: st.DrawFn) -> tuple[list[Entry], list[Entry]]:
    """Draw up to eight expected and eight received entries."""
    expected = [_owed(draw, number) for number in range(draw(st.integers(0, 8)))]
    received = [_paid(draw, number, expected) for number in range(draw(st.integers(0, 8)))]
    return expected, received


def _owed(draw: st.DrawFn, number: int) -> Entry:
    return Entry(
        f"e{number}",
        from_minor(draw(st.sampled_from(_AMOUNTS)), draw(st.sampled_from(("USD", "USD", "EUR")))),
        _START + timedelta(days=draw(st.integers(0, 40))),
        reference=draw(st.sampled_from((f"INV-2024-{number:04}", f"INV-2024-{number:04}", None))),
        party=draw(st.sampled_from(_NAMES)) or None,
    )


def _paid(draw: st.DrawFn, number: int, expected: list[Entry]) -> Entry:
    name, minor = draw(st.sampled_from(_NAMES)), draw(st.sampled_from(_AMOUNTS))
    reference: str | None = None
    code = "USD"
    if expected and number % 2:
        meant = draw(st.sampled_from(expected))
        code = meant.amount.currency.code
        minor = draw(st.sampled_from((int(meant.amount.get_amount_in_sub_unit()), minor, minor // 2)))
        spelled, another = (meant.reference or "").replace("-", " ").lower(), f"INV-2024-77{number:02}"
        reference = draw(st.sampled_from((meant.reference, spelled, another, None)))
    return Entry(
        f"r{number}",
        from_minor(minor, code),
        _START + timedelta(days=draw(st.integers(0, 60))),
        reference=reference or None,
        party=name or None,
        text=draw(st.sampled_from(("", "thank you", "ref 20240001"))),
    )
