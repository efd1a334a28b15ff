"""An answer as a conversation keeps it: JSON in which each quote is known by its place. Pure.

What is read again is checked again: a sentence whose quotes stand no longer is not given back.
"""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from rag.cite import stands
from rag.types import Answer, Citation, Document, Outcome, Page, Question, Sentence, Support

GONE = "A document that this answer quoted was changed or deleted since; what it quoted is no longer shown."
NEAREST = 5  # passages that a declined question is remembered with

Look = Callable[
    [str, int], tuple[Document, Page] | None
]  # a document and one of its pages, while they are there


def pack(answer: Answer) -> str:
    """All of an answer but its id, its question and its passages."""
    return json.dumps(
        {
            "collections": list(answer.question.collections),
            "outcome": answer.outcome,
            "sentences": [_pack_sentence(sentence) for sentence in answer.sentences],
            "confidence": answer.confidence,
            "generator": answer.generator,
            "ms": dict(answer.ms),
            "notice": answer.notice,
            "looked_for": answer.looked_for,
            "conflicts": answer.conflicts,
            "nearest": _nearest(answer),
        }
    )


def unpack(known: str, question: str, packed: str, look: Look) -> Answer:
    """The answer of this id to this question, without sentences whose quotes stand no longer."""
    kept = json.loads(packed)
    restored = [_sentence(sentence, look) for sentence in kept["sentences"]]
    sentences = tuple(sentence for sentence in restored if sentence is not None)
    return Answer(
        id=known,
        question=Question(text=question, collections=tuple(kept["collections"])),
        outcome=Outcome(kept["outcome"]),
        sentences=sentences,
        passages=(),
        confidence=kept["confidence"],
        generator=kept["generator"],
        ms=kept["ms"],
        notice=kept["notice"] if len(sentences) == len(restored) else GONE,
        looked_for=kept.get("looked_for", ""),
        conflicts=_standing(kept.get("conflicts", ()), sentences),
    )


def places(packed: str) -> Iterator[tuple[str, int]]:
    """The document and the page of each quote."""
    for sentence in json.loads(packed)["sentences"]:
        for citation in sentence["citations"]:
            yield citation["document_id"], citation["page"]


def without(packed: str, document_id: str) -> str:
    """The same without every sentence that quotes this document, and with a notice that says so."""
    kept = json.loads(packed)
    kept["sentences"] = [each for each in kept["sentences"] if not _quotes(each, document_id)]
    return json.dumps(kept | {"notice": GONE})


def sought(question: str, packed: str) -> str:
    """What a turn is found by: its question and its sentences, without regard to case."""
    return "\n".join([question, *(each["text"] for each in json.loads(packed)["sentences"])]).casefold()


def cited(sentences: Collection[Sentence]) -> set[str]:
    """The ids of the documents that are quoted."""
    return {citation.document.id for sentence in sentences for citation in sentence.citations}


def _nearest(answer: Answer) -> list[int]:
    """The chunks that came closest to a question which was declined, so that gaps can be reported."""
    return [p.chunk_id for p in answer.passages[:NEAREST]] if answer.outcome is Outcome.NOT_FOUND else []


def _pack_sentence(sentence: Sentence) -> dict[str, Any]:
    return {
        "text": sentence.text,
        "support": sentence.support,
        "reasons": list(sentence.reasons),
        "citations": [_pack_citation(citation) for citation in sentence.citations],
    }


def _pack_citation(citation: Citation) -> dict[str, Any]:
    return {
        "document_id": citation.document.id,
        "marker": citation.marker,
        "page": citation.page,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "place": citation.place,
        "words": citation.words,
    }


def _sentence(packed: dict[str, Any], look: Look) -> Sentence | None:
    citations = [_citation(citation, look) for citation in packed["citations"]]
    standing = tuple(citation for citation in citations if citation is not None)
    if len(standing) < len(citations):
        return None
    return Sentence(
        text=packed["text"],
        citations=standing,
        support=Support(packed["support"]),
        reasons=tuple(packed.get("reasons", ())),
    )


def _citation(packed: dict[str, Any], look: Look) -> Citation | None:
    found = look(packed["document_id"], packed["page"])
    if found is None:
        return None
    document, page = found
    places = {name: packed[name] for name in ("marker", "page", "start", "end", "quote")}
    words = packed.get("words")
    citation = Citation(
        document=document, place=packed.get("place", ""), words=words and tuple(words), **places
    )
    return citation if stands(citation, page) else None


def _standing(pairs: Sequence[Sequence[int]], sentences: Sequence[Sentence]) -> tuple[tuple[int, int], ...]:
    """Of pairs of markers those that are both still cited."""
    markers = {citation.marker for sentence in sentences for citation in sentence.citations}
    return tuple((one, other) for one, other in pairs if {one, other} <= markers)


def _quotes(sentence: dict[str, Any], document_id: str) -> bool:
    return any(citation["document_id"] == document_id for citation in sentence["citations"])
