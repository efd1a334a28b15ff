"""Questions being answered: each is written to its end, whoever listens, and kept for those who come back.

What is written is kept in this process, by the id that the page made for it, until it is old. A connection that
drops stops nothing; whoever wants it stopped says so.
"""

import threading
from collections.abc import Callable, Iterator

from rag.errors import Busy
from rag.ports import Clock
from web.events import event

MOST = 128  # questions that are kept
SECONDS = 600.0  # for which one is kept once it has been answered; then its conversation has it
TICK = 1.0  # seconds after which a listener who hears nothing is told so, so that one who left is noticed
QUIET = event("quiet", {})


class Writing:
    """A question under way. Any number of threads may listen."""

    def __init__(self, known: str, conversation: str, question: str, replaces: str | None = None) -> None:
        """``conversation`` may be one that begins with it; ``replaces`` is the answer whose place it takes."""
        self.id = known
        self.conversation = conversation
        self.question = question
        self.replaces = replaces
        self.ended_at: float | None = None  # by a monotonic clock
        self._stopped = False
        self._told: list[str] = []
        self._more = threading.Condition()

    def tell(self, said: str) -> None:
        """Tell all who listen."""
        with self._more:
            self._told.append(said)
            self._more.notify_all()

    def end(self, now: float) -> None:
        """Nothing more will be told."""
        with self._more:
            self.ended_at = now
            self._more.notify_all()

    def stop(self) -> None:
        """Write no more than what is being written just now, and keep nothing of it."""
        self._stopped = True

    @property
    def stopped(self) -> bool:
        """Whether somebody asked for that."""
        return self._stopped

    def follow(self) -> Iterator[str]:
        """All that is told, from the first on; it ends when nothing more will be."""
        at, ended = 0, False
        while not ended:
            fresh, ended = self._after(at)
            at += len(fresh)
            yield from fresh or ([] if ended else [QUIET])

    def _after(self, at: int) -> tuple[list[str], bool]:
        """What was told behind the first so many, and whether that is all; waits a tick at most."""
        with self._more:
            self._more.wait_for(lambda: len(self._told) > at or self.ended_at is not None, TICK)
            return self._told[at:], self.ended_at is not None


class UnderWay:
    """The questions under way in this process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._all: dict[str, Writing] = {}  # the oldest first
        self._lock = threading.Lock()
        self._threads: set[threading.Thread] = set()

    def begin(self, writing: Writing, events: Callable[[], Iterator[str]]) -> Writing:
        """Have it written in a thread of its own; where it has begun already, that one.

        The first event is waited for. Raises Busy, and whatever comes before the first event.
        """
        with self._lock:
            if known := self._all.get(writing.id):
                return known
            self._make_room()
            self._all[writing.id] = writing
        telling = events()
        try:
            first = next(telling, "")
        except BaseException:
            self._drop(writing)
            raise
        writing.tell(first)
        thread = threading.Thread(target=self._write, args=(writing, telling), daemon=True)
        with self._lock:
            self._threads.add(thread)
        thread.start()
        return writing

    def find(self, known: str) -> Writing | None:
        """The question of this id, while it is kept."""
        with self._lock:
            return self._all.get(known)

    def of(self, conversation: str) -> list[Writing]:
        """Those of a conversation that have no answer yet, the oldest first."""
        with self._lock:
            mine = [each for each in self._all.values() if each.conversation == conversation]
        return [each for each in mine if each.ended_at is None and not each.stopped]

    def close(self, patience: float) -> None:
        """Stop them all, and wait so many seconds for each."""
        with self._lock:
            every, threads = list(self._all.values()), list(self._threads)
        for writing in every:
            writing.stop()
        for thread in threads:
            thread.join(patience)

    def _write(self, writing: Writing, telling: Iterator[str]) -> None:
        try:
            while not writing.stopped and (said := next(telling, None)) is not None:
                writing.tell(said)
        finally:
            getattr(telling, "close", lambda: None)()
            if writing.stopped:
                writing.tell(event("stopped", {}))
            writing.end(self._clock.monotonic())
            with self._lock:
                self._threads.discard(threading.current_thread())

    def _drop(self, writing: Writing) -> None:
        with self._lock:
            self._all.pop(writing.id, None)
        writing.end(self._clock.monotonic())

    def _make_room(self) -> None:
        """Forget what is old, and the oldest where there are too many. Raises Busy where all are under way."""
        before = self._clock.monotonic() - SECONDS
        ended = {known: each.ended_at for known, each in self._all.items() if each.ended_at is not None}
        for known, at in ended.items():
            if at < before or len(self._all) >= MOST:
                del self._all[known]
        if len(self._all) >= MOST:
            raise Busy(
                f"{MOST} questions are being answered, and more are not taken. Ask again in a few seconds."
            )
