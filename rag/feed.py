"""What the caches must know: how far the truth has moved, and what went and came since they last looked.

The one counter row orders all that changes what can be found. Locks are taken in the order counter, job,
document; then no two transactions wait for each other.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import Connection, insert, select, update

from rag.database import Database
from rag.tables import changes, chunks, counter, documents, embeddings, pages
from rag.types import Chunk

if TYPE_CHECKING:
    from rag.ports import Vectors

Ids = tuple[int, int]  # chunk ids, first <= id < end
BEGINNING = 100  # words of a document's first page that tell what it is about
_ENDING = re.compile(r"\.\w{1,5}$")
_JOINTS = re.compile(r"[_.%+-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """The way from one sequence number to a later one. Gone ids may include some never seen."""

    seq: int  # where it leads
    gone: tuple[Ids, ...]
    new: tuple[Ids, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the lexical index holds of a chunk."""

    chunk_id: int
    first: int  # chunk id of its document's first
    text: str  # title, heading path and text, as embedded
    about: str  # what its document says of itself: title, name of the file or page, and how it begins


class Feed:
    """Reads changes, and what the changed chunks hold, from the database."""

    def __init__(self, database: Database, fingerprint: str) -> None:
        """Vectors are those of the embedder with this fingerprint."""
        self._database = database
        self._fingerprint = fingerprint

    def seq(self) -> int:
        """The sequence number of the latest change."""
        with self._database.reading() as connection:
            return int(connection.execute(select(counter.c.seq)).scalar_one())

    def store_id(self) -> str:
        """What tells this database from any other."""
        with self._database.reading() as connection:
            return str(connection.execute(select(counter.c.store_id)).scalar_one())

    def texts(self, since: int) -> tuple[Delta, list[Entry]]:
        """Changes since a sequence number, and the new chunks' texts; both of one moment."""
        with self._database.reading() as connection:
            delta = _delta(connection, since)
            return delta, [entry for ids in delta.new for entry in _entries(connection, ids)]

    def vectors(self, since: int) -> tuple[Delta, "np.ndarray", "Vectors"]:
        """Changes since a sequence number, the new chunks' ids (n,) and vectors (n, dimension)."""
        with self._database.reading() as connection:
            delta = _delta(connection, since)
            pairs = [pair for ids in delta.new for pair in self._rows(connection, ids)]
        ids = np.array([chunk_id for chunk_id, _ in pairs], dtype=np.int64)
        halves = np.frombuffer(b"".join(vector for _, vector in pairs), dtype="<f2")
        return delta, ids, halves.astype(np.float32).reshape(len(pairs), -1 if pairs else 0)

    def _rows(self, connection: Connection, ids: Ids) -> Iterator[tuple[int, bytes]]:
        query = select(embeddings.c.chunk_id, embeddings.c.vector).where(
            embeddings.c.fingerprint == self._fingerprint,
            embeddings.c.chunk_id >= ids[0],
            embeddings.c.chunk_id < ids[1],
        )
        return (
            (row.chunk_id, row.vector) for row in connection.execute(query.order_by(embeddings.c.chunk_id))
        )


def lock(connection: Connection) -> None:
    """Take turns with everybody who adds, publishes or deletes, until the transaction ends."""
    connection.execute(select(counter).with_for_update())


def advance(connection: Connection, wanted: int) -> tuple[int, int]:
    """Lock the counter; the sequence number of this change and the first of the chunk ids it may use."""
    row = connection.execute(select(counter).with_for_update()).one()
    connection.execute(update(counter).values(seq=row.seq + 1, next_chunk=row.next_chunk + wanted))
    return row.seq + 1, row.next_chunk


def record(connection: Connection, seq: int, document_id: str, gone: Ids, new: Ids) -> None:
    """Write down a change: the chunk ids that went and those that came."""
    row = {"gone_first": gone[0], "gone_end": gone[1], "new_first": new[0], "new_end": new[1]}
    connection.execute(insert(changes).values(seq=seq, document_id=document_id, **row))


def _delta(connection: Connection, since: int) -> Delta:
    seq = connection.execute(select(counter.c.seq)).scalar_one()
    gone: list[Ids] = []
    new: dict[Ids, None] = {}
    for row in connection.execute(select(changes).where(changes.c.seq > since).order_by(changes.c.seq)):
        went, came = (row.gone_first, row.gone_end), (row.new_first, row.new_end)
        if went[0] < went[1] and new.pop(went, False) is False:
            gone.append(went)
        if came[0] < came[1]:
            new[came] = None
    return Delta(seq=seq, gone=tuple(gone), new=tuple(new))


def _entries(connection: Connection, ids: Ids) -> Iterator[Entry]:
    query = (
        select(
            chunks.c.id, chunks.c.document_id, chunks.c.page, chunks.c.start, chunks.c.end, chunks.c.heading,
            documents.c.title, documents.c.source, documents.c.first_chunk,
        )
        .join(documents, documents.c.id == chunks.c.document_id)
        .where(chunks.c.id >= ids[0], chunks.c.id < ids[1])
        .order_by(chunks.c.id)
    )  # fmt: skip
    rows = connection.execute(query).all()
    texts = _page_texts(connection, {row.document_id for row in rows})
    begins = {document_id: text for (document_id, number), text in sorted(texts.items(), reverse=True)}
    for row in rows:
        if (row.document_id, row.page) not in texts:
            continue  # the database lost a page: the doctor tells, and the rest is still found
        body = texts[row.document_id, row.page][row.start : row.end]
        chunk = Chunk(page=row.page, start=row.start, end=row.end, text=body, heading=row.heading)
        about = f"{row.title}\n{_name(row.source)}\n{_beginning(begins[row.document_id])}"
        yield Entry(chunk_id=row.id, first=row.first_chunk, text=chunk.embedded(row.title), about=about)


def _name(source: str) -> str:
    """The last part of a path or address, as words."""
    return _JOINTS.sub(" ", _ENDING.sub("", source.rstrip("/").rsplit("/", 1)[-1]))


def _beginning(text: str) -> str:
    return " ".join(text[: BEGINNING * 20].split()[:BEGINNING])


def _page_texts(connection: Connection, document_ids: Sequence[str] | set[str]) -> dict[tuple[str, int], str]:
    query = select(pages.c.document_id, pages.c.number, pages.c.text).where(
        pages.c.document_id.in_(list(document_ids))
    )
    return {(row.document_id, row.number): row.text for row in connection.execute(query)}
