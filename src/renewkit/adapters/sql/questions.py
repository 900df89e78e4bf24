"""Questions about many keys at once, written as SQL once and handed to the driver as they are.

A batch asks a dozen small questions; building and compiling each anew would cost more than answering it. The keys go
in as one parameter, so the text of a question never depends on how many there are.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Column, Connection, Row

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

    def ask(self, conn: Connection, book: str, keys: Iterable[str]) -> Sequence[Row[*tuple[Any, ...]]]:
        """Return the rows; nothing is asked for no keys."""
        wanted = list(keys)
        if not wanted:
            return ()
        name = conn.dialect.name
        sql = self._sql.get(name) or self._sql.setdefault(name, self._written(name))
        return conn.exec_driver_sql(sql, (book, wanted if name == "postgresql" else json.dumps(wanted))).all()

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
