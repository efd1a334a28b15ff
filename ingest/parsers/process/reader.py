"""A child process as its parent sees it: started when needed, asked one thing at a time, ended when in doubt."""

import math
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ingest.parsers.process import channel, folder
from ingest.parsers.process.channel import Answer, Request
from ingest.parsers.process.child import MAX_NEWS, READY
from rag.errors import RetryableError

RENEWED_AFTER = 200  # documents; whatever parsers leak ends with their process

_START_SECONDS = 60.0  # for the child to import and report
_UNFIT = (channel.OUT_OF_MEMORY, RetryableError.__name__)  # failures after which another child may do better
_GRACE_SECONDS = 5  # for the parent to notice a time-out before the child ends itself
_PROGRAM = "import sys; from ingest.parsers.process.child import serve; serve(*map(int, sys.argv[1:]))"
_PASSED_ON = ("LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PYTHONHOME", "TZ")


class Ended(Exception):
    """The child is no more; the text says why, to follow "could not be read: "."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one request may take."""

    seconds: float  # of wall clock
    memory_mb: int  # MiB of data
    setting: str = ""  # that the seconds come from

    @property
    def time(self) -> str:
        """The time in words."""
        return f"{self.seconds:g} seconds" + (f" ({self.setting})" if self.setting else "")

    @property
    def memory(self) -> str:
        """The memory in words."""
        return f"{self.memory_mb} MiB of memory (FOOTNOTE_PARSE_MEMORY_MB)"


class Reader:
    """One child and this end of its channel. Not to be shared by threads at the same time."""

    def __init__(self, bounds: Bounds) -> None:
        """The child is started by the first request."""
        self._bounds = bounds
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._folder: Path | None = None
        self._answered = 0

    def ask(self, request: Request, file: int) -> Answer:
        """The child's answer about the open file. Raises Ended, and RetryableError if no child can be started."""
        child = self.started()
        try:
            channel.send(child, channel.encode(request), file)
            answer = channel.decode_answer(channel.receive(child, self._bounds.seconds), request)
        except TimeoutError as error:
            self.stop()
            raise Ended(f"it took longer than the limit of {self._bounds.time}") from error
        except (EOFError, OSError, ValueError) as error:
            self.stop()
            limits = f"{self._bounds.memory} and {self._bounds.time}"
            raise Ended(f"the parser crashed on it; its limits are {limits}") from error
        except BaseException:
            self.stop()  # an answer still on its way must not be taken for the next request's
            raise
        self._end_if_used_up(answer)
        return answer

    def started(self) -> socket.socket:
        """The way to a living child. Raises RetryableError."""
        if self._socket is not None and self._process is not None and self._process.poll() is None:
            return self._socket
        self.stop()
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = self._start(theirs.fileno())
        news = _news(self._socket)
        if news != READY:
            self.stop()
            raise RetryableError(
                f"The reader of documents could not be started ({news.decode('ascii', 'replace')}): this machine may "
                "be short of memory, or Footnote not installed whole. It is tried again; no document is to blame."
            )
        return self._socket

    @property
    def pid(self) -> int | None:
        """The child's process id, None while there is no child."""
        return self._process.pid if self._process else None

    def stop(self) -> None:
        """End the child and whatever it started."""
        if self._socket is not None:
            self._socket.close()
        if self._process is not None:
            _end(self._process)
        if self._folder is not None:
            folder.remove(self._folder)
        self._socket = self._process = self._folder = None
        self._answered = 0

    def _start(self, descriptor: int) -> subprocess.Popen[bytes]:
        seconds = math.ceil(self._bounds.seconds) + _GRACE_SECONDS
        arguments = map(str, (descriptor, self._bounds.memory_mb, seconds))
        folder.clear()
        self._folder = folder.make()
        return subprocess.Popen(
            [sys.executable, "-P", "-c", _PROGRAM, *arguments],
            pass_fds=[descriptor],
            env=_environment(str(self._folder)),
            cwd=self._folder,
            process_group=0,
            stdin=subprocess.PIPE,  # nothing is written to it: it ends when this process does, and ends the child
            stdout=subprocess.DEVNULL,  # what parsers print about damaged files: reasons are in the answers
            stderr=subprocess.DEVNULL,
        )

    def _end_if_used_up(self, answer: Answer) -> None:
        """End a child that has answered often, holds on to much memory, had too little, or is at fault itself."""
        self._answered += 1
        unfit = answer.failure is not None and answer.failure.kind in _UNFIT
        swollen = _held_mb(self.pid) > self._bounds.memory_mb / 2
        if unfit or swollen or self._answered >= RENEWED_AFTER:
            self.stop()


def _news(child: socket.socket) -> bytes:
    """READY from a child that has started, else why it has not."""
    try:
        return channel.receive(child, _START_SECONDS, MAX_NEWS)
    except (EOFError, OSError, ValueError) as error:
        return type(error).__name__.encode()


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    if process.returncode is None:  # its number, and its group's, are still its own
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _held_mb(pid: int | None) -> float:
    """MiB of memory that a process holds alone; 0 where the system does not say."""
    try:
        _, resident, shared, *_ = Path(f"/proc/{pid}/statm").read_text().split()
    except (OSError, ValueError):
        return 0.0
    return (int(resident) - int(shared)) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def _environment(home: str) -> dict[str, str]:
    """Language and libraries, and where this very package is; no addresses, no keys."""
    here = str(Path(__file__).parents[3])
    path = os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return kept | {"PYTHONPATH": path, "HOME": home, "TMPDIR": home, "OMP_NUM_THREADS": "1"}
