from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import RetryableError
from rag.measure import Gold, Place
from rag.types import (
    Answer,
    Chunk,
    Citation,
    Document,
    MediaType,
    Outcome,
    Page,
    Passage,
    Question,
    Sentence,
    Status,
    Support,
)
from web.evaluate import Alignment, examine, markdown_table
from web.evaluation_home import Ingest
from web.evaluation_set import Asked, EvaluationSet, Text

NOW = datetime(2024, 1, 1, tzinfo=UTC)
CONTRACT = {
    "retrieval": ["recall@1", "recall@5", "recall@10", "ndcg@10", "mrr@10", "page_recall@5"],
    "answers": ["exact_match", "token_f1", "contains_gold"],
    "citations": ["precision", "recall", "span_iou"],
    "declining": ["precision", "recall", "auroc"],
    "ms": ["search_p50", "search_p95", "ask_p50", "ask_p95"],
    "ingest": ["seconds", "pages_per_s", "chunks_per_s", "peak_mb"],
}


def document(source: str, text: str) -> Document:
    return Document(
        id=source.ljust(32, "0"),
        collection="default",
        source=source,
        title="",
        media_type=MediaType.TEXT,
        sha256="",
        size=len(text),
        status=Status.READY,
        reason=None,
        pages=1,
        chunks=1,
        created_at=NOW,
        updated_at=NOW,
    )


class Reader:
    """Finds texts that hold a word of the question and quotes the first whole; breaks on 'fail'."""

    def __init__(self, **stored: str) -> None:
        self.stored = {document(source, text): text for source, text in stored.items()}

    def search(self, question: Question, top: int) -> Sequence[Passage]:
        if question.text == "fail":
            raise RetryableError("Try again.")
        found = [item for item in self.stored.items() if set(question.text.split()) & set(item[1].split())]
        return [self._passage(rank, *item) for rank, item in enumerate(found[:top], start=1)]

    def ask(self, question: Question) -> Answer:
        passages = tuple(self.search(question, 1))
        return Answer(
            id="0" * 32,
            question=question,
            outcome=Outcome.ANSWERED if passages else Outcome.NOT_FOUND,
            sentences=tuple(self._sentence(passage) for passage in passages),
            passages=passages,
            confidence=0.9 if passages else 0.1,
            generator="quotes",
        )

    def documents(self) -> Iterable[Document]:
        return self.stored

    def page(self, document_id: str, number: int) -> Page:
        return Page(number=number, text=next(text for d, text in self.stored.items() if d.id == document_id))

    def _passage(self, rank: int, found: Document, text: str) -> Passage:
        chunk = Chunk(page=1, start=0, end=len(text), text=text)
        return Passage(rank=rank, score=1, dense=1, lexical=1, chunk_id=1, chunk=chunk, document=found)

    def _sentence(self, passage: Passage) -> Sentence:
        text = passage.chunk.text
        citation = Citation(marker=1, document=passage.document, page=1, start=0, end=len(text), quote=text)
        return Sentence(text=text, citations=(citation,), support=Support.SUPPORTED)


def asked(text: str, *documents: str, answers: tuple[str, ...] = (), spans: tuple[Place, ...] = ()) -> Asked:
    gold = Gold(answerable=bool(documents), documents=frozenset(documents), answers=answers, spans=spans)
    return Asked(id=text, question=Question(text=text), gold=gold)


def a_set(*questions: Asked, **texts: str) -> EvaluationSet:
    given = tuple(Text(name=name, title="", text=text) for name, text in texts.items())
    return EvaluationSet(name="tiny", texts=given, folder=None, files=(), questions=questions)


def test_the_result_has_exactly_the_measures_of_the_contract() -> None:
    result = examine(Reader(), a_set(), ingest=Ingest(seconds=2, pages=10, chunks=30, peak_mb=5))
    assert {group: list(result[group]) for group in CONTRACT} == CONTRACT
    assert result["ingest"] == {"seconds": 2, "pages_per_s": 5, "chunks_per_s": 15, "peak_mb": 5}
    assert (result["set"], result["documents"], result["questions"]) == ("tiny", 0, 0)


def test_each_question_is_searched_and_asked_and_measured() -> None:
    texts = {"leave": "30 days of leave", "travel": "no leave by train"}
    questions = [
        asked("leave", "leave", answers=("30 days",)),
        asked("train", "travel", answers=("by bus",)),
        asked("canteen"),
        asked("days"),
    ]
    result = examine(Reader(**texts), a_set(*questions, **texts))
    assert result["retrieval"]["recall@1"] == 1
    assert result["retrieval"]["page_recall@5"] is None
    assert result["answers"]["contains_gold"] == 0.5
    assert result["citations"] == {"precision": 1, "recall": 1, "span_iou": None}
    assert result["declining"] == {"precision": 1, "recall": 0.5, "auroc": 0.75}
    assert result["ingest"]["seconds"] is None


def test_a_question_that_ends_in_an_error_is_counted_and_scores_nothing() -> None:
    result = examine(Reader(a="x"), a_set(asked("fail", "a"), asked("x", "a"), a="x"))
    assert result["errors"] == 1
    assert result["retrieval"]["recall@1"] == 0.5
    assert result["intervals"]["retrieval"]["recall@1"] == [0, 1]


def test_gold_spans_are_carried_to_the_stored_text() -> None:
    span = Place(document="a", page=None, start=3, end=7)
    result = examine(Reader(a="x\nyes\nz"), a_set(asked("yes", "a", spans=(span,)), a="x  yes z"))
    assert result["citations"]["span_iou"] == pytest.approx(3 / 7, abs=1e-4)
    assert result["spans_lost"] == 0


def test_a_gold_span_that_the_stored_text_lacks_is_reported_and_cannot_be_cited() -> None:
    span = Place(document="a", page=None, start=2, end=5)
    result = examine(Reader(a="x yes"), a_set(asked("x", "a", spans=(span,)), a="x not yes"))
    assert result["spans_lost"] == 1
    assert result["citations"] == {"precision": 0, "recall": 0, "span_iou": 0}


def test_a_limit_asks_fewer_questions_and_progress_counts_them() -> None:
    seen: list[tuple[str, int, int]] = []
    questions = [asked(f"q{number}", "a") for number in range(10)]
    result = examine(Reader(), a_set(*questions, a=""), limit=3, progress=lambda *done: seen.append(done))
    assert result["questions"] == 3
    assert seen == [("asking", 1, 3), ("asking", 2, 3), ("asking", 3, 3)]


def test_the_table_has_a_column_for_each_set_and_a_dash_without_gold() -> None:
    result = examine(Reader(a="x"), a_set(asked("x", "a"), a="x"))
    lines = markdown_table([result, result]).splitlines()
    assert lines[:3] == ["| measure | tiny | tiny |", "| --- | --- | --- |", "| documents | 1 | 1 |"]
    assert "| retrieval recall@1 | 1.000 | 1.000 |" in lines
    assert "| declining auroc | – | – |" in lines


@given(st.text(alphabet="ab \n"), st.data())
def test_a_span_is_carried_exactly_whatever_happens_to_blanks(text: str, data: st.DataObject) -> None:
    stored = data.draw(st.sampled_from([text, " ".join(text.split()), text.replace(" ", "\n\n")]))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = Alignment(text, stored).carry(start, end)
    wanted = "".join(text[start:end].split())
    if not wanted:
        assert found is None
    else:
        assert found is not None
        assert "".join(stored[slice(*found)].split()) == wanted
        assert len("".join(stored[: found[0]].split())) == len("".join(text[:start].split()))


def test_of_several_places_a_span_is_carried_to_the_nearest() -> None:
    assert Alignment("yes no yes", "no yes yes").carry(7, 10) == (7, 10)
    assert Alignment("yes no yes", "gone").carry(7, 10) is None
