"""Answers, hits and documents as JSON: the one shape that the command line and every HTTP door share."""

from collections.abc import Iterable
from typing import Any

from rag.types import Answer, Citation, Collection, Document, Page, Passage, Sentence

Json = dict[str, Any]


def search_json(question: str, passages: Iterable[Passage], ms: float) -> Json:
    """What `search` prints: the question, its hits best first, and the milliseconds it took."""
    return {"question": question, "hits": hits_json(passages), "ms": round(ms, 1)}


def hits_json(passages: Iterable[Passage]) -> list[Json]:
    """The passages as hits, in their order."""
    return [_hit(passage) for passage in passages]


def answer_json(answer: Answer) -> Json:
    """What `ask` prints. `answer` is the plain text with its footnote numbers; `notice` is empty where all is well."""
    return {
        "id": answer.id,
        "question": answer.question.text,
        "outcome": answer.outcome.value,
        "answer": answer.text,
        "sentences": [sentence_json(sentence) for sentence in answer.sentences],
        "confidence": round(answer.confidence, 4),
        "hits": hits_json(answer.passages),
        "generator": answer.generator,
        "ms": {name: round(value, 1) for name, value in answer.ms.items()},
        "notice": answer.notice,
    }


def sentence_json(sentence: Sentence) -> Json:
    """A sentence with its support and citations."""
    return {
        "text": sentence.text,
        "support": sentence.support.value,
        "citations": [citation_json(citation) for citation in sentence.citations],
    }


def citation_json(citation: Citation) -> Json:
    """A footnote: where its quote stands. `page` is null where the format has no pages."""
    return {
        "marker": citation.marker,
        "document_id": citation.document.id,
        "title": citation.document.title,
        "source": citation.document.source,
        "page": citation.page if citation.document.paged else None,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
    }


def document_json(document: Document, stage: str | None = None) -> Json:
    """A document as its owner sees it; `stage` says how far a reading has come while one is under way."""
    return {
        "id": document.id,
        "title": document.title,
        "source": document.source,
        "collection": document.collection,
        "media_type": document.media_type.value if document.media_type else None,
        "sha256": document.sha256,
        "size": document.size,
        "status": document.status.value,
        "stage": stage,
        "reason": document.reason,
        "pages": document.pages,
        "chunks": document.chunks,
        "created_at": document.created_at.isoformat(),
        "updated_at": document.updated_at.isoformat(),
    }


def page_json(document: Document, page: Page) -> Json:
    """A stored page: the text that offsets count in, its structure, and its size in points (0 without a picture)."""
    return {
        "document_id": document.id,
        "title": document.title,
        "number": page.number,
        "text": page.text,
        "blocks": [
            {"start": block.start, "end": block.end, "kind": block.kind.value, "level": block.level}
            for block in page.blocks
        ],
        "width": page.width,
        "height": page.height,
    }


def collection_json(collection: Collection, documents: int) -> Json:
    """A collection and how many documents stand in it."""
    return {"name": collection.name, "documents": documents}


def _hit(passage: Passage) -> Json:
    document, chunk = passage.document, passage.chunk
    return {
        "rank": passage.rank,
        "score": round(passage.score, 6),
        "document_id": document.id,
        "title": document.title,
        "source": document.source,
        "page": chunk.page if document.paged else None,
        "start": chunk.start,
        "end": chunk.end,
        "text": chunk.text,
    }
