"""From an original to a published version: parse, chunk, embed, publish. One document's failure is its own."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import structlog

from ingest.chunk import chunk_pages
from ingest.files import Originals
from ingest.jobs import Job, Jobs
from rag.database import Database
from rag.errors import FootnoteError, ParserCrashed, RetryableError
from rag.feed import lock
from rag.places import Places
from rag.ports import Embedder
from rag.receipt import Receipt, receipt
from rag.store import Store
from rag.types import Chunk, Parsed
from rag.version import Version

if TYPE_CHECKING:
    from rag.ports import Vectors

AHEAD = 4  # documents that are parsed while others are embedded
TOGETHER = 256  # chunks that are worth embedding in one go
BEAT = 15.0  # seconds between signs of life
STALLED = 900.0  # seconds without anything finished after which a worker is taken for stuck
MAX_CLAIMS = 5  # readings of one original that may end with the death of the process
CUT_SHORT = (
    "Reading it was cut short each time it was tried; it may need more memory than there is. "
    "Split it, then add it again."
)
HELD = (
    "It is held back: it seems to give instructions to the assistant (\u201c{}\u201d). Look at it, then release it if "
    "that is what it is for, or delete it."
)
MAX_SHOWN = 120  # characters of a sentence that is held against a document
UNEXPECTED = "Something unexpected went wrong while reading it. The log says what; try again, or report it."

log = structlog.get_logger()


class Parser(Protocol):
    """Whatever turns an original into pages; see ingest.parsers.process.isolate."""

    def parse(self, path: Path, name: str, *, keep_hidden: bool = False) -> Parsed:
        """Pages, cleaned and screened. Raises UnreadableDocument."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A parsed and chunked document on its way; or why there is none."""

    job: Job
    parsed: Parsed | None = None
    chunks: tuple[Chunk, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)  # by stage
    failure: "Failure | None" = None

    def receipt(self) -> Receipt:
        """What is to be said of the reading. There must have been one."""
        assert self.parsed is not None
        released = self.job.released
        return receipt(self.parsed, chunks=len(self.chunks), seconds=self.seconds, released=released)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a document was not published, in words for its owner."""

    source: str
    stage: str
    reason: str
    retry: bool = False  # whether the same may work later
    held: bool = False  # it was read, and somebody must look at it


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a job ended. ``failure`` is None for a published document; ``again`` says that it will be retried."""

    job: Job
    pages: int = 0
    chunks: int = 0
    failure: Failure | None = None
    again: bool = False


class Pipeline:
    """Does jobs. Parses ahead in a thread of its own, so that the embedder never waits for it."""

    def __init__(
        self,
        *,
        database: Database,
        store: Store,
        places: Places,
        jobs: Jobs,
        originals: Originals,
        parser: Parser,
        embedder: Embedder,
        chunk_tokens: int,
        hold: bool = True,
    ) -> None:
        """``chunk_tokens`` is the size that chunks aim at; ``hold`` keeps back what seems to give instructions."""
        self._database = database
        self._store = store
        self._places = places
        self._jobs = jobs
        self._originals = originals
        self._parser = parser
        self._embedder = embedder
        self._chunk_tokens = chunk_tokens
        self._hold = hold
        self._moved = time.monotonic()  # when something was last finished

    def run(self, claimed: Iterable[Job], owner: str) -> Iterator[Result]:
        """Do the jobs, which this owner holds, yielding each one's result as it is committed."""
        with self._alive(owner), ThreadPoolExecutor(1, "parse") as parsing:
            group: list[Draft] = []
            for draft in _ahead(parsing, self._read, claimed):
                group.append(draft)
                if _cut_short(draft.job) or sum(len(each.chunks) for each in group) >= TOGETHER:
                    yield from self._publish(group)
                    group = []
            yield from self._publish(group)

    def _read(self, job: Job) -> Draft:
        stage, began = "parsing", time.perf_counter()
        try:
            if job.attempts > MAX_CLAIMS:
                raise ParserCrashed(CUT_SHORT)
            path = self._originals.path(job.sha256)
            parsed = self._titled(self._parser.parse(path, job.source, keep_hidden=job.released))
            stage, parsing = "chunking", time.perf_counter() - began
            limit = self._embedder.max_tokens
            chunks = chunk_pages(
                parsed.pages, parsed.title, self._embedder, limit=limit, target=min(self._chunk_tokens, limit)
            )
        except Exception as error:  # noqa: BLE001, one document's failure is its own
            return Draft(job=job, failure=self._failure(job, stage, error))
        finally:
            self._moved = time.monotonic()
        seconds = {"parsing": parsing, "chunking": time.perf_counter() - began - parsing}
        draft = Draft(job=job, parsed=parsed, chunks=tuple(chunks), seconds=seconds)
        return replace(draft, failure=self._objection(draft, parsed))

    def _objection(self, draft: Draft, parsed: Parsed) -> Failure | None:
        """Why a document that was read must not be published before somebody has looked at it."""
        if not parsed.instructions or draft.job.released or not self._hold:
            return None
        first = parsed.instructions[0]
        reason = HELD.format(first if len(first) < MAX_SHOWN else first[:MAX_SHOWN] + "…")
        return Failure(source=draft.job.source, stage="screening", reason=reason, held=True)

    def _titled(self, parsed: Parsed) -> Parsed:
        """With a title that leaves room for text: it is embedded with every chunk."""
        title = parsed.title
        while self._embedder.count([title])[0] > self._embedder.max_tokens // 4:
            title = title[: len(title) // 2].rstrip() + "…"
        return replace(parsed, title=title)

    def _publish(self, group: list[Draft]) -> Iterator[Result]:
        texts = [
            c.embedded(d.parsed.title) for d in group if d.failure is None and d.parsed for c in d.chunks
        ]
        began = time.perf_counter()
        try:
            self._jobs.enter([draft.job for draft in group], "embedding")
            vectors = self._embedder.embed(texts)
        except Exception as error:  # noqa: BLE001, one document's failure is its own
            if len(group) > 1:
                for draft in group:
                    yield from self._publish([draft])
                return
            group = [replace(d, failure=d.failure or self._failure(d.job, "embedding", error)) for d in group]
        at, each = 0, (time.perf_counter() - began) / max(1, len(texts))
        for draft in group:
            self._moved = time.monotonic()
            if draft.failure is not None or draft.parsed is None:
                yield self._record(draft)
                continue
            timed = replace(draft, seconds={**draft.seconds, "embedding": each * len(draft.chunks)})
            yield self._commit(timed, draft.parsed, vectors[at : at + len(draft.chunks)])
            at += len(draft.chunks)

    def _commit(self, draft: Draft, parsed: Parsed, vectors: "Vectors") -> Result:
        version = Version(
            sha256=draft.job.sha256,
            size=draft.job.size,
            parsed=parsed,
            chunks=draft.chunks,
            vectors=vectors,
            fingerprint=self._embedder.fingerprint,
            receipt=draft.receipt(),
        )
        try:
            with self._database.writing() as connection:
                lock(connection)
                self._jobs.finish(connection, draft.job)
                replaced = self._store.publish(connection, draft.job.document_id, version)
        except Exception as error:  # noqa: BLE001, one document's failure is its own
            return self._record(replace(draft, failure=self._failure(draft.job, "publishing", error)))
        if replaced != draft.job.sha256:
            self._discard(replaced)
        return Result(job=draft.job, pages=len(parsed.pages), chunks=len(draft.chunks))

    def _discard(self, replaced: str) -> None:
        """Remove the original of the version before, if nothing else needs it; the doctor finds it otherwise."""
        try:
            self._originals.discard(self._database, self._store, [replaced])
        except FootnoteError as error:
            log.warning("original_not_removed", error=str(error))

    def _record(self, draft: Draft) -> Result:
        job, failure = draft.job, draft.failure
        assert failure is not None
        try:
            again = self._parked(draft, failure)
        except FootnoteError as error:  # the lease will run out, and somebody will try again
            log.warning("failure_not_recorded", source=job.source, error=str(error))
            again = True
        return Result(job=job, failure=failure, again=again)

    def _parked(self, draft: Draft, failure: Failure) -> bool:
        """Put the job where its failure belongs. Returns whether it will run again."""
        job = draft.job
        with self._database.writing() as connection:
            if failure.held:
                self._jobs.hold(connection, job)
                self._store.hold(connection, job.document_id, failure.reason, draft.receipt())
                return False
            if self._jobs.fail(connection, job, retry=failure.retry):
                return True
            self._store.fail(connection, job.document_id, failure.reason)
            if failure.retry:  # the file is not to blame: the next sync tries it again
                self._places.doubt(connection, job.document_id)
            return False

    def _failure(self, job: Job, stage: str, error: Exception) -> Failure:
        if not isinstance(error, FootnoteError):
            log.error("unexpected", source=job.source, stage=stage, exc_info=error)
            return Failure(source=job.source, stage=stage, reason=UNEXPECTED, retry=stage == "embedding")
        crashed = isinstance(error, ParserCrashed) and job.attempts == 1  # once more, alone it may do
        retry = crashed or isinstance(error, RetryableError)
        return Failure(source=job.source, stage=stage, reason=str(error), retry=retry)

    @contextmanager
    def _alive(self, owner: str) -> Iterator[None]:
        """Renew the owner's leases for as long as the block runs."""
        done = threading.Event()
        self._moved = time.monotonic()

        def beat() -> None:
            while not done.wait(BEAT):
                if time.monotonic() - self._moved > STALLED:
                    log.warning("worker_stalled", seconds=STALLED)
                    continue  # the lease runs out, and somebody else takes over
                try:
                    self._jobs.renew(owner)
                except FootnoteError as error:
                    log.warning("lease_not_renewed", error=str(error))

        thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()


def _cut_short(job: Job) -> bool:
    """Whether it was begun before: then it is done by itself, and takes no others down if it is to blame."""
    return job.attempts > 1


def _ahead(
    executor: ThreadPoolExecutor, read: Callable[[Job], Draft], jobs: Iterable[Job]
) -> Iterator[Draft]:
    """Each job's draft, in order; up to AHEAD others are read before it is asked for, but none after one cut short."""
    waiting: deque[Future[Draft]] = deque()
    try:
        for job in jobs:
            waiting.append(executor.submit(read, job))
            while len(waiting) > (0 if _cut_short(job) else AHEAD):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:  # nobody will ask for it any more
            future.cancel()
