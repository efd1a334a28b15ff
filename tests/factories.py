"""The smallest things that tests need, made in one line each."""

import io
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import select

from ingest.batch import Batch
from ingest.doctor import Doctor
from ingest.files import Originals
from ingest.intake import Intake, Received
from ingest.jobs import Jobs
from ingest.pipeline import Pipeline, Result
from ingest.removal import Removals
from ingest.sources.folder import Folder, walk
from ingest.sources.register import Kind, Options, Register, Source
from ingest.summary import Summary
from ingest.sync import Sync
from ingest.worker import Worker
from migrations.run import ensure
from rag.answer import Answerer
from rag.catch_up import Caches
from rag.conversations import Conversations
from rag.database import Database
from rag.feed import Feed
from rag.history import History
from rag.lexical_index import LexicalIndex
from rag.places import Places
from rag.receipt import Receipt
from rag.retrieve import Retriever
from rag.rewrite import CarryOver
from rag.store import Store
from rag.tables import documents
from rag.types import (
    Answer,
    Chunk,
    Citation,
    Document,
    MediaType,
    Outcome,
    Page,
    Parsed,
    Passage,
    Question,
    Sentence,
    Status,
    Support,
)
from rag.vector_index import VectorIndex
from rag.version import Version
from tests.fakes import FakeEmbedder, FakeParser

if TYPE_CHECKING:
    from rag.ports import Vectors

DIMENSION = 4
FINGERPRINT = "fake:1"


class SetClock:
    """A clock that moves when a test says so."""

    def __init__(self) -> None:
        self.time = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()

    def advance(self, **by: float) -> None:
        self.time += timedelta(**by)


def document(**changed: Any) -> Document:
    """A ready text of one page and one chunk."""
    time = datetime(2026, 1, 1, tzinfo=UTC)
    usual = Document(
        id="0" * 32,
        collection="shelf",
        source="a",
        title="A",
        media_type=MediaType.TEXT,
        sha256="0" * 64,
        size=1,
        status=Status.READY,
        reason=None,
        pages=1,
        chunks=1,
        created_at=time,
        updated_at=time,
    )
    return replace(usual, **changed)


def passage(chunk: Chunk, *, of: Document, chunk_id: int = 1, score: float = 0.5) -> Passage:
    """A chunk found first."""
    return Passage(rank=1, score=score, dense=0.5, lexical=1.0, chunk_id=chunk_id, chunk=chunk, document=of)


def migrated(url: str) -> Database:
    """A database with tables."""
    database = Database(url)
    ensure(database)
    return database


def version(*texts: str, title: str = "Title", vectors: "Vectors | None" = None) -> Version:
    """One page for each text, one chunk for each page, and a unit vector for each chunk."""
    pages = tuple(Page(number=n, text=text) for n, text in enumerate(texts, 1))
    chunks = tuple(
        Chunk(page=page.number, start=0, end=len(page.text), text=page.text) for page in pages if page.text
    )
    return Version(
        sha256="0" * 64,
        size=1,
        parsed=Parsed(title=title, media_type=MediaType.TEXT, pages=pages),
        chunks=chunks,
        vectors=unit_rows([chunk.text for chunk in chunks]) if vectors is None else vectors,
        fingerprint=FINGERPRINT,
        receipt=Receipt(pages=len(pages), with_text=len(chunks), chunks=len(chunks)),
    )


def unit_rows(texts: Sequence[str]) -> "Vectors":
    """A direction for each text, the same for the same text."""
    rows = [np.random.default_rng(abs(sum(map(ord, text)))).normal(size=DIMENSION) for text in texts]
    matrix = np.array(rows, dtype=np.float32).reshape(len(texts), DIMENSION)
    return matrix / np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-9)


def publish(database: Database, store: Store, origin: str, *texts: str, collection: str = "shelf") -> str:
    """A published document; the same origin again updates it. Returns its id."""
    with database.writing() as connection:
        shelf = store.collection(connection, collection)
        named = (documents.c.source == origin) & (documents.c.collection_id == shelf)
        known = connection.execute(select(documents.c.id).where(named)).scalar()
        known = known or store.add(connection, shelf, source=origin, sha256="0" * 64, size=1)
        store.publish(connection, known, version(*texts))
    return known


def answer(*cited: tuple[Store, str, str], question: str = "Why?") -> Answer:
    """An answer of one sentence for each (store, document id, quote on its first page), said verbatim."""
    sentences = []
    for marker, (store, known, quote) in enumerate(cited, 1):
        start = store.page(known, 1).text.index(quote)
        citation = Citation(
            marker=marker,
            document=store.document(known),
            page=1,
            start=start,
            end=start + len(quote),
            quote=quote,
        )
        sentences.append(Sentence(text=quote, citations=(citation,), support=Support.SUPPORTED))
    return Answer(
        id=uuid.uuid4().hex,
        question=Question(text=question),
        outcome=Outcome.ANSWERED if sentences else Outcome.NOT_FOUND,
        sentences=tuple(sentences),
        passages=(),
        confidence=0.5,
        generator="quotes",
        ms={"total": 1.0},
    )


class Home:
    """The whole core and ingest path over one database and one folder; only models, parser and clock are fake."""

    def __init__(self, url: str, folder: Path, *, embedder: FakeEmbedder | None = None) -> None:
        self.database = migrated(url)
        self.folder = folder
        self.clock = SetClock()
        self.parser = FakeParser()
        self.embedder = embedder or FakeEmbedder()
        self.store = Store(self.database, self.clock)
        self.places = Places(self.database, self.clock)
        self.register = Register(self.database, self.places, self.clock)
        self.history = History(self.database, self.store, self.clock)
        self.conversations = Conversations(self.database)
        self.jobs = Jobs(self.database, self.clock)
        self.originals = Originals(folder / "originals", 1 << 20)
        self.intake = Intake(
            database=self.database, store=self.store, places=self.places, jobs=self.jobs,
            originals=self.originals, history=self.history,
        )  # fmt: skip
        self.removals = Removals(self.database, self.clock, self.intake)
        self.caches = self.open_caches()

    def open_caches(self) -> Caches:
        """Caches as another process would open them."""
        feed, folder = Feed(self.database, self.embedder.fingerprint), self.folder / "caches"
        of = f"{feed.store_id()}:{self.embedder.fingerprint}"
        vectors = VectorIndex(folder / "vectors", self.embedder.dimension, of)
        return Caches(feed, vectors, LexicalIndex(folder / "words", feed.store_id()))

    def worker(self) -> Worker:
        """One more worker, with a name of its own."""
        pipeline = Pipeline(
            database=self.database, store=self.store, places=self.places, jobs=self.jobs,
            originals=self.originals, parser=self.parser, embedder=self.embedder, chunk_tokens=200,
        )  # fmt: skip
        return Worker(self.jobs, pipeline, self.removals.carry_out)

    @property
    def retriever(self) -> Retriever:
        return Retriever(caches=self.caches, store=self.store, embedder=self.embedder, depth=100)

    def answerer(self, threshold: float | None = None, **options: Any) -> Answerer:
        """One that has everything but what models of one's own would add."""
        parts = {"retriever": self.retriever, "rewriter": CarryOver(self.embedder), **options}
        return Answerer(
            store=self.store, embedder=self.embedder, clock=self.clock, top=10, threshold=threshold, **parts
        )

    @property
    def doctor(self) -> Doctor:
        return Doctor(
            database=self.database, store=self.store, originals=self.originals, caches=self.caches,
            fingerprint=self.embedder.fingerprint,
        )  # fmt: skip

    def receive(self, text: str, name: str = "a.txt", **options: Any) -> Received:
        """An upload."""
        return self.intake.receive(io.BytesIO(text.encode()), name=name, **options)

    def work(self) -> list[Result]:
        """Everything that is free to be read now."""
        return list(self.worker().drain())

    def upload(self, text: str, name: str = "a.txt", **options: Any) -> str:
        """A document that was taken in and read. Returns its id."""
        known = self.receive(text, name, **options).document.id
        self.work()
        return known

    def batch(self, collection: str = "default", source_id: int | None = None) -> Batch:
        """A run over many files."""
        return Batch(
            intake=self.intake, worker=self.worker, jobs=self.jobs, store=self.store, collection=collection,
            source_id=source_id,
        )  # fmt: skip

    def add(self, path: Path) -> Summary:
        """What `footnote add` does."""
        batch = self.batch()
        for _ in batch.run(walk(path)):
            pass
        return batch.summary

    @property
    def syncs(self) -> Sync:
        """Whoever keeps folders in step."""
        return Sync(
            database=self.database, intake=self.intake, places=self.places, register=self.register,
            batch=self.batch, site=lambda source, places: Folder(
                Path(source.location), contents={place.sha256 for place in places.values()}
            ),
            first=self.removals.carry_out_all,
        )  # fmt: skip

    def source(self, folder: Path, name: str = "docs") -> Source:
        """A registered folder."""
        return self.register.add(name, Kind.FOLDER, str(folder), "default", Options())

    def sync(self, source: Source, *, dry: bool = False, **options: bool) -> Summary:
        """What `footnote sync` does; dry, it only tells."""
        summary = Summary()
        for _ in (self.syncs.rehearse if dry else self.syncs.run)(source, summary, **options):
            pass
        return summary

    def lies(self, document_id: str) -> list[str]:
        """The names of the places of a document."""
        return sorted(place.name for place in self.places.of_document(document_id))

    def found(self, text: str, *collections: str) -> list[str]:
        """The texts of the passages found for a question."""
        question = Question(text=text, collections=collections)
        return [passage.chunk.text for passage in self.retriever.retrieve(question, 10)]

    def kept(self) -> set[str]:
        """The contents of all files among the originals, those coming in too."""
        return {path.read_text() for path in (self.folder / "originals").rglob("*") if path.is_file()}

    def problems(self) -> list[str]:
        """What the doctor finds wrong."""
        return [problem for finding in self.doctor.examine() for problem in finding.problems]


@contextmanager
def opened(url: str, folder: Path, *, embedder: FakeEmbedder | None = None) -> Iterator[Home]:
    """A home, closed afterwards."""
    home = Home(url, folder, embedder=embedder)
    try:
        yield home
    finally:
        home.database.close()
