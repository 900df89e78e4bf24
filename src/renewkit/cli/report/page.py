"""The page: figures written down as one self-contained HTML document, for a desk and for a phone."""

from __future__ import annotations

from collections import defaultdict
from html import escape
from typing import TYPE_CHECKING, Final

import attrs
from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_percent

from renewkit.cli.report.charts import Bar, Column, Part, bars, columns
from renewkit.cli.report.texts import TEXTS
from renewkit.values.currency import minor_digits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from fractions import Fraction
    from pathlib import Path

    from moneyed import Money

    from renewkit.cli.report.figures import Figures
    from renewkit.cli.report.texts import Texts
    from renewkit.insights.forecast import ForecastMonth

__all__ = ["render_page", "write_page"]

_AGE_KINDS: Final = ("age0", "age1", "age2", "age3", "age4")

_STYLE: Final = """
:root{color-scheme:light;--ink:#1d2733;--soft:#5b6773;--line:#d9dfe5;--paid:#2a7f62;--recovered:#4d86d8;--lost:#c8553d;--open:#e3b341}
*{box-sizing:border-box} body{margin:0;background:#f4f6f8;color:var(--ink);font:16px/1.5 system-ui,"Noto Sans","Noto
Sans CJK TC","Noto Sans TC",sans-serif} main{max-width:1080px;margin:0 auto;padding:16px}
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


def write_page(path: Path, figures: Figures, *, locale: str) -> None:
    """Write the report to a file, whole or not at all."""
    draft = path.with_name(f".{path.name}.part")
    draft.write_text(render_page(figures, locale=locale), encoding="utf-8")
    draft.replace(path)


def render_page(figures: Figures, *, locale: str) -> str:
    """Return the report in a language, as a document that loads nothing."""
    page = _Page(figures, TEXTS[locale], Locale.parse(locale, sep="-"))
    sections = (
        page.renewals(),
        page.money(),
        page.reasons(),
        page.ageing(),
        *page.forecast(),
        page.trades(),
        page.excess(),
    )
    title = escape(page.texts.title)
    return (
        f'<!doctype html><html lang="{locale}"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<link rel="icon" href="data:,"><style>{_STYLE}</style></head><body><main>'
        f"<h1>{title}</h1><p>{escape(page.subtitle())}</p>{page.tiles()}"
        f'<div class="grid">{"".join(sections)}</div>'
        f"<footer>{escape(page.texts.made)}</footer></main></body></html>\n"
    )


@attrs.frozen
class _Page:
    """The figures with the words and formats of one language."""

    figures: Figures
    texts: Texts
    locale: Locale

    def subtitle(self) -> str:
        return self.texts.as_of.format(book=self.figures.book, date=format_date(self.figures.on, "long", self.locale))

    def tiles(self) -> str:
        figures, texts = self.figures, self.texts
        live = sum(n for _, status, n in figures.statuses if status != "ended")
        paid, lost = sum(m.paid for m in figures.months), sum(m.lost for m in figures.months)
        still_open = sum(sum(row.invoices) for row in figures.ageing)
        rate = format_percent(paid / (paid + lost), "0.0%", self.locale) if paid + lost else "–"
        facts = (
            (live, texts.contracts),
            (figures.invoices, texts.invoices),
            (rate, texts.rate),
            (still_open, texts.open),
        )
        return (
            '<div class="tiles">'
            + "".join(f'<div class="tile"><b>{n}</b><span>{escape(word)}</span></div>' for n, word in facts)
            + "</div>"
        )

    def renewals(self) -> str:
        texts = self.texts
        kinds = (("paid", texts.paid), ("lost", texts.lost), ("open", texts.still_open))
        data = [
            Column(
                self._month(month.month),
                tuple(
                    Part(size, kind, f"{month.month}: {word} {size}")
                    for (kind, word), size in zip(kinds, (month.paid, month.lost, month.open), strict=True)
                ),
                above=f"{100 * month.rate.numerator // month.rate.denominator}%" if month.rate and month.lost else "",
            )
            for month in self.figures.months
        ]
        rows = [(m.month, m.paid, m.lost, m.open, self._share(m.rate)) for m in self.figures.months]
        table = _table((texts.month, texts.paid, texts.lost, texts.still_open, "%"), rows)
        return self._section(
            texts.renewals, texts.renewals_why, _key(kinds) + columns(texts.renewals, data), table, is_empty=not data
        )

    def money(self) -> str:
        texts = self.texts
        kinds = (
            ("paid", texts.on_time),
            ("recovered", texts.recovered),
            ("lost", texts.lost),
            ("open", texts.still_open),
        )
        rows = [(row.currency, row.on_time, row.recovered, row.lost, row.open) for row in self.figures.recovery]
        data = [
            Bar(
                code,
                f"{texts.recovered} {self._money(amounts[1])} · {texts.lost} {self._money(amounts[2])}",
                tuple(
                    Part(float(amount.amount), kind, f"{word}: {self._money(amount)}")
                    for (kind, word), amount in zip(kinds, amounts, strict=True)
                ),
            )
            for code, *amounts in rows
        ]
        table = _table(
            (texts.currency, *(word for _, word in kinds)),
            [(code, *map(self._money, amounts)) for code, *amounts in rows],
        )
        return self._section(
            texts.money, texts.money_why, _key(kinds) + bars(texts.money, data, is_share=True), table, is_empty=not data
        )

    def reasons(self) -> str:
        texts, reasons = self.texts, self.figures.reasons[:10]
        data = [
            Bar(
                self._reason(reason.code),
                texts.declines.format(count=reason.declines),
                (
                    Part(
                        later := reason.declines * reason.paid_later / max(reason.invoices, 1),
                        "later",
                        self._later(reason.paid_later, reason.invoices),
                    ),
                    Part(reason.declines - later, "declines", texts.declines.format(count=reason.declines)),
                ),
            )
            for reason in reasons
        ]
        rows = [(self._reason(r.code), r.code, r.declines, self._later(r.paid_later, r.invoices)) for r in reasons]
        table = _table((texts.reason, "", "", ""), rows)
        return self._section(texts.reasons, texts.reasons_why, bars(texts.reasons, data), table, is_empty=not data)

    def ageing(self) -> str:
        texts = self.texts
        kinds = tuple(zip(_AGE_KINDS, texts.ages, strict=True))
        data = [
            Bar(
                row.currency,
                self._money(_sum(row.amounts)),
                tuple(
                    Part(float(amount.amount), kind, f"{word}: {self._money(amount)}")
                    for (kind, word), amount in zip(kinds, row.amounts, strict=True)
                ),
            )
            for row in self.figures.ageing
        ]
        table = _table(
            (texts.currency, *texts.ages),
            [(row.currency, *map(self._money, row.amounts)) for row in self.figures.ageing],
        )
        return self._section(
            texts.ageing,
            texts.ageing_why,
            _key(kinds) + bars(texts.ageing, data, is_share=True),
            table,
            is_empty=not data,
        )

    def forecast(self) -> Iterable[str]:
        texts = self.texts
        by_currency: dict[str, list[ForecastMonth]] = defaultdict(list)
        for month in self.figures.forecast:
            by_currency[month.currency].append(month)
        kinds = (("expected", texts.expected), ("rest", texts.scheduled))
        for code, months in sorted(by_currency.items()):
            data = [
                Column(
                    self._month(month.month),
                    (
                        Part(float(month.expected.amount), "expected", f"{month.month}: {self._money(month.expected)}"),
                        Part(
                            float(month.scheduled.amount - month.expected.amount),
                            "rest",
                            f"{month.month}: {self._money(month.scheduled)}",
                        ),
                    ),
                )
                for month in months
            ]
            title = f"{texts.forecast} · {code}"
            total = texts.expected_sum.format(amount=self._money(_sum([month.expected for month in months])))
            why = f"{texts.forecast_why} {total}"
            table = _table(
                (texts.month, texts.expected, texts.scheduled),
                [(m.month, self._money(m.expected), self._money(m.scheduled)) for m in months],
            )
            yield self._section(title, why, _key(kinds) + columns(title, data), table)

    def trades(self) -> str:
        texts = self.texts
        names = sorted({trade for trade, _, _ in self.figures.statuses})
        counts = {(trade, status): n for trade, status, n in self.figures.statuses}
        seen = [status for status in texts.statuses if any((trade, status) in counts for trade in names)]
        rows = [
            (texts.trade_names.get(trade, trade), *(counts.get((trade, status), 0) for status in seen))
            for trade in names
        ]
        return self._section(
            texts.trades,
            "",
            _table((texts.trade, *(texts.statuses[status] for status in seen)), rows),
            "",
            is_empty=not rows,
        )

    def excess(self) -> str:
        texts = self.texts
        table = _table((texts.invoice, texts.payment, texts.amount), self.figures.excess)
        return self._section(texts.excess, texts.excess_why, table, "", is_empty=not self.figures.excess)

    def _section(self, title: str, why: str, body: str, table: str, *, is_empty: bool = False) -> str:
        numbers = f"<details><summary>{escape(self.texts.numbers)}</summary>{table}</details>" if table else ""
        shown = f"<p>{escape(self.texts.nothing)}</p>" if is_empty else body + numbers
        return f"<section><h2>{escape(title)}</h2><p>{escape(why)}</p>{shown}</section>"

    def _month(self, month: str) -> str:
        """Return the month's number, with its year below it where a year begins."""
        year, _, number = month.partition("-")
        first = {*(m.month for m in self.figures.months[:1]), *(m.month for m in self.figures.forecast[:1])}
        return f"{int(number)}\n{year}" if number == "01" or month in first else f"{int(number)}"

    def _share(self, rate: Fraction | None) -> str:
        return "–" if rate is None else format_percent(float(rate), "0%" if rate == 1 else "0.0%", self.locale)

    def _money(self, amount: Money) -> str:
        digits = minor_digits(amount.currency)
        pattern = "¤#,##0" + ("." + "0" * digits if digits else "")
        return format_currency(amount.amount, amount.currency.code, pattern, self.locale, currency_digits=False)

    def _reason(self, code: str) -> str:
        return self.texts.reason_names.get(code, code.replace("_", " "))

    def _later(self, paid: int, invoices: int) -> str:
        return self.texts.later.format(paid=paid, invoices=invoices)


def _sum(amounts: Sequence[Money]) -> Money:
    return sum(amounts[1:], amounts[0])


def _key(kinds: Iterable[tuple[str, str]]) -> str:
    items = "".join(
        f'<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="{kind}" width="10" height="10" rx="2"/></svg>'
        f"{escape(word)}</li>"
        for kind, word in kinds
    )
    return f'<ul class="key">{items}</ul>'


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    head = "".join(f"<th>{escape(word)}</th>" for word in header)
    body = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
