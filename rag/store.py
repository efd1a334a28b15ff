"""Documents, their pages and chunks: what SQL, the only truth, holds of them.

Methods that write take the connection of a transaction of the caller's, so that what belongs together is
committed together. Each change of what can be found locks the one counter row, which orders the publishers.
"""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, case, delete, func, insert, select, tuple_, update

from rag import content, feed, rows
from rag.database import Database
from rag.errors import NotFound
from rag.kept import kept, marked
from rag.ports import Clock
from rag.receipt import Receipt, dumped, loaded
from rag.scope import Scope
from rag.sought import sought
from rag.tables import chunks, collections, documents, embeddings, jobs, pages, places
from rag.types import PUBLISHED, Chunk, Collection, Document, Page, Status
from rag.version import Version

BATCH = 500  # bound parameters in one statement


class Store:
    """Reads from the database and writes documents to it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Needs migrated tables."""
        self._database = database
        self._clock = clock

    # -- reading ------------------------------------------------------------------------------------------

    def collections(self) -> list[Collection]:
        """Every collection, by name."""
        with self._database.reading() as connection:
            found = connection.execute(select(collections).order_by(collections.c.name))
            return [Collection(id=row.id, name=row.name) for row in found]

    def documents(self, *, collection: str | None = None, status: Status | None = None) -> list[Document]:
        """Documents by collection and source, all or those of one collection or status."""
        query = _documents().order_by(collections.c.name, documents.c.source, documents.c.id)
        if collection is not None:
            query = query.where(collections.c.name == collection)
        if status is not None:
            query = query.where(documents.c.status == status)
        with self._database.reading() as connection:
            return [rows.document(row) for row in connection.execute(query)]

    def document(self, document_id: str) -> Document:
        """One document. Raises NotFound."""
        with self._database.reading() as connection:
            return self.current(connection, document_id)

    def current(self, connection: Connection, document_id: str) -> Document:
        """One document as a transaction of the caller's sees it. Raises NotFound."""
        row = connection.execute(_documents().where(documents.c.id == document_id)).first()
        if row is None:
            raise NotFound(f"There is no document {document_id}. `footnote docs list` shows those there are.")
        return rows.document(row)

    def receipts(self, document_ids: Sequence[str]) -> dict[str, Receipt]:
        """The receipts of the latest readings of these documents, by id, where there are any."""
        query = select(documents.c.id, documents.c.receipt).where(documents.c.receipt.is_not(None))
        with self._database.reading() as connection:
            found = _in_batches(connection, query, documents.c.id, document_ids)
            return {row.id: loaded(row.receipt) for row in found}

    def page(self, document_id: str, number: int) -> Page:
        """One stored page. Raises NotFound."""
        found = self.pages([(document_id, number)])
        if not found:
            raise NotFound(f"There is no page {number} of document {document_id}; it may have been deleted.")
        return found[document_id, number]

    def pages(self, places: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Page]:
        """Stored pages by document id and number. Those that are gone are left out."""
        place = tuple_(pages.c.document_id, pages.c.number)
        with self._database.reading() as connection:
            standing = select(pages).where(kept(pages.c.document_id))
            found = _in_batches(connection, standing, place, sorted(set(places)))
            return {(row.document_id, row.number): rows.page(row) for row in found}

    def hits(self, chunk_ids: Sequence[int]) -> dict[int, tuple[Chunk, Document]]:
        """Live chunks with their documents, by chunk id. Ids that are gone are left out."""
        columns = (
            *_documents().selected_columns,
            *(chunks.c[name].label(f"chunk_{name}") for name in _CHUNK),
        )
        query = (
            select(*columns, _chunk_text(), pages.c.label.label("page_label"))
            .select_from(_joined().join(chunks, chunks.c.document_id == documents.c.id))
            .join(pages, (pages.c.document_id == chunks.c.document_id) & (pages.c.number == chunks.c.page))
            .where(kept(documents.c.id))
        )
        with self._database.reading() as connection:
            found = _in_batches(connection, query, chunks.c.id, [int(key) for key in chunk_ids])
            return {row.chunk_id: (rows.chunk(row), rows.document(row)) for row in found}

    def ranges(self, collection_names: Iterable[str], scope: Scope = Scope()) -> list[tuple[int, int]]:
        """The (first, end) of the chunk ids of every published document within; no names mean all collections."""
        d = documents.c
        query = (
            select(d.first_chunk, d.end_chunk, d.source, d.media_type, d.updated_at)
            .select_from(_joined())
            .where(d.chunks > 0, kept(d.id))
        )
        if names := list(collection_names):
            query = query.where(collections.c.name.in_(names))
        with self._database.reading() as connection:
            return [
                (row.first_chunk, row.end_chunk)
                for row in connection.execute(query)
                if scope.holds(row.source, row.media_type or "", row.updated_at)
            ]

    def removing(self) -> bool:
        """Whether documents are marked for removal, which the caches still hold."""
        with self._database.reading() as connection:
            return marked(connection)

    def totals(self) -> dict[str, int]:
        """How many collections, documents, pages, chunks and embeddings there are."""
        tables = (collections, documents, pages, chunks, embeddings)
        with self._database.reading() as connection:
            return {
                t.name: connection.execute(select(func.count()).select_from(t)).scalar_one() for t in tables
            }

    # -- writing ------------------------------------------------------------------------------------------

    def add(self, connection: Connection, collection_id: int, *, source: str, sha256: str, size: int) -> str:
        """Make a document that waits to be read. Returns its id."""
        now = self._clock.now()
        document_id = uuid.uuid4().hex
        title = source.rsplit("/", 1)[-1]
        connection.execute(
            insert(documents).values(
                id=document_id,
                collection_id=collection_id,
                source=source,
                title=title,
                sought=sought(title, source),
                sha256=sha256,
                size=size,
                status=Status.WAITING,
                created_at=now,
                updated_at=now,
            )
        )
        return document_id

    def collection(self, connection: Connection, name: str) -> int:
        """The id of the collection of this name, made if it is new. Takes the lock of whoever changes documents."""
        feed.lock(connection)  # two makers of one name take turns
        known = connection.execute(select(collections.c.id).where(collections.c.name == name)).scalar()
        if known is not None:
            return int(known)
        key = connection.execute(insert(collections).values(name=name)).inserted_primary_key
        assert key is not None
        return int(key[0])

    def publish(self, connection: Connection, document_id: str, version: Version) -> str:
        """Replace the document's published version by this one and raise the change counter.

        Returns the hash of the original that was the document's. Raises NotFound if it was deleted meanwhile.
        """
        seq, first = feed.advance(connection, len(version.chunks))
        end = first + len(version.chunks)
        gone, replaced = content.published(connection, document_id)
        content.drop(connection, document_id)
        content.put(connection, document_id, version, first)
        self._mark_ready(connection, document_id, version, first)
        feed.record(connection, seq, document_id, gone, (first, end))
        return replaced

    def fail(self, connection: Connection, document_id: str, reason: str) -> None:
        """Say why the latest version could not be read; a published one goes on answering."""
        self._turn(connection, document_id, Status.FAILED, reason=reason)

    def hold(self, connection: Connection, document_id: str, reason: str, found: Receipt) -> None:
        """Keep the latest version back, and say why; a published one goes on answering."""
        unpublished = documents.c.status.not_in(PUBLISHED)
        still = case((unpublished, dumped(found)), else_=documents.c.receipt)
        self._turn(connection, document_id, Status.HELD, reason=reason, receipt=still)

    def clear_failure(self, connection: Connection, document_id: str) -> None:
        """Forget why an earlier original could not be read; what was never published waits again."""
        failed = documents.c.reason.is_not(None)
        self._turn(connection, document_id, Status.WAITING, failed, reason=None)

    def _turn(
        self, connection: Connection, document_id: str, status: Status, *where: Any, **values: Any
    ) -> None:
        """Give a document that was never published this status, and any document these values."""
        still = case((documents.c.status.in_(PUBLISHED), documents.c.status), else_=status)
        connection.execute(
            update(documents)
            .where(documents.c.id == document_id, *where)
            .values(status=still, updated_at=self._clock.now(), **values)
        )

    def delete(self, connection: Connection, document_id: str) -> set[str]:
        """Remove the document, everything read from it and its jobs. Returns the hashes of its originals.

        Raises NotFound.
        """
        seq, _ = feed.advance(connection, 0)
        queued = delete(jobs).where(jobs.c.document_id == document_id).returning(jobs.c.sha256)
        originals = set(connection.execute(queued).scalars())
        connection.execute(delete(places).where(places.c.document_id == document_id))
        gone, original = content.published(connection, document_id)
        content.drop(connection, document_id)
        connection.execute(delete(documents).where(documents.c.id == document_id))
        feed.record(connection, seq, document_id, gone, (0, 0))
        return originals | {original}

    def uses(self, connection: Connection, sha256: str) -> bool:
        """Whether a document or a job still needs this original."""
        return any(
            connection.execute(select(table.c.id).where(table.c.sha256 == sha256)).first() is not None
            for table in (documents, jobs)
        )

    def _mark_ready(self, connection: Connection, document_id: str, version: Version, first: int) -> None:
        parsed = version.parsed
        values: dict[str, Any] = {}
        if title := parsed.title:
            named = select(documents.c.source).where(documents.c.id == document_id)
            source = connection.execute(named).scalar_one()
            values = {"title": title, "sought": sought(title, source)}
        connection.execute(
            update(documents)
            .where(documents.c.id == document_id)
            .values(
                **values,
                media_type=parsed.media_type,
                sha256=version.sha256,
                size=version.size,
                status=Status.PARTIAL if version.receipt.partial else Status.READY,
                reason=None,
                receipt=dumped(version.receipt),
                pages=len(parsed.pages),
                chunks=len(version.chunks),
                first_chunk=first,
                end_chunk=first + len(version.chunks),
                updated_at=self._clock.now(),
            )
        )


_CHUNK = ("id", "page", "start", "end", "heading", "blocks")


def _chunk_text() -> Any:
    """The text of a chunk, cut out by the database: a page may be long."""
    length = chunks.c.end - chunks.c.start
    return func.substr(pages.c.text, chunks.c.start + 1, length).label("chunk_text")


def _joined() -> Any:
    return documents.join(collections, collections.c.id == documents.c.collection_id)


def _documents() -> Select[Any]:
    return (
        select(documents, collections.c.name.label("collection"))
        .select_from(_joined())
        .where(kept(documents.c.id))
    )


def _in_batches(connection: Connection, query: Select[Any], key: Any, keys: Sequence[Any]) -> list[Row[Any]]:
    found: list[Row[Any]] = []
    for at in range(0, len(keys), BATCH):
        found += connection.execute(query.where(key.in_(keys[at : at + BATCH])))
    return found
