"""The smallest things that tests need, made in one line each."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from migrations.run import ensure
from rag.database import Database
from rag.store import Store, Version
from rag.types import Chunk, MediaType, Page, Parsed

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
    )


def unit_rows(texts: Sequence[str]) -> "Vectors":
    """A direction for each text, the same for the same text."""
    rows = [np.random.default_rng(abs(sum(map(ord, text)))).normal(size=DIMENSION) for text in texts]
    matrix = np.array(rows, dtype=np.float32).reshape(len(texts), DIMENSION)
    return matrix / np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-9)


def publish(database: Database, store: Store, origin: str, *texts: str, collection: str = "shelf") -> str:
    """A published document; the same origin again updates it. Returns its id."""
    with database.writing() as connection:
        known = store.receive(
            connection, collection=collection, origin=origin, source=origin, sha256="0" * 64, size=1
        )
        store.publish(connection, known, version(*texts))
    return known
