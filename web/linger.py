"""Answers that come before their requests have ended, as refusals of uploads do."""

import asyncio
from contextlib import suppress

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECONDS = 2.0


class Linger:
    """Ends the connection after an early answer, but goes on taking the rest for a moment and throws it away.

    If it closed at once, bytes still on their way would reset the connection, and the client might never see the
    answer (RFC 9112, 9.6, "Tear-down").
    """

    def __init__(self, app: ASGIApp, seconds: float = SECONDS) -> None:
        self.app = app
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http" or not _has_body(Headers(scope=scope)):
            await self.app(scope, receive, send)
            return
        rest = _Rest(receive, send, self.seconds)
        await self.app(scope, rest.receive, rest.send)


class _Rest:
    """What of a request has not been received yet."""

    def __init__(self, receive: Receive, send: Send, seconds: float) -> None:
        self._receive = receive
        self._send = send
        self._seconds = seconds
        self._ended = False

    async def receive(self) -> Message:
        message = await self._receive()
        self._ended = not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        if self._ended or message.get("more_body"):
            await self._send(message)
        elif message["type"] == "http.response.start":
            MutableHeaders(scope=message)["Connection"] = "close"
            await self._send(message)
        else:
            await self._send({**message, "more_body": True})
            await self._drop()
            await self._send({"type": "http.response.body"})

    async def _drop(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._seconds):
                while not self._ended:
                    await self.receive()


def _has_body(headers: Headers) -> bool:
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"
