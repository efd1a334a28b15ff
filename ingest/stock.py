"""What a home holds, in numbers that cost little however much there is."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, make_url, select, table, text
from sqlalchemy.sql import column

from rag.database import Database
from rag.tables import collections, counter, documents, jobs


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """The numbers of one moment."""

    kind: str  # of the database: sqlite or postgresql
    database_bytes: int
    revision: str  # of the tables
    collections: int
    documents: int
    pages: int
    chunks: int
    originals: int
    original_bytes: int
    queue: Mapping[str, int]  # jobs by their state
    change: int  # sequence number of the latest change
    cache_bytes: int
    free_bytes: int  # on the disk of the home
    disk_bytes: int


def stock(database: Database, home: Path, caches: Path) -> Stock:
    """Look. Originals are counted as the database knows them: nobody walks through their folder.

    Raises StorageError and RetryableError where the database cannot be asked.
    """
    sums = select(
        func.count(),
        func.coalesce(func.sum(documents.c.pages), 0),
        func.coalesce(func.sum(documents.c.chunks), 0),
    )
    one_each = select(func.max(documents.c.size).label("size")).group_by(documents.c.sha256).subquery()
    kept = select(func.count(), func.coalesce(func.sum(one_each.c.size), 0)).select_from(one_each)
    disk = shutil.disk_usage(home)
    with database.reading() as connection:
        stored, pages, chunks = connection.execute(sums.select_from(documents)).one()
        originals, original_bytes = connection.execute(kept).one()
        queue = connection.execute(select(jobs.c.state, func.count()).group_by(jobs.c.state))
        return Stock(
            kind="sqlite" if database.is_sqlite else "postgresql",
            database_bytes=_size(connection, database),
            revision=_revision(connection),
            collections=connection.execute(select(func.count()).select_from(collections)).scalar_one(),
            documents=stored,
            pages=int(pages),
            chunks=int(chunks),
            originals=originals,
            original_bytes=int(original_bytes),
            queue={row[0]: row[1] for row in queue},
            change=connection.execute(select(counter.c.seq)).scalar_one(),
            cache_bytes=sum(_bytes(path) for path in caches.rglob("*")),
            free_bytes=disk.free,
            disk_bytes=disk.total,
        )


def _size(connection: Connection, database: Database) -> int:
    if not database.is_sqlite:
        return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
    path = Path(make_url(database.url).database or "")
    return sum(_bytes(path.with_name(path.name + suffix)) for suffix in ("", "-wal"))


def _revision(connection: Connection) -> str:
    version = table("alembic_version", column("version_num"))
    return str(connection.execute(select(version.c.version_num)).scalar_one())


def _bytes(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except FileNotFoundError:  # the index has just been written anew
        return 0
