"""Somebody who does jobs: the thread inside `serve`, the `work` command, and `add` for its own files."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence

import structlog

from ingest.jobs import Job, Jobs
from ingest.owner import owner
from ingest.pipeline import Pipeline, Result
from rag.errors import FootnoteError

IDLE = 0.5  # seconds between looks at an empty queue
CHORES = 5.0  # seconds between two looks at what else is to be done

log = structlog.get_logger()
Report = Callable[[Result], None]


class Worker:
    """Claims jobs and runs them through the pipeline until told to stop."""

    def __init__(self, jobs: Jobs, pipeline: Pipeline, chores: Callable[[], object] = lambda: None) -> None:
        """Starts nothing yet. ``chores`` is called now and then while it runs, to do a little of what is due."""
        self._chores = chores
        self._next_chores = 0.0
        self._jobs = jobs
        self._pipeline = pipeline
        self._owner = owner()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def claim(self, among: Sequence[str] | None = None) -> Job | None:
        """Take a job that is free, of any document or of those given; None when stopping or there is none."""
        return None if self._stopping.is_set() else self._jobs.claim(self._owner, among)

    def do(self, claimed: Iterable[Job]) -> Iterator[Result]:
        """Run jobs that ``claim`` gave, and give back those that were not reached."""
        try:
            yield from self._pipeline.run(claimed, self._owner)
        finally:
            self._jobs.release(self._owner)

    def drain(self, among: Sequence[str] | None = None) -> Iterator[Result]:
        """Do what is free now, and stop when there is no more."""
        yield from self.do(iter(lambda: self.claim(among), None))

    def run(self, report: Report) -> None:
        """Do jobs until ``stop``; an error of the database is waited out."""
        while not self._stopping.is_set():
            try:
                self._do_chores()
                for result in self.drain():
                    report(result)
                    self._do_chores()
            except FootnoteError as error:
                log.warning("worker_waits", error=str(error))
            self._stopping.wait(IDLE)

    def _do_chores(self) -> None:
        if (now := time.monotonic()) >= self._next_chores:
            self._next_chores = now + CHORES
            self._chores()

    def start(self) -> None:
        """Run in a thread of its own."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self.run, args=(_log,), name="worker", daemon=True)
        self._thread.start()

    def stop(self, timeout: float | None = None) -> None:
        """Finish what is being done, and no more. Returns when done or after the timeout, in seconds."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout)


def _log(result: Result) -> None:
    if result.failure is None:
        log.info("document_ready", source=result.job.source, pages=result.pages, chunks=result.chunks)
    else:
        log.warning(
            "document_failed",
            source=result.job.source,
            stage=result.failure.stage,
            reason=result.failure.reason,
        )
