"""A server of chat completions that behaves as it is told: a real one, on a port of this machine."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Act = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """Answers as it is told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.act: Act = says("Two", " years.")
        self.models: object = {"data": [{"id": "small-model"}]}
        self.left = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        mine = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                send(self, 200, json.dumps(mine.models))

            def do_POST(self) -> None:
                mine.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                mine.keys.append(self.headers.get("Authorization"))
                try:
                    mine.act(self)
                except (BrokenPipeError, ConnectionResetError):
                    mine.left.set()

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


def send(to: BaseHTTPRequestHandler, status: int, body: str) -> None:
    to.send_response(status)
    to.send_header("Content-Length", str(len(body.encode())))
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


def refuses(status: int, body: str = "no") -> Act:
    return lambda to: send(to, status, body)
