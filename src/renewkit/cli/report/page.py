"""The page: figures written down as one self-contained HTML document."""

from __future__ import annotations
from pathlib import Path


def render_page(figures, *, locale):
    return "x"


def write_page(path, figures, *, locale):
    path.write_text(render_page(figures, locale=locale))
