"""The report page in a real browser: at a desk and on a phone, in both languages, nothing cut and nothing loud."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from renewkit.books.customer import Customer
from renewkit.cli.report import Figures, read_figures, render_page
from renewkit.cli.sandbox import BOOK, open_sandbox
from renewkit.cli.simulation import days_to_run, run_until
from shared import BROWSER, needs_browser

WIDTHS = (1280, 390)
LOCALES = ("en", "zh-TW")

PROBE = """<script>
window.errors = [];
window.onerror = (message) => window.errors.push(String(message));
window.onload = () => {
  const root = document.documentElement;
  const charts = [...document.querySelectorAll("section > svg")];
  const cut = [...document.querySelectorAll("h1,h2,p,span,b,li,summary,th,td")]
    .filter((e) => e.offsetParent && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline")
    .filter((e) => !e.closest(".scroll")).map((e) => e.textContent);
  const outside = charts.flatMap((svg) => {
    const frame = svg.getBoundingClientRect();
    return [...svg.querySelectorAll("text")].filter((t) => {
      const box = t.getBoundingClientRect();
      return box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 1;
    }).map((t) => t.textContent);
  });
  const found = {
    errors: window.errors, width: innerWidth, content: root.scrollWidth, cut, outside, charts: charts.length,
    drawn: charts.filter((svg) => svg.getBoundingClientRect().height > 40 && svg.querySelector("rect,line")).length,
    smallest: Math.min(...charts.map((svg) => svg.getBoundingClientRect().width / 360 * 9.5)),
  };
  const place = document.createElement("pre");
  place.id = "probe"; place.textContent = JSON.stringify(found); document.body.append(place);
};
</script>"""


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    """The figures of half a year of the demo's own contracts."""
    from renewkit.cli.contracts import import_contracts
    from renewkit.cli.demo.contracts import write_contracts

    folder = tmp_path_factory.mktemp("report")
    write_contracts(folder / "contracts.csv")
    rows = (folder / "contracts.csv").read_text("utf-8").splitlines()
    (folder / "few.csv").write_text("\n".join((rows[0], *rows[1:240:6], *rows[241:])), "utf-8")
    with open_sandbox(f"sqlite:///{folder / 'book.db'}", create=True) as sandbox:
        import_contracts(folder / "few.csv", sandbox.renewals, known={})
        run_until(sandbox, days_to_run(sandbox, date(2024, 6, 30), start=date(2024, 1, 1)))
        return read_figures(sandbox.storage, BOOK, on=sandbox.today)


def look(page: str, folder: Path, width: int) -> tuple[dict[str, Any], str, Path]:
    """Open a page in the browser; return what the probe found, what the console said, and a screenshot."""
    assert BROWSER is not None, "chromium is missing: make system-deps installs it"
    file, shot = folder / "page.html", folder / f"{width}.png"
    file.write_text(page.replace("</head>", f"{PROBE}</head>"), "utf-8")
    flags = (
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-component-update",
        "--disable-background-networking", "--disable-sync", "--hide-scrollbars", "--enable-logging=stderr",
        f"--user-data-dir={folder / 'profile'}", f"--window-size={width},1200",
    )  # fmt: skip
    url = file.as_uri()
    dumped = subprocess.run(
        [BROWSER, *flags, "--dump-dom", url], capture_output=True, text=True, check=True, timeout=120
    )
    subprocess.run([BROWSER, *flags, f"--screenshot={shot}", url], capture_output=True, check=True, timeout=120)
    found = re.search(r'<pre id="probe">(.*?)</pre>', dumped.stdout, re.DOTALL)
    assert found, dumped.stdout[-500:]
    return json.loads(unescape(found[1])), dumped.stderr, shot


@needs_browser
@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("locale", LOCALES)
def test_the_page_reads_well(figures: Figures, tmp_path: Path, locale: str, width: int) -> None:
    """No console error, no horizontal scroll, every chart drawn, no text cut or outside its chart."""
    found, console, shot = look(render_page(figures, locale=locale), tmp_path, width)
    assert (found["errors"], "CONSOLE" in console) == ([], False)
    assert found["content"] <= found["width"]
    assert (found["cut"], found["outside"]) == ([], [])
    assert found["drawn"] == found["charts"] >= 5
    assert found["smallest"] >= 7.5
    assert shot.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert shot.stat().st_size > 20_000


@pytest.mark.parametrize("locale", LOCALES)
def test_the_page_loads_nothing(figures: Figures, locale: str) -> None:
    """The page is self-contained: no address, no script, no font from elsewhere."""
    page = render_page(figures, locale=locale)
    assert not re.search(r"https?://|<script|@import|url\(", page)


def test_a_book_without_anything_has_a_page(tmp_path: Path) -> None:
    """Nothing to show is said, not drawn."""
    with open_sandbox(f"sqlite:///{tmp_path / 'book.db'}", create=True) as sandbox:
        sandbox.renewals.save(Customer("c1", "Ada"))
        empty = read_figures(sandbox.storage, BOOK, on=date(2024, 1, 1))
    assert "Nothing to show." in render_page(empty, locale="en")


def test_what_others_wrote_is_escaped(figures: Figures) -> None:
    """A payment id from outside cannot become markup."""
    import attrs

    loud = attrs.evolve(figures, excess=(("inv", "<script>alert(1)</script>", "USD 1.00"),))
    assert "<script>" not in render_page(loud, locale="en")
