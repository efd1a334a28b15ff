"""Collections as their owners arrange them: made, renamed, emptied and taken away; and documents moved between them."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, delete, exists, func, insert, select, update

from ingest.names import shelf
from rag.database import Database
from rag.errors import NotFound, UsageError
from rag.feed import lock
from rag.kept import kept
from rag.remembered import renamed
from rag.store import Store
from rag.tables import collections, documents, places, sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A collection, and what is in it."""

    id: int
    name: str
    documents: int
    size: int  # bytes of its documents' originals
    sources: int  # registered sources that bring documents into it


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What became of documents that were to move."""

    moved: int
    tied: int  # stayed: a source keeps them where they are
    twins: int  # stayed: the same content, or another document of the same place, is there already


class Shelves:
    """Reads and arranges collections."""

    def __init__(self, database: Database, store: Store) -> None:
        """Needs migrated tables."""
        self._database = database
        self._store = store

    def all(self) -> list[Shelf]:
        """Every collection, by name."""
        c, d = collections.c, documents.c
        standing = documents.c.id.is_not(None) & kept(d.id)
        query = (
            select(
                c.id,
                c.name,
                func.count(d.id).filter(standing).label("documents"),
                func.coalesce(func.sum(d.size).filter(standing), 0).label("size"),
            )
            .select_from(collections.outerjoin(documents, d.collection_id == c.id))
            .group_by(c.id, c.name)
            .order_by(c.name)
        )
        feeding = select(sources.c.collection, func.count().label("sources")).group_by(sources.c.collection)
        with self._database.reading() as connection:
            fed = {row.collection: row.sources for row in connection.execute(feeding)}
            return [
                Shelf(
                    id=row.id,
                    name=row.name,
                    documents=row.documents,
                    size=int(row.size),
                    sources=fed.get(row.name, 0),
                )
                for row in connection.execute(query)
            ]

    def make(self, name: str) -> None:
        """Make an empty collection. Raises UsageError for an impossible name, or one that is taken."""
        with self._database.writing() as connection:
            lock(connection)
            connection.execute(insert(collections).values(name=self._free(connection, name)))

    def rename(self, shelf_id: int, name: str) -> None:
        """Call a collection otherwise, for its sources too, and for all that remembers having looked in it.

        Raises NotFound, UsageError as ``make``, and AlreadyRunning while one of them is synced.
        """
        with self._quiet(shelf_id), self._database.writing() as connection:
            lock(connection)
            before = _named(connection, shelf_id)
            if shelf(name) == before:
                return
            after = self._free(connection, name)
            connection.execute(update(collections).where(collections.c.id == shelf_id).values(name=after))
            connection.execute(update(sources).where(sources.c.collection == before).values(collection=after))
            renamed(connection, before, after)

    def delete(self, shelf_id: int) -> None:
        """Take an empty collection away. Raises NotFound, and UsageError where anything is in it or leads to it."""
        with self._database.writing() as connection:
            lock(connection)
            name = _named(connection, shelf_id)
            held = connection.execute(
                select(documents.c.id).where(documents.c.collection_id == shelf_id).limit(1)
            )
            if held.first() is not None:
                raise UsageError(
                    f"{name} is not empty. Move or delete its documents first; those just deleted count until "
                    "they can no longer be brought back."
                )
            if connection.execute(select(sources.c.id).where(sources.c.collection == name)).first():
                raise UsageError(f"A source brings documents into {name}. Remove the source first.")
            connection.execute(delete(collections).where(collections.c.id == shelf_id))

    def move(self, document_ids: Sequence[str], name: str) -> Moved:
        """Put documents into a collection, made if it is new. Those that cannot go stay where they are.

        Raises UsageError for an impossible name.
        """
        moved = tied = twins = 0
        with self._database.writing() as connection:
            there = self._store.collection(connection, shelf(name))
            for known in document_ids:
                if _tied(connection, known):
                    tied += 1
                elif _taken(connection, known, there):
                    twins += 1
                else:
                    moved += _put(connection, known, there)
        return Moved(moved=moved, tied=tied, twins=twins)

    @contextmanager
    def _quiet(self, shelf_id: int) -> Iterator[None]:
        """Keep the sources of a collection from being synced: a sync that began goes on under the old name."""
        named = select(sources.c.name).join(collections, collections.c.name == sources.c.collection)
        with self._database.reading() as connection:
            names = list(connection.execute(named.where(collections.c.id == shelf_id)).scalars())
        with ExitStack() as turns:
            for name in names:
                turns.enter_context(self._database.turn(f"the sync of {name}"))
            yield

    def _free(self, connection: Connection, name: str) -> str:
        wanted = shelf(name)
        if connection.execute(select(collections.c.id).where(collections.c.name == wanted)).first():
            raise UsageError(f"There is a collection named {wanted} already. Choose another name.")
        return wanted


def _named(connection: Connection, shelf_id: int) -> str:
    name = connection.execute(select(collections.c.name).where(collections.c.id == shelf_id)).scalar()
    if name is None:
        raise NotFound("There is no such collection; it may have been deleted.")
    return str(name)


def _tied(connection: Connection, known: str) -> bool:
    """Whether a source keeps a place of the document: it would bring it back to where it was."""
    kept_so = (places.c.document_id == known) & places.c.source_id.is_not(None)
    return connection.execute(select(places.c.id).where(kept_so).limit(1)).first() is not None


def _taken(connection: Connection, known: str, there: int) -> bool:
    """Whether another document there has the same content or place: then two would claim to be one."""
    mine, other = places.alias("mine"), places.alias("other")
    same = (other.c.origin == mine.c.origin) | ((other.c.sha256 == mine.c.sha256) & (mine.c.size > 0))
    meets = exists().where(other.c.collection_id == there, other.c.document_id != known, same)
    query = select(mine.c.id).where(mine.c.document_id == known, meets).limit(1)
    return connection.execute(query).first() is not None


def _put(connection: Connection, known: str, there: int) -> int:
    row = update(documents).where(documents.c.id == known, documents.c.collection_id != there)
    moved = connection.execute(row.where(kept(documents.c.id)).values(collection_id=there)).rowcount
    if moved:
        connection.execute(update(places).where(places.c.document_id == known).values(collection_id=there))
    return moved
