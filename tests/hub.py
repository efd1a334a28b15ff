"""A model hub that behaves as it is told: a real server on a port of this machine, which speaks as hubs do."""

import hashlib
import json
import re
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.http_server import HttpServer

COMMIT = "c0ffee" * 6 + "c0ff"
LARGE = (".safetensors", ".bin")  # which a hub keeps apart, and names by their sha256

TINY = {
    "config.json": b'{"model_type": "llama"}',
    "tokenizer_config.json": b"{}",
    "tokenizer.json": b'{"version": "1.0"}',
    "model.safetensors": bytes(range(256)) * 400,
    "README.md": b"# Tiny",
    "LICENSE": b"Do what you like.",
}


@dataclass
class Repo:
    """A model of the hub, at one commit."""

    files: dict[str, bytes]
    commit: str = COMMIT
    branches: tuple[str, ...] = ("main",)
    licence: str = "apache-2.0"
    gated: bool = False
    lies: dict[str, str] = field(default_factory=dict)  # file: the sha256 that it claims

    def told(self, name: str) -> dict[str, Any]:
        """As the hub tells it."""
        siblings = [self._file(file, content) for file, content in self.files.items()]
        card = {"license": self.licence}
        return {
            "id": name,
            "modelId": name,
            "sha": self.commit,
            "cardData": card,
            "tags": [],
            "siblings": siblings,
        }

    def body(self, name: str) -> bytes:
        """The same, in bytes."""
        return json.dumps(self.told(name)).encode()

    def _file(self, name: str, content: bytes) -> dict[str, Any]:
        blob = hashlib.sha1(b"blob %d\0%s" % (len(content), content)).hexdigest()
        told: dict[str, Any] = {"rfilename": name, "size": len(content), "blobId": blob}
        if name.endswith(LARGE):
            hashed = self.lies.get(name) or hashlib.sha256(content).hexdigest()
            told["lfs"] = {"size": len(content), "sha256": hashed, "pointerSize": 134}
        return told


class ModelHub(HttpServer):
    """Answers as it is told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.repos: dict[str, Repo] = {}
        self.fetched: list[tuple[str, str]] = []  # file, and the range that was asked for
        self.told: list[dict[str, str]] = []  # headers
        self.cut: int | None = None  # bytes after which the next file breaks off
        self.down = False  # whether files are given at all, from the next cut on
        super().__init__(self._handler())
        self.address = self.root

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        mine = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                mine.told.append(dict(self.headers))
                path = self.path.partition("?")[0]
                if found := re.fullmatch(r"/api/models/([^/]+/[^/]+)(?:/revision/(.+))?", path):
                    mine._describe(self, found[1], found[2] or "main")
                elif found := re.fullmatch(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path):
                    mine._give(self, found[1], found[3])
                else:
                    refuse(self, 404, "EntryNotFound")

            def log_message(self, *_: Any) -> None:
                pass

        return Handler

    def _describe(self, to: BaseHTTPRequestHandler, name: str, revision: str) -> None:
        repo = self.repos.get(name)
        if repo is None:
            return refuse(to, 404, "RepoNotFound")
        if repo.gated and "Authorization" not in to.headers:
            return refuse(to, 403, "GatedRepo")
        if revision not in (*repo.branches, repo.commit):
            return refuse(to, 404, "RevisionNotFound")
        body = repo.body(name)
        to.send_response(200)
        to.send_header("Content-Type", "application/json")
        to.send_header("Content-Length", str(len(body)))
        to.end_headers()
        to.wfile.write(body)
        return None

    def _give(self, to: BaseHTTPRequestHandler, name: str, file: str) -> None:
        content, asked = self.repos[name].files[file], to.headers.get("Range", "")
        self.fetched.append((file, asked))
        if self.down and self.cut is None:
            return refuse(to, 503, "")
        start = int(asked.removeprefix("bytes=").partition("-")[0]) if asked else 0
        rest = content[start:]
        to.send_response(206 if asked else 200)
        to.send_header("Content-Length", str(len(rest)))
        if asked:
            to.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        to.end_headers()
        if self.cut is not None and len(rest) > self.cut:
            rest, self.cut = rest[: self.cut], None
            to.close_connection = True
        to.wfile.write(rest)
        return None


def refuse(to: BaseHTTPRequestHandler, status: int, code: str) -> None:
    to.send_response(status)
    if code:
        to.send_header("X-Error-Code", code)
    to.send_header("Content-Length", "0")
    to.end_headers()
