"""The way in and out for documents: keep the original, make the row and the job; or remove every trace."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

from sqlalchemy import select

from ingest.files import Kept, Originals
from ingest.jobs import Jobs
from rag.database import Database
from rag.errors import UsageError
from rag.history import History
from rag.store import Store
from rag.tables import documents
from rag.tables import jobs as job_table
from rag.types import Document, Status

MAX_NAME = 1000  # characters
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
        self, data: BinaryIO, *, name: str, collection: str = DEFAULT_COLLECTION, origin: str | None = None
    ) -> Received:
        """Keep a file under the name people will see. The origin says which document it is a version of.

        Raises UsageError for an impossible name, TooLarge and StorageFull; nothing is left behind then.
        """
        source, shelf = _shown(name), _shown(collection)[:200]
        origin = origin or f"upload:{source}"
        kept = self._originals.keep(data)
        with self._database.writing() as connection:
            known = self._store.receive(
                connection, collection=shelf, origin=origin, source=source, sha256=kept.sha256, size=kept.size
            )
            row = connection.execute(
                select(documents.c.status, documents.c.sha256).where(documents.c.id == known)
            ).one()
            arrival = _arrival(row.status, row.sha256, kept)
            if arrival is not Arrival.UNCHANGED and not self._jobs.pending(connection, known, kept.sha256):
                self._jobs.add(connection, known, kept.sha256, kept.size)
        return Received(document=self._store.document(known), arrival=arrival)

    def delete(self, document_id: str) -> None:
        """Remove a document, what was read from it, what quoted it, and its original. Raises NotFound."""
        with self._database.writing() as connection:
            held = select(job_table.c.sha256).where(job_table.c.document_id == document_id)
            hashes = {row.sha256 for row in connection.execute(held)}
            hashes |= set(
                connection.execute(select(documents.c.sha256).where(documents.c.id == document_id)).scalars()
            )
            self._store.delete(connection, document_id)
            self._history.forget(connection, document_id)
            unused = {sha256 for sha256 in hashes if not self._store.uses(connection, sha256)}
        for sha256 in unused:
            self._originals.forget(sha256)


def _arrival(status: str, sha256: str, kept: Kept) -> Arrival:
    if status == Status.READY:
        return Arrival.UNCHANGED if sha256 == kept.sha256 else Arrival.UPDATED
    return Arrival.ADDED


def _shown(name: str) -> str:
    """A name as people see it: composed, without control characters. It is never used as a path."""
    composed = unicodedata.normalize("NFC", name)
    plain = "".join(c for c in composed if unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn"))
    if not plain.strip():
        raise UsageError(
            "A name is needed that has letters or digits in it. Rename the file, then try again."
        )
    return plain.strip()[:MAX_NAME]
