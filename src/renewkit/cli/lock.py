"""The lock of a sandbox: only one command that writes is at work, because two would run the same days at once.

It is an exclusive transaction on an empty SQLite file beside the database: every operating system knows that lock and
takes it back when its holder is killed. The file stays where it is, because removing it would let two hold the lock.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from renewkit.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["held"]


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock while the block runs; `StorageError` where another process holds it or the file cannot be made."""
    try:
        file = sqlite3.connect(path, timeout=0, isolation_level=None)
    except sqlite3.Error as error:
        raise _unusable(path, error) from None
    with closing(file):
        try:
            file.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            if "locked" in str(error):
                remedy = "wait until it has ended, then run this one again"
                raise StorageError("no other command at work on this sandbox", "one that is running", remedy) from None
            raise _unusable(path, error) from None
        yield


def _unusable(path: Path, error: sqlite3.Error) -> StorageError:
    remedy = "check that the folder exists, may be written and has room"
    return StorageError(f"to keep the lock file {path}", str(error), remedy)
