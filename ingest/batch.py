"""Many files at once: take each in, have it read, and say at the end what became of all of them."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain

from ingest.intake import Arrival, Intake, Priority, Received
from ingest.jobs import Job, Jobs
from ingest.pipeline import Result
from ingest.sources.item import Item
from ingest.summary import Finished, Summary
from ingest.worker import Worker
from rag.errors import FootnoteError, NotFound
from rag.store import Store
from rag.types import Document

DELETED = "It was deleted while it waited to be read. Add it again if that was not meant."
PATIENCE = 0.2  # seconds between looks at what another worker does, or at a job that waits to be retried


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A document that was taken in, and is not finished."""

    received: Received
    source: str  # the file that it came from
    copies: list[tuple[str, Arrival]] = field(default_factory=list)  # further files that hold the same


class Batch:
    """One run over many files. Interrupt it at any point and run it again: what is done stays done."""

    def __init__(
        self,
        *,
        intake: Intake,
        worker: Callable[[], Worker],
        jobs: Jobs,
        store: Store,
        collection: str,
        source_id: int | None = None,
    ) -> None:
        """New files go to the collection, in the care of a registered source if one is given.

        The worker is made when the first file needs it: a run that finds nothing new loads no model.
        """
        self._intake = intake
        self._make_worker = worker
        self._jobs = jobs
        self._store = store
        self._collection = collection
        self._source_id = source_id
        self._open: dict[str, _Waiting] = {}  # by document id
        self._passed: list[Finished] = []  # files that needed no reading, not told yet
        self.same: list[str] = []  # document ids: a file needed no reading, and is a new place of this one
        self.summary = Summary()

    def run(self, items: Iterable[Item]) -> Iterator[Finished]:
        """Each file as it is finished; ``summary`` then counts it."""
        claims = self._claims(items)
        first = next(claims, None)
        if first is not None:
            for result in self._worker.do(chain([first], claims)):
                yield from self._note(result)
        yield from self._told()
        while self._open:
            for result in self._worker.drain(list(self._open)):
                yield from self._note(result)
            yield from self._settle()
            if self._open:
                time.sleep(PATIENCE)

    def waiting(self) -> set[str]:
        """The ids of all documents that wait to be read, or are being read."""
        return set(self._jobs.active())

    @cached_property
    def _worker(self) -> Worker:
        return self._make_worker()

    def _claims(self, items: Iterable[Item]) -> Iterator[Job]:
        for item in items:
            known = self._receive(item)
            job = self._worker.claim([known]) if known else None
            if job is not None:
                yield job

    def _receive(self, item: Item) -> str | None:
        """The id of a document that must be read, if any."""
        try:
            with item.open() as file:
                received = self._intake.receive(
                    file,
                    name=item.source,
                    collection=self._collection,
                    origin=item.origin,
                    mark=item.mark,
                    source_id=self._source_id,
                    priority=Priority.BULK,
                )
        except (FootnoteError, OSError) as error:
            reason = str(error) if isinstance(error, FootnoteError) else unopened(error)
            self._passed.append(self.summary.failure(item.source, "storing", reason))
            return None
        return self._sorted(item, received)

    def _sorted(self, item: Item, received: Received) -> str | None:
        document = received.document
        if received.waits and document.id in self._open:
            self._open[document.id].copies.append((item.source, received.arrival))
        elif received.waits:
            self._open[document.id] = _Waiting(received, item.source)
            return document.id
        elif document.reason:
            self._passed.append(self.summary.failure(item.source, "reading", document.reason))
        else:
            self._passed.append(self._unread(document.id, item.source, received.arrival))
        return None

    def _unread(self, document_id: str, source: str, arrival: Arrival) -> Finished:
        """A file that need not be read, because its document is."""
        if arrival is Arrival.SAME:
            self.same.append(document_id)
        return self.summary.passed(source)

    def _told(self) -> Iterator[Finished]:
        """Files that needed no reading."""
        yield from self._passed
        self._passed = []

    def _note(self, result: Result) -> Iterator[Finished]:
        if not result.again and (waiting := self._open.pop(result.job.document_id, None)):
            if result.failure is None:
                yield from self._read(waiting, result.pages, result.chunks)
            else:
                yield from self._failed(waiting, result.failure.stage, result.failure.reason)
        yield from self._told()

    def _read(self, waiting: _Waiting, pages: int, chunks: int) -> Iterator[Finished]:
        yield self.summary.read(waiting.source, _made(waiting.received), pages, chunks)
        for source, arrival in waiting.copies:
            yield self._unread(waiting.received.document.id, source, arrival)

    def _failed(self, waiting: _Waiting, stage: str, reason: str) -> Iterator[Finished]:
        for source in (waiting.source, *(copy for copy, _ in waiting.copies)):
            yield self.summary.failure(source, stage, reason)

    def _settle(self) -> Iterator[Finished]:
        """Count what another worker has finished meanwhile."""
        active = self._jobs.active()
        for document_id in [known for known in self._open if known not in active]:
            waiting = self._open.pop(document_id)
            document = self._look(waiting.received)
            if document.reason or not document.status.published:
                yield from self._failed(waiting, "reading", document.reason or "It was not read.")
            else:
                yield from self._read(waiting, document.pages, document.chunks)

    def _look(self, received: Received) -> Document:
        """What became of a document; one that is no more shows why it was not read."""
        try:
            return self._store.document(received.document.id)
        except NotFound:
            return replace(received.document, reason=DELETED)


def _made(received: Received) -> Arrival:
    """What reading a file makes of it; that of a copy is counted as the document's."""
    if received.arrival is not Arrival.SAME:
        return received.arrival
    return Arrival.UPDATED if received.document.status.published else Arrival.ADDED


def unopened(error: OSError) -> str:
    """Why a file could not be opened, in words for its owner."""
    return f"The file cannot be opened: {error.strerror or error}. Check that it is there and may be read."
