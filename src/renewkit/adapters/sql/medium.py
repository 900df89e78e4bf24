"""The database as a place where work is done whole: one transaction per piece of work, in the manner of each dialect.

SQLite takes its write lock at the start (`BEGIN IMMEDIATE`), so two writers queue instead of failing half-way.
PostgreSQL reads repeatably and writes under row locks. The isolation level is set on the connection in use, never on
the engine, which may be the host's own.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from renewkit.adapters.sql.errors import is_race, translated
from renewkit.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import URL, Connection

__all__ = ["Medium"]

_T = TypeVar("_T")

_ATTEMPTS: Final = 5
_PRAGMAS: Final = ("busy_timeout = 5000", "synchronous = NORMAL", "foreign_keys = ON", "wal_autocheckpoint = 4000")


class Medium:
    """An engine, whether it is ours to close, and how its dialect opens a transaction."""

    def __init__(self, place: Engine | str) -> None:
        """Take the host's engine as it is, or make one for a URL."""
        self.is_ours = not isinstance(place, Engine)
        self.engine = place if isinstance(place, Engine) else _engine(place)
        self.name = self.engine.dialect.name
        self._driver_error: type[Exception] = self.engine.dialect.loaded_dbapi.Error
        self.is_in_memory = self.name == "sqlite" and _is_in_memory(self.engine.url)
        if self.name not in {"sqlite", "postgresql"}:
            raise ConfigurationError("an engine for sqlite or postgresql", self.name, "use one of the two")

    def read(self, work: Callable[[Connection], _T]) -> _T:
        """Do the work in a transaction that sees one state throughout."""
        try:
            with self._transaction("BEGIN", "REPEATABLE READ") as conn:
                return work(conn)
        except SQLAlchemyError as error:
            raise translated(error) from error
        except self._driver_error as error:
            raise translated(self._wrapped(error)) from error

    def write(self, work: Callable[[Connection], _T]) -> _T:
        """Do the work whole or not at all; it is done anew where another writer was first."""
        for left in reversed(range(_ATTEMPTS)):
            try:
                with self._transaction("BEGIN IMMEDIATE", "READ COMMITTED") as conn:
                    return work(conn)
            except SQLAlchemyError as error:
                if not left or not (isinstance(error, DBAPIError) and is_race(error)):
                    raise translated(error) from error
            except self._driver_error as error:
                wrapped = self._wrapped(error)
                if not left or not is_race(wrapped):
                    raise translated(wrapped) from error
        raise AssertionError

    def _wrapped(self, error: Exception) -> DBAPIError:
        """Return an error of the driver, to which hot statements go directly, as SQLAlchemy would have raised it."""
        wrapped = DBAPIError.instance(None, None, error, self._driver_error, dialect=self.engine.dialect)
        assert isinstance(wrapped, DBAPIError)
        return wrapped

    def close(self) -> None:
        """Give an engine of ours back; the host's engine stays open."""
        if self.is_ours:
            self.engine.dispose()

    @contextmanager
    def _transaction(self, begin: str, isolation: Any) -> Iterator[Connection]:  # noqa: ANN401  SQLAlchemy's literals
        if self.name == "postgresql":
            with self.engine.connect().execution_options(isolation_level=isolation) as conn, conn.begin():
                yield conn
            return
        # The driver's own transactions begin late and would let a writer fail half-way, so they are switched off here.
        connected = self.engine.connect()
        with connected if self.is_ours else connected.execution_options(isolation_level="AUTOCOMMIT") as conn:
            cursor = conn.connection.cursor()
            cursor.execute(begin)
            try:
                yield conn
                cursor.execute("COMMIT")
            except BaseException:
                conn.connection.rollback()
                raise


def _engine(place: str) -> Engine:
    try:
        url = make_url(place)
    except ArgumentError:
        remedy = "write sqlite:///renewkit.db or postgresql+psycopg://user@host/database"
        raise ConfigurationError("a database URL", "one that does not read", remedy) from None
    if url.drivername in {"postgresql", "postgres"}:
        url = url.set(drivername="postgresql+psycopg")
    try:
        return _sqlite(url) if url.get_backend_name() == "sqlite" else create_engine(url)
    except SQLAlchemyError as error:
        raise translated(error) from error


def _is_in_memory(url: URL) -> bool:
    return not url.database or url.database == ":memory:" or "mode=memory" in url.database


def _sqlite(url: URL) -> Engine:
    # A database in memory lives as long as its one connection, which all threads share by taking turns.
    pool: dict[str, Any] = {"poolclass": QueuePool, "pool_size": 1, "max_overflow": 0} if _is_in_memory(url) else {}
    arguments = {"check_same_thread": False}
    engine = create_engine(url, connect_args=arguments, isolation_level="AUTOCOMMIT", **pool)
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _: object) -> None:  # noqa: ANN401  the driver's own connection
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    with suppress(connection.OperationalError):  # a read-only file keeps the journal it has
        cursor.execute("PRAGMA journal_mode = WAL")
    cursor.close()
