"""Bring a database to this version's tables, one migrator at a time."""

from pathlib import Path

from sqlalchemy import Connection, inspect, select, table, text
from sqlalchemy.sql import column

from rag.database import Database
from rag.errors import WrongSchema

HEAD = "0008"  # the newest file in versions/
LOCK = 0x466F6F74  # PostgreSQL advisory lock, any number of our own


def ensure(database: Database) -> None:
    """Migrate if needed. Cheap when nothing is to be done. Raises WrongSchema for a newer database."""
    with database.reading() as connection:
        found = _revision(connection)
    if found != HEAD:
        _refuse_newer(found)
        _upgrade(database)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version = table("alembic_version", column("version_num"))
    return connection.execute(select(version.c.version_num)).scalar()


def _refuse_newer(found: str | None) -> None:
    if found is not None and found > HEAD:
        raise WrongSchema(
            f"The database was written by a newer Footnote (its tables are at {found}, this version knows {HEAD}). "
            "Install that version, or restore a backup from before."
        )


def _upgrade(database: Database) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    # SQLite: the write transaction is the lock. PostgreSQL changes tables in it too, behind an advisory lock.
    with database.migrating() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        if _revision(connection) != HEAD:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
