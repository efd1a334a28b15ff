"""A web application over real services; only the embedder is a stand-in, and the parser runs in this process."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from ingest.clean import clean
from ingest.parsers.reading import Reading
from ingest.parsers.registry import read
from ingest.picture import render
from ingest.screen import screen
from rag.settings import Settings
from rag.types import Document, Parsed
from tests.fakes import FakeEmbedder
from web.app import create_app
from web.wiring import Services, open_services

BASE = "http://127.0.0.1:8000"
Add = Callable[..., Document]


class ParserHere:
    """The parser without its process; a test may plan what comes of a name."""

    def __init__(self) -> None:
        self.planned: dict[str, Parsed] = {}

    def parse(self, path: Path, name: str, *, keep_hidden: bool = False) -> Parsed:
        if name in self.planned:
            return self.planned[name]
        reading = Reading(keep_hidden=keep_hidden, ocr=False)
        return screen(clean(read(path.read_bytes(), name, reading)))

    def picture(self, path: Path, page: int, scale: float) -> bytes:
        return render(path, page, scale)

    def close(self) -> None:
        pass


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Services]:
    """Services over an empty home, as a command opens them, but for the embedder."""
    url = f"sqlite:///{tmp_path / 'footnote.db'}"
    opened = open_services(Settings(home=tmp_path, database_url=url), FakeEmbedder())
    yield opened
    opened.close()


@pytest.fixture
def threshold() -> float:
    """Confidence from which a question is answered; a test that wants it declined says 1."""
    return 0.0


@pytest.fixture
def parser() -> ParserHere:
    return ParserHere()


@pytest.fixture
def services(tmp_path: Path, threshold: float, parser: ParserHere) -> Iterator[Services]:
    settings = Settings(home=tmp_path / "home", threshold=threshold, max_upload_mb=1, max_question_chars=200)
    opened = open_services(settings, FakeEmbedder())
    vars(opened)["parser"] = parser
    yield opened
    opened.close()


@pytest.fixture
def client(services: Services) -> Iterator[TestClient]:
    with TestClient(create_app(services, work=False), base_url=BASE, follow_redirects=False) as opened:
        opened.headers["accept"] = "text/html"
        yield opened


@pytest.fixture
def add(services: Services) -> Add:
    """Take a file in and read it."""

    def added(name: str, data: str | bytes, collection: str = "default") -> Document:
        raw = data.encode() if isinstance(data, str) else data
        received = services.intake.receive(io.BytesIO(raw), name=name, collection=collection)
        list(services.worker.drain())
        return services.store.document(received.document.id)

    return added


@pytest.fixture
def token(client: TestClient) -> str:
    """The CSRF token of the client's session."""
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/").text)
    assert found
    return found[1]
