"""From an original to a published version: parse, chunk, embed, publish. One document's failure is its own."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

import structlog

from ingest.chunk import chunk_pages
from ingest.files import Originals
from ingest.jobs import Job, Jobs
from rag.database import Database
from rag.errors import FootnoteError, ParserCrashed, RetryableError
from rag.feed import lock
from rag.ports import Embedder
from rag.store import Store, Version
from rag.types import Chunk, Parsed

if TYPE_CHECKING:
    from rag.ports import Vectors

AHEAD = 4  # documents that are parsed while others are embedded
TOGETHER = 256  # chunks that are worth embedding in one go
BEAT = 15.0  # seconds between signs of life
MAX_CLAIMS = 5  # readings of one original that may end with the death of the process
CUT_SHORT = (
    "Reading it was cut short each time it was tried; it may need more memory than there is. "
    "Split it, then add it again."
)
UNEXPECTED = "Something unexpected went wrong while reading it. The log says what; try again, or report it."

log = structlog.get_logger()
Item = TypeVar("Item")
Made = TypeVar("Made")


class Parser(Protocol):
    """Whatever turns an original into pages; see ingest.parsers.isolate."""

    def parse(self, path: Path, name: str) -> Parsed:
        """Pages, cleaned. Raises UnreadableDocument."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A parsed and chunked document on its way; or why there is none."""

    job: Job
    parsed: Parsed | None = None
    chunks: tuple[Chunk, ...] = ()
    failure: "Failure | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a document was not published, in words for its owner."""

    source: str
    stage: str
    reason: str
    retry: bool = False  # whether the same may work later


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
        jobs: Jobs,
        originals: Originals,
        parser: Parser,
        embedder: Embedder,
        chunk_tokens: int,
    ) -> None:
        """``chunk_tokens`` is the size that chunks aim at."""
        self._database = database
        self._store = store
        self._jobs = jobs
        self._originals = originals
        self._parser = parser
        self._embedder = embedder
        self._chunk_tokens = chunk_tokens

    def run(self, claimed: Iterable[Job], owner: str) -> Iterator[Result]:
        """Do the jobs, which this owner holds, yielding each one's result as it is committed."""
        with self._alive(owner), ThreadPoolExecutor(1, "parse") as parsing:
            group: list[Draft] = []
            for draft in _ahead(parsing, self._read, claimed):
                group.append(draft)
                if sum(len(each.chunks) for each in group) >= TOGETHER:
                    yield from self._publish(group)
                    group = []
            yield from self._publish(group)

    def _read(self, job: Job) -> Draft:
        stage = "parsing"
        try:
            if job.attempts > MAX_CLAIMS:
                raise ParserCrashed(CUT_SHORT)
            parsed = self._titled(self._parser.parse(self._originals.path(job.sha256), job.source))
            stage = "chunking"
            limit = self._embedder.max_tokens
            chunks = chunk_pages(
                parsed.pages, parsed.title, self._embedder, limit=limit, target=min(self._chunk_tokens, limit)
            )
        except Exception as error:  # noqa: BLE001, one document's failure is its own
            return Draft(job=job, failure=self._failure(job, stage, error))
        return Draft(job=job, parsed=parsed, chunks=tuple(chunks))

    def _titled(self, parsed: Parsed) -> Parsed:
        """With a title that leaves room for text: it is embedded with every chunk."""
        title = parsed.title
        while self._embedder.count([title])[0] > self._embedder.max_tokens // 4:
            title = title[: len(title) // 2].rstrip() + "…"
        return replace(parsed, title=title)

    def _publish(self, group: list[Draft]) -> Iterator[Result]:
        texts = [c.embedded(d.parsed.title) for d in group if d.parsed is not None for c in d.chunks]
        try:
            self._jobs.enter([draft.job for draft in group], "embedding")
            vectors = self._embedder.embed(texts)
        except Exception as error:  # noqa: BLE001, one document's failure is its own
            if len(group) > 1:
                for draft in group:
                    yield from self._publish([draft])
                return
            group = [replace(d, failure=d.failure or self._failure(d.job, "embedding", error)) for d in group]
        at = 0
        for draft in group:
            if draft.failure is not None or draft.parsed is None:
                yield self._record(draft)
                continue
            yield self._commit(draft, draft.parsed, vectors[at : at + len(draft.chunks)])
            at += len(draft.chunks)

    def _commit(self, draft: Draft, parsed: Parsed, vectors: "Vectors") -> Result:
        version = Version(
            sha256=draft.job.sha256,
            size=draft.job.size,
            parsed=parsed,
            chunks=draft.chunks,
            vectors=vectors,
            fingerprint=self._embedder.fingerprint,
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
            with self._database.writing() as connection:
                again = self._jobs.fail(connection, job, retry=failure.retry)
                if not again:
                    self._store.fail(connection, job.document_id, failure.reason)
        except FootnoteError as error:  # the lease will run out, and somebody will try again
            log.warning("failure_not_recorded", source=job.source, error=str(error))
            again = True
        return Result(job=job, failure=failure, again=again)

    def _failure(self, job: Job, stage: str, error: Exception) -> Failure:
        if not isinstance(error, FootnoteError):
            log.error("unexpected", source=job.source, stage=stage, exc_info=error)
            return Failure(source=job.source, stage=stage, reason=UNEXPECTED)
        retry = isinstance(error, RetryableError)
        return Failure(source=job.source, stage=stage, reason=str(error), retry=retry)

    @contextmanager
    def _alive(self, owner: str) -> Iterator[None]:
        """Renew the owner's leases for as long as the block runs."""
        done = threading.Event()

        def beat() -> None:
            while not done.wait(BEAT):
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


def _ahead(
    executor: ThreadPoolExecutor, function: Callable[[Item], Made], items: Iterable[Item]
) -> Iterator[Made]:
    """The function of each item, in order, computed up to AHEAD items before it is asked for."""
    waiting: deque[Future[Made]] = deque()
    try:
        for item in items:
            waiting.append(executor.submit(function, item))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:  # nobody will ask for it any more
            future.cancel()
