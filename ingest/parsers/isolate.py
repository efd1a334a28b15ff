"""Parsing in a process of its own, so that a file which crashes, hangs or swells the parser fails alone.

The child is started once, stays warm and imports only what parsing needs. It takes requests on a pipe one
at a time and ends when the pipe does, so it never outlives its parent.
"""

import math
import os
import resource
import signal
import subprocess
import sys
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

from rag.errors import FootnoteError, ParserCrashed, RetryableError, StorageError, UnreadableDocument
from rag.types import Parsed

_START_SECONDS = 60.0  # for the child to import and report
_GRACE_SECONDS = 5  # for the parent to notice a time-out before the child ends itself
_PROGRAM = "import sys; from ingest.parsers.isolate import serve; serve(*map(int, sys.argv[1:]))"
_Answer = Parsed | FootnoteError | MemoryError


class ParserProcess:
    """A warm child process that detects, parses and cleans. Safe to share between threads: one file at a time."""

    def __init__(self, timeout: float, memory_mb: int) -> None:
        """`timeout` is in seconds of wall clock a file, `memory_mb` in MiB of data the child may hold."""
        self._timeout = timeout
        self._memory_mb = memory_mb
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child. A later `parse` would start another."""
        with self._lock:
            self._stop()

    def warm(self) -> None:
        """Start the child now, so that the first file need not wait for it."""
        with self._lock:
            self._started()

    def parse(self, data_path: Path, name: str) -> Parsed:
        """Detect, parse and clean the file at a path; `name` is what its owner calls it.

        Raises:
            UnreadableDocument: with the parser's own reason.
            ParserCrashed: the child died, took too long or asked for too much memory; the next file gets a
                fresh one.
            RetryableError: the child could not be started.
        """
        with self._lock:
            try:
                answer = self._asked(data_path, name)
            except (EOFError, OSError) as error:
                self._stop()
                raise self._crashed(name, f"reading it ended the reader ({self._limits()})") from error
            except BaseException:
                self._stop()  # an answer still on its way must not be taken for the next file's
                raise
        if isinstance(answer, Parsed):
            return answer
        if isinstance(answer, MemoryError):
            raise self._crashed(name, f"reading it took more memory than the limit of {self._memory_mb} MiB")
        raise answer

    def _limits(self) -> str:
        return f"its limits are {self._memory_mb} MiB of memory and {self._timeout:g} seconds"

    def _asked(self, data_path: Path, name: str) -> _Answer:
        pipe = self._started()
        pipe.send((str(data_path), name))
        if not pipe.poll(self._timeout):
            raise self._crashed(name, f"reading it took longer than the limit of {self._timeout:g} seconds")
        answer: _Answer = pipe.recv()
        if isinstance(answer, MemoryError):
            self._stop()  # what it still holds is not known
        return answer

    def _started(self) -> Connection:
        if self._pipe is not None and self._process is not None and self._process.poll() is None:
            return self._pipe
        self._stop()
        self._pipe, theirs = Pipe()
        seconds = math.ceil(self._timeout) + _GRACE_SECONDS
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, *map(str, (theirs.fileno(), self._memory_mb, seconds))],
                pass_fds=[theirs.fileno()],
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,  # what parsers print about damaged files: reasons are in the answers
                stderr=subprocess.DEVNULL,
            )
        if not _ready(self._pipe):
            raise RetryableError(
                "The reader of documents could not be started: this machine may be short of memory, or Footnote "
                "not installed whole. It is tried again; no document is to blame."
            )
        return self._pipe

    def _stop(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._pipe = self._process = None

    @staticmethod
    def _crashed(name: str, what: str) -> ParserCrashed:
        return ParserCrashed(
            f"{name} could not be read: {what}. Other documents are not affected. "
            "Save it in another format or split it, and add that."
        )


def _ready(pipe: Connection) -> bool:
    try:
        return pipe.poll(_START_SECONDS) and pipe.recv() == "ready"
    except (EOFError, OSError):
        return False


def serve(descriptor: int, memory_mb: int, seconds: int) -> None:
    """The child: answer requests from the pipe until it ends. A file is given `seconds` at most."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    _import_parsers()
    resource.setrlimit(resource.RLIMIT_DATA, (memory_mb << 20, memory_mb << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pipe = Connection(descriptor)
    with suppress(EOFError, OSError):
        pipe.send("ready")
        while True:
            path, name = pipe.recv()
            signal.alarm(seconds)  # the kernel ends a parser that hangs after its parent is gone
            answer = _answer(Path(path), name)
            signal.alarm(0)
            pipe.send(answer)


def _answer(path: Path, name: str) -> _Answer:
    try:
        return _parsed(path, name)
    except FootnoteError as error:
        return type(error)(str(error))  # without its cause, which need not travel
    except MemoryError:
        return MemoryError()
    except Exception:  # noqa: BLE001  a parser's own mistake is this file's failure, not the program's
        return UnreadableDocument(
            f"{name} could not be read: it is damaged, or made in a way that the reader does not understand. "
            "Save it in another format, and add that."
        )


def _parsed(path: Path, name: str) -> Parsed:
    from ingest.clean import clean
    from ingest.parsers.detect import media_type
    from ingest.parsers.registry import parser_for

    try:
        data = path.read_bytes()
    except OSError as error:
        raise StorageError(
            f"The stored original of {name} could not be opened ({error.strerror}). Add the document again."
        ) from error
    return clean(parser_for(media_type(data, name))(data, name))


def _import_parsers() -> None:
    """Load what parsing needs before the memory limit counts."""
    import logging

    import markdown_it  # noqa: F401
    import pypdf  # noqa: F401
    import pypdfium2  # noqa: F401
    import trafilatura  # noqa: F401

    import ingest.parsers.registry  # noqa: F401

    logging.disable(logging.CRITICAL)


def _environment() -> dict[str, str]:
    """The parent's environment, and where this very package is."""
    here = str(Path(__file__).parents[2])
    path = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (here, path))), "OMP_NUM_THREADS": "1"}
