"""A real server over real services, and connections to it on which a test says every byte."""

import http.client
import json
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import uvicorn

from rag.settings import Settings
from tests.fakes import FakeEmbedder, FakeParser
from web.app import create_app
from web.wiring import Services, open_services

HOST = "127.0.0.1"
DOOR = "/api/v1/documents"
BOUNDARY = "a-boundary"
KIND = f"multipart/form-data; boundary={BOUNDARY}"
END = f"\r\n--{BOUNDARY}--\r\n".encode()
PATIENCE = 60  # seconds for what should come at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: dict[str, str]  # names in small letters
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Wire:
    """One connection."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection((HOST, port), timeout=PATIENCE)

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def flood(self, block: bytes, most: int) -> int:
        """Send again and again until an answer comes. Returns the bytes sent."""
        sent = 0
        while sent < most and not self.answered():
            self.send(block)
            sent += len(block)
        return sent

    def pour(self, block: bytes) -> None:
        """Send again and again, until the server ends the connection. Raises what the system then says."""
        while True:
            self.send(block)

    def answered(self, within: float = 0) -> bool:
        return bool(select.select([self.socket], [], [], within)[0])

    def answer(self) -> Answer:
        response = http.client.HTTPResponse(self.socket)
        response.begin()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(status=response.status, headers=headers, text=response.read().decode())

    def closed(self) -> bool:
        """Whether the server ends the connection."""
        return self.socket.recv(1) == b""


class Server:
    """A server that listens, and what it works on."""

    def __init__(self, services: Services, port: int) -> None:
        self.services = services
        self.port = port

    def wire(self) -> Wire:
        return Wire(self.port)

    def get(self, path: str) -> Answer:
        with self.wire() as wire:
            wire.send(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
            return wire.answer()

    def upload(self, data: bytes, name: str = "a.txt", **headers: str) -> Answer:
        """The whole of a small file at once."""
        body = part(name) + data + END
        with self.wire() as wire:
            wire.send(head(length=len(body), **headers) + body)
            return wire.answer()

    def work(self) -> None:
        """Read whatever waits."""
        list(self.services.worker_with(FakeParser()).drain())  # type: ignore[arg-type]

    def jobs(self) -> int:
        return len(self.services.jobs.active())

    def files(self) -> list[Path]:
        """All files among the originals, those coming in too."""
        return [path for path in self.services.settings.originals.rglob("*") if path.is_file()]


def head(
    path: str = DOOR, *, length: int | None = None, kind: str = KIND, accept: str = "*/*", **more: str
) -> bytes:
    """The head of a POST; without a length its body comes in chunks."""
    size = {"Transfer-Encoding": "chunked"} if length is None else {"Content-Length": str(length)}
    named = {name.replace("_", "-"): value for name, value in more.items()}
    headers = {"Host": HOST, "X-Footnote-Client": "test", "Content-Type": kind, "Accept": accept}
    lines = [f"{name}: {value}" for name, value in (headers | size | named).items()]
    return "\r\n".join([f"POST {path} HTTP/1.1", *lines, "", ""]).encode()


def part(name: str = "a.txt", field: str = "file") -> bytes:
    """What comes before a file."""
    told = f'Content-Disposition: form-data; name="{field}"; filename="{name}"'
    return f"--{BOUNDARY}\r\n{told}\r\n\r\n".encode()


def chunk(data: bytes) -> bytes:
    """Data of a body that does not say how long it is."""
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def eventually(true: Callable[[], bool]) -> bool:
    """Whether something comes to be."""
    until = time.monotonic() + PATIENCE
    while not true() and time.monotonic() < until:
        time.sleep(0.01)
    return true()


@contextmanager
def serving(folder: Path, **settings: Any) -> Iterator[Server]:
    """A server with these settings and nobody who reads; nothing may be wrong with its home in the end."""
    services = open_services(Settings(home=folder, **settings), FakeEmbedder())
    try:
        with _listening(services) as port:
            yield Server(services, port)
        assert [problem for finding in services.doctor.examine() for problem in finding.problems] == []
    finally:
        services.close()


@contextmanager
def _listening(services: Services) -> Iterator[int]:
    listener = socket.create_server((HOST, 0))
    config = uvicorn.Config(
        create_app(services, work=False), log_config=None, access_log=False, timeout_graceful_shutdown=5
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        assert eventually(lambda: server.started)
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
        listener.close()
