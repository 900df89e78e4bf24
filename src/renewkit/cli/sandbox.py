"""Sandboxes: a database with a virtual clock, a sandbox gateway and a mail folder recorded in it.

The command line works on sandboxes only. A database that it creates is marked as one; one that an application made is
not, and is refused before anything is written, because the sandbox gateway would "charge" real customers.
"""

from __future__ import annotations

import json
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs
import pendulum
from sqlalchemy import create_engine, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from renewkit.adapters.clock import VirtualClock
from renewkit.adapters.mail import MailFolder, Sender
from renewkit.adapters.sandbox import SandboxGateway
from renewkit.adapters.sql import SqlStorage, schema
from renewkit.adapters.sql.errors import translated
from renewkit.cli.lock import held
from renewkit.errors import ConfigurationError
from renewkit.ports.storage import CustomersOf, StoredFact, SubscriptionsOf
from renewkit.renewals import Renewals
from renewkit.values.moments import instant

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["BOOK", "NOON", "Sandbox", "open_sandbox"]

BOOK: Final = "default"
NOON: Final = time(12)
"""At noon UTC it is the same civil day from -12:00 to +11:59, so one tick a day serves nearly the whole world."""

_MARK: Final = "sandbox"
_CLOCK: Final = "clock"
_START: Final = "start"
_PAGE: Final = 5_000
_ACCOUNT: Final = ("Example Renewals Ltd", "IBAN GB33 BUKB 2020 1555 5555 55")
_NAMES: Final = {
    "de": {
        "seats": "Lizenzen",
        "streaming plan": "Streaming-Abo",
        "motor policy": "Kfz-Versicherung",
        "home policy": "Hausratversicherung",
        "health policy": "Krankenversicherung",
    },
    "zh_TW": {
        "seats": "席位",
        "streaming plan": "影音方案",
        "motor policy": "汽車保險",
        "home policy": "住宅保險",
        "health policy": "健康保險",
    },
}
"""What the items of the demo are called where customers do not read English."""


@attrs.frozen(kw_only=True)
class Sandbox:
    """An open sandbox: storage, gateway and renewals under one virtual clock."""

    storage: SqlStorage
    gateway: SandboxGateway
    renewals: Renewals
    clock: VirtualClock
    mails: Path

    @property
    def today(self) -> date:
        """The virtual day."""
        return self.clock.now().date()

    @property
    def last_day(self) -> date | None:
        """The last virtual day that has been worked off to its end; None before the first."""
        text = self.storage.noted(_CLOCK)
        return None if text is None else date.fromisoformat(text)

    @property
    def started_on(self) -> date | None:
        """The virtual day that a run was last told to start on; None where none was."""
        text = self.storage.noted(_START)
        return None if text is None else date.fromisoformat(text)

    def start(self, day: date) -> None:
        """Remember the day that a run is told to start on."""
        self.storage.note(_START, day.isoformat())

    def begin(self, day: date) -> pendulum.DateTime:
        """Move the clock to noon of a day."""
        return self.clock.move_to(datetime.combine(day, NOON, tzinfo=UTC))

    def finish(self, day: date) -> None:
        """Remember that a day has been worked off."""
        self.storage.note(_CLOCK, day.isoformat())

    def first_day(self) -> date | None:
        """Return the day on which the first invoice of the book may open; None for an empty book."""
        contracts = self.storage.load(SubscriptionsOf(BOOK))
        return min((sub.starts_on.subtract(days=sub.terms.lead_days) for sub in contracts), default=None)

    def names(self) -> dict[str, str]:
        """Return the customers' names by id."""
        return {customer.id: customer.name for customer in self.storage.load(CustomersOf(BOOK))}

    def all_facts(self) -> Iterator[StoredFact]:
        """Yield the whole audit trail in order."""
        after = 0
        while page := self.storage.facts(BOOK, after, _PAGE):
            yield from page
            after = page[-1].position


@contextmanager
def open_sandbox(url: str, *, create: bool, writes: bool = True) -> Iterator[Sandbox]:
    """Open the sandbox that a database URL names, and close it afterwards.

    `create` makes and marks a database that is not there yet; with `writes` no other command that writes can open it
    meanwhile. Raises `ConfigurationError` for a database that is not marked as a sandbox, before anything is written to
    it, and `StorageError` where it cannot be opened or another command is at work.
    """
    folder, stem = _place(url, create=create)
    _look(url, create=create)
    with (
        held(folder / f".{stem}.lock") if writes else nullcontext(),
        _opened(url, folder, stem, create=create) as sandbox,
    ):
        yield sandbox


@contextmanager
def _opened(url: str, folder: Path, stem: str, *, create: bool) -> Iterator[Sandbox]:
    storage = SqlStorage(url)
    try:
        marks = _marks(storage, stem, create=create)
        mails = folder / marks["mails"]
        clock = VirtualClock(instant(datetime(1970, 1, 1, tzinfo=UTC)))
        gateway = SandboxGateway(folder / marks["gateway"], clock=clock)
        writer = Sender.read(marks["sender"])
        sender = Sender(writer.address, writer.name, account=_ACCOUNT)
        messenger = MailFolder(mails, sender=sender, names=_NAMES)
        renewals = Renewals(
            storage=storage, payments=gateway, messaging=messenger, clock=clock, book=BOOK, worker="renewkit-run"
        )
        sandbox = Sandbox(storage=storage, gateway=gateway, renewals=renewals, clock=clock, mails=mails)
        if sandbox.last_day is not None:
            sandbox.begin(sandbox.last_day)
        try:
            yield sandbox
        finally:
            gateway.close()
    finally:
        storage.close()


def _place(url: str, *, create: bool) -> tuple[Path, str]:
    """Return the folder of the gateway's book and the mails, beside the database, and the name they share."""
    try:
        database = make_url(url).database
    except SQLAlchemyError:
        # The text is not repeated, as it may hold a password.
        raise ConfigurationError("a database URL", "one that does not read", "write sqlite:///book.db") from None
    if not make_url(url).drivername.startswith("sqlite"):
        return Path.cwd(), database or "renewkit"
    if not database or database == ":memory:":
        raise ConfigurationError("a database file", url, "write sqlite:///book.db; a sandbox must outlive the command")
    file = Path(database)
    if not create and not file.exists():
        raise ConfigurationError("a database that exists", str(file), "import contracts into it first")
    return file.resolve().parent, file.stem


def _look(url: str, *, create: bool) -> None:
    """Refuse a SQLite file that is no sandbox while it is still as it was found."""
    place = make_url(url)
    if not place.drivername.startswith("sqlite") or (create and not Path(place.database or "").exists()):
        return
    engine = create_engine(place)
    try:
        with engine.connect() as conn:
            tables = set(inspect(conn).get_table_names())
            marks = select(schema.meta.c.value).where(schema.meta.c.key == f"note.{_MARK}")
            is_marked = schema.meta.name in tables and conn.execute(marks).first() is not None
    except SQLAlchemyError as error:
        raise translated(error) from None
    finally:
        engine.dispose()
    if not is_marked and (not create or tables - schema.METADATA.tables.keys() - {"sqlite_sequence"}):
        raise _unmarked()


def _unmarked() -> ConfigurationError:
    remedy = "the command line works only on what `renewkit import contracts` or `renewkit demo` has created"
    return ConfigurationError("a database that is marked as a sandbox", "one that is not", remedy)


def _marks(storage: SqlStorage, stem: str, *, create: bool) -> dict[str, str]:
    known = storage.noted(_MARK)
    if known is not None:
        return dict(json.loads(known))
    if not create or storage.load(CustomersOf(BOOK)):
        raise _unmarked()
    marks = {"gateway": f"{stem}.gateway.db", "mails": f"{stem}.mails", "sender": "Renewals <billing@example.com>"}
    storage.note(_MARK, json.dumps(marks))
    return marks
