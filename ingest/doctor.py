"""Checks of what must always hold between the database, the originals and the caches; and their repair."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from ingest.files import Originals
from ingest.parsers.process import folder
from rag.catch_up import Caches
from rag.database import Database
from rag.errors import NotFound
from rag.feed import lock
from rag.store import Store
from rag.tables import chunks, counter, documents, embeddings, jobs, pages
from rag.talk_tables import gap_answers, golden_quotes, turn_documents


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One check and what it found wrong, if anything."""

    check: str
    problems: tuple[str, ...]


class Doctor:
    """Examines one home. Looks only, unless told to repair what can be made again."""

    def __init__(
        self, *, database: Database, store: Store, originals: Originals, caches: Caches, fingerprint: str
    ) -> None:
        """The fingerprint is that of the embedder in use."""
        self._database = database
        self._store = store
        self._originals = originals
        self._caches = caches
        self._fingerprint = fingerprint

    def examine(self) -> list[Finding]:
        """Every check, in order."""
        checks = {
            "every chunk is a slice of its page": self._slices,
            "every chunk has a vector of the embedder in use": self._vectors,
            "counts are those of the rows": self._counts,
            "both indexes hold exactly the stored chunks": self._indexes,
            "every original is there, byte for byte": self._kept,
            "nothing else is kept": self._spare,
        }
        return [Finding(check=name, problems=tuple(check())) for name, check in checks.items()]

    def repair(self) -> None:
        """Rebuild the indexes and remove files that nothing needs. The database is left alone."""
        self._caches.rebuild()
        self._originals.discard(self._database, self._store, self._originals.stored())
        self._database.scrub()  # a deletion that was cut off may not have come to it
        for path in self._originals.abandoned():
            path.unlink(missing_ok=True)
        folder.clear()

    def remains(self, document_id: str) -> Iterator[str]:
        """What is still held of a document that was deleted, or of any that is no more."""
        owned = {
            "document": documents.c.id,
            "page": pages.c.document_id,
            "chunk": chunks.c.document_id,
            "job": jobs.c.document_id,
            "answer quoting it": turn_documents.c.document_id,
            "golden quote": golden_quotes.c.document_id,
            "gap that it closes": gap_answers.c.document_id,
        }
        with self._database.reading() as connection:
            for name, column in owned.items():
                if count := connection.execute(
                    select(func.count()).where(column == document_id)
                ).scalar_one():
                    yield f"{count} {name}" + ("s" if count > 1 else "")
        yield from self._extra(self._stored())
        yield from self._spare()

    def _slices(self) -> Iterator[str]:
        outside = (
            select(chunks.c.id)
            .outerjoin(pages, (pages.c.document_id == chunks.c.document_id) & (pages.c.number == chunks.c.page))
            .where(
                (pages.c.number.is_(None)) | (chunks.c.start >= chunks.c.end)
                | (chunks.c.end > func.length(pages.c.text))
            )
        )  # fmt: skip
        with self._database.reading() as connection:
            for chunk_id in connection.execute(outside).scalars():
                yield f"chunk {chunk_id} reaches beyond its page"

    def _vectors(self) -> Iterator[str]:
        bare = (
            select(func.count())
            .select_from(chunks)
            .outerjoin(
                embeddings,
                (embeddings.c.chunk_id == chunks.c.id) & (embeddings.c.fingerprint == self._fingerprint),
            )
            .where(embeddings.c.chunk_id.is_(None))
        )
        with self._database.reading() as connection:
            if count := connection.execute(bare).scalar_one():
                yield f"{count} chunks have none: they were embedded with another model; add their documents again"

    def _counts(self) -> Iterator[str]:
        counted = select(func.count()).where(chunks.c.document_id == documents.c.id).scalar_subquery()
        query = select(documents.c.source).where(documents.c.chunks != counted)
        with self._database.reading() as connection:
            for source in connection.execute(query).scalars():
                yield f"{source} says another number of chunks than it has"

    def _stored(self) -> set[int]:
        """The ids of all chunks, at a moment at which the indexes had caught up with them."""
        while True:
            reached = self._caches.catch_up()
            with self._database.reading() as connection:
                if connection.execute(select(counter.c.seq)).scalar_one() == reached:
                    return set(connection.execute(select(chunks.c.id)).scalars())

    def _indexes(self) -> Iterator[str]:
        stored = self._stored()
        for name, held in self._held():
            if missing := len(stored - held):
                yield f"the {name} index lacks {missing} chunks; run `footnote doctor --repair`"
        yield from self._extra(stored)

    def _extra(self, stored: set[int]) -> Iterator[str]:
        for name, held in self._held():
            if extra := len(held - stored):
                yield f"the {name} index holds {extra} chunks too many; run `footnote doctor --repair`"

    def _held(self) -> tuple[tuple[str, set[int]], ...]:
        return ("vector", self._caches.vectors.ids()), ("lexical", self._caches.words.ids())

    def _kept(self) -> Iterator[str]:
        with self._database.reading() as connection:
            wanted = dict.fromkeys(connection.execute(select(jobs.c.sha256)).scalars(), "a queued file")
            wanted |= {row.sha256: row.source for row in connection.execute(select(documents))}
        for sha256, source in wanted.items():
            try:
                with self._originals.path(sha256).open("rb") as file:
                    if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                        yield f"the original of {source} is damaged; add it again"
            except NotFound:
                yield f"the original of {source} is missing; add it again"

    def _spare(self) -> Iterator[str]:
        if count := len(self._unneeded()):
            yield f"{count} originals are kept that no document needs; run `footnote doctor --repair`"
        if count := len(self._originals.abandoned()):
            yield f"{count} files never finished coming in; run `footnote doctor --repair`"

    def _unneeded(self) -> list[str]:
        kept = list(self._originals.stored())
        with self._database.writing() as connection:
            lock(connection)  # whoever was just putting one there has its row in the database by now
            return [sha256 for sha256 in kept if not self._store.uses(connection, sha256)]
