"""One way in: snapshots to read from, transactions to write in, and errors in our own words."""

import hashlib
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import URL, Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from rag.errors import (
    AlreadyRunning,
    FootnoteError,
    RetryableError,
    SettingsError,
    StorageError,
    StorageFull,
    UsageError,
)

BUSY_SECONDS = 30  # how long a SQLite writer waits for another


class Database:
    """SQLite in WAL mode, or PostgreSQL. Safe to share between threads."""

    def __init__(self, url: str) -> None:
        """Nothing is opened before the first use. Raises SettingsError for a URL that is none of ours."""
        self.url = url
        self._engine = _engine(url)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is a file on this machine."""
        return self._engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection whose statements all see one and the same moment."""
        level: dict[str, Any] = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with _own_words(), self._engine.connect() as fresh:
            connection = fresh.execution_options(**level)
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: committed when the block ends well, else as if it had never been."""
        with _own_words(), self._engine.connect() as fresh:
            connection = fresh.execution_options(footnote_writes=True)
            with connection.begin():
                yield connection

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """A transaction in which SQLite's tables may be made anew: what refers to them is not watched meanwhile."""
        with _own_words(), self._engine.connect() as fresh:
            connection = fresh.execution_options(footnote_writes=True, footnote_migrates=True)
            try:
                with connection.begin():
                    yield connection
                    if self.is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                        raise StorageError(
                            "The database could not be brought up to date; it was left as it was."
                        )
            finally:
                fresh.invalidate()  # the next one watches again

    @contextmanager
    def turn(self, name: str) -> Iterator[None]:
        """Hold a lock of this name, on all machines that share the database, until the block ends or we die.

        Raises AlreadyRunning where another holds it.
        """
        if self.is_sqlite:
            with self._turn_by_file(name):
                yield
            return
        key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
        with _own_words(), self._engine.connect() as fresh:
            connection = fresh.execution_options(isolation_level="AUTOCOMMIT")
            if not connection.execute(select(func.pg_try_advisory_lock(key))).scalar():
                raise _taken(name)
            try:
                yield
            finally:
                connection.execute(select(func.pg_advisory_unlock(key)))

    @contextmanager
    def _turn_by_file(self, name: str) -> Iterator[None]:
        folder = Path(make_url(self.url).database or ".").parent / "locks"
        folder.mkdir(exist_ok=True, mode=0o700)
        lock = FileLock(folder / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.lock")
        try:
            lock.acquire(blocking=False)
        except Timeout:
            raise _taken(name) from None
        try:
            yield
        finally:
            lock.release()

    def scrub(self) -> None:
        """Take what was deleted out of SQLite's write-ahead log too, unless somebody reads from it just now."""
        if not self.is_sqlite:
            return
        with _own_words(), closing(self._engine.raw_connection()) as connection:
            cursor = connection.cursor()
            for pragma in (
                "busy_timeout = 1000",
                "wal_checkpoint(TRUNCATE)",
                f"busy_timeout = {BUSY_SECONDS}000",
            ):
                cursor.execute(f"PRAGMA {pragma}").fetchall()

    def copy(self, target: Path) -> None:
        """SQLite's database as it is now into a new file, while others read and write. Raises StorageFull."""
        with (
            _own_words(),
            closing(self._engine.raw_connection()) as connection,
            closing(sqlite3.connect(target)) as made,
        ):
            assert isinstance(connection.driver_connection, sqlite3.Connection)
            connection.driver_connection.backup(made)

    def close(self) -> None:
        """Return every connection."""
        self._engine.dispose()


def _taken(name: str) -> AlreadyRunning:
    return AlreadyRunning(
        f"Another run is at work on {name}. Let it finish; nothing was changed by this one."
    )


def _engine(url: str) -> Engine:
    parsed = _parsed(url)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    if parsed.database:
        _make_folder(Path(parsed.database).parent)
    engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() in ("sqlite", "postgresql"):
            return parsed
    except (ArgumentError, ValueError):
        pass
    raise SettingsError(
        "FOOTNOTE_DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://; "
        "leave it out to use SQLite in the home folder."
    )


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StorageError(
            f"The home folder cannot be made: {error.strerror}. Choose another with --home or FOOTNOTE_HOME."
        ) from error


def _configure_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, below
    _write_ahead(connection)
    for pragma in (
        "synchronous = FULL",  # what was acknowledged survives a power loss
        "foreign_keys = ON",
        "secure_delete = ON",  # deleted text leaves the file, not only the tables
        f"busy_timeout = {BUSY_SECONDS * 1000}",
        "cache_size = -65536",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: sqlite3.Connection) -> None:
    # Several may open a new database at once; for this one change SQLite lets nobody wait for another by itself.
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    writes = options.get("footnote_writes")
    if options.get("footnote_migrates"):
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")  # means nothing once a transaction has begun
    # A deferred transaction that turns to writing may fail at once; an immediate one waits its turn.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _own_words() -> Iterator[None]:
    try:
        yield
    except (UnicodeEncodeError, OverflowError, DataError) as error:
        raise UsageError(
            "No database can hold this: a text with characters such as NUL, or a number that is too large. "
            "Change it, then try again."
        ) from error
    except sqlite3.Error as error:  # while a connection was being made
        raise _translated(str(error)) or error from error
    except PoolTimeout as error:
        raise RetryableError("The database is busy. Try again in a moment.") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise RetryableError("The database closed the connection. Try again in a moment.") from error
        known = _translated(str(error.orig))
        if known is None and isinstance(error, OperationalError):
            known = RetryableError("The database did not answer. Check that it is running, then try again.")
        if known is None:
            raise
        raise known from error


def _translated(message: str) -> FootnoteError | None:
    text = message.lower()
    if "is full" in text or "no space" in text:
        return StorageFull(
            "There is no room left to write. Free some space; nothing was lost, then try again."
        )
    if "no such table" in text or ("relation" in text and "does not exist" in text):
        return StorageError("The database has no tables yet. Run any `footnote` command: it makes them.")
    if "database" in text and "does not exist" in text:
        return SettingsError("The database that FOOTNOTE_DATABASE_URL names does not exist. Make it first.")
    if "malformed" in text or "not a database" in text:
        return StorageError("The database file is damaged. Restore it from a backup; it was left as it is.")
    if "unable to open" in text or "readonly" in text:
        return StorageError(
            "The database cannot be opened for writing. Check the permissions of the home folder."
        )
    if "locked" in text:
        return RetryableError("The database is busy. Try again in a moment.")
    return None
