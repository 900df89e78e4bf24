"""Files that a command reads or writes."""

from pathlib import Path

import pytest

from renewkit.cli.files import check_writable, read_text, write_whole
from renewkit.errors import ConfigurationError


def test_a_mark_of_order_is_no_text(tmp_path: Path) -> None:
    """A file that an office program saved reads like any other."""
    (tmp_path / "a.json").write_bytes(b"\xef\xbb\xbf{}")
    assert "{}" == read_text(tmp_path / "a.json")


def test_another_encoding_is_refused(tmp_path: Path) -> None:
    """A file that is not UTF-8 is named, with the place."""
    (tmp_path / "a.json").write_bytes(b"{\xff}")
    with pytest.raises(ConfigurationError, match="at 1: save the file as UTF-8"):
        read_text(tmp_path / "a.json")


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    """What stood there before is replaced, and nothing else is left behind."""
    for text in ("one", "two"):
        write_whole(tmp_path / "a.txt", text)
    assert [("a.txt", "two")] == [(file.name, file.read_text("utf-8")) for file in tmp_path.iterdir()]


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    """A text that has no bytes leaves the old file as it was."""
    write_whole(tmp_path / "a.txt", "one")
    with pytest.raises(UnicodeEncodeError):
        write_whole(tmp_path / "a.txt", "\ud800")
    assert [("a.txt", "one")] == [(file.name, file.read_text("utf-8")) for file in tmp_path.iterdir()]


@pytest.mark.parametrize("name", [".", "absent/a.txt"])
def test_a_place_that_cannot_be_written_to_is_told_before_the_work(tmp_path: Path, name: str) -> None:
    """A folder in the file's place, or none around it, is an input error."""
    check_writable(None, tmp_path / "a.txt")
    with pytest.raises(ConfigurationError, match="a file in a folder that exists"):
        check_writable(tmp_path / name)
