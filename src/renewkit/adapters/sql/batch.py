"""A batch of accepted commits, written with one statement per table.

Invoice numbers are handed out last, after all other locks are held, because every writer of a book waits for them.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

import attrs
from sqlalchemy import Table, bindparam, text, update
from sqlalchemy.dialects import postgresql, sqlite

from renewkit.adapters.sql import schema
from renewkit.adapters.sql.drafts import invoice_row, payment_rows, waits_for_number
from renewkit.adapters.sql.judge import accept, refusal
from renewkit.adapters.sql.statements import Mode
from renewkit.adapters.sql.view import look
from renewkit.books.invoice import legal_number
from renewkit.effects.commit import Conflict, Receipt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from renewkit.adapters.sql.documents import Documents
    from renewkit.adapters.sql.drafts import Draft
    from renewkit.adapters.sql.statements import Statements
    from renewkit.adapters.sql.view import View

__all__ = ["write"]

_Row = dict[str, Any]
_Key = tuple[str, ...]

_RECORD: Final = (
    update(schema.outbox)
    .where(schema.outbox.c.book == bindparam("of"), schema.outbox.c.key == bindparam("named"))
    .values(status="done", outcome=bindparam("said"))
)
_QUEUE: Final = text("SELECT pg_advisory_xact_lock(hashtextextended(:book, 0))")


def write(
    conn: Connection, statements: Statements, documents: Documents, drafts: Sequence[Draft]
) -> tuple[Receipt | Conflict, ...]:
    """Judge the commits in order, write those that may be written, and answer each."""
    books = sorted({draft.commit.book for draft in drafts})
    views = {book: look(conn, book, [draft for draft in drafts if draft.commit.book == book]) for book in books}
    batch = _Batch(conn, statements, documents)
    answers: list[Draft | Conflict] = []
    for draft in drafts:
        view = views[draft.commit.book]
        refused = refusal(view, draft)
        if refused is None:
            batch.add(view, draft)
        answers.append(refused or draft)
    batch.write()
    numbers = batch.finish(views)
    return tuple(
        answer
        if isinstance(answer, Conflict)
        else Receipt(answer.commit.customer_id, answer.commit.version + 1, numbers[id(answer)])
        for answer in answers
    )


@attrs.define
class _Batch:
    """The rows of accepted commits by table; of rows with the same key the last one counts.

    Rows that nobody had written when the batch looked are inserted and nothing else: should another writer have been
    quicker, the database says so, and the batch looks again.
    """

    conn: Connection
    statements: Statements
    documents: Documents
    fresh: dict[Table, dict[_Key, _Row]] = attrs.Factory(lambda: defaultdict(dict))
    known: dict[Table, dict[_Key, _Row]] = attrs.Factory(lambda: defaultdict(dict))
    outcomes: list[_Row] = attrs.Factory(list)
    accepted: list[Draft] = attrs.Factory(list)

    def add(self, view: View, draft: Draft) -> None:
        """Accept a commit."""
        book, commit = view.book, draft.commit
        owner = commit.customer_id
        is_known = owner in view.places
        for row in draft.subscriptions:
            self._put(schema.subscriptions, (book, row["id"]), row, is_known=row["id"] in view.subscriptions)
        for bill in commit.invoices:
            for line in bill.lines:
                if line.id not in view.items:
                    self.fresh[schema.items][book, line.id] = {"book": book, "id": line.id, "invoice_id": bill.id}
        new = accept(view, draft)
        if draft.customer is not None:
            self._put(schema.customers, (book, owner), draft.customer, is_known=is_known)
        place = {"book": book, "customer_id": owner, **attrs.asdict(view.place(owner))}
        self._put(schema.agenda, (book, owner), place, is_known=is_known)
        for row in draft.effects:
            if row["key"] in new:
                self.fresh[schema.outbox].setdefault((book, row["key"]), row)
        for news in commit.inbox:
            self.fresh[schema.inbox][book, news] = {"book": book, "id": news}
        self.outcomes += ({"of": book, "named": key, "said": doc} for key, doc in draft.outcomes)
        self.accepted.append(draft)

    def write(self) -> None:
        """Write everything but what waits for the end of the queue."""
        for table in (schema.agenda, schema.customers, schema.subscriptions, schema.items, schema.inbox, schema.outbox):
            self._write(table)
        if self.outcomes:
            self.conn.execute(_RECORD, self.outcomes)

    def finish(self, views: dict[str, View]) -> dict[int, tuple[tuple[str, str], ...]]:
        """Queue up with the other writers of the books, then write invoices and facts; return the numbers by draft."""
        facts = [row for draft in self.accepted for row in draft.facts]
        if facts and self.conn.dialect.name == "postgresql":
            # Positions must become visible in order, or a reader that goes on after the last one would miss some.
            for book in sorted(views):
                self.conn.execute(_QUEUE, {"book": f"renewkit {book}"})
        self._hand_out(views)
        given = {id(draft): self._bill(views[draft.commit.book], draft) for draft in self.accepted}
        self._write(schema.invoices)
        self.statements.insert(self.conn, schema.payments, self.fresh[schema.payments].values(), Mode.KEEP)
        self.statements.insert(self.conn, schema.facts, facts)
        return given

    def _hand_out(self, views: dict[str, View]) -> None:
        waiting: dict[tuple[str, int], dict[str, None]] = defaultdict(dict)
        for draft in self.accepted:
            book = draft.commit.book
            for bill in draft.commit.invoices:
                if waits_for_number(bill) and bill.id not in views[book].numbers:
                    waiting[book, bill.issued_on.year][bill.id] = None
        for (book, year), ids in sorted(waiting.items()):
            last = _next_numbers(self.conn, book, year, len(ids))
            for place, key in enumerate(ids, last - len(ids) + 1):
                views[book].numbers[key] = legal_number(book, year, place)

    def _bill(self, view: View, draft: Draft) -> tuple[tuple[str, str], ...]:
        given: dict[str, str] = {}
        for bill, ready in zip(draft.commit.invoices, draft.invoices, strict=True):
            row = ready
            if row is None:
                given[bill.id] = view.numbers[bill.id]
                row = invoice_row(view.book, attrs.evolve(bill, number=given[bill.id]), self.documents)
            self._put(schema.invoices, (view.book, bill.id), row, is_known=bill.id in view.stored_invoices)
            for payment in payment_rows(view.book, bill):
                self.fresh[schema.payments][view.book, bill.id, payment["id"], payment["use"]] = payment
        return tuple(given.items())

    def _put(self, table: Table, key: _Key, row: _Row, *, is_known: bool) -> None:
        fresh = self.fresh[table]
        (fresh if key in fresh or not is_known else self.known[table])[key] = row

    def _write(self, table: Table) -> None:
        self.statements.insert(self.conn, table, self.fresh[table].values())
        self.statements.insert(self.conn, table, self.known[table].values(), Mode.REPLACE)


def _next_numbers(conn: Connection, book: str, year: int, count: int) -> int:
    """Take `count` places of a series and return the last; its row stays locked until the transaction ends."""
    make: Any = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    series = schema.numbers
    taken = make(series).values(book=book, seller=book, year=year, last=count)
    keys = [column.name for column in series.primary_key]
    moved = taken.on_conflict_do_update(index_elements=keys, set_={"last": series.c.last + taken.excluded.last})
    last: int = conn.execute(moved.returning(series.c.last)).scalar_one()
    return last
