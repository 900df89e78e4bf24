"""The frontier as a drawing: what a policy recovers against how often it tries, in light and in dark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from math import sqrt
from typing import Final

import attrs

from renewkit.testing.recovery.play import BOUND, DEFAULT
from renewkit.testing.recovery.report import RecoveryResult, Row

__all__ = ["frontier_svg"]

_WIDTH: Final = 760
_HEIGHT: Final = 500
_LEFT, _RIGHT, _TOP, _BOTTOM = 74, 730, 92, 432
_SIGN: Final = 6.6
"""How wide a sign is, about, in the label font."""
_TICKS: Final = (0, 0.5, 1, 2, 3, 5, 10, 20, 30, 50, 100, 200)
_STEPS: Final = (0.01, 0.02, 0.05, 0.1, 0.2)
_PLACES: Final = (
    (10, 4, "start"),
    (-10, 4, "end"),
    (0, -11, "middle"),
    (0, 20, "middle"),
    (10, 18, "start"),
    (10, -10, "start"),
    (-10, 18, "end"),
    (-10, -10, "end"),
    *((10, 4 + 14 * n, "start") for n in range(2, 20)),
)
"""Where a label may stand beside its mark, in order of preference."""
_STYLE: Final = (
    "svg{background:var(--paper);--paper:#fff;--ink:#1d2733;--soft:#5b6773;--line:#d9dfe5;--mark:#2a7f62;--bad:#c8553d}"
    "@media(prefers-color-scheme:dark){svg{--paper:#161b21;--ink:#e6ebf0;--soft:#9aa7b4;--line:#333d47;"
    "--mark:#5cc49b;--bad:#ef8d75}}"
    'text{font:12px system-ui,"Noto Sans",sans-serif;fill:var(--ink);stroke:var(--paper);stroke-width:4px;'
    "stroke-linejoin:round;paint-order:stroke}.soft{fill:var(--soft)}"
    ".title{font-size:15px;font-weight:600}.own{font-weight:700}.grid{stroke:var(--line)}"
    ".axis{stroke:var(--soft);fill:none}.best{stroke:var(--mark);fill:none;stroke-dasharray:4 4}"
    ".clean{fill:var(--mark);stroke:var(--mark)}.breach{stroke:var(--bad);stroke-width:2}"
)


def frontier_svg(result: RecoveryResult) -> str:
    """Return the frontier as an SVG drawing: retries per failed charge (across) against the recovered share (up).

    Contestants that made a forbidden attempt are drawn hollow. The dashed line joins those that nobody beats in both;
    the bound, which no policy can reach, is left out of it. Retries are drawn on a square-root scale, as one of the
    contestants makes ten times as many as the others. The drawing follows the reader's light or dark setting.
    """
    scale = _scale(result.rows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">',
        "<title>Recovered share against retries per failed charge</title>",
        f"<style>{_STYLE}</style>",
        *_heading(result),
        *_grid(scale),
        f'<path class="axis" d="M{_LEFT} {_TOP}V{_BOTTOM}H{_RIGHT}"/>',
        f'<path class="best" d="{_staircase(result.rows, scale)}"/>',
        *_marks(result.rows, scale),
    ]
    return "\n".join([*parts, "</svg>\n"])


@attrs.frozen
class _Scale:
    low: float
    high: float
    step: float
    most: float

    def x(self, retries: float) -> float:
        return _LEFT + (_RIGHT - _LEFT - 20) * sqrt(retries / self.most)

    def y(self, share: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * (share - self.low) / (self.high - self.low)


def _scale(rows: Iterable[Row]) -> _Scale:
    shares = [row.recovered for row in rows]
    spread = max(shares) - min(shares)
    step = next((step for step in _STEPS if spread / step <= 8), _STEPS[-1])
    low, high = int(min(shares) / step) * step, (int(max(shares) / step) + 1) * step
    return _Scale(low, high, step, max((row.retries for row in rows), default=0) or 1.0)


def _heading(result: RecoveryResult) -> Iterator[str]:
    world = f"{result.seeds} seeds x {result.games} failed charges in a simulated world: read the order, not the levels"
    yield f'<text class="title" x="{_LEFT}" y="26">What retry policies recover, and how often they try</text>'
    yield f'<text class="soft" x="{_LEFT}" y="45">{escape(world)}</text>'
    yield f'<ellipse cx="{_LEFT + 6}" cy="64" rx="5" ry="5" class="clean"/>'
    yield f'<text class="soft" x="{_LEFT + 17}" y="68">no forbidden attempt</text>'
    yield f'<ellipse cx="{_LEFT + 166}" cy="64" rx="5" ry="5" class="breach" fill="none"/>'
    yield f'<text class="soft" x="{_LEFT + 177}" y="68">made attempts that a network forbids</text>'
    yield f'<path class="best" d="M{_LEFT + 424} 64h26"/>'
    yield f'<text class="soft" x="{_LEFT + 456}" y="68">nobody recovers more with fewer</text>'


def _grid(scale: _Scale) -> Iterator[str]:
    for n in range(round((scale.high - scale.low) / scale.step) + 1):
        share = scale.low + n * scale.step
        y = scale.y(share)
        yield f'<path class="grid" d="M{_LEFT} {y:.1f}H{_RIGHT}"/>'
        yield f'<text class="soft" x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{share:.0%}</text>'
    for tick in (tick for tick in _TICKS if tick <= scale.most):
        x = scale.x(tick)
        yield f'<path class="axis" d="M{x:.1f} {_BOTTOM}v5"/>'
        yield f'<text class="soft" x="{x:.1f}" y="{_BOTTOM + 20}" text-anchor="middle">{tick:g}</text>'
    middle, centre = (_LEFT + _RIGHT) / 2, (_TOP + _BOTTOM) / 2
    across = "retries per failed charge (square-root scale)"
    yield f'<text x="{middle}" y="{_BOTTOM + 46}" text-anchor="middle">{across}</text>'
    turned = f'text-anchor="middle" transform="rotate(-90 22 {centre})"'
    yield f'<text x="22" y="{centre}" {turned}>recovered, % of the money asked for</text>'


def _staircase(rows: Iterable[Row], scale: _Scale) -> str:
    path, best = "", -1.0
    for row in sorted((row for row in rows if row.name != BOUND), key=lambda row: (row.retries, -row.recovered)):
        if row.recovered > best:
            x, y = scale.x(row.retries), scale.y(row.recovered)
            path += f"H{x:.1f}V{y:.1f}" if path else f"M{x:.1f} {y:.1f}"
            best = row.recovered
    return f"{path}H{_RIGHT}" if path else "M0 0"


def _marks(rows: Iterable[Row], scale: _Scale) -> Iterator[str]:
    """Yield marks and labels; those that matter most choose their place first."""
    points = [(scale.x(row.retries), scale.y(row.recovered)) for row in rows]
    taken = [(x - 6, y - 6, x + 6, y + 6) for x, y in points]
    ranked = sorted(zip(rows, points, strict=True), key=lambda each: (each[0].name != DEFAULT, -each[0].recovered))
    for row, (x, y) in ranked:
        look = 'class="breach" fill="none"' if row.forbidden else 'class="clean"'
        says = (
            f"{row.name}: {row.recovered:.1%} recovered with {row.retries:.2f} retries, "
            f"net USD {row.net:.2f} a charge, {row.forbidden} forbidden attempts"
        )
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" {look}><title>{escape(says)}</title></circle>'
        left, base, anchor = _place(row.name, x, y, taken)
        own = ' class="own"' if row.name == DEFAULT else ""
        yield f'<text{own} x="{left:.1f}" y="{base:.1f}" text-anchor="{anchor}">{escape(row.name)}</text>'


def _place(name: str, x: float, y: float, taken: list[tuple[float, float, float, float]]) -> tuple[float, float, str]:
    """Return where a label stands free of all that is there, and take that place; the last resort is beside it."""
    width = _SIGN * len(name)
    for across, down, anchor in _PLACES:
        start = x + across - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
        box = (start, y + down - 10, start + width, y + down + 2)
        inside = box[0] >= _LEFT + 2 and box[2] <= _WIDTH and box[1] >= _TOP - 10 and box[3] <= _BOTTOM - 4
        if inside and not any(_overlap(box, other) for other in taken):
            taken.append(box)
            return x + across, y + down, anchor
    return x + 10, y + 4, "start"


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
