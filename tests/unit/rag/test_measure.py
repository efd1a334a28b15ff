import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import measure
from rag.measure import Gold, Observed, Place


def place(document: str, page: int | None = 1, start: int = 0, end: int = 10) -> Place:
    return Place(document=document, page=page, start=start, end=end)


def gold(*documents: str, **more: object) -> Gold:
    return Gold(answerable=True, documents=frozenset(documents), **more)


def answered(text: str = "", *citations: Place, confidence: float = 1.0) -> Observed:
    return Observed(answered=True, answer=text, citations=citations, confidence=confidence)


UNANSWERABLE = Gold(answerable=False)
DECLINED = Observed(declined=True)


def test_recall_counts_distinct_documents_not_hits() -> None:
    hits = [place("a"), place("a", 2), place("b")]
    assert measure.recall(gold("b"), hits, 1) == 0
    assert measure.recall(gold("b"), hits, 2) == 1


def test_recall_of_several_documents_is_the_share_of_those_that_fit() -> None:
    hits = [place("a"), place("x"), place("b")]
    four = gold("a", "b", "c", "d")
    assert [measure.recall(four, hits, k) for k in (1, 3, 10)] == [1, 2 / 3, 2 / 4]


def test_ndcg_discounts_by_rank_and_divides_by_the_ideal_order() -> None:
    hits = [place("x"), place("a"), place("b")]
    found = 1 / math.log2(3) + 1 / math.log2(4)
    assert measure.ndcg(gold("a", "b"), hits, 10) == pytest.approx(found / (1 + 1 / math.log2(3)))


def test_the_reciprocal_rank_is_that_of_the_first_gold_document() -> None:
    hits = [place("x"), place("x", 2), place("y"), place("b"), place("a")]
    assert measure.reciprocal_rank(gold("a", "b"), hits, 10) == pytest.approx(1 / 3)
    assert measure.reciprocal_rank(gold("a", "b"), hits, 2) == 0


def test_page_recall_wants_the_gold_page_of_the_gold_document_among_the_hits() -> None:
    wanted = gold("a", pages=frozenset({("a", 3), ("a", 4)}))
    assert measure.page_recall(wanted, [place("b", 3), place("a", 1), place("a", 4)], 3) == 1
    assert measure.page_recall(wanted, [place("b", 3), place("a", 1), place("a", 4)], 2) == 0
    assert measure.page_recall(wanted, [place("b", 3)], 5) == 0


def test_a_citation_must_lie_on_the_gold_document_page_and_span() -> None:
    wanted = gold("a", pages=frozenset({("a", 2)}), spans=(place("a", 2, 50, 60),))
    citations = [place("a", 2, 40, 51), place("a", 2, 40, 50), place("a", 1, 50, 60), place("b", 2, 50, 60)]
    assert measure.citation_precision(wanted, answered("", *citations)) == 0.25
    assert measure.citation_recall(wanted, answered("", *citations)) == 1
    assert measure.citation_recall(wanted, answered("", *citations[1:])) == 0


def test_citation_recall_is_the_share_of_gold_documents_cited() -> None:
    assert measure.citation_recall(gold("a", "b"), answered("", place("a"), place("a", 2), place("x"))) == 0.5


def test_a_hit_lies_in_the_one_gold_document_however_many_lie_in_others() -> None:
    hits = [place("x", page) for page in range(1, 5)] + [place("a")]
    assert measure.hit_rate(gold("a"), hits, 5) == 1
    assert measure.hit_rate(gold("a"), hits, 4) == 0
    assert measure.hit_rate(gold("a", "b"), hits, 5) is None


def test_span_recall_counts_gold_characters_that_hits_cover_once() -> None:
    wanted = gold("a", spans=(place("a", 1, 0, 10), place("a", 1, 20, 30)))
    hits = [place("a", 1, 5, 10), place("a", 1, 0, 8), place("b", 1, 20, 30), place("a", 1, 25, 99)]
    assert measure.span_recall(wanted, hits, 3) == pytest.approx(10 / 20)
    assert measure.span_recall(wanted, hits, 4) == pytest.approx(15 / 20)
    assert measure.span_recall(gold("a"), hits, 5) is None


def test_a_citation_beside_the_gold_span_counts_within_its_sentence() -> None:
    wanted = gold("a", spans=(place("a", 1, 50, 60),), sentences=(place("a", 1, 40, 90),))
    cited = answered("", place("a", 1, 70, 80), place("a", 1, 90, 99), place("a", 1, 55, 56))
    assert measure.citation_precision(wanted, cited) == pytest.approx(1 / 3)
    assert measure.sentence_precision(wanted, cited) == pytest.approx(2 / 3)
    assert measure.sentence_precision(gold("a"), cited) is None
    assert measure.sentence_precision(wanted, DECLINED) is None


def test_an_answer_is_right_if_it_cites_the_gold_or_says_it() -> None:
    wanted = gold("a", answers=("30 days",))
    assert measure.right(wanted, answered("Yes.", place("a"))) is True
    assert measure.right(wanted, answered("It is 30 days.", place("b"))) is True
    assert measure.right(wanted, answered("It is 31 days.", place("b"))) is False
    assert measure.right(UNANSWERABLE, answered("30 days", place("a"))) is False


def test_a_withheld_answer_is_judged_too_but_an_error_is_not() -> None:
    assert measure.right(gold("a"), Observed(declined=True, citations=(place("a"),))) is True
    assert measure.right(gold("a"), DECLINED) is False
    assert measure.right(gold("a"), Observed()) is None
    assert measure.right(gold(), answered("Yes.", place("a"))) is None


def test_what_was_withheld_is_neither_cited_nor_overlaps() -> None:
    wanted = gold("a", spans=(place("a"),))
    withheld = Observed(declined=True, citations=(place("a"),))
    assert measure.citation_recall(wanted, withheld) == 0
    assert measure.span_iou(wanted, withheld) == 0


def test_an_answer_without_citations_has_no_precision() -> None:
    assert measure.citation_precision(gold("a"), answered("Just so.")) == 0


def test_span_iou_counts_characters_once_over_all_spans() -> None:
    wanted = gold("a", spans=(place("a", 1, 0, 10), place("a", 1, 20, 30)))
    cited = answered("", place("a", 1, 5, 10), place("a", 1, 5, 10), place("b", 1, 0, 5))
    assert measure.span_iou(wanted, cited) == pytest.approx(5 / 25)


documents = st.sampled_from("abcdefgh")
ranked = st.lists(st.builds(place, documents, st.integers(1, 3)), max_size=20)
golds = st.sets(documents, min_size=1, max_size=4).map(lambda names: gold(*names))


@given(golds, ranked)
def test_measures_of_ranks_lie_between_0_and_1_and_agree_on_nothing_found(
    wanted: Gold, hits: list[Place]
) -> None:
    recall = measure.recall(wanted, hits, 10)
    others = (measure.ndcg(wanted, hits, 10), measure.reciprocal_rank(wanted, hits, 10))
    assert recall is not None
    for other in others:
        assert other is not None
        assert 0 <= other <= 1 + 1e-12
        assert (other == 0) == (recall == 0)


@given(golds, ranked)
def test_more_hits_never_lose_a_document(wanted: Gold, hits: list[Place]) -> None:
    wide = len(wanted.documents)
    counts = [measure.recall(wanted, hits, k) for k in range(wide, 12)]
    assert counts == sorted(value for value in counts if value is not None)


@given(st.lists(st.builds(place, documents, st.just(1), st.integers(0, 20), st.integers(20, 40)), max_size=5))
def test_citing_exactly_the_gold_spans_is_perfect(spans: list[Place]) -> None:
    wanted = gold(
        *{span.document for span in spans}, spans=tuple(span for span in spans if span.start < span.end)
    )
    cited = answered("", *wanted.spans)
    assert measure.span_iou(wanted, cited) in (None, 1)
    if wanted.spans == tuple(spans) and spans:
        assert measure.citation_precision(wanted, cited) == measure.citation_recall(wanted, cited) == 1
