"""What drivers complain about, as `StorageError` with a remedy; nothing of SQLAlchemy leaves the adapter.

The driver's own words are kept in the message; addresses and passwords are not part of them.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.exc import DBAPIError, IntegrityError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from renewkit.errors import StorageError

__all__ = ["is_race", "translated"]

# A fragment of the driver's words or its SQLSTATE, what was expected, what to do.
_COMPLAINTS: Final = (
    (
        ("database is locked", "55P03", "57014"),
        "the database to be free in time",
        "try again; look for a writer that holds it",
    ),
    (
        ("readonly database", "25006"),
        "a database that takes writes",
        "check the rights of the file, its folder and the role",
    ),
    (("is full", "53100", "no space left"), "room on the medium", "free some space; nothing of the call was written"),
    (
        ("no such table", "no such column", "42P01", "42703"),
        "the tables of renewkit",
        "open the storage again to create them",
    ),
    (
        ("unable to open", "disk i/o error"),
        "a file that can be opened",
        "check that its folder exists, may be written and has room",
    ),
    (("not a database", "malformed"), "an intact SQLite database", "check the path, or restore the file from a backup"),
    (
        ("28P01", "28000", "password", "authentication"),
        "a role that may connect",
        "check user, password and pg_hba.conf",
    ),
    (
        ("refused", "could not connect", "connection failed", "timeout", "closed", "terminat"),
        "a server that answers",
        "check address and server",
    ),
)
_RACES: Final = frozenset({"23505", "40001", "40P01"})
"""Unique violation, serialisation failure and deadlock: another writer was first, and a second look settles it."""


def translated(error: SQLAlchemyError | OSError) -> StorageError:
    """Return the error with what was expected and what to do."""
    if isinstance(error, PoolTimeoutError):
        return StorageError(
            "a free connection", "none within the pool's time-out", "widen the pool, or use fewer threads"
        )
    if isinstance(error, NoSuchModuleError):
        return StorageError("a dialect that is installed", str(error), "install renewkit[postgres], or use SQLite")
    words = _words(error)
    searched = f"{_state(error)} {words}".lower()
    for fragments, expected, remedy in _COMPLAINTS:
        if any(fragment.lower() in searched for fragment in fragments):
            return StorageError(expected, words, remedy)
    return StorageError(
        "the database to carry out the call", words, "nothing of it was written; see the driver's words"
    )


def is_race(error: DBAPIError) -> bool:
    """Whether another writer was first, so that looking again settles it."""
    return isinstance(error, IntegrityError) or _state(error) in _RACES


def _words(error: SQLAlchemyError | OSError) -> str:
    source = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return " ".join(str(source).split()) or type(source).__name__


def _state(error: SQLAlchemyError | OSError) -> str:
    return str(getattr(getattr(error, "orig", None), "sqlstate", None) or "")
