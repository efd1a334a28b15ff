"""Answers kept for clients that repeat a request because they never saw the answer."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from rag.errors import UsageError
from rag.ports import Clock

HEADER = "Idempotency-Key"
MOST = 1000  # answers; then the oldest goes
SECONDS = 24 * 3600.0  # how long one is kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a request came to."""

    status: int  # HTTP
    body: dict[str, Any]
    lasting: bool  # whether the same request would come to the same again


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    asked: str
    since: float  # seconds of the clock
    reply: "Future[Reply]" = field(default_factory=Future)


class Replies:
    """The first reply to each key, after the HTTP API working group's draft "The Idempotency-Key HTTP Header Field".

    They live as long as the process: what must hold across a restart (one content is one document) holds in SQL.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def once(self, key: str, asked: str, reply: Callable[[], Reply]) -> Reply:
        """The reply that the key has already, else a new one, which is kept if it is lasting.

        Who comes while the first is under way waits for it. ``asked`` tells requests apart. Raises UsageError where
        the key belongs to another request, and whatever ``reply`` raises, of which nothing is kept.
        """
        mine = _Kept(asked=asked, since=self._clock.monotonic())
        with self._lock:
            self._forget(mine.since)
            known = self._kept.setdefault(key, mine)
            if len(self._kept) > MOST:
                self._kept.popitem(last=False)
        if known is mine:
            self._fill(key, mine, reply)
        elif known.asked != asked:
            raise UsageError(
                f"The {HEADER} was used before, for other files. Nothing was done. Take a new key for each upload."
            )
        return known.reply.result()

    def _fill(self, key: str, mine: _Kept, reply: Callable[[], Reply]) -> None:
        keep = False
        try:
            made = reply()
            keep = made.lasting
            mine.reply.set_result(made)
        except Exception as error:  # noqa: BLE001 it is raised where the reply is asked for, by all who wait
            mine.reply.set_exception(error)
        finally:
            with self._lock:
                if not keep and self._kept.get(key) is mine:
                    del self._kept[key]

    def _forget(self, now: float) -> None:
        while self._kept and now - next(iter(self._kept.values())).since >= SECONDS:
            self._kept.popitem(last=False)
