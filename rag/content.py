"""What is stored of a document's published version: its pages, chunks and vectors.

All take the connection of the transaction that publishes or deletes.
"""

import numpy as np
from sqlalchemy import Connection, delete, insert, select

from rag import rows
from rag.errors import NotFound
from rag.tables import chunks, documents, embeddings, pages
from rag.version import Version


def published(connection: Connection, document_id: str) -> tuple[tuple[int, int], str]:
    """The chunk ids and the original's hash of the version that stands, which is locked. Raises NotFound."""
    d = documents.c
    query = select(d.first_chunk, d.end_chunk, d.sha256).where(d.id == document_id)
    row = connection.execute(query.with_for_update()).first()
    if row is None:
        raise NotFound(f"There is no document {document_id}; it may have been deleted.")
    return (row.first_chunk, row.end_chunk), row.sha256


def drop(connection: Connection, document_id: str) -> None:
    """Remove all that was read from a document."""
    owned = select(chunks.c.id).where(chunks.c.document_id == document_id)
    connection.execute(delete(embeddings).where(embeddings.c.chunk_id.in_(owned)))
    connection.execute(delete(chunks).where(chunks.c.document_id == document_id))
    connection.execute(delete(pages).where(pages.c.document_id == document_id))


def put(connection: Connection, document_id: str, version: Version, first: int) -> None:
    """Keep what was read; its chunks' ids begin with ``first``."""
    if version.parsed.pages:
        connection.execute(insert(pages), [rows.of_page(document_id, page) for page in version.parsed.pages])
    if not version.chunks:
        return
    ids = range(first, first + len(version.chunks))
    halves = np.ascontiguousarray(version.vectors, dtype="<f2")
    connection.execute(
        insert(chunks), [rows.of_chunk(n, document_id, c) for n, c in zip(ids, version.chunks, strict=True)]
    )
    connection.execute(
        insert(embeddings),
        [
            {"fingerprint": version.fingerprint, "chunk_id": n, "vector": half.tobytes()}
            for n, half in zip(ids, halves, strict=True)
        ],
    )
