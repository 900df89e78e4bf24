"""Rows by key."""

from __future__ import annotations

from renewkit.policies.reconcile.rows import Rows


def test_rows_are_kept_in_the_order_in_which_they_came() -> None:
    """A key has all its rows, in order, and one that is unknown has none."""
    rows: Rows[str] = Rows()
    for key, row in (("a", 3), ("b", 5), ("a", 1), ("a", 2)):
        rows.add(key, row)
    assert [[3, 1, 2], [5], []] == [list(rows.get(key)) for key in "abc"]


def test_a_row_that_comes_twice_counts_once() -> None:
    """The only row of a key stays the only one."""
    rows: Rows[str] = Rows()
    rows.add("a", 3)
    rows.add("a", 3)
    assert [("a", (3,))] == list(rows.items())


def test_keys_with_several_rows_can_be_asked_for() -> None:
    """Keys with one row are left out."""
    rows: Rows[int] = Rows()
    for key, row in ((1, 3), (2, 5), (1, 4)):
        rows.add(key, row)
    assert [(1, [3, 4])] == [(key, list(found)) for key, found in rows.several()]


def test_a_key_with_many_rows_keeps_them_in_order() -> None:
    """However many rows a key has, they come back in the order in which they came."""
    rows: Rows[str] = Rows()
    for row in range(100):
        rows.add("a", row)
    assert [*range(100)] == [*rows.get("a")]
