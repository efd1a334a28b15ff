"""Something that takes a while: done in a thread of its own, one at a time, and looked at meanwhile."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock, Thread
from typing import Any

import structlog

from rag.errors import AlreadyRunning, FootnoteError
from rag.ports import Clock

Tell = Callable[[int, int], None]  # how much is done, and of how much
UNFORESEEN = "Something went wrong that nobody foresaw. The log of the server tells more under {id}."


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How far it is."""

    began: datetime | None = None  # None: nobody has asked for it since the server started
    ended: datetime | None = None
    done: int = 0
    total: int = 0  # 0 where nobody knows
    result: Any = None
    trouble: str = ""  # why it failed

    @property
    def running(self) -> bool:
        """Whether it is being done now."""
        return self.began is not None and self.ended is None


class Task:
    """One kind of work. Any number of threads may ask for it."""

    def __init__(self, clock: Clock) -> None:
        """Nothing begins yet."""
        self._clock = clock
        self._lock = Lock()
        self._thread: Thread | None = None
        self.state = State()

    def start(self, work: Callable[[Tell], Any]) -> None:
        """Begin, and return at once. Raises AlreadyRunning while it is being done."""
        with self._lock:
            if self.state.running:
                raise AlreadyRunning("This is being done already. Wait until it has ended.")
            self.state = State(began=self._clock.now())
            self._thread = Thread(target=self._run, args=(work,), daemon=True)
            self._thread.start()

    def wait(self, seconds: float) -> State:
        """Look again when it has ended, or after so long."""
        if self._thread:
            self._thread.join(seconds)
        return self.state

    def _run(self, work: Callable[[Tell], Any]) -> None:
        try:
            self._end(result=work(self._tell))
        except FootnoteError as error:
            self._end(trouble=str(error))
        except Exception as error:  # noqa: BLE001 whatever it is, whoever waits must hear of it
            known = uuid.uuid4().hex
            structlog.get_logger().error("task_failed", id=known, exc_info=error)
            self._end(trouble=UNFORESEEN.format(id=known))

    def _tell(self, done: int, total: int) -> None:
        self.state = replace(self.state, done=done, total=total)

    def _end(self, **how: Any) -> None:
        self.state = replace(self.state, ended=self._clock.now(), **how)
