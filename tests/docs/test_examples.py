"""Every example runs: those of the docs and the README page by page, those of docstrings module by module.

On a page, the fenced `python` and `pycon` blocks run from top to bottom in one namespace, as a reader would type them.
A block that needs a system of the reader's own is preceded by `<!-- not run: reason -->`.
"""

import doctest
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from textwrap import dedent

import pytest

from shared import ROOT

FLAGS = doctest.ELLIPSIS | doctest.REPORT_NDIFF
FENCE = re.compile(
    r"(?P<note><!-- not run: (?P<reason>.+?) -->\s*\n)?"
    r"^(?P<indent>[ ]*)```[ ]*(?P<language>python|pycon|py)\b[^\n]*\n(?P<body>.*?)^(?P=indent)```[ ]*$",
    re.MULTILINE | re.DOTALL,
)
PAGES = [page for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))] if page.is_file()]
MODULES = sorted(
    ".".join(path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "src" / "renewkit").rglob("*.py")
    if path.name != "__main__.py"
)


def blocks(text: str) -> Iterator[tuple[int, str]]:
    """Yield the line number and the source of each block that is meant to run."""
    for match in FENCE.finditer(text):
        if not match["reason"]:
            yield text.count("\n", 0, match.start("body")), dedent(match["body"])


def run(examples: doctest.DocTest, printed: list[str]) -> None:
    """Run the examples of one docstring or block; what fails is written to `printed`."""
    doctest.DocTestRunner(optionflags=FLAGS, verbose=False).run(examples, out=printed.append, clear_globs=False)


def run_block(source: str, line: int, names: dict[str, object], page: str) -> list[str]:
    """Run one block, as a session where it shows prompts and as a program where it does not."""
    printed: list[str] = []
    if ">>>" in source:
        session = doctest.DocTestParser().get_doctest(source, names, page, page, line)
        run(session, printed)
        names.update(session.globs)  # a session runs in a copy; the next block goes on where it ended
    else:
        exec(compile("\n" * line + source, page, "exec"), names)  # noqa: S102  the docs are ours
    return printed


def run_page(text: str, page: str) -> list[str]:
    """Run a page from top to bottom and return what failed."""
    names: dict[str, object] = {"__name__": "__page__"}
    return [line for at, source in blocks(text) for line in run_block(source, at, names, page)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_page(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page shows is what a reader gets."""
    monkeypatch.chdir(tmp_path)
    failures = run_page(page.read_text("utf-8"), page.relative_to(ROOT).as_posix())
    assert not failures, "\n" + "".join(failures)


@pytest.mark.parametrize("name", MODULES)
def test_docstrings(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a docstring shows is what a caller gets."""
    monkeypatch.chdir(tmp_path)
    module = import_module(name)
    failures: list[str] = []
    for examples in doctest.DocTestFinder(exclude_empty=True).find(module, name):
        run(examples, failures)
    assert not failures, "\n" + "".join(failures)


def test_a_wrong_result_is_seen() -> None:
    """A page whose session shows a wrong result fails."""
    assert run_page("```pycon\n>>> 1 + 1\n3\n```\n", "page.md")


def test_a_program_without_prompts_runs() -> None:
    """A block without prompts runs as well, so that it cannot rot."""
    with pytest.raises(ZeroDivisionError):
        run_page("```python\n1 / 0\n```\n", "page.md")


def test_blocks_of_a_page_share_their_names() -> None:
    """A later block sees what an earlier one defined."""
    assert [] == run_page("```python\nx = 2\n```\n\ntext\n\n```pycon\n>>> x\n2\n```\n", "page.md")


def test_an_excused_block_does_not_run() -> None:
    """A block with a reason in front of it is shown and not run."""
    assert [] == run_page("<!-- not run: needs a broker -->\n```python\n1 / 0\n```\n", "page.md")


def test_a_block_inside_a_list_or_a_tab_runs() -> None:
    """An indented block runs, too."""
    with pytest.raises(ZeroDivisionError):
        run_page("1. step\n\n    ```python\n    1 / 0\n    ```\n", "page.md")
