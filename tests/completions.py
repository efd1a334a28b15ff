"""A server of chat completions that behaves as it is told: a real one, on a port of this machine."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.http_server import HttpServer

Act = Callable[[BaseHTTPRequestHandler], None]


class Server(HttpServer):
    """Answers as it is told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.act: Act = says("Two", " years.")
        self.models: object = {"data": [{"id": "small-model"}]}
        self.left = threading.Event()
        super().__init__(self._handler())
        self.address = f"{self.root}/v1"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        mine = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                send(self, 200, json.dumps(mine.models))

            def do_POST(self) -> None:
                self.asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                mine.asked.append(self.asked)
                mine.keys.append(self.headers.get("Authorization"))
                try:
                    mine.act(self)
                except (BrokenPipeError, ConnectionResetError):
                    mine.left.set()

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


def send(to: BaseHTTPRequestHandler, status: int, body: str, **headers: str) -> None:
    to.send_response(status)
    to.send_header("Content-Length", str(len(body.encode())))
    for name, value in headers.items():
        if value:
            to.send_header(name.replace("_", "-"), value)
    to.end_headers()
    to.wfile.write(body.encode())


def begin(to: BaseHTTPRequestHandler) -> None:
    to.send_response(200)
    to.send_header("Content-Type", "text/event-stream")
    to.end_headers()


def line(piece: str) -> bytes:
    return f"data: {json.dumps({'choices': [{'delta': {'content': piece}}]})}\n\n".encode()


def says(*pieces: str, end: bytes = b"data: [DONE]\n\n") -> Act:
    def act(to: BaseHTTPRequestHandler) -> None:
        begin(to)
        to.wfile.write(b': hello\n\ndata: {"choices": [{"delta": {"role": "assistant"}}]}\n\n')
        for piece in pieces:
            to.wfile.write(line(piece))
        to.wfile.write(end)

    return act


def ending(reason: str) -> bytes:
    """The last event of an answer, and why it is that."""
    return f"data: {json.dumps({'choices': [{'delta': {}, 'finish_reason': reason}]})}\n\n".encode()


def dribbles(said: bytes) -> Act:
    """One byte after the other."""

    def act(to: BaseHTTPRequestHandler) -> None:
        begin(to)
        for byte in said:
            to.wfile.write(bytes([byte]))
            to.wfile.flush()

    return act


def repeats(said: bytes) -> Act:
    """The same without end."""

    def act(to: BaseHTTPRequestHandler) -> None:
        begin(to)
        while True:
            to.wfile.write(said)

    return act


def in_turn(*acts: Act) -> Act:
    """Each of them once, then the last."""
    left = list(acts)

    def act(to: BaseHTTPRequestHandler) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(to)

    return act


def refuses(status: int, body: str = "no", kind: str = "", *, retry_after: str = "") -> Act:
    return lambda to: send(to, status, body, Content_Type=kind, Retry_After=retry_after)
