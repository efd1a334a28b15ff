"""The way in and out for documents: keep the original, make the row and the job; or remove every trace."""

import hashlib
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, select

from ingest.files import Incoming, Originals, Readable
from ingest.jobs import Jobs
from rag.database import Database
from rag.errors import UsageError
from rag.history import History
from rag.store import Store
from rag.tables import documents
from rag.types import Document, Status

MAX_NAME = 1000  # characters
MAX_ORIGIN = 1000  # bytes; an index of PostgreSQL takes no more than 2,700
DEFAULT_COLLECTION = "default"


class Arrival(StrEnum):
    """What a file that came in is to us."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A file that was taken in; unless UNCHANGED, a job waits to read it."""

    document: Document
    arrival: Arrival


class Intake:
    """Takes files in and removes documents."""

    def __init__(
        self, *, database: Database, store: Store, jobs: Jobs, originals: Originals, history: History
    ) -> None:
        """All of one home."""
        self._database = database
        self._store = store
        self._jobs = jobs
        self._originals = originals
        self._history = history

    def receive(
        self, data: Readable, *, name: str, collection: str = DEFAULT_COLLECTION, origin: str | None = None
    ) -> Received:
        """Keep a file under the name people will see. The origin says which document it is a version of.

        Raises UsageError for an impossible name, TooLarge and StorageFull; nothing is left behind then.
        """
        source, shelf = _shown(name), _shown(collection)[:200]
        origin = _bounded(origin or f"upload:{source}")
        with self._originals.incoming(data) as file, self._database.writing() as connection:
            known = self._store.receive(
                connection,
                collection=shelf,
                origin=origin,
                source=source[:MAX_NAME],
                sha256=file.sha256,
                size=file.size,
            )
            arrival, replaced = self._queue(connection, known, file)
            self._originals.keep(file)
            document = self._store.current(connection, known)  # a moment later it may be deleted
        self._originals.discard(self._database, self._store, replaced)
        return Received(document=document, arrival=arrival)

    def delete(self, document_id: str) -> None:
        """Remove a document, what was read from it, what quoted it, and its originals. Raises NotFound."""
        with self._database.writing() as connection:
            originals = self._store.delete(connection, document_id)
            self._history.forget(connection, document_id)
        self._originals.discard(self._database, self._store, originals)
        self._database.scrub()

    def _queue(self, connection: Connection, known: str, file: Incoming) -> tuple[Arrival, set[str]]:
        """What the file is to us, with a job to read it if need be; and the originals of jobs it replaced."""
        row = connection.execute(
            select(documents.c.status, documents.c.sha256).where(documents.c.id == known)
        ).one()
        arrival = _arrival(row.status, row.sha256, file)
        if self._jobs.pending(connection, known, file.sha256):
            return arrival, set()
        if arrival is Arrival.UNCHANGED:  # whatever else waits to be read is no longer the latest
            replaced = self._jobs.drop(connection, known)
        else:
            replaced = self._jobs.add(connection, known, file.sha256, file.size)
        self._store.clear_failure(connection, known)
        return arrival, replaced


def _arrival(status: str, sha256: str, file: Incoming) -> Arrival:
    if status == Status.READY:
        return Arrival.UNCHANGED if sha256 == file.sha256 else Arrival.UPDATED
    return Arrival.ADDED


def _bounded(origin: str) -> str:
    """The origin itself, or where it is too long to be looked up its beginning and a hash of all of it."""
    data = origin.encode("utf-8", "backslashreplace")
    if len(data) <= MAX_ORIGIN:
        return data.decode()
    digest = hashlib.sha256(data).hexdigest()
    return f"{data[: MAX_ORIGIN - 100].decode('utf-8', 'ignore')}…{digest}"


def _shown(name: str) -> str:
    """A name as people see it: composed, without control characters. It is never used as a path."""
    composed = unicodedata.normalize("NFC", name)
    plain = "".join(c for c in composed if unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn"))
    if not plain.strip():
        raise UsageError(
            "A name is needed that has letters or digits in it. Rename the file, then try again."
        )
    return plain.strip()
