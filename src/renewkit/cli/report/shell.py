"""The shell of every page: one self-contained HTML document in one look, for a desk and for a phone."""

from __future__ import annotations

from html import escape
from typing import Final

__all__ = ["document"]

_STYLE: Final = """
:root{color-scheme:light;--ink:#1d2733;--soft:#5b6773;--line:#d9dfe5;--paid:#2a7f62;--recovered:#4d86d8;--lost:#c8553d;--open:#e3b341}
*{box-sizing:border-box} body{margin:0;background:#f4f6f8;color:var(--ink);font:16px/1.5
system-ui,"Noto Sans","Noto Sans CJK TC","Noto Sans TC",sans-serif}main{max-width:1080px;margin:0 auto;padding:16px}
h1{font-size:1.6rem;margin:.4rem 0 0}h2{font-size:1.1rem;margin:0} p{margin:.3rem 0 .8rem;color:var(--soft)}
.grid{display:grid;gap:16px;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr))}
section,.tile{background:#fff;border:1px solid var(--line);border-radius:10px;padding:16px;min-width:0}
.tiles{display:grid;gap:12px;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));margin:16px 0} .tile
b{display:block;font-size:1.5rem;line-height:1.2}.tile span{color:var(--soft);font-size:.9rem}
svg{display:block;width:100%;height:auto;max-width:560px}svg text{font-size:11px;fill:var(--ink)}svg
.small{font-size:9.5px;fill:var(--soft)}
.axis{stroke:var(--line)}.paid{fill:var(--paid)}.recovered{fill:var(--recovered)}.lost{fill:var(--lost)}.open{fill:var(--open)}
.expected{fill:var(--paid)}.rest{fill:#bcd9cd}.declines{fill:#efb8aa}.later{fill:var(--lost)}
.age0{fill:#9fb4c7}.age1{fill:#e3b341}.age2{fill:#de8f3c}.age3{fill:#cf6b3c}.age4{fill:#a63a2b}
.key{display:flex;flex-wrap:wrap;gap:4px 14px;margin:0 0
10px;padding:0;list-style:none;font-size:.85rem;color:var(--soft)} .key
svg{display:inline-block;width:11px;height:11px;margin-right:5px;vertical-align:-1px} h3{font-size:.95rem;margin:14px
0 4px} details{margin-top:10px}summary{cursor:pointer;color:var(--soft);font-size:.9rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.85rem} th,td{padding:4px
8px;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
th:first-child,td:first-child{text-align:left}.words td{text-align:left;white-space:normal;overflow-wrap:anywhere}
footer{color:var(--soft);font-size:.85rem;margin:20px 0}
"""


def document(title: str, body: str, *, locale: str, style: str = "") -> str:
    r"""Return a document that loads nothing; `body` and `style` are markup and rules of ours.

    >>> document("Report", "<p>All is well.</p>", locale="en").endswith("<p>All is well.</p></main></body></html>\n")
    True
    """
    heading = escape(title)
    return (
        f'<!doctype html><html lang="{locale}"><head><meta charset="utf-8"><title>{heading}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<link rel="icon" href="data:,"><style>{_STYLE}{style}</style></head><body><main>'
        f"<h1>{heading}</h1>{body}</main></body></html>\n"
    )
