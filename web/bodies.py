"""Requests while they come in: how large they may be, and how slow."""

import asyncio

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.errors import FootnoteError, TooLarge, TooSlow
from rag.settings import Settings
from web.problems import problem, respond
from web.uploads import is_upload

MEBIBYTE = 1024 * 1024
SMALL_BODY = MEBIBYTE  # bytes of a form or a JSON document


class Bodies:
    """Stops reading a body that outgrows its limit, whatever length it declared, or that does not come in time."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        """Up to ``max_upload_mb`` and a form's bytes where documents are uploaded; SMALL_BODY anywhere else."""
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self._limit(scope)
        body = _Body(receive, send, limit, self.settings)
        if _declared(Headers(scope=scope)) > limit:
            body.wrong = _too_large(limit)
        else:
            await self._run(scope, body)
        if body.wrong and not body.started:
            await respond(Request(scope), problem(body.wrong))(scope, receive, send)

    async def _run(self, scope: Scope, body: "_Body") -> None:
        try:
            await self.app(scope, body.receive, body.send)
        except Exception:
            if not body.wrong and not body.left:
                raise

    def _limit(self, scope: Scope) -> int:
        more = self.settings.max_upload_mb * MEBIBYTE if is_upload(scope) else 0
        return SMALL_BODY + more


class _Body:
    """Counts and times what is received; once something is wrong, nothing more of the app's own answer is sent."""

    def __init__(self, receive: Receive, send: Send, limit: int, settings: Settings) -> None:
        self._receive = receive
        self._send = send
        self._limit = limit
        self._settings = settings
        self._end = asyncio.get_running_loop().time() + settings.upload_seconds
        self._taken = 0
        self._whole = False
        self.wrong: FootnoteError | None = None
        self.left = False  # the client went before its request had come in whole
        self.started = False

    async def receive(self) -> Message:
        if self._whole:
            return await self._receive()
        message = await self._in_time()
        self.left = message["type"] == "http.disconnect"
        self._whole = not message.get("more_body", False)
        self._taken += len(message.get("body", b""))
        if self._taken > self._limit:
            raise self._stopped(_too_large(self._limit))
        return message

    async def send(self, message: Message) -> None:
        if self.wrong and not self.started:
            return
        self.started = True
        await self._send(message)

    async def _in_time(self) -> Message:
        stalled = asyncio.get_running_loop().time() + self._settings.stall_seconds
        try:
            async with asyncio.timeout_at(min(stalled, self._end)):
                return await self._receive()
        except TimeoutError:
            raise self._stopped(_too_slow(self._settings, stalled < self._end)) from None

    def _stopped(self, error: FootnoteError) -> FootnoteError:
        self.wrong = error
        return error


def _declared(headers: Headers) -> int:
    length = headers.get("content-length", "")
    return int(length) if length.isdecimal() and len(length) < 20 else 0


def _too_large(limit: int) -> TooLarge:
    return TooLarge(
        f"The request is larger than the {limit // MEBIBYTE} MiB that are taken in at once. Send less."
    )


def _too_slow(settings: Settings, stalled: bool) -> TooSlow:
    if stalled:
        return TooSlow(
            f"Nothing came for {settings.stall_seconds:g} seconds, so the request was given up and nothing was kept. "
            "Send it again."
        )
    return TooSlow(
        f"The request had not come in whole after {settings.upload_seconds:g} seconds, so it was given up and nothing "
        "was kept. Send less at once, or raise FOOTNOTE_UPLOAD_SECONDS."
    )
