"""Syncs that people ask for while a server runs: one after the other, in a thread that nobody waits for."""

import threading
from collections.abc import Callable

import structlog

from ingest.sources.register import Register
from ingest.summary import Summary
from ingest.sync import Sync
from rag.errors import FootnoteError

log = structlog.get_logger()


class Syncer:
    """Runs syncs by the names of their sources. What becomes of one is kept with its source, as ever."""

    def __init__(self, register: Register, sync: Callable[[], Sync]) -> None:
        """``sync`` is called in the thread; nothing is started yet."""
        self._register = register
        self._sync = sync
        self._lock = threading.Lock()
        self._asked: list[str] = []  # the first of them is under way
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()

    @property
    def asked(self) -> tuple[str, ...]:
        """The names of those that are under way or wait for their turn."""
        with self._lock:
            return tuple(self._asked)

    def ask(self, name: str) -> None:
        """Have a source synced as soon as those before it are; once, however often that is asked."""
        with self._lock:
            if name in self._asked or self._stopping.is_set():
                return
            self._asked.append(name)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="syncer", daemon=True)
                self._thread.start()

    def wait(self, timeout: float | None = None) -> None:
        """Return when all that was asked for is done, or after so many seconds."""
        thread = self._thread
        if thread is not None:
            thread.join(timeout)

    def stop(self, timeout: float | None = None) -> None:
        """Break off what is under way, between two files; the next sync goes on from there."""
        self._stopping.set()
        self.wait(timeout)

    def _run(self) -> None:
        while True:
            with self._lock:
                name = self._asked[0]
            try:
                self._follow(name)
            except FootnoteError as error:
                log.warning("sync_failed", source=name, error=str(error))
            except Exception as error:  # whatever it is, the next one shall have its turn
                log.error("sync_failed", source=name, exc_info=error)
            with self._lock:
                self._asked.pop(0)
                if not self._asked:
                    self._thread = None
                    return

    def _follow(self, name: str) -> None:
        """Raises as Sync.run, and NotFound where the source was removed meanwhile."""
        if self._stopping.is_set():
            return
        steps = self._sync().run(self._register.named(name), Summary())
        for _ in steps:
            if self._stopping.is_set():
                return
