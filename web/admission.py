"""Whether one more upload may come in now: a limit on those being received, and on what waits to be read."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.errors import TooMany
from web.problems import problem, respond
from web.uploads import is_upload
from web.wiring import Services


class Admission:
    """Sends an upload away, before anything of it is read, while there are too many.

    What was let in is taken whole, so that the documents waiting may outgrow their limit by what was on its way. The
    uploads received at once are fewer than the threads that answer requests, so that some are left for everybody else.
    """

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self.app = app
        self.services = services
        self._receiving = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if not is_upload(scope):
            await self.app(scope, receive, send)
            return
        self._receiving += 1
        try:
            refusal = self._crowd() or await run_in_threadpool(self._backlog)
            answer = respond(Request(scope), problem(refusal)) if refusal else self.app
            await answer(scope, receive, send)
        finally:
            self._receiving -= 1

    def _crowd(self) -> TooMany | None:
        most = self.services.settings.max_uploads
        if self._receiving <= most:
            return None
        return TooMany(
            f"Too many uploads come in at once: {most} is the most (FOOTNOTE_MAX_UPLOADS). Nothing of this one was "
            "kept. Send it again in a few seconds."
        )

    def _backlog(self) -> TooMany | None:
        most = self.services.settings.max_waiting
        if (waiting := self.services.backlog.uploads()) < most:
            return None
        return TooMany(
            f"{waiting:,} uploaded documents wait to be read, and {most:,} is the most (FOOTNOTE_MAX_WAITING). Nothing "
            "of this upload was kept. Send it again when some of them have been read."
        )
