"""Files that a command is told to read or write: text in UTF-8, written whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from renewkit.errors import ConfigurationError

__all__ = ["STDOUT", "check_writable", "read_text", "write_whole"]

STDOUT: Final = Path("-")
"""The name that stands for standard output."""


def read_text(path: Path) -> str:
    """Return what a text file holds; raises `ConfigurationError` for one that is not UTF-8."""
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        got = f"{path} with another byte at {error.start}"
        raise ConfigurationError("a text file in UTF-8", got, "save the file as UTF-8") from None


def check_writable(*paths: Path | None) -> None:
    """Raise `ConfigurationError` where a file cannot be written to, before the work is done."""
    for path in paths:
        if path is not None and (path.is_dir() or not path.absolute().parent.is_dir()):
            raise ConfigurationError(
                "a file in a folder that exists", str(path), "make the folder, or name another one"
            )


def write_whole(path: Path, text: str) -> None:
    """Write a text file, whole or not at all."""
    draft = path.with_name(f".{path.name}.part")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
