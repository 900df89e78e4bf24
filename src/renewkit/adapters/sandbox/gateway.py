"""The sandbox gateway and its book: one SQLite file, one commit per charge, independent of the host's database."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Final

import attrs
import pendulum
from moneyed import Money

from renewkit.adapters.sandbox.script import read_script
from renewkit.effects.outcome import Declined, Paid, PaymentReceipt, Unknown
from renewkit.errors import IdempotencyMismatchError, RangeError, StorageError
from renewkit.ports.payment import PaymentCapabilities
from renewkit.values.decline import classify
from renewkit.values.ids import content_key
from renewkit.values.moments import instant
from renewkit.values.money import from_minor, money_in, to_minor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from renewkit.adapters.sandbox.script import Script
    from renewkit.effects.effect import Charge
    from renewkit.effects.outcome import ChargeOutcome
    from renewkit.ports.clock import Clock

__all__ = ["Capture", "SandboxGateway"]

_LAYOUT: Final = """
CREATE TABLE IF NOT EXISTS charge (
    key         TEXT PRIMARY KEY,   -- idempotency key
    invoice     TEXT NOT NULL,
    customer    TEXT NOT NULL,
    instrument  TEXT NOT NULL,      -- hash of the instrument's id, never the id
    minor       INTEGER NOT NULL,   -- amount in minor units
    currency    TEXT NOT NULL,      -- ISO 4217
    receipt     TEXT,               -- there where the charge was paid
    code        TEXT,               -- there where it was declined
    at          TEXT NOT NULL       -- instant, ISO 8601 in UTC
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS charge_by_instrument ON charge (instrument, customer, invoice);
CREATE TABLE IF NOT EXISTS lost (key TEXT PRIMARY KEY) WITHOUT ROWID;  -- requests that never arrived
"""
_LARGEST: Final = 2**63 - 1
_WAIT_SECONDS: Final = 30.0
_COLUMNS: Final = "key, invoice, customer, minor, currency, receipt, code, at"


@attrs.frozen
class Capture:
    """Money that the sandbox took."""

    receipt: str
    amount: Money = attrs.field(converter=money_in)
    key: str = attrs.field(kw_only=True)
    invoice_id: str = attrs.field(kw_only=True)
    customer_id: str = attrs.field(kw_only=True)
    at: pendulum.DateTime = attrs.field(kw_only=True, converter=instant)


@attrs.frozen
class _Row:
    """One decided charge of the book."""

    key: str
    invoice: str
    customer: str
    minor: int
    currency: str
    receipt: str | None
    code: str | None
    at: str

    @property
    def amount(self) -> Money:
        return from_minor(self.minor, self.currency)

    @property
    def moment(self) -> pendulum.DateTime:
        return instant(datetime.fromisoformat(self.at))

    def outcome(self) -> Paid | Declined:
        if self.receipt is not None:
            return Paid(PaymentReceipt(self.receipt, self.amount, at=self.moment))
        assert self.code is not None
        return Declined(classify("stripe", self.code), self.moment)

    def refuse_other(self, charge: Charge) -> None:
        asked = (charge.amount, charge.invoice_id, charge.customer_id)
        if asked != (self.amount, self.invoice, self.customer):
            expected = f"{_words(self.amount)} for {self.invoice} of {self.customer} under key {self.key}"
            got = f"{_words(charge.amount)} for {charge.invoice_id} of {charge.customer_id}"
            raise IdempotencyMismatchError(expected, got, "give another charge another key")


class SandboxGateway:
    """A gateway whose instruments say what happens (`renewkit.adapters.sandbox.script`).

    `path` is the file of its book; a killed process loses nothing that was booked, and several processes may share it.
    A `clock` tells when an outage is over; without one `charge.at` is the time. Nothing reads the machine's clock.
    Raises `StorageError` where the file cannot be opened. A charge raises `ConfigurationError` for an instrument that
    is not the sandbox's, and `RangeError` for an amount that is not positive.
    """

    def __init__(self, path: str | Path, *, clock: Clock | None = None) -> None:
        """Open the book, or begin it."""
        self._clock = clock
        self._lock = Lock()
        try:
            self._book = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False)
            self._book.execute("PRAGMA journal_mode = WAL")
            self._book.execute("PRAGMA synchronous = NORMAL")
            self._book.execute("PRAGMA wal_autocheckpoint = 4000")
            self._book.executescript(_LAYOUT)
        except sqlite3.Error as error:
            remedy = "name a file in a folder that exists"
            raise StorageError("a file for the sandbox's book", str(error), remedy) from None

    @property
    def capabilities(self) -> PaymentCapabilities:
        """It pulls, tells what became of a key, and never forgets one."""
        return PaymentCapabilities(name="sandbox", pull=True, lookup=True, idempotency_window=None)

    def charge(self, charge: Charge) -> ChargeOutcome:
        """Take the amount once per key, or do what the instrument's script says."""
        script = read_script(charge.instrument.id)
        minor = _chargeable(charge.amount)
        if script.is_out(self._now(charge)):
            return Unknown(charge.key)
        try:
            with self._transaction():
                known = self._find(charge.key)
                row = known or self._decide(charge, script, minor)
        except sqlite3.Error:
            return Unknown(charge.key)
        return self._answer(charge, script, row, is_first=known is None)

    def lookup(self, charge: Charge) -> ChargeOutcome | None:
        """Return what became of the charge with this key, None where no request with it has arrived."""
        if read_script(charge.instrument.id).is_out(self._now(charge)):
            return Unknown(charge.key)
        try:
            with self._lock:
                row = self._find(charge.key)
        except sqlite3.Error:
            return Unknown(charge.key)
        return None if row is None else row.outcome()

    def captures(self) -> tuple[Capture, ...]:
        """Return everything that was taken, in order of time and key."""
        with self._lock:
            rows = self._book.execute(f"SELECT {_COLUMNS} FROM charge WHERE receipt IS NOT NULL ORDER BY at, key")  # noqa: S608  our own columns
            return tuple(_capture(_Row(*row)) for row in rows)

    def close(self) -> None:
        """Close the book; closing twice is harmless."""
        with self._lock:
            self._book.close()

    def _answer(self, charge: Charge, script: Script, row: _Row | None, *, is_first: bool) -> ChargeOutcome:
        if row is None or (is_first and script.loses == "answer"):
            return Unknown(charge.key)
        row.refuse_other(charge)
        return row.outcome()

    def _decide(self, charge: Charge, script: Script, minor: int) -> _Row | None:
        if script.loses == "request":
            lost = self._book.execute("INSERT INTO lost VALUES (?) ON CONFLICT DO NOTHING", (charge.key,))
            if lost.rowcount:
                return None
        instrument = content_key("ins", charge.instrument.id)
        code = script.code_at(self._position(charge, script, instrument))
        receipt = content_key("sbx", charge.key) if code is None else None
        at = _utc(self._now(charge) if script.outage else charge.at)
        asked = charge.amount.currency.code
        row = _Row(charge.key, charge.invoice_id, charge.customer_id, minor, asked, receipt, code, at)
        self._book.execute(
            f"INSERT INTO charge ({_COLUMNS}, instrument) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608  our own columns
            (*attrs.astuple(row), instrument),
        )
        return row

    def _position(self, charge: Charge, script: Script, instrument: str) -> int:
        if script.declines is None or (script.times is None and not script.pays_first):
            return 0
        invoice = charge.invoice_id if script.is_per_invoice else None
        counted = self._book.execute(
            "SELECT count(*) FROM charge WHERE instrument = ? AND customer = ? AND (? IS NULL OR invoice = ?)",
            (instrument, charge.customer_id, invoice, invoice),
        ).fetchone()
        return int(counted[0])

    def _find(self, key: str) -> _Row | None:
        found = self._book.execute(f"SELECT {_COLUMNS} FROM charge WHERE key = ?", (key,)).fetchone()  # noqa: S608  our own columns
        return None if found is None else _Row(*found)

    def _now(self, charge: Charge) -> pendulum.DateTime:
        return charge.at if self._clock is None else max(charge.at, self._clock.now())

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            self._book.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._book.execute("COMMIT")
            finally:
                if self._book.in_transaction:
                    self._book.execute("ROLLBACK")


def _chargeable(amount: Money) -> int:
    minor = to_minor(amount)
    if not 0 < minor <= _LARGEST:
        remedy = "charge what is open, and nothing where nothing is"
        raise RangeError(f"an amount of 1 to {_LARGEST} minor units", _words(amount), remedy)
    return minor


def _words(amount: Money) -> str:
    return f"{amount.currency.code} {amount.amount}"


def _utc(moment: pendulum.DateTime) -> str:
    return moment.in_timezone("UTC").isoformat()


def _capture(row: _Row) -> Capture:
    assert row.receipt is not None
    return Capture(
        row.receipt, row.amount, key=row.key, invoice_id=row.invoice, customer_id=row.customer, at=row.moment
    )
