"""Server-sent events (WHATWG HTML, section 9.2)."""

import asyncio
import json
from collections.abc import AsyncGenerator, Generator, Iterator, Mapping

from fastapi.responses import StreamingResponse
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from rag.errors import Busy
from web.language import Language
from web.problems import problem

EVENTS = "text/event-stream"


def wanted(request: Request) -> bool:
    """Whether the client asked for a stream."""
    return EVENTS in request.headers.get("accept", "")


def event(name: str, data: Mapping[str, object]) -> str:
    """One event; its data is JSON, which has no line breaks that would end it."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


def stream(events: Iterator[str], spoken: Language | None = None) -> StreamingResponse:
    """The events as they come. When the client goes away, they are asked for no more.

    What goes wrong on the way is told in the language, in English without one. The first is waited for, so that
    whoever must come again is told so by a status. Raises Busy.
    """
    telling = told(events, spoken)
    return _Stream(
        _in_threads(next(telling, ""), telling), media_type=EVENTS, headers={"X-Accel-Buffering": "no"}
    )


class _Stream(StreamingResponse):
    """Ends its events with itself: left to the collector, they might be closed where the loop runs."""

    body_iterator: AsyncGenerator[str, None]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self.body_iterator.aclose()


async def _in_threads(first: str, events: Generator[str, None, None]) -> AsyncGenerator[str, None]:
    """Asked for in threads, and closed in one: whoever writes may take a moment to stop."""
    try:
        yield first
        async for each in iterate_in_threadpool(events):
            yield each
    finally:
        await asyncio.shield(run_in_threadpool(events.close))


def told(events: Iterator[str], spoken: Language | None) -> Generator[str, None, None]:
    """The same events, the last of which tells of an error: most fail once the status line is sent. Raises Busy."""
    try:
        yield from events
    except Busy:  # comes before the first event, if at all
        raise
    except Exception as error:  # noqa: BLE001 whatever it is, the client must hear of it
        wrong = problem(error)
        yield event("problem", (wrong.told(spoken) if spoken else wrong).json())
