"""Reading files from the world: line numbers, encodings, quotes, and the file of rejected rows."""

from pathlib import Path

import pytest

from renewkit.cli.csv_file import BadField, HeaderError, Row, civil_day, read_rows, whole_number, write_rejected
from renewkit.values.money import money


def written(folder: Path, text: str) -> Path:
    """Write a file."""
    file = folder / "f.csv"
    file.write_text(text, "utf-8", newline="")
    return file


def test_a_row_knows_the_line_it_starts_on(tmp_path: Path) -> None:
    """Cells that hold line breaks, and empty lines, do not shift the numbers."""
    rows, _ = read_rows(written(tmp_path, 'a,b\n1,"x\ny"\n\n2,z\n'), ("a",))
    assert [2, 5] == [row.line for row in rows]


def test_a_mark_at_the_start_and_blanks_around_names_do_not_matter(tmp_path: Path) -> None:
    """Files from spreadsheets start with a byte order mark, end lines with CR LF, and write names in capitals."""
    rows, rejected = read_rows(written(tmp_path, "\ufeffA , B\r\n 1 ,x\r\n"), ("a",), ("b",))
    assert [{"a": "1", "b": "x"}] == [dict(row.cells) for row in rows]
    assert [] == rejected


def test_columns_that_nobody_asked_for_are_left_alone(tmp_path: Path) -> None:
    """A file may hold more than is read."""
    rows, rejected = read_rows(written(tmp_path, "a,comment\n1,\n"), ("a",))
    assert (1, 0) == (len(rows), len(rejected))


def test_a_row_with_too_many_cells_loses_none_of_them(tmp_path: Path) -> None:
    """The file of rejected rows holds the extra cells too."""
    file = written(tmp_path, "a,b\n1,2,3\n")
    _, rejected = read_rows(file, ("a",))
    target = write_rejected(file, rejected)
    assert target is not None
    header, row = target.read_text("utf-8").splitlines()
    assert "a,b,(cell 3),line,field,value,expected,remedy" == header
    assert row.startswith("1,2,3,2,(row),")


def test_a_draft_does_not_stay_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the file of rejected rows cannot be put in its place, nothing of it is left."""
    file = written(tmp_path, "a\n1,2\n")
    _, rejected = read_rows(file, ("a",))

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write_rejected(file, rejected)
    assert ["f.csv"] == [path.name for path in tmp_path.iterdir()]


def test_a_repeated_id_names_the_line_of_the_first(tmp_path: Path) -> None:
    """The second row with an id is rejected and told where the first one is."""
    _, (rejected,) = read_rows(written(tmp_path, "a\n1\n1\n"), ("a",), unique="a")
    assert "line 3, a: expected an id that is not on line 2 already" in str(rejected)


@pytest.mark.parametrize("text", ["", "b\n1\n", "a,a\n1,2\n"])
def test_a_header_that_does_not_fit_is_refused(tmp_path: Path, text: str) -> None:
    """A file without the required columns, or with one of them twice, is not read at all."""
    with pytest.raises(HeaderError):
        read_rows(written(tmp_path, text), ("a",))


def test_an_error_for_programmers_is_said_to_operators() -> None:
    """A number that does not read is called a number, not a Decimal or a Fraction."""
    with pytest.raises(BadField) as bad:
        Row(2, {"price": "ten"}).read("price", lambda text: money(text, "USD"))
    assert "a number" == bad.value.rejected.expected


@pytest.mark.parametrize("text", ["", "2024-02-30", "31.01.2024", "2024-13-01"])
def test_a_day_that_is_none_is_refused(text: str) -> None:
    """The message shows how a day is written."""
    with pytest.raises(ValueError, match="a calendar day such as 2024-01-31"):
        civil_day(text)


@pytest.mark.parametrize("text", ["", "-1", "1.0", "٣", "x"])
def test_a_number_that_is_not_whole_is_refused(text: str) -> None:
    """Only plain digits are a whole number."""
    with pytest.raises(ValueError, match="a whole number"):
        whole_number(text)
