"""Rows into nouns and back."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from rag.types import Block, BlockKind, Chunk, Document, MediaType, Page, Status


def document(row: Row[Any]) -> Document:
    """A document, from a row of documents with its collection's name."""
    return Document(
        id=row.id,
        collection=row.collection,
        source=row.source,
        title=row.title,
        media_type=None if row.media_type is None else MediaType(row.media_type),
        sha256=row.sha256,
        size=row.size,
        status=Status(row.status),
        reason=row.reason,
        pages=row.pages,
        chunks=row.chunks,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def page(row: Row[Any]) -> Page:
    """A stored page."""
    return Page(
        number=row.number,
        text=row.text,
        label=row.label,
        blocks=_blocks(row.blocks),
        words=row.words,
        width=row.width,
        height=row.height,
    )


def chunk(row: Row[Any]) -> Chunk:
    """A chunk, from columns named ``chunk_…`` and the page's label."""
    return Chunk(
        page=row.chunk_page,
        start=row.chunk_start,
        end=row.chunk_end,
        text=row.chunk_text,
        heading=row.chunk_heading,
        blocks=_blocks(row.chunk_blocks),
        label=row.page_label,
    )


def of_page(document_id: str, page: Page) -> dict[str, Any]:
    """Columns of the pages table."""
    return {
        "document_id": document_id,
        "number": page.number,
        "label": page.label,
        "text": page.text,
        "blocks": _of_blocks(page.blocks),
        "words": page.words,
        "width": page.width,
        "height": page.height,
    }


def of_chunk(chunk_id: int, document_id: str, chunk: Chunk) -> dict[str, Any]:
    """Columns of the chunks table."""
    return {
        "id": chunk_id,
        "document_id": document_id,
        "page": chunk.page,
        "start": chunk.start,
        "end": chunk.end,
        "heading": chunk.heading,
        "blocks": _of_blocks(chunk.blocks),
    }


def _blocks(packed: str) -> tuple[Block, ...]:
    return tuple(Block(start=s, end=e, kind=BlockKind(k), level=n) for s, e, k, n in json.loads(packed))


def _of_blocks(blocks: Sequence[Block]) -> str:
    return json.dumps([[block.start, block.end, block.kind, block.level] for block in blocks])
