"""Questions about many keys at once, written as SQL once and handed to the driver as they are.

A batch asks a dozen small questions; building and compiling each anew would cost more than answering it. The keys go
in as one parameter, so the text of a question never depends on how many there are.
"""

from __future__ import annotations

import json
from collections import namedtuple
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Column, Connection

__all__ = ["Question"]


@attrs.frozen
class Question:
    """Which columns of the rows of one book whose key column is one of the keys.

    `only` is a further condition and `order` the columns to sort by, both in SQL that every dialect reads; `locks`
    keeps the rows from other writers where the database locks rows.
    """

    columns: tuple[Column[Any], ...]
    by: Column[str]
    only: str = attrs.field(default="", kw_only=True)
    order: tuple[Column[Any], ...] = attrs.field(default=(), kw_only=True)
    locks: bool = attrs.field(default=False, kw_only=True)
    _sql: dict[str, str] = attrs.field(factory=dict, init=False, repr=False, eq=False)
    _row: Callable[[Iterable[Any]], Any] = attrs.field(
        default=attrs.Factory(lambda self: _row_of(self.columns), takes_self=True), init=False, repr=False, eq=False
    )

    def ask(self, conn: Connection, book: str, keys: Iterable[str]) -> list[Any]:
        """Return the rows as named tuples; nothing is asked for no keys."""
        wanted = list(keys)
        if not wanted:
            return []
        name = conn.dialect.name
        sql = self._sql.get(name) or self._sql.setdefault(name, self._written(name))
        cursor = conn.connection.cursor()
        cursor.execute(sql, (book, wanted if name == "postgresql" else json.dumps(wanted)))
        return list(map(self._row, cursor.fetchall()))

    def _written(self, dialect: str) -> str:
        is_postgres = dialect == "postgresql"
        mark, among = ("%s", "= ANY(%s)") if is_postgres else ("?", "IN (SELECT value FROM json_each(?))")
        parts = [
            f"SELECT {', '.join(column.name for column in self.columns)} FROM {self.by.table.name}",  # noqa: S608  our own names
            f"WHERE book = {mark} AND {self.by.name} {among}",
            f"AND {self.only}" if self.only else "",
            f"ORDER BY {', '.join(column.name for column in self.order)}" if self.order else "",
            "FOR UPDATE" if self.locks and is_postgres else "",
        ]
        return " ".join(part for part in parts if part)


def _row_of(columns: tuple[Column[Any], ...]) -> Callable[[Iterable[Any]], Any]:
    # Looked at as Any, because the field names are known only here.
    make: Any = namedtuple  # noqa: PYI024  its fields are data, and typing.NamedTuple wants types
    return cast("Callable[[Iterable[Any]], Any]", make("Row", [column.name for column in columns])._make)
