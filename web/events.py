"""Server-sent events (WHATWG HTML, section 9.2)."""

import asyncio
import json
from collections.abc import AsyncIterator, Generator, Iterator, Mapping

from fastapi.responses import StreamingResponse
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.requests import Request

from web.problems import problem

EVENTS = "text/event-stream"


def wanted(request: Request) -> bool:
    """Whether the client asked for a stream."""
    return EVENTS in request.headers.get("accept", "")


def event(name: str, data: Mapping[str, object]) -> str:
    """One event; its data is JSON, which has no line breaks that would end it."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


def stream(events: Iterator[str]) -> StreamingResponse:
    """The events as they come. When the client goes away, they are asked for no more."""
    return StreamingResponse(
        _in_threads(_told(events)), media_type=EVENTS, headers={"X-Accel-Buffering": "no"}
    )


async def _in_threads(events: Generator[str, None, None]) -> AsyncIterator[str]:
    """Asked for in threads, and closed in one: whoever writes may take a moment to stop."""
    try:
        async for each in iterate_in_threadpool(events):
            yield each
    finally:
        await asyncio.shield(run_in_threadpool(events.close))


def _told(events: Iterator[str]) -> Generator[str, None, None]:
    """The status line is sent before anything can fail, so an error is told in the stream itself."""
    try:
        yield from events
    except Exception as error:  # noqa: BLE001 whatever it is, the client must hear of it
        yield event("problem", problem(error).json())
