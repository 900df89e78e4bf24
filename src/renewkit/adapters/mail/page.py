"""Pages: a letter as plain text and as HTML that reads well on a phone."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from renewkit.adapters.mail.letter import Letter

__all__ = ["as_html", "as_text"]

_COLOURS: Final = {"plain": "#1d4ed8", "good": "#15803d", "warning": "#b45309", "alarm": "#b91c1c"}
_FONT: Final = (
    "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,"
    "'Noto Sans TC','PingFang TC','Microsoft JhengHei',sans-serif"
)
_HEAD: Final = """\
<!DOCTYPE html>
<html lang="{language}" dir="{direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>{subject}</title>
</head>
<body style="margin:0;padding:0;background:#f1f5f9">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#f1f5f9">
<tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:560px;\
background:#ffffff;border-radius:8px;border-top:4px solid {colour};font-family:{font};font-size:16px;\
line-height:1.6;color:#1f2937;text-align:start">
<tr><td style="padding:28px 24px 24px">
<p style="margin:0 0 4px;font-size:14px;color:#64748b"><bdi>{seller}</bdi></p>
<h1 style="margin:0 0 20px;font-size:22px;line-height:1.35;color:#0f172a">{heading}</h1>
<p style="margin:0 0 16px">{greeting}</p>
"""
_PARAGRAPH: Final = '<p style="margin:0 0 16px">{}</p>\n'
_TABLE: Final = (
    '<table width="100%" cellpadding="0" cellspacing="0" border="0" '
    'style="margin:8px 0 20px;border-collapse:collapse;font-size:15px">\n'
)
_LABEL: Final = "padding:8px 12px 8px 0;border-bottom:1px solid #e2e8f0;color:#64748b;vertical-align:top;width:40%"
_VALUE: Final = "padding:8px 0;border-bottom:1px solid #e2e8f0;vertical-align:top;overflow-wrap:anywhere"
_ROW: Final = f'<tr><td style="{_LABEL}">{{}}</td><td style="{_VALUE}"><bdi>{{}}</bdi></td></tr>\n'
_ITEM: Final = (
    f'<tr><td style="{_VALUE}"><bdi>{{}}</bdi></td>'
    f'<td align="right" style="{_VALUE};white-space:nowrap">{{}}</td></tr>\n'
)
_TOTAL: Final = (
    '<tr><td style="padding:10px 0;font-weight:600">{}</td>'
    '<td align="right" style="padding:10px 0;font-weight:600;white-space:nowrap">{}</td></tr>\n'
)
_ACCOUNT: Final = (
    '<p style="margin:0 0 20px;padding:12px 16px;background:#f8fafc;border-radius:6px;font-size:15px">'
    "<strong>{}</strong><br>{}</p>\n"
)
_BUTTON: Final = (
    '<p style="margin:0 0 24px"><a href="{link}" style="display:inline-block;padding:10px 20px;background:{colour};'
    'color:#ffffff;text-decoration:none;border-radius:6px;font-weight:600">{button}</a></p>\n'
)
_END: Final = """\
<p style="margin:0">{closing}<br><bdi>{seller}</bdi></p>
</td></tr></table>
<p style="max-width:560px;margin:16px 0 0;font-family:{font};font-size:13px;line-height:1.5;color:#64748b">{footer}</p>
</td></tr></table>
</body>
</html>
"""


def as_text(letter: Letter) -> str:
    """Return a letter as plain text, blocks parted by a blank line."""
    blocks = [letter.greeting, *letter.paragraphs, _text_rows(letter.rows, letter.colon)]
    if letter.items:
        blocks.append(_text_rows(letter.items, letter.colon))
    if letter.account:
        blocks.append("\n".join((letter.account_title, *letter.account)))
    if letter.link:
        blocks.append(f"{letter.button}{letter.colon}{letter.link}")
    blocks += ["\n".join(filter(None, (letter.closing, letter.seller))), f"-- \n{letter.footer}"]
    return "\n\n".join(blocks) + "\n"


def as_html(letter: Letter) -> str:
    """Return a letter as HTML with inline styles; everything that it says is escaped."""
    seller, colour = escape(letter.seller), _COLOURS[letter.tone]
    parts = [
        _HEAD.format(
            language=escape(letter.language),
            direction=escape(letter.direction),
            subject=escape(letter.subject),
            heading=escape(letter.heading),
            greeting=escape(letter.greeting),
            seller=seller,
            colour=colour,
            font=_FONT,
        ),
        *(_PARAGRAPH.format(escape(paragraph)) for paragraph in letter.paragraphs),
        *_html_table(_ROW.format(escape(label), escape(value)) for label, value in letter.rows),
        *_html_items(letter),
    ]
    if letter.account:
        lines = "<br>".join(map(escape, letter.account))
        parts.append(_ACCOUNT.format(escape(letter.account_title), lines))
    if letter.link:
        parts.append(_BUTTON.format(link=escape(letter.link), colour=colour, button=escape(letter.button)))
    parts.append(_END.format(closing=escape(letter.closing), seller=seller, font=_FONT, footer=escape(letter.footer)))
    return "".join(parts)


def _text_rows(rows: Iterable[tuple[str, str]], colon: str) -> str:
    return "\n".join(f"{label}{colon}{value}" for label, value in rows)


def _html_items(letter: Letter) -> list[str]:
    if not letter.items:
        return []
    *items, (label, amount) = letter.items
    rows = [_ITEM.format(escape(item), escape(cost)) for item, cost in items]
    return _html_table([*rows, _TOTAL.format(escape(label), escape(amount))])


def _html_table(rows: Iterable[str]) -> list[str]:
    return [_TABLE, *rows, "</table>\n"]
