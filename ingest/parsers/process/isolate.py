"""Parsing in processes of their own, so that a file which crashes, hangs or swells the parser fails alone.

Children are started once, stay warm, and are renewed after some hundred files. Reading and drawing have children
of their own, so that nobody who looks at a page waits for a document to be read.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import LifoQueue
from types import TracebackType
from typing import Self

import structlog

from ingest.parsers.process.channel import Answer, Request
from ingest.parsers.process.reader import Bounds, Ended, Reader
from ingest.parsers.reading import Limits, Reading
from rag.errors import ParserCrashed, StorageError
from rag.types import Parsed

USUAL = Limits()
RECOGNISING = (
    0.75  # share of the time limit after which no more pages are recognised: the rest is for the end
)
PICTURE_SECONDS = 10.0  # that somebody waits for the picture of a page

log = structlog.get_logger()


class ParserProcess:
    """Warm children that detect, parse, clean and screen, and one that draws. Safe to share between threads."""

    def __init__(self, timeout: float, memory_mb: int, limits: Limits = USUAL, processes: int = 1) -> None:
        """`timeout` is in seconds of wall clock a file, `memory_mb` in MiB of data that a child may hold.

        `limits` hold for each document; `processes` are the files that are read at the same time.
        """
        self._limits = limits
        self._seconds = RECOGNISING * timeout
        bounds = Bounds(seconds=timeout, memory_mb=memory_mb, setting="FOOTNOTE_PARSE_SECONDS")
        self._reading = _Pool(bounds, processes)
        self._drawing = _Pool(Bounds(seconds=PICTURE_SECONDS, memory_mb=memory_mb), 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the children, after what they are at. A later call would start others."""
        self._reading.stop()
        self._drawing.stop()

    def warm(self) -> None:
        """Start a child now, so that the first file need not wait for it. Raises RetryableError."""
        with self._reading.free() as reader:
            reader.started()

    def parse(self, path: Path, name: str, *, keep_hidden: bool = False) -> Parsed:
        """Detect, parse, clean and screen the file at a path; `name` is what its owner calls it.

        `keep_hidden` also reads what somebody who looks at the document would not see.

        Raises:
            UnreadableDocument: with the parser's own reason.
            ParserCrashed: the child died, took too long or asked for too much memory; the next file gets a
                fresh one.
            StorageError: there is no such file.
            RetryableError: the child could not be started, or failed for reasons of its own.
        """
        reading = Reading(limits=self._limits, keep_hidden=keep_hidden, seconds=self._seconds)
        request = Request(name=name, reading=reading)
        try:
            parsed = self._reading.answer(request, path).parsed
        except Ended as ended:
            raise ParserCrashed(
                f"{name} could not be read: {ended}. Other documents are not affected. "
                "Save it in another format or split it, and add that; or raise the limit."
            ) from ended
        assert parsed is not None
        return parsed

    def picture(self, path: Path, page: int, scale: float) -> bytes:
        """Page `page`, from 1, as PNG at `scale` pixels a point. Raises like `parse`."""
        request = Request(name=f"Page {page}", reading=Reading(), picture=page, scale=scale)
        try:
            return self._drawing.answer(request, path).picture
        except Ended as ended:
            raise ParserCrashed(
                f"Page {page} cannot be drawn: {ended}. Its text is shown below; the original can be downloaded."
            ) from ended


class _Pool:
    """Some readers, each lent to one thread at a time; the one used last first, as it is warm."""

    def __init__(self, bounds: Bounds, count: int) -> None:
        self._bounds = bounds
        self._readers = [Reader(bounds) for _ in range(count)]
        self._free: LifoQueue[Reader] = LifoQueue()
        for reader in self._readers:
            self._free.put(reader)

    @contextmanager
    def free(self) -> Iterator[Reader]:
        reader = self._free.get()
        try:
            yield reader
        finally:
            self._free.put(reader)

    def answer(self, request: Request, path: Path) -> Answer:
        """An answer that is no failure. Raises Ended, and the failure."""
        with _opened(path, request.name) as file, self.free() as reader:
            answer = reader.ask(request, file)
        if answer.failure is None:
            return answer
        if answer.failure.origin:
            log.warning("reader_failed", name=request.name, origin=answer.failure.origin)
        error = answer.failure.error()
        if isinstance(error, MemoryError):
            raise Ended(f"it took more than the limit of {self._bounds.memory}") from error
        raise error

    def stop(self) -> None:
        lent = [self._free.get() for _ in self._readers]
        for reader in lent:
            reader.stop()
            self._free.put(reader)


@contextmanager
def _opened(path: Path, name: str) -> Iterator[int]:
    """The file, open for reading: a child is given this one file, and no way to open another."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise StorageError(
            f"The stored original of {name} could not be opened ({error.strerror}). Add the document again."
        ) from error
    try:
        yield file
    finally:
        os.close(file)
