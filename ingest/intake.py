"""The way in and out for documents: keep the original, make the row and the job; or remove every trace."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from sqlalchemy import Connection, delete, select

from ingest.files import Incoming, Originals, Readable
from ingest.jobs import Jobs, JobState
from ingest.names import MAX_NAME, bounded, shelf, shown
from rag.database import Database
from rag.errors import NotFound
from rag.feed import lock
from rag.history import History
from rag.places import Mark, Place, Places
from rag.store import Store
from rag.tables import documents, removals
from rag.types import Document, Status

DEFAULT_COLLECTION = "default"
CANCELLED = "Reading it was cancelled. Read it again when you want it after all."


class Arrival(StrEnum):
    """What a file that came in is to us."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SAME = "same"  # another place of a document that we have


class Priority(IntEnum):
    """Whose file is read first."""

    BULK = 0
    UPLOAD = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A file that was taken in; ``waits`` says whether a job waits to read it."""

    document: Document
    arrival: Arrival
    waits: bool


class Intake:
    """Takes files in and removes documents."""

    def __init__(
        self,
        *,
        database: Database,
        store: Store,
        places: Places,
        jobs: Jobs,
        originals: Originals,
        history: History,
    ) -> None:
        """All of one home."""
        self._database = database
        self._store = store
        self._places = places
        self._jobs = jobs
        self._originals = originals
        self._history = history

    def receive(
        self,
        data: Readable,
        *,
        name: str,
        collection: str = DEFAULT_COLLECTION,
        origin: str | None = None,
        mark: Mark | None = None,
        source_id: int | None = None,
        priority: Priority = Priority.UPLOAD,
    ) -> Received:
        """Keep a file under the name people will see. The origin says in which place it lies.

        A document that loses its last place to this file goes with it; that of a source waits for the end of the
        sync, see ``Places.put``. Raises UsageError for an impossible name, TooLarge and StorageFull; nothing is
        left behind then.
        """
        name, collection = shown(name), shelf(collection)
        origin = bounded(origin or f"upload:{name}")
        with self._originals.incoming(data) as file, self._database.writing() as connection:
            shelf_id = self._store.collection(connection, collection)
            place = self._places.at(connection, shelf_id, origin)
            known, moved = self._document(connection, shelf_id, place, file, name[:MAX_NAME])
            _bring_back(connection, known)
            self._places.put(
                connection,
                place,
                collection_id=shelf_id,
                origin=origin,
                name=name[:MAX_NAME],
                document_id=known,
                sha256=file.sha256,
                mark=mark or Mark(size=file.size),
                source_id=source_id,
            )
            spare = self._drop(connection, place.document_id) if place else set()
            arrival, waits, replaced = self._queue(connection, known, file, priority)
            self._originals.keep(file)
            document = self._store.current(connection, known)  # a moment later it may be deleted
        self._originals.discard(self._database, self._store, replaced | spare)
        if spare:  # a document was deleted
            self._database.scrub()
        return Received(document=document, arrival=Arrival.SAME if moved else arrival, waits=waits)

    def forget(self, place: Place) -> bool:
        """Remove a place, and its document if it was the last. Returns whether the document is gone."""
        with self._database.writing() as connection:
            lock(connection)
            now = self._places.current(connection, place)  # it may have gone or changed meanwhile
            if now is None or now.document_id != place.document_id:
                return False
            self._places.remove(connection, place)
            spare = self._drop(connection, place.document_id)
        if spare:
            self._originals.discard(self._database, self._store, spare)
            self._database.scrub()
        return bool(spare)

    def delete(self, document_id: str) -> None:
        """Remove a document, what was read from it, what quoted it, and its originals. Raises NotFound."""
        with self._database.writing() as connection:
            originals = self._store.delete(connection, document_id)
            self._history.forget(connection, document_id)
        self._originals.discard(self._database, self._store, originals)
        self._database.scrub()

    def delete_marked(self, document_id: str, now: datetime) -> None:
        """Delete a document if it is marked for removal, and that is due; see ingest.removal."""
        marked = delete(removals).where(removals.c.document_id == document_id, removals.c.due_at <= now)
        with self._database.writing() as connection:
            lock(connection)  # whoever takes the mark away holds it too
            if not connection.execute(marked).rowcount:
                return
            originals = self._store.delete(connection, document_id)
            self._history.forget(connection, document_id)
        self._originals.discard(self._database, self._store, originals)
        self._database.scrub()

    def reread(self, document_id: str, *, release: bool = False) -> Document:
        """Read the latest original again; ``release`` overrules what the screening said of it. Raises NotFound."""
        with self._database.writing() as connection:
            lock(connection)
            self._queue_again(connection, document_id, Priority.UPLOAD, release)
            return self._store.current(connection, document_id)

    def reread_all(self, document_ids: Sequence[str]) -> int:
        """Read many again, after what waits already. Returns how many; those that are no more are passed over."""
        queued = 0
        with self._database.writing() as connection:
            lock(connection)
            for known in document_ids:
                with suppress(NotFound):
                    self._queue_again(connection, known, Priority.BULK, release=False)
                    queued += 1
        return queued

    def _queue_again(
        self, connection: Connection, document_id: str, priority: Priority, release: bool
    ) -> None:
        document = self._store.current(connection, document_id)
        sha256, size = self._jobs.latest(connection, document_id) or (document.sha256, document.size)
        self._jobs.add(connection, document_id, sha256, size, priority=priority, released=release)
        self._store.clear_failure(connection, document_id)

    def cancel(self, document_id: str) -> Document:
        """Give up reading a document; a version that was published before goes on answering. Raises NotFound."""
        with self._database.writing() as connection:
            lock(connection)
            self._store.current(connection, document_id)
            under_way = self._jobs.under_way(connection, document_id)
            dropped = self._jobs.drop(connection, document_id) if under_way else set()
            if dropped:
                self._store.fail(connection, document_id, CANCELLED)
                self._places.doubt(connection, document_id)
            document = self._store.current(connection, document_id)
        self._originals.discard(self._database, self._store, dropped)
        return document

    def _document(
        self, connection: Connection, shelf_id: int, place: Place | None, file: Incoming, source: str
    ) -> tuple[str, bool]:
        """The id of the document that this file is a version of, and whether the place is new to it."""
        # Files that are empty have nothing in common: were all of a folder emptied, each keeps its last version.
        twin = self._places.holding(connection, shelf_id, file.sha256) if file.size else None
        if twin is not None:
            return twin, place is None or place.document_id != twin
        if place is not None and self._places.count(connection, place.document_id) == 1:
            return place.document_id, False
        made = self._store.add(connection, shelf_id, source=source, sha256=file.sha256, size=file.size)
        return made, False

    def _drop(self, connection: Connection, document_id: str) -> set[str]:
        """Delete a document that lies nowhere any more. Returns the originals it needed."""
        if self._places.count(connection, document_id):
            return set()
        originals = self._store.delete(connection, document_id)
        self._history.forget(connection, document_id)
        return originals

    def _queue(
        self, connection: Connection, known: str, file: Incoming, priority: Priority
    ) -> tuple[Arrival, bool, set[str]]:
        """What the file is to us, whether a job waits to read it, and the originals of jobs it replaced."""
        row = connection.execute(
            select(documents.c.status, documents.c.sha256).where(documents.c.id == known)
        ).one()
        arrival = _arrival(Status(row.status), row.sha256, file)
        pending = self._jobs.pending(connection, known, file.sha256)
        if pending is not None:
            self._jobs.hasten(connection, known, priority)
            return arrival, pending is not JobState.HELD, set()
        if arrival is Arrival.UNCHANGED:  # whatever else waits to be read is no longer the latest
            replaced = self._jobs.drop(connection, known)
        else:
            replaced = self._jobs.add(connection, known, file.sha256, file.size, priority=priority)
        self._store.clear_failure(connection, known)
        return arrival, arrival is not Arrival.UNCHANGED, replaced


def _bring_back(connection: Connection, known: str) -> None:
    """A document whose file comes in once more is not to go: whoever deleted it has thought better of it."""
    connection.execute(delete(removals).where(removals.c.document_id == known))


def _arrival(status: Status, sha256: str, file: Incoming) -> Arrival:
    if status.published:
        return Arrival.UNCHANGED if sha256 == file.sha256 else Arrival.UPDATED
    return Arrival.ADDED
