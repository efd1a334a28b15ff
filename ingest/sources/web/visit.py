"""Going from page to page as sites like it: where they permit it, and not too fast."""

import time
from collections.abc import Callable

from ingest.sources.fetching.fetch import Fetcher
from ingest.sources.fetching.fetched import Fetched, Known
from ingest.sources.fetching.url import parse
from ingest.sources.web.robots import Robots
from rag.clock import SystemClock
from rag.ports import Clock


class Visitor:
    """One run's visits, with what each site permits and when it was last asked."""

    def __init__(
        self,
        fetcher: Fetcher,
        delay: float,
        clock: Clock | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """``delay``: seconds between two requests to a host, more where its robots.txt wants more."""
        self._fetcher = fetcher
        self._delay = delay
        self._clock = clock or SystemClock()
        self._sleep = sleep
        self._robots = Robots(fetcher)
        self._visited: dict[str, float] = {}

    def allowed(self, url: str) -> bool:
        """Whether the page's site lets us. Raises Refused, and FetchError where its rules cannot be had."""
        return self._robots.allow(url)

    def get(self, url: str, known: Known, wanted: Callable[[str], bool]) -> Fetched:
        """The page, once its host has had its rest. Raises as Fetcher.get."""
        host = parse(url).host
        if host in self._visited:
            pause = max(self._delay, self._robots.delay(url))
            self._sleep(max(0.0, self._visited[host] + pause - self._clock.monotonic()))
        try:
            return self._fetcher.get(url, known, wanted)
        finally:
            self._visited[host] = self._clock.monotonic()
