"""The report: one self-contained page of figures and charts, in the reader's language.

`figures` reads the book, `page` writes it down, `charts` draws, `texts` speaks. Nothing is loaded from the network.
"""

from renewkit.cli.report.figures import Figures, read_figures
from renewkit.cli.report.page import render_page, write_page

__all__ = ["Figures", "read_figures", "render_page", "write_page"]
