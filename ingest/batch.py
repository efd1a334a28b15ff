"""Many files at once: take each in, have it read, and say at the end what became of all of them."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from ingest.intake import Arrival, Intake, Received
from ingest.jobs import Job, Jobs
from ingest.pipeline import Failure, Result
from ingest.sources.folder import Found
from ingest.worker import Worker
from rag.errors import FootnoteError, NotFound
from rag.store import Store
from rag.types import Document, Status

DELETED = "It was deleted while it waited to be read. Add it again if that was not meant."
PATIENCE = 0.2  # seconds between looks at what another worker does, or at a job that waits to be retried


@dataclass(slots=True, kw_only=True)
class Summary:
    """What became of the files so far."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    pages: int = 0
    chunks: int = 0
    failed: list[Failure] = field(default_factory=list)

    @property
    def done(self) -> int:
        """Files that are finished, one way or another."""
        return self.added + self.updated + self.unchanged + len(self.failed)

    def count(self, arrival: Arrival) -> None:
        """One more file is in."""
        setattr(self, arrival.value, getattr(self, arrival.value) + 1)


class Batch:
    """One run over many files. Interrupt it at any point and run it again: what is done stays done."""

    def __init__(self, *, intake: Intake, worker: Worker, jobs: Jobs, store: Store, collection: str) -> None:
        """New files go to the collection."""
        self._intake = intake
        self._worker = worker
        self._jobs = jobs
        self._store = store
        self._collection = collection
        self._open: dict[str, Received] = {}  # by document id: taken in, not finished
        self._skipped: list[str] = []  # sources of files that need no reading
        self.summary = Summary()

    def run(self, found: Iterable[Found]) -> Iterator[str]:
        """The source of each file as it is finished; ``summary`` then counts it."""
        for result in self._worker.do(self._claims(found)):
            yield from self._note(result)
        yield from self._passed()
        while self._open:
            for result in self._worker.drain(list(self._open)):
                yield from self._note(result)
            yield from self._settle()
            if self._open:
                time.sleep(PATIENCE)

    def _claims(self, found: Iterable[Found]) -> Iterator[Job]:
        for each in found:
            known = self._receive(each)
            job = self._worker.claim([known]) if known else None
            if job is not None:
                yield job

    def _receive(self, found: Found) -> str | None:
        """The id of a document that must be read, if any."""
        try:
            with found.open() as file:
                received = self._intake.receive(
                    file, name=found.source, collection=self._collection, origin=found.origin
                )
        except (FootnoteError, OSError) as error:
            reason = str(error) if isinstance(error, FootnoteError) else _why(error)
            self.summary.failed.append(Failure(source=found.source, stage="storing", reason=reason))
            self._skipped.append(found.source)
            return None
        if received.arrival is Arrival.UNCHANGED:
            self.summary.count(Arrival.UNCHANGED)
            self._skipped.append(found.source)
            return None
        self._open[received.document.id] = received
        return received.document.id

    def _passed(self) -> Iterator[str]:
        """Files that needed no reading."""
        yield from self._skipped
        self._skipped = []

    def _note(self, result: Result) -> Iterator[str]:
        if not result.again and (received := self._open.pop(result.job.document_id, None)):
            self._tally(received.arrival, result.failure, result.pages, result.chunks)
            yield result.job.source
        yield from self._passed()

    def _settle(self) -> Iterator[str]:
        """Count what another worker has finished meanwhile."""
        active = self._jobs.active()
        for document_id in [known for known in self._open if known not in active]:
            received = self._open.pop(document_id)
            document = self._look(received)
            failure = None
            if document.reason or document.status is not Status.READY:
                failure = Failure(
                    source=document.source, stage="reading", reason=document.reason or "It was not read."
                )
            self._tally(received.arrival, failure, document.pages, document.chunks)
            yield document.source

    def _look(self, received: Received) -> Document:
        """What became of a document; one that is no more shows why it was not read."""
        try:
            return self._store.document(received.document.id)
        except NotFound:
            return replace(received.document, reason=DELETED)

    def _tally(self, arrival: Arrival, failure: Failure | None, pages: int, chunks: int) -> None:
        if failure is not None:
            self.summary.failed.append(failure)
            return
        self.summary.count(arrival)
        self.summary.pages += pages
        self.summary.chunks += chunks


def _why(error: OSError) -> str:
    return f"The file cannot be opened: {error.strerror or error}. Check that it is there and may be read."
