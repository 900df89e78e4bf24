"""The page: figures written down as one self-contained HTML document, for a desk and for a phone."""

from __future__ import annotations

from collections import defaultdict
from html import escape
from typing import TYPE_CHECKING, Final

import attrs
from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_percent

from renewkit.cli.files import write_whole
from renewkit.cli.report.charts import Bar, Column, Part, bars, columns
from renewkit.cli.report.shell import document
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


def write_page(path: Path, figures: Figures, *, locale: str) -> None:
    """Write the report to a file, whole or not at all."""
    write_whole(path, render_page(figures, locale=locale))


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
    return document(
        page.texts.title,
        f"<p>{escape(page.subtitle())}</p>{page.tiles()}"
        f'<div class="grid">{"".join(sections)}</div>'
        f"<footer>{escape(page.texts.made)}</footer>",
        locale=locale,
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
