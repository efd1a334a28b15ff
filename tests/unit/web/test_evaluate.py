from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

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
from web.evaluate import examine
from web.evaluation_gold import Alignment
from web.evaluation_home import Ingest
from web.evaluation_report import curve_tables, markdown_table
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

    def insist(self, question: Question) -> Answer:
        first = [self._passage(1, *item) for item in self.stored.items()][:1]
        return replace(self.ask(question), sentences=tuple(map(self._sentence, first)))

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


class Quoter(Reader):
    """Quotes only the first word."""

    def _sentence(self, passage: Passage) -> Sentence:
        whole = super()._sentence(passage)
        word = whole.text.split()[0]
        return replace(whole, text=word, citations=(replace(whole.citations[0], end=len(word), quote=word),))


def asked(text: str, *documents: str, answers: tuple[str, ...] = (), spans: tuple[Place, ...] = ()) -> Asked:
    gold = Gold(answerable=bool(documents), documents=frozenset(documents), answers=answers, spans=spans)
    return Asked(id=text, question=Question(text=text), gold=gold)


def a_set(*questions: Asked, **texts: str) -> EvaluationSet:
    given = tuple(Text(name=name, title="", text=text) for name, text in texts.items())
    return EvaluationSet(name="tiny", texts=given, folder=None, files=(), questions=questions)


def figures(group: dict[str, Any], name: str) -> list[float | None]:
    return [group[measure] for measure in CONTRACT[name]]


def result(*given: Any, **more: Any) -> dict[str, Any]:
    return examine(*given, **more).result


def test_the_result_has_the_measures_of_the_contract() -> None:
    found = result(Reader(), a_set(), ingest=Ingest(seconds=2, pages=10, chunks=30, peak_mb=5))
    assert {group: set(names) - set(found[group]) for group, names in CONTRACT.items()} == {
        group: set() for group in CONTRACT
    }
    assert found["ingest"] == {"seconds": 2, "pages_per_s": 5, "chunks_per_s": 15, "peak_mb": 5}
    assert (found["set"], found["documents"], found["questions"]) == ("tiny", 0, 0)


def test_each_question_is_searched_and_asked_and_measured() -> None:
    texts = {"leave": "30 days of leave", "travel": "no leave by train"}
    questions = [
        asked("leave", "leave", answers=("30 days",)),
        asked("train", "travel", answers=("by bus",)),
        asked("canteen"),
        asked("days"),
    ]
    found = result(Reader(**texts), a_set(*questions, **texts))
    assert found["retrieval"]["recall@1"] == 1
    assert found["retrieval"]["page_recall@5"] is None
    assert found["answers"]["contains_gold"] == 0.5
    assert figures(found["citations"], "citations") == [1, 1, None]
    assert figures(found["declining"], "declining") == [1, 0.5, 0.75]
    assert (found["declining"]["wrong_answers"], found["declining"]["needless_refusals"]) == (0.3333, 0)
    assert found["ingest"]["seconds"] is None


def test_a_question_that_ends_in_an_error_is_counted_and_scores_nothing() -> None:
    found = result(Reader(a="x"), a_set(asked("fail", "a"), asked("x", "a"), a="x"))
    assert found["errors"] == 1
    assert found["retrieval"]["recall@1"] == 0.5
    assert found["intervals"]["retrieval"]["recall@1"] == [0, 1]


def test_gold_spans_are_carried_to_the_stored_text() -> None:
    span = Place(document="a", page=None, start=3, end=7)
    found = result(Reader(a="x\nyes\nz"), a_set(asked("yes", "a", spans=(span,)), a="x  yes z"))
    assert found["citations"]["span_iou"] == pytest.approx(3 / 7, abs=1e-4)
    assert found["spans_lost"] == 0


def test_a_gold_span_that_the_stored_text_lacks_is_reported_and_cannot_be_cited() -> None:
    span = Place(document="a", page=None, start=2, end=5)
    found = result(Reader(a="x yes"), a_set(asked("x", "a", spans=(span,)), a="x not yes"))
    assert found["spans_lost"] == 1
    assert figures(found["citations"], "citations") == [0, 0, 0]


def test_a_limit_asks_fewer_questions_and_progress_counts_them() -> None:
    seen: list[tuple[str, int, int]] = []
    questions = [asked(f"q{number}", "a") for number in range(10)]
    found = result(Reader(), a_set(*questions, a=""), limit=3, progress=lambda *done: seen.append(done))
    assert found["questions"] == 3
    assert seen == [("asking", 1, 3), ("asking", 2, 3), ("asking", 3, 3)]


def test_the_table_has_a_column_for_each_set_and_a_dash_without_gold() -> None:
    found = result(Reader(a="x"), a_set(asked("x", "a"), a="x"))
    lines = markdown_table([found, found]).splitlines()
    assert lines[:3] == ["| measure | tiny | tiny |", "| --- | --- | --- |", "| documents | 1 | 1 |"]
    assert "| retrieval recall@1 | 1.000 | 1.000 |" in lines
    assert "| declining auroc | – | – |" in lines


def test_a_declined_question_is_judged_by_what_it_would_have_been_answered() -> None:
    found = examine(Reader(a="x"), a_set(asked("x", "a"), asked("y", "a"), asked("z"), a="x"))
    assert [each.right for _, each in found.questions] == [True, True, False]
    assert [each.answered for _, each in found.questions] == [True, False, False]
    assert found.curves["risk"] == [[0.3333, 0, 0.9], [1, 0.3333, 0.1]]


def test_curves_are_told_as_tables() -> None:
    found = examine(Reader(a="x"), a_set(asked("x", "a"), asked("y", "a"), asked("z"), a="x"))
    assert found.curves["recall"] == [[k, 0.5] for k in range(1, 11)]
    lines = curve_tables(found.curves).splitlines()
    assert lines[0] == "| k | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 |"
    assert lines[2].startswith("| recall@k | 0.500 | 0.500 |")
    assert "| wrong among them | 0.000 | 0.000 |" in lines[6]
    assert lines[6].endswith("| 0.333 |")
    assert curve_tables({"recall": [], "risk": []}) == ""


def test_a_follow_up_question_is_searched_as_asked_and_as_written_out() -> None:
    follow_up = asked("and then", "a")
    follow_up = replace(
        follow_up, gold=replace(follow_up.gold, follow_up=True), standalone=Question(text="x")
    )
    found = result(Reader(a="x"), a_set(follow_up, asked("x", "a"), a="x"))
    assert found["retrieval"]["follow_up_recall@5"] == 0
    assert found["retrieval"]["standalone_recall@5"] == 1
    assert found["retrieval"]["recall@5"] == 0.5


def test_a_citation_in_the_sentence_of_the_gold_counts_there() -> None:
    text = "Leave is long, they say. No more."
    span = Place(document="a", page=None, start=9, end=13)
    found = result(Quoter(a=text), a_set(asked("Leave", "a", spans=(span,)), a=text))
    assert found["citations"]["precision"] == 0
    assert found["citations"]["sentence_precision"] == 1
    assert found["retrieval"]["span_recall@5"] == 1


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
