"""An answer of the server that comes late: as things stood when it was asked for, after others have overtaken it."""

import re
from typing import Any

LOOK_AGAIN_MS = 20


class Late:
    """That to the next request whose address is like this."""

    def __init__(self, page: Any, address: str) -> None:
        self._page = page
        self._route: Any = None
        self._answer: Any = None
        page.route(re.compile(address), self._hold, times=1)

    def asked(self) -> None:
        """Wait until somebody has asked and the server has answered."""
        while self._route is None:
            self._page.wait_for_timeout(LOOK_AGAIN_MS)

    def come(self) -> None:
        """Let it arrive, and wait until scripts have seen it: what they ask for afterwards comes behind it."""
        mine = self._route.request
        with self._page.expect_event("requestfinished", lambda request: request == mine):
            self._route.fulfill(response=self._answer)
        self._page.evaluate("fetch('/healthz').then(answer => answer.text())")

    def _hold(self, route: Any) -> None:
        self._answer = route.fetch()
        self._route = route
