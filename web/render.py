"""Answers, hits and documents as JSON: the one shape that the command line and every HTTP door share."""

from collections.abc import Iterable

from typing_extensions import TypedDict

from rag.dating import dated
from rag.types import Answer, Block, Citation, Collection, Document, Page, Passage, Sentence


class HitJson(TypedDict):
    """A passage found; `page` is null where the format has no pages, `place` what people call the place."""

    rank: int
    score: float
    document_id: str
    title: str
    source: str
    page: int | None
    start: int
    end: int
    text: str
    place: str


class SearchJson(TypedDict):
    """The hits of a question, best first, and the milliseconds that finding them took."""

    question: str
    hits: list[HitJson]
    ms: float
    looked_for: str  # what a follow-up question was taken to ask; empty where it was taken as it stands


class CitationJson(TypedDict):
    """A footnote: where its quote stands. `page` is null where the format has no pages."""

    marker: int
    document_id: str
    title: str
    source: str
    page: int | None
    start: int
    end: int
    quote: str
    words: str | None  # those of the quote that answer, as a reader has it
    place: str
    dated: str  # what the document says of its time, else the day of its latest change


class SentenceJson(TypedDict):
    """A sentence, whether its quotes carry it, why not where they do not, and those quotes."""

    text: str
    support: str
    reasons: list[str]
    citations: list[CitationJson]


class AnswerJson(TypedDict):
    """A checked answer: `answer` is plain text with footnote numbers, `notice` empty where all is well.

    `looked_for` is what a follow-up question was taken to ask; empty where it was taken as it stands. `conflicts` are
    pairs of markers whose quotes contradict each other.
    """

    id: str
    question: str
    outcome: str
    answer: str
    sentences: list[SentenceJson]
    confidence: float
    hits: list[HitJson]
    generator: str
    ms: dict[str, float]
    notice: str
    looked_for: str
    conflicts: list[list[int]]


class DocumentJson(TypedDict):
    """A document as its owner sees it; `stage` says how far a reading has come while one is under way."""

    id: str
    title: str
    source: str
    collection: str
    media_type: str | None
    sha256: str
    size: int
    status: str
    stage: str | None
    reason: str | None
    pages: int
    chunks: int
    created_at: str
    updated_at: str


class BlockJson(TypedDict):
    """What a stretch of a page's text is."""

    start: int
    end: int
    kind: str
    level: int


class PageJson(TypedDict):
    """A stored page: the text that offsets count in, its structure, and its size in points or 0."""

    document_id: str
    title: str
    number: int
    text: str
    blocks: list[BlockJson]
    width: float
    height: float


class CollectionJson(TypedDict):
    """A collection and how many documents stand in it."""

    name: str
    documents: int


def search_json(question: str, passages: Iterable[Passage], ms: float, looked_for: str = "") -> SearchJson:
    """What `search` prints; `ms` in milliseconds."""
    hits = hits_json(passages)
    return {"question": question, "hits": hits, "ms": round(ms, 1), "looked_for": looked_for}


def hits_json(passages: Iterable[Passage]) -> list[HitJson]:
    """The passages as hits, in their order."""
    return [_hit(passage) for passage in passages]


def answer_json(answer: Answer) -> AnswerJson:
    """What `ask` prints."""
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
        "looked_for": answer.looked_for,
        "conflicts": [list(pair) for pair in answer.conflicts],
    }


def sentence_json(sentence: Sentence) -> SentenceJson:
    """A sentence of an answer."""
    return {
        "text": sentence.text,
        "support": sentence.support.value,
        "reasons": list(sentence.reasons),
        "citations": [citation_json(citation) for citation in sentence.citations],
    }


def citation_json(citation: Citation) -> CitationJson:
    """A footnote of a sentence."""
    return {
        "marker": citation.marker,
        "document_id": citation.document.id,
        "title": citation.document.title,
        "source": citation.document.source,
        "page": citation.page if citation.document.paged else None,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "words": citation.quote[slice(*citation.words)] if citation.words else None,
        "place": citation.place,
        "dated": dated(citation.document),
    }


def document_json(document: Document, stage: str | None = None) -> DocumentJson:
    """A document; the stage is that of its job, if it has one."""
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


def page_json(document: Document, page: Page) -> PageJson:
    """A page of a document."""
    return {
        "document_id": document.id,
        "title": document.title,
        "number": page.number,
        "text": page.text,
        "blocks": [_block(block) for block in page.blocks],
        "width": page.width,
        "height": page.height,
    }


def collection_json(collection: Collection, documents: int) -> CollectionJson:
    """A collection with its number of documents."""
    return {"name": collection.name, "documents": documents}


def _block(block: Block) -> BlockJson:
    return {"start": block.start, "end": block.end, "kind": block.kind.value, "level": block.level}


def _hit(passage: Passage) -> HitJson:
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
        "place": passage.place(chunk.start),
    }
