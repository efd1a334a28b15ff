from dataclasses import replace
from datetime import UTC, datetime

from rag.types import (
    Answer,
    Chunk,
    Citation,
    MediaType,
    Outcome,
    Question,
    Sentence,
    Support,
)
from tests.factories import document, passage
from web.render import answer_json, document_json, search_json, sentence_json

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DOCUMENT = document(
    id="d" * 32,
    collection="default",
    source="leave.pdf",
    title="Leave",
    media_type=MediaType.PDF,
)
PASSAGE = passage(Chunk(page=3, start=10, end=17, text="30 days"), of=DOCUMENT, chunk_id=7, score=0.12345678)
CITATION = Citation(marker=1, document=DOCUMENT, page=3, start=10, end=17, quote="30 days", place="page 3")
ANSWER = Answer(
    id="a" * 32,
    question=Question(text="How long?"),
    outcome=Outcome.ANSWERED,
    sentences=(Sentence(text="30 days", citations=(CITATION,), support=Support.SUPPORTED),),
    passages=(PASSAGE,),
    confidence=0.9,
    generator="quotes",
    ms={"retrieve": 1.0, "generate": 2.0, "total": 3.0},
)
HIT = {
    "rank": 1,
    "score": 0.123457,
    "document_id": "d" * 32,
    "title": "Leave",
    "source": "leave.pdf",
    "page": 3,
    "start": 10,
    "end": 17,
    "text": "30 days",
    "place": "page 3",
}


def test_a_sentence_tells_why_it_is_not_supported() -> None:
    doubtful = Sentence(
        text="31 days",
        citations=(CITATION,),
        support=Support.PARTLY,
        reasons=("the number 31 days is not in the quote",),
    )
    shown = sentence_json(doubtful)
    assert (shown["support"], shown["reasons"]) == ("partly", ["the number 31 days is not in the quote"])


def test_a_search_has_exactly_the_shape_that_was_promised() -> None:
    shown = search_json("How long?", [PASSAGE], 12.34)
    assert shown == {"question": "How long?", "hits": [HIT], "ms": 12.3, "looked_for": ""}


def test_an_answer_has_the_shape_that_was_promised() -> None:
    shown = answer_json(ANSWER)
    assert shown == {
        "id": "a" * 32,
        "question": "How long?",
        "outcome": "answered",
        "answer": "30 days [1]",
        "sentences": [
            {
                "text": "30 days",
                "support": "supported",
                "reasons": [],
                "citations": [
                    {
                        "marker": 1,
                        "document_id": "d" * 32,
                        "title": "Leave",
                        "source": "leave.pdf",
                        "page": 3,
                        "start": 10,
                        "end": 17,
                        "quote": "30 days",
                        "words": None,
                        "place": "page 3",
                        "dated": "2026-01-01",
                    }
                ],
            }
        ],
        "confidence": 0.9,
        "hits": [HIT],
        "generator": "quotes",
        "ms": {"retrieve": 1.0, "generate": 2.0, "total": 3.0},
        "notice": "",
        "looked_for": "",
        "conflicts": [],
    }


def test_a_format_without_pages_has_null_for_its_page() -> None:
    for kind in (MediaType.TEXT, None):
        document = replace(DOCUMENT, media_type=kind)
        (hit,) = search_json("How long?", [replace(PASSAGE, document=document)], 0)["hits"]
        assert hit["page"] is None
        sentence = replace(ANSWER.sentences[0], citations=(replace(CITATION, document=document),))
        shown = answer_json(replace(ANSWER, sentences=(sentence,)))
        assert shown["sentences"][0]["citations"][0]["page"] is None


def test_a_document_tells_the_stage_of_its_reading() -> None:
    assert document_json(DOCUMENT)["stage"] is None
    assert document_json(DOCUMENT, "embedding")["stage"] == "embedding"
    assert document_json(DOCUMENT)["created_at"] == "2026-01-01T00:00:00+00:00"
