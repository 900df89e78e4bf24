"""Charts as inline SVG: drawn for the width of a phone, so that text stays readable there, and scaled up.

A chart gets plain numbers and finished labels and returns markup; it formats nothing and knows no language.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Bar", "Column", "Part", "bars", "columns"]

_WIDTH: Final = 360
_LABEL_HEIGHT: Final = 15
_BAR_HEIGHT: Final = 16
_PLOT_HEIGHT: Final = 150
_TOP: Final = 16


@attrs.frozen
class Part:
    """A piece of a bar or column: how large, in which colour class, and what it says when pointed at."""

    size: float
    kind: str
    says: str


@attrs.frozen
class Column:
    """A column of stacked parts with a label below and, where it is worth one, a word above."""

    label: str
    parts: tuple[Part, ...]
    above: str = ""


@attrs.frozen
class Bar:
    """A horizontal bar of stacked parts with its name and value written over it."""

    name: str
    value: str
    parts: tuple[Part, ...]


def columns(title: str, data: Sequence[Column]) -> str:
    """Return stacked columns over a common scale that starts at zero."""
    largest = max((sum(part.size for part in column.parts) for column in data), default=0) or 1
    step = _WIDTH / max(len(data), 1)
    drawn = "".join(_column(column, i * step, step, _PLOT_HEIGHT / largest) for i, column in enumerate(data))
    base = _TOP + _PLOT_HEIGHT
    axis = f'<line class="axis" x1="0" x2="{_WIDTH}" y1="{base}" y2="{base}"/>'
    return _svg(title, base + 2 * _LABEL_HEIGHT, drawn + axis)


def bars(title: str, data: Sequence[Bar], *, is_share: bool = False) -> str:
    """Return horizontal bars over a common scale, or, as shares, each over the whole width."""
    totals = [sum(part.size for part in bar.parts) for bar in data]
    largest = max(totals, default=0) or 1
    row = _LABEL_HEIGHT + _BAR_HEIGHT + 10
    drawn = "".join(
        _bar(bar, i * row, _WIDTH / ((total if is_share else largest) or 1))
        for i, (bar, total) in enumerate(zip(data, totals, strict=True))
    )
    return _svg(title, max(row * len(data), row), drawn)


def _column(column: Column, left: float, step: float, scale: float) -> str:
    base = _TOP + _PLOT_HEIGHT
    width, middle = step * 0.72, left + step / 2
    drawn, top = [], float(base)
    for part in column.parts:
        height = part.size * scale
        top -= height
        drawn.append(_rectangle(part, left + step * 0.14, top, width, height))
    above = f'<text class="small" text-anchor="middle" x="{middle:.1f}" y="{top - 3:.1f}">{escape(column.above)}</text>'
    lines = "".join(
        f'<text class="small" text-anchor="middle" x="{middle:.1f}" y="{base + 12 + 12 * i}">{escape(line)}</text>'
        for i, line in enumerate(column.label.split("\n"))
    )
    return "".join(drawn) + (above if column.above else "") + lines


def _bar(bar: Bar, top: float, scale: float) -> str:
    name = f'<text x="0" y="{top + 11}">{escape(bar.name)}</text>'
    value = f'<text text-anchor="end" x="{_WIDTH}" y="{top + 11}">{escape(bar.value)}</text>'
    drawn, left = [], 0.0
    for part in bar.parts:
        drawn.append(_rectangle(part, left, top + _LABEL_HEIGHT, part.size * scale, _BAR_HEIGHT))
        left += part.size * scale
    return name + value + "".join(drawn)


def _rectangle(part: Part, x: float, y: float, width: float, height: float) -> str:
    if part.size <= 0:
        return ""
    shape = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.8):.1f}" height="{max(height, 0.8):.1f}"'
    return f'<rect class="{part.kind}" {shape}><title>{escape(part.says)}</title></rect>'


def _svg(title: str, height: float, body: str) -> str:
    return f'<svg viewBox="0 0 {_WIDTH} {height:.0f}" role="img" aria-label="{escape(title, quote=True)}">{body}</svg>'
